//! Colorbars on all sides: where their ink stands, that values grow upward and to the right, and that nothing touches.

use super::*;
use crate::style::layout::{BarBox, ColorbarLayout, Side, Thickness};

const SIDES: [Side; 4] = [Side::Top, Side::Bottom, Side::Left, Side::Right];
const UNDER: [u8; 4] = [1, 2, 250, 255];
const OVER: [u8; 4] = [250, 2, 1, 255];

fn on(side: Side, colorbar: Colorbar) -> Colorbar {
    let bar = BarBox { side, ..colorbar.style.bar };
    Colorbar { style: ColorbarStyle { bar, ..colorbar.style }, ..colorbar }
}

fn with_bars(figsize_in: (f64, f64), dpi: f64, colorbars: Vec<Colorbar>) -> FigureStyle {
    FigureStyle { colorbars, ..style(figsize_in, dpi, None) }
}

fn drawn(style: &FigureStyle) -> (Layout, Canvas) {
    let layout = layout_of(style);
    let canvas = Canvas::with(&layout, &furniture(Font::embedded(), style, &layout, MapFrame::Box));
    (layout, canvas)
}

/// The colours of the pixels along the middle of a bar, from its low end.
fn along(canvas: &Canvas, parts: &ColorbarLayout) -> Vec<[u8; 3]> {
    let bar = parts.bar;
    if parts.side.is_horizontal() {
        (bar.x..bar.right()).map(|x| canvas.pixel(x, bar.y + bar.height / 2)).collect()
    } else {
        (bar.y..bar.bottom()).rev().map(|y| canvas.pixel(bar.x + bar.width / 2, y)).collect()
    }
}

#[test]
fn colours_grow_upward_and_to_the_right_with_pointed_ends_on_all_sides() {
    for side in SIDES {
        let colorbar = Colorbar { under: Some(UNDER), over: Some(OVER), ..on(side, boundary(seed_levels())) };
        let (layout, canvas) = drawn(&with_bars((8.0, 6.0), 100.0, vec![colorbar.clone()]));
        let pixels = along(&canvas, &layout.colorbars[0]);
        let end = (pixels.len() as f64 * 0.05 / 1.1).round() as usize;
        let inner = (pixels.len() - 2 * end) as f64;
        for (index, pixel) in pixels.iter().enumerate().skip(6).take(pixels.len() - 12) {
            let share = (index as f64 - end as f64 + 0.5) / inner;
            let expected = match share {
                share if share < 0.0 => UNDER,
                share if share >= 1.0 => OVER,
                share => colorbar.colors[(share * 16.0) as usize],
            };
            assert_eq!(*pixel, expected[..3], "{side:?}: pixel {index}");
        }
        let bar = layout.colorbars[0].bar;
        let corners = [(bar.x, bar.y), (bar.right() - 1, bar.y), (bar.x, bar.bottom() - 1)];
        assert!(corners.iter().all(|(x, y)| canvas.pixel(*x, *y) == [255; 3]), "{side:?}: white beside the points");
    }
}

#[test]
fn evenly_given_ticks_are_thinned_evenly_and_zero_of_others_keeps_its_text() {
    let texts = |ticks: &[f64], norm: Norm| {
        let colorbar = Colorbar { scale: norm.into(), ticks: Some(ticks.to_vec()), ..boundary(seed_levels()) };
        let style = with_bars((5.0, 4.0), 100.0, vec![colorbar.clone()]);
        let layout = layout_of(&style);
        let set = place_ticks(Font::embedded(), &colorbar, &layout, &layout.colorbars[0]);
        assert_eq!(set.ticks.len(), ticks.len(), "all are marked");
        set.ticks.into_iter().filter(|tick| tick.label.is_some()).map(|tick| tick.value).collect::<Vec<_>>()
    };
    let linear = Norm::Linear { vmin: -100.0, vmax: 100.0 };
    let every: Vec<f64> = (-100..=100).map(f64::from).collect();
    let labelled = texts(&every, linear.clone());
    assert!(labelled.len() > 5 && labelled.contains(&0.0), "{labelled:?}");
    assert!(labelled.windows(2).all(|pair| pair[1] - pair[0] == labelled[1] - labelled[0]), "{labelled:?}");
    assert_eq!(texts(&[-50.0, -3.0, 0.0, 3.0, 40.0], linear), [-50.0, 0.0, 40.0]);
}

#[test]
fn classes_are_as_long_as_their_ranges_if_they_are_to_be() {
    let levels = vec![0.0, 0.5, 1.0, 5.0, 8.0, 10.0];
    for side in [Side::Bottom, Side::Right] {
        let mut colorbar = on(side, boundary(levels.clone()));
        colorbar.scale.spacing = Spacing::Proportional;
        let (layout, canvas) = drawn(&with_bars((8.0, 6.0), 100.0, vec![colorbar.clone()]));
        let pixels = along(&canvas, &layout.colorbars[0]);
        for (index, pixel) in pixels.iter().enumerate() {
            let value = (index as f64 + 0.5) / pixels.len() as f64 * 10.0;
            let class = levels.iter().rposition(|level| *level <= value).expect("a class");
            assert_eq!(*pixel, colorbar.colors[class][..3], "{side:?}: {value}");
        }
    }
}

#[test]
fn lines_between_colours_are_drawn_where_the_colours_change() {
    let style = ColorbarStyle { drawedges: true, ..ColorbarStyle::default() };
    let colorbar = Colorbar { style, over: Some(OVER), ..boundary(vec![0.0, 1.0, 2.0, 3.0]) };
    let (layout, canvas) = drawn(&with_bars((8.0, 5.0), 100.0, vec![colorbar]));
    let pixels = along(&canvas, &layout.colorbars[0]);
    let black: Vec<usize> = (2..pixels.len() - 2).filter(|index| pixels[*index] == [0; 3]).collect();
    let inner = pixels.len() as f64 - (pixels.len() as f64 * 0.05 / 1.05).round();
    assert_eq!(black.len(), 3, "two between three classes, one before the pointed end: {black:?}");
    for (index, line) in black.iter().enumerate() {
        assert!((*line as f64 + 0.5 - inner * (index as f64 + 1.0) / 3.0).abs() <= 0.5, "{black:?}");
    }
}

#[test]
fn texts_of_vertical_bars_stand_level_with_their_marks() {
    for side in [Side::Left, Side::Right] {
        let colorbar = Colorbar { label: None, ..on(side, boundary(vec![0.0, 1.0, 2.0])) };
        let (layout, canvas) = drawn(&with_bars((8.0, 6.0), 100.0, vec![colorbar.clone()]));
        let parts = layout.colorbars[0];
        let set = place_ticks(Font::embedded(), &colorbar, &layout, &parts);
        assert_eq!(set.ticks.iter().filter(|tick| tick.label.is_some()).count(), 3);
        let columns = parts.tick_labels.x..parts.tick_labels.right();
        let inked: Vec<u32> =
            (0..layout.height_px).filter(|y| columns.clone().any(|x| canvas.pixel(x, *y)[0] < 128)).collect();
        let lines: Vec<&[u32]> = inked.chunk_by(|a, b| a + 1 == *b).collect();
        assert_eq!(lines.len(), 3, "{side:?}");
        for (line, tick) in lines.iter().rev().zip(&set.ticks) {
            let middle = f64::from(line[0] + line[line.len() - 1] + 1) / 2.0;
            let wanted = f64::from(layout.height_px) - tick.along_px;
            assert!((middle - wanted).abs() <= 1.0, "{side:?}: {middle}, not {wanted}");
        }
        let is_inked = |x: u32| inked.iter().any(|y| canvas.pixel(x, *y)[0] < 200);
        let (near, far) = (columns.start, columns.end - 1);
        let edge = if side == Side::Right { near..near + 3 } else { far - 2..far + 1 };
        assert!(edge.clone().any(is_inked), "{side:?}: texts begin beside the marks");
    }
}

#[test]
fn offsets_stand_at_the_end_of_the_bar() {
    for side in SIDES {
        let norm = Norm::Linear { vmin: 101_325.0, vmax: 101_330.0 };
        let colorbar = Colorbar {
            scale: norm.into(),
            colors: ramp(256),
            label: Some("pressure [Pa]".into()),
            ..on(side, boundary(seed_levels()))
        };
        let style = with_bars((8.0, 6.0), 100.0, vec![colorbar.clone()]);
        let (layout, canvas) = drawn(&style);
        let parts = layout.colorbars[0];
        let set = place_ticks(Font::embedded(), &colorbar, &layout, &parts);
        assert_eq!(set.exponent.as_deref(), Some("+1.013e5"), "{side:?}");
        let bar = parts.bar;
        let (columns, rows) = match side {
            Side::Top | Side::Bottom => {
                let caption = parts.caption.expect("a line");
                (bar.right() - 60..bar.right(), caption.y..caption.bottom())
            }
            Side::Left => (bar.right() - 60..bar.right(), bar.y - 21..bar.y - 7),
            Side::Right => (bar.x..bar.x + 60, bar.y - 21..bar.y - 7),
        };
        let ink =
            rows.flat_map(|y| columns.clone().map(move |x| (x, y))).filter(|(x, y)| canvas.pixel(*x, *y)[0] < 128);
        assert!(ink.count() > 60, "{side:?}: +1.013e5 at {bar:?}");
        let title = layout.title.expect("a title");
        assert!(title.bottom() <= bar.y - 21 || side == Side::Bottom, "{side:?}: the title keeps clear");
    }
}

#[test]
fn minor_ticks_are_drawn_where_they_are_asked_for() {
    let linear = |minor_ticks| {
        let style = ColorbarStyle { minor_ticks, ..ColorbarStyle::default() };
        let scale = Norm::Linear { vmin: 0.0, vmax: 10.0 }.into();
        Colorbar { scale, colors: ramp(256), style, ticks: Some(vec![0.0, 5.0, 10.0]), ..boundary(seed_levels()) }
    };
    let marks = |colorbar: &Colorbar| {
        let layout = layout_of(&with_bars((8.0, 5.0), 100.0, vec![colorbar.clone()]));
        place_ticks(Font::embedded(), colorbar, &layout, &layout.colorbars[0]).minor_marks_px.len()
    };
    assert_eq!(marks(&linear(MinorTicks::OfScale)), 0);
    assert_eq!(marks(&linear(MinorTicks::Auto)), 8, "four between each two");
    assert_eq!(marks(&linear(MinorTicks::At(vec![1.0, 5.0, 7.5, 99.0]))), 2, "neither outside nor on another");
    let log = |minor_ticks| Colorbar { scale: Norm::Log { vmin: 1.0, vmax: 1000.0 }.into(), ..linear(minor_ticks) };
    let log = |minor_ticks| Colorbar { ticks: None, ..log(minor_ticks) };
    assert_eq!((marks(&log(MinorTicks::OfScale)), marks(&log(MinorTicks::Off))), (24, 0));
    let many = boundary((0..=100).map(f64::from).collect());
    let many = Colorbar { style: ColorbarStyle { minor_ticks: MinorTicks::Auto, ..ColorbarStyle::default() }, ..many };
    let layout = layout_of(&with_bars((6.0, 4.0), 100.0, vec![many.clone()]));
    let set = place_ticks(Font::embedded(), &many, &layout, &layout.colorbars[0]);
    assert_eq!(set.ticks.len() + set.minor_marks_px.len(), 101, "every level has a mark");
}

#[test]
fn given_formats_write_the_ticks() {
    let format = TickFormat::parse("--colorbar-format", "{x:+.1f} K").expect("a format");
    let style = ColorbarStyle { format: Some(format), ..ColorbarStyle::default() };
    let colorbar = Colorbar { style, ..boundary(vec![-1.0, 0.0, 1.5]) };
    let layout = layout_of(&with_bars((8.0, 5.0), 100.0, vec![colorbar.clone()]));
    let set = place_ticks(Font::embedded(), &colorbar, &layout, &layout.colorbars[0]);
    let texts: Vec<_> = set.ticks.iter().filter_map(|tick| Some(tick.label.as_ref()?.text.clone())).collect();
    assert_eq!(texts, ["−1.0 K", "+0.0 K", "+1.5 K"]);
}

fn any_look() -> impl Strategy<Value = ColorbarStyle> {
    let side = prop_oneof![Just(Side::Top), Just(Side::Bottom), Just(Side::Left), Just(Side::Right)];
    let thickness = prop_oneof![Just(Thickness::OfFigure), (5.0..60.0f64).prop_map(Thickness::Aspect)];
    let minor = prop_oneof![Just(MinorTicks::OfScale), Just(MinorTicks::Auto)];
    let frac = prop_oneof![Just(ExtendFrac::Auto), Just(ExtendFrac::default())];
    (side, 0.2..=1.0f64, thickness, minor, frac, any::<bool>()).prop_map(
        |(side, shrink, thickness, minor_ticks, extendfrac, drawedges)| {
            let bar = BarBox { side, thickness, shrink, ..BarBox::default() };
            ColorbarStyle { bar, extendfrac, drawedges, minor_ticks, format: None }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn labels_of_bars_on_all_sides_never_touch_and_nothing_leaves_the_figure(
        bars in prop::collection::vec((any_scale(), any_look()), 1..4),
        width in 2.0..16.0f64, height in 2.0..9.0f64, dpi in 40.0..160.0f64, aspect in 0.2..5.0f64,
    ) {
        let bars = bars.into_iter().map(|(colorbar, style)| Colorbar { style, ..colorbar }).collect();
        let style = with_bars((width, height), dpi, bars);
        let font = Font::embedded();
        let Ok(layout) = Layout::new(&style.layout_spec(font)) else { return Ok(()) };
        for layout in std::iter::once(layout.clone()).chain(layout.shrunk_to_aspect(aspect)) {
            for (colorbar, parts) in style.colorbars.iter().zip(&layout.colorbars) {
                let set = place_ticks(font, colorbar, &layout, parts);
                let labels: Vec<&TickLabel> = set.ticks.iter().filter_map(|tick| tick.label.as_ref()).collect();
                prop_assert!(labels.windows(2).all(|pair| pair[0].start_px + pair[0].length_px + 1.0 < pair[1].start_px));
                let figure_px = if parts.side.is_horizontal() { layout.width_px } else { layout.height_px };
                prop_assert!(labels.iter().all(|label| label.start_px >= 0.0));
                prop_assert!(labels.iter().all(|label| label.start_px + label.length_px <= figure_px.into()));
                let room_px = f64::from(parts.tick_labels.width);
                prop_assert!(labels.iter().all(|label| label.width_px <= room_px + 0.5));
            }
            for patch in all_patches(&style, &layout, "Łódź: a title of middling length") {
                assert_inside(&layout, &patch);
            }
        }
    }
}
