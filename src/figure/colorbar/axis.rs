//! The frame in which a colorbar is drawn alike on every side of the map: along the bar from its low end, and across it
//! from the map outward.

use crate::style::layout::{ColorbarLayout, Layout, PixelBox, Side};

/// Places along and across a colorbar, in pixels. Along a horizontal bar they are counted from the figure's left edge,
/// along a vertical one from its lower edge upward, so that values grow with them; across, from the bar's edge at the
/// map's side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BarAxis {
    side: Side,
    bar: PixelBox,
    figure: (u32, u32),
}

impl BarAxis {
    /// The axis of a colorbar in its layout.
    #[must_use]
    pub fn new(layout: &Layout, parts: &ColorbarLayout) -> Self {
        Self { side: parts.side, bar: parts.bar, figure: (layout.width_px, layout.height_px) }
    }

    /// Whether values lie from left to right.
    #[must_use]
    pub fn is_horizontal(&self) -> bool {
        self.side.is_horizontal()
    }

    /// Where the bar begins.
    #[must_use]
    pub fn start_px(&self) -> u32 {
        if self.is_horizontal() { self.bar.x } else { self.figure.1 - self.bar.bottom() }
    }

    /// The bar's length.
    #[must_use]
    pub fn length_px(&self) -> u32 {
        if self.is_horizontal() { self.bar.width } else { self.bar.height }
    }

    /// The bar's thickness.
    #[must_use]
    pub fn thickness_px(&self) -> u32 {
        if self.is_horizontal() { self.bar.height } else { self.bar.width }
    }

    /// The figure's length in the bar's direction.
    #[must_use]
    pub fn figure_px(&self) -> u32 {
        if self.is_horizontal() { self.figure.0 } else { self.figure.1 }
    }

    /// Column and row of the pixel that begins `along` the bar and `out` from its inner edge.
    #[must_use]
    pub fn pixel(&self, along: i64, out: i64) -> (i64, i64) {
        let (left, top) = (i64::from(self.bar.x), i64::from(self.bar.y));
        let (right, bottom) = (i64::from(self.bar.right()), i64::from(self.bar.bottom()));
        let row = i64::from(self.figure.1) - 1 - along;
        match self.side {
            Side::Bottom => (along, top + out),
            Side::Top => (along, bottom - 1 - out),
            Side::Right => (left + out, row),
            Side::Left => (right - 1 - out, row),
        }
    }
}
