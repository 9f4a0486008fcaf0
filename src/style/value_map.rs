//! The norm and the colormap together: which class a value is in, and which colour the class has.
//!
//! A cell must have the colour that matplotlib gives it, so the arithmetic here is matplotlib's, rounding included, in
//! the data's own precision.

use super::colormap::Colormap;
use super::norm::Norm;
use crate::error::Result;

/// Classes of values from low to high, with their colours.
///
/// Class 0 holds the values under the norm's range and the last class those over it, both also where they share their
/// neighbour's colour; the classes between are the colormap's colours. A class may be transparent.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueMap {
    norm: Norm,
    colors: Vec<[u8; 4]>,
}

impl ValueMap {
    /// The classes of `norm` in the colours of `colormap`.
    ///
    /// A linear norm has as many classes as the colormap has colours. A boundary norm has one between each two levels
    /// and takes its colours from `plt.get_cmap(name, N)`, N counting these and the outsides that are extended.
    ///
    /// # Errors
    /// The norm's numbers make no sense; see [`Norm::check`].
    pub fn new(norm: Norm, colormap: &Colormap) -> Result<Self> {
        norm.check()?;
        let mut colors = match &norm {
            Norm::Linear { .. } => with_outsides(&colormap.resampled(colormap.len()), false, false),
            Norm::Boundary { levels, extend } => {
                let (below, above) = (extend.below(), extend.above());
                let regions = levels.len() - 1 + usize::from(below) + usize::from(above);
                with_outsides(&colormap.resampled(regions), below, above)
            }
        };
        if let (Some(class), Some(under)) = (colors.first_mut(), colormap.under()) {
            *class = under;
        }
        if let (Some(class), Some(over)) = (colors.last_mut(), colormap.over()) {
            *class = over;
        }
        Ok(Self { norm, colors })
    }

    /// The norm it was made with.
    #[must_use]
    pub fn norm(&self) -> &Norm {
        &self.norm
    }

    /// How many classes there are, those under and over included.
    #[must_use]
    pub fn class_count(&self) -> usize {
        self.colors.len()
    }

    /// One RGBA colour a class; the first and last are those of values under and over.
    #[must_use]
    pub fn colors(&self) -> &[[u8; 4]] {
        &self.colors
    }

    /// The class of a value of float32 data, or of integers of up to 16 bits, which matplotlib makes float32.
    ///
    /// Never decreases as the value increases. NaN has no class: mask it first, for here it lands in an arbitrary one.
    #[must_use]
    pub fn class_of_f32(&self, value: f32) -> usize {
        match &self.norm {
            Norm::Linear { vmin, vmax } => self.linear_class_f32(value, *vmin, *vmax),
            Norm::Boundary { levels, .. } => {
                // BoundaryNorm sorts into the levels in float64, but finds what is over in the data's own type.
                let over = levels.last().is_some_and(|&last| value >= narrowed(last));
                if over { levels.len() } else { digitize(f64::from(value), levels) }
            }
        }
    }

    /// The class of a value of float64 data, or of wider integers, which matplotlib makes float64.
    ///
    /// Never decreases as the value increases. NaN has no class: mask it first, for here it lands in an arbitrary one.
    #[must_use]
    pub fn class_of_f64(&self, value: f64) -> usize {
        match &self.norm {
            Norm::Linear { vmin, vmax } => {
                let bins = self.colors.len() - 2;
                linear_class((value - vmin) / (vmax - vmin) * count(bins), bins)
            }
            Norm::Boundary { levels, .. } => digitize(value, levels),
        }
    }

    /// `Normalize` works in float64 on float32 data and stores each step as float32; `Colormap` multiplies in float32.
    fn linear_class_f32(&self, value: f32, vmin: f64, vmax: f64) -> usize {
        let bins = self.colors.len() - 2;
        let above_vmin = narrowed(f64::from(value) - vmin);
        let fraction = narrowed(f64::from(above_vmin) / (vmax - vmin));
        linear_class(f64::from(fraction * narrowed(count(bins))), bins)
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

#[expect(clippy::cast_possible_truncation, reason = "rounding to the nearest float32 is what numpy does here")]
fn narrowed(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::super::norm::Extend;
    use super::*;

    fn map(norm: Norm) -> ValueMap {
        ValueMap::new(norm, &Colormap::by_name("turbo", "--cmap").unwrap()).unwrap()
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
            let colors = ValueMap::new(norm, &nws).unwrap().colors().to_vec();
            assert_eq!((colors.len(), colors[0]), (17, [0; 4]), "{extend:?}");
            assert!(colors[1..].iter().all(|color| color[3] == 255), "{extend:?}");
        }
        let neither = ValueMap::new(Norm::boundary(nws.levels().to_vec(), Extend::Neither).unwrap(), &nws).unwrap();
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
        assert!(ValueMap::new(Norm::Linear { vmin: 1.0, vmax: 0.0 }, &turbo).is_err());
        assert!(ValueMap::new(Norm::Boundary { levels: vec![], extend: Extend::Both }, &turbo).is_err());
    }

    #[test]
    fn nan_does_not_panic() {
        for map in [boundary(Extend::Both), map(Norm::linear(0.0, 1.0).unwrap())] {
            assert!(map.class_of_f32(f32::NAN) < map.class_count());
            assert!(map.class_of_f64(f64::NAN) < map.class_count());
        }
    }
}
