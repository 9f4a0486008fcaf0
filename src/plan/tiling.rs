//! How much of each raster the figures need, at which resolutions, and so how it comes to the adapter.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{MapView, Plan, RasterGrid, RasterPlan, Sampling, Step, coloring};
use crate::geo::{Georeference, InverseGrid, PixelRect, Transformers};
use crate::scene::{Look, enlarges};
use crate::style::{Resampling, ResamplingChoice};

/// How a raster comes to the adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// All of it at its own resolution, once.
    Whole,
    /// Tiles of the resolutions that figures need, when they need them: the pages of the tiles that all figures need,
    /// known to within a few percent.
    Tiles(Arc<BTreeSet<u32>>),
}

/// A raster of up to so many bytes is held as a whole: one look-up a cell instead of two.
const MOST_WHOLE_BYTES: u64 = 32 << 20;

/// Every adapter for WebGPU has textures of at least this side.
const MOST_WHOLE_SIDE: u32 = 8192;

/// Chooses each figure's resampling, and whether each raster is read as a whole or in tiles.
///
/// What a figure needs is estimated from a few points, so that it is cheap for very many; when it is drawn the tiles
/// that it needs are known exactly. How a figure looks does not depend on the others of the run.
pub(super) fn settle(plan: &mut Plan) {
    let transformers = Transformers::default();
    let Plan { steps, views, figures, raster_memory, .. } = plan;
    let mut last: Option<Settled> = None;
    for figures in figures.chunk_by_mut(|a, b| a.step == b.step) {
        let Some(Step { raster: Some(raster), .. }) = steps.get_mut(figures[0].step as usize) else { continue };
        let on: Vec<u32> = figures.iter().map(|figure| figure.view).collect();
        let settled = match last.take() {
            // Rasters on one grid need the same for the same maps.
            Some(settled) if settled.fits(raster, &on) => settled,
            _ => Settled::new(raster, on, views, *raster_memory, &transformers),
        };
        for (figure, sampling) in figures.iter_mut().zip(&settled.samplings) {
            Sampling { resampling: figure.resampling, finest_only: figure.finest_only } = *sampling;
        }
        raster.access = settled.access.clone();
        last = Some(settled);
    }
    settle_overlays(plan, &transformers);
}

/// The same for the rasters over those of the steps: one may lie over many steps, on the same maps.
fn settle_overlays(plan: &mut Plan, transformers: &Transformers) {
    let Plan { steps, overlays, views, figures, raster_memory, .. } = plan;
    let mut on: Vec<Vec<u32>> = vec![Vec::new(); overlays.len()];
    for figure in figures.iter() {
        for index in &steps[figure.step as usize].overlays {
            on[*index as usize].push(figure.view);
        }
    }
    let mut all: Vec<Settled> = Vec::new();
    for (raster, mut on) in overlays.iter_mut().zip(on) {
        on.sort_unstable();
        on.dedup();
        let known = all.last().filter(|last| last.fits(raster, &on)).cloned();
        let settled = known.unwrap_or_else(|| Settled::new(raster, on, views, *raster_memory, transformers));
        raster.access = settled.access.clone();
        all.push(settled);
    }
    for figure in figures.iter_mut() {
        let over = steps[figure.step as usize].overlays.iter();
        figure.over = over.map(|index| all[*index as usize].sampling_on(figure.view)).collect();
    }
}

/// What is settled for one raster's figures.
#[derive(Clone)]
struct Settled {
    grid: Arc<RasterGrid>,
    choice: ResamplingChoice,
    when_shrunk: Resampling,
    cell_bytes: usize,
    /// The maps that it is drawn on, and how.
    on: Vec<u32>,
    samplings: Vec<Sampling>,
    access: Access,
}

impl Settled {
    fn new(
        raster: &RasterPlan,
        on: Vec<u32>,
        views: &[MapView],
        most_bytes: Option<u64>,
        transformers: &Transformers,
    ) -> Self {
        let is_small = is_small(raster);
        let pyramid = &raster.grid.pyramid;
        // Cells of half the size do as well: a pixel then has a few more to look at.
        let first_coarse: u32 =
            (0..2.min(pyramid.levels().len())).map(|level| pyramid.tiles(level).iter().product::<u32>()).sum();
        let mut needed = vec![false; pyramid.page_count() as usize];
        let mut samplings = Vec::new();
        for view in &on {
            let view = &views[*view as usize].view;
            let mut sampling = Sampling { resampling: Resampling::default(), finest_only: is_small };
            // Whatever keeps a sketch from being made is reported when the figure is prepared.
            if let Ok(sketch) = InverseGrid::sketch(view, &raster.grid.georeference, transformers) {
                sampling.resampling = resampling_of(raster, &sketch);
                let rect = PixelRect { corner: [0; 2], size: view.size_px() };
                let is_extreme = sampling.resampling.is_extreme();
                let mut pages = raster.look(Sampling { finest_only: is_extreme, ..sampling }).pages(&sketch, rect);
                sampling.finest_only = is_extreme || is_small && pages.last().is_none_or(|last| *last < first_coarse);
                if sampling.finest_only && !is_extreme {
                    pages = raster.look(sampling).pages(&sketch, rect);
                }
                for page in pages {
                    needed[page as usize] = true;
                }
            }
            samplings.push(sampling);
        }
        let fits = most_bytes.is_none_or(|most| raster.bytes() <= most);
        let access = if !fits || !is_small || samplings.iter().any(|sampling| !sampling.finest_only) {
            let pages = (0..).zip(&needed).filter(|(_, is_needed)| **is_needed).map(|(page, _)| page);
            Access::Tiles(Arc::new(pages.collect()))
        } else {
            Access::Whole
        };
        let is_whole = access == Access::Whole;
        tracing::info!(is_whole, levels = pyramid.levels().len(), "raster");
        Self {
            grid: Arc::clone(&raster.grid),
            choice: raster.resampling,
            when_shrunk: coloring::when_shrunk(&raster.coloring),
            cell_bytes: raster.encoding.raw_type.bytes(),
            on,
            samplings,
            access,
        }
    }

    /// Whether the same follows for another raster on these maps.
    fn fits(&self, raster: &RasterPlan, on: &[u32]) -> bool {
        Arc::ptr_eq(&self.grid, &raster.grid)
            && self.choice == raster.resampling
            && self.when_shrunk == coloring::when_shrunk(&raster.coloring)
            && self.cell_bytes == raster.encoding.raw_type.bytes()
            && self.on == on
    }

    /// How it is drawn on one of its maps, which are sorted.
    fn sampling_on(&self, view: u32) -> Sampling {
        self.on.binary_search(&view).map_or_else(|_| Sampling::default(), |at| self.samplings[at])
    }
}

impl RasterPlan {
    /// How it comes to the adapter where it cannot be read as a whole: a spoiled block costs only the figures that
    /// need it then.
    #[must_use]
    pub fn access_by_tiles(&self) -> Access {
        let own_cells = self.grid.pyramid.tiles(0).iter().product::<u32>();
        Access::Tiles(Arc::new((0..own_cells).collect()))
    }

    /// How a figure that samples it so looks at it.
    #[must_use]
    pub fn look(&self, Sampling { resampling, finest_only }: Sampling) -> Look<'_> {
        let wraps = wraps(&self.grid.georeference);
        Look { pyramid: &self.grid.pyramid, resampling, wraps, finest_only }
    }
}

fn resampling_of(raster: &RasterPlan, sketch: &InverseGrid) -> Resampling {
    match raster.resampling {
        ResamplingChoice::Always(resampling) => resampling,
        ResamplingChoice::Auto if enlarges(sketch, raster.grid.georeference.size) => Resampling::Nearest,
        ResamplingChoice::Auto => coloring::when_shrunk(&raster.coloring),
    }
}

/// Whether a raster can be held as a whole.
fn is_small(raster: &RasterPlan) -> bool {
    let [columns, rows] = raster.grid.georeference.size;
    columns.max(rows) <= MOST_WHOLE_SIDE && raster.bytes() <= MOST_WHOLE_BYTES
}

/// Whether the last column of a raster is followed by its first: it is in longitude and latitude and spans 360 degrees.
#[must_use]
pub fn wraps(raster: &Georeference) -> bool {
    const SHARE_OF_CELL: f64 = 0.01;
    let [_, width, skew_x, _, skew_y, _] = raster.transform.0;
    let missing = (width * f64::from(raster.size[0])).abs() - 360.0;
    raster.crs.is_geographic() && skew_x == 0.0 && skew_y == 0.0 && missing.abs() <= SHARE_OF_CELL * width.abs()
}
