//! The scale bar of each map: its length on the ground, and as many pixels as that is in the map's middle.

use super::map_furniture::Site;
use crate::error::Result;
use crate::figure::{Crowd, Overlay, scale_bar};
use crate::geo::RowScale;
use crate::style::{Choice as _, ScaleBar, ScaleLength, ScaleUnits};

/// A chosen length takes at most this share of the map's width.
const MOST_SHARE: f64 = 0.25;

/// Where a map shows little of the Earth, the share is halved so often before it has no scale.
const MOST_HALVINGS: i32 = 5;

/// Draws a map's scale bar and keeps labels from it; None, and a warning, where there is none that is true.
///
/// # Errors
/// [`crate::Error::Transform`] where PROJ finds no way.
pub(super) fn draw(
    site: &Site,
    style: &ScaleBar,
    crowd: &mut Crowd,
    warnings: &mut Vec<String>,
) -> Result<Option<Overlay>> {
    let mut refuse = |reason: &str| {
        warnings.push(format!("no scale bar is drawn: {reason}"));
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
    let Some((patch, place)) = scale_bar(&site.plan.font, style, length, width_px, &site.figure.layout) else {
        return refuse("the map has no room for it");
    };
    if !crowd.is_free(place) {
        warnings.push("the scale bar stands where something else does; give it another loc".into());
    }
    crowd.block(place);
    Ok(Some(patch))
}
