//! What a scale bar says and how it looks.

use super::box_loc::BoxLoc;
use super::choice::Choice;

/// A scale bar as it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaleBar {
    /// Its length in `units`; None chooses a round one for each map.
    pub length: Option<f64>,
    /// What it counts; None is kilometres, and metres where it is shorter than one.
    pub units: Option<ScaleUnits>,
    /// Where it stands in the map's box.
    pub loc: BoxLoc,
    /// What it is made of.
    pub look: ScaleBarLook,
    /// The size of its text in points.
    pub fontsize_pt: f64,
    /// Whether it stands on a white box.
    pub frameon: bool,
    /// The box's opacity, 0 to 1.
    pub framealpha: f64,
}

/// What a scale bar is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleBarLook {
    /// Segments in black and white by turns (GMT's fancy scale).
    Segments,
    /// A line with ticks at its ends (GMT's plain scale).
    Line,
}

impl Choice for ScaleBarLook {
    const ALL: &'static [(&'static str, Self)] = &[("segments", Self::Segments), ("line", Self::Line)];
}

/// Units of lengths on the ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleUnits {
    /// Kilometres.
    Kilometres,
    /// Metres.
    Metres,
    /// International miles.
    Miles,
    /// Nautical miles.
    NauticalMiles,
}

impl Choice for ScaleUnits {
    /// The bar's text has these names too.
    const ALL: &'static [(&'static str, Self)] =
        &[("km", Self::Kilometres), ("m", Self::Metres), ("mi", Self::Miles), ("nm", Self::NauticalMiles)];
}

impl ScaleUnits {
    /// Metres in one.
    #[must_use]
    pub fn metres(self) -> f64 {
        match self {
            Self::Kilometres => 1000.0,
            Self::Metres => 1.0,
            Self::Miles => 1609.344,
            Self::NauticalMiles => 1852.0,
        }
    }
}

/// A length in units of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaleLength {
    /// How many.
    pub value: f64,
    /// Of what.
    pub units: ScaleUnits,
}

impl ScaleLength {
    /// The longest of 1, 2 and 5 times a power of ten that is not longer than `most_m` metres. Without units it counts
    /// kilometres if there is a whole one, else metres.
    #[must_use]
    pub fn round(most_m: f64, units: Option<ScaleUnits>) -> Self {
        let km = ScaleUnits::Kilometres;
        let units = units.unwrap_or(if most_m < km.metres() { ScaleUnits::Metres } else { km });
        let most = most_m / units.metres();
        let power = most.log10().floor() as i32;
        // Division by a whole power of ten gives the very number that is meant.
        let value = |leading: f64| match power {
            0.. => leading * 10_f64.powi(power),
            _ => leading / 10_f64.powi(-power),
        };
        let leading = [5.0, 2.0, 1.0].into_iter().map(value).find(|value| *value <= most);
        Self { value: leading.unwrap_or_else(|| value(0.5)), units }
    }

    /// Its metres.
    #[must_use]
    pub fn metres(self) -> f64 {
        self.value * self.units.metres()
    }

    /// Segments that it is divided into: 5 of 5, 3 of 3 and its multiples, else 4.
    #[must_use]
    pub fn segments(self) -> u32 {
        let mut leading = self.value.abs();
        while leading != 0.0 && leading < 1.0 {
            leading *= 10.0;
        }
        while leading >= 10.0 {
            leading /= 10.0;
        }
        let is = |digit: f64| (leading - digit).abs() < 1e-9;
        match leading {
            _ if is(5.0) => 5,
            _ if [3.0, 6.0, 9.0].into_iter().any(is) => 3,
            _ => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_lengths_are_the_longest_that_fit() {
        for (most_m, units, value, name) in [
            (1_234_567.0, None, 1000.0, "km"),
            (999_999.0, None, 500.0, "km"),
            (200_000.0, None, 200.0, "km"),
            (1000.0, None, 1.0, "km"),
            (999.0, None, 500.0, "m"),
            (0.37, None, 0.2, "m"),
            (999.0, Some(ScaleUnits::Kilometres), 0.5, "km"),
            (1700.0, Some(ScaleUnits::Miles), 1.0, "mi"),
            (3800.0, Some(ScaleUnits::NauticalMiles), 2.0, "nm"),
        ] {
            let length = ScaleLength::round(most_m, units);
            assert_eq!((length.value, length.units.name()), (value, name), "{most_m}");
        }
    }

    #[test]
    fn segments_are_round_themselves() {
        for (value, segments) in [(100.0, 4), (0.5, 5), (300.0, 3), (20.0, 4), (0.25, 4), (5000.0, 5)] {
            assert_eq!(ScaleLength { value, units: ScaleUnits::Miles }.segments(), segments, "{value}");
        }
    }
}
