//! The colours of an image as a palette, if they are few enough for one.

use super::image::{Channels, Image};

/// Most colours that a PNG's palette holds.
const MOST_COLORS: usize = 256;

/// Slots of the table of colours, 2 to the power of this: four for each colour.
const SLOTS_LOG2: u32 = 10;
const NO_COLOR: u16 = u16::MAX;

/// The colours of an image and where they are.
#[derive(Debug, Default)]
pub(super) struct Palette {
    /// Red, green, blue and straight alpha, in the order in which they are met.
    pub colors: Vec<[u8; 4]>,
    /// The numbers of the colours by their hashes.
    slots: Vec<u16>,
    /// The number of each pixel's colour.
    indices: Vec<u8>,
    packed: Vec<u8>,
}

impl Palette {
    /// Looks for all colours of an image; false if there are too many. On maps of 1400x900 px that takes 1 ms if they are
    /// few enough, no more than encoding fewer bytes saves, and less than 0.1 ms if they are not.
    pub(super) fn find(&mut self, image: &Image) -> bool {
        self.colors.clear();
        self.indices.clear();
        self.slots.clear();
        self.slots.resize(1 << SLOTS_LOG2, NO_COLOR);
        match image.channels() {
            Channels::Rgb => self.find_among(image.bytes().as_chunks().0, |[r, g, b]| [r, g, b, 255]),
            Channels::Rgba => self.find_among(image.bytes().as_chunks().0, |pixel| pixel),
        }
    }

    fn find_among<const N: usize>(&mut self, pixels: &[[u8; N]], color: impl Fn([u8; N]) -> [u8; 4]) -> bool {
        self.indices.reserve(pixels.len());
        let mut last = None;
        for pixel in pixels {
            let index = match last {
                Some((same, index)) if same == *pixel => index,
                _ => match self.index_of(color(*pixel)) {
                    Some(index) => index,
                    None => return false,
                },
            };
            last = Some((*pixel, index));
            self.indices.push(index);
        }
        true
    }

    /// The number of a colour, a new one if it has none yet; None if there are too many.
    fn index_of(&mut self, color: [u8; 4]) -> Option<u8> {
        // The fractional part of the golden ratio spreads neighbouring numbers (Knuth, TAOCP 3, 6.4).
        let mut slot = (u32::from_le_bytes(color).wrapping_mul(0x9e37_79b1) >> (u32::BITS - SLOTS_LOG2)) as usize;
        loop {
            match self.slots[slot] {
                NO_COLOR if self.colors.len() == MOST_COLORS => return None,
                NO_COLOR => {
                    self.slots[slot] = self.colors.len() as u16;
                    self.colors.push(color);
                }
                index if self.colors[usize::from(index)] == color => return Some(index as u8),
                _ => slot = (slot + 1) % self.slots.len(),
            }
        }
    }

    /// Bits that a colour's number takes: 1, 2, 4 or 8.
    pub(super) fn bits(&self) -> u8 {
        match self.colors.len() {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            _ => 8,
        }
    }

    /// The numbers of all pixels in rows of so many, of [`bits`](Self::bits) each from the highest of a byte on.
    pub(super) fn packed(&mut self, width: u32) -> &[u8] {
        let bits = self.bits();
        if bits == 8 {
            return &self.indices;
        }
        self.packed.clear();
        for row in self.indices.chunks(width as usize) {
            for part in row.chunks(usize::from(8 / bits)) {
                let shifts = (0..8 / bits).map(|k| 8 - bits * (k + 1));
                self.packed.push(part.iter().zip(shifts).fold(0, |byte, (index, shift)| byte | index << shift));
            }
        }
        &self.packed
    }
}
