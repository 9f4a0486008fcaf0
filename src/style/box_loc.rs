//! Where a box stands in the map or the figure: legends, scale bars, north arrows and pictures, by matplotlib's names.

use super::nearest::unknown_name;
use crate::error::Result;

/// A place in a larger box: the sides that what stands there keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoxLoc {
    /// From left to right.
    pub across: Along,
    /// From the top down.
    pub down: Along,
}

/// A place along one side of a box, from the left or from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// At its left or upper end.
    Start,
    /// In its middle.
    Middle,
    /// At its right or lower end.
    End,
}

impl Along {
    /// Where in a side of length `room` something of a `size` begins that keeps `pad` away from the ends.
    #[must_use]
    pub fn start(self, room: f64, size: f64, pad: f64) -> f64 {
        let spare = room - size;
        match self {
            Self::Start => pad,
            Self::Middle => spare / 2.0,
            Self::End => spare - pad,
        }
    }
}

const NAMES: [(&str, BoxLoc); 10] = [
    ("upper right", BoxLoc::UPPER_RIGHT),
    ("upper left", BoxLoc::UPPER_LEFT),
    ("lower left", BoxLoc::LOWER_LEFT),
    ("lower right", BoxLoc { across: Along::End, down: Along::End }),
    ("right", BoxLoc { across: Along::End, down: Along::Middle }),
    ("center left", BoxLoc { across: Along::Start, down: Along::Middle }),
    ("center right", BoxLoc { across: Along::End, down: Along::Middle }),
    ("lower center", BoxLoc { across: Along::Middle, down: Along::End }),
    ("upper center", BoxLoc { across: Along::Middle, down: Along::Start }),
    ("center", BoxLoc { across: Along::Middle, down: Along::Middle }),
];

impl BoxLoc {
    /// From the edge to what has no text of its own, in points: a legend's distance from the axes at its usual size.
    pub const PAD_PT: f64 = 5.0;

    /// In the upper right corner, as legends are by default.
    pub const UPPER_RIGHT: Self = Self { across: Along::End, down: Along::Start };

    /// In the upper left corner, as north arrows are by default.
    pub const UPPER_LEFT: Self = Self { across: Along::Start, down: Along::Start };

    /// In the lower left corner, as scale bars are by default.
    pub const LOWER_LEFT: Self = Self { across: Along::Start, down: Along::End };

    /// Reads matplotlib's `loc`, all but `best`: a batch's maps differ, and what stands in them shall not. `kind` says of
    /// what it is the place, in messages.
    ///
    /// # Errors
    /// For any other text; the error names `key`.
    pub fn parse(key: &str, kind: &'static str, text: &str) -> Result<Self> {
        let found = NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, loc)| *loc).ok_or_else(|| {
            let names = NAMES.map(|(name, _)| name);
            unknown_name(key, kind, text, names, &format!("give one of {}", names.join(", ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<BoxLoc> {
        BoxLoc::parse("--legend", "place in the map", text)
    }

    #[test]
    fn places_are_matplotlibs() {
        for (name, loc) in NAMES {
            assert_eq!(parse(name).unwrap(), loc);
        }
        let lower_center = parse("lower center").unwrap();
        assert_eq!((lower_center.across, lower_center.down), (Along::Middle, Along::End));
        let message = parse("uper right").unwrap_err().to_string();
        assert!(
            message.starts_with("--legend ([legend] loc): unknown place in the map 'uper right'; nearest: upper right"),
            "{message}"
        );
        assert!(parse("best").unwrap_err().to_string().contains("give one of upper right"));
    }

    #[test]
    fn what_stands_at_an_end_keeps_away_from_it() {
        let starts = [Along::Start, Along::Middle, Along::End].map(|along| along.start(100.0, 20.0, 5.0));
        assert_eq!(starts, [5.0, 40.0, 75.0]);
    }
}
