//! What is read: rasters, outlines and the list of regions, each with its faults found and named.

mod cells;
mod curves;
mod dataset_name;
mod encoding;
mod lonlat;
mod ogr;
mod outlines;
mod raster;
mod region_columns;
mod regions;
mod shp;
mod strips;

use gdal::errors::GdalError;

pub use dataset_name::{dataset_stem, plain_path, relative_to};
pub use encoding::{Encoding, RawType};
pub use outlines::{Outlines, Selection, read_features, read_outlines};
pub use raster::{RasterInfo, RasterSource};
pub use regions::{Region, read_regions};
pub use strips::{CellBuffer, Strip};

/// GDAL's own words for a failure, without the crate's wrapping.
fn gdal_reason(error: &GdalError) -> String {
    let text = match error {
        GdalError::CplError { msg, .. } | GdalError::NullPointer { msg, .. } => msg.trim().to_owned(),
        other => other.to_string(),
    };
    if text.is_empty() { "GDAL gives no reason".into() } else { text }
}
