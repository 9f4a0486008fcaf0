//! Everything around a map stands where its points say: found in the ink of finished figures, at four resolutions.
//!
//! What is expected is computed here from the points of matplotlib's defaults, of which every part is rounded to whole
//! pixels for itself so that equal parts are equal everywhere. Ink must be within half a pixel of that; lines and dashes of
//! layers within a quarter of a pixel of their points.

mod support;

use shapefile::{Point, Polyline, Shape};
use support::{Cell, Frames, Image, Ink, Numbers, Placement, TestRaster, View, decode, mapfolio, text, write_layer};

const DPIS: [u32; 4] = [72, 100, 150, 300];
const SIDES: [&str; 4] = ["bottom", "top", "left", "right"];
const INCHES: [f64; 2] = [6.0, 4.0];
const UTM: &str = "EPSG:32615";
/// Levels whose texts are the same from behind, so that the middle of their ink is their own.
const LEVELS: [f64; 7] = [0.0, 8.0, 88.0, 808.0, 888.0, 8008.0, 8888.0];
/// Width of a digit of DejaVu Sans, and of the widest of the levels' texts, "8888".
const DIGIT_EM: f64 = 1303.0 / 2048.0;
const WIDEST_EM: f64 = 4.0 * DIGIT_EM;
/// Digits go this far below the baseline, in ems.
const OVERSHOOT_EM: f64 = 0.014;
/// The ink of an 8 has its middle this far below half the height of digits, in ems: the lower bowl is the larger.
const EIGHT_SAG_EM: f64 = 0.0032;
/// Pointed ends as a share of the bar between them.
const END_SHARE: f64 = 0.05;

/// Sizes in points: matplotlib's defaults, and the room that mapfolio leaves.
mod points {
    pub(super) const MARGIN: f64 = 9.0;
    pub(super) const BOTTOM_MARGIN: f64 = 7.0;
    pub(super) const TITLE: f64 = 16.0;
    pub(super) const TITLE_GAP: f64 = 2.5;
    pub(super) const HEADER_GAP: f64 = 6.0;
    pub(super) const PAD: f64 = 8.0;
    pub(super) const BAR: f64 = 9.0;
    pub(super) const TICK: f64 = 3.5;
    pub(super) const TICK_PAD: f64 = 3.5;
    pub(super) const TEXT: f64 = 10.0;
    pub(super) const LABEL_PAD: f64 = 4.0;
    pub(super) const LINE: f64 = 0.8;
    /// From the top of a line of text to its baseline, in ems.
    pub(super) const ASCENT: f64 = 0.76;
    /// Height of digits, in ems.
    pub(super) const DIGIT: f64 = 0.729;
}

/// Where a figure's parts are expected, in pixels.
struct Expected {
    dpi: f64,
    side: &'static str,
    size: [f64; 2],
    /// Left, top, right, bottom.
    map: [f64; 4],
    /// Of the bar, the ticks, the tick labels and the label: from the map's edge outward, where each begins and ends.
    out: [[f64; 2]; 4],
    title_baseline: f64,
}

impl Expected {
    fn new(side: &'static str, dpi: u32) -> Self {
        use points::*;
        let dpi = f64::from(dpi);
        let px = |points: f64| (points * dpi / 72.0).round();
        let size = INCHES.map(|inches| (inches * dpi).floor());
        let is_vertical = matches!(side, "left" | "right");
        let labels = if is_vertical { (WIDEST_EM * TEXT).ceil() } else { TEXT };
        let mut from = 0.0;
        let out = [(PAD, BAR), (0.0, TICK), (TICK_PAD, labels), (LABEL_PAD, TEXT)].map(|(gap, size)| {
            let start = from + px(gap);
            from = start + px(size);
            [start, from]
        });
        let depth = |at: &str| if side == at { from } else { 0.0 };
        let title_gap = if side == "top" { HEADER_GAP } else { TITLE_GAP };
        // A vertical bar's uppermost label would have to reach further above it than the title's gap to move the map.
        let top =
            px(MARGIN) + px(TITLE) + px(title_gap).max(if is_vertical { px(0.38 * TEXT) + px(TITLE_GAP) } else { 0.0 });
        let bottom = if side == "bottom" { from + px(BOTTOM_MARGIN) } else { px(MARGIN) };
        let map =
            [px(MARGIN) + depth("left"), top + depth("top"), size[0] - px(MARGIN) - depth("right"), size[1] - bottom];
        Self { dpi, side, size, map, out, title_baseline: px(MARGIN) + ASCENT * TITLE * dpi / 72.0 }
    }

    fn px(&self, points: f64) -> f64 {
        points * self.dpi / 72.0
    }

    fn line_px(&self) -> f64 {
        self.px(points::LINE).round().max(1.0)
    }

    fn is_vertical(&self) -> bool {
        matches!(self.side, "left" | "right")
    }

    /// A place so far outward from the map, as a column or row of the figure.
    fn across(&self, out: f64) -> f64 {
        match self.side {
            "left" => self.map[0] - out,
            "top" => self.map[1] - out,
            "right" => self.map[2] + out,
            _ => self.map[3] + out,
        }
    }

    /// Where the bar begins and ends along the map's side, as columns, or rows from the lower end up.
    fn along(&self) -> [f64; 2] {
        if self.is_vertical() { [self.map[3], self.map[1]] } else { [self.map[0], self.map[2]] }
    }

    /// Where the level of an index is marked.
    fn level(&self, index: usize) -> f64 {
        let [from, to] = self.along();
        let end = ((to - from).abs() * END_SHARE / (1.0 + 2.0 * END_SHARE)).round().copysign(to - from);
        from + end + (to - from - 2.0 * end) * index as f64 / (LEVELS.len() - 1) as f64
    }
}

fn figure(folder: &tempfile::TempDir, raster: &TestRaster, side: &str, dpi: u32) -> Image {
    let levels = LEVELS.map(|level| level.to_string()).join(",");
    let args = [
        "render".to_owned(),
        "--adapter=cpu".into(),
        format!("--raster={}", text(&raster.path)),
        format!("--levels={levels}"),
        "--extend=both".into(),
        "--cmap=spring".into(),
        format!("--figsize={},{}", INCHES[0], INCHES[1]),
        format!("--dpi={dpi}"),
        "--title=HIH".into(),
        "--label=HIH".into(),
        format!("--colorbar-location={side}"),
        format!("--out={}", text(folder.path())),
        "--name=f.png".into(),
        "--extent=A=270000,271000,4610000,4611000".into(),
    ];
    let outcome = mapfolio(&args);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    decode(&folder.path().join("f.png"))
}

/// Shares of ink of a pixel: its darkness. No colour of spring is dark in all channels.
fn darkness(image: &Image, x: usize, y: usize) -> f64 {
    1.0 - f64::from(image.at(x, y).into_iter().max().unwrap_or(0)) / 255.0
}

/// The first and the end of each run of dark pixels along a row or a column.
fn runs(image: &Image, is_row: bool, at: usize) -> Vec<[f64; 2]> {
    let length = if is_row { image.width } else { image.height };
    let dark = |k: &usize| darkness(image, if is_row { *k } else { at }, if is_row { at } else { *k }) > 0.5;
    let inked: Vec<usize> = (0..length).filter(dark).collect();
    inked.chunk_by(|a, b| a + 1 == *b).map(|run| [run[0] as f64, run[run.len() - 1] as f64 + 1.0]).collect()
}

/// Where the ink between some columns and rows is.
struct Mass {
    middle: [f64; 2],
    /// The end of its last column and row with a pixel of more than half ink.
    end: [f64; 2],
}

fn mass(image: &Image, [left, right]: [f64; 2], [top, bottom]: [f64; 2]) -> Mass {
    let (mut sum, mut moment) = (0.0, [0.0; 2]);
    let mut end = [0.0_f64; 2];
    for y in top.max(0.0) as usize..(bottom as usize).min(image.height) {
        for x in left.max(0.0) as usize..(right as usize).min(image.width) {
            let share = darkness(image, x, y);
            sum += share;
            for (axis, at) in [x, y].into_iter().enumerate() {
                moment[axis] += share * (at as f64 + 0.5);
                if share > 0.5 {
                    end[axis] = end[axis].max(at as f64 + 1.0);
                }
            }
        }
    }
    assert!(sum > 0.0, "no ink in columns {left} to {right}, rows {top} to {bottom}");
    Mass { middle: moment.map(|moment| moment / sum), end }
}

fn assert_near(what: &str, drawn: f64, expected: f64, tolerance: f64) {
    assert!((drawn - expected).abs() <= tolerance, "{what}: {drawn}, not {expected}");
}

fn raster(folder: &tempfile::TempDir) -> TestRaster {
    let place = Placement { crs: UTM, transform: [260_000.0, 1000.0, 0.0, 4_620_000.0, 0.0, -1000.0], size: [20, 20] };
    let value = |column: usize, _: usize| -> Cell { Some(column as f64 * 400.0) };
    TestRaster::write(folder.path().join("r.tif"), place, Numbers::F32, value)
}

/// Calls `check` for figures with the colorbar on every side at every resolution.
fn each_figure(check: impl Fn(&Expected, &Image)) {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = raster(&folder);
    for side in SIDES {
        for dpi in DPIS {
            let expected = Expected::new(side, dpi);
            let image = figure(&folder, &raster, side, dpi);
            assert_eq!([image.width as f64, image.height as f64], expected.size);
            check(&expected, &image);
        }
    }
}

#[test]
fn map_bar_and_ticks_are_where_their_points_are() {
    each_figure(|expected, image| {
        let (side, dpi) = (expected.side, expected.dpi);
        let name = |what: &str| format!("{what}, bar at {side}, {dpi} dpi");
        let line = expected.line_px();
        let outer = (line / 2.0).ceil();
        let map = expected.map;
        // A line's greater half is outside of what it frames.
        let framed = |from: f64, to: f64| [[from - outer, from - outer + line], [to + outer - line, to + outer]];

        // The map's frame, across its middle, where no other part is on the same row or column.
        for is_row in [true, false] {
            let (from, to, at) =
                if is_row { (map[0], map[2], map[1] + 3.0 * line) } else { (map[1], map[3], map[0] + 3.0 * line) };
            let found = runs(image, is_row, at as usize);
            for run in framed(from, to) {
                assert!(found.contains(&run), "{}: {run:?} is not among {found:?}", name("frame"));
            }
        }

        // The bar's outline, across it.
        let [from, to] = expected.out[0].map(|out| expected.across(out));
        let between_ticks = expected.level(3).midpoint(expected.level(4));
        let found = runs(image, expected.is_vertical(), between_ticks as usize);
        for run in framed(from.min(to), from.max(to)) {
            assert!(found.contains(&run), "{}: {run:?} is not among {found:?}", name("bar"));
        }

        // The ends of the marks: the row or column next to the label has none.
        let [from, to] = expected.out[1].map(|out| expected.across(out));
        let (last, beyond) = if to > from { (to - 1.0, to) } else { (to, to - 1.0) };
        assert!(runs(image, !expected.is_vertical(), beyond as usize).len() <= 2, "{}", name("ticks end"));
        let within = |run: &[f64; 2]| {
            let [a, b] = expected.along();
            run[0] > a.min(b) + 2.0 * line && run[1] < a.max(b) - 2.0 * line
        };
        let mut marks = runs(image, !expected.is_vertical(), last as usize);
        marks.retain(within);
        if expected.is_vertical() {
            marks.reverse();
        }
        assert_eq!(marks.len(), LEVELS.len(), "{}: {marks:?}", name("ticks"));
        for (index, mark) in marks.iter().enumerate() {
            assert_near(&name("width of a tick"), mark[1] - mark[0], line, 0.0);
            assert_near(&name("tick"), mark[0].midpoint(mark[1]), expected.level(index), 0.5);
        }
    });
}

#[test]
fn texts_are_where_their_points_are() {
    each_figure(|expected, image| {
        let (side, dpi) = (expected.side, expected.dpi);
        let name = |what: &str| format!("{what}, bar at {side}, {dpi} dpi");
        let em = expected.px(points::TEXT);
        // Round letters go below the baseline, in whole rows of ink.
        let overshoot = (OVERSHOOT_EM * em).round();

        // The title over the middle of the map, on its baseline.
        let title = mass(image, [0.0, expected.size[0]], [0.0, expected.title_baseline + 3.0]);
        assert_near(&name("title's middle"), title.middle[0], expected.map[0].midpoint(expected.map[2]), 0.5);
        assert_near(&name("title's baseline"), title.end[1], expected.title_baseline, 0.5);

        // The label beside the middle of the bar.
        let [from, to] = expected.out[3].map(|out| expected.across(out));
        let [from, to] = [from.min(to), from.max(to)];
        let middle = expected.along()[0].midpoint(expected.along()[1]);
        let half = 4.0 * em;
        let baseline = from + points::ASCENT * em;
        let (label, along, ink_end) = if expected.is_vertical() {
            let label = mass(image, [from, to], [middle - half, middle + half]);
            (label.middle[1], "label's middle row", label.end[0])
        } else {
            let label = mass(image, [middle - half, middle + half], [from, to]);
            (label.middle[0], "label's middle column", label.end[1])
        };
        assert_near(&name(along), label, middle, 0.5);
        assert_near(&name("label's baseline"), ink_end, baseline, 0.5);

        // Each level's text at its mark.
        let [from, to] = expected.out[2].map(|out| expected.across(out));
        let [from, to] = [from.min(to), from.max(to)];
        for (index, level) in LEVELS.into_iter().enumerate() {
            let place = expected.level(index);
            if expected.is_vertical() {
                let text = mass(image, [from - 1.0, to + 1.0], [place - 0.7 * em, place + 0.7 * em]);
                assert_near(&name("level's middle"), text.middle[1], place, 0.5 + EIGHT_SAG_EM * em);
                assert_near(&name("level's baseline"), text.end[1], place + points::DIGIT * em / 2.0, 0.5 + overshoot);
                let half = level.to_string().len() as f64 * DIGIT_EM * em / 2.0;
                let wanted = if side == "right" { from + half } else { to - half };
                // Digits are not quite the same from behind.
                assert_near(&name("level's place"), text.middle[0], wanted, 0.5 + 0.001 * em);
            } else {
                let half = WIDEST_EM * em / 2.0 + 1.0;
                let text = mass(image, [place - half, place + half], [from, to]);
                assert_near(&name("level's middle"), text.middle[0], place, 0.5);
                assert_near(&name("level's baseline"), text.end[1], from + points::ASCENT * em, 0.5 + overshoot);
            }
        }
    });
}

/// Draws a black line from one place to another, in shares of a 4 x 2 inch image.
fn drawn_line(dpi: u32, [from, to]: [[f64; 2]; 2], options: &str) -> Ink {
    let folder = tempfile::tempdir().expect("a folder");
    let point = |[x, y]: [f64; 2]| Point::new(10.0 + 4.0 * x, 48.0 + 2.0 * y);
    let line = Shape::Polyline(Polyline::new(vec![point(from), point(to)]));
    let layer = write_layer(&folder.path().join("l.shp"), &[line]);
    let args = vec![format!("--layer={}:edgecolor=black,{options}", text(&layer))];
    let size_px = [4 * dpi as usize, 2 * dpi as usize];
    let view = View { name: "v".into(), extent: [10.0, 14.0, 48.0, 50.0], size_px };
    let images = Frames { crs: "EPSG:4326", inches: [4, 2], dpi, args }.draw(&[view]);
    Ink::drawn(&images["v"])
}

const LINE_TOLERANCE_PX: f64 = 0.25;

#[test]
fn lines_are_as_wide_as_their_points() {
    for dpi in DPIS {
        for width_pt in [0.25, 0.8, 1.25, 4.0] {
            for rise in [0.0, 0.31] {
                let ink = drawn_line(dpi, [[-0.1, 0.35], [1.1, 0.35 + rise]], &format!("linewidth={width_pt}"));
                // Degrees are as long both ways: the line's slope is that of its ends.
                let slope: f64 = 2.0 * rise / (4.0 * 1.2);
                let columns = ink.size_px[0] / 4..3 * ink.size_px[0] / 4;
                let count = columns.len() as f64;
                let sum: f64 = columns.map(|x| (0..ink.size_px[1]).map(|y| ink.at(x, y)).sum::<f64>()).sum();
                let width_px = sum / count / slope.hypot(1.0);
                let what = format!("{width_pt} pt at {dpi} dpi, slope {slope}");
                assert_near(&what, width_px, width_pt * f64::from(dpi) / 72.0, LINE_TOLERANCE_PX);
            }
        }
    }
}

#[test]
fn dashes_are_as_long_as_their_points() {
    // Strokes and gaps in line widths: matplotlib's dashed, dotted, and one's own.
    let styles = [("dashed", 3.7, 1.6), ("dotted", 1.0, 1.65), ("(0,(8,4))", 8.0, 4.0)];
    for dpi in DPIS {
        for (style, on, off) in styles {
            let width_pt = 2.0;
            let ink = drawn_line(dpi, [[0.0, 0.5], [1.0, 0.5]], &format!("linewidth={width_pt},linestyle={style}"));
            let unit_px = width_pt * f64::from(dpi) / 72.0;
            let what = format!("{style} at {dpi} dpi");
            // Ink of a column as a share of the line's width: what of the column is stroke.
            let share = |x: usize| (0..ink.size_px[1]).map(|y| ink.at(x, y)).sum::<f64>() / unit_px;
            let shares: Vec<(f64, f64)> = (0..ink.size_px[0]).map(|x| (x as f64 + 0.5, share(x))).collect();
            // Length and middle of each stroke, from a blank column to the next.
            let strokes: Vec<(f64, f64)> = shares
                .split(|(_, share)| *share < 0.02)
                .filter(|stroke| !stroke.is_empty())
                .map(|stroke| {
                    let length: f64 = stroke.iter().map(|(_, share)| share).sum();
                    (length, stroke.iter().map(|(x, share)| x * share).sum::<f64>() / length)
                })
                .collect();
            // The image's edges cut the first and the last.
            let strokes = &strokes[1..strokes.len() - 1];
            assert!(strokes.len() >= 8, "{what}: {} strokes", strokes.len());
            for (length_px, _) in strokes {
                assert_near(&format!("stroke of {what}"), *length_px, on * unit_px, LINE_TOLERANCE_PX);
            }
            for pair in strokes.windows(2) {
                assert_near(
                    &format!("period of {what}"),
                    pair[1].1 - pair[0].1,
                    (on + off) * unit_px,
                    LINE_TOLERANCE_PX,
                );
            }
            let last = strokes.len() - 1;
            let mean_px = (strokes[last].1 - strokes[0].1) / last as f64;
            assert_near(&format!("mean period of {what}"), mean_px, (on + off) * unit_px, 0.02);
        }
    }
}
