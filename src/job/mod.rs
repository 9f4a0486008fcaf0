//! What was asked for, before any of it is checked against data: the job file, and the flags that override it.

#[macro_use]
mod choices;
mod annotation;
mod categories;
mod class;
mod cmap;
mod colorbar;
mod datasets;
mod figure;
mod graticule;
mod halo;
mod layer;
mod legend;
mod logo;
mod memory;
mod north_arrow;
mod numbers;
mod overlay;
mod scalebar;
mod stack;

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use self::annotation::{TextBoxJob, TextCoords, TextJob};
pub use self::categories::Categories;
use self::choices::choice;
pub use self::choices::{Adjustable, NormKind};
pub use self::cmap::ColormapJob;
pub use self::colorbar::{ColorbarJob, ColorbarLocation, ExtendFracJob, MinorTicksJob};
pub use self::figure::FigureJob;
pub use self::graticule::{GraticuleJob, GraticuleLabelsJob, GraticuleStep};
pub use self::halo::{HaloJob, HaloTable};
pub use self::layer::LayerJob;
pub use self::legend::LegendJob;
pub use self::logo::LogoJob;
pub use self::memory::MemorySize;
pub use self::north_arrow::NorthArrowJob;
pub use self::numbers::Numbers;
pub use self::scalebar::ScalebarJob;
pub use self::stack::OverlayJob;
use crate::error::{Error, Result};
use crate::manifest::Shard;
use crate::output::{Format, PngLevel};
use crate::source::{BandSelection, relative_to};
use crate::style::{Extend, ResamplingChoice};

/// A job: every setting that a user may give, each absent until it is given.
///
/// The job file is TOML with these names. Relative paths in it are relative to its own folder.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Job {
    /// The rasters and how their values become colours.
    pub raster: RasterJob,
    /// Rasters over that, from the lowest to the highest.
    #[serde(rename = "overlay")]
    pub overlays: Vec<OverlayJob>,
    /// Outlines over the raster.
    #[serde(rename = "layer")]
    pub layers: Vec<LayerJob>,
    /// What to draw maps of.
    pub regions: RegionsJob,
    /// The map projection.
    pub map: MapJob,
    /// The sheet that a map is on.
    pub figure: FigureJob,
    /// The colorbar beside the map.
    pub colorbar: ColorbarJob,
    /// The legend in the map's box; there is none unless this is given.
    pub legend: Option<LegendJob>,
    /// The scale bar in the map's box; there is none unless this is given.
    pub scalebar: Option<ScalebarJob>,
    /// Texts on the map or the figure.
    #[serde(rename = "text")]
    pub texts: Vec<TextJob>,
    /// Pictures on the map or the figure.
    #[serde(rename = "logo")]
    pub logos: Vec<LogoJob>,
    /// The north arrow in the map; there is none unless this is given.
    pub north_arrow: Option<NorthArrowJob>,
    /// Meridians and parallels; none without it.
    pub graticule: Option<GraticuleJob>,
    /// Where figures are written.
    pub output: OutputJob,
    /// `auto`, `cpu`, `gpu`, a number from `mapfolio adapters`, or a part of an adapter's name.
    pub adapter: Option<String>,
    /// Threads to use; default: as many as there are cores.
    pub threads: Option<NonZeroU32>,
    /// Most memory that the run may use; default: what the process' control group allows.
    pub max_memory: Option<MemorySize>,
    /// The part of the figures to draw; default: all.
    #[serde(deserialize_with = "choices::parsed")]
    pub shard: Option<Shard>,
}

/// The rasters and how their values become colours.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RasterJob {
    /// Names that GDAL opens, and patterns of file names with `*`, `?` and `[..]`; one or several.
    #[serde(rename = "path", deserialize_with = "datasets::one_or_several")]
    pub paths: Vec<String>,
    /// A text file of such names, one a line.
    pub list: Option<PathBuf>,
    /// Which rasters of a container such as a netCDF file to draw, by a pattern of their names.
    pub subdatasets: Option<String>,
    /// The system of a raster that has none, or in place of its own.
    pub crs: Option<String>,
    /// The bands: by number, counted from 1, or description; one, several or all; default 1.
    #[serde(rename = "band", deserialize_with = "datasets::bands")]
    pub bands: Option<BandSelection>,
    /// A colormap's name, a file of colours, or colours.
    pub cmap: Option<ColormapJob>,
    /// How many colours to take out of the colormap.
    pub lut: Option<usize>,
    /// Boundaries: a list of numbers, or text as `--levels` takes it.
    pub levels: Option<Numbers>,
    /// The value of the first colour, in value units.
    pub vmin: Option<f64>,
    /// The value of the last colour, in value units.
    pub vmax: Option<f64>,
    /// How values are spread over the colours.
    #[serde(deserialize_with = "choice")]
    pub norm: Option<NormKind>,
    /// The value of the middle colour, of norms that have one.
    pub vcenter: Option<f64>,
    /// From the middle to each end, of a centered norm; default: so far that all values are within.
    pub halfrange: Option<f64>,
    /// The exponent of a power norm.
    pub gamma: Option<f64>,
    /// Up to where a symlog norm is linear, in value units.
    pub linthresh: Option<f64>,
    /// How many decades each half of that range is as long as; default 1.
    pub linscale: Option<f64>,
    /// The colours of a categorical norm: a list of tables with `value`, `color` and perhaps `name`, or text as
    /// `--categories` takes it.
    pub categories: Option<Categories>,
    /// A colour for values under the range of the norm; default: the colormap's.
    pub under: Option<String>,
    /// A colour for values over the range of the norm; default: the colormap's.
    pub over: Option<String>,
    /// A colour for cells without a value; default: none.
    pub bad: Option<String>,
    /// Which ends of the colormap have a colour of their own for values beyond them.
    #[serde(deserialize_with = "choice")]
    pub extend: Option<Extend>,
    /// How cells are sampled.
    #[serde(deserialize_with = "choice")]
    pub resampling: Option<ResamplingChoice>,
    /// The opacity of all colours, 0 to 1, which multiplies their own; default 1.
    pub alpha: Option<f64>,
    /// Most memory for cells on the adapter; larger rasters are read in tiles.
    pub memory: Option<MemorySize>,
}

impl RasterJob {
    /// Takes relative paths as relative to `folder`.
    fn move_to(&mut self, folder: &Path) {
        for dataset in &mut self.paths {
            *dataset = relative_to(folder, dataset);
        }
        if let Some(list) = &mut self.list {
            *list = relative_to(folder, &list.to_string_lossy()).into();
        }
        if let Some(cmap) = &mut self.cmap {
            cmap.move_to(folder);
        }
        if let Some(crs) = &mut self.crs {
            move_system(crs, folder);
        }
    }

    /// Whether any raster is named.
    #[must_use]
    pub fn is_given(&self) -> bool {
        !self.paths.is_empty() || self.list.is_some()
    }
}

/// What to draw maps of.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegionsJob {
    /// A CSV file of regions.
    pub path: Option<PathBuf>,
    /// A pattern of names with `*` and `?`: draw only these.
    pub only: Option<String>,
    /// Regions without a file, each as `NAME=X0,X1,Y0,Y1`.
    pub extents: Vec<String>,
    /// The system of the extents, as [`crate::geo::Crs::from_user`] reads it; default: the map's.
    pub crs: Option<String>,
}

/// The map projection.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MapJob {
    /// The map's system as [`crate::geo::Crs::from_user`] reads it; default: the raster's own.
    pub crs: Option<String>,
    /// What gives way where a region's shape differs from the box's.
    #[serde(deserialize_with = "choice")]
    pub adjustable: Option<Adjustable>,
    /// The map's colour where nothing is drawn, as matplotlib's `axes.facecolor`; default white.
    pub facecolor: Option<String>,
}

/// Where figures are written.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutputJob {
    /// The folder.
    pub dir: Option<PathBuf>,
    /// A template of file names; default `{name}.png`, with several rasters or bands `{raster}_{name}.png` and the like.
    pub name: Option<String>,
    /// The files' format; default: what the names end in, else PNG.
    #[serde(deserialize_with = "choice")]
    pub format: Option<Format>,
    /// Of JPEG, 1 to 100; default 90.
    pub quality: Option<u8>,
    /// Time spent on small PNG files; default little.
    #[serde(deserialize_with = "choice")]
    pub png_level: Option<PngLevel>,
    /// Whether PNG figures of at most 256 colours get a palette.
    pub png_palette: Option<bool>,
    /// Whether a world file and the map's system are written beside each figure.
    pub world_file: Option<bool>,
    /// Leave out what an earlier run has drawn of the same inputs.
    pub resume: Option<bool>,
    /// Draw only what this manifest does not list as drawn.
    pub retry_failed: Option<PathBuf>,
}

impl Job {
    /// Reads a job file.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::JobFile`] with line and column for what is not understood:
    /// bad TOML, an unknown key, a value of the wrong kind.
    pub fn from_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(Error::io(path, "read"))?;
        let mut job: Self =
            toml::from_str(&text).map_err(|source| Error::JobFile { path: path.into(), source: Box::new(source) })?;
        job.move_to(path.parent().unwrap_or(Path::new("")));
        Ok(job)
    }

    /// Takes relative paths as relative to `folder`.
    fn move_to(&mut self, folder: &Path) {
        self.raster.move_to(folder);
        self.overlays.iter_mut().for_each(|overlay| overlay.raster.move_to(folder));
        let layers = self.layers.iter_mut().map(|layer| &mut layer.path);
        let others = [&mut self.regions.path, &mut self.output.dir, &mut self.output.retry_failed];
        let logos = self.logos.iter_mut().map(|logo| &mut logo.path);
        let others = others.into_iter().flatten().chain(&mut self.figure.fonts);
        for path in layers.chain(logos).chain(others) {
            *path = relative_to(folder, &path.to_string_lossy()).into();
        }
        let of_texts = self.texts.iter_mut().map(|text| &mut text.crs);
        for crs in [&mut self.regions.crs, &mut self.map.crs].into_iter().chain(of_texts).flatten() {
            move_system(crs, folder);
        }
    }
}

/// Of all ways to write a system only the name of a .prj file is a path.
fn move_system(crs: &mut String, folder: &Path) {
    if Path::new(crs.as_str()).extension().is_some_and(|e| e.eq_ignore_ascii_case("prj")) {
        *crs = relative_to(folder, crs);
    }
}
