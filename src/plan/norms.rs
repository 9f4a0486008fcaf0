//! From a job's settings to a norm: which settings go with which, and the limits that a raster's own values give.

use std::sync::Arc;

use super::limits::{self, RasterRange};
use crate::error::{Error, Result};
use crate::job::{Categories, NormKind, Numbers, RasterJob};
use crate::source::RasterSource;
use crate::style::{Choice, ColorFile, Norm, ResamplingChoice, room_about};

/// matplotlib's default of `SymLogNorm`.
const DEFAULT_LINSCALE: f64 = 1.0;

/// A norm, and the least and the greatest value if all cells were read for it.
pub(super) struct Settled {
    pub norm: Norm,
    pub range: Option<[f64; 2]>,
}

/// The kind of norm that is asked for.
///
/// # Errors
/// For a setting that does not go with it, and one that it lacks.
pub(super) fn kind(raster: &RasterJob) -> Result<NormKind> {
    let kind = raster.norm.unwrap_or(match raster {
        RasterJob { levels: Some(_), .. } => NormKind::Boundary,
        RasterJob { categories: Some(_), .. } => NormKind::Categorical,
        RasterJob { halfrange: Some(_), .. } => NormKind::Centered,
        _ => NormKind::Linear,
    });
    let between_limits = !matches!(kind, NormKind::Boundary | NormKind::Centered | NormKind::Categorical);
    let uses = [
        ("--vmin", raster.vmin.is_some(), between_limits),
        ("--vmax", raster.vmax.is_some(), between_limits),
        ("--vcenter", raster.vcenter.is_some(), matches!(kind, NormKind::TwoSlope | NormKind::Centered)),
        ("--halfrange", raster.halfrange.is_some(), kind == NormKind::Centered),
        ("--gamma", raster.gamma.is_some(), kind == NormKind::Power),
        ("--linthresh", raster.linthresh.is_some(), kind == NormKind::SymLog),
        ("--linscale", raster.linscale.is_some(), kind == NormKind::SymLog),
        ("--levels", raster.levels.is_some(), kind == NormKind::Boundary),
        ("--categories", raster.categories.is_some(), kind == NormKind::Categorical),
        ("--under", raster.under.is_some(), kind != NormKind::Categorical),
        ("--over", raster.over.is_some(), kind != NormKind::Categorical),
        ("--extend", raster.extend.is_some(), kind != NormKind::Categorical),
    ];
    if let Some((key, ..)) = uses.iter().find(|(_, is_given, is_used)| *is_given && !is_used) {
        let origin = match kind {
            _ if raster.norm.is_some() => "",
            NormKind::Boundary => "(asked for by --levels) ",
            NormKind::Categorical => "(asked for by --categories) ",
            NormKind::Centered => "(asked for by --halfrange) ",
            _ => "(the default) ",
        };
        let problem = format!("{origin}takes no {key}");
        return Err(Error::value("--norm", kind.name(), problem, format!("leave out {key}, or give another --norm")));
    }
    let needs = match kind {
        NormKind::Boundary => Some(("--levels", raster.levels.is_some(), "give A,B,.. or A:B:STEP")),
        NormKind::TwoSlope => Some(("--vcenter", raster.vcenter.is_some(), "give the value of the middle colour")),
        NormKind::Power => Some(("--gamma", raster.gamma.is_some(), "give the exponent, such as 0.5")),
        NormKind::SymLog => {
            Some(("--linthresh", raster.linthresh.is_some(), "give the value up to which it is linear"))
        }
        NormKind::Categorical => Some(("--categories", raster.categories.is_some(), "give 1=navy:Water,..")),
        _ => None,
    };
    match needs {
        Some((key, false, remedy)) => {
            Err(Error::Missing { key: key.into(), remedy: format!("--norm {} needs it: {remedy}", kind.name()) })
        }
        _ => Ok(kind),
    }
}

/// The norm of a raster. Without limits, all of its cells are read for them.
///
/// # Errors
/// For numbers without sense, and cells that cannot be read.
pub(super) fn settle(raster: &RasterJob, kind: NormKind, source: &RasterSource) -> Result<Settled> {
    let centre = raster.vcenter.unwrap_or(0.0);
    match kind {
        NormKind::Categorical => {
            check_keeps_values(raster.resampling)?;
            let categories = raster.categories.as_ref().map(Categories::read).transpose()?.unwrap_or_default();
            Norm::Categorical { categories }.checked().map(|norm| Settled { norm, range: None })
        }
        NormKind::Boundary => {
            let levels = raster.levels.as_ref().map(Numbers::levels).transpose()?.unwrap_or_default();
            Norm::boundary(levels, raster.extend.unwrap_or_default()).map(|norm| Settled { norm, range: None })
        }
        NormKind::Centered => {
            if let Some(halfrange) = raster.halfrange {
                return Norm::centered(centre, halfrange).map(|norm| Settled { norm, range: None });
            }
            let [low, high] = limits::whole_range(source, RasterRange::All)?;
            let halfrange = (centre - low).max(high - centre);
            let norm = Norm::centered(centre, if halfrange == 0.0 { room_about(centre) } else { halfrange })?;
            Ok(Settled { norm, range: Some([low, high]) })
        }
        _ => {
            let of = if kind == NormKind::Log { RasterRange::Positive } else { RasterRange::All };
            let (limits, range) = limits::limits(raster.vmin, raster.vmax, source, of)?;
            between(raster, kind, limits).checked().map(|norm| Settled { norm, range })
        }
    }
}

/// The colours of a file for a raster, all of whose cells are read where the file's values are shares of a range.
///
/// # Errors
/// For limits without sense, and cells that cannot be read.
pub(super) fn of_file(raster: &RasterJob, file: &ColorFile, source: &RasterSource) -> Result<Settled> {
    let limits = match (raster.vmin, raster.vmax) {
        (None, None) => None,
        (Some(vmin), Some(vmax)) => Some([vmin, vmax]),
        (vmin, _) => {
            let key = if vmin.is_some() { "--vmax" } else { "--vmin" };
            let remedy = "to move the values of a file of colours, give both limits; or leave out both";
            return Err(Error::Missing { key: key.into(), remedy: remedy.into() });
        }
    };
    let range = if limits.is_none() && file.needs_data_range() {
        Some(limits::whole_range(source, RasterRange::All)?)
    } else {
        None
    };
    let norm = Norm::Ramp(Arc::new(file.ramp(limits, range)?));
    if norm.is_of_kinds() {
        check_keeps_values(raster.resampling)?;
    }
    Ok(Settled { norm, range })
}

/// Refuses resamplings that make numbers which are no category's, and those that ask which number is larger.
fn check_keeps_values(resampling: Option<ResamplingChoice>) -> Result<()> {
    match resampling {
        Some(ResamplingChoice::Always(kind)) if kind.makes_new_values() => {
            let problem = "makes numbers between those of categories";
            Err(Error::value("--resampling", kind.name(), problem, "give nearest, mode or auto"))
        }
        Some(ResamplingChoice::Always(kind)) if kind.is_extreme() => {
            let problem = "compares numbers, and categories are not more or less than each other";
            Err(Error::value("--resampling", kind.name(), problem, "give nearest, mode or auto"))
        }
        _ => Ok(()),
    }
}

/// A norm that spreads values between limits.
fn between(raster: &RasterJob, kind: NormKind, [mut vmin, mut vmax]: [f64; 2]) -> Norm {
    // What is needed was looked for by `kind`.
    let needed = |number: Option<f64>| number.unwrap_or(f64::NAN);
    match kind {
        NormKind::Log => Norm::Log { vmin, vmax },
        NormKind::SymLog => Norm::SymLog {
            vmin,
            vmax,
            linthresh: needed(raster.linthresh),
            linscale: raster.linscale.unwrap_or(DEFAULT_LINSCALE),
        },
        NormKind::Power => Norm::Power { vmin, vmax, gamma: needed(raster.gamma) },
        NormKind::TwoSlope => {
            let vcenter = needed(raster.vcenter);
            // As `TwoSlopeNorm.autoscale_None`, but limits that are given stay.
            if raster.vmin.is_none() && vmin >= vcenter {
                vmin = vcenter - (vmax - vcenter);
            }
            if raster.vmax.is_none() && vmax <= vcenter {
                vmax = vcenter + (vcenter - vmin);
            }
            Norm::TwoSlope { vmin, vcenter, vmax }
        }
        _ => Norm::Linear { vmin, vmax },
    }
}
