//! An arrow in the map that points to true north.

use super::INK;
use super::overlay::Overlay;
use super::swatch;
use crate::style::layout::{Layout, SignedBox};
use crate::style::{Along, BoxLoc, Color, Halo, MarkerShape};

/// The width of the needle's outline, in points.
const LINE_PT: f64 = 0.8;
/// The edge around all, narrower than that of letters, whose strokes are thinner.
const HALO: Halo = Halo { color: Color::WHITE, width_pt: 1.2 };
/// The colour of the needle's bright half.
const WHITE: [u8; 4] = [255; 4];

/// The needle in shares of the arrow's size, north upwards: its tip, its left foot, the notch between its feet, its
/// right foot.
const NEEDLE: [[f64; 2]; 4] = [[0.0, 0.22], [-0.17, -0.46], [0.0, -0.32], [0.17, -0.46]];
/// The letter N: the box that it fills, and how wide its strokes are.
const LETTER: [f64; 4] = [-0.075, 0.29, 0.075, 0.48];
const STEM: f64 = 0.04;
/// The slanting stroke's width along the stems.
const SLANT: f64 = 0.072;

/// A north arrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NorthArrow {
    /// Where it stands in the map.
    pub loc: BoxLoc,
    /// Its length with the letter, in points.
    pub size_pt: f64,
}

impl NorthArrow {
    /// The middle of the arrow in a layout, about which it turns, in pixels of the map's box.
    #[must_use]
    pub fn middle_px(&self, layout: &Layout) -> [f64; 2] {
        let pad = layout.px(BoxLoc::PAD_PT) + layout.px(self.size_pt) / 2.0;
        let middle = |along: Along, side: u32| along.start(side.into(), 0.0, pad).round();
        [middle(self.loc.across, layout.map.width), middle(self.loc.down, layout.map.height)]
    }

    /// Draws it towards an angle in radians, from upward to the right.
    #[must_use]
    pub fn draw(&self, layout: &Layout, angle: f64) -> Option<Overlay> {
        let size = layout.px(self.size_pt);
        let (sin, cos) = angle.sin_cos();
        let turned = |&[u, v]: &[f64; 2]| [(u * cos + v * sin) * size, (v * cos - u * sin) * size];
        let needle: Vec<_> = NEEDLE.iter().map(turned).collect();
        let letter: Vec<_> = letter().iter().map(turned).collect();
        let [tip, left, notch, right] = [needle[0], needle[1], needle[2], needle[3]];
        let (line, halo) = (layout.px(LINE_PT), layout.px(HALO.width_pt));
        let shapes = [
            (MarkerShape::grown_polygon(&needle, halo + line / 2.0), HALO.color.to_rgba8()),
            (MarkerShape::grown_polygon(&letter, halo), HALO.color.to_rgba8()),
            (MarkerShape::polygon(&[tip, notch, right]), WHITE),
            (MarkerShape::polygon(&[tip, left, notch]), INK),
            (MarkerShape::polygon_outline(&needle, line), INK),
            (MarkerShape::polygon(&letter), INK),
        ];
        let [x, y] = self.middle_px(layout);
        let middle = [f64::from(layout.map.x) + x, f64::from(layout.map.y) + y];
        let reach = shapes.iter().map(|(shape, _)| f64::from(shape.reach_px())).fold(0.0, f64::max);
        let mut patch = Overlay::transparent(SignedBox::about(middle, reach).clipped(layout)?);
        for (shape, color) in &shapes {
            swatch::fill(&mut patch, shape, middle, *color);
        }
        patch.trimmed()
    }
}

/// The letter's outline, counterclockwise.
fn letter() -> [[f64; 2]; 10] {
    let [left, bottom, right, top] = LETTER;
    let (inner_left, inner_right) = (left + STEM, right - STEM);
    [
        [left, bottom],
        [inner_left, bottom],
        [inner_left, top - SLANT],
        [inner_right, bottom],
        [right, bottom],
        [right, top],
        [inner_right, top],
        [inner_right, bottom + SLANT],
        [inner_left, top],
        [left, top],
    ]
}
