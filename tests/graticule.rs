//! Meridians and parallels lie where PROJ has them, and of their labels none lies on another, whatever the map.

mod support;

use std::collections::HashMap;
use std::path::Path;

use mapfolio::figure::{
    Crowd, Font, GraticuleSite, GraticuleTag, LabelBox, draw_graticule_labels, edge_room, place_graticule_labels,
};
use mapfolio::geo::{Crs, Division, Domain, Extent, Graticule, LineKind, LineSpacing, Transformers};
use mapfolio::style::layout::{ColorbarSpec, LayoutSpec, Side};
use mapfolio::style::{Color, DegreeFormat, EdgeSides, GraticuleLabelStyle, GraticuleLabels, Layout};
use support::{Frames, Image, LCC, Projection, Random, View, mapfolio, silence_gdal, text};

const WGS84: &str = "EPSG:4326";
const PX: [usize; 2] = [600, 400];

/// A map, extents of it by name, and from line to line in degrees.
struct Map {
    crs: &'static str,
    views: &'static [(&'static str, [f64; 4], [f64; 2])],
}

const MAPS: [Map; 12] = [
    Map {
        crs: LCC,
        views: &[
            ("lcc", [-2.4e6, 2.4e6, -1.6e6, 1.6e6], [10.0, 5.0]),
            ("lcc pole", [-9e6, 9e6, -4e6, 8e6], [30.0, 15.0]),
        ],
    },
    Map {
        crs: "EPSG:3413",
        views: &[
            ("polar", [-4e6, 4e6, -2.6e6, 2.6e6], [30.0, 10.0]),
            ("at the pole", [-3000.0, 3000.0, -2000.0, 2000.0], [30.0, 0.01]),
        ],
    },
    Map {
        crs: "+proj=merc +lon_0=180 +datum=WGS84 +type=crs",
        views: &[("antimeridian", [-6e6, 6e6, -4e6, 4e6], [20.0, 15.0])],
    },
    Map {
        crs: "+proj=eqc +lon_0=-100 +datum=WGS84 +type=crs",
        views: &[("eqc", [-20.1e6, 20.1e6, -10.1e6, 10.1e6], [30.0, 30.0])],
    },
    Map {
        crs: "+proj=robin +lon_0=150 +datum=WGS84 +type=crs",
        views: &[("robin", [-17.5e6, 17.5e6, -9e6, 9e6], [30.0, 30.0])],
    },
    Map {
        crs: "+proj=moll +datum=WGS84 +type=crs",
        views: &[("moll", [-18.5e6, 18.5e6, -9.3e6, 9.3e6], [30.0, 15.0])],
    },
    Map {
        crs: "+proj=ortho +lat_0=35 +lon_0=-100 +datum=WGS84 +type=crs",
        views: &[("globe", [-9.7e6, 9.7e6, -6.5e6, 6.5e6], [30.0, 30.0])],
    },
    Map { crs: "EPSG:3035", views: &[("europe", [2.4e6, 7.4e6, 1.4e6, 4.8e6], [10.0, 10.0])] },
    Map {
        crs: "EPSG:32613",
        views: &[
            ("zone", [0.0, 1e6, 4e6, 4.7e6], [2.0, 2.0]),
            ("two kilometres", [480e3, 482e3, 4398e3, 4399.4e3], [0.005, 0.005]),
        ],
    },
    Map {
        crs: "+proj=eqdc +lat_1=20 +lat_2=60 +lon_0=20 +datum=WGS84 +type=crs",
        views: &[("eqdc", [-6e6, 6e6, -1e6, 7e6], [15.0, 10.0])],
    },
    Map {
        crs: "+proj=igh +datum=WGS84 +type=crs",
        views: &[
            ("igh", [-20.5e6, 20.5e6, -9e6, 9e6], [30.0, 30.0]),
            ("tear", [-7e6, -3e6, 0.5e6, 6.5e6], [20.0, 10.0]),
        ],
    },
    Map { crs: "EPSG:5070", views: &[("aea", [-2.5e6, 2.5e6, 0.2e6, 3.4e6], [5.0, 5.0])] },
];

#[test]
fn degrees_are_written_as_cartopy_writes_them() {
    let table: HashMap<String, Vec<(f64, String)>> =
        serde_json::from_str(include_str!("data/degrees.json")).expect("a sound table");
    for (name, format) in DegreeFormat::NAMES {
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
    for map in &MAPS {
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

/// Shares of a random range.
fn unit(random: &mut Random) -> f64 {
    random.below(1 << 30) as f64 / f64::from(1 << 30)
}

/// A map as a user may ask for it: from two kilometres to all of the Earth, about any place.
struct AnyMap {
    layout: Layout,
    view: mapfolio::geo::View,
    style: GraticuleLabelStyle,
    name: String,
}

fn any_map(random: &mut Random, index: usize) -> Option<AnyMap> {
    let crs = MAPS[index % MAPS.len()].crs;
    let figsize_in = (4.0 + 10.0 * unit(random), 3.0 + 6.0 * unit(random));
    let place = [360.0 * unit(random) - 180.0, 180.0 * unit(random) - 90.0];
    // Every fourth map is of a pole, or of the antimeridian.
    let place = match index % 8 {
        3 => [place[0], 90.0_f64.copysign(place[1])],
        7 => [180.0, place[1]],
        _ => place,
    };
    let span = 2e3 * 10_f64.powf(4.3 * unit(random));
    let format = DegreeFormat::NAMES[random.below(3)].1;
    let places =
        [GraticuleLabels::Edges(EdgeSides::DEFAULT), GraticuleLabels::Edges(EdgeSides::ALL), GraticuleLabels::Inline];
    let style = GraticuleLabelStyle {
        place: places[random.below(3)],
        size_pt: 7.0 + 7.0 * unit(random),
        color: Color::BLACK,
        format,
    };
    let division = if format == DegreeFormat::Dms { Division::Sexagesimal } else { Division::Decimal };
    let step = LineSpacing::Auto(division).step(span / 111e3).expect("a step");
    let spec = LayoutSpec {
        figsize_in,
        dpi: 72.0 + 78.0 * unit(random),
        title_size_pt: 16.0,
        title_lines: 1,
        edge_labels: edge_room(Font::embedded(), &style, &[step], &[], &[]),
        colorbars: vec![ColorbarSpec { has_caption: true, ..ColorbarSpec::default() }],
        ..LayoutSpec::default()
    };
    let layout = Layout::new(&spec).expect("a usable size");
    let aspect = f64::from(layout.map.width) / f64::from(layout.map.height);
    let [x, y] = Projection::new(WGS84, crs).point(place);
    let half = [span / 2.0, span / 2.0 / aspect];
    let extent = Extent::new(x - half[0], x + half[0], y - half[1], y + half[1]).ok()?.grown_to_aspect(aspect);
    let name = format!("map {index}: {crs} about {place:?}, {span:.0} m, {:?}, {format:?}", style.place);
    let crs = Crs::from_user(crs, "test").expect("a system");
    let view = mapfolio::geo::View { crs, extent, width_px: layout.map.width, height_px: layout.map.height };
    Some(AnyMap { layout, view, style, name })
}

#[test]
fn no_label_lies_on_another_or_leaves_the_figure_and_each_stands_at_its_line() {
    const MAPS_DRAWN: usize = 240;
    silence_gdal();
    let (mut random, transformers) = (Random(11), Transformers::default());
    let (mut drawn, mut by_place) = (0, [[0; 2]; 2]);
    for index in 0..2 * MAPS_DRAWN {
        let Some(map) = any_map(&mut random, index) else { continue };
        let AnyMap { layout, view, style, name } = &map;
        let domain = Domain::of(view, &transformers).expect("a domain");
        let division = if style.format == DegreeFormat::Dms { Division::Sexagesimal } else { Division::Decimal };
        let auto = LineSpacing::Auto(division);
        let Some(graticule) = Graticule::of(view, &domain, &auto, &auto, &transformers).expect("a way") else {
            continue;
        };
        let site =
            GraticuleSite { graticule: &graticule, view, domain: &domain, layout, style, transformers: &transformers };
        let mut crowd = Crowd::new([layout.width_px, layout.height_px]);
        let bars = layout.colorbars.iter().flat_map(|bar| [bar.bar, bar.ticks, bar.tick_labels]);
        let taken: Vec<LabelBox> = bars.chain(layout.title).map(LabelBox::from).collect();
        for place in &taken {
            crowd.block(*place);
        }
        let placed = place_graticule_labels(&site, Font::embedded(), &mut crowd).expect("a way");
        assert_apart(&placed, &taken, layout, name);
        for label in &placed {
            assert_at_line(label, &graticule, &map);
        }
        for (patch, label) in draw_graticule_labels(&placed, style, layout).iter().zip(&placed) {
            let is_around = LabelBox {
                left: patch.x.into(),
                top: patch.y.into(),
                right: (patch.x + patch.width).into(),
                bottom: (patch.y + patch.height).into(),
            };
            assert!(is_around.holds(label.area), "{name}: the ink of {} is elsewhere", brief(label));
        }
        drawn += 1;
        let [labelled, lines] = &mut by_place[usize::from(style.place == GraticuleLabels::Inline)];
        *labelled += (0..graticule.lines.len()).filter(|line| placed.iter().any(|label| label.line == *line)).count();
        *lines += graticule.lines.iter().filter(|line| !line.strokes.is_empty()).count();
    }
    assert!(drawn >= MAPS_DRAWN, "{drawn} maps");
    // On a side that is too short for all, some lines go without.
    for [labelled, lines] in by_place {
        assert!(lines > 1500 && 5 * labelled > 4 * lines, "{labelled} labels of {lines} lines");
    }
}

#[test]
fn lines_that_are_too_many_are_labelled_at_even_steps() {
    silence_gdal();
    let transformers = Transformers::default();
    let labels = EdgeSides::NONE.with(Side::Bottom);
    let style = GraticuleLabelStyle {
        place: GraticuleLabels::Edges(labels),
        size_pt: 10.0,
        color: Color::BLACK,
        format: DegreeFormat::Degrees,
    };
    let edge_labels = edge_room(Font::embedded(), &style, &[1.0], &[], &[]);
    let spec = LayoutSpec { figsize_in: (6.0, 4.0), dpi: 100.0, edge_labels, ..LayoutSpec::default() };
    let layout = Layout::new(&spec).expect("a usable size");
    let extent = Extent::new(-180.0, 180.0, -90.0, 90.0).expect("an extent");
    let view = mapfolio::geo::View {
        crs: Crs::from_user(WGS84, "test").expect("a system"),
        extent,
        width_px: layout.map.width,
        height_px: layout.map.height,
    };
    let domain = Domain::of(&view, &transformers).expect("a domain");
    let graticule = Graticule::of(&view, &domain, &LineSpacing::Every(1.0), &LineSpacing::Every(30.0), &transformers);
    let graticule = graticule.expect("a way").expect("lines");
    let site = GraticuleSite {
        graticule: &graticule,
        view: &view,
        domain: &domain,
        layout: &layout,
        style: &style,
        transformers: &transformers,
    };
    let mut crowd = Crowd::new([layout.width_px, layout.height_px]);
    let placed = place_graticule_labels(&site, Font::embedded(), &mut crowd).expect("a way");
    let mut degrees: Vec<f64> = placed.iter().map(|label| graticule.lines[label.line].degrees).collect();
    degrees.sort_unstable_by(f64::total_cmp);
    degrees.dedup();
    let steps: Vec<f64> = degrees.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(steps.len() >= 6 && steps.iter().all(|step| (step - steps[0]).abs() < 1e-9), "{degrees:?}");
}

/// A label for messages.
fn brief(label: &GraticuleTag) -> String {
    format!("{} at {:?} in {:?}", label.text, label.anchor_px, label.area)
}

fn assert_apart(placed: &[GraticuleTag], taken: &[LabelBox], layout: &Layout, name: &str) {
    let figure = LabelBox { left: 0, top: 0, right: layout.width_px.into(), bottom: layout.height_px.into() };
    let map = LabelBox::from(layout.map);
    for (k, label) in placed.iter().enumerate() {
        let tag = brief(label);
        assert!(figure.holds(label.area), "{name}: {tag} leaves the figure");
        assert!(!taken.iter().any(|place| place.overlaps(label.area)), "{name}: {tag} is on title or colorbar");
        for other in &placed[..k] {
            assert!(!other.area.overlaps(label.area), "{name}: {tag} is on {}", brief(other));
        }
        assert!(!label.is_inside || map.holds(label.area), "{name}: {tag} is not within the map");
    }
}

/// A label's place is on its line by PROJ, at the edge of the map unless it is within, and the label is beside it.
fn assert_at_line(label: &GraticuleTag, graticule: &Graticule, map: &AnyMap) {
    const STEP_PX: f64 = 0.25;
    let AnyMap { layout, view, style, name } = map;
    let tag = brief(label);
    let line = &graticule.lines[label.line];
    let [x, y] = [label.anchor_px[0] - f64::from(layout.map.x), label.anchor_px[1] - f64::from(layout.map.y)];
    let [x0, x1, y0, y1] = view.extent.bounds();
    let size = view.size_px().map(f64::from);
    let crs =
        MAPS.iter().find(|map| Crs::from_user(map.crs, "test").is_ok_and(|crs| crs == view.crs)).expect("a map").crs;
    let back = Projection::new(crs, WGS84);
    let lonlat = |[x, y]: [f64; 2]| back.point([x0 + x / size[0] * (x1 - x0), y1 - y / size[1] * (y1 - y0)]);
    let expected = match line.kind {
        LineKind::Meridian => style.format.longitude(line.degrees),
        LineKind::Parallel => style.format.latitude(line.degrees),
    };
    assert_eq!(label.text, expected, "{name}");
    // How far from its degrees the place is, by how much these change from pixel to pixel.
    let off_degrees = |place: [f64; 2]| match line.kind {
        LineKind::Meridian => (lonlat(place)[0] - line.degrees + 180.0).rem_euclid(360.0) - 180.0,
        LineKind::Parallel => lonlat(place)[1] - line.degrees,
    };
    let slope = [[STEP_PX, 0.0], [0.0, STEP_PX]]
        .map(|[dx, dy]| (off_degrees([x + dx, y + dy]) - off_degrees([x - dx, y - dy])) / (2.0 * STEP_PX));
    let off = off_degrees([x, y]).abs() / slope[0].hypot(slope[1]);
    // Beyond a limb there is nothing to compare with.
    assert!(off.is_nan() || off < 0.5, "{name}: {tag} belongs {off} px from its place");
    let LabelBox { left, top, right, bottom } = label.area;
    let outside = |at: f64, low: i64, high: i64| (low as f64 - at).max(at - high as f64).max(0.0);
    let away = outside(label.anchor_px[0], left, right).hypot(outside(label.anchor_px[1], top, bottom));
    assert!(away < layout.px(30.0), "{name}: {tag} is {away} px from its place");
    if let (Some(side), false) = (label.side, label.is_inside) {
        // Where the way out of an outline is aslant, so is the label.
        let middle = [left.midpoint(right) as f64, top.midpoint(bottom) as f64];
        let is_beyond = match side {
            Side::Left => middle[0] < label.anchor_px[0],
            Side::Right => middle[0] > label.anchor_px[0],
            Side::Top => middle[1] < label.anchor_px[1],
            Side::Bottom => middle[1] > label.anchor_px[1],
        };
        assert!(is_beyond, "{name}: {tag} does not stand at its side");
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
    assert!(plan.figures.iter().all(|figure| figure.layout.edge_labels.left.is_some()));
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
        (&["--graticule-linewidth=1e6"], 1, &["[graticule] linewidth: '1000000' cannot be used"]),
        (&["--graticule-linewidth=-1"], 1, &["[graticule] linewidth", "give points from 0 to 1000"]),
        (&["--graticule=0.01"], 3, &["meridians on this map", "give a larger step, or auto"]),
    ] {
        let outcome = draw(folder.path(), &[args, &[CONUS]].concat());
        let told = outcome.stderr.replace('\n', " ");
        assert_eq!(outcome.code, Some(code), "{args:?}: {told}");
        assert!(parts.iter().all(|part| told.contains(part)), "{args:?}: {told}");
    }
}
