//! Outlines on the GPU: each layer's levels, uploaded once, placed and drawn for each view.
//!
//! What is drawn is a box a segment, shaped when its ends are placed, and not a stroke mesh made in advance: the
//! joints of such a mesh depend on the line's width in pixels and on its angles on the map, which only the view knows.
//! On a fjord coast, lyon's strokes moved out to 5 points cover pixels wrongly by 2 to 10 of 255 on average, these
//! boxes by less than 1.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Context;
use super::layouts::{Layouts, bind_group};
use super::memory::{filled_buffer, storage_buffer, uniform_buffer};
use super::uniforms::{LayerUniform, MarkerUniform};
use crate::geo::FixedLonLat;
use crate::scene::{CHUNK_SEGMENTS, LevelKey, LineLevel};
use crate::style::{MOST_EDGES, MarkerShape};

/// Threads of one compute workgroup; `@workgroup_size` in `project.wgsl`.
pub const WORKGROUP: u32 = 64;

/// Vertices that `line.wgsl` takes for one segment: the corners of its box.
pub const CORNERS_PER_SEGMENT: u32 = 4;

/// How far a stroke reaches into pixels beyond its edge; `REACH_PX` in `line.wgsl`.
pub const STROKE_REACH_PX: f32 = 0.75;

/// Two triangles of these corners.
const BOX_INDICES: [u32; 6] = [0, 1, 2, 2, 1, 3];

/// Which corners the triangles of consecutive segments have, as many as a pass draws.
pub(super) struct BoxIndices(wgpu::Buffer);

impl BoxIndices {
    pub(super) fn new(context: &Context) -> Self {
        let of_segment = |segment| BOX_INDICES.map(|corner| (segment * CORNERS_PER_SEGMENT + corner) as u16);
        let indices: Vec<u16> = (0..SEGMENTS_PER_PASS).flat_map(of_segment).collect();
        Self(filled_buffer(context, "box indices", &indices, wgpu::BufferUsages::INDEX))
    }

    /// Draws segments with the pipeline and the groups that are set.
    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass, segments: std::ops::Range<u32>) {
        pass.set_index_buffer(self.0.slice(..), wgpu::IndexFormat::Uint16);
        let indices = 0..(segments.end - segments.start) * BOX_INDICES.len() as u32;
        pass.draw_indexed(indices, (segments.start * CORNERS_PER_SEGMENT) as i32, 0..1);
    }
}

/// Segments that are drawn in one pass, as many as a group of chunks has.
pub(super) const SEGMENTS_PER_PASS: u32 = ChunkGroup::CHUNKS * CHUNK_SEGMENTS;

/// What a layer's vertices are.
#[derive(Clone, Debug, PartialEq)]
pub enum StrokeKind {
    /// Polylines with round joints and ends.
    Line,
    /// Polylines whose marked ends are cut square.
    Dash,
    /// Points: each a disc, with a hole of this radius in pixels.
    Dot {
        /// 0 for a full disc.
        hole_radius_px: f32,
    },
    /// Points: each a polygon.
    Marker(Arc<MarkerShape>),
}

impl StrokeKind {
    /// Whether the vertices are points, with nothing between them.
    #[must_use]
    pub fn is_of_points(&self) -> bool {
        matches!(self, Self::Dot { .. } | Self::Marker(_))
    }
}

/// How one layer is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerLook {
    /// Line width or disc diameter in pixels.
    pub width_px: f32,
    /// The coverage plane that the layer draws into.
    pub plane: usize,
    /// What its vertices are.
    pub kind: StrokeKind,
}

/// One layer's strokes at all levels that some view needs.
pub struct GpuLayer {
    pub(super) look: LayerLook,
    levels: BTreeMap<LevelKey, GpuLevel>,
}

impl GpuLayer {
    /// Uploads the levels of one layer. `projected` is for the placed vertices of whichever group is at hand.
    pub(super) fn new(
        context: &Context,
        layouts: &Layouts,
        look: &LayerLook,
        levels: &BTreeMap<LevelKey, LineLevel>,
        projected: &wgpu::Buffer,
    ) -> Self {
        let upload = |(key, level): (&LevelKey, &LineLevel)| {
            let uniform = LayerUniform { vertex_count: level.vertices.len() as u32, ..look.uniform() };
            (*key, GpuLevel::new(context, layouts, &look.buffers(context, &uniform), level, projected))
        };
        let levels = levels.iter().filter(|l| !l.1.chunks.is_empty()).map(upload).collect();
        Self { look: look.clone(), levels }
    }

    /// The level to draw, if it has anything in it. Points have the same for all.
    pub(super) fn level(&self, key: LevelKey) -> Option<&GpuLevel> {
        if self.look.kind.is_of_points() { self.levels.values().next() } else { self.levels.get(&key) }
    }
}

impl LayerLook {
    /// The look in buffers, with these counts of vertices and segments.
    pub(super) fn buffers(&self, context: &Context, uniform: &LayerUniform) -> LookBuffers {
        let marker = match &self.kind {
            StrokeKind::Marker(shape) => Some(uniform_buffer(context, "marker", &marker_uniform(shape))),
            _ => None,
        };
        LookBuffers { layer: uniform_buffer(context, "layer", uniform), marker }
    }

    pub(super) fn uniform(&self) -> LayerUniform {
        let hole_radius_px = if let StrokeKind::Dot { hole_radius_px } = self.kind { hole_radius_px } else { 0.0 };
        LayerUniform {
            segments_per_chunk: CHUNK_SEGMENTS,
            half_width_px: self.width_px / 2.0,
            hole_radius_px,
            ..Default::default()
        }
    }
}

fn marker_uniform(shape: &MarkerShape) -> MarkerUniform {
    let mut edges = [[0.0; 4]; MOST_EDGES];
    edges[..shape.edges().len()].copy_from_slice(shape.edges());
    MarkerUniform { edge_count: shape.edges().len() as u32, reach_px: shape.reach_px(), unused: [0; 2], edges }
}

/// A look in uniform buffers.
pub(super) struct LookBuffers {
    layer: wgpu::Buffer,
    marker: Option<wgpu::Buffer>,
}

impl LookBuffers {
    /// What a pass binds to draw strokes with this look.
    pub(super) fn group(
        &self,
        context: &Context,
        layouts: &Layouts,
        projected: &wgpu::Buffer,
        visible_chunks: &wgpu::Buffer,
    ) -> wgpu::BindGroup {
        let layout = if self.marker.is_some() { &layouts.marker_layer } else { &layouts.line_layer };
        let chunks = ChunkGroup::binding(visible_chunks);
        let mut resources = vec![self.layer.as_entire_binding(), projected.as_entire_binding(), chunks];
        resources.extend(self.marker.as_ref().map(wgpu::Buffer::as_entire_binding));
        bind_group(&context.device, "strokes", layout, &resources)
    }
}

/// One level's vertices and what each view makes of them.
pub(super) struct GpuLevel {
    visible_chunks: wgpu::Buffer,
    project_group: wgpu::BindGroup,
    line_group: wgpu::BindGroup,
}

impl GpuLevel {
    fn new(
        context: &Context,
        layouts: &Layouts,
        look: &LookBuffers,
        level: &LineLevel,
        projected: &wgpu::Buffer,
    ) -> Self {
        let device = &context.device;
        let vertices = storage_buffer::<FixedLonLat>(context, "vertices", &level.vertices);
        let visible_chunks = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("visible chunks"),
            size: u64::from(ChunkGroup::BYTES) * ChunkGroup::of(level.chunks.len()).count() as u64,
            usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self {
            project_group: bind_group(
                device,
                "project layer",
                &layouts.project_layer,
                &[
                    look.layer.as_entire_binding(),
                    vertices.as_entire_binding(),
                    ChunkGroup::binding(&visible_chunks),
                    projected.as_entire_binding(),
                ],
            ),
            line_group: look.group(context, layouts, projected, &visible_chunks),
            visible_chunks,
        }
    }

    /// Says which chunks the next passes are to place and draw, by the index of their first segment.
    pub(super) fn set_visible(&self, queue: &wgpu::Queue, chunks: &[u32]) {
        queue.write_buffer(&self.visible_chunks, 0, bytemuck::cast_slice(chunks));
    }

    /// Places the vertices of one group of the visible chunks.
    pub(super) fn project(&self, pass: &mut wgpu::ComputePass, group: ChunkGroup) {
        pass.set_bind_group(1, &self.project_group, &[group.offset_bytes()]);
        // One more vertex than segments.
        pass.dispatch_workgroups((CHUNK_SEGMENTS + 1).div_ceil(WORKGROUP), group.chunks, 1);
    }

    /// Draws the segments of one group of the visible chunks.
    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass, boxes: &BoxIndices, group: ChunkGroup) {
        pass.set_bind_group(1, &self.line_group, &[group.offset_bytes()]);
        boxes.draw(pass, 0..CHUNK_SEGMENTS * group.chunks);
    }
}

/// Some of the visible chunks of a layer, drawn in one pass.
///
/// A software adapter keeps all triangles of a pass in memory, sorted into tiles: 54 MB for the counties of the
/// United States. Passes of 8,192 segments take a tenth, and no more time.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChunkGroup {
    index: u32,
    chunks: u32,
}

impl ChunkGroup {
    /// Chunks in a group: as many as make its list a multiple of the alignment of storage bindings.
    pub(super) const CHUNKS: u32 = 64;

    /// Bytes of a group's list.
    pub(super) const BYTES: u32 = Self::CHUNKS * size_of::<u32>() as u32;

    /// Divides so many visible chunks.
    pub(super) fn of(chunks: usize) -> impl Iterator<Item = Self> {
        let chunks = chunks as u32;
        (0..chunks.div_ceil(Self::CHUNKS))
            .map(move |index| Self { index, chunks: Self::CHUNKS.min(chunks - index * Self::CHUNKS) })
    }

    /// Chunks in this group.
    pub(super) fn chunks(self) -> u32 {
        self.chunks
    }

    /// Which group it is.
    pub(super) fn index(self) -> u32 {
        self.index
    }

    pub(super) fn offset_bytes(self) -> u32 {
        self.index * Self::BYTES
    }

    /// Room for the placed vertices of one group.
    pub(super) fn projected_buffer(device: &wgpu::Device) -> wgpu::Buffer {
        let vertices = u64::from(Self::CHUNKS * (CHUNK_SEGMENTS + 1));
        device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("projected"),
            size: vertices * size_of::<[f32; 2]>() as u64,
            usage: wgpu::BufferUsages::STORAGE,
            mapped_at_creation: false,
        })
    }

    /// The first group's list; the offset of a pass moves it on.
    pub(super) fn binding(visible_chunks: &wgpu::Buffer) -> wgpu::BindingResource<'_> {
        let size = std::num::NonZeroU64::new(u64::from(Self::BYTES));
        wgpu::BindingResource::Buffer(wgpu::BufferBinding { buffer: visible_chunks, offset: 0, size })
    }
}
