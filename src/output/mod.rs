//! Finished pixels to files: names that stay in their folder, encoding, metadata, and writes that leave nothing
//! half done.

mod atomic;
mod encoder;
mod exif;
mod format;
mod gdal_jpeg;
mod geotiff;
mod image;
mod jpeg;
mod name;
mod palette;
mod picture;
mod png;
mod template;
#[cfg(test)]
mod tests;
mod webp;
mod world;

pub use atomic::Unpublished;
pub use encoder::{FigureEncoder, FigureMeta};
pub use format::{FileFormat, Format, PngLevel};
pub use geotiff::geotiff_holds;
pub use image::{Channels, Image};
pub use name::{NameTemplate, collision, same_names};
pub use picture::read_picture;
pub use template::{Field, Template, UnknownField};
pub use world::{Companion, aux_file, world_file};
