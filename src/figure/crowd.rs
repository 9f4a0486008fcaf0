//! Which places of a figure are taken, so that no label is laid over another or over what stands there already.

use crate::style::layout::{PixelBox, SignedBox};

/// Rows of pixels that are looked up together.
const ROWS: i64 = 32;

/// The taken places of a figure. Who asks first has the first choice.
#[derive(Clone, Debug)]
pub struct Crowd {
    figure: SignedBox,
    /// The boxes that reach into each so many rows of the figure.
    taken: Vec<Vec<SignedBox>>,
}

impl Crowd {
    /// An empty figure of a width and height in pixels.
    #[must_use]
    pub fn new([width, height]: [u32; 2]) -> Self {
        let figure = PixelBox { x: 0, y: 0, width, height }.into();
        Self { figure, taken: vec![Vec::new(); (i64::from(height) / ROWS + 1) as usize] }
    }

    /// Keeps a place from all labels, whatever else is there.
    pub fn block(&mut self, place: SignedBox) {
        for rows in self.rows_of(place) {
            self.taken[rows].push(place);
        }
    }

    /// Whether a place is within the figure and none of it is taken.
    #[must_use]
    pub fn is_free(&self, place: SignedBox) -> bool {
        self.figure.holds(place)
            && self.rows_of(place).all(|rows| !self.taken[rows].iter().any(|other| other.overlaps(place)))
    }

    /// Takes a place if it is free, and tells whether it was.
    pub fn take(&mut self, place: SignedBox) -> bool {
        let is_free = self.is_free(place);
        if is_free {
            self.block(place);
        }
        is_free
    }

    fn rows_of(&self, place: SignedBox) -> std::ops::Range<usize> {
        let last = self.taken.len() as i64 - 1;
        let row = |y: i64| (y / ROWS).clamp(0, last) as usize;
        row(place.top)..row(place.bottom - 1) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_box() -> impl Strategy<Value = SignedBox> {
        (-20_i64..320, -20_i64..220, 1_i64..60, 1_i64..40).prop_map(|(left, top, width, height)| SignedBox {
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
}
