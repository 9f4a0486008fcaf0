//! JPEG pictures by GDAL, which is there in any case: no decoder of our own is needed for them.

use std::path::Path;

use gdal::config::{clear_thread_local_config_option, set_thread_local_config_option};
use gdal::{Dataset, DatasetOptions};

use super::encoder::Fault;
use super::image::{Channels, Image};
use super::picture::{MOST_BYTES, opaque};

/// Without this a file that is cut off ends in grey.
const STRICT: &str = "GDAL_ERROR_ON_LIBJPEG_WARNING";

/// Reads grey and RGB files, and CMYK ones as RGB; what is missing at the end of a file is an error.
pub(super) fn read(path: &Path) -> Result<Image, Fault> {
    set_thread_local_config_option(STRICT, "YES")?;
    let read = bands(path);
    clear_thread_local_config_option(STRICT)?;
    let (size, bands) = read?;
    let rgb = match &*bands {
        [grey] => grey.iter().flat_map(|g| [*g; 3]).collect(),
        [red, green, blue, ..] => red.iter().zip(green).zip(blue).flat_map(|((r, g), b)| [*r, *g, *b]).collect(),
        _ => Vec::new(),
    };
    if rgb.is_empty() {
        return Err("it has neither one nor three channels".into());
    }
    Ok(Image::new(size, Channels::Rgba, opaque(&rgb)))
}

/// Width and height, and the values of each channel.
fn bands(path: &Path) -> Result<([u32; 2], Vec<Vec<u8>>), Fault> {
    let options = DatasetOptions { allowed_drivers: Some(&["JPEG"]), ..DatasetOptions::default() };
    let dataset = Dataset::open_ex(path, options)?;
    let size = dataset.raster_size();
    if size.0.saturating_mul(size.1) > MOST_BYTES / 4 {
        return Err("it is too large".into());
    }
    let band = |k: usize| -> Result<Vec<u8>, Fault> {
        let buffer = dataset.rasterband(k)?.read_as::<u8>((0, 0), size, size, None)?;
        Ok(buffer.data().to_vec())
    };
    let bands = (1..=dataset.raster_count()).map(band).collect::<Result<_, _>>()?;
    Ok(([u32::try_from(size.0)?, u32::try_from(size.1)?], bands))
}
