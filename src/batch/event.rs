//! What the engine tells its caller while it works.

use std::path::PathBuf;

use crate::error::Error;
use crate::manifest::{Record, RunSeconds};

/// The fate of one figure.
#[derive(Clone, Debug)]
pub enum Event {
    /// A figure is complete under its final name.
    Drawn {
        /// What the manifest says of it.
        record: Box<Record>,
        /// The file.
        path: PathBuf,
        /// Those of the record's warnings that the user was not told yet.
        untold: Vec<String>,
    },
    /// A figure of an earlier run is there and was left as it is.
    Skipped {
        /// The region's name.
        name: String,
        /// The file.
        path: PathBuf,
    },
    /// A figure was not drawn; nothing was written for it.
    Failed {
        /// What the manifest says of it, its error included.
        record: Box<Record>,
    },
}

/// How a run went.
#[derive(Debug, Default)]
pub struct Summary {
    /// Figures written.
    pub drawn: usize,
    /// Figures that failed.
    pub failed: usize,
    /// Figures of an earlier run that were left as they are.
    pub skipped: usize,
    /// The number of the signal that ended the run early.
    pub signal: Option<usize>,
    /// The fault that ended the run early, such as a disk so full that the manifest could not be written.
    pub fault: Option<Error>,
    /// What the stages took, summed over figures and threads.
    pub seconds: RunSeconds,
    /// From the start of the engine to the end, in seconds.
    pub wall_s: f64,
    /// How often a raster was opened.
    pub rasters_opened: usize,
    /// The most memory that the process has held, in bytes, where the system tells.
    pub peak_memory_bytes: Option<u64>,
}

impl Summary {
    /// Whether every figure is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed == 0 && self.signal.is_none() && self.fault.is_none()
    }

    pub(super) fn count(&mut self, event: &Event) {
        match event {
            Event::Drawn { .. } => self.drawn += 1,
            Event::Skipped { .. } => self.skipped += 1,
            Event::Failed { .. } => self.failed += 1,
        }
    }
}
