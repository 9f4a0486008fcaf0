//! Meridians and parallels lie where PROJ has them, and their settings are read as they are meant.

mod support;

use std::collections::HashMap;
use std::path::Path;

use mapfolio::style::{Choice as _, DegreeFormat};
use support::{Frames, Image, LINED_MAPS, Projection, View, mapfolio, text};

const WGS84: &str = "EPSG:4326";
const PX: [usize; 2] = [600, 400];

#[test]
fn degrees_are_written_as_cartopy_writes_them() {
    let table: HashMap<String, Vec<(f64, String)>> =
        serde_json::from_str(include_str!("data/degrees.json")).expect("a sound table");
    for (name, format) in DegreeFormat::ALL {
        for (axis, write) in
            [("longitude", DegreeFormat::longitude as fn(_, _) -> _), ("latitude", DegreeFormat::latitude)]
        {
            let rows = &table[&format!("{name} {axis}")];
            assert!(rows.len() > 100);
            for (degrees, expected) in rows {
                // The figure's own sign is that of matplotlib's numbers.
                assert_eq!(write(*format, *degrees), expected.replace('-', "−"), "{name} {axis} {degrees}");
            }
        }
    }
}

/// Black lines two pixels wide, at least at most places alone in seven pixels across: where the middle of the ink is.
#[test]
fn lines_lie_where_proj_has_them_and_nothing_else_is_drawn() {
    for map in &LINED_MAPS {
        for (name, extent, steps) in map.views {
            let view = View { name: "map".into(), extent: *extent, size_px: PX };
            let frames = Frames {
                crs: map.crs,
                inches: [6, 4],
                dpi: 100,
                args: vec![
                    format!("--graticule={},{}", steps[0], steps[1]),
                    "--graticule-color=black".into(),
                    "--graticule-linewidth=1.44".into(),
                ],
            };
            let image = &frames.draw(std::slice::from_ref(&view))["map"];
            let lines = Oracle::new(map.crs, &view, *steps).lines();
            let measured: usize = lines.iter().map(|line| measure(image, line, cap(steps[1]), name)).sum();
            assert!(measured > 400, "{name}: only {measured} places of lines could be measured");
            assert_no_stray_ink(image, &lines, name);
        }
    }
}

/// A line's places in pixels, with the latitude of each; apart where the map is torn or ends.
type Pieces = Vec<Vec<([f64; 2], f64)>>;

/// What PROJ says of lines on a view.
struct Oracle<'a> {
    there: Projection,
    back: Projection,
    view: &'a View,
    steps: [f64; 2],
}

impl<'a> Oracle<'a> {
    fn new(crs: &str, view: &'a View, steps: [f64; 2]) -> Self {
        Self { there: Projection::new(WGS84, crs), back: Projection::new(crs, WGS84), view, steps }
    }

    fn lines(&self) -> Vec<Pieces> {
        let [west, east, south, north] = self.bounds();
        let all = |low: f64, high: f64, step: f64| {
            let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
            (first..=last).map(move |k| k as f64 * step)
        };
        // A line on a seam may be drawn on either side of it.
        let beside = [-1e-7, 0.0, 1e-7];
        let meridians = all(west, east, self.steps[0]).flat_map(|lon| beside.map(|side| lon + side));
        let meridians = meridians.map(|lon| self.pieces([lon, south], [lon, north]));
        let parallels = all(south, north, self.steps[1]).map(|lat| self.pieces([west, lat], [east, lat]));
        meridians.chain(parallels).collect()
    }

    /// About the Earth, or about a small view with as much again to each side.
    fn bounds(&self) -> [f64; 4] {
        let [x0, x1, y0, y1] = self.view.extent;
        let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
        let corners = [[x0, y0], [x1, y0], [x0, y1], [x1, y1]];
        for corner in self.back.points(&corners) {
            for k in 0..2 {
                (low[k], high[k]) = (low[k].min(corner[k]), high[k].max(corner[k]));
            }
        }
        let [width, height] = [high[0] - low[0], high[1] - low[1]];
        let is_small = x1 - x0 <= 1e5;
        if !is_small || width >= 1.0 {
            let south = if is_small { 89.9 } else { -90.0 };
            return [-180.0, 180.0, south, 90.0];
        }
        [low[0] - width, high[0] + width, low[1] - height, high[1] + height]
    }

    fn pieces(&self, from: [f64; 2], to: [f64; 2]) -> Pieces {
        const POINTS: usize = 5_000;
        const TORN_PX: f64 = 4.0;
        let at = |k: usize| [0, 1].map(|axis| from[axis] + k as f64 / POINTS as f64 * (to[axis] - from[axis]));
        let lonlats: Vec<_> = (0..=POINTS).map(at).collect();
        let placed = self.there.points(&lonlats);
        let returned = self.back.points(&placed);
        let mut pieces: Pieces = vec![Vec::new()];
        let mut last = [f64::NAN; 2];
        for ((lonlat, place), back) in lonlats.iter().zip(placed).zip(returned) {
            let turns = (back[0] - lonlat[0]) / 360.0;
            let apart = ((turns - turns.round()) * 360.0 * lonlat[1].to_radians().cos()).hypot(back[1] - lonlat[1]);
            let px = self.view.px_from_map(place);
            // NaN is never small.
            let is_there = apart < 1e-3;
            let goes_on = is_there && (px[0] - last[0]).hypot(px[1] - last[1]) < TORN_PX;
            if !goes_on && pieces.last().is_some_and(|piece| !piece.is_empty()) {
                pieces.push(Vec::new());
            }
            last = if is_there { px } else { [f64::NAN; 2] };
            if is_there {
                pieces.last_mut().expect("a piece").push((px, lonlat[1]));
            }
        }
        pieces
    }
}

fn ink(image: &Image, [column, row]: [i64; 2]) -> f64 {
    let (Ok(x), Ok(y)) = (usize::try_from(column), usize::try_from(row)) else { return 0.0 };
    if x >= image.width || y >= image.height { 0.0 } else { 1.0 - f64::from(image.at(x, y)[0]) / 255.0 }
}

/// Where meridians may end before a pole: at the last parallel, or, if that is far from it, at 80 degrees.
fn cap(step: f64) -> f64 {
    let last = if step > 15.0 { 80.0 } else { 90.0 - step };
    last - step / 100.0
}

/// Compares the middle of the ink across a line with PROJ's place, wherever the line is alone; how many places were.
fn measure(image: &Image, pieces: &Pieces, cap_deg: f64, name: &str) -> usize {
    const REACH: i64 = 4;
    let size = [image.width as f64, image.height as f64];
    let mut measured = 0;
    for pair in pieces.iter().flat_map(|piece| piece.windows(2)) {
        let ([(p, lat), (q, _)], margin) = ([pair[0], pair[1]], 8.0);
        let way = [q[0] - p[0], q[1] - p[1]];
        let along = usize::from(way[1].abs() > way[0].abs());
        let (start, end) = (p[along].min(q[along]), p[along].max(q[along]));
        let centre = (start - 0.5).ceil() + 0.5;
        let is_near = (0..2).all(|k| p[k] > margin && p[k] < size[k] - margin);
        if !is_near || centre > end || start == end || lat.abs() > cap_deg {
            continue;
        }
        let share = (centre - p[along]) / way[along];
        let across = p[1 - along] + share * way[1 - along];
        let at = |k: i64| {
            let (on, off) = (centre.floor() as i64, across.floor() as i64 + k);
            ink(image, if along == 0 { [on, off] } else { [off, on] })
        };
        let sums = (-REACH..=REACH).map(|k| (at(k), at(k) * ((across.floor() as i64 + k) as f64 + 0.5)));
        let (all, weighted) = sums.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        assert!(all > 0.3, "{name}: no line at {p:?}, latitude {lat}");
        let expected = 2.0 * way[0].hypot(way[1]) / way[along].abs();
        let is_alone = at(-REACH) + at(REACH) < 0.02 && (all - expected).abs() < 0.03 * expected;
        if is_alone {
            let off = weighted / all - across;
            assert!(off.abs() < 0.1, "{name}: {off} px off at {p:?}, latitude {lat}");
            measured += 1;
        }
    }
    measured
}

fn assert_no_stray_ink(image: &Image, lines: &[Pieces], name: &str) {
    const REACH: i64 = 2;
    let mut is_near = vec![false; image.width * image.height];
    let is_seen = |px: &[f64; 2]| px[0].abs().max(px[1].abs()) < 1e6;
    for (px, _) in lines.iter().flatten().flatten().filter(|(px, _)| is_seen(px)) {
        for y in -REACH..=REACH {
            for x in -REACH..=REACH {
                let at = [px[0].floor() as i64 + x, px[1].floor() as i64 + y];
                if (0..image.width as i64).contains(&at[0]) && (0..image.height as i64).contains(&at[1]) {
                    is_near[at[1] as usize * image.width + at[0] as usize] = true;
                }
            }
        }
    }
    for (index, near) in is_near.iter().enumerate() {
        let [x, y] = [index % image.width, index / image.width];
        let stray = ink(image, [x as i64, y as i64]);
        assert!(*near || stray < 0.05, "{name}: ink of {stray} at {x}, {y}, where no line is");
    }
}

/// Draws a job of a graticule and nothing else.
fn draw(folder: &Path, args: &[&str]) -> support::Outcome {
    let out = format!("--out={}", text(folder));
    mapfolio(["render", "--adapter=cpu", "--crs=lcc", "--figsize=6,4", &out].iter().chain(args))
}

const CONUS: &str = "--extent=A=-2.4e6,2.4e6,-1.6e6,1.6e6";

#[test]
fn maps_of_a_batch_have_one_size_whatever_their_steps() {
    use mapfolio::job::{GraticuleJob, Job, MapJob, RegionsJob};
    let extents = ["all=-2.4e6,2.4e6,-1.6e6,1.6e6", "town=0,3000,0,2000"].map(String::from).to_vec();
    let job = |graticule: Option<GraticuleJob>, extents: Vec<String>| {
        let regions = RegionsJob { extents, ..RegionsJob::default() };
        let map = MapJob { crs: Some("lcc".into()), ..MapJob::default() };
        mapfolio::plan::Plan::new(&Job { regions, map, graticule, ..Job::default() }).expect("a plan")
    };
    let plan = job(Some(GraticuleJob::default()), extents.clone());
    let maps: Vec<_> = plan.figures.iter().map(|figure| figure.layout.map).collect();
    assert_eq!(maps[0], maps[1]);
    let coarse = job(Some(GraticuleJob::default()), extents[..1].to_vec()).figures[0].layout.map;
    let none = job(None, extents[..1].to_vec()).figures[0].layout.map;
    // "39.005°N" takes more room than "40°N", and that more than nothing.
    assert!(maps[0].width < coarse.width && coarse.width < none.width, "{maps:?} {coarse:?} {none:?}");
}

#[test]
fn labels_stand_beside_the_map_and_those_of_a_side_on_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let outcome = draw(folder.path(), &["--graticule", "--title=", CONUS]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let image = support::decode(&folder.path().join("A.png"));
    // From the left: the labels' ink, then the frame's column.
    let dark = |x: usize| (0..image.height).filter(|y| image.at(x, *y)[0] < 128).count();
    let frame = (0..image.width).find(|x| dark(*x) > image.height / 2).expect("a frame");
    let inked = (0..frame).filter(|x| dark(*x) > 0).count();
    assert!(inked > 20, "labels left of the frame in {inked} columns");
    let floor = (0..image.height)
        .rev()
        .find(|y| (0..image.width).filter(|x| image.at(*x, *y)[0] < 128).count() > image.width / 2);
    let below: Vec<usize> = (floor.expect("a frame") + 1..image.height)
        .filter(|y| (0..image.width).any(|x| image.at(x, *y)[0] < 128))
        .collect();
    let size_px = mapfolio::style::layout::LABEL_SIZE_PT * 100.0 / 72.0;
    assert!(!below.is_empty() && (below.len() as f64) < size_px, "one line of digits: rows {below:?}");
}

#[test]
fn lines_have_a_plane_among_the_layers_by_their_zorder() {
    let demo = support::demo("states.shp");
    let demo = text(&demo);
    for (zorder, rank) in [("1", 0), ("2", 1), ("-1", 0)] {
        let folder = tempfile::tempdir().expect("a folder");
        let job = folder.path().join("job.toml");
        let lines = format!(
            "[graticule]\nzorder = {zorder}\ncolor = \"red\"\nstep = 5\n[[layer]]\npath = {demo:?}\nedgecolor = \"blue\"\n[map]\ncrs = \"lcc\"\n[regions]\nextents = [\"A=-2e6,2e6,-1e6,1e6\"]\n"
        );
        std::fs::write(&job, lines).expect("a job file");
        let job = mapfolio::job::Job::from_file(&job).expect("a job");
        let plan = mapfolio::plan::Plan::new(&job).expect("a plan");
        assert_eq!(plan.graticule.as_ref().and_then(|graticule| graticule.plane), Some(rank));
        assert_eq!(plan.planes.len(), 2);
        assert_eq!(plan.planes[rank].below_raster, zorder == "-1");
    }
}

#[test]
fn what_cannot_be_is_said_with_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    for (args, code, parts) in [
        (&["--graticule=0"][..], 2, &["a step of 0", "or auto, or none"][..]),
        (&["--graticule=wide"], 2, &["is not a step", "such as 10,5"]),
        (&["--graticule-labels=west"], 2, &["'west' is not a place for labels", "left, right, top and bottom"]),
        (&["--graticule-format=radians"], 2, &["degrees, dms, decimal"]),
        (&["--graticule-color=rde"], 1, &["[graticule] color", "is not a colour"]),
        (&["--graticule-linewidth=-1"], 1, &["[graticule] linewidth", "0 or more"]),
        (&["--graticule=0.01"], 3, &["meridians on this map", "give a larger step, or auto"]),
    ] {
        let outcome = draw(folder.path(), &[args, &[CONUS]].concat());
        let told = outcome.stderr.replace('\n', " ");
        assert_eq!(outcome.code, Some(code), "{args:?}: {told}");
        assert!(parts.iter().all(|part| told.contains(part)), "{args:?}: {told}");
    }
}
