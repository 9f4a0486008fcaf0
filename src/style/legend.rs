//! What a legend says and where it stands, with matplotlib's names and defaults.

use super::layer::LayerStyle;
use super::nearest::unknown_name;
use crate::error::Result;

/// A place in the map's box: the sides that a legend or a scale bar keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegendLoc {
    /// 0 left, 1 middle, 2 right.
    pub across: u8,
    /// 0 top, 1 middle, 2 bottom.
    pub down: u8,
}

const NAMES: [(&str, [u8; 2]); 10] = [
    ("upper right", [2, 0]),
    ("upper left", [0, 0]),
    ("lower left", [0, 2]),
    ("lower right", [2, 2]),
    ("right", [2, 1]),
    ("center left", [0, 1]),
    ("center right", [2, 1]),
    ("lower center", [1, 2]),
    ("upper center", [1, 0]),
    ("center", [1, 1]),
];

impl LegendLoc {
    /// Reads matplotlib's `loc`, all but `best`: a batch's maps differ, and their legends shall not.
    ///
    /// # Errors
    /// For any other text; the error names `key`.
    pub fn parse(key: &str, text: &str) -> Result<Self> {
        Self::parse_of(key, "place in the map", text)
    }

    /// As [`parse`](Self::parse), for the place of something else: `kind` says of what in messages.
    ///
    /// # Errors
    /// As there.
    pub fn parse_of(key: &str, kind: &'static str, text: &str) -> Result<Self> {
        let found = NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, [across, down])| Self { across: *across, down: *down }).ok_or_else(|| {
            let names = NAMES.map(|(name, _)| name);
            unknown_name(key, kind, text, names, &format!("give one of {}", names.join(", ")))
        })
    }
}

/// How a legend looks.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendStyle {
    /// Where it stands.
    pub loc: LegendLoc,
    /// Columns of entries, at least 1.
    pub ncols: usize,
    /// Text above the entries.
    pub title: Option<String>,
    /// Whether there is a frame around it.
    pub frameon: bool,
    /// The opacity of what is within the frame, 0 to 1.
    pub framealpha: f64,
    /// The size of its text in points.
    pub fontsize_pt: f64,
}

impl Default for LegendStyle {
    /// matplotlib's `legend.*` settings.
    fn default() -> Self {
        let loc = LegendLoc { across: 2, down: 0 };
        Self { loc, ncols: 1, title: None, frameon: true, framealpha: 0.8, fontsize_pt: 10.0 }
    }
}

/// One line of a legend.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendEntry {
    /// What is said.
    pub label: String,
    /// What it is said of; None for a heading.
    pub swatch: Option<Swatch>,
}

/// A sample of what is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Swatch {
    /// A rectangle.
    Area(LayerStyle),
    /// A line.
    Line(LayerStyle),
    /// A marker.
    Point(LayerStyle),
    /// A rectangle of a colour, straight RGBA.
    Color([u8; 4]),
}

/// A legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Legend {
    /// How it looks.
    pub style: LegendStyle,
    /// What it says, from the top down, column by column.
    pub entries: Vec<LegendEntry>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_matplotlibs() {
        for (name, [across, down]) in NAMES {
            assert_eq!(LegendLoc::parse("--legend", name).unwrap(), LegendLoc { across, down });
        }
        let message = LegendLoc::parse("--legend", "uper right").unwrap_err().to_string();
        assert!(
            message.starts_with("--legend ([legend] loc): unknown place in the map 'uper right'; nearest: upper right"),
            "{message}"
        );
        assert!(LegendLoc::parse("--legend", "best").unwrap_err().to_string().contains("give one of upper right"));
    }
}
