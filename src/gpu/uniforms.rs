//! Rust's side of the uniform blocks in `shaders/`; a test compares each with naga's layout field by field.

use bytemuck::{Pod, Zeroable};

use crate::scene::MOST_BUCKETS;
use crate::source::MAX_RASTER_LEVELS;
use crate::style::MOST_EDGES;

/// Coverage planes that one frame can hold; layers of one colour next to each other share a plane.
pub const MAX_PLANES: usize = 48;

/// Each plane has a bit in a number.
const _: () = assert!(MAX_PLANES <= u64::BITS as usize);

/// `View` in `common.wgsl`: where the map box is and how its grids are laid out.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct ViewUniform {
    /// Top left of the map box in figure pixels.
    pub box_origin_px: [u32; 2],
    /// Size of the map box in pixels.
    pub box_size_px: [u32; 2],
    /// Raster column and row to which the inverse grid is relative.
    pub inverse_base_px: [i32; 2],
    /// Pixels between nodes of the inverse grid: 2 to this power.
    pub inverse_pitch_log2: u32,
    /// Squares of [`crate::geo::UNIT_PX`] in a row.
    pub unit_columns: u32,
    /// Nodes of the forward grid along longitude and latitude.
    pub forward_nodes: [u32; 2],
    /// South-west corner of the forward grid, fixed longitude and latitude.
    pub forward_corner: [i32; 2],
    /// Cells of the forward grid in one fixed unit of longitude and of latitude.
    pub forward_cells_per_unit: [f32; 2],
    /// How far on all sides the viewport of lines reaches beyond the map box, in pixels.
    pub guard_px: f32,
    /// Fills the block to 16 bytes.
    pub unused: u32,
}

/// `Raster` in `frame.wgsl`: what the pass needs besides its constants.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct RasterUniform {
    /// The raw bits of a cell without a value.
    pub nodata_bits: u32,
    /// Colour of cells without a value, RGBA8 with straight alpha, red in the lowest byte.
    pub bad_color: u32,
    /// Fills the row to 16 bytes.
    pub unused_a: u32,
    /// Fills the row to 16 bytes.
    pub unused_b: u32,
    /// Colour of the map where nothing is drawn, premultiplied alpha.
    pub facecolor: [f32; 4],
    /// The raster's resolutions from the finest to the coarsest.
    pub levels: [LevelUniform; MAX_RASTER_LEVELS],
}

/// `Level` in `frame.wgsl`: one resolution of the raster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct LevelUniform {
    /// Columns and rows.
    pub size_px: [u32; 2],
    /// Its cells along a side of one of the first level's.
    pub per_cell: [f32; 2],
    /// The page of its first tile.
    pub first_page: u32,
    /// Its tiles in a row.
    pub tile_columns: u32,
    /// Fills the row to 16 bytes.
    pub unused: [u32; 2],
}

/// Thresholds that one raster's classes can have.
pub const MAX_THRESHOLDS: usize = 4096;

/// Classes that have a place in [`ClassesUniform`]: one more than thresholds, in whole rows.
pub const MAX_CLASSES: usize = MAX_THRESHOLDS + 4;

/// `Classes` in `frame.wgsl`: a [`crate::scene::ClassLookup`] with its thresholds and colours.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct ClassesUniform {
    /// Where the first bucket of keys begins.
    pub first_key: u32,
    /// The key before those that take no buckets.
    pub gap_start: u32,
    /// How many keys take no buckets.
    pub gap_length: u32,
    /// Keys in a bucket: 2 to this power.
    pub bucket_log2: u32,
    /// From the first key to the last threshold, those in the gap left out.
    pub span: u32,
    /// The bit of a bucket's word with which its class begins.
    pub class_shift: u32,
    /// The number of the last class.
    pub last_class: u32,
    /// Fills the row to 16 bytes.
    pub unused: u32,
    /// The class of each bucket's first key, and how far from there the next threshold is.
    pub buckets: [u32; MOST_BUCKETS as usize],
    /// The first key of each class but the first, and then the greatest key.
    pub thresholds: [u32; MAX_CLASSES],
    /// RGBA8 with straight alpha, red in the lowest byte; the last class's also behind it.
    pub colors: [u32; MAX_CLASSES],
}

/// `Planes` in `coverage.wgsl`.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct PlanesUniform {
    /// Colour of each plane, straight alpha.
    pub colors: [[f32; 4]; MAX_PLANES],
}

/// `Layer` in `common.wgsl`.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct LayerUniform {
    /// Vertices of the level, separators included.
    pub vertex_count: u32,
    /// Segments in every chunk but the last.
    pub segments_per_chunk: u32,
    /// Half the line's width, or a disc's radius, in pixels.
    pub half_width_px: f32,
    /// The radius of the hole in a disc, in pixels.
    pub hole_radius_px: f32,
    /// Whether the vertices are pixel positions, bit by bit, and not longitudes and latitudes.
    pub is_placed: u32,
    /// Fills the block to 32 bytes.
    pub unused_a: u32,
    /// See `unused_a`.
    pub unused_b: u32,
    /// See `unused_a`.
    pub unused_c: u32,
}

/// `Marker` in `marker.wgsl`.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct MarkerUniform {
    /// How many of the edges there are.
    pub edge_count: u32,
    /// How far the marker reaches from its place, in pixels.
    pub reach_px: f32,
    /// Fills the row to 16 bytes.
    pub unused: [u32; 2],
    /// Each from x, y to x, y in pixels from the marker's place.
    pub edges: [[f32; 4]; MOST_EDGES],
}

/// `Figure` in `overlay.wgsl`.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct FigureUniform {
    /// Size of the figure in pixels.
    pub size_px: [f32; 2],
    /// Fills the block to 16 bytes.
    pub unused: [f32; 2],
}
