//! Which values of a colorbar get a tick and which ticks get a label: matplotlib's choice, thinned until no two labels
//! touch.

use super::colorbar::{BarShape, Colorbar};
use super::locators::{auto_ticks, log_minor_ticks, log_ticks, symlog_ticks};
use super::notation::{Notation, log_text, minor_log_labels};
use super::text::Font;
use crate::style::Norm;
use crate::style::layout::{ColorbarLayout, ColorbarSpec, LABEL_SIZE_PT, Layout, PixelBox};

/// Blank room between two labels, in ems.
const LABEL_GAP_EM: f64 = 0.4;
/// Blank room between a label and the edge of the figure, in pixels.
const EDGE_GAP_PX: f64 = 1.0;
/// The colorbar's width as a share of the figure's, before the layout is known.
const LEAST_BAR_SHARE: f64 = 0.9;
/// Room for a tick, in label sizes, and the most intervals, by which matplotlib's `AutoLocator` limits their number.
const TICK_SPACE_EM: f64 = 3.0;
const MAX_INTERVALS: usize = 9;
/// The most decades that are marked on each side of 0 and the value itself (matplotlib's `SymmetricalLogLocator`).
const MOST_SYMLOG_TICKS: usize = 15;

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
    /// The first pixel columns of shorter marks between them, without texts.
    pub minor_left: Vec<i64>,
    /// The power of ten by which all texts are to be multiplied, such as "1e−7".
    pub exponent: Option<String>,
}

/// The ticks of a colorbar whose boxes in a layout are `parts`. Given ticks are all marked and labelled as far as there is room, from the left; of the
/// levels of a boundary norm every k-th is marked, the fewest left out; other scales are divided as matplotlib does.
#[must_use]
pub fn place_ticks(font: &Font, colorbar: &Colorbar, layout: &Layout, parts: &ColorbarLayout) -> TickSet {
    let shape = BarShape::new(colorbar, parts.bar);
    let (em_px, mark_px) = (layout.px(LABEL_SIZE_PT), layout.line_px());
    let row = Row { font, colorbar, shape, em_px, mark_px, figure_px: layout.width_px.into() };
    let writing = Writing::choose(colorbar, &candidates(colorbar));
    if let Some(given) = given_ticks(colorbar) {
        return row.with_labels_that_fit(row.placed(&given, writing));
    }
    let room = (shape.inner_width_px() / (TICK_SPACE_EM * row.em_px)) as usize;
    let mut fitting = choices(&colorbar.scale.0, room).map(|values| row.placed(&values, writing));
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
    let texts = writing.texts(colorbar, &values);
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
        has_caption: colorbar.label.is_some() || writing.exponent_text().is_some(),
        overhang_pt: ends.into_iter().flatten().fold(0.0, f64::max),
        ..ColorbarSpec::default()
    }
}

/// The values that could be marked, in increasing order.
fn candidates(colorbar: &Colorbar) -> Vec<f64> {
    given_ticks(colorbar).unwrap_or_else(|| all_ticks(&colorbar.scale.0, MAX_INTERVALS))
}

/// How the values of a scale are written.
#[derive(Clone, Copy)]
enum Writing {
    /// As numbers that are alike.
    Numbers(Notation),
    /// As powers of ten and their multiples.
    Powers,
    /// By the names of categories.
    Names,
}

impl Writing {
    fn choose(colorbar: &Colorbar, values: &[f64]) -> Self {
        match &colorbar.scale.0 {
            Norm::Log { .. } | Norm::SymLog { .. } => Self::Powers,
            Norm::Categorical { .. } => Self::Names,
            _ => Self::Numbers(Notation::choose(values, colorbar.scale.interval())),
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
        }
    }

    fn exponent_text(self) -> Option<String> {
        match self {
            Self::Numbers(notation) => notation.exponent_text(),
            Self::Powers | Self::Names => None,
        }
    }
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
    fn placed(&self, values: &[f64], writing: Writing) -> TickSet {
        let texts = writing.texts(self.colorbar, values);
        let ticks = values.iter().zip(texts).filter_map(|(&value, text)| {
            let x_px = self.shape.position(self.colorbar.scale.fraction(value)?);
            let width_px = f64::from(self.font.measure(&text, self.em_px as f32).width_px);
            let most_left = (self.figure_px - width_px - EDGE_GAP_PX).max(EDGE_GAP_PX);
            let mark_left = self.shape.mark_left(x_px, self.mark_px);
            let mark_middle = mark_left as f64 + f64::from(self.mark_px) / 2.0;
            let left_px = (mark_middle - width_px / 2.0).clamp(EDGE_GAP_PX, most_left);
            Some(Tick { value, x_px, mark_left, label: Some(TickLabel { text, left_px, width_px }) })
        });
        TickSet { ticks: ticks.collect(), minor_left: self.minor_marks(values), exponent: writing.exponent_text() }
    }

    /// The marks between the decades of a logarithmic scale.
    fn minor_marks(&self, major: &[f64]) -> Vec<i64> {
        let Norm::Log { vmin, vmax } = self.colorbar.scale.0 else { return Vec::new() };
        let minor = log_minor_ticks(vmin, vmax, major.len().max(2));
        let places = minor.into_iter().filter(|value| !major.contains(value)).filter_map(|value| {
            let x_px = self.shape.position(self.colorbar.scale.fraction(value)?);
            Some(self.shape.mark_left(x_px, self.mark_px))
        });
        places.collect()
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
