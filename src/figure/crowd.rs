//! Which places of a figure are taken, so that no label is laid over another or over what stands there already.

use crate::style::layout::PixelBox;

/// Rows of pixels that are looked up together.
const ROWS: i64 = 32;

/// The room that a label takes, in whole pixels of the figure; it may reach beyond the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelBox {
    /// The first column.
    pub left: i64,
    /// The first row.
    pub top: i64,
    /// The first column to the right of it.
    pub right: i64,
    /// The first row below it.
    pub bottom: i64,
}

impl LabelBox {
    /// The box with its corner at a place, of a size in pixels; whole pixels that hold all of it.
    #[must_use]
    pub fn around([x, y]: [f64; 2], [width, height]: [f64; 2]) -> Self {
        let (left, top) = (x.floor() as i64, y.floor() as i64);
        Self { left, top, right: (x + width).ceil() as i64, bottom: (y + height).ceil() as i64 }
    }

    /// The box with so many pixels more on every side.
    #[must_use]
    pub fn grown(self, px: i64) -> Self {
        Self { left: self.left - px, top: self.top - px, right: self.right + px, bottom: self.bottom + px }
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

impl From<PixelBox> for LabelBox {
    fn from(area: PixelBox) -> Self {
        let [left, top, right, bottom] = [area.x, area.y, area.right(), area.bottom()].map(i64::from);
        Self { left, top, right, bottom }
    }
}

/// The taken places of a figure. Who asks first has the first choice.
#[derive(Clone, Debug)]
pub struct Crowd {
    figure: LabelBox,
    /// The boxes that reach into each so many rows of the figure.
    taken: Vec<Vec<LabelBox>>,
}

impl Crowd {
    /// An empty figure of a width and height in pixels.
    #[must_use]
    pub fn new([width, height]: [u32; 2]) -> Self {
        let figure = PixelBox { x: 0, y: 0, width, height }.into();
        Self { figure, taken: vec![Vec::new(); (i64::from(height) / ROWS + 1) as usize] }
    }

    /// Keeps a place from all labels, whatever else is there.
    pub fn block(&mut self, place: LabelBox) {
        for rows in self.rows_of(place) {
            self.taken[rows].push(place);
        }
    }

    /// Whether a place is within the figure and none of it is taken.
    #[must_use]
    pub fn is_free(&self, place: LabelBox) -> bool {
        self.figure.holds(place)
            && self.rows_of(place).all(|rows| !self.taken[rows].iter().any(|other| other.overlaps(place)))
    }

    /// Takes a place if it is free, and tells whether it was.
    pub fn take(&mut self, place: LabelBox) -> bool {
        let is_free = self.is_free(place);
        if is_free {
            self.block(place);
        }
        is_free
    }

    fn rows_of(&self, place: LabelBox) -> std::ops::Range<usize> {
        let last = self.taken.len() as i64 - 1;
        let row = |y: i64| (y / ROWS).clamp(0, last) as usize;
        row(place.top)..row(place.bottom - 1) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_box() -> impl Strategy<Value = LabelBox> {
        (-20_i64..320, -20_i64..220, 1_i64..60, 1_i64..40).prop_map(|(left, top, width, height)| LabelBox {
            left,
            top,
            right: left + width,
            bottom: top + height,
        })
    }

    proptest! {
        /// Compared with looking at every pixel of the figure.
        #[test]
        fn a_place_is_taken_once_and_only_within_the_figure(places in prop::collection::vec(any_box(), 1..40)) {
            let mut crowd = Crowd::new([300, 200]);
            let mut pixels = vec![false; 300 * 200];
            for (index, place) in places.into_iter().enumerate() {
                let inside = place.left >= 0 && place.top >= 0 && place.right <= 300 && place.bottom <= 200;
                let of_figure = |&(x, y): &(i64, i64)| (0..300).contains(&x) && (0..200).contains(&y);
                let all = (place.top..place.bottom).flat_map(|y| (place.left..place.right).map(move |x| (x, y)));
                let own: Vec<usize> = all.filter(of_figure).map(|(x, y)| (y * 300 + x) as usize).collect();
                let is_free = inside && own.iter().all(|pixel| !pixels[*pixel]);
                let is_blocked = index % 5 == 0;
                if is_blocked {
                    crowd.block(place);
                } else {
                    prop_assert_eq!(crowd.take(place), is_free);
                }
                if is_blocked || is_free {
                    for pixel in own {
                        pixels[pixel] = true;
                    }
                }
            }
        }
    }

    #[test]
    fn a_box_holds_all_that_it_is_made_around() {
        let place = LabelBox::around([-0.25, 3.5], [2.5, 1.0]);
        assert_eq!(place, LabelBox { left: -1, top: 3, right: 3, bottom: 5 });
        assert!(place.grown(1).holds(place) && !place.holds(place.grown(1)));
        assert!(!place.overlaps(LabelBox { left: 3, top: 3, right: 9, bottom: 5 }), "neighbours share no pixel");
    }
}
