//! Ranks every point of an arc by how much the line would move without it, once, so that any number of
//! simplification levels are mere selections.

use lyon::geom::{LineSegment, Point, point};

use super::Arcs;
use crate::geo::{EARTH_RADIUS_M, FixedLonLat, UNITS_PER_DEGREE};
use crate::room::roomy_vec;

/// Metres along a meridian in one unit of [`FixedLonLat`].
pub(super) const METRES_PER_UNIT: f64 = EARTH_RADIUS_M * std::f64::consts::PI / 180.0 / UNITS_PER_DEGREE;

/// Arcs with the tolerance up to which each point must be kept.
pub struct RankedArcs {
    /// The arcs.
    pub arcs: Arcs,
    /// For each point: a line simplified to a smaller tolerance in metres keeps it. Infinite at the ends.
    pub keep_below_m: Vec<f32>,
}

impl RankedArcs {
    /// Ranks all points by the rule of Douglas and Peucker (1973), with distances on the ground.
    ///
    /// Points that matter less than `finest_m` metres are not told apart; no level finer than that may be made.
    #[must_use]
    pub fn new(arcs: Arcs, finest_m: f64) -> Self {
        let mut keep_below_m = roomy_vec();
        let mut ranker = Ranker { finest_m, cos_lat: Vec::new(), stack: Vec::new() };
        for arc in arcs.iter() {
            let start = keep_below_m.len();
            keep_below_m.resize(start + arc.len(), 0.0);
            ranker.rank(arc, &mut keep_below_m[start..]);
            keep_the_way_round(arc, &mut keep_below_m[start..]);
        }
        Self { arcs, keep_below_m }
    }
}

struct Ranker {
    finest_m: f64,
    cos_lat: Vec<f64>,
    stack: Stretches,
}

impl Ranker {
    fn rank(&mut self, arc: &[FixedLonLat], keep_below_m: &mut [f32]) {
        let last = arc.len() - 1;
        (keep_below_m[0], keep_below_m[last]) = (f32::INFINITY, f32::INFINITY);
        let Self { finest_m, cos_lat, stack } = self;
        cos_lat.clear();
        cos_lat.extend(arc.iter().map(|p| p.to_degrees().1.to_radians().cos()));
        // Straight means straight in longitude and latitude; a degree of longitude counts by its length at the point.
        let square_off = |k: usize, from: usize, to: usize| {
            let local = |i: usize| local_m(arc[k], arc[i], cos_lat[k]);
            LineSegment { from: local(from), to: local(to) }.square_distance_to_point(point(0.0, 0.0))
        };
        split(stack, last, *finest_m, square_off, |k, worth| keep_below_m[k] = worth as f32);
    }
}

/// Stretches still to be split: first point, last point, and what their own split was worth.
type Stretches = Vec<(usize, usize, f64)>;

/// Splits the points from the first to `last` where one is farthest from the segment between two ends, and so on on both
/// sides, as long as it is at least `finest` off. `square_off` is the square of how far the first of three points is
/// from the segment between the others; `keep` takes each point that splits, and up to which tolerance it matters.
pub(super) fn split(
    stretches: &mut Stretches,
    last: usize,
    finest: f64,
    square_off: impl Fn(usize, usize, usize) -> f64,
    mut keep: impl FnMut(usize, f64),
) {
    stretches.push((0, last, f64::INFINITY));
    while let Some((from, to, worth)) = stretches.pop() {
        let (mut farthest, mut most) = (None, -1.0);
        for k in from + 1..to {
            let square = square_off(k, from, to);
            if square > most {
                (farthest, most) = (Some(k), square);
            }
        }
        let off = f64::sqrt(most);
        let Some(k) = farthest.filter(|_| off >= finest) else { continue };
        let worth = worth.min(off);
        keep(k, worth);
        stretches.extend([(from, k, worth), (k, to, worth)]);
    }
}

/// Keeps enough points of an arc that goes far round the Earth: the way from each to the next must be the short one.
fn keep_the_way_round(arc: &[FixedLonLat], keep_below_m: &mut [f32]) {
    const FARTHEST: i64 = 1 << 30;
    let mut since_kept = 0;
    for (ends, keep) in arc.windows(2).zip(keep_below_m) {
        let step = i64::from(ends[1].lon.wrapping_sub(ends[0].lon));
        if (since_kept + step).abs() > FARTHEST {
            *keep = f32::INFINITY;
            since_kept = 0;
        }
        since_kept += step;
    }
}

/// The way from one position to another in metres east and north.
fn local_m(from: FixedLonLat, to: FixedLonLat, cos_lat: f64) -> Point<f64> {
    point(
        f64::from(to.lon.wrapping_sub(from.lon)) * cos_lat * METRES_PER_UNIT,
        (f64::from(to.lat) - f64::from(from.lat)) * METRES_PER_UNIT,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(degrees: &[(f64, f64)]) -> RankedArcs {
        let points: Vec<_> = degrees.iter().filter_map(|d| FixedLonLat::from_degrees(d.0, d.1)).collect();
        let starts = vec![0, points.len() as u32];
        RankedArcs::new(Arcs { points, starts }, 0.0)
    }

    #[test]
    fn a_bump_is_worth_its_height_on_the_ground() {
        let metres_per_degree = EARTH_RADIUS_M.to_radians();
        let r = ranked(&[(10.0, 60.0), (10.5, 60.001), (11.0, 60.0)]);
        let expected = 0.001 * metres_per_degree;
        assert!((f64::from(r.keep_below_m[1]) / expected - 1.0).abs() < 1e-3, "{:?}", r.keep_below_m);
        let r = ranked(&[(10.0, 60.0), (10.001, 60.5), (10.0, 61.0)]);
        let expected = 0.001 * metres_per_degree * 60.5_f64.to_radians().cos();
        assert!((f64::from(r.keep_below_m[1]) / expected - 1.0).abs() < 1e-3, "{:?}", r.keep_below_m);
    }

    #[test]
    fn a_parallel_is_kept_all_the_way_round() {
        let parallel: Vec<_> = (0..=36).map(|k| (f64::from(k) * 10.0 - 180.0, 60.0)).collect();
        let r = ranked(&parallel);
        let kept: Vec<_> = (0..37).filter(|k| r.keep_below_m[*k] > 1e6).map(|k| r.arcs.points[k].lon).collect();
        let steps: Vec<i32> = kept.windows(2).map(|w| w[1].wrapping_sub(w[0])).collect();
        assert!(steps.iter().all(|step| (0..=1 << 30).contains(step)), "{steps:?}");
        assert_eq!(steps.iter().map(|step| i64::from(*step)).sum::<i64>(), 1 << 32);
    }

    #[test]
    fn the_antimeridian_is_no_obstacle() {
        let r = ranked(&[(179.0, 0.0), (-179.5, 0.01), (-179.0, 0.0)]);
        assert!(f64::from(r.keep_below_m[1]) < 0.011 * EARTH_RADIUS_M.to_radians(), "{:?}", r.keep_below_m);
    }

    #[test]
    fn ranks_never_grow_towards_the_leaves_of_the_split() {
        let zigzag: Vec<_> = (0..200).map(|i| (f64::from(i) * 0.01, f64::from((i * 7919) % 13) * 0.003)).collect();
        let r = ranked(&zigzag);
        for tolerance in [50.0, 150.0, 500.0, 1500.0] {
            let kept: Vec<usize> = (0..zigzag.len()).filter(|i| r.keep_below_m[*i] > tolerance).collect();
            let metres = |i: usize| local_m(r.arcs.points[0], r.arcs.points[i], 1.0);
            for pair in kept.windows(2) {
                for k in pair[0]..pair[1] {
                    let segment = LineSegment { from: metres(pair[0]), to: metres(pair[1]) };
                    let distance = segment.square_distance_to_point(metres(k)).sqrt();
                    assert!(distance <= f64::from(tolerance) * 1.001, "{k} is {distance} m off at {tolerance} m");
                }
            }
        }
    }
}
