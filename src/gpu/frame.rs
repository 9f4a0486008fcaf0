//! One frame: what changes with each figure is written to buffers, and a few passes draw it.

use std::collections::BTreeMap;

use super::lines::{GpuLayer, LayerLook};
use super::pipelines::{COVERAGE_FORMAT, FRAME_FORMAT, Pipelines, bind_group};
use super::raster::{GpuRaster, Resampling};
use super::readback::{PaddedRows, RING_SLOTS, Slot};
use super::uniforms::{FigureUniform, MAX_PLANES, PlanesUniform, RasterUniform, ViewUniform};
use super::Context;
use crate::error::Result;
use crate::figure::Overlay;
use crate::geo::{ForwardGrid, InverseGrid};
use crate::scene::{ClassTable, LevelKey, LineLevel};
use crate::style::PixelBox;

/// What stays the same for all frames.
pub struct RendererOptions {
    /// Colour of the map where nothing is drawn, straight alpha.
    pub facecolor: [f32; 4],
    /// Colour of each coverage plane from the lowest, straight alpha; at most [`MAX_PLANES`].
    pub planes: Vec<[f32; 4]>,
    /// How many of the planes lie under the raster.
    pub planes_below: usize,
    /// How values are found between cells.
    pub resampling: Resampling,
}

/// What is drawn in one frame.
pub struct FrameInput<'a> {
    /// Size of the figure in pixels.
    pub figure_px: [u32; 2],
    /// Where the map goes.
    pub map_box: PixelBox,
    /// Raster coordinates of the map box's pixels; None where there is no raster.
    pub inverse: Option<&'a InverseGrid>,
    /// Pixel coordinates of longitudes and latitudes; None where no outline is seen.
    pub forward: Option<&'a ForwardGrid>,
    /// What is seen of each layer.
    pub visible: &'a [VisibleLayer],
    /// Furniture that many figures share; uploaded only when the number changes.
    pub furniture: (u64, &'a [Overlay]),
    /// The figure's own furniture.
    pub title: Option<&'a Overlay>,
}

/// The part of one layer that a view shows.
#[derive(Clone, Debug)]
pub struct VisibleLayer {
    /// Index of the layer.
    pub layer: usize,
    /// The level to draw.
    pub level: LevelKey,
    /// The first segment of each chunk that may be seen.
    pub chunks: Vec<u32>,
}

/// Draws frames on one device, one after another.
pub struct Renderer {
    context: Context,
    pipelines: Pipelines,
    raster_group: wgpu::BindGroup,
    layers: Vec<GpuLayer>,
    planes: PlanesUniform,
    plane_count: usize,
    view: wgpu::Buffer,
    inverse: [GrowingBuffer; 3],
    forward: GrowingBuffer,
    patches: wgpu::Buffer,
    targets: Option<Targets>,
    ring: Vec<Slot>,
    next_slot: usize,
    pending: usize,
}

/// Furniture patches that one frame can hold.
const MAX_PATCHES: usize = 64;

impl Renderer {
    /// Puts everything that all frames share on the device.
    ///
    /// # Errors
    /// [`crate::Error::Gpu`] if the device fails.
    ///
    /// # Panics
    /// If there are more than [`MAX_PLANES`] planes.
    pub fn new(
        context: Context,
        raster: Option<(&GpuRaster, &ClassTable)>,
        layers: &[(LayerLook, BTreeMap<LevelKey, LineLevel>)],
        options: &RendererOptions,
    ) -> Result<Self> {
        assert!(options.planes.len() <= MAX_PLANES, "{} coverage planes, {MAX_PLANES} at most", options.planes.len());
        let pipelines = Pipelines::new(&context);
        let raster_group = raster_group(&context, &pipelines, raster, options)?;
        let layers =
            layers.iter().map(|(look, levels)| GpuLayer::new(&context, &pipelines, *look, levels)).collect();
        let mut planes = PlanesUniform::default();
        planes.colors[..options.planes.len()].copy_from_slice(&options.planes);
        let device = &context.device;
        let renderer = Self {
            raster_group,
            layers,
            planes,
            plane_count: options.planes.len(),
            view: buffer(device, "view", size_of::<ViewUniform>(), wgpu::BufferUsages::UNIFORM),
            inverse: ["inverse grid", "patch of cell", "patches"].map(|label| GrowingBuffer::new(device, label)),
            forward: GrowingBuffer::new(device, "forward grid"),
            patches: buffer(device, "furniture patches", MAX_PATCHES * 16, wgpu::BufferUsages::VERTEX),
            targets: None,
            ring: Vec::new(),
            next_slot: 0,
            pending: 0,
            pipelines,
            context,
        };
        renderer.context.check()?;
        Ok(renderer)
    }

    /// The device.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Frames submitted and not yet fetched.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending
    }

    /// Whether [`fetch`](Self::fetch) must come before the next [`submit`](Self::submit).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.pending == RING_SLOTS
    }

    /// Whether a frame of this size can only be submitted when no frame is pending.
    #[must_use]
    pub fn needs_other_targets(&self, figure_px: [u32; 2]) -> bool {
        let rows = PaddedRows::new(figure_px[0], figure_px[1]);
        self.targets.is_none() || self.ring.first().is_none_or(|slot| slot.rows() != rows)
    }

    /// Starts drawing a frame. The order of fetching is the order of submitting.
    ///
    /// # Errors
    /// [`crate::Error::Gpu`] if the device fails.
    ///
    /// # Panics
    /// If the ring is full, or frames of another size are pending.
    pub fn submit(&mut self, input: &FrameInput) -> Result<()> {
        assert!(!self.is_full(), "all {RING_SLOTS} readback buffers are in use");
        self.prepare_targets(input)?;
        self.write_grids(input);
        for seen in input.visible {
            if let Some(level) = self.layers[seen.layer].level(seen.level) {
                level.set_visible(&self.context.queue, &seen.chunks);
            }
        }
        let patches = self.write_furniture(input);
        let submission = self.record(input, patches);
        self.ring[self.next_slot].request(submission);
        self.next_slot = (self.next_slot + 1) % RING_SLOTS;
        self.pending += 1;
        self.context.check()
    }

    /// Waits for the oldest pending frame and puts its RGBA8 pixels, tightly packed, into `image`.
    ///
    /// # Errors
    /// [`crate::Error::Gpu`] if the device fails; the frame is lost then.
    ///
    /// # Panics
    /// If no frame is pending.
    pub fn fetch(&mut self, image: &mut Vec<u8>) -> Result<()> {
        assert!(self.pending > 0, "no frame is pending");
        let slot = (self.next_slot + RING_SLOTS - self.pending) % RING_SLOTS;
        self.pending -= 1;
        self.ring[slot].fetch(&self.context, image)
    }

    /// Makes targets and readback buffers of the frame's size, if those there are have another.
    fn prepare_targets(&mut self, input: &FrameInput) -> Result<()> {
        if !self.needs_other_targets(input.figure_px) {
            return Ok(());
        }
        let rows = PaddedRows::new(input.figure_px[0], input.figure_px[1]);
        assert!(self.pending == 0, "frames of another size are pending");
        let most = self.context.device.limits().max_texture_dimension_2d;
        if input.figure_px.iter().any(|s| *s > most) {
            let [w, h] = input.figure_px;
            return Err(self.context.error(format!(
                "a figure of {w} x {h} px does not fit; the adapter draws {most} x {most}: lower --dpi or --figsize"
            )));
        }
        self.targets = Some(Targets::new(&self.context, &self.pipelines, input.figure_px, self.plane_count, &self.planes));
        self.ring = (0..RING_SLOTS).map(|_| Slot::new(&self.context.device, rows)).collect();
        self.next_slot = 0;
        self.context.check()
    }

    /// How far the viewport of lines reaches beyond the map box. Lines that leave the viewport are clipped, and
    /// llvmpipe's clipper takes time that grows with the square of the draw's size; lines that leave only the
    /// scissor cost nothing.
    fn guard_px(&self, map_box: &PixelBox) -> u32 {
        const WANTED_PX: u32 = 4096;
        let most = self.context.device.limits().max_texture_dimension_2d;
        WANTED_PX.min(most.saturating_sub(map_box.width.max(map_box.height)) / 2)
    }

    /// Writes the view's uniform and grids.
    fn write_grids(&mut self, input: &FrameInput) {
        let mut uniform = ViewUniform {
            box_origin_px: [input.map_box.x, input.map_box.y],
            box_size_px: [input.map_box.width, input.map_box.height],
            guard_px: self.guard_px(&input.map_box) as f32,
            ..Default::default()
        };
        let (device, queue) = (&self.context.device, &self.context.queue);
        if let Some(grid) = input.inverse {
            uniform.inverse_nodes = grid.nodes;
            uniform.inverse_base_px = grid.base_px;
            uniform.inverse_pitch_px = grid.pitch_px;
            uniform.patch_columns = grid.nodes[0] / 2;
            self.inverse[0].write(device, queue, bytemuck::cast_slice(&grid.values));
            self.inverse[1].write(device, queue, bytemuck::cast_slice(&grid.patch_of_cell));
            self.inverse[2].write(device, queue, bytemuck::cast_slice(&grid.patches));
        }
        if let Some(grid) = input.forward {
            uniform.forward_nodes = grid.nodes;
            uniform.forward_corner = [grid.window.corner.lon, grid.window.corner.lat];
            uniform.forward_cells_per_unit =
                [0, 1].map(|k| (f64::from(grid.nodes[k] - 1) / f64::from(grid.window.size[k])) as f32);
            self.forward.write(device, queue, bytemuck::cast_slice(&grid.values));
        }
        queue.write_buffer(&self.view, 0, bytemuck::bytes_of(&uniform));
    }

    /// Uploads new furniture and the list of patches; returns how many there are.
    fn write_furniture(&mut self, input: &FrameInput) -> u32 {
        let Some(targets) = &mut self.targets else { return 0 };
        let (id, shared) = input.furniture;
        let queue = &self.context.queue;
        if targets.furniture_id.replace(id) != Some(id) {
            shared.iter().for_each(|patch| write_patch(queue, &targets.furniture, patch));
        }
        input.title.iter().for_each(|patch| write_patch(queue, &targets.furniture, patch));
        let patches: Vec<[f32; 4]> = shared
            .iter()
            .chain(input.title)
            .map(|p| [p.x, p.y, p.width, p.height].map(|v| v as f32))
            .take(MAX_PATCHES)
            .collect();
        queue.write_buffer(&self.patches, 0, bytemuck::cast_slice(&patches));
        patches.len() as u32
    }

    /// Records and submits the passes: place vertices, draw each coverage plane, draw the frame, fetch it.
    fn record(&self, input: &FrameInput, patches: u32) -> wgpu::SubmissionIndex {
        let device = &self.context.device;
        let descriptor = wgpu::CommandEncoderDescriptor { label: Some("frame") };
        let mut encoder = device.create_command_encoder(&descriptor);
        if let Some(targets) = &self.targets {
            if input.forward.is_some() {
                self.record_projection(&mut encoder, input);
            }
            for plane in 0..self.plane_count {
                self.record_plane(&mut encoder, targets, input, plane);
            }
            self.record_frame(&mut encoder, targets, input, patches);
            self.ring[self.next_slot].record_copy(&mut encoder, &targets.frame);
        }
        self.context.queue.submit([encoder.finish()])
    }

    fn record_projection(&self, encoder: &mut wgpu::CommandEncoder, input: &FrameInput) {
        let layout = self.pipelines.project.get_bind_group_layout(0);
        let group = bind_group(&self.context.device, "project view", &layout, &[
            self.view.as_entire_binding(),
            self.forward.buffer.as_entire_binding(),
        ]);
        let descriptor = wgpu::ComputePassDescriptor { label: Some("project"), timestamp_writes: None };
        let mut pass = encoder.begin_compute_pass(&descriptor);
        pass.set_pipeline(&self.pipelines.project);
        pass.set_bind_group(0, &group, &[]);
        for seen in input.visible.iter().filter(|s| !s.chunks.is_empty()) {
            if let Some(level) = self.layers[seen.layer].level(seen.level) {
                level.project(&mut pass, seen.chunks.len() as u32);
            }
        }
    }

    fn record_plane(&self, encoder: &mut wgpu::CommandEncoder, targets: &Targets, input: &FrameInput, plane: usize) {
        let layout = self.pipelines.line.get_bind_group_layout(0);
        let group = bind_group(&self.context.device, "line view", &layout, &[self.view.as_entire_binding()]);
        let mut pass = begin_pass(encoder, "coverage", &targets.coverages[plane], wgpu::Color::TRANSPARENT);
        let (area, guard) = (&input.map_box, self.guard_px(&input.map_box) as f32);
        let [x, y, w, h] = [area.x, area.y, area.width, area.height].map(|v| v as f32);
        pass.set_viewport(x - guard, y - guard, w + 2.0 * guard, h + 2.0 * guard, 0.0, 1.0);
        pass.set_scissor_rect(area.x, area.y, area.width, area.height);
        pass.set_pipeline(&self.pipelines.line);
        pass.set_bind_group(0, &group, &[]);
        for seen in input.visible.iter().filter(|s| !s.chunks.is_empty() && input.forward.is_some()) {
            let layer = &self.layers[seen.layer];
            if let (true, Some(level)) = (layer.plane == plane, layer.level(seen.level)) {
                level.draw(&mut pass, seen.chunks.len() as u32);
            }
        }
    }

    fn record_frame(&self, encoder: &mut wgpu::CommandEncoder, targets: &Targets, input: &FrameInput, patches: u32) {
        let layout = self.pipelines.frame.get_bind_group_layout(0);
        let [nodes, patch_of_cell, exact] = &self.inverse;
        let view_group = bind_group(&self.context.device, "frame view", &layout, &[
            self.view.as_entire_binding(),
            nodes.buffer.as_entire_binding(),
            patch_of_cell.buffer.as_entire_binding(),
            exact.buffer.as_entire_binding(),
        ]);
        let mut pass = begin_pass(encoder, "frame", &targets.frame_view, wgpu::Color::WHITE);
        set_map_viewport(&mut pass, &input.map_box);
        pass.set_pipeline(&self.pipelines.frame);
        pass.set_bind_group(0, &view_group, &[]);
        pass.set_bind_group(1, &self.raster_group, &[]);
        pass.set_bind_group(2, &targets.planes_group, &[]);
        pass.draw(0..3, 0..1);
        if patches > 0 {
            let [w, h] = input.figure_px;
            set_map_viewport(&mut pass, &PixelBox { x: 0, y: 0, width: w, height: h });
            pass.set_pipeline(&self.pipelines.overlay);
            pass.set_bind_group(0, &targets.overlay_group, &[]);
            pass.set_vertex_buffer(0, self.patches.slice(..));
            pass.draw(0..4, 0..patches);
        }
    }
}

/// What frames of one size are drawn into.
struct Targets {
    frame: wgpu::Texture,
    frame_view: wgpu::TextureView,
    /// One view a plane.
    coverages: Vec<wgpu::TextureView>,
    furniture: wgpu::Texture,
    furniture_id: Option<u64>,
    planes_group: wgpu::BindGroup,
    overlay_group: wgpu::BindGroup,
}

impl Targets {
    fn new(context: &Context, pipelines: &Pipelines, size: [u32; 2], plane_count: usize, planes: &PlanesUniform) -> Self {
        use wgpu::TextureUsages as Usage;
        let device = &context.device;
        let attach = Usage::RENDER_ATTACHMENT;
        let frame = texture(device, "frame", size, 1, FRAME_FORMAT, attach | Usage::COPY_SRC);
        let layers = plane_count.max(1) as u32;
        let planes_texture = texture(device, "coverage", size, layers, COVERAGE_FORMAT, attach | Usage::TEXTURE_BINDING);
        let furniture =
            texture(device, "furniture", size, 1, FRAME_FORMAT, Usage::TEXTURE_BINDING | Usage::COPY_DST);
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
        let figure = FigureUniform { size_px: size.map(|s| s as f32), ..Default::default() };
        let figure = uniform_buffer(context, "figure", &figure);
        let furniture_view = furniture.create_view(&wgpu::TextureViewDescriptor::default());
        Self {
            frame_view: frame.create_view(&wgpu::TextureViewDescriptor::default()),
            planes_group: bind_group(device, "planes", &pipelines.frame.get_bind_group_layout(2), &[
                colors.as_entire_binding(),
                wgpu::BindingResource::TextureView(&all_planes),
            ]),
            overlay_group: bind_group(device, "overlay", &pipelines.overlay.get_bind_group_layout(0), &[
                figure.as_entire_binding(),
                wgpu::BindingResource::TextureView(&furniture_view),
            ]),
            frame,
            coverages,
            furniture,
            furniture_id: None,
        }
    }
}

/// A storage buffer that is replaced by a larger one when its content outgrows it.
struct GrowingBuffer {
    label: &'static str,
    buffer: wgpu::Buffer,
}

impl GrowingBuffer {
    const FIRST_BYTES: usize = 1 << 16;

    fn new(device: &wgpu::Device, label: &'static str) -> Self {
        Self { label, buffer: buffer(device, label, Self::FIRST_BYTES, wgpu::BufferUsages::STORAGE) }
    }

    fn write(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, bytes: &[u8]) {
        if bytes.len() as u64 > self.buffer.size() {
            let size = bytes.len().next_power_of_two();
            self.buffer = buffer(device, self.label, size, wgpu::BufferUsages::STORAGE);
        }
        queue.write_buffer(&self.buffer, 0, bytes);
    }
}

fn raster_group(
    context: &Context,
    pipelines: &Pipelines,
    raster: Option<(&GpuRaster, &ClassTable)>,
    options: &RendererOptions,
) -> Result<wgpu::BindGroup> {
    let nothing;
    let (view, uniform, keys, colors): (_, _, &[u32], &[[u8; 4]]) = match raster {
        Some((raster, classes)) => {
            let uniform = raster.uniform(classes, options.resampling);
            (raster.view(), uniform, classes.threshold_keys(), classes.colors())
        }
        None => {
            nothing = GpuRaster::none(context)?;
            (nothing.view(), RasterUniform::default(), &[], &[])
        }
    };
    let uniform = RasterUniform {
        facecolor: options.facecolor,
        plane_count: options.planes.len() as u32,
        planes_below: options.planes_below as u32,
        ..uniform
    };
    let device = &context.device;
    let mut keys_buffer = GrowingBuffer::new(device, "thresholds");
    keys_buffer.write(device, &context.queue, bytemuck::cast_slice(keys));
    let mut colors_buffer = GrowingBuffer::new(device, "class colours");
    colors_buffer.write(device, &context.queue, bytemuck::cast_slice(colors));
    Ok(bind_group(device, "raster", &pipelines.frame.get_bind_group_layout(1), &[
        uniform_buffer(context, "raster", &uniform).as_entire_binding(),
        wgpu::BindingResource::TextureView(&view),
        keys_buffer.buffer.as_entire_binding(),
        colors_buffer.buffer.as_entire_binding(),
    ]))
}

fn buffer(device: &wgpu::Device, label: &str, bytes: usize, usage: wgpu::BufferUsages) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size: bytes as u64,
        usage: usage | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

fn uniform_buffer<T: bytemuck::NoUninit>(context: &Context, label: &str, value: &T) -> wgpu::Buffer {
    let made = buffer(&context.device, label, size_of::<T>(), wgpu::BufferUsages::UNIFORM);
    context.queue.write_buffer(&made, 0, bytemuck::bytes_of(value));
    made
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

fn write_patch(queue: &wgpu::Queue, furniture: &wgpu::Texture, patch: &Overlay) {
    let mut target = furniture.as_image_copy();
    target.origin = wgpu::Origin3d { x: patch.x, y: patch.y, z: 0 };
    let layout =
        wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * patch.width), rows_per_image: None };
    let size = wgpu::Extent3d { width: patch.width, height: patch.height, depth_or_array_layers: 1 };
    queue.write_texture(target, &patch.rgba, layout, size);
}

fn begin_pass<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    label: &str,
    view: &wgpu::TextureView,
    clear: wgpu::Color,
) -> wgpu::RenderPass<'a> {
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations { load: wgpu::LoadOp::Clear(clear), store: wgpu::StoreOp::Store },
        })],
        ..Default::default()
    })
}

fn set_map_viewport(pass: &mut wgpu::RenderPass, area: &PixelBox) {
    let [x, y, w, h] = [area.x, area.y, area.width, area.height];
    pass.set_viewport(x as f32, y as f32, w as f32, h as f32, 0.0, 1.0);
    pass.set_scissor_rect(x, y, w, h);
}
