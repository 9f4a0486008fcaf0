//! The graticule of a job: its lines and their labels, in cartopy's terms.

use std::str::FromStr;

use serde::Deserialize;
use serde::de::{self, Deserializer};

use super::choices::choice;
use crate::error::{Error, Result};
use crate::style::layout::Side;
use crate::style::{DegreeFormat, EdgeSides};

/// Meridians and parallels, as cartopy's `gridlines`. A job has them if it has this table, or one of its flags.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GraticuleJob {
    /// From line to line: a number of degrees, two for longitudes and latitudes, `auto`, the default, or `none` for no
    /// graticule.
    pub step: Option<GraticuleStep>,
    /// The meridians, in degrees; in place of those at steps.
    pub longitudes: Option<Vec<f64>>,
    /// The parallels, in degrees; in place of those at steps.
    pub latitudes: Option<Vec<f64>>,
    /// The lines' colour; default `#b0b0b0`, matplotlib's `grid.color`.
    pub color: Option<String>,
    /// The lines' width in points; default 0.8, matplotlib's `grid.linewidth`.
    pub linewidth: Option<f64>,
    /// The lines' dashes, as those of a layer; default solid.
    pub linestyle: Option<String>,
    /// The lines' opacity, 0 to 1.
    pub alpha: Option<f64>,
    /// Layers and lines are drawn from low to high; the raster is at 0, default 1.
    pub zorder: Option<f64>,
    /// Where labels stand: `edges`, the default, `inline`, `none`, or sides of the map.
    pub labels: Option<GraticuleLabelsJob>,
    /// The labels' size in points; default 10, matplotlib's `font.size`.
    pub labelsize: Option<f64>,
    /// The labels' colour; default black.
    pub labelcolor: Option<String>,
    /// How degrees are written.
    #[serde(deserialize_with = "choice")]
    pub format: Option<DegreeFormat>,
}

/// From line to line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GraticuleStep {
    /// As suits each map.
    Auto,
    /// So many degrees of longitude and of latitude.
    Each([f64; 2]),
    /// There are no lines.
    Off,
}

/// Where labels stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GraticuleLabelsJob {
    /// At the sides of the map that suit it.
    Edges,
    /// At these sides of the map.
    Sides(EdgeSides),
    /// On the lines.
    Inline,
    /// There are none.
    Off,
}

const SIDES: [(&str, Side); 4] =
    [("left", Side::Left), ("right", Side::Right), ("top", Side::Top), ("bottom", Side::Bottom)];

impl FromStr for GraticuleStep {
    type Err = Error;

    /// Reads `auto`, `none`, `STEP` or `LON,LAT`.
    fn from_str(text: &str) -> Result<Self> {
        let remedy = "give degrees such as 5, or LON,LAT such as 10,5, or auto, or none";
        let fault = |problem: &str| Error::value("--graticule", text, problem, remedy);
        match text.trim() {
            "auto" => return Ok(Self::Auto),
            "none" => return Ok(Self::Off),
            _ => {}
        }
        let number = |part: &str| part.trim().parse::<f64>().map_err(|_| fault("is not a step"));
        let steps = match text.split_once(',') {
            Some((lon, lat)) => [number(lon)?, number(lat)?],
            None => [number(text)?; 2],
        };
        Self::of(steps).map_err(|problem| fault(&problem))
    }
}

impl GraticuleStep {
    fn of(steps: [f64; 2]) -> Result<Self, String> {
        // The text of a step a hundred times finer would be another line's.
        const LEAST_DEG: f64 = 1e-5;
        match steps.into_iter().find(|step| !(LEAST_DEG..=180.0).contains(step)) {
            Some(step) => Err(format!("has a step of {step}, and not of {LEAST_DEG} to 180 degrees")),
            None => Ok(Self::Each(steps)),
        }
    }
}

impl FromStr for GraticuleLabelsJob {
    type Err = Error;

    /// Reads `edges`, `inline`, `none`, or sides with commas between them.
    fn from_str(text: &str) -> Result<Self> {
        match text.trim() {
            "edges" => Ok(Self::Edges),
            "inline" => Ok(Self::Inline),
            "none" => Ok(Self::Off),
            list => Self::of_sides(list.split(',')),
        }
    }
}

impl GraticuleLabelsJob {
    fn of_sides<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut sides = EdgeSides::NONE;
        for name in names {
            let Some((_, side)) = SIDES.iter().find(|(known, _)| *known == name.trim()) else {
                let remedy = "give edges, inline, none, or some of left, right, top and bottom";
                return Err(Error::value("--graticule-labels", name, "is not a place for labels", remedy));
            };
            sides = sides.with(*side);
        }
        Ok(Self::Sides(sides))
    }
}

impl<'de> Deserialize<'de> for GraticuleStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a number of degrees, two, \"auto\" or \"none\"")]
        enum Given {
            One(f64),
            Two([f64; 2]),
            Text(String),
        }
        match Given::deserialize(deserializer)? {
            Given::One(step) => Self::of([step; 2]).map_err(|problem| de::Error::custom(format!("it {problem}"))),
            Given::Two(steps) => Self::of(steps).map_err(|problem| de::Error::custom(format!("it {problem}"))),
            Given::Text(text) => text.parse().map_err(de::Error::custom),
        }
    }
}

impl<'de> Deserialize<'de> for GraticuleLabelsJob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "\"edges\", \"inline\", \"none\" or a list of sides")]
        enum Given {
            Text(String),
            List(Vec<String>),
        }
        match Given::deserialize(deserializer)? {
            Given::Text(text) => text.parse().map_err(de::Error::custom),
            Given::List(list) => Self::of_sides(list.iter().map(String::as_str)).map_err(de::Error::custom),
        }
    }
}

impl GraticuleJob {
    /// These settings with every one that `flags` gives in place of its own.
    #[must_use]
    pub(super) fn overlaid_with(self, flags: Self) -> Self {
        // A step that is given replaces lines that were given one by one.
        let has_step = flags.step.is_some();
        let kept = |own: Option<Vec<f64>>| own.filter(|_| !has_step);
        Self {
            step: flags.step.or(self.step),
            longitudes: flags.longitudes.or(kept(self.longitudes)),
            latitudes: flags.latitudes.or(kept(self.latitudes)),
            color: flags.color.or(self.color),
            linewidth: flags.linewidth.or(self.linewidth),
            linestyle: flags.linestyle.or(self.linestyle),
            alpha: flags.alpha.or(self.alpha),
            zorder: flags.zorder.or(self.zorder),
            labels: flags.labels.or(self.labels),
            labelsize: flags.labelsize.or(self.labelsize),
            labelcolor: flags.labelcolor.or(self.labelcolor),
            format: flags.format.or(self.format),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<GraticuleJob, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn every_form_of_a_setting_is_read() {
        for (text, step) in [
            ("5", GraticuleStep::Each([5.0; 2])),
            ("[10, 2.5]", GraticuleStep::Each([10.0, 2.5])),
            ("\"auto\"", GraticuleStep::Auto),
            ("\"10, 5\"", GraticuleStep::Each([10.0, 5.0])),
            ("\"none\"", GraticuleStep::Off),
        ] {
            assert_eq!(read(&format!("step = {text}")).unwrap().step, Some(step));
        }
        let right = GraticuleLabelsJob::Sides(EdgeSides::NONE.with(Side::Right).with(Side::Top));
        for text in ["[\"right\", \"top\"]", "\"top,right\""] {
            assert_eq!(read(&format!("labels = {text}")).unwrap().labels, Some(right));
        }
        assert_eq!(read("labels = \"inline\"\nformat = \"dms\"").unwrap().format, Some(DegreeFormat::Dms));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, part) in [
            ("step = 0", "a step of 0"),
            ("step = [5, -1]", "a step of -1"),
            ("step = \"wide\"", "'wide' is not a step; give degrees such as 5"),
            ("step = true", "a number of degrees, two, \"auto\" or \"none\""),
            ("labels = \"below\"", "'below' is not a place for labels; give edges"),
            ("labels = [\"left\", \"west\"]", "'west' is not a place for labels"),
            ("format = \"radians\"", "not one of degrees, dms, decimal"),
            ("width = 1", "unknown field `width`"),
        ] {
            let message = read(text).expect_err("must be refused").to_string();
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn a_step_that_is_given_replaces_lines_that_were() {
        let file = read("longitudes = [1, 2]\ncolor = \"red\"").unwrap();
        let flags = GraticuleJob { step: Some(GraticuleStep::Auto), ..GraticuleJob::default() };
        let both = file.overlaid_with(flags);
        assert_eq!((both.longitudes, both.color.as_deref()), (None, Some("red")));
    }
}
