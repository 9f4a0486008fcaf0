//! The scale bar of each map: its length on the ground, and as many pixels as that is in the map's middle.

use super::map_furniture::{Site, claim};
use crate::error::Result;
use crate::figure::{Crowd, Overlay, Warning, scale_bar};
use crate::geo::RowScale;
use crate::style::{Choice as _, ScaleBar, ScaleLength, ScaleUnits};

/// A chosen length takes at most this share of the map's width.
const MOST_SHARE: f64 = 0.25;

/// Where a map shows little of the Earth, the share is halved so often before it has no scale.
const MOST_HALVINGS: i32 = 5;

/// A shorter bar is not a length that anyone could compare with: by a pixel more or less it is another.
const LEAST_PX: f64 = 8.0;

/// Draws a map's scale bar and keeps labels from it; None, and a warning, where there is none that is true.
///
/// # Errors
/// [`crate::Error::Transform`] where PROJ finds no way.
pub(super) fn draw(
    site: &Site,
    style: &ScaleBar,
    crowd: &mut Crowd,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Overlay>> {
    let mut refuse = |reason: &str| {
        warnings.push(Warning::OfFigure(format!("no scale bar is drawn: {reason}")));
        Ok(None)
    };
    let view = &site.plan.view_of(site.figure).view;
    let whole_px = f64::from(view.width_px);
    let Some(row) = RowScale::new(view, site.transformers)? else {
        return refuse("the map's system has no ellipsoid");
    };
    if row.length_m(1.0).is_none() {
        return refuse("the map's middle is not on the Earth");
    }
    let length = if let Some(value) = style.length {
        ScaleLength { value, units: style.units.unwrap_or(ScaleUnits::Kilometres) }
    } else {
        let longest = (0..=MOST_HALVINGS).find_map(|k| row.length_m(whole_px * MOST_SHARE / 2_f64.powi(k)));
        let Some(most_m) = longest.filter(|length| *length > 0.0) else {
            return refuse("the map's middle row has no length");
        };
        ScaleLength::round(most_m, style.units)
    };
    let Some(width_px) = row.width_px(length.metres(), whole_px) else {
        return refuse(&format!("{} {} is more than the map is wide", length.value, length.units.name()));
    };
    if width_px < LEAST_PX {
        let reason =
            format!("{} {} is less than {LEAST_PX} pixels long on this map", length.value, length.units.name());
        return refuse(&reason);
    }
    let Some((patch, place)) = scale_bar(&site.plan.font, style, length, width_px, &site.figure.layout) else {
        return refuse("the map has no room for it");
    };
    claim(crowd, place, "scale bar", warnings);
    Ok(Some(patch))
}
