//! What stands on a map and belongs to its place on the Earth, drawn once for each map: whoever comes first has the
//! first choice of the room.

use super::annotations;
use crate::error::Result;
use crate::figure::{Crowd, Font, Overlay, taken_boxes};
use crate::geo::{Domain, Transformers};
use crate::plan::{Figure, Plan};
use crate::style::PixelBox;

/// The map that is furnished, and what it was planned and found to be.
pub(super) struct Site<'a> {
    pub plan: &'a Plan,
    /// The first figure of the map; others have the same layout but for the texts.
    pub figure: &'a Figure,
    pub domain: &'a Domain,
    pub transformers: &'a Transformers,
}

/// Draws a map's own furniture into patches; `warnings` takes what the user should know of this map.
///
/// # Errors
/// [`crate::Error::Transform`] where PROJ finds no way.
pub(super) fn draw(site: &Site, warnings: &mut Vec<String>) -> Result<Vec<Overlay>> {
    let mut crowd = Crowd::new(site.figure.size_px());
    let style = &site.plan.step_of(site.figure).style;
    for place in taken_boxes(Font::embedded(), style, &site.figure.layout) {
        crowd.block(place);
    }
    // Whoever draws something calls `crowd.take` or `crowd.block` here, in the order of importance:
    // fixed furniture (texts, legend, scale bar, north arrow), the graticule's labels, the layers' labels.
    let _ = site.domain;
    let mut patches = annotations::of_map(site.plan, site.figure, site.transformers, &mut crowd)?;
    patches.extend(north_arrow(site, &mut crowd, warnings)?);
    Ok(patches)
}

/// The north arrow, if one is asked for and there is a north where it stands.
fn north_arrow(site: &Site, crowd: &mut Crowd, warnings: &mut Vec<String>) -> Result<Option<Overlay>> {
    let Some(arrow) = &site.plan.north_arrow else { return Ok(None) };
    let layout = &site.figure.layout;
    let view = &site.plan.view_of(site.figure).view;
    let Some(angle) = view.north_at(arrow.middle_px(layout), site.transformers)? else {
        warnings.push("the north arrow's place is not on the Earth, so there is none; give it another loc".into());
        return Ok(None);
    };
    let patch = arrow.draw(layout, angle);
    let area = patch.as_ref().map(|p| PixelBox { x: p.x, y: p.y, width: p.width, height: p.height });
    area.into_iter().for_each(|area| crowd.block(area.into()));
    Ok(patch)
}
