//! Where things are: coordinate reference systems, extents, views, and the two projection grids that let
//! the GPU place pixels and vertices as PROJ does, with no projection formula in a shader.

mod crs;
mod extent;
mod fixed;
mod forward;
mod inverse;
mod lattice;
mod sketch;
mod view;

pub(crate) use crs::gdal_failures;
pub use crs::{Crs, Transformer, Transformers, install_gdal_log};
pub use extent::Extent;
pub use fixed::{FixedLonLat, UNITS_PER_DEGREE};
pub use forward::{ForwardGrid, GeoWindow};
pub use inverse::{GeoTransform, Georeference, InverseGrid, OUTSIDE_PX};
pub use view::View;

/// Mean Earth radius in metres (IUGG), for tolerances only; positions always come from PROJ.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Largest error in pixels that an interpolated grid cell may have against PROJ.
pub const GRID_TOLERANCE_PX: f64 = 0.02;
