//! Samples of what is drawn, for the legend: with the same colours, widths, dashes and markers as on the map.

use super::legend::HANDLE_LENGTH;
use super::overlay::Overlay;
use crate::style::layout::Layout;
use crate::style::{Color, LayerStyle, MarkerPath, MarkerShape, MarkerShapes, Swatch};

/// The height of a swatch in ems (`legend.handleheight`).
const HANDLE_HEIGHT: f64 = 0.7;

/// Draws a sample whose lower left corner is at a place of the figure in pixels.
pub(super) fn draw(patch: &mut Overlay, swatch: &Swatch, layout: &Layout, [left, baseline]: [f64; 2], em_px: f64) {
    let [width, height] = [HANDLE_LENGTH, HANDLE_HEIGHT].map(|ems| (ems * em_px).round());
    let middle = baseline - height / 2.0;
    match swatch {
        Swatch::Color(color) => {
            let area = MarkerShape::rectangle([left, baseline - height, left + width, baseline]);
            fill(patch, &area, [0.0; 2], *color);
        }
        Swatch::Area(style) => {
            let width_px = layout.px(style.linewidth_pt);
            // A line of an odd number of pixels is crisp on the middle of one.
            let shift = if style.edge.is_some() && width_px.round() % 2.0 == 1.0 { 0.5 } else { 0.0 };
            let corners = [left + shift, baseline - height + shift, left + width - shift, baseline - shift];
            color_of(style.face).inspect(|color| fill(patch, &MarkerShape::rectangle(corners), [0.0; 2], *color));
            let edge = MarkerShape::rectangle_outline(corners, width_px);
            color_of(style.edge).inspect(|color| fill(patch, &edge, [0.0; 2], *color));
        }
        Swatch::Line(style) => draw_line(patch, style, layout, [left, left + width], middle),
        Swatch::Point(style) => draw_marker(patch, style, layout, [left + width / 2.0, middle]),
    }
}

fn color_of(color: Option<Color>) -> Option<[u8; 4]> {
    color.map(Color::to_rgba8)
}

/// Lays a colour over the patch where a shape is, which stands at a place of the figure.
pub(super) fn fill(patch: &mut Overlay, shape: &MarkerShape, [x, y]: [f64; 2], color: [u8; 4]) {
    let [left, top, right, bottom] = shape.bounds_px().map(f64::from);
    for row in (y + top).floor() as i64..(y + bottom).ceil() as i64 {
        for column in (x + left).floor() as i64..(x + right).ceil() as i64 {
            let corner = [(column as f64 - x) as f32, (row as f64 - y) as f32];
            patch.blend(column, row, color, shape.coverage(corner, 1.0));
        }
    }
}

/// A line as it is drawn on the map, its dashes included.
fn draw_line(patch: &mut Overlay, style: &LayerStyle, layout: &Layout, [left, right]: [f64; 2], middle: f64) {
    let Some(color) = color_of(style.edge) else { return };
    let width_px = layout.px(style.linewidth_pt);
    let odd = width_px.round().max(1.0) % 2.0 == 1.0;
    let middle = if odd { middle.floor() + 0.5 } else { middle.round() };
    let length = right - left;
    let strokes = style.linestyle.dashes(width_px).map_or(vec![[0.0, length]], |dashes| dashes.strokes(length));
    let half = width_px / 2.0;
    for [from, to] in strokes {
        let corners = [left + from, middle - half, left + to, middle + half];
        fill(patch, &MarkerShape::rectangle(corners), [0.0; 2], color);
    }
}

fn draw_marker(patch: &mut Overlay, style: &LayerStyle, layout: &Layout, place: [f64; 2]) {
    let [size, width] = [style.markersize_pt, style.linewidth_pt].map(|pt| layout.px(pt));
    let (face, edge) = (color_of(style.marker_face), color_of(style.marker_edge));
    if let MarkerPath::Disc(diameter) = style.marker.path() {
        let radius = diameter * size / 2.0;
        face.inspect(|color| draw_disc(patch, place, [0.0, radius], *color));
        edge.inspect(|color| draw_disc(patch, place, [radius - width / 2.0, radius + width / 2.0], *color));
        return;
    }
    let shapes = MarkerShapes::new(style.marker, size, width);
    if let (Some(shape), Some(color)) = (&shapes.face, face) {
        fill(patch, shape, place, color);
    }
    for (shape, color) in shapes.edge.iter().zip(edge.into_iter().cycle()) {
        fill(patch, shape, place, color);
    }
}

/// A disc with a hole, of these radii.
fn draw_disc(patch: &mut Overlay, [x, y]: [f64; 2], [hole, radius]: [f64; 2], color: [u8; 4]) {
    let within = |distance: f64| (distance + 0.5).clamp(0.0, 1.0);
    for row in (y - radius - 1.0).floor() as i64..(y + radius + 1.0).ceil() as i64 {
        for column in (x - radius - 1.0).floor() as i64..(x + radius + 1.0).ceil() as i64 {
            let distance = (column as f64 + 0.5 - x).hypot(row as f64 + 0.5 - y);
            let hole = if hole > 0.0 { within(hole - distance) } else { 0.0 };
            patch.blend(column, row, color, (within(radius - distance) - hole) as f32);
        }
    }
}
