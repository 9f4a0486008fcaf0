//! On the world's projections too, lines lie where PROJ puts them: to the very edge of the map, across no tear in it,
//! and nowhere else.
//!
//! What is expected is computed here: PROJ takes each line to the image in steps of a quarter of a pixel at most, in
//! f64, up to where the map ends or tears. Black lines on white, so that a pixel's darkness is its coverage.

mod support;

use std::path::Path;

use support::{
    Frames, Ink, LonLat, Step, Tracer, View, WORLD_MAPS, WORLD_PX, WorldMap, demo, distance, first_lines, hash, lines,
    read_parts, supersampled_union, text, write_layer,
};

const INCHES: [u32; 2] = [3, 2];
const DPI: u32 = 100;
/// Two pixels, so that a pixel through whose middle or corner a line passes is covered by more than three quarters.
const WIDTH_PT: f64 = 1.44;
const HALF_WIDTH_PX: f64 = 1.0;

/// What the pixel under a line must be covered by at least, where the line lies as far off as it may.
const LEAST_INK: f64 = 0.5;
/// A line may be interrupted for no longer than this.
const LONGEST_GAP_PX: f64 = 1.0;
/// Nothing is drawn further from where lines are than half of their width and this.
const STRAY_PX: f64 = 1.0;
/// No line may lie further from PROJ's.
const POSITION_TOLERANCE_PX: f64 = 0.1;

/// How many steps of a piece one stands for that lies on a tear.
const SAMPLED_STEPS: usize = 40;

/// What is still the same place for the program: positions are held in units of 360 degrees / 2^32.
const SAME_PLACE_DEG: f64 = 2e-7;

/// Meridians from pole to pole and parallels round the Earth, every ten degrees, with vertices every `step` degrees.
fn graticule(step: i32) -> Vec<Vec<LonLat>> {
    let between = |low: i32, high: i32| (low..=high).step_by(step as usize).map(f64::from);
    let meridian = |k: i32| between(-90, 90).map(|lat| [f64::from(k * 10), lat]).collect();
    let parallel = |k: i32| between(-180, 180).map(|lon| [lon, f64::from(k * 10)]).collect();
    (-18..18).map(meridian).chain((-8..=8).map(parallel)).collect()
}

fn moved(line: &[LonLat], by: LonLat) -> Vec<LonLat> {
    line.iter().map(|p| [p[0] + by[0], p[1] + by[1]]).collect()
}

/// A hair across the direction of a line: east of a meridian, north of a parallel.
fn aside(line: &[LonLat]) -> LonLat {
    let (first, last) = (line[0], line[line.len() - 1]);
    let is_meridian = (first[1] - last[1]).abs() > (first[0] - last[0]).abs();
    if is_meridian { [SAME_PLACE_DEG, 0.0] } else { [0.0, SAME_PLACE_DEG] }
}

/// A view, and everything that PROJ says of some lines on it.
struct Oracle<'a> {
    view: &'a View,
    tracer: Tracer<'a>,
    /// The lines' pieces, in image coordinates.
    pieces: Vec<Vec<Step>>,
    /// The same for lines a hair to either side of those that lie right on a tear, or go through a point that the map
    /// tears apart: they may be drawn on either side of it.
    beside: Vec<Vec<Step>>,
    /// Where what is drawn is not settled: the ends of pieces, and lines right on a tear or on the edge of the map.
    unsettled: Vec<[f64; 2]>,
}

impl<'a> Oracle<'a> {
    fn new(map: &WorldMap, view: &'a View, lines: &[Vec<LonLat>]) -> Self {
        let tracer = Tracer::new(map, view);
        // A map of longitude and latitude goes on and on.
        let turns: &[f64] = if map.name == "lonlat" { &[-360.0, 0.0, 360.0] } else { &[0.0] };
        let mut oracle = Self { view, tracer, pieces: Vec::new(), beside: Vec::new(), unsettled: Vec::new() };
        for line in turns.iter().flat_map(|turn| lines.iter().map(|line| moved(line, [*turn, 0.0]))) {
            let pieces = oracle.tracer.pieces(&line);
            let aside = aside(&line);
            let torn: Vec<_> = pieces.iter().filter(|piece| oracle.is_any_torn(piece, aside)).collect();
            if !torn.is_empty() {
                let sides = [-1.0, 1.0].map(|side| aside.map(|d| side * d));
                oracle.beside.extend(sides.iter().flat_map(|side| oracle.tracer.pieces(&moved(&line, *side))));
            }
            let ends = pieces.iter().flat_map(|piece| [piece.first(), piece.last()]).flatten();
            let on_tears = torn.iter().flat_map(|piece| piece.iter().step_by(8)).filter(|step| oracle.is_torn(step));
            let both_sides = on_tears.flat_map(|step| oracle.alternatives(step)).flatten();
            let unsettled: Vec<_> = ends.filter_map(|step| step.px).chain(both_sides).collect();
            oracle.unsettled.extend(unsettled);
            oracle.pieces.extend(pieces);
        }
        oracle
    }

    /// Coverage by the lines' strokes.
    fn ink(&self) -> Ink {
        // One and a half pixels at a time are as good as straight.
        let stroke = |piece: &Vec<Step>| {
            let last = piece.len() - 1;
            let kept = piece.iter().enumerate().filter(|(k, _)| k % 6 == 0 || *k == last);
            kept.filter_map(|(_, step)| step.px).collect::<Vec<_>>()
        };
        let strokes: Vec<_> = self.pieces.iter().map(stroke).collect();
        supersampled_union(self.view.size_px, &strokes, HALF_WIDTH_PX)
    }

    /// The pixels that lines may touch: those within `reach` of one, on either side of a tear.
    fn near_lines(&self, reach: f64) -> Vec<bool> {
        let [width, height] = self.view.size_px;
        let mut near = vec![false; width * height];
        for p in self.pieces.iter().chain(&self.beside).flatten().filter_map(|step| step.px) {
            let range = |k: usize, size: usize| {
                let bound = |v: f64| v.clamp(0.0, size as f64) as usize;
                bound((p[k] - reach).floor())..bound((p[k] + reach).ceil())
            };
            for row in range(1, height) {
                near[row * width..][range(0, width)].fill(true);
            }
        }
        near
    }

    /// The pixel of a place on the image.
    fn pixel(&self, p: [f64; 2]) -> Option<[usize; 2]> {
        let [width, height] = self.view.size_px.map(|n| n as f64);
        ((0.0..width).contains(&p[0]) && (0.0..height).contains(&p[1])).then(|| p.map(|v| v as usize))
    }

    /// Where a step would be if it lay a hair further west, east, south or north.
    fn alternatives(&self, step: &Step) -> Vec<Option<[f64; 2]>> {
        let beside = [[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]]
            .map(|[east, north]| [step.lonlat[0] + east * SAME_PLACE_DEG, step.lonlat[1] + north * SAME_PLACE_DEG]);
        self.tracer.steps(&beside).iter().map(|step| step.px).collect()
    }

    /// Whether a piece, or a part of it, lies right on a tear or an edge of the map, or ends in a torn point.
    fn is_any_torn(&self, piece: &[Step], aside: LonLat) -> bool {
        let middle = piece.len() / 2 % SAMPLED_STEPS;
        let ends = [piece.first(), piece.last()].into_iter().flatten();
        let some: Vec<_> = piece.iter().skip(middle).step_by(SAMPLED_STEPS).chain(ends).collect();
        let beside = [-1.0, 1.0].map(|side| {
            let points = some.iter().map(|s| [s.lonlat[0] + side * aside[0], s.lonlat[1] + side * aside[1]]);
            self.tracer.steps(&points.collect::<Vec<_>>())
        });
        (0..some.len()).any(|k| beside.iter().any(|beside| is_elsewhere(some[k], beside[k].px)))
    }

    /// Whether a step lies right on a tear or an edge of the map.
    fn is_torn(&self, step: &Step) -> bool {
        self.alternatives(step).iter().any(|other| is_elsewhere(step, *other))
    }
}

/// Whether a place a hair beside a step is not where the step is.
fn is_elsewhere(step: &Step, other: Option<[f64; 2]>) -> bool {
    const SAME_PX: f64 = 0.5;
    !matches!((step.px, other), (Some(a), Some(b)) if distance(a, b) <= SAME_PX)
}

/// What the comparison of one image found.
#[derive(Default)]
struct Tally {
    /// Steps on the image.
    steps: usize,
    positions: usize,
    worst_px: f64,
    faults: Vec<String>,
}

/// Runs of steps without ink, along all pieces.
fn check_gaps(oracle: &Oracle, drawn: &Ink, tally: &mut Tally) {
    for piece in &oracle.pieces {
        let mut gap = 0.0;
        let mut start = [0.0; 2];
        for pair in piece.windows(2) {
            let (Some(a), Some(b)) = (pair[0].px, pair[1].px) else { continue };
            let Some(pixel) = oracle.pixel(b) else {
                gap = 0.0;
                continue;
            };
            tally.steps += 1;
            if drawn.at(pixel[0], pixel[1]) >= LEAST_INK || is_drawn_beside(oracle, drawn, &pair[1]) {
                gap = 0.0;
                continue;
            }
            start = if gap == 0.0 { a } else { start };
            let before = gap;
            gap += distance(a, b);
            if gap > LONGEST_GAP_PX && before <= LONGEST_GAP_PX {
                let at = pair[1].lonlat;
                tally.faults.push(format!("a gap from {start:.1?} px, at {:.2}, {:.2} degrees", at[0], at[1]));
            }
        }
    }
}

/// Whether a step on a tear is drawn on its other side, or may be but lies outside the image, or the map ends there.
fn is_drawn_beside(oracle: &Oracle, drawn: &Ink, step: &Step) -> bool {
    let is_drawn = |p: &Option<[f64; 2]>| match p.and_then(|p| oracle.pixel(p)) {
        Some([column, row]) => drawn.at(column, row) >= LEAST_INK,
        None => true,
    };
    oracle.is_torn(step) && oracle.alternatives(step).iter().any(is_drawn)
}

fn check_strays(oracle: &Oracle, drawn: &Ink, tally: &mut Tally) {
    // Less is the rounding of a colour.
    const LEAST_SEEN: f64 = 2.5 / 255.0;
    let near = oracle.near_lines(HALF_WIDTH_PX + STRAY_PX);
    let strays = (0..drawn.shares.len()).filter(|k| drawn.shares[*k] > LEAST_SEEN && !near[*k]);
    let place = |k: usize| format!("ink at pixel {}, {} where no line is", k % drawn.size_px[0], k / drawn.size_px[0]);
    tally.faults.extend(strays.map(place));
}

/// Compares the middle of the ink around some steps with the middle of what should be there.
fn check_positions(oracle: &Oracle, drawn: &Ink, wanted: usize, tally: &mut Tally) {
    const REACH_PX: f64 = 4.0;
    let expected = oracle.ink();
    let inside = |p: &[f64; 2]| (0..2).all(|k| p[k] > REACH_PX && p[k] < drawn.size_px[k] as f64 - REACH_PX);
    let steps: Vec<_> = oracle.pieces.iter().flat_map(|piece| piece.windows(2)).collect();
    for try_ in 0..4 * wanted {
        let pair = steps[hash(try_, steps.len()) as usize % steps.len()];
        let (Some(a), Some(b)) = (pair[0].px, pair[1].px) else { continue };
        let length = distance(a, b);
        if !inside(&a) || length < 1e-6 || oracle.unsettled.iter().any(|p| distance(*p, a) < 2.0 * REACH_PX) {
            continue;
        }
        let normal = [(a[1] - b[1]) / length, (b[0] - a[0]) / length];
        let [seen, exact] = [drawn, &expected].map(|ink| mean_offset(ink, a, normal, REACH_PX));
        let off = (seen - exact).abs();
        tally.positions += 1;
        tally.worst_px = tally.worst_px.max(off);
        if off.is_nan() || off > POSITION_TOLERANCE_PX {
            let at = pair[0].lonlat;
            tally.faults.push(format!("{off:.3} px off at {a:.1?} px, {:.3}, {:.3} degrees", at[0], at[1]));
        }
        if tally.positions == wanted {
            break;
        }
    }
}

/// How far along a direction the middle of the ink within `reach` of a point is from it.
fn mean_offset(ink: &Ink, at: [f64; 2], normal: [f64; 2], reach: f64) -> f64 {
    let range = |k: usize| (at[k] - reach).floor().max(0.0) as usize..(at[k] + reach).ceil().max(0.0) as usize;
    let (mut sum, mut weight) = (0.0, 0.0);
    for row in range(1) {
        for column in range(0) {
            let off = [column as f64 + 0.5 - at[0], row as f64 + 0.5 - at[1]];
            if off[0].hypot(off[1]) <= reach {
                sum += ink.at(column, row) * (off[0] * normal[0] + off[1] * normal[1]);
                weight += ink.at(column, row);
            }
        }
    }
    sum / weight
}

/// Draws lines in some views of a map and says what is wrong with them.
fn faults(map: &WorldMap, views: &[View], layer: &Path, lines: &[Vec<LonLat>], wanted: usize) -> Vec<String> {
    let args = vec![format!("--layer={}:edgecolor=black,linewidth={WIDTH_PT}", text(layer))];
    let images = Frames { crs: map.crs, inches: INCHES, dpi: DPI, args }.draw(views);
    let fault = |view: &View| {
        let drawn = Ink::drawn(&images[&view.name]);
        let oracle = Oracle::new(map, view, lines);
        let mut tally = Tally::default();
        check_gaps(&oracle, &drawn, &mut tally);
        check_strays(&oracle, &drawn, &mut tally);
        check_positions(&oracle, &drawn, wanted, &mut tally);
        let Tally { steps, positions, worst_px, faults } = tally;
        let layer = layer.file_stem().unwrap_or_default().display();
        let place = format!("{layer} on {}, {}", map.name, view.name);
        println!("{place}: {steps} steps, {positions} positions, worst {worst_px:.3} px, {} faults", faults.len());
        // No line of the graticule meets the one island.
        assert!(view.name == "island" || steps > 1000, "{place}: only {steps} steps are on the image");
        assert!(view.name == "island" || positions * 4 >= wanted, "{place}: only {positions} positions are compared");
        (!faults.is_empty()).then(|| format!("{place}: {} faults\n{}", faults.len(), first_lines(&faults)))
    };
    views.iter().filter_map(fault).collect()
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} views are wrong\n{}", faults.len(), faults.join("\n"));
}

fn map(name: &str) -> &'static WorldMap {
    WORLD_MAPS.iter().find(|map| map.name == name).unwrap_or_else(|| panic!("there is no map {name}"))
}

fn check_graticule(step: i32, maps: impl Iterator<Item = &'static WorldMap>) {
    let folder = tempfile::tempdir().expect("a folder");
    let lines_deg = graticule(step);
    let layer = write_layer(&folder.path().join(format!("graticule_{step}.shp")), &lines(&lines_deg));
    let found = maps.flat_map(|map| faults(map, &map.far_views(), &layer, &lines_deg, 60));
    assert_none(&found.collect::<Vec<_>>());
}

#[test]
fn a_graticule_is_exact_on_every_map_first_half() {
    check_graticule(15, WORLD_MAPS.iter().step_by(2));
}

#[test]
fn a_graticule_is_exact_on_every_map_second_half() {
    check_graticule(15, WORLD_MAPS.iter().skip(1).step_by(2));
}

#[test]
fn long_segments_are_bent_as_proj_bends_them() {
    check_graticule(90, ["lcc", "stere_north", "ortho", "robin", "ob_tran_moll"].into_iter().map(map));
}

/// Lines about every 300 m around a place, across the antimeridian and to the pole.
fn local_graticule([lon, lat]: LonLat) -> Vec<Vec<LonLat>> {
    const STEP_DEG: f64 = 0.002_7;
    let east = (STEP_DEG / lat.to_radians().cos()).min(30.0);
    let at = |i: i32, j: i32| {
        // Off the place itself, so that not all lines meet the image's middle.
        [lon + (f64::from(i) + 0.3) * east, (lat + (f64::from(j) - 0.2) * STEP_DEG).min(90.0)]
    };
    let meridians = (-6..=5).map(|i| (-5..=5).map(|j| at(i, j)).collect());
    let parallels = (-5..=5).filter(|j| at(0, *j)[1] < 90.0).map(|j| (-6..=6).map(|i| at(i, j)).collect());
    meridians.chain(parallels).collect()
}

#[test]
fn two_kilometres_are_exact_on_every_map() {
    let folder = tempfile::tempdir().expect("a folder");
    let found = WORLD_MAPS.iter().flat_map(|map| {
        let lines_deg = local_graticule(map.place);
        let layer = write_layer(&folder.path().join(format!("{}.shp", map.name)), &lines(&lines_deg));
        faults(map, &[map.near_view()], &layer, &lines_deg, 30)
    });
    assert_none(&found.collect::<Vec<_>>());
}

/// Draws outlines of the demo some thousand pixels wide around a place on some maps.
fn check_outlines(file: &str, centre: LonLat, span: [f64; 2], names: &[&str]) {
    let parts = read_parts(&demo(file), [-180.0, 180.0, -90.0, 90.0]);
    let found = names.iter().flat_map(|name| {
        let view = View::around("region", map(name).crs, centre, span, WORLD_PX);
        faults(map(name), &[view], &demo(file), &parts, 70)
    });
    assert_none(&found.collect::<Vec<_>>());
}

#[test]
fn states_are_exact_on_every_map_that_shows_them() {
    let names = ["lcc", "aea", "laea_polar", "aeqd", "geos", "nsper"];
    check_outlines("states.shp", [-98.0, 39.0], [4_800e3, 3_200e3], &names);
    let names = ["merc", "tmerc", "moll", "eqearth", "ob_tran_moll"];
    check_outlines("states.shp", [-98.0, 39.0], [5_400e3, 3_600e3], &names);
}

#[test]
fn coasts_and_counties_are_exact() {
    check_outlines("canada.shp", [-128.0, 52.0], [900e3, 600e3], &["stere_north", "igh"]);
    check_outlines("counties.shp", [-90.0, 38.0], [600e3, 400e3], &["aea"]);
}
