//! Drawing: what is uploaded once, what changes with each figure, and the passes that turn it into pixels.
//!
//! Everything here works in pixels and raw cells; absolute map coordinates stay on the CPU in `f64`.

mod atlas;
mod context;
mod frame;
mod furniture;
mod grids;
mod layouts;
mod lines;
mod memory;
mod pipelines;
mod placed;
mod raster;
mod readback;
mod shaders;
mod targets;
mod uniforms;

pub use atlas::{Atlas, AtlasOptions, NO_SLOT, PAGE_COLUMNS};
pub use context::{AdapterChoice, AdapterSummary, Context};
pub use frame::{FrameInput, RasterLook, Renderer, RendererOptions, VisibleLayer};
pub use lines::{GpuLayer, LayerLook, VERTICES_PER_SEGMENT, WORKGROUP};
pub use raster::{CellKind, GpuRaster, RasterFormat, WholeRaster};
pub use readback::PaddedRows;
pub use shaders::{PROGRAMS, Program};
pub use uniforms::{
    FigureUniform, LayerUniform, LevelUniform, MAX_PLANES, MAX_THRESHOLDS, PlanesUniform, RasterUniform, ViewUniform,
};
