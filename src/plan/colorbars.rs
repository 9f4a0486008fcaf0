//! From a job's settings to the colorbar of a raster's classes.

use crate::error::{Error, Result};
use crate::figure::{Colorbar, ColorbarScale, ColorbarStyle, ExtendFrac, MinorTicks, TickFormat};
use crate::job::{ColorbarJob, ColorbarLocation, ExtendFracJob, MinorTicksJob, Numbers};
use crate::style::layout::{BarBox, Side, Thickness};
use crate::style::{Extend, Norm, ValueMap};

/// Larger sizes in points are slips of the pen.
const MOST_PT: f64 = 1000.0;

/// The colorbar of a raster whose values become colours by `value_map`; None where the job wants none. `extend` is the
/// raster's own setting, `unit` the label of a bar that is not given one.
///
/// # Errors
/// [`Error::Value`] for settings that make no sense, naming their flags.
pub(super) fn colorbar(
    settings: &ColorbarJob,
    extend: Option<Extend>,
    value_map: &ValueMap,
    unit: &str,
) -> Result<Option<Colorbar>> {
    let Some(style) = style(settings)? else { return Ok(None) };
    let [below, above] = match (value_map.norm(), extend) {
        (norm, _) if norm.is_of_kinds() => [false; 2],
        (Norm::Ramp(ramp), None) => [ramp.has_under(), ramp.has_over()],
        (Norm::Boundary { extend, .. }, _) => [extend.below(), extend.above()],
        (_, extend) => extend.map_or([false; 2], |extend| [extend.below(), extend.above()]),
    };
    let (norm, colors) = value_map.legend();
    if let (true, Some(format)) = (norm.is_of_kinds(), &settings.format) {
        let problem = "writes numbers, but categories have names";
        return Err(Error::value("--colorbar-format", format, problem, "leave it out, or give the categories names"));
    }
    Ok(Some(Colorbar {
        scale: ColorbarScale { norm, spacing: settings.spacing.unwrap_or_default() },
        colors,
        under: below.then(|| value_map.under()),
        over: above.then(|| value_map.over()),
        ticks: settings.ticks.as_ref().map(Numbers::ticks).transpose()?,
        label: settings.label.clone().or_else(|| Some(unit.to_owned())).filter(|label| !label.is_empty()),
        style,
    }))
}

/// Where a bar stands and how it looks; None if it is to stand nowhere.
fn style(settings: &ColorbarJob) -> Result<Option<ColorbarStyle>> {
    let side = match settings.location.map(ColorbarLocation::side) {
        None => Side::default(),
        Some(Some(side)) => side,
        Some(None) => return Ok(None),
    };
    let points = |key: &str, points: Option<f64>, least: f64| match points {
        Some(points) if !(least..=MOST_PT).contains(&points) => {
            Err(Error::value(key, points, "is no such size", format!("give points, {least} to {MOST_PT}")))
        }
        points => Ok(points),
    };
    let shrink = settings.shrink.unwrap_or(1.0);
    if !(shrink > 0.0 && shrink <= 1.0) {
        let remedy = "give a share of the map's side: more than 0, at most 1";
        return Err(Error::value("--colorbar-shrink", shrink, "is no length that a bar may have", remedy));
    }
    let width = points("--colorbar-width", settings.width, 1.0)?;
    let pad_pt = points("--colorbar-pad", settings.pad, 0.0)?.unwrap_or(BarBox::default().pad_pt);
    Ok(Some(ColorbarStyle {
        bar: BarBox { side, pad_pt, thickness: thickness(width, settings.aspect)?, shrink },
        extendfrac: settings.extendfrac.as_ref().map(extendfrac).transpose()?.unwrap_or_default(),
        drawedges: settings.drawedges.unwrap_or(false),
        minor_ticks: settings.minor_ticks.as_ref().map(minor_ticks).transpose()?.unwrap_or_default(),
        format: settings.format.as_ref().map(|text| TickFormat::parse("--colorbar-format", text)).transpose()?,
    }))
}

fn thickness(width: Option<f64>, aspect: Option<f64>) -> Result<Thickness> {
    match (width, aspect) {
        (None, None) => Ok(Thickness::OfFigure),
        (Some(points), None) => Ok(Thickness::Points(points)),
        (None, Some(aspect)) if aspect.is_finite() && aspect >= 1.0 => Ok(Thickness::Aspect(aspect)),
        (None, Some(aspect)) => {
            let problem = "is no ratio of a bar's length to its thickness";
            Err(Error::value("--colorbar-aspect", aspect, problem, "give 1 or more, such as matplotlib's 20"))
        }
        (Some(_), Some(aspect)) => {
            let remedy = "leave out either, for each says how thick the bar is";
            Err(Error::value("--colorbar-aspect", aspect, "does not go with --colorbar-width", remedy))
        }
    }
}

fn extendfrac(given: &ExtendFracJob) -> Result<ExtendFrac> {
    let shares = match given {
        ExtendFracJob::Text(text) if text == "auto" => return Ok(ExtendFrac::Auto),
        ExtendFracJob::Text(text) => {
            let numbers: Vec<f64> = text.split(',').map(|part| part.trim().parse().unwrap_or(f64::NAN)).collect();
            match numbers[..] {
                [both] => [both; 2],
                [low, high] => [low, high],
                _ => [f64::NAN; 2],
            }
        }
        ExtendFracJob::Both(share) => [*share; 2],
        ExtendFracJob::Each(shares) => *shares,
    };
    if shares.iter().all(|share| (0.0..=1.0).contains(share)) {
        return Ok(ExtendFrac::Shares(shares));
    }
    let text = match given {
        ExtendFracJob::Text(text) => text.clone(),
        ExtendFracJob::Both(_) | ExtendFracJob::Each(_) => format!("{},{}", shares[0], shares[1]),
    };
    let remedy = "give a share of 0 to 1, such as 0.05, two as LOW,HIGH, or auto";
    Err(Error::value("--colorbar-extendfrac", text, "is no length of pointed ends", remedy))
}

fn minor_ticks(given: &MinorTicksJob) -> Result<MinorTicks> {
    match given {
        MinorTicksJob::Auto => Ok(MinorTicks::Auto),
        MinorTicksJob::Off => Ok(MinorTicks::Off),
        MinorTicksJob::At(numbers) => match numbers.ticks() {
            Ok(values) => Ok(MinorTicks::At(values)),
            Err(Error::Value { value, problem, remedy, .. }) => {
                Err(Error::value("--minor-ticks", value, problem, format!("{remedy}, or auto or none")))
            }
            Err(other) => Err(other),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_without_sense_name_their_flag() {
        let text = |text: &str| Some(ExtendFracJob::Text(text.into()));
        let none = ColorbarJob::default;
        for (settings, flag) in [
            (ColorbarJob { pad: Some(-1.0), ..none() }, "--colorbar-pad"),
            (ColorbarJob { pad: Some(f64::NAN), ..none() }, "--colorbar-pad"),
            (ColorbarJob { width: Some(0.0), ..none() }, "--colorbar-width"),
            (ColorbarJob { width: Some(1e9), ..none() }, "--colorbar-width"),
            (ColorbarJob { aspect: Some(0.5), ..none() }, "--colorbar-aspect"),
            (ColorbarJob { aspect: Some(20.0), width: Some(9.0), ..none() }, "--colorbar-aspect"),
            (ColorbarJob { shrink: Some(1.5), ..none() }, "--colorbar-shrink"),
            (ColorbarJob { shrink: Some(0.0), ..none() }, "--colorbar-shrink"),
            (ColorbarJob { extendfrac: text("long"), ..none() }, "--colorbar-extendfrac"),
            (ColorbarJob { extendfrac: text("0.1,0.2,0.3"), ..none() }, "--colorbar-extendfrac"),
            (ColorbarJob { extendfrac: Some(ExtendFracJob::Both(-0.1)), ..none() }, "--colorbar-extendfrac"),
            (ColorbarJob { minor_ticks: Some(MinorTicksJob::from_text("1,x")), ..none() }, "--minor-ticks"),
            (ColorbarJob { format: Some("km".into()), ..none() }, "--colorbar-format"),
        ] {
            let message = style(&settings).expect_err("must be refused").to_string();
            assert!(message.starts_with(flag), "{message}");
        }
    }

    #[test]
    fn settings_reach_the_colorbar() {
        let settings = ColorbarJob {
            location: Some(ColorbarLocation::Left),
            pad: Some(3.0),
            aspect: Some(25.0),
            extendfrac: Some(ExtendFracJob::Text("0.1, 0.2".into())),
            minor_ticks: Some(MinorTicksJob::from_text("1,2")),
            ..ColorbarJob::default()
        };
        let style = style(&settings).unwrap().unwrap();
        assert_eq!((style.bar.side, style.bar.pad_pt, style.bar.thickness), (Side::Left, 3.0, Thickness::Aspect(25.0)));
        assert_eq!(style.extendfrac, ExtendFrac::Shares([0.1, 0.2]));
        assert_eq!(style.minor_ticks, MinorTicks::At(vec![1.0, 2.0]));
        let nowhere = ColorbarJob { location: Some(ColorbarLocation::Nowhere), ..settings };
        assert_eq!(super::style(&nowhere).unwrap(), None);
    }
}
