//! What the tests that drive the program share: running it, reading its images, PROJ, rasters and outlines to draw.
#![allow(dead_code, unused_imports, reason = "each test file uses its own part of these helpers")]

mod classes;
mod colors;
mod curves;
mod folder;
pub(crate) mod geojson;
pub(crate) mod green_map;
pub(crate) mod handmade;
mod ink;
mod lined_maps;
mod maps;
mod mutate;
mod oracle;
mod outlines;
mod projection;
mod raster;
mod run;
mod sampling;
mod server;

pub(crate) use classes::{Classes, cell_of, first_lines, noise};
pub(crate) use colors::{TAB10, WHITE, digitize, matplotlib_table};
pub(crate) use curves::{STEP_PX, Step, Tracer, distance};
pub(crate) use folder::Folder;
pub(crate) use ink::{Ink, SUPERSAMPLES, strip_share, supersampled_union};
pub(crate) use lined_maps::{LINED_MAPS, LinedMap};
pub(crate) use maps::{RoundTrip, WORLD_MAPS, WORLD_PX, WorldMap};
pub(crate) use mutate::{Random, damaged_bytes, damaged_text};
pub(crate) use oracle::{EDGE_PX, PixelOracle};
pub(crate) use outlines::{LonLat, lines, polygons, read_parts, write_layer};
pub(crate) use projection::{Projection, View, silence_gdal};
pub(crate) use raster::{Cell, Numbers, Placement, TestRaster, hash, unit_noise};
pub(crate) use run::{Frames, Image, Outcome, decode, file_names, mapfolio, mapfolio_in, text};
pub(crate) use sampling::{CellBox, GREYS, convolved, extreme, mean, prevailing, wrong_greys};
pub(crate) use server::Server;

/// cartopy's `LambertConformal()`, which `--crs lcc` stands for.
pub(crate) const LCC: &str = "+proj=lcc +lat_0=39 +lon_0=-96 +lat_1=33 +lat_2=45 +x_0=0 +y_0=0 +datum=WGS84 +units=m";

/// A folder of the bundled demo's data.
pub(crate) fn demo(file: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(file)
}
