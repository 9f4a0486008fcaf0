//! What a view shows of the layers: what its grid places, and what it has to make itself, which are lines, points and
//! areas where the grid does not hold, triangles that reach too far for it, and dashes.

use super::layers::{Layers, Stroke};
use super::place::{Sight, place_lines};
use crate::geo::{FixedLonLat, ForwardGrid, GeoWindow, OUTSIDE_PX, Placer};
use crate::gpu::{OwnTriangles, StrokeKind, VisibleFill, VisibleLayer};
use crate::plan::MapView;
use crate::scene::{Chunk, DashCutter, FillChunk, FillLevel, FillMesh, split_and_place};

/// What a view shows of all layers.
#[derive(Default)]
pub(super) struct SeenLayers {
    pub forward: Option<ForwardGrid>,
    /// What is drawn of each layer's strokes by the forward grid.
    pub visible: Vec<VisibleLayer>,
    /// What is drawn of each layer's strokes without it.
    pub placed: Vec<Vec<[f32; 2]>>,
    pub fills: Vec<VisibleFill>,
}

/// How a view finds places on the Earth.
pub(super) struct ViewPlaces<'a> {
    pub map: &'a MapView,
    /// Where what it places well is.
    pub grid: ForwardGrid,
    /// Where all else is, by PROJ.
    pub placer: Placer<'a>,
    /// Triangles have no longer edges.
    pub longest_edge_m: f64,
    /// Whether the grid places lines here, and not on the device.
    pub lines_on_cpu: bool,
}

impl SeenLayers {
    /// Leaves to the grid what it places well, and has the rest placed by PROJ. The strokes of a graticule are `lines`.
    pub(super) fn new(places: ViewPlaces, layers: &Layers, lines: &[[f32; 2]]) -> Self {
        let map = places.map;
        let mut seen = Self::default();
        for (layer, stroke) in layers.strokes.iter().enumerate() {
            if layers.graticule == Some(layer) {
                seen.placed.push(of_graticule(map, stroke, lines));
                continue;
            }
            let (chunks, placed) = strokes(&places, stroke);
            if !chunks.is_empty() {
                seen.visible.push(VisibleLayer { layer, level: map.level, chunks });
            }
            seen.placed.push(placed);
        }
        for (layer, (_, levels)) in layers.fills.iter().enumerate() {
            let Some(level) = levels.get(&map.level) else { continue };
            let (chunks, own) = areas(&places, level);
            seen.fills.push(VisibleFill { layer, level: map.level, chunks, own });
        }
        seen.forward = Some(places.grid);
        seen
    }

    /// A view of a graticule and nothing else.
    pub(super) fn of_graticule(map: &MapView, layers: &Layers, lines: &[[f32; 2]]) -> Self {
        let placed = layers.strokes.iter().map(|stroke| of_graticule(map, stroke, lines)).collect();
        Self { placed, ..Self::default() }
    }

    /// What was made for this view takes so many bytes.
    pub(super) fn bytes(&self) -> u64 {
        let placed: usize = self.placed.iter().map(|line| size_of_val(line.as_slice())).sum();
        let fills: usize = self.fills.iter().map(|fill| size_of_val(fill.chunks.as_slice()) + fill.own.bytes()).sum();
        (placed + fills) as u64
    }
}

/// The first segments of the chunks that the grid places, and what is placed here.
fn strokes(places: &ViewPlaces, stroke: &Stroke) -> (Vec<u32>, Vec<[f32; 2]>) {
    let ViewPlaces { map, grid, placer, .. } = places;
    let Some(level) = stroke.level(map.level) else { return (Vec::new(), Vec::new()) };
    if stroke.look.kind == StrokeKind::Dash {
        let lines = placer.trace(&level.visible_polylines(&grid.window));
        return (Vec::new(), dashed(map, stroke, &lines));
    }
    let (good, others): (Vec<&Chunk>, Vec<_>) =
        level.chunks.visible(&grid.window).partition(|chunk| grid.is_good(&chunk.window));
    let mut placed = if others.is_empty() {
        Vec::new()
    } else if stroke.has_dots() {
        let dots: Vec<_> = others.iter().flat_map(|chunk| level.dots_of(chunk)).copied().collect();
        let there = placer.place(&dots).into_iter().filter(|p| p[0].is_finite());
        there.map(|p| p.map(|c| c as f32)).collect()
    } else {
        placer.trace(&others.iter().flat_map(|chunk| level.polylines_of(chunk)).collect::<Vec<_>>())
    };
    if places.lines_on_cpu && stroke.look.kind == StrokeKind::Line {
        let size_px = map.view.size_px().map(|size| size as f32);
        let sight = Sight { size_px, reach_px: stroke.look.width_px / 2.0 + BEYOND_EDGE_PX };
        place_lines(grid, &sight, good.iter().flat_map(|chunk| level.polylines_of(chunk)), &mut placed);
        return (Vec::new(), placed);
    }
    (good.iter().map(|chunk| chunk.first_segment).collect(), placed)
}

/// A graticule's lines, or their dashes.
fn of_graticule(map: &MapView, stroke: &Stroke, lines: &[[f32; 2]]) -> Vec<[f32; 2]> {
    if stroke.look.kind == StrokeKind::Dash { dashed(map, stroke, lines) } else { lines.to_vec() }
}

/// How far a stroke reaches into pixels beyond its edge; `REACH_PX` in `line.wgsl`.
const BEYOND_EDGE_PX: f32 = 0.75;

/// The dashes of lines that are separated by places outside.
fn dashed(map: &MapView, stroke: &Stroke, lines: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let size_px = map.view.size_px();
    let cutter = DashCutter::new(&stroke.style, stroke.look.width_px.into(), size_px);
    let mut strokes = Vec::new();
    for line in lines.split(|place| place[0] == OUTSIDE_PX) {
        if let Some(cutter) = &cutter {
            cutter.cut(line, &mut strokes);
        }
    }
    strokes
}

/// The chunks that the grid places, and the triangles that are made for this view.
fn areas(places: &ViewPlaces, level: &FillLevel) -> (Vec<FillChunk>, OwnTriangles) {
    let ViewPlaces { map, grid, placer, .. } = places;
    let visible: Vec<_> = level.visible(&grid.window).collect();
    let chunks: Vec<_> = visible.iter().map(|(index, _)| level.mesh.chunks[*index]).collect();
    let large = level.large_within(&grid.window, places.longest_edge_m);
    let is_good =
        visible.iter().map(|(_, window)| **window).chain(windows_of(&large)).all(|window| grid.is_good(&window));
    if is_good {
        return (chunks, OwnTriangles::OnEarth(large));
    }
    // A grid's and PROJ's edges meet only to within the grid's error, so a layer is placed by one of them.
    let small = chunks.iter().flat_map(|chunk| level.mesh.triangles_of(*chunk));
    let triangles = small.chain(large.chunks.iter().flat_map(|chunk| large.triangles_of(*chunk)));
    let mut mesh = FillMesh::default();
    let size_px = map.view.size_px().map(f64::from);
    let place = |points: &[FixedLonLat]| placer.place(points);
    split_and_place(triangles, shortest_m(map, grid), size_px, &place, &mut mesh);
    (Vec::new(), OwnTriangles::Placed(mesh))
}

/// Edges shorter than this in metres are not halved: a third of the finest pixel, but where pixels shrink to nothing,
/// as at the poles of a map of longitude and latitude, a share of the mean one.
fn shortest_m(map: &MapView, grid: &ForwardGrid) -> f64 {
    const SHARE_OF_PX: f64 = 0.3;
    const SHARE_OF_MEAN: f64 = 0.125;
    let mean_m = grid.window.height_m() / f64::from(map.view.height_px);
    SHARE_OF_PX * map.metres_per_px.max(SHARE_OF_MEAN * mean_m)
}

/// A box around each triangle.
fn windows_of(mesh: &FillMesh<FixedLonLat>) -> impl Iterator<Item = GeoWindow> {
    mesh.chunks.iter().flat_map(|chunk| mesh.triangles_of(*chunk)).map(|corners| {
        let first = corners[0];
        let range = |offsets: [i64; 3]| {
            let low = offsets.into_iter().min().unwrap_or(0);
            (low, (offsets.into_iter().max().unwrap_or(0) - low) as u32)
        };
        let (west, width) = range(corners.map(|c| i64::from(c.lon.wrapping_sub(first.lon))));
        let (south, height) = range(corners.map(|c| i64::from(c.lat) - i64::from(first.lat)));
        let corner =
            FixedLonLat { lon: first.lon.wrapping_add(west as i32), lat: (i64::from(first.lat) + south) as i32 };
        GeoWindow { corner, size: [width, height] }
    })
}
