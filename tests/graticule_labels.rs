//! Of the labels of meridians and parallels none lies on another, whatever the map, and each stands at its line.

mod support;

use mapfolio::figure::{
    Crowd, Font, GraticuleSite, GraticuleTag, draw_graticule_labels, edge_room, place_graticule_labels,
};
use mapfolio::geo::{Crs, Division, Domain, Extent, Graticule, LineKind, LineSpacing, Transformers, View};
use mapfolio::style::layout::{ColorbarSpec, Headings, LayoutSpec, Side, TextLines};
use mapfolio::style::{
    Choice as _, Color, DegreeFormat, EdgeSides, GraticuleLabelStyle, GraticuleLabels, Layout, SignedBox,
};
use support::{LINED_MAPS, Projection, Random, silence_gdal};

const ALL_SIDES: EdgeSides = EdgeSides::NONE.with(Side::Left).with(Side::Right).with(Side::Top).with(Side::Bottom);
const WGS84: &str = "EPSG:4326";

/// Shares of a random range.
fn unit(random: &mut Random) -> f64 {
    random.below(1 << 30) as f64 / f64::from(1 << 30)
}

/// A map as a user may ask for it: from two kilometres to all of the Earth, about any place.
struct AnyMap {
    crs: &'static str,
    layout: Layout,
    view: View,
    style: GraticuleLabelStyle,
    name: String,
}

fn any_map(random: &mut Random, index: usize) -> Option<AnyMap> {
    let crs = LINED_MAPS[index % LINED_MAPS.len()].crs;
    let figsize_in = (4.0 + 10.0 * unit(random), 3.0 + 6.0 * unit(random));
    let place = [360.0 * unit(random) - 180.0, 180.0 * unit(random) - 90.0];
    // Every fourth map is of a pole, or of the antimeridian.
    let place = match index % 8 {
        3 => [place[0], 90.0_f64.copysign(place[1])],
        7 => [180.0, place[1]],
        _ => place,
    };
    let span = 2e3 * 10_f64.powf(4.3 * unit(random));
    let format = DegreeFormat::ALL[random.below(3)].1;
    let places =
        [GraticuleLabels::Edges(EdgeSides::DEFAULT), GraticuleLabels::Edges(ALL_SIDES), GraticuleLabels::Inline];
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
        headings: Headings { title: TextLines { size_pt: 16.0, lines: 1 }, ..Headings::default() },
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
    let system = Crs::from_user(crs, "test").expect("a system");
    let view = View { crs: system, extent, width_px: layout.map.width, height_px: layout.map.height };
    Some(AnyMap { crs, layout, view, style, name })
}

#[test]
fn no_label_lies_on_another_or_leaves_the_figure_and_each_stands_at_its_line() {
    const MAPS_DRAWN: usize = 240;
    silence_gdal();
    let (mut random, transformers) = (Random(11), Transformers::default());
    let (mut drawn, mut labels, mut lines) = (0, 0, 0);
    for index in 0..2 * MAPS_DRAWN {
        let Some(map) = any_map(&mut random, index) else { continue };
        let AnyMap { layout, view, style, name, .. } = &map;
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
        let taken: Vec<SignedBox> = bars.chain(layout.title).map(SignedBox::from).collect();
        for place in &taken {
            crowd.block(*place);
        }
        let placed = place_graticule_labels(&site, Font::embedded(), &mut crowd).expect("a way");
        assert_apart(&placed, &taken, layout, name);
        for label in &placed {
            assert_at_line(label, &graticule, &map);
        }
        for (patch, label) in draw_graticule_labels(&placed, style, layout).iter().zip(&placed) {
            let is_around = SignedBox {
                left: patch.x.into(),
                top: patch.y.into(),
                right: (patch.x + patch.width).into(),
                bottom: (patch.y + patch.height).into(),
            };
            assert!(is_around.holds(label.area), "{name}: the ink of {} is elsewhere", brief(label));
        }
        drawn += 1;
        labels += placed.len();
        lines += graticule.lines.iter().filter(|line| !line.strokes.is_empty()).count();
    }
    assert!(drawn >= MAPS_DRAWN, "{drawn} maps");
    assert!(2 * labels > lines, "{labels} labels of {lines} lines");
}

/// A label for messages.
fn brief(label: &GraticuleTag) -> String {
    format!("{} at {:?} in {:?}", label.text, label.anchor_px, label.area)
}

fn assert_apart(placed: &[GraticuleTag], taken: &[SignedBox], layout: &Layout, name: &str) {
    let figure = SignedBox { left: 0, top: 0, right: layout.width_px.into(), bottom: layout.height_px.into() };
    let map = SignedBox::from(layout.map);
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
    let AnyMap { crs, layout, view, style, name } = map;
    let tag = brief(label);
    let line = &graticule.lines[label.line];
    let [x, y] = [label.anchor_px[0] - f64::from(layout.map.x), label.anchor_px[1] - f64::from(layout.map.y)];
    let [x0, x1, y0, y1] = view.extent.bounds();
    let size = view.size_px().map(f64::from);
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
    let SignedBox { left, top, right, bottom } = label.area;
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
