//! Names on a map: the room that one takes beside its point, and its letters with their halo, drawn once and laid
//! wherever they are needed.

use super::halo::halo_beyond_px;
use super::overlay::Overlay;
use super::text::{Coverage, Font, TextExtent};
use crate::style::{Anchor, MarkerReach, PixelBox, SignedBox};

/// How a layer's labels are drawn, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelLook {
    /// Pixels an em.
    pub em_px: f64,
    /// The letters' straight RGBA colour.
    pub color: [u8; 4],
    /// The halo's straight RGBA colour, and how far it reaches beyond the letters.
    pub halo: Option<([u8; 4], f64)>,
}

/// Middle of letters without ascenders above the baseline and of capitals: what looks level with a point.
const MIDDLE_EM: f64 = 0.32;

/// Between a marker and its label.
const GAP_EM: f64 = 0.12;

impl LabelLook {
    /// The room that a text takes with its origin, the left end of its baseline, at a pixel's corner.
    #[must_use]
    pub fn room(&self, extent: &TextExtent, [x, baseline]: [i64; 2]) -> SignedBox {
        // Letters may lean over their own width by less than a pixel.
        let beyond = self.beyond_px() + 1;
        let up = f64::from(extent.ascent_px).ceil() as i64;
        let down = f64::from(extent.descent_px).ceil() as i64;
        let right = f64::from(extent.width_px).ceil() as i64;
        SignedBox {
            left: x - beyond,
            top: baseline - up - beyond + 1,
            right: x + right + beyond,
            bottom: baseline + down + beyond - 1,
        }
    }

    /// The origin that puts a text beside a point of the figure.
    #[must_use]
    pub fn origin(&self, extent: &TextExtent, [x, y]: [f64; 2], anchor: Anchor, marker: MarkerReach) -> [i64; 2] {
        let [width, ascent, descent] = [extent.width_px, extent.ascent_px, extent.descent_px].map(f64::from);
        let is_corner = anchor.east != 0 && anchor.north != 0;
        let gap = GAP_EM * self.em_px + marker.towards(anchor);
        let left = match anchor.east {
            0 => x - width / 2.0,
            1.. => x + gap,
            _ => x - gap - width,
        };
        let baseline = match anchor.north {
            0 => y + MIDDLE_EM * self.em_px,
            // Of a name at the corner, letters that reach below the line need no more room.
            1.. => y - gap - if is_corner { descent.min(0.0) } else { descent },
            _ => y + gap + ascent,
        };
        [left.round() as i64, baseline.round() as i64]
    }

    /// The room of the letters alone, as [`room`](Self::room) is that of letters and halo.
    #[must_use]
    pub fn letters(&self, extent: &TextExtent, origin: [i64; 2]) -> SignedBox {
        self.room(extent, origin).grown(-self.beyond_px())
    }

    /// Draws a text; None if there is nothing to be seen.
    #[must_use]
    pub fn draw(&self, font: &Font, text: &str) -> Option<LabelInk> {
        let ink = font.draw(text, self.em_px as f32, 0, 0);
        if ink.values.is_empty() {
            return None;
        }
        let halo = self.halo.map(|(color, reach_px)| Piece::new(ink.widened(reach_px), color));
        Some(LabelInk { letters: Piece::new(ink, self.color), halo })
    }

    /// Whole pixels by which the halo reaches beyond the letters.
    fn beyond_px(&self) -> i64 {
        self.halo.map_or(0, |(_, reach_px)| halo_beyond_px(reach_px))
    }
}

/// A label without a place. All halos are drawn before all letters, so that none lies on a neighbour's letters.
#[derive(Clone, Debug)]
pub struct LabelInk {
    letters: Piece,
    halo: Option<Piece>,
}

/// A patch, and the way from the label's origin to its corner.
#[derive(Clone, Debug)]
struct Piece {
    patch: Overlay,
    offset: [i64; 2],
}

impl LabelInk {
    /// The halo with the label's origin at a place; None without a halo, and if it reaches beyond the left or top edge
    /// of the figure.
    #[must_use]
    pub fn halo_at(&self, origin: [i64; 2]) -> Option<Overlay> {
        self.halo.as_ref().and_then(|halo| halo.at(origin))
    }

    /// The letters, in the same way.
    #[must_use]
    pub fn letters_at(&self, origin: [i64; 2]) -> Option<Overlay> {
        self.letters.at(origin)
    }
}

impl Piece {
    fn new(ink: Coverage, color: [u8; 4]) -> Self {
        let offset = [ink.x, ink.y];
        let mut patch =
            Overlay::transparent(PixelBox { x: 0, y: 0, width: ink.width as u32, height: ink.height as u32 });
        patch.paint(&Coverage { x: 0, y: 0, ..ink }, color);
        Self { patch, offset }
    }

    fn at(&self, origin: [i64; 2]) -> Option<Overlay> {
        let [x, y] = [0, 1].map(|k| u32::try_from(origin[k] + self.offset[k]).ok());
        Some(Overlay { x: x?, y: y?, ..self.patch.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: LabelLook = LabelLook { em_px: 20.0, color: [0, 0, 0, 255], halo: Some(([255, 255, 255, 255], 2.0)) };

    /// A box drawn around an ink's own pixels.
    fn ink_box(patch: &Overlay) -> SignedBox {
        let trimmed = patch.clone().trimmed().expect("some ink");
        trimmed.area().into()
    }

    #[test]
    fn the_room_holds_all_of_the_ink_and_little_more() {
        for text in ["Ogallala", "jj", "Å", "—", "W"] {
            let font = Font::embedded();
            let extent = font.measure(text, LOOK.em_px as f32);
            let room = LOOK.room(&extent, [100, 80]);
            let ink = LOOK.draw(font, text).expect("letters");
            let own = ink_box(&ink.halo_at([100, 80]).expect("within the figure"));
            assert!(room.holds(own), "{text}: {room:?} does not hold {own:?}");
            let letters = ink_box(&ink.letters_at([100, 80]).expect("within the figure"));
            assert!(LOOK.letters(&extent, [100, 80]).holds(letters) && room.holds(letters), "{text}: {letters:?}");
            assert!(
                own.grown(4).holds(SignedBox { left: own.left, right: own.right, ..room }),
                "{text}: {room:?} {own:?}"
            );
        }
    }

    #[test]
    fn a_label_stands_on_the_side_that_its_anchor_names() {
        let extent = Font::embedded().measure("Xanadu", LOOK.em_px as f32);
        let marker = MarkerReach::of_disc(5.0);
        for anchor in Anchor::AROUND {
            let origin = LOOK.origin(&extent, [200.0, 200.0], anchor, marker);
            let letters = LabelLook { halo: None, ..LOOK }.draw(Font::embedded(), "Xanadu").expect("letters");
            let own = ink_box(&letters.letters_at(origin).expect("within the figure"));
            let (dx, dy) = (own.left + own.right - 400, own.top + own.bottom - 400);
            let is_on = |side: i8, middle: i64, near: i64, far: i64| match side {
                0 => middle.abs() <= 6,
                1.. => (203..=212).contains(&near),
                _ => (188..=197).contains(&far),
            };
            assert!(is_on(anchor.east, dx, own.left, own.right), "{anchor:?}: {own:?}");
            assert!(is_on(-anchor.north, dy, own.top, own.bottom), "{anchor:?}: {own:?}");
        }
    }
}
