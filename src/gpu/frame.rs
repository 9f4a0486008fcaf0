//! One frame: what changes with each figure is written to buffers, and a few passes draw it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Context;
use super::atlas::Atlas;
use super::fills::GpuFill;
use super::frame_pipelines::{FrameKind, StackPass};
use super::furniture::Furniture;
use super::grids::ViewGrids;
use super::input::{FrameInput, MapLayers, PlaneLook, RendererOptions};
use super::lines::{BoxIndices, ChunkGroup, GpuLayer, LayerLook, StrokeKind};
use super::pipelines::{MapConstants, Pipelines, SpecialStrokes};
use super::placed::PlacedLines;
use super::raster::GpuRaster;
use super::raster_look::{BoundRaster, RasterBinder, RasterLook};
use super::readback::{FRAMES_IN_FLIGHT, FramePixels, PaddedRows, Readback};
use super::targets::Targets;
use super::uniforms::MAX_PLANES;
use crate::error::Result;
use crate::geo::{InverseGrid, PixelRect};
use crate::scene::{FillLevel, LevelKey};
use crate::style::PixelBox;

/// Draws frames on one device, one after another.
pub struct Renderer {
    pub(super) context: Arc<Context>,
    pub(super) pipelines: Pipelines,
    binder: RasterBinder,
    /// The rasters that lie over each other, lowest first; at least one place, which may be empty.
    pub(super) rasters: Vec<BoundRaster>,
    pub(super) layers: Vec<GpuLayer>,
    pub(super) boxes: BoxIndices,
    /// A list for each layer, and one for the map's outline.
    pub(super) placed: PlacedLines,
    pub(super) fills: Vec<GpuFill>,
    /// For the placed vertices of whichever group is at hand.
    pub(super) projected: wgpu::Buffer,
    pub(super) planes: Vec<PlaneLook>,
    /// What frames are cleared to, premultiplied alpha.
    pub(super) paper: wgpu::Color,
    pub(super) grids: ViewGrids,
    pub(super) furniture: Furniture,
    pub(super) targets: Option<Targets>,
    /// None before the first frame.
    pub(super) readback: Option<Readback>,
    /// The frame that is being recorded.
    pub(super) open: Option<OpenFrame>,
}

/// A frame whose map is drawn part by part.
pub(super) struct OpenFrame {
    pub(super) encoder: wgpu::CommandEncoder,
    pub(super) map_box: PixelBox,
    /// One for each raster of the map, or one without.
    pub(super) passes: Vec<MapPass>,
    pub(super) planes_group: wgpu::BindGroup,
    /// Whether its coverage was drawn, and not kept.
    pub(super) is_drawn: bool,
    pub(super) is_cleared: bool,
}

/// A pass that draws one raster of a map.
pub(super) struct MapPass {
    pub(super) pipeline: wgpu::RenderPipeline,
    /// Whether its pixels have numbers that no cell holds.
    pub(super) makes_new_values: bool,
}

impl Renderer {
    /// Puts everything that all frames share on the device. There is no raster yet.
    ///
    /// # Errors
    /// As [`Context::check`].
    ///
    /// # Panics
    /// If there are more than [`MAX_PLANES`] planes.
    pub fn new(context: Arc<Context>, layers: &MapLayers, options: &RendererOptions) -> Result<Self> {
        assert!(options.planes.len() <= MAX_PLANES, "{} coverage planes, {MAX_PLANES} at most", options.planes.len());
        let has_kind = |is_it: &dyn Fn(&StrokeKind) -> bool| layers.strokes.iter().any(|(look, _)| is_it(&look.kind));
        let constants = MapConstants {
            plane_count: options.planes.len(),
            is_opaque: options.facecolor[3] == 1.0,
            has_paper_beyond: options.facecolor != options.paper,
            planes_below: options.planes_below,
            area_planes: (0..).zip(&options.planes).map(|(k, plane)| u64::from(plane.of_areas) << k).sum(),
            joined_planes: (0..).zip(&options.planes).map(|(k, plane)| u64::from(plane.is_joined) << k).sum(),
            strokes: SpecialStrokes {
                dashes: has_kind(&|kind| *kind == StrokeKind::Dash),
                dots: has_kind(&|kind| matches!(kind, StrokeKind::Dot { .. })),
                markers: has_kind(&|kind| matches!(kind, StrokeKind::Marker(_))),
            },
        };
        let pipelines = Pipelines::new(&context, constants);
        let binder = RasterBinder::new(&context, options.facecolor)?;
        let projected = ChunkGroup::projected_buffer(&context.device);
        let layouts = &pipelines.layouts;
        let outline = LayerLook { width_px: options.outline_width_px, plane: 0, kind: StrokeKind::Line };
        let looks: Vec<_> = layers.strokes.iter().map(|(look, _)| look.clone()).chain([outline]).collect();
        let placed = PlacedLines::new(&context, layouts, &looks);
        let upload = |(look, levels): &(_, &_)| GpuLayer::new(&context, layouts, look, levels, &projected);
        let strokes = layers.strokes.iter().map(upload).collect();
        let upload = |(plane, levels): &(usize, &BTreeMap<LevelKey, FillLevel>)| {
            let meshes = levels.iter().map(|(key, level)| (*key, &level.mesh));
            GpuFill::new(&context, layouts, *plane, meshes, &projected)
        };
        let fills = layers.fills.iter().map(upload).collect();
        let device = &context.device;
        let [r, g, b, a] = options.paper;
        let renderer = Self {
            rasters: vec![binder.bind(&context, &pipelines.layouts, None)],
            binder,
            layers: strokes,
            boxes: BoxIndices::new(&context),
            placed,
            fills,
            projected,
            planes: options.planes.clone(),
            paper: wgpu::Color { r: r.into(), g: g.into(), b: b.into(), a: a.into() },
            grids: ViewGrids::new(device, &pipelines.layouts),
            furniture: Furniture::new(&context, &pipelines.layouts, options.paper),
            targets: None,
            readback: None,
            open: None,
            pipelines,
            context,
        };
        renderer.context.check()?;
        Ok(renderer)
    }

    /// Replaces one of the rasters that lie over each other, counted from the lowest, by another or by none, and returns
    /// the one before. Frames that were submitted are drawn of that one, whatever is then written into it.
    ///
    /// # Errors
    /// As [`Context::check`].
    ///
    /// # Panics
    /// Between the beginning of a frame and its end, and with more than [`super::MAX_THRESHOLDS`] thresholds.
    pub fn set_raster(&mut self, place: usize, look: Option<RasterLook>) -> Result<Option<GpuRaster>> {
        assert!(self.open.is_none(), "the raster is replaced between two frames");
        let bind = |look| self.binder.bind(&self.context, &self.pipelines.layouts, look);
        let next = bind(look);
        while self.rasters.len() <= place {
            self.rasters.push(bind(None));
        }
        let before = std::mem::replace(&mut self.rasters[place], next);
        self.context.check()?;
        Ok(before.raster)
    }

    /// Whether [`take_oldest`](Self::take_oldest) must come before the next [`submit`](Self::submit).
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.pending() == FRAMES_IN_FLIGHT
    }

    /// Whether a frame of this size can only be submitted when no frame is pending.
    #[must_use]
    pub fn needs_other_targets(&self, figure_px: [u32; 2]) -> bool {
        let rows = PaddedRows::new(figure_px[0], figure_px[1]);
        self.targets.is_none() || self.readback.as_ref().is_none_or(|readback| readback.rows() != rows)
    }

    /// The tiles of one of the rasters, to be filled before the parts of a frame that need them are drawn; None for a
    /// raster that is there as a whole. With it comes the device.
    pub fn atlas(&mut self, place: usize) -> Option<(&mut Atlas, &Context)> {
        match self.rasters.get_mut(place).and_then(|bound| bound.raster.as_mut()) {
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

    /// Draws a whole frame. Frames are read in the order of submitting.
    ///
    /// # Errors
    /// As [`Context::check`].
    ///
    /// # Panics
    /// As [`begin`](Self::begin).
    pub fn submit(&mut self, input: &FrameInput) -> Result<()> {
        self.begin(input)?;
        for place in 0..=input.over.len() {
            self.draw_part(place, None);
        }
        self.finish(input)
    }

    /// Starts drawing a frame: everything but the map box and what lies over it.
    ///
    /// # Errors
    /// As [`Context::check`].
    ///
    /// # Panics
    /// If as many frames are in flight as may be, frames of another size are pending, or a raster was not set.
    pub fn begin(&mut self, input: &FrameInput) -> Result<()> {
        assert!(!self.is_full(), "{FRAMES_IN_FLIGHT} frames are in flight");
        self.context.check()?;
        self.prepare_targets(input)?;
        let guard_px = self.guard_px(&input.map_box);
        self.grids.write(&self.context, &self.pipelines.layouts, input, guard_px);
        let kept = input.coverage.kept(&input.map_box);
        self.write_layers(input, kept.is_none());
        self.furniture.write(&self.context, &self.pipelines.layouts, input);
        let passes = self.map_passes(input, kept.is_some());
        let mut encoder = self.encoder();
        let targets = self.targets.as_ref().expect("targets of the frame's size");
        if kept.is_none() {
            for plane in 0..self.planes.len() {
                self.record_plane(&mut encoder, targets, input, plane);
            }
        }
        self.open = Some(OpenFrame {
            encoder,
            map_box: input.map_box,
            passes,
            planes_group: kept.map_or(&targets.planes_group, |kept| &kept.group).clone(),
            is_drawn: kept.is_none(),
            is_cleared: false,
        });
        self.context.check()
    }

    /// The passes that draw the map, one for each of its rasters; one alone draws all that it shows.
    fn map_passes(&mut self, input: &FrameInput, is_kept: bool) -> Vec<MapPass> {
        assert!(input.over.len() < self.rasters.len(), "all rasters of a frame are set");
        let Self { pipelines, rasters, context, .. } = self;
        let pass = |(place, grid): (usize, Option<&InverseGrid>)| {
            let (resampling, finest_only) = input.sampling(place);
            let kind = FrameKind {
                has_patches: grid.is_some_and(|grid| !grid.patches.is_empty()),
                is_kept,
                resampling,
                finest_only,
                raster: rasters[place].constants,
                pass: StackPass { is_first: place == 0, is_last: place == input.over.len() },
            };
            let pipeline = pipelines.frame(&context.device, &kind);
            MapPass { pipeline, makes_new_values: resampling.makes_new_values() }
        };
        input.grids().enumerate().map(pass).collect()
    }

    /// Takes over what the frame shows of the layers, if that is to be drawn, and the map's outline.
    fn write_layers(&mut self, input: &FrameInput, is_drawn: bool) {
        let layouts = &self.pipelines.layouts;
        if is_drawn {
            for seen in input.visible {
                if let Some(level) = self.layers[seen.layer].level(seen.level) {
                    level.set_visible(&self.context.queue, &seen.chunks);
                }
            }
            for seen in input.fills {
                self.fills[seen.layer].set_visible(&self.context, layouts, seen, &self.projected);
            }
        }
        let placed = if is_drawn { input.placed } else { &[] };
        let lists = (0..self.layers.len()).map(|layer| placed.get(layer).map_or(&[][..], Vec::as_slice));
        self.placed.write(&self.context, layouts, lists.chain([input.outline]));
    }

    fn encoder(&self) -> wgpu::CommandEncoder {
        self.context.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("frame") })
    }

    /// Draws one raster, from the lowest to the highest, into the map box of the frame that was begun, or into a part of
    /// it. With the lowest comes what lies below it, with the highest what lies above, and both with the only one, be it
    /// there or not.
    ///
    /// # Panics
    /// If the frame has no such raster.
    pub fn draw_part(&mut self, place: usize, part: Option<PixelRect>) {
        let Some(mut open) = self.open.take() else { return };
        if let Some(targets) = &self.targets {
            self.record_map(&mut open, targets, place, part);
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
    /// As [`Context::check`].
    ///
    /// # Panics
    /// If no frame was begun.
    pub fn finish(&mut self, input: &FrameInput) -> Result<()> {
        let OpenFrame { mut encoder, .. } = self.open.take().expect("a frame is finished after it was begun");
        if let Some(targets) = &self.targets {
            self.record_furniture(&mut encoder, targets, input);
        }
        let (Some(targets), Some(readback)) = (&self.targets, &mut self.readback) else { return self.context.check() };
        // A device that is gone makes no buffers.
        self.context.check()?;
        let buffer = readback.buffer(&self.context.device);
        readback.record_copy(&mut encoder, &targets.frame, &buffer);
        let submission = self.context.queue.submit([encoder.finish()]);
        // A device that is gone has not taken the frame, and its buffer would stay asked for.
        self.context.check()?;
        readback.request(buffer, submission);
        self.context.check()
    }

    fn pending(&self) -> usize {
        self.readback.as_ref().map_or(0, Readback::pending)
    }

    /// Waits until the oldest pending frame is drawn.
    ///
    /// # Errors
    /// As [`Context::wait`].
    pub fn wait_oldest(&mut self) -> Result<()> {
        self.readback.as_mut().map_or(Ok(()), |readback| readback.wait_oldest(&self.context))
    }

    /// Hands on the pixels of the oldest pending frame, after waiting for them if
    /// [`wait_oldest`](Self::wait_oldest) has not. A few of these may exist at a time: until one is dropped, the next
    /// frame is waited with.
    ///
    /// # Errors
    /// As [`Context::wait`]; the frame is lost then.
    ///
    /// # Panics
    /// If no frame is pending.
    pub fn take_oldest(&mut self) -> Result<FramePixels> {
        self.readback.as_mut().expect("a frame is pending").take_oldest(&self.context)
    }

    /// Makes targets and readback buffers of the frame's size, if those there are have another.
    fn prepare_targets(&mut self, input: &FrameInput) -> Result<()> {
        if !self.needs_other_targets(input.figure_px) {
            return Ok(());
        }
        let rows = PaddedRows::new(input.figure_px[0], input.figure_px[1]);
        assert!(self.pending() == 0, "frames of another size are pending");
        self.check_size(input.figure_px)?;
        self.targets = Some(Targets::new(&self.context, &self.pipelines.layouts, input.figure_px, &self.planes));
        self.readback = Some(Readback::new(rows));
        self.context.check()
    }
}
