//! Markers as polygons of pixels, so that how much of a pixel they cover can be computed: what is filled, and what the
//! outline or the strokes cover.

use super::marker::{Marker, MarkerJoin, MarkerPath};

/// Edges that a shape can have: the two contours of a star's bevelled outline.
pub const MOST_EDGES: usize = 32;

/// A shape whose area is the sum of what lies to the left of its edges; y down.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MarkerShape {
    /// Each from x, y to x, y in pixels from the marker's place. Contours round areas and those round holes go
    /// opposite ways.
    edges: Vec<[f32; 4]>,
}

/// What one marker is drawn of.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MarkerShapes {
    /// What the face's colour fills; None where there is none or the marker is a disc.
    pub face: Option<MarkerShape>,
    /// What the edge's colour covers: the union of these.
    pub edge: Vec<MarkerShape>,
}

impl MarkerShapes {
    /// The shapes of a marker that is no disc, of a size and a line width in pixels.
    #[must_use]
    pub fn new(marker: Marker, size_px: f64, width_px: f64) -> Self {
        match marker.path() {
            MarkerPath::Disc(_) => Self::default(),
            MarkerPath::Pixel => {
                let corners = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]];
                Self { face: Some(MarkerShape::of(&[&corners])), edge: Vec::new() }
            }
            MarkerPath::Polygon(points, join) => {
                let points = scaled(&points, size_px);
                let edge = vec![outline(&points, width_px / 2.0, join)];
                Self { face: Some(MarkerShape::of(&[&points])), edge }
            }
            MarkerPath::Strokes(strokes) => {
                let ends: Vec<_> = strokes.iter().map(|ends| [0, 1].map(|k| ends[k].map(|c| c * size_px))).collect();
                Self { face: None, edge: of_strokes(marker, &ends, width_px) }
            }
        }
    }
}

impl MarkerShape {
    /// The shape within closed contours.
    fn of(contours: &[&[[f64; 2]]]) -> Self {
        let of_contour = |points: &[[f64; 2]]| -> Vec<[f32; 4]> {
            let edge = |k: usize| {
                let (p, q) = (points[k], points[(k + 1) % points.len()]);
                // Paths have y upwards, pixels downwards.
                [p[0], -p[1], q[0], -q[1]].map(|c| c as f32)
            };
            (0..points.len()).map(edge).collect()
        };
        let edges: Vec<_> = contours.iter().flat_map(|points| of_contour(points)).collect();
        assert!(edges.len() <= MOST_EDGES, "{} edges of a marker, {MOST_EDGES} at most", edges.len());
        Self { edges }
    }

    /// A rectangle: left, top, right, bottom in pixels.
    #[must_use]
    pub fn rectangle(corners: [f64; 4]) -> Self {
        Self::of(&[&corners_of(corners)])
    }

    /// A closed polygon, counterclockwise with y upwards.
    #[must_use]
    pub fn polygon(points: &[[f64; 2]]) -> Self {
        Self::of(&[points])
    }

    /// Such a polygon and what is within so many pixels of it, its corners cut off.
    #[must_use]
    pub fn grown_polygon(points: &[[f64; 2]], by_px: f64) -> Self {
        Self::of(&[&moved_out(points, by_px, MarkerJoin::Bevel)])
    }

    /// What a pen of this width covers along the edges of such a polygon.
    #[must_use]
    pub fn polygon_outline(points: &[[f64; 2]], width_px: f64) -> Self {
        outline(points, width_px / 2.0, MarkerJoin::Miter)
    }

    /// What a pen of this width covers along a rectangle's edges.
    #[must_use]
    pub fn rectangle_outline(corners: [f64; 4], width_px: f64) -> Self {
        outline(&corners_of(corners), width_px / 2.0, MarkerJoin::Miter)
    }

    /// A box around it: left, top, right, bottom in pixels from its place.
    #[must_use]
    pub fn bounds_px(&self) -> [f32; 4] {
        let mut bounds = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        for [x, y] in self.edges.iter().map(|edge| [edge[0], edge[1]]) {
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        }
        bounds
    }

    /// Its edges: x, y to x, y in pixels from the marker's place, y down.
    #[must_use]
    pub fn edges(&self) -> &[[f32; 4]] {
        &self.edges
    }

    /// How far it reaches from the marker's place, along x or y, in pixels.
    #[must_use]
    pub fn reach_px(&self) -> f32 {
        self.edges.iter().flatten().fold(0.0, |reach, c| reach.max(c.abs()))
    }

    /// The share of a square of side `side` that the shape covers; `corner` is the square's upper left corner in pixels
    /// from the marker's place. The arithmetic of `marker.wgsl`.
    #[must_use]
    pub fn coverage(&self, corner: [f32; 2], side: f32) -> f32 {
        let sum: f32 = self.edges.iter().map(|edge| left_of(edge, corner, side)).sum();
        sum.abs().min(1.0)
    }
}

/// The signed share of a unit square (after moving and scaling) that lies between its left side and an edge.
fn left_of(edge: &[f32; 4], corner: [f32; 2], side: f32) -> f32 {
    let [ax, ay, bx, by] = [0, 1, 2, 3].map(|k| (edge[k] - corner[k & 1]) / side);
    let [top, bottom] = [ay.clamp(0.0, 1.0), by.clamp(0.0, 1.0)];
    if top == bottom {
        return 0.0;
    }
    let x_at = |y: f32| ax + (bx - ax) * ((y - ay) / (by - ay));
    (bottom - top) * mean_clamped(x_at(top), x_at(bottom))
}

/// The mean of clamp(x, 0, 1) while x goes evenly from one place to another.
fn mean_clamped(from: f32, to: f32) -> f32 {
    const NEARLY_ONE: f32 = 1e-3;
    let (low, high) = (from.min(to), from.max(to));
    if low >= 1.0 || high <= 0.0 {
        return low.clamp(0.0, 1.0);
    }
    if high - low < NEARLY_ONE {
        return f32::midpoint(low, high).clamp(0.0, 1.0);
    }
    let integral = |x: f32| if x > 1.0 { x - 0.5 } else { 0.5 * x.max(0.0) * x.max(0.0) };
    (integral(high) - integral(low)) / (high - low)
}

/// A rectangle's corners counterclockwise, y upwards.
fn corners_of([left, top, right, bottom]: [f64; 4]) -> [[f64; 2]; 4] {
    [[left, -bottom], [right, -bottom], [right, -top], [left, -top]]
}

fn scaled(points: &[[f64; 2]], size_px: f64) -> Vec<[f64; 2]> {
    points.iter().map(|p| p.map(|c| c * size_px)).collect()
}

/// What a pen of half this width covers along a polygon: from the polygon moved outwards to that moved inwards.
fn outline(points: &[[f64; 2]], half_width: f64, join: MarkerJoin) -> MarkerShape {
    let outer = moved_out(points, half_width, join);
    let mut inner = moved_out(points, -half_width, join);
    // Of each of matplotlib's markers all edges, or those at the ends of its arms, vanish at once, and the hole with
    // them.
    if outer.len() + inner.len() > MOST_EDGES || is_inside_out(points, &inner, join) {
        return MarkerShape::of(&[&outer]);
    }
    inner.reverse();
    MarkerShape::of(&[&outer, &inner])
}

/// Whether some edge of a polygon runs backwards after it was moved inwards.
fn is_inside_out(points: &[[f64; 2]], inner: &[[f64; 2]], join: MarkerJoin) -> bool {
    let turns = turns(points);
    // The moved end and start of each edge: corners that are cut off have two points.
    let mut at = 0;
    let ends: Vec<[[f64; 2]; 2]> = turns
        .iter()
        .map(|turn| {
            let count = if join == MarkerJoin::Bevel && *turn < 0.0 { 2 } else { 1 };
            let ends = [inner[at], inner[at + count - 1]];
            at += count;
            ends
        })
        .collect();
    (0..points.len()).any(|k| {
        let next = (k + 1) % points.len();
        let (p, q) = (points[k], points[next]);
        let (a, b) = (ends[k][1], ends[next][0]);
        (q[0] - p[0]) * (b[0] - a[0]) + (q[1] - p[1]) * (b[1] - a[1]) <= 0.0
    })
}

/// Which way the polygon turns at each point: positive to the left.
fn turns(points: &[[f64; 2]]) -> Vec<f64> {
    let count = points.len();
    let turn = |k: usize| {
        let (p, q, r) = (points[(k + count - 1) % count], points[k], points[(k + 1) % count]);
        (q[0] - p[0]) * (r[1] - q[1]) - (q[1] - p[1]) * (r[0] - q[0])
    };
    (0..count).map(turn).collect()
}

/// A counterclockwise polygon with all edges moved outwards. Where they part, the gap is closed by the join; of the
/// markers no corner is so sharp that Agg would not draw it to its tip.
fn moved_out(points: &[[f64; 2]], by: f64, join: MarkerJoin) -> Vec<[f64; 2]> {
    let count = points.len();
    let outward = |k: usize| {
        let (p, q) = (points[k], points[(k + 1) % count]);
        let length = (q[0] - p[0]).hypot(q[1] - p[1]);
        [(q[1] - p[1]) / length, (p[0] - q[0]) / length]
    };
    let mut moved = Vec::with_capacity(2 * count);
    for (k, turn) in turns(points).into_iter().enumerate() {
        let (before, after, p) = (outward((k + count - 1) % count), outward(k), points[k]);
        // A pen's outer side is where the corner points to.
        if join == MarkerJoin::Bevel && turn * by > 0.0 {
            moved.extend([before, after].map(|normal| [p[0] + by * normal[0], p[1] + by * normal[1]]));
        } else {
            let scale = by / (1.0 + before[0] * after[0] + before[1] * after[1]);
            moved.push([p[0] + scale * (before[0] + after[0]), p[1] + scale * (before[1] + after[1])]);
        }
    }
    moved
}

/// What strokes with square ends cover. The two of a cross are one shape, for they have a square in common.
fn of_strokes(marker: Marker, strokes: &[[[f64; 2]; 2]], width_px: f64) -> Vec<MarkerShape> {
    if matches!(marker, Marker::Plus | Marker::X) {
        let [p, q] = strokes[0];
        let half_length = (q[0] - p[0]).hypot(q[1] - p[1]) / 2.0;
        let (long, short) = (half_length.max(width_px / 2.0), half_length.min(width_px / 2.0));
        let angle = (q[1] - p[1]).atan2(q[0] - p[0]);
        return vec![MarkerShape::of(&[&cross(long, short, angle)])];
    }
    let bar = |&[p, q]: &[[f64; 2]; 2]| {
        let length = (q[0] - p[0]).hypot(q[1] - p[1]).max(1e-9);
        let side = [(p[1] - q[1]) / length, (q[0] - p[0]) / length].map(|c| c * width_px / 2.0);
        let corner = |end: [f64; 2], sign: f64| [end[0] + sign * side[0], end[1] + sign * side[1]];
        MarkerShape::of(&[&[corner(p, -1.0), corner(q, -1.0), corner(q, 1.0), corner(p, 1.0)]])
    };
    strokes.iter().map(bar).collect()
}

/// Two bars of half this length and width, across each other.
fn cross(long: f64, short: f64, angle: f64) -> Vec<[f64; 2]> {
    let (sin, cos) = angle.sin_cos();
    let corner = |[x, y]: [f64; 2]| [cos * x - sin * y, sin * x + cos * y];
    let arm = [[long, -short], [long, short], [short, short]];
    let quarter = |k: usize| arm.map(|[x, y]| [[x, y], [-y, x], [-x, -y], [y, -x]][k]);
    (0..4).flat_map(quarter).map(corner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The area of a shape, by its coverage of many squares.
    fn area(shape: &MarkerShape) -> f64 {
        let reach = shape.reach_px().ceil() as i32 + 1;
        let squares = (-reach..reach).flat_map(|y| (-reach..reach).map(move |x| [x as f32, y as f32]));
        squares.map(|corner| f64::from(shape.coverage(corner, 1.0))).sum()
    }

    fn shapes(text: &str, size: f64, width: f64) -> MarkerShapes {
        MarkerShapes::new(Marker::parse("marker", text).unwrap(), size, width)
    }

    #[test]
    fn areas_are_those_of_geometry() {
        let sin = |degrees: f64| degrees.to_radians().sin();
        for (text, area_of_size_1) in [
            ("s", 1.0),
            ("^", 0.5),
            ("<", 0.5),
            ("D", 1.0),
            ("d", 0.6),
            ("p", 5.0 / 8.0 * sin(72.0)),
            ("h", 6.0 / 8.0 * sin(60.0)),
            ("8", sin(45.0)),
            ("*", 10.0 / 8.0 * 0.381_966 * sin(36.0)),
            ("P", 5.0 / 9.0),
            ("X", 5.0 / 8.0),
        ] {
            let face = shapes(text, 9.3, 1.0).face.expect("a face");
            assert!((area(&face) / (9.3 * 9.3) - area_of_size_1).abs() < 1e-4, "{text}: {}", area(&face));
        }
        assert!((area(&shapes(",", 9.3, 1.0).face.expect("a face")) - 1.0).abs() < 1e-6);
        assert!((area(&shapes("+", 9.0, 2.0).edge[0]) - 32.0).abs() < 1e-3);
        assert!((area(&shapes("x", 9.0, 2.0).edge[0]) - (36.0 * 2.0_f64.sqrt() - 4.0)).abs() < 1e-3);
        assert!((area(&shapes("1", 10.0, 2.0).edge[0]) - 10.0).abs() < 1e-3);
    }

    #[test]
    fn an_outline_is_what_a_pen_covers_and_has_no_hole_when_it_is_wide() {
        let ring = |width: f64| area(&shapes("s", 8.0, width).edge[0]);
        assert!((ring(2.0) - (100.0 - 36.0)).abs() < 1e-3);
        assert!((ring(8.0) - 256.0).abs() < 1e-2 && (ring(20.0) - 28.0 * 28.0).abs() < 1e-1);
        // A pen that is as wide as the star's inside leaves nothing free there.
        let star = shapes("*", 20.0, 12.0);
        assert!((star.edge[0].coverage([-0.5, -0.5], 1.0) - 1.0).abs() < 1e-6);
        assert!(shapes("*", 20.0, 1.0).edge[0].coverage([-0.5, -0.5], 1.0).abs() < 1e-6);
    }
}
