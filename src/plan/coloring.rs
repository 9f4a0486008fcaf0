//! How the raster's values become colours, and the colorbar that says so.

use std::sync::Mutex;

use super::{Access, Coloring, RasterPlan};
use crate::error::{Error, Result};
use crate::figure::{Colorbar, ColorbarScale};
use crate::geo::Crs;
use crate::job::{Job, NormKind, Numbers, RasterJob};
use crate::source::{OpenOptions, OwnColors, Pyramid, RasterInfo, RasterSource, RawType};
use crate::style::{Colormap, Extend, Norm, Resampling, ResamplingChoice, ValueMap};

/// matplotlib's `image.cmap`.
const DEFAULT_COLORMAP: &str = "viridis";

/// Opens the raster and settles its colours.
///
/// # Errors
/// For a raster that cannot be drawn, an unknown colormap, and a norm without sense.
pub(super) fn open(job: &Job, path: &str) -> Result<RasterPlan> {
    let colormap = Colormap::by_name(job.raster.cmap.as_deref().unwrap_or(DEFAULT_COLORMAP), "--cmap")?;
    let crs = job.raster.crs.as_deref().map(|definition| Crs::from_user(definition, "--raster-crs")).transpose()?;
    let options = OpenOptions { band: job.raster.band.clone().unwrap_or_default(), crs };
    let mut source = RasterSource::open_with(path, &options)?;
    log(source.info());
    let coloring = match own_coloring(job, &mut source)? {
        Some(coloring) => coloring,
        None => Coloring::Values(ValueMap::new(norm(job, &source)?, &colormap)?),
    };
    let info = source.info();
    Ok(RasterPlan {
        georeference: info.georeference(),
        encoding: info.encoding,
        coloring,
        resampling: job.raster.resampling.unwrap_or_default(),
        pyramid: Pyramid::new(info.levels.clone(), TILE_CELLS),
        access: Access::Whole,
        unit: info.unit.clone(),
        source: Mutex::new(Some(source)),
    })
}

/// Cells along a side of a tile: a few percent of a view's, so that little is held that no pixel needs.
const TILE_CELLS: u32 = 128;

/// The dataset's own colours, if it has some and nothing is said of how values become colours.
fn own_coloring(job: &Job, source: &mut RasterSource) -> Result<Option<Coloring>> {
    let RasterJob { band, cmap, levels, vmin, vmax, norm, extend, resampling, .. } = &job.raster;
    let asks_for_values =
        band.is_some() || cmap.is_some() || levels.is_some() || vmin.is_some() || vmax.is_some() || norm.is_some();
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
///
/// # Errors
/// [`Error::Value`] naming the first.
pub(super) fn check_has_raster(job: &Job) -> Result<()> {
    let RasterJob { path, crs, band, cmap, levels, vmin, vmax, norm, extend, resampling } = &job.raster;
    let given = [
        ("--raster-crs", crs.is_some()),
        ("--band", band.is_some()),
        ("--cmap", cmap.is_some()),
        ("--levels", levels.is_some()),
        ("--vmin", vmin.is_some()),
        ("--vmax", vmax.is_some()),
        ("--norm", norm.is_some()),
        ("--extend", extend.is_some()),
        ("--resampling", resampling.is_some()),
        ("--ticks", job.colorbar.ticks.is_some()),
        ("--label", job.colorbar.label.is_some()),
    ];
    match (path, given.into_iter().find(|(_, is_given)| *is_given)) {
        (None, Some((key, _))) => Err(Error::Missing {
            key: "--raster".into(),
            remedy: format!("{key} needs it: give it, or leave {key} out"),
        }),
        _ => Ok(()),
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

fn norm(job: &Job, source: &RasterSource) -> Result<Norm> {
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
            Norm::boundary(levels.levels()?, extend)
        }
        (Some(NormKind::Boundary), None) => Err(Error::Missing {
            key: "--levels".into(),
            remedy: "--norm boundary needs it: give A,B,.. or A:B:STEP".into(),
        }),
        (_, None) => {
            let (vmin, vmax) = limits(raster.vmin, raster.vmax, source)?;
            Norm::linear(vmin, vmax)
        }
    }
}

/// The limits given, or those of the whole raster, so that regions compare.
fn limits(vmin: Option<f64>, vmax: Option<f64>, source: &RasterSource) -> Result<(f64, f64)> {
    if let (Some(vmin), Some(vmax)) = (vmin, vmax) {
        return Ok((vmin, vmax));
    }
    let range = if is_huge(source.info()) { stored_limits(source) } else { None };
    let [low, high] = match range {
        Some(range) => range,
        None => whole_range(source)?,
    };
    // A constant raster gets the scale that matplotlib gives it.
    let (vmin, vmax) = (vmin.unwrap_or(low), vmax.unwrap_or(high));
    if vmin == vmax && low == high {
        let room = if vmin == 0.0 { 0.1 } else { vmin.abs() * 0.1 };
        return Ok((vmin - room, vmax + room));
    }
    Ok((vmin, vmax))
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

/// The colorbar of the raster's classes; None for a raster in its own colours.
///
/// # Errors
/// For ticks that are not numbers.
pub(super) fn colorbar(job: &Job, raster: &RasterPlan) -> Result<Option<Colorbar>> {
    let Coloring::Values(value_map) = &raster.coloring else { return Ok(None) };
    let unit = raster.unit.as_str();
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
