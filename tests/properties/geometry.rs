//! Extents, views, geotransforms, fixed-point positions, and lines on the ground.

use std::f64::consts::TAU;

use mapfolio::geo::{Crs, EARTH_RADIUS_M, Extent, FixedLonLat, GeoTransform, UNITS_PER_DEGREE, View};
use mapfolio::scene::{Arcs, LevelKey, LineLevel, RankedArcs};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::config;

/// A few roundings of numbers as large as this one.
fn roundings(magnitude: f64) -> f64 {
    8.0 * f64::EPSILON * magnitude.abs()
}

fn extents() -> impl Strategy<Value = Extent> {
    (-1e7..1e7, -1e7..1e7, 0.0..7.0, 0.0..7.0).prop_map(|(x, y, width_log, height_log)| {
        let (width, height) = (10_f64.powf(width_log), 10_f64.powf(height_log));
        Extent::new(x, x + width, y, y + height).expect("bounds in order")
    })
}

/// An invertible transform with cells up to ten times as long as wide, turned, sheared and perhaps mirrored.
fn geotransforms() -> impl Strategy<Value = GeoTransform> {
    let cell = (-4.0..4.0, -0.5..0.5, prop::bool::ANY);
    (-1e7..1e7, -1e7..1e7, cell, 0.0..TAU, -0.5..0.5).prop_map(|(x0, y0, (size, stretch, mirrored), turn, shear)| {
        let (width, height) = (10_f64.powf(size + stretch), 10_f64.powf(size - stretch));
        let (sin, cos) = f64::sin_cos(turn);
        let down = if mirrored { height } else { -height };
        GeoTransform([x0, width * cos, down * (shear * cos - sin), y0, width * sin, down * (shear * sin + cos)])
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn grown_extents_hold_the_old_about_the_same_centre(extent in extents(), aspect in 0.05..20.0) {
        let grown = extent.grown_to_aspect(aspect);
        let ([x0, x1, y0, y1], [gx0, gx1, gy0, gy1]) = (extent.bounds(), grown.bounds());
        let largest = grown.bounds().into_iter().fold(0.0, |m: f64, v| m.max(v.abs()));
        let slack = roundings(largest);
        prop_assert!((x0.midpoint(x1) - gx0.midpoint(gx1)).abs() <= slack, "{grown:?}");
        prop_assert!((y0.midpoint(y1) - gy0.midpoint(gy1)).abs() <= slack, "{grown:?}");
        prop_assert!(gx0 <= x0 + slack && gx1 >= x1 - slack && gy0 <= y0 + slack && gy1 >= y1 - slack, "{grown:?}");
        let relative_slack = roundings(1.0) + slack / grown.width() + slack / grown.height();
        prop_assert!((grown.width() / grown.height() / aspect - 1.0).abs() <= relative_slack, "{grown:?}");
    }

    #[test]
    fn pixels_come_back_from_the_map(
        extent in extents(),
        width_px in 1_u32..10_000,
        height_px in 1_u32..10_000,
        x in -1e4..2e4,
        y in -1e4..2e4,
    ) {
        let view = View { crs: Crs::wgs84(), extent, width_px, height_px };
        let (mut xs, mut ys) = ([x], [y]);
        view.map_from_px(&mut xs, &mut ys);
        let map = [xs[0], ys[0]];
        view.px_from_map(&mut xs, &mut ys);
        let px_per_unit = [f64::from(width_px) / extent.width(), f64::from(height_px) / extent.height()];
        for (axis, (there, back)) in [(x, xs[0]), (y, ys[0])].into_iter().enumerate() {
            let slack = roundings(3e4) + roundings(map[axis].abs() + 1e7) * px_per_unit[axis];
            prop_assert!((there - back).abs() <= slack, "axis {axis}: {there} comes back as {back}");
        }
    }

    #[test]
    fn cells_come_back_from_their_place(transform in geotransforms(), col in -1e4..1e5, row in -1e4..1e5) {
        prop_assert!(transform.is_invertible());
        let [x, y] = transform.map_from_px(col, row);
        let back = transform.px_from_map(x, y);
        // Sizes differ by ten at most and sides lean by half at most, so no more than about 20 is lost to either.
        let smallest_side = transform.0[1].hypot(transform.0[4]).min(transform.0[2].hypot(transform.0[5]));
        let slack = 20.0 * (roundings(2e5) + roundings(x.abs() + y.abs() + 2e7) / smallest_side);
        prop_assert!((back[0] - col).abs() <= slack && (back[1] - row).abs() <= slack, "{back:?} is not {col}, {row}");
    }

    #[test]
    fn degrees_come_back_within_half_a_unit(lon in -720.0..720.0, lat in -90.0..=90.0) {
        // The product of degrees and units is rounded once more before it is cut to a whole number.
        const HALF_UNIT_DEG: f64 = (0.5 + 1e-5) / UNITS_PER_DEGREE;
        let fixed = FixedLonLat::from_degrees(lon, lat).expect("a position");
        let (back_lon, back_lat) = fixed.to_degrees();
        let off = (back_lon - lon + 900.0).rem_euclid(360.0) - 180.0;
        prop_assert!(off.abs() <= HALF_UNIT_DEG, "{lon} comes back as {back_lon}");
        prop_assert!((back_lat - lat).abs() <= HALF_UNIT_DEG, "{lat} comes back as {back_lat}");
        prop_assert!((-180.0..180.0).contains(&back_lon));
    }

    #[test]
    fn fixed_positions_come_back_exactly(lon: i32, lat in -(1_i32 << 30)..=1 << 30, turns in -2_i32..=2) {
        let fixed = FixedLonLat { lon, lat };
        let (lon_deg, lat_deg) = fixed.to_degrees();
        prop_assert_eq!(FixedLonLat::from_degrees(lon_deg + 360.0 * f64::from(turns), lat_deg), Some(fixed));
    }

    #[test]
    fn simplified_lines_stay_within_their_tolerance(
        line in zigzags(),
        metres_log in 0.0..4.5,
    ) {
        let key = LevelKey::for_view(10_f64.powf(metres_log));
        let arcs = Arcs::from_parts(line.clone(), vec![0, line.len() as u32]);
        let level = LineLevel::new(&RankedArcs::new(arcs, key.simplification_m()), key);
        // Points that are added along long segments lie on whole units, up to one off in each direction.
        let most_m = key.simplification_m() * (1.0 + 1e-6) + METRES_PER_UNIT * std::f64::consts::SQRT_2;
        for (k, point) in line.iter().enumerate() {
            let off_m = distance_m(*point, &level.vertices);
            prop_assert!(off_m <= most_m, "point {k}, {:?}, is {off_m} m off, {most_m} m at most", point.to_degrees());
        }
    }
}

#[test]
fn the_antimeridian_is_one_meridian() {
    for lat in [-90.0, -33.25, 0.0, 90.0] {
        let [west, east] = [-180.0, 180.0].map(|lon| FixedLonLat::from_degrees(lon, lat));
        assert!(west.is_some() && west == east, "{west:?} and {east:?}");
    }
}

const METRES_PER_UNIT: f64 = EARTH_RADIUS_M * TAU / 360.0 / UNITS_PER_DEGREE;

/// A walk with turns of any size, anywhere between the polar circles, across the antimeridian too.
fn zigzags() -> impl Strategy<Value = Vec<FixedLonLat>> {
    let steps = vec((-1.0..1.0, -1.0..1.0, -4.0..-0.3), 1..80);
    (-180.0..180.0, -66.0..66.0, steps).prop_map(|(mut lon, mut lat, steps): (f64, f64, Vec<(f64, f64, f64)>)| {
        let mut points = vec![FixedLonLat::from_degrees(lon, lat).expect("a position")];
        for (east, north, log) in steps {
            let size_deg = 10_f64.powf(log);
            lon += east * size_deg;
            lat = (lat + north * size_deg).clamp(-70.0, 70.0);
            points.push(FixedLonLat::from_degrees(lon, lat).expect("a position"));
        }
        points
    })
}

/// How far the nearest point of polylines is; degrees of longitude count by their length at `point`.
fn distance_m(point: FixedLonLat, polylines: &[FixedLonLat]) -> f64 {
    let cos_lat = point.to_degrees().1.to_radians().cos();
    let east_north = |p: FixedLonLat| {
        let [east, north] = [p.lon.wrapping_sub(point.lon), p.lat.wrapping_sub(point.lat)].map(f64::from);
        [east * cos_lat * METRES_PER_UNIT, north * METRES_PER_UNIT]
    };
    let segments = polylines.windows(2).filter(|pair| !pair.contains(&FixedLonLat::PEN_UP));
    segments.map(|pair| distance_from_origin(east_north(pair[0]), east_north(pair[1]))).fold(f64::MAX, f64::min)
}

fn distance_from_origin(a: [f64; 2], b: [f64; 2]) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let square = along[0] * along[0] + along[1] * along[1];
    let t = if square > 0.0 { (-(a[0] * along[0] + a[1] * along[1]) / square).clamp(0.0, 1.0) } else { 0.0 };
    (a[0] + t * along[0]).hypot(a[1] + t * along[1])
}
