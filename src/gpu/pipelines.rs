//! The programs as pipelines, made once a device.

use super::Context;
use super::frame_pipelines::{FrameKind, FramePipelines};
use super::furniture::PatchInstance;
use super::layouts::Layouts;
use super::shaders::{FILL, KEEP, LINE, MARKER, OUTLINE, OVERLAY, PROJECT, Program};

/// The format of a finished frame: 8-bit values go to the file as they are.
pub(super) const FRAME_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// The format of a coverage plane: a channel for each quarter of a pixel.
pub(super) const COVERAGE_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// The format of kept coverage: 255ths of a pixel.
pub(super) const KEPT_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::R8Unorm;

/// The format of a plane of areas, which are signed sums: as exact as the device can add.
pub(super) fn fill_format(device: &wgpu::Device) -> wgpu::TextureFormat {
    if device.features().contains(wgpu::Features::FLOAT32_BLENDABLE) {
        wgpu::TextureFormat::R32Float
    } else {
        wgpu::TextureFormat::R16Float
    }
}

/// All pipelines and what they bind.
pub(super) struct Pipelines {
    /// The layouts of their bind groups.
    pub layouts: Layouts,
    /// Places vertices.
    pub project: wgpu::ComputePipeline,
    /// Draws segments into a coverage plane.
    pub line: wgpu::RenderPipeline,
    frames: FramePipelines,
    /// Reduces coverage to what is kept; made when the first is.
    keep: Option<wgpu::RenderPipeline>,
    constants: MapConstants,
    /// Draws segments with square ends; None where no layer is dashed.
    pub dash: Option<wgpu::RenderPipeline>,
    /// Draws discs and rings; None where no layer has points.
    pub dot: Option<wgpu::RenderPipeline>,
    /// Draws markers that are no discs; None where no layer has such.
    pub marker: Option<wgpu::RenderPipeline>,
    /// Draws triangles into a plane of areas; None where no layer is filled.
    pub fill: Option<wgpu::RenderPipeline>,
    /// Puts paper where the box shows no map; None where both have one colour.
    pub paper: Option<wgpu::RenderPipeline>,
    /// Lays the map's own outline over the figure.
    pub outline: wgpu::RenderPipeline,
    /// Lays furniture over the figure.
    pub overlay: wgpu::RenderPipeline,
}

/// What is the same for all frames of a map.
#[derive(Clone, Copy, Debug)]
pub(super) struct MapConstants {
    pub plane_count: usize,
    /// Whether the map's own colour is.
    pub is_opaque: bool,
    /// Whether the paper's colour is another, and is seen where the box shows no map.
    pub has_paper_beyond: bool,
    pub planes_below: usize,
    /// The planes that hold areas and not strokes, a bit each.
    pub area_planes: u64,
    /// The planes whose areas share their borders with those of the plane before, a bit each.
    pub joined_planes: u64,
    pub strokes: SpecialStrokes,
}

/// Which strokes some layer has, beside lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpecialStrokes {
    pub dashes: bool,
    pub dots: bool,
    pub markers: bool,
}

impl MapConstants {
    /// The planes of areas by their names in `coverage.wgsl`.
    pub(super) fn area_constants(&self) -> [(&'static str, u32); 2] {
        [("AREAS_LOW", self.area_planes as u32), ("AREAS_HIGH", (self.area_planes >> u32::BITS) as u32)]
    }

    /// The planes that are joined to those before by their names in `frame.wgsl`.
    pub(super) fn joined_constants(&self) -> [(&'static str, u32); 2] {
        [("JOINED_LOW", self.joined_planes as u32), ("JOINED_HIGH", (self.joined_planes >> u32::BITS) as u32)]
    }
}

impl Pipelines {
    pub(super) fn new(context: &Context, constants: MapConstants) -> Self {
        let device = &context.device;
        let layouts = Layouts::new(device);
        let line = Pass { blend: Some(MAX_BLEND), ..Pass::new(LINE, ["corner", "coverage"], COVERAGE_FORMAT) };
        let line_groups = [&layouts.line_view, &layouts.line_layer];
        let line_like = |constants| render_pipeline(device, &line, &line_groups, constants);
        let marker = Pass { blend: Some(MAX_BLEND), ..Pass::new(MARKER, ["corner", "coverage"], COVERAGE_FORMAT) };
        let marker_groups = [&layouts.line_view, &layouts.marker_layer];
        let fill = Pass { blend: Some(ADD_BLEND), ..Pass::new(FILL, ["corner", "area"], fill_format(device)) };
        let fill_groups = [&layouts.line_view, &layouts.fill_layer];
        let outline = Pass {
            blend: Some(wgpu::BlendState::ALPHA_BLENDING),
            ..Pass::new(OUTLINE, ["cover", "outline"], FRAME_FORMAT)
        };
        let paper = Pass {
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            has_patch_instances: true,
            ..Pass::new(OVERLAY, ["patch_corner", "overlay"], FRAME_FORMAT)
        };
        let patches = |pass: &Pass| render_pipeline(device, pass, &[&layouts.overlay], &[]);
        Self {
            project: compute_pipeline(device, PROJECT, "project", &[&layouts.project_view, &layouts.project_layer]),
            line: line_like(&[]),
            dash: constants.strokes.dashes.then(|| line_like(&[("BUTT", 1.0)])),
            dot: constants.strokes.dots.then(|| line_like(&[("DOTS", 1.0)])),
            marker: constants.strokes.markers.then(|| render_pipeline(device, &marker, &marker_groups, &[])),
            fill: (constants.area_planes != 0).then(|| render_pipeline(device, &fill, &fill_groups, &[])),
            frames: FramePipelines::new(constants),
            keep: None,
            constants,
            outline: render_pipeline(device, &outline, &[&layouts.frame_planes], &[]),
            paper: constants.has_paper_beyond.then(|| patches(&paper)),
            overlay: patches(&paper.blended(Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING))),
            layouts,
        }
    }

    /// Draws the map box of frames of this kind.
    pub(super) fn frame(&mut self, device: &wgpu::Device, kind: &FrameKind) -> wgpu::RenderPipeline {
        self.frames.of_kind(device, &self.layouts, kind)
    }

    /// Reduces coverage to what is kept.
    pub(super) fn keep(&mut self, device: &wgpu::Device) -> wgpu::RenderPipeline {
        let Self { layouts, constants, .. } = self;
        let make = || {
            let groups = [&layouts.frame_view, &layouts.frame_raster, &layouts.frame_planes];
            let constants = constants.area_constants().map(|(name, bits)| (name, bits.into()));
            render_pipeline(device, &Pass::new(KEEP, ["cover", "keep"], KEPT_FORMAT), &groups, &constants)
        };
        self.keep.get_or_insert_with(make).clone()
    }
}

/// What distinguishes one render pipeline from another.
pub(super) struct Pass {
    program: Program,
    /// Entry points for vertices and fragments.
    entries: [&'static str; 2],
    format: wgpu::TextureFormat,
    blend: Option<wgpu::BlendState>,
    topology: wgpu::PrimitiveTopology,
    /// Whether each instance is a patch of furniture.
    has_patch_instances: bool,
}

impl Pass {
    pub(super) fn new(program: Program, entries: [&'static str; 2], format: wgpu::TextureFormat) -> Self {
        let topology = wgpu::PrimitiveTopology::TriangleList;
        Self { program, entries, format, blend: None, topology, has_patch_instances: false }
    }

    /// The same, laid over what is there; None replaces that.
    pub(super) fn blended(self, blend: Option<wgpu::BlendState>) -> Self {
        Self { blend, ..self }
    }
}

const MAX_BLEND: wgpu::BlendState = wgpu::BlendState { color: MAX, alpha: MAX };
const MAX: wgpu::BlendComponent = wgpu::BlendComponent {
    src_factor: wgpu::BlendFactor::One,
    dst_factor: wgpu::BlendFactor::One,
    operation: wgpu::BlendOperation::Max,
};

const ADD_BLEND: wgpu::BlendState = wgpu::BlendState { color: ADD, alpha: ADD };
const ADD: wgpu::BlendComponent = wgpu::BlendComponent {
    src_factor: wgpu::BlendFactor::One,
    dst_factor: wgpu::BlendFactor::One,
    operation: wgpu::BlendOperation::Add,
};

fn module(device: &wgpu::Device, program: Program) -> wgpu::ShaderModule {
    device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(program.name),
        source: wgpu::ShaderSource::Wgsl(program.source().into()),
    })
}

fn pipeline_layout(device: &wgpu::Device, label: &str, groups: &[&wgpu::BindGroupLayout]) -> wgpu::PipelineLayout {
    let groups: Vec<_> = groups.iter().copied().map(Some).collect();
    device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(label),
        bind_group_layouts: &groups,
        immediate_size: 0,
    })
}

fn compute_pipeline(
    device: &wgpu::Device,
    program: Program,
    entry: &str,
    groups: &[&wgpu::BindGroupLayout],
) -> wgpu::ComputePipeline {
    device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some(program.name),
        layout: Some(&pipeline_layout(device, program.name, groups)),
        module: &module(device, program),
        entry_point: Some(entry),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    })
}

pub(super) fn render_pipeline(
    device: &wgpu::Device,
    pass: &Pass,
    groups: &[&wgpu::BindGroupLayout],
    constants: &[(&str, f64)],
) -> wgpu::RenderPipeline {
    let (label, module) = (pass.program.name, module(device, pass.program));
    let compilation_options = wgpu::PipelineCompilationOptions { constants, ..Default::default() };
    let patches = [Some(wgpu::VertexBufferLayout {
        array_stride: size_of::<PatchInstance>() as u64,
        step_mode: wgpu::VertexStepMode::Instance,
        attributes: &PatchInstance::ATTRIBUTES,
    })];
    let target = wgpu::ColorTargetState { format: pass.format, blend: pass.blend, write_mask: wgpu::ColorWrites::ALL };
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(label),
        layout: Some(&pipeline_layout(device, label, groups)),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some(pass.entries[0]),
            compilation_options: compilation_options.clone(),
            buffers: if pass.has_patch_instances { &patches } else { &[] },
        },
        primitive: wgpu::PrimitiveState { topology: pass.topology, ..Default::default() },
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some(pass.entries[1]),
            compilation_options,
            targets: &[Some(target)],
        }),
        multiview_mask: None,
        cache: None,
    })
}
