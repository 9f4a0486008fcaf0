//! Tiles of a large raster: which are on the adapter, which to fetch for the view at hand and those that follow, and
//! which to give up for them.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use super::send;
use super::spill::Spill;
use super::tile_reader::{Fault, TileAnswer, TileLink};
use crate::error::{Error, Result};
use crate::geo::{InverseGrid, PixelRect, Transformers};
use crate::gpu::{Atlas, Context, Renderer};
use crate::plan::{Plan, RasterPlan};
use crate::source::{CellBlend, TilePart, TileParts};

/// Views whose needs are looked at ahead, at most.
const MOST_VIEWS_AHEAD: usize = 256;

/// The tiles that are on the adapter.
pub(super) struct Tiles {
    link: TileLink,
    cell_bytes: usize,
    /// Which of the rasters that lie over each other it is, counted from the lowest.
    place: usize,
    /// The raster's figures.
    figures: Range<usize>,
    /// The page in each slot, and when it was last needed.
    slots: Vec<Option<(u32, u64)>>,
    slot_of_page: HashMap<u32, u32>,
    failed: HashMap<u32, Fault>,
    clock: u64,
    /// The first figure whose tiles were not fetched ahead.
    ahead: usize,
    /// What all figures need, if that is more than there are slots; until the first tiles are read.
    all_pages: Option<Arc<BTreeSet<u32>>>,
    spill: Option<Spill>,
}

impl Tiles {
    pub(super) fn new(
        link: TileLink,
        atlas: &Atlas,
        (raster, place): (&RasterPlan, usize),
        blend: CellBlend,
        figures: Range<usize>,
    ) -> Self {
        Self {
            link,
            cell_bytes: blend.cell_bytes(raster.encoding.raw_type),
            place,
            ahead: figures.start,
            figures,
            slots: vec![None; atlas.slot_count() as usize],
            slot_of_page: HashMap::new(),
            failed: HashMap::new(),
            clock: 0,
            all_pages: None,
            spill: None,
        }
    }

    /// Has the tiles of all figures read at once, those without a slot for the disk.
    pub(super) fn plan_for_all(&mut self, pages: &Arc<BTreeSet<u32>>) {
        if pages.len() > self.slots.len() {
            self.all_pages = Some(Arc::clone(pages));
        }
    }

    /// Fetches the tiles of as many figures as there is room for, before the first is drawn.
    ///
    /// # Errors
    /// If the device or the reader fails.
    pub(super) fn fetch_first(
        &mut self,
        plan: &Plan,
        (atlas, context): (&mut Atlas, &Context),
        transformers: &Transformers,
    ) -> Result<()> {
        let first = self.pages_from(self.figures.start, plan, transformers, &BTreeSet::new());
        self.clock += 1;
        if first.is_empty() { Ok(()) } else { self.load(atlas, context, first) }
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
        transformers: &Transformers,
    ) -> Result<Result<()>> {
        let figure = &plan.figures[index];
        let Some(raster) = plan.rasters_of(figure).nth(self.place) else { return Ok(Ok(())) };
        let look = raster.look(figure.sampling(self.place));
        let size = plan.view_of(figure).view.size_px();
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
                self.needs_ahead(plan, transformers, index, &pages)
            } else {
                BTreeSet::new()
            };
            if let Err(error) = self.fetch(renderer, &pages, ahead)? {
                return Ok(Err(error));
            }
            renderer.draw_part(self.place, (part.size != size).then_some(part));
            count += 1;
        }
        if count > 1 {
            tracing::debug!(figure = &*figure.name, parts = count, "drawn in parts");
        }
        Ok(Ok(()))
    }

    /// Tiles that the next figures need, as far as there is room beside those of the figure at hand; none if that one
    /// has all that it needs.
    fn needs_ahead(
        &mut self,
        plan: &Plan,
        transformers: &Transformers,
        index: usize,
        own: &BTreeSet<u32>,
    ) -> BTreeSet<u32> {
        let has_all = own.iter().all(|page| self.slot_of_page.contains_key(page));
        if has_all || index < self.ahead {
            return BTreeSet::new();
        }
        self.pages_from(index + 1, plan, transformers, own)
    }

    /// Tiles that the raster's figures need from one on, as far as there is room beside others.
    fn pages_from(
        &mut self,
        first: usize,
        plan: &Plan,
        transformers: &Transformers,
        own: &BTreeSet<u32>,
    ) -> BTreeSet<u32> {
        let mut pages_ahead = BTreeSet::new();
        self.ahead = first;
        // A few slots are left for tiles that sketches miss.
        let room = self.slots.len() - self.slots.len() / 16;
        for figure in plan.figures[..self.figures.end].iter().skip(first).take(MOST_VIEWS_AHEAD) {
            let view = &plan.view_of(figure).view;
            let Some(raster) = plan.rasters_of(figure).nth(self.place) else { continue };
            let Ok(sketch) = InverseGrid::sketch(view, &raster.grid.georeference, transformers) else { continue };
            let look = raster.look(figure.sampling(self.place));
            let pages = look.pages(&sketch, PixelRect { corner: [0; 2], size: view.size_px() });
            let more = pages.iter().filter(|page| !own.contains(page) && !pages_ahead.contains(*page)).count();
            if own.len() + pages_ahead.len() + more > room {
                break;
            }
            pages_ahead.extend(pages.into_iter().filter(|page| !own.contains(page)));
            self.ahead += 1;
        }
        pages_ahead
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
            let Some((atlas, context)) = renderer.atlas(self.place) else { return Err(Error::Stopped) };
            self.load(atlas, context, missing)?;
        }
        Ok(match needed.iter().find_map(|page| self.failed.get(page)) {
            Some(fault) => Err(fault.error()),
            None => Ok(()),
        })
    }

    fn load(&mut self, atlas: &mut Atlas, context: &Context, missing: BTreeSet<u32>) -> Result<()> {
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
            pages.extend(all.iter());
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
