//! The plan: a job with every name resolved, every number checked and every figure laid out, before any work is
//! done. What is wrong with the job as a whole is an error; what is wrong with one figure is kept with it.

mod coloring;
mod figures;
mod planes;
mod tiling;

use std::path::PathBuf;
use std::sync::Mutex;

use crate::error::{Error, Result};
use crate::figure::{FigureStyle, Font};
use crate::geo::{Crs, Georeference, View};
use crate::gpu::AdapterChoice;
use crate::job::Job;
use crate::scene::LevelKey;
use crate::source::{Encoding, Pyramid, RasterSource};
use crate::style::layout::POINTS_PER_INCH;
use crate::style::{Color, LayerStyle, Layout, Resampling, ResamplingChoice, ValueMap};

pub use planes::Plane;
pub use tiling::{Access, wraps};

/// Everything that a run needs to know.
pub struct Plan {
    /// Where the files go.
    pub out_dir: PathBuf,
    /// The raster; None draws outlines only.
    pub raster: Option<RasterPlan>,
    /// The layers, lowest first.
    pub layers: Vec<LayerPlan>,
    /// The coverage planes that the layers are drawn into, lowest first.
    pub planes: Vec<Plane>,
    /// What stands around the maps.
    pub figure_style: FigureStyle,
    /// Colour of the map where nothing is drawn.
    pub facecolor: Color,
    /// The figures to draw.
    pub figures: Vec<Figure>,
    /// The figures that cannot be drawn.
    pub failures: Vec<Failure>,
    /// Where to draw.
    pub adapter: AdapterChoice,
    /// Threads for preparing views and for encoding.
    pub threads: usize,
}

/// The raster and how its cells become colours.
pub struct RasterPlan {
    /// The open dataset, for whoever reads it to take: it serves one thread at a time.
    pub source: Mutex<Option<RasterSource>>,
    /// Where it lies.
    pub georeference: Georeference,
    /// How cells become values.
    pub encoding: Encoding,
    /// The unit of the values; empty if the file gives none.
    pub unit: String,
    /// How cells become colours.
    pub coloring: Coloring,
    /// How the figures' resampling is chosen.
    pub resampling: ResamplingChoice,
    /// Its resolutions in tiles.
    pub pyramid: Pyramid,
    /// How it comes to the adapter.
    pub access: Access,
}

/// How cells become colours.
#[derive(Clone, Debug)]
pub enum Coloring {
    /// By the value.
    Values(ValueMap),
    /// Cells are numbers of these colours.
    Table(Vec<[u8; 4]>),
    /// Cells are colours.
    Colors,
}

/// One layer of points, lines or polygons.
#[derive(Clone, Debug)]
pub struct LayerPlan {
    /// The file.
    pub path: PathBuf,
    /// The layer's name, for datasets with several.
    pub name: Option<String>,
    /// Which of its features are drawn: a condition in GDAL's SQL.
    pub filter: Option<String>,
    /// How it is drawn.
    pub style: LayerStyle,
    /// Where it is drawn.
    pub planes: LayerPlanes,
}

/// The indices of a layer's coverage planes; None for what is not drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayerPlanes {
    /// Areas.
    pub face: Option<usize>,
    /// Discs of points.
    pub marker_face: Option<usize>,
    /// Lines and edges.
    pub edge: Option<usize>,
    /// Rings round points.
    pub marker_edge: Option<usize>,
}

/// One figure to draw.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The region's name.
    pub name: String,
    /// The title; None for none.
    pub title: Option<String>,
    /// The file.
    pub path: PathBuf,
    /// What the map shows.
    pub view: View,
    /// Where the parts of the figure stand.
    pub layout: Layout,
    /// How its pixels are made of the raster's cells.
    pub resampling: Resampling,
    /// The simplification level of its outlines.
    pub level: LevelKey,
    /// Metres on the ground that its finest pixel spans.
    pub metres_per_px: f64,
}

/// One figure that cannot be drawn.
#[derive(Debug)]
pub struct Failure {
    /// The region's name, or its place in the file where it has none.
    pub name: String,
    /// Why.
    pub error: Error,
}

impl Figure {
    /// Width and height in pixels.
    #[must_use]
    pub fn size_px(&self) -> [u32; 2] {
        [self.layout.width_px, self.layout.height_px]
    }

    /// No segment of the figure's outlines is longer, in pixels, unless it spans a seam of the map.
    #[must_use]
    pub fn longest_segment_px(&self) -> f64 {
        // The finest pixel was found on a coarse grid; between its points others may be finer.
        const ALLOWANCE: f64 = 4.0;
        const LEAST_PX: f64 = 32.0;
        (ALLOWANCE * self.level.longest_segment_m() / self.metres_per_px).max(LEAST_PX)
    }

    /// The extent for messages.
    #[must_use]
    pub fn extent_text(&self) -> String {
        let [x0, x1, y0, y1] = self.view.extent.bounds();
        format!("x {x0} to {x1}, y {y0} to {y1}")
    }
}

impl Plan {
    /// Resolves a job: opens the raster, checks layers and regions, lays out every figure.
    ///
    /// Without levels or limits the whole raster is read once for its minimum and maximum.
    ///
    /// # Errors
    /// Whatever keeps every figure from being drawn.
    pub fn new(job: &Job) -> Result<Self> {
        coloring::check_has_raster(job)?;
        let raster = job.raster.path.as_deref().map(|path| coloring::open(job, path)).transpose()?;
        let (layers, planes) = planes::assign(job)?;
        let map_crs = map_crs(job, raster.as_ref())?;
        let regions = figures::Regions::of(job, raster.as_ref(), &map_crs)?;
        let figure_style = figure_style(job, raster.as_ref(), &regions)?;
        let layout = Layout::new(&figure_style.layout_spec(Font::embedded()))?;
        let mut plan = Self {
            out_dir: job.output.dir.clone().unwrap_or_else(|| PathBuf::from(".")),
            raster,
            layers,
            planes,
            figure_style,
            facecolor: Color::WHITE,
            figures: Vec::new(),
            failures: Vec::new(),
            adapter: job.adapter.as_deref().unwrap_or("auto").parse().unwrap_or_default(),
            threads: threads(job),
        };
        figures::lay_out(&mut plan, job, regions, &map_crs, &layout);
        tiling::settle(&mut plan, job.max_memory);
        Ok(plan)
    }

    /// A length in points as pixels.
    #[must_use]
    pub fn line_px(&self, points: f64) -> f64 {
        points * self.figure_style.dpi / POINTS_PER_INCH
    }

    /// The width of the widest line or point in pixels.
    #[must_use]
    pub fn widest_line_px(&self) -> f64 {
        let widest_pt = |style: &LayerStyle| style.linewidth_pt + style.markersize_pt;
        self.layers.iter().map(|layer| self.line_px(widest_pt(&layer.style))).fold(0.0, f64::max)
    }

    /// Whether some layer has a colour for areas.
    #[must_use]
    pub fn has_areas(&self) -> bool {
        self.layers.iter().any(|layer| layer.planes.face.is_some())
    }
}

fn map_crs(job: &Job, raster: Option<&RasterPlan>) -> Result<Crs> {
    match (&job.map.crs, raster) {
        (Some(definition), _) => Crs::from_user(definition, "--crs"),
        (None, Some(raster)) => Ok(raster.georeference.crs.clone()),
        (None, None) => Err(Error::Missing {
            key: "--crs".into(),
            remedy: "without a raster the map needs a coordinate reference system, such as lcc or EPSG:3857".into(),
        }),
    }
}

/// A sheet on which a map of a continent's part and its counties can be read; the dpi is matplotlib's.
const DEFAULT_FIGSIZE_IN: (f64, f64) = (14.0, 9.0);
const DEFAULT_DPI: f64 = 100.0;
/// A title stands out from the labels as in the figures that forecasters publish.
const TITLE_SIZE_PT: f64 = 16.0;

fn figure_style(job: &Job, raster: Option<&RasterPlan>, regions: &figures::Regions) -> Result<FigureStyle> {
    let frame_only = job.figure.frame_only.unwrap_or(false);
    let colorbar = match raster {
        Some(raster) if !frame_only => coloring::colorbar(job, raster)?,
        _ => None,
    };
    Ok(FigureStyle {
        figsize_in: job.figure.figsize.map_or(DEFAULT_FIGSIZE_IN, |[width, height]| (width, height)),
        dpi: job.figure.dpi.unwrap_or(DEFAULT_DPI),
        title_size_pt: TITLE_SIZE_PT,
        title_lines: regions.most_title_lines(),
        colorbar,
        frame_only,
    })
}

fn threads(job: &Job) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    job.threads.map_or(cores, |threads| threads.get() as usize)
}
