//! Streams a raster's cells from top to bottom, so that a copy of it need exist only where it is drawn from.

use super::cells::{RasterRange, RawRange, Scratch, Window};
use super::gdal_reason;
use super::raster::RasterSource;
use crate::error::{Error, Result};
use crate::room::roomy_vec;

/// About how many bytes a strip holds where the file's blocks allow it.
const STRIP_BYTES: usize = 4 << 20;

/// Memory for the cells of a strip, to be used again for the next one.
#[derive(Debug)]
pub struct CellBuffer {
    /// Words, not bytes, so that a view of them as any raw type is aligned.
    words: Vec<u32>,
    len_bytes: usize,
}

impl Default for CellBuffer {
    fn default() -> Self {
        Self { words: roomy_vec(), len_bytes: 0 }
    }
}

impl CellBuffer {
    pub(super) fn set_len(&mut self, len_bytes: usize) {
        self.words.resize(len_bytes.div_ceil(size_of::<u32>()), 0);
        self.len_bytes = len_bytes;
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.len_bytes]
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.words)[..self.len_bytes]
    }
}

/// Whole rows of a raster.
#[derive(Debug)]
pub struct Strip {
    /// The first row, counted from 0 at the top.
    pub first_row: u32,
    /// How many rows.
    pub rows: u32,
    cells: CellBuffer,
}

impl Strip {
    /// The cells, row by row without gaps, in the raw type of the raster's encoding and native byte order.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.cells.bytes()
    }

    /// The memory, for the next strip.
    #[must_use]
    pub fn into_buffer(self) -> CellBuffer {
        self.cells
    }
}

impl RasterSource {
    /// Rows of every strip but the last: a multiple of the block height, at least one block, else about 4 MB.
    #[must_use]
    pub fn rows_per_strip(&self) -> u32 {
        let [_, block_rows] = self.info.block_size;
        let block_rows = block_rows.max(1) as usize;
        let blocks = (STRIP_BYTES / (self.row_bytes() * block_rows).max(1)).max(1);
        u32::try_from(blocks * block_rows).unwrap_or(u32::MAX).min(self.info.size[1])
    }

    fn row_bytes(&self) -> usize {
        self.info.size[0] as usize * self.info.encoding.raw_type.bytes()
    }

    /// Reads all cells from top to bottom and hands them to `sink` strip by strip.
    ///
    /// Each strip takes its memory from `take_buffer`, so a caller that gives buffers back bounds the memory in
    /// use; `CellBuffer::default()` is a fresh one. With `wants_range` the minimum and maximum of the valid,
    /// finite cells come back, in value units; None if there are none, or if it is false, which costs nothing.
    ///
    /// # Errors
    /// [`Error::Raster`] naming the rows and blocks that GDAL could not read, and whatever the closures return.
    pub fn read_strips(
        &self,
        wanted_range: Option<RasterRange>,
        mut take_buffer: impl FnMut() -> Result<CellBuffer>,
        mut sink: impl FnMut(Strip) -> Result<()>,
    ) -> Result<Option<[f64; 2]>> {
        let encoding = &self.info.encoding;
        let [width, height] = self.info.size;
        let (mut scratch, mut range) = (Scratch::default(), RawRange::default());
        let step = self.rows_per_strip();
        for first_row in (0..height).step_by(step.max(1) as usize) {
            let rows = step.min(height - first_row);
            let mut cells = take_buffer()?;
            cells.set_len(self.row_bytes() * rows as usize);
            let window = Window { corner: [0, first_row], size: [width, rows] };
            self.read_window(None, window, cells.bytes_mut(), &mut scratch)
                .map_err(|e| self.unreadable(first_row, rows, &gdal_reason(&e)))?;
            if let Some(of) = wanted_range {
                range.add(of, encoding, cells.bytes());
            }
            sink(Strip { first_row, rows, cells })?;
        }
        Ok(range.values(encoding))
    }

    fn unreadable(&self, first_row: u32, rows: u32, reason: &str) -> Error {
        let last_row = first_row + rows.max(1) - 1;
        let block_rows = self.info.block_size[1].max(1);
        let (first_block, last_block) = (first_row / block_rows, last_row / block_rows);
        let blocks = if first_block == last_block {
            format!("block row {first_block}")
        } else {
            format!("block rows {first_block} to {last_block}")
        };
        Error::Raster {
            dataset: self.info.dataset.clone(),
            problem: format!("rows {first_row} to {last_row} ({blocks}) cannot be read: {reason}"),
            remedy: "the file is truncated or damaged: fetch or write it again".into(),
        }
    }
}
