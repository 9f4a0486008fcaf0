//! The colorbar of a job: where it stands and how it looks, in matplotlib's terms.

use serde::Deserialize;
use serde::de::{self, Deserializer};

use super::choices::choice;
use super::numbers::Numbers;
use crate::figure::Spacing;
use crate::style::Choice;
use crate::style::layout::Side;

/// The colorbar beside the map, as matplotlib's `Figure.colorbar`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColorbarJob {
    /// The side of the map, or none; default: bottom. A bar to the left or right is vertical.
    #[serde(deserialize_with = "choice")]
    pub location: Option<ColorbarLocation>,
    /// From the map to the bar, in points; default 8.
    pub pad: Option<f64>,
    /// Thickness, in points; default 12 in a figure of 9 inches' height, 9 to 18 in others.
    pub width: Option<f64>,
    /// The bar's length divided by its thickness, in place of the thickness.
    pub aspect: Option<f64>,
    /// The bar's length as a share of the map's side; default 1.
    pub shrink: Option<f64>,
    /// Lengths of pointed ends as shares of the bar between them: `auto`, one number or two; default 0.05.
    pub extendfrac: Option<ExtendFracJob>,
    /// Whether a line stands between neighbouring colours.
    pub drawedges: Option<bool>,
    /// Whether classes between levels are equally long, or as long as the range of their values.
    #[serde(deserialize_with = "choice")]
    pub spacing: Option<Spacing>,
    /// Where ticks are: a list of numbers, or text as `--levels` takes it.
    pub ticks: Option<Numbers>,
    /// Marks between those that have a text: `auto`, `none`, or as ticks.
    pub minor_ticks: Option<MinorTicksJob>,
    /// How ticks are written: `%.1f` or `{x:.1f}`.
    pub format: Option<String>,
    /// The text beyond the ticks' texts.
    pub label: Option<String>,
}

choices! {
    /// Where a colorbar stands.
    ColorbarLocation {
        /// Above the map.
        Top = "top",
        /// Below the map.
        Bottom = "bottom",
        /// To the left of the map.
        Left = "left",
        /// To the right of the map.
        Right = "right",
        /// There is none.
        Nowhere = "none",
    }
}

impl ColorbarLocation {
    /// The side of the map; `None` for no colorbar.
    #[must_use]
    pub fn side(self) -> Option<Side> {
        match self {
            Self::Top => Some(Side::Top),
            Self::Bottom => Some(Side::Bottom),
            Self::Left => Some(Side::Left),
            Self::Right => Some(Side::Right),
            Self::Nowhere => None,
        }
    }
}

/// Lengths of pointed ends, before they are checked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "\"auto\", a number such as 0.05, or two")]
pub enum ExtendFracJob {
    /// Of both ends.
    Both(f64),
    /// Of the low and the high end.
    Each([f64; 2]),
    /// Text as a flag takes it: `auto`, a number or two.
    Text(String),
}

/// Marks between those that have a text.
#[derive(Clone, Debug, PartialEq)]
pub enum MinorTicksJob {
    /// As the scale has them.
    Auto,
    /// None.
    Off,
    /// At these values.
    At(Numbers),
}

impl MinorTicksJob {
    /// Reads `auto`, `none`, or numbers as `--ticks` takes them, which are checked later.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        match text {
            "auto" => Self::Auto,
            "none" => Self::Off,
            list => Self::At(Numbers::Text(list.to_owned())),
        }
    }
}

impl<'de> Deserialize<'de> for MinorTicksJob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "true, false, \"auto\", \"none\" or a list of numbers")]
        enum Given {
            Whether(bool),
            Text(String),
            List(Vec<f64>),
        }
        match Given::deserialize(deserializer).map_err(de::Error::custom)? {
            Given::Whether(true) => Ok(Self::Auto),
            Given::Whether(false) => Ok(Self::Off),
            Given::Text(text) => Ok(Self::from_text(&text)),
            Given::List(list) => Ok(Self::At(Numbers::List(list))),
        }
    }
}

impl ColorbarJob {
    /// These settings with every one that `flags` gives in place of its own. Thickness and aspect exclude each other, so
    /// that either takes the place of both.
    pub(super) fn overlaid_with(self, flags: Self) -> Self {
        let has_thickness = flags.width.is_some() || flags.aspect.is_some();
        let (width, aspect) = if has_thickness { (flags.width, flags.aspect) } else { (self.width, self.aspect) };
        Self {
            location: flags.location.or(self.location),
            pad: flags.pad.or(self.pad),
            width,
            aspect,
            shrink: flags.shrink.or(self.shrink),
            extendfrac: flags.extendfrac.or(self.extendfrac),
            drawedges: flags.drawedges.or(self.drawedges),
            spacing: flags.spacing.or(self.spacing),
            ticks: flags.ticks.or(self.ticks),
            minor_ticks: flags.minor_ticks.or(self.minor_ticks),
            format: flags.format.or(self.format),
            label: flags.label.or(self.label),
        }
    }

    /// The flag of a setting that is given and changes how a colorbar looks, if there is one.
    #[must_use]
    pub fn first_given(&self) -> Option<&'static str> {
        let is_nowhere = self.location == Some(ColorbarLocation::Nowhere);
        let given = [
            ("--ticks", self.ticks.is_some()),
            ("--label", self.label.is_some()),
            ("--minor-ticks", self.minor_ticks.is_some()),
            ("--colorbar-location", self.location.is_some() && !is_nowhere),
            ("--colorbar-pad", self.pad.is_some()),
            ("--colorbar-width", self.width.is_some()),
            ("--colorbar-aspect", self.aspect.is_some()),
            ("--colorbar-shrink", self.shrink.is_some()),
            ("--colorbar-extendfrac", self.extendfrac.is_some()),
            ("--colorbar-drawedges", self.drawedges.is_some()),
            ("--colorbar-spacing", self.spacing.is_some()),
            ("--colorbar-format", self.format.is_some()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(flag, _)| flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ColorbarJob, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn every_form_of_a_setting_is_read() {
        let job = read("location = \"right\"\nminor_ticks = [1, 2.5]\nextendfrac = [0, 0.1]").unwrap();
        assert_eq!(job.location.and_then(ColorbarLocation::side), Some(Side::Right));
        assert_eq!(job.minor_ticks, Some(MinorTicksJob::At(Numbers::List(vec![1.0, 2.5]))));
        assert_eq!(job.extendfrac, Some(ExtendFracJob::Each([0.0, 0.1])));
        for (text, ticks) in [("true", MinorTicksJob::Auto), ("\"none\"", MinorTicksJob::Off)] {
            assert_eq!(read(&format!("minor_ticks = {text}")).unwrap().minor_ticks, Some(ticks));
        }
        assert_eq!(read("extendfrac = 0.1").unwrap().extendfrac, Some(ExtendFracJob::Both(0.1)));
        assert_eq!(read("extendfrac = \"auto\"").unwrap().extendfrac, Some(ExtendFracJob::Text("auto".into())));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, part) in [
            ("location = \"below\"", "top, bottom, left, right, none"),
            ("spacing = \"even\"", "uniform, proportional"),
            ("extendfrac = true", "a number such as 0.05"),
            ("minor_ticks = 3", "a list of numbers"),
            ("thickness = 3", "unknown field `thickness`"),
        ] {
            let message = read(text).expect_err("must be refused").to_string();
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn a_flag_for_the_thickness_takes_the_place_of_both_ways_to_give_it() {
        let file = ColorbarJob { aspect: Some(30.0), pad: Some(4.0), ..ColorbarJob::default() };
        let both = file.overlaid_with(ColorbarJob { width: Some(10.0), ..ColorbarJob::default() });
        assert_eq!((both.aspect, both.width, both.pad), (None, Some(10.0), Some(4.0)));
    }

    #[test]
    fn a_bar_that_is_left_out_asks_for_no_raster() {
        let none = ColorbarJob { location: Some(ColorbarLocation::Nowhere), ..ColorbarJob::default() };
        assert_eq!(none.first_given(), None);
        assert_eq!(ColorbarJob { shrink: Some(0.5), ..none }.first_given(), Some("--colorbar-shrink"));
    }
}
