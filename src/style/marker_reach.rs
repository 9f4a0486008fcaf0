//! How far markers reach from their places, so that names stand beside them and not on them.

use super::layer_labels::Anchor;
use super::marker::{Marker, MarkerPath};
use super::marker_shape::{MarkerShape, MarkerShapes};

/// What a name must keep clear of on its own point, in the unit of the marker's size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MarkerReach {
    /// To the east, north, west and south.
    sides: [f64; 4],
    /// To the north-east, north-west, south-west and south-east: along both axes at once.
    corners: [f64; 4],
}

impl MarkerReach {
    /// That of a marker of a size, with a line of a width along its edge if there is one.
    #[must_use]
    pub fn new(marker: Marker, size: f64, line: Option<f64>) -> Self {
        if let MarkerPath::Disc(diameter) = marker.path() {
            return Self::of_disc(f64::midpoint(diameter * size, line.unwrap_or(0.0)));
        }
        let MarkerShapes { face, edge } = MarkerShapes::new(marker, size, line.unwrap_or(0.0));
        let shapes = face.into_iter().chain(edge.into_iter().filter(|_| line.is_some()));
        shapes.fold(Self::default(), |reach, shape| reach.and(Self::of_shape(&shape)))
    }

    /// That of a disc of a radius.
    #[must_use]
    pub fn of_disc(radius: f64) -> Self {
        Self { sides: [radius; 4], corners: [std::f64::consts::FRAC_1_SQRT_2 * radius; 4] }
    }

    fn of_shape(shape: &MarkerShape) -> Self {
        let [left, top, right, bottom] = shape.bounds_px().map(f64::from);
        let corner = |east: f64, south: f64| {
            let of_edge = |edge: &[f32; 4]| {
                let [ax, ay, bx, by] = edge.map(f64::from);
                corner_of([ax * east, ay * south, bx * east, by * south])
            };
            shape.edges().iter().map(of_edge).fold(0.0, f64::max)
        };
        let corners = [corner(1.0, -1.0), corner(-1.0, -1.0), corner(-1.0, 1.0), corner(1.0, 1.0)];
        Self { sides: [right, -top, -left, bottom].map(|side| side.max(0.0)), corners }
    }

    /// The reach of whichever of two reaches farther.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let most = |a: [f64; 4], b: [f64; 4]| std::array::from_fn(|k| a[k].max(b[k]));
        Self { sides: most(self.sides, other.sides), corners: most(self.corners, other.corners) }
    }

    /// How far it reaches towards a name.
    #[must_use]
    pub fn towards(self, anchor: Anchor) -> f64 {
        let [east, north, west, south] = self.sides;
        let [north_east, north_west, south_west, south_east] = self.corners;
        match (anchor.east.signum(), anchor.north.signum()) {
            (0, 0) => 0.0,
            (1, 0) => east,
            (0, 1) => north,
            (-1, 0) => west,
            (0, _) => south,
            (1, 1) => north_east,
            (-1, 1) => north_west,
            (-1, _) => south_west,
            _ => south_east,
        }
    }

    /// How far it reaches to any side.
    #[must_use]
    pub fn farthest(self) -> f64 {
        self.sides.into_iter().fold(0.0, f64::max)
    }

    /// That of the marker so many times as large.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { sides: self.sides.map(|side| side * factor), corners: self.corners.map(|corner| corner * factor) }
    }
}

/// The greatest min(x, y) along an edge: at one of its ends, or where it crosses the diagonal.
fn corner_of([ax, ay, bx, by]: [f64; 4]) -> f64 {
    let (a, b) = (ax - ay, bx - by);
    let crossing = if a == b { 0.0 } else { (a / (a - b)).clamp(0.0, 1.0) };
    let corner = |share: f64| (ax + (bx - ax) * share).min(ay + (by - ay) * share);
    corner(0.0).max(corner(1.0)).max(corner(crossing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_reaches_as_far_as_its_corners_and_its_edges() {
        let half = 0.5_f64.sqrt();
        for (text, line, sides, corners) in [
            ("o", None, [5.0; 4], [5.0 * half; 4]),
            ("o", Some(2.0), [6.0; 4], [6.0 * half; 4]),
            (".", None, [2.5; 4], [2.5 * half; 4]),
            (",", None, [0.5; 4], [0.5; 4]),
            ("s", None, [5.0; 4], [5.0; 4]),
            ("s", Some(2.0), [6.0; 4], [6.0; 4]),
            // A square on its corner: the middles of its edges are on the diagonals.
            ("D", None, [10.0 * half; 4], [5.0 * half; 4]),
            // The right edge, from the tip at (0, 5) down to (5, -5), crosses the diagonal at 5 / 3.
            ("^", None, [5.0; 4], [5.0 / 3.0, 5.0 / 3.0, 5.0, 5.0]),
            ("|", Some(2.0), [1.0, 5.0, 1.0, 5.0], [1.0; 4]),
            ("+", Some(2.0), [5.0; 4], [1.0; 4]),
        ] {
            let found = MarkerReach::new(Marker::parse("marker", text).unwrap(), 10.0, line);
            for (found, wanted) in found.sides.into_iter().zip(sides).chain(found.corners.into_iter().zip(corners)) {
                assert!((found - wanted).abs() < 1e-5, "{text} {line:?}: {found}, not {wanted}");
            }
        }
    }
}
