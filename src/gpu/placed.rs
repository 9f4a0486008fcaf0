//! Lines whose places on the view come from the CPU, frame by frame: those at a pole, a seam or a limb, where no grid
//! will do, and the outline of the map itself.

use super::Context;
use super::layouts::Layouts;
use super::lines::{BoxIndices, ChunkGroup, LayerLook, LookBuffers, SEGMENTS_PER_PASS};
use super::memory::{GrowingBuffer, storage_buffer};
use super::uniforms::LayerUniform;
use crate::geo::OUTSIDE_PX;

/// `line.wgsl` takes a list of places as one chunk without an end; the passes choose the parts that there are.
const NO_END: u32 = 1 << 30;

/// Places of all layers, one list after the other.
pub(super) struct PlacedLines {
    places: GrowingBuffer,
    /// Where each list begins, and at the end the number of places.
    starts: Vec<u32>,
    looks: Vec<LookBuffers>,
    first_chunk: wgpu::Buffer,
    groups: Vec<wgpu::BindGroup>,
}

impl PlacedLines {
    /// Makes room for lists that are drawn with these looks.
    pub(super) fn new(context: &Context, layouts: &Layouts, looks: &[LayerLook]) -> Self {
        // The binding has the size of a group of chunks.
        let first_chunk = storage_buffer(context, "first chunk", &[0_u32; ChunkGroup::CHUNKS as usize]);
        let looks: Vec<_> = looks.iter().map(|look| look.buffers(context, &uniform(look))).collect();
        let places = GrowingBuffer::new(&context.device, "placed lines", wgpu::BufferUsages::STORAGE);
        let groups = groups(context, layouts, &looks, &places, &first_chunk);
        Self { places, starts: vec![0; looks.len() + 1], looks, first_chunk, groups }
    }

    /// Replaces the lists, one for each look. Polylines in them are separated by [`OUTSIDE_PX`].
    pub(super) fn write<'a>(
        &mut self,
        context: &Context,
        layouts: &Layouts,
        lists: impl Iterator<Item = &'a [[f32; 2]]>,
    ) {
        let mut all = Vec::new();
        self.starts.clear();
        for list in lists {
            self.starts.push(all.len() as u32);
            all.extend_from_slice(list);
            all.push([OUTSIDE_PX; 2]);
        }
        self.starts.push(all.len() as u32);
        assert_eq!(self.starts.len(), self.looks.len() + 1, "a list of placed lines for each look");
        if self.places.write(context, bytemuck::cast_slice(&all)) {
            self.groups = groups(context, layouts, &self.looks, &self.places, &self.first_chunk);
        }
    }

    /// The passes that a list takes, as ranges of segments.
    pub(super) fn passes(&self, list: usize) -> impl Iterator<Item = std::ops::Range<u32>> + use<> {
        // The last place of a list is the mark behind it.
        let (start, end) = (self.starts[list], self.starts[list + 1].saturating_sub(1));
        (start..end).step_by(SEGMENTS_PER_PASS as usize).map(move |first| first..(first + SEGMENTS_PER_PASS).min(end))
    }

    /// Draws the part of a list that a pass takes.
    pub(super) fn draw(
        &self,
        pass: &mut wgpu::RenderPass,
        boxes: &BoxIndices,
        list: usize,
        segments: std::ops::Range<u32>,
    ) {
        pass.set_bind_group(1, &self.groups[list], &[0]);
        boxes.draw(pass, segments);
    }
}

fn uniform(look: &LayerLook) -> LayerUniform {
    LayerUniform { vertex_count: NO_END, segments_per_chunk: NO_END, ..look.uniform() }
}

fn groups(
    context: &Context,
    layouts: &Layouts,
    looks: &[LookBuffers],
    places: &GrowingBuffer,
    first_chunk: &wgpu::Buffer,
) -> Vec<wgpu::BindGroup> {
    looks.iter().map(|look| look.group(context, layouts, &places.buffer, first_chunk)).collect()
}
