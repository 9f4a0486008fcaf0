//! What each program binds, so that programs can share bind groups and none is made while drawing.

use wgpu::{BindingType, BufferBindingType, ShaderStages, TextureSampleType, TextureViewDimension};

/// The layouts of all bind groups.
pub(super) struct Layouts {
    /// `project`: the view and its forward grid.
    pub project_view: wgpu::BindGroupLayout,
    /// `project`: a layer's uniform, vertices, visible chunks and placed vertices.
    pub project_layer: wgpu::BindGroupLayout,
    /// `line`: the view.
    pub line_view: wgpu::BindGroupLayout,
    /// `line`: a layer's uniform, placed vertices and visible chunks.
    pub line_layer: wgpu::BindGroupLayout,
    /// `marker`: as `line`, and the marker's edges.
    pub marker_layer: wgpu::BindGroupLayout,
    /// `fill`: a layer's triangles, placed vertices and visible chunks.
    pub fill_layer: wgpu::BindGroupLayout,
    /// `frame`: the view, its inverse grid, which cells are patches, and the patches.
    pub frame_view: wgpu::BindGroupLayout,
    /// `frame`: the raster's uniform, cells, classes, numbered colours, page table and tiles.
    pub frame_raster: wgpu::BindGroupLayout,
    /// `frame`: the planes' colours, and the coverages of strokes, of areas, and those kept.
    pub frame_planes: wgpu::BindGroupLayout,
    /// `overlay`: the figure and its furniture.
    pub overlay: wgpu::BindGroupLayout,
}

const UNIFORM: BindingType = buffer(BufferBindingType::Uniform);
const READ: BindingType = buffer(BufferBindingType::Storage { read_only: true });
/// A part of a buffer that each pass chooses.
const READ_PART: BindingType = BindingType::Buffer {
    ty: BufferBindingType::Storage { read_only: true },
    has_dynamic_offset: true,
    min_binding_size: None,
};
const WRITE: BindingType = buffer(BufferBindingType::Storage { read_only: false });

const fn buffer(ty: BufferBindingType) -> BindingType {
    BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None }
}

const fn texture(sample_type: TextureSampleType, view_dimension: TextureViewDimension) -> BindingType {
    BindingType::Texture { sample_type, view_dimension, multisampled: false }
}

impl Layouts {
    pub(super) fn new(device: &wgpu::Device) -> Self {
        const NUMBERS: TextureSampleType = TextureSampleType::Float { filterable: false };
        let cells = texture(TextureSampleType::Uint, TextureViewDimension::D2);
        let tiles = texture(TextureSampleType::Uint, TextureViewDimension::D2Array);
        let nodes = texture(NUMBERS, TextureViewDimension::D2);
        let planes = texture(NUMBERS, TextureViewDimension::D2Array);
        let (compute, vertex, fragment) = (ShaderStages::COMPUTE, ShaderStages::VERTEX, ShaderStages::FRAGMENT);
        let new = |label, stages, bindings: &[BindingType]| layout(device, label, stages, bindings);
        Self {
            project_view: new("project view", compute, &[UNIFORM, READ]),
            project_layer: new("project layer", compute, &[UNIFORM, READ, READ_PART, WRITE]),
            line_view: new("line view", vertex, &[UNIFORM]),
            line_layer: new("line layer", vertex | fragment, &[UNIFORM, READ, READ_PART]),
            marker_layer: new("marker layer", vertex | fragment, &[UNIFORM, READ, READ_PART, UNIFORM]),
            fill_layer: new("fill layer", vertex, &[READ, READ, READ_PART]),
            frame_view: new("frame view", fragment, &[UNIFORM, nodes, READ, READ]),
            frame_raster: new("frame raster", fragment, &[UNIFORM, cells, UNIFORM, READ, cells, tiles]),
            frame_planes: new("frame planes", fragment, &[UNIFORM, planes, planes, planes]),
            overlay: new("overlay", vertex | fragment, &[UNIFORM, READ]),
        }
    }
}

fn layout(
    device: &wgpu::Device,
    label: &str,
    visibility: ShaderStages,
    bindings: &[BindingType],
) -> wgpu::BindGroupLayout {
    let entries: Vec<_> = (0..)
        .zip(bindings)
        .map(|(binding, ty)| wgpu::BindGroupLayoutEntry { binding, visibility, ty: *ty, count: None })
        .collect();
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(label), entries: &entries })
}

/// A bind group of resources numbered from 0.
pub(super) fn bind_group(
    device: &wgpu::Device,
    label: &str,
    layout: &wgpu::BindGroupLayout,
    resources: &[wgpu::BindingResource],
) -> wgpu::BindGroup {
    let entries: Vec<_> = (0..)
        .zip(resources)
        .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource: resource.clone() })
        .collect();
    device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some(label), layout, entries: &entries })
}
