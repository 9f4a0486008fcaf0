//! The thread that reads the next raster and brings it to the adapter while the current one is drawn.

use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::Scope;
use std::time::{Duration, Instant};

use super::budget::Budget;
use super::clock::{Clocks, timed};
use super::interrupt::Interrupt;
use super::latch::Latch;
use super::look::{raster_format, raster_look};
use super::tile_reader::{self, TileLink, blend_of, make_atlas};
use super::tiles::Tiles;
use super::{send, spawn};
use crate::error::{Error, Result};
use crate::geo::Transformers;
use crate::gpu::{Context, GpuRaster, RasterLook, WholeRaster};
use crate::plan::{Access, Figure, Plan, RasterId, RasterPlan, wraps};
use crate::source::{CellBuffer, RasterRange, RasterSource, Strip};

/// Strips of the raster that exist at a time: one being read, one being uploaded.
const STRIPS: usize = 2;

/// Asks for the rasters of a step that are not on the adapter.
pub(super) struct Request {
    pub step: usize,
    /// The rasters to load, and which of the step's they are, counted from the lowest.
    pub rasters: Vec<(usize, RasterId)>,
    /// The step's figures.
    pub figures: Range<usize>,
    /// The device that will draw it, as soon as it is there.
    pub context: Arc<Latch<Context>>,
    /// Rasters that are no longer drawn, for their memory, each with its place.
    pub spare: Vec<(usize, GpuRaster)>,
}

/// A raster on the adapter.
pub(super) struct Loaded {
    /// Which of the step's rasters it is, counted from the lowest.
    pub place: usize,
    pub id: RasterId,
    pub look: RasterLook,
    /// Its tiles, if it comes in tiles.
    pub tiles: Option<Tiles>,
    /// The least and the greatest value, if all of it was read.
    pub range: Option<[f64; 2]>,
}

/// The other end of the loader.
pub(super) struct Loader {
    requests: Sender<Request>,
    answers: Receiver<Result<Vec<Loaded>>>,
    /// The step that was asked for and not yet taken.
    asked: Option<usize>,
}

impl Loader {
    /// Starts the thread. `budget` is there when memory has been shared out.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(super) fn start<'scope>(scope: &'scope Scope<'scope, '_>, work: Work<'scope>) -> Result<Self> {
        let (request_tx, request_rx) = channel();
        let (answer_tx, answer_rx) = sync_channel(1);
        spawn(scope, "raster", move || {
            let transformers = Transformers::default();
            for request in request_rx {
                let loaded = work.load_all(scope, request, &transformers);
                if answer_tx.send(loaded).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { requests: request_tx, answers: answer_rx, asked: None })
    }

    /// Asks for a step's rasters, once.
    pub(super) fn ask(&mut self, request: Request) {
        if self.asked.is_none() {
            self.asked = Some(request.step);
            // If the thread is gone, taking says so.
            let _taken = self.requests.send(request);
        }
    }

    /// The step that was asked for and not yet taken.
    pub(super) fn asked(&self) -> Option<usize> {
        self.asked
    }

    /// Waits for what was asked for. The inner error is that of one of the rasters.
    ///
    /// # Errors
    /// If the thread is gone, or nothing was asked for.
    pub(super) fn take(&mut self) -> Result<Result<Vec<Loaded>>> {
        self.asked.take().ok_or(Error::Stopped)?;
        self.answers.recv().map_err(|_| Error::Stopped)
    }
}

/// What the thread needs.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub plan: &'a Plan,
    pub budget: &'a Latch<Budget>,
    pub clocks: &'a Clocks,
    pub interrupt: &'a Interrupt,
}

impl<'a> Work<'a> {
    /// Loads the rasters asked for, one after another.
    fn load_all<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        mut request: Request,
        transformers: &Transformers,
    ) -> Result<Vec<Loaded>>
    where
        'a: 'scope,
    {
        let rasters = std::mem::take(&mut request.rasters);
        rasters.into_iter().map(|(place, id)| self.load(scope, (place, id), &mut request, transformers)).collect()
    }

    fn load<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        (place, id): (usize, RasterId),
        request: &mut Request,
        transformers: &Transformers,
    ) -> Result<Loaded>
    where
        'a: 'scope,
    {
        let Some(raster) = self.plan.raster(id) else { return Err(Error::Stopped) };
        tracing::info!(dataset = &*raster.dataset, band = raster.band, "to the adapter");
        let mut decode = Duration::ZERO;
        let source = timed(&mut decode, || raster.open());
        self.clocks.decode.add(decode);
        let mut source = source?;
        let mut access = &raster.access;
        let by_tiles = raster.access_by_tiles();
        if *access == Access::Whole {
            let loaded;
            (loaded, source) = self.load_whole(raster, (place, id), source, request)?;
            match loaded {
                // A block that cannot be read costs only the figures that need it.
                Err(Error::Raster { problem, .. }) => {
                    tracing::info!(dataset = &*raster.dataset, problem, "the raster is read by tiles instead");
                    access = &by_tiles;
                }
                loaded => {
                    raster.datasets.give(source.into_dataset());
                    return loaded;
                }
            }
        }
        self.load_tiles(scope, (raster, place, id), access, source, request, transformers)
    }

    /// Streams all cells to the adapter: one thread of its own reads them, and gives the source back.
    fn load_whole(
        &self,
        raster: &RasterPlan,
        (place, id): (usize, RasterId),
        source: RasterSource,
        request: &mut Request,
    ) -> Result<(Result<Loaded>, RasterSource)> {
        let (strip_tx, strip_rx) = sync_channel(STRIPS);
        let (buffer_tx, buffer_rx) = channel();
        std::thread::scope(|scope| {
            let read = move || Ok((self.read(&source, &strip_tx, &buffer_rx), source));
            let reader = spawn(scope, "strips", read)?;
            let uploaded = self.upload(raster, place, request, strip_rx, &buffer_tx);
            drop(buffer_tx);
            let (read, source) = super::join(reader)?;
            let both = match (uploaded, read) {
                // A stage that lost its neighbour is not the cause.
                (Err(Error::Stopped), Err(cause)) => Err(cause),
                (uploaded, read) => uploaded.and_then(|uploaded| Ok((uploaded, read?))),
            };
            let loaded = both.map(|(uploaded, range)| {
                if range.is_none() {
                    tracing::warn!("raster {}: no cell has a value; its maps are empty", raster.dataset);
                }
                Loaded { place, id, look: raster_look(raster, GpuRaster::Whole(uploaded)), tiles: None, range }
            });
            Ok((loaded, source))
        })
    }

    /// Reads strips into buffers that come back from the upload, and finds the range of the values.
    fn read(
        &self,
        source: &RasterSource,
        strips: &SyncSender<Strip>,
        buffers: &Receiver<CellBuffer>,
    ) -> Result<Option<[f64; 2]>> {
        let mut fresh = STRIPS;
        let mut waited = Duration::ZERO;
        let waiting = std::cell::RefCell::new(&mut waited);
        let take_buffer = || {
            self.interrupt.check()?;
            if let Some(left) = fresh.checked_sub(1) {
                fresh = left;
                return Ok(CellBuffer::default());
            }
            timed(&mut waiting.borrow_mut(), || buffers.recv()).map_err(|_| Error::Stopped)
        };
        let start = Instant::now();
        let range = source.read_strips(Some(RasterRange::All), take_buffer, |strip| {
            timed(&mut waiting.borrow_mut(), || send(strips.send(strip)))
        });
        self.clocks.decode.add(start.elapsed().saturating_sub(waited));
        range
    }

    fn upload(
        &self,
        raster: &RasterPlan,
        place: usize,
        request: &mut Request,
        strips: Receiver<Strip>,
        buffers: &Sender<CellBuffer>,
    ) -> Result<WholeRaster> {
        let context = request.context.wait().ok_or(Error::Stopped)?;
        let (format, georeference) = (raster_format(raster, None), &raster.grid.georeference);
        let mut upload = Duration::ZERO;
        let at = request.spare.iter().position(|(of, _)| *of == place);
        let spare = match at.map(|at| request.spare.swap_remove(at)) {
            Some((_, GpuRaster::Whole(spare))) => Some(spare),
            _ => None,
        };
        let fitting =
            spare.and_then(|mut spare| spare.refit(georeference.size, format, wraps(georeference)).then_some(spare));
        let mut on_adapter = match fitting {
            Some(spare) => spare,
            None => timed(&mut upload, || WholeRaster::new(&context, georeference.size, format, wraps(georeference)))?,
        };
        let mut rows = 0;
        for strip in strips {
            timed(&mut upload, || on_adapter.write_rows(&context, strip.first_row, strip.bytes()))?;
            rows += strip.rows;
            // The reader may be done and gone.
            let _taken = buffers.send(strip.into_buffer());
        }
        self.clocks.upload.add(upload);
        // Otherwise the reader has failed and knows why.
        if rows == georeference.size[1] { Ok(on_adapter) } else { Err(Error::Stopped) }
    }

    /// Makes room for tiles, starts the thread that reads them, and fetches those of the first figures.
    fn load_tiles<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        (raster, place, id): (&'a RasterPlan, usize, RasterId),
        access: &Access,
        source: RasterSource,
        request: &Request,
        transformers: &Transformers,
    ) -> Result<Loaded>
    where
        'a: 'scope,
    {
        let context = request.context.wait().ok_or(Error::Stopped)?;
        let budget = self.budget.wait().ok_or(Error::Stopped)?;
        let figures = figures_with(self.plan, id, &request.figures);
        let blend = blend_of(raster, place, &self.plan.figures[figures.clone()]);
        let mut atlas = make_atlas(&context, self.plan, raster, access, blend, budget.tile_bytes())?;
        let (request_tx, request_rx) = channel();
        let (answer_tx, answer_rx) = sync_channel(tile_reader::PARTS);
        let (buffer_tx, buffer_rx) = channel();
        spawn(scope, "raster", move || {
            tile_reader::serve(self, raster, source, blend, &request_rx, &answer_tx, &buffer_rx);
        })?;
        let link = TileLink { requests: request_tx, answers: answer_rx, buffers: buffer_tx };
        let mut tiles = Tiles::new(link, &atlas, (raster, place), blend, figures);
        if let Access::Tiles(pages) = access {
            tiles.plan_for_all(pages);
        }
        tiles.fetch_first(self.plan, (&mut atlas, &context), transformers)?;
        Ok(Loaded { place, id, look: raster_look(raster, GpuRaster::Paged(atlas)), tiles: Some(tiles), range: None })
    }
}

/// The figures that a raster is drawn in, from the first of a step's on: one over many steps stays for all of them.
fn figures_with(plan: &Plan, id: RasterId, of_step: &Range<usize>) -> Range<usize> {
    let RasterId::Overlay(index) = id else { return of_step.clone() };
    let has_it = |figure: &&Figure| plan.step_of(figure).overlays.contains(&(index as u32));
    of_step.start..of_step.start + plan.figures[of_step.start..].iter().take_while(has_it).count()
}
