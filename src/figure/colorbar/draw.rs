//! Drawing a colorbar with outline, ticks and texts as one patch.

use super::{BarAxis, BarShape, Colorbar};
use crate::figure::INK;
use crate::figure::overlay::Overlay;
use crate::figure::text::{Coverage, Font};
use crate::figure::ticks::{OFFSET_GAP_EM, TickSet, place_ticks};
use crate::style::layout::{
    ColorbarLayout, LABEL_SIZE_PT, LINE_ASCENT_EM, LINE_DESCENT_EM, Layout, PixelBox, Side, SignedBox,
};

/// Length of a minor tick mark as a share of a major one's (matplotlib's `xtick.minor.size`, 2 of 3.5 points).
const MINOR_TICK_SHARE: f64 = 2.0 / 3.5;
/// Width of a line between colours: half of the outline's, as matplotlib's `dividers`.
const DIVIDER_PT: f64 = 0.4;

/// Draws a colorbar with outline, ticks and texts as one patch.
#[must_use]
pub(in crate::figure) fn draw(
    font: &Font,
    colorbar: &Colorbar,
    layout: &Layout,
    parts: &ColorbarLayout,
) -> Option<Overlay> {
    let axis = BarAxis::new(layout, parts);
    let drawing = Drawing {
        font,
        colorbar,
        layout,
        parts,
        axis,
        shape: BarShape::new(colorbar, &axis),
        set: place_ticks(font, colorbar, layout, parts),
        em_px: layout.px(LABEL_SIZE_PT),
    };
    let mut patch = Overlay::transparent(drawing.block().clipped(layout)?);
    drawing.bar(&mut patch);
    drawing.dividers(&mut patch);
    drawing.ticks(&mut patch);
    drawing.tick_labels(&mut patch);
    let taken_from_px = drawing.exponent(&mut patch);
    drawing.label(&mut patch, taken_from_px);
    patch.trimmed()
}

struct Drawing<'a> {
    font: &'a Font,
    colorbar: &'a Colorbar,
    layout: &'a Layout,
    parts: &'a ColorbarLayout,
    axis: BarAxis,
    shape: BarShape,
    set: TickSet,
    em_px: f64,
}

impl Drawing<'_> {
    /// From the outline's edge at the map's side to the figure's edge.
    fn block(&self) -> SignedBox {
        let bar = SignedBox::from(self.parts.bar).grown(self.layout.outer_line_px().into());
        let figure = SignedBox::from(self.layout.figure());
        match self.parts.side {
            Side::Bottom => SignedBox { top: bar.top, ..figure },
            Side::Top => SignedBox { bottom: bar.bottom, ..figure },
            // The common exponent may reach back over the bar.
            Side::Right => SignedBox { left: bar.left / 2, ..figure },
            Side::Left => SignedBox { right: bar.right, ..figure },
        }
    }

    fn bar(&self, patch: &mut Overlay) {
        let outer = i64::from(self.layout.outer_line_px());
        let inner = i64::from(self.layout.line_px()) - outer;
        let across = -outer..i64::from(self.axis.thickness_px()) + outer;
        // Shares of fill and line across the bar. The fill ends under the middle of the line, so that no paper shines
        // through where both end in a pixel.
        let profile = |along: i64| -> Vec<(f32, f32)> {
            let grown = |out: i64, by: f64| self.shape.coverage(along, out, by);
            let line = |out: i64| grown(out, outer as f64) - grown(out, -inner as f64);
            across.clone().map(|out| (grown(out, (outer - inner) as f64 / 2.0), line(out))).collect()
        };
        let straight = profile(self.shape.middle_px() as i64);
        let (start, length) = (i64::from(self.axis.start_px()), i64::from(self.axis.length_px()));
        for along in start - outer..start + length + outer {
            let own = (!self.shape.is_straight(along, inner)).then(|| profile(along));
            let color = u32::try_from(along).ok().and_then(|along| self.shape.color(self.colorbar, along));
            for (out, (fill, line)) in across.clone().zip(own.as_ref().unwrap_or(&straight)) {
                let (x, y) = self.axis.pixel(along, out);
                if let Some(color) = color {
                    patch.blend(x, y, color, *fill);
                }
                patch.blend(x, y, INK, *line);
            }
        }
    }

    /// Lines between neighbouring colours, and before pointed ends.
    fn dividers(&self, patch: &mut Overlay) {
        if !self.colorbar.style.drawedges {
            return;
        }
        let classes = self.colorbar.colors.len();
        let first = usize::from(self.colorbar.under.is_none());
        let last = if self.colorbar.over.is_some() { classes } else { classes.saturating_sub(1) };
        let width = self.layout.px(DIVIDER_PT).round().max(1.0) as u32;
        for index in first..=last {
            let place = self.shape.position(self.colorbar.scale.class_edge(index, classes));
            self.mark(patch, self.shape.mark_start(place, width), width, 0..i64::from(self.axis.thickness_px()));
        }
    }

    fn ticks(&self, patch: &mut Overlay) {
        let width = self.layout.line_px();
        let length = if self.axis.is_horizontal() { self.parts.ticks.height } else { self.parts.ticks.width };
        let from = i64::from(self.axis.thickness_px());
        let minor_length = (f64::from(length) * MINOR_TICK_SHARE).round() as i64;
        let major = self.set.ticks.iter().map(|tick| (tick.mark_px, i64::from(length)));
        let minor = self.set.minor_marks_px.iter().map(|start| (*start, minor_length));
        for (start, length) in major.chain(minor) {
            self.mark(patch, start, width, from..from + length);
        }
    }

    /// A line across the bar.
    fn mark(&self, patch: &mut Overlay, start: i64, width: u32, out: std::ops::Range<i64>) {
        for out in out {
            for along in start..start + i64::from(width) {
                let (x, y) = self.axis.pixel(along, out);
                patch.blend(x, y, INK, 1.0);
            }
        }
    }

    fn tick_labels(&self, patch: &mut Overlay) {
        let area = self.parts.tick_labels;
        for label in self.set.ticks.iter().filter_map(|tick| tick.label.as_ref()) {
            let (left, baseline) = match self.parts.side {
                Side::Top | Side::Bottom => (label.start_px.round() as i64, baseline(area, self.em_px)),
                Side::Right => (i64::from(area.x), self.row_px(label.start_px)),
                Side::Left => ((f64::from(area.right()) - label.width_px).round() as i64, self.row_px(label.start_px)),
            };
            patch.paint(&self.font.draw(&label.text, self.em_px as f32, left, baseline), INK);
        }
    }

    /// The row whose upper edge is nearest to a place along a vertical bar.
    fn row_px(&self, along_px: f64) -> i64 {
        (f64::from(self.layout.height_px) - along_px).round() as i64
    }

    /// The power of ten and the offset of all tick labels: at the right end of a horizontal bar's label line, above a
    /// vertical bar: matplotlib's offset text. Returns where along the label's line it begins.
    fn exponent(&self, patch: &mut Overlay) -> Option<f32> {
        let text = self.set.exponent.as_ref()?;
        let em_px = self.em_px as f32;
        let (bar, width_px) = (self.parts.bar, self.font.measure(text, em_px).width_px);
        if self.axis.is_horizontal() {
            let left = (bar.right() as f32 - width_px).max(0.0);
            let baseline = baseline(self.parts.caption?, self.em_px);
            patch.paint(&self.font.draw(text, em_px, left.round() as i64, baseline), INK);
            return Some(left);
        }
        let most_left = (self.layout.width_px as f32 - width_px - 1.0).max(0.0);
        let left = match self.parts.side {
            Side::Left => (bar.right() as f32 - width_px).max(1.0),
            _ => bar.x as f32,
        };
        let above_px = (OFFSET_GAP_EM + LINE_DESCENT_EM) * self.em_px;
        let baseline = (f64::from(bar.y) - above_px).round() as i64;
        patch.paint(&self.font.draw(text, em_px, left.min(most_left).round() as i64, baseline), INK);
        None
    }

    /// The label beside the bar's middle, reading upward beside a vertical one.
    fn label(&self, patch: &mut Overlay, taken_from_px: Option<f32>) {
        let (Some(area), Some(label)) = (self.parts.caption, &self.colorbar.label) else { return };
        let em_px = self.em_px as f32;
        let (figure_px, middle) = (self.axis.figure_px() as f32, self.shape.middle_px() as f32);
        let mut half_room = middle.min(figure_px - middle) - em_px / 4.0;
        if let Some(left) = taken_from_px {
            half_room = half_room.min(left - em_px - middle);
        }
        let fitted = self.font.fit(label, em_px, 2.0 * half_room.max(0.0));
        let start = middle - self.font.measure(&fitted.text, fitted.em_px).width_px / 2.0;
        let start = start.round() as i64;
        let ink = if self.axis.is_horizontal() {
            self.font.draw(&fitted.text, fitted.em_px, start, baseline(area, self.em_px))
        } else {
            let column = i64::from(area.x) + (LINE_ASCENT_EM * self.em_px).round() as i64;
            let upward = self.font.draw(&fitted.text, fitted.em_px, start, column).turned_left();
            Coverage { y: upward.y + i64::from(self.layout.height_px), ..upward }
        };
        patch.paint(&ink, INK);
    }
}

/// The baseline of a line of text in its box, on a whole pixel row.
fn baseline(row: PixelBox, em_px: f64) -> i64 {
    i64::from(row.y) + (LINE_ASCENT_EM * em_px).round() as i64
}
