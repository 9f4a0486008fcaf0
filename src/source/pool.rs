//! Open datasets on their way from those who looked into them to those who read them: opening one anew can take
//! seconds, of a GRIB file for instance, and a run of thousands must not hold all of them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::opening::RasterDataset;
use crate::error::Result;
use crate::geo::Crs;

/// Datasets that are open and in no one's hands.
pub struct DatasetPool {
    /// A system in place of the datasets' own.
    crs: Option<Crs>,
    /// Those given back last are at the back.
    idle: Mutex<VecDeque<RasterDataset>>,
    opened: AtomicUsize,
}

impl DatasetPool {
    /// So many stay open; a process may have 1024 files, and each takes memory.
    const MOST_IDLE: usize = 48;

    /// An empty pool; `crs` is a system in place of the datasets' own.
    #[must_use]
    pub fn new(crs: Option<Crs>) -> Self {
        Self { crs, idle: Mutex::default(), opened: AtomicUsize::new(0) }
    }

    /// Takes a dataset out, or opens it.
    ///
    /// # Errors
    /// As [`RasterDataset::open`].
    pub fn take(&self, name: &str) -> Result<RasterDataset> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(dataset) = idle.iter().position(|dataset| dataset.name() == name).and_then(|at| idle.remove(at)) {
            return Ok(dataset);
        }
        drop(idle);
        self.opened.fetch_add(1, Ordering::Relaxed);
        RasterDataset::open(name, self.crs.as_ref())
    }

    /// Puts a dataset back for the next who needs it. Of too many, the one that has waited least is closed: datasets
    /// are read in the order in which they were looked into.
    pub fn give(&self, dataset: RasterDataset) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < Self::MOST_IDLE {
            idle.push_back(dataset);
        }
    }

    /// How often a dataset was opened.
    #[must_use]
    pub fn opened(&self) -> usize {
        self.opened.load(Ordering::Relaxed)
    }
}
