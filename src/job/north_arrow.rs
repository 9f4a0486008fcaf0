//! The north arrow of a job.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::figure::NorthArrow;
use crate::style::BoxLoc;

/// An arrow to the north in the map; there is one if any of it is given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NorthArrowJob {
    /// Where it stands, by the names of a legend's places; default `upper left`.
    pub loc: Option<String>,
    /// Its length with the letter N, in points; default 36.
    pub size: Option<f64>,
}

impl NorthArrowJob {
    /// This arrow with every setting that `flags` gives in place of its own.
    #[must_use]
    pub fn overlaid_with(self, flags: Self) -> Self {
        Self { loc: flags.loc.or(self.loc), size: flags.size.or(self.size) }
    }

    /// How it is drawn.
    ///
    /// # Errors
    /// [`Error::Value`] or [`Error::UnknownName`] naming the setting that cannot be used.
    pub fn arrow(&self) -> Result<NorthArrow> {
        const DEFAULT_SIZE_PT: f64 = 36.0;
        let loc = match &self.loc {
            Some(loc) => BoxLoc::parse("[north_arrow] loc", "place of a north arrow", loc)?,
            None => BoxLoc::UPPER_LEFT,
        };
        let size_pt = self.size.unwrap_or(DEFAULT_SIZE_PT);
        if !(1.0..=1000.0).contains(&size_pt) {
            return Err(Error::value("[north_arrow] size", size_pt, "cannot be used", "give points, from 1 to 1000"));
        }
        Ok(NorthArrow { loc, size_pt })
    }
}
