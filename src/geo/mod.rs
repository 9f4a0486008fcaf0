//! Where things are: coordinate reference systems, extents, views, and the two projection grids that let
//! the GPU place pixels and vertices as PROJ does, with no projection formula in a shader.

mod around;
mod bends;
mod chebyshev;
mod climber;
mod crs;
mod domain;
mod extent;
mod fixed;
mod footprint;
mod forward;
mod geodesic;
mod georeference;
mod graticule;
mod inverse;
mod limb;
mod line_spacing;
mod north;
mod outline;
mod pixel_rect;
mod placer;
mod placing;
mod quilt;
mod round_trip;
mod row_scale;
mod sketch;
mod transformer;
mod view;
mod window;

pub(crate) use crs::gdal_failures;
pub use crs::{Crs, install_gdal_log};
pub use domain::{Domain, UNIT_PX};
pub use extent::Extent;
pub use fixed::{FixedLonLat, UNITS_PER_DEGREE};
pub use footprint::Unplaced;
pub use forward::ForwardGrid;
pub use georeference::{GeoTransform, Georeference};
pub use graticule::{Graticule, GraticuleLine, LineKind};
pub use inverse::{InverseGrid, Precision};
pub use line_spacing::{Division, LineSpacing};
pub use pixel_rect::PixelRect;
pub use placer::Placer;
pub use row_scale::RowScale;
pub use transformer::{Transformer, Transformers};
pub use view::View;
pub use window::GeoWindow;

/// Mean Earth radius in metres (IUGG), for tolerances only; positions always come from PROJ.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Largest error in pixels that an interpolated grid cell may have against PROJ.
pub const GRID_TOLERANCE_PX: f64 = 0.02;

/// Stands for "no such point" in the grids, in pixels: outside any raster and any view, yet safe to compute with.
pub const OUTSIDE_PX: f32 = -1e9;
