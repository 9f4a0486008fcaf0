//! The scale bar of a job.

use serde::Deserialize;

use super::choices::choice;
use crate::error::{Error, Result};
use crate::style::{BoxLoc, Choice as _, ScaleBar, ScaleBarLook, ScaleUnits};

const FORMS: &str = "give a length with or without a unit, such as 500km, 300mi, 20nm, 250m, or a unit alone";

/// The scale bar in the map's box; there is one if any of it is given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScalebarJob {
    /// Its length in `units`; default: a round one for each map, of a quarter of the map's width at most.
    pub length: Option<f64>,
    /// What it counts; default kilometres, and metres where a chosen length is shorter than one.
    #[serde(deserialize_with = "choice")]
    pub units: Option<ScaleUnits>,
    /// Where it stands, by matplotlib's names; default `lower left`.
    pub loc: Option<String>,
    /// What it is made of; default segments.
    #[serde(deserialize_with = "choice")]
    pub style: Option<ScaleBarLook>,
    /// The size of its text in points; default 9.
    pub fontsize: Option<f64>,
    /// Whether it stands on a white box; default true. Without one it has a white halo.
    pub frameon: Option<bool>,
    /// The box's opacity; default 0.8.
    pub framealpha: Option<f64>,
}

impl ScalebarJob {
    /// Reads a length as `--scalebar` takes it: a number, a unit, both, or nothing of the kind for `auto`.
    ///
    /// # Errors
    /// [`Error::Value`] for any other text.
    pub fn from_flag(text: &str) -> Result<Self> {
        let fault = |problem: &str| Error::value("--scalebar", text, problem, FORMS);
        if text == "auto" {
            return Ok(Self::default());
        }
        let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len()));
        let length = match number.trim() {
            "" => None,
            number => Some(number.parse().map_err(|_| fault("is no length"))?),
        };
        let units = match unit.trim() {
            "" => None,
            unit => Some(ScaleUnits::from_name(unit).ok_or_else(|| fault("has a unit that is not known"))?),
        };
        if length.is_none() && units.is_none() {
            return Err(fault("is no length"));
        }
        Ok(Self { length, units, ..Self::default() })
    }

    /// This scale bar with every setting that `flags` gives in place of its own.
    #[must_use]
    pub fn overlaid_with(self, flags: Self) -> Self {
        Self {
            length: flags.length.or(self.length),
            units: flags.units.or(self.units),
            loc: flags.loc.or(self.loc),
            style: flags.style.or(self.style),
            fontsize: flags.fontsize.or(self.fontsize),
            frameon: flags.frameon.or(self.frameon),
            framealpha: flags.framealpha.or(self.framealpha),
        }
    }

    /// What is drawn.
    ///
    /// # Errors
    /// [`Error::Value`] naming the setting whose value cannot be used.
    pub fn settled(&self) -> Result<ScaleBar> {
        let checked = |key: &str, value: Option<f64>, is_good: fn(f64) -> bool, remedy: &str| match value {
            Some(value) if !is_good(value) => {
                Err(Error::value(format!("[scalebar] {key}"), value, "cannot be used", remedy))
            }
            value => Ok(value),
        };
        let is_length = |length: f64| length.is_finite() && length > 0.0;
        let is_size = |points: f64| (1.0..=200.0).contains(&points);
        let is_opacity = |alpha: f64| (0.0..=1.0).contains(&alpha);
        Ok(ScaleBar {
            length: checked("length", self.length, is_length, "give a length greater than 0")?,
            units: self.units,
            loc: match &self.loc {
                Some(loc) => BoxLoc::parse("[scalebar] loc", "place in the map", loc)?,
                None => BoxLoc::LOWER_LEFT,
            },
            look: self.style.unwrap_or(ScaleBarLook::Segments),
            fontsize_pt: checked("fontsize", self.fontsize, is_size, "give points, from 1 to 200")?.unwrap_or(9.0),
            frameon: self.frameon.unwrap_or(true),
            framealpha: checked("framealpha", self.framealpha, is_opacity, "give an opacity from 0 to 1")?
                .unwrap_or(0.8),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_with_and_without_units() {
        for (text, length, units) in [
            ("auto", None, None),
            ("500", Some(500.0), None),
            ("500km", Some(500.0), Some(ScaleUnits::Kilometres)),
            ("2.5 mi", Some(2.5), Some(ScaleUnits::Miles)),
            ("nm", None, Some(ScaleUnits::NauticalMiles)),
        ] {
            let job = ScalebarJob::from_flag(text).unwrap();
            assert_eq!((job.length, job.units), (length, units), "{text}");
        }
        for text in ["", "500 kms", "x", "1..5km", "job.toml", "5,5km"] {
            let message = ScalebarJob::from_flag(text).unwrap_err().to_string();
            assert!(
                message.contains("--scalebar ([scalebar] length): '") && message.contains("such as 500km"),
                "{message}"
            );
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_named() {
        for (text, part) in [
            ("length = -3", "--scalebar ([scalebar] length): '-3' cannot be used; give a length greater than 0"),
            ("framealpha = 2", "[scalebar] framealpha: '2'"),
            ("fontsize = 0", "[scalebar] fontsize: '0'"),
            ("loc = \"best\"", "--scalebar-loc ([scalebar] loc): 'best' is not a place in the map; give one of"),
        ] {
            let job: ScalebarJob = toml::from_str(text).unwrap();
            let message = job.settled().unwrap_err().to_string();
            assert!(message.contains(part), "{message}");
        }
        assert!(toml::from_str::<ScalebarJob>("units = \"ft\"").unwrap_err().to_string().contains("km, m, mi, nm"));
        assert!(toml::from_str::<ScalebarJob>("size = 3").unwrap_err().to_string().contains("unknown field"));
    }
}
