//! The raster as the frame's program sees it: cells, classes and colours, bound once a raster.

use super::Context;
use super::atlas::Atlas;
use super::layouts::{Layouts, bind_group};
use super::memory::{GrowingBuffer, uniform_buffer};
use super::raster::{GpuRaster, RasterShape, WholeRaster};
use super::uniforms::{MAX_THRESHOLDS, RasterUniform};
use crate::error::Result;
use crate::scene::ClassTable;

/// A raster and its colours.
pub struct RasterLook {
    /// The cells.
    pub raster: GpuRaster,
    /// Colours of the numbers that cells hold.
    pub of_cells: ClassTable,
    /// Colours of numbers between them, for resamplings that make such; of floats.
    pub of_means: ClassTable,
}

/// What the frame's pipelines must know of a raster.
#[derive(Clone, Copy, Debug)]
pub(super) struct RasterConstants {
    /// None without a raster.
    pub shape: Option<RasterShape>,
    /// Of the classes of cells, and of the numbers between them.
    pub threshold_counts: [u32; 2],
}

/// The raster at hand.
pub(super) struct BoundRaster {
    pub raster: Option<GpuRaster>,
    /// With the classes of cells, and with those of numbers between them.
    pub groups: [wgpu::BindGroup; 2],
    pub constants: RasterConstants,
}

/// Binds rasters, with something in each place that a raster leaves empty.
pub(super) struct RasterBinder {
    facecolor: [f32; 4],
    no_cells: WholeRaster,
    no_tiles: Atlas,
}

impl RasterBinder {
    pub(super) fn new(context: &Context, facecolor: [f32; 4]) -> Result<Self> {
        Ok(Self { facecolor, no_cells: WholeRaster::none(context)?, no_tiles: Atlas::none(context)? })
    }

    /// Uploads the colours of a raster's numbers and binds them with its cells.
    pub(super) fn bind(&self, context: &Context, layouts: &Layouts, look: Option<RasterLook>) -> BoundRaster {
        let (cells, tiles) = match look.as_ref().map(|look| &look.raster) {
            Some(GpuRaster::Whole(raster)) => (raster.view(), self.no_tiles.views()),
            Some(GpuRaster::Paged(atlas)) => (self.no_cells.view(), atlas.views()),
            None => (self.no_cells.view(), self.no_tiles.views()),
        };
        let uniform = look.as_ref().map_or_else(RasterUniform::default, |look| look.raster.uniform());
        let uniform = uniform_buffer(context, "raster", &RasterUniform { facecolor: self.facecolor, ..uniform });
        let group = |classes: Option<&ClassTable>| {
            let (keys, colors) = classes.map_or((&[][..], &[][..]), |c| (c.threshold_keys(), c.colors()));
            assert!(keys.len() <= MAX_THRESHOLDS, "{} thresholds, {MAX_THRESHOLDS} at most", keys.len());
            let mut all_keys = [0; MAX_THRESHOLDS];
            all_keys[..keys.len()].copy_from_slice(keys);
            let mut colors_buffer = GrowingBuffer::new(&context.device, "class colours");
            colors_buffer.write(context, bytemuck::cast_slice(colors));
            let keys_buffer = uniform_buffer(context, "thresholds", &all_keys);
            let resources = [
                uniform.as_entire_binding(),
                wgpu::BindingResource::TextureView(&cells),
                keys_buffer.as_entire_binding(),
                colors_buffer.buffer.as_entire_binding(),
                wgpu::BindingResource::TextureView(&tiles[0]),
                wgpu::BindingResource::TextureView(&tiles[1]),
            ];
            bind_group(&context.device, "raster", &layouts.frame_raster, &resources)
        };
        let tables = look.as_ref().map(|look| [&look.of_cells, &look.of_means]);
        let constants = RasterConstants {
            shape: look.as_ref().map(|look| look.raster.shape()),
            threshold_counts: tables.map_or([0; 2], |tables| tables.map(|table| table.threshold_count() as u32)),
        };
        let groups = tables.map_or([None; 2], |tables| tables.map(Some)).map(group);
        BoundRaster { groups, constants, raster: look.map(|look| look.raster) }
    }
}
