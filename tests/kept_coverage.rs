//! A figure is the same, byte by byte, whether what its layers cover is drawn with it or was kept from an earlier one.

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use mapfolio::geo::{InverseGrid, OUTSIDE_PX};
use mapfolio::gpu::{
    Context, Coverage, FrameInput, LayerLook, MapLayers, OwnTriangles, PlaneLook, Renderer, RendererOptions,
    StrokeKind, VisibleFill,
};
use mapfolio::scene::{FillMesh, LevelKey};
use mapfolio::style::Resampling;
use support::handmade::{FIGURE_PX, MAP, context, look, one_to_one, raster};

/// Areas below the raster and over it, lines, dashes and points, most of them let through what is below.
fn renderer(context: &Arc<Context>) -> Renderer {
    let (no_lines, no_areas) = (BTreeMap::new(), BTreeMap::new());
    let stroke = |width_px, plane, kind| (LayerLook { width_px, plane, kind }, &no_lines);
    let layers = MapLayers {
        strokes: vec![
            stroke(1.3, 1, StrokeKind::Line),
            stroke(0.7, 3, StrokeKind::Dash),
            stroke(5.5, 3, StrokeKind::Dot { hole_radius_px: 1.1 }),
            stroke(2.9, 4, StrokeKind::Line),
        ],
        fills: vec![(0, &no_areas), (2, &no_areas)],
    };
    let plane = |color, of_areas| PlaneLook { color, of_areas, is_joined: false };
    let options = RendererOptions {
        facecolor: [0.9, 0.8, 1.0, 1.0],
        paper: [1.0; 4],
        planes: vec![
            plane([0.2, 0.5, 0.3, 0.6], true),
            plane([0.1, 0.1, 0.7, 1.0], false),
            plane([0.9, 0.3, 0.1, 0.37], true),
            plane([0.0, 0.0, 0.0, 0.81], false),
            plane([1.0, 1.0, 0.2, 0.5], false),
        ],
        planes_below: 2,
        outline_width_px: 1.5,
    };
    Renderer::new(Arc::clone(context), &layers, &options).expect("a renderer")
}

/// A fan of lines in all directions, so that coverages of all sizes are there; for points, what they are at.
fn fan(count: u32, reach_px: f32) -> Vec<[f32; 2]> {
    let spoke = |k: u32| {
        let (sin, cos) = (k as f32 * 0.37).sin_cos();
        [[31.3 + 4.0 * cos, 23.7 + 4.0 * sin], [31.3 + reach_px * cos, 23.7 + reach_px * sin], [OUTSIDE_PX; 2]]
    };
    (0..count).flat_map(spoke).collect()
}

fn areas(layer: usize, shift_px: f32) -> VisibleFill {
    let mut mesh = FillMesh::default();
    for k in 0..9 {
        let x = k as f32 * 7.1 + shift_px;
        mesh.push([[x, 3.3], [x + 5.7, 40.2 + shift_px], [x - 2.9, 44.9]]);
    }
    VisibleFill { layer, level: LevelKey::for_view(1000.0), chunks: Vec::new(), own: OwnTriangles::Placed(mesh) }
}

struct View {
    grid: InverseGrid,
    placed: Vec<Vec<[f32; 2]>>,
    fills: Vec<VisibleFill>,
    outline: Vec<[f32; 2]>,
}

impl View {
    fn new() -> Self {
        Self {
            grid: one_to_one(),
            placed: vec![fan(17, 40.0), fan(11, 33.0), fan(5, 20.0), fan(13, 70.0)],
            fills: vec![areas(0, 0.4), areas(1, 2.9)],
            outline: vec![[0.0, 0.0], [64.0, 0.0], [60.0, 48.0], [0.0, 0.0], [OUTSIDE_PX; 2]],
        }
    }

    fn input<'a>(&'a self, coverage: Coverage<'a>) -> FrameInput<'a> {
        FrameInput {
            figure_px: FIGURE_PX,
            map_box: MAP,
            inverse: Some(&self.grid),
            resampling: Resampling::Nearest,
            finest_only: false,
            over: &[],
            coverage,
            forward: None,
            visible: &[],
            fills: &self.fills,
            placed: &self.placed,
            beyond: &[],
            outline: &self.outline,
            furniture: (0, &[]),
            on_map: &[],
            own: &[],
        }
    }
}

fn drawn(renderer: &mut Renderer, input: &FrameInput) -> Vec<u8> {
    let mut image = Vec::new();
    renderer.submit(input).expect("a frame");
    renderer.take_oldest().expect("its pixels").copy_rgb(&mut image);
    image
}

#[test]
fn kept_coverage_gives_the_same_bytes() {
    let (context, view) = (context(), View::new());
    let mut renderer = renderer(&context);
    let mut rasters = [Some(look(raster(&context, 1))), Some(look(raster(&context, 2))), None];
    let mut kept = None;
    for raster in &mut rasters {
        renderer.set_raster(0, raster.take()).expect("a raster");
        let expected = drawn(&mut renderer, &view.input(Coverage::Drawn));
        let coverage = kept.get_or_insert_with(|| {
            let input = view.input(Coverage::Drawn);
            renderer.begin(&input).expect("the beginning of a frame");
            let coverage = renderer.keep_coverage().expect("its coverage");
            renderer.draw_part(0, None);
            renderer.finish(&input).expect("the frame");
            let mut image = Vec::new();
            renderer.take_oldest().expect("its pixels").copy_rgb(&mut image);
            assert!(image == expected, "keeping changes nothing");
            coverage
        });
        assert_eq!(coverage.bytes(), u64::from(MAP.width * MAP.height) * 5);
        assert_eq!(coverage.bytes(), renderer.coverage_bytes(&MAP));
        // Nothing of the layers is looked at.
        let blank = View { placed: Vec::new(), fills: Vec::new(), ..View::new() };
        let from_kept = drawn(&mut renderer, &blank.input(Coverage::Kept(coverage)));
        assert!(from_kept == expected, "drawn and kept coverage look different");
        let without = drawn(&mut renderer, &blank.input(Coverage::Drawn));
        assert!(without != expected, "the layers cover something");
    }
}
