//! The plan: a job with every name resolved, every number checked and every figure laid out, before any work is
//! done. What is wrong with the job as a whole is an error; what is wrong with one figure is kept with it.
//!
//! A job draws each of its rasters' bands, its [`Step`]s, on each of its regions' maps, its [`MapView`]s. A
//! [`Figure`] is one of the one on one of the other, and holds little of its own: a run may have a hundred thousand.

mod annotations;
mod classes;
mod colorbars;
mod coloring;
mod datasets;
mod figure;
mod figures;
mod file_format;
mod frame_only;
mod graticule;
mod intern;
mod key;
mod labels;
mod legend;
mod limits;
mod lines;
mod logos;
mod machine;
mod norms;
mod paper;
mod patterns;
mod planes;
mod portion;
mod raster;
mod regions;
mod sheet_map;
mod stack;
mod steps;
mod survey;
mod texts;
mod tiling;

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::Result;
use crate::figure::{FigureStyle, Font, NorthArrow};
use crate::geo::{Georeference, View};
use crate::gpu::AdapterChoice;
use crate::job::{Job, MemorySize, ScalebarJob};
use crate::manifest::Shard;
use crate::output::FileFormat;
use crate::scene::LevelKey;
use crate::source::{DatasetPool, FeatureClasses, LayerShapes};
use crate::style::layout::POINTS_PER_INCH;
use crate::style::{LayerStyle, ScaleBar};

pub use annotations::{TextPlace, TextPlan, Words};
pub use figure::{Failure, Figure, Sampling};
pub use graticule::GraticulePlan;
pub use key::Keys;
pub use labels::{LabelPlan, marker_reach_pt};
pub(crate) use machine::megabytes;
pub use machine::{MemoryLimit, Restart};
pub use paper::Paper;
pub use planes::Plane;
pub use raster::{Coloring, RasterGrid, RasterPlan};
pub use sheet_map::SheetMap;
pub use tiling::{Access, wraps};

/// Everything that a run needs to know.
pub struct Plan {
    /// Where the files go.
    pub out_dir: PathBuf,
    /// The part of the job's figures that this plan holds.
    pub shard: Shard,
    /// The rasters' bands in the order in which they are drawn; one without a raster for a job of layers only.
    pub steps: Vec<Step>,
    /// The rasters that are drawn over those of the steps.
    pub overlays: Vec<RasterPlan>,
    /// The maps.
    pub views: Vec<MapView>,
    /// The figures to draw, step by step.
    pub figures: Vec<Figure>,
    /// The figures that cannot be drawn.
    pub failures: Vec<Failure>,
    /// The layers, lowest first.
    pub layers: Vec<LayerPlan>,
    /// The coverage planes that the layers are drawn into, lowest first.
    pub planes: Vec<Plane>,
    /// Meridians and parallels, if they are asked for.
    pub graticule: Option<GraticulePlan>,
    /// Pixels in an inch.
    pub dpi: f64,
    /// What figures are drawn on.
    pub paper: Paper,
    /// What texts are set in.
    pub font: Arc<Font>,
    /// The scale bar on every map; None for none.
    pub scalebar: Option<ScaleBar>,
    /// Texts on maps and figures, the lowest first.
    pub texts: Vec<TextPlan>,
    /// The north arrow in the map.
    pub north_arrow: Option<NorthArrow>,
    /// How figures become files.
    pub file_format: FileFormat,
    /// Whether a world file and the map's system are written beside each.
    pub world_file: bool,
    /// The datasets that were looked into and may still be open: the steps', and each overlay's.
    pub datasets: Vec<Arc<DatasetPool>>,
    /// Where to draw.
    pub adapter: AdapterChoice,
    /// Threads for preparing views and for encoding.
    pub threads: usize,
    /// Bytes that cells may take on the adapter, if the user says.
    pub raster_memory: Option<u64>,
    /// Most memory that the run may take; None for as much as there is.
    pub memory: Option<MemoryLimit>,
    /// What of an earlier run is left as it is.
    pub restart: Restart,
    /// Whether the job is drawn in part, by `--only`.
    pub is_selection: bool,
}

/// One band of one raster, and the rasters over it.
#[derive(Clone)]
pub struct Step {
    /// None draws layers only.
    pub raster: Option<RasterPlan>,
    /// The indices of the rasters over it, lowest first.
    pub overlays: Box<[u32]>,
    /// What stands around its maps.
    pub style: Arc<FigureStyle>,
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
    /// What the legend calls it above its classes.
    pub heading: Option<String>,
    /// What its file may hold, if that was looked at: all kinds of shapes else.
    pub shapes: LayerShapes,
    /// How its features are told apart; None where they are all of one class.
    pub tests: Option<FeatureClasses>,
    /// How it is drawn: one class, or one for each test.
    pub classes: Vec<LayerClass>,
    /// What its features are called on the map; None for a layer without labels.
    pub labels: Option<LabelPlan>,
}

/// Features of a layer that are drawn alike.
#[derive(Clone, Debug)]
pub struct LayerClass {
    /// How they are drawn.
    pub style: LayerStyle,
    /// What the legend calls them; None if they are not in it.
    pub label: Option<String>,
    /// Where they are drawn.
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

/// One map, on which every step may be drawn.
#[derive(Clone, Debug)]
pub struct MapView {
    /// What the map shows.
    pub view: View,
    /// The simplification level of its outlines.
    pub level: LevelKey,
    /// Metres on the ground that its finest pixel spans.
    pub metres_per_px: f64,
    /// Where names get their places; None if no layer has any.
    pub sheet: Option<Box<SheetMap>>,
}

/// A raster among those of all steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RasterId {
    /// The raster of the step with this index.
    OfStep(usize),
    /// The overlay with this index.
    Overlay(usize),
}

impl MapView {
    /// No segment of the map's outlines is longer, in pixels, unless it spans a seam of the map.
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
    /// Resolves a job: looks into the rasters, checks layers and regions, lays out every figure.
    ///
    /// Without levels or limits each raster is read once for its minimum and maximum.
    ///
    /// # Errors
    /// Whatever keeps every figure from being drawn.
    pub fn new(job: &Job) -> Result<Self> {
        let job = &*frame_only::as_drawn(job);
        let mut graticule = GraticulePlan::of(job)?;
        let (layers, planes) = planes::assign(job, graticule.as_mut())?;
        let plan = Self {
            out_dir: job.output.dir.clone().unwrap_or_else(|| PathBuf::from(".")),
            shard: machine::shard(job)?,
            steps: Vec::new(),
            overlays: Vec::new(),
            views: Vec::new(),
            figures: Vec::new(),
            failures: Vec::new(),
            layers,
            planes,
            graticule,
            dpi: dpi_of(job),
            paper: Paper::of(job)?,
            font: Arc::new(Font::with_fallbacks(&job.figure.fonts)?),
            scalebar: job.scalebar.as_ref().map(ScalebarJob::settled).transpose()?,
            texts: annotations::of(job)?,
            north_arrow: annotations::north_arrow(job)?,
            file_format: file_format::of(job)?,
            world_file: job.output.world_file.unwrap_or(false),
            datasets: Vec::new(),
            adapter: job.adapter.as_deref().unwrap_or("auto").parse().unwrap_or_default(),
            threads: machine::threads(job),
            raster_memory: job.raster.memory.map(|MemorySize(bytes)| bytes),
            memory: MemoryLimit::of(job),
            restart: Restart::of(job),
            is_selection: job.regions.only.is_some(),
        };
        figures::lay_out(plan, job)
    }

    /// A length in points as pixels.
    #[must_use]
    pub fn line_px(&self, points: f64) -> f64 {
        points * self.dpi / POINTS_PER_INCH
    }

    /// The width of the widest line or point in pixels.
    #[must_use]
    pub fn widest_line_px(&self) -> f64 {
        self.classes().map(|class| self.line_px(class.style.widest_pt())).fold(0.0, f64::max)
    }

    /// Whether some layer has a colour for areas.
    #[must_use]
    pub fn has_areas(&self) -> bool {
        self.classes().any(|class| class.planes.face.is_some())
    }

    /// The classes of all layers, lowest first.
    pub fn classes(&self) -> impl Iterator<Item = &LayerClass> {
        self.layers.iter().flat_map(|layer| &layer.classes)
    }

    /// The map of a figure.
    #[must_use]
    pub fn view_of(&self, figure: &Figure) -> &MapView {
        &self.views[figure.view as usize]
    }

    /// The step of a figure.
    #[must_use]
    pub fn step_of(&self, figure: &Figure) -> &Step {
        &self.steps[figure.step as usize]
    }

    /// The raster of a figure.
    #[must_use]
    pub fn raster_of(&self, figure: &Figure) -> Option<&RasterPlan> {
        self.step_of(figure).raster.as_ref()
    }

    /// The rasters of a step, from the lowest to the highest.
    #[must_use]
    pub fn stack(&self, step: usize) -> Vec<RasterId> {
        let Step { raster, overlays, .. } = &self.steps[step];
        let lowest = raster.as_ref().map(|_| RasterId::OfStep(step));
        lowest.into_iter().chain(overlays.iter().map(|index| RasterId::Overlay(*index as usize))).collect()
    }

    /// A raster.
    #[must_use]
    pub fn raster(&self, id: RasterId) -> Option<&RasterPlan> {
        match id {
            RasterId::OfStep(step) => self.steps.get(step)?.raster.as_ref(),
            RasterId::Overlay(index) => self.overlays.get(index),
        }
    }

    /// The rasters of a figure, from the lowest to the highest.
    pub fn rasters_of(&self, figure: &Figure) -> impl Iterator<Item = &RasterPlan> {
        let Step { raster, overlays, .. } = self.step_of(figure);
        raster.iter().chain(overlays.iter().map(|index| &self.overlays[*index as usize]))
    }

    /// How many rasters are on the adapter at a time, the next step's among them.
    #[must_use]
    pub fn rasters_at_a_time(&self) -> u64 {
        let common = self.steps.iter().map(|step| step.overlays.len()).max().unwrap_or(0);
        let of_steps = common.min(self.overlays.len());
        let taking_turns = self.overlays.len() > common;
        self.steps.len().clamp(1, 2) as u64 + of_steps as u64 * if taking_turns { 2 } else { 1 }
    }

    /// Where a figure goes.
    #[must_use]
    pub fn path_of(&self, figure: &Figure) -> PathBuf {
        self.out_dir.join(&*figure.file)
    }

    /// Where the pixels of a figure's file lie: those of the map box have the map's extent.
    #[must_use]
    pub fn place_of(&self, figure: &Figure) -> Georeference {
        let map = figure.layout.map;
        self.view_of(figure).view.figure_georeference([map.x, map.y], figure.size_px())
    }

    /// Settles how the rasters come to the adapter for the figures that the plan holds now.
    pub fn settle_access(&mut self) {
        tiling::settle(self);
    }
}

/// matplotlib's default for figures on screens.
const DEFAULT_DPI: f64 = 100.0;

/// Pixels in an inch of a job's figures.
fn dpi_of(job: &Job) -> f64 {
    job.figure.dpi.unwrap_or(DEFAULT_DPI)
}
