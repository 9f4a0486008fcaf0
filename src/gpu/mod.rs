//! Drawing: what is uploaded once, what changes with each figure, and the passes that turn it into pixels.
//!
//! Everything here works in pixels and raw cells; absolute map coordinates stay on the CPU in `f64`.

mod atlas;
mod class_buffers;
mod context;
mod fills;
mod frame;
mod frame_pipelines;
mod furniture;
mod grids;
mod input;
mod kept;
mod layouts;
mod lines;
mod memory;
mod passes;
mod pipelines;
mod placed;
mod raster;
mod raster_look;
mod readback;
mod shaders;
mod targets;
mod uniforms;

pub use atlas::{Atlas, AtlasOptions, NO_SLOT, PAGE_COLUMNS};
pub use context::{AdapterChoice, AdapterSummary, Context};
pub use fills::{OwnTriangles, VERTICES_PER_TRIANGLE, VisibleFill};
pub use frame::Renderer;
pub use input::{FrameInput, MapLayers, PlaneLook, RasterOver, RendererOptions, VisibleLayer};
pub use kept::{Coverage, KeptCoverage};
pub use lines::{CORNERS_PER_SEGMENT, GpuLayer, LayerLook, STROKE_REACH_PX, StrokeKind, WORKGROUP};
pub use raster::{CellKind, GpuRaster, RasterFormat, WholeRaster};
pub use raster_look::RasterLook;
pub use readback::{FramePixels, PaddedRows, READBACK_BUFFERS};
pub use shaders::{PROGRAMS, Program};
pub use uniforms::{
    ClassesUniform, FigureUniform, LayerUniform, LevelUniform, MAX_CLASSES, MAX_PLANES, MAX_THRESHOLDS, MarkerUniform,
    PlanesUniform, RasterUniform, ViewUniform,
};
