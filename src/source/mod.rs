//! What is read: rasters, outlines and the list of regions, each with its faults found and named.

mod averages;
mod band;
mod bundled;
mod cells;
mod classes;
mod colors;
mod curves;
mod dataset_name;
mod encoding;
mod labels;
mod levels;
mod lonlat;
mod ogr;
mod opening;
mod outlines;
mod polynomial;
mod pool;
mod raster;
mod region_bounds;
mod region_columns;
mod region_fields;
mod regions;
mod shapes;
mod shp;
mod stamp;
mod strips;
mod tiles;
mod time;
mod topology;
mod warped;

use gdal::errors::GdalError;

pub use band::{BandChoice, BandSelection};
pub use bundled::{BundledLayer, bundled_layer, bundled_layers};
pub use cells::RasterRange;
pub use classes::{ClassTest, FeatureClasses};
pub use colors::{ColorBands, OwnColors};
pub use dataset_name::{dataset_stem, plain_path, relative_to};
pub use encoding::{Encoding, RawType};
pub use labels::{FeatureLabel, LabelColumns};
pub use levels::{MAX_RASTER_LEVELS, Pyramid, RasterLevel, Tile};
pub use opening::{OpenOptions, RasterDataset, block_cache_bytes, subdatasets};
pub use outlines::{Outlines, Selection, read_features, read_outlines};
pub use pool::DatasetPool;
pub use raster::{RasterInfo, RasterSource};
pub use region_bounds::{Around, Bounds, BoxBounds};
pub use region_fields::Fields;
pub use regions::{Region, read_regions};
pub use shapes::{LayerShapes, layer_shapes};
pub use stamp::{stamp_of_dataset, stamp_of_file, stamp_of_layer};
pub use strips::{CellBuffer, Strip};
pub use tiles::{CellBlend, TilePart, TileParts, TileSink};

/// GDAL's own words for a failure, without the crate's wrapping.
fn gdal_reason(error: &GdalError) -> String {
    let text = match error {
        GdalError::CplError { msg, .. } | GdalError::NullPointer { msg, .. } => msg.trim().to_owned(),
        other => other.to_string(),
    };
    if text.is_empty() { "GDAL gives no reason".into() } else { text }
}
