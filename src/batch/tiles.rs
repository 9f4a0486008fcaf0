//! Tiles of a large raster: which are on the adapter, which to fetch for the view at hand and those that follow, and
//! which to give up for them.

use std::collections::{BTreeSet, HashMap};
use std::sync::mpsc::{Receiver, Sender, SyncSender};

use super::send;
use super::spill::Spill;
use crate::error::{Error, Result};
use crate::geo::{InverseGrid, Transformers};
use crate::gpu::{Atlas, Context, Renderer};
use crate::plan::{Coloring, Figure, Plan, RasterPlan, wraps};
use crate::scene::{Look, PixelRect};
use crate::source::{CellBlend, RasterSource, TilePart, TileParts, TileSink};

/// Parts of tiles that exist at a time: some being read, some being uploaded.
pub(super) const PARTS: usize = 2;

/// Views whose needs are looked at ahead, at most.
const MOST_VIEWS_AHEAD: usize = 256;

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
    fn error(&self) -> Error {
        let Self { dataset, problem, remedy } = self.clone();
        Error::Raster { dataset, problem, remedy }
    }
}

/// How coarser levels are made, for the resamplings that figures use.
pub(super) fn blend_of(plan: &Plan, raster: &RasterPlan) -> CellBlend {
    if matches!(raster.coloring, Coloring::Colors) {
        CellBlend::Color
    } else if plan.figures.iter().any(|figure| figure.resampling.makes_new_values()) {
        CellBlend::Mean
    } else {
        CellBlend::Mode
    }
}

/// Reads tiles as they are asked for, until no one asks any more.
pub(super) fn serve(
    plan: &Plan,
    source: &RasterSource,
    requests: &Receiver<BTreeSet<u32>>,
    answers: &SyncSender<TileAnswer>,
    buffers: &Receiver<TileParts>,
) -> Result<()> {
    let Some(raster) = &plan.raster else { return Ok(()) };
    let mut link = Answers { to: answers, buffers, fresh: PARTS };
    for pages in requests {
        source.read_tiles(&raster.pyramid, &pages, blend_of(plan, raster), &mut link)?;
        send(answers.send(TileAnswer::Done))?;
    }
    Ok(())
}

struct Answers<'a> {
    to: &'a SyncSender<TileAnswer>,
    buffers: &'a Receiver<TileParts>,
    fresh: usize,
}

impl TileSink for Answers<'_> {
    fn take(&mut self) -> Result<TileParts> {
        if let Some(left) = self.fresh.checked_sub(1) {
            self.fresh = left;
            return Ok(TileParts::default());
        }
        self.buffers.recv().map_err(|_| Error::Stopped)
    }

    fn deliver(&mut self, parts: TileParts) -> Result<()> {
        send(self.to.send(TileAnswer::Parts(parts)))
    }

    fn fail(&mut self, page: u32, error: &Error) {
        if let Error::Raster { dataset, problem, remedy } = error {
            let fault = Fault { dataset: dataset.clone(), problem: problem.clone(), remedy: remedy.clone() };
            // If no one listens any more there is no one to fail for.
            let _told = self.to.send(TileAnswer::Failed(page, fault));
        }
    }
}

/// The tiles that are on the adapter.
pub(super) struct Tiles {
    link: TileLink,
    cell_bytes: usize,
    wraps: bool,
    /// The page in each slot, and when it was last needed.
    slots: Vec<Option<(u32, u64)>>,
    slot_of_page: HashMap<u32, u32>,
    failed: HashMap<u32, Fault>,
    clock: u64,
    /// The first figure whose tiles were not fetched ahead.
    ahead: usize,
    transformers: Transformers,
    /// What all figures need, if that is more than there are slots; until the first tiles are read.
    all_pages: Option<BTreeSet<u32>>,
    spill: Option<Spill>,
}

impl Tiles {
    pub(super) fn new(link: TileLink, slot_count: u32, raster: &RasterPlan, blend: CellBlend) -> Self {
        Self {
            link,
            cell_bytes: blend.cell_bytes(raster.encoding.raw_type),
            wraps: wraps(&raster.georeference),
            slots: vec![None; slot_count as usize],
            slot_of_page: HashMap::new(),
            failed: HashMap::new(),
            clock: 0,
            ahead: 0,
            transformers: Transformers::default(),
            all_pages: None,
            spill: None,
        }
    }

    /// Has the tiles of all figures read at once, those without a slot for the disk.
    pub(super) fn plan_for_all(&mut self, pages: BTreeSet<u32>) {
        if pages.len() > self.slots.len() {
            self.all_pages = Some(pages);
        }
    }

    fn look<'a>(&self, raster: &'a RasterPlan, figure: &Figure) -> Look<'a> {
        Look { pyramid: &raster.pyramid, resampling: figure.resampling, wraps: self.wraps }
    }

    /// Draws the map of a frame that was begun, in parts if its tiles are more than there are slots.
    ///
    /// The inner error is the figure's: a tile that it needs cannot be read.
    ///
    /// # Errors
    /// If the device or the reader fails.
    pub(super) fn draw(
        &mut self,
        renderer: &mut Renderer,
        plan: &Plan,
        index: usize,
        grid: &InverseGrid,
    ) -> Result<Result<()>> {
        let (figure, Some(raster)) = (&plan.figures[index], &plan.raster) else { return Ok(Ok(())) };
        let look = self.look(raster, figure);
        let size = [figure.view.width_px, figure.view.height_px];
        let mut parts = vec![PixelRect { corner: [0; 2], size }];
        let mut count = 0;
        while let Some(part) = parts.pop() {
            let pages = look.pages(grid, part);
            if pages.len() > self.slots.len() {
                let Some([first, second]) = part.halves() else {
                    return Ok(Err(Error::value(
                        "--max-memory",
                        self.slots.len(),
                        format!("tiles are fewer than the {} that one pixel needs", pages.len()),
                        "give more, or another --resampling",
                    )));
                };
                parts.extend([second, first]);
                continue;
            }
            let ahead = if count == 0 && parts.is_empty() {
                self.needs_ahead(plan, raster, index, &pages)
            } else {
                BTreeSet::new()
            };
            if let Err(error) = self.fetch(renderer, &pages, ahead)? {
                return Ok(Err(error));
            }
            renderer.draw_part((part.size != size).then_some(part));
            count += 1;
        }
        if count > 1 {
            tracing::debug!(figure = figure.name, parts = count, "drawn in parts");
        }
        Ok(Ok(()))
    }

    /// Tiles that the next figures need, as far as there is room beside those of the figure at hand; none if that one
    /// has all that it needs.
    fn needs_ahead(&mut self, plan: &Plan, raster: &RasterPlan, index: usize, own: &BTreeSet<u32>) -> BTreeSet<u32> {
        let mut ahead = BTreeSet::new();
        let has_all = own.iter().all(|page| self.slot_of_page.contains_key(page));
        if has_all || index < self.ahead {
            return ahead;
        }
        self.ahead = index + 1;
        // A few slots are left for tiles that sketches miss.
        let room = self.slots.len() - self.slots.len() / 16;
        for figure in plan.figures.iter().skip(index + 1).take(MOST_VIEWS_AHEAD) {
            let Ok(sketch) = InverseGrid::sketch(&figure.view, &raster.georeference, &self.transformers) else {
                continue;
            };
            let size = [figure.view.width_px, figure.view.height_px];
            let pages = self.look(raster, figure).pages(&sketch, PixelRect { corner: [0; 2], size });
            let more = pages.iter().filter(|page| !own.contains(page) && !ahead.contains(*page)).count();
            if own.len() + ahead.len() + more > room {
                break;
            }
            ahead.extend(pages.into_iter().filter(|page| !own.contains(page)));
            self.ahead += 1;
        }
        ahead
    }

    /// Brings tiles to the adapter: those needed now, and others beside them.
    fn fetch(&mut self, renderer: &mut Renderer, needed: &BTreeSet<u32>, ahead: BTreeSet<u32>) -> Result<Result<()>> {
        self.clock += 1;
        let mut missing = ahead;
        missing.extend(needed);
        for page in &missing {
            if let Some(slot) = self.slot_of_page.get(page) {
                self.slots[*slot as usize] = Some((*page, self.clock));
            }
        }
        missing.retain(|page| !self.slot_of_page.contains_key(page) && !self.failed.contains_key(page));
        if !missing.is_empty() {
            // What is recorded was recorded for the tiles as they are.
            renderer.flush();
            self.load(renderer, missing)?;
        }
        Ok(match needed.iter().find_map(|page| self.failed.get(page)) {
            Some(fault) => Err(fault.error()),
            None => Ok(()),
        })
    }

    fn load(&mut self, renderer: &mut Renderer, missing: BTreeSet<u32>) -> Result<()> {
        let Some((atlas, context)) = renderer.atlas() else { return Ok(()) };
        self.take_slots(atlas, &missing);
        let mut unread = BTreeSet::new();
        for page in missing {
            // Without a file, or once it has failed, all are read.
            match self.restore(atlas, context, page)? {
                Ok(true) => {}
                Ok(false) => {
                    unread.insert(page);
                }
                Err(e) => {
                    tracing::warn!("tiles kept on disk cannot be read, and are read from the raster again: {e}");
                    self.spill = None;
                    unread.insert(page);
                }
            }
        }
        if !unread.is_empty() {
            self.read(atlas, context, unread)?;
        }
        atlas.flush_pages(context);
        Ok(())
    }

    /// Gives slots to pages: those free, then those not needed for longest.
    fn take_slots(&mut self, atlas: &mut Atlas, missing: &BTreeSet<u32>) {
        let mut free: Vec<(u64, u32)> = (0..)
            .zip(&self.slots)
            .map(|(slot, of)| (of.map_or(0, |(_, used)| used), slot))
            .filter(|(used, _)| *used < self.clock)
            .collect();
        free.sort_unstable();
        for (page, (_, slot)) in missing.iter().zip(free) {
            if let Some((old, _)) = self.slots[slot as usize].replace((*page, self.clock)) {
                self.slot_of_page.remove(&old);
                atlas.set_page(old, None);
            }
            self.slot_of_page.insert(*page, slot);
            atlas.set_page(*page, Some(slot));
        }
    }

    /// Brings a tile from the disk to its slot; false if it is not there. The inner error is the disk's.
    fn restore(&mut self, atlas: &mut Atlas, context: &Context, page: u32) -> Result<std::io::Result<bool>> {
        let Some(spill) = self.spill.as_mut().filter(|spill| spill.holds(page)) else { return Ok(Ok(false)) };
        let Some(slot) = self.slot_of_page.get(&page) else { return Ok(Ok(false)) };
        match spill.read(page) {
            Ok(cells) => atlas.write(context, *slot, [0; 2], [atlas.tile_cells(); 2], cells).map(|()| Ok(true)),
            Err(e) => Ok(Err(e)),
        }
    }

    /// Has pages read from the raster; the first time, with them all others that some figure needs, for the disk.
    fn read(&mut self, atlas: &mut Atlas, context: &Context, unread: BTreeSet<u32>) -> Result<()> {
        let mut pages = unread;
        if let Some(all) = self.all_pages.take() {
            pages.extend(&all);
            self.spill = Spill::new(pages.iter().copied(), atlas.tile_cells(), self.cell_bytes).unwrap_or_else(|e| {
                tracing::warn!("tiles cannot be kept on disk, and are read from the raster when they are needed: {e}");
                None
            });
            if self.spill.is_none() {
                pages.retain(|page| self.slot_of_page.contains_key(page));
            }
        }
        tracing::debug!(tiles = pages.len(), "reading tiles");
        send(self.link.requests.send(pages))?;
        loop {
            match self.link.answers.recv().map_err(|_| Error::Stopped)? {
                TileAnswer::Done => break,
                TileAnswer::Failed(page, fault) => {
                    self.failed.entry(page).or_insert(fault);
                }
                TileAnswer::Parts(parts) => {
                    for part in &parts.parts {
                        self.keep(&parts, part);
                        let Some(slot) = self.slot_of_page.get(&part.page) else { continue };
                        atlas.write(context, *slot, part.corner, part.size, parts.bytes(part, self.cell_bytes))?;
                    }
                    // The reader may be done and gone.
                    let _taken = self.link.buffers.send(parts);
                }
            }
        }
        for page in self.failed.keys() {
            if let Some(spill) = &mut self.spill {
                spill.forget(*page);
            }
            if let Some(slot) = self.slot_of_page.remove(page) {
                self.slots[slot as usize] = None;
                atlas.set_page(*page, None);
            }
        }
        Ok(())
    }

    /// Keeps a part of a tile on disk, if there is a file for it.
    fn keep(&mut self, parts: &TileParts, part: &TilePart) {
        if let Some(Err(e)) = self.spill.as_mut().map(|spill| spill.write(parts, part)) {
            tracing::warn!("tiles cannot be kept on disk, and are read from the raster when they are needed: {e}");
            self.spill = None;
        }
    }
}
