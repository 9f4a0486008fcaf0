//! What stands on a map and belongs to its place on the Earth, drawn once for each map: whoever comes first has the
//! first choice of the room.

use std::borrow::Cow;

use super::annotations;
use super::graticule;
use super::label_places::{self, LabelSite};
use super::layers::Layers;
use super::scale_bar;
use crate::error::Result;
use crate::figure::{Crowd, Overlay, Warning, legend_room, taken_boxes};
use crate::geo::{Domain, GeoWindow, Graticule, Placer, Transformers};
use crate::plan::{Figure, Plan, SheetMap};
use crate::style::{PixelBox, SignedBox};

/// The map that is furnished, and what it was planned and found to be.
pub(super) struct Site<'a> {
    pub plan: &'a Plan,
    /// The first figure of the map; others have the same layout but for the texts.
    pub figure: &'a Figure,
    pub domain: &'a Domain,
    /// Its meridians and parallels.
    pub graticule: Option<&'a Graticule>,
    pub transformers: &'a Transformers,
    /// The layers, if some of their features have names.
    pub layers: Option<&'a Layers>,
}

/// Draws a map's own furniture into patches; `warnings` takes what the user should know of this map.
///
/// # Errors
/// [`crate::Error::Transform`] where PROJ finds no way.
pub(super) fn draw(site: &Site, warnings: &mut Vec<Warning>) -> Result<Vec<Overlay>> {
    let mut crowd = Crowd::new(site.figure.size_px());
    for place in taken_boxes(&site.figure.layout) {
        crowd.block(place);
    }
    // Whoever draws something takes its place here, in the order of importance: what all maps of the layout have, texts,
    // north arrow, scale bar, the graticule's labels, the layers' labels.
    shared(site, &mut crowd, warnings);
    let mut patches = annotations::of_map(site.plan, site.figure, site.transformers, &mut crowd, warnings)?;
    patches.extend(north_arrow(site, &mut crowd, warnings)?);
    if let Some(style) = &site.plan.scalebar {
        patches.extend(scale_bar::draw(site, style, &mut crowd, warnings)?);
    }
    patches.extend(graticule::labels(site, &mut crowd)?);
    patches.extend(layer_labels(site, &crowd, warnings)?);
    Ok(patches)
}

/// Takes a place for a part of the furniture that has no other, and tells if something else stands there.
pub(super) fn claim(crowd: &mut Crowd, place: SignedBox, what: &str, warnings: &mut Vec<Warning>) {
    if !crowd.is_free(place) {
        warnings.push(Warning::OfFigure(format!("the {what} stands where something else does; give it another loc")));
    }
    crowd.block(place);
}

/// Takes the places of legend and pictures, which are drawn once for all maps of a layout.
fn shared(site: &Site, crowd: &mut Crowd, warnings: &mut Vec<Warning>) {
    let (style, layout) = (&site.plan.step_of(site.figure).style, &site.figure.layout);
    if let Some(room) = style.legend.as_ref().and_then(|legend| legend_room(&site.plan.font, legend, layout)) {
        if room.fits_map {
            claim(crowd, room.area, "legend", warnings);
        } else {
            let text = "the legend is larger than the map; give it a smaller fontsize, other ncols or fewer entries";
            warnings.push(Warning::OfFigure(text.into()));
            crowd.block(room.area);
        }
    }
    for logo in &style.logos {
        let place = logo.area(layout).into();
        if logo.in_figure {
            // Titles and footers have all of their lines' width, and seldom need it.
            crowd.block(place);
        } else {
            claim(crowd, place, "image", warnings);
        }
    }
}

/// The north arrow, if one is asked for and there is a north where it stands.
fn north_arrow(site: &Site, crowd: &mut Crowd, warnings: &mut Vec<Warning>) -> Result<Option<Overlay>> {
    let Some(arrow) = &site.plan.north_arrow else { return Ok(None) };
    let layout = &site.figure.layout;
    let view = &site.plan.view_of(site.figure).view;
    let Some(angle) = view.north_at(arrow.middle_px(layout), site.transformers)? else {
        let text = "there is no north where the north arrow should stand, at a pole or beyond the map, so it is left out; \
                    give it another loc";
        warnings.push(Warning::OfFigure(text.into()));
        return Ok(None);
    };
    let patch = arrow.draw(layout, angle);
    if let Some(Overlay { x, y, width, height, .. }) = patch {
        claim(crowd, PixelBox { x, y, width, height }.into(), "north arrow", warnings);
    }
    Ok(patch)
}

/// The names of the layers' features.
fn layer_labels(site: &Site, crowd: &Crowd, warnings: &mut Vec<Warning>) -> Result<Vec<Overlay>> {
    let Some(layers) = site.layers else { return Ok(Vec::new()) };
    let map = site.plan.view_of(site.figure);
    let Some(window) = GeoWindow::of_view(&map.view, 0.0, site.transformers)? else { return Ok(Vec::new()) };
    let placer = Placer::new(&map.view, 0.0, site.transformers)?;
    let sheet = map.sheet.as_deref().copied().unwrap_or_else(|| SheetMap::of_figure(&site.figure.layout));
    let corner = [site.figure.layout.map.x, site.figure.layout.map.y].map(f64::from);
    let px_per_pt = site.plan.line_px(1.0);
    let metres_per_pt = map.metres_per_px * px_per_pt;
    let labels = LabelSite { window, placer: &placer, corner, sheet, px_per_pt, metres_per_pt };
    let names = label_places::draw(&labels, &layers.labels, crowd);
    warnings.extend(site.plan.font.warnings(names.texts.into_iter().map(Cow::Borrowed)));
    Ok(names.patches)
}
