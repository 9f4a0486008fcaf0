//! How the raster's values become colours, and the colorbar that says so.

use std::sync::Mutex;

use super::RasterPlan;
use crate::error::{Error, Result};
use crate::figure::{Colorbar, ColorbarScale};
use crate::geo::Crs;
use crate::job::{Job, NormKind, Numbers, RasterJob};
use crate::source::{OpenOptions, RasterInfo, RasterSource};
use crate::style::{Colormap, Extend, Norm, ValueMap};

/// matplotlib's `image.cmap`.
const DEFAULT_COLORMAP: &str = "viridis";

/// Opens the raster and settles its colours.
///
/// # Errors
/// For a raster that cannot be drawn, an unknown colormap, and a norm without sense.
pub(super) fn open(job: &Job, path: &str) -> Result<RasterPlan> {
    let colormap = Colormap::by_name(job.raster.cmap.as_deref().unwrap_or(DEFAULT_COLORMAP), "--cmap")?;
    let crs = job.raster.crs.as_deref().map(|definition| Crs::from_user(definition, "--raster-crs")).transpose()?;
    let source = RasterSource::open_with(path, &OpenOptions { band: job.raster.band.clone().unwrap_or_default(), crs })?;
    let value_map = ValueMap::new(norm(job, &source)?, &colormap)?;
    let info = source.info();
    log(info);
    Ok(RasterPlan {
        georeference: info.georeference(),
        encoding: info.encoding,
        value_map,
        resampling: job.raster.resampling.unwrap_or_default(),
        unit: info.unit.clone(),
        source: Mutex::new(Some(source)),
    })
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
    if info.has_own_colors {
        tracing::warn!(
            "raster {}: band {} has colours of its own, which are not drawn yet; its numbers are coloured as values",
            info.dataset,
            info.band
        );
    }
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
    let buffer = std::cell::Cell::new(None);
    let range = source.read_strips(
        true,
        || Ok(buffer.take().unwrap_or_default()),
        |strip| {
            buffer.set(Some(strip.into_buffer()));
            Ok(())
        },
    )?;
    let [low, high] = range.ok_or_else(|| Error::Raster {
        dataset: source.info().dataset.clone(),
        problem: "no cell of it has a value, so there is no minimum and maximum".into(),
        remedy: "check its nodata value, or give --levels or --vmin and --vmax to draw it empty".into(),
    })?;
    // A constant raster gets the scale that matplotlib gives it.
    let (vmin, vmax) = (vmin.unwrap_or(low), vmax.unwrap_or(high));
    if vmin == vmax && low == high {
        let room = if vmin == 0.0 { 0.1 } else { vmin.abs() * 0.1 };
        return Ok((vmin - room, vmax + room));
    }
    Ok((vmin, vmax))
}

/// The colorbar of the raster's classes.
///
/// # Errors
/// For ticks that are not numbers.
pub(super) fn colorbar(job: &Job, raster: &RasterPlan) -> Result<Colorbar> {
    let (value_map, unit) = (&raster.value_map, raster.unit.as_str());
    let extend = match value_map.norm() {
        Norm::Boundary { extend, .. } => *extend,
        Norm::Linear { .. } => job.raster.extend.unwrap_or_default(),
    };
    let (under, over) = ends(value_map, extend);
    let colors = value_map.colors();
    Ok(Colorbar {
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
    })
}

fn ends(value_map: &ValueMap, extend: Extend) -> (Option<[u8; 4]>, Option<[u8; 4]>) {
    let colors = value_map.colors();
    (extend.below().then(|| colors[0]), extend.above().then(|| colors[colors.len() - 1]))
}
