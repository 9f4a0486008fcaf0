//! Ending a run early: a signal, or a fault after which nothing more can be recorded.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};

/// Asks a run to end: figures in flight are finished, no others are begun. Clones are of the same request.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    signal: Arc<AtomicUsize>,
    fault: Arc<Mutex<Option<Error>>>,
}

impl Interrupt {
    /// The number of the signal that asks for the end, 0 for none: for signal handlers to set.
    #[must_use]
    pub fn signal_flag(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.signal)
    }

    /// The signal that asked for the end.
    #[must_use]
    pub fn signal(&self) -> Option<usize> {
        Some(self.signal.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
    }

    /// Ends the run for a fault, of which the first is kept.
    pub(super) fn fail(&self, error: Error) {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// The fault that ended the run.
    pub(super) fn take_fault(&self) -> Option<Error> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether the run is to end.
    pub(super) fn is_set(&self) -> bool {
        self.signal().is_some() || self.fault.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Fails if the run is to end.
    pub(super) fn check(&self) -> Result<()> {
        if self.is_set() { Err(Error::Stopped) } else { Ok(()) }
    }
}
