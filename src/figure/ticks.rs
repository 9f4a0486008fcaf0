//! Which values of a colorbar get a tick and which ticks get a label: matplotlib's choice, thinned until no two labels
//! touch.

use super::colorbar::{BarAxis, BarShape, Colorbar, MinorTicks};
use super::locators::{auto_minor_ticks, auto_ticks, log_minor_ticks, log_ticks, symlog_minor_ticks, symlog_ticks};
use super::notation::{Notation, log_text, minor_log_labels};
use super::text::Font;
use super::tick_format::TickFormat;
use crate::style::Norm;
use crate::style::layout::{ColorbarLayout, ColorbarSpec, LABEL_SIZE_PT, LINE_ASCENT_EM, LINE_DESCENT_EM, Layout};

/// From a vertical bar to the text above it, in ems. matplotlib has it nearer, and over the map, where other labels stand;
/// here it is over the uppermost tick label.
pub(super) const OFFSET_GAP_EM: f64 = LINE_ASCENT_EM / 2.0 + 0.15;
/// Height of the digits, which stand with their middle at the mark beside a vertical bar, in ems.
const DIGIT_HEIGHT_EM: f64 = 0.729;
/// Blank room between two labels, in ems.
const LABEL_GAP_EM: f64 = 0.4;
/// Blank room between a label and the edge of the figure, in pixels.
const EDGE_GAP_PX: f64 = 1.0;
/// The colorbar's width as a share of the figure's, before the layout is known.
const LEAST_BAR_SHARE: f64 = 0.9;
/// Room for a tick, in label sizes, along a horizontal and a vertical bar, and the most intervals, by which
/// matplotlib's `AutoLocator` limits their number.
const TICK_SPACE_EM: [f64; 2] = [3.0, 2.0];
const MAX_INTERVALS: usize = 9;
/// Sets of ticks whose texts are measured for the room beside a vertical bar; one with wider texts is not taken.
const MOST_MEASURED: usize = 12;
/// The most decades that are marked on each side of 0 and the value itself (matplotlib's `SymmetricalLogLocator`).
const MOST_SYMLOG_TICKS: usize = 15;

/// A tick of the colorbar. Places are those of [`BarAxis`]: from the figure's left edge, or its lower one upward.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The value that it marks.
    pub value: f64,
    /// Where it stands along the bar, in pixels, unrounded.
    pub along_px: f64,
    /// Where its mark begins, which is as wide as the layout's lines.
    pub mark_px: i64,
    /// Its text; `None` where it would touch another.
    pub label: Option<TickLabel>,
}

/// A tick's text and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct TickLabel {
    /// What is drawn.
    pub text: String,
    /// Where it begins along the bar, in pixels: centred at the tick's place, or pushed in from the figure's edge. Beside a
    /// vertical bar this is the baseline.
    pub start_px: f64,
    /// Its length along the bar, in pixels: its width, or the height of digits beside a vertical bar.
    pub length_px: f64,
    /// Its width, in pixels.
    pub width_px: f64,
}

/// All ticks of a colorbar in a layout.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TickSet {
    /// From low to high.
    pub ticks: Vec<Tick>,
    /// Where the shorter marks between them, without texts, begin.
    pub minor_marks_px: Vec<i64>,
    /// The power of ten by which all texts are to be multiplied and what is to be added then, such as "1e−7".
    pub exponent: Option<String>,
}

/// The ticks of a colorbar whose boxes in a layout are `parts`. Given ticks are all marked; where there is no room for all
/// texts, every k-th of evenly spaced ones has one, of others 0 and then as many as fit from the low end. Levels that lie as
/// far apart as their values are marked like the latter; of levels that lie evenly every k-th is marked, the fewest left
/// out; other scales are divided as matplotlib does.
#[must_use]
pub fn place_ticks(font: &Font, colorbar: &Colorbar, layout: &Layout, parts: &ColorbarLayout) -> TickSet {
    let axis = BarAxis::new(layout, parts);
    let shape = BarShape::new(colorbar, &axis);
    let row = Row {
        font,
        colorbar,
        shape,
        em_px: layout.px(LABEL_SIZE_PT),
        mark_px: layout.line_px(),
        figure_px: axis.figure_px().into(),
        widest_px: (!axis.is_horizontal()).then(|| f64::from(parts.tick_labels.width)),
    };
    let writing = Writing::choose(colorbar, &candidates(colorbar));
    if let Some(given) = given_ticks(colorbar) {
        let set = row.placed(&given, writing);
        return if are_even(&given) { row.with_even_labels(set) } else { row.with_labels_that_fit(set) };
    }
    // What is left out evenly of levels that lie unevenly leaves gaps, and labels that touch where it is not needed.
    if colorbar.scale.proportional_levels().is_some() {
        return row.with_labels_that_fit(row.placed(&candidates(colorbar), writing));
    }
    let tick_space_em = TICK_SPACE_EM[usize::from(!axis.is_horizontal())];
    let room = (shape.inner_length_px() / (tick_space_em * row.em_px)) as usize;
    let mut fitting = choices(&colorbar.scale.norm, room).map(|values| row.placed(&values, writing));
    let fitting = fitting.find(|set| !row.has_overlap(set));
    // A scale of which not even two labels fit keeps its marks and as many labels as there is room for.
    fitting.unwrap_or_else(|| row.with_labels_that_fit(row.placed(&candidates(colorbar), writing)))
}

/// The sets of ticks that a scale may have, from the one with most to those with few.
fn choices(norm: &Norm, room: usize) -> Box<dyn Iterator<Item = Vec<f64>> + '_> {
    match norm {
        Norm::Boundary { levels, .. } => Box::new((1..=levels.len()).map(|step| every(levels, step))),
        Norm::Categorical { .. } => Box::new(std::iter::once(all_ticks(norm, 0))),
        Norm::SymLog { .. } => Box::new((2..=MOST_SYMLOG_TICKS).rev().map(|most| all_ticks(norm, most))),
        _ => Box::new((1..=room.clamp(1, MAX_INTERVALS)).rev().map(|most| all_ticks(norm, most))),
    }
}

/// The ticks of a scale that may have so many.
fn all_ticks(norm: &Norm, most: usize) -> Vec<f64> {
    match norm {
        Norm::Boundary { levels, .. } => levels.clone(),
        Norm::Categorical { categories } => (0..categories.len()).map(|index| index as f64).collect(),
        Norm::Log { vmin, vmax } => {
            let decades = log_ticks(*vmin, *vmax, most);
            if decades.len() > 1 { decades } else { minor_log_labels(*vmin, *vmax, most) }
        }
        // A legend has another norm in its place.
        Norm::Ramp(_) => Vec::new(),
        Norm::SymLog { vmin, vmax, linthresh, .. } => symlog_ticks(*vmin, *vmax, *linthresh, most),
        Norm::Linear { vmin, vmax } | Norm::Power { vmin, vmax, .. } | Norm::TwoSlope { vmin, vmax, .. } => {
            auto_ticks(*vmin, *vmax, most)
        }
    }
}

/// What the ticks and label of a colorbar need of the layout of a figure that is `figure_width_pt` wide.
#[must_use]
pub(super) fn colorbar_spec(font: &Font, colorbar: &Colorbar, figure_width_pt: f64) -> ColorbarSpec {
    let values = candidates(colorbar);
    let writing = Writing::choose(colorbar, &values);
    let bar = colorbar.style.bar;
    let (has_label, has_exponent) = (colorbar.label.is_some(), writing.exponent_text().is_some());
    let spec = ColorbarSpec { bar, has_caption: has_label, ..ColorbarSpec::default() };
    if bar.side.is_horizontal() {
        let overhang_pt = end_overhang_pt(font, colorbar, writing, &values, figure_width_pt);
        return ColorbarSpec { has_caption: has_label || has_exponent, overhang_pt, ..spec };
    }
    let offset_em = OFFSET_GAP_EM + LINE_ASCENT_EM + LINE_DESCENT_EM;
    let rise_em = if has_exponent { offset_em } else { LINE_ASCENT_EM / 2.0 };
    let width_pt = |values: &[f64]| {
        let widths = writing.texts(colorbar, values).into_iter().map(|text| width_pt(font, &text));
        widths.fold(0.0, f64::max)
    };
    let sets = match &colorbar.ticks {
        Some(_) => vec![values],
        None => choices(&colorbar.scale.norm, MAX_INTERVALS).take(MOST_MEASURED).chain([values]).collect(),
    };
    ColorbarSpec {
        overhang_pt: rise_em * LABEL_SIZE_PT,
        tick_label_pt: sets.iter().map(|values| width_pt(values)).fold(0.0, f64::max).ceil(),
        ..spec
    }
}

/// How far the end labels of a horizontal bar reach beyond the map, in points.
fn end_overhang_pt(font: &Font, colorbar: &Colorbar, writing: Writing, values: &[f64], figure_width_pt: f64) -> f64 {
    let texts = writing.texts(colorbar, values);
    // The bar is not laid out yet; one of the least width that it can be expected to have, in points, is near enough.
    let map_pt = (LEAST_BAR_SHARE * figure_width_pt).max(0.0) as u32;
    let length_pt = (f64::from(map_pt) * colorbar.style.bar.shrink) as u32;
    let shape = BarShape::with_size(colorbar, (map_pt - length_pt) / 2, length_pt, 0);
    let overhang = |value: Option<&f64>, text: Option<&String>| {
        let position = shape.position(colorbar.scale.fraction(*value?)?);
        let half = width_pt(font, text?) / 2.0;
        Some(half - position.min(f64::from(map_pt) - position))
    };
    let ends = [overhang(values.first(), texts.first()), overhang(values.last(), texts.last())];
    ends.into_iter().flatten().fold(0.0, f64::max)
}

fn width_pt(font: &Font, text: &str) -> f64 {
    f64::from(font.measure(text, LABEL_SIZE_PT as f32).width_px)
}

/// The values that could be marked, in increasing order.
fn candidates(colorbar: &Colorbar) -> Vec<f64> {
    given_ticks(colorbar).unwrap_or_else(|| all_ticks(&colorbar.scale.norm, MAX_INTERVALS))
}

/// How the values of a scale are written.
#[derive(Clone, Copy)]
enum Writing<'a> {
    /// As numbers that are alike.
    Numbers(Notation),
    /// As powers of ten and their multiples.
    Powers,
    /// By the names of categories.
    Names,
    /// As the user wants it.
    Given(&'a TickFormat),
}

impl<'a> Writing<'a> {
    fn choose(colorbar: &'a Colorbar, values: &[f64]) -> Self {
        match (&colorbar.scale.norm, &colorbar.style.format) {
            (Norm::Categorical { .. }, _) => Self::Names,
            (_, Some(format)) => Self::Given(format),
            (Norm::Log { .. } | Norm::SymLog { .. }, None) => Self::Powers,
            (_, None) => Self::Numbers(Notation::choose(values, colorbar.scale.interval())),
        }
    }

    fn texts(self, colorbar: &Colorbar, values: &[f64]) -> Vec<String> {
        let interval = colorbar.scale.interval();
        match self {
            Self::Numbers(notation) => {
                let texts = notation.texts(values, interval);
                texts.or_else(|| Notation::Plain.texts(values, interval)).unwrap_or_default()
            }
            Self::Powers => values.iter().map(|value| log_text(*value)).collect(),
            Self::Names => {
                values.iter().map(|index| colorbar.scale.category(*index as usize).unwrap_or_default()).collect()
            }
            Self::Given(format) => values.iter().map(|value| format.text(*value)).collect(),
        }
    }

    fn exponent_text(self) -> Option<String> {
        match self {
            Self::Numbers(notation) => notation.exponent_text(),
            Self::Powers | Self::Names | Self::Given(_) => None,
        }
    }
}

/// Whether values follow each other at one distance.
fn are_even(values: &[f64]) -> bool {
    const SHARE: f64 = 1e-6;
    let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.iter().all(|step| (step - steps[0]).abs() <= SHARE * steps[0].abs())
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

/// The line beside a colorbar in which labels stand.
struct Row<'a> {
    font: &'a Font,
    colorbar: &'a Colorbar,
    shape: BarShape,
    em_px: f64,
    mark_px: u32,
    figure_px: f64,
    /// The room for labels beside a vertical bar.
    widest_px: Option<f64>,
}

impl Row<'_> {
    /// Ticks at all values, each with its label.
    fn placed(&self, values: &[f64], writing: Writing) -> TickSet {
        let texts = writing.texts(self.colorbar, values);
        let ticks = values.iter().zip(texts).filter_map(|(&value, text)| {
            let along_px = self.shape.position(self.colorbar.scale.fraction(value)?);
            let mark_px = self.shape.mark_start(along_px, self.mark_px);
            let label = Some(self.label(text, along_px));
            Some(Tick { value, along_px, mark_px, label })
        });
        TickSet { ticks: ticks.collect(), minor_marks_px: self.minor_marks(values), exponent: writing.exponent_text() }
    }

    /// A label with its middle at a place, as far as the figure's edges let it.
    fn label(&self, text: String, middle_px: f64) -> TickLabel {
        let width_px = f64::from(self.font.measure(&text, self.em_px as f32).width_px);
        let length_px = if self.widest_px.is_some() { DIGIT_HEIGHT_EM * self.em_px } else { width_px };
        let last_px = (self.figure_px - length_px - EDGE_GAP_PX).max(EDGE_GAP_PX);
        let start_px = (middle_px - length_px / 2.0).clamp(EDGE_GAP_PX, last_px);
        TickLabel { text, start_px, length_px, width_px }
    }

    /// Where the marks between those with labels begin.
    fn minor_marks(&self, major: &[f64]) -> Vec<i64> {
        let scale = &self.colorbar.scale;
        let (low, high) = scale.interval();
        let values = match &self.colorbar.style.minor_ticks {
            MinorTicks::Off => Vec::new(),
            MinorTicks::At(values) => values.clone(),
            MinorTicks::OfScale => minor_of_scale(&scale.norm, major),
            MinorTicks::Auto => match &scale.norm {
                Norm::Boundary { levels, .. } => levels.clone(),
                Norm::SymLog { vmin, vmax, linthresh, .. } => symlog_minor_ticks(*vmin, *vmax, *linthresh),
                Norm::Linear { .. } | Norm::Power { .. } | Norm::TwoSlope { .. } => auto_minor_ticks(major, low, high),
                norm => minor_of_scale(norm, major),
            },
        };
        let place = |value: &f64| Some(self.shape.position(scale.fraction(*value)?));
        let marked: Vec<f64> = major.iter().filter_map(place).collect();
        let is_marked = |along_px: &f64| marked.iter().any(|other| (other - along_px).abs() < 1e-6);
        let places = values.iter().filter_map(place).filter(|along_px| !is_marked(along_px));
        places.map(|along_px| self.shape.mark_start(along_px, self.mark_px)).collect()
    }

    fn has_overlap(&self, set: &TickSet) -> bool {
        self.overlap(set.ticks.iter().filter_map(|tick| tick.label.as_ref()))
    }

    /// Whether labels, from low to high, touch or leave their room.
    fn overlap<'l>(&self, labels: impl Iterator<Item = &'l TickLabel>) -> bool {
        let labels: Vec<_> = labels.collect();
        let outside = labels.iter().any(|label| self.leaves_room(label));
        outside || labels.windows(2).any(|pair| self.touch(pair[0], pair[1]))
    }

    /// Takes all labels away but every k-th, the fewest so that none touch; if not even two fit, as many as do are left.
    fn with_even_labels(&self, mut set: TickSet) -> TickSet {
        let values: Vec<f64> = set.ticks.iter().map(|tick| tick.value).collect();
        let labelled = |step: usize| {
            let kept = every(&values, step);
            set.ticks.iter().filter(move |tick| kept.contains(&tick.value)).filter_map(|tick| tick.label.as_ref())
        };
        let Some(step) = (1..=values.len()).find(|step| !self.overlap(labelled(*step))) else {
            return self.with_labels_that_fit(set);
        };
        let kept = every(&values, step);
        set.ticks.iter_mut().filter(|tick| !kept.contains(&tick.value)).for_each(|tick| tick.label = None);
        set
    }

    /// Takes the labels away that touch that of 0 or one before them.
    fn with_labels_that_fit(&self, mut set: TickSet) -> TickSet {
        let zero = set.ticks.iter().find(|tick| tick.value == 0.0).and_then(|tick| tick.label.clone());
        let mut last: Option<TickLabel> = None;
        for tick in &mut set.ticks {
            let gives_way =
                |label: &TickLabel| tick.value < 0.0 && zero.as_ref().is_some_and(|zero| self.touch(label, zero));
            let fits = |label: &TickLabel| {
                let has_room = !self.leaves_room(label) && !gives_way(label);
                has_room && last.as_ref().is_none_or(|last| !self.touch(last, label))
            };
            tick.label = tick.label.take().filter(fits);
            if tick.label.is_some() {
                last.clone_from(&tick.label);
            }
        }
        set
    }

    fn touch(&self, before: &TickLabel, after: &TickLabel) -> bool {
        before.start_px + before.length_px + LABEL_GAP_EM * self.em_px > after.start_px
    }

    fn leaves_room(&self, label: &TickLabel) -> bool {
        let is_wide = self.widest_px.is_some_and(|widest_px| label.width_px > widest_px + 0.5);
        is_wide || label.start_px + label.length_px > self.figure_px
    }
}

/// The marks that matplotlib gives a scale without being asked: those between the decades of a logarithmic one.
fn minor_of_scale(norm: &Norm, major: &[f64]) -> Vec<f64> {
    match norm {
        Norm::Log { vmin, vmax } => log_minor_ticks(*vmin, *vmax, major.len().max(2)),
        _ => Vec::new(),
    }
}
