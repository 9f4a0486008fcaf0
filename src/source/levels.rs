//! The resolutions at which a raster can be read: its own, those of the file's overviews, and halved ones made from
//! either; all cut into tiles.

use gdal::raster::RasterBand;

/// Most levels of a raster; the length of `levels` in `frame.wgsl`.
pub const MAX_RASTER_LEVELS: usize = 16;

/// One resolution of a raster.
#[derive(Clone, Debug, PartialEq)]
pub struct RasterLevel {
    /// Columns and rows.
    pub size: [u32; 2],
    /// Its cells along a side of one of the raster's own, at most 1.
    pub per_cell: [f64; 2],
    /// The overview that it is read from; None: the band itself.
    pub(super) overview: Option<usize>,
    /// How many times what is read is halved.
    pub(super) halvings: u32,
    /// Columns and rows of the blocks of what is read.
    pub(super) block_size: [u32; 2],
    /// Columns and rows of what is read.
    pub(super) read_size: [u32; 2],
}

/// The levels of a band from its own resolution to the coarsest.
///
/// The file's overviews are taken as they are; where one is more than three times coarser than the next finer level,
/// halved levels fill the gap, and they go on from the coarsest.
pub(super) fn levels_of(band: &RasterBand) -> Vec<RasterLevel> {
    let own = pair(band.size());
    let mut sources = vec![(None, own, pair(band.block_size()))];
    for k in 0..band.overview_count().unwrap_or(0).max(0) as usize {
        if let Ok(overview) = band.overview(k) {
            sources.push((Some(k), pair(overview.size()), pair(overview.block_size())));
        }
    }
    sources[1..].sort_by_key(|(_, size, _)| std::cmp::Reverse(u64::from(size[0]) * u64::from(size[1])));
    let mut levels: Vec<RasterLevel> = Vec::new();
    for k in 0..sources.len() {
        let (overview, read_size, block_size) = sources[k];
        if let Some(finer) = levels.last()
            && !is_coarser(read_size, finer.size)
        {
            continue;
        }
        let next = sources[k + 1..].iter().map(|(_, size, _)| *size).find(|size| is_coarser(*size, read_size));
        for halvings in 0_u32.. {
            let size = read_size.map(|n| n.div_ceil(1 << halvings));
            let fills_gap = next.is_none_or(|next| f64::from(size[0]) > 1.5 * f64::from(next[0]));
            let is_useful = size.iter().any(|n| *n > COARSEST_CELLS / 2);
            if levels.len() == MAX_RASTER_LEVELS || halvings > 0 && !(fills_gap && is_useful) {
                break;
            }
            let per_cell = [0, 1]
                .map(|axis| f64::from(read_size[axis]) / f64::from(own[axis]) * 0.5_f64.powi(halvings.cast_signed()));
            levels.push(RasterLevel { size, per_cell, overview, halvings, block_size, read_size });
        }
    }
    levels
}

/// Halving goes on until the longer side has so few cells.
const COARSEST_CELLS: u32 = 128;

fn is_coarser(size: [u32; 2], than: [u32; 2]) -> bool {
    size[0] <= than[0] && size[1] <= than[1] && size != than && size.iter().all(|n| *n > 0)
}

/// GDAL holds sizes as non-negative C ints.
fn pair((x, y): (usize, usize)) -> [u32; 2] {
    [x, y].map(|n| u32::try_from(n).unwrap_or(u32::MAX))
}

/// The tile of one level in a column and row of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// The level's number.
    pub level: usize,
    /// Columns and rows of tiles to the left and above.
    pub at: [u32; 2],
}

/// A raster's levels cut into square tiles; each tile has a number, its page.
#[derive(Clone, Debug, PartialEq)]
pub struct Pyramid {
    levels: Vec<RasterLevel>,
    tile_cells: u32,
    first_pages: Vec<u32>,
}

impl Pyramid {
    /// Cuts levels into tiles of at least `tile_cells` cells a side: larger ones where pages would be too many.
    #[must_use]
    pub fn new(levels: Vec<RasterLevel>, tile_cells: u32) -> Self {
        const MOST_PAGES: u64 = 1 << 20;
        let mut tile_cells = tile_cells;
        let tiles = |size: [u32; 2], side: u32| size.iter().map(|n| u64::from(n.div_ceil(side))).product::<u64>();
        while levels.iter().map(|level| tiles(level.size, tile_cells)).sum::<u64>() > MOST_PAGES {
            tile_cells *= 2;
        }
        let mut first_pages = vec![0];
        for level in &levels {
            first_pages.push(first_pages[first_pages.len() - 1] + tiles(level.size, tile_cells) as u32);
        }
        Self { levels, tile_cells, first_pages }
    }

    /// From the finest to the coarsest.
    #[must_use]
    pub fn levels(&self) -> &[RasterLevel] {
        &self.levels
    }

    /// Cells along a side of a tile.
    #[must_use]
    pub fn tile_cells(&self) -> u32 {
        self.tile_cells
    }

    /// How many pages there are.
    #[must_use]
    pub fn page_count(&self) -> u32 {
        self.first_pages[self.levels.len()]
    }

    /// The first page of a level; its tiles follow row by row.
    #[must_use]
    pub fn first_page(&self, level: usize) -> u32 {
        self.first_pages[level]
    }

    /// Columns and rows of tiles of a level.
    #[must_use]
    pub fn tiles(&self, level: usize) -> [u32; 2] {
        self.levels[level].size.map(|n| n.div_ceil(self.tile_cells))
    }

    /// The number of a tile.
    #[must_use]
    pub fn page(&self, tile: Tile) -> u32 {
        self.first_pages[tile.level] + tile.at[1] * self.tiles(tile.level)[0] + tile.at[0]
    }

    /// The tile with this number.
    #[must_use]
    pub fn tile(&self, page: u32) -> Tile {
        let level = self.first_pages.partition_point(|first| *first <= page) - 1;
        let (within, columns) = (page - self.first_pages[level], self.tiles(level)[0]);
        Tile { level, at: [within % columns, within / columns] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(size: [u32; 2]) -> RasterLevel {
        let (overview, block_size) = (None, [256; 2]);
        RasterLevel { size, per_cell: [1.0; 2], overview, halvings: 0, block_size, read_size: size }
    }

    #[test]
    fn pages_and_tiles_are_inverse() {
        let pyramid = Pyramid::new([[1000, 300], [500, 150], [1, 1]].map(level).to_vec(), 128);
        assert_eq!((pyramid.tiles(0), pyramid.page_count()), ([8, 3], 24 + 8 + 1));
        for page in 0..pyramid.page_count() {
            assert_eq!(pyramid.page(pyramid.tile(page)), page);
        }
        assert_eq!(pyramid.tile(24), Tile { level: 1, at: [0, 0] });
    }

    #[test]
    fn tiles_grow_where_pages_would_be_too_many() {
        let pyramid = Pyramid::new(vec![level([200_000, 100_000])], 128);
        assert_eq!(pyramid.tile_cells(), 256);
    }
}
