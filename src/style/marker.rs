//! The markers of points: matplotlib's names and, from its `markers.py`, their paths.

use std::f64::consts::{PI, TAU};

use super::nearest::unknown_name;
use crate::error::Result;

/// A marker by matplotlib's name of one character, such as `^`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Marker {
    /// `o`, a disc of the marker's size.
    #[default]
    Circle,
    /// `.`, a disc of half that.
    Point,
    /// `,`, a pixel, whatever the size.
    Pixel,
    /// `s`
    Square,
    /// `^`
    TriangleUp,
    /// `v`
    TriangleDown,
    /// `<`
    TriangleLeft,
    /// `>`
    TriangleRight,
    /// `D`
    Diamond,
    /// `d`
    ThinDiamond,
    /// `*`
    Star,
    /// `p`
    Pentagon,
    /// `h`, on a corner.
    Hexagon1,
    /// `H`, on a side.
    Hexagon2,
    /// `8`
    Octagon,
    /// `P`
    PlusFilled,
    /// `X`
    XFilled,
    /// `+`
    Plus,
    /// `x`
    X,
    /// `|`
    VerticalLine,
    /// `_`
    HorizontalLine,
    /// `1`
    TriDown,
    /// `2`
    TriUp,
    /// `3`
    TriLeft,
    /// `4`
    TriRight,
}

/// What a marker is made of, in units of its size, y upwards.
#[derive(Clone, Debug, PartialEq)]
pub enum MarkerPath {
    /// A disc of this diameter.
    Disc(f64),
    /// A square of one pixel.
    Pixel,
    /// A closed polygon around the origin, counterclockwise, and how its outline is joined.
    Polygon(Vec<[f64; 2]>, MarkerJoin),
    /// Strokes with square ends; there is nothing to fill.
    Strokes(Vec<[[f64; 2]; 2]>),
}

/// How the edges of a marker's outline meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerJoin {
    /// In a corner.
    Miter,
    /// In a corner that is cut off.
    Bevel,
}

/// matplotlib's names, one and all, with the long forms that its documentation gives them.
const NAMES: [(&str, &str, Marker); 25] = [
    ("o", "circle", Marker::Circle),
    (".", "point", Marker::Point),
    (",", "pixel", Marker::Pixel),
    ("s", "square", Marker::Square),
    ("^", "triangle_up", Marker::TriangleUp),
    ("v", "triangle_down", Marker::TriangleDown),
    ("<", "triangle_left", Marker::TriangleLeft),
    (">", "triangle_right", Marker::TriangleRight),
    ("D", "diamond", Marker::Diamond),
    ("d", "thin_diamond", Marker::ThinDiamond),
    ("*", "star", Marker::Star),
    ("p", "pentagon", Marker::Pentagon),
    ("h", "hexagon1", Marker::Hexagon1),
    ("H", "hexagon2", Marker::Hexagon2),
    ("8", "octagon", Marker::Octagon),
    ("P", "plus_filled", Marker::PlusFilled),
    ("X", "x_filled", Marker::XFilled),
    ("+", "plus", Marker::Plus),
    ("x", "x", Marker::X),
    ("|", "vline", Marker::VerticalLine),
    ("_", "hline", Marker::HorizontalLine),
    ("1", "tri_down", Marker::TriDown),
    ("2", "tri_up", Marker::TriUp),
    ("3", "tri_left", Marker::TriLeft),
    ("4", "tri_right", Marker::TriRight),
];

/// The radius of a star's inner corners as a share of that of its tips (matplotlib's `innerCircle`).
const STAR_INNER: f64 = 0.381_966;

impl Marker {
    /// Reads matplotlib's name, as `^`, or the long form, as `triangle_up`.
    ///
    /// # Errors
    /// For any other name; the error names `place`.
    pub fn parse(place: &str, text: &str) -> Result<Self> {
        let found = NAMES.iter().find(|(sign, name, _)| text == *sign || text == *name);
        found.map(|(_, _, marker)| *marker).ok_or_else(|| {
            let signs = NAMES.map(|(sign, ..)| sign).join(" ");
            let long = NAMES.iter().map(|(_, name, _)| *name);
            unknown_name(place, "marker", text, long, &format!("give one of matplotlib's {signs}"))
        })
    }

    /// Whether it has an inside.
    #[must_use]
    pub fn is_filled(self) -> bool {
        !matches!(self.path(), MarkerPath::Strokes(_))
    }

    /// Its path.
    #[must_use]
    pub fn path(self) -> MarkerPath {
        use MarkerJoin::{Bevel, Miter};
        const TRIANGLE: [[f64; 2]; 3] = [[0.0, 0.5], [-0.5, -0.5], [0.5, -0.5]];
        const QUARTER: f64 = PI / 2.0;
        let miter = |points: Vec<[f64; 2]>| MarkerPath::Polygon(points, Miter);
        match self {
            Self::Circle => MarkerPath::Disc(1.0),
            Self::Point => MarkerPath::Disc(0.5),
            Self::Pixel => MarkerPath::Pixel,
            Self::Square => miter(square()),
            Self::TriangleUp => miter(TRIANGLE.to_vec()),
            Self::TriangleLeft => miter(turned(&TRIANGLE, QUARTER)),
            Self::TriangleDown => miter(turned(&TRIANGLE, 2.0 * QUARTER)),
            Self::TriangleRight => miter(turned(&TRIANGLE, 3.0 * QUARTER)),
            Self::Diamond => miter(turned(&square(), QUARTER / 2.0)),
            Self::ThinDiamond => {
                miter(turned(&square(), QUARTER / 2.0).into_iter().map(|[x, y]| [0.6 * x, y]).collect())
            }
            Self::Star => MarkerPath::Polygon(regular(10, &[0.5, 0.5 * STAR_INNER]), Bevel),
            Self::Pentagon => miter(regular(5, &[0.5])),
            Self::Hexagon1 => miter(regular(6, &[0.5])),
            Self::Hexagon2 => miter(turned(&regular(6, &[0.5]), PI / 6.0)),
            Self::Octagon => miter(turned(&regular(8, &[0.5]), PI / 8.0)),
            Self::PlusFilled => miter(plus_filled()),
            Self::XFilled => miter(x_filled()),
            Self::Plus => MarkerPath::Strokes(vec![[[-0.5, 0.0], [0.5, 0.0]], [[0.0, -0.5], [0.0, 0.5]]]),
            Self::X => MarkerPath::Strokes(vec![[[-0.5, -0.5], [0.5, 0.5]], [[-0.5, 0.5], [0.5, -0.5]]]),
            Self::VerticalLine => MarkerPath::Strokes(vec![[[0.0, -0.5], [0.0, 0.5]]]),
            Self::HorizontalLine => MarkerPath::Strokes(vec![[[-0.5, 0.0], [0.5, 0.0]]]),
            Self::TriDown => tri(0.0),
            Self::TriRight => tri(QUARTER),
            Self::TriUp => tri(2.0 * QUARTER),
            Self::TriLeft => tri(3.0 * QUARTER),
        }
    }
}

fn square() -> Vec<[f64; 2]> {
    vec![[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]
}

/// Points at equal angles from the top on, at these distances from the middle in turn.
fn regular(count: usize, radii: &[f64]) -> Vec<[f64; 2]> {
    let point = |(k, radius): (usize, &f64)| {
        let (sin, cos) = (TAU * k as f64 / count as f64 + PI / 2.0).sin_cos();
        [radius * cos, radius * sin]
    };
    radii.iter().cycle().take(count).enumerate().map(point).collect()
}

fn turned(points: &[[f64; 2]], angle: f64) -> Vec<[f64; 2]> {
    let (sin, cos) = angle.sin_cos();
    points.iter().map(|[x, y]| [cos * x - sin * y, sin * x + cos * y]).collect()
}

/// matplotlib's `_plus_filled_path`.
fn plus_filled() -> Vec<[f64; 2]> {
    let sixths: [[i32; 2]; 12] =
        [[-1, -3], [1, -3], [1, -1], [3, -1], [3, 1], [1, 1], [1, 3], [-1, 3], [-1, 1], [-3, 1], [-3, -1], [-1, -1]];
    sixths.iter().map(|p| p.map(|c| f64::from(c) / 6.0)).collect()
}

/// matplotlib's `_x_filled_path`.
fn x_filled() -> Vec<[f64; 2]> {
    let quarters: [[i32; 2]; 12] =
        [[-1, -2], [0, -1], [1, -2], [2, -1], [1, 0], [2, 1], [1, 2], [0, 1], [-1, 2], [-2, 1], [-1, 0], [-2, -1]];
    quarters.iter().map(|p| p.map(|c| f64::from(c) / 4.0)).collect()
}

/// matplotlib's `_tri_path`, turned.
fn tri(angle: f64) -> MarkerPath {
    let ends = turned(&[[0.0, -0.5], [0.4, 0.25], [-0.4, 0.25]], angle);
    MarkerPath::Strokes(ends.into_iter().map(|end| [[0.0, 0.0], end]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_long_forms_are_known_and_others_named() {
        for (sign, long, marker) in NAMES {
            assert_eq!(Marker::parse("marker", sign).unwrap(), marker);
            assert_eq!(Marker::parse("marker", long).unwrap(), marker);
        }
        let message = Marker::parse("layer: marker", "triangle").unwrap_err().to_string();
        assert!(message.starts_with("layer: marker: unknown marker 'triangle'; nearest: triangle_"), "{message}");
        assert!(Marker::parse("marker", "O").unwrap_err().to_string().contains("give one of matplotlib's o . ,"));
    }

    #[test]
    fn polygons_go_counterclockwise_around_the_origin() {
        for (sign, _, marker) in NAMES {
            let MarkerPath::Polygon(points, _) = marker.path() else { continue };
            let cross = |k: usize| {
                let (p, q) = (points[k], points[(k + 1) % points.len()]);
                p[0] * q[1] - p[1] * q[0]
            };
            assert!((0..points.len()).all(|k| cross(k) > 0.0), "{sign}");
        }
    }
}
