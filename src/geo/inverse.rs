//! From output pixels to raster pixels: the grid that tells the raster pass where each pixel's value lies.

use std::rc::Rc;

use super::bends::{Bend, POLYNOMIAL_SHARE, bilinear_error};
use super::chebyshev::{Polynomial, least_slopes, terms_at, value_in_row};
use super::domain::{Domain, UNIT_PX};
use super::quilt::{Function, Need, PieceKind, Quilt, UnitRect};
use super::round_trip::{ROUND_TRIP_PX, RoundTrip, wrapped};
use super::{GRID_TOLERANCE_PX, GeoTransform, Georeference, OUTSIDE_PX, Transformer, Transformers, View};
use crate::error::Result;

/// Nodes every so many pixels: the spacings to choose from.
const PITCHES_PX: [u32; 5] = [16, 8, 4, 2, 1];

/// How exactly pixels must be placed on the raster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// To [`GRID_TOLERANCE_PX`] of an output pixel and of a cell, so that every pixel shows its own cell.
    Cells,
    /// To [`GRID_TOLERANCE_PX`] of an output pixel, for pixels that are made of the cells around them.
    Pixels,
}

/// Raster coordinates of a view's pixels, as bilinear cells and, where those would be off by more than
/// [`GRID_TOLERANCE_PX`], as exact patches of [`UNIT_PX`] by [`UNIT_PX`] pixels.
///
/// All coordinates are relative to [`base_px`](Self::base_px), so that `f32` holds them well.
pub struct InverseGrid {
    /// Output pixels between neighbouring nodes; divides [`UNIT_PX`].
    pub pitch_px: u32,
    /// Nodes along x and y; the first lies on the box's top left corner.
    pub nodes: [u32; 2],
    /// Column and row to add to every coordinate.
    pub base_px: [i32; 2],
    /// Column and row of each node less the base, row by row; [`OUTSIDE_PX`] where the raster is not.
    pub values: Vec<[f32; 2]>,
    /// Squares of [`UNIT_PX`] in a row of [`patch_of_unit`](Self::patch_of_unit).
    pub unit_columns: u32,
    /// For each square of [`UNIT_PX`], row by row: 0, or 1 + the index of its patch.
    pub patch_of_unit: Vec<u32>,
    /// Column and row less the base at the pixel centres of each patch, row by row.
    pub patches: Vec<[f32; 2]>,
    /// Largest error against PROJ of any interpolated pixel, in pixels: an upper bound.
    pub max_error_px: f64,
}

impl InverseGrid {
    /// Pixels of a patch.
    pub const PATCH_POINTS: usize = (UNIT_PX * UNIT_PX) as usize;

    /// Describes PROJ's way from the view to the raster.
    ///
    /// Pixels outside `domain` are outside the raster.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if there is no operation from the view's system to the raster's.
    pub fn new(
        view: &View,
        domain: &Domain,
        raster: &Georeference,
        precision: Precision,
        transformers: &Transformers,
    ) -> Result<Self> {
        let source = Source { precision, ..Source::new(view, domain, raster, transformers)? };
        let units = domain.units();
        let quilt = Quilt::new(&source, [f64::from(UNIT_PX); 2], units);
        let corners = Nodes::tabulated(&quilt, UNIT_PX, [f64::NAN; 2], |value| value);
        let errors_px = source.errors_px(&quilt, &corners);
        let pitch_px = cheapest_pitch(units, &errors_px);
        let base_px = base_px(&corners.values);
        let nodes = Nodes::tabulated(&quilt, pitch_px, [OUTSIDE_PX; 2], |value| relative(value, base_px));
        let mut patches = Patches::of(&quilt, |k| error_px(errors_px[k], pitch_px));
        source.fill_exactly(&patches.rough, &mut patches.values);
        Ok(Self {
            pitch_px,
            nodes: nodes.size,
            base_px,
            values: nodes.values,
            unit_columns: units[0],
            patch_of_unit: patches.of_unit,
            patches: patches.values.into_iter().map(|v| relative(v, base_px)).collect(),
            max_error_px: patches.max_error_px,
        })
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

impl Precision {
    /// The raster pixels in which errors are counted, where an output pixel spans `scale` of them.
    fn raster_px(self, scale: f64) -> f64 {
        let least = scale.max(1e-9);
        match self {
            Self::Cells => least.min(1.0),
            Self::Pixels => least,
        }
    }
}

/// The exact function that the grid approximates.
struct Source<'a> {
    view: &'a View,
    domain: &'a Domain,
    raster: &'a GeoTransform,
    size: [f64; 2],
    raster_from_map: Rc<Transformer>,
    raster_round_trip: RoundTrip,
    precision: Precision,
    /// For a geographic raster, the longitude of its middle: others are wrapped to within half a turn of it.
    wrap_about_deg: Option<f64>,
}

impl<'a> Source<'a> {
    fn new(view: &'a View, domain: &'a Domain, raster: &'a Georeference, transformers: &Transformers) -> Result<Self> {
        let size = raster.size.map(f64::from);
        let [middle, _] = raster.transform.map_from_px(size[0] / 2.0, size[1] / 2.0);
        Ok(Self {
            view,
            domain,
            raster: &raster.transform,
            size,
            raster_from_map: transformers.get(&view.crs, &raster.crs)?,
            precision: Precision::Cells,
            raster_round_trip: RoundTrip::new(&raster.crs, transformers)?,
            wrap_about_deg: raster.crs.is_geographic().then_some(middle),
        })
    }

    /// Columns and rows at output pixels; NaN where the inverse has no answer.
    fn raster_px(&self, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let mut xs: Vec<_> = points.iter().map(|p| p[0]).collect();
        let mut ys: Vec<_> = points.iter().map(|p| p[1]).collect();
        self.view.map_from_px(&mut xs, &mut ys);
        self.raster_from_map.transform(&mut xs, &mut ys);
        let px = |(&x, &y): (&f64, &f64)| {
            let x = self.wrap_about_deg.map_or(x, |middle| wrapped(x, middle));
            self.raster.px_from_map(x, y)
        };
        let mut found: Vec<_> = xs.iter().zip(&ys).map(px).collect();
        self.drop_strays(&mut found, &xs, &ys);
        found
    }

    /// Sets those columns and rows on the raster to NaN that are none: beyond the edge of a projection, some of
    /// PROJ's formulas answer all the same. `xs` and `ys` are the points in the raster's system.
    fn drop_strays(&self, found: &mut [[f64; 2]], xs: &[f64], ys: &[f64]) {
        // Elsewhere a stray does no harm.
        let is_on_raster = |p: &[f64; 2]| (0..2).all(|k| p[k] >= -1.0 && p[k] <= self.size[k] + 1.0);
        let on_raster: Vec<usize> = (0..found.len()).filter(|k| is_on_raster(&found[*k])).collect();
        let pick = |v: &[f64]| on_raster.iter().map(|k| v[*k]).collect::<Vec<_>>();
        let (mut back_x, mut back_y) = (pick(xs), pick(ys));
        let (before_x, before_y) = (back_x.clone(), back_y.clone());
        self.raster_round_trip.go(&mut back_x, &mut back_y);
        for (i, &k) in on_raster.iter().enumerate() {
            let [before, after] =
                [[before_x[i], before_y[i]], [back_x[i], back_y[i]]].map(|p| self.raster.px_from_map(p[0], p[1]));
            let off = (before[0] - after[0]).abs().max((before[1] - after[1]).abs());
            // NaN is never small.
            if !matches!(off.partial_cmp(&ROUND_TRIP_PX), Some(std::cmp::Ordering::Less)) {
                found[k] = [f64::NAN; 2];
            }
        }
    }

    /// For each square with a polynomial that may lie on the raster: the error of bilinear interpolation between its
    /// corners, in pixels as the precision counts them. 0 elsewhere.
    fn errors_px(&self, quilt: &Quilt<2>, corners: &Nodes<f64>) -> Vec<f64> {
        let side = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
        let error = |(bend, [x, y]): (Bend, [u32; 2])| {
            let Bend::Smooth(bend) = bend else { return 0.0 };
            let [corner, right, below] = [[x, y], [x + 1, y], [x, y + 1]].map(|[x, y]| corners.at(x, y));
            if self.is_off_raster(&[corner, right, below, corners.at(x + 1, y + 1)]) {
                return 0.0;
            }
            let shortest = side(corner, right).min(side(corner, below));
            bilinear_error(bend, [1; 2]) / self.precision.raster_px(shortest / f64::from(UNIT_PX))
        };
        let units = UnitRect { first: [0; 2], size: quilt.units }.units();
        quilt.bends().into_iter().zip(units).map(error).collect()
    }

    /// Whether a piece with these values lies beside the raster.
    fn is_off_raster(&self, values: &[[f64; 2]]) -> bool {
        // A polynomial bulges little between its points.
        const BULGE: f64 = 0.1;
        (0..2).any(|axis| {
            let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v[axis]), h.max(v[axis])));
            let bulge = BULGE * (high - low) + 1.0;
            high + bulge < 0.0 || low - bulge > self.size[axis]
        })
    }

    /// Asks PROJ for each pixel of the squares `rough`, given by where their patches begin and by column and row.
    fn fill_exactly(&self, rough: &[(usize, [u32; 2])], patches: &mut [[f64; 2]]) {
        let (mut places, mut points) = (Vec::new(), Vec::new());
        for &(start, [x, y]) in rough {
            for k in 0..UNIT_PX * UNIT_PX {
                let px = [x * UNIT_PX + k % UNIT_PX, y * UNIT_PX + k / UNIT_PX];
                if self.domain.holds_px(px) {
                    places.push(start + k as usize);
                    points.push(px.map(|c| f64::from(c) + 0.5));
                }
            }
        }
        for (place, value) in places.into_iter().zip(self.raster_px(&points)) {
            patches[place] = value;
        }
    }
}

impl Function<2> for Source<'_> {
    fn values(&self, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
        self.raster_px(points)
    }

    fn need(&self, rect: UnitRect, values: &[[f64; 2]]) -> Need {
        match self.domain.uniform(rect) {
            Some(false) => return Need::Nothing,
            None => return Need::Split,
            Some(true) => {}
        }
        let missing = values.iter().filter(|v| v[0].is_nan()).count();
        // A large piece beside the raster may still be one that a single polynomial describes.
        if missing == values.len() || (missing == 0 && !rect.is_large() && self.is_off_raster(values)) {
            return Need::Nothing;
        }
        if missing > 0 {
            return Need::Split;
        }
        // Raster pixels in an output pixel, at least.
        let [x, y] = least_slopes(rect.size.map(|units| f64::from(units * UNIT_PX)), values);
        Need::Within(GRID_TOLERANCE_PX * POLYNOMIAL_SHARE * self.precision.raster_px(x.min(y)))
    }
}

/// Values on the nodes of a grid, row by row.
struct Nodes<T> {
    size: [u32; 2],
    values: Vec<[T; 2]>,
}

impl<T: Copy> Nodes<T> {
    /// The quilt's values as `kept` has them; `outside` where the raster is not.
    fn tabulated(quilt: &Quilt<2>, pitch_px: u32, outside: [T; 2], kept: impl Fn([f64; 2]) -> [T; 2]) -> Self {
        let per_unit = UNIT_PX / pitch_px;
        let size = quilt.units.map(|n| n * per_unit + 1);
        let mut values = vec![outside; (size[0] * size[1]) as usize];
        quilt.tabulate([per_unit; 2], &mut |[x, y], value| values[(y * size[0] + x) as usize] = kept(value));
        Self { size, values }
    }

    fn at(&self, x: u32, y: u32) -> [T; 2] {
        self.values[(y * self.size[0] + x) as usize]
    }
}

/// The error at a pitch of a square whose error at the pitch [`UNIT_PX`] is known.
fn error_px(at_unit: f64, pitch_px: u32) -> f64 {
    at_unit * (f64::from(pitch_px) / f64::from(UNIT_PX)).powi(2) + GRID_TOLERANCE_PX * POLYNOMIAL_SHARE
}

/// The pitch that needs the fewest numbers, nodes and patches together.
fn cheapest_pitch(units: [u32; 2], errors_px: &[f64]) -> u32 {
    let numbers = |pitch_px: u32| {
        let nodes: usize = units.iter().map(|n| (n * (UNIT_PX / pitch_px) + 1) as usize).product();
        let patches = errors_px.iter().filter(|error| error_px(**error, pitch_px) > GRID_TOLERANCE_PX).count();
        nodes + patches * InverseGrid::PATCH_POINTS
    };
    PITCHES_PX.into_iter().min_by_key(|pitch| numbers(*pitch)).unwrap_or(UNIT_PX)
}

/// Squares whose pixels are kept one by one.
struct Patches {
    /// As [`InverseGrid::patch_of_unit`].
    of_unit: Vec<u32>,
    /// Columns and rows of their pixels; NaN where no polynomial tells.
    values: Vec<[f64; 2]>,
    /// Where in the values those of the squares begin that no polynomial describes, and their column and row.
    rough: Vec<(usize, [u32; 2])>,
    /// The greatest error of the squares without a patch, in pixels.
    max_error_px: f64,
}

impl Patches {
    /// Those that interpolation, whose error in a square with a polynomial `error_px` tells, does not describe.
    fn of(quilt: &Quilt<2>, error_px: impl Fn(usize) -> f64) -> Self {
        let count = (quilt.units[0] * quilt.units[1]) as usize;
        let mut patches = Self { of_unit: vec![0; count], values: Vec::new(), rough: Vec::new(), max_error_px: 0.0 };
        for piece in &quilt.pieces {
            for unit in piece.rect.units() {
                let k = (unit[1] * quilt.units[0] + unit[0]) as usize;
                match &piece.kind {
                    PieceKind::Skipped => continue,
                    PieceKind::Smooth(_) if error_px(k) <= GRID_TOLERANCE_PX => {
                        patches.max_error_px = patches.max_error_px.max(error_px(k));
                        continue;
                    }
                    PieceKind::Smooth(polynomial) => patches.values.extend(unit_values(piece.rect, polynomial, unit)),
                    PieceKind::Rough => {
                        patches.rough.push((patches.values.len(), unit));
                        patches.values.resize(patches.values.len() + InverseGrid::PATCH_POINTS, [f64::NAN; 2]);
                    }
                }
                patches.of_unit[k] = (patches.values.len() / InverseGrid::PATCH_POINTS) as u32;
            }
        }
        patches
    }
}

/// A polynomial's values at the pixel centres of one of its squares.
fn unit_values(rect: UnitRect, polynomial: &Polynomial<2>, unit: [u32; 2]) -> Vec<[f64; 2]> {
    let terms = |axis: usize, k: u32| {
        let mut at = [0.0; 2];
        at[axis] = f64::from(unit[axis]) + (f64::from(k) + 0.5) / f64::from(UNIT_PX);
        terms_at(rect.along_sides(at)[axis])
    };
    let columns: Vec<_> = (0..UNIT_PX).map(|k| terms(0, k)).collect();
    (0..UNIT_PX)
        .flat_map(|k| {
            let row = polynomial.row(&terms(1, k));
            columns.iter().map(move |terms_x| value_in_row(&row, terms_x)).collect::<Vec<_>>()
        })
        .collect()
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
