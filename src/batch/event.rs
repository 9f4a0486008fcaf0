//! What the engine tells its caller while it works.

use std::path::PathBuf;

use crate::error::Error;
use crate::style::Resampling;

/// The fate of one figure.
#[derive(Debug)]
pub enum Event {
    /// A figure is complete under its final name.
    Drawn {
        /// The region's name.
        name: String,
        /// The file.
        path: PathBuf,
        /// What a user should look at although the figure was drawn.
        warnings: Vec<String>,
        /// Upper bound of the error against PROJ of any pixel or vertex placed by interpolation, in pixels.
        projection_error_px: f64,
        /// How pixels were made of the raster's cells; None without a raster.
        resampling: Option<Resampling>,
    },
    /// A figure was not drawn; nothing was written for it.
    Failed {
        /// The region's name.
        name: String,
        /// Why.
        error: Error,
    },
}

/// How a run went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Figures written.
    pub drawn: usize,
    /// Figures that failed.
    pub failed: usize,
}

impl Summary {
    pub(super) fn count(&mut self, event: &Event) {
        match event {
            Event::Drawn { .. } => self.drawn += 1,
            Event::Failed { .. } => self.failed += 1,
        }
    }
}
