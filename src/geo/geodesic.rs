//! The length of geodesics, the shortest ways on an ellipsoid.

use super::round_trip::wrapped;

/// Steps after which points are taken to be nearly opposite each other, where the series does not settle.
const MOST_STEPS: usize = 100;

/// Metres of the geodesic between two points in degrees on an ellipsoid of an equatorial and a polar radius, to a tenth
/// of a millimetre (Vincenty, Survey Review 23, 1975). None for points that are nearly opposite each other.
pub(super) fn geodesic_m([lon1, lat1]: [f64; 2], [lon2, lat2]: [f64; 2], [a, b]: [f64; 2]) -> Option<f64> {
    let flattening = (a - b) / a;
    let reduced = |lat: f64| ((1.0 - flattening) * lat.to_radians().tan()).atan().sin_cos();
    let ((sin1, cos1), (sin2, cos2)) = (reduced(lat1), reduced(lat2));
    let apart = wrapped(lon2 - lon1, 0.0).to_radians();
    let mut lambda = apart;
    for _ in 0..MOST_STEPS {
        let (sin_lambda, cos_lambda) = lambda.sin_cos();
        let sin_sigma = (cos2 * sin_lambda).hypot(cos1 * sin2 - sin1 * cos2 * cos_lambda);
        if sin_sigma == 0.0 {
            return (lambda.abs() < 1.0).then_some(0.0);
        }
        let cos_sigma = sin1 * sin2 + cos1 * cos2 * cos_lambda;
        let sigma = sin_sigma.atan2(cos_sigma);
        let sin_alpha = cos1 * cos2 * sin_lambda / sin_sigma;
        let cos2_alpha = 1.0 - sin_alpha * sin_alpha;
        // Along the equator the middle is anywhere.
        let cos_2m = if cos2_alpha > 1e-15 { cos_sigma - 2.0 * sin1 * sin2 / cos2_alpha } else { 0.0 };
        let c = flattening / 16.0 * cos2_alpha * (4.0 + flattening * (4.0 - 3.0 * cos2_alpha));
        let bend = cos_2m + c * cos_sigma * (2.0 * cos_2m * cos_2m - 1.0);
        let next = apart + (1.0 - c) * flattening * sin_alpha * (sigma + c * sin_sigma * bend);
        if (next - lambda).abs() < 1e-12 {
            return Some(b * arc(sigma, sin_sigma, cos_sigma, cos_2m, cos2_alpha * (a * a - b * b) / (b * b)));
        }
        lambda = next;
    }
    None
}

/// Vincenty's series for the length in polar radii, of `u2`, the square of his u.
fn arc(sigma: f64, sin_sigma: f64, cos_sigma: f64, cos_2m: f64, u2: f64) -> f64 {
    let scale = 1.0 + u2 / 16384.0 * (4096.0 + u2 * (u2 * (320.0 - 175.0 * u2) - 768.0));
    let bend = u2 / 1024.0 * (256.0 + u2 * (u2 * (74.0 - 47.0 * u2) - 128.0));
    let squared = cos_2m * cos_2m;
    let third = bend / 6.0 * cos_2m * (4.0 * sin_sigma * sin_sigma - 3.0) * (4.0 * squared - 3.0);
    let second = bend / 4.0 * (cos_sigma * (2.0 * squared - 1.0) - third);
    scale * (sigma - bend * sin_sigma * (cos_2m + second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{Crs, Transformers};

    /// PROJ's azimuthal equidistant projection is as far from its centre as the geodesic is long.
    #[test]
    fn lengths_are_projs() {
        const RADII_M: [f64; 2] = [6_378_137.0, 6_356_752.314_245_179];
        let starts = [[0.0, 0.0], [-96.0, 39.0], [170.0, -65.0], [12.0, 89.9], [-180.0, 51.5]];
        let ends =
            [[1e-4, 0.0], [10.0, 0.0], [-97.5, 39.0], [-175.0, -60.0], [100.0, 10.0], [0.0, 90.0], [45.0, -89.0]];
        for start in starts {
            let definition = format!("+proj=aeqd +lat_0={} +lon_0={} +ellps=WGS84 +type=crs", start[1], start[0]);
            let map = Crs::from_user(&definition, "test").expect("a projection");
            let transformers = Transformers::default();
            let base = map.geographic_base().expect("longitude and latitude");
            let there = transformers.get(&base, &map).expect("a way");
            for end in ends {
                let (x, y) = there.point(end[0], end[1]).expect("a place");
                let length = geodesic_m(start, end, RADII_M).expect("a length");
                assert!((length - x.hypot(y)).abs() < 1e-3, "{start:?} to {end:?}: {length}, not {}", x.hypot(y));
            }
        }
    }

    #[test]
    fn points_at_one_place_or_opposite_each_other() {
        assert_eq!(geodesic_m([10.0, 50.0], [370.0, 50.0], [6_378_137.0, 6_356_752.3]), Some(0.0));
        assert_eq!(geodesic_m([0.0, 0.0], [179.9, 0.05], [6_378_137.0, 6_356_752.3]), None);
    }
}
