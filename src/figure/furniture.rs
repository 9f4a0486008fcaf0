//! What stands around a map: the furniture that all figures of a layout share, drawn once, and the title, drawn for
//! each.

use super::crowd::LabelBox;
use super::overlay::Overlay;
use super::text::Font;
use super::ticks::colorbar_spec;
use super::{Colorbar, INK, colorbar};
use crate::style::layout::{
    ColorbarLayout, LINE_ASCENT_EM, LINE_SPACING_EM, Layout, LayoutSpec, POINTS_PER_INCH, PixelBox,
};

/// How a batch's figures are furnished.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureStyle {
    /// Width and height of the figure, in inches.
    pub figsize_in: (f64, f64),
    /// Pixels in an inch.
    pub dpi: f64,
    /// Size of the title, in points.
    pub title_size_pt: f64,
    /// Lines to keep free for titles: those of the batch's longest title, 0 if no figure has one.
    pub title_lines: u32,
    /// The colorbar; `None` for figures without a raster.
    pub colorbar: Option<Colorbar>,
    /// The map is the whole figure and nothing stands around it.
    pub frame_only: bool,
}

impl FigureStyle {
    /// What the layout must have room for.
    #[must_use]
    pub fn layout_spec(&self, font: &Font) -> LayoutSpec {
        let width_pt = self.figsize_in.0 * POINTS_PER_INCH;
        LayoutSpec {
            figsize_in: self.figsize_in,
            dpi: self.dpi,
            title_size_pt: self.title_size_pt,
            title_lines: self.title_lines,
            colorbar: self.colorbar.as_ref().map(|colorbar| colorbar_spec(font, colorbar, width_pt)),
            frame_only: self.frame_only,
        }
    }

    /// The texts that stand around every map of the style, but for numbers.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.colorbar.iter().flat_map(Colorbar::texts).collect()
    }
}

/// What frames a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapFrame {
    /// The box that it fills.
    Box,
    /// Its own outline, which is no furniture.
    Outline,
}

/// The map frame and the colorbar: everything but the title. Nothing for a frame-only layout.
#[must_use]
pub fn furniture(font: &Font, style: &FigureStyle, layout: &Layout, frame: MapFrame) -> Vec<Overlay> {
    if layout.frame_only {
        return Vec::new();
    }
    let mut patches = match frame {
        MapFrame::Box => map_frame(layout),
        MapFrame::Outline => Vec::new(),
    };
    patches.extend(style.colorbar.as_ref().and_then(|colorbar| colorbar::draw(font, colorbar, layout)));
    patches
}

/// The boxes of all that stands in a layout beside the map's own furniture, which must keep clear of them.
#[must_use]
pub fn taken_boxes(layout: &Layout) -> Vec<LabelBox> {
    let of_bar = |parts: ColorbarLayout| [Some(parts.bar), Some(parts.ticks), Some(parts.tick_labels), parts.caption];
    let of_bars = layout.colorbar.into_iter().flat_map(of_bar);
    of_bars.chain([layout.title]).flatten().map(LabelBox::from).collect()
}

/// A figure's title, centred over the map; `None` if there is nothing to draw. A line that is wider than the figure is
/// made smaller, to 60 % at most, and then ends in an ellipsis. Lines beyond the layout's join the last one.
#[must_use]
pub fn title(font: &Font, style: &FigureStyle, layout: &Layout, text: &str) -> Option<Overlay> {
    let area = layout.title?;
    let em_px = layout.px(style.title_size_pt);
    let mut patch = Overlay::transparent(title_block(layout, area, em_px));
    let lines = merged_lines(text, style.title_lines);
    // A shorter title than the batch's longest stands directly above the map.
    let unused = f64::from(style.title_lines).max(1.0) - lines.len() as f64;
    for (index, line) in lines.iter().enumerate() {
        let fitted = font.fit(line, em_px as f32, area.width as f32);
        let width_px = f64::from(font.measure(&fitted.text, fitted.em_px).width_px);
        let (least, most) = (f64::from(area.x), (f64::from(area.right()) - width_px).max(area.x.into()));
        let left = (layout.map.centre_x() - width_px / 2.0).clamp(least, most);
        let down = LINE_ASCENT_EM + (unused + index as f64) * LINE_SPACING_EM;
        let baseline = i64::from(area.y) + (down * em_px).round() as i64;
        patch.paint(&font.draw(&fitted.text, fitted.em_px, left.round() as i64, baseline), INK);
    }
    patch.trimmed()
}

/// The title's box with half an em more above and below, for accents and deep letters, as far as the figure goes.
fn title_block(layout: &Layout, area: PixelBox, em_px: f64) -> PixelBox {
    let more = (em_px / 2.0).ceil() as u32;
    let y = area.y.saturating_sub(more);
    let bottom = area.bottom().saturating_add(more).min(layout.height_px);
    PixelBox { x: 0, y, width: layout.width_px, height: bottom - y }
}

/// The text's lines, at most `most`; the last holds all that remains.
fn merged_lines(text: &str, most: u32) -> Vec<String> {
    let most = most.max(1) as usize;
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let (kept, rest) = lines.split_at(lines.len().min(most - 1));
    let rest = (!rest.is_empty()).then(|| rest.join(" "));
    kept.iter().map(|line| (*line).to_owned()).chain(rest).collect()
}

/// Four strips of whole pixels around the map box, centred on its edge as matplotlib's spines; the odd pixel of the
/// width stands outside.
fn map_frame(layout: &Layout) -> Vec<Overlay> {
    let (width, outer) = (layout.line_px(), layout.outer_line_px());
    let (map, inner) = (layout.map, width - outer);
    let (left, top) = (map.x.saturating_sub(outer), map.y.saturating_sub(outer));
    let (right, bottom) = ((map.right() + outer).min(layout.width_px), (map.bottom() + outer).min(layout.height_px));
    let strip = |x: u32, y: u32, right: u32, bottom: u32| {
        Overlay::filled(PixelBox { x, y, width: right.saturating_sub(x), height: bottom.saturating_sub(y) }, INK)
    };
    let (inner_top, inner_bottom) = (map.y + inner, map.bottom() - inner);
    vec![
        strip(left, top, right, inner_top),
        strip(left, inner_bottom, right, bottom),
        strip(left, inner_top, map.x + inner, inner_bottom),
        strip(map.right() - inner, inner_top, right, inner_bottom),
    ]
}
