//! One frame: what changes with each figure is written to buffers, and a few passes draw it.

use std::collections::BTreeMap;

use super::Context;
use super::atlas::Atlas;
use super::furniture::Furniture;
use super::grids::ViewGrids;
use super::layouts::{Layouts, bind_group};
use super::lines::{ChunkGroup, GpuLayer, GpuLevel, LayerLook};
use super::memory::{GrowingBuffer, uniform_buffer};
use super::pipelines::{FrameConstants, FrameKind, Pipelines};
use super::placed::PlacedLines;
use super::raster::{GpuRaster, WholeRaster};
use super::readback::{PaddedRows, RING_SLOTS, Slot};
use super::targets::Targets;
use super::uniforms::{MAX_PLANES, MAX_THRESHOLDS, PlanesUniform, RasterUniform};
use crate::error::Result;
use crate::figure::Overlay;
use crate::geo::{ForwardGrid, InverseGrid};
use crate::scene::{ClassTable, LevelKey, LineLevel, PixelRect};
use crate::style::{PixelBox, Resampling};

/// What stays the same for all frames.
pub struct RendererOptions {
    /// Colour of the map where nothing is drawn, straight alpha.
    pub facecolor: [f32; 4],
    /// Colour of each coverage plane from the lowest, straight alpha; at most [`MAX_PLANES`].
    pub planes: Vec<[f32; 4]>,
    /// How many of the planes lie under the raster.
    pub planes_below: usize,
    /// Width of the map's own outline in pixels.
    pub outline_width_px: f32,
}

/// A raster and its colours.
pub struct RasterLook {
    /// The cells.
    pub raster: GpuRaster,
    /// Colours of the numbers that cells hold.
    pub of_cells: ClassTable,
    /// Colours of numbers between them, for resamplings that make such; of floats.
    pub of_means: ClassTable,
}

/// What is drawn in one frame.
pub struct FrameInput<'a> {
    /// Size of the figure in pixels.
    pub figure_px: [u32; 2],
    /// Where the map goes.
    pub map_box: PixelBox,
    /// Raster coordinates of the map box's pixels; None where there is no raster.
    pub inverse: Option<&'a InverseGrid>,
    /// How pixels are made of the raster's cells.
    pub resampling: Resampling,
    /// Pixel coordinates of longitudes and latitudes; None where no outline is seen.
    pub forward: Option<&'a ForwardGrid>,
    /// What is seen of each layer; nothing without a forward grid.
    pub visible: &'a [VisibleLayer],
    /// Lines of each layer that are placed already, in pixels of the map box, polylines separated by
    /// [`crate::geo::OUTSIDE_PX`]; none, or as many lists as there are layers.
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
    raster: Option<GpuRaster>,
    /// With the classes of cells, and with those of numbers between them.
    raster_groups: [wgpu::BindGroup; 2],
    layers: Vec<GpuLayer>,
    /// A list for each layer, and one for the map's outline.
    placed: PlacedLines,
    planes: PlanesUniform,
    plane_count: usize,
    grids: ViewGrids,
    furniture: Furniture,
    targets: Option<Targets>,
    ring: Vec<Slot>,
    next_slot: usize,
    pending: usize,
    /// The frame that is being recorded.
    open: Option<OpenFrame>,
}

/// A frame whose map is drawn part by part.
struct OpenFrame {
    encoder: wgpu::CommandEncoder,
    map_box: PixelBox,
    kind: FrameKind,
    is_cleared: bool,
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
        raster: Option<RasterLook>,
        layers: &[(LayerLook, &BTreeMap<LevelKey, LineLevel>)],
        options: &RendererOptions,
    ) -> Result<Self> {
        assert!(options.planes.len() <= MAX_PLANES, "{} coverage planes, {MAX_PLANES} at most", options.planes.len());
        let constants = FrameConstants {
            raster: raster.as_ref().map(|look| look.raster.shape()),
            threshold_counts: raster
                .as_ref()
                .map_or([0; 2], |look| [&look.of_cells, &look.of_means].map(ClassTable::threshold_count)),
            plane_count: options.planes.len(),
            planes_below: options.planes_below,
        };
        let pipelines = Pipelines::new(&context, constants);
        let raster_groups = raster_groups(&context, &pipelines.layouts, raster.as_ref(), options)?;
        let projected = ChunkGroup::projected_buffer(&context.device);
        let outline = LayerLook { width_px: options.outline_width_px, plane: 0 };
        let looks: Vec<_> = layers.iter().map(|(look, _)| *look).chain([outline]).collect();
        let placed = PlacedLines::new(&context, &pipelines.layouts, &looks);
        let layers = layers
            .iter()
            .map(|(look, levels)| GpuLayer::new(&context, &pipelines.layouts, *look, levels, &projected))
            .collect();
        let mut planes = PlanesUniform::default();
        planes.colors[..options.planes.len()].copy_from_slice(&options.planes);
        let device = &context.device;
        let renderer = Self {
            raster: raster.map(|look| look.raster),
            raster_groups,
            layers,
            placed,
            planes,
            plane_count: options.planes.len(),
            grids: ViewGrids::new(device, &pipelines.layouts),
            furniture: Furniture::new(&context, &pipelines.layouts),
            targets: None,
            ring: Vec::new(),
            next_slot: 0,
            pending: 0,
            open: None,
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

    /// The raster's tiles, to be filled before the parts of a frame that need them are drawn; None for a raster that
    /// is there as a whole. With it comes the device.
    pub fn atlas(&mut self) -> Option<(&mut Atlas, &Context)> {
        match &mut self.raster {
            Some(GpuRaster::Paged(atlas)) => Some((atlas, &self.context)),
            _ => None,
        }
    }

    /// Checks that the adapter can draw a figure of this size.
    ///
    /// # Errors
    /// [`crate::Error::Gpu`] if it is too large.
    pub fn check_size(&self, figure_px: [u32; 2]) -> Result<()> {
        self.context.check_figure_size(figure_px)
    }

    /// Draws a whole frame. The order of fetching is the order of submitting.
    ///
    /// # Errors
    /// [`crate::Error::Gpu`] if the device fails.
    ///
    /// # Panics
    /// As [`begin`](Self::begin).
    pub fn submit(&mut self, input: &FrameInput) -> Result<()> {
        self.begin(input)?;
        self.draw_part(None);
        self.finish(input)
    }

    /// Starts drawing a frame: everything but the map box and what lies over it.
    ///
    /// # Errors
    /// [`crate::Error::Gpu`] if the device fails.
    ///
    /// # Panics
    /// If the ring is full, or frames of another size are pending.
    pub fn begin(&mut self, input: &FrameInput) -> Result<()> {
        assert!(!self.is_full(), "all {RING_SLOTS} readback buffers are in use");
        self.prepare_targets(input)?;
        let guard_px = self.guard_px(&input.map_box);
        self.grids.write(&self.context, &self.pipelines.layouts, input, guard_px);
        for seen in input.visible {
            if let Some(level) = self.layers[seen.layer].level(seen.level) {
                level.set_visible(&self.context.queue, &seen.chunks);
            }
        }
        let lists = (0..self.layers.len()).map(|layer| input.placed.get(layer).map_or(&[][..], Vec::as_slice));
        self.placed.write(&self.context, &self.pipelines.layouts, lists.chain([input.outline]));
        let FrameInput { figure_px, furniture, title, .. } = *input;
        self.furniture.write(&self.context, &self.pipelines.layouts, figure_px, furniture, title);
        let has_patches = input.inverse.is_some_and(|grid| !grid.patches.is_empty());
        let kind = FrameKind { has_patches, resampling: input.resampling };
        self.pipelines.prepare_frame(&self.context.device, kind);
        let mut encoder = self.encoder();
        if let Some(targets) = &self.targets {
            for plane in 0..self.plane_count {
                self.record_plane(&mut encoder, targets, input, plane);
            }
        }
        self.open = Some(OpenFrame { encoder, map_box: input.map_box, kind, is_cleared: false });
        self.context.check()
    }

    fn encoder(&self) -> wgpu::CommandEncoder {
        self.context.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("frame") })
    }

    /// Draws the map box of the frame that was begun, or a part of it.
    pub fn draw_part(&mut self, part: Option<PixelRect>) {
        let Some(mut open) = self.open.take() else { return };
        if let Some(targets) = &self.targets {
            self.record_map(&mut open, targets, part);
        }
        self.open = Some(open);
    }

    /// Submits what has been drawn of a frame, so that tiles it was drawn from can be replaced.
    pub fn flush(&mut self) {
        let next = self.encoder();
        if let Some(open) = &mut self.open {
            let done = std::mem::replace(&mut open.encoder, next);
            self.context.queue.submit([done.finish()]);
        }
    }

    /// Drops the frame that was begun.
    pub fn abandon(&mut self) {
        self.open = None;
    }

    /// Draws what lies over the map box of the frame that was begun, and asks for its pixels.
    ///
    /// # Errors
    /// [`crate::Error::Gpu`] if the device fails.
    ///
    /// # Panics
    /// If no frame was begun.
    pub fn finish(&mut self, input: &FrameInput) -> Result<()> {
        let OpenFrame { mut encoder, .. } = self.open.take().expect("a frame is finished after it was begun");
        if let Some(targets) = &self.targets {
            self.record_furniture(&mut encoder, targets, input);
            self.ring[self.next_slot].record_copy(&mut encoder, &targets.frame);
        }
        let submission = self.context.queue.submit([encoder.finish()]);
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
        self.check_size(input.figure_px)?;
        self.targets =
            Some(Targets::new(&self.context, &self.pipelines.layouts, input.figure_px, self.plane_count, &self.planes));
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

    /// Places and draws the layers of one plane, group by group.
    fn record_plane(&self, encoder: &mut wgpu::CommandEncoder, targets: &Targets, input: &FrameInput, plane: usize) {
        let view = &targets.coverages[plane];
        let mut load = wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT);
        for seen in input.visible.iter().filter(|seen| self.layers[seen.layer].plane == plane) {
            let Some(level) = self.layers[seen.layer].level(seen.level) else { continue };
            for group in ChunkGroup::of(seen.chunks.len()) {
                self.record_projection(encoder, level, group);
                let mut pass = begin_pass(encoder, "coverage", view, load);
                self.record_lines(&mut pass, &input.map_box, level, group);
                load = wgpu::LoadOp::Load;
            }
        }
        for list in (0..self.layers.len()).filter(|layer| self.layers[*layer].plane == plane) {
            load = self.record_placed(encoder, view, load, (list, input));
        }
        if load != wgpu::LoadOp::Load {
            begin_pass(encoder, "no coverage", view, load);
        }
    }

    /// Draws the lines of one list that are placed already; how the next pass begins.
    fn record_placed(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        view: &wgpu::TextureView,
        mut load: wgpu::LoadOp<wgpu::Color>,
        (list, input): (usize, &FrameInput),
    ) -> wgpu::LoadOp<wgpu::Color> {
        for vertices in self.placed.passes(list) {
            let mut pass = begin_pass(encoder, "placed coverage", view, load);
            self.begin_lines(&mut pass, &input.map_box);
            if list == self.layers.len() {
                // The map's outline may run along the box's edge, and half of it lies beyond.
                pass.set_scissor_rect(0, 0, input.figure_px[0], input.figure_px[1]);
            }
            self.placed.draw(&mut pass, list, vertices);
            load = wgpu::LoadOp::Load;
        }
        load
    }

    fn record_projection(&self, encoder: &mut wgpu::CommandEncoder, level: &GpuLevel, group: ChunkGroup) {
        let descriptor = wgpu::ComputePassDescriptor { label: Some("project"), timestamp_writes: None };
        let mut pass = encoder.begin_compute_pass(&descriptor);
        pass.set_pipeline(&self.pipelines.project);
        pass.set_bind_group(0, &self.grids.project_group, &[]);
        level.project(&mut pass, group);
    }

    fn record_lines(&self, pass: &mut wgpu::RenderPass, area: &PixelBox, level: &GpuLevel, group: ChunkGroup) {
        self.begin_lines(pass, area);
        level.draw(pass, group);
    }

    fn begin_lines(&self, pass: &mut wgpu::RenderPass, area: &PixelBox) {
        let guard = self.guard_px(area) as f32;
        let [x, y, w, h] = [area.x, area.y, area.width, area.height].map(|v| v as f32);
        pass.set_viewport(x - guard, y - guard, w + 2.0 * guard, h + 2.0 * guard, 0.0, 1.0);
        pass.set_scissor_rect(area.x, area.y, area.width, area.height);
        pass.set_pipeline(&self.pipelines.line);
        pass.set_bind_group(0, &self.grids.line_group, &[]);
    }

    fn record_map(&self, open: &mut OpenFrame, targets: &Targets, part: Option<PixelRect>) {
        let load = if open.is_cleared { wgpu::LoadOp::Load } else { wgpu::LoadOp::Clear(wgpu::Color::WHITE) };
        open.is_cleared = true;
        let mut pass = begin_pass(&mut open.encoder, "map", &targets.frame_view, load);
        set_viewport(&mut pass, &open.map_box);
        if let Some(PixelRect { corner, size }) = part {
            pass.set_scissor_rect(open.map_box.x + corner[0], open.map_box.y + corner[1], size[0], size[1]);
        }
        pass.set_pipeline(self.pipelines.frame(open.kind));
        pass.set_bind_group(0, &self.grids.frame_group, &[]);
        pass.set_bind_group(1, &self.raster_groups[usize::from(open.kind.resampling.makes_new_values())], &[]);
        pass.set_bind_group(2, &targets.planes_group, &[]);
        pass.draw(0..3, 0..1);
    }

    fn record_furniture(&self, encoder: &mut wgpu::CommandEncoder, targets: &Targets, input: &FrameInput) {
        let mut pass = begin_pass(encoder, "furniture", &targets.frame_view, wgpu::LoadOp::Load);
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
        let clear = wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT);
        self.record_placed(encoder, &targets.coverages[0], clear, (self.layers.len(), input));
        let mut pass = begin_pass(encoder, "outline", &targets.frame_view, wgpu::LoadOp::Load);
        pass.set_pipeline(&self.pipelines.outline);
        pass.set_bind_group(0, &targets.planes_group, &[]);
        pass
    }
}

/// The raster with the classes of its cells, and with those of numbers between them.
fn raster_groups(
    context: &Context,
    layouts: &Layouts,
    look: Option<&RasterLook>,
    options: &RendererOptions,
) -> Result<[wgpu::BindGroup; 2]> {
    let nothing = GpuRaster::Whole(WholeRaster::none(context)?);
    let raster = look.map_or(&nothing, |look| &look.raster);
    let uniform = RasterUniform { facecolor: options.facecolor, ..raster.uniform() };
    let uniform = uniform_buffer(context, "raster", &uniform);
    let unused_tiles;
    let (cells, tiles) = match (raster, &nothing) {
        (GpuRaster::Whole(raster), _) => {
            unused_tiles = Atlas::none(context)?;
            (raster.view(), unused_tiles.views())
        }
        (GpuRaster::Paged(atlas), GpuRaster::Whole(nothing)) => (nothing.view(), atlas.views()),
        (GpuRaster::Paged(_), GpuRaster::Paged(_)) => unreachable!("no raster is one texture"),
    };
    let group = |classes: Option<&ClassTable>| {
        let (keys, colors) = classes.map_or((&[] as &[u32], &[] as &[[u8; 4]]), |c| (c.threshold_keys(), c.colors()));
        assert!(keys.len() <= MAX_THRESHOLDS, "{} thresholds, {MAX_THRESHOLDS} at most", keys.len());
        let mut all_keys = [0; MAX_THRESHOLDS];
        all_keys[..keys.len()].copy_from_slice(keys);
        let mut colors_buffer = GrowingBuffer::new(&context.device, "class colours");
        colors_buffer.write(context, bytemuck::cast_slice(colors));
        let keys_buffer = uniform_buffer(context, "thresholds", &all_keys);
        let resources = [
            uniform.as_entire_binding(),
            wgpu::BindingResource::TextureView(&cells),
            keys_buffer.as_entire_binding(),
            colors_buffer.buffer.as_entire_binding(),
            wgpu::BindingResource::TextureView(&tiles[0]),
            wgpu::BindingResource::TextureView(&tiles[1]),
        ];
        bind_group(&context.device, "raster", &layouts.frame_raster, &resources)
    };
    Ok([look.map(|look| &look.of_cells), look.map(|look| &look.of_means)].map(group))
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
