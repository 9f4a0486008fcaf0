//! What a legend says and where it stands, with matplotlib's names and defaults.

use super::box_loc::BoxLoc;
use super::layer::LayerStyle;

/// How a legend looks.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendStyle {
    /// Where it stands.
    pub loc: BoxLoc,
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
        let loc = BoxLoc::UPPER_RIGHT;
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
