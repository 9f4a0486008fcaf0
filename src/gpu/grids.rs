//! The view at hand: its uniform and its projection grids, written for each frame into the same buffers.

use super::Context;
use super::input::FrameInput;
use super::layouts::{Layouts, bind_group};
use super::memory::{GrowingBuffer, GrowingTexture, buffer};
use super::uniforms::ViewUniform;
use crate::geo::InverseGrid;

/// Buffers of one view, and the bind groups that hold them.
pub(super) struct ViewGrids {
    /// Of each raster on the map, lowest first; at least one.
    rasters: Vec<RasterGrids>,
    forward: GrowingBuffer,
    pub project_group: wgpu::BindGroup,
    pub line_group: wgpu::BindGroup,
}

/// How the view sees one raster.
struct RasterGrids {
    view: wgpu::Buffer,
    inverse: GrowingTexture,
    /// The inverse grid's texels on their way there.
    texels: Vec<[f32; 4]>,
    patch_of_unit: GrowingBuffer,
    patches: GrowingBuffer,
    group: wgpu::BindGroup,
}

impl ViewGrids {
    pub(super) fn new(device: &wgpu::Device, layouts: &Layouts) -> Self {
        let lowest = RasterGrids::new(device, layouts);
        let forward = GrowingBuffer::new(device, "forward grid", wgpu::BufferUsages::STORAGE);
        Self {
            project_group: project_group(device, layouts, &lowest.view, &forward),
            line_group: bind_group(device, "line view", &layouts.line_view, &[lowest.view.as_entire_binding()]),
            rasters: vec![lowest],
            forward,
        }
    }

    /// What the frame's program binds for a raster on the map, counted from the lowest.
    pub(super) fn frame_group(&self, place: usize) -> &wgpu::BindGroup {
        &self.rasters[place].group
    }

    /// Replaces the view by that of `input`.
    pub(super) fn write(&mut self, context: &Context, layouts: &Layouts, input: &FrameInput, guard_px: u32) {
        let mut uniform = ViewUniform {
            box_origin_px: [input.map_box.x, input.map_box.y],
            box_size_px: [input.map_box.width, input.map_box.height],
            guard_px: guard_px as f32,
            ..Default::default()
        };
        if let Some(grid) = input.forward {
            uniform.forward_nodes = grid.nodes;
            uniform.forward_corner = [grid.window.corner.lon, grid.window.corner.lat];
            uniform.forward_cells_per_unit = [0, 1].map(|axis| grid.cells_per_unit(axis));
            if self.forward.write(context, bytemuck::cast_slice(&grid.values)) {
                self.project_group = project_group(&context.device, layouts, &self.rasters[0].view, &self.forward);
            }
        }
        for (place, grid) in input.grids().enumerate() {
            if self.rasters.len() == place {
                self.rasters.push(RasterGrids::new(&context.device, layouts));
            }
            self.rasters[place].write(context, layouts, uniform, grid);
        }
    }
}

impl RasterGrids {
    fn new(device: &wgpu::Device, layouts: &Layouts) -> Self {
        let view = buffer(device, "view", size_of::<ViewUniform>(), wgpu::BufferUsages::UNIFORM);
        let inverse = GrowingTexture::new(device, "inverse grid");
        let [patch_of_unit, patches] =
            ["patch of unit", "patches"].map(|label| GrowingBuffer::new(device, label, wgpu::BufferUsages::STORAGE));
        let group = frame_group(device, layouts, &view, &inverse, [&patch_of_unit, &patches]);
        Self { view, inverse, texels: Vec::new(), patch_of_unit, patches, group }
    }

    /// Replaces the grid; `uniform` is the view but for it.
    fn write(&mut self, context: &Context, layouts: &Layouts, mut uniform: ViewUniform, grid: Option<&InverseGrid>) {
        if let Some(grid) = grid {
            uniform.inverse_base_px = grid.base_px;
            uniform.inverse_pitch_log2 = grid.pitch_px.ilog2();
            uniform.unit_columns = grid.unit_columns;
            let outgrown = [
                self.write_inverse(context, grid),
                self.patch_of_unit.write(context, bytemuck::cast_slice(&grid.patch_of_unit)),
                self.patches.write(context, bytemuck::cast_slice(&grid.patches)),
            ];
            if outgrown.contains(&true) {
                let patches = [&self.patch_of_unit, &self.patches];
                self.group = frame_group(&context.device, layouts, &self.view, &self.inverse, patches);
            }
        }
        context.queue.write_buffer(&self.view, 0, bytemuck::bytes_of(&uniform));
    }

    /// Each texel holds a node and the next one in its row.
    fn write_inverse(&mut self, context: &Context, grid: &InverseGrid) -> bool {
        let [columns, rows] = grid.nodes;
        self.texels.clear();
        for row in grid.values.chunks_exact(columns as usize) {
            self.texels.extend(row.windows(2).map(|pair| [pair[0][0], pair[0][1], pair[1][0], pair[1][1]]));
        }
        self.inverse.write(context, [columns - 1, rows], &self.texels)
    }
}

fn project_group(
    device: &wgpu::Device,
    layouts: &Layouts,
    view: &wgpu::Buffer,
    forward: &GrowingBuffer,
) -> wgpu::BindGroup {
    let resources = [view.as_entire_binding(), forward.buffer.as_entire_binding()];
    bind_group(device, "project view", &layouts.project_view, &resources)
}

fn frame_group(
    device: &wgpu::Device,
    layouts: &Layouts,
    view: &wgpu::Buffer,
    inverse: &GrowingTexture,
    patches: [&GrowingBuffer; 2],
) -> wgpu::BindGroup {
    let inverse = inverse.view();
    let [patch_of_unit, patches] = patches.map(|part| part.buffer.as_entire_binding());
    let resources = [view.as_entire_binding(), wgpu::BindingResource::TextureView(&inverse), patch_of_unit, patches];
    bind_group(device, "frame view", &layouts.frame_view, &resources)
}
