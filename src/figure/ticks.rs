//! Which values of a colorbar get a tick and which ticks get a label: matplotlib's choice, thinned until no two labels
//! touch.

use super::colorbar::{BarShape, Colorbar, ColorbarScale};
use super::notation::Notation;
use super::text::Font;
use crate::style::layout::{ColorbarSpec, LABEL_SIZE_PT, Layout, PixelBox};

/// Blank room between two labels, in ems.
const LABEL_GAP_EM: f64 = 0.4;
/// Blank room between a label and the edge of the figure, in pixels.
const EDGE_GAP_PX: f64 = 1.0;
/// The colorbar's width as a share of the figure's, before the layout is known.
const LEAST_BAR_SHARE: f64 = 0.9;
/// Room for a tick, in label sizes, and the most intervals, by which matplotlib's `AutoLocator` limits their number.
const TICK_SPACE_EM: f64 = 3.0;
const MAX_INTERVALS: usize = 9;
/// The steps of matplotlib's `AutoLocator`, extended a decade to both sides as its `_staircase` does.
const STEPS: [f64; 10] = [0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 20.0];
/// Ticks this far beyond the ends, as a share of the range, still count as inside (matplotlib's
/// `_interval_contains_close`).
const END_TOLERANCE: f64 = 1e-10;

/// A tick of the colorbar.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The value that it marks.
    pub value: f64,
    /// Where it stands, in pixels of the figure, unrounded.
    pub x_px: f64,
    /// The first pixel column of its mark, which is as wide as the layout's lines.
    pub mark_left: i64,
    /// Its text; `None` where it would touch another.
    pub label: Option<TickLabel>,
}

/// A tick's text and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct TickLabel {
    /// What is drawn.
    pub text: String,
    /// Left end, in pixels of the figure: centred under the mark, or pushed in from the figure's edge.
    pub left_px: f64,
    /// Width, in pixels.
    pub width_px: f64,
}

/// All ticks of a colorbar in a layout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TickSet {
    /// From left to right.
    pub ticks: Vec<Tick>,
    /// The power of ten by which all texts are to be multiplied, such as "1e−7".
    pub exponent: Option<String>,
}

/// The ticks of a colorbar. Given ticks are all marked and labelled as far as there is room, from the left; of the
/// levels of a boundary norm every k-th is marked, the fewest left out; a linear scale is divided as matplotlib does.
#[must_use]
pub fn place_ticks(font: &Font, colorbar: &Colorbar, layout: &Layout) -> TickSet {
    let Some(parts) = layout.colorbar else { return TickSet::default() };
    let shape = BarShape::new(colorbar, parts.bar);
    let (em_px, mark_px) = (layout.px(LABEL_SIZE_PT), layout.line_px());
    let row = Row { font, colorbar, shape, em_px, mark_px, figure_px: layout.width_px.into() };
    let notation = Notation::choose(&candidates(colorbar), colorbar.scale.interval());
    if let Some(given) = given_ticks(colorbar) {
        return row.with_labels_that_fit(row.placed(&given, notation));
    }
    let fitting = match &colorbar.scale {
        ColorbarScale::Boundary { levels } => {
            let sets = (1..=levels.len()).map(|step| every(levels, step));
            sets.map(|values| row.placed(&values, notation)).find(|set| !row.has_overlap(set))
        }
        ColorbarScale::Linear { vmin, vmax } => {
            let room = (shape.inner_width_px() / (TICK_SPACE_EM * row.em_px)) as usize;
            let sets = (1..=room.clamp(1, MAX_INTERVALS)).rev().map(|intervals| auto_ticks(*vmin, *vmax, intervals));
            sets.map(|values| row.placed(&values, notation)).find(|set| !row.has_overlap(set))
        }
    };
    // A scale of which not even two labels fit keeps its marks and as many labels as there is room for.
    fitting.unwrap_or_else(|| row.with_labels_that_fit(row.placed(&candidates(colorbar), notation)))
}

/// What the ticks and label of a colorbar need of the layout of a figure that is `figure_width_pt` wide.
#[must_use]
pub(super) fn colorbar_spec(font: &Font, colorbar: &Colorbar, figure_width_pt: f64) -> ColorbarSpec {
    let values = candidates(colorbar);
    let interval = colorbar.scale.interval();
    let notation = Notation::choose(&values, interval);
    let texts = notation.texts(&values, interval).unwrap_or_default();
    // The bar is not laid out yet; one of the least width that it can be expected to have, in points, is near enough.
    let width_pt = (LEAST_BAR_SHARE * figure_width_pt).max(0.0) as u32;
    let shape = BarShape::new(colorbar, PixelBox { x: 0, y: 0, width: width_pt, height: 0 });
    let overhang = |value: Option<&f64>, text: Option<&String>| {
        let position = shape.position(colorbar.scale.fraction(*value?)?);
        let half = f64::from(font.measure(text?, LABEL_SIZE_PT as f32).width_px) / 2.0;
        Some(half - position.min(f64::from(width_pt) - position))
    };
    let ends = [overhang(values.first(), texts.first()), overhang(values.last(), texts.last())];
    ColorbarSpec {
        has_caption: colorbar.label.is_some() || notation.exponent_text().is_some(),
        overhang_pt: ends.into_iter().flatten().fold(0.0, f64::max),
    }
}

/// The values that could be marked, in increasing order.
fn candidates(colorbar: &Colorbar) -> Vec<f64> {
    given_ticks(colorbar).unwrap_or_else(|| match &colorbar.scale {
        ColorbarScale::Boundary { levels } => levels.clone(),
        ColorbarScale::Linear { vmin, vmax } => auto_ticks(*vmin, *vmax, MAX_INTERVALS),
    })
}

/// The ticks asked for, without those beyond the scale's ends.
fn given_ticks(colorbar: &Colorbar) -> Option<Vec<f64>> {
    let mut values = colorbar.ticks.clone()?;
    values.retain(|value| colorbar.scale.fraction(*value).is_some());
    values.sort_by(f64::total_cmp);
    values.dedup();
    Some(values)
}

/// Every `step`-th level, from whichever start includes the one nearest 0, as matplotlib's `FixedLocator`.
fn every(levels: &[f64], step: usize) -> Vec<f64> {
    let from = |start: usize| levels.iter().skip(start).step_by(step).copied();
    let nearest_zero = |start: usize| from(start).map(f64::abs).fold(f64::INFINITY, f64::min);
    let start = (0..step).min_by(|a, b| nearest_zero(*a).total_cmp(&nearest_zero(*b))).unwrap_or(0);
    from(start).collect()
}

/// Ticks of a linear scale in at most `intervals` intervals: matplotlib's `MaxNLocator._raw_ticks` with the steps of
/// `AutoLocator`, without the ticks beyond the ends.
#[must_use]
pub fn auto_ticks(vmin: f64, vmax: f64, intervals: usize) -> Vec<f64> {
    let range = vmax - vmin;
    if !(range.is_finite() && range > 0.0) {
        return if range == 0.0 { vec![vmin] } else { Vec::new() };
    }
    let middle = f64::midpoint(vmin, vmax);
    let offset = if middle.abs() / range < 100.0 { 0.0 } else { decade(middle.abs()).copysign(middle) };
    let (low, high) = (vmin - offset, vmax - offset);
    let raw_step = (high - low) / intervals.max(1) as f64;
    let scale = decade(raw_step);
    let largest = STEPS.iter().position(|step| step * scale >= raw_step).unwrap_or(STEPS.len() - 1);
    let mut ticks = Vec::new();
    for step in STEPS[..=largest].iter().rev().map(|step| step * scale) {
        let first = floor_div(low, step).0 * step;
        let from = whole_steps(low - first, step, offset, 1.0);
        let to =
            whole_steps(high - first, step, offset, 0.0) + if on_edge(high - first, step, offset) { 0.0 } else { 1.0 };
        let count = (to - from).clamp(0.0, 1000.0) as u32;
        ticks = (0..=count).map(|index| (from + f64::from(index)) * step + first + offset).collect::<Vec<_>>();
        let slack = END_TOLERANCE * range;
        ticks.retain(|tick| (vmin - slack..=vmax + slack).contains(tick));
        if ticks.len() >= 2 {
            break;
        }
    }
    ticks
}

fn decade(size: f64) -> f64 {
    10f64.powf(size.log10().floor())
}

/// Python's divmod for a positive divisor.
fn floor_div(value: f64, divisor: f64) -> (f64, f64) {
    let remainder = value.rem_euclid(divisor);
    (((value - remainder) / divisor).round(), remainder)
}

/// matplotlib's `_Edge_integer.closeto`: more slop where the offset is large beside the step.
fn edge_tolerance(step: f64, offset: f64) -> f64 {
    if offset == 0.0 { 1e-10 } else { (offset.abs() / step * 1e-12).clamp(1e-10, 0.4999) }
}

/// The whole steps in `distance`; one more if the rest is a step but for rounding and `edge` is 1.
fn whole_steps(distance: f64, step: f64, offset: f64, edge: f64) -> f64 {
    let (steps, rest) = floor_div(distance, step);
    let close = edge > 0.0 && (rest / step - edge).abs() < edge_tolerance(step, offset);
    if close { steps + 1.0 } else { steps }
}

fn on_edge(distance: f64, step: f64, offset: f64) -> bool {
    (floor_div(distance, step).1 / step).abs() < edge_tolerance(step, offset)
}

/// The line under a colorbar in which labels stand.
struct Row<'a> {
    font: &'a Font,
    colorbar: &'a Colorbar,
    shape: BarShape,
    em_px: f64,
    mark_px: u32,
    figure_px: f64,
}

impl Row<'_> {
    /// Ticks at all values, each with its label.
    fn placed(&self, values: &[f64], notation: Notation) -> TickSet {
        let interval = self.colorbar.scale.interval();
        let (notation, texts) = match notation.texts(values, interval) {
            Some(texts) => (notation, texts),
            None => (Notation::Plain, Notation::Plain.texts(values, interval).unwrap_or_default()),
        };
        let ticks = values.iter().zip(texts).filter_map(|(&value, text)| {
            let x_px = self.shape.position(self.colorbar.scale.fraction(value)?);
            let width_px = f64::from(self.font.measure(&text, self.em_px as f32).width_px);
            let most_left = (self.figure_px - width_px - EDGE_GAP_PX).max(EDGE_GAP_PX);
            let mark_left = self.shape.mark_left(x_px, self.mark_px);
            let mark_middle = mark_left as f64 + f64::from(self.mark_px) / 2.0;
            let left_px = (mark_middle - width_px / 2.0).clamp(EDGE_GAP_PX, most_left);
            Some(Tick { value, x_px, mark_left, label: Some(TickLabel { text, left_px, width_px }) })
        });
        TickSet { ticks: ticks.collect(), exponent: notation.exponent_text() }
    }

    fn has_overlap(&self, set: &TickSet) -> bool {
        let labels: Vec<&TickLabel> = set.ticks.iter().filter_map(|tick| tick.label.as_ref()).collect();
        let outside = labels.iter().any(|label| self.leaves_figure(label));
        outside || labels.windows(2).any(|pair| self.touch(pair[0], pair[1]))
    }

    /// Takes the labels away that touch one to their left.
    fn with_labels_that_fit(&self, mut set: TickSet) -> TickSet {
        let mut last: Option<TickLabel> = None;
        for tick in &mut set.ticks {
            let fits = |label: &TickLabel| {
                !self.leaves_figure(label) && last.as_ref().is_none_or(|last| !self.touch(last, label))
            };
            tick.label = tick.label.take().filter(fits);
            if tick.label.is_some() {
                last.clone_from(&tick.label);
            }
        }
        set
    }

    fn touch(&self, left: &TickLabel, right: &TickLabel) -> bool {
        left.left_px + left.width_px + LABEL_GAP_EM * self.em_px > right.left_px
    }

    fn leaves_figure(&self, label: &TickLabel) -> bool {
        label.left_px + label.width_px > self.figure_px
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(serde::Deserialize)]
    struct Choice {
        vmin: f64,
        vmax: f64,
        intervals: usize,
        ticks: Vec<f64>,
    }

    #[derive(serde::Deserialize)]
    struct Matplotlib {
        choices: Vec<Choice>,
    }

    #[test]
    fn linear_ticks_are_matplotlibs() {
        let numbers: Matplotlib =
            serde_json::from_str(include_str!("../../tests/data/text.json")).expect("a sound table");
        assert!(numbers.choices.len() >= 20);
        for Choice { vmin, vmax, intervals, mut ticks } in numbers.choices {
            let slack = 1e-10 * (vmax - vmin);
            ticks.retain(|tick| (vmin - slack..=vmax + slack).contains(tick));
            let chosen = auto_ticks(vmin, vmax, intervals);
            let same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * (vmax - vmin);
            assert!(chosen.len() == ticks.len() && chosen.iter().zip(&ticks).all(same), "{chosen:?}, not {ticks:?}");
        }
    }

    #[test]
    fn scales_without_a_range_have_one_tick_or_none() {
        assert_eq!(auto_ticks(5.0, 5.0, 9), [5.0]);
        for (vmin, vmax) in [(1.0, 0.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (f64::MIN, f64::MAX)] {
            assert!(auto_ticks(vmin, vmax, 9).is_empty(), "{vmin} to {vmax}");
        }
    }

    proptest! {
        #[test]
        fn linear_ticks_are_few_and_inside(vmin in proptest::num::f64::NORMAL, size in -12.0..12.0f64, intervals in 1usize..10) {
            let vmax = vmin + vmin.abs() * 10f64.powf(size);
            let ticks = auto_ticks(vmin, vmax, intervals);
            prop_assert!(ticks.len() <= 1000);
            prop_assert!(ticks.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(ticks.iter().all(|tick| tick.is_finite()));
        }
    }
}
