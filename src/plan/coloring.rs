//! How the raster's values become colours, and the colorbar that says so.

use super::Coloring;
use crate::error::{Error, Result};
use crate::figure::{Colorbar, ColorbarScale};
use crate::job::{ColormapJob, Job, NormKind, Numbers, RasterJob};
use crate::source::{OwnColors, RasterInfo, RasterSource, RawType};
use crate::style::{Colormap, Extend, Norm, Resampling, ResamplingChoice, ValueMap};

/// matplotlib's `image.cmap`.
const DEFAULT_COLORMAP: &str = "viridis";

/// How values become colours, as far as the job alone says.
pub(super) struct ColoringRequest<'a> {
    job: &'a Job,
    colormap: Colormap,
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
    /// For an unknown colormap, and settings of a raster where there is none.
    pub(super) fn new(job: &'a Job) -> Result<Self> {
        check_has_raster(job)?;
        let cmap = job.raster.cmap.clone().unwrap_or_else(|| ColormapJob::from(DEFAULT_COLORMAP));
        let colormap = cmap.colormap(job.raster.lut)?;
        Ok(Self { job, colormap })
    }

    /// Settles the colours of a band. Without levels or limits all of its cells are read for their range.
    ///
    /// # Errors
    /// For a norm without sense, and cells that cannot be read.
    pub(super) fn settle(&self, source: &mut RasterSource) -> Result<Colored> {
        log(source.info());
        if let Some(coloring) = own_coloring(self.job, source)? {
            return Ok(Colored { coloring, range: None });
        }
        let (norm, range) = norm(self.job, source)?;
        Ok(Colored { coloring: Coloring::Values(ValueMap::new(norm, &self.colormap)?), range })
    }
}

/// The dataset's own colours, if it has some and nothing is said of how values become colours.
fn own_coloring(job: &Job, source: &mut RasterSource) -> Result<Option<Coloring>> {
    let RasterJob { bands, cmap, lut, levels, vmin, vmax, norm, extend, resampling, .. } = &job.raster;
    let asks_for_values = bands.is_some()
        || cmap.is_some()
        || lut.is_some()
        || levels.is_some()
        || vmin.is_some()
        || vmax.is_some()
        || norm.is_some();
    let Some(colors) = source.info().own_colors.clone().filter(|_| !asks_for_values) else { return Ok(None) };
    let unused = [
        ("--extend", extend.is_some()),
        ("--ticks", job.colorbar.ticks.is_some()),
        ("--label", job.colorbar.label.is_some()),
    ];
    if let Some((key, _)) = unused.into_iter().find(|(_, is_given)| *is_given) {
        return Err(Error::Missing {
            key: "--cmap".into(),
            remedy: format!(
                "{} has colours of its own, so there is no colorbar: give --cmap to draw its values, or leave out {key}",
                source.info().dataset
            ),
        });
    }
    let mixes = matches!(resampling, Some(ResamplingChoice::Always(kind)) if kind.makes_new_values());
    match (colors, source.info().encoding.raw_type) {
        (OwnColors::Table(table), RawType::U8 | RawType::U16) if !mixes => Ok(Some(Coloring::Table(table))),
        _ => {
            source.read_own_colors();
            Ok(Some(Coloring::Colors))
        }
    }
}

/// The resampling of views whose cells are smaller than pixels, if the choice is left to us.
pub(super) fn when_shrunk(coloring: &Coloring) -> Resampling {
    // There is no number between those of two colours.
    if matches!(coloring, Coloring::Table(_)) { Resampling::Mode } else { Resampling::Average }
}

/// Refuses settings of a raster where there is none to use them.
fn check_has_raster(job: &Job) -> Result<()> {
    let raster = &job.raster;
    let given = [
        ("--raster-crs", raster.crs.is_some()),
        ("--band", raster.bands.is_some()),
        ("--subdatasets", raster.subdatasets.is_some()),
        ("--cmap", raster.cmap.is_some()),
        ("--lut", raster.lut.is_some()),
        ("--levels", raster.levels.is_some()),
        ("--vmin", raster.vmin.is_some()),
        ("--vmax", raster.vmax.is_some()),
        ("--norm", raster.norm.is_some()),
        ("--extend", raster.extend.is_some()),
        ("--resampling", raster.resampling.is_some()),
        ("--raster-memory", raster.memory.is_some()),
        ("--ticks", job.colorbar.ticks.is_some()),
        ("--label", job.colorbar.label.is_some()),
    ];
    match given.into_iter().find(|(_, is_given)| *is_given && !raster.is_given()) {
        Some((key, _)) => Err(Error::Missing {
            key: "--raster".into(),
            remedy: format!("{key} needs it: give it, or leave {key} out"),
        }),
        None => Ok(()),
    }
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

/// The norm, and the range of all cells if they were read for it.
fn norm(job: &Job, source: &RasterSource) -> Result<(Norm, Option<[f64; 2]>)> {
    let raster = &job.raster;
    let extend = raster.extend.unwrap_or_default();
    match (raster.norm, &raster.levels) {
        (Some(NormKind::Linear), Some(_)) => {
            Err(Error::value("--norm", "linear", "takes no levels", "leave out --levels, or give --norm boundary"))
        }
        (_, Some(levels)) => {
            for (key, limit) in [("--vmin", raster.vmin), ("--vmax", raster.vmax)] {
                if let Some(limit) = limit {
                    return Err(Error::value(key, limit, "does not go with levels", "leave out one of the two"));
                }
            }
            Ok((Norm::boundary(levels.levels()?, extend)?, None))
        }
        (Some(NormKind::Boundary), None) => Err(Error::Missing {
            key: "--levels".into(),
            remedy: "--norm boundary needs it: give A,B,.. or A:B:STEP".into(),
        }),
        (_, None) => {
            let (vmin, vmax, range) = limits(raster.vmin, raster.vmax, source)?;
            Ok((Norm::linear(vmin, vmax)?, range))
        }
    }
}

/// The limits given, or those of the whole raster, so that regions compare; and its range, if it was looked for.
fn limits(vmin: Option<f64>, vmax: Option<f64>, source: &RasterSource) -> Result<(f64, f64, Option<[f64; 2]>)> {
    if let (Some(vmin), Some(vmax)) = (vmin, vmax) {
        return Ok((vmin, vmax, None));
    }
    let stored = if is_huge(source.info()) { stored_limits(source) } else { None };
    let [low, high] = match stored {
        Some(range) => range,
        None => whole_range(source)?,
    };
    // A constant raster gets the scale that matplotlib gives it.
    let (vmin, vmax) = (vmin.unwrap_or(low), vmax.unwrap_or(high));
    if vmin == vmax && low == high {
        let room = if vmin == 0.0 { 0.1 } else { vmin.abs() * 0.1 };
        return Ok((vmin - room, vmax + room, Some([low, high])));
    }
    Ok((vmin, vmax, Some([low, high])))
}

/// Whether reading all of a raster takes so long that it should be said.
fn is_huge(info: &RasterInfo) -> bool {
    const MANY_CELLS: u64 = 1_000_000_000;
    info.size.iter().map(|n| u64::from(*n)).product::<u64>() > MANY_CELLS
}

/// The exact limits that the file itself states.
fn stored_limits(source: &RasterSource) -> Option<[f64; 2]> {
    let stored = source.stored_range();
    if stored.is_none() {
        let [columns, rows] = source.info().size;
        tracing::warn!(
            "raster {}: all of its {columns} x {rows} cells are read for their minimum and maximum; give --vmin and \
             --vmax or --levels to avoid it, or store them in the file with gdalinfo -stats",
            source.info().dataset
        );
    }
    stored
}

/// The minimum and maximum of all cells.
fn whole_range(source: &RasterSource) -> Result<[f64; 2]> {
    let buffer = std::cell::Cell::new(None);
    let range = source.read_strips(
        true,
        || Ok(buffer.take().unwrap_or_default()),
        |strip| {
            buffer.set(Some(strip.into_buffer()));
            Ok(())
        },
    )?;
    range.ok_or_else(|| Error::Raster {
        dataset: source.info().dataset.clone(),
        problem: "no cell of it has a value, so there is no minimum and maximum".into(),
        remedy: "check its nodata value, or give --levels or --vmin and --vmax to draw it empty".into(),
    })
}

/// The colorbar of a raster's classes; None for a raster in its own colours.
///
/// # Errors
/// For ticks that are not numbers.
pub(super) fn colorbar(job: &Job, coloring: &Coloring, unit: &str) -> Result<Option<Colorbar>> {
    let Coloring::Values(value_map) = coloring else { return Ok(None) };
    let extend = match value_map.norm() {
        Norm::Boundary { extend, .. } => *extend,
        Norm::Linear { .. } => job.raster.extend.unwrap_or_default(),
    };
    let (under, over) = ends(value_map, extend);
    let colors = value_map.colors();
    Ok(Some(Colorbar {
        scale: match value_map.norm() {
            Norm::Boundary { levels, .. } => ColorbarScale::Boundary { levels: levels.clone() },
            Norm::Linear { vmin, vmax } => ColorbarScale::Linear { vmin: *vmin, vmax: *vmax },
        },
        // The first and last class are those under and over the scale.
        colors: colors[1..colors.len() - 1].to_vec(),
        under,
        over,
        ticks: job.colorbar.ticks.as_ref().map(Numbers::ticks).transpose()?,
        label: job.colorbar.label.clone().or_else(|| Some(unit.to_owned())).filter(|label| !label.is_empty()),
    }))
}

fn ends(value_map: &ValueMap, extend: Extend) -> (Option<[u8; 4]>, Option<[u8; 4]>) {
    let colors = value_map.colors();
    (extend.below().then(|| colors[0]), extend.above().then(|| colors[colors.len() - 1]))
}
