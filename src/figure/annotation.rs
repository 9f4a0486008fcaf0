//! Texts at places of a map or a figure, laid out as matplotlib's `Text` lays them out.

use super::overlay::Overlay;
use super::swatch;
use super::text::{Coverage, Font};
use crate::style::layout::{LINE_ASCENT_EM, LINE_DESCENT_EM, LINE_SPACING_EM, Layout, SignedBox};
use crate::style::{HAlign, MarkerShape, TextStyle, VAlign};

/// Of several lines each has half of this more above and below, in ems: the line gap of `DejaVu Sans`.
const LINE_GAP_EM: f64 = LINE_SPACING_EM - LINE_ASCENT_EM - LINE_DESCENT_EM;

/// The width of the line around a text's box, in points (`patch.linewidth`).
const EDGE_PT: f64 = 1.0;

/// A text at its place.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// The pixels that it takes, its halo and its box included; it may reach beyond the figure.
    pub area: SignedBox,
    /// Its pixels that lie in the figure; None if there are none.
    pub patch: Option<Overlay>,
}

/// Lays out and draws a text with the point that it is aligned to at `place`, in pixels of the figure. None for a text
/// of which nothing is seen.
#[must_use]
pub fn annotation(font: &Font, style: &TextStyle, layout: &Layout, text: &str, place: [f64; 2]) -> Option<Annotation> {
    let em_px = layout.px(style.fontsize_pt);
    let block = TextBlock::new(font, text, em_px, style.ha);
    let shift = block.shift(style, place);
    let inks = block.inks(font, em_px, style.quarter_turns, shift);
    if inks.is_empty() {
        return None;
    }
    let halos: Vec<Coverage> =
        style.halo.iter().flat_map(|halo| inks.iter().map(|ink| ink.widened(layout.px(halo.width_pt)))).collect();
    let edge_px = layout.px(EDGE_PT).round().max(1.0);
    // The edge covers whole pixels, as matplotlib snaps its boxes.
    let middle = edge_px.rem_euclid(2.0) / 2.0;
    let snapped = |c: f64| (c - middle).round() + middle;
    let corners = style.boxed.map(|boxed| {
        let [left, top, right, bottom] = block.bounds(style.quarter_turns);
        let pad = layout.px(boxed.pad_pt);
        [left + shift[0] - pad, top + shift[1] - pad, right + shift[0] + pad, bottom + shift[1] + pad].map(snapped)
    });
    let of_box = corners.map(|[left, top, right, bottom]| {
        let whole = SignedBox::around([left, top], [right - left, bottom - top]);
        whole.grown((edge_px / 2.0).ceil() as i64)
    });
    let area = halos.iter().chain(&inks).map(Coverage::area).chain(of_box).reduce(SignedBox::joined)?;
    let patch = area.clipped(layout).and_then(|part| {
        let mut patch = Overlay::transparent(part);
        if let Some((boxed, corners)) = style.boxed.zip(corners) {
            swatch::fill(&mut patch, &MarkerShape::rectangle(corners), [0.0; 2], boxed.face);
            swatch::fill(&mut patch, &MarkerShape::rectangle_outline(corners, edge_px), [0.0; 2], boxed.edge);
        }
        if let Some(halo) = style.halo {
            for ink in &halos {
                patch.paint(ink, halo.color.to_rgba8());
            }
        }
        for ink in &inks {
            patch.paint(ink, style.color);
        }
        patch.trimmed()
    });
    Some(Annotation { area, patch })
}

/// Lines below each other before they are turned, in pixels from the upper left corner of their box.
struct TextBlock<'a> {
    /// Each with the left end of its baseline.
    lines: Vec<(&'a str, [f64; 2])>,
    width: f64,
    height: f64,
    /// How far the box reaches below the last baseline.
    descent: f64,
}

impl<'a> TextBlock<'a> {
    fn new(font: &Font, text: &'a str, em_px: f64, align: HAlign) -> Self {
        let measured: Vec<_> = text.lines().map(|line| (line, font.measure(line, em_px as f32))).collect();
        let gap = if measured.len() > 1 { LINE_GAP_EM * em_px / 2.0 } else { 0.0 };
        let width = measured.iter().map(|(_, extent)| f64::from(extent.width_px)).fold(0.0, f64::max);
        let (mut lines, mut down, mut descent) = (Vec::new(), 0.0, 0.0);
        for (line, extent) in measured {
            down += f64::from(extent.ascent_px).max(LINE_ASCENT_EM * em_px) + gap;
            let spare = width - f64::from(extent.width_px);
            let left = match align {
                HAlign::Left => 0.0,
                HAlign::Center => spare / 2.0,
                HAlign::Right => spare,
            };
            lines.push((line, [left, down]));
            descent = f64::from(extent.descent_px).max(LINE_DESCENT_EM * em_px) + gap;
            down += descent;
        }
        Self { lines, width, height: down, descent }
    }

    /// Left, top, right and bottom of the box turned about its corner.
    fn bounds(&self, quarter_turns: u8) -> [f64; 4] {
        let [a, b] = [[0.0, 0.0], [self.width, self.height]].map(|corner| turned(corner, quarter_turns));
        [a[0].min(b[0]), a[1].min(b[1]), a[0].max(b[0]), a[1].max(b[1])]
    }

    /// From the corner about which the box is turned to where it stands in the figure.
    fn shift(&self, style: &TextStyle, [x, y]: [f64; 2]) -> [f64; 2] {
        let [left, top, right, bottom] = self.bounds(style.quarter_turns);
        let across = match style.ha {
            HAlign::Left => left,
            HAlign::Center => left.midpoint(right),
            HAlign::Right => right,
        };
        let down = match style.va {
            VAlign::Top => top,
            VAlign::Center => top.midpoint(bottom),
            // So matplotlib has it for turned texts too.
            VAlign::Baseline => bottom - self.descent,
            VAlign::Bottom => bottom,
        };
        [x - across, y - down]
    }

    /// The ink of each line in the figure; lines begin at whole pixels.
    fn inks(&self, font: &Font, em_px: f64, quarter_turns: u8, shift: [f64; 2]) -> Vec<Coverage> {
        let ink = |&(line, origin): &(&str, [f64; 2])| {
            let upright = font.draw(line, em_px as f32, 0, 0);
            let mut ink = (0..quarter_turns).fold(upright, |ink, _| ink.turned_left());
            let at = turned(origin, quarter_turns);
            ink.x += (at[0] + shift[0]).round() as i64;
            ink.y += (at[1] + shift[1]).round() as i64;
            ink
        };
        self.lines.iter().map(ink).filter(|ink| !ink.values.is_empty()).collect()
    }
}

/// A place turned to the left about the origin, y down, as [`Coverage::turned_left`] turns ink.
fn turned(place: [f64; 2], quarter_turns: u8) -> [f64; 2] {
    (0..quarter_turns).fold(place, |[x, y], _| [y, -x])
}
