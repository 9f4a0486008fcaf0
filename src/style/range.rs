//! The numbers that settings may have: one set of bounds for letters, lines and opacities, and one sentence for what is
//! beyond them. The bounds are such that no one meets them by design; what is beyond is a slip of the pen that would ask
//! for more memory than there is.

use crate::error::{Error, Result};

/// A range of numbers, its ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    least: f64,
    most: f64,
    /// What its numbers are, as the object of "give".
    what: &'static str,
}

impl Range {
    /// Opacities.
    pub const OPACITY: Self = Self { least: 0.0, most: 1.0, what: "an opacity" };
    /// Sizes of letters, and of what is drawn as large as these.
    pub const SIZE_PT: Self = Self { least: 1.0, most: 1000.0, what: "points" };
    /// Widths of lines and of blank room, and sizes that may be none.
    pub const LENGTH_PT: Self = Self { least: 0.0, most: 1000.0, what: "points" };
    /// Widths of pictures.
    pub const PICTURE_PT: Self = Self { least: 1.0, most: 10_000.0, what: "points" };
    /// How far halos reach beyond letters.
    pub const HALO_PT: Self = Self { least: 0.0, most: 20.0, what: "points" };

    /// A setting's value, or the usual one if it is not given.
    ///
    /// # Errors
    /// [`Error::Value`] on `key` for a number outside the range, and for none.
    pub fn check(self, key: impl Into<String>, value: Option<f64>, usual: f64) -> Result<f64> {
        let Some(value) = value else { return Ok(usual) };
        let Self { least, most, what } = self;
        if (least..=most).contains(&value) {
            return Ok(value);
        }
        Err(Error::value(key, value, "cannot be used", format!("give {what} from {least} to {most}")))
    }

    /// The number that a text is.
    ///
    /// # Errors
    /// [`Error::Value`] on `key` for a text that is no number, and for one outside the range.
    pub fn parse(self, key: impl Into<String>, text: &str) -> Result<f64> {
        let Self { least, most, what } = self;
        match text.parse() {
            Ok(value) => self.check(key, Some(value), value),
            Err(_) => Err(Error::value(key, text, "is not a number", format!("give {what} from {least} to {most}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_within_and_what_is_beyond_is_named_with_them() {
        for value in [0.0, 0.5, 1.0] {
            assert_eq!(Range::OPACITY.check("alpha", Some(value), 0.8).unwrap(), value);
        }
        assert_eq!(Range::OPACITY.check("alpha", None, 0.8).unwrap(), 0.8);
        for value in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let message = Range::OPACITY.check("alpha", Some(value), 0.8).unwrap_err().to_string();
            assert_eq!(message, format!("alpha: '{value}' cannot be used; give an opacity from 0 to 1"));
        }
        let message = Range::SIZE_PT.parse("size", "big").unwrap_err().to_string();
        assert_eq!(message, "size: 'big' is not a number; give points from 1 to 1000");
    }
}
