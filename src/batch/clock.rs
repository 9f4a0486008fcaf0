//! What the stages of a run take, as its threads tell.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::manifest::{FigureSeconds, RunSeconds};

/// A stage's time, summed over all that pass through it.
#[derive(Debug, Default)]
pub(super) struct StageClock(AtomicU64);

impl StageClock {
    pub(super) fn add(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn seconds(&self) -> f64 {
        Duration::from_nanos(self.0.load(Ordering::Relaxed)).as_secs_f64()
    }
}

/// The times of the stages that serve no single figure, and the sums of those that do.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    /// Reading and decoding rasters and layers.
    pub decode: StageClock,
    /// Bringing them to the adapter.
    pub upload: StageClock,
    figures: Mutex<FigureSeconds>,
}

impl Clocks {
    /// Adds what one figure took.
    pub(super) fn add_figure(&self, times: FigureTimes) {
        *self.figures.lock().unwrap_or_else(PoisonError::into_inner) += times.into();
    }

    pub(super) fn seconds(&self) -> RunSeconds {
        let figures = *self.figures.lock().unwrap_or_else(PoisonError::into_inner);
        RunSeconds { decode: self.decode.seconds(), upload: self.upload.seconds(), figures }
    }
}

/// What the stages took for one figure.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FigureTimes {
    pub prepare: Duration,
    pub draw: Duration,
    pub read_back: Duration,
    pub encode: Duration,
    pub write: Duration,
}

impl From<FigureTimes> for FigureSeconds {
    fn from(times: FigureTimes) -> Self {
        let [prepare, draw, read_back, encode, write] =
            [times.prepare, times.draw, times.read_back, times.encode, times.write].map(|time| time.as_secs_f64());
        Self { prepare, draw, read_back, encode, write }
    }
}

/// Does something and adds the time that it takes.
pub(super) fn timed<T>(total: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    *total += start.elapsed();
    result
}
