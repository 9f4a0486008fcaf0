//! Looking into the rasters: each of their bands becomes a step, or a fault that costs its own figures.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::coloring::ColoringRequest;
use super::intern::Recent;
use super::legend::Legends;
use super::lines::Lines;
use super::logos;
use super::{Access, Coloring, LayerPlan, RasterGrid, RasterPlan, Step, colorbars, stack};
use crate::error::{Error, Result};
use crate::figure::{Colorbar, FigureStyle, Logo};
use crate::geo::Crs;
use crate::job::{ColorbarJob, Job, RasterJob};
use crate::source::{BandSelection, DatasetPool, Pyramid, RasterSource, stamp_of_dataset};
use crate::style::Range;
use crate::style::layout::{EdgeLabels, Headings, TextLines};

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

/// What rasters are asked for.
pub(super) struct RasterRequest<'a> {
    raster: &'a RasterJob,
    coloring: ColoringRequest<'a>,
    /// Where their datasets may be open.
    pub pool: Arc<DatasetPool>,
    /// Says of an error whose it is.
    fault: &'a (dyn Fn(Error) -> Error + Sync),
}

impl<'a> RasterRequest<'a> {
    /// Checks what can be checked without a raster.
    ///
    /// # Errors
    /// For settings that no raster could fit.
    pub(super) fn new(
        raster: &'a RasterJob,
        colorbar: &'a ColorbarJob,
        fault: &'a (dyn Fn(Error) -> Error + Sync),
    ) -> Result<Self> {
        let coloring = ColoringRequest::new(raster, colorbar).map_err(fault)?;
        let crs = raster.crs.as_deref().map(|definition| Crs::from_user(definition, "--raster-crs")).transpose();
        Ok(Self { raster, coloring, pool: Arc::new(DatasetPool::new(crs.map_err(fault)?)), fault })
    }
}

/// Looks into datasets, several at a time, and finds their bands in order.
pub(super) fn look_into(request: &RasterRequest, names: &[Arc<str>], threads: usize) -> Vec<Looked> {
    let bands = request.raster.bands.clone().unwrap_or_default();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(name) = names.get(index) else { return };
            let looked = look(index, name, &bands, request);
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
    all.into_iter().flatten().map(|looked| sharing.share(looked)).collect()
}

/// The bands of one dataset.
fn look(index: usize, name: &Arc<str>, bands: &BandSelection, request: &RasterRequest) -> Vec<Looked> {
    let pool = &request.pool;
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
        let raster =
            raster_plan([name, &stamp], request, &mut source).map_err(|error| Arc::new((request.fault)(error)));
        all.push(Looked { dataset: index, band: Some(band), raster });
        dataset = source.into_dataset();
    }
    pool.give(dataset);
    all
}

fn raster_plan(
    [name, stamp]: [&Arc<str>; 2],
    request: &RasterRequest,
    source: &mut RasterSource,
) -> Result<RasterPlan> {
    let colored = request.coloring.settle(source)?;
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
        resampling: request.raster.resampling.unwrap_or_default(),
        access: Access::Whole,
        datasets: Arc::clone(&request.pool),
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
/// A subtitle is a little larger than the labels.
const SUBTITLE_SIZE_PT: f64 = 11.0;
/// A footer is the smallest text of a figure.
const FOOTER_SIZE_PT: f64 = 8.0;

/// Gives steps what stands around their maps.
pub(super) struct Styles<'a> {
    job: &'a Job,
    dpi: f64,
    lines: Lines,
    edge_labels: EdgeLabels,
    legends: Option<Legends>,
    logos: Vec<Logo>,
    known: Recent<FigureStyle>,
}

impl<'a> Styles<'a> {
    /// # Errors
    /// For a legend without sense and pictures that cannot be read.
    pub(super) fn new(
        job: &'a Job,
        layers: &[LayerPlan],
        dpi: f64,
        lines: Lines,
        edge_labels: EdgeLabels,
    ) -> Result<Self> {
        let (legends, logos) = (Legends::new(job, layers)?, logos::of(job)?);
        Ok(Self { job, dpi, lines, edge_labels, legends, logos, known: Recent::new() })
    }

    /// A step that draws a raster and those over it, or layers only.
    ///
    /// # Errors
    /// For ticks that are not numbers, sizes of letters that are none, and a legend of categories that there are not.
    pub(super) fn step(
        &mut self,
        raster: Option<RasterPlan>,
        overlays: &[RasterPlan],
        over: Box<[u32]>,
    ) -> Result<Step> {
        let over_it = over.iter().map(|index| &overlays[*index as usize]);
        let colorings = raster.iter().chain(over_it.clone()).map(|raster| &*raster.coloring);
        let legend = self.legends.as_ref().map(|legends| legends.of(colorings)).transpose()?;
        let colorbars = self.colorbars(raster.as_ref(), over_it)?;
        let style = FigureStyle {
            figsize_in: self.job.figure.figsize.map_or(DEFAULT_FIGSIZE_IN, |[width, height]| (width, height)),
            dpi: self.dpi,
            headings: self.headings()?,
            colorbars,
            legend,
            logos: self.logos.clone(),
            edge_labels: self.edge_labels,
            frame_only: self.job.figure.frame_only.unwrap_or(false),
        };
        let mut style = Arc::new(style);
        self.known.share(&mut style);
        Ok(Step { raster, overlays: over, style })
    }

    /// The texts above and below all maps.
    fn headings(&self) -> Result<Headings> {
        let figure = &self.job.figure;
        let text = |key: &str, size: Option<f64>, usual: f64, lines: u32| {
            Range::SIZE_PT.check(format!("[figure] {key}"), size, usual).map(|size_pt| TextLines { size_pt, lines })
        };
        Ok(Headings {
            title: text("titlesize", figure.titlesize, TITLE_SIZE_PT, self.lines.title)?,
            subtitle: text("subtitlesize", figure.subtitlesize, SUBTITLE_SIZE_PT, self.lines.subtitle)?,
            footer: text("footersize", figure.footersize, FOOTER_SIZE_PT, self.lines.footer)?,
        })
    }

    /// The colorbars of a raster and those over it; rasters in their own colours have none.
    fn colorbars<'r>(
        &self,
        raster: Option<&'r RasterPlan>,
        over: impl Iterator<Item = &'r RasterPlan>,
    ) -> Result<Vec<Colorbar>> {
        let one = |bar: &ColorbarJob, of: &RasterJob, raster: &RasterPlan| match &*raster.coloring {
            Coloring::Values(value_map) => colorbars::colorbar(bar, of.extend, value_map, &raster.unit),
            _ => Ok(None),
        };
        let mut all = Vec::new();
        if let Some(raster) = raster {
            all.extend(one(&self.job.colorbar, &self.job.raster, raster)?);
        }
        for (job, raster) in self.job.overlays.iter().zip(over) {
            all.extend(one(&job.colorbar, &job.raster, raster).map_err(|error| stack::fault_of(job, error))?);
        }
        Ok(all)
    }
}
