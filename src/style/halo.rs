//! The rim round letters that keeps them apart from the map.

use super::color::Color;
use super::range::Range;
use crate::error::{Error, Result};

/// A rim round letters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Halo {
    /// Its colour.
    pub color: Color,
    /// How far it reaches beyond the letters, in points.
    pub width_pt: f64,
}

impl Default for Halo {
    /// White, and wide enough for letters on any ground.
    fn default() -> Self {
        Self { color: Color::WHITE, width_pt: 1.5 }
    }
}

impl Halo {
    /// The halo if there is anything of it to be seen: a colour of `none` and a width of 0 are ways to ask for none.
    #[must_use]
    pub fn seen(self) -> Option<Self> {
        (self.color.a > 0.0 && self.width_pt > 0.0).then_some(self)
    }

    /// Reads a colour, a width in points, or both with a comma or blanks between them.
    ///
    /// # Errors
    /// [`Error::Value`] on `place` for any other text.
    pub fn parse(place: &str, list: &str) -> Result<Self> {
        // Where commas separate options, the list has parentheses.
        let list = list.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(list);
        let mut halo = Self::default();
        let (mut has_color, mut has_width) = (false, false);
        for item in list.split([',', ' ']).map(str::trim).filter(|item| !item.is_empty()) {
            let twice =
                |what: &str| Error::value(place, list, format!("has two {what}"), "give a colour, a width, or both");
            // A grey such as 0.5 would be a colour too.
            let is_width = item.parse::<f64>().is_ok();
            match is_width {
                true if std::mem::replace(&mut has_width, true) => return Err(twice("widths")),
                true => halo.width_pt = Range::HALO_PT.parse(place, item)?,
                false if std::mem::replace(&mut has_color, true) => return Err(twice("colours")),
                false => halo.color = Color::parse(place, item)?,
            }
        }
        if !has_color && !has_width {
            return Err(Error::value(place, list, "is empty", "give a colour, a width in points, or both, or none"));
        }
        Ok(halo)
    }

    /// The halo of a table: each of the two may be left out.
    ///
    /// # Errors
    /// [`Error::Value`] on a key of `place`.
    pub fn of_table(place: &str, color: Option<&str>, width: Option<f64>) -> Result<Self> {
        let usual = Self::default();
        let color = color.map(|text| Color::parse(&format!("{place}.color"), text)).transpose()?;
        let width_pt = Range::HALO_PT.check(format!("{place}.width"), width, usual.width_pt)?;
        Ok(Self { color: color.unwrap_or(usual.color), width_pt })
    }
}
