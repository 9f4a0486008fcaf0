//! That boxes stay inside the figure and apart, keep the room that they are given and move with the map.

use super::*;
use proptest::prelude::*;

fn spec(figsize_in: (f64, f64), dpi: f64) -> LayoutSpec {
    let colorbars = vec![ColorbarSpec { has_caption: true, overhang_pt: 8.0, ..ColorbarSpec::default() }];
    LayoutSpec { figsize_in, dpi, headings: headings([1, 0, 0]), colorbars, ..LayoutSpec::default() }
}

/// So many lines of title, subtitle and footer.
fn headings([title, subtitle, footer]: [u32; 3]) -> Headings {
    let of = |size_pt: f64, lines: u32| TextLines { size_pt, lines };
    Headings { title: of(16.0, title), subtitle: of(12.0, subtitle), footer: of(8.0, footer) }
}

/// Every box of a layout, named for failure messages.
fn boxes(layout: &Layout) -> Vec<(String, PixelBox)> {
    let named =
        [("map", Some(layout.map)), ("title", layout.title), ("subtitle", layout.subtitle), ("footer", layout.footer)];
    let mut all: Vec<_> = named.into_iter().filter_map(|(name, part)| Some((name.to_owned(), part?))).collect();
    for (index, parts) in layout.colorbars.iter().enumerate() {
        let mut add = |name: &str, part| all.push((format!("{name} of bar {index}"), part));
        add("colours", parts.bar);
        add("ticks", parts.ticks);
        add("labels", parts.tick_labels);
        if let Some(caption) = parts.caption {
            add("caption", caption);
        }
    }
    all
}

fn overlap(a: PixelBox, b: PixelBox) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// The boxes on one side of the map never overlap; those on different sides may where they are as long as the figure.
fn assert_sound(layout: &Layout) {
    let all = boxes(layout);
    for (name, part) in &all {
        assert!(part.right() <= layout.width_px && part.bottom() <= layout.height_px, "{name} leaves: {layout:?}");
        assert!(name == "map" || !overlap(*part, layout.map), "{name} over the map: {layout:?}");
    }
    let side_of = |part: PixelBox| {
        let map = layout.map;
        [part.bottom() <= map.y, part.y >= map.bottom(), part.right() <= map.x, part.x >= map.right()]
    };
    for (index, (name, part)) in all.iter().enumerate().skip(1) {
        for (other_name, other) in &all[index + 1..] {
            let same = side_of(*part).iter().zip(side_of(*other)).any(|(a, b)| *a && b);
            assert!(!same || !overlap(*part, *other), "{name} over {other_name}: {layout:?}");
        }
    }
    for parts in &layout.colorbars {
        let (map, bar) = (layout.map, parts.bar);
        if parts.side.is_horizontal() {
            assert!(bar.x >= map.x && bar.right() <= map.right(), "no longer than the map: {layout:?}");
            assert_eq!((parts.ticks.x, parts.ticks.width), (bar.x, bar.width));
        } else {
            assert!(bar.y >= map.y && bar.bottom() <= map.bottom(), "no longer than the map: {layout:?}");
            assert_eq!((parts.ticks.y, parts.ticks.height), (bar.y, bar.height));
        }
    }
}

#[test]
fn a_14x9_figure_at_100_dpi_gives_the_map_most_of_the_paper() {
    let layout = Layout::new(&spec((14.0, 9.0), 100.0)).expect("a usable size");
    assert_eq!((layout.width_px, layout.height_px), (1400, 900));
    assert!(layout.map.width >= 1360 && layout.map.height >= 770, "{:?}", layout.map);
    assert_eq!((layout.line_px(), layout.outer_line_px()), (1, 1));
    assert_sound(&layout);
}

#[test]
fn absent_parts_take_no_room() {
    let bare = LayoutSpec { headings: Headings::default(), colorbars: Vec::new(), ..spec((6.0, 4.0), 72.0) };
    let layout = Layout::new(&bare).expect("a usable size");
    assert_eq!(layout.map, PixelBox { x: 9, y: 9, width: 414, height: 270 });
    assert_eq!(boxes(&layout).len(), 1);
}

#[test]
fn frame_only_is_all_map_at_any_size() {
    let tiny = LayoutSpec { frame_only: true, ..spec((0.07, 0.05), 100.0) };
    let layout = Layout::new(&tiny).expect("one pixel is enough");
    assert_eq!(layout.map, PixelBox { x: 0, y: 0, width: 7, height: 5 });
    assert_eq!(layout.shrunk_to_aspect(1.0).expect("unchanged"), layout);
}

#[test]
fn sizes_that_cannot_be_drawn_name_the_flag() {
    for (figsize, dpi, flag) in [
        ((0.5, 0.5), 100.0, "--figsize ([figure] figsize): '0.5,0.5' leaves a map of"),
        ((f64::NAN, 9.0), 100.0, "--figsize"),
        ((-14.0, 9.0), 100.0, "--figsize"),
        ((700.0, 9.0), 100.0, "--figsize"),
        ((14.0, 9.0), 0.0, "--dpi"),
        ((14.0, 9.0), f64::INFINITY, "--dpi"),
    ] {
        let message = Layout::new(&spec(figsize, dpi)).expect_err("must be refused").to_string();
        assert!(message.starts_with(flag), "{message}");
    }
}

#[test]
fn a_ratio_that_leaves_no_map_is_refused() {
    let layout = Layout::new(&spec((14.0, 9.0), 100.0)).expect("a usable size");
    for aspect in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-3, 1e3] {
        assert!(layout.shrunk_to_aspect(aspect).is_err(), "{aspect}");
    }
}

#[test]
fn parts_of_a_side_stand_outward_from_the_map_with_the_room_that_they_ask_for() {
    let of_bar = |bar, tick_label_pt| ColorbarSpec { bar, tick_label_pt, ..ColorbarSpec::default() };
    let bar = |side, tick_label_pt| of_bar(BarBox { side, ..BarBox::default() }, tick_label_pt);
    let short = BarBox { side: Side::Left, thickness: Thickness::Points(20.0), shrink: 0.5, ..BarBox::default() };
    let full = LayoutSpec {
        headings: headings([1, 1, 2]),
        edge_labels: EdgeLabels { left_pt: 30.0, right_pt: 0.0, top_pt: 14.0, bottom_pt: 15.0, rise_pt: 5.0 },
        colorbars: vec![
            bar(Side::Right, 20.0),
            bar(Side::Bottom, 0.0),
            bar(Side::Right, 40.0),
            bar(Side::Top, 0.0),
            of_bar(short, 10.0),
        ],
        ..spec((10.0, 8.0), 72.0)
    };
    let layout = Layout::new(&full).expect("room for all");
    assert_sound(&layout);
    let (map, bars) = (layout.map, &layout.colorbars);
    // At 72 dpi points are pixels. A bar of an 8 inch figure is 11 points thick, with 8 to the map and 7 + 10 beyond it.
    let bar_pt = (8.0_f64 * 72.0 * 12.0 / 648.0).round() as u32;
    assert_eq!((bars[0].bar.x, bars[0].bar.width), (map.right() + 8, bar_pt));
    assert_eq!((bars[0].tick_labels.x, bars[0].tick_labels.width), (map.right() + 8 + bar_pt + 8, 20));
    assert_eq!(bars[2].bar.x, bars[0].tick_labels.right() + 8);
    assert_eq!(bars[2].tick_labels.right() + 9, layout.width_px);
    assert_eq!(bars[1].bar.y, map.bottom() + 15 + 8);
    assert_eq!(bars[3].bar.bottom(), map.y - 14 - 8);
    assert_eq!((bars[4].bar.right(), bars[4].bar.width), (map.x - 30 - 8, 20));
    assert!(bars[4].bar.height.abs_diff(map.height / 2) <= 1 && bars[4].bar.y > map.y);
    let (title, subtitle) = (layout.title.expect("a title"), layout.subtitle.expect("a subtitle"));
    assert_eq!((title.y, title.height, subtitle.height), (9, 16, 12));
    assert!(title.bottom() < subtitle.y && subtitle.bottom() < bars[3].tick_labels.y);
    let footer = layout.footer.expect("a footer");
    assert_eq!((footer.height, footer.bottom() + 7), ((8.0_f64 * 2.2).round() as u32, layout.height_px));
}

#[test]
fn a_bar_of_an_aspect_is_so_many_times_as_long_as_thick() {
    for side in [Side::Top, Side::Bottom, Side::Left, Side::Right] {
        let bar = |side| ColorbarSpec {
            bar: BarBox { side, thickness: Thickness::Aspect(20.0), ..BarBox::default() },
            tick_label_pt: 15.0,
            ..ColorbarSpec::default()
        };
        let colorbars = vec![bar(side), bar(Side::Right)];
        let layout = Layout::new(&LayoutSpec { colorbars, ..spec((9.0, 7.0), 150.0) }).expect("room");
        for (parts, side) in layout.colorbars.iter().zip([side, Side::Right]) {
            let (length, thickness) = if side.is_horizontal() {
                (parts.bar.width, parts.bar.height)
            } else {
                (parts.bar.height, parts.bar.width)
            };
            assert!((f64::from(length) / 20.0 - f64::from(thickness)).abs() <= 1.0, "{side:?}: {:?}", parts.bar);
        }
    }
}

fn any_bar() -> impl Strategy<Value = ColorbarSpec> {
    let side = prop_oneof![Just(Side::Top), Just(Side::Bottom), Just(Side::Left), Just(Side::Right)];
    let thickness = prop_oneof![
        Just(Thickness::OfFigure),
        (1.0..40.0f64).prop_map(Thickness::Points),
        (5.0..50.0f64).prop_map(Thickness::Aspect)
    ];
    let sizes = (0.0..20.0f64, 0.01..=1.0f64, 0.0..40.0f64, 0.0..60.0f64);
    (side, thickness, sizes, any::<bool>()).prop_map(|(side, thickness, sizes, has_caption)| {
        let (pad_pt, shrink, overhang_pt, tick_label_pt) = sizes;
        let bar = BarBox { side, pad_pt, thickness, shrink };
        ColorbarSpec { bar, has_caption, overhang_pt, tick_label_pt }
    })
}

proptest! {
    #[test]
    fn boxes_stay_inside_and_apart(
        width in 0.1..40.0, height in 0.1..30.0, dpi in 1.0..1200.0, lines in [0u32..4, 0u32..3, 0u32..3],
        colorbars in prop::collection::vec(any_bar(), 0..5), edges in [0.0..40.0f64, 0.0..40.0, 0.0..20.0, 0.0..20.0],
        aspect in 0.05..20.0,
    ) {
        let [left_pt, right_pt, top_pt, bottom_pt] = edges;
        let wanted = LayoutSpec {
            headings: headings(lines),
            colorbars,
            edge_labels: EdgeLabels { left_pt, right_pt, top_pt, bottom_pt, rise_pt: top_pt },
            ..spec((width, height), dpi)
        };
        if let Ok(layout) = Layout::new(&wanted) {
            assert_sound(&layout);
            if let Ok(shrunk) = layout.shrunk_to_aspect(aspect) {
                assert_sound(&shrunk);
                prop_assert_eq!(boxes(&shrunk).len(), boxes(&layout).len());
                let drawn = f64::from(shrunk.map.width) / f64::from(shrunk.map.height);
                prop_assert!((drawn / aspect - 1.0).abs() < 1.0 / 16.0);
                prop_assert!(shrunk.map.width == layout.map.width || shrunk.map.height == layout.map.height);
            }
        }
    }
}
