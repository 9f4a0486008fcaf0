//! What each view makes of the kept layers: triangles too large for the grid, all triangles of a layer where the
//! grid does not hold, and dashes.

use std::rc::Rc;

use super::layers::{KeptDashes, KeptLayers};
use crate::error::Result;
use crate::geo::{Crs, FixedLonLat, ForwardGrid, GeoWindow, OUTSIDE_PX, Transformer, Transformers, View};
use crate::gpu::{OwnTriangles, VisibleFill};
use crate::plan::Figure;
use crate::scene::{DashCutter, FillLevel, FillMesh, split_and_place};

/// Layers' geometry of one view.
#[derive(Default)]
pub(super) struct ViewLayers {
    /// Indices of strokes and their polylines in pixels.
    pub placed: Vec<(usize, Vec<[f32; 2]>)>,
    pub fills: Vec<VisibleFill>,
}

impl ViewLayers {
    pub(super) fn new(
        kept: &KeptLayers,
        figure: &Figure,
        grid: &ForwardGrid,
        transformers: &Transformers,
    ) -> Result<Self> {
        let exact = Exact::new(&figure.view, transformers)?;
        let place = |points: &[FixedLonLat]| exact.place(points);
        let dashed = |dashes: &KeptDashes| Some((dashes.stroke, dashed(dashes, figure, grid, &place)?));
        let fills = kept.fills.iter().enumerate().filter_map(|(layer, (_, levels))| {
            let (chunks, own) = areas(levels.get(&figure.level)?, figure, grid, &place);
            Some(VisibleFill { layer, level: figure.level, chunks, own })
        });
        Ok(Self { placed: kept.dashes.iter().filter_map(dashed).collect(), fills: fills.collect() })
    }
}

type Place<'a> = &'a dyn Fn(&[FixedLonLat]) -> Vec<[f64; 2]>;

/// The chunks that the grid places, and the triangles that it does not.
fn areas(
    level: &FillLevel,
    figure: &Figure,
    grid: &ForwardGrid,
    place: Place,
) -> (Vec<crate::scene::FillChunk>, OwnTriangles) {
    let visible: Vec<_> = level.visible(&grid.window).collect();
    let chunks: Vec<_> = visible.iter().map(|(index, _)| level.mesh.chunks[*index]).collect();
    let large = level.large_within(&grid.window);
    let windows: Vec<GeoWindow> = visible.iter().map(|(_, window)| **window).chain(windows_of(&large)).collect();
    if is_good(grid, figure, &windows, place) {
        return (chunks, OwnTriangles::OnEarth(large));
    }
    // A grid's and PROJ's edges meet only to within the grid's error, so a layer is placed by one of them.
    let own = |mesh: &FillMesh<_>, chunks: &[_]| -> Vec<_> { chunks.iter().flat_map(|c| mesh.triangles_of(*c)).collect() };
    let triangles = own(&level.mesh, &chunks).into_iter().chain(own(&large, &large.chunks));
    let mut mesh = FillMesh::default();
    let size = [figure.view.width_px, figure.view.height_px].map(f64::from);
    split_and_place(triangles, figure.metres_per_px * SHORT_PX, size, place, &mut mesh);
    (Vec::new(), OwnTriangles::Placed(mesh))
}

/// What is lost at a seam is no wider than this.
const SHORT_PX: f64 = 0.3;

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

/// Whether the grid puts some points of each window where PROJ puts them.
fn is_good(grid: &ForwardGrid, figure: &Figure, windows: &[GeoWindow], place: Place) -> bool {
    const TOLERANCE_PX: f64 = 0.05;
    // What is so far from the view is seen by nobody.
    const FAR_PX: f64 = 500.0;
    if windows.iter().any(|window| spans_cut(grid, window)) {
        return false;
    }
    let points: Vec<_> = windows.iter().flat_map(points_of).collect();
    let exact = place(&points);
    let size = [figure.view.width_px, figure.view.height_px].map(f64::from);
    let is_far = |p: [f64; 2]| (0..2).any(|k| p[k] < -FAR_PX || p[k] > size[k] + FAR_PX);
    let mut known = Vec::new();
    for (point, exact) in points.iter().zip(exact) {
        // Beyond the grid nothing is seen.
        let Some(by_grid) = by_grid(grid, *point) else {
            known.push(None);
            continue;
        };
        let has_place = !by_grid[0].is_nan();
        if has_place != exact[0].is_finite() {
            return false;
        }
        let off_px = (by_grid[0] - exact[0]).hypot(by_grid[1] - exact[1]);
        if has_place && off_px > TOLERANCE_PX && !(is_far(by_grid) && is_far(exact)) {
            return false;
        }
        known.push(Some(has_place));
    }
    // A window part of which is off the map.
    known.chunks(POINTS_PER_WINDOW).all(|of_window| {
        let has = |value| of_window.contains(&Some(value));
        !(has(true) && has(false))
    })
}

const POINTS_PER_WINDOW: usize = 5;

/// The corners and the middle.
fn points_of(window: &GeoWindow) -> [FixedLonLat; POINTS_PER_WINDOW] {
    let at = |x: u32, y: u32| FixedLonLat {
        lon: window.corner.lon.wrapping_add((u64::from(window.size[0]) * u64::from(x) / 2) as i32),
        lat: (i64::from(window.corner.lat) + i64::from(window.size[1]) * i64::from(y) / 2) as i32,
    };
    [at(0, 0), at(2, 0), at(1, 1), at(0, 2), at(2, 2)]
}

/// Whether the window lies across the meridian where a grid round the Earth begins and ends.
fn spans_cut(grid: &ForwardGrid, window: &GeoWindow) -> bool {
    const NEARLY_A_TURN: u32 = u32::MAX - (1 << 16);
    let east = window.corner.lon.wrapping_sub(grid.window.corner.lon) as u32;
    grid.window.size[0] >= NEARLY_A_TURN && east.checked_add(window.size[0]).is_none()
}

/// The bilinear mean of a grid's nodes, as the GPU computes it; None beyond the grid, NaN where the map ends.
fn by_grid(grid: &ForwardGrid, point: FixedLonLat) -> Option<[f64; 2]> {
    let offset = [point.lon.wrapping_sub(grid.window.corner.lon), point.lat.wrapping_sub(grid.window.corner.lat)];
    let cells = grid.nodes.map(|n| f64::from(n - 1));
    let at = [0, 1].map(|k| f64::from(offset[k] as u32) / f64::from(grid.window.size[k]) * cells[k]);
    if at[0] > cells[0] || at[1] > cells[1] {
        return None;
    }
    let cell = [0, 1].map(|k| at[k].floor().min(cells[k] - 1.0));
    let t = [0, 1].map(|k| at[k] - cell[k]);
    let k = cell[1] as usize * grid.nodes[0] as usize + cell[0] as usize;
    let corners = [k, k + 1, k + grid.nodes[0] as usize, k + grid.nodes[0] as usize + 1].map(|k| grid.values[k]);
    if corners.iter().any(|c| c[0] == OUTSIDE_PX) {
        return Some([f64::NAN; 2]);
    }
    let mix = |a: f64, b: f64, t: f64| a + (b - a) * t;
    Some([0, 1].map(|axis| {
        let [sw, se, nw, ne] = corners.map(|c| f64::from(c[axis]));
        mix(mix(sw, se, t[0]), mix(nw, ne, t[0]), t[1])
    }))
}

/// The strokes of a dashed layer.
fn dashed(dashes: &KeptDashes, figure: &Figure, grid: &ForwardGrid, place: Place) -> Option<Vec<[f32; 2]>> {
    let level = dashes.levels.get(&figure.level)?;
    let cutter = DashCutter::new(&dashes.style, dashes.width_px, [figure.view.width_px, figure.view.height_px])?;
    let longest_px = f64::from(figure.longest_segment_px());
    let mut strokes = Vec::new();
    for line in level.visible_lines(&grid.window) {
        let mut rest = place(line).into_iter().peekable();
        while rest.peek().is_some() {
            let mut piece: Vec<[f64; 2]> = Vec::new();
            while let Some(p) = rest.next_if(|p| {
                let is_near = |q: &[f64; 2]| (p[0] - q[0]).hypot(p[1] - q[1]) <= longest_px;
                p[0].is_finite() && piece.last().is_none_or(is_near)
            }) {
                piece.push(p);
            }
            if piece.is_empty() {
                rest.next();
            }
            cutter.cut(&piece, &mut strokes);
        }
    }
    Some(strokes)
}

/// PROJ's own positions.
struct Exact<'a> {
    view: &'a View,
    map_from_lonlat: Rc<Transformer>,
    /// On maps of longitude and latitude, the longitude of the middle: positions are given the turn nearest to it.
    middle_lon: Option<f64>,
}

impl<'a> Exact<'a> {
    fn new(view: &'a View, transformers: &Transformers) -> Result<Self> {
        let [x0, x1, _, _] = view.extent.bounds();
        let middle_lon = view.crs.is_geographic().then(|| x0.midpoint(x1));
        Ok(Self { view, map_from_lonlat: transformers.get(&Crs::wgs84(), &view.crs)?, middle_lon })
    }

    fn place(&self, points: &[FixedLonLat]) -> Vec<[f64; 2]> {
        let (mut xs, mut ys): (Vec<_>, Vec<_>) = points.iter().map(|p| p.to_degrees()).unzip();
        self.map_from_lonlat.transform(&mut xs, &mut ys);
        if let Some(middle) = self.middle_lon {
            xs.iter_mut().for_each(|x| *x += 360.0 * ((middle - *x) / 360.0).round());
        }
        self.view.px_from_map(&mut xs, &mut ys);
        let kept = |(x, y): (f64, f64)| if x.is_finite() && y.is_finite() { [x, y] } else { [f64::NAN; 2] };
        xs.into_iter().zip(ys).map(kept).collect()
    }
}
