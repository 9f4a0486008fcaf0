//! How much of each raster the figures need, at which resolutions, and so how it comes to the adapter.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Figure, MapView, Plan, RasterGrid, RasterPlan, Step, coloring};
use crate::geo::{Georeference, InverseGrid, Transformers};
use crate::scene::{Look, PixelRect, enlarges};
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
        let settled = match last.take() {
            // Rasters on one grid need the same for the same maps.
            Some(settled) if settled.fits(raster, figures) => settled,
            _ => Settled::new(raster, figures, views, *raster_memory, &transformers),
        };
        for (figure, look) in figures.iter_mut().zip(&settled.looks) {
            (figure.resampling, figure.finest_only) = (look.resampling, look.finest_only);
        }
        raster.access = settled.access.clone();
        last = Some(settled);
    }
}

/// What is settled for one raster's figures.
struct Settled {
    grid: Arc<RasterGrid>,
    choice: ResamplingChoice,
    when_shrunk: Resampling,
    cell_bytes: usize,
    looks: Vec<FigureLook>,
    access: Access,
}

/// How one figure looks at its raster.
struct FigureLook {
    view: u32,
    resampling: Resampling,
    finest_only: bool,
}

impl Settled {
    fn new(
        raster: &RasterPlan,
        figures: &[Figure],
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
        let mut settled = Self {
            grid: Arc::clone(&raster.grid),
            choice: raster.resampling,
            when_shrunk: coloring::when_shrunk(&raster.coloring),
            cell_bytes: raster.encoding.raw_type.bytes(),
            looks: Vec::new(),
            access: Access::Whole,
        };
        for figure in figures {
            let view = &views[figure.view as usize].view;
            let mut look = FigureLook { view: figure.view, resampling: Resampling::default(), finest_only: is_small };
            // Whatever keeps a sketch from being made is reported when the figure is prepared.
            if let Ok(sketch) = InverseGrid::sketch(view, &raster.grid.georeference, transformers) {
                look.resampling = resampling_of(raster, &sketch);
                let rect = PixelRect { corner: [0; 2], size: view.size_px() };
                let mut pages = look_at(raster, look.resampling, false).pages(&sketch, rect);
                look.finest_only = is_small && pages.last().is_none_or(|last| *last < first_coarse);
                if look.finest_only {
                    pages = look_at(raster, look.resampling, true).pages(&sketch, rect);
                }
                for page in pages {
                    needed[page as usize] = true;
                }
            }
            settled.looks.push(look);
        }
        let fits = most_bytes.is_none_or(|most| raster.bytes() <= most);
        if !fits || settled.looks.iter().any(|look| !look.finest_only) {
            let pages = (0..).zip(&needed).filter(|(_, is_needed)| **is_needed).map(|(page, _)| page);
            settled.access = Access::Tiles(Arc::new(pages.collect()));
        }
        let is_whole = settled.access == Access::Whole;
        tracing::info!(is_whole, levels = pyramid.levels().len(), "raster");
        settled
    }

    /// Whether the same follows for other figures of another raster.
    fn fits(&self, raster: &RasterPlan, figures: &[Figure]) -> bool {
        Arc::ptr_eq(&self.grid, &raster.grid)
            && self.choice == raster.resampling
            && self.when_shrunk == coloring::when_shrunk(&raster.coloring)
            && self.cell_bytes == raster.encoding.raw_type.bytes()
            && self.looks.iter().map(|look| look.view).eq(figures.iter().map(|figure| figure.view))
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

    /// How a figure looks at it.
    #[must_use]
    pub fn look(&self, figure: &Figure) -> Look<'_> {
        look_at(self, figure.resampling, figure.finest_only)
    }
}

fn look_at(raster: &RasterPlan, resampling: Resampling, finest_only: bool) -> Look<'_> {
    let wraps = wraps(&raster.grid.georeference);
    Look { pyramid: &raster.grid.pyramid, resampling, wraps, finest_only }
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
