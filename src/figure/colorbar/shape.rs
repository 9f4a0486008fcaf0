//! The outline of a colorbar: a rectangle whose ends may be pointed.

use super::{BarAxis, Colorbar};

/// Strips of a pixel in which a slanted end's coverage is summed; within a strip it is exact.
const STRIPS: u32 = 16;

/// The outline of a bar: a rectangle whose ends may be pointed. Lengths are whole pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BarShape {
    start: u32,
    length: u32,
    thickness: u32,
    /// Length of the pointed end for values below the scale; 0 for a square one.
    under: u32,
    /// Length of the pointed end for values above the scale; 0 for a square one.
    over: u32,
}

impl BarShape {
    /// The shape of a colorbar on its axis; pointed ends lie within the bar's length.
    #[must_use]
    pub fn new(colorbar: &Colorbar, axis: &BarAxis) -> Self {
        Self::with_size(colorbar, axis.start_px(), axis.length_px(), axis.thickness_px())
    }

    pub(in crate::figure) fn with_size(colorbar: &Colorbar, start: u32, length: u32, thickness: u32) -> Self {
        let shares = colorbar.end_shares();
        let whole = 1.0 + shares[0] + shares[1];
        let [under, over] = shares.map(|share| (share * f64::from(length) / whole).round() as u32);
        Self { start, length, thickness, under, over: over.min(length - under) }
    }

    /// Length of the bar between its extended ends, in pixels.
    #[must_use]
    pub fn inner_length_px(&self) -> f64 {
        f64::from(self.length - self.under - self.over)
    }

    /// The place along the axis, unrounded, of a fraction of the scale.
    #[must_use]
    pub fn position(&self, fraction: f64) -> f64 {
        f64::from(self.start + self.under) + fraction * self.inner_length_px()
    }

    /// The bar's middle along the axis.
    pub(in crate::figure) fn middle_px(&self) -> f64 {
        f64::from(self.start) + f64::from(self.length) / 2.0
    }

    /// Where a mark of `width_px` begins: its middle is within half a pixel of `along_px`. Where two pixels are equally
    /// near, the one farther from the bar's middle, so that the end ticks continue the outline's ends.
    pub(in crate::figure) fn mark_start(&self, along_px: f64, width_px: u32) -> i64 {
        let exact = along_px - f64::from(width_px) / 2.0;
        let nearest = if along_px < self.middle_px() { (exact - 0.5).ceil() } else { (exact + 0.5).floor() };
        nearest as i64
    }

    /// The colour of the pixels at a place. A class boundary is thereby rounded to whole pixels: a pixel has the class
    /// in which its middle lies.
    pub(super) fn color(&self, colorbar: &Colorbar, along: u32) -> Option<[u8; 4]> {
        let inner = i64::from(along) - i64::from(self.start + self.under);
        let classes = colorbar.colors.len();
        let share = (inner as f64 + 0.5) / self.inner_length_px();
        if share < 0.0 {
            colorbar.under
        } else if share >= 1.0 {
            colorbar.over
        } else {
            colorbar.colors.get(colorbar.scale.class_at(share, classes)).copied()
        }
    }

    /// Share of a pixel inside the shape when its outline is moved outwards by `grown_px` (inwards if negative). Points
    /// are cut off where they would leave the grown box.
    pub(super) fn coverage(&self, along: i64, out: i64, grown_px: f64) -> f32 {
        let middle = f64::from(self.thickness) / 2.0;
        let (near, far) = (out as f64 - middle, out as f64 + 1.0 - middle);
        let covered = (0..STRIPS).map(|strip| {
            let along = along as f64 + (f64::from(strip) + 0.5) / f64::from(STRIPS);
            let half = self.half_thickness(along, grown_px);
            (far.min(half) - near.max(-half)).max(0.0)
        });
        (covered.sum::<f64>() / f64::from(STRIPS)) as f32
    }

    /// Whether the bar has its full thickness at a place, and does so when the outline moves by `line_px` either way.
    pub(super) fn is_straight(&self, along: i64, line_px: i64) -> bool {
        // A point's slant moves its base along the bar by less than the bar's thickness.
        let reach = |end_px: u32| if end_px == 0 { line_px } else { i64::from(end_px + self.thickness) };
        let from = i64::from(self.start) + reach(self.under);
        let to = i64::from(self.start + self.length) - reach(self.over);
        (from..to).contains(&along)
    }

    /// Half the thickness of the grown shape at a place.
    fn half_thickness(&self, along: f64, grown_px: f64) -> f64 {
        let half = f64::from(self.thickness) / 2.0;
        let from_start = along - f64::from(self.start);
        let from_end = f64::from(self.start + self.length) - along;
        if from_start < -grown_px || from_end < -grown_px {
            return 0.0;
        }
        let slant = |distance: f64, length_px: u32| {
            if length_px == 0 {
                return f64::INFINITY;
            }
            let slope = half / f64::from(length_px);
            distance * slope + grown_px * (slope * slope + 1.0).sqrt()
        };
        let ends = slant(from_start, self.under).min(slant(from_end, self.over));
        ends.min(half + grown_px).max(0.0)
    }
}
