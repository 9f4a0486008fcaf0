//! The edge of the part of a view that shows the Earth, as line segments: marching squares on a fine lattice where
//! the edge runs, with crossings found by bisection, and the view's own edge where the map goes on beyond it.

use super::domain::UNIT_PX;
use super::limb::{Inside, close_in};

/// Distance between points of the lattice, in pixels; gaps of the map that are narrower have no edge.
const STEP_PX: u32 = 2;

/// Cells of the lattice along a side of a square.
const CELLS: u32 = UNIT_PX / STEP_PX;

/// Each halves the interval in which a crossing lies; the last is shorter than a hundredth of a pixel.
const BISECTIONS: u32 = 8;

/// Squares that the edge may not cross.
pub(super) trait Lattice {
    /// Squares along x and y.
    fn units(&self) -> [u32; 2];

    /// Whether the square lies inside with all its points.
    fn is_inside(&self, unit: [u32; 2]) -> bool;
}

type Segment = [[f32; 2]; 2];

/// The edge within a view of `size` pixels; it crosses only the squares `rough`.
pub(super) fn outline_of(lattice: &impl Lattice, size: [f64; 2], rough: &[[u32; 2]], inside: &Inside) -> Vec<Segment> {
    let squares = Squares::sample(size, rough, inside);
    let mut crossings = Crossings::default();
    let mut segments = Vec::new();
    for square in 0..rough.len() {
        squares.march(square, &mut crossings);
        squares.follow_view_edge(square, size, &mut crossings);
    }
    let points = crossings.find(inside);
    segments.extend(crossings.segments.iter().map(|ends| ends.map(|end| points[end])));
    view_edge(lattice, size, &mut segments);
    segments.retain(|[a, b]| a != b);
    segments
}

/// The parts of the view's edge in squares that are wholly inside.
fn view_edge(lattice: &impl Lattice, size: [f64; 2], segments: &mut Vec<Segment>) {
    let [columns, rows] = lattice.units();
    let at = |unit: u32, axis: usize| f64::from(unit * UNIT_PX).min(size[axis]) as f32;
    let [right, bottom] = size.map(|s| s as f32);
    for x in 0..columns {
        for (row, y) in [(0, 0.0), (rows - 1, bottom)] {
            if lattice.is_inside([x, row]) {
                segments.push([[at(x, 0), y], [at(x + 1, 0), y]]);
            }
        }
    }
    for y in 0..rows {
        for (column, x) in [(0, 0.0), (columns - 1, right)] {
            if lattice.is_inside([column, y]) {
                segments.push([[x, at(y, 1)], [x, at(y + 1, 1)]]);
            }
        }
    }
}

/// The lattice in the squares that the edge may cross.
struct Squares {
    points: Vec<[f64; 2]>,
    inside: Vec<bool>,
}

impl Squares {
    const SIDE: usize = CELLS as usize + 1;

    fn sample(size: [f64; 2], rough: &[[u32; 2]], inside: &Inside) -> Self {
        let at = |unit: u32, k: usize, axis: usize| f64::from(unit * UNIT_PX + k as u32 * STEP_PX).min(size[axis]);
        let points: Vec<_> = rough
            .iter()
            .flat_map(|&[x, y]| {
                (0..Self::SIDE * Self::SIDE).map(move |k| [at(x, k % Self::SIDE, 0), at(y, k / Self::SIDE, 1)])
            })
            .collect();
        let inside = inside(&points);
        Self { points, inside }
    }

    fn index(square: usize, column: usize, row: usize) -> usize {
        (square * Self::SIDE + row) * Self::SIDE + column
    }

    /// Joins the crossings of each cell's sides.
    fn march(&self, square: usize, crossings: &mut Crossings) {
        for cell in 0..(CELLS * CELLS) as usize {
            let (i, j) = (cell % CELLS as usize, cell / CELLS as usize);
            // Round the cell.
            let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|(i, j)| Self::index(square, i, j));
            let ends: Vec<_> =
                (0..4).filter_map(|k| self.crossing(corners[k], corners[(k + 1) % 4], crossings)).collect();
            // Two, or four where the edge touches itself.
            crossings.segments.extend(ends.chunks_exact(2).map(|pair| [pair[0], pair[1]]));
        }
    }

    /// Follows the view's own edge as far as it is inside.
    fn follow_view_edge(&self, square: usize, size: [f64; 2], crossings: &mut Crossings) {
        for axis in 0..2 {
            for k in 0..Self::SIDE - 1 {
                for line in [0, Self::SIDE - 1] {
                    let [a, b] = [k, k + 1].map(|along| {
                        if axis == 0 { Self::index(square, along, line) } else { Self::index(square, line, along) }
                    });
                    let across = self.points[a][1 - axis];
                    let is_first = line == 0 && across == 0.0;
                    let is_last = line > 0 && across == size[1 - axis];
                    if is_first || is_last {
                        self.join_inside(a, b, crossings);
                    }
                }
            }
        }
    }

    /// The part of the side from a to b that is inside.
    fn join_inside(&self, a: usize, b: usize, crossings: &mut Crossings) {
        let ends = match (self.inside[a], self.inside[b]) {
            (true, true) => [crossings.at(self.points[a]), crossings.at(self.points[b])],
            (true, false) | (false, true) => {
                let inner = if self.inside[a] { a } else { b };
                match self.crossing(a, b, crossings) {
                    Some(crossing) => [crossings.at(self.points[inner]), crossing],
                    None => return,
                }
            }
            (false, false) => return,
        };
        crossings.segments.push(ends);
    }

    /// The crossing of the side from a to b, if its ends differ.
    fn crossing(&self, a: usize, b: usize, crossings: &mut Crossings) -> Option<usize> {
        let (inner, outer) = match (self.inside[a], self.inside[b]) {
            (true, false) => (a, b),
            (false, true) => (b, a),
            _ => return None,
        };
        crossings.intervals.push([self.points[inner], self.points[outer]]);
        Some(crossings.intervals.len() - 1)
    }
}

/// Points of the edge, each between a point inside and one outside, and the segments that join them.
#[derive(Default)]
struct Crossings {
    intervals: Vec<[[f64; 2]; 2]>,
    segments: Vec<[usize; 2]>,
}

impl Crossings {
    /// A point that is known already.
    fn at(&mut self, point: [f64; 2]) -> usize {
        self.intervals.push([point; 2]);
        self.intervals.len() - 1
    }

    /// Closes in on all of them.
    fn find(&mut self, inside: &Inside) -> Vec<[f32; 2]> {
        close_in(&mut self.intervals, BISECTIONS, inside);
        self.intervals.iter().map(|[inner, _]| inner.map(|c| c as f32)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Disc {
        centre: [f64; 2],
        radius: f64,
    }

    impl Disc {
        fn holds(&self, [x, y]: [f64; 2]) -> bool {
            (x - self.centre[0]).hypot(y - self.centre[1]) <= self.radius
        }
    }

    struct AllRough([u32; 2]);

    impl Lattice for AllRough {
        fn units(&self) -> [u32; 2] {
            self.0
        }

        fn is_inside(&self, _: [u32; 2]) -> bool {
            false
        }
    }

    #[test]
    fn a_disc_that_leaves_the_view_is_closed_along_its_edge() {
        let disc = Disc { centre: [30.0, 20.0], radius: 25.0 };
        let size = [75.0, 60.0];
        let units = [5, 4];
        let rough: Vec<_> = (0..20).map(|k| [k % 5, k / 5]).collect();
        let segments =
            outline_of(&AllRough(units), size, &rough, &|points| points.iter().map(|p| disc.holds(*p)).collect());
        let length: f64 = segments.iter().map(|[a, b]| f64::from((a[0] - b[0]).hypot(a[1] - b[1]))).sum();
        // The circle above the view's top edge is replaced by its chord.
        let half_angle = (20.0_f64 / 25.0).acos();
        let expected = 25.0 * (std::f64::consts::TAU - 2.0 * half_angle) + 2.0 * 25.0 * half_angle.sin();
        assert!((length - expected).abs() < 0.2, "{length} for {expected}");
        for [x, y] in segments.into_iter().flatten().map(|p| p.map(f64::from)) {
            let off = ((x - 30.0).hypot(y - 20.0) - 25.0).abs();
            assert!(off < 0.02 || (y == 0.0 && off < 25.0), "({x}, {y}) is {off} px off");
        }
    }
}
