//! The engine: the only place where the stages meet. Each stage has its own named thread, and bounded channels
//! between them, so that no stage runs ahead of the next by more than a few items.

mod draw;
mod event;
mod latch;
mod layers;
mod load;
mod prepare;
mod spill;
mod tiles;
mod view_layers;
mod write;

use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

pub use event::{Event, Summary};

use self::latch::Latch;
use crate::error::{Error, Result};
use crate::plan::{Access, Failure, Plan};
use crate::source::RasterSource;

/// Prepared views that may wait for the GPU.
const VIEWS_AHEAD: usize = 2;

/// Finished frames that may wait for an encoder: none, for each is an image in memory. The GPU draws on while its
/// thread waits for an encoder.
const FRAMES_AHEAD: usize = 0;

/// Strips of the raster that exist at a time: one being read, one being uploaded.
const STRIPS: usize = 2;

/// Draws all figures of a plan and tells `on_event` about each as it is done.
///
/// One figure's failure is an event and a count in the summary; it leaves the others alone.
///
/// # Errors
/// Whatever keeps all figures from being drawn: a layer or raster that cannot be read, no adapter, a lost device.
pub fn run(mut plan: Plan, on_event: &mut dyn FnMut(&Event)) -> Result<Summary> {
    let mut summary = Summary::default();
    for Failure { name, error } in plan.failures.drain(..) {
        let event = Event::Failed { name, error };
        summary.count(&event);
        on_event(&event);
    }
    if plan.figures.is_empty() {
        return Ok(summary);
    }
    let take = |source: &Mutex<Option<_>>| source.lock().unwrap_or_else(PoisonError::into_inner).take();
    let source = plan.raster.as_ref().and_then(|raster| take(&raster.source));
    let plan = &plan;
    // More than there are figures would only wait.
    let threads = plan.threads.min(plan.figures.len());
    let next_view = &AtomicUsize::new(0);
    let layers = &Latch::new();
    let (event_tx, event_rx) = channel();
    let outcome = thread::scope(|scope| -> Result<()> {
        // 1. Read the raster strip by strip, or tiles of it when they are needed, and the layers.
        let (link, raster) = match source {
            Some(source) => {
                let (link, reader) = spawn_reader(scope, plan, source)?;
                (Some(link), Some(reader))
            }
            None => (None, None),
        };
        let reading = spawn(scope, "layers", move || layers.set(layers::read_layers(plan)))?;
        // 2. Prepare views: grids and titles.
        let (view_tx, view_rx) = sync_channel(VIEWS_AHEAD);
        for _ in 0..threads.div_ceil(2) {
            let view_tx = view_tx.clone();
            spawn(scope, "views", move || prepare::prepare_views(plan, next_view, layers, &view_tx))?;
        }
        drop(view_tx);
        // 3. Draw them one after another.
        let (frame_tx, frame_rx) = sync_channel(FRAMES_AHEAD);
        let (image_tx, image_rx) = channel();
        let gpu_events = event_tx.clone();
        let gpu = spawn(scope, "gpu", move || {
            let scene = load::Scene::upload(plan, link, layers)?;
            // Not before: what cannot start leaves nothing behind.
            std::fs::create_dir_all(&plan.out_dir).map_err(|source| Error::Io {
                path: plan.out_dir.clone(),
                action: "create",
                source,
            })?;
            let frames = draw::Frames { views: view_rx, done: frame_tx, spare_images: image_rx, events: gpu_events };
            draw::draw_frames(plan, scene, &frames)
        })?;
        // 4. Encode and write.
        let frame_rx = Arc::new(Mutex::new(frame_rx));
        for _ in 0..threads {
            let (frame_rx, image_tx, event_tx) = (Arc::clone(&frame_rx), image_tx.clone(), event_tx.clone());
            spawn(scope, "encoder", move || write::write_frames(plan, &frame_rx, &image_tx, &event_tx))?;
        }
        drop((frame_rx, image_tx, event_tx));
        // 5. Report.
        for event in event_rx {
            summary.count(&event);
            on_event(&event);
        }
        let read = raster.map_or(Ok(()), join);
        let read_layers = join(reading);
        match (join(gpu), read.and(read_layers)) {
            // A stage that lost its neighbour is not the cause.
            (Err(Error::Stopped), Err(cause)) => Err(cause),
            (drawn, read) => drawn.and(read),
        }
    });
    outcome.map(|()| summary)
}

/// Starts the raster's reader, and gives the way to it.
fn spawn_reader<'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    plan: &'scope Plan,
    source: RasterSource,
) -> Result<(load::RasterLink, Handle<'scope, Result<()>>)> {
    if plan.raster.as_ref().is_some_and(|raster| raster.access == Access::Whole) {
        let (strip_tx, strip_rx) = sync_channel(STRIPS);
        let (buffer_tx, buffer_rx) = channel();
        let reader = spawn(scope, "raster", move || load::read_raster(&source, &strip_tx, &buffer_rx))?;
        return Ok((load::RasterLink::Strips(strip_rx, buffer_tx), reader));
    }
    let (request_tx, request_rx) = channel();
    let (answer_tx, answer_rx) = sync_channel(tiles::PARTS);
    let (buffer_tx, buffer_rx) = channel();
    let reader = spawn(scope, "raster", move || tiles::serve(plan, &source, &request_rx, &answer_tx, &buffer_rx))?;
    let link = tiles::TileLink { requests: request_tx, answers: answer_rx, buffers: buffer_tx };
    Ok((load::RasterLink::Tiles(link), reader))
}

type Handle<'scope, T> = thread::ScopedJoinHandle<'scope, T>;

fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<Handle<'scope, T>> {
    thread::Builder::new().name(name.into()).spawn_scoped(scope, work).map_err(|e| {
        Error::value("--threads", name, format!("cannot be started as a thread: {e}"), "give fewer, or raise ulimit -u")
    })
}

/// The result of a thread; a panic in it goes on here.
fn join<T>(handle: Handle<'_, Result<T>>) -> Result<T> {
    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Sends, or says that the receiving stage is gone.
fn send<T>(result: Result<(), T>) -> Result<()> {
    result.map_err(|_| Error::Stopped)
}

/// Takes the next item of a channel that several threads share.
fn next_of<T>(shared: &Mutex<Receiver<T>>) -> Option<T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Reports an event. The receiver outlives all stages.
fn report(events: &Sender<Event>, event: Event) {
    let _received = events.send(event);
}
