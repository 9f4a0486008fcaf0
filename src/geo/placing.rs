//! From a box in one system to a map in another, point by point, with no answer where PROJ's would be nonsense.

use std::cell::Cell;
use std::rc::Rc;

use super::chebyshev::Polynomial;
use super::quilt::{Function, Need, UnitRect, one_polynomial};
use super::round_trip::{RoundTrip, apart_deg, wrapped};
use super::{Crs, EARTH_RADIUS_M, Transformer, Transformers};
use crate::error::Result;

/// How far a point may return from PROJ's way there and back, as a share of the box's longer side.
const ROUND_TRIP_SHARE: f64 = 1e-6;

/// No round trip is asked to be closer, in degrees (a centimetre): some inverses in PROJ are iterations that stop.
const ROUND_TRIP_LEAST_DEG: f64 = 1e-7;

/// How far a polynomial may be from the map, as a share of the longer side of the box's image.
const POLYNOMIAL_SHARE: f64 = 1e-8;

/// Squares along each side of the box for [`one_polynomial`], which looks again at a point in each block of them.
const SQUARES: u32 = 32;

/// The step on the ground by which stretching is measured, in degrees of a great circle.
const STRETCH_STEP_DEG: f64 = 1e-4;

/// A parallelogram in the plane of some system; `at([u, v])` with u and v from 0 to 1 are its points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patch {
    pub origin: [f64; 2],
    pub along_u: [f64; 2],
    pub along_v: [f64; 2],
}

impl Patch {
    pub(super) fn at(&self, [u, v]: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|k| self.origin[k] + u * self.along_u[k] + v * self.along_v[k])
    }

    /// The shares along the sides of a point.
    fn share_of(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let ([ux, uy], [vx, vy]) = (self.along_u, self.along_v);
        let (dx, dy, determinant) = (x - self.origin[0], y - self.origin[1], ux * vy - uy * vx);
        [(dx * vy - dy * vx) / determinant, (dy * ux - dx * uy) / determinant]
    }

    /// Width and height of its bounding box.
    fn size(&self) -> [f64; 2] {
        [0, 1].map(|k| self.along_u[k].abs() + self.along_v[k].abs())
    }
}

/// How much of the Earth a map is taken to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reach {
    /// Wherever the projection has an image.
    Anywhere,
    /// Within west, south, east, north, in degrees.
    Within([f64; 4]),
    /// Where lengths are stretched at most so many times; `step_units` are the map units of [`STRETCH_STEP_DEG`].
    Stretch { most: f64, step_units: f64 },
}

/// Which of its many longitudes a point has on a map of longitude and latitude.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Turn {
    /// What PROJ answers.
    AsIs,
    /// The one nearest to the point's own longitude in the box.
    NearSource,
    /// The one from here to 360 degrees further.
    From(f64),
}

/// Places points of a patch on a map.
pub(super) struct Placing {
    patch: Patch,
    /// The way of a projected source to its longitude and latitude and back.
    source_trip: Option<RoundTrip>,
    map_from_source: Rc<Transformer>,
    /// From the source to the map's longitude and latitude; None for a map of longitude and latitude.
    base_from_source: Option<Rc<Transformer>>,
    /// Whether the source is the map's longitude and latitude.
    is_source_base: bool,
    map_from_base: Rc<Transformer>,
    base_from_map: Rc<Transformer>,
    source_from_map: Rc<Transformer>,
    source_from_base: Rc<Transformer>,
    is_source_geographic: bool,
    tolerance_deg: f64,
    pub(super) reach: Reach,
    pub(super) turn: Cell<Turn>,
    /// What stands for PROJ where the map is smooth all over the box.
    polynomial: Option<Polynomial<2>>,
}

/// Coordinates in two arrays, as PROJ takes them.
struct Points {
    xs: Vec<f64>,
    ys: Vec<f64>,
}

impl Points {
    fn through(&self, transformer: &Transformer) -> Self {
        let mut moved = Self { xs: self.xs.clone(), ys: self.ys.clone() };
        transformer.transform(&mut moved.xs, &mut moved.ys);
        moved
    }

    fn at(&self, i: usize) -> [f64; 2] {
        [self.xs[i], self.ys[i]]
    }

    fn drop(&mut self, i: usize) {
        (self.xs[i], self.ys[i]) = (f64::NAN, f64::NAN);
    }
}

impl Placing {
    /// Prepares to place points of `patch`, which is in `from`, on a map in `to`.
    pub(super) fn new(patch: Patch, from: &Crs, to: &Crs, transformers: &Transformers) -> Result<Self> {
        let base = to.geographic_base();
        let base_or_map = base.clone().unwrap_or_else(|| to.clone());
        let is_projected = from.geographic_base().is_some();
        Ok(Self {
            patch,
            source_trip: is_projected.then(|| RoundTrip::new(from, transformers)).transpose()?,
            map_from_source: transformers.get(from, to)?,
            is_source_base: base.as_ref() == Some(from),
            base_from_source: base.map(|base| transformers.get(from, &base)).transpose()?,
            map_from_base: transformers.get(&base_or_map, to)?,
            base_from_map: transformers.get(to, &base_or_map)?,
            source_from_map: transformers.get(to, from)?,
            source_from_base: transformers.get(&base_or_map, from)?,
            is_source_geographic: from.is_geographic(),
            tolerance_deg: tolerance_deg(&patch, from),
            reach: Reach::Anywhere,
            turn: Cell::new(Turn::AsIs),
            polynomial: None,
        })
    }

    /// Has a polynomial stand for PROJ from now on if one will do: the map is then asked a hundred times instead of
    /// thousands.
    pub(super) fn smooth_out(&mut self) {
        self.polynomial = one_polynomial(&*self, [1.0 / f64::from(SQUARES); 2], [SQUARES; 2]);
    }

    /// The point of the box that a share along its sides stands for.
    pub(super) fn source(&self, uv: [f64; 2]) -> [f64; 2] {
        self.patch.at(uv)
    }

    /// Whether the box is one of longitude and latitude.
    pub(super) fn is_source_geographic(&self) -> bool {
        self.is_source_geographic
    }

    /// The shares along the box's sides of a point of the map; None if it has no place in the box's system.
    pub(super) fn share_of(&self, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        let (x, y) = self.source_from_map.point(x, y)?;
        Some(self.share_of_source([x, y]))
    }

    /// The shares along the box's sides of `count` points at an angle (radians) all around the place on the Earth that
    /// is opposite to a point of the map.
    pub(super) fn around_antipode(&self, [x, y]: [f64; 2], radius: f64, count: usize) -> Vec<[f64; 2]> {
        let Some((lon, lat)) = self.base_from_map.point(x, y) else { return Vec::new() };
        let (lon, lat) = (lon + 180.0, -lat);
        let around = |k: usize| {
            let (sin, cos) = (k as f64 / count as f64 * std::f64::consts::TAU).sin_cos();
            // A step to the north and one to the east, on the sphere.
            let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
            let new_lat = (sin_lat * radius.cos() + cos_lat * radius.sin() * cos).clamp(-1.0, 1.0).asin();
            let dlon = (sin * radius.sin() * cos_lat).atan2(radius.cos() - sin_lat * new_lat.sin());
            self.source_from_base.point(lon + dlon.to_degrees(), new_lat.to_degrees())
        };
        (0..count).filter_map(around).map(|(x, y)| self.share_of_source([x, y])).collect()
    }

    fn share_of_source(&self, [mut x, y]: [f64; 2]) -> [f64; 2] {
        if self.is_source_geographic {
            let [middle, _] = self.patch.at([0.5, 0.5]);
            x = wrapped(x, middle);
        }
        self.patch.share_of([x, y])
    }

    /// Places points given as shares along the box's sides. A point without an image is NaN.
    pub(super) fn place(&self, uv: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let placed = match &self.polynomial {
            Some(polynomial) => uv.iter().map(|uv| polynomial.value(uv.map(|share| 2.0 * share - 1.0))).collect(),
            None => self.values(uv),
        };
        let turned = |([x, y], uv): ([f64; 2], &[f64; 2])| {
            let turned = |from: f64| (x - from).rem_euclid(360.0) + from;
            match self.turn.get() {
                Turn::AsIs => [x, y],
                Turn::NearSource => [turned(self.patch.at(*uv)[0] - 180.0), y],
                Turn::From(lon) => [turned(lon), y],
            }
        };
        placed.into_iter().zip(uv).map(turned).collect()
    }

    /// Drops points of the box beyond the edge of its own projection.
    fn drop_source_strays(&self, source: &mut Points) {
        let Some(trip) = &self.source_trip else { return };
        let mut returned = Points { xs: source.xs.clone(), ys: source.ys.clone() };
        trip.go(&mut returned.xs, &mut returned.ys);
        let [width, height] = self.patch.size();
        let tolerance = ROUND_TRIP_SHARE * width.max(height);
        for i in 0..source.xs.len() {
            let ([x, y], [x2, y2]) = (source.at(i), returned.at(i));
            // NaN is never small.
            let returns = (x - x2).abs().max((y - y2).abs()) <= tolerance;
            if !returns {
                source.drop(i);
            }
        }
    }

    /// Drops points of which the map's projection gives another place back, and those out of reach. The change of
    /// datum is left out of the round trip: PROJ may choose another one there than back.
    fn drop_map_strays(&self, base: &Points, placed: &mut Points) {
        let through_base;
        let projected = if self.is_source_base {
            &*placed
        } else {
            through_base = base.through(&self.map_from_base);
            &through_base
        };
        let returned = projected.through(&self.base_from_map);
        let stretched = match self.reach {
            Reach::Stretch { most, step_units } => self.stretched(base, projected, most * step_units),
            _ => Vec::new(),
        };
        for i in 0..placed.xs.len() {
            let returns = apart_deg(base.at(i), returned.at(i)) <= self.tolerance_deg;
            let within = match self.reach {
                Reach::Within(area) => contains(area, base.at(i)),
                Reach::Anywhere | Reach::Stretch { .. } => true,
            };
            if !(returns && within) || stretched.get(i).is_some_and(|s| *s) {
                placed.drop(i);
            }
        }
    }

    /// Which points have one [`STRETCH_STEP_DEG`] beside them that is more than `most_units` away on the map.
    fn stretched(&self, base: &Points, projected: &Points, most_units: f64) -> Vec<bool> {
        let towards_equator = |lat: f64| if lat > 0.0 { -STRETCH_STEP_DEG } else { STRETCH_STEP_DEG };
        let across = |lat: f64| STRETCH_STEP_DEG / lat.to_radians().cos().max(1e-9);
        let north = Points { xs: base.xs.clone(), ys: base.ys.iter().map(|y| y + towards_equator(*y)).collect() };
        let east =
            Points { xs: base.xs.iter().zip(&base.ys).map(|(x, y)| x + across(*y)).collect(), ys: base.ys.clone() };
        let [north, east] = [north, east].map(|beside| beside.through(&self.map_from_base));
        let length = |i: usize, beside: &Points| {
            let ([x, y], [x2, y2]) = (projected.at(i), beside.at(i));
            (x2 - x).hypot(y2 - y)
        };
        (0..base.xs.len()).map(|i| length(i, &north).max(length(i, &east)) > most_units).collect()
    }
}

impl Function<2> for Placing {
    /// What PROJ says, whatever the turn.
    fn values(&self, uv: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let (xs, ys) = uv.iter().map(|&uv| self.patch.at(uv).into()).unzip();
        let mut source = Points { xs, ys };
        self.drop_source_strays(&mut source);
        let mut placed = source.through(&self.map_from_source);
        if let Some(base_from_source) = &self.base_from_source {
            let base = source.through(base_from_source);
            self.drop_map_strays(&base, &mut placed);
        }
        (0..uv.len()).map(|i| placed.at(i)).collect()
    }

    fn need(&self, _: UnitRect, values: &[[f64; 2]]) -> Need {
        let span = |axis: usize| {
            let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v[axis]), h.max(v[axis])));
            high - low
        };
        Need::Within(POLYNOMIAL_SHARE * span(0).max(span(1)))
    }
}

impl Reach {
    /// Where a map in `crs` stretches lengths at most `most` times.
    pub(super) fn stretch(most: f64, crs: &Crs) -> Self {
        let radius_m = crs.radii_m().map_or(EARTH_RADIUS_M, |[equatorial, _]| equatorial);
        Self::Stretch { most, step_units: STRETCH_STEP_DEG.to_radians() * radius_m / crs.metres_per_unit() }
    }
}

/// The tolerance of a map's round trip: a share of the box's size in degrees.
fn tolerance_deg(patch: &Patch, from: &Crs) -> f64 {
    let [width, height] = patch.size();
    let size_deg = if from.is_geographic() {
        width.max(height)
    } else {
        (width.max(height) * from.metres_per_unit() / EARTH_RADIUS_M).to_degrees()
    };
    (ROUND_TRIP_SHARE * size_deg.min(360.0)).max(ROUND_TRIP_LEAST_DEG)
}

/// Whether a box of west, south, east, north, which may cross the antimeridian, contains a point.
fn contains([west, south, east, north]: [f64; 4], [lon, lat]: [f64; 2]) -> bool {
    let width = if east - west >= 360.0 { 360.0 } else { (east - west).rem_euclid(360.0) };
    (lon - west).rem_euclid(360.0) <= width && (south..=north).contains(&lat)
}
