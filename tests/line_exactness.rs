//! Outlines lie where PROJ puts them and cover as much of each pixel as their strokes do.
//!
//! Black lines on white, without a raster: a pixel's darkness is its coverage. What is expected is computed here, from
//! the coordinates in the file, PROJ, and either 16 by 16 samples a pixel or the area of the pixel's square.

mod support;

use std::f64::consts::TAU;
use std::path::Path;

use support::{
    Frames, Ink, LCC, LonLat, Projection, View, demo, lines, polygons, read_parts, strip_share, supersampled_union,
    text, write_layer,
};

const LONLAT: &str = "EPSG:4326";
const MERCATOR: &str = "EPSG:3857";
const ARCTIC: &str = "EPSG:3995";

const DPI: u32 = 100;
const POINTS_PER_INCH: f64 = 72.0;
const INCHES: [u32; 2] = [4, 3];
const SIZE_PX: [usize; 2] = [400, 300];

/// The widths of the issue: counties, states, and one that shows the shape of joints.
const WIDTHS_PT: [f64; 3] = [0.45, 1.25, 5.0];

/// No line may lie further from PROJ's.
const POSITION_TOLERANCE_PX: f64 = 0.05;

/// Mean absolute difference of coverage on line pixels, in levels of 255.
const COVERAGE_TOLERANCE: f64 = 5.0;

/// Levels of 255 by which a pixel may be darker than the union of its strokes: samples and areas differ by as much.
const DARKER_TOLERANCE: f64 = 16.0;

/// Pixels that may be lighter at a joint.
const LIGHT_PIXELS_PER_JOINT: usize = 4;

/// No two-vertex line may lie further from the arc that it is on the map.
const ARC_TOLERANCE_PX: f64 = 0.1;

fn half_width_px(width_pt: f64) -> f64 {
    width_pt * f64::from(DPI) / POINTS_PER_INCH / 2.0
}

fn definition(map: &str) -> &str {
    if map == "lcc" { LCC } else { map }
}

/// Draws one layer and returns how much of each pixel it covers, view by view.
fn draw(layer: &Path, width_pt: f64, map: &str, views: &[View]) -> Vec<Ink> {
    let args = vec![format!("--layer={}:edgecolor=black,linewidth={width_pt}", text(layer))];
    let images = Frames { crs: map, inches: INCHES, dpi: DPI, args }.draw(views);
    views.iter().map(|view| Ink::drawn(&images[&view.name])).collect()
}

/// Where PROJ puts a part on a view's image: its vertices, and between them as many points of its straight lines in
/// degrees as leave no piece much longer than a pixel.
fn projected(view: &View, map_from_lonlat: &Projection, part: &[LonLat]) -> Vec<[f64; 2]> {
    let to_px = |points: &[LonLat]| -> Vec<[f64; 2]> {
        map_from_lonlat.points(points).into_iter().map(|p| view.px_from_map(p)).collect()
    };
    let vertices_px = to_px(part);
    let mut points = vec![part[0]];
    for (ends, ends_px) in part.windows(2).zip(vertices_px.windows(2)) {
        let [a, b] = [ends[0], ends[1]];
        let length_px = (ends_px[1][0] - ends_px[0][0]).hypot(ends_px[1][1] - ends_px[0][1]);
        let pieces = length_px.ceil().max(1.0);
        let at = |t: f64| [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
        points.extend((1..=pieces as usize).map(|k| at(k as f64 / pieces)));
    }
    to_px(&points)
}

// Position

/// Short lines, one in each field of a grid over the image, in all directions and at all offsets within a pixel.
fn line_fan(view: &View, lonlat_from_map: &Projection) -> Vec<[LonLat; 2]> {
    const FIELD_PX: f64 = 50.0;
    const LENGTH_PX: f64 = 38.0;
    let [columns, rows] = SIZE_PX.map(|n| (n as f64 / FIELD_PX) as usize);
    let line = |k: usize| {
        let turn = k as f64 / (columns * rows) as f64 * 0.5 * TAU;
        let (sin, cos) = (turn + 0.003).sin_cos();
        let middle = [
            ((k % columns) as f64 + 0.5) * FIELD_PX + (k * 7 % 32) as f64 / 32.0,
            ((k / columns) as f64 + 0.5) * FIELD_PX + (k * 13 % 32) as f64 / 32.0,
        ];
        [-0.5, 0.5].map(|t| {
            let end = [middle[0] + t * LENGTH_PX * cos, middle[1] + t * LENGTH_PX * sin];
            lonlat_from_map.point(view.map_from_px(end))
        })
    };
    (0..columns * rows).map(line).collect()
}

/// How far the drawn line is from where it should be, at each image row (or column, if it is steeper along those)
/// that it crosses with its whole width, in pixels across the line.
///
/// Both positions are centroids of coverage along the row; the expected one is that of the exact areas.
fn offsets_across(ink: &Ink, path: &[[f64; 2]], half_width: f64) -> Vec<f64> {
    let (first, last) = (path[0], path[path.len() - 1]);
    let steep = (last[1] - first[1]).abs() > (last[0] - first[0]).abs();
    // `along` counts rows of a steep line and columns of a flat one; `across` is the other axis.
    let (along, across) = if steep { (1, 0) } else { (0, 1) };
    let share = |a: usize, c: usize| if steep { ink.at(c, a) } else { ink.at(a, c) };
    let (low, high) = (first[along].min(last[along]), first[along].max(last[along]));
    let margin = 2.0 * half_width + 2.0;
    let steps = (low + margin).ceil() as usize..(high - margin).floor().max(0.0) as usize;
    steps
        .map(|step| {
            let (point, direction) = crossing(path, along, step as f64 + 0.5);
            let reach = 2.0 * half_width + 3.0;
            let window = (point[across] - reach).floor() as usize..(point[across] + reach).ceil() as usize;
            let pixel = |c: usize| if steep { [c, step] } else { [step, c] };
            let drawn = centroid(window.clone().map(|c| (c, share(step, c))));
            let exact = centroid(window.map(|c| (c, strip_share(pixel(c), point, direction, half_width))));
            (drawn - exact) * direction[along].abs()
        })
        .collect()
}

/// The point where a path reaches `value` on an axis, and its unit direction there.
fn crossing(path: &[[f64; 2]], axis: usize, value: f64) -> ([f64; 2], [f64; 2]) {
    let crosses = |pair: &&[[f64; 2]]| (pair[0][axis] - value) * (pair[1][axis] - value) <= 0.0;
    let pair = path.windows(2).find(crosses).expect("the path crosses the value");
    let [a, b] = [pair[0], pair[1]];
    let t = (value - a[axis]) / (b[axis] - a[axis]);
    let along = [b[0] - a[0], b[1] - a[1]];
    let length = along[0].hypot(along[1]);
    ([a[0] + t * along[0], a[1] + t * along[1]], along.map(|d| d / length))
}

fn centroid(shares: impl Iterator<Item = (usize, f64)>) -> f64 {
    let (sum, weight) = shares.fold((0.0, 0.0), |(s, w), (at, share)| (s + (at as f64 + 0.5) * share, w + share));
    sum / weight
}

fn check_positions(map: &str, centre: LonLat, span: [f64; 2]) {
    let folder = tempfile::tempdir().expect("a folder");
    let view = View::around("fan", definition(map), centre, span, SIZE_PX);
    let fan = line_fan(&view, &Projection::new(definition(map), LONLAT));
    let parts: Vec<Vec<LonLat>> = fan.iter().map(|line| line.to_vec()).collect();
    let layer = write_layer(&folder.path().join("fan.shp"), &lines(&parts));
    let map_from_lonlat = Projection::new(LONLAT, definition(map));
    for width_pt in WIDTHS_PT {
        let ink = draw(&layer, width_pt, map, std::slice::from_ref(&view)).remove(0);
        let mut worst = (0.0_f64, 0);
        let (mut sum, mut count) = (0.0, 0);
        for (k, part) in parts.iter().enumerate() {
            let path = projected(&view, &map_from_lonlat, part);
            for offset in offsets_across(&ink, &path, half_width_px(width_pt)) {
                (sum, count) = (sum + offset.abs(), count + 1);
                if offset.abs() > worst.0 || offset.is_nan() {
                    worst = (offset.abs(), k);
                }
            }
        }
        let place = format!("{width_pt} pt on {map}, {} by {}", span[0], span[1]);
        println!(
            "position, {place}: mean {:.4} px, worst {:.4} px of {count} crossings",
            sum / f64::from(count),
            worst.0
        );
        assert!(count > 400, "{place}: only {count} crossings");
        assert!(worst.0 <= POSITION_TOLERANCE_PX, "{place}: line {} is {:.3} px off", worst.1, worst.0);
    }
}

#[test]
fn short_lines_lie_where_proj_puts_them() {
    check_positions("lcc", [-96.3, 38.7], [20e3, 15e3]);
    check_positions("lcc", [-118.0, 47.0], [4_800e3, 3_600e3]);
    check_positions(MERCATOR, [-71.0, 42.3], [300e3, 260e3]);
    check_positions(LONLAT, [-71.0, 42.3], [0.3, 0.2]);
    check_positions(ARCTIC, [-150.0, 68.0], [900e3, 700e3]);
}

// Coverage

/// Mean absolute difference between drawn and expected coverage on the pixels where either is, in levels of 255, and
/// the number of these pixels.
fn mean_difference(drawn: &Ink, expected: &Ink) -> (f64, usize) {
    let pairs = drawn.shares.iter().zip(&expected.shares).filter(|(d, e)| **d > 0.0 || **e > 0.0);
    let (sum, count) = pairs.fold((0.0, 0), |(sum, count), (d, e)| (sum + (d - e).abs(), count + 1));
    (sum / f64::from(count) * 255.0, count as usize)
}

/// A piece of a real outline.
struct Piece {
    what: &'static str,
    file: &'static str,
    map: &'static str,
    centre: LonLat,
    /// Width and height in map units.
    span: [f64; 2],
}

/// Draws a layer's outlines in all widths and compares them with the supersampled union of their strokes.
fn check_coverage(piece: &Piece, tolerance: f64) {
    let Piece { what, map, centre, span, .. } = *piece;
    let file = &demo(piece.file);
    let view = View::around("piece", definition(map), centre, span, SIZE_PX);
    let near = lonlat_box(&view, &Projection::new(definition(map), LONLAT));
    let parts = read_parts(file, near);
    let map_from_lonlat = Projection::new(LONLAT, definition(map));
    let strokes: Vec<_> = parts.iter().map(|part| projected(&view, &map_from_lonlat, part)).collect();
    for width_pt in WIDTHS_PT {
        let drawn = draw(file, width_pt, map, std::slice::from_ref(&view)).remove(0);
        let expected = supersampled_union(SIZE_PX, &strokes, half_width_px(width_pt));
        let (difference, pixels) = mean_difference(&drawn, &expected);
        let place = format!("{what} at {width_pt} pt");
        println!("coverage, {place}: mean difference {difference:.2}/255 on {pixels} line pixels");
        assert!(pixels > 1000, "{place}: only {pixels} line pixels");
        assert!(difference <= tolerance, "{place}: mean difference {difference:.2}/255, at most {tolerance}");
    }
}

/// West, east, south, north of a view and a little around it.
fn lonlat_box(view: &View, lonlat_from_map: &Projection) -> [f64; 4] {
    let [width, height] = SIZE_PX.map(|n| n as f64);
    let corners = (0..=32).flat_map(|i| (0..=32).map(move |j| [f64::from(i) / 16.0 - 0.5, f64::from(j) / 16.0 - 0.5]));
    let points: Vec<_> = corners.map(|[u, v]| view.map_from_px([u * width, v * height])).collect();
    let degrees = lonlat_from_map.points(&points);
    let bound = |axis: usize, pick: fn(f64, f64) -> f64| degrees.iter().map(|p| p[axis]).reduce(pick).expect("points");
    [bound(0, f64::min), bound(0, f64::max), bound(1, f64::min), bound(1, f64::max)]
}

#[test]
fn a_jagged_coast_covers_what_its_stroke_covers() {
    let (file, centre) = ("canada.shp", [-127.8, 52.2]);
    let fjords = Piece { what: "fjords, 200 km", file, map: "lcc", centre, span: [200e3, 150e3] };
    check_coverage(&fjords, COVERAGE_TOLERANCE);
    let fjords = Piece { what: "fjords, 500 km", span: [500e3, 375e3], ..fjords };
    check_coverage(&fjords, COVERAGE_TOLERANCE);
    let inlets = Piece { what: "inlets, 40 km", file, map: MERCATOR, centre: [-127.9, 52.1], span: [40e3, 30e3] };
    check_coverage(&inlets, COVERAGE_TOLERANCE);
}

#[test]
fn counties_cover_what_their_strokes_cover() {
    let (file, centre) = ("counties.shp", [-77.5, 37.6]);
    let virginia = Piece { what: "counties, 360 km", file, map: "lcc", centre, span: [360e3, 270e3] };
    check_coverage(&virginia, COVERAGE_TOLERANCE);
}

#[test]
fn crowded_outlines_cover_what_their_strokes_cover() {
    let fjords = Piece {
        what: "fjords, 1000 km",
        file: "canada.shp",
        map: "lcc",
        centre: [-127.8, 52.2],
        span: [1_000e3, 750e3],
    };
    check_coverage(&fjords, COVERAGE_TOLERANCE);
    let (centre, span) = ([-82.5, 33.5], [1_300e3, 1_000e3]);
    check_coverage(
        &Piece { what: "counties, 1300 km", file: "counties.shp", centre, span, ..fjords },
        COVERAGE_TOLERANCE,
    );
    let (centre, span) = ([-96.0, 38.5], [4_800e3, 3_400e3]);
    check_coverage(&Piece { what: "states, 4800 km", file: "states.shp", centre, span, ..fjords }, COVERAGE_TOLERANCE);
}

// Arcs

/// How far the drawn line is from an arc at worst, anywhere: in windows of a few pixels along the arc, the mean signed
/// distance from it of the drawn ink, less that of the ink that should be there.
fn worst_arc_offset(drawn: &Ink, arc: &[[f64; 2]], half_width: f64) -> (f64, usize) {
    const WINDOW_PX: f64 = 10.0;
    let expected = supersampled_union(drawn.size_px, &[arc.to_vec()], half_width);
    let reach = half_width + 2.5;
    let inside = |p: &[f64; 2]| (0..2).all(|k| p[k] > reach && p[k] < drawn.size_px[k] as f64 - reach);
    let mut next_px = WINDOW_PX;
    let (mut travelled, mut worst, mut windows) = (0.0, 0.0_f64, 0);
    for pair in arc.windows(2) {
        travelled += (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
        if travelled < next_px || !inside(&pair[0]) {
            continue;
        }
        next_px = travelled + WINDOW_PX / 2.0;
        windows += 1;
        let [drawn, expected] = [drawn, &expected].map(|ink| mean_offset(ink, arc, pair[0], reach));
        worst = worst.max((drawn - expected).abs());
    }
    (worst, windows)
}

/// The mean signed distance from the arc of the ink within `reach` of one of its points.
fn mean_offset(ink: &Ink, arc: &[[f64; 2]], at: [f64; 2], reach: f64) -> f64 {
    let near: Vec<_> =
        arc.windows(2).filter(|p| (p[0][0] - at[0]).hypot(p[0][1] - at[1]) < 2.0 * reach + 4.0).collect();
    let range = |k: usize| (at[k] - reach).ceil().max(0.0) as usize..(at[k] + reach).ceil().max(0.0) as usize;
    let (mut sum, mut weight) = (0.0, 0.0);
    for row in range(1) {
        for column in range(0) {
            let share = ink.at(column, row);
            let pixel = [column as f64 + 0.5, row as f64 + 0.5];
            sum += share * signed_distance(pixel, &near);
            weight += share;
        }
    }
    sum / weight
}

/// The distance of a point from a path, positive on its right-hand side in an image.
fn signed_distance(p: [f64; 2], path: &[&[[f64; 2]]]) -> f64 {
    let to_segment = |pair: &&[[f64; 2]]| {
        let [a, b] = [pair[0], pair[1]];
        let (along, to) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
        let t = ((to[0] * along[0] + to[1] * along[1]) / (along[0] * along[0] + along[1] * along[1])).clamp(0.0, 1.0);
        let distance = (to[0] - t * along[0]).hypot(to[1] - t * along[1]);
        distance.copysign(along[0] * to[1] - along[1] * to[0])
    };
    path.iter().map(to_segment).min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(f64::NAN)
}

#[test]
fn a_parallel_of_two_vertices_is_an_arc() {
    const WIDTH_PT: f64 = 3.6;
    let folder = tempfile::tempdir().expect("a folder");
    let parallel = vec![[-123.0, 49.0], [-95.0, 49.0]];
    let layer = write_layer(&folder.path().join("parallel.shp"), &lines(std::slice::from_ref(&parallel)));
    let maps = [
        ("lcc", [-109.0, 48.6], [2_600e3, 900e3]),
        ("lcc", [-96.0, 44.0], [4_850e3, 3_150e3]),
        ("lcc", [-109.0, 49.0], [200e3, 150e3]),
        ("lcc", [-116.2, 49.0], [20e3, 15e3]),
        (ARCTIC, [-109.0, 51.0], [2_800e3, 2_100e3]),
        (ARCTIC, [-104.0, 49.0], [120e3, 90e3]),
    ];
    for (map, centre, span) in maps {
        let view = View::around("arc", definition(map), centre, span, SIZE_PX);
        let ink = draw(&layer, WIDTH_PT, map, std::slice::from_ref(&view)).remove(0);
        let arc = projected(&view, &Projection::new(LONLAT, definition(map)), &parallel);
        let (worst, windows) = worst_arc_offset(&ink, &arc, half_width_px(WIDTH_PT));
        let place = format!("{map}, {} km wide", span[0] / 1e3);
        println!("arc, {place}: worst {worst:.4} px in {windows} windows");
        assert!(windows > 20, "{place}: only {windows} windows");
        assert!(worst <= ARC_TOLERANCE_PX, "{place}: the arc is {worst:.3} px off");
    }
}

// Joints and borders

/// The largest difference of coverage between two layers' images, in levels of 255.
fn largest_difference(a: &Ink, b: &Ink) -> f64 {
    a.shares.iter().zip(&b.shares).map(|(a, b)| (a - b).abs() * 255.0).fold(0.0, f64::max).round()
}

/// Draws two layers in all widths and checks that they look the same to within `levels` of 255.
fn check_same(what: &str, first: &[shapefile::Shape], second: &[shapefile::Shape], levels: f64) {
    let folder = tempfile::tempdir().expect("a folder");
    let layers = [("first.shp", first), ("second.shp", second)].map(|(n, f)| write_layer(&folder.path().join(n), f));
    let view = View::around("joints", LCC, [-100.0, 40.0], [40e3, 30e3], SIZE_PX);
    for width_pt in WIDTHS_PT {
        let [a, b] = layers.each_ref().map(|layer| draw(layer, width_pt, "lcc", std::slice::from_ref(&view)).remove(0));
        assert!(a.shares.iter().any(|share| *share > 0.4), "{what}: nothing is drawn");
        let difference = largest_difference(&a, &b);
        println!("{what} at {width_pt} pt: largest difference {difference}/255");
        assert!(difference <= levels, "{what} at {width_pt} pt: a pixel differs by {difference}/255");
    }
}

#[test]
fn a_border_drawn_twice_is_no_darker() {
    let border = vec![[-100.15, 40.03], [-100.02, 39.98], [-99.99, 40.04], [-99.85, 39.97]];
    let reversed: Vec<LonLat> = border.iter().rev().copied().collect();
    let once = lines(std::slice::from_ref(&border));
    check_same("a line given twice", &once, &lines(&[border.clone(), border.clone()]), 0.0);
    check_same("a line given in both directions", &once, &lines(&[border.clone(), reversed]), 0.0);
}

#[test]
fn neighbours_share_one_border() {
    let west = vec![[-100.1, 39.95], [-100.1, 40.05], [-100.0, 40.06], [-100.01, 39.94], [-100.1, 39.95]];
    let east = vec![[-100.01, 39.94], [-100.0, 40.06], [-99.9, 40.05], [-99.9, 39.95], [-100.01, 39.94]];
    let outer = vec![[-100.0, 40.06], [-99.9, 40.05], [-99.9, 39.95], [-100.01, 39.94]];
    check_same("two polygons", &lines(&[west.clone(), outer]), &polygons(&[west, east]), 0.0);
}

#[test]
fn layers_of_one_style_do_not_darken_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let border = vec![[-100.15, 40.03], [-100.02, 39.98], [-99.85, 39.97]];
    let layer = write_layer(&folder.path().join("border.shp"), &lines(&[border]));
    let view = View::around("twice", LCC, [-100.0, 40.0], [40e3, 30e3], SIZE_PX);
    let flag = format!("--layer={}:edgecolor=black,linewidth=0.45", text(&layer));
    let once =
        Frames { crs: "lcc", inches: INCHES, dpi: DPI, args: vec![flag.clone()] }.draw(std::slice::from_ref(&view));
    let twice = Frames { crs: "lcc", inches: INCHES, dpi: DPI, args: vec![flag.clone(), flag] }
        .draw(std::slice::from_ref(&view));
    let [once, twice] = [&once["twice"], &twice["twice"]].map(Ink::drawn);
    assert!(largest_difference(&once, &twice) <= 0.0, "the second layer darkens the first");
}

#[test]
fn a_vertex_on_a_straight_line_does_not_show() {
    let straight = vec![[-100.15, 40.03], [-99.85, 39.97]];
    let at = |t: f64| [-100.15 + 0.3 * t, 40.03 - 0.06 * t];
    let broken = vec![at(0.0), at(0.21), at(0.5), at(0.501), at(0.8), at(1.0)];
    let pieces: Vec<Vec<LonLat>> = broken.windows(2).map(<[LonLat]>::to_vec).collect();
    check_same("a line with more vertices", &lines(std::slice::from_ref(&straight)), &lines(&[broken]), 2.0);
    check_same("a line in pieces", &lines(&[straight]), &lines(&pieces), 2.0);
}

#[test]
fn ends_and_joints_are_round_and_no_darker() {
    let folder = tempfile::tempdir().expect("a folder");
    let hook = vec![[-100.12, 40.05], [-99.95, 40.06], [-100.11, 40.03], [-100.0, 39.95], [-99.9, 40.04]];
    let layer = write_layer(&folder.path().join("hook.shp"), &lines(std::slice::from_ref(&hook)));
    let view = View::around("hook", LCC, [-100.0, 40.0], [40e3, 30e3], SIZE_PX);
    let path = projected(&view, &Projection::new(LONLAT, LCC), &hook);
    for width_pt in [1.25, 5.0, 14.4] {
        let drawn = draw(&layer, width_pt, "lcc", std::slice::from_ref(&view)).remove(0);
        let expected = supersampled_union(SIZE_PX, std::slice::from_ref(&path), half_width_px(width_pt));
        let darker: Vec<f64> = drawn.shares.iter().zip(&expected.shares).map(|(d, e)| (d - e) * 255.0).collect();
        let most = darker.iter().copied().fold(0.0, f64::max);
        // In the corner between two strokes, the greater of their coverages is less than their union.
        let light = darker.iter().filter(|d| **d < -DARKER_TOLERANCE).count();
        println!("ends and joints at {width_pt} pt: at most {most:.1}/255 darker, {light} pixels lighter");
        assert!(most <= DARKER_TOLERANCE, "{width_pt} pt: a pixel is {most:.1}/255 darker than its stroke");
        assert!(light <= LIGHT_PIXELS_PER_JOINT * (hook.len() - 2), "{width_pt} pt: {light} pixels are lighter");
    }
}
