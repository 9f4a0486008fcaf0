//! A map's meridians and parallels: their lines among the layers' and their labels among the furniture.

use super::layers::{Stroke, line_look};
use super::map_furniture::Site;
use crate::error::Result;
use crate::figure::{Crowd, GraticuleSite, Overlay, draw_graticule_labels, place_graticule_labels};
use crate::geo::{Domain, Graticule, Transformers};
use crate::plan::{MapView, Plan};

/// The lines of a plan, as one of its layers' strokes; None if they are not seen.
pub(super) fn stroke(plan: &Plan) -> Option<Stroke> {
    let graticule = plan.graticule.as_ref()?;
    let style = graticule.style.linestyle.clone();
    let look = line_look(plan, graticule.style.linewidth_pt, &style, graticule.plane?);
    Some(Stroke::of_each_view(look, style))
}

/// The lines of a map; None without a graticule, and on a map that shows no point of the Earth.
pub(super) fn of_map(
    plan: &Plan,
    map: &MapView,
    domain: &Domain,
    transformers: &Transformers,
) -> Result<Option<Graticule>> {
    let Some(graticule) = &plan.graticule else { return Ok(None) };
    Graticule::of(&map.view, domain, &graticule.longitudes, &graticule.latitudes, transformers)
}

/// Draws the labels of a map.
pub(super) fn labels(site: &Site, crowd: &mut Crowd) -> Result<Vec<Overlay>> {
    let style = site.plan.graticule.as_ref().and_then(|graticule| graticule.labels.as_ref());
    let (Some(style), Some(graticule)) = (style, site.graticule) else { return Ok(Vec::new()) };
    let layout = &site.figure.layout;
    let view = &site.plan.view_of(site.figure).view;
    let of_site =
        GraticuleSite { graticule, view, domain: site.domain, layout, style, transformers: site.transformers };
    let placed = place_graticule_labels(&of_site, &site.plan.font, crowd)?;
    Ok(draw_graticule_labels(&placed, style, layout))
}
