//! What frames of one size are drawn into.

use super::Context;
use super::layouts::{Layouts, bind_group};
use super::memory::uniform_buffer;
use super::pipelines::{COVERAGE_FORMAT, FRAME_FORMAT};
use super::uniforms::PlanesUniform;

/// What frames of one size are drawn into.
pub(super) struct Targets {
    pub frame: wgpu::Texture,
    pub frame_view: wgpu::TextureView,
    /// One view a plane.
    pub coverages: Vec<wgpu::TextureView>,
    pub planes_group: wgpu::BindGroup,
}

impl Targets {
    pub(super) fn new(
        context: &Context,
        layouts: &Layouts,
        size: [u32; 2],
        plane_count: usize,
        planes: &PlanesUniform,
    ) -> Self {
        use wgpu::TextureUsages as Usage;
        let device = &context.device;
        let attach = Usage::RENDER_ATTACHMENT;
        let frame = texture(device, "frame", size, 1, FRAME_FORMAT, attach | Usage::COPY_SRC);
        // wgpu's OpenGL backend reads nothing from an array of one layer.
        let fewest = if context.is_opengl() { 2 } else { 1 };
        let layers = plane_count.max(fewest) as u32;
        let planes_texture =
            texture(device, "coverage", size, layers, COVERAGE_FORMAT, attach | Usage::TEXTURE_BINDING);
        let coverages = (0..layers)
            .map(|layer| {
                planes_texture.create_view(&wgpu::TextureViewDescriptor {
                    label: Some("coverage plane"),
                    dimension: Some(wgpu::TextureViewDimension::D2),
                    base_array_layer: layer,
                    array_layer_count: Some(1),
                    ..Default::default()
                })
            })
            .collect();
        let all_planes = planes_texture.create_view(&wgpu::TextureViewDescriptor {
            label: Some("coverage planes"),
            dimension: Some(wgpu::TextureViewDimension::D2Array),
            ..Default::default()
        });
        let colors = uniform_buffer(context, "planes", planes);
        Self {
            frame_view: frame.create_view(&wgpu::TextureViewDescriptor::default()),
            planes_group: bind_group(
                device,
                "planes",
                &layouts.frame_planes,
                &[colors.as_entire_binding(), wgpu::BindingResource::TextureView(&all_planes)],
            ),
            frame,
            coverages,
        }
    }
}

fn texture(
    device: &wgpu::Device,
    label: &str,
    size: [u32; 2],
    layers: u32,
    format: wgpu::TextureFormat,
    usage: wgpu::TextureUsages,
) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: layers },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage,
        view_formats: &[],
    })
}
