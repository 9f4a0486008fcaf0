//! JPEG, for maps whose colours run into each other and need not be exact.

use jpeg_encoder::{ColorType, Encoder, PixelDensity, PixelDensityUnit, SamplingFactor};

use super::encoder::{Fault, FigureMeta};
use super::exif;
use super::image::{Channels, Image};

/// Appends a JPEG file. Colours have the same resolution as brightness (4:4:4): thin coloured lines and letters would
/// smear otherwise. Huffman tables are the usual ones: the image's own take half as long again for a twentieth less.
/// Maps of 1400x900 px of quality 90 take 20 ms. (The encoder's SIMD code takes 15, but rounds otherwise: the same figure
/// would be another file on another processor.) Resolution goes to JFIF in whole pixels an inch, resolution and title
/// to EXIF.
///
/// # Errors
/// For an image without pixels, with alpha, or of more than 65,535 pixels a side.
pub(super) fn write(out: &mut Vec<u8>, image: &Image, meta: &FigureMeta, quality: u8) -> Result<(), Fault> {
    let [width, height] = image.size_px();
    let (Ok(width), Ok(height)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(format!("JPEG holds no more than {} pixels a side", u16::MAX).into());
    };
    if image.channels() != Channels::Rgb {
        return Err("JPEG holds no transparency".into());
    }
    let mut encoder = Encoder::new(out, quality);
    encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
    let dpi = meta.dpi.round().clamp(1.0, f64::from(u16::MAX)) as u16;
    encoder.set_density(PixelDensity { density: (dpi, dpi), unit: PixelDensityUnit::Inches });
    encoder.add_exif_metadata(&exif::block(meta))?;
    Ok(encoder.encode(image.bytes(), width, height, ColorType::Rgb)?)
}
