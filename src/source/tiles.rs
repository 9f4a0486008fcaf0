//! Reads only those tiles of a raster's levels that are asked for: block by block in the file's order, halved levels
//! made on the way.

use std::collections::BTreeSet;

use super::averages::{Sums, prevailing, sums_of_colors, sums_of_values};
use super::cells::{Scratch, Window};
use super::encoding::RawType;
use super::gdal_reason;
use super::levels::{Pyramid, Tile};
use super::raster::RasterSource;
use super::strips::CellBuffer;
use crate::error::{Error, Result};

/// About how many bytes are read at a time where the file's blocks allow it.
const READ_BYTES: usize = 2 << 20;

/// Most bytes read at a time; beyond it blocks of whole rows are read in parts, and decoded once for each.
const MOST_READ_BYTES: usize = 32 << 20;

/// Cells along a side of what is read at a time from a tiled file: several blocks, so that threads can share them.
const READ_SIDE: u32 = 1024;

/// How coarser cells are made from finer ones, and in what form cells are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellBlend {
    /// The number found most often. All levels have the raw type.
    Mode,
    /// The mean. The raster's own cells are widened to 32 bits, in two's complement; those of all other levels are
    /// `f32`, NaN for no value.
    Mean,
    /// The mean of packed colours, as packed colours.
    Color,
}

/// A part of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TilePart {
    /// The tile's page.
    pub page: u32,
    /// The part's first column and row within the tile.
    pub corner: [u32; 2],
    /// Columns and rows of the part.
    pub size: [u32; 2],
    /// Where its cells begin, in bytes.
    first_byte: usize,
}

/// Parts of tiles, with their cells in one buffer.
#[derive(Debug, Default)]
pub struct TileParts {
    /// The parts.
    pub parts: Vec<TilePart>,
    cells: CellBuffer,
}

impl TileParts {
    /// The cells of a part of tiles of `cell_bytes` a cell, row by row without gaps.
    #[must_use]
    pub fn bytes(&self, part: &TilePart, cell_bytes: usize) -> &[u8] {
        let len = part.size[0] as usize * part.size[1] as usize * cell_bytes;
        &self.cells.bytes()[part.first_byte..part.first_byte + len]
    }
}

impl CellBlend {
    /// Bytes of a cell as it is delivered.
    #[must_use]
    pub fn cell_bytes(self, raw_type: RawType) -> usize {
        if self == Self::Mode { raw_type.bytes() } else { size_of::<u32>() }
    }
}

/// What is told of reading.
pub trait TileSink {
    /// An empty buffer to be filled.
    ///
    /// # Errors
    /// If no one wants tiles any more.
    fn take(&mut self) -> Result<TileParts>;

    /// Some parts are there.
    ///
    /// # Errors
    /// If no one wants tiles any more.
    fn deliver(&mut self, parts: TileParts) -> Result<()>;

    /// Part of this page cannot be read.
    fn fail(&mut self, page: u32, error: &Error);
}

impl RasterSource {
    /// Reads the tiles with these pages.
    ///
    /// # Errors
    /// What the sink returns. A block that cannot be read fails the tiles that need it and no others.
    pub fn read_tiles(
        &self,
        pyramid: &Pyramid,
        pages: &BTreeSet<u32>,
        blend: CellBlend,
        sink: &mut dyn TileSink,
    ) -> Result<()> {
        let mut levels: Vec<usize> = pages.iter().map(|page| pyramid.tile(*page).level).collect();
        levels.dedup();
        let mut reader = Reader { source: self, pyramid, pages, blend, sink, scratch: Scratch::default() };
        // Levels made from the same cells are made in one go.
        for chain in levels.chunk_by(|a, b| pyramid.levels()[*a].overview == pyramid.levels()[*b].overview) {
            reader.read_chain(chain)?;
        }
        Ok(())
    }
}

struct Reader<'a> {
    source: &'a RasterSource,
    pyramid: &'a Pyramid,
    pages: &'a BTreeSet<u32>,
    blend: CellBlend,
    sink: &'a mut dyn TileSink,
    scratch: Scratch,
}

impl Reader<'_> {
    /// Reads levels that are made from the same cells.
    fn read_chain(&mut self, chain: &[usize]) -> Result<()> {
        let Some(coarsest) = chain.last().map(|level| &self.pyramid.levels()[*level]) else { return Ok(()) };
        let [columns, rows] = coarsest.read_size;
        let cell_bytes = self.source.info.encoding.raw_type.bytes();
        let align = 1 << coarsest.halvings;
        let most_bytes = cell_bytes.max(self.blend.cell_bytes(self.source.info.encoding.raw_type));
        let [width, height] = window_size(coarsest.block_size, coarsest.read_size, align, most_bytes);
        let mut cells = CellBuffer::default();
        for top in (0..rows).step_by(height as usize) {
            for left in (0..columns).step_by(width as usize) {
                let size = [width.min(columns - left), height.min(rows - top)];
                let Some(window) = self.needed_part(chain, Window { corner: [left, top], size }, align) else {
                    continue;
                };
                cells.set_len(window.cells() * cell_bytes);
                self.read_cells(chain, window, &mut cells);
                self.deliver(chain, window, cells.bytes())?;
            }
        }
        Ok(())
    }

    /// The smallest window that holds all that tiles need of this one, on whole coarse cells.
    fn needed_part(&self, chain: &[usize], window: Window, align: u32) -> Option<Window> {
        let end = window.end();
        let (mut low, mut high) = ([u32::MAX; 2], [0; 2]);
        for &level in chain {
            self.for_tiles(level, window, |_, tile_window| {
                for k in 0..2 {
                    low[k] = low[k].min(tile_window.corner[k].max(window.corner[k]));
                    high[k] = high[k].max(tile_window.end()[k].min(end[k]));
                }
            });
        }
        if high[0] == 0 {
            return None;
        }
        let corner = [0, 1].map(|k| low[k] / align * align);
        let size = [0, 1].map(|k| high[k].next_multiple_of(align).min(end[k]) - corner[k]);
        Some(Window { corner, size })
    }

    /// Calls `visit` with the page of each wanted tile of a level that a window touches, and the tile's own window,
    /// both in cells as they are read.
    fn for_tiles(&self, level: usize, window: Window, mut visit: impl FnMut(u32, Window)) {
        let RasterTile { side, read_size } = self.tile_of(level);
        let last = [0, 1].map(|k| (window.end()[k] - 1) / side);
        for row in window.corner[1] / side..=last[1] {
            for column in window.corner[0] / side..=last[0] {
                let page = self.pyramid.page(Tile { level, at: [column, row] });
                if self.pages.contains(&page) {
                    let corner = [column * side, row * side];
                    let size = [0, 1].map(|k| side.min(read_size[k] - corner[k]));
                    visit(page, Window { corner, size });
                }
            }
        }
    }

    fn tile_of(&self, level: usize) -> RasterTile {
        let level = &self.pyramid.levels()[level];
        RasterTile { side: self.pyramid.tile_cells() << level.halvings, read_size: level.read_size }
    }

    /// Fills the window's cells. Where they cannot be read as a whole each of the file's blocks is tried alone, so
    /// that one bad block spoils no more than the tiles that need it.
    fn read_cells(&mut self, chain: &[usize], window: Window, cells: &mut CellBuffer) {
        let level = &self.pyramid.levels()[chain[0]];
        if self.source.read_window(level.overview, window, cells.bytes_mut(), &mut self.scratch).is_ok() {
            return;
        }
        let block = level.block_size.map(|n| n.max(1));
        let cell_bytes = self.source.info.encoding.raw_type.bytes();
        let mut part_cells = CellBuffer::default();
        for row in window.corner[1] / block[1]..=(window.end()[1] - 1) / block[1] {
            for column in window.corner[0] / block[0]..=(window.end()[0] - 1) / block[0] {
                let first = [column * block[0], row * block[1]];
                let corner = [0, 1].map(|k| first[k].max(window.corner[k]));
                let size = [0, 1].map(|k| (first[k] + block[k]).min(window.end()[k]) - corner[k]);
                let part = Window { corner, size };
                part_cells.set_len(part.cells() * cell_bytes);
                let read = self.source.read_window(level.overview, part, part_cells.bytes_mut(), &mut self.scratch);
                match read {
                    Ok(()) => copy_into(window, cells.bytes_mut(), part, part_cells.bytes(), cell_bytes),
                    Err(e) => self.fail(chain, part, [column, row], &gdal_reason(&e)),
                }
            }
        }
    }

    fn fail(&mut self, chain: &[usize], part: Window, block: [u32; 2], reason: &str) {
        let ([left, top], [right, bottom]) = (part.corner, part.end().map(|n| n - 1));
        let overview = self.pyramid.levels()[chain[0]].overview.map_or(String::new(), |k| format!(" of overview {k}"));
        let [block_column, block_row] = block;
        let error = Error::Raster {
            dataset: self.source.info.dataset.clone(),
            problem: format!(
                "columns {left} to {right}, rows {top} to {bottom}{overview} (block column {block_column}, block row \
                 {block_row}) cannot be read: {reason}"
            ),
            remedy: "the file is truncated or damaged: fetch or write it again".into(),
        };
        let mut pages = Vec::new();
        for level in chain {
            self.for_tiles(*level, part, |page, _| pages.push(page));
        }
        for page in pages {
            self.sink.fail(page, &error);
        }
    }

    /// Cuts the window's cells, and the coarser ones made from them, into parts of tiles.
    fn deliver(&mut self, chain: &[usize], window: Window, cells: &[u8]) -> Result<()> {
        let encoding = self.source.info.encoding;
        let size = window.size.map(|n| n as usize);
        let cell_bytes = self.blend.cell_bytes(encoding.raw_type);
        let mut parts = self.sink.take()?;
        parts.parts.clear();
        parts.cells.set_len(0);
        let mut coarse = Coarse::None;
        for &level in chain {
            let halvings = self.pyramid.levels()[level].halvings;
            let mut wanted = Vec::new();
            self.for_tiles(level, window, |page, tile| wanted.push((page, tile)));
            if wanted.is_empty() {
                continue;
            }
            coarse = match (self.blend, halvings) {
                (_, 0) => Coarse::None,
                (CellBlend::Mode, _) => Coarse::Numbers(prevailing(cells, size, 1 << halvings, &encoding)),
                (CellBlend::Mean, _) => {
                    coarse.halved_to(halvings, || Coarse::Means(1, sums_of_values(cells, size, &encoding)))
                }
                (CellBlend::Color, _) => coarse.halved_to(halvings, || Coarse::Colors(1, sums_of_colors(cells, size))),
            };
            let columns = size[0].div_ceil(1 << halvings);
            for (page, tile) in wanted {
                let part = parts.add(page, tile, window, halvings, cell_bytes);
                let target = &mut parts.cells.bytes_mut()[part.first_byte..];
                // Of the first cell of a row of the part, counted in cells of the level within the window.
                let first = [0, 1].map(|k| (tile.corner[k].max(window.corner[k]) - window.corner[k]) >> halvings);
                let width = part.size[0] as usize;
                for (row, target) in target.chunks_exact_mut(width * cell_bytes).enumerate() {
                    let start = (first[1] as usize + row) * columns + first[0] as usize;
                    match &coarse {
                        Coarse::None => copy_cells(cells, start, width, self.blend, encoding.raw_type, target),
                        Coarse::Numbers(numbers) => {
                            target.copy_from_slice(&numbers[start * cell_bytes..(start + width) * cell_bytes]);
                        }
                        Coarse::Means(_, sums) => fill(target, |k| sums.mean_bits(start + k)),
                        Coarse::Colors(_, sums) => fill(target, |k| sums.color_bits(start + k)),
                    }
                }
            }
        }
        self.sink.deliver(parts)
    }
}

/// How a level's tiles lie in the cells that are read for it.
struct RasterTile {
    side: u32,
    read_size: [u32; 2],
}

/// Cells of a halved level.
enum Coarse {
    None,
    Numbers(Vec<u8>),
    /// With the number of halvings.
    Means(u32, Sums<1>),
    Colors(u32, Sums<4>),
}

impl Coarse {
    /// Halves on from a finer level, or from the cells themselves.
    fn halved_to(self, halvings: u32, from_cells: impl FnOnce() -> Self) -> Self {
        let mut coarse = if matches!(self, Self::None) { from_cells() } else { self };
        loop {
            coarse = match coarse {
                Self::Means(at, sums) if at < halvings => Self::Means(at + 1, sums.halved()),
                Self::Colors(at, sums) if at < halvings => Self::Colors(at + 1, sums.halved()),
                done => return done,
            };
        }
    }
}

impl TileParts {
    /// Makes room for the part of a tile that a window holds.
    fn add(&mut self, page: u32, tile: Window, window: Window, halvings: u32, cell_bytes: usize) -> TilePart {
        let corner = [0, 1].map(|k| tile.corner[k].max(window.corner[k]));
        let end = [0, 1].map(|k| tile.end()[k].min(window.end()[k]));
        let part = TilePart {
            page,
            corner: [0, 1].map(|k| (corner[k] - tile.corner[k]) >> halvings),
            size: [0, 1].map(|k| (end[k] - corner[k]).div_ceil(1 << halvings)),
            first_byte: self.cells.bytes().len(),
        };
        self.cells.set_len(part.first_byte + part.size[0] as usize * part.size[1] as usize * cell_bytes);
        self.parts.push(part);
        part
    }
}

/// Columns and rows to read at a time: whole blocks of the file where possible, whole coarse cells in any case.
fn window_size(block: [u32; 2], size: [u32; 2], align: u32, cell_bytes: usize) -> [u32; 2] {
    let unit = |block: u32| {
        let common = common_multiple(block.max(1), align);
        if common <= 2 * READ_SIDE.max(align) { common } else { align }
    };
    let height_unit = unit(block[1]);
    let row_bytes = size[0] as usize * cell_bytes;
    let is_strip = block[0] >= size[0] && row_bytes * height_unit as usize <= MOST_READ_BYTES;
    let width = if is_strip { size[0] } else { multiple_up_to(unit(block[0]), READ_SIDE) };
    let rows = READ_BYTES / (width as usize * cell_bytes).max(1);
    [width, multiple_up_to(height_unit, u32::try_from(rows).unwrap_or(u32::MAX))]
}

/// The greatest multiple of `unit` up to `most`, at least one.
fn multiple_up_to(unit: u32, most: u32) -> u32 {
    (most / unit).max(1) * unit
}

fn common_multiple(a: u32, b: u32) -> u32 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x).saturating_mul(b)
}

/// Copies a part's cells into those of a window that holds it.
fn copy_into(window: Window, cells: &mut [u8], part: Window, part_cells: &[u8], cell_bytes: usize) {
    let [x, y] = [0, 1].map(|k| (part.corner[k] - window.corner[k]) as usize);
    let [width, part_width] = [window.size[0] as usize, part.size[0] as usize];
    for (row, of_row) in part_cells.chunks_exact(part_width * cell_bytes).enumerate() {
        let start = ((y + row) * width + x) * cell_bytes;
        cells[start..start + of_row.len()].copy_from_slice(of_row);
    }
}

/// Copies cells as they are, or widened to 32 bits for levels that are means.
fn copy_cells(cells: &[u8], start: usize, width: usize, blend: CellBlend, raw_type: RawType, target: &mut [u8]) {
    let bytes = raw_type.bytes();
    let of_row = &cells[start * bytes..(start + width) * bytes];
    match (blend, raw_type) {
        (CellBlend::Mean, RawType::U8) => fill(target, |k| u32::from(of_row[k])),
        (CellBlend::Mean, RawType::U16) => {
            let of_row: &[u16] = bytemuck::cast_slice(of_row);
            fill(target, |k| u32::from(of_row[k]));
        }
        (CellBlend::Mean, RawType::I16) => {
            let of_row: &[i16] = bytemuck::cast_slice(of_row);
            fill(target, |k| i32::from(of_row[k]).cast_unsigned());
        }
        _ => target.copy_from_slice(of_row),
    }
}

fn fill(target: &mut [u8], bits: impl Fn(usize) -> u32) {
    target.as_chunks_mut::<4>().0.iter_mut().enumerate().for_each(|(k, cell)| *cell = bits(k).to_ne_bytes());
}
