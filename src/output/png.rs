//! PNG, the format that everyone reads: fast settings, physical size and title included.

use png::{BitDepth, ColorType, Compression, Encoder, Filter, PixelDimensions, Unit};

use super::encoder::{Fault, FigureMeta, SOFTWARE};
use super::format::PngLevel;
use super::image::{Channels, Image};
use super::palette::Palette;

/// Measured on finished maps of 1400x900 px, one core, mean time and size: Fast with Up 2.3 ms, 465 kB; Sub 2.5 ms,
/// 446 kB; Paeth 2.9 ms, 381 kB; adaptive 3.4 ms, 378 kB; Balanced 34 ms, 212 kB. Paeth's half a millisecond buys a
/// fifth less to hash, write and keep.
const FAST: (Compression, Filter) = (Compression::Fast, Filter::Paeth);

/// Of maps, the first makes files a fifth smaller than any filter does; of photographs it may be the other way round.
const SMALL: [(Compression, Filter); 2] =
    [(Compression::Balanced, Filter::NoFilter), (Compression::Balanced, Filter::Adaptive)];

const METRES_PER_INCH: f64 = 0.0254;

/// What is used again from figure to figure.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    palette: Palette,
    /// The other of two files of which the smaller is taken.
    other: Vec<u8>,
}

impl Scratch {
    /// Appends a PNG file. Resolution becomes pHYs in whole pixels a metre, as matplotlib writes it; the title is tEXt if
    /// Latin-1 holds it, else iTXt.
    ///
    /// # Errors
    /// If the image has no pixels.
    pub(super) fn write(
        &mut self,
        out: &mut Vec<u8>,
        image: &Image,
        meta: &FigureMeta,
        level: PngLevel,
        palette: bool,
    ) -> Result<(), Fault> {
        let has_palette = palette && self.palette.find(image);
        let palette = has_palette.then_some(&mut self.palette);
        let mut pixels = Pixels::of(image, palette);
        if level == PngLevel::Fast {
            return pixels.write(out, meta, FAST);
        }
        let [first, second] = SMALL;
        pixels.write(out, meta, first)?;
        self.other.clear();
        pixels.write(&mut self.other, meta, second)?;
        if self.other.len() < out.len() {
            std::mem::swap(out, &mut self.other);
        }
        Ok(())
    }
}

/// Pixels as PNG takes them.
struct Pixels<'a> {
    size_px: [u32; 2],
    color: ColorType,
    depth: BitDepth,
    /// Red, green and blue of each colour of a palette, and their alpha if some are transparent.
    palette: Option<(Vec<u8>, Option<Vec<u8>>)>,
    bytes: &'a [u8],
}

impl<'a> Pixels<'a> {
    fn of(image: &'a Image, palette: Option<&'a mut Palette>) -> Self {
        let size_px = image.size_px();
        let Some(palette) = palette else {
            let color = match image.channels() {
                Channels::Rgb => ColorType::Rgb,
                Channels::Rgba => ColorType::Rgba,
            };
            return Self { size_px, color, depth: BitDepth::Eight, palette: None, bytes: image.bytes() };
        };
        let colors: Vec<u8> = palette.colors.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
        let alphas: Vec<u8> = palette.colors.iter().map(|color| color[3]).collect();
        let alphas = Some(alphas).filter(|alphas| alphas.iter().any(|alpha| *alpha < 255));
        let depth = match palette.bits() {
            1 => BitDepth::One,
            2 => BitDepth::Two,
            4 => BitDepth::Four,
            _ => BitDepth::Eight,
        };
        let (color, palette, bytes) = (ColorType::Indexed, Some((colors, alphas)), palette.packed(size_px[0]));
        Self { size_px, color, depth, palette, bytes }
    }

    fn write(
        &mut self,
        out: &mut Vec<u8>,
        meta: &FigureMeta,
        (compression, filter): (Compression, Filter),
    ) -> Result<(), Fault> {
        let mut encoder = Encoder::new(out, self.size_px[0], self.size_px[1]);
        encoder.set_color(self.color);
        encoder.set_depth(self.depth);
        if let Some((colors, alphas)) = &self.palette {
            encoder.set_palette(colors.as_slice());
            if let Some(alphas) = alphas {
                encoder.set_trns(alphas.as_slice());
            }
        }
        encoder.set_compression(compression);
        encoder.set_filter(filter);
        encoder.set_pixel_dims(Some(pixel_dimensions(meta.dpi)));
        add_texts(&mut encoder, meta)?;
        let mut writer = encoder.write_header()?;
        writer.write_image_data(self.bytes)?;
        Ok(writer.finish()?)
    }
}

fn add_texts(encoder: &mut Encoder<&mut Vec<u8>>, meta: &FigureMeta) -> Result<(), Fault> {
    encoder.add_text_chunk("Software".to_owned(), SOFTWARE.to_owned())?;
    let title = without_controls(meta.title);
    if title.is_empty() {
        return Ok(());
    }
    let is_latin1 = title.chars().all(|character| u32::from(character) < 0x100);
    if is_latin1 {
        encoder.add_text_chunk("Title".to_owned(), title)?;
    } else {
        encoder.add_itxt_chunk("Title".to_owned(), title)?;
    }
    Ok(())
}

fn pixel_dimensions(dpi: f64) -> PixelDimensions {
    let per_metre = (dpi / METRES_PER_INCH).round() as u32;
    PixelDimensions { xppu: per_metre, yppu: per_metre, unit: Unit::Meter }
}

/// PNG's text chunks end at a zero byte and allow no control character but the newline.
fn without_controls(text: &str) -> String {
    let kept = |character: &char| *character == '\n' || !character.is_control();
    text.chars().filter(kept).collect()
}
