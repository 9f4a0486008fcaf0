//! Where a norm puts a value along the colours: matplotlib's arithmetic, operation by operation and in the precision of
//! the data, for a cell must have the colour that matplotlib gives it.
//!
//! The precisions are those of numpy's promotion: what is computed from limits by a transform is a float64 that
//! widens, a limit that is used as it stands is a Python number that does not. Logarithms and powers are the C library's, as
//! numpy's are where it has no vector code of its own for the processor; with that it may differ in the last bit.

use super::norm::Norm;

/// A place along the colours, 0 at the low end and 1 at the high one, in the precision in which matplotlib goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Position {
    Single(f32),
    Double(f64),
}

impl Norm {
    /// The place of a value of float32 data; None for a bad value, and for norms that have no places between colours.
    /// Infinite values have places beyond the ends, so that these only grow; matplotlib masks them before.
    pub(super) fn position_f32(&self, value: f32) -> Option<Position> {
        let single = |position: f32| Some(Position::Single(position));
        match *self {
            Self::Linear { vmin, vmax } => single(between_f32(value, vmin, vmax)),
            Self::Log { vmin, vmax } => {
                let position = between_f32(value.log10(), vmin.log10(), vmax.log10());
                single(position).filter(|_| value > 0.0)
            }
            Self::SymLog { vmin, vmax, linthresh, linscale } => {
                let scale = SymLogScale::new(linthresh, linscale);
                let position = between(scale.of_f32(value), scale.of(vmin), scale.of(vmax));
                Some(Position::Double(position))
            }
            Self::Power { vmin, vmax, gamma } => {
                let share = (value - narrowed(vmin)) / narrowed(vmax - vmin);
                single(if share > 0.0 { share.powf(narrowed(gamma)) } else { share })
            }
            Self::TwoSlope { .. } => self.position(value.into()).map(Position::Double),
            Self::Boundary { .. } | Self::Categorical { .. } | Self::Ramp(_) => None,
        }
    }

    /// The place of a value of float64 data along the colours, 0 at the low end and 1 at the high one, beyond them less or
    /// more; None for a bad value, and for norms that have no places between colours.
    #[must_use]
    pub fn position(&self, value: f64) -> Option<f64> {
        match *self {
            Self::Linear { vmin, vmax } => Some(between(value, vmin, vmax)),
            Self::Log { vmin, vmax } => {
                let position = between(value.log10(), vmin.log10(), vmax.log10());
                Some(position).filter(|_| value > 0.0)
            }
            Self::SymLog { vmin, vmax, linthresh, linscale } => {
                let scale = SymLogScale::new(linthresh, linscale);
                Some(between(scale.of(value), scale.of(vmin), scale.of(vmax)))
            }
            Self::Power { vmin, vmax, gamma } => {
                let share = between(value, vmin, vmax);
                Some(if share > 0.0 { share.powf(gamma) } else { share })
            }
            Self::TwoSlope { vmin, vcenter, vmax } => Some(two_slopes(value, vmin, vcenter, vmax)),
            Self::Boundary { .. } | Self::Categorical { .. } | Self::Ramp(_) => None,
        }
    }
}

fn between(value: f64, low: f64, high: f64) -> f64 {
    (value - low) / (high - low)
}

/// float32 data less float64 numbers, each step computed in float64 and stored as float32.
fn between_f32(value: f32, low: f64, high: f64) -> f32 {
    let above = narrowed(f64::from(value) - low);
    narrowed(f64::from(above) / (high - low))
}

/// `numpy.interp(value, [vmin, vcenter, vmax], [0, 0.5, 1], left=-inf, right=inf)`.
fn two_slopes(value: f64, vmin: f64, vcenter: f64, vmax: f64) -> f64 {
    let slope = |from: f64, to: f64| 0.5 / (to - from);
    if value < vmin {
        f64::NEG_INFINITY
    } else if value > vmax {
        f64::INFINITY
    } else if value == vmax {
        1.0
    } else if value < vcenter {
        slope(vmin, vcenter) * (value - vmin)
    } else {
        slope(vcenter, vmax) * (value - vcenter) + 0.5
    }
}

/// `SymmetricalLogTransform(base=10, linthresh, linscale)`.
struct SymLogScale {
    linthresh: f64,
    linscale_adj: f64,
    log_base: f64,
}

impl SymLogScale {
    fn new(linthresh: f64, linscale: f64) -> Self {
        const BASE: f64 = 10.0;
        Self { linthresh, linscale_adj: linscale / (1.0 - 1.0 / BASE), log_base: BASE.ln() }
    }

    fn of(&self, value: f64) -> f64 {
        let size = value.abs();
        if size <= self.linthresh {
            return value * self.linscale_adj;
        }
        self.outside(value.signum() * self.linthresh, size.ln())
    }

    /// Of float32 data: what is linear stays float32, the rest becomes float64 with the logarithms of the limits.
    fn of_f32(&self, value: f32) -> f64 {
        let (size, linthresh) = (value.abs(), narrowed(self.linthresh));
        if size <= linthresh {
            return f64::from(value * narrowed(self.linscale_adj));
        }
        self.outside(f64::from(value.signum() * linthresh), f64::from(size.ln()))
    }

    fn outside(&self, signed_linthresh: f64, ln_of_size: f64) -> f64 {
        let Self { linthresh, linscale_adj, log_base } = self;
        signed_linthresh * (linscale_adj - linthresh.ln() / log_base + ln_of_size / log_base)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounding to the nearest float32 is what numpy does here")]
pub(super) fn narrowed(value: f64) -> f32 {
    value as f32
}
