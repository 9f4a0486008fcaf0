//! The passes that draw one frame: coverage planes, the map, the paper beyond it, its outline and the furniture.

use super::fills::GpuMesh;
use super::frame::{MapPass, OpenFrame, Renderer};
use super::input::FrameInput;
use super::lines::{ChunkGroup, GpuLevel, StrokeKind};
use super::targets::Targets;
use crate::geo::PixelRect;
use crate::style::PixelBox;

impl Renderer {
    /// How far the viewport of lines reaches beyond the map box. Lines that leave the viewport are clipped, and
    /// llvmpipe's clipper takes time that grows with the square of the draw's size; lines that leave only the
    /// scissor cost nothing.
    pub(super) fn guard_px(&self, map_box: &PixelBox) -> u32 {
        const WANTED_PX: u32 = 4096;
        let most = self.context.device.limits().max_texture_dimension_2d;
        WANTED_PX.min(most.saturating_sub(map_box.width.max(map_box.height)) / 2)
    }

    /// Places and draws the layers of one plane, group by group.
    pub(super) fn record_plane(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        targets: &Targets,
        input: &FrameInput,
        plane: usize,
    ) {
        let mut target = PlaneTarget { encoder, view: &targets.planes[plane], is_clear: false };
        for seen in input.visible.iter().filter(|seen| self.layers[seen.layer].look.plane == plane) {
            let layer = &self.layers[seen.layer];
            if let Some(level) = layer.level(seen.level) {
                self.record_strokes(&mut target, input, &layer.look.kind, level, seen.chunks.len());
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
        kind: &StrokeKind,
        level: &GpuLevel,
        chunks: usize,
    ) {
        for group in ChunkGroup::of(chunks) {
            self.record_projection(target.encoder, |pass| level.project(pass, group));
            let mut pass = target.begin_pass("coverage");
            self.prepare_pass(&mut pass, &input.map_box, self.stroke_pipeline(kind));
            level.draw(&mut pass, &self.boxes, group);
        }
    }

    fn stroke_pipeline(&self, kind: &StrokeKind) -> &wgpu::RenderPipeline {
        let special = match kind {
            StrokeKind::Line => None,
            StrokeKind::Dash => self.pipelines.dash.as_ref(),
            StrokeKind::Dot { .. } => self.pipelines.dot.as_ref(),
            StrokeKind::Marker(_) => self.pipelines.marker.as_ref(),
        };
        special.unwrap_or(&self.pipelines.line)
    }

    /// Draws the strokes of one list that are placed already.
    fn record_placed(&self, target: &mut PlaneTarget, list: usize, input: &FrameInput) {
        let layer = self.layers.get(list);
        let pipeline = self.stroke_pipeline(layer.map_or(&StrokeKind::Line, |layer| &layer.look.kind));
        for segments in self.placed.passes(list) {
            let mut pass = target.begin_pass("placed coverage");
            self.prepare_pass(&mut pass, &input.map_box, pipeline);
            if layer.is_none() {
                // The map's outline may run along the box's edge, and half of it lies beyond.
                pass.set_scissor_rect(0, 0, input.figure_px[0], input.figure_px[1]);
            }
            self.placed.draw(&mut pass, &self.boxes, list, segments);
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

    pub(super) fn record_map(&self, open: &mut OpenFrame, targets: &Targets, place: usize, part: Option<PixelRect>) {
        let MapPass { pipeline, makes_new_values } = &open.passes[place];
        let load = if open.is_cleared { wgpu::LoadOp::Load } else { wgpu::LoadOp::Clear(self.paper) };
        open.is_cleared = true;
        let mut pass = begin_pass(&mut open.encoder, "map", &targets.frame_view, load);
        set_viewport(&mut pass, &open.map_box);
        if let Some(PixelRect { corner, size }) = part {
            pass.set_scissor_rect(open.map_box.x + corner[0], open.map_box.y + corner[1], size[0], size[1]);
        }
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, self.grids.frame_group(place), &[]);
        pass.set_bind_group(1, &self.rasters[place].groups[usize::from(*makes_new_values)], &[]);
        pass.set_bind_group(2, &open.planes_group, &[]);
        pass.draw(0..3, 0..1);
    }

    /// Draws all that lies over the map: the paper beyond its outline, that outline, and the patches.
    pub(super) fn record_furniture(&self, encoder: &mut wgpu::CommandEncoder, targets: &Targets, input: &FrameInput) {
        let has_outline = !input.outline.is_empty();
        if has_outline {
            // Into a plane that the frame is done with.
            let mut target = PlaneTarget { encoder: &mut *encoder, view: &targets.first_strokes, is_clear: false };
            self.record_placed(&mut target, self.layers.len(), input);
        }
        let [width, height] = input.figure_px;
        let figure = PixelBox { x: 0, y: 0, width, height };
        let mut pass = begin_pass(encoder, "furniture", &targets.frame_view, wgpu::LoadOp::Load);
        set_viewport(&mut pass, &figure);
        if let Some(pipeline) = &self.pipelines.paper {
            let PixelBox { x, y, width, height } = input.map_box;
            pass.set_scissor_rect(x, y, width, height);
            pass.set_pipeline(pipeline);
            self.furniture.draw_paper(&mut pass);
            pass.set_scissor_rect(0, 0, figure.width, figure.height);
        }
        if has_outline {
            pass.set_pipeline(&self.pipelines.outline);
            pass.set_bind_group(0, &targets.planes_group, &[]);
            pass.draw(0..3, 0..1);
        }
        pass.set_pipeline(&self.pipelines.overlay);
        self.furniture.draw(&mut pass);
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

pub(super) fn begin_pass<'a>(
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
