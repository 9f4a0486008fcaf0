//! The engine: the only place where the stages meet. Each stage has its own named threads, and bounded channels
//! between them, so that no stage runs ahead of the next by more than a few items.

mod annotations;
mod begin;
mod budget;
mod clock;
mod draw;
mod event;
mod furnish;
mod graticule;
mod interrupt;
mod label_places;
mod label_room;
mod labels;
mod latch;
mod layers;
mod loader;
mod look;
mod map_furniture;
mod ordered;
mod place;
mod prepare;
mod recorder;
mod restart;
mod scale_bar;
mod scene;
mod spill;
mod tile_reader;
mod tiles;
mod view_layers;
mod views;
mod write;

use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub use budget::memory_estimate;
pub use event::{Event, Summary};
pub use interrupt::Interrupt;

use self::budget::{Budget, resident_bytes};
use self::clock::{Clocks, timed};
use self::latch::Latch;
use self::layers::Layers;
use self::ordered::OrderedQueue;
use self::recorder::{Recorder, record_of_failure};
use self::views::ViewCache;
use crate::error::{Error, Result};
use crate::manifest::{Manifest, RunSummary};
use crate::plan::{Keys, Plan};

/// Prepared figures that may wait for the GPU, beside one a thread.
const FIGURES_AHEAD: usize = 2;

/// Finished frames that may wait for an encoder: none, for each is an image in memory. The GPU draws on while its
/// thread waits for an encoder.
const FRAMES_AHEAD: usize = 0;

/// Events that may wait for the caller.
const EVENTS_AHEAD: usize = 64;

/// How a run may be influenced while it goes on.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Asks for an early end.
    pub interrupt: Interrupt,
    /// Whether lines are placed on the CPU; if it is not said, where the adapter is the CPU. For tests.
    #[doc(hidden)]
    pub lines_on_cpu: Option<bool>,
    /// The indices of figures behind which the device is lost. For tests.
    #[doc(hidden)]
    pub device_losses: Vec<usize>,
}

/// Draws all figures of a plan and tells `on_event` about each as it is done.
///
/// One figure's failure is an event and a count in the summary; it leaves the others alone. Everything is recorded in
/// the output folder's manifest.
///
/// # Errors
/// Whatever keeps all figures from being drawn: a layer that cannot be read, no adapter, too little memory, a folder
/// that cannot be written to.
pub fn run(mut plan: Plan, options: &RunOptions, on_event: &mut dyn FnMut(Event)) -> Result<Summary> {
    let start = Instant::now();
    let mut summary = Summary::default();
    let mut tell = |event: Event| {
        summary.count(&event);
        on_event(event);
    };
    // 1. What is known before any work: what cannot be drawn, and what need not be.
    for failure in &plan.failures {
        tell(Event::Failed { record: Box::new(record_of_failure(failure)) });
    }
    let manifest = OnceLock::new();
    restart::leave_out(&mut plan, &manifest, &mut tell)?;
    plan.settle_access();
    // 2. The work.
    let clocks = Clocks::default();
    let engine = Engine { plan: &plan, manifest: &manifest, clocks: &clocks, options };
    engine.run(&mut tell)?;
    // 3. The end.
    summary.signal = options.interrupt.signal();
    summary.fault = options.interrupt.take_fault();
    summary.seconds = clocks.seconds();
    summary.wall_s = start.elapsed().as_secs_f64();
    summary.rasters_opened = plan.datasets.iter().map(|pool| pool.opened()).sum();
    summary.peak_memory_bytes = resident_bytes("VmHWM");
    if let Some(manifest) = manifest.into_inner()
        && let Err(error) = manifest.finish(summary_line(&plan, &summary))
    {
        summary.fault.get_or_insert(error);
    }
    Ok(summary)
}

/// What the manifest says of a run's end.
fn summary_line(plan: &Plan, summary: &Summary) -> RunSummary {
    RunSummary {
        shard: plan.shard,
        drawn: summary.drawn as u64,
        failed: summary.failed as u64,
        skipped: summary.skipped as u64,
        interrupted: summary.signal.map(|signal| format!("signal {signal}")),
        wall_s: summary.wall_s,
        seconds: summary.seconds,
        rasters_opened: summary.rasters_opened as u64,
        peak_memory_bytes: summary.peak_memory_bytes,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        from: None,
    }
}

/// What all threads of a run look at.
#[derive(Clone, Copy)]
struct Engine<'a> {
    plan: &'a Plan,
    manifest: &'a OnceLock<Manifest>,
    clocks: &'a Clocks,
    options: &'a RunOptions,
}

impl Engine<'_> {
    fn run(self, tell: &mut dyn FnMut(Event)) -> Result<()> {
        let Self { plan, manifest, clocks, options } = self;
        let (event_tx, event_rx) = sync_channel(EVENTS_AHEAD);
        let recorder = Recorder { plan, manifest, clocks, interrupt: &options.interrupt, events: event_tx };
        if plan.figures.is_empty() {
            return recorder.begin(None);
        }
        // Before anything is read: what changes later makes another key.
        let keys = Keys::new(plan);
        // More than there are figures would only wait.
        let threads = plan.threads.min(plan.figures.len());
        let preparers = threads.div_ceil(2);
        let (layers, views, next) = (&Latch::new(), &ViewCache::new(plan), &AtomicUsize::new(0));
        let figures = &OrderedQueue::new(preparers + FIGURES_AHEAD, preparers);
        let budget = &Latch::<Budget>::new();
        thread::scope(|scope| {
            // 1. Read the rasters one after another, and the layers.
            let work = loader::Work { plan, budget, clocks, interrupt: &options.interrupt };
            let has_rasters = plan.steps.iter().any(|step| step.raster.is_some());
            let loader = if has_rasters { Some(loader::Loader::start(scope, work)?) } else { None };
            let reading = spawn(scope, "layers", move || read_layers(plan, layers, clocks))?;
            // 2. Prepare figures: grids and titles.
            for _ in 0..preparers {
                let interrupt = &options.interrupt;
                let preparation = prepare::Preparation { plan, next, layers, views, budget, interrupt };
                spawn(scope, "views", move || preparation.run(figures))?;
            }
            // 3. Draw them one after another.
            let (frame_tx, frame_rx) = sync_channel(FRAMES_AHEAD);
            let stage = draw::Stage {
                plan,
                recorder: recorder.clone(),
                layers,
                views,
                budget,
                figures,
                done: frame_tx,
                loader,
                lines_on_cpu: options.lines_on_cpu,
                losses: options.device_losses.iter().rev().copied().collect(),
            };
            let gpu = spawn(scope, "gpu", move || stage.run())?;
            // 4. Encode and write.
            let frame_rx = Arc::new(Mutex::new(frame_rx));
            for number in 0..threads {
                let (frame_rx, recorder, keys) = (Arc::clone(&frame_rx), recorder.clone(), keys.clone());
                spawn(scope, "encoder", move || write::write_frames(&recorder, keys, budget, number, &frame_rx))?;
            }
            drop((frame_rx, recorder));
            // 5. Report.
            event_rx.into_iter().for_each(tell);
            let read = join(reading);
            match (join(gpu), read) {
                // A stage that lost its neighbour is not the cause.
                (Err(Error::Stopped), Err(cause)) => Err(cause),
                (Err(Error::Stopped), Ok(())) if options.interrupt.is_set() => Ok(()),
                (drawn, read) => drawn.and(read),
            }
        })
    }
}

fn read_layers(plan: &Plan, layers: &Latch<Layers>, clocks: &Clocks) -> Result<()> {
    let mut time = Duration::ZERO;
    let read = layers.make(|| timed(&mut time, || layers::read_layers(plan)));
    clocks.decode.add(time);
    read.map(drop)
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
