//! What stands around a map and is the same for all figures of a layout, so that it is drawn once.

use std::borrow::Cow;

use super::overlay::Overlay;
use super::text::Font;
use super::ticks::colorbar_spec;
use super::{Colorbar, INK, Logo, colorbar, legend};
use crate::style::Legend;
use crate::style::layout::{
    ColorbarLayout, EdgeLabels, Headings, Layout, LayoutSpec, POINTS_PER_INCH, PixelBox, SignedBox,
};

/// How a batch's figures are furnished.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureStyle {
    /// Width and height of the figure, in inches.
    pub figsize_in: (f64, f64),
    /// Pixels in an inch.
    pub dpi: f64,
    /// The texts above and below the map.
    pub headings: Headings,
    /// The colorbars, those of one side from the map outward; none for figures without a raster.
    pub colorbars: Vec<Colorbar>,
    /// The legend in the map's box; `None` for figures without one.
    pub legend: Option<Legend>,
    /// The pictures on the map or the figure, the lowest first.
    pub logos: Vec<Logo>,
    /// Room for labels at the edges of the map.
    pub edge_labels: EdgeLabels,
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
            headings: self.headings,
            colorbars: self.colorbars.iter().map(|colorbar| colorbar_spec(font, colorbar, width_pt)).collect(),
            edge_labels: self.edge_labels,
            frame_only: self.frame_only,
        }
    }

    /// The texts that stand around every map of the style, but for numbers.
    pub fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let legend = self.legend.iter().flat_map(|legend| {
            let labels = legend.entries.iter().map(|entry| entry.label.as_str());
            labels.chain(legend.style.title.as_deref()).map(Cow::Borrowed)
        });
        self.colorbars.iter().flat_map(Colorbar::texts).chain(legend)
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

/// The map frame, colorbars, legend and pictures: everything but the texts. Nothing for a frame-only layout.
#[must_use]
pub fn furniture(font: &Font, style: &FigureStyle, layout: &Layout, frame: MapFrame) -> Vec<Overlay> {
    if layout.frame_only {
        return Vec::new();
    }
    let mut patches = match frame {
        MapFrame::Box => map_frame(layout),
        MapFrame::Outline => Vec::new(),
    };
    let bars = style.colorbars.iter().zip(&layout.colorbars);
    patches.extend(bars.filter_map(|(colorbar, parts)| colorbar::draw(font, colorbar, layout, parts)));
    patches.extend(style.logos.iter().map(|logo| logo.draw(layout)));
    patches.extend(style.legend.as_ref().and_then(|legend| legend::draw(font, legend, layout)));
    patches
}

/// The boxes of all that stands in a layout beside the map's own furniture, which must keep clear of them.
#[must_use]
pub fn taken_boxes(font: &Font, style: &FigureStyle, layout: &Layout) -> Vec<SignedBox> {
    let of_bar = |parts: &ColorbarLayout| [Some(parts.bar), Some(parts.ticks), Some(parts.tick_labels), parts.caption];
    let of_bars = layout.colorbars.iter().flat_map(of_bar);
    let of_layout = of_bars.chain([layout.title, layout.subtitle, layout.footer]).flatten().map(SignedBox::from);
    let legend = style.legend.as_ref().filter(|_| !layout.frame_only);
    let logos = style.logos.iter().filter(|_| !layout.frame_only).map(|logo| SignedBox::from(logo.area(layout)));
    of_layout.chain(logos).chain(legend.and_then(|legend| legend::taken_box(font, legend, layout))).collect()
}

/// Four strips of whole pixels around the map box, centred on its edge as matplotlib's spines; the odd pixel of the
/// width stands outside.
fn map_frame(layout: &Layout) -> Vec<Overlay> {
    let (width, outer) = (layout.line_px(), layout.outer_line_px());
    let (map, inner) = (layout.map, width - outer);
    let Some(whole) = SignedBox::from(map).grown(outer.into()).clipped(layout) else { return Vec::new() };
    let (left, top, right, bottom) = (whole.x, whole.y, whole.right(), whole.bottom());
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
