//! The GPU's thread: prepared views in, finished frames out, a few in flight at a time.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, SyncSender};

use super::event::Event;
use super::load::Scene;
use super::prepare::{Prepared, PreparedView};
use super::{report, send};
use crate::error::Result;
use crate::figure::{Font, MapFrame, Overlay, furniture};
use crate::gpu::{Coverage, FrameInput};
use crate::output::Image;
use crate::plan::Plan;
use crate::style::Layout;

/// The channels around the GPU's thread.
pub(super) struct Frames {
    pub views: Receiver<Prepared>,
    pub done: SyncSender<Frame>,
    /// Images that were written, for the next frames.
    pub spare_images: Receiver<Vec<u8>>,
    pub events: Sender<Event>,
}

/// A finished frame on its way to an encoder.
pub(super) struct Frame {
    pub figure: usize,
    pub image: Image,
    pub warnings: Vec<String>,
    pub projection_error_px: f64,
}

/// What is remembered of a frame while the GPU draws it.
struct InFlight {
    figure: usize,
    warnings: Vec<String>,
    projection_error_px: f64,
}

/// Draws all views in the order in which they arrive.
pub(super) fn draw_frames(plan: &Plan, mut scene: Scene, frames: &Frames) -> Result<()> {
    let mut in_flight = VecDeque::new();
    let mut shared = SharedFurniture::default();
    for prepared in &frames.views {
        let figure = &plan.figures[prepared.figure];
        // A region may have a size of its own.
        let view = match prepared.view.and_then(|view| scene.renderer.check_size(figure.size_px()).map(|()| view)) {
            Ok(view) => view,
            Err(error) => {
                report(&frames.events, Event::Failed { name: figure.name.clone(), error });
                continue;
            }
        };
        if scene.renderer.is_full() || scene.renderer.needs_other_targets(figure.size_px()) {
            finish_until(plan, &mut scene, frames, &mut in_flight, figure.size_px())?;
        }
        if let Err(error) = submit(plan, &mut scene, prepared.figure, &view, &mut shared)? {
            report(&frames.events, Event::Failed { name: figure.name.clone(), error });
            continue;
        }
        let errors = [view.inverse.map(|g| g.max_error_px), view.layers.forward.map(|g| g.max_error_px)];
        in_flight.push_back(InFlight {
            figure: prepared.figure,
            warnings: view.warnings,
            projection_error_px: errors.into_iter().flatten().fold(0.0, f64::max),
        });
    }
    while !in_flight.is_empty() {
        finish_one(plan, &mut scene, frames, &mut in_flight)?;
    }
    Ok(())
}

/// Fetches frames until the next one of this size can be submitted.
fn finish_until(
    plan: &Plan,
    scene: &mut Scene,
    frames: &Frames,
    in_flight: &mut VecDeque<InFlight>,
    size_px: [u32; 2],
) -> Result<()> {
    let all = scene.renderer.needs_other_targets(size_px);
    while scene.renderer.is_full() || (all && !in_flight.is_empty()) {
        finish_one(plan, scene, frames, in_flight)?;
    }
    Ok(())
}

/// Starts drawing a view. The inner error is the figure's own.
fn submit(
    plan: &Plan,
    scene: &mut Scene,
    index: usize,
    view: &PreparedView,
    shared: &mut SharedFurniture,
) -> Result<Result<()>> {
    let figure = &plan.figures[index];
    let frame = if view.outline.is_empty() { MapFrame::Box } else { MapFrame::Outline };
    let furniture = shared.of_layout(plan, &figure.layout, frame);
    let input = FrameInput {
        figure_px: figure.size_px(),
        map_box: figure.layout.map,
        inverse: view.inverse.as_ref(),
        resampling: figure.resampling,
        coverage: Coverage::Drawn,
        forward: view.layers.forward.as_ref(),
        visible: &view.layers.visible,
        fills: &view.layers.fills,
        placed: &view.layers.placed,
        outline: &view.outline,
        furniture,
        title: view.title.as_ref(),
    };
    if plan.raster.is_some() {
        tracing::info!(figure = figure.name, resampling = figure.resampling.name(), "drawing");
    }
    let Scene { renderer, tiles } = scene;
    let (Some(tiles), Some(grid)) = (tiles, &view.inverse) else { return renderer.submit(&input).map(Ok) };
    renderer.begin(&input)?;
    if let Err(error) = tiles.draw(renderer, plan, index, grid)? {
        renderer.abandon();
        return Ok(Err(error));
    }
    renderer.finish(&input).map(Ok)
}

/// Waits for the oldest frame and hands it on.
fn finish_one(plan: &Plan, scene: &mut Scene, frames: &Frames, in_flight: &mut VecDeque<InFlight>) -> Result<()> {
    let Some(frame) = in_flight.pop_front() else { return Ok(()) };
    let mut image = frames.spare_images.try_recv().unwrap_or_default();
    scene.renderer.read_oldest(&mut image)?;
    let InFlight { figure, warnings, projection_error_px } = frame;
    let [width, height] = plan.figures[figure].size_px();
    let image = Image::from_raw(width, height, image).expect("the renderer returns the figure's pixels");
    send(frames.done.send(Frame { figure, image, warnings, projection_error_px }))
}

/// The furniture of the layout at hand: as a rule, of all figures.
#[derive(Default)]
struct SharedFurniture {
    id: u64,
    of: Option<(Layout, MapFrame)>,
    patches: Vec<Overlay>,
}

impl SharedFurniture {
    fn of_layout(&mut self, plan: &Plan, layout: &Layout, frame: MapFrame) -> (u64, &[Overlay]) {
        if self.of.as_ref().is_none_or(|(known, known_frame)| known != layout || *known_frame != frame) {
            self.patches = furniture(Font::embedded(), &plan.figure_style, layout, frame);
            self.of = Some((layout.clone(), frame));
            self.id += 1;
        }
        (self.id, &self.patches)
    }
}
