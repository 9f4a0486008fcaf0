//! Boxes of one system on maps of another: their bounds against brute force by PROJ, the size on the ground of a box
//! about a place, and what is said of boxes that have no place on a map.

mod support;

use mapfolio::geo::{Crs, Extent, GeoTransform, Georeference, Transformers};
use support::{LCC, Projection};

fn crs(definition: &str) -> Crs {
    Crs::from_user(definition, "a test").unwrap_or_else(|e| panic!("{e}"))
}

fn reprojected(bounds: [f64; 4], from: &str, to: &str) -> Result<[f64; 4], String> {
    let [x0, x1, y0, y1] = bounds;
    let extent = Extent::new(x0, x1, y0, y1).expect("a box");
    let placed = extent.reprojected(&crs(from), &crs(to), &Transformers::default()).unwrap_or_else(|e| panic!("{e}"));
    placed.map(|extent| extent.bounds()).map_err(|unplaced| unplaced.to_string())
}

/// The bounds of all of a box's points that PROJ places and takes back, from `side` by `side` samples inside and
/// 40 times as many along each edge; longitudes on a geographic map are turned into the 360 degrees from `seam` on.
fn brute_force(bounds: [f64; 4], from: &str, to: &str, side: usize, seam: Option<f64>) -> [f64; 4] {
    let [x0, x1, y0, y1] = bounds;
    let (there, back) = (Projection::new(from, to), Projection::new(to, from));
    // Just within, as a seam along an edge belongs to either side.
    let share = |k: usize, n: usize| (k as f64 / (n - 1) as f64).clamp(1e-9, 1.0 - 1e-9);
    let mut points = Vec::new();
    for j in 0..side {
        let y = y0 + share(j, side) * (y1 - y0);
        points.extend((0..side).map(|i| [x0 + share(i, side) * (x1 - x0), y]));
    }
    let along = 40 * side;
    for k in 0..along {
        let (x, y) = (x0 + share(k, along) * (x1 - x0), y0 + share(k, along) * (y1 - y0));
        let [low, high] = [1e-9, 1.0 - 1e-9];
        points.extend([[x, y0 + low * (y1 - y0)], [x, y0 + high * (y1 - y0)]]);
        points.extend([[x0 + low * (x1 - x0), y], [x0 + high * (x1 - x0), y]]);
    }
    let is_degrees = crs(from).is_geographic();
    let size = (x1 - x0).max(y1 - y0);
    let placed = there.points(&points);
    let returned = back.points(&placed);
    let mut found = [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
    for ((p, q), r) in points.iter().zip(placed).zip(returned) {
        let (dx, dy) = (r[0] - p[0], r[1] - p[1]);
        let dx = if is_degrees { ((dx + 180.0).rem_euclid(360.0) - 180.0) * p[1].to_radians().cos() } else { dx };
        if dx.abs().max(dy.abs()) <= 1e-6 * size {
            let x = seam.map_or(q[0], |seam| (q[0] - seam).rem_euclid(360.0) + seam);
            found = [found[0].min(x), found[1].max(x), found[2].min(q[1]), found[3].max(q[1])];
        }
    }
    found
}

const LONLAT: &str = "EPSG:4326";
const ORTHO: &str = "+proj=ortho +lat_0=40 +lon_0=-96 +R=6371000";
const GEOS: &str = "+proj=geos +h=35785831 +lon_0=-75 +sweep=x +ellps=GRS80";
const NSPER: &str = "+proj=nsper +h=800000 +lat_0=30 +lon_0=10 +R=6371000";
const POLAR: &str = "EPSG:3995";
const ROBIN: &str = "+proj=robin +lon_0=-96 +datum=WGS84";
const MOLLWEIDE: &str = "+proj=moll +lon_0=0 +datum=WGS84";
const LAEA: &str = "+proj=laea +lat_0=52 +lon_0=10 +datum=WGS84";
const ROTATED: &str = "+proj=ob_tran +o_proj=longlat +o_lon_p=0 +o_lat_p=39.25 +lon_0=18 +datum=WGS84";

/// Box, its system, the map's, samples a side for brute force, the map's seam if it is one of longitudes, and how far
/// brute force itself may be off, as a share of the image's size.
type Case = ([f64; 4], &'static str, &'static str, usize, Option<f64>, f64);

const CASES: [Case; 30] = [
    // Ordinary boxes: the bounds are on the edges.
    ([-110.0, -80.0, 30.0, 48.0], LONLAT, LCC, 50, None, 1e-6),
    ([-100.3, -99.9, 35.1, 35.6], LONLAT, LCC, 50, None, 1e-6),
    ([-97.0, -95.2, 38.0, 39.0], LONLAT, "EPSG:32615", 50, None, 1e-6),
    ([-10.0, 30.0, 35.0, 70.0], LONLAT, "EPSG:3035", 50, None, 1e-6),
    ([-180.0, 180.0, -85.0, 85.0], LONLAT, "EPSG:3857", 50, None, 1e-6),
    ([-105.0, -100.0, 31.0, 36.0], "EPSG:4267", "EPSG:2276", 50, None, 1e-6),
    ([-2_450_000.0, 2_400_000.0, -1_650_000.0, 1_500_000.0], LCC, LONLAT, 50, Some(-180.0), 1e-6),
    ([-2_450_000.0, 2_400_000.0, -1_650_000.0, 1_500_000.0], LCC, "EPSG:3857", 50, None, 1e-6),
    ([-20.0, 20.0, -15.0, 15.0], ROTATED, LONLAT, 50, Some(-180.0), 1e-6),
    // Poles, on an edge and inside.
    ([-180.0, 180.0, 60.0, 90.0], LONLAT, POLAR, 50, None, 1e-6),
    ([-30.0, 50.0, 70.0, 90.0], LONLAT, POLAR, 50, None, 1e-6),
    ([0.0, 360.0, -90.0, 90.0], LONLAT, MOLLWEIDE, 400, None, 2e-3),
    ([0.0, 360.0, -90.0, -50.0], LONLAT, "EPSG:3031", 50, None, 1e-6),
    ([-3e6, 2e6, -1e6, 3e6], POLAR, LONLAT, 1001, Some(-180.0), 2e-3),
    ([-3e6, 2e6, 1e6, 3e6], POLAR, LONLAT, 50, Some(0.0), 1e-6),
    ([-3e6, 2e6, -1e6, 3e6], POLAR, LCC, 1001, None, 2e-3),
    ([-25.0, 25.0, 20.0, 60.0], LONLAT, ROTATED, 50, Some(-180.0), 1e-6),
    // Across the antimeridian and the map's own seam.
    ([170.0, 190.0, -20.0, 20.0], LONLAT, "EPSG:3832", 50, None, 1e-6),
    ([170.0, 190.0, -20.0, 20.0], LONLAT, MOLLWEIDE, 200, None, 2e-3),
    ([80.0, 90.0, 10.0, 60.0], LONLAT, ROBIN, 200, None, 1e-3),
    ([-180.0, 180.0, -90.0, 90.0], LONLAT, ROBIN, 720, None, 2e-3),
    ([-4e5, 9e5, 1e6, 2e6], "EPSG:32601", LONLAT, 50, Some(0.0), 1e-6),
    // Beyond the limb of a globe.
    ([-180.0, 180.0, -90.0, 90.0], LONLAT, ORTHO, 800, None, 1e-5),
    ([-60.0, 60.0, 10.0, 80.0], LONLAT, ORTHO, 800, None, 1e-3),
    ([-180.0, 180.0, -90.0, 90.0], LONLAT, GEOS, 800, None, 1e-5),
    ([0.0, 60.0, 30.0, 80.0], LONLAT, GEOS, 800, None, 1e-3),
    ([-180.0, 180.0, -90.0, 90.0], LONLAT, NSPER, 1200, None, 5e-5),
    ([-180.0, 180.0, -90.0, 90.0], LONLAT, LAEA, 800, None, 1e-3),
    ([-5.6e6, 5.6e6, -5.6e6, 5.6e6], GEOS, LONLAT, 800, Some(-255.0), 3e-2),
    ([-5.6e6, 5.6e6, -5.6e6, 5.6e6], GEOS, "+proj=moll +lon_0=-75 +datum=WGS84", 800, None, 3e-2),
];

#[test]
fn a_box_becomes_the_bounds_of_its_image() {
    let mut faults = Vec::new();
    for (bounds, from, to, side, seam, error) in CASES {
        let case = format!("{bounds:?} of {from} on {to}");
        let found = reprojected(bounds, from, to).unwrap_or_else(|e| panic!("{case}: {e}"));
        let brute = brute_force(bounds, from, to, side, seam);
        let size = (brute[1] - brute[0]).max(brute[3] - brute[2]);
        // How far it goes beyond brute force, which misses something: never by less than nothing.
        let beyond = [0, 1, 2, 3].map(|k| (found[k] - brute[k]) * if k % 2 == 0 { -1.0 } else { 1.0 } / size);
        if !beyond.iter().all(|b| (-1e-6..=error).contains(b)) {
            faults.push(format!("{case}: {found:?} against {brute:?}: {beyond:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Checks bounds to a share of their size.
fn assert_near(found: [f64; 4], wanted: [f64; 4], share: f64, case: &str) {
    let size = (wanted[1] - wanted[0]).max(wanted[3] - wanted[2]);
    let off = found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(off <= share * size, "{case}: {found:?}, not {wanted:?}");
}

#[test]
fn what_is_known_without_sampling_comes_out() {
    const R: f64 = 6_371_000.0;
    // Snyder, Map Projections (USGS 1395): the sphere's limb, Mollweide's ellipse, the antipode's circle.
    let mollweide = [-1.0, 1.0, -0.5, 0.5].map(|k| k * 2.0 * 8.0_f64.sqrt() * R);
    let world = [-180.0, 180.0, -90.0, 90.0];
    // The limb of a sphere seen from height h is a circle of R sqrt((P - 1) / (P + 1)), P = 1 + h / R.
    let p = 1.0 + 8e5 / R;
    let disk = R * ((p - 1.0) / (p + 1.0)).sqrt();
    for (to, wanted) in [
        ("+proj=moll +R=6371000", mollweide.map(|v| v / 2.0)),
        (ORTHO, [-R, R, -R, R]),
        ("+proj=laea +lat_0=-30 +lon_0=40 +R=6371000", [-2.0 * R, 2.0 * R, -2.0 * R, 2.0 * R]),
        (NSPER, [-disk, disk, -disk, disk]),
    ] {
        let found = reprojected(world, "+proj=longlat +R=6371000", to).unwrap_or_else(|e| panic!("{to}: {e}"));
        assert_near(found, wanted, 2e-6, to);
    }
    let same = reprojected([170.0, 190.0, -5.0, 5.0], LONLAT, "EPSG:4269").expect("longitudes stay");
    assert_near(same, [170.0, 190.0, -5.0, 5.0], 1e-6, "EPSG:4269");
}

#[test]
fn boxes_without_bounds_say_so() {
    for (bounds, from, to, part) in [
        ([80.0, 90.0, -50.0, -40.0], LONLAT, ORTHO, "no point of it is on the map"),
        ([-180.0, 180.0, -90.0, 90.0], LONLAT, "EPSG:3857", "goes on without end towards its point"),
        ([-10.0, 10.0, 60.0, 90.0], LONLAT, "EPSG:3857", "y = 90"),
        ([-180.0, 180.0, -90.0, 0.0], LONLAT, POLAR, "y = -90"),
        ([-100.0, -90.0, -90.0, 30.0], LONLAT, LCC, "without end"),
        ([-180.0, 180.0, -90.0, 90.0], LONLAT, "+proj=gnom +lat_0=90 +R=6371000", "without end"),
        ([9e9, 9.1e9, 9e9, 9.1e9], LCC, LONLAT, "no point of it is on the map"),
    ] {
        let message = reprojected(bounds, from, to).expect_err(part);
        assert!(message.contains(part), "{bounds:?} of {from} on {to}: {message}");
    }
    // Near a pole is not at it.
    assert!(reprojected([0.0, 10.0, 80.0, 89.999], LONLAT, "EPSG:3857").is_ok());
}

/// A raster's whole extent on a map, and whether some of it is left out.
fn whole(crs_text: &str, transform: [f64; 6], size: [u32; 2], to: &str) -> ([f64; 4], bool) {
    let raster = Georeference { crs: crs(crs_text), transform: GeoTransform(transform), size };
    let shown = raster.extent_on(&crs(to), &Transformers::default()).unwrap_or_else(|e| panic!("{e}"));
    let (extent, note) = shown.unwrap_or_else(|e| panic!("{crs_text} on {to}: {e}"));
    (extent.bounds(), note.is_some())
}

#[test]
fn every_raster_has_an_extent_on_every_map() {
    let global = |x0: f64| [x0, 0.5, 0.0, 90.0, 0.0, -0.5];
    let polar = [-4e6, 1e4, 0.0, 4e6, 0.0, -1e4];
    let crossing = [170.0, 0.1, 0.0, 10.0, 0.0, -0.1];
    for (from, transform, size, to, wanted, is_cut) in [
        (
            LONLAT,
            global(-180.0),
            [720, 360],
            "+proj=robin +R=6378137",
            Some([-17_005_833.33, 17_005_833.33, -8_625_154.67, 8_625_154.67]),
            false,
        ),
        (LONLAT, global(0.0), [720, 360], LONLAT, Some([0.0, 360.0, -90.0, 90.0]), false),
        (LONLAT, global(0.0), [720, 360], ORTHO, None, false),
        (
            LONLAT,
            global(-180.0),
            [720, 360],
            POLAR,
            Some([-3_333_134.03, 3_333_134.03, -3_333_134.03, 3_333_134.03]),
            true,
        ),
        (
            LONLAT,
            global(-180.0),
            [720, 360],
            "EPSG:3857",
            Some([-20_037_508.34, 20_037_508.34, -20_048_966.10, 20_048_966.10]),
            true,
        ),
        (LONLAT, global(-180.0), [720, 360], LCC, None, true),
        (POLAR, polar, [800, 800], LCC, None, false),
        (POLAR, polar, [800, 800], LONLAT, None, false),
        (LONLAT, crossing, [200, 100], "EPSG:4269", Some([170.0, 190.0, 0.0, 10.0]), false),
        (LONLAT, crossing, [200, 100], "EPSG:3832", None, false),
        // Sheared: narrower than its bounding box would be.
        (LCC, [0.0, 1e3, 5e2, 0.0, 2e2, -1e3], [1000, 1000], "EPSG:5070", None, false),
    ] {
        let case = format!("{from} {transform:?} on {to}");
        let (found, was_cut) = whole(from, transform, size, to);
        assert_eq!(was_cut, is_cut, "{case}: {found:?}");
        if let Some(wanted) = wanted {
            assert_near(found, wanted, 1e-5, &case);
        }
    }
}

#[test]
fn a_box_about_a_place_has_its_size_on_the_ground() {
    /// Metres between two points of WGS 84, by the length of many short chords along the map's line between them.
    fn ground_m(map: &str, from: [f64; 2], to: [f64; 2]) -> f64 {
        const PARTS: usize = 200;
        let at = |k: usize| {
            let t = k as f64 / PARTS as f64;
            [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]
        };
        let points: Vec<_> = (0..=PARTS).map(at).collect();
        let geocentric = |p: &[f64; 2]| {
            let (a, f) = (6_378_137.0, 1.0 / 298.257_223_563);
            let ((sin_lon, cos_lon), (sin_lat, cos_lat)) = (p[0].to_radians().sin_cos(), p[1].to_radians().sin_cos());
            let e2 = f * (2.0 - f);
            let n = a / (1.0_f64 - e2 * sin_lat * sin_lat).sqrt();
            [n * cos_lat * cos_lon, n * cos_lat * sin_lon, n * (1.0 - e2) * sin_lat]
        };
        let ground: Vec<_> = Projection::new(map, LONLAT).points(&points).iter().map(geocentric).collect();
        ground.windows(2).map(|w| (0..3).map(|k| (w[1][k] - w[0][k]).powi(2)).sum::<f64>().sqrt()).sum()
    }
    for (lon, lat, map) in [
        (-97.5, 35.2, LCC),
        (-97.5, 35.2, LONLAT),
        (-97.0, 32.8, "EPSG:2276"),
        (10.0, 60.0, "EPSG:3857"),
        (179.99, -17.0, LONLAT),
        (25.0, 80.0, POLAR),
        (15.0, 52.0, "EPSG:3035"),
        (-60.0, 10.0, "+proj=moll +datum=WGS84"),
    ] {
        let [width_m, height_m] = [40_000.0, 25_000.0];
        let extent = Extent::around([lon, lat], [width_m, height_m], &crs(map), &Transformers::default());
        let extent = extent.unwrap_or_else(|e| panic!("{e}")).unwrap_or_else(|e| panic!("{map}: {e}"));
        let [x0, x1, y0, y1] = extent.bounds();
        let (x, y) = (x0.midpoint(x1), y0.midpoint(y1));
        let centre = Projection::new(map, LONLAT).point([x, y]);
        let off = (centre[0] - lon + 180.0).rem_euclid(360.0) - 180.0;
        assert!(off.abs() < 1e-4 && (centre[1] - lat).abs() < 1e-4, "{map}: {centre:?}");
        let (wide, high) = (ground_m(map, [x0, y], [x1, y]), ground_m(map, [x, y0], [x, y1]));
        // The scale is that of the middle, and changes a little towards the ends.
        assert!((wide / width_m - 1.0).abs() < 1e-4, "{map}: {wide} m wide");
        assert!((high / height_m - 1.0).abs() < 1e-4, "{map}: {high} m high");
    }
    for (place, map, part) in [
        ([0.0, 90.0], LONLAT, "has no scale"),
        ([84.0, -40.0], ORTHO, "has no image"),
        ([0.0, 89.9999], LONLAT, "more than 360 degrees"),
    ] {
        let extent = Extent::around(place, [1e6, 1e5], &crs(map), &Transformers::default());
        let message = extent.unwrap_or_else(|e| panic!("{e}")).expect_err(part);
        assert!(message.contains(part), "{map}: {message}");
    }
}
