//! Furniture as a whole: where its ink stands, that it stays inside the figure and that labels never touch.

mod colorbars;

use super::*;
use crate::style::layout::{EdgeLabels, Headings, Layout, TextLines};
use crate::style::{Extend, Norm};
use proptest::prelude::*;

/// A white figure on which patches are laid as the GPU lays them.
struct Canvas {
    width: u32,
    rgba: Vec<u8>,
}

impl Canvas {
    fn with(layout: &Layout, patches: &[Overlay]) -> Self {
        let mut rgba = vec![255; layout.width_px as usize * layout.height_px as usize * 4];
        for patch in patches {
            assert_inside(layout, patch);
            for (row, source) in patch.rgba.chunks_exact(patch.width as usize * 4).enumerate() {
                let start = ((patch.y as usize + row) * layout.width_px as usize + patch.x as usize) * 4;
                for (below, above) in rgba[start..start + source.len()].chunks_exact_mut(4).zip(source.chunks_exact(4))
                {
                    let kept = 255 - u32::from(above[3]);
                    for (value, added) in below.iter_mut().zip(above) {
                        let sum = u32::from(*added) + (kept * u32::from(*value) + 127) / 255;
                        *value = u8::try_from(sum).expect("premultiplied colours stay within their alpha");
                    }
                }
            }
        }
        Self { width: layout.width_px, rgba }
    }

    fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let at = (y as usize * self.width as usize + x as usize) * 4;
        [self.rgba[at], self.rgba[at + 1], self.rgba[at + 2]]
    }
}

fn assert_inside(layout: &Layout, patch: &Overlay) {
    let (right, bottom) = (patch.x + patch.width, patch.y + patch.height);
    assert!(right <= layout.width_px && bottom <= layout.height_px, "a patch ends at {right}, {bottom}");
    assert_eq!(patch.rgba.len(), patch.width as usize * patch.height as usize * 4);
}

/// Colours that differ from each other and from black and white.
fn ramp(classes: usize) -> Vec<[u8; 4]> {
    let color = |index: usize| {
        let share = index as f32 / classes.max(2) as f32;
        [(40.0 + 200.0 * share) as u8, (120.0 + 100.0 * (share * 9.0).sin()) as u8, (230.0 - 190.0 * share) as u8, 255]
    };
    (0..classes).map(color).collect()
}

fn boundary(levels: Vec<f64>) -> Colorbar {
    let colors = ramp(levels.len() - 1);
    let scale = ColorbarScale::from(Norm::Boundary { levels, extend: Extend::Neither });
    Colorbar {
        scale,
        colors,
        under: None,
        over: None,
        ticks: None,
        label: Some("2 m temperature [°C]".to_owned()),
        style: ColorbarStyle::default(),
    }
}

fn seed_levels() -> Vec<f64> {
    (0..17).map(|index| -4.0 + 3.0 * f64::from(index)).collect()
}

pub(super) fn style(figsize_in: (f64, f64), dpi: f64, colorbar: Option<Colorbar>) -> FigureStyle {
    FigureStyle {
        figsize_in,
        dpi,
        headings: Headings {
            title: TextLines { size_pt: 16.0, lines: 1 },
            subtitle: TextLines { size_pt: 11.0, lines: 0 },
            footer: TextLines { size_pt: 8.0, lines: 0 },
        },
        colorbars: colorbar.into_iter().collect(),
        legend: None,
        logos: Vec::new(),
        edge_labels: EdgeLabels::default(),
        frame_only: false,
    }
}

pub(super) fn layout_of(style: &FigureStyle) -> Layout {
    Layout::new(&style.layout_spec(Font::embedded())).expect("a usable size")
}

fn all_patches(style: &FigureStyle, layout: &Layout, text: &str) -> Vec<Overlay> {
    let font = Font::embedded();
    furniture(font, style, layout, MapFrame::Box)
        .into_iter()
        .chain(captions(font, style, layout, Some(text), None))
        .collect()
}

#[test]
fn frame_and_bar_have_the_same_outer_edges() {
    for dpi in [72.0, 100.0, 150.0, 300.0] {
        let style = style((6.0, 4.0), dpi, Some(boundary(seed_levels())));
        let layout = layout_of(&style);
        let canvas = Canvas::with(&layout, &furniture(Font::embedded(), &style, &layout, MapFrame::Box));
        let bar = layout.colorbars[0].bar;
        let (line, outer) = (layout.line_px(), layout.outer_line_px());
        for y in [layout.map.y + layout.map.height / 2, bar.y + bar.height / 2] {
            let black: Vec<u32> = (0..layout.width_px).filter(|x| canvas.pixel(*x, y) == [0; 3]).collect();
            let left = layout.map.x - outer;
            let right = layout.map.right() - (line - outer);
            assert_eq!(black, (left..left + line).chain(right..right + line).collect::<Vec<_>>(), "{dpi} dpi");
        }
        let middle = canvas.pixel(layout.map.x + layout.map.width / 2, layout.map.y + layout.map.height / 2);
        assert_eq!(middle, [255; 3], "furniture leaves the map alone");
    }
}

#[test]
fn classes_are_equally_wide_and_crisp() {
    let colorbar = boundary(vec![0.0, 0.1, 1.0, 5.0, 100.0, 101.0, 250.0]);
    let style = style((9.0, 5.0), 100.0, Some(colorbar.clone()));
    let layout = layout_of(&style);
    let canvas = Canvas::with(&layout, &furniture(Font::embedded(), &style, &layout, MapFrame::Box));
    let bar = layout.colorbars[0].bar;
    for x in bar.x..bar.right() {
        let class = (f64::from(x - bar.x) + 0.5) / f64::from(bar.width) * 6.0;
        let expected = colorbar.colors[class as usize];
        assert_eq!(canvas.pixel(x, bar.y + bar.height / 2), expected[..3], "column {x}");
    }
}

#[test]
fn pointed_ends_stay_inside_the_maps_width() {
    let colorbar = Colorbar { under: Some([1, 2, 250, 255]), over: Some([250, 2, 1, 255]), ..boundary(seed_levels()) };
    let style = style((8.0, 5.0), 100.0, Some(colorbar));
    let layout = layout_of(&style);
    let canvas = Canvas::with(&layout, &furniture(Font::embedded(), &style, &layout, MapFrame::Box));
    let bar = layout.colorbars[0].bar;
    let middle = bar.y + bar.height / 2;
    let end = (f64::from(bar.width) * 0.05 / 1.1).round() as u32;
    assert_eq!(canvas.pixel(bar.x + end - 1, middle), [1, 2, 250]);
    assert_eq!(canvas.pixel(bar.right() - end, middle), [250, 2, 1]);
    for y in bar.y - 1..bar.bottom() {
        assert_eq!(canvas.pixel(bar.x - 2, y), [255; 3], "white beyond the point");
        assert_eq!(canvas.pixel(bar.right() + 1, y), [255; 3], "white beyond the point");
    }
    assert_eq!(canvas.pixel(bar.x + 2, bar.y), [255; 3], "white above the point");
}

#[test]
fn tick_marks_stand_where_the_layout_says() {
    for (dpi, figsize) in [(72.0, (6.0, 4.0)), (100.0, (14.0, 9.0)), (150.0, (6.0, 4.0)), (300.0, (5.0, 4.0))] {
        let style = style(figsize, dpi, Some(boundary(seed_levels())));
        let layout = layout_of(&style);
        let parts = layout.colorbars[0];
        let canvas = Canvas::with(&layout, &furniture(Font::embedded(), &style, &layout, MapFrame::Box));
        let row = parts.ticks.bottom() - 1;
        let black: Vec<u32> = (0..layout.width_px).filter(|x| canvas.pixel(*x, row) == [0; 3]).collect();
        let marks: Vec<&[u32]> = black.chunk_by(|a, b| a + 1 == *b).collect();
        let colorbar = &style.colorbars[0];
        let wanted = place_ticks(Font::embedded(), colorbar, &layout, &parts).ticks;
        assert_eq!(marks.len(), wanted.len());
        for (mark, tick) in marks.iter().zip(wanted) {
            assert_eq!(mark.len(), layout.line_px() as usize, "whole pixels at {dpi} dpi");
            let middle = (f64::from(mark[0]) + f64::from(mark[mark.len() - 1]) + 1.0) / 2.0;
            assert!((middle - tick.along_px).abs() <= 0.5, "{middle} for {tick:?} at {dpi} dpi");
        }
        assert_eq!(
            black.first().copied(),
            Some(parts.bar.x - layout.outer_line_px()),
            "the end tick extends the outline"
        );
        assert_eq!(black.last().copied(), Some(parts.bar.right() + layout.outer_line_px() - 1));
    }
}

#[test]
fn frame_only_figures_have_no_furniture() {
    let style = FigureStyle { frame_only: true, ..style((6.0, 4.0), 100.0, Some(boundary(seed_levels()))) };
    let layout = layout_of(&style);
    assert!(all_patches(&style, &layout, "not drawn").is_empty());
}

#[test]
fn common_exponents_stand_beside_the_label() {
    let scale = ColorbarScale::from(Norm::Linear { vmin: 0.0, vmax: 9e-7 });
    let colorbar = Colorbar { scale, colors: ramp(256), ..boundary(vec![0.0, 1.0]) };
    let style = style((6.0, 4.0), 100.0, Some(colorbar.clone()));
    let layout = layout_of(&style);
    let set = place_ticks(Font::embedded(), &colorbar, &layout, &layout.colorbars[0]);
    assert_eq!(set.exponent.as_deref(), Some("1e−7"));
    assert_eq!(set.ticks.last().and_then(|tick| tick.label.as_ref()).map(|label| label.text.as_str()), Some("9"));
    let without_label = Colorbar { label: None, ..colorbar };
    let bare = layout_of(&FigureStyle { colorbars: vec![without_label], ..style });
    assert!(bare.colorbars[0].caption.is_some(), "room for the exponent alone");
}

#[test]
fn given_ticks_keep_their_marks_but_only_labels_with_room() {
    let ticks = Some(vec![8.0, f64::NAN, 2.0, 2.0, 2.01, 1e9, -4.0]);
    let colorbar = Colorbar { ticks, ..boundary(seed_levels()) };
    let style = style((6.0, 4.0), 100.0, Some(colorbar.clone()));
    let layout = layout_of(&style);
    let set = place_ticks(Font::embedded(), &colorbar, &layout, &layout.colorbars[0]);
    let texts: Vec<Option<&str>> =
        set.ticks.iter().map(|tick| tick.label.as_ref().map(|label| label.text.as_str())).collect();
    assert_eq!(texts, [Some("−4"), Some("2"), None, Some("8")]);
}

#[test]
fn levels_without_room_are_thinned_evenly_and_keep_zero() {
    let levels: Vec<f64> = (-50..=51).map(f64::from).collect();
    let colorbar = boundary(levels);
    let style = style((6.0, 4.0), 100.0, Some(colorbar.clone()));
    let layout = layout_of(&style);
    let set = place_ticks(Font::embedded(), &colorbar, &layout, &layout.colorbars[0]);
    let values: Vec<f64> = set.ticks.iter().map(|tick| tick.value).collect();
    assert!(values.len() > 8 && values.contains(&0.0), "{values:?}");
    assert!(values.windows(3).all(|three| (three[2] - 2.0 * three[1] + three[0]).abs() < 1e-9));
    assert!(set.ticks.iter().all(|tick| tick.label.is_some()));
}

fn any_scale() -> impl Strategy<Value = Colorbar> {
    let size = prop_oneof![Just(1.0), Just(1e-7), Just(1e5), Just(1e9), -8.0..8.0f64];
    let values = prop::collection::vec(-1.0..1.0f64, 2..80);
    let extras = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (values, size, extras).prop_map(|(mut values, size, (is_linear, under, over, is_given))| {
        for value in &mut values {
            *value *= size;
        }
        values.sort_by(f64::total_cmp);
        values.dedup();
        values.push(values[values.len() - 1] + size.abs());
        let mut colorbar = boundary(values.clone());
        if is_linear {
            let (vmin, vmax) = colorbar.scale.interval();
            colorbar.scale = ColorbarScale::from(Norm::Linear { vmin, vmax });
            colorbar.colors = ramp(256);
        }
        colorbar.under = under.then_some([0, 0, 255, 255]);
        colorbar.over = over.then_some([255, 0, 0, 128]);
        colorbar.ticks = is_given.then_some(values);
        colorbar
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn labels_never_touch_and_nothing_leaves_the_figure(
        colorbar in any_scale(), width in 1.0..20.0f64, height in 1.5..9.0f64, dpi in 40.0..160.0f64, aspect in 0.2..5.0f64,
    ) {
        let style = style((width, height), dpi, Some(colorbar.clone()));
        let font = Font::embedded();
        let Ok(layout) = Layout::new(&style.layout_spec(font)) else { return Ok(()) };
        for layout in std::iter::once(layout.clone()).chain(layout.shrunk_to_aspect(aspect)) {
            let set = place_ticks(font, &colorbar, &layout, &layout.colorbars[0]);
            let labels: Vec<&TickLabel> = set.ticks.iter().filter_map(|tick| tick.label.as_ref()).collect();
            prop_assert!(labels.windows(2).all(|pair| pair[0].start_px + pair[0].width_px + 1.0 < pair[1].start_px));
            prop_assert!(labels.iter().all(|label| label.start_px >= 0.0));
            prop_assert!(labels.iter().all(|label| label.start_px + label.width_px <= layout.width_px.into()));
            for patch in all_patches(&style, &layout, "Łódź: a title of middling length") {
                assert_inside(&layout, &patch);
            }
        }
    }
}
