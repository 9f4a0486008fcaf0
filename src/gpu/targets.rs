//! What frames of one size are drawn into.

use super::Context;
use super::input::PlaneLook;
use super::layouts::{Layouts, bind_group};
use super::memory::uniform_buffer;
use super::pipelines::{COVERAGE_FORMAT, FRAME_FORMAT, fill_format};
use super::uniforms::{MAX_PLANES, PlanesUniform};

/// What frames of one size are drawn into.
pub(super) struct Targets {
    pub frame: wgpu::Texture,
    pub frame_view: wgpu::TextureView,
    /// One view a plane, in the planes' order.
    pub planes: Vec<wgpu::TextureView>,
    /// The first plane of strokes, whether or not some layer uses it.
    pub first_strokes: wgpu::TextureView,
    /// The planes' colours.
    pub colors: wgpu::Buffer,
    pub planes_group: wgpu::BindGroup,
}

impl Targets {
    pub(super) fn new(context: &Context, layouts: &Layouts, size: [u32; 2], planes: &[PlaneLook]) -> Self {
        use wgpu::TextureUsages as Usage;
        let device = &context.device;
        let attach = Usage::RENDER_ATTACHMENT;
        let frame = texture(device, "frame", size, 1, FRAME_FORMAT, attach | Usage::COPY_SRC);
        let count = |of_areas| planes.iter().filter(|plane| plane.of_areas == of_areas).count();
        let strokes = PlaneTexture::new(context, "coverage", size, count(false), COVERAGE_FORMAT);
        // A map without areas needs something to bind.
        let areas_size = if count(true) > 0 { size } else { [1, 1] };
        let areas = PlaneTexture::new(context, "areas", areas_size, count(true), fill_format(device));
        let mut used = [0; 2];
        let mut uniform = PlanesUniform { colors: [[0.0; 4]; MAX_PLANES] };
        let mut views = Vec::new();
        for (k, plane) in planes.iter().enumerate() {
            let kind = usize::from(plane.of_areas);
            uniform.colors[k] = plane.color;
            views.push([&strokes, &areas][kind].layer(used[kind]));
            used[kind] += 1;
        }
        let colors = uniform_buffer(context, "planes", &uniform);
        Self {
            frame_view: frame.create_view(&wgpu::TextureViewDescriptor::default()),
            planes_group: bind_group(
                device,
                "planes",
                &layouts.frame_planes,
                &[
                    colors.as_entire_binding(),
                    wgpu::BindingResource::TextureView(&strokes.all()),
                    wgpu::BindingResource::TextureView(&areas.all()),
                    // Nothing was kept.
                    wgpu::BindingResource::TextureView(&strokes.all()),
                ],
            ),
            colors,
            frame,
            first_strokes: strokes.layer(0),
            planes: views,
        }
    }
}

/// Planes as layers of a texture.
pub(super) struct PlaneTexture(wgpu::Texture);

impl PlaneTexture {
    /// How many layers a texture of so many planes has.
    pub(super) fn layers(context: &Context, planes: usize) -> u32 {
        // wgpu's OpenGL backend reads nothing from an array of one layer.
        let fewest = if context.is_opengl() { 2 } else { 1 };
        planes.max(fewest) as u32
    }

    pub(super) fn new(
        context: &Context,
        label: &str,
        size: [u32; 2],
        planes: usize,
        format: wgpu::TextureFormat,
    ) -> Self {
        use wgpu::TextureUsages as Usage;
        let layers = Self::layers(context, planes);
        let usage = Usage::RENDER_ATTACHMENT | Usage::TEXTURE_BINDING;
        Self(texture(&context.device, label, size, layers, format, usage))
    }

    pub(super) fn layer(&self, layer: u32) -> wgpu::TextureView {
        self.0.create_view(&wgpu::TextureViewDescriptor {
            label: Some("plane"),
            dimension: Some(wgpu::TextureViewDimension::D2),
            base_array_layer: layer,
            array_layer_count: Some(1),
            ..Default::default()
        })
    }

    pub(super) fn all(&self) -> wgpu::TextureView {
        self.0.create_view(&wgpu::TextureViewDescriptor {
            label: Some("planes"),
            dimension: Some(wgpu::TextureViewDimension::D2Array),
            ..Default::default()
        })
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
