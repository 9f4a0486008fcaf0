//! Names on a map: the room that one takes beside its point, and its letters with their halo, drawn once and laid
//! wherever they are needed.

use super::overlay::Overlay;
use super::text::{Coverage, Font, TextExtent};
use super::text_box::TextBox;
use crate::style::{Anchor, MarkerReach, PixelBox};

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

/// What a label's place and room are made from, in pixels or in points; so are then all places and lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelSize {
    /// The length of an em.
    pub em: f64,
    /// How far the halo reaches beyond the letters; 0 without one.
    pub halo: f64,
}

/// Middle of letters without ascenders above the baseline and of capitals: what looks level with a point.
const MIDDLE_EM: f64 = 0.32;

/// Between a marker and its label.
const GAP_EM: f64 = 0.12;

/// So far into that gap a halo that is wider may reach: letters leave as much of their own room blank.
const HALO_IN_GAP_EM: f64 = 0.07;

impl LabelSize {
    /// The origin, the left end of the baseline, that puts a text beside a point.
    #[must_use]
    pub fn origin(self, extent: &TextExtent, [x, y]: [f64; 2], anchor: Anchor, marker: MarkerReach) -> [f64; 2] {
        let [width, ascent, descent] = lengths(extent);
        let is_corner = anchor.east != 0 && anchor.north != 0;
        let gap = (GAP_EM * self.em).max(self.halo - HALO_IN_GAP_EM * self.em) + marker.towards(anchor);
        let left = match anchor.east {
            0 => x - width / 2.0,
            1.. => x + gap,
            _ => x - gap - width,
        };
        let baseline = match anchor.north {
            0 => y + MIDDLE_EM * self.em,
            // Of a name at the corner, letters that reach below the line need no more room.
            1.. => y - gap - if is_corner { descent.min(0.0) } else { descent },
            _ => y + gap + ascent,
        };
        [left, baseline]
    }

    /// The room of the letters of a text with its origin at a place.
    #[must_use]
    pub fn letters(extent: &TextExtent, [x, baseline]: [f64; 2]) -> TextBox {
        let [width, ascent, descent] = lengths(extent);
        TextBox { left: x, top: baseline - ascent, right: x + width, bottom: baseline + descent }
    }
}

/// Width, ascent and descent.
fn lengths(extent: &TextExtent) -> [f64; 3] {
    [extent.width_px, extent.ascent_px, extent.descent_px].map(f64::from)
}

impl LabelLook {
    /// The origin in whole pixels that puts a text beside a point of the figure.
    #[must_use]
    pub fn origin(&self, extent: &TextExtent, point: [f64; 2], anchor: Anchor, marker: MarkerReach) -> [i64; 2] {
        let size = LabelSize { em: self.em_px, halo: self.halo.map_or(0.0, |(_, reach_px)| reach_px) };
        size.origin(extent, point, anchor, marker).map(|c| c.round() as i64)
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
    fn ink_box(patch: &Overlay) -> TextBox {
        let trimmed = patch.clone().trimmed().expect("some ink");
        let [left, top, width, height] = [trimmed.x, trimmed.y, trimmed.width, trimmed.height].map(f64::from);
        TextBox { left, top, right: left + width, bottom: top + height }
    }

    #[test]
    fn the_room_holds_all_of_the_ink_and_little_more() {
        for text in ["Ogallala", "jj", "Å", "—", "W"] {
            let font = Font::embedded();
            let letters = LabelSize::letters(&font.measure(text, LOOK.em_px as f32), [100.0, 80.0]);
            let ink = LOOK.draw(font, text).expect("letters");
            // Ink is of whole pixels, and letters may lean over their own width by less than one.
            let halo = ink_box(&ink.halo_at([100, 80]).expect("within the figure"));
            assert!(letters.grown([2.0 + 2.0, 2.0 + 1.0]).holds(halo), "{text}: {letters:?} does not hold {halo:?}");
            let own = ink_box(&ink.letters_at([100, 80]).expect("within the figure"));
            assert!(letters.grown([2.0, 1.0]).holds(own), "{text}: {letters:?} does not hold {own:?}");
            assert!(own.grown([3.0, 1.0]).holds(letters), "{text}: {letters:?} {own:?}");
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
            let (dx, dy) = (own.left + own.right - 400.0, own.top + own.bottom - 400.0);
            let is_on = |side: i8, middle: f64, near: f64, far: f64| match side {
                0 => middle.abs() <= 6.0,
                1.. => (203.0..=212.0).contains(&near),
                _ => (188.0..=197.0).contains(&far),
            };
            assert!(is_on(anchor.east, dx, own.left, own.right), "{anchor:?}: {own:?}");
            assert!(is_on(-anchor.north, dy, own.top, own.bottom), "{anchor:?}: {own:?}");
        }
    }

    #[test]
    fn a_wide_halo_keeps_off_its_own_marker() {
        let (size, marker) = (LabelSize { em: 8.0, halo: 4.0 }, MarkerReach::of_disc(1.0));
        let extent = Font::embedded().measure("Xanadu", 8.0);
        for anchor in Anchor::AROUND {
            let letters = LabelSize::letters(&extent, size.origin(&extent, [0.0; 2], anchor, marker));
            let share = letters.grown([size.halo; 2]).share_of_square([0.0; 2], marker.farthest());
            assert!(share < 0.3, "{anchor:?}: {share}");
        }
    }
}
