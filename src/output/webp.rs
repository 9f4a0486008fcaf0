//! WebP without loss, for pages that browsers show.

use image_webp::{ColorType, WebPEncoder};

use super::encoder::{Fault, FigureMeta};
use super::exif;
use super::image::{Channels, Image};

/// Appends a WebP file; resolution and title go to EXIF.
///
/// # Errors
/// For an image without pixels, or of more than 16,384 pixels a side.
pub(super) fn write(out: &mut Vec<u8>, image: &Image, meta: &FigureMeta) -> Result<(), Fault> {
    let [width, height] = image.size_px();
    let color = match image.channels() {
        Channels::Rgb => ColorType::Rgb8,
        Channels::Rgba => ColorType::Rgba8,
    };
    let mut encoder = WebPEncoder::new(out);
    encoder.set_exif_metadata(exif::block(meta));
    Ok(encoder.encode(image.bytes(), width, height, color)?)
}
