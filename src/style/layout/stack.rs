//! The one mechanism by which parts stand around a map: each side is a stack of strips, from the map outward.
//!
//! To give something room, name it as a [`Part`] and put its strip into the stack of its side in `sides.rs`; the map
//! gets what is left, and wherever the map then stands, the strips stand around it.

use super::pixel_box::PixelBox;
use super::spec::Side;

/// What a strip is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Blank paper, or room for what is placed for each map, as labels at its edges.
    Gap,
    /// A part of the colorbar of this index.
    Colorbar(usize, BarPart),
    Title,
    Subtitle,
    Footer,
}

/// The parts of a colorbar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BarPart {
    Bar,
    Ticks,
    TickLabels,
    Caption,
}

/// How far a strip reaches along the side of the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Span {
    /// This share of the map's side, about its middle.
    Map(f64),
    /// The whole figure but for blank paper of so many pixels at both ends.
    Figure(i64),
}

/// A strip beside the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Strip {
    pub part: Part,
    /// Across the side of the map, in pixels.
    pub thickness_px: i64,
    pub span: Span,
}

/// The strips on a side of the map, from the map outward.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stack {
    pub side: Side,
    strips: Vec<Strip>,
}

impl Stack {
    pub(super) fn new(side: Side) -> Self {
        Self { side, strips: Vec::new() }
    }

    pub(super) fn push(&mut self, part: Part, thickness_px: i64, span: Span) {
        self.strips.push(Strip { part, thickness_px, span });
    }

    /// Room that has no box.
    pub(super) fn push_gap(&mut self, thickness_px: i64) {
        self.push(Part::Gap, thickness_px, Span::Map(1.0));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.strips.is_empty()
    }

    /// From the map to the outer edge of the last strip, in pixels.
    pub(super) fn depth_px(&self) -> i64 {
        self.strips.iter().map(|strip| strip.thickness_px).sum()
    }

    /// The boxes of the strips around a map in a figure of a width and height.
    pub(super) fn placed(&self, map: PixelBox, figure: (u32, u32)) -> impl Iterator<Item = (Part, PixelBox)> {
        let mut inner_px = 0;
        self.strips.iter().map(move |strip| {
            let place = strip.beside(self.side, map, inner_px, figure);
            inner_px += strip.thickness_px;
            (strip.part, place)
        })
    }
}

impl Strip {
    /// The box of the strip `inner_px` away from the map.
    fn beside(&self, side: Side, map: PixelBox, inner_px: i64, figure: (u32, u32)) -> PixelBox {
        let thickness = self.thickness_px;
        let (start, length) = if side.is_horizontal() {
            self.span.along((map.x, map.width), figure.0)
        } else {
            self.span.along((map.y, map.height), figure.1)
        };
        match side {
            Side::Top => PixelBox::from_signed(start, i64::from(map.y) - inner_px - thickness, length, thickness),
            Side::Bottom => PixelBox::from_signed(start, i64::from(map.bottom()) + inner_px, length, thickness),
            Side::Left => PixelBox::from_signed(i64::from(map.x) - inner_px - thickness, start, thickness, length),
            Side::Right => PixelBox::from_signed(i64::from(map.right()) + inner_px, start, thickness, length),
        }
    }
}

impl Span {
    /// Start and length along a side, given the map's there and the figure's whole length.
    fn along(self, (map_start, map_length): (u32, u32), figure: u32) -> (i64, i64) {
        let (map_start, map_length) = (i64::from(map_start), i64::from(map_length));
        match self {
            Self::Map(share) => {
                let length = ((map_length as f64 * share).round() as i64).clamp(1, map_length.max(1));
                (map_start + (map_length - length) / 2, length)
            }
            Self::Figure(margin) => (margin, i64::from(figure) - 2 * margin),
        }
    }
}
