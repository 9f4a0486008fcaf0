//! The thread that reads a raster's tiles when they are asked for, and the way to it.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, SyncSender};
use std::time::{Duration, Instant};

use super::clock::timed;
use super::interrupt::Interrupt;
use super::loader::Work;
use super::look::raster_format;
use super::send;
use crate::error::{Error, Result};
use crate::gpu::{Atlas, AtlasOptions, Context, LevelUniform};
use crate::plan::{Access, Coloring, Figure, Plan, RasterPlan, wraps};
use crate::source::{CellBlend, RasterSource, TileParts, TileSink};

/// Parts of tiles that exist at a time: some being read, some being uploaded.
pub(super) const PARTS: usize = 2;

/// The drawing side of the way to the tiles' reader.
pub(super) struct TileLink {
    pub requests: Sender<BTreeSet<u32>>,
    pub answers: Receiver<TileAnswer>,
    pub buffers: Sender<TileParts>,
}

/// What the reader answers to a request, one after another.
pub(super) enum TileAnswer {
    Parts(TileParts),
    /// A page that cannot be read.
    Failed(u32, Fault),
    /// The request is done.
    Done,
}

/// Why a page cannot be read.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    dataset: String,
    problem: String,
    remedy: String,
}

impl Fault {
    pub(super) fn error(&self) -> Error {
        let Self { dataset, problem, remedy } = self.clone();
        Error::Raster { dataset, problem, remedy }
    }
}

/// How coarser levels are made, for the resamplings that a raster's figures use.
pub(super) fn blend_of(raster: &RasterPlan, place: usize, figures: &[Figure]) -> CellBlend {
    if matches!(*raster.coloring, Coloring::Colors { .. }) {
        CellBlend::Color
    } else if figures.iter().any(|figure| figure.sampling(place).resampling.makes_new_values()) {
        CellBlend::Mean
    } else {
        CellBlend::Mode
    }
}

/// Makes room for a raster's tiles. `most_bytes` is for all rasters that are on the adapter at a time.
///
/// # Errors
/// [`Error::Gpu`] if the device has no room for them.
pub(super) fn make_atlas(
    context: &Context,
    plan: &Plan,
    raster: &RasterPlan,
    access: &Access,
    blend: CellBlend,
    most_bytes: u64,
) -> Result<Atlas> {
    let pyramid = &raster.grid.pyramid;
    let format = raster_format(raster, Some(blend));
    let tile_bytes = u64::from(pyramid.tile_cells()).pow(2) * u64::from(format.bytes);
    let Access::Tiles(estimated) = access else { return Err(Error::Stopped) };
    let estimated = estimated.len() as u64;
    let most = (most_bytes / plan.rasters_at_a_time() / tile_bytes).max(FEWEST_SLOTS);
    // The estimate may miss a tile here and there.
    let wanted = estimated + estimated / 16 + FEWEST_SLOTS;
    let levels = (0..pyramid.levels().len())
        .map(|k| LevelUniform {
            size_px: pyramid.levels()[k].size,
            per_cell: pyramid.levels()[k].per_cell.map(|share| share as f32),
            first_page: pyramid.first_page(k),
            tile_columns: pyramid.tiles(k)[0],
            ..LevelUniform::default()
        })
        .collect();
    let options = AtlasOptions {
        format,
        wraps: wraps(&raster.grid.georeference),
        has_means: blend == CellBlend::Mean,
        tile_cells: pyramid.tile_cells(),
        levels,
        page_count: pyramid.page_count(),
        slot_count: wanted.min(most) as u32,
    };
    tracing::info!(slots = options.slot_count, estimated, tile_bytes, "tiles");
    Atlas::new(context, options)
}

/// Slots that one pixel's surroundings may need at once, and some more.
const FEWEST_SLOTS: u64 = 32;

/// Reads tiles as they are asked for, until no one asks any more.
pub(super) fn serve(
    work: Work,
    raster: &RasterPlan,
    source: RasterSource,
    blend: CellBlend,
    requests: &Receiver<BTreeSet<u32>>,
    answers: &SyncSender<TileAnswer>,
    buffers: &Receiver<TileParts>,
) {
    let mut link = Answers { to: answers, buffers, fresh: PARTS, interrupt: work.interrupt, waited: Duration::ZERO };
    for pages in requests {
        let start = Instant::now();
        link.waited = Duration::ZERO;
        let read = source.read_tiles(&raster.grid.pyramid, &pages, blend, &mut link);
        work.clocks.decode.add(start.elapsed().saturating_sub(link.waited));
        if read.is_err() || answers.send(TileAnswer::Done).is_err() {
            return;
        }
    }
    raster.datasets.give(source.into_dataset());
}

struct Answers<'a> {
    to: &'a SyncSender<TileAnswer>,
    buffers: &'a Receiver<TileParts>,
    fresh: usize,
    interrupt: &'a Interrupt,
    /// How long others were waited for.
    waited: Duration,
}

impl TileSink for Answers<'_> {
    fn take(&mut self) -> Result<TileParts> {
        self.interrupt.check()?;
        if let Some(left) = self.fresh.checked_sub(1) {
            self.fresh = left;
            return Ok(TileParts::default());
        }
        timed(&mut self.waited, || self.buffers.recv()).map_err(|_| Error::Stopped)
    }

    fn deliver(&mut self, parts: TileParts) -> Result<()> {
        timed(&mut self.waited, || send(self.to.send(TileAnswer::Parts(parts))))
    }

    fn fail(&mut self, page: u32, error: &Error) {
        if let Error::Raster { dataset, problem, remedy } = error {
            let fault = Fault { dataset: dataset.clone(), problem: problem.clone(), remedy: remedy.clone() };
            // If no one listens any more there is no one to fail for.
            let _told = self.to.send(TileAnswer::Failed(page, fault));
        }
    }
}
