//! Points that follow each other as if the Earth were unrolled, and what is found there: no step jumps at the antimeridian.

use lyon::geom::{LineSegment, point};

use super::simplify::split;
use crate::geo::FixedLonLat;

/// Degrees of points of which every step is the short way round.
#[must_use]
pub fn unrolled(points: &[FixedLonLat]) -> Vec<[f64; 2]> {
    points.first().map_or_else(Vec::new, |first| unrolled_from(*first, points))
}

/// The same, with the step to the first of the points from another.
#[must_use]
pub fn unrolled_from(start: FixedLonLat, points: &[FixedLonLat]) -> Vec<[f64; 2]> {
    let (mut lon, mut last) = (start.to_degrees().0, start);
    let step = |point: &FixedLonLat| {
        lon += FixedLonLat { lon: point.lon.wrapping_sub(last.lon), lat: 0 }.to_degrees().0;
        last = *point;
        [lon, point.to_degrees().1]
    };
    points.iter().map(step).collect()
}

/// The length of a degree of longitude in those of latitude; at the poles still a hundredth.
#[must_use]
pub fn longitude_shrink(lat_deg: f64) -> f64 {
    lat_deg.to_radians().cos().max(0.01)
}

/// Degrees of longitude as long as those of latitude, about the middle of what is given.
#[must_use]
pub fn flattened(degrees: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let lats = degrees.iter().map(|p| p[1]);
    let shrink = longitude_shrink(lats.clone().fold(90.0, f64::min).midpoint(lats.fold(-90.0, f64::max)));
    degrees.iter().map(|p| [p[0] * shrink, p[1]]).collect()
}

/// A closed ring by the rule of Douglas and Peucker (1973), to within a 150th of its size.
#[must_use]
pub fn simplified_ring(ring: &[FixedLonLat]) -> Vec<FixedLonLat> {
    const SHARE: f64 = 1.0 / 150.0;
    let Some(last) = ring.len().checked_sub(1) else { return Vec::new() };
    let flat = flattened(&unrolled(ring));
    let [low, high] = flat.iter().fold([[f64::MAX; 2], [f64::MIN; 2]], |[low, high], p| {
        [[low[0].min(p[0]), low[1].min(p[1])], [high[0].max(p[0]), high[1].max(p[1])]]
    });
    let tolerance = SHARE * (high[0] - low[0]).hypot(high[1] - low[1]);
    let mut kept = vec![false; ring.len()];
    (kept[0], kept[last]) = (true, true);
    let place = |k: usize| point(flat[k][0], flat[k][1]);
    // A closed ring has no chord: of the point that it begins and ends with, that farthest from it is the first to stay.
    let square_off = |k: usize, from: usize, to: usize| {
        LineSegment { from: place(from), to: place(to) }.square_distance_to_point(place(k))
    };
    split(&mut Vec::new(), last, tolerance, square_off, |k, _| kept[k] = true);
    ring.iter().zip(kept).filter(|(_, is_kept)| *is_kept).map(|(point, _)| *point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::doubled_area;

    fn fixed(points: &[[f64; 2]]) -> Vec<FixedLonLat> {
        points.iter().map(|p| FixedLonLat::from_degrees(p[0], p[1]).expect("on Earth")).collect()
    }

    #[test]
    fn simplified_rings_stay_close() {
        let circle: Vec<_> =
            (0..=2000).map(|k| f64::from(k).to_radians() * 0.18).map(|a| [10.0 * a.cos(), 10.0 * a.sin()]).collect();
        let ring = simplified_ring(&fixed(&circle));
        assert!((16..100).contains(&ring.len()), "{}", ring.len());
        assert_eq!(ring.first(), ring.last());
        let area = doubled_area(&unrolled(&ring)) / 2.0;
        assert!((area / (std::f64::consts::PI * 100.0) - 1.0).abs() < 0.03, "{area}");
    }

    #[test]
    fn a_spike_beyond_the_ends_of_an_edge_stays() {
        // It lies on the line through the lower edge, but six degrees from the edge itself.
        let spike = [[0.0, 0.0], [-6.0, -0.01], [14.0, 0.0], [20.0, 20.0], [0.0, 20.0], [0.0, 0.0]];
        let ring = fixed(&spike);
        assert_eq!(simplified_ring(&ring), ring);
    }

    #[test]
    fn steps_over_the_antimeridian_are_short() {
        let degrees = unrolled(&fixed(&[[179.0, 1.0], [-179.0, 2.0], [178.0, 3.0]]));
        for (found, expected) in degrees.iter().zip([[179.0, 1.0], [181.0, 2.0], [178.0, 3.0]]) {
            assert!((found[0] - expected[0]).abs() + (found[1] - expected[1]).abs() < 1e-6, "{degrees:?}");
        }
    }
}
