//! The four programs as pipelines, made once a device.

use super::Context;
use super::shaders::{FRAME, LINE, OVERLAY, PROJECT, Program};

/// The format of a finished frame: 8-bit values go to the file as they are.
pub(super) const FRAME_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// The format of a coverage plane.
pub(super) const COVERAGE_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::R8Unorm;

/// All pipelines.
pub(super) struct Pipelines {
    /// Places vertices.
    pub project: wgpu::ComputePipeline,
    /// Draws segments into a coverage plane.
    pub line: wgpu::RenderPipeline,
    /// Draws the map box.
    pub frame: wgpu::RenderPipeline,
    /// Lays furniture over the figure.
    pub overlay: wgpu::RenderPipeline,
}

impl Pipelines {
    pub(super) fn new(context: &Context) -> Self {
        let device = &context.device;
        let project_module = module(device, PROJECT);
        Self {
            project: device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(PROJECT.name),
                layout: None,
                module: &project_module,
                entry_point: Some("project"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: None,
            }),
            line: render_pipeline(device, &LINE_PASS),
            frame: render_pipeline(device, &FRAME_PASS),
            overlay: render_pipeline(device, &OVERLAY_PASS),
        }
    }
}

fn module(device: &wgpu::Device, program: Program) -> wgpu::ShaderModule {
    device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(program.name),
        source: wgpu::ShaderSource::Wgsl(program.source().into()),
    })
}

/// What distinguishes one render pipeline from another.
struct Pass {
    program: Program,
    entries: [&'static str; 2],
    format: wgpu::TextureFormat,
    blend: Option<wgpu::BlendState>,
    topology: wgpu::PrimitiveTopology,
    /// Whether each instance is a patch: left, top, width, height as `vec4<f32>`.
    instance_patches: bool,
}

const MAX_BLEND: wgpu::BlendComponent = wgpu::BlendComponent {
    src_factor: wgpu::BlendFactor::One,
    dst_factor: wgpu::BlendFactor::One,
    operation: wgpu::BlendOperation::Max,
};

const LINE_PASS: Pass = Pass {
    program: LINE,
    entries: ["corner", "coverage"],
    format: COVERAGE_FORMAT,
    blend: Some(wgpu::BlendState { color: MAX_BLEND, alpha: MAX_BLEND }),
    topology: wgpu::PrimitiveTopology::TriangleList,
    instance_patches: false,
};

const FRAME_PASS: Pass = Pass {
    program: FRAME,
    entries: ["cover", "frame"],
    format: FRAME_FORMAT,
    blend: None,
    topology: wgpu::PrimitiveTopology::TriangleList,
    instance_patches: false,
};

const OVERLAY_PASS: Pass = Pass {
    program: OVERLAY,
    entries: ["patch_corner", "overlay"],
    format: FRAME_FORMAT,
    blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
    topology: wgpu::PrimitiveTopology::TriangleStrip,
    instance_patches: true,
};

fn render_pipeline(device: &wgpu::Device, pass: &Pass) -> wgpu::RenderPipeline {
    let module = module(device, pass.program);
    let patches = [Some(wgpu::VertexBufferLayout {
        array_stride: size_of::<[f32; 4]>() as u64,
        step_mode: wgpu::VertexStepMode::Instance,
        attributes: &wgpu::vertex_attr_array![0 => Float32x4],
    })];
    let target = wgpu::ColorTargetState {
        format: pass.format,
        blend: pass.blend,
        write_mask: wgpu::ColorWrites::ALL,
    };
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(pass.program.name),
        layout: None,
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some(pass.entries[0]),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: if pass.instance_patches { &patches } else { &[] },
        },
        primitive: wgpu::PrimitiveState { topology: pass.topology, ..Default::default() },
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some(pass.entries[1]),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(target)],
        }),
        multiview_mask: None,
        cache: None,
    })
}

/// A bind group of whole resources, numbered from 0.
pub(super) fn bind_group(
    device: &wgpu::Device,
    label: &str,
    layout: &wgpu::BindGroupLayout,
    resources: &[wgpu::BindingResource],
) -> wgpu::BindGroup {
    let entries: Vec<_> = resources
        .iter()
        .enumerate()
        .map(|(binding, resource)| wgpu::BindGroupEntry { binding: binding as u32, resource: resource.clone() })
        .collect();
    device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some(label), layout, entries: &entries })
}
