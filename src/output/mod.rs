//! Finished pixels to files: names that stay in their folder, encoding, metadata, and writes that leave nothing
//! half done.

mod atomic;
mod name;
mod png;
mod template;

pub use image::RgbImage as Image;

pub use atomic::Unpublished;
pub use name::{NameTemplate, collision, same_names};
pub use png::{PngEncoder, PngMeta};
pub use template::{Field, Template, UnknownField};
