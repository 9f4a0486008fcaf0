//! From pixels to the bytes of a file of any format.

use std::path::Path;

use super::format::FileFormat;
use super::image::Image;
use super::{geotiff, jpeg, png, webp};
use crate::error::{Error, Result};
use crate::geo::Georeference;

/// What made the file.
pub(super) const SOFTWARE: &str = concat!("mapfolio ", env!("CARGO_PKG_VERSION"));

/// What a file says about itself, as far as its format can.
#[derive(Clone, Copy, Debug)]
pub struct FigureMeta<'a> {
    /// The file that this will be, for error messages.
    pub path: &'a Path,
    /// Pixels in an inch.
    pub dpi: f64,
    /// The title; empty for none. It is kept whatever its script.
    pub title: &'a str,
    /// Where the figure's pixels lie on the map; the map box has the map's extent. None for what is no map, which cannot
    /// be a `GeoTIFF`.
    pub place: Option<&'a Georeference>,
}

impl FigureMeta<'_> {
    /// The title without zero bytes, at which texts end.
    pub(super) fn title_text(&self) -> String {
        self.title.replace('\0', "")
    }
}

/// Why an image could not be encoded, as the encoder of its format says it.
pub(super) type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Encodes figures one after another without allocating for each.
pub struct FigureEncoder {
    format: FileFormat,
    out: Vec<u8>,
    png: png::Scratch,
    geotiff: geotiff::Scratch,
}

impl FigureEncoder {
    /// For figures that all become files of one kind.
    #[must_use]
    pub fn new(format: FileFormat) -> Self {
        Self { format, out: Vec::new(), png: png::Scratch::default(), geotiff: geotiff::Scratch::default() }
    }

    /// Encodes an image. The bytes last until the next one.
    ///
    /// # Errors
    /// [`Error::Encode`] if the image has no pixels, or more than its format can hold.
    pub fn encode(&mut self, image: &Image, meta: &FigureMeta) -> Result<&[u8]> {
        self.out.clear();
        let outcome = match self.format {
            _ if image.bytes().is_empty() => Err("the image has no pixels".into()),
            FileFormat::Png { level, palette } => self.png.write(&mut self.out, image, meta, level, palette),
            FileFormat::Jpeg { quality } => jpeg::write(&mut self.out, image, meta, quality),
            FileFormat::Webp => webp::write(&mut self.out, image, meta),
            FileFormat::Tiff => self.geotiff.write(&mut self.out, image, meta),
        };
        outcome.map_err(|source| Error::Encode { path: meta.path.to_owned(), source })?;
        Ok(&self.out)
    }
}
