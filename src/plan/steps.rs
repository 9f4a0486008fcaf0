//! Looking into the rasters: each of their bands becomes a step, or a fault that costs its own figures.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::coloring::ColoringRequest;
use super::intern::Recent;
use super::{Access, Coloring, RasterGrid, RasterPlan, Step, colorbars};
use crate::error::{Error, Result};
use crate::figure::FigureStyle;
use crate::geo::Crs;
use crate::job::Job;
use crate::source::{BandSelection, DatasetPool, Pyramid, RasterSource, stamp_of_dataset};
use crate::style::layout::EdgeLabels;

/// Cells along a side of a tile: a few percent of a view's, so that little is held that no pixel needs.
const TILE_CELLS: u32 = 128;

/// A band of a dataset, or why it cannot be drawn.
pub(super) struct Looked {
    /// The index of the dataset.
    pub dataset: usize,
    /// The band, if it is known.
    pub band: Option<usize>,
    pub raster: Result<RasterPlan, Arc<Error>>,
}

/// The system that replaces the rasters' own.
pub(super) fn raster_crs(job: &Job) -> Result<Option<Crs>> {
    job.raster.crs.as_deref().map(|definition| Crs::from_user(definition, "--raster-crs")).transpose()
}

/// Looks into datasets, several at a time, and finds their bands in order.
///
/// # Errors
/// For settings that no raster could fit.
pub(super) fn look_into(job: &Job, names: &[Arc<str>], pool: &DatasetPool, threads: usize) -> Result<Vec<Looked>> {
    let request = ColoringRequest::new(job)?;
    let bands = job.raster.bands.clone().unwrap_or_default();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(name) = names.get(index) else { return };
            let looked = look(index, name, &bands, &request, job, pool);
            found.lock().unwrap_or_else(PoisonError::into_inner).push(looked);
        }
    };
    thread::scope(|scope| {
        // Whoever cannot be started is not missed: the first works in this thread.
        let more = threads.min(names.len()).saturating_sub(1);
        let _helpers: Vec<_> =
            (0..more).map(|_| thread::Builder::new().name("opening".into()).spawn_scoped(scope, work)).collect();
        work();
    });
    let mut all = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.sort_unstable_by_key(|looked| looked.first().map(|band| band.dataset));
    let mut sharing = Sharing::new();
    Ok(all.into_iter().flatten().map(|looked| sharing.share(looked)).collect())
}

/// The bands of one dataset.
fn look(
    index: usize,
    name: &Arc<str>,
    bands: &BandSelection,
    request: &ColoringRequest,
    job: &Job,
    pool: &DatasetPool,
) -> Vec<Looked> {
    let failed = |band, error| Looked { dataset: index, band, raster: Err(Arc::new(error)) };
    // Before it is opened: what is read is at least as new.
    let stamp: Arc<str> = stamp_of_dataset(name).into();
    let mut dataset = match pool.take(name) {
        Ok(dataset) => dataset,
        Err(error) => {
            let error = Arc::new(error);
            let failed = |band| Looked { dataset: index, band, raster: Err(Arc::clone(&error)) };
            return bands.known().into_iter().map(failed).collect();
        }
    };
    let mut all = Vec::new();
    let mut asked = bands.known().into_iter();
    for band in dataset.bands(bands) {
        let asked = asked.next().flatten();
        let band = match band {
            Ok(band) => band,
            Err(error) => {
                all.push(failed(asked, error));
                continue;
            }
        };
        let mut source = match RasterSource::of_band(dataset, band) {
            Ok(source) => source,
            Err((back, error)) => {
                all.push(failed(Some(band), error));
                dataset = back;
                continue;
            }
        };
        let raster = raster_plan([name, &stamp], request, job, &mut source).map_err(Arc::new);
        all.push(Looked { dataset: index, band: Some(band), raster });
        dataset = source.into_dataset();
    }
    pool.give(dataset);
    all
}

fn raster_plan(
    [name, stamp]: [&Arc<str>; 2],
    request: &ColoringRequest,
    job: &Job,
    source: &mut RasterSource,
) -> Result<RasterPlan> {
    let colored = request.settle(source)?;
    let info = source.info();
    let pyramid = Pyramid::new(info.levels.clone(), TILE_CELLS);
    Ok(RasterPlan {
        dataset: Arc::clone(name),
        stamp: Arc::clone(stamp),
        band: info.band,
        description: info.description.as_str().into(),
        time: info.time,
        unit: info.unit.as_str().into(),
        grid: Arc::new(RasterGrid { georeference: info.georeference(), pyramid }),
        encoding: info.encoding,
        coloring: Arc::new(colored.coloring),
        range: colored.range,
        resampling: job.raster.resampling.unwrap_or_default(),
        access: Access::Whole,
    })
}

/// What rasters have in common.
struct Sharing {
    grids: Recent<RasterGrid>,
    colorings: Recent<Coloring>,
}

impl Sharing {
    fn new() -> Self {
        Self { grids: Recent::new(), colorings: Recent::new() }
    }

    fn share(&mut self, mut looked: Looked) -> Looked {
        if let Ok(raster) = &mut looked.raster {
            self.grids.share(&mut raster.grid);
            self.colorings.share(&mut raster.coloring);
        }
        looked
    }
}

/// A sheet on which a map of a continent's part and its counties can be read.
const DEFAULT_FIGSIZE_IN: (f64, f64) = (14.0, 9.0);
/// A title stands out from the labels as in the figures that forecasters publish.
const TITLE_SIZE_PT: f64 = 16.0;

/// Gives steps what stands around their maps.
pub(super) struct Styles<'a> {
    job: &'a Job,
    dpi: f64,
    title_lines: u32,
    edge_labels: EdgeLabels,
    known: Recent<FigureStyle>,
}

impl<'a> Styles<'a> {
    pub(super) fn new(job: &'a Job, dpi: f64, title_lines: u32, edge_labels: EdgeLabels) -> Self {
        Self { job, dpi, title_lines, edge_labels, known: Recent::new() }
    }

    /// A step that draws a raster, or layers only.
    ///
    /// # Errors
    /// For ticks that are not numbers.
    pub(super) fn step(&mut self, raster: Option<RasterPlan>) -> Result<Step> {
        let frame_only = self.job.figure.frame_only.unwrap_or(false);
        let colorbar = match raster.as_ref().map(|raster| (&*raster.coloring, &raster.unit)) {
            Some((Coloring::Values(value_map), unit)) if !frame_only => {
                colorbars::colorbar(&self.job.colorbar, self.job.raster.extend, value_map, unit)?
            }
            // A raster in its own colours has none.
            _ => None,
        };
        let style = FigureStyle {
            figsize_in: self.job.figure.figsize.map_or(DEFAULT_FIGSIZE_IN, |[width, height]| (width, height)),
            dpi: self.dpi,
            title_size_pt: TITLE_SIZE_PT,
            title_lines: self.title_lines,
            colorbars: colorbar.into_iter().collect(),
            edge_labels: self.edge_labels,
            frame_only,
        };
        let mut style = Arc::new(style);
        self.known.share(&mut style);
        Ok(Step { raster, style })
    }
}
