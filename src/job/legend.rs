//! The legend of a job.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::style::{BoxLoc, LegendStyle};

/// The legend in the map's box; there is one if any of it is given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LegendJob {
    /// Where it stands, by matplotlib's names; default `upper right`.
    pub loc: Option<String>,
    /// Columns of entries; default 1.
    pub ncols: Option<usize>,
    /// Text above the entries.
    pub title: Option<String>,
    /// Whether there is a frame around it; default true.
    pub frameon: Option<bool>,
    /// The opacity of what is within the frame; default 0.8.
    pub framealpha: Option<f64>,
    /// The size of its text in points; default 10.
    pub fontsize: Option<f64>,
    /// Whether it has the raster's categories; default false.
    pub categories: Option<bool>,
}

impl LegendJob {
    /// This legend with every setting that `flags` gives in place of its own.
    #[must_use]
    pub fn overlaid_with(self, flags: Self) -> Self {
        Self {
            loc: flags.loc.or(self.loc),
            ncols: flags.ncols.or(self.ncols),
            title: flags.title.or(self.title),
            frameon: flags.frameon.or(self.frameon),
            framealpha: flags.framealpha.or(self.framealpha),
            fontsize: flags.fontsize.or(self.fontsize),
            categories: flags.categories.or(self.categories),
        }
    }

    /// How it looks.
    ///
    /// # Errors
    /// [`Error::Value`] naming the setting whose value cannot be used.
    pub fn style(&self) -> Result<LegendStyle> {
        let usual = LegendStyle::default();
        let between = |key: &str, value: Option<f64>, range: std::ops::RangeInclusive<f64>, remedy: &str| match value {
            Some(value) if !range.contains(&value) => {
                Err(Error::value(format!("[legend] {key}"), value, "cannot be used", remedy))
            }
            value => Ok(value),
        };
        let ncols = self.ncols.unwrap_or(usual.ncols);
        if ncols == 0 {
            return Err(Error::value("[legend] ncols", ncols, "columns hold no entries", "give 1 or more"));
        }
        Ok(LegendStyle {
            loc: match &self.loc {
                Some(loc) => BoxLoc::parse("[legend] loc", "place in the map", loc)?,
                None => usual.loc,
            },
            ncols,
            title: self.title.clone().filter(|title| !title.is_empty()),
            frameon: self.frameon.unwrap_or(usual.frameon),
            framealpha: between("framealpha", self.framealpha, 0.0..=1.0, "give an opacity from 0 to 1")?
                .unwrap_or(usual.framealpha),
            fontsize_pt: between("fontsize", self.fontsize, 1.0..=200.0, "give points, from 1 to 200")?
                .unwrap_or(usual.fontsize_pt),
        })
    }
}
