//! The style of a graticule's labels.

use super::color::Color;
use super::degrees::DegreeFormat;
use super::layout::Side;

/// Sides of a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EdgeSides {
    /// To the left of the map.
    pub left: bool,
    /// To the right of the map.
    pub right: bool,
    /// Above the map.
    pub top: bool,
    /// Below the map.
    pub bottom: bool,
}

impl EdgeSides {
    /// Those where GMT's `-BWSne` annotates: longitudes below, latitudes to the left.
    pub const DEFAULT: Self = Self { left: true, right: false, top: false, bottom: true };

    /// Whether a side is among them.
    #[must_use]
    pub fn has(self, side: Side) -> bool {
        match side {
            Side::Left => self.left,
            Side::Right => self.right,
            Side::Top => self.top,
            Side::Bottom => self.bottom,
        }
    }

    /// These and another one.
    #[must_use]
    pub fn with(self, side: Side) -> Self {
        let also = |own: bool, other: Side| own || other == side;
        Self {
            left: also(self.left, Side::Left),
            right: also(self.right, Side::Right),
            top: also(self.top, Side::Top),
            bottom: also(self.bottom, Side::Bottom),
        }
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
