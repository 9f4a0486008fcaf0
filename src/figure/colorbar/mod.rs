//! A colorbar on any side of the map: its scale and look, after matplotlib's `Figure.colorbar`.

mod axis;
mod draw;
mod shape;

use std::borrow::Cow;

pub use self::axis::BarAxis;
pub(super) use self::draw::draw;
pub use self::shape::BarShape;
use super::tick_format::TickFormat;
use crate::style::layout::BarBox;
use crate::style::{Category, Choice, Norm};

/// What a colorbar shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Colorbar {
    /// The values from end to end.
    pub scale: ColorbarScale,
    /// Straight RGBA of each class from low to high; the extended ends are not among them.
    pub colors: Vec<[u8; 4]>,
    /// Colour of the pointed end for values below the scale; `None` draws none.
    pub under: Option<[u8; 4]>,
    /// Colour of the pointed end for values above the scale; `None` draws none.
    pub over: Option<[u8; 4]>,
    /// Values to mark; `None` leaves the choice to the scale.
    pub ticks: Option<Vec<f64>>,
    /// Text beyond the tick labels.
    pub label: Option<String>,
    /// Where it stands and how it looks.
    pub style: ColorbarStyle,
}

impl Colorbar {
    /// Its label and the names of its categories.
    pub(super) fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let names = (0..).map_while(|index| self.scale.category(index)).map(Cow::Owned);
        self.label.as_deref().map(Cow::Borrowed).into_iter().chain(names)
    }
}

/// Where a colorbar stands and how it looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColorbarStyle {
    /// Where it stands and how large it is.
    pub bar: BarBox,
    /// Lengths of the pointed ends.
    pub extendfrac: ExtendFrac,
    /// Whether a line stands between neighbouring colours (matplotlib's `drawedges`).
    pub drawedges: bool,
    /// Marks between those that have a text.
    pub minor_ticks: MinorTicks,
    /// How values are written; `None` leaves the choice to the scale.
    pub format: Option<TickFormat>,
}

/// Lengths of the pointed ends (matplotlib's `extendfrac`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ExtendFrac {
    /// These shares of the bar between the ends, that for values below first.
    Shares([f64; 2]),
    /// As long as the first and the last class.
    Auto,
}

impl Default for ExtendFrac {
    fn default() -> Self {
        Self::Shares([0.05; 2])
    }
}

/// Marks between those that have a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum MinorTicks {
    /// On logarithmic scales, as matplotlib has them without being asked.
    #[default]
    OfScale,
    /// On all scales, as matplotlib's `minorticks_on`; at the levels of a boundary norm that have no other mark.
    Auto,
    /// None.
    Off,
    /// At these values.
    At(Vec<f64>),
}

/// How the classes of a boundary norm lie along a colorbar (matplotlib's `spacing`); other norms lie as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    /// All equally long.
    #[default]
    Uniform,
    /// As long as the range of their values.
    Proportional,
}

impl Choice for Spacing {
    const ALL: &'static [(&'static str, Self)] = &[("uniform", Self::Uniform), ("proportional", Self::Proportional)];
}

/// How values lie along a colorbar: as its norm has them, the categories of a categorical one all equally long.
#[derive(Clone, Debug, PartialEq)]
pub struct ColorbarScale {
    /// What spreads the values.
    pub norm: Norm,
    /// How the classes of a boundary norm lie.
    pub spacing: Spacing,
}

impl From<Norm> for ColorbarScale {
    fn from(norm: Norm) -> Self {
        Self { norm, spacing: Spacing::default() }
    }
}

impl ColorbarScale {
    /// The values at the two ends. Categories count as 0, 1 and so on, in the middles of their fields.
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        match &self.norm {
            Norm::Categorical { categories } => (-0.5, categories.len() as f64 - 0.5),
            norm => norm.limits(),
        }
    }

    /// Where a value lies between the ends, 0 to 1; `None` outside. Between two levels of a boundary norm it is
    /// interpolated, as matplotlib does.
    #[must_use]
    pub fn fraction(&self, value: f64) -> Option<f64> {
        let (low, high) = self.interval();
        let slack = 1e-10 * (high - low).abs();
        if !(low - slack..=high + slack).contains(&value) {
            return None;
        }
        match &self.norm {
            Norm::Boundary { levels, .. } if self.spacing == Spacing::Uniform => {
                let above = levels.partition_point(|level| *level <= value).clamp(1, levels.len().max(2) - 1);
                let (left, right) = (levels.get(above - 1)?, levels.get(above)?);
                let within = ((value - left) / (right - left)).clamp(0.0, 1.0);
                Some(((above - 1) as f64 + within) / (levels.len() - 1) as f64)
            }
            Norm::Boundary { .. } => Some(((value - low) / (high - low)).clamp(0.0, 1.0)),
            Norm::Categorical { .. } => Some((value - low) / (high - low)),
            norm => norm.position(value.clamp(low, high)).map(|fraction| fraction.clamp(0.0, 1.0)),
        }
    }

    /// Levels whose classes are as long as the ranges of their values.
    pub(super) fn proportional_levels(&self) -> Option<&[f64]> {
        match &self.norm {
            Norm::Boundary { levels, .. } if self.spacing == Spacing::Proportional => Some(levels),
            _ => None,
        }
    }

    /// Where, 0 to 1, the class of an index begins, and the one before ends, among so many.
    #[must_use]
    pub fn class_edge(&self, index: usize, classes: usize) -> f64 {
        match self.proportional_levels().and_then(|levels| levels.get(index)) {
            Some(level) => self.fraction(*level).unwrap_or(0.0),
            None => index as f64 / classes.max(1) as f64,
        }
    }

    /// The class, among so many, at a place from 0 to 1.
    #[must_use]
    pub fn class_at(&self, share: f64, classes: usize) -> usize {
        let class = match self.proportional_levels() {
            Some(levels) => {
                let (low, high) = self.interval();
                levels.partition_point(|level| (level - low) / (high - low) <= share).saturating_sub(1)
            }
            None => (share * classes as f64) as usize,
        };
        class.min(classes.saturating_sub(1))
    }

    /// The name of a category, if the scale is one of categories.
    #[must_use]
    pub fn category(&self, index: usize) -> Option<String> {
        match &self.norm {
            Norm::Categorical { categories } => categories.get(index).map(Category::label),
            _ => None,
        }
    }
}

impl Colorbar {
    /// Lengths of the pointed ends as shares of the bar between them, 0 for a square one.
    #[must_use]
    pub fn end_shares(&self) -> [f64; 2] {
        let classes = self.colors.len();
        let [under, over] = match self.style.extendfrac {
            ExtendFrac::Shares(shares) => shares,
            ExtendFrac::Auto => {
                let edge = |index| self.scale.class_edge(index, classes);
                [edge(1), 1.0 - edge(classes.saturating_sub(1))]
            }
        };
        let is_drawn = |color: Option<[u8; 4]>| f64::from(u8::from(color.is_some()));
        [under * is_drawn(self.under), over * is_drawn(self.over)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::Extend;

    #[derive(serde::Deserialize)]
    struct Spaced {
        fractions: Vec<f64>,
        ends: [f64; 2],
    }

    #[derive(serde::Deserialize)]
    struct Bounds {
        levels: Vec<f64>,
        uniform: Spaced,
        proportional: Spaced,
    }

    #[derive(serde::Deserialize)]
    struct Matplotlib {
        bounds: Vec<Bounds>,
    }

    fn colorbar(levels: &[f64], spacing: Spacing) -> Colorbar {
        let norm = Norm::Boundary { levels: levels.to_vec(), extend: Extend::Both };
        Colorbar {
            scale: ColorbarScale { norm, spacing },
            colors: vec![[9; 4]; levels.len() - 1],
            under: Some([1; 4]),
            over: Some([2; 4]),
            ticks: None,
            label: None,
            style: ColorbarStyle { extendfrac: ExtendFrac::Auto, ..ColorbarStyle::default() },
        }
    }

    #[test]
    fn levels_and_what_is_between_them_lie_where_matplotlib_has_them() {
        let table: Matplotlib =
            serde_json::from_str(include_str!("../../../tests/data/colorbar.json")).expect("a sound table");
        assert!(table.bounds.len() >= 50);
        for Bounds { levels, uniform, proportional } in table.bounds {
            for (spacing, expected) in [(Spacing::Uniform, uniform), (Spacing::Proportional, proportional)] {
                let bar = colorbar(&levels, spacing);
                let classes = levels.len() - 1;
                let middles = levels.windows(2).map(|pair| pair[0].midpoint(pair[1]));
                for (value, at) in levels.iter().copied().chain(middles).zip(expected.fractions) {
                    let own = bar.scale.fraction(value).expect("a value of the scale");
                    assert!((own - at).abs() < 1e-9, "{value} of {levels:?} at {own}, not {at}, {spacing:?}");
                }
                for (own, end) in bar.end_shares().into_iter().zip(expected.ends) {
                    assert!((own - end).abs() < 1e-9, "{own}, not {end}, {spacing:?}");
                }
                for class in 0..classes {
                    let [from, to] = [class, class + 1].map(|edge| bar.scale.class_edge(edge, classes));
                    assert_eq!(bar.scale.class_at(from.midpoint(to), classes), class, "{spacing:?}");
                }
            }
        }
    }

    #[test]
    fn ends_without_a_colour_have_no_length() {
        let bar = Colorbar { under: None, ..colorbar(&[0.0, 1.0, 3.0], Spacing::Proportional) };
        assert_eq!(bar.end_shares(), [0.0, 1.0 - 1.0 / 3.0]);
    }
}
