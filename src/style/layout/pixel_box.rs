//! A rectangle of whole pixels, in which every box of a figure is given.

/// A rectangle of whole pixels; the origin is the figure's top left corner and y runs down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PixelBox {
    /// Left edge, in pixels.
    pub x: u32,
    /// Top edge, in pixels.
    pub y: u32,
    /// Width, in pixels.
    pub width: u32,
    /// Height, in pixels.
    pub height: u32,
}

impl PixelBox {
    /// The first pixel column to the right of the box.
    #[must_use]
    pub fn right(self) -> u32 {
        self.x + self.width
    }

    /// The first pixel row under the box.
    #[must_use]
    pub fn bottom(self) -> u32 {
        self.y + self.height
    }

    /// The box's middle between left and right, in pixels.
    #[must_use]
    pub fn centre_x(self) -> f64 {
        f64::from(self.x) + f64::from(self.width) / 2.0
    }

    /// A box from signed arithmetic that is known to have stayed inside the figure.
    pub(super) fn from_signed(x: i64, y: i64, width: i64, height: i64) -> Self {
        let px = |value: i64| u32::try_from(value.max(0)).unwrap_or(u32::MAX);
        Self { x: px(x), y: px(y), width: px(width), height: px(height) }
    }
}
