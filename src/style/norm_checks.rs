//! What makes a norm's numbers unusable, and what to give instead.

use super::categories::Category;
use crate::error::{Error, Result};

/// Limits of which the lower is below the upper.
pub(super) fn limits(vmin: f64, vmax: f64) -> Result<()> {
    for (key, limit) in [("--vmin", vmin), ("--vmax", vmax)] {
        if !limit.is_finite() {
            return Err(Error::value(key, limit, "is not finite", "give a number"));
        }
    }
    if vmin >= vmax {
        let problem = format!("is not below --vmax {vmax}");
        return Err(Error::value("--vmin", vmin, problem, "give --vmin a lower value than --vmax"));
    }
    if !(vmax - vmin).is_finite() {
        let problem = format!("is too far from --vmax {vmax}");
        return Err(Error::value("--vmin", vmin, problem, "bring --vmin and --vmax nearer to each other"));
    }
    Ok(())
}

/// Limits that have logarithms.
pub(super) fn log(vmin: f64, vmax: f64) -> Result<()> {
    if vmin <= 0.0 {
        let remedy = "give a positive --vmin, or --norm symlog for values on both sides of 0";
        return Err(Error::value("--vmin", vmin, "is not positive, which --norm log needs", remedy));
    }
    limits(vmin, vmax)
}

/// A finite number above 0.
pub(super) fn positive(key: &str, number: f64) -> Result<()> {
    if number.is_finite() && number > 0.0 {
        return Ok(());
    }
    Err(Error::value(key, number, "is not positive", "give a number above 0"))
}

/// Limits on both sides of a centre.
pub(super) fn two_slope(vmin: f64, vcenter: f64, vmax: f64) -> Result<()> {
    limits(vmin, vmax)?;
    if vmin < vcenter && vcenter < vmax {
        return Ok(());
    }
    let problem = format!("is not between --vmin {vmin} and --vmax {vmax}");
    Err(Error::value("--vcenter", vcenter, problem, "give a value between them, or other limits"))
}

/// A centre, and a distance from it.
pub(super) fn halfrange(vcenter: f64, halfrange: f64) -> Result<()> {
    if !vcenter.is_finite() {
        return Err(Error::value("--vcenter", vcenter, "is not finite", "give a number"));
    }
    if halfrange.is_finite() && halfrange != 0.0 {
        return Ok(());
    }
    Err(Error::value(
        "--halfrange",
        halfrange,
        "is no range",
        "give the distance from --vcenter to the end of the colours",
    ))
}

/// Levels from low to high.
pub(super) fn levels(levels: &[f64]) -> Result<()> {
    let shown = || levels.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    let error = |problem: String, remedy: &str| Err(Error::value("--levels", shown(), problem, remedy));
    if let Some(level) = levels.iter().find(|level| !level.is_finite()) {
        return error(format!("has the level {level}, which is not finite"), "give numbers");
    }
    if levels.len() < 2 {
        return error("has fewer than two levels".into(), "give at least a lower and an upper level");
    }
    match levels.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => error(
            format!("is not increasing: {} is followed by {}", pair[0], pair[1]),
            "give each level once, from low to high",
        ),
        None => Ok(()),
    }
}

/// Categories in the order of their values.
pub(super) fn categories(categories: &[Category]) -> Result<()> {
    let shown = || categories.iter().map(|category| category.value.to_string()).collect::<Vec<_>>().join(",");
    let error = |problem: String, remedy: &str| Err(Error::value("--categories", shown(), problem, remedy));
    if categories.is_empty() {
        return error("has no values".into(), "give at least one, as 1=navy:Water");
    }
    if let Some(Category { value, .. }) = categories.iter().find(|category| !category.value.is_finite()) {
        return error(format!("has the value {value}, which is not finite"), "give numbers");
    }
    match categories.windows(2).find(|pair| pair[0].value >= pair[1].value) {
        Some([first, _]) => error(format!("has the value {} twice", first.value), "give each value once"),
        _ => Ok(()),
    }
}
