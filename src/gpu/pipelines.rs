//! The programs as pipelines, made once a device.

use std::collections::BTreeMap;

use super::Context;
use super::furniture::PatchInstance;
use super::layouts::Layouts;
use super::raster::{CellKind, RasterShape};
use super::shaders::{FILL, LINE, OUTLINE, OVERLAY, PROJECT, Program};
use crate::style::Resampling;

/// The format of a finished frame: 8-bit values go to the file as they are.
pub(super) const FRAME_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// The format of a coverage plane: a channel for each quarter of a pixel.
pub(super) const COVERAGE_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

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
    /// Draw the map box, each for views of one kind; made when the first such view comes.
    frames: BTreeMap<FrameKind, wgpu::RenderPipeline>,
    constants: FrameConstants,
    /// Draws segments with square ends; None where no layer is dashed.
    pub dash: Option<wgpu::RenderPipeline>,
    /// Draws discs and rings; None where no layer has points.
    pub dot: Option<wgpu::RenderPipeline>,
    /// Draws triangles into a plane of areas; None where no layer is filled.
    pub fill: Option<wgpu::RenderPipeline>,
    /// Lays the map's own outline over the figure.
    pub outline: wgpu::RenderPipeline,
    /// Lays furniture over the figure.
    pub overlay: wgpu::RenderPipeline,
}

/// What is the same for all frames and makes the frame's program simpler: its pipeline constants.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameConstants {
    /// None without a raster.
    pub raster: Option<RasterShape>,
    /// Of the classes of cells, and of the numbers between them.
    pub threshold_counts: [usize; 2],
    pub plane_count: usize,
    pub planes_below: usize,
    pub has_fills: bool,
    pub has_dashes: bool,
    pub has_dots: bool,
}

/// What may differ from view to view and is a constant all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FrameKind {
    /// Whether the view's grid has patches.
    pub has_patches: bool,
    /// How its pixels are made of cells.
    pub resampling: Resampling,
}

impl FrameConstants {
    /// The constants by their names in `frame.wgsl`.
    fn named(&self, FrameKind { has_patches, resampling }: FrameKind) -> [(&'static str, f64); 17] {
        let shape = self.raster.unwrap_or_default();
        let kind = match shape.format.kind {
            CellKind::Unsigned | CellKind::Index => 0_u32,
            CellKind::Signed => 1,
            CellKind::Float => 2,
            CellKind::Color => 3,
        };
        let resampling_number = match resampling {
            Resampling::Nearest => 0_u32,
            Resampling::Bilinear => 1,
            Resampling::Cubic => 2,
            Resampling::Average => 3,
            Resampling::Mode => 4,
        };
        let flag = |is: bool| f64::from(u8::from(is));
        [
            ("HAS_RASTER", flag(self.raster.is_some())),
            ("HAS_PATCHES", flag(has_patches)),
            ("KIND", kind.into()),
            ("SIGN_SHIFT", f64::from(32 - 8 * shape.format.bytes.max(1))),
            ("HAS_NODATA", flag(shape.format.nodata_bits.is_some())),
            ("RESAMPLING", resampling_number.into()),
            ("WRAPS", flag(shape.wraps)),
            ("PAGED", flag(shape.tiles.is_some())),
            ("TILE_CELLS", shape.tiles.map_or(1, |tiles| tiles.tile_cells).into()),
            ("SLOT_COLUMNS", shape.tiles.map_or(1, |tiles| tiles.slot_columns).into()),
            ("LEVEL_COUNT", shape.level_count as f64),
            ("HAS_MEANS", flag(shape.has_means)),
            ("IS_INDEXED", flag(shape.format.kind == CellKind::Index)),
            ("THRESHOLD_COUNT", self.threshold_counts[usize::from(resampling.makes_new_values())] as f64),
            ("PLANE_COUNT", self.plane_count as f64),
            ("PLANES_BELOW", self.planes_below as f64),
            ("HAS_FILLS", flag(self.has_fills)),
        ]
    }
}

impl Pipelines {
    pub(super) fn new(context: &Context, constants: FrameConstants) -> Self {
        let device = &context.device;
        let layouts = Layouts::new(device);
        let line = Pass { blend: Some(MAX_BLEND), ..Pass::new(LINE, ["corner", "coverage"], COVERAGE_FORMAT) };
        let line_groups = [&layouts.line_view, &layouts.line_layer];
        let strokes = |constants| render_pipeline(device, &line, &line_groups, constants);
        let fill = Pass { blend: Some(ADD_BLEND), ..Pass::new(FILL, ["corner", "area"], fill_format(device)) };
        let fill_groups = [&layouts.line_view, &layouts.fill_layer];
        let outline = Pass {
            blend: Some(wgpu::BlendState::ALPHA_BLENDING),
            ..Pass::new(OUTLINE, ["cover", "outline"], FRAME_FORMAT)
        };
        let overlay = Pass {
            blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            has_patch_instances: true,
            ..Pass::new(OVERLAY, ["patch_corner", "overlay"], FRAME_FORMAT)
        };
        Self {
            project: compute_pipeline(device, PROJECT, "project", &[&layouts.project_view, &layouts.project_layer]),
            line: strokes(&[]),
            dash: constants.has_dashes.then(|| strokes(&[("BUTT", 1.0)])),
            dot: constants.has_dots.then(|| strokes(&[("DOTS", 1.0)])),
            fill: constants.has_fills.then(|| render_pipeline(device, &fill, &fill_groups, &[])),
            frames: BTreeMap::new(),
            constants,
            outline: render_pipeline(device, &outline, &[&layouts.frame_planes], &[]),
            overlay: render_pipeline(device, &overlay, &[&layouts.overlay], &[]),
            layouts,
        }
    }

    /// Makes the pipeline for views of this kind if it is not there.
    pub(super) fn prepare_frame(&mut self, device: &wgpu::Device, kind: FrameKind) {
        let Self { layouts, constants, .. } = self;
        self.frames.entry(kind).or_insert_with(|| {
            let groups = [&layouts.frame_view, &layouts.frame_raster, &layouts.frame_planes];
            let pass = Pass::new(Program::frame(kind.resampling), ["cover", "frame"], FRAME_FORMAT);
            render_pipeline(device, &pass, &groups, &constants.named(kind))
        });
    }

    /// Draws the map box of views of this kind.
    ///
    /// # Panics
    /// If it was not prepared.
    pub(super) fn frame(&self, kind: FrameKind) -> &wgpu::RenderPipeline {
        &self.frames[&kind]
    }
}

/// What distinguishes one render pipeline from another.
struct Pass {
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
    fn new(program: Program, entries: [&'static str; 2], format: wgpu::TextureFormat) -> Self {
        let topology = wgpu::PrimitiveTopology::TriangleList;
        Self { program, entries, format, blend: None, topology, has_patch_instances: false }
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

fn render_pipeline(
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
