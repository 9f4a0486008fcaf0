//! What a figure holds, as far as its boxes depend on it: all of it in points, whatever the resolution.

/// What a figure holds, as far as its boxes depend on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayoutSpec {
    /// Width and height of the figure, in inches.
    pub figsize_in: (f64, f64),
    /// Pixels in an inch.
    pub dpi: f64,
    /// The texts above and below the map.
    pub headings: Headings,
    /// Room directly around the map.
    pub edge_labels: EdgeLabels,
    /// The needs of the colorbars; those on one side of the map stand outward from it in this order.
    pub colorbars: Vec<ColorbarSpec>,
    /// The map box is the whole figure; everything else here but the size is ignored.
    pub frame_only: bool,
}

/// The texts above and below a map that all figures of a batch have room for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Headings {
    /// Above the map.
    pub title: TextLines,
    /// Between title and map.
    pub subtitle: TextLines,
    /// Below everything.
    pub footer: TextLines,
}

/// Lines of text of one size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TextLines {
    /// Their size, in points.
    pub size_pt: f64,
    /// How many there is room for: as many as the batch's longest text has; 0 if no figure has one.
    pub lines: u32,
}

/// Room for labels at the edges of the map, between its frame and all else, in points; 0 where there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EdgeLabels {
    /// Width of the room to the left of the map.
    pub left_pt: f64,
    /// Width of the room to the right of the map.
    pub right_pt: f64,
    /// Height of the room above the map.
    pub top_pt: f64,
    /// Height of the room below the map.
    pub bottom_pt: f64,
    /// How far labels to the left and right may reach above the map.
    pub rise_pt: f64,
}

impl EdgeLabels {
    /// The room on a side, in points.
    #[must_use]
    pub fn on(&self, side: Side) -> f64 {
        match side {
            Side::Left => self.left_pt,
            Side::Right => self.right_pt,
            Side::Top => self.top_pt,
            Side::Bottom => self.bottom_pt,
        }
    }
}

/// A side of the map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Side {
    /// Above the map.
    Top,
    /// Below the map.
    #[default]
    Bottom,
    /// To the left of the map.
    Left,
    /// To the right of the map.
    Right,
}

impl Side {
    /// Whether what stands there lies from left to right, as a colorbar above or below the map does.
    #[must_use]
    pub fn is_horizontal(self) -> bool {
        matches!(self, Self::Top | Self::Bottom)
    }
}

/// How thick a colorbar is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Thickness {
    /// A share of the figure's height, within bounds: 12 points in a figure of 9 inches.
    #[default]
    OfFigure,
    /// So many points.
    Points(f64),
    /// The bar's length divided by this (matplotlib's `aspect`). A map that is shrunk to a shape keeps the thickness
    /// that its bar has beside the map of full size.
    Aspect(f64),
}

/// Where a colorbar stands and how large it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BarBox {
    /// The side of the map; a bar to its left or right is vertical.
    pub side: Side,
    /// From the map, or what stands between, to the bar, in points.
    pub pad_pt: f64,
    /// Thickness of the bar.
    pub thickness: Thickness,
    /// The bar's length as a share of the map's side, more than 0 and at most 1 (matplotlib's `shrink`).
    pub shrink: f64,
}

impl Default for BarBox {
    fn default() -> Self {
        Self { side: Side::Bottom, pad_pt: 8.0, thickness: Thickness::OfFigure, shrink: 1.0 }
    }
}

/// What a colorbar holds, as far as boxes depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColorbarSpec {
    /// The bar itself.
    pub bar: BarBox,
    /// Whether a line for the label, or for a horizontal bar's common exponent, stands beyond the tick labels.
    pub has_caption: bool,
    /// How far the widest tick label reaches beyond the end of a bar as long as the map; for vertical bars, how far
    /// texts reach above it. In points.
    pub overhang_pt: f64,
    /// Width of the widest tick label of a vertical bar, in points.
    pub tick_label_pt: f64,
}
