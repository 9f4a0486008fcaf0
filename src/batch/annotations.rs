//! Where texts stand on a map or a figure, drawn once for each map or, where figures have texts of their own, for each
//! of these.

use std::borrow::Cow;

use crate::error::Result;
use crate::figure::{Annotation, Crowd, Overlay, annotation};
use crate::geo::{Crs, FixedLonLat, Placer, Transformers, View};
use crate::plan::{Figure, Plan, TextPlace, TextPlan, Words};

/// Draws the texts that are the same on all figures of a map, and keeps labels from the places of all; `warnings` takes
/// what no font has of them.
///
/// # Errors
/// [`crate::Error::Transform`] where PROJ finds no way to a text's system.
pub(super) fn of_map(
    plan: &Plan,
    figure: &Figure,
    transformers: &Transformers,
    crowd: &mut Crowd,
    warnings: &mut Vec<String>,
) -> Result<Vec<Overlay>> {
    let (mut patches, mut drawn) = (Vec::new(), Vec::new());
    for text in &plan.texts {
        let (words, is_fixed) = match &text.words {
            Words::Fixed(words) => (words, true),
            Words::OfFigure { largest, .. } => (largest, false),
        };
        if let Some(Annotation { area, patch }) = placed(plan, figure, transformers, text, words)? {
            crowd.block(area);
            if is_fixed && patch.is_some() {
                drawn.push(Cow::Borrowed(&**words));
                patches.extend(patch);
            }
        }
    }
    warnings.extend(plan.font.warnings(drawn));
    Ok(patches)
}

/// Draws the texts that a figure has of its own.
///
/// # Errors
/// As [`of_map`].
pub(super) fn of_figure(plan: &Plan, figure: &Figure, transformers: &Transformers) -> Result<Vec<Overlay>> {
    let mut patches = Vec::new();
    let Some(captions) = &figure.captions else { return Ok(patches) };
    for text in &plan.texts {
        if let Words::OfFigure { index, .. } = text.words
            && let Some(words) = captions.on_map.get(index)
        {
            patches.extend(placed(plan, figure, transformers, text, words)?.and_then(|drawn| drawn.patch));
        }
    }
    Ok(patches)
}

/// A text with these words where it stands; None where the map does not show its place.
fn placed(
    plan: &Plan,
    figure: &Figure,
    transformers: &Transformers,
    text: &TextPlan,
    words: &str,
) -> Result<Option<Annotation>> {
    let layout = &figure.layout;
    let (map, size) = (layout.map, figure.size_px().map(f64::from));
    let place = match &text.place {
        TextPlace::Figure([x, y]) => Some([x * size[0], (1.0 - y) * size[1]]),
        TextPlace::Axes([x, y]) => Some([x * f64::from(map.width), (1.0 - y) * f64::from(map.height)])
            .map(|[x, y]| [x + f64::from(map.x), y + f64::from(map.y)]),
        TextPlace::Map(crs, xy) => {
            let on_map = on_map(&plan.view_of(figure).view, transformers, crs, *xy)?;
            on_map.map(|[x, y]| [x + f64::from(map.x), y + f64::from(map.y)])
        }
    };
    Ok(place.and_then(|place| annotation(&plan.font, &text.style, layout, words, place)))
}

/// Where a map shows coordinates of a system, in pixels of the map's box; None for what is not in it.
fn on_map(view: &View, transformers: &Transformers, crs: &Crs, [x, y]: [f64; 2]) -> Result<Option<[f64; 2]>> {
    let px = if *crs == view.crs && !crs.is_geographic() {
        let (mut xs, mut ys) = ([x], [y]);
        view.px_from_map(&mut xs, &mut ys);
        Some([xs[0], ys[0]])
    } else {
        let lonlat = transformers.get(crs, &Crs::wgs84())?.point(x, y);
        let position = lonlat.and_then(|(lon, lat)| FixedLonLat::from_degrees(lon, lat));
        let placer = Placer::new(view, 0.0, transformers)?;
        position.and_then(|position| placer.place(&[position]).first().copied())
    };
    let is_within = |[x, y]: &[f64; 2]| {
        (0.0..=f64::from(view.width_px)).contains(x) && (0.0..=f64::from(view.height_px)).contains(y)
    };
    Ok(px.filter(is_within))
}
