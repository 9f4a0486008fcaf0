//! Areas, points and dashes cover as much of each pixel as they should.
//!
//! Black on white, without a raster: a pixel's darkness is its coverage. What is expected is computed here, from the
//! coordinates in the file, PROJ, and 16 by 16 samples a pixel under the even-odd rule.

mod support;

use std::path::{Path, PathBuf};

use support::{Frames, Ink, LCC, LonLat, Projection, View, demo, read_parts, text};

const LONLAT: &str = "EPSG:4326";
const ANTARCTIC: &str = "EPSG:3031";
const DPI: u32 = 72;
const INCHES: [u32; 2] = [4, 3];
const SIZE_PX: [usize; 2] = [288, 216];
const SAMPLES: usize = 16;

/// A system as PROJ reads it.
fn definition(map: &str) -> &str {
    if map == "lcc" { LCC } else { map }
}

/// Draws one layer; at 72 dpi a point is a pixel.
fn draw(layer: &str, map: &str, views: &[View]) -> Vec<Ink> {
    let args = vec![format!("--layer={layer}")];
    let images = Frames { crs: map, inches: INCHES, dpi: DPI, args }.draw(views);
    views.iter().map(|view| Ink::drawn(&images[&view.name])).collect()
}

fn geojson(folder: &Path, geometries: &[String]) -> PathBuf {
    let path = folder.join("layer.geojson");
    let all = geometries.join(",");
    std::fs::write(&path, format!(r#"{{"type":"GeometryCollection","geometries":[{all}]}}"#)).expect("a layer");
    path
}

fn coordinates(points: &[LonLat]) -> String {
    let all: Vec<_> = points.iter().map(|p| format!("[{},{}]", p[0], p[1])).collect();
    format!("[{}]", all.join(","))
}

fn polygon(rings: &[&[LonLat]]) -> String {
    let rings: Vec<_> = rings.iter().map(|ring| coordinates(ring)).collect();
    format!(r#"{{"type":"Polygon","coordinates":[{}]}}"#, rings.join(","))
}

/// A ring on a view's image: straight in longitude and latitude, so with a point every half degree or less.
fn ring_px(view: &View, map: &str, ring: &[LonLat]) -> Vec<[f64; 2]> {
    let mut points = Vec::new();
    for ends in ring.windows(2) {
        let [a, b] = [ends[0], ends[1]];
        let pieces = ((b[0] - a[0]).hypot(b[1] - a[1]) / 0.05).ceil().max(1.0);
        let at = |t: f64| [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
        points.extend((0..pieces as usize).map(|k| at(k as f64 / pieces)));
    }
    Projection::new(LONLAT, definition(map)).points(&points).into_iter().map(|p| view.px_from_map(p)).collect()
}

/// The share of each pixel that lies within an odd number of the closed rings, by samples.
fn even_odd(rings: &[Vec<[f64; 2]>]) -> Vec<f64> {
    let [width, height] = SIZE_PX;
    let mut counts = vec![0_u32; width * height];
    let step = 1.0 / SAMPLES as f64;
    for row in 0..height * SAMPLES {
        let y = (row as f64 + 0.5) * step;
        let mut crossings: Vec<f64> = Vec::new();
        for ring in rings {
            for (k, p) in ring.iter().enumerate() {
                let q = ring[(k + 1) % ring.len()];
                if (p[1] <= y) != (q[1] <= y) {
                    crossings.push(p[0] + (y - p[1]) / (q[1] - p[1]) * (q[0] - p[0]));
                }
            }
        }
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let sample = |x: f64| (x / step - 0.5).ceil().clamp(0.0, (width * SAMPLES) as f64) as usize;
            for column in sample(pair[0])..sample(pair[1]) {
                counts[row / SAMPLES * width + column / SAMPLES] += 1;
            }
        }
    }
    counts.into_iter().map(|count| f64::from(count) / (SAMPLES * SAMPLES) as f64).collect()
}

/// Largest difference, and its mean over the pixels that an edge runs through, in levels of 255.
fn differences(drawn: &Ink, expected: &[f64]) -> (f64, f64) {
    let (mut worst, mut sum, mut count) = (0.0_f64, 0.0, 0_u32);
    for (d, e) in drawn.shares.iter().zip(expected) {
        let difference = (d - e).abs() * 255.0;
        worst = worst.max(difference);
        if *e > 0.0 && *e < 1.0 {
            (sum, count) = (sum + difference, count + 1);
        }
    }
    assert!(count > 50, "only {count} pixels at an edge");
    (worst, sum / f64::from(count))
}

/// Samples and areas differ by up to half a row of samples at an edge that runs along it; the rest is position.
fn assert_close(what: &str, drawn: &Ink, expected: &[f64], most: f64) {
    let (worst, mean) = differences(drawn, expected);
    println!("{what}: worst {worst:.1}, mean {mean:.2} of 255");
    assert!(mean < 3.5 && worst < most, "{what}: worst {worst:.1}, mean {mean:.2} of 255");
}

#[test]
fn areas_have_the_share_that_the_even_odd_rule_gives_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let outer: &[LonLat] =
        &[[-110.0, 32.0], [-85.0, 30.0], [-83.0, 45.0], [-97.0, 39.0], [-112.0, 47.0], [-110.0, 32.0]];
    let hole: &[LonLat] = &[[-105.0, 34.0], [-105.5, 38.0], [-99.0, 37.0], [-105.0, 34.0]];
    let island: &[LonLat] = &[[-103.8, 36.0], [-102.5, 36.2], [-103.0, 36.9], [-103.8, 36.0]];
    let layer = geojson(folder.path(), &[polygon(&[outer, hole]), polygon(&[island])]);
    let layer = format!("{}:facecolor=black,edgecolor=none", text(&layer));
    let views = [
        View::around("whole", LCC, [-98.0, 38.5], [4_000e3, 3_000e3], SIZE_PX),
        View::around("near", LCC, [-103.2, 36.3], [400e3, 300e3], SIZE_PX),
        View::around("inside", LCC, [-90.0, 34.0], [2e3, 1.5e3], SIZE_PX),
        View::around("edge", LCC, [-97.0, 39.0], [20e3, 15e3], SIZE_PX),
    ];
    for (view, drawn) in views.iter().zip(draw(&layer, "lcc", &views)) {
        if view.name == "inside" {
            assert!(drawn.shares.iter().all(|share| *share > 0.999), "nothing but area");
            continue;
        }
        let rings: Vec<_> = [outer, hole, island].iter().map(|ring| ring_px(view, "lcc", ring)).collect();
        // A vertex moves by up to a tenth of a pixel when lines are simplified.
        assert_close(&view.name, &drawn, &even_odd(&rings), 16.0);
    }
}

#[test]
fn the_orientation_of_rings_in_a_file_does_not_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let outer: Vec<LonLat> = vec![[-104.0, 36.0], [-96.0, 36.0], [-96.0, 42.0], [-104.0, 42.0], [-104.0, 36.0]];
    let hole: Vec<LonLat> = vec![[-102.0, 38.0], [-98.0, 38.0], [-98.0, 40.0], [-102.0, 40.0], [-102.0, 38.0]];
    let view = View::around("v", LCC, [-100.0, 39.0], [1_000e3, 750e3], SIZE_PX);
    let rings = [ring_px(&view, "lcc", &outer), ring_px(&view, "lcc", &hole)];
    let expected = even_odd(&rings);
    for (reverse_outer, reverse_hole) in [(false, false), (true, false), (false, true), (true, true)] {
        let turned =
            |ring: &Vec<LonLat>, is: bool| if is { ring.iter().rev().copied().collect() } else { ring.clone() };
        let (outer, hole) = (turned(&outer, reverse_outer), turned(&hole, reverse_hole));
        let layer = geojson(folder.path(), &[polygon(&[&outer, &hole])]);
        let drawn =
            draw(&format!("{}:facecolor=black,edgecolor=none", text(&layer)), "lcc", std::slice::from_ref(&view));
        assert_close("turned rings", &drawn[0], &expected, 16.0);
    }
}

#[test]
fn real_neighbours_leave_no_seam_between_them() {
    let layer = format!("{}:facecolor=black,edgecolor=none", text(&demo("counties.shp")));
    // Illinois and Kansas: counties without a lake, from a few pixels to the whole view in size.
    let views = [
        View::around("many", LCC, [-98.5, 38.5], [600e3, 400e3], SIZE_PX),
        View::around("few", LCC, [-98.5, 38.5], [60e3, 45e3], SIZE_PX),
        View::around("corner", LCC, [-99.0, 38.0], [3e3, 2e3], SIZE_PX),
    ];
    for (view, drawn) in views.iter().zip(draw(&layer, "lcc", &views)) {
        let lightest = drawn.shares.iter().copied().fold(1.0, f64::min);
        println!("{}: lightest {:.1} of 255", view.name, lightest * 255.0);
        // Where a county's corner lies on its neighbour's side, their chords may differ a little.
        assert!(lightest >= 253.0 / 255.0, "{}: a seam of {:.1} of 255", view.name, lightest * 255.0);
    }
}

#[test]
fn neighbours_that_share_their_corners_leave_no_seam_at_all() {
    const CELLS: u32 = 24;
    let folder = tempfile::tempdir().expect("a folder");
    let corner = |i: u32, j: u32| {
        let jitter = |k: u32| f64::from((i * 7919 + j * 104_729 + k * 31) % 97) / 97.0 * 0.8;
        [-112.0 + f64::from(i) + jitter(1), 27.0 + f64::from(j) + jitter(2)]
    };
    let cell = |k: u32| {
        let (i, j) = (k % CELLS, k / CELLS);
        polygon(&[&[corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1), corner(i, j)]])
    };
    let layer = geojson(folder.path(), &(0..CELLS * CELLS).map(cell).collect::<Vec<_>>());
    let layer = format!("{}:facecolor=black,edgecolor=none", text(&layer));
    let views = [1_600.0, 400.0, 50.0, 3.0]
        .map(|km| View::around(&format!("{km} km"), LCC, [-100.2, 38.7], [km * 1e3, km * 0.75e3], SIZE_PX));
    let views = views.map(|view| View { name: view.name.replace(' ', ""), ..view });
    for (view, drawn) in views.iter().zip(draw(&layer, "lcc", &views)) {
        let lightest = drawn.shares.iter().copied().fold(1.0, f64::min);
        println!("{}: lightest {:.1} of 255", view.name, lightest * 255.0);
        assert!(lightest >= 254.0 / 255.0, "{}: a seam of {:.1} of 255", view.name, lightest * 255.0);
    }
}

#[test]
fn a_coast_is_filled_as_the_even_odd_rule_says() {
    let layer = format!("{}:facecolor=black,edgecolor=none", text(&demo("states.shp")));
    let view = View::around("maine", LCC, [-69.5, 44.2], [240e3, 180e3], SIZE_PX);
    let drawn = draw(&layer, "lcc", std::slice::from_ref(&view)).remove(0);
    let parts = read_parts(&demo("states.shp"), [-75.0, -64.0, 40.0, 48.0]);
    // States do not overlap: the shares of all add up, and each is its outer rings less its holes.
    let rings: Vec<_> = parts.iter().map(|ring| ring_px(&view, "lcc", ring)).collect();
    assert_close("Maine", &drawn, &even_odd(&rings), 16.0);
}

#[test]
fn areas_go_over_the_antimeridian() {
    let folder = tempfile::tempdir().expect("a folder");
    let ring: &[LonLat] = &[[170.0, 50.0], [190.0, 52.0], [195.0, 62.0], [168.0, 60.0], [170.0, 50.0]];
    let wrapped: Vec<LonLat> = ring.iter().map(|p| [if p[0] > 180.0 { p[0] - 360.0 } else { p[0] }, p[1]]).collect();
    let layer = geojson(folder.path(), &[polygon(&[&wrapped])]);
    let layer = format!("{}:facecolor=black,edgecolor=none", text(&layer));
    let map = "+proj=laea +lat_0=56 +lon_0=180 +datum=WGS84 +units=m";
    let view = View::around("v", map, [180.0, 56.0], [2_400e3, 1_800e3], SIZE_PX);
    let drawn = draw(&layer, map, std::slice::from_ref(&view)).remove(0);
    assert_close("Bering Sea", &drawn, &even_odd(&[ring_px(&view, map, ring)]), 16.0);
    // On a map that ends there, both parts are drawn up to the seam and nothing between them.
    let view = View { name: "world".into(), extent: [-180.0, 180.0, -90.0, 90.0], size_px: SIZE_PX };
    let drawn = draw(&layer, LONLAT, std::slice::from_ref(&view)).remove(0);
    let px = |ring: Vec<LonLat>| -> Vec<[f64; 2]> { ring.into_iter().map(|p| view.px_from_map(p)).collect() };
    let moved = |turn: f64| px(ring.iter().map(|p| [p[0] + turn, p[1]]).collect());
    assert_close("world", &drawn, &even_odd(&[moved(0.0), moved(-360.0)]), 60.0);
}

#[test]
fn areas_hold_a_pole() {
    let folder = tempfile::tempdir().expect("a folder");
    // A coast round the pole, as files have it: closed along 90 degrees south, and simply closed.
    let coast: Vec<LonLat> =
        (0..=72).map(|k| [f64::from(k) * 5.0 - 180.0, -72.0 + 4.0 * (f64::from(k % 72) * 0.7).sin()]).collect();
    let closed_below: Vec<LonLat> = [coast.clone(), vec![[180.0, -90.0], [-180.0, -90.0], coast[0]]].concat();
    let view = View::around("pole", ANTARCTIC, [0.0, -90.0], [6_000e3, 4_500e3], SIZE_PX);
    let expected = even_odd(&[ring_px(&view, ANTARCTIC, &coast)]);
    for (what, ring) in [("closed along the pole", &closed_below), ("closed round the pole", &coast)] {
        let layer = geojson(folder.path(), &[polygon(&[ring])]);
        let layer = format!("{}:facecolor=black,edgecolor=none", text(&layer));
        let drawn = draw(&layer, ANTARCTIC, std::slice::from_ref(&view)).remove(0);
        assert_close(what, &drawn, &expected, 16.0);
    }
}

#[test]
fn areas_that_overlap_do_not_darken() {
    let folder = tempfile::tempdir().expect("a folder");
    let square = |lon: f64| vec![[lon, 36.0], [lon + 4.0, 36.0], [lon + 4.0, 42.0], [lon, 42.0], [lon, 36.0]];
    let layer = geojson(folder.path(), &[polygon(&[&square(-102.0)]), polygon(&[&square(-100.0)])]);
    let layer = format!("{}:facecolor=black,edgecolor=none,alpha=0.5", text(&layer));
    let view = View::around("v", LCC, [-99.0, 39.0], [100e3, 75e3], SIZE_PX);
    let drawn = draw(&layer, "lcc", std::slice::from_ref(&view)).remove(0);
    assert!(drawn.shares.iter().all(|share| (share - 0.5).abs() < 0.003), "half black everywhere");
}

// Points

/// Sum of all shares and their centre within a square about a place.
fn blob(ink: &Ink, [x, y]: [f64; 2], reach: usize) -> (f64, [f64; 2]) {
    let (mut sum, mut centre) = (0.0, [0.0; 2]);
    for row in y as usize - reach..=y as usize + reach {
        for column in x as usize - reach..=x as usize + reach {
            let share = ink.at(column, row);
            sum += share;
            centre = [centre[0] + share * (column as f64 + 0.5), centre[1] + share * (row as f64 + 0.5)];
        }
    }
    (sum, centre.map(|c| c / sum))
}

#[test]
fn points_are_discs_and_rings_of_their_size_where_proj_puts_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let view = View::around("v", LCC, [-98.0, 38.5], [2_000e3, 1_500e3], SIZE_PX);
    let places: Vec<LonLat> =
        (0..12).map(|k| [-103.0 + 3.3 * f64::from(k % 4), 34.5 + 3.7 * f64::from(k / 4)]).collect();
    let layer = geojson(folder.path(), &[format!(r#"{{"type":"MultiPoint","coordinates":{}}}"#, coordinates(&places))]);
    let projection = Projection::new(LONLAT, LCC);
    let area = |diameter: f64| std::f64::consts::PI / 4.0 * diameter * diameter;
    for (options, expected) in [
        ("alpha=1", area(6.0)),
        ("markersize=11", area(11.0)),
        ("markersize=3.5,facecolor=black", area(3.5)),
        ("markersize=10,facecolor=none,edgecolor=black,linewidth=2", area(12.0) - area(8.0)),
        ("markersize=8,facecolor=black,edgecolor=black,linewidth=1", area(9.0)),
    ] {
        let drawn = draw(&format!("{}:{options}", text(&layer)), "lcc", std::slice::from_ref(&view)).remove(0);
        for place in &places {
            let exact = view.px_from_map(projection.point(*place));
            let (sum, centre) = blob(&drawn, exact, 9);
            assert!((sum / expected - 1.0).abs() < 0.02, "{options}: {sum:.2} of {expected:.2} px");
            let off = (centre[0] - exact[0]).hypot(centre[1] - exact[1]);
            assert!(off < 0.05, "{options}: {off:.3} px off");
        }
        let sum: f64 = drawn.shares.iter().sum();
        assert!((sum / expected / places.len() as f64 - 1.0).abs() < 0.02, "{options}: nothing else is drawn");
    }
}

// Dashes

#[test]
fn dashes_have_matplotlibs_lengths_and_square_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    // On a map of degrees a parallel is a straight line: 240 px long, along the middle of a row.
    let view = View { name: "v".into(), extent: [0.0, 28.8, 0.0, 21.6], size_px: SIZE_PX };
    let line = format!(r#"{{"type":"LineString","coordinates":{}}}"#, coordinates(&[[2.0, 10.05], [26.0, 10.05]]));
    let layer = geojson(folder.path(), &[line]);
    for (style, width, pattern) in [
        ("dashed", 1.0, vec![3.7, 1.6]),
        ("--", 2.5, vec![3.7, 1.6]),
        ("-.", 1.5, vec![6.4, 1.6, 1.0, 1.6]),
        (":", 3.0, vec![1.0, 1.65]),
        ("(0,(5,1,2,1))", 2.0, vec![5.0, 1.0, 2.0, 1.0]),
        ("(3,(5,2))", 2.0, vec![2.0, 2.0, 3.0, 0.0]),
    ] {
        let options = format!("{}:edgecolor=black,linewidth={width},linestyle={style}", text(&layer));
        let drawn = draw(&options, LONLAT, std::slice::from_ref(&view)).remove(0);
        let lengths: Vec<f64> = pattern.iter().map(|length| length * width).collect();
        let mut worst = 0.0_f64;
        for column in 0..SIZE_PX[0] {
            let ink: f64 = (0..SIZE_PX[1]).map(|row| drawn.at(column, row)).sum();
            // The line begins at 20 px.
            let expected = stroke_share(column as f64 - 20.0, &lengths) * width;
            worst = worst.max((ink - expected).abs());
        }
        println!("{style}, {width} pt: {worst:.3} px of ink in a column");
        assert!(worst < 0.02 * width, "{style}, {width} pt: {worst:.3} px of ink in a column");
    }
}

/// How much of the pixel from `x` on is stroke, on a line from 0 to 240 px.
fn stroke_share(x: f64, lengths: &[f64]) -> f64 {
    let (mut at, mut k, mut share) = (0.0_f64, 0, 0.0);
    while at < 240.0 {
        let end = (at + lengths[k % lengths.len()]).min(240.0);
        if k % 2 == 0 {
            share += (end.min(x + 1.0) - at.max(x)).max(0.0);
        }
        (at, k) = (end, k + 1);
    }
    share
}

#[test]
fn dashes_go_on_round_corners_and_never_in_gaps() {
    let folder = tempfile::tempdir().expect("a folder");
    let view = View { name: "v".into(), extent: [0.0, 28.8, 0.0, 21.6], size_px: SIZE_PX };
    let corner: Vec<LonLat> = vec![[2.0, 4.0], [20.0, 4.0], [20.0, 16.0], [8.0, 19.0]];
    let layer = geojson(folder.path(), &[format!(r#"{{"type":"LineString","coordinates":{}}}"#, coordinates(&corner))]);
    let length: f64 = corner.windows(2).map(|w| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1]) * 10.0).sum();
    let ink = |style: &str| -> f64 {
        let options = format!("{}:linewidth=2,linestyle={style}", text(&layer));
        draw(&options, LONLAT, std::slice::from_ref(&view)).remove(0).shares.iter().sum()
    };
    assert!((ink("(0,(3,3))") / (length * 2.0 * 0.5) - 1.0).abs() < 0.03);
    assert!((ink("(0,(9,1))") / (length * 2.0 * 0.9) - 1.0).abs() < 0.03);
}

/// A box of longitudes and latitudes as a ring of `GeoJSON`, with no more points than its corners.
fn ring([west, east, south, north]: [f64; 4]) -> String {
    format!("[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]")
}

#[test]
fn areas_that_go_far_round_the_earth_are_filled_inside() {
    let folder = tempfile::tempdir().expect("a folder");
    let earth = [-180.0, 180.0, -90.0, 90.0];
    let holds =
        |area: [f64; 4], lon: f64, lat: f64| (area[0]..area[1]).contains(&lon) && (area[2]..area[3]).contains(&lat);
    for (name, outer, hole) in [
        ("earth", earth, None),
        ("earth with a hole", earth, Some([-35.0, 25.0, -15.0, 45.0])),
        ("band", [-180.0, 180.0, -60.0, 60.0], None),
        ("northern band", [-180.0, 180.0, 10.0, 80.0], None),
        ("wide box", [-100.0, 100.0, -50.0, 50.0], None),
    ] {
        let rings: Vec<_> = [Some(outer), hole].into_iter().flatten().map(ring).collect();
        let path = folder.path().join("areas.geojson");
        let polygon = format!(r#"{{"type":"Polygon","coordinates":[{}]}}"#, rings.join(","));
        std::fs::write(&path, polygon).expect("a layer");
        for (crs, extent) in [("EPSG:4326", earth), ("+proj=eqc +lon_0=180", [-20e6, 20e6, -10e6, 10e6])] {
            let args = vec![format!("--layer={}:edgecolor=none,facecolor=black", text(&path))];
            let view = View { name: "map".into(), extent, size_px: [360, 180] };
            let frames = Frames { crs, inches: [36, 18], dpi: 10, args };
            let image = &frames.draw(std::slice::from_ref(&view))["map"];
            let centre = |k: usize| [(k % 360) as f64 + 0.5, (k / 360) as f64 + 0.5];
            let centres: Vec<_> = (0..image.rgb.len()).map(|k| view.map_from_px(centre(k))).collect();
            for ([lon, lat], rgb) in Projection::new(crs, LONLAT).points(&centres).into_iter().zip(&image.rgb) {
                // Not within a degree and a half of an edge, where pixels are partly covered.
                let near = |area: [f64; 4]| {
                    [(lon, area[0]), (lon, area[1]), (lat, area[2]), (lat, area[3])]
                        .iter()
                        .any(|(a, b)| (a - b).abs() < 1.5)
                };
                if near(outer) || hole.is_some_and(near) {
                    continue;
                }
                let is_filled = holds(outer, lon, lat) && !hole.is_some_and(|hole| holds(hole, lon, lat));
                let expected = if is_filled { [0; 3] } else { [255; 3] };
                assert_eq!(*rgb, expected, "{name} on {crs} at {lon}, {lat}");
            }
        }
    }
}
