//! A figure as the plan holds it: what is its own, and indices of what it shares with others.

use std::sync::Arc;

use crate::error::Error;
use crate::figure::Captions;
use crate::style::{Layout, Resampling};

/// One figure to draw.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The region's name.
    pub name: Arc<str>,
    /// The title; None for none.
    pub title: Option<Box<str>>,
    /// The other texts, if there are any.
    pub captions: Option<Box<Captions>>,
    /// The file's name in the output folder.
    pub file: Box<str>,
    /// Where the parts of the figure stand.
    pub layout: Arc<Layout>,
    /// The index of its step.
    pub step: u32,
    /// The index of its map.
    pub view: u32,
    /// How its pixels are made of the raster's cells.
    pub resampling: Resampling,
    /// Whether it looks at the raster's own cells only, and not at coarser levels.
    pub finest_only: bool,
    /// The same of each raster over that.
    pub over: Box<[Sampling]>,
}

/// How a figure's pixels are made of a raster's cells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sampling {
    /// How cells are put together.
    pub resampling: Resampling,
    /// Whether the raster's own cells only are looked at, and not coarser levels.
    pub finest_only: bool,
}

/// One figure that cannot be drawn.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The region's name, or its place in the file where it has none.
    pub name: Arc<str>,
    /// The dataset; None for a figure without one.
    pub dataset: Option<Arc<str>>,
    /// The band, if it is known.
    pub band: Option<usize>,
    /// The file's name, if it is known.
    pub file: Option<Box<str>>,
    /// Why; figures may share a reason.
    pub error: Arc<Error>,
}

impl Figure {
    /// Width and height in pixels.
    #[must_use]
    pub fn size_px(&self) -> [u32; 2] {
        [self.layout.width_px, self.layout.height_px]
    }

    /// The texts of its own that are drawn.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let title = self.title.as_deref().filter(|_| self.layout.title.is_some());
        title.into_iter().chain(self.captions.iter().flat_map(|captions| captions.texts()))
    }

    /// How its pixels are made of the cells of one of its rasters, counted from the lowest.
    #[must_use]
    pub fn sampling(&self, place: usize) -> Sampling {
        match place.checked_sub(1).and_then(|over| self.over.get(over)) {
            None => Sampling { resampling: self.resampling, finest_only: self.finest_only },
            Some(over) => *over,
        }
    }
}
