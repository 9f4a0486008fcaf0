//! Where PROJ puts lines in longitude and latitude on an image, step by step, up to where the map ends or tears.

use super::{LonLat, Projection, View, WorldMap};

const WGS84: &str = "EPSG:4326";

/// The longest step along a curve that is seen.
pub(crate) const STEP_PX: f64 = 0.25;

/// How finely a line is looked at before it is known where it is seen.
const FIRST_STEP_DEG: f64 = 0.5;

/// Where a curve jumps or ends within less than this, it tears: a tenth of a metre.
const TEAR_DEG: f64 = 1e-6;

/// How far from the image a curve is of no interest.
const NEAR_PX: f64 = 8.0;

/// A place on a line, and where it is on the image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) lonlat: LonLat,
    /// None where the map has no such point.
    pub(crate) px: Option<[f64; 2]>,
}

/// The way from longitude and latitude to a view's image.
pub(crate) struct Tracer<'a> {
    view: &'a View,
    map_from_lonlat: Projection,
    /// From WGS 84 to the longitude and latitude that the map projects, from there to the map, and back there.
    base_from_lonlat: Projection,
    map_from_base: Projection,
    base_from_map: Projection,
    /// Whether the way from WGS 84 includes a change of datum.
    has_datum: bool,
}

impl<'a> Tracer<'a> {
    pub(crate) fn new(map: &WorldMap, view: &'a View) -> Self {
        Self {
            view,
            map_from_lonlat: Projection::new(WGS84, map.crs),
            base_from_lonlat: Projection::new(WGS84, map.base),
            map_from_base: Projection::new(map.base, map.crs),
            base_from_map: Projection::new(map.crs, map.base),
            has_datum: map.base != WGS84,
        }
    }

    /// Where points are on the image: nowhere if the map has no such point, or if it has another one there.
    pub(crate) fn steps(&self, points: &[LonLat]) -> Vec<Step> {
        // With no change of datum on the way there and back: for some of these PROJ takes another way back than there.
        let (there, on_map) = if self.has_datum {
            (self.base_from_lonlat.each_point(points), self.map_from_lonlat.each_point(points))
        } else {
            (points.to_vec(), self.map_from_lonlat.points(points))
        };
        let projected = if self.has_datum { &self.map_from_base.points(&there) } else { &on_map };
        let back = self.base_from_map.points(projected);
        let again = self.map_from_base.points(&back);
        let step = |k: usize| {
            let [here, returned] = [projected[k], again[k]].map(|p| self.view.px_from_map(p));
            let is_on_map = on_map[k][0].is_finite() && returns(there[k], back[k], distance(here, returned));
            Step { lonlat: points[k], px: is_on_map.then(|| self.view.px_from_map(on_map[k])) }
        };
        (0..points.len()).map(step).collect()
    }

    /// The pieces of a line that are seen on the image or near it, in steps of at most [`STEP_PX`].
    pub(crate) fn pieces(&self, line: &[LonLat]) -> Vec<Vec<Step>> {
        let mut steps = self.steps(&divided(line));
        loop {
            let open: Vec<bool> = steps.windows(2).map(|pair| self.is_open(&pair[0], &pair[1])).collect();
            if !open.contains(&true) {
                break;
            }
            let halves = steps.windows(2).zip(&open).filter(|(_, open)| **open);
            let middles: Vec<LonLat> = halves.map(|(pair, _)| middle(pair[0].lonlat, pair[1].lonlat)).collect();
            let mut middles = self.steps(&middles).into_iter();
            let mut finer = vec![steps[0]];
            for (step, open) in steps[1..].iter().zip(open) {
                finer.extend(middles.next_if_open(open));
                finer.push(*step);
            }
            steps = finer;
        }
        steps.chunk_by(joins).filter(|piece| piece.len() > 1).map(<[Step]>::to_vec).collect()
    }

    /// Whether more has to be known of what is between two steps.
    fn is_open(&self, a: &Step, b: &Step) -> bool {
        let apart_deg = (a.lonlat[0] - b.lonlat[0]).abs().max((a.lonlat[1] - b.lonlat[1]).abs());
        if apart_deg <= TEAR_DEG {
            return false;
        }
        match (a.px, b.px) {
            (Some(a), Some(b)) => {
                let length = distance(a, b);
                length > STEP_PX && self.is_near(a, b, length)
            }
            (None, None) => false,
            (Some(p), None) | (None, Some(p)) => self.is_near(p, p, NEAR_PX),
        }
    }

    /// Whether a curve between two points, no further from them than `reach`, may come near the image.
    fn is_near(&self, a: [f64; 2], b: [f64; 2], reach: f64) -> bool {
        (0..2).all(|k| {
            let (low, high) = (a[k].min(b[k]) - reach, a[k].max(b[k]) + reach);
            high > -NEAR_PX && low < self.view.size_px[k] as f64 + NEAR_PX
        })
    }
}

/// The next of an iterator, or nothing.
trait NextIfOpen: Iterator {
    fn next_if_open(&mut self, open: bool) -> Option<Self::Item>;
}

impl<I: Iterator> NextIfOpen for I {
    fn next_if_open(&mut self, open: bool) -> Option<Self::Item> {
        if open { self.next() } else { None }
    }
}

/// Whether nothing tears between two steps.
fn joins(a: &Step, b: &Step) -> bool {
    matches!((a.px, b.px), (Some(a), Some(b)) if distance(a, b) <= STEP_PX)
}

pub(crate) fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Whether a point that went to the map and back, and there again `off_px` from where it was, is on the map: beyond a
/// map's edge some of PROJ's formulas answer all the same, and some fold the map over.
fn returns(there: LonLat, back: LonLat, off_px: f64) -> bool {
    const RETURN_PX: f64 = 0.01;
    const FOLD_DEG: f64 = 0.1;
    let lon = (there[0] - back[0] + 180.0).rem_euclid(360.0) - 180.0;
    // NaN is never small.
    off_px <= RETURN_PX && lon.abs() * there[1].to_radians().cos() <= FOLD_DEG && (there[1] - back[1]).abs() <= FOLD_DEG
}

fn middle(a: LonLat, b: LonLat) -> LonLat {
    [a[0].midpoint(b[0]), a[1].midpoint(b[1])]
}

/// A line with points at least every [`FIRST_STEP_DEG`].
fn divided(line: &[LonLat]) -> Vec<LonLat> {
    let mut points = vec![line[0]];
    for ends in line.windows(2) {
        let [a, b] = [ends[0], ends[1]];
        let pieces = ((a[0] - b[0]).abs().max((a[1] - b[1]).abs()) / FIRST_STEP_DEG).ceil().max(1.0);
        let at = |t: f64| [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
        points.extend((1..=pieces as usize).map(|k| at(k as f64 / pieces)));
    }
    points
}
