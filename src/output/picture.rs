//! Pictures that a user gives, such as logos.

use std::io::Cursor;
use std::path::Path;

use image_webp::WebPDecoder;
use png::{ColorType, Decoder, Limits, Transformations};

use super::encoder::Fault;
use super::gdal_jpeg;
use super::image::{Channels, Image};
use crate::error::{Error, Result};

/// Most bytes that a picture's pixels may take while it is read: larger ones are no logos.
pub(super) const MOST_BYTES: usize = 128 << 20;

/// Reads a PNG, WebP or JPEG file by what it holds, whatever its name; RGB and straight alpha, 8 bits a channel.
///
/// # Errors
/// [`Error::Io`] if it cannot be read, [`Error::Value`] naming `key` if it is no such file or broken.
pub fn read_picture(path: &Path, key: &str) -> Result<Image> {
    let bytes = std::fs::read(path).map_err(Error::io(path, "read"))?;
    let fault = |problem: String| {
        Error::value(key, path.display(), problem, "give a PNG, JPEG or WebP file that other programs show")
    };
    let (kind, read) = match &*bytes {
        [0x89, b'P', b'N', b'G', ..] => ("PNG", read_png(&bytes)),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ("WebP", read_webp(&bytes)),
        [0xff, 0xd8, 0xff, ..] => ("JPEG", gdal_jpeg::read(path)),
        _ => return Err(fault("holds no PNG, JPEG or WebP picture".into())),
    };
    read.map_err(|error| fault(format!("is a {kind} file that cannot be read: {error}")))
}

fn read_png(bytes: &[u8]) -> Result<Image, Fault> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MOST_BYTES });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let size = reader.output_buffer_size().filter(|size| *size <= MOST_BYTES).ok_or("it is too large")?;
    let mut pixels = vec![0; size];
    let info = reader.next_frame(&mut pixels)?;
    pixels.truncate(info.buffer_size());
    let rgba = match info.color_type {
        ColorType::Rgba => pixels,
        ColorType::Rgb => opaque(&pixels),
        ColorType::GrayscaleAlpha => pixels.as_chunks().0.iter().flat_map(|&[grey, a]| [grey, grey, grey, a]).collect(),
        ColorType::Grayscale | ColorType::Indexed => pixels.iter().flat_map(|&g| [g, g, g, 255]).collect(),
    };
    Ok(Image::new([info.width, info.height], Channels::Rgba, rgba))
}

fn read_webp(bytes: &[u8]) -> Result<Image, Fault> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes))?;
    decoder.set_memory_limit(MOST_BYTES);
    let (width, height) = decoder.dimensions();
    let size = decoder.output_buffer_size().filter(|size| *size <= MOST_BYTES).ok_or("it is too large")?;
    let mut pixels = vec![0; size];
    decoder.read_image(&mut pixels)?;
    let rgba = if decoder.has_alpha() { pixels } else { opaque(&pixels) };
    Ok(Image::new([width, height], Channels::Rgba, rgba))
}

/// RGB with full alpha.
pub(super) fn opaque(rgb: &[u8]) -> Vec<u8> {
    rgb.as_chunks().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect()
}
