//! Tiles that were read for views to come and have no room on the adapter yet, in a file without a name: reading a
//! raster once and a few tiles twice takes less time than decoding it again for each group of views.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Result, Seek as _, SeekFrom, Write as _};

use crate::source::{TilePart, TileParts};

/// A file of more bytes than this is not written.
const MOST_BYTES: u64 = 1 << 30;

/// Tiles on disk. The system removes the file with the process, however that ends.
pub(super) struct Spill {
    file: File,
    place_of_page: HashMap<u32, u64>,
    tile_cells: u32,
    cell_bytes: usize,
    tile: Vec<u8>,
}

impl Spill {
    /// Room for these pages; None if they are too many.
    ///
    /// # Errors
    /// If there is no room for a file in the system's temporary folder.
    pub(super) fn new(pages: impl Iterator<Item = u32>, tile_cells: u32, cell_bytes: usize) -> Result<Option<Self>> {
        let place_of_page: HashMap<u32, u64> = pages.zip(0..).collect();
        let tile = vec![0; (tile_cells as usize).pow(2) * cell_bytes];
        let bytes = place_of_page.len() as u64 * tile.len() as u64;
        if bytes > MOST_BYTES {
            return Ok(None);
        }
        let file = tempfile::tempfile()?;
        file.set_len(bytes)?;
        Ok(Some(Self { file, place_of_page, tile_cells, cell_bytes, tile }))
    }

    pub(super) fn holds(&self, page: u32) -> bool {
        self.place_of_page.contains_key(&page)
    }

    /// Gives up a page that could not be read.
    pub(super) fn forget(&mut self, page: u32) {
        self.place_of_page.remove(&page);
    }

    /// Keeps a part of a tile, if it is one of the pages.
    pub(super) fn write(&mut self, parts: &TileParts, part: &TilePart) -> Result<()> {
        let Some(place) = self.place_of_page.get(&part.page) else { return Ok(()) };
        let row_bytes = part.size[0] as usize * self.cell_bytes;
        let bytes = parts.bytes(part, self.cell_bytes);
        // Rows of whole width lie behind each other.
        let at_once = if part.size[0] == self.tile_cells { bytes.len() } else { row_bytes };
        let rows_at_once = (at_once / row_bytes) as u32;
        for (row, piece) in (part.corner[1]..).step_by(rows_at_once as usize).zip(bytes.chunks(at_once)) {
            let cell = u64::from(row) * u64::from(self.tile_cells) + u64::from(part.corner[0]);
            let start = place * self.tile.len() as u64 + cell * self.cell_bytes as u64;
            self.file.seek(SeekFrom::Start(start))?;
            self.file.write_all(piece)?;
        }
        Ok(())
    }

    /// The cells of a whole tile, row by row.
    pub(super) fn read(&mut self, page: u32) -> Result<&[u8]> {
        let place = self.place_of_page.get(&page).copied().unwrap_or_default();
        self.file.seek(SeekFrom::Start(place * self.tile.len() as u64))?;
        self.file.read_exact(&mut self.tile)?;
        Ok(&self.tile)
    }
}
