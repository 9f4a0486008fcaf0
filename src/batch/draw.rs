//! The GPU's thread: prepared figures in, finished frames out, a few in flight at a time. A device that is lost is
//! opened once more, and what was in flight is drawn again.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use super::budget::{Budget, Needs, resident_bytes};
use super::clock::timed;
use super::furnish::SharedFurniture;
use super::latch::Latch;
use super::layers::Layers;
use super::loader::{Loader, Request};
use super::ordered::OrderedQueue;
use super::prepare::Prepared;
use super::recorder::{Findings, Recorder};
use super::scene::Scene;
use super::send;
use super::tiles::Tiles;
use super::views::ViewCache;
use crate::error::{Error, Result};
use crate::geo::Transformers;
use crate::gpu::{Context, FramePixels, GpuRaster};
use crate::plan::{Plan, RasterId};

/// A finished frame on its way to an encoder.
pub(super) struct Frame {
    pub figure: usize,
    pub pixels: FramePixels,
    pub findings: Findings,
}

/// What the thread works with.
pub(super) struct Stage<'a> {
    pub plan: &'a Plan,
    pub recorder: Recorder<'a>,
    pub layers: &'a Latch<Layers>,
    pub views: &'a ViewCache,
    pub budget: &'a Latch<Budget>,
    pub figures: &'a OrderedQueue<Prepared>,
    pub done: SyncSender<Frame>,
    /// None for a job without rasters.
    pub loader: Option<Loader>,
    /// None places lines where the adapter is.
    pub lines_on_cpu: Option<bool>,
    /// Figures behind which the device is lost, the last one first; for tests.
    pub losses: Vec<usize>,
}

/// The thread at work.
pub(super) struct Drawing<'a> {
    pub(super) stage: Stage<'a>,
    pub(super) budget: Arc<Budget>,
    pub(super) context: Arc<Context>,
    pub(super) scene: Scene,
    pub(super) rasters: OnDevice,
    in_flight: VecDeque<InFlight>,
    /// Figures to be drawn before others: those that were in flight when the device was lost.
    again: VecDeque<Prepared>,
    was_lost: bool,
    pub(super) furniture: SharedFurniture,
    pub(super) transformers: Transformers,
}

/// The rasters that are on the device.
#[derive(Default)]
pub(super) struct OnDevice {
    /// The step, and why its rasters are not there.
    pub step: Option<(usize, Result<(), Arc<Error>>)>,
    /// By their places, from the lowest to the highest.
    pub held: Vec<Option<Held>>,
}

/// A raster on the device.
pub(super) struct Held {
    pub id: RasterId,
    pub tiles: Option<Tiles>,
    pub range: Option<[f64; 2]>,
}

impl OnDevice {
    /// Lets go of those that are not in a stack, and makes a place for each that is.
    pub(super) fn keep_of(&mut self, stack: &[RasterId]) {
        self.held.resize_with(stack.len(), || None);
        for (held, id) in self.held.iter_mut().zip(stack) {
            held.take_if(|held| held.id != *id);
        }
    }

    /// The rasters of a stack that are not there, with their places.
    fn missing(&self, stack: Vec<RasterId>) -> Vec<(usize, RasterId)> {
        let is_there = |(place, id): &(usize, RasterId)| {
            self.held.get(*place).and_then(Option::as_ref).is_some_and(|held| held.id == *id)
        };
        stack.into_iter().enumerate().filter(|raster| !is_there(raster)).collect()
    }
}

/// A frame that the device is drawing.
struct InFlight {
    prepared: Prepared,
    findings: Findings,
}

/// Whatever happens to the thread, no one is to wait for it.
struct End<'a> {
    figures: &'a OrderedQueue<Prepared>,
    budget: &'a Latch<Budget>,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.figures.close();
        self.budget.fail();
    }
}

impl Stage<'_> {
    /// Draws all figures in the order in which they come.
    ///
    /// # Errors
    /// If nothing can be drawn at all: no adapter, no memory, no folder to write to.
    pub(super) fn run(self) -> Result<()> {
        let _end = End { figures: self.figures, budget: self.budget };
        self.draw_all()
    }

    fn draw_all(mut self) -> Result<()> {
        let device = Arc::new(Latch::new());
        if self.plan.memory.is_none() {
            // The raster is read while the device is opened.
            self.ask_for(0, &device, &OnDevice::default(), Vec::new());
        }
        let context = device.make(|| Context::new(&self.plan.adapter))?;
        let on_cpu = context.adapter.kind == "CPU";
        let layers = self.layers.wait().ok_or(Error::Stopped)?;
        let lines_on_cpu = self.lines_on_cpu.unwrap_or(on_cpu);
        let scene = Scene::new(self.plan, Arc::clone(&context), &layers, lines_on_cpu)?;
        drop(layers);
        let budget = self.budget.make(|| match &self.plan.memory {
            None => Ok(Budget::usual(self.plan, on_cpu, lines_on_cpu)),
            Some(limit) => {
                let needs = Needs { on_cpu, lines_on_cpu, resident_bytes: resident_bytes("VmRSS") };
                Budget::within(self.plan, limit, &needs)
            }
        })?;
        self.ask_for(0, &device, &OnDevice::default(), Vec::new());
        self.recorder.begin(Some(&context.adapter))?;
        let drawing = Drawing {
            stage: self,
            budget,
            context,
            scene,
            rasters: OnDevice::default(),
            in_flight: VecDeque::new(),
            again: VecDeque::new(),
            was_lost: false,
            furniture: SharedFurniture::default(),
            transformers: Transformers::default(),
        };
        drawing.run()
    }

    /// Asks for the rasters of a figure's step that are not on the device, unless there is no such figure.
    pub(super) fn ask_for(
        &mut self,
        figure: usize,
        context: &Arc<Latch<Context>>,
        there: &OnDevice,
        spare: Vec<(usize, GpuRaster)>,
    ) {
        let Some(loader) = &mut self.loader else { return };
        let Some(figures) = figures_of_step(self.plan, figure) else { return };
        let step = self.plan.figures[figure].step as usize;
        let rasters = there.missing(self.plan.stack(step));
        loader.ask(Request { step, rasters, figures, context: Arc::clone(context), spare });
    }
}

/// The figures of one's step, from that one on; None behind the last.
pub(super) fn figures_of_step(plan: &Plan, figure: usize) -> Option<Range<usize>> {
    let step = plan.figures.get(figure)?.step;
    let count = plan.figures[figure..].iter().take_while(|other| other.step == step).count();
    Some(figure..figure + count)
}

impl Drawing<'_> {
    fn run(mut self) -> Result<()> {
        while !self.stage.recorder.interrupt.is_set() {
            let next = match self.again.pop_front() {
                Some(prepared) => Some(prepared),
                None => self.stage.figures.pop(),
            };
            let outcome = match next {
                Some(prepared) => self.draw(prepared),
                None if self.in_flight.is_empty() => return Ok(()),
                None => self.finish_one(),
            };
            match outcome {
                Ok(()) => {}
                Err(error) if is_of_device(&error) => self.recover(&error)?,
                Err(error) => return Err(error),
            }
        }
        // What is in flight is finished, as far as the device goes along.
        while !self.in_flight.is_empty() {
            self.finish_one()?;
        }
        Ok(())
    }

    /// Starts drawing a figure, or fails it.
    ///
    /// # Errors
    /// The device's; the figure is then among those to be drawn again.
    fn draw(&mut self, prepared: Prepared) -> Result<()> {
        let mut findings = Findings::default();
        findings.times.prepare = prepared.time;
        let mut time = Duration::ZERO;
        let begun = match &prepared.view {
            Err(error) => Ok(Err(Arc::clone(error))),
            Ok(view) => {
                let view = Arc::clone(view);
                self.make_room(prepared.figure).and_then(|()| self.begin(&prepared, &view, &mut findings, &mut time))
            }
        };
        findings.times.draw = time;
        let figure = prepared.figure;
        match begun {
            Ok(Ok(())) => self.in_flight.push_back(InFlight { prepared, findings }),
            Ok(Err(error)) => self.fail(&prepared, &error, &findings),
            Err(error) => {
                self.again.push_front(prepared);
                return Err(error);
            }
        }
        if self.stage.losses.pop_if(|loss| *loss == figure).is_some() {
            self.context.lose();
        }
        Ok(())
    }

    fn fail(&self, prepared: &Prepared, error: &Error, findings: &Findings) {
        self.stage.recorder.fail(&self.stage.plan.figures[prepared.figure], error, findings);
    }

    /// Fetches frames until one of a figure's size can be begun.
    fn make_room(&mut self, figure: usize) -> Result<()> {
        let size_px = self.stage.plan.figures[figure].size_px();
        let all = self.scene.renderer.needs_other_targets(size_px);
        while self.scene.renderer.is_full() || (all && !self.in_flight.is_empty()) {
            self.finish_one()?;
        }
        Ok(())
    }

    /// Waits for the oldest frame and hands it on.
    ///
    /// # Errors
    /// The device's; the frame is then still among those in flight.
    fn finish_one(&mut self) -> Result<()> {
        let Some(frame) = self.in_flight.front_mut() else { return Ok(()) };
        let renderer = &mut self.scene.renderer;
        timed(&mut frame.findings.times.draw, || renderer.wait_oldest())?;
        let pixels = timed(&mut frame.findings.times.read_back, || renderer.take_oldest())?;
        let Some(InFlight { prepared, findings }) = self.in_flight.pop_front() else { return Ok(()) };
        send(self.stage.done.send(Frame { figure: prepared.figure, pixels, findings }))
    }

    /// Opens the device once more after it was lost, and has what was in flight drawn again; the second time all that
    /// is left fails.
    fn recover(&mut self, error: &Error) -> Result<()> {
        let in_flight: Vec<_> = self.in_flight.drain(..).map(|frame| frame.prepared).collect();
        in_flight.into_iter().rev().for_each(|prepared| self.again.push_front(prepared));
        if std::mem::replace(&mut self.was_lost, true) {
            self.fail_all(error);
            return Ok(());
        }
        tracing::warn!("{error}; opening the device once more");
        match self.reopen() {
            Ok(()) => Ok(()),
            Err(Error::Stopped) => Err(Error::Stopped),
            Err(error) => {
                self.fail_all(&error);
                Ok(())
            }
        }
    }

    fn reopen(&mut self) -> Result<()> {
        let Self { stage, scene, budget, .. } = self;
        scene.kept.values().for_each(|kept| budget.give_back_on_device(kept.bytes()));
        scene.kept.clear();
        self.rasters = OnDevice::default();
        if let Some(loader) = &mut stage.loader
            && loader.asked().is_some()
        {
            // It is on the lost device, or failed for it.
            let _lost = loader.take()?;
        }
        stage.views.clear(budget);
        let layers = stage.layers.wait().ok_or(Error::Stopped)?;
        self.context = Arc::new(Context::new(&stage.plan.adapter)?);
        *scene = Scene::new(stage.plan, Arc::clone(&self.context), &layers, budget.lines_on_cpu)?;
        Ok(())
    }

    /// Fails all figures that are left.
    fn fail_all(&mut self, error: &Error) {
        while let Some(prepared) = self.again.pop_front().or_else(|| self.stage.figures.pop()) {
            if self.stage.recorder.interrupt.is_set() {
                return;
            }
            let findings = Findings::default();
            self.fail(&prepared, error, &findings);
        }
    }
}

/// Whether a device has failed, and not a figure.
pub(super) fn is_of_device(error: &Error) -> bool {
    matches!(error, Error::Gpu { .. } | Error::DeviceLost { .. })
}
