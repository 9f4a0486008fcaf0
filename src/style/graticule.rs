//! The style of a graticule's labels.

use super::color::Color;
use super::degrees::DegreeFormat;
use super::layout::Side;

/// Some of a map's sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeSides([bool; 4]);

impl EdgeSides {
    /// None of them.
    pub const NONE: Self = Self([false; 4]);

    /// Those where GMT's `-BWSne` annotates: longitudes below, latitudes to the left.
    pub const DEFAULT: Self = Self::NONE.with(Side::Left).with(Side::Bottom);

    /// Whether a side is among them.
    #[must_use]
    pub const fn has(self, side: Side) -> bool {
        self.0[side as usize]
    }

    /// These and another one.
    #[must_use]
    pub const fn with(mut self, side: Side) -> Self {
        self.0[side as usize] = true;
        self
    }
}

/// Where labels stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraticuleLabels {
    /// Where lines meet these sides of the map.
    Edges(EdgeSides),
    /// On the lines, within the map.
    Inline,
}

/// How labels look.
#[derive(Clone, Debug, PartialEq)]
pub struct GraticuleLabelStyle {
    /// Where they stand.
    pub place: GraticuleLabels,
    /// Their size in points.
    pub size_pt: f64,
    /// Their colour.
    pub color: Color,
    /// How degrees are written.
    pub format: DegreeFormat,
}
