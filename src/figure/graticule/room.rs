//! How much room labels need beside a map, whatever their places: the same for all maps of a batch.

use super::standing::PAD_PT;
use crate::figure::text::Font;
use crate::style::layout::{EdgeLabels, LINE_ASCENT_EM, LINE_WIDTH_PT, Side};
use crate::style::{GraticuleLabelStyle, GraticuleLabels};

/// Paper that a figure has at its edge in any case, in points; a label at a corner may reach into it.
const MARGIN_PT: f64 = 8.0;

/// Of the multiples of a step so many of the greatest are looked at: they have as many digits as any.
const SAMPLES: u32 = 64;

/// The room beside a map for labels of lines at multiples of the steps, and of those given one by one. Each side has room
/// for longitudes and latitudes alike, for any line may end there.
#[must_use]
pub fn edge_room(
    font: &Font,
    style: &GraticuleLabelStyle,
    steps_deg: &[f64],
    longitudes: &[f64],
    latitudes: &[f64],
) -> EdgeLabels {
    let GraticuleLabels::Edges(sides) = style.place else { return EdgeLabels::default() };
    let width_pt = |text: &str| f64::from(font.measure(text, style.size_pt as f32).width_px);
    let multiples = |step: f64, most: f64| {
        let last = (most / step).floor();
        (0..SAMPLES).map(move |k| (last - f64::from(k)) * step).take_while(|at| *at >= 0.0).flat_map(|at| [at, -at])
    };
    let longitudes = steps_deg.iter().flat_map(|step| multiples(*step, 180.0)).chain(longitudes.iter().copied());
    let latitudes = steps_deg.iter().flat_map(|step| multiples(*step, 90.0)).chain(latitudes.iter().copied());
    let texts =
        longitudes.map(|lon| style.format.longitude(lon)).chain(latitudes.map(|lat| style.format.latitude(lat)));
    let widest_pt = texts.map(|text| width_pt(&text)).fold(0.0, f64::max);
    let beside_pt = LINE_WIDTH_PT + PAD_PT;
    // Labels above and below the map reach beyond its corners by half of their width.
    let corner_pt =
        if sides.has(Side::Top) || sides.has(Side::Bottom) { (widest_pt / 2.0 - MARGIN_PT).max(0.0) } else { 0.0 };
    let across = |side: Side| if sides.has(side) { beside_pt + widest_pt } else { corner_pt };
    let rise_pt =
        if sides.has(Side::Left) || sides.has(Side::Right) { LINE_ASCENT_EM / 2.0 * style.size_pt } else { 0.0 };
    let along = |side: Side| if sides.has(side) { beside_pt + LINE_ASCENT_EM * style.size_pt } else { 0.0 };
    EdgeLabels {
        left_pt: across(Side::Left),
        right_pt: across(Side::Right),
        top_pt: along(Side::Top),
        bottom_pt: along(Side::Bottom),
        rise_pt,
    }
}
