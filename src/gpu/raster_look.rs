//! The raster as the frame's program sees it: cells, classes and colours, bound once a raster.

use super::Context;
use super::atlas::Atlas;
use super::class_buffers::{ClassBuffers, ClassConstants};
use super::layouts::{Layouts, bind_group};
use super::memory::uniform_buffer;
use super::raster::{GpuRaster, RasterShape, WholeRaster};
use super::uniforms::RasterUniform;
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
    /// Colour of cells without a value, straight RGBA.
    pub bad: [u8; 4],
}

/// What the frame's pipelines must know of a raster.
#[derive(Clone, Copy, Debug)]
pub(super) struct RasterConstants {
    /// None without a raster.
    pub shape: Option<RasterShape>,
    /// Of cells, and of the numbers between them.
    pub classes: [ClassConstants; 2],
    /// Whether cells without a value have a colour.
    pub has_bad_color: bool,
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
        let bad_color = look.as_ref().map_or([0; 4], |look| look.bad);
        let uniform = RasterUniform { facecolor: self.facecolor, bad_color: u32::from_le_bytes(bad_color), ..uniform };
        let uniform = uniform_buffer(context, "raster", &uniform);
        let classes = match &look {
            Some(look) => [&look.of_cells, &look.of_means].map(|table| ClassBuffers::new(context, table)),
            None => [(); 2].map(|()| ClassBuffers::new(context, &ClassTable::indexed(&[]))),
        };
        let groups = classes.each_ref().map(|classes| {
            let resources = [
                uniform.as_entire_binding(),
                wgpu::BindingResource::TextureView(&cells),
                classes.table.as_entire_binding(),
                classes.many_colors.as_entire_binding(),
                wgpu::BindingResource::TextureView(&tiles[0]),
                wgpu::BindingResource::TextureView(&tiles[1]),
            ];
            bind_group(&context.device, "raster", &layouts.frame_raster, &resources)
        });
        let constants = RasterConstants {
            shape: look.as_ref().map(|look| look.raster.shape()),
            classes: classes.map(|classes| classes.constants),
            has_bad_color: bad_color[3] != 0,
        };
        BoundRaster { groups, constants, raster: look.map(|look| look.raster) }
    }
}
