//! The renderer without the engine around it, on views made by hand: rasters that take turns, and a device that is
//! lost.

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;

use mapfolio::Error;
use mapfolio::geo::{InverseGrid, OUTSIDE_PX};
use mapfolio::gpu::{
    Context, Coverage, FrameInput, GpuRaster, LayerLook, MapLayers, PlaneLook, RasterFormat, Renderer, RendererOptions,
    StrokeKind, WholeRaster,
};
use mapfolio::style::Resampling;
use support::handmade::{BYTES, FIGURE_PX, MAP, context, look, number, one_to_one, raster, rows};

/// One plane of black lines over the raster.
fn renderer(context: &Arc<Context>) -> Renderer {
    let levels = BTreeMap::new();
    let look = LayerLook { width_px: 2.0, plane: 0, kind: StrokeKind::Line };
    let layers = MapLayers { strokes: vec![(look, &levels)], fills: Vec::new() };
    let options = RendererOptions {
        facecolor: [1.0; 4],
        paper: [1.0; 4],
        planes: vec![PlaneLook { color: [0.0, 0.0, 0.0, 1.0], of_areas: false, is_joined: false }],
        planes_below: 0,
        outline_width_px: 1.0,
    };
    Renderer::new(Arc::clone(context), &layers, &options).expect("a renderer")
}

fn input<'a>(grid: &'a InverseGrid, placed: &'a [Vec<[f32; 2]>]) -> FrameInput<'a> {
    FrameInput {
        figure_px: FIGURE_PX,
        map_box: MAP,
        inverse: Some(grid),
        resampling: Resampling::Nearest,
        finest_only: false,
        over: &[],
        coverage: Coverage::Drawn,
        forward: None,
        visible: &[],
        fills: &[],
        placed,
        beyond: &[],
        outline: &[],
        furniture: (0, &[]),
        on_map: &[],
        own: &[],
    }
}

/// A line on the map's first row, so that the others show the raster.
fn line() -> Vec<Vec<[f32; 2]>> {
    vec![vec![[0.0, 0.0], [64.0, 0.0], [OUTSIDE_PX; 2]]]
}

/// The raster that an image shows.
fn seed_of(image: &[u8]) -> u32 {
    let shade = |cell: u32| {
        let [x, y] = [MAP.x + cell % MAP.width, MAP.y + cell / MAP.width];
        image[((y * FIGURE_PX[0] + x) * 3) as usize]
    };
    let shows = |seed: &u32| (2 * MAP.width..MAP.width * MAP.height).all(|cell| shade(cell) == number(cell, *seed));
    (0..8).find(shows).expect("the image of one raster, and of one only")
}

#[test]
fn frames_show_the_raster_that_was_set_when_they_were_drawn() {
    let (context, grid, placed) = (context(), one_to_one(), line());
    let mut renderer = renderer(&context);
    let mut image = Vec::new();
    renderer.set_raster(0, Some(look(raster(&context, 1)))).expect("a raster");
    renderer.submit(&input(&grid, &placed)).expect("a frame");
    let first = renderer.set_raster(0, Some(look(raster(&context, 2)))).expect("another raster");
    renderer.submit(&input(&grid, &placed)).expect("a frame");
    // The first raster's texture takes the third while a frame of it is in flight.
    let Some(GpuRaster::Whole(mut reused)) = first else { panic!("the raster before is given back") };
    assert!(!reused.refit([MAP.width + 1, MAP.height], BYTES, false), "a larger raster does not fit");
    assert!(!reused.refit([MAP.width, MAP.height], RasterFormat { bytes: 2, ..BYTES }, false), "nor do larger cells");
    assert!(reused.refit([MAP.width, MAP.height], BYTES, false));
    std::thread::scope(|scope| {
        let loader = scope.spawn(|| reused.write_rows(&context, 0, &rows(3)));
        loader.join().expect("no panic").expect("written rows");
    });
    for seed in [1, 2] {
        renderer.wait_oldest().expect("a drawn frame");
        renderer.take_oldest().expect("its pixels").copy_rgb(&mut image);
        assert_eq!(seed_of(&image), seed);
    }
    renderer.set_raster(0, Some(look(reused))).expect("a third raster");
    renderer.submit(&input(&grid, &placed)).expect("a frame");
    renderer.take_oldest().expect("its pixels").copy_rgb(&mut image);
    assert_eq!(seed_of(&image), 3);
}

#[test]
fn without_a_raster_there_is_only_the_map() {
    let (context, grid, placed) = (context(), one_to_one(), line());
    let mut renderer = renderer(&context);
    let mut image = Vec::new();
    renderer.set_raster(0, Some(look(raster(&context, 1)))).expect("a raster");
    renderer.set_raster(0, None).expect("no raster");
    renderer.submit(&input(&grid, &placed)).expect("a frame");
    renderer.take_oldest().expect("its pixels").copy_rgb(&mut image);
    let below_line = ((MAP.y + 2) * FIGURE_PX[0] * 3) as usize;
    assert!(image[below_line..].iter().all(|channel| *channel == 255), "white from the second row on");
    assert!(image.contains(&0), "a black line");
}

fn assert_lost<T>(result: Result<T, Error>, what: &str) {
    match result {
        Err(Error::DeviceLost { problem, .. }) => assert!(problem.contains("lost"), "{problem}"),
        Err(other) => panic!("{what}: {other}"),
        Ok(_) => panic!("{what} is no success on a lost device"),
    }
}

#[test]
fn no_frame_of_a_lost_device_is_good() {
    let (grid, placed) = (one_to_one(), line());
    // The device goes before, within or after the frames.
    for moment in 0..4 {
        let context = context();
        let mut renderer = renderer(&context);
        renderer.set_raster(0, Some(look(raster(&context, 1)))).expect("a raster");
        renderer.submit(&input(&grid, &placed)).expect("a frame");
        if moment == 0 {
            context.lose();
            assert_lost(renderer.submit(&input(&grid, &placed)), "a whole frame");
        } else {
            renderer.begin(&input(&grid, &placed)).expect("the beginning of a frame");
            renderer.draw_part(0, None);
            if moment == 1 {
                context.lose();
                renderer.flush();
                renderer.draw_part(0, None);
                assert_lost(renderer.finish(&input(&grid, &placed)), "the end of a frame");
            } else {
                renderer.finish(&input(&grid, &placed)).expect("a frame");
            }
        }
        if moment == 3 {
            renderer.wait_oldest().expect("a drawn frame");
        }
        context.lose();
        assert_lost(renderer.take_oldest(), "the frame in flight");
        assert_lost(renderer.begin(&input(&grid, &placed)), "the next frame");
        renderer.draw_part(0, None);
        renderer.flush();
        renderer.abandon();
    }
}

#[test]
fn nothing_is_made_on_a_lost_device() {
    let context = context();
    let mut drawing = renderer(&context);
    let mut whole = raster(&context, 1);
    context.lose();
    assert_lost(context.check(), "the device");
    assert_lost(context.wait(None), "a wait");
    assert_lost(whole.write_rows(&context, 0, &rows(2)), "rows");
    assert_lost(WholeRaster::new(&context, [8, 8], BYTES, false), "a raster");
    assert_lost(drawing.set_raster(0, Some(look(whole))), "another raster");
    let levels = BTreeMap::new();
    let layers = MapLayers { strokes: Vec::new(), fills: vec![(0, &levels)] };
    let options = RendererOptions {
        facecolor: [1.0; 4],
        paper: [1.0; 4],
        planes: Vec::new(),
        planes_below: 0,
        outline_width_px: 1.0,
    };
    assert_lost(Renderer::new(context, &layers, &options), "a renderer");
}
