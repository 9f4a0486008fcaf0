//! The room of a text before it is rounded to pixels: what is measured with it is the same at every resolution.

/// A box in pixels or in points; y runs down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextBox {
    /// The left edge.
    pub left: f64,
    /// The top edge.
    pub top: f64,
    /// The right edge.
    pub right: f64,
    /// The bottom edge.
    pub bottom: f64,
}

impl TextBox {
    /// The box with so much more to the left and right, and above and below.
    #[must_use]
    pub fn grown(self, [x, y]: [f64; 2]) -> Self {
        Self { left: self.left - x, top: self.top - y, right: self.right + x, bottom: self.bottom + y }
    }

    /// Whether two boxes share more than an edge.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// Whether all of `other` is in this box.
    #[must_use]
    pub fn holds(self, other: Self) -> bool {
        self.left <= other.left && other.right <= self.right && self.top <= other.top && other.bottom <= self.bottom
    }

    /// The way from the box to a point beside it: along x, and along y; 0 where it is level with the box.
    #[must_use]
    pub fn way_to(self, [x, y]: [f64; 2]) -> [f64; 2] {
        [(self.left - x).max(x - self.right).max(0.0), (self.top - y).max(y - self.bottom).max(0.0)]
    }

    /// The share of a square about a point that is within the box; `reach` is half its side, and more than 0.
    #[must_use]
    pub fn share_of_square(self, [x, y]: [f64; 2], reach: f64) -> f64 {
        let within = |low: f64, high: f64, at: f64| (high.min(at + reach) - low.max(at - reach)).max(0.0);
        within(self.left, self.right, x) * within(self.top, self.bottom, y) / (4.0 * reach * reach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: TextBox = TextBox { left: 10.0, top: 20.0, right: 50.0, bottom: 30.0 };

    #[test]
    fn ways_lead_to_the_nearest_edge() {
        assert_eq!(BOX.way_to([7.0, 34.0]), [3.0, 4.0]);
        assert_eq!(BOX.way_to([55.0, 25.0]), [5.0, 0.0]);
        assert_eq!(BOX.way_to([30.0, 25.0]), [0.0; 2]);
    }

    #[test]
    fn shares_of_squares_are_what_the_box_covers() {
        assert_eq!(BOX.share_of_square([30.0, 25.0], 2.0), 1.0);
        assert_eq!(BOX.share_of_square([50.0, 25.0], 2.0), 0.5);
        assert_eq!(BOX.share_of_square([51.0, 31.0], 2.0), 0.0625);
        assert_eq!(BOX.share_of_square([53.0, 25.0], 2.0), 0.0);
    }

    #[test]
    fn neighbours_share_an_edge_only() {
        let beside = TextBox { left: 50.0, right: 60.0, ..BOX };
        assert!(!BOX.overlaps(beside) && BOX.overlaps(beside.grown([0.1, 0.0])));
        assert!(BOX.grown([1.0, 2.0]).holds(BOX) && !BOX.holds(BOX.grown([1.0, 2.0])));
    }
}
