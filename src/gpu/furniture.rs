//! Furniture on the GPU: the patches of the frame at hand, their texels one after another in one buffer. Paper where the
//! map box shows no map is patches too.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::Context;
use super::input::FrameInput;
use super::layouts::{Layouts, bind_group};
use super::memory::{GrowingBuffer, uniform_buffer};
use super::uniforms::FigureUniform;
use crate::figure::Overlay;
use crate::geo::PixelRect;

const TEXEL_BYTES: usize = 4;

/// One patch as `overlay.wgsl` takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct PatchInstance {
    /// Left, top, width and height in pixels of the figure.
    patch_px: [u32; 4],
    /// First texel, texels from one pixel to the next along x and along y, nothing.
    texel_steps: [u32; 4],
}

impl PatchInstance {
    pub(super) const ATTRIBUTES: [wgpu::VertexAttribute; 2] = wgpu::vertex_attr_array![0 => Uint32x4, 1 => Uint32x4];

    /// Appends the patch's texels: all of them, or one if they are all the same.
    fn push(patch: &Overlay, texels: &mut Vec<u8>) -> Self {
        let first = (texels.len() / TEXEL_BYTES) as u32;
        let is_plain = patch.rgba.chunks_exact(TEXEL_BYTES).all(|texel| *texel == patch.rgba[..TEXEL_BYTES]);
        let (kept, steps) = if is_plain { (TEXEL_BYTES, [0, 0]) } else { (patch.rgba.len(), [1, patch.width]) };
        texels.extend_from_slice(&patch.rgba[..kept.min(patch.rgba.len())]);
        Self { patch_px: [patch.x, patch.y, patch.width, patch.height], texel_steps: [first, steps[0], steps[1], 0] }
    }
}

/// The furniture of the frame at hand.
pub(super) struct Furniture {
    texels: GrowingBuffer,
    instances: GrowingBuffer,
    figure: wgpu::Buffer,
    group: wgpu::BindGroup,
    shared: Shared,
    /// What stands there where there is no map: RGBA8, premultiplied.
    paper: [u8; 4],
    /// Which instances are paper; those of furniture follow.
    papers: u32,
    count: u32,
}

/// The part that many frames have in common.
#[derive(Default)]
struct Shared {
    id: Option<u64>,
    texels: Vec<u8>,
    instances: Vec<PatchInstance>,
}

impl Furniture {
    pub(super) fn new(context: &Context, layouts: &Layouts, paper: [f32; 4]) -> Self {
        let device = &context.device;
        let texels = GrowingBuffer::new(device, "furniture", wgpu::BufferUsages::STORAGE);
        let figure = uniform_buffer(context, "figure", &FigureUniform::default());
        Self {
            instances: GrowingBuffer::new(device, "patches", wgpu::BufferUsages::VERTEX),
            group: overlay_group(device, layouts, &figure, &texels),
            shared: Shared::default(),
            paper: paper.map(|channel| (channel * 255.0).round() as u8),
            papers: 0,
            count: 0,
            texels,
            figure,
        }
    }

    /// Replaces the furniture. The shared patches are looked at only if their number is another than before.
    pub(super) fn write(&mut self, context: &Context, layouts: &Layouts, input: &FrameInput) {
        let (id, shared) = input.furniture;
        let is_new = self.shared.id != Some(id);
        if is_new {
            self.shared = Shared { id: Some(id), ..Shared::default() };
            self.shared.instances =
                shared.iter().map(|patch| PatchInstance::push(patch, &mut self.shared.texels)).collect();
        }
        // Only the figure's own texels go there for each frame, behind the shared ones.
        let shared_bytes = self.shared.texels.len();
        let mut instances = self.paper_instances(input);
        self.papers = instances.len() as u32;
        instances.extend_from_slice(&self.shared.instances);
        let own = input.on_map.iter().chain(input.own);
        instances.extend(own.map(|patch| PatchInstance::push(patch, &mut self.shared.texels)));
        self.count = instances.len() as u32;
        if self.texels.write_from(context, &self.shared.texels, if is_new { 0 } else { shared_bytes }) {
            self.group = overlay_group(&context.device, layouts, &self.figure, &self.texels);
        }
        self.shared.texels.truncate(shared_bytes);
        self.instances.write(context, bytemuck::cast_slice(&instances));
        let figure = FigureUniform { size_px: input.figure_px.map(|size| size as f32), ..Default::default() };
        context.queue.write_buffer(&self.figure, 0, bytemuck::bytes_of(&figure));
    }

    /// Patches of paper, which all share one texel.
    fn paper_instances(&mut self, input: &FrameInput) -> Vec<PatchInstance> {
        if input.beyond.is_empty() {
            return Vec::new();
        }
        let texel = (self.shared.texels.len() / TEXEL_BYTES) as u32;
        self.shared.texels.extend(self.paper);
        let place = |rect: &PixelRect| PatchInstance {
            patch_px: [input.map_box.x + rect.corner[0], input.map_box.y + rect.corner[1], rect.size[0], rect.size[1]],
            texel_steps: [texel, 0, 0, 0],
        };
        input.beyond.iter().map(place).collect()
    }

    /// Draws the paper where there is no map, with the pipeline that is set.
    pub(super) fn draw_paper(&self, pass: &mut wgpu::RenderPass) {
        self.draw_patches(pass, 0..self.papers);
    }

    /// Draws all furniture with the pipeline that is set.
    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass) {
        self.draw_patches(pass, self.papers..self.count);
    }

    fn draw_patches(&self, pass: &mut wgpu::RenderPass, patches: Range<u32>) {
        pass.set_bind_group(0, &self.group, &[]);
        pass.set_vertex_buffer(0, self.instances.buffer.slice(..));
        pass.draw(0..4, patches);
    }
}

fn overlay_group(
    device: &wgpu::Device,
    layouts: &Layouts,
    figure: &wgpu::Buffer,
    texels: &GrowingBuffer,
) -> wgpu::BindGroup {
    let resources = [figure.as_entire_binding(), texels.buffer.as_entire_binding()];
    bind_group(device, "overlay", &layouts.overlay, &resources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_patch_keeps_one_texel_and_others_keep_all() {
        let mut texels = Vec::new();
        let plain = Overlay { x: 3, y: 4, width: 2, height: 5, rgba: [1, 2, 3, 4].repeat(10) };
        let mixed = Overlay { x: 0, y: 0, width: 2, height: 1, rgba: vec![1, 2, 3, 4, 5, 6, 7, 8] };
        assert_eq!(PatchInstance::push(&plain, &mut texels).texel_steps, [0, 0, 0, 0]);
        let instance = PatchInstance::push(&mixed, &mut texels);
        assert_eq!(instance, PatchInstance { patch_px: [0, 0, 2, 1], texel_steps: [1, 1, 2, 0] });
        assert_eq!(texels, [1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
}
