//! Threads that prepare figures for the GPU's: maps and titles, in the order of the figures.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::annotations;
use super::budget::Budget;
use super::interrupt::Interrupt;
use super::latch::Latch;
use super::layers::Layers;
use super::ordered::OrderedQueue;
use super::views::{ViewCache, ViewData, prepare};
use crate::error::Error;
use crate::figure::{Overlay, Warning, captions};
use crate::geo::Transformers;
use crate::plan::{Figure, Plan};

/// A figure ready to be drawn, or why it cannot be.
pub(super) struct Prepared {
    /// The figure's index.
    pub figure: usize,
    pub view: Result<Arc<ViewData>, Arc<Error>>,
    /// What stands on this figure only.
    pub furniture: Vec<Overlay>,
    /// What the user should know of this figure's texts.
    pub warnings: Vec<Warning>,
    pub time: Duration,
}

/// What the threads share.
#[derive(Clone, Copy)]
pub(super) struct Preparation<'a> {
    pub plan: &'a Plan,
    pub next: &'a AtomicUsize,
    pub layers: &'a Latch<Layers>,
    pub views: &'a ViewCache,
    pub budget: &'a Latch<Budget>,
    pub interrupt: &'a Interrupt,
}

impl Preparation<'_> {
    /// Prepares figure after figure, sharing the list with other threads, until there are no more or no one draws.
    pub(super) fn run(self, queue: &OrderedQueue<Prepared>) {
        let _end = queue.writer();
        let transformers = Transformers::default();
        while !self.interrupt.is_set() {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(figure) = self.plan.figures.get(index) else { break };
            let prepared = self.one(index, figure, &transformers);
            let is_stopped = matches!(&prepared.view, Err(error) if matches!(**error, Error::Stopped));
            let bytes = prepared.view.as_ref().map_or(0, |view| view.layer_bytes());
            if is_stopped || !queue.push(index, prepared, bytes, self.most_ahead(bytes)) {
                break;
            }
        }
    }

    /// Bytes that maps that wait may have. The budget is there once the device is open, and is not waited for in vain.
    fn most_ahead(&self, bytes: u64) -> u64 {
        if bytes == 0 { 0 } else { self.budget.wait().map_or(0, |budget| budget.ahead_bytes()) }
    }

    fn one(&self, index: usize, figure: &Figure, transformers: &Transformers) -> Prepared {
        let start = Instant::now();
        let make = || prepare(self.plan, figure, self.layers, self.budget, transformers);
        let view = self.views.get(self.plan, figure, self.budget, make);
        let style = &self.plan.step_of(figure).style;
        let (title, others) = (figure.title.as_deref(), figure.captions.as_deref());
        let font = &self.plan.font;
        let mut furniture = captions(font, style, &figure.layout, title, others);
        let view = view.and_then(|view| {
            furniture.extend(annotations::of_figure(self.plan, figure, transformers).map_err(Arc::new)?);
            Ok(view)
        });
        let warnings = font.warnings(figure.texts().map(Cow::Borrowed).chain(style.texts()));
        Prepared { figure: index, view, furniture, warnings, time: start.elapsed() }
    }
}
