//! Norms: how values are spread over the colours of a colormap, with matplotlib's names and rules.

use std::sync::Arc;

use super::categories::Category;
use super::choice::Choice;
use super::norm_checks;
use super::ramp::{ColorRamp, RampForm};
use crate::error::Result;

/// How values are spread over the colours; the names and rules are matplotlib's.
#[derive(Debug, Clone, PartialEq)]
pub enum Norm {
    /// `Normalize(vmin, vmax)`: equal steps between the two.
    Linear {
        /// The value at the low end of the first colour, in the raster's unit.
        vmin: f64,
        /// The value at the high end of the last colour, which still has that colour.
        vmax: f64,
    },
    /// `LogNorm(vmin, vmax)`: equal ratios. Values that are not positive have no colour but that of bad ones.
    Log {
        /// As for a linear norm; positive.
        vmin: f64,
        /// As for a linear norm.
        vmax: f64,
    },
    /// `SymLogNorm(linthresh, linscale, vmin, vmax, base=10)`: logarithmic to both sides of 0, and linear about it.
    SymLog {
        /// As for a linear norm.
        vmin: f64,
        /// As for a linear norm.
        vmax: f64,
        /// The range to each side of 0 that is linear, in the raster's unit.
        linthresh: f64,
        /// How many decades each half of the linear range is as long as.
        linscale: f64,
    },
    /// `PowerNorm(gamma, vmin, vmax)`: the power of the share of the range; linear below vmin.
    Power {
        /// As for a linear norm.
        vmin: f64,
        /// As for a linear norm.
        vmax: f64,
        /// The exponent.
        gamma: f64,
    },
    /// `TwoSlopeNorm(vcenter, vmin, vmax)`: half of the colours on each side of a value.
    TwoSlope {
        /// As for a linear norm.
        vmin: f64,
        /// The value in the middle of the colours.
        vcenter: f64,
        /// As for a linear norm.
        vmax: f64,
    },
    /// `BoundaryNorm(levels, ncolors, extend=extend)`: a colour from each level up to, not including, the next.
    Boundary {
        /// The edges in the raster's unit, strictly increasing, at least two.
        levels: Vec<f64>,
        /// Which of the outsides have a colour of their own.
        extend: Extend,
    },
    /// A colour for each of a few values, and that of bad ones for all others.
    Categorical {
        /// In the order of their values, at least one.
        categories: Vec<Category>,
    },
    /// The colours that a file gives values.
    Ramp(Arc<ColorRamp>),
}

/// Which values outside the levels have colours of their own; the others take the first or last colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extend {
    /// None of them.
    #[default]
    Neither,
    /// Those below the first level.
    Min,
    /// Those at or above the last level.
    Max,
    /// Both.
    Both,
}

impl Norm {
    /// A linear norm.
    ///
    /// # Errors
    /// As [`Norm::check`].
    pub fn linear(vmin: f64, vmax: f64) -> Result<Self> {
        Self::Linear { vmin, vmax }.checked()
    }

    /// A linear norm about a value: matplotlib's `CenteredNorm(vcenter, halfrange)`, rounding included.
    ///
    /// # Errors
    /// As [`Norm::check`], and if `halfrange` is 0.
    pub fn centered(vcenter: f64, halfrange: f64) -> Result<Self> {
        norm_checks::halfrange(vcenter, halfrange)?;
        let halfrange = halfrange.abs();
        let (mut vmin, vmax) = (vcenter - halfrange, vcenter + halfrange);
        // Each limit, once it is set, sets the other.
        if vmax.to_bits() != (2.0 * vcenter - vmin).to_bits() {
            vmin = 2.0 * vcenter - vmax;
        }
        Self::Linear { vmin, vmax }.checked()
    }

    /// A boundary norm.
    ///
    /// # Errors
    /// As [`Norm::check`].
    pub fn boundary(levels: Vec<f64>, extend: Extend) -> Result<Self> {
        Self::Boundary { levels, extend }.checked()
    }

    /// The norm, if its numbers make sense.
    ///
    /// # Errors
    /// As [`Norm::check`].
    pub fn checked(self) -> Result<Self> {
        self.check().map(|()| self)
    }

    /// Whether the norm's numbers make sense.
    ///
    /// # Errors
    /// [`Error::Value`](crate::Error::Value) naming the flag: limits that are not finite or not increasing, or further
    /// apart than a number can tell; fewer than two levels, or some that are not finite or not strictly increasing; a
    /// logarithm of what is not positive; a centre that is not between the limits.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Linear { vmin, vmax } => norm_checks::limits(*vmin, *vmax),
            Self::Log { vmin, vmax } => norm_checks::log(*vmin, *vmax),
            Self::SymLog { vmin, vmax, linthresh, linscale } => {
                norm_checks::limits(*vmin, *vmax)?;
                norm_checks::positive("--linthresh", *linthresh)?;
                norm_checks::positive("--linscale", *linscale)
            }
            Self::Power { vmin, vmax, gamma } => {
                norm_checks::limits(*vmin, *vmax)?;
                norm_checks::positive("--gamma", *gamma)
            }
            Self::TwoSlope { vmin, vcenter, vmax } => norm_checks::two_slope(*vmin, *vcenter, *vmax),
            Self::Boundary { levels, .. } => norm_checks::levels(levels),
            Self::Categorical { categories } => norm_checks::categories(categories),
            Self::Ramp(_) => Ok(()),
        }
    }

    /// The lowest and highest value that the norm spans, for a colorbar's axis.
    #[must_use]
    pub fn limits(&self) -> (f64, f64) {
        match self {
            Self::Linear { vmin, vmax }
            | Self::Log { vmin, vmax }
            | Self::SymLog { vmin, vmax, .. }
            | Self::Power { vmin, vmax, .. }
            | Self::TwoSlope { vmin, vmax, .. } => (*vmin, *vmax),
            Self::Boundary { levels, .. } => ends(levels.iter().copied()),
            Self::Categorical { categories } => ends(categories.iter().map(|category| category.value)),
            Self::Ramp(ramp) => ramp.limits().into(),
        }
    }

    /// Whether values stand for kinds of things, so that there is none between two of them.
    #[must_use]
    pub fn is_of_kinds(&self) -> bool {
        match self {
            Self::Categorical { .. } => true,
            Self::Ramp(ramp) => ramp.form() == RampForm::Categories,
            _ => false,
        }
    }

    /// Whether low values are bad, as those that a logarithm does not have.
    pub(super) fn has_bad_values(&self) -> bool {
        matches!(self, Self::Log { .. })
    }
}

/// How far matplotlib puts the limits of a scale of one value from it.
#[must_use]
pub fn room_about(value: f64) -> f64 {
    if value == 0.0 { 0.1 } else { value.abs() * 0.1 }
}

/// The first and the last.
fn ends(mut values: impl DoubleEndedIterator<Item = f64>) -> (f64, f64) {
    let last = values.next_back().unwrap_or_default();
    (values.next().unwrap_or(last), last)
}

impl Choice for Extend {
    const ALL: &'static [(&'static str, Self)] =
        &[("neither", Self::Neither), ("min", Self::Min), ("max", Self::Max), ("both", Self::Both)];
}

impl Extend {
    /// Whether values below have a colour of their own.
    #[must_use]
    pub fn below(self) -> bool {
        matches!(self, Self::Min | Self::Both)
    }

    /// Whether values above have a colour of their own.
    #[must_use]
    pub fn above(self) -> bool {
        matches!(self, Self::Max | Self::Both)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_that_span_nothing_are_named() {
        for (vmin, vmax, key) in [
            (1.0, 1.0, "--vmin ([raster] vmin): '1'"),
            (2.0, 1.0, "--vmax 1"),
            (f64::NAN, 1.0, "--vmin ([raster] vmin): 'NaN'"),
            (0.0, f64::INFINITY, "--vmax ([raster] vmax): 'inf'"),
            (-1.5e308, 1.5e308, "too far"),
        ] {
            let message = Norm::linear(vmin, vmax).unwrap_err().to_string();
            assert!(message.contains(key), "{vmin} {vmax}: {message}");
        }
    }

    #[test]
    fn levels_that_do_not_increase_are_named() {
        for (levels, problem) in [
            (vec![], "fewer than two"),
            (vec![1.0], "fewer than two"),
            (vec![0.0, 2.0, 2.0], "2 is followed by 2"),
            (vec![0.0, 2.0, 1.0], "2 is followed by 1"),
            (vec![0.0, f64::NAN], "not finite"),
        ] {
            let message = Norm::boundary(levels, Extend::Neither).unwrap_err().to_string();
            assert!(message.starts_with("--levels ([raster] levels): ") && message.contains(problem), "{message}");
        }
    }

    #[test]
    fn numbers_that_a_norm_cannot_use_are_named() {
        let (vmin, vmax) = (1.0, 9.0);
        for (norm, key) in [
            (Norm::Log { vmin: 0.0, vmax }, "--vmin ([raster] vmin): '0' is not positive"),
            (
                Norm::SymLog { vmin, vmax, linthresh: 0.0, linscale: 1.0 },
                "--linthresh ([raster] linthresh): '0' is not positive",
            ),
            (
                Norm::SymLog { vmin, vmax, linthresh: 1.0, linscale: -1.0 },
                "--linscale ([raster] linscale): '-1' is not positive",
            ),
            (Norm::Power { vmin, vmax, gamma: f64::NAN }, "--gamma ([raster] gamma): 'NaN' is not positive"),
            (
                Norm::TwoSlope { vmin, vcenter: 1.0, vmax },
                "--vcenter ([raster] vcenter): '1' is not between --vmin 1 and --vmax 9",
            ),
            (Norm::TwoSlope { vmin, vcenter: f64::NAN, vmax }, "--vcenter ([raster] vcenter): 'NaN' is not between"),
            (Norm::Categorical { categories: vec![] }, "--categories"),
        ] {
            let message = norm.check().unwrap_err().to_string();
            assert!(message.contains(key), "{message}");
        }
        assert!(Norm::centered(0.0, 0.0).unwrap_err().to_string().contains("--halfrange"));
    }
}
