//! What stands on a map and belongs to its place on the Earth, drawn once for each map: whoever comes first has the
//! first choice of the room.

use super::annotations;
use crate::error::Result;
use crate::figure::{Crowd, Font, Overlay, taken_boxes};
use crate::geo::{Domain, Transformers};
use crate::plan::{Figure, Plan};

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
    let _ = (warnings, site.domain);
    annotations::of_map(site.plan, site.figure, site.transformers, &mut crowd)
}
