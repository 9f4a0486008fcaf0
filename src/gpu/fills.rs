//! Areas on the GPU: each layer's triangles, uploaded once, and those that only the view at hand has.

use std::collections::BTreeMap;

use bytemuck::Pod;

use super::Context;
use super::layouts::{Layouts, bind_group};
use super::lines::{ChunkGroup, WORKGROUP};
use super::memory::{storage_buffer, uniform_buffer};
use super::uniforms::LayerUniform;
use crate::geo::FixedLonLat;
use crate::scene::{CHUNK_TRIANGLES, CHUNK_VERTICES, FillChunk, FillMesh, LevelKey};

/// Vertices that `fill.wgsl` takes for one triangle.
pub const VERTICES_PER_TRIANGLE: u32 = 6;

/// What a view sees of one layer's areas.
#[derive(Clone, Debug)]
pub struct VisibleFill {
    /// Index of the layer among those with areas.
    pub layer: usize,
    /// The level to draw.
    pub level: LevelKey,
    /// The chunks of the level that may be seen.
    pub chunks: Vec<FillChunk>,
    /// Triangles that are made for this view.
    pub own: OwnTriangles,
}

/// Triangles of one view.
#[derive(Clone, Debug)]
pub enum OwnTriangles {
    /// For the view's grid to place.
    OnEarth(FillMesh<FixedLonLat>),
    /// In pixels already.
    Placed(FillMesh<[f32; 2]>),
}

impl OwnTriangles {
    /// What they take in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::OnEarth(mesh) => mesh.bytes(),
            Self::Placed(mesh) => mesh.bytes(),
        }
    }
}

/// One layer's areas at all levels that some view needs.
pub(super) struct GpuFill {
    pub plane: usize,
    levels: BTreeMap<LevelKey, GpuMesh>,
    own: Option<GpuMesh>,
}

impl GpuFill {
    /// Uploads the levels' meshes. `projected` is for the placed vertices of whichever group is at hand.
    pub(super) fn new<'a>(
        context: &Context,
        layouts: &Layouts,
        plane: usize,
        levels: impl Iterator<Item = (LevelKey, &'a FillMesh<FixedLonLat>)>,
        projected: &wgpu::Buffer,
    ) -> Self {
        let upload =
            |(key, mesh): (LevelKey, &FillMesh<FixedLonLat>)| (key, GpuMesh::new(context, layouts, mesh, 0, projected));
        Self { plane, levels: levels.filter(|(_, m)| !m.chunks.is_empty()).map(upload).collect(), own: None }
    }

    /// Takes over what the next frame shows.
    pub(super) fn set_visible(
        &mut self,
        context: &Context,
        layouts: &Layouts,
        seen: &VisibleFill,
        projected: &wgpu::Buffer,
    ) {
        if let Some(mesh) = self.levels.get(&seen.level) {
            mesh.set_visible(context, &seen.chunks);
        }
        match &seen.own {
            OwnTriangles::OnEarth(mesh) => self.set_own(context, layouts, mesh, 0, projected),
            OwnTriangles::Placed(mesh) => self.set_own(context, layouts, mesh, 1, projected),
        }
    }

    fn set_own<V: Pod>(
        &mut self,
        context: &Context,
        layouts: &Layouts,
        mesh: &FillMesh<V>,
        is_placed: u32,
        projected: &wgpu::Buffer,
    ) {
        if mesh.chunks.is_empty() {
            return;
        }
        if self.own.as_ref().is_none_or(|own| !own.has_room_for(mesh)) {
            let room = |length: usize| length.next_power_of_two().max(8192);
            let mut roomy = FillMesh::<V>::default();
            roomy.vertices.resize(room(mesh.vertices.len()), V::zeroed());
            roomy.triangles.resize(room(mesh.triangles.len()), 0);
            let nothing = FillChunk { first_vertex: 0, vertex_count: 0, first_triangle: 0, triangle_count: 0 };
            roomy.chunks.resize(room(mesh.chunks.len()), nothing);
            self.own = Some(GpuMesh::new(context, layouts, &roomy, is_placed, projected));
        }
        if let Some(own) = &self.own {
            own.replace(context, mesh, is_placed);
        }
    }

    /// The meshes to draw and how many of their chunks are seen.
    pub(super) fn visible<'a>(&'a self, seen: &VisibleFill) -> impl Iterator<Item = (&'a GpuMesh, usize)> {
        let own = match &seen.own {
            OwnTriangles::OnEarth(mesh) => mesh.chunks.len(),
            OwnTriangles::Placed(mesh) => mesh.chunks.len(),
        };
        let level = self.levels.get(&seen.level).map(|mesh| (mesh, seen.chunks.len()));
        level.into_iter().chain(self.own.as_ref().map(|mesh| (mesh, own)))
    }
}

/// Triangles in chunks, and which of them are seen.
pub(super) struct GpuMesh {
    uniform: wgpu::Buffer,
    vertices: wgpu::Buffer,
    triangles: wgpu::Buffer,
    /// The first vertex of each chunk seen.
    first_vertices: wgpu::Buffer,
    /// The first triangle and the number of triangles of each chunk seen.
    runs: wgpu::Buffer,
    project_group: wgpu::BindGroup,
    fill_group: wgpu::BindGroup,
}

impl GpuMesh {
    const RUN_BYTES: u32 = size_of::<[u32; 2]>() as u32;

    fn new<V: Pod>(
        context: &Context,
        layouts: &Layouts,
        mesh: &FillMesh<V>,
        is_placed: u32,
        projected: &wgpu::Buffer,
    ) -> Self {
        use wgpu::BufferUsages as Usage;
        let device = &context.device;
        let uniform = uniform_buffer(context, "areas", &uniform_of(mesh.vertices.len(), is_placed));
        let groups = ChunkGroup::of(mesh.chunks.len()).count() as u64;
        let list = |label, group_bytes: u32| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: u64::from(group_bytes) * groups,
                usage: Usage::STORAGE | Usage::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let vertices = storage_buffer(context, "area vertices", &mesh.vertices);
        let triangles = storage_buffer(context, "triangles", &mesh.triangles);
        let first_vertices = list("visible vertices", ChunkGroup::BYTES);
        let runs = list("visible triangles", Self::RUN_BYTES * ChunkGroup::CHUNKS);
        let run_binding = wgpu::BindingResource::Buffer(wgpu::BufferBinding {
            buffer: &runs,
            offset: 0,
            size: std::num::NonZeroU64::new(u64::from(Self::RUN_BYTES * ChunkGroup::CHUNKS)),
        });
        let project = [
            uniform.as_entire_binding(),
            vertices.as_entire_binding(),
            ChunkGroup::binding(&first_vertices),
            projected.as_entire_binding(),
        ];
        let fill = [triangles.as_entire_binding(), projected.as_entire_binding(), run_binding];
        Self {
            project_group: bind_group(device, "project areas", &layouts.project_layer, &project),
            fill_group: bind_group(device, "fill", &layouts.fill_layer, &fill),
            uniform,
            vertices,
            triangles,
            first_vertices,
            runs,
        }
    }

    fn has_room_for<V: Pod>(&self, mesh: &FillMesh<V>) -> bool {
        let groups = ChunkGroup::of(mesh.chunks.len()).count() as u64;
        size_of_val(mesh.vertices.as_slice()) as u64 <= self.vertices.size()
            && size_of_val(mesh.triangles.as_slice()) as u64 <= self.triangles.size()
            && groups * u64::from(ChunkGroup::BYTES) <= self.first_vertices.size()
    }

    fn replace<V: Pod>(&self, context: &Context, mesh: &FillMesh<V>, is_placed: u32) {
        let queue = &context.queue;
        queue.write_buffer(&self.uniform, 0, bytemuck::bytes_of(&uniform_of(mesh.vertices.len(), is_placed)));
        queue.write_buffer(&self.vertices, 0, bytemuck::cast_slice(&mesh.vertices));
        queue.write_buffer(&self.triangles, 0, bytemuck::cast_slice(&mesh.triangles));
        self.set_visible(context, &mesh.chunks);
    }

    fn set_visible(&self, context: &Context, chunks: &[FillChunk]) {
        let first_vertices: Vec<u32> = chunks.iter().map(|c| c.first_vertex).collect();
        let runs: Vec<[u32; 2]> = chunks.iter().map(|c| [c.first_triangle, c.triangle_count]).collect();
        context.queue.write_buffer(&self.first_vertices, 0, bytemuck::cast_slice(&first_vertices));
        context.queue.write_buffer(&self.runs, 0, bytemuck::cast_slice(&runs));
    }

    /// Places the vertices of one group of the visible chunks.
    pub(super) fn project(&self, pass: &mut wgpu::ComputePass, group: ChunkGroup) {
        pass.set_bind_group(1, &self.project_group, &[group.offset_bytes()]);
        pass.dispatch_workgroups(CHUNK_VERTICES.div_ceil(WORKGROUP), group.chunks(), 1);
    }

    /// Draws the triangles of one group of the visible chunks.
    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass, group: ChunkGroup) {
        let offset = group.index() * Self::RUN_BYTES * ChunkGroup::CHUNKS;
        pass.set_bind_group(1, &self.fill_group, &[offset]);
        pass.draw(0..VERTICES_PER_TRIANGLE * CHUNK_TRIANGLES * group.chunks(), 0..1);
    }
}

/// A chunk's vertices are placed like those of segments, of which there is one less.
fn uniform_of(vertices: usize, is_placed: u32) -> LayerUniform {
    LayerUniform {
        vertex_count: vertices as u32,
        segments_per_chunk: CHUNK_VERTICES - 1,
        is_placed,
        ..Default::default()
    }
}
