//! The scale bar is as long as it says, on the ground and in the map's middle, in any projection; measured in drawn
//! pixels and by PROJ.

mod support;

use std::fs;

use support::green_map::MARGIN;
use support::{Folder, Image, LCC, Outcome, Projection, decode, mapfolio, text};

/// Runs a job of maps without layers; extents as `--extent` takes them.
fn draw(folder: &Folder, crs: &str, extent: &str, args: &[&str]) -> Outcome {
    let (out, extent) = (text(&folder.path("out")), format!("--extent=map={extent}"));
    let usual =
        ["render", "--adapter=cpu", "--figsize=8,6", "--title=", "--world-file", "--out", &out, &extent, "--crs", crs];
    mapfolio(usual.iter().chain(args))
}

/// A drawn map: its pixels, and map coordinates of them.
struct Map {
    image: Image,
    /// Step along x, along y (negative), x and y of the first pixel's centre.
    world: [f64; 4],
    /// Left, top, right and bottom of the map's box.
    frame: [usize; 4],
}

impl Map {
    fn drawn(folder: &Folder) -> Self {
        let image = decode(&folder.path("out/map.png"));
        let lines = fs::read_to_string(folder.path("out/map.pgw")).expect("a world file");
        let numbers: Vec<f64> = lines.lines().map(|line| line.trim().parse().expect("a number")).collect();
        let world = [numbers[0], numbers[3], numbers[4], numbers[5]];
        let frame = [MARGIN, MARGIN, image.width - MARGIN, image.height - MARGIN];
        Self { image, world, frame }
    }

    fn place(&self, [column, row]: [f64; 2]) -> [f64; 2] {
        let [dx, dy, x, y] = self.world;
        [x + (column - 0.5) * dx, y + (row - 0.5) * dy]
    }

    /// From where to where the longest row of black pixels in a corner goes, and the row.
    fn bar(&self, is_upper_right: bool) -> Option<[usize; 3]> {
        const HEIGHT: usize = 50;
        let [left, top, right, bottom] = self.frame;
        let [left, top, right, bottom] = if is_upper_right {
            [right - (right - left) / 2, top + 1, right - 1, top + HEIGHT]
        } else {
            [left + 1, bottom - HEIGHT, left + (right - left) / 2, bottom - 1]
        };
        let mut longest: Option<[usize; 3]> = None;
        for row in top..bottom {
            let mut start = left;
            for column in left..=right {
                if column == right || self.image.at(column, row) != [0; 3] {
                    if longest.is_none_or(|[from, to, _]| column - start > to - from) {
                        longest = Some([start, column, row]);
                    }
                    start = column + 1;
                }
            }
        }
        longest.filter(|[from, to, _]| to - from > 20)
    }

    /// Metres of a geodesic about the map's middle that is so many pixels long along the middle row, by PROJ's
    /// azimuthal equidistant projection about one of its ends.
    fn length_m(&self, crs: &str, width_px: f64) -> f64 {
        let [left, top, right, bottom] = self.frame.map(|edge| edge as f64);
        let (column, row) = (left.midpoint(right), top.midpoint(bottom));
        let ends = [column - width_px / 2.0, column + width_px / 2.0].map(|column| self.place([column, row]));
        let ends = Projection::new(crs, "EPSG:4326").points(&ends);
        let [lon, lat] = ends[0];
        let about = format!("+proj=aeqd +lat_0={lat} +lon_0={lon} +datum=WGS84 +type=crs");
        let [x, y] = Projection::new("EPSG:4326", &about).point(ends[1]);
        x.hypot(y)
    }
}

const MAPS: [(&str, &str); 9] = [
    (LCC, "-2.4e6,2.4e6,-1.6e6,1.6e6"),
    (LCC, "2.1e6,2.103e6,0.9e6,0.902e6"),
    ("EPSG:3857", "-2e6,3e6,8e6,12e6"),
    ("EPSG:4326", "-20,40,35,72"),
    ("EPSG:4326", "165,200,-50,-30"),
    ("EPSG:32633", "400000,430000,5800000,5822000"),
    ("EPSG:3413", "-4e6,4e6,-3e6,3e6"),
    ("EPSG:2263", "0.9e6,1.1e6,0.1e6,0.25e6"),
    ("+proj=ortho +lat_0=35 +lon_0=-100 +datum=WGS84 +type=crs", "-9e6,9e6,-6.6e6,6.6e6"),
];

#[test]
fn given_lengths_are_true_in_the_maps_middle() {
    for (crs, extent) in MAPS {
        for style in ["segments", "line"] {
            let folder = Folder::new();
            // A length that no one would choose, about a sixth of the map's width.
            assert_eq!(draw(&folder, crs, extent, &[]).code, Some(0));
            let empty = Map::drawn(&folder);
            let value = (empty.length_m(crs, 130.0) / 1609.344 * 1000.0).round() / 1000.0;
            let job = folder.path("job.toml");
            let settings = format!("[scalebar]\nlength = {value:.3}\nunits = \"mi\"\nstyle = \"{style}\"\n");
            fs::write(&job, settings).expect("written");
            let outcome = draw(&folder, crs, extent, &[&text(&job)]);
            assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
            let map = Map::drawn(&folder);
            assert_eq!(empty.bar(false), None, "nothing else is black");
            let [from, to, row] = map.bar(false).expect("a bar");
            let width = (to - from) as f64;
            let metres = value * 1609.344;
            let [short, long] = [width - 0.55, width + 0.55].map(|width| map.length_m(crs, width));
            assert!((short..long).contains(&metres), "{crs}: {metres} m in {width} px, of {short} to {long} m");
            // In the lower left corner.
            let [left, _, _, bottom] = map.frame;
            assert!(from < left + 30 && row + 30 > bottom, "{from}, {row} in {:?}", map.frame);
        }
    }
}

#[test]
fn chosen_lengths_are_round_and_of_a_tenth_to_a_quarter_of_the_width() {
    for (crs, extent) in MAPS {
        for (flag, unit_m) in [("--scalebar", None), ("--scalebar=mi", Some(1609.344)), ("--scalebar=nm", Some(1852.0))]
        {
            let folder = Folder::new();
            let outcome = draw(&folder, crs, extent, &[flag, "--scalebar-loc=upper right"]);
            assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
            let map = Map::drawn(&folder);
            let [from, to, row] = map.bar(true).expect("a bar");
            let [left, top, right, _] = map.frame;
            assert!(to + 80 > right && row < top + 40, "the upper right corner");
            let (width, whole) = ((to - from) as f64, (right - left) as f64);
            let is_globe = crs.contains("ortho");
            assert!((0.1 * whole..=0.25 * whole + 0.5).contains(&width) || is_globe, "{crs}: {width} of {whole} px");
            let ends = [width - 0.55, width + 0.55].map(|width| map.length_m(crs, width));
            let unit_m = unit_m.unwrap_or(if ends[1] < 1000.0 { 1.0 } else { 1000.0 });
            let [short, long] = ends.map(|length| length / unit_m);
            let is_round = (-4..5).flat_map(|power| [1.0, 2.0, 5.0].map(|k| k * 10_f64.powi(power)));
            assert!(
                is_round.into_iter().any(|round| (short..long).contains(&round)),
                "{crs} {flag}: {short} to {long}"
            );
        }
    }
}

#[test]
fn maps_without_a_true_length_have_none_and_say_why() {
    let globe = "+proj=ortho +lat_0=35 +lon_0=-100 +datum=WGS84 +type=crs";
    for (crs, extent, flag, reason) in [
        (globe, "4e6,12e6,3e6,9e6", "--scalebar", "the map's middle is not on the Earth"),
        ("EPSG:4326", "-20,40,35,72", "--scalebar=20000km", "20000 km is more than the map is wide"),
        ("EPSG:4326", "-20,40,35,72", "--scalebar=3000mi", "3000 mi is more than the map is wide"),
        ("EPSG:32633", "400000,430000,5800000,5822000", "--scalebar=29.9km", "the map has no room for it"),
    ] {
        let folder = Folder::new();
        let outcome = draw(&folder, crs, extent, &[flag]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let manifest = fs::read_to_string(folder.path("out/manifest.jsonl")).expect("a manifest");
        let warning = format!("no scale bar is drawn: {reason}");
        assert!(manifest.contains(&warning), "{crs} {extent} {flag}: {manifest}");
    }
}

#[test]
fn resume_knows_another_scale_bar() {
    let folder = Folder::new();
    let bytes = |args: &[&str]| {
        let outcome = draw(&folder, LCC, "-2.4e6,2.4e6,-1.6e6,1.6e6", args);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        fs::read(folder.path("out/map.png")).expect("a figure")
    };
    let [none, km, mi] = [&[][..], &["--resume", "--scalebar"], &["--resume", "--scalebar=mi"]].map(bytes);
    assert!(none != km && km != mi && none != mi);
    assert_eq!(bytes(&["--resume"]), none);
}

#[test]
fn wrong_lengths_are_usage_errors() {
    let folder = Folder::new();
    let outcome = draw(&folder, LCC, "-2.4e6,2.4e6,-1.6e6,1.6e6", &["--scalebar=long"]);
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("'long' has a unit that is not known; give a length"), "{}", outcome.stderr);
    let outcome = draw(&folder, LCC, "-2.4e6,2.4e6,-1.6e6,1.6e6", &["--scalebar=-5km"]);
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.contains("--scalebar ([scalebar] length): '-5' cannot be used"), "{}", outcome.stderr);
}

#[test]
fn a_bar_without_a_box_has_a_halo() {
    const NAVY: [u8; 3] = [0, 0, 128];
    let drawn = |settings: &str| {
        let folder = Folder::new();
        let job = folder.path("job.toml");
        fs::write(&job, format!("[map]\nfacecolor = \"navy\"\n[scalebar]\n{settings}")).expect("written");
        assert_eq!(draw(&folder, LCC, "-2.4e6,2.4e6,-1.6e6,1.6e6", &[&text(&job)]).code, Some(0));
        Map::drawn(&folder)
    };
    let (bare, framed) = (drawn("frameon = false"), drawn("framealpha = 0.5"));
    let [from, to, row] = bare.bar(false).expect("a bar");
    assert_eq!(framed.bar(false), Some([from, to, row]));
    // A pixel and a half is white, and then the map begins; a box reaches further, and lets half of the map through.
    for column in [from - 1, to] {
        assert_eq!(bare.image.at(column, row + 2), [255; 3]);
        assert_eq!(framed.image.at(column, row + 2), [128, 128, 192]);
    }
    assert_eq!(bare.image.at(from - 4, row + 2), NAVY);
    assert_eq!(framed.image.at(from - 4, row + 2), [128, 128, 192]);
}

/// On a map once around the Earth the ends of its middle row are one point.
#[test]
fn world_maps_have_bars() {
    const EQUATOR_KM: f64 = 40_075.017;
    const MERCATOR: &str = "-20037508.3,20037508.3,-1.4e7,1.4e7";
    for km in [5000.0, 15_000.0] {
        let folder = Folder::new();
        let outcome = draw(&folder, "EPSG:3857", MERCATOR, &[&format!("--scalebar={km}km")]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let map = Map::drawn(&folder);
        let [from, to, _] = map.bar(false).expect("a bar");
        let [left, _, right, _] = map.frame;
        let expected_px = km / EQUATOR_KM * (right - left) as f64;
        // The last segments of a bar are white in their middle.
        assert!(((to - from) as f64 - expected_px).abs() <= 1.0, "{km} km: {} px, not {expected_px}", to - from);
    }
    for crs in ["EPSG:4326", "+proj=robin", "+proj=eqearth"] {
        let folder = Folder::new();
        let outcome =
            draw(&folder, crs, "-180,180,-90,90", &["--extent-crs=EPSG:4326", "--scalebar", "--adjustable=box"]);
        assert!(outcome.code == Some(0) && !outcome.stderr.contains("scale bar"), "{crs}: {}", outcome.stderr);
    }
}
