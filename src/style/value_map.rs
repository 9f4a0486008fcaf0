//! The norm and the colormap together: which class a value is in, and which colour the class has.
//!
//! A cell must have the colour that matplotlib gives it, so the arithmetic here is matplotlib's, rounding included, in
//! the data's own precision.

use std::cmp::Ordering;

use super::categories::Category;
use super::colormap::Colormap;
use super::norm::Norm;
use super::position::{Position, narrowed};
use crate::error::Result;

/// Colours of values that have no place among a colormap's, straight RGBA: matplotlib's `set_extremes`. Those not
/// given are the colormap's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extremes {
    /// Values under the norm's range; the colormap's default is its first colour.
    pub under: Option<[u8; 4]>,
    /// Values over the norm's range; the colormap's default is its last colour.
    pub over: Option<[u8; 4]>,
    /// Cells without a value, and values that the norm does not map; the colormap's default is none.
    pub bad: Option<[u8; 4]>,
}

/// Classes of values from low to high, with their colours.
///
/// Between the classes of the values under and over the norm's range are those of the colormap's colours, also where they
/// share their neighbour's. Before all of them there is one of bad values if the norm has such. A categorical norm has a
/// class for each value and one of bad values around each. A class may be transparent.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueMap {
    norm: Norm,
    colors: Vec<[u8; 4]>,
    bad: [u8; 4],
    /// What the opacity of all colours was multiplied by; the norm's own are as they were.
    alpha: f64,
}

impl ValueMap {
    /// The classes of `norm` in the colours of `colormap`.
    ///
    /// A boundary norm has a class between each two levels and takes its colours from `plt.get_cmap(name, N)`, N counting
    /// these and the outsides that are extended. A categorical norm and a file's have colours of their own. All others have as many classes
    /// as the colormap has colours.
    ///
    /// # Errors
    /// The norm's numbers make no sense; see [`Norm::check`].
    pub fn new(norm: Norm, colormap: &Colormap, extremes: Extremes) -> Result<Self> {
        if matches!(norm, Norm::Categorical { .. } | Norm::Ramp(_)) {
            return Self::with_own_colors(norm, extremes);
        }
        norm.check()?;
        let bad = extremes.bad.unwrap_or_default();
        let mut colors = match &norm {
            Norm::Boundary { levels, extend } => {
                let (below, above) = (extend.below(), extend.above());
                let regions = levels.len() - 1 + usize::from(below) + usize::from(above);
                with_outsides(&colormap.resampled(regions), below, above)
            }
            _ => with_outsides(&colormap.resampled(colormap.len()), false, false),
        };
        set_ends(&mut colors, extremes.under.or(colormap.under()), extremes.over.or(colormap.over()));
        if norm.has_bad_values() {
            colors.insert(0, bad);
        }
        Ok(Self { norm, colors, bad, alpha: 1.0 })
    }

    /// The classes of a norm that has colours of its own: those of categories, or of a file.
    ///
    /// # Errors
    /// As for [`Self::new`].
    ///
    /// # Panics
    /// For any other norm.
    pub fn with_own_colors(norm: Norm, extremes: Extremes) -> Result<Self> {
        norm.check()?;
        let (colors, bad) = match &norm {
            Norm::Categorical { categories } => {
                let bad = extremes.bad.unwrap_or_default();
                (categories.iter().flat_map(|category| [bad, category.color]).chain([bad]).collect(), bad)
            }
            Norm::Ramp(ramp) => {
                let mut colors = ramp.colors().to_vec();
                set_ends(&mut colors, extremes.under, extremes.over);
                (colors, extremes.bad.or(ramp.bad()).unwrap_or_default())
            }
            other => panic!("{other:?} takes its colours from a colormap"),
        };
        Ok(Self { norm, colors, bad, alpha: 1.0 })
    }

    /// The same with all colours as opaque as they are times `alpha`, 0 to 1.
    #[must_use]
    pub fn faded(self, alpha: f64) -> Self {
        let [bad] = faded([self.bad], alpha);
        Self { colors: faded(self.colors, alpha), bad, alpha: self.alpha * alpha, ..self }
    }

    /// The norm it was made with.
    #[must_use]
    pub fn norm(&self) -> &Norm {
        &self.norm
    }

    /// How many classes there are.
    #[must_use]
    pub fn class_count(&self) -> usize {
        self.colors.len()
    }

    /// One RGBA colour a class, those of bad values, under and over included.
    #[must_use]
    pub fn colors(&self) -> &[[u8; 4]] {
        &self.colors
    }

    /// The colours of the values within the norm's range, or those of the categories.
    #[must_use]
    pub fn inner_colors(&self) -> Vec<[u8; 4]> {
        match &self.norm {
            Norm::Categorical { categories } => {
                faded(categories.iter().map(|category| category.color).collect::<Vec<_>>(), self.alpha)
            }
            _ => self.colors[self.under_class() + 1..self.colors.len() - 1].to_vec(),
        }
    }

    /// The norm by which values lie along a colorbar, and the colours of the classes there.
    #[must_use]
    pub fn legend(&self) -> (Norm, Vec<[u8; 4]>) {
        match &self.norm {
            Norm::Ramp(ramp) => {
                let (norm, colors) = ramp.legend();
                (norm, faded(colors, self.alpha))
            }
            norm => (norm.clone(), self.inner_colors()),
        }
    }

    /// The colour of values under the norm's range.
    #[must_use]
    pub fn under(&self) -> [u8; 4] {
        self.colors[self.under_class()]
    }

    /// The colour of values over the norm's range.
    #[must_use]
    pub fn over(&self) -> [u8; 4] {
        self.colors[self.colors.len() - 1]
    }

    /// The colour of cells without a value.
    #[must_use]
    pub fn bad(&self) -> [u8; 4] {
        self.bad
    }

    /// The class of a value of float32 data, or of integers of up to 16 bits, which matplotlib makes float32.
    ///
    /// Never decreases as the value increases. NaN has no class: mask it first, for here it lands in an arbitrary one.
    #[must_use]
    pub fn class_of_f32(&self, value: f32) -> usize {
        match &self.norm {
            Norm::Boundary { levels, .. } => {
                // BoundaryNorm sorts into the levels in float64, but finds what is over in the data's own type.
                let over = levels.last().is_some_and(|&last| value >= narrowed(last));
                if over { levels.len() } else { digitize(f64::from(value), levels) }
            }
            Norm::Categorical { categories } => category_class(categories, |of| narrowed(of).total_cmp(&value)),
            Norm::Ramp(ramp) => ramp.class_of(value.into()),
            norm => self.class_at(norm.position_f32(value)),
        }
    }

    /// The class of a value of float64 data, or of wider integers, which matplotlib makes float64.
    ///
    /// Never decreases as the value increases. NaN has no class: mask it first, for here it lands in an arbitrary one.
    #[must_use]
    pub fn class_of_f64(&self, value: f64) -> usize {
        match &self.norm {
            Norm::Boundary { levels, .. } => digitize(value, levels),
            Norm::Categorical { categories } => category_class(categories, |of| of.total_cmp(&value)),
            Norm::Ramp(ramp) => ramp.class_of(value),
            norm => self.class_at(norm.position(value).map(Position::Double)),
        }
    }

    /// The class of a place along the colours; None is a bad value's.
    fn class_at(&self, position: Option<Position>) -> usize {
        let first = self.under_class();
        let bins = self.colors.len() - 2 - first;
        first
            + match position {
                None => return 0,
                // `Colormap` multiplies in the position's own precision.
                Some(Position::Single(position)) => linear_class(f64::from(position * narrowed(count(bins))), bins),
                Some(Position::Double(position)) => linear_class(position * count(bins), bins),
            }
    }

    fn under_class(&self) -> usize {
        usize::from(self.norm.has_bad_values())
    }
}

/// `Colormap.__call__` on `scaled`, a position counted in colours: the whole part, with the exact end in the last bin.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be within 0 and bins; the fraction is dropped on purpose"
)]
fn linear_class(scaled: f64, bins: usize) -> usize {
    if scaled < 0.0 {
        0
    } else if scaled > count(bins) {
        bins + 1
    } else {
        1 + (scaled as usize).min(bins - 1)
    }
}

/// `numpy.digitize(value, levels)`: how many levels are at or below the value.
fn digitize(value: f64, levels: &[f64]) -> usize {
    levels.partition_point(|&level| level <= value)
}

/// The class of a value among categories, which have the odd numbers.
fn category_class(categories: &[Category], order: impl Fn(f64) -> Ordering) -> usize {
    match categories.binary_search_by(|category| order(category.value)) {
        Ok(index) => 2 * index + 1,
        Err(below) => 2 * below,
    }
}

/// Colours, straight RGBA, as opaque as they are times `alpha`, 0 to 1.
#[must_use]
pub fn faded<C: AsMut<[[u8; 4]]>>(mut colors: C, alpha: f64) -> C {
    for [.., opacity] in colors.as_mut() {
        *opacity = (f64::from(*opacity) * alpha).round() as u8;
    }
    colors
}

/// Gives the first and the last class these colours.
fn set_ends(colors: &mut [[u8; 4]], under: Option<[u8; 4]>, over: Option<[u8; 4]>) {
    if let (Some(class), Some(under)) = (colors.first_mut(), under) {
        *class = under;
    }
    if let (Some(class), Some(over)) = (colors.last_mut(), over) {
        *class = over;
    }
}

/// The colours with one more at each end where an outside has none of its own.
fn with_outsides(colors: &[[u8; 4]], below: bool, above: bool) -> Vec<[u8; 4]> {
    let under = colors.first().filter(|_| !below);
    let over = colors.last().filter(|_| !above);
    under.into_iter().chain(colors).chain(over).copied().collect()
}

#[expect(clippy::cast_precision_loss, reason = "colour counts are far below 2^24")]
fn count(bins: usize) -> f64 {
    bins as f64
}

#[cfg(test)]
mod tests {
    use super::super::norm::Extend;
    use super::*;

    fn map(norm: Norm) -> ValueMap {
        ValueMap::new(norm, &Colormap::by_name("turbo", "--cmap").unwrap(), Extremes::default()).unwrap()
    }

    fn boundary(extend: Extend) -> ValueMap {
        map(Norm::boundary(vec![0.0, 1.0, 2.0, 4.0], extend).unwrap())
    }

    #[test]
    fn the_outsides_are_classes_even_where_they_share_a_colour() {
        for (extend, distinct) in [(Extend::Neither, 3), (Extend::Min, 4), (Extend::Max, 4), (Extend::Both, 5)] {
            let map = boundary(extend);
            assert_eq!(map.class_count(), 5);
            let mut colors = map.colors().to_vec();
            colors.dedup();
            assert_eq!(colors.len(), distinct, "{extend:?}");
        }
    }

    #[test]
    fn a_colormaps_own_colour_for_values_under_is_used_whatever_is_extended() {
        let nws = Colormap::by_name("nws_reflectivity", "--cmap").unwrap();
        for extend in [Extend::Neither, Extend::Min, Extend::Max, Extend::Both] {
            let norm = Norm::boundary(nws.levels().to_vec(), extend).unwrap();
            let colors = ValueMap::new(norm, &nws, Extremes::default()).unwrap().colors().to_vec();
            assert_eq!((colors.len(), colors[0]), (17, [0; 4]), "{extend:?}");
            assert!(colors[1..].iter().all(|color| color[3] == 255), "{extend:?}");
        }
        let neither =
            ValueMap::new(Norm::boundary(nws.levels().to_vec(), Extend::Neither).unwrap(), &nws, Extremes::default())
                .unwrap();
        assert_eq!(neither.colors()[1..16], nws.resampled(nws.len()));
    }

    #[test]
    fn the_last_level_is_over_and_vmax_is_not() {
        assert_eq!(boundary(Extend::Neither).class_of_f64(4.0), 4);
        let linear = map(Norm::linear(0.0, 4.0).unwrap());
        assert_eq!((linear.class_count(), linear.class_of_f64(4.0), linear.class_of_f64(4.1)), (258, 256, 257));
    }

    #[test]
    fn a_norm_built_by_hand_is_checked() {
        let turbo = Colormap::by_name("turbo", "--cmap").unwrap();
        assert!(ValueMap::new(Norm::Linear { vmin: 1.0, vmax: 0.0 }, &turbo, Extremes::default()).is_err());
        assert!(
            ValueMap::new(Norm::Boundary { levels: vec![], extend: Extend::Both }, &turbo, Extremes::default())
                .is_err()
        );
    }

    #[test]
    fn what_a_logarithm_does_not_have_is_bad() {
        let turbo = Colormap::by_name("turbo", "--cmap").unwrap();
        let extremes = Extremes { bad: Some([1, 2, 3, 4]), ..Extremes::default() };
        let log = ValueMap::new(Norm::Log { vmin: 1.0, vmax: 100.0 }, &turbo, extremes).unwrap();
        let color = |value: f64| log.colors()[log.class_of_f64(value)];
        let [first, .., last] = *log.inner_colors() else { panic!("turbo has colours") };
        for (value, expected) in [(-1.0, [1, 2, 3, 4]), (0.0, [1, 2, 3, 4]), (0.5, first), (1.0, first), (100.0, last)]
        {
            assert_eq!(color(value), expected, "{value}");
        }
        assert_eq!((log.class_of_f32(-1.0), log.class_of_f32(0.5), log.class_count()), (0, 1, 259));
    }

    #[test]
    fn classes_only_grow_with_the_value() {
        let (vmin, vmax) = (-3.0, 70.0);
        for norm in [
            Norm::Linear { vmin, vmax },
            Norm::Log { vmin: 0.1, vmax },
            Norm::SymLog { vmin, vmax, linthresh: 1.0, linscale: 1.0 },
            Norm::Power { vmin, vmax, gamma: 0.3 },
            Norm::TwoSlope { vmin, vcenter: 0.0, vmax },
        ] {
            let map = map(norm);
            let values = [f64::NEG_INFINITY, -1e30, -3.1, -1.0, 0.0, 1e-9, 0.5, 30.0, 71.0, 1e30, f64::INFINITY];
            let classes = values.map(|value| (map.class_of_f64(value), map.class_of_f32(narrowed(value))));
            assert!(classes.is_sorted_by(|a, b| a.0 <= b.0 && a.1 <= b.1), "{:?}: {classes:?}", map.norm());
            assert_eq!(classes[10], (map.class_count() - 1, map.class_count() - 1), "{:?}", map.norm());
        }
    }

    #[test]
    fn categories_are_their_values_and_nothing_between() {
        let category = |value, red| Category { value, color: [red, 0, 0, 255], name: String::new() };
        let map = map(Norm::Categorical { categories: vec![category(-1.0, 1), category(0.1, 2), category(7.0, 3)] });
        let red = |class: usize| map.colors()[class][0];
        for (value, expected) in [(-2.0, 0), (-1.0, 1), (-0.5, 0), (0.1, 2), (7.0, 3), (7.5, 0)] {
            assert_eq!(red(map.class_of_f64(value)), expected, "{value}");
        }
        assert_eq!(red(map.class_of_f32(0.1)), 2, "as float32 data have it");
        assert!(Norm::Categorical { categories: vec![category(1.0, 1), category(1.0, 2)] }.check().is_err());
    }

    #[test]
    fn nan_does_not_panic() {
        for map in [boundary(Extend::Both), map(Norm::linear(0.0, 1.0).unwrap())] {
            assert!(map.class_of_f32(f32::NAN) < map.class_count());
            assert!(map.class_of_f64(f64::NAN) < map.class_count());
        }
    }
}
