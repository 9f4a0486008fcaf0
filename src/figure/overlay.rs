//! Patches of finished pixels that the GPU lays over a frame: all that is drawn around the map comes as these.

use super::text::Coverage;
use crate::style::layout::PixelBox;

/// A rectangle of premultiplied RGBA8 pixels inside the figure. The frame below takes
/// `src + (1 - src.a) * dst` in plain 8-bit values, as matplotlib's Agg blends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    /// Left edge, in pixels of the figure.
    pub x: u32,
    /// Top edge, in pixels of the figure.
    pub y: u32,
    /// Width, in pixels.
    pub width: u32,
    /// Height, in pixels.
    pub height: u32,
    /// `height` rows of `width` premultiplied RGBA pixels, from the top down, without padding.
    pub rgba: Vec<u8>,
}

impl Overlay {
    /// A patch that covers nothing yet.
    #[must_use]
    pub fn transparent(area: PixelBox) -> Self {
        let bytes = area.width as usize * area.height as usize * 4;
        Self { x: area.x, y: area.y, width: area.width, height: area.height, rgba: vec![0; bytes] }
    }

    /// A patch of one colour, straight (not premultiplied) RGBA.
    #[must_use]
    pub fn filled(area: PixelBox, color: [u8; 4]) -> Self {
        let mut patch = Self::transparent(area);
        let pixel = premultiplied(color, 1.0);
        for bytes in patch.rgba.chunks_exact_mut(4) {
            bytes.copy_from_slice(&pixel);
        }
        patch
    }

    /// The pixels that it is of.
    #[must_use]
    pub fn area(&self) -> PixelBox {
        PixelBox { x: self.x, y: self.y, width: self.width, height: self.height }
    }

    /// Lays a straight RGBA colour over one pixel of the figure, weighted by its coverage of 0 to 1. Pixels outside the
    /// patch are left alone.
    pub fn blend(&mut self, x: i64, y: i64, color: [u8; 4], coverage: f32) {
        let Some(at) = self.offset(x, y).filter(|_| coverage > 0.0) else { return };
        let source = premultiplied(color, coverage);
        let kept = 1.0 - f32::from(source[3]) / 255.0;
        for (below, above) in self.rgba[at..at + 4].iter_mut().zip(source) {
            *below = nearest(f32::from(above) + kept * f32::from(*below));
        }
    }

    /// Lays ink of a straight RGBA colour over the patch; what reaches beyond it is cut off.
    pub fn paint(&mut self, ink: &Coverage, color: [u8; 4]) {
        let rows = ink.values.chunks_exact(ink.width.max(1));
        for (y, row) in (ink.y..).zip(rows) {
            for (x, &share) in (ink.x..).zip(row) {
                if share > 0 {
                    self.blend(x, y, color, f32::from(share) / 255.0);
                }
            }
        }
    }

    /// The patch without transparent rows and columns at its edges; `None` if nothing is left.
    #[must_use]
    pub fn trimmed(self) -> Option<Self> {
        let width = self.width as usize;
        let mut inked: Option<(usize, usize, usize, usize)> = None;
        for (index, pixel) in self.rgba.chunks_exact(4).enumerate() {
            if pixel[3] > 0 {
                let (x, y) = (index % width, index / width);
                let (left, top, right, _) = inked.unwrap_or((x, y, x, y));
                inked = Some((left.min(x), top, right.max(x), y));
            }
        }
        let (left, top, right, bottom) = inked?;
        let row_bytes = |y: usize| (y * width + left) * 4..(y * width + right + 1) * 4;
        let rgba = (top..=bottom).map(|y| &self.rgba[row_bytes(y)]).collect::<Vec<_>>().concat();
        let (width, height) = ((right - left + 1) as u32, (bottom - top + 1) as u32);
        Some(Self { x: self.x + left as u32, y: self.y + top as u32, width, height, rgba })
    }

    fn offset(&self, x: i64, y: i64) -> Option<usize> {
        let column = u32::try_from(x - i64::from(self.x)).ok().filter(|column| *column < self.width)?;
        let row = u32::try_from(y - i64::from(self.y)).ok().filter(|row| *row < self.height)?;
        Some((row as usize * self.width as usize + column as usize) * 4)
    }
}

fn premultiplied(color: [u8; 4], coverage: f32) -> [u8; 4] {
    let [red, green, blue, alpha] = color.map(f32::from);
    let share = alpha / 255.0 * coverage.clamp(0.0, 1.0);
    [red * share, green * share, blue * share, 255.0 * share].map(nearest)
}

/// The nearest byte of a value that is not negative. (`f32::round` is a function call on most targets.)
fn nearest(value: f32) -> u8 {
    (value + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: PixelBox = PixelBox { x: 10, y: 20, width: 3, height: 2 };

    #[test]
    fn colours_are_premultiplied() {
        assert_eq!(Overlay::filled(AREA, [200, 100, 0, 128]).rgba[..4], [100, 50, 0, 128]);
        let mut patch = Overlay::transparent(AREA);
        patch.blend(11, 21, [255, 255, 255, 255], 0.5);
        assert_eq!(patch.rgba[16..20], [128, 128, 128, 128]);
        patch.blend(11, 21, [0, 0, 0, 255], 1.0);
        assert_eq!(patch.rgba[16..20], [0, 0, 0, 255]);
    }

    #[test]
    fn ink_outside_the_patch_is_cut_off() {
        let mut patch = Overlay::transparent(AREA);
        let ink = Coverage { x: 8, y: -5, width: 10, height: 40, values: vec![255; 400] };
        patch.paint(&ink, [0, 0, 0, 255]);
        assert_eq!(patch, Overlay::filled(AREA, [0, 0, 0, 255]));
        patch.blend(i64::MIN / 2, i64::MAX / 2, [9; 4], 1.0);
    }

    #[test]
    fn trimming_keeps_the_ink_where_it_was() {
        let mut patch = Overlay::transparent(AREA);
        assert_eq!(patch.clone().trimmed(), None);
        patch.blend(12, 20, [0, 0, 0, 255], 1.0);
        patch.blend(11, 20, [9, 9, 9, 255], 1.0);
        let trimmed = patch.trimmed().expect("two pixels");
        assert_eq!((trimmed.x, trimmed.y, trimmed.width, trimmed.height), (11, 20, 2, 1));
        assert_eq!(trimmed.rgba, [9, 9, 9, 255, 0, 0, 0, 255]);
    }
}
