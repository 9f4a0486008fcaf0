//! How much of the raster the figures need, at which resolutions, and so how it comes to the adapter.

use std::collections::BTreeSet;

use super::{Plan, coloring};
use crate::geo::{Georeference, InverseGrid, Transformers};
use crate::job::MemorySize;
use crate::scene::{Look, PixelRect, enlarges};
use crate::style::{Resampling, ResamplingChoice};

/// How a raster comes to the adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// All of it at its own resolution, once.
    Whole,
    /// Tiles of the resolutions that figures need, when they need them.
    Tiles {
        /// The pages of the tiles that all figures need; known to within a few percent.
        estimated: BTreeSet<u32>,
        /// Bytes that the tiles may take, if the user said.
        budget_bytes: Option<u64>,
    },
}

/// A raster of up to so many bytes is held as a whole: one look-up a cell instead of two.
const MOST_WHOLE_BYTES: u64 = 32 << 20;

/// Every adapter for WebGPU has textures of at least this side.
const MOST_WHOLE_SIDE: u32 = 8192;

/// What a run takes beside the tiles of its raster: the program, the adapter's driver, outlines, and images in work.
const OTHER_BYTES: u64 = 190 << 20;

/// Even where a run may take little memory, its tiles get so much.
const FEWEST_TILE_BYTES: u64 = 2 << 20;

/// Chooses each figure's resampling, and whether the raster is read as a whole or in tiles.
///
/// What a figure needs is estimated from a few points, so that it is cheap for very many; when it is drawn the tiles
/// that it needs are known exactly.
pub(super) fn settle(plan: &mut Plan, max_memory: Option<MemorySize>) {
    let Some(raster) = &mut plan.raster else { return };
    let transformers = Transformers::default();
    let mut needed = vec![false; raster.pyramid.page_count() as usize];
    for figure in &mut plan.figures {
        // Whatever keeps a sketch from being made is reported when the figure is prepared.
        let Ok(sketch) = InverseGrid::sketch(&figure.view, &raster.georeference, &transformers) else { continue };
        figure.resampling = match raster.resampling {
            ResamplingChoice::Always(resampling) => resampling,
            ResamplingChoice::Auto if enlarges(&sketch, raster.georeference.size) => Resampling::Nearest,
            ResamplingChoice::Auto => coloring::when_shrunk(&raster.coloring),
        };
        let look = Look { pyramid: &raster.pyramid, resampling: figure.resampling, wraps: wraps(&raster.georeference) };
        let size = [figure.view.width_px, figure.view.height_px];
        for page in look.pages(&sketch, PixelRect { corner: [0; 2], size }) {
            needed[page as usize] = true;
        }
    }
    let budget_bytes =
        max_memory.map(|MemorySize(all)| all.saturating_sub(OTHER_BYTES).max(all / 8).max(FEWEST_TILE_BYTES));
    let [columns, rows] = raster.georeference.size;
    let bytes = u64::from(columns) * u64::from(rows) * raster.encoding.raw_type.bytes() as u64;
    // Cells of half the size do as well: a pixel then has a few more to look at.
    let first_coarse: u32 = (0..2.min(raster.pyramid.levels().len()))
        .map(|level| raster.pyramid.tiles(level).iter().product::<u32>())
        .sum();
    let is_small =
        columns.max(rows) <= MOST_WHOLE_SIDE && bytes <= budget_bytes.unwrap_or(u64::MAX).min(MOST_WHOLE_BYTES);
    raster.access = if is_small && !needed[first_coarse as usize..].contains(&true) {
        Access::Whole
    } else {
        let estimated = (0..).zip(&needed).filter(|(_, is_needed)| **is_needed).map(|(page, _)| page).collect();
        Access::Tiles { estimated, budget_bytes }
    };
    let is_whole = raster.access == Access::Whole;
    tracing::info!(is_whole, levels = raster.pyramid.levels().len(), "raster");
}

/// Whether the last column of a raster is followed by its first: it is in longitude and latitude and spans 360 degrees.
#[must_use]
pub fn wraps(raster: &Georeference) -> bool {
    const SHARE_OF_CELL: f64 = 0.01;
    let [_, width, skew_x, _, skew_y, _] = raster.transform.0;
    let missing = (width * f64::from(raster.size[0])).abs() - 360.0;
    raster.crs.is_geographic() && skew_x == 0.0 && skew_y == 0.0 && missing.abs() <= SHARE_OF_CELL * width.abs()
}
