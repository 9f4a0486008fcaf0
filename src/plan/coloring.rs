//! How the raster's values become colours.

use super::norms::Settled;
use super::{Coloring, norms};
use crate::error::{Error, Result};
use crate::job::{ColorbarJob, ColormapJob, Job, NormKind, RasterJob};
use crate::source::{OwnColors, RasterInfo, RasterSource, RawType};
use crate::style::{Color, ColorFile, Colormap, Extremes, Resampling, ResamplingChoice, ValueMap, faded};

/// matplotlib's `image.cmap`.
const DEFAULT_COLORMAP: &str = "viridis";

/// How values become colours, as far as the job alone says.
pub(super) struct ColoringRequest<'a> {
    raster: &'a RasterJob,
    colorbar: &'a ColorbarJob,
    colors: Colors,
    extremes: Extremes,
    /// What all colours' opacity is multiplied by.
    alpha: f64,
}

/// Where colours come from.
enum Colors {
    /// A norm spreads values over them.
    Colormap(Colormap, NormKind),
    /// They are given for values.
    File(ColorFile),
}

/// What a band's cells become, and how they are read for it.
pub(super) struct Colored {
    pub coloring: Coloring,
    /// The least and the greatest value, if all cells were looked at.
    pub range: Option<[f64; 2]>,
}

impl<'a> ColoringRequest<'a> {
    /// Checks what can be checked without a raster.
    ///
    /// # Errors
    /// For an unknown colormap or colour, and settings that do not go together.
    pub(super) fn new(raster: &'a RasterJob, colorbar: &'a ColorbarJob) -> Result<Self> {
        let cmap = raster.cmap.clone().unwrap_or_else(|| ColormapJob::from(DEFAULT_COLORMAP));
        let kind = norms::kind(raster)?;
        let colors = match cmap.file_name() {
            Some(name) => {
                check_goes_with_file(raster, name)?;
                Colors::File(ColorFile::read(name)?)
            }
            None => Colors::Colormap(cmap.colormap(raster.lut)?, kind),
        };
        let color = |key, text: &Option<String>| {
            text.as_deref().map(|text| Color::parse(key, text).map(Color::to_table_rgba8)).transpose()
        };
        let extremes = Extremes {
            under: color("--under", &raster.under)?,
            over: color("--over", &raster.over)?,
            bad: color("--bad", &raster.bad)?,
        };
        let alpha = raster.alpha.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&alpha) {
            return Err(Error::value("--alpha", alpha, "is outside 0 to 1", "give an opacity from 0 to 1"));
        }
        Ok(Self { raster, colorbar, colors, extremes, alpha })
    }

    /// Settles the colours of a band. Without levels or limits all of its cells are read for their range.
    ///
    /// # Errors
    /// For a norm without sense, and cells that cannot be read.
    pub(super) fn settle(&self, source: &mut RasterSource) -> Result<Colored> {
        log(source.info());
        if let Some(coloring) = self.own_coloring(source)? {
            return Ok(Colored { coloring, range: None });
        }
        let (map, range) = match &self.colors {
            Colors::Colormap(colormap, kind) => {
                let Settled { norm, range } = norms::settle(self.raster, *kind, source)?;
                (ValueMap::new(norm, colormap, self.extremes)?, range)
            }
            Colors::File(file) => {
                let Settled { norm, range } = norms::of_file(self.raster, file, source)?;
                (ValueMap::with_own_colors(norm, self.extremes)?, range)
            }
        };
        Ok(Colored { coloring: Coloring::Values(map.faded(self.alpha)), range })
    }

    /// The dataset's own colours, if it has some and nothing is said of how values become colours.
    fn own_coloring(&self, source: &mut RasterSource) -> Result<Option<Coloring>> {
        let RasterJob { bands, cmap, lut, levels, vmin, vmax, norm, extend, resampling, .. } = self.raster;
        let asks_for_values = bands.is_some()
            || cmap.is_some()
            || lut.is_some()
            || levels.is_some()
            || vmin.is_some()
            || vmax.is_some()
            || norm.is_some()
            || self.raster.categories.is_some()
            || self.raster.halfrange.is_some();
        let Some(colors) = source.info().own_colors.clone().filter(|_| !asks_for_values) else { return Ok(None) };
        let unused = [
            ("--under", self.raster.under.is_some()),
            ("--over", self.raster.over.is_some()),
            ("--bad", self.raster.bad.is_some()),
            ("--extend", extend.is_some()),
        ];
        if let Some(key) = first_given(unused).or_else(|| self.colorbar.first_given()) {
            return Err(Error::Missing {
                key: "--cmap".into(),
                remedy: format!(
                    "{} has colours of its own, which nothing changes: give --cmap to draw its values, or leave out {key}",
                    source.info().dataset
                ),
            });
        }
        if let Some(ResamplingChoice::Always(kind)) = resampling
            && kind.is_extreme()
        {
            let problem = format!("compares numbers, and {} has colours of its own", source.info().dataset);
            let remedy = "give --cmap to draw its values, or another resampling";
            return Err(Error::value("--resampling", kind.name(), problem, remedy));
        }
        let mixes = matches!(resampling, Some(ResamplingChoice::Always(kind)) if kind.makes_new_values());
        match (colors, source.info().encoding.raw_type) {
            (OwnColors::Table(table), RawType::U8 | RawType::U16) if !mixes => {
                Ok(Some(Coloring::Table(faded(table, self.alpha))))
            }
            _ => {
                source.read_own_colors(self.alpha);
                Ok(Some(Coloring::Colors { alpha: self.alpha }))
            }
        }
    }
}

/// The resampling of views whose cells are smaller than pixels, if the choice is left to us.
pub(super) fn when_shrunk(coloring: &Coloring) -> Resampling {
    // There is no number between those of two colours or categories.
    if coloring.is_of_kinds() { Resampling::Mode } else { Resampling::Average }
}

/// Refuses settings that a file of colours leaves no room for.
fn check_goes_with_file(raster: &RasterJob, file: &str) -> Result<()> {
    let given = [
        ("--lut", raster.lut.is_some()),
        ("--levels", raster.levels.is_some()),
        ("--norm", raster.norm.is_some()),
        ("--categories", raster.categories.is_some()),
        ("--halfrange", raster.halfrange.is_some()),
    ];
    match first_given(given) {
        Some(key) => {
            let remedy = format!("leave out {key}, or give a colormap's name");
            Err(Error::value("--cmap", file, "is a file, which gives colours for values itself", remedy))
        }
        None => Ok(()),
    }
}

/// Refuses settings of a raster where there is none to use them.
pub(super) fn check_has_raster(job: &Job) -> Result<()> {
    let raster = &job.raster;
    let given = [
        ("--overlay", !job.overlays.is_empty()),
        ("--raster-crs", raster.crs.is_some()),
        ("--band", raster.bands.is_some()),
        ("--subdatasets", raster.subdatasets.is_some()),
        ("--cmap", raster.cmap.is_some()),
        ("--lut", raster.lut.is_some()),
        ("--levels", raster.levels.is_some()),
        ("--vmin", raster.vmin.is_some()),
        ("--vmax", raster.vmax.is_some()),
        ("--norm", raster.norm.is_some()),
        ("--vcenter", raster.vcenter.is_some()),
        ("--halfrange", raster.halfrange.is_some()),
        ("--gamma", raster.gamma.is_some()),
        ("--linthresh", raster.linthresh.is_some()),
        ("--linscale", raster.linscale.is_some()),
        ("--categories", raster.categories.is_some()),
        ("--under", raster.under.is_some()),
        ("--over", raster.over.is_some()),
        ("--bad", raster.bad.is_some()),
        ("--extend", raster.extend.is_some()),
        ("--resampling", raster.resampling.is_some()),
        ("--alpha", raster.alpha.is_some()),
        ("--raster-memory", raster.memory.is_some()),
    ];
    match first_given(given).or_else(|| job.colorbar.first_given()).filter(|_| !raster.is_given()) {
        Some(key) => Err(Error::Missing {
            key: "--raster".into(),
            remedy: format!("{key} needs it: give it, or leave {key} out"),
        }),
        None => Ok(()),
    }
}

/// The first of some settings that is given.
fn first_given<const N: usize>(settings: [(&'static str, bool); N]) -> Option<&'static str> {
    settings.into_iter().find(|(_, is_given)| *is_given).map(|(key, _)| key)
}

fn log(info: &RasterInfo) {
    let [columns, rows] = info.size;
    tracing::info!(
        dataset = info.dataset,
        band = info.band,
        columns,
        rows,
        unit = info.unit,
        description = info.description,
        "raster"
    );
}
