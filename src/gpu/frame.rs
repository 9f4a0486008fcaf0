//! One frame: what changes with each figure is written to buffers, and a few passes draw it.

use std::collections::BTreeMap;

use super::Context;
use super::fills::{GpuFill, GpuMesh, VisibleFill};
use super::furniture::Furniture;
use super::grids::ViewGrids;
use super::layouts::{Layouts, bind_group};
use super::lines::{ChunkGroup, GpuLayer, GpuLevel, LayerLook, StrokeKind};
use super::memory::{GrowingBuffer, uniform_buffer};
use super::pipelines::{FrameConstants, Pipelines};
use super::placed::PlacedLines;
use super::raster::{GpuRaster, Resampling};
use super::readback::{PaddedRows, RING_SLOTS, Slot};
use super::targets::Targets;
use super::uniforms::{MAX_PLANES, MAX_THRESHOLDS, RasterUniform};
use crate::error::Result;
use crate::figure::Overlay;
use crate::geo::{ForwardGrid, InverseGrid};
use crate::scene::{ClassTable, FillLevel, LevelKey, LineLevel};
use crate::style::PixelBox;

/// What stays the same for all frames.
pub struct RendererOptions {
    /// Colour of the map where nothing is drawn, straight alpha.
    pub facecolor: [f32; 4],
    /// The coverage planes from the lowest; at most [`MAX_PLANES`].
    pub planes: Vec<PlaneLook>,
    /// How many of the planes lie under the raster.
    pub planes_below: usize,
    /// How values are found between cells.
    pub resampling: Resampling,
    /// Width of the map's own outline in pixels.
    pub outline_width_px: f32,
}

/// One coverage plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneLook {
    /// Its colour, straight alpha.
    pub color: [f32; 4],
    /// Whether it holds areas, and not strokes.
    pub of_areas: bool,
}

/// The layers of a map, in no order: what is drawn over what is the planes' affair.
#[derive(Default)]
pub struct MapLayers<'a> {
    /// Lines, dashes and points.
    pub strokes: Vec<(LayerLook, &'a BTreeMap<LevelKey, LineLevel>)>,
    /// Areas and their plane.
    pub fills: Vec<(usize, &'a BTreeMap<LevelKey, FillLevel>)>,
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
    /// What is seen of each layer; nothing without a forward grid.
    pub visible: &'a [VisibleLayer],
    /// What is seen of each layer's areas.
    pub fills: &'a [VisibleFill],
    /// Strokes of each layer that are placed already, in pixels of the map box, polylines separated by
    /// [`crate::geo::OUTSIDE_PX`]; none, or as many lists as there are layers of strokes.
    pub placed: &'a [Vec<[f32; 2]>],
    /// The map's own outline, in the same form; empty where its frame is that of the box.
    pub outline: &'a [[f32; 2]],
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
    /// A list for each layer, and one for the map's outline.
    placed: PlacedLines,
    fills: Vec<GpuFill>,
    /// For the placed vertices of whichever group is at hand.
    projected: wgpu::Buffer,
    planes: Vec<PlaneLook>,
    grids: ViewGrids,
    furniture: Furniture,
    targets: Option<Targets>,
    ring: Vec<Slot>,
    next_slot: usize,
    pending: usize,
}

impl Renderer {
    /// Puts everything that all frames share on the device.
    ///
    /// # Errors
    /// [`crate::Error::Gpu`] if the device fails.
    ///
    /// # Panics
    /// If there are more than [`MAX_PLANES`] planes or [`MAX_THRESHOLDS`] thresholds.
    pub fn new(
        context: Context,
        raster: Option<(&GpuRaster, &ClassTable)>,
        layers: &MapLayers,
        options: &RendererOptions,
    ) -> Result<Self> {
        assert!(options.planes.len() <= MAX_PLANES, "{} coverage planes, {MAX_PLANES} at most", options.planes.len());
        let constants = FrameConstants {
            raster: raster.map(|(raster, _)| raster.format()),
            resampling: options.resampling,
            threshold_count: raster.map_or(0, |(_, classes)| classes.threshold_keys().len()),
            plane_count: options.planes.len(),
            planes_below: options.planes_below,
            has_fills: !layers.fills.is_empty(),
            has_dashes: layers.strokes.iter().any(|(look, _)| look.kind == StrokeKind::Dash),
            has_dots: layers.strokes.iter().any(|(look, _)| matches!(look.kind, StrokeKind::Dot { .. })),
        };
        let pipelines = Pipelines::new(&context, &constants);
        let raster_group = raster_group(&context, &pipelines.layouts, raster, options)?;
        let projected = ChunkGroup::projected_buffer(&context.device);
        let layouts = &pipelines.layouts;
        let outline = LayerLook { width_px: options.outline_width_px, plane: 0, kind: StrokeKind::Line };
        let looks: Vec<_> = layers.strokes.iter().map(|(look, _)| *look).chain([outline]).collect();
        let placed = PlacedLines::new(&context, layouts, &looks);
        let upload = |(look, levels): &(_, &_)| GpuLayer::new(&context, layouts, *look, levels, &projected);
        let strokes = layers.strokes.iter().map(upload).collect();
        let upload = |(plane, levels): &(usize, &BTreeMap<LevelKey, FillLevel>)| {
            let meshes = levels.iter().map(|(key, level)| (*key, &level.mesh));
            GpuFill::new(&context, layouts, *plane, meshes, &projected)
        };
        let fills = layers.fills.iter().map(upload).collect();
        let device = &context.device;
        let renderer = Self {
            raster_group,
            layers: strokes,
            placed,
            fills,
            projected,
            planes: options.planes.clone(),
            grids: ViewGrids::new(device, &pipelines.layouts),
            furniture: Furniture::new(&context, &pipelines.layouts),
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
        let guard_px = self.guard_px(&input.map_box);
        self.grids.write(&self.context, &self.pipelines.layouts, input, guard_px);
        let layouts = &self.pipelines.layouts;
        for seen in input.visible {
            if let Some(level) = self.layers[seen.layer].level(seen.level) {
                level.set_visible(&self.context.queue, &seen.chunks);
            }
        }
        for seen in input.fills {
            self.fills[seen.layer].set_visible(&self.context, layouts, seen, &self.projected);
        }
        let lists = (0..self.layers.len()).map(|layer| input.placed.get(layer).map_or(&[][..], Vec::as_slice));
        self.placed.write(&self.context, layouts, lists.chain([input.outline]));
        let FrameInput { figure_px, furniture, title, .. } = *input;
        self.furniture.write(&self.context, &self.pipelines.layouts, figure_px, furniture, title);
        let submission = self.record(input);
        self.ring[self.next_slot].request(submission);
        self.next_slot = (self.next_slot + 1) % RING_SLOTS;
        self.pending += 1;
        self.context.check()
    }

    /// Waits for the oldest pending frame and replaces `image` by its pixels, RGB8, tightly packed. The frame is
    /// opaque: what is not drawn has the paper's colour.
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
        self.targets = Some(Targets::new(&self.context, &self.pipelines.layouts, input.figure_px, &self.planes));
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

    /// Records and submits the passes: place vertices, draw each coverage plane, draw the frame, fetch it.
    fn record(&self, input: &FrameInput) -> wgpu::SubmissionIndex {
        let device = &self.context.device;
        let descriptor = wgpu::CommandEncoderDescriptor { label: Some("frame") };
        let mut encoder = device.create_command_encoder(&descriptor);
        if let Some(targets) = &self.targets {
            for plane in 0..self.planes.len() {
                self.record_plane(&mut encoder, targets, input, plane);
            }
            self.record_frame(&mut encoder, targets, input);
            self.ring[self.next_slot].record_copy(&mut encoder, &targets.frame);
        }
        self.context.queue.submit([encoder.finish()])
    }

    /// Places and draws the layers of one plane, group by group.
    fn record_plane(&self, encoder: &mut wgpu::CommandEncoder, targets: &Targets, input: &FrameInput, plane: usize) {
        let mut target = PlaneTarget { encoder, view: &targets.planes[plane], is_clear: false };
        for seen in input.visible.iter().filter(|seen| self.layers[seen.layer].look.plane == plane) {
            let layer = &self.layers[seen.layer];
            if let Some(level) = layer.level(seen.level) {
                self.record_strokes(&mut target, input, layer.look.kind, level, seen.chunks.len());
            }
        }
        for list in (0..self.layers.len()).filter(|layer| self.layers[*layer].look.plane == plane) {
            self.record_placed(&mut target, list, input);
        }
        if self.planes[plane].of_areas {
            for seen in input.fills.iter().filter(|seen| self.fills[seen.layer].plane == plane) {
                for (mesh, count) in self.fills[seen.layer].visible(seen) {
                    self.record_fill(&mut target, input, mesh, count);
                }
            }
        }
        if !target.is_clear {
            target.begin_pass("no coverage");
        }
    }

    fn record_strokes(
        &self,
        target: &mut PlaneTarget,
        input: &FrameInput,
        kind: StrokeKind,
        level: &GpuLevel,
        chunks: usize,
    ) {
        for group in ChunkGroup::of(chunks) {
            self.record_projection(target.encoder, |pass| level.project(pass, group));
            let mut pass = target.begin_pass("coverage");
            self.prepare_pass(&mut pass, &input.map_box, self.stroke_pipeline(kind));
            level.draw(&mut pass, group);
        }
    }

    fn stroke_pipeline(&self, kind: StrokeKind) -> &wgpu::RenderPipeline {
        let special = match kind {
            StrokeKind::Line => None,
            StrokeKind::Dash => self.pipelines.dash.as_ref(),
            StrokeKind::Dot { .. } => self.pipelines.dot.as_ref(),
        };
        special.unwrap_or(&self.pipelines.line)
    }

    /// Draws the strokes of one list that are placed already.
    fn record_placed(&self, target: &mut PlaneTarget, list: usize, input: &FrameInput) {
        let layer = self.layers.get(list);
        let pipeline = self.stroke_pipeline(layer.map_or(StrokeKind::Line, |layer| layer.look.kind));
        for vertices in self.placed.passes(list) {
            let mut pass = target.begin_pass("placed coverage");
            self.prepare_pass(&mut pass, &input.map_box, pipeline);
            if layer.is_none() {
                // The map's outline may run along the box's edge, and half of it lies beyond.
                pass.set_scissor_rect(0, 0, input.figure_px[0], input.figure_px[1]);
            }
            self.placed.draw(&mut pass, list, vertices);
        }
    }

    fn record_fill(&self, target: &mut PlaneTarget, input: &FrameInput, mesh: &GpuMesh, chunks: usize) {
        let Some(pipeline) = &self.pipelines.fill else { return };
        for group in ChunkGroup::of(chunks) {
            self.record_projection(target.encoder, |pass| mesh.project(pass, group));
            let mut pass = target.begin_pass("areas");
            self.prepare_pass(&mut pass, &input.map_box, pipeline);
            mesh.draw(&mut pass, group);
        }
    }

    fn record_projection(&self, encoder: &mut wgpu::CommandEncoder, project: impl FnOnce(&mut wgpu::ComputePass)) {
        let descriptor = wgpu::ComputePassDescriptor { label: Some("project"), timestamp_writes: None };
        let mut pass = encoder.begin_compute_pass(&descriptor);
        pass.set_pipeline(&self.pipelines.project);
        pass.set_bind_group(0, &self.grids.project_group, &[]);
        project(&mut pass);
    }

    /// Sets what all layers' passes have in common.
    fn prepare_pass(&self, pass: &mut wgpu::RenderPass, area: &PixelBox, pipeline: &wgpu::RenderPipeline) {
        let guard = self.guard_px(area) as f32;
        let [x, y, w, h] = [area.x, area.y, area.width, area.height].map(|v| v as f32);
        pass.set_viewport(x - guard, y - guard, w + 2.0 * guard, h + 2.0 * guard, 0.0, 1.0);
        pass.set_scissor_rect(area.x, area.y, area.width, area.height);
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, &self.grids.line_group, &[]);
    }

    fn record_frame(&self, encoder: &mut wgpu::CommandEncoder, targets: &Targets, input: &FrameInput) {
        let has_patches = input.inverse.is_some_and(|grid| !grid.patches.is_empty());
        let mut pass = begin_pass(encoder, "frame", &targets.frame_view, wgpu::LoadOp::Clear(wgpu::Color::WHITE));
        set_viewport(&mut pass, &input.map_box);
        pass.set_pipeline(if has_patches { &self.pipelines.frame_with_patches } else { &self.pipelines.frame });
        pass.set_bind_group(0, &self.grids.frame_group, &[]);
        pass.set_bind_group(1, &self.raster_group, &[]);
        pass.set_bind_group(2, &targets.planes_group, &[]);
        pass.draw(0..3, 0..1);
        let [width, height] = input.figure_px;
        let figure = PixelBox { x: 0, y: 0, width, height };
        if !input.outline.is_empty() {
            drop(pass);
            pass = self.record_outline(encoder, targets, input);
            set_viewport(&mut pass, &figure);
            pass.draw(0..3, 0..1);
        }
        set_viewport(&mut pass, &figure);
        pass.set_pipeline(&self.pipelines.overlay);
        self.furniture.draw(&mut pass);
    }

    /// Draws the map's outline into a plane that the frame is done with, and begins the pass that lays it over.
    fn record_outline<'a>(
        &self,
        encoder: &'a mut wgpu::CommandEncoder,
        targets: &Targets,
        input: &FrameInput,
    ) -> wgpu::RenderPass<'a> {
        let mut target = PlaneTarget { encoder: &mut *encoder, view: &targets.first_strokes, is_clear: false };
        self.record_placed(&mut target, self.layers.len(), input);
        let mut pass = begin_pass(encoder, "outline", &targets.frame_view, wgpu::LoadOp::Load);
        pass.set_pipeline(&self.pipelines.outline);
        pass.set_bind_group(0, &targets.planes_group, &[]);
        pass
    }
}

/// A plane that its first pass clears.
struct PlaneTarget<'a> {
    encoder: &'a mut wgpu::CommandEncoder,
    view: &'a wgpu::TextureView,
    is_clear: bool,
}

impl PlaneTarget<'_> {
    fn begin_pass(&mut self, label: &str) -> wgpu::RenderPass<'static> {
        let clear = wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT);
        let load = if std::mem::replace(&mut self.is_clear, true) { wgpu::LoadOp::Load } else { clear };
        begin_pass(self.encoder, label, self.view, load).forget_lifetime()
    }
}

fn raster_group(
    context: &Context,
    layouts: &Layouts,
    raster: Option<(&GpuRaster, &ClassTable)>,
    options: &RendererOptions,
) -> Result<wgpu::BindGroup> {
    let nothing;
    let (view, uniform, keys, colors): (_, _, &[u32], &[[u8; 4]]) = if let Some((raster, classes)) = raster {
        (raster.view(), raster.uniform(), classes.threshold_keys(), classes.colors())
    } else {
        nothing = GpuRaster::none(context)?;
        (nothing.view(), RasterUniform::default(), &[], &[])
    };
    let uniform = RasterUniform { facecolor: options.facecolor, ..uniform };
    let device = &context.device;
    assert!(keys.len() <= MAX_THRESHOLDS, "{} thresholds, {MAX_THRESHOLDS} at most", keys.len());
    let mut all_keys = [0; MAX_THRESHOLDS];
    all_keys[..keys.len()].copy_from_slice(keys);
    let keys_buffer = uniform_buffer(context, "thresholds", &all_keys);
    let mut colors_buffer = GrowingBuffer::new(device, "class colours");
    colors_buffer.write(context, bytemuck::cast_slice(colors));
    Ok(bind_group(
        device,
        "raster",
        &layouts.frame_raster,
        &[
            uniform_buffer(context, "raster", &uniform).as_entire_binding(),
            wgpu::BindingResource::TextureView(&view),
            keys_buffer.as_entire_binding(),
            colors_buffer.buffer.as_entire_binding(),
        ],
    ))
}

fn begin_pass<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    label: &str,
    view: &wgpu::TextureView,
    load: wgpu::LoadOp<wgpu::Color>,
) -> wgpu::RenderPass<'a> {
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations { load, store: wgpu::StoreOp::Store },
        })],
        ..Default::default()
    })
}

fn set_viewport(pass: &mut wgpu::RenderPass, area: &PixelBox) {
    let [x, y, w, h] = [area.x, area.y, area.width, area.height];
    pass.set_viewport(x as f32, y as f32, w as f32, h as f32, 0.0, 1.0);
    pass.set_scissor_rect(x, y, w, h);
}
