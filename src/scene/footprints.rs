//! What a view needs of a raster: which level each pixel is sampled at, and which tiles that takes. The arithmetic is
//! that of `frame.wgsl`, in bounds that hold for whatever order it rounds in there.

use std::collections::BTreeSet;

use crate::geo::{InverseGrid, OUTSIDE_PX, PixelRect, UNIT_PX};
use crate::source::{Pyramid, Tile};
use crate::style::Resampling;

/// Most cells along a side that a pixel is made of; `MOST_SPAN` in `levels.wgsl`.
pub const MOST_SPAN: f32 = 24.0;

/// The same of its largest or smallest cell; `MOST_EXTREME_SPAN` there.
pub const MOST_EXTREME_SPAN: f32 = 64.0;

/// What rounding may add to a position, in cells, and to a ratio.
const ROUNDING: f64 = 0.02;

/// How a view looks at a raster.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The raster's levels.
    pub pyramid: &'a Pyramid,
    /// How pixels are made of cells.
    pub resampling: Resampling,
    /// Whether the last column of the raster is followed by its first.
    pub wraps: bool,
    /// Whether only the raster's own cells are looked at.
    pub finest_only: bool,
}

/// Values from the first to the second, along x and y.
type Bounds = [[f64; 2]; 2];

/// What some pixels need: where their centres are, and how many cells they span, in cells of the raster.
#[derive(Clone, Copy)]
struct Patch {
    at: Bounds,
    span: Bounds,
}

/// Whether at least half of a view's pixels on the raster are smaller than its cells.
///
/// A pixel is smaller than a cell if the area between the grid's nodes around it is, in cells, at most its pixels.
#[must_use]
pub fn enlarges(grid: &InverseGrid, size: [u32; 2]) -> bool {
    let (mut larger, mut smaller) = (0, 0);
    let pixels = f64::from(grid.pitch_px).powi(2);
    for_cells(grid, whole(grid), |nodes, _| {
        let [nw, ne, sw, se] = nodes;
        let at = bounds(&nodes);
        if (0..2).any(|k| at[k][1] <= 0.0 || at[k][0] >= f64::from(size[k])) {
            return;
        }
        // Half the cross product of the diagonals.
        let area = ((se[0] - nw[0]) * (sw[1] - ne[1]) - (sw[0] - ne[0]) * (se[1] - nw[1])).abs() / 2.0;
        // Equal sides count as larger, and are equal only to rounding.
        *(if area <= pixels * 1.0001 { &mut larger } else { &mut smaller }) += 1;
    });
    larger >= smaller
}

/// The most cells of a raster of a size that a pixel of a view spans along an axis.
#[must_use]
pub fn widest_span(grid: &InverseGrid, size: [u32; 2]) -> f64 {
    let mut widest = 0.0_f64;
    let per_px = 1.0 / f64::from(grid.pitch_px);
    for_cells(grid, whole(grid), |nodes, _| {
        let at = bounds(&nodes);
        if (0..2).all(|k| at[k][1] >= 0.0 && at[k][0] <= f64::from(size[k])) {
            let span = span_between(nodes, per_px);
            widest = widest.max(span[0][1]).max(span[1][1]);
        }
    });
    for_patch_pixels(grid, whole(grid), Some(f64::from(size[0])), |patch| {
        widest = widest.max(patch.span[0][1]).max(patch.span[1][1]);
    });
    widest
}

fn whole(grid: &InverseGrid) -> PixelRect {
    PixelRect { corner: [0; 2], size: grid.nodes.map(|n| (n - 1) * grid.pitch_px) }
}

impl Look<'_> {
    /// The pages of all tiles that may be sampled for the pixels of a rectangle.
    #[must_use]
    pub fn pages(&self, grid: &InverseGrid, rect: PixelRect) -> BTreeSet<u32> {
        let mut found = Found { look: self, pages: BTreeSet::new(), last: None };
        let per_px = 1.0 / f64::from(grid.pitch_px);
        for_cells(grid, rect, |nodes, corners| {
            found.add(Patch { at: bounds(&corners), span: span_between(nodes, per_px) });
        });
        for_patch_pixels(grid, rect, self.wraps.then(|| f64::from(self.pyramid.levels()[0].size[0])), |patch| {
            found.add(patch);
        });
        found.pages
    }

    /// The level that a pixel of this span is sampled at: the coarsest of whose cells it still spans one.
    fn level(&self, span: [f64; 2]) -> usize {
        if self.resampling == Resampling::Nearest || self.finest_only {
            return 0;
        }
        let spans_one = |level: &crate::source::RasterLevel| {
            let [x, y] = [0, 1].map(|k| span[k] * level.per_cell[k]);
            x.min(y) >= 1.0
        };
        self.pyramid.levels().iter().rposition(spans_one).unwrap_or(0)
    }

    /// How far from a pixel's centre cells are looked at, in cells of the level.
    fn reach(&self, span: f64) -> f64 {
        match self.resampling {
            Resampling::Nearest => 0.0,
            Resampling::Bilinear => 1.0,
            Resampling::Cubic => 2.0,
            Resampling::Average | Resampling::Mode => span.min(f64::from(MOST_SPAN)) / 2.0,
            Resampling::Max | Resampling::Min => span.min(f64::from(MOST_EXTREME_SPAN)) / 2.0,
        }
    }
}

struct Found<'a> {
    look: &'a Look<'a>,
    pages: BTreeSet<u32>,
    /// What was added last, as many neighbours need the same.
    last: Option<(usize, [[u32; 2]; 2])>,
}

impl Found<'_> {
    fn add(&mut self, patch: Patch) {
        let [least, most] = [0, 1].map(|end| {
            let share = 1.0 + if end == 0 { -1.0 } else { 1.0 } * ROUNDING / 4.0;
            self.look.level([0, 1].map(|k| patch.span[k][end] * share))
        });
        for level in least..=most {
            self.add_at(level, patch);
        }
    }

    fn add_at(&mut self, level: usize, patch: Patch) {
        let pyramid = self.look.pyramid;
        let (size, per_cell) = (pyramid.levels()[level].size, pyramid.levels()[level].per_cell);
        let own = pyramid.levels()[0].size;
        let cells = [0, 1].map(|k| {
            // The level's position is one of the raster's times a ratio, both rounded.
            let rounding = ROUNDING + f64::from(own[k]) * per_cell[k] * 4e-7;
            let reach = self.look.reach(patch.span[k][1] * per_cell[k]) + rounding;
            [(patch.at[k][0] * per_cell[k] - reach).floor(), (patch.at[k][1] * per_cell[k] + reach).floor()]
        });
        // Only pixels whose centre is on the raster show it.
        let misses = |k: usize| patch.at[k][1] < -ROUNDING || patch.at[k][0] > f64::from(own[k]) + ROUNDING;
        if misses(1) || misses(0) {
            return;
        }
        let [columns, rows] = [0, 1]
            .map(|k| [cells[k][0].clamp(0.0, f64::from(size[k] - 1)), cells[k][1].clamp(0.0, f64::from(size[k] - 1))]);
        self.insert(level, [columns, rows]);
        if self.look.wraps {
            let last = f64::from(size[0] - 1);
            if cells[0][0] < 0.0 {
                self.insert(level, [[(last + 1.0 + cells[0][0]).max(0.0), last], rows]);
            }
            if cells[0][1] > last {
                self.insert(level, [[0.0, (cells[0][1] - last - 1.0).min(last)], rows]);
            }
        }
    }

    /// Adds the tiles from the first to the last column and row of cells.
    fn insert(&mut self, level: usize, [columns, rows]: Bounds) {
        let pyramid = self.look.pyramid;
        let tile = |cell: f64| cell as u32 / pyramid.tile_cells();
        let range = [columns.map(tile), rows.map(tile)];
        if self.last == Some((level, range)) {
            return;
        }
        self.last = Some((level, range));
        for row in range[1][0]..=range[1][1] {
            let first = pyramid.page(Tile { level, at: [range[0][0], row] });
            self.pages.extend(first..=first + range[0][1] - range[0][0]);
        }
    }
}

fn bounds(points: &[[f64; 2]]) -> Bounds {
    [0, 1].map(|k| {
        let values = points.iter().map(|p| p[k]);
        values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| [low.min(v), high.max(v)])
    })
}

/// How many cells pixels between four nodes span. The derivative of bilinear interpolation along one side grows
/// evenly along the other, so it lies between those at the two ends.
fn span_between([nw, ne, sw, se]: [[f64; 2]; 4], per_px: f64) -> Bounds {
    [0, 1].map(|k| {
        let [north, south] = [ne[k] - nw[k], se[k] - sw[k]].map(|d| d * per_px);
        let [west, east] = [sw[k] - nw[k], se[k] - ne[k]].map(|d| d * per_px);
        let least = |a: f64, b: f64| if a * b <= 0.0 { 0.0 } else { a.abs().min(b.abs()) };
        [least(north, south) + least(west, east), north.abs().max(south.abs()) + west.abs().max(east.abs())]
    })
}

/// Calls `visit` with the raster coordinates of the nodes of each grid cell, and those at the corners of the part of
/// it that a rectangle holds; not with cells that are patches, nor with those that have a node outside.
fn for_cells(grid: &InverseGrid, rect: PixelRect, mut visit: impl FnMut([[f64; 2]; 4], [[f64; 2]; 4])) {
    let pitch = grid.pitch_px;
    let end = |k: usize| rect.corner[k] + rect.size[k];
    let [columns, rows] =
        [0, 1].map(|k| rect.corner[k] / pitch..end(k).div_ceil(pitch).min(grid.nodes[k].saturating_sub(1)));
    for row in rows {
        for column in columns.clone() {
            let k = (row * grid.nodes[0] + column) as usize;
            let south = k + grid.nodes[0] as usize;
            let nodes = [k, k + 1, south, south + 1].map(|k| grid.values[k]);
            let is_outside = nodes.iter().flatten().any(|v| v.abs() > OUTSIDE_PX.abs() / 8.0);
            if is_outside || patch_index(grid, [column, row].map(|n| n * pitch / UNIT_PX)).is_some() {
                continue;
            }
            let nodes = nodes.map(|v| [0, 1].map(|axis| f64::from(v[axis]) + f64::from(grid.base_px[axis])));
            // The part within the rectangle, as shares of the cell.
            let first = [column, row].map(|n| n * pitch);
            let share = |k: usize, px: u32| f64::from(px.saturating_sub(first[k]).min(pitch)) / f64::from(pitch);
            let [x, y] = [0, 1].map(|k| [share(k, rect.corner[k]), share(k, end(k))]);
            visit(nodes, [[x[0], y[0]], [x[1], y[0]], [x[0], y[1]], [x[1], y[1]]].map(|t| between(&nodes, t)));
        }
    }
}

fn between([nw, ne, sw, se]: &[[f64; 2]; 4], [x, y]: [f64; 2]) -> [f64; 2] {
    [0, 1].map(|k| {
        let (north, south) = (nw[k] + (ne[k] - nw[k]) * x, sw[k] + (se[k] - sw[k]) * x);
        north + (south - north) * y
    })
}

/// Calls `visit` for each pixel of a rectangle that has exact coordinates.
fn for_patch_pixels(grid: &InverseGrid, rect: PixelRect, wraps_at: Option<f64>, mut visit: impl FnMut(Patch)) {
    let side = UNIT_PX;
    let end = [0, 1].map(|k| rect.corner[k] + rect.size[k]);
    let cells = [0, 1].map(|k| rect.corner[k] / side..end[k].div_ceil(side));
    for row in cells[1].clone() {
        for column in cells[0].clone() {
            let Some(patch) = patch_index(grid, [column, row]) else { continue };
            let first = [column * side, row * side];
            let pixels = |k: usize| rect.corner[k].saturating_sub(first[k])..end[k].saturating_sub(first[k]).min(side);
            for j in pixels(1) {
                for i in pixels(0) {
                    if let Some(pixel) = patch_pixel(grid, patch, [i, j], wraps_at) {
                        visit(pixel);
                    }
                }
            }
        }
    }
}

/// What one pixel of a patch needs; None if it is outside.
fn patch_pixel(grid: &InverseGrid, patch: usize, [i, j]: [u32; 2], wraps_at: Option<f64>) -> Option<Patch> {
    let side = UNIT_PX;
    let value = |i: u32, j: u32| {
        let v = grid.patches[((patch as u32 * side + j) * side + i) as usize];
        (v[0].abs().max(v[1].abs()) <= OUTSIDE_PX.abs() / 2.0).then(|| v.map(f64::from))
    };
    let at = value(i, j)?;
    let step_to = |neighbour: Option<[f64; 2]>| {
        let mut step = neighbour.map(|n| [n[0] - at[0], n[1] - at[1]])?;
        if let Some(width) = wraps_at {
            step[0] -= width * (step[0] / width).round();
        }
        Some(step.map(f64::abs))
    };
    // Of two neighbours one may be beyond a seam.
    let smaller = |a: Option<[f64; 2]>, b: Option<[f64; 2]>| match (a, b) {
        (Some(a), Some(b)) => {
            if a[0] + a[1] <= b[0] + b[1] {
                a
            } else {
                b
            }
        }
        (a, b) => a.or(b).unwrap_or_default(),
    };
    let neighbour = |inside: bool, i: u32, j: u32| if inside { step_to(value(i, j)) } else { None };
    let across = smaller(neighbour(i + 1 < side, i + 1, j), neighbour(i > 0, i.wrapping_sub(1), j));
    let down = smaller(neighbour(j + 1 < side, i, j + 1), neighbour(j > 0, i, j.wrapping_sub(1)));
    let absolute = |k: usize| at[k] + f64::from(grid.base_px[k]);
    Some(Patch { at: [0, 1].map(|k| [absolute(k); 2]), span: [0, 1].map(|k| [across[k] + down[k]; 2]) })
}

/// The patch of a square of [`UNIT_PX`]; squares beyond the view have none.
fn patch_index(grid: &InverseGrid, [column, row]: [u32; 2]) -> Option<usize> {
    if column >= grid.unit_columns {
        return None;
    }
    let patch = grid.patch_of_unit.get((row * grid.unit_columns + column) as usize)?;
    patch.checked_sub(1).map(|patch| patch as usize)
}
