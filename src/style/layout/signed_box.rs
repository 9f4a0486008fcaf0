//! A rectangle of whole pixels that may reach beyond the figure, as ink, halos and the room of labels may.

use super::{Layout, PixelBox};

/// A rectangle of whole pixels of the figure's plane, within the figure or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedBox {
    /// The first column.
    pub left: i64,
    /// The first row.
    pub top: i64,
    /// The first column to the right of it.
    pub right: i64,
    /// The first row below it.
    pub bottom: i64,
}

impl SignedBox {
    /// The box with its corner at a place, of a size in pixels; whole pixels that hold all of it.
    #[must_use]
    pub fn around([x, y]: [f64; 2], [width, height]: [f64; 2]) -> Self {
        let (left, top) = (x.floor() as i64, y.floor() as i64);
        Self { left, top, right: (x + width).ceil() as i64, bottom: (y + height).ceil() as i64 }
    }

    /// The square that reaches so many pixels from its middle; whole pixels that hold all of it.
    #[must_use]
    pub fn about([x, y]: [f64; 2], reach: f64) -> Self {
        Self::around([x - reach, y - reach], [2.0 * reach, 2.0 * reach])
    }

    /// The box with so many pixels more on every side.
    #[must_use]
    pub fn grown(self, px: i64) -> Self {
        Self { left: self.left - px, top: self.top - px, right: self.right + px, bottom: self.bottom + px }
    }

    /// The smallest box that holds both.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// The part that lies in the figure; None if there is none.
    #[must_use]
    pub fn clipped(self, layout: &Layout) -> Option<PixelBox> {
        let within = |start: i64, end: i64, size: u32| {
            let (start, end) = (start.max(0), end.min(size.into()));
            Some((u32::try_from(start).ok()?, u32::try_from(end - start).ok().filter(|length| *length > 0)?))
        };
        let (x, width) = within(self.left, self.right, layout.width_px)?;
        let (y, height) = within(self.top, self.bottom, layout.height_px)?;
        Some(PixelBox { x, y, width, height })
    }

    /// Whether two boxes share a pixel.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// Whether all pixels of `other` are in this box.
    #[must_use]
    pub fn holds(self, other: Self) -> bool {
        self.left <= other.left && other.right <= self.right && self.top <= other.top && other.bottom <= self.bottom
    }
}

impl From<PixelBox> for SignedBox {
    fn from(area: PixelBox) -> Self {
        let [left, top, right, bottom] = [area.x, area.y, area.right(), area.bottom()].map(i64::from);
        Self { left, top, right, bottom }
    }
}

#[cfg(test)]
mod tests {
    use super::super::LayoutSpec;
    use super::*;

    #[test]
    fn a_box_holds_all_that_it_is_made_around() {
        let place = SignedBox::around([-0.25, 3.5], [2.5, 1.0]);
        assert_eq!(place, SignedBox { left: -1, top: 3, right: 3, bottom: 5 });
        assert_eq!(SignedBox::about([1.0, 4.0], 1.25), SignedBox { left: -1, top: 2, right: 3, bottom: 6 });
        assert!(place.grown(1).holds(place) && !place.holds(place.grown(1)));
        assert!(!place.overlaps(SignedBox { left: 3, top: 3, right: 9, bottom: 5 }), "neighbours share no pixel");
        let other = SignedBox { left: 5, top: -9, right: 6, bottom: -8 };
        assert_eq!(place.joined(other), SignedBox { left: -1, top: -9, right: 6, bottom: 5 });
    }

    #[test]
    fn what_is_beyond_the_figure_is_cut_off() {
        let spec = LayoutSpec { figsize_in: (3.0, 2.0), dpi: 100.0, frame_only: true, ..LayoutSpec::default() };
        let layout = Layout::new(&spec).expect("a usable size");
        let clipped = |left, top, right, bottom| SignedBox { left, top, right, bottom }.clipped(&layout);
        assert_eq!(clipped(-5, 150, 20, 900), Some(PixelBox { x: 0, y: 150, width: 20, height: 50 }));
        assert_eq!(clipped(280, -7, 301, 3), Some(PixelBox { x: 280, y: 0, width: 20, height: 3 }));
        assert_eq!(clipped(-9, -9, 900, 900), Some(layout.figure()));
        for [left, right] in [[-20, 0], [300, 310], [-9, -5], [i64::MIN / 2, -1]] {
            assert_eq!(clipped(left, 0, right, 200), None, "{left} to {right}");
        }
    }
}
