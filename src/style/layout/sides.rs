//! What stands on which side of the map, in which order and how thick, and the blank paper beyond it.

use super::spec::{BarBox, ColorbarSpec, LayoutSpec, Side, TextLines, Thickness};
use super::stack::{BarPart, Part, Span, Stack};
use super::{
    LABEL_SIZE_PT, LINE_ASCENT_EM, LINE_DESCENT_EM, LINE_SPACING_EM, POINTS_PER_INCH, TICK_LENGTH_PT, TICK_PAD_PT,
    outer_line_px,
};

/// Blank paper at each side of the figure, in points.
const MARGIN_PT: f64 = 9.0;
/// Blank paper under the last line of text: less than a margin, for few letters reach its bottom.
const BOTTOM_MARGIN_PT: f64 = 7.0;
/// Blank paper beyond the widest end tick label, in points.
const OVERHANG_MARGIN_PT: f64 = 3.0;
/// From the title's lowest letters to the map, in points; its baseline is then about matplotlib's 6 above the map.
const TITLE_GAP_PT: f64 = 2.5;
/// From the title's lowest letters to what stands between it and the map, which has letters too.
const HEADER_GAP_PT: f64 = 6.0;
/// From the subtitle's lowest letters to the title's: lines of one block of text stand nearer than that to the map.
const SUBTITLE_GAP_PT: f64 = 1.0;
/// From the lowest letters of all else to the footer's lines, in points.
const FOOTER_GAP_PT: f64 = 4.0;
/// The colorbar's thickness as a share of the figure's height: 12 points in a figure of 9 inches.
const COLORBAR_SHARE: f64 = 12.0 / (9.0 * POINTS_PER_INCH);
/// Bounds of that thickness, in points.
const COLORBAR_PT: (f64, f64) = (9.0, 18.0);
/// From the tick labels to the colorbar's label, in points (matplotlib's `axes.labelpad`).
const CAPTION_PAD_PT: f64 = 4.0;

/// All that stands around a map, in pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sides {
    pub left: Stack,
    pub right: Stack,
    pub top: Stack,
    pub bottom: Stack,
    /// From the figure's edges to the map: left, right, top, bottom.
    pub insets_px: [i64; 4],
}

impl Sides {
    /// Bars with a given ratio of length to thickness need the map's size; `map_px` is what it is taken to be.
    pub(super) fn new(spec: &LayoutSpec, map_px: (i64, i64)) -> Self {
        let builder = Builder { spec, map_px };
        let [left, right, top, bottom] = [Side::Left, Side::Right, Side::Top, Side::Bottom].map(|s| builder.stack(s));
        let insets_px = [&left, &right, &top, &bottom].map(|stack| builder.inset_px(stack));
        Self { left, right, top, bottom, insets_px }
    }

    /// Width and height of what is left of a figure for the map.
    pub(super) fn left_of(&self, figure: (i64, i64)) -> (i64, i64) {
        let [left, right, top, bottom] = self.insets_px;
        (figure.0 - left - right, figure.1 - top - bottom)
    }

    pub(super) fn stacks(&self) -> [&Stack; 4] {
        [&self.left, &self.right, &self.top, &self.bottom]
    }
}

struct Builder<'a> {
    spec: &'a LayoutSpec,
    map_px: (i64, i64),
}

impl Builder<'_> {
    fn px(&self, points: f64) -> i64 {
        (points * self.spec.dpi / POINTS_PER_INCH).round().max(0.0) as i64
    }

    fn margin_px(&self) -> i64 {
        self.px(MARGIN_PT).max(outer_line_px(self.spec.dpi).into())
    }

    fn stack(&self, side: Side) -> Stack {
        let mut stack = Stack::new(side);
        let edge_px = self.px(self.spec.edge_labels.on(side));
        if edge_px > 0 {
            stack.push_gap(edge_px);
        }
        for (index, needs) in self.spec.colorbars.iter().enumerate().filter(|(_, needs)| needs.bar.side == side) {
            self.push_colorbar(&mut stack, index, needs);
        }
        match side {
            Side::Top => self.push_header(&mut stack),
            Side::Bottom => self.push_footer(&mut stack),
            Side::Left | Side::Right => {}
        }
        stack
    }

    fn push_colorbar(&self, stack: &mut Stack, index: usize, needs: &ColorbarSpec) {
        let bar = needs.bar;
        let part = |part: BarPart| Part::Colorbar(index, part);
        let line_px = self.px(LABEL_SIZE_PT * (LINE_ASCENT_EM + LINE_DESCENT_EM));
        let labels_px = if bar.side.is_horizontal() { line_px } else { self.px(needs.tick_label_pt) };
        stack.push_gap(self.px(bar.pad_pt));
        stack.push(part(BarPart::Bar), self.bar_px(bar), Span::Map(bar.shrink));
        stack.push(part(BarPart::Ticks), self.px(TICK_LENGTH_PT), Span::Map(bar.shrink));
        stack.push_gap(self.px(TICK_PAD_PT));
        stack.push(part(BarPart::TickLabels), labels_px, Span::Figure(0));
        if needs.has_caption {
            stack.push_gap(self.px(CAPTION_PAD_PT));
            stack.push(part(BarPart::Caption), line_px, Span::Figure(0));
        }
    }

    /// Thickness of a bar.
    fn bar_px(&self, bar: BarBox) -> i64 {
        match bar.thickness {
            Thickness::OfFigure => {
                let thickness_pt = COLORBAR_SHARE * self.spec.figsize_in.1 * POINTS_PER_INCH;
                self.px(thickness_pt.clamp(COLORBAR_PT.0, COLORBAR_PT.1))
            }
            Thickness::Points(points) => self.px(points).max(1),
            Thickness::Aspect(aspect) => {
                let side_px = if bar.side.is_horizontal() { self.map_px.0 } else { self.map_px.1 };
                ((side_px as f64 * bar.shrink / aspect).round() as i64).max(1)
            }
        }
    }

    /// Subtitle and title, above all else.
    fn push_header(&self, stack: &mut Stack) {
        let texts = [(Part::Subtitle, self.spec.headings.subtitle), (Part::Title, self.spec.headings.title)];
        let nearest_pt = if stack.is_empty() { TITLE_GAP_PT } else { HEADER_GAP_PT };
        let mut gap_px = self.px(nearest_pt).max(self.rise_px() + self.px(TITLE_GAP_PT) - stack.depth_px());
        for (part, text) in texts.into_iter().filter(|(_, text)| text.lines > 0) {
            stack.push_gap(gap_px);
            stack.push(part, self.height_px(text), Span::Figure(self.margin_px()));
            gap_px = self.px(SUBTITLE_GAP_PT);
        }
    }

    fn push_footer(&self, stack: &mut Stack) {
        let footer = self.spec.headings.footer;
        if footer.lines > 0 {
            stack.push_gap(self.px(FOOTER_GAP_PT));
            stack.push(Part::Footer, self.height_px(footer), Span::Figure(self.margin_px()));
        }
    }

    /// The height of lines of text.
    fn height_px(&self, text: TextLines) -> i64 {
        let more = f64::from(text.lines.saturating_sub(1));
        self.px((LINE_ASCENT_EM + LINE_DESCENT_EM + more * LINE_SPACING_EM) * text.size_pt)
    }

    /// How far texts of vertical bars and labels at the left and right reach above the map.
    fn rise_px(&self) -> i64 {
        self.overhang_px(|bar| !bar.side.is_horizontal(), 0.0).max(self.px(self.spec.edge_labels.rise_pt))
    }

    /// The furthest that texts of some bars reach beyond the bars' ends, with blank paper beyond them; 0 without bars.
    fn overhang_px(&self, is_meant: impl Fn(BarBox) -> bool, blank_pt: f64) -> i64 {
        let meant = self.spec.colorbars.iter().filter(|needs| is_meant(needs.bar));
        meant.map(|needs| self.px(needs.overhang_pt + blank_pt)).max().unwrap_or(0)
    }

    /// From the figure's edge to the map.
    fn inset_px(&self, stack: &Stack) -> i64 {
        let margin_px = self.margin_px();
        let depth_px = stack.depth_px();
        match stack.side {
            Side::Left | Side::Right => {
                let overhang_px = self.overhang_px(|bar| bar.side.is_horizontal(), OVERHANG_MARGIN_PT);
                (depth_px + margin_px).max(overhang_px)
            }
            Side::Top => (depth_px + margin_px).max(self.rise_px() + self.px(OVERHANG_MARGIN_PT)),
            Side::Bottom if stack.is_empty() => margin_px,
            Side::Bottom => depth_px + self.px(BOTTOM_MARGIN_PT),
        }
    }
}
