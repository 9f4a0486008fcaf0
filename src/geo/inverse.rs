//! From output pixels to raster pixels: the grid that tells the raster pass where each pixel's value lies.

use std::rc::Rc;

use super::lattice::{CoarseCell, FINE_SHARE, Lattice};
use super::{Crs, Extent, GRID_TOLERANCE_PX, Transformer, Transformers, View};
use crate::error::Result;

/// Stands for "no raster pixel here" in the grids: outside any raster, yet safe to compute with.
pub const OUTSIDE_PX: f32 = -1e9;

/// How far a point may return from PROJ's inverse and forward before it counts as having no image, in pixels of the
/// output and of the raster.
const ROUND_TRIP_PX: f64 = 0.01;

/// GDAL's affine geotransform: map x = c0 + col c1 + row c2, map y = c3 + col c4 + row c5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeoTransform(pub [f64; 6]);

impl GeoTransform {
    /// Whether the transform can be inverted.
    #[must_use]
    pub fn is_invertible(&self) -> bool {
        self.0.iter().all(|c| c.is_finite()) && self.determinant() != 0.0
    }

    fn determinant(&self) -> f64 {
        let [_, a, b, _, d, e] = self.0;
        a * e - b * d
    }

    /// Column and row (0, 0 is the top left corner of the first pixel) of a point in the raster's system.
    #[must_use]
    pub fn px_from_map(&self, x: f64, y: f64) -> [f64; 2] {
        let [x0, a, b, y0, d, e] = self.0;
        let (dx, dy, det) = (x - x0, y - y0, self.determinant());
        [(e * dx - b * dy) / det, (a * dy - d * dx) / det]
    }

    /// The point in the raster's system of a column and row.
    #[must_use]
    pub fn map_from_px(&self, col: f64, row: f64) -> [f64; 2] {
        let [x0, a, b, y0, d, e] = self.0;
        [x0 + a * col + b * row, y0 + d * col + e * row]
    }
}

/// Where a raster lies.
#[derive(Clone, Debug, PartialEq)]
pub struct Georeference {
    /// The raster's coordinate reference system.
    pub crs: Crs,
    /// From columns and rows to that system.
    pub transform: GeoTransform,
    /// Columns and rows.
    pub size: [u32; 2],
}

impl Georeference {
    /// The bounding box of the raster in its own system.
    ///
    /// # Errors
    /// As [`Extent::new`].
    pub fn extent(&self) -> Result<Extent, String> {
        let [w, h] = self.size.map(f64::from);
        let corners = [[0.0, 0.0], [w, 0.0], [0.0, h], [w, h]].map(|[col, row]| self.transform.map_from_px(col, row));
        let bound = |axis: usize, f: fn(f64, f64) -> f64| corners.iter().map(|c| c[axis]).reduce(f).unwrap_or(f64::NAN);
        Extent::new(bound(0, f64::min), bound(0, f64::max), bound(1, f64::min), bound(1, f64::max))
    }
}

/// Raster coordinates of a view's pixels, as bilinear cells and, where those would be off by more than
/// [`GRID_TOLERANCE_PX`], as exact patches.
///
/// All coordinates are relative to [`base_px`](Self::base_px), so that `f32` holds them well.
pub struct InverseGrid {
    /// Output pixels between neighbouring nodes.
    pub pitch_px: u32,
    /// Nodes along x and y; the first lies on the box's top left corner.
    pub nodes: [u32; 2],
    /// Column and row to add to every coordinate.
    pub base_px: [i32; 2],
    /// Column and row of each node less the base, row by row.
    pub values: Vec<[f32; 2]>,
    /// For each patch cell (2 by 2 node cells), row by row: 0, or 1 + the index of its patch.
    pub patch_of_cell: Vec<u32>,
    /// Column and row less the base at the pixel centres of each patch, `(2 * pitch_px)^2` a patch, row by row.
    pub patches: Vec<[f32; 2]>,
    /// Largest error against PROJ of any bilinear cell, in pixels: an upper bound.
    pub max_error_px: f64,
}

impl InverseGrid {
    /// Samples PROJ until every cell is within tolerance or replaced by exact values.
    ///
    /// The tolerance holds in pixels of the raster and of the output, whichever is finer.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if there is no operation from the view's system to the raster's.
    pub fn new(view: &View, raster: &Georeference, transformers: &Transformers) -> Result<Self> {
        let source = Source::new(view, raster, transformers)?;
        let mut pitch_px = 16;
        loop {
            let lattice = source.lattice(pitch_px);
            let cells = lattice.coarse_cells();
            let (needs_patch, max_error_px) = judge(&cells, lattice.nodes[0] / 2, 2 * pitch_px);
            let patch_points = needs_patch.iter().filter(|p| **p).count() * (2 * pitch_px as usize).pow(2);
            // A finer lattice has four times the nodes; patches are worth it while they cost no more.
            if pitch_px == 1 || patch_points <= 4 * lattice.values.len() {
                return Ok(source.finish(&lattice, pitch_px, &needs_patch, max_error_px));
            }
            pitch_px /= 2;
        }
    }

    /// Whether any pixel of the view falls on a raster of `size` columns and rows.
    #[must_use]
    pub fn touches(&self, size: [u32; 2]) -> bool {
        let nx = self.nodes[0] as usize;
        let inside = |low: [f64; 2], high: [f64; 2]| (0..2).all(|k| high[k] > 0.0 && low[k] < f64::from(size[k]));
        let absolute = |v: [f32; 2]| [0, 1].map(|k| f64::from(v[k]) + f64::from(self.base_px[k]));
        let cell_touches = |i: usize| {
            let corners = [i, i + 1, i + nx, i + nx + 1].map(|k| absolute(self.values[k]));
            let bound = |f: fn(f64, f64) -> f64| [0, 1].map(|k| corners.iter().map(|c| c[k]).reduce(f).unwrap_or(0.0));
            corners.iter().all(|c| c[0] > f64::from(OUTSIDE_PX) / 2.0) && inside(bound(f64::min), bound(f64::max))
        };
        let cells = self.values.len() - nx;
        (0..cells).filter(|i| (i + 1) % nx != 0).any(cell_touches)
            || self.patches.iter().any(|v| inside(absolute(*v), absolute(*v)))
    }
}

/// Which coarse cells must be exact, and an upper bound of the others' error in pixels.
fn judge(cells: &[CoarseCell], columns: usize, cell_px: u32) -> (Vec<bool>, f64) {
    let mut needs_patch = vec![false; cells.len()];
    let mut max_error_px = 0.0_f64;
    for (k, cell) in cells.iter().enumerate() {
        match *cell {
            CoarseCell::Empty => {}
            CoarseCell::Smooth { error, shortest_side } => {
                // Where the raster is enlarged, an error in its pixels is many output pixels.
                let enlargement = (f64::from(cell_px) / shortest_side).max(1.0);
                let error_px = error * enlargement * FINE_SHARE;
                if error_px <= GRID_TOLERANCE_PX {
                    max_error_px = max_error_px.max(error_px);
                } else {
                    needs_patch[k] = true;
                }
            }
            // The edge of the image may bulge into a neighbour between its nodes.
            CoarseCell::Mixed => {
                let (i, j) = (k % columns, k / columns);
                for b in j.saturating_sub(1)..=j + 1 {
                    for a in i.saturating_sub(1)..=(i + 1).min(columns - 1) {
                        if let Some(flag) = needs_patch.get_mut(b * columns + a) {
                            *flag = true;
                        }
                    }
                }
            }
        }
    }
    (needs_patch, max_error_px)
}

/// From a projection to its own longitude and latitude and back, with no change of datum on the way: for some of
/// these PROJ takes another operation back than there.
struct RoundTrip {
    there: Rc<Transformer>,
    back: Rc<Transformer>,
}

impl RoundTrip {
    fn new(crs: &Crs, transformers: &Transformers) -> Result<Self> {
        let base = crs.geographic_base().unwrap_or_else(|| crs.clone());
        Ok(Self { there: transformers.get(crs, &base)?, back: transformers.get(&base, crs)? })
    }

    /// Takes all points there and back; a point that gets lost becomes NaN.
    fn go(&self, xs: &mut [f64], ys: &mut [f64]) {
        self.there.transform(xs, ys);
        self.back.transform(xs, ys);
    }
}

/// The exact function that the grid approximates.
struct Source<'a> {
    view: &'a View,
    raster: &'a GeoTransform,
    raster_from_map: Rc<Transformer>,
    map_round_trip: RoundTrip,
    raster_round_trip: RoundTrip,
    /// For a geographic raster, the longitude of its middle: others are wrapped to within 180 degrees of it.
    wrap_about_deg: Option<f64>,
}

impl<'a> Source<'a> {
    fn new(view: &'a View, raster: &'a Georeference, transformers: &Transformers) -> Result<Self> {
        let [middle, _] =
            raster.transform.map_from_px(f64::from(raster.size[0]) / 2.0, f64::from(raster.size[1]) / 2.0);
        Ok(Self {
            view,
            raster: &raster.transform,
            raster_from_map: transformers.get(&view.crs, &raster.crs)?,
            map_round_trip: RoundTrip::new(&view.crs, transformers)?,
            raster_round_trip: RoundTrip::new(&raster.crs, transformers)?,
            wrap_about_deg: raster.crs.is_geographic().then_some(middle),
        })
    }

    /// Raster system coordinates of output pixel coordinates, in place; NaN where the inverse has no answer.
    fn invert(&self, xs: &mut [f64], ys: &mut [f64]) {
        self.view.map_from_px(xs, ys);
        self.raster_from_map.transform(xs, ys);
    }

    /// Sets those inverted points to NaN that are none: beyond the edge of a projection, some of PROJ's formulas
    /// answer all the same. `px` are the output pixels they come from.
    fn drop_strays(&self, px: [&[f64]; 2], xs: &mut [f64], ys: &mut [f64]) {
        let [mut map_x, mut map_y] = px.map(<[f64]>::to_vec);
        self.view.map_from_px(&mut map_x, &mut map_y);
        self.map_round_trip.go(&mut map_x, &mut map_y);
        self.view.px_from_map(&mut map_x, &mut map_y);
        let (mut raster_x, mut raster_y) = (xs.to_vec(), ys.to_vec());
        self.raster_round_trip.go(&mut raster_x, &mut raster_y);
        for i in 0..xs.len() {
            let off = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs().max((a[1] - b[1]).abs());
            let off_map = off([map_x[i], map_y[i]], [px[0][i], px[1][i]]);
            let [before, after] =
                [[xs[i], ys[i]], [raster_x[i], raster_y[i]]].map(|p| self.raster.px_from_map(p[0], p[1]));
            // NaN is never small.
            let returns = off_map <= ROUND_TRIP_PX && off(before, after) <= ROUND_TRIP_PX;
            if !returns {
                (xs[i], ys[i]) = (f64::NAN, f64::NAN);
            }
        }
    }

    /// Columns and rows of points in the raster's system, in place.
    fn raster_px(&self, xs: &mut [f64], ys: &mut [f64]) {
        for (x, y) in xs.iter_mut().zip(ys) {
            if let (Some(middle), true) = (self.wrap_about_deg, x.is_finite()) {
                *x = (*x - middle + 180.0).rem_euclid(360.0) - 180.0 + middle;
            }
            [*x, *y] = self.raster.px_from_map(*x, *y);
        }
    }

    /// Nodes every `pitch_px` that cover the box with whole coarse cells.
    fn lattice(&self, pitch_px: u32) -> Lattice {
        let nodes = [self.view.width_px, self.view.height_px].map(|size| 2 * size.div_ceil(2 * pitch_px) as usize + 1);
        let step = f64::from(pitch_px);
        Lattice::sample([0.0; 2], [step; 2], nodes, &|xs, ys| {
            let (px_x, px_y) = (xs.to_vec(), ys.to_vec());
            self.invert(xs, ys);
            // If all corners of coarse cells come back, so does what lies between them.
            let corners: Vec<usize> =
                (0..xs.len()).filter(|k| k / nodes[0] % 2 == 0 && k % nodes[0] % 2 == 0).collect();
            let pick = |v: &[f64]| corners.iter().map(|k| v[*k]).collect::<Vec<_>>();
            let (mut corner_x, mut corner_y) = (pick(xs), pick(ys));
            self.drop_strays([&pick(&px_x), &pick(&px_y)], &mut corner_x, &mut corner_y);
            if corner_x.iter().any(|x| x.is_nan()) {
                self.drop_strays([&px_x, &px_y], xs, ys);
            }
            self.raster_px(xs, ys);
        })
    }

    fn finish(&self, lattice: &Lattice, pitch_px: u32, needs_patch: &[bool], max_error_px: f64) -> InverseGrid {
        let base = base_px(&lattice.values);
        let columns = lattice.nodes[0] / 2;
        let mut patch_of_cell = vec![0; needs_patch.len()];
        let (mut xs, mut ys) = (Vec::new(), Vec::new());
        let mut patches = 0;
        for k in (0..needs_patch.len()).filter(|k| needs_patch[*k]) {
            patches += 1;
            patch_of_cell[k] = patches;
            let side = 2 * pitch_px;
            let corner = [k % columns, k / columns].map(|i| i as f64 * f64::from(side));
            for j in 0..side {
                xs.extend((0..side).map(|i| corner[0] + f64::from(i) + 0.5));
                ys.resize(xs.len(), corner[1] + f64::from(j) + 0.5);
            }
        }
        let (px_x, px_y) = (xs.clone(), ys.clone());
        self.invert(&mut xs, &mut ys);
        self.drop_strays([&px_x, &px_y], &mut xs, &mut ys);
        self.raster_px(&mut xs, &mut ys);
        InverseGrid {
            pitch_px,
            nodes: lattice.nodes.map(|n| n as u32),
            base_px: base,
            values: lattice.values.iter().map(|v| relative(*v, base)).collect(),
            patch_of_cell,
            patches: xs.into_iter().zip(ys).map(|(x, y)| relative([x, y], base)).collect(),
            max_error_px,
        }
    }
}

/// An integer pixel in the middle of all nodes, so that differences from it are small.
fn base_px(values: &[[f64; 2]]) -> [i32; 2] {
    [0, 1].map(|k| {
        let finite = values.iter().map(|v| v[k]).filter(|v| v.is_finite());
        let (low, high) = finite.fold((f64::MAX, f64::MIN), |(lo, hi), v| (lo.min(v), hi.max(v)));
        if low <= high { (low.midpoint(high)).clamp(-1e8, 1e8).round() as i32 } else { 0 }
    })
}

fn relative(value: [f64; 2], base: [i32; 2]) -> [f32; 2] {
    if value[0].is_nan() {
        return [OUTSIDE_PX; 2];
    }
    [0, 1].map(|k| (value[k] - f64::from(base[k])).clamp(f64::from(OUTSIDE_PX), -f64::from(OUTSIDE_PX)) as f32)
}
