//! The raster as the frame's program sees it: cells, classes and colours, bound once a run.

use super::Context;
use super::atlas::Atlas;
use super::layouts::{Layouts, bind_group};
use super::memory::{GrowingBuffer, uniform_buffer};
use super::raster::{GpuRaster, WholeRaster};
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

/// The raster with the classes of its cells, and with those of numbers between them.
pub(super) fn raster_groups(
    context: &Context,
    layouts: &Layouts,
    look: Option<&RasterLook>,
    facecolor: [f32; 4],
) -> Result<[wgpu::BindGroup; 2]> {
    let nothing = GpuRaster::Whole(WholeRaster::none(context)?);
    let raster = look.map_or(&nothing, |look| &look.raster);
    let uniform = RasterUniform { facecolor, ..raster.uniform() };
    let uniform = uniform_buffer(context, "raster", &uniform);
    let unused_tiles;
    let (cells, tiles) = match (raster, &nothing) {
        (GpuRaster::Whole(raster), _) => {
            unused_tiles = Atlas::none(context)?;
            (raster.view(), unused_tiles.views())
        }
        (GpuRaster::Paged(atlas), GpuRaster::Whole(nothing)) => (nothing.view(), atlas.views()),
        (GpuRaster::Paged(_), GpuRaster::Paged(_)) => unreachable!("no raster is one texture"),
    };
    let group = |classes: Option<&ClassTable>| {
        let (keys, colors) = classes.map_or((&[] as &[u32], &[] as &[[u8; 4]]), |c| (c.threshold_keys(), c.colors()));
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
    Ok([look.map(|look| &look.of_cells), look.map(|look| &look.of_means)].map(group))
}
