//! A function of the plane as a quilt of polynomials: large pieces where it is smooth, small ones where it is not,
//! and a list of the smallest squares in which no polynomial will do.

use super::chebyshev::{POINTS, Polynomial, TERMS, points_of, terms_at, value_in_row};

/// A rectangle of whole unit squares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnitRect {
    /// Column and row of the first square.
    pub first: [u32; 2],
    /// Squares along x and y, at least 1.
    pub size: [u32; 2],
}

impl UnitRect {
    /// The squares as column and row, row by row.
    pub(super) fn units(self) -> impl Iterator<Item = [u32; 2]> {
        let [x, y] = self.first;
        (y..y + self.size[1]).flat_map(move |row| (x..x + self.size[0]).map(move |column| [column, row]))
    }

    fn end(self, axis: usize) -> u32 {
        self.first[axis] + self.size[axis]
    }

    fn is_unit(self) -> bool {
        self.size == [1, 1]
    }

    /// The two or four parts with about half the squares along each axis.
    fn quarters(self) -> impl Iterator<Item = Self> {
        let halves = move |axis: usize| {
            let half = self.size[axis].div_ceil(2);
            [(0, half), (half, self.size[axis] - half)].into_iter().filter(|(_, size)| *size > 0)
        };
        halves(1).flat_map(move |(y, height)| {
            halves(0)
                .map(move |(x, width)| Self { first: [self.first[0] + x, self.first[1] + y], size: [width, height] })
        })
    }
}

/// What is asked of a piece.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Need {
    /// Its values do not matter.
    Nothing,
    /// A polynomial within this error in the function's units.
    Within(f64),
    /// Smaller pieces.
    Split,
}

/// What is to be approximated.
pub(super) trait Function<const D: usize> {
    /// The values at the points; NaN in the first component where there is none.
    fn values(&self, points: &[[f64; 2]]) -> Vec<[f64; D]>;

    /// What is asked of a piece with these values at the points of its polynomial. Values that are there but for a
    /// whole number of turns may be changed so that they are continuous.
    fn need(&self, rect: UnitRect, values: &mut [[f64; D]]) -> Need;
}

/// A piece of the quilt.
pub(super) struct Piece<const D: usize> {
    pub rect: UnitRect,
    pub kind: PieceKind<D>,
}

/// How a piece describes the function.
pub(super) enum PieceKind<const D: usize> {
    /// By a polynomial.
    Smooth(Polynomial<D>),
    /// Not at all: nothing is asked there.
    Skipped,
    /// Not at all: a single square in which no polynomial will do.
    Rough,
}

/// A function over a rectangle of unit squares.
pub(super) struct Quilt<const D: usize> {
    /// Pieces that cover the rectangle without overlap.
    pub pieces: Vec<Piece<D>>,
}

impl<const D: usize> Quilt<D> {
    /// Describes `function` over `units` squares along x and y, the first at `origin` and each of size `unit`, by
    /// pieces of at most `largest` squares a side.
    pub(super) fn new(
        function: &impl Function<D>,
        origin: [f64; 2],
        unit: [f64; 2],
        units: [u32; 2],
        largest: u32,
    ) -> Self {
        let corner = |at: [u32; 2]| [0, 1].map(|k| origin[k] + f64::from(at[k]) * unit[k]);
        let mut open = roots(units, largest);
        let mut pieces = Vec::new();
        while !open.is_empty() {
            // One call for all pieces of a generation.
            let points: Vec<_> = open
                .iter()
                .flat_map(|rect| points_of(corner(rect.first), corner([rect.end(0), rect.end(1)])))
                .collect();
            let mut values = function.values(&points);
            let mut next = Vec::new();
            for (rect, values) in open.into_iter().zip(values.chunks_exact_mut(POINTS)) {
                let kind = match describe(function, rect, values) {
                    Some(kind) => kind,
                    None if rect.is_unit() => PieceKind::Rough,
                    None => {
                        next.extend(rect.quarters());
                        continue;
                    }
                };
                pieces.push(Piece { rect, kind });
            }
            open = next;
        }
        Self { pieces }
    }

    /// Calls `sink` with the value at every node of a grid with `per_unit` nodes a square along each axis, the
    /// first `offset` of a step from the piece's corner: column and row of the node, counted over the whole quilt,
    /// and its value. Nodes on the edge between pieces come once for each.
    pub(super) fn tabulate(&self, per_unit: [u32; 2], offset: f64, sink: &mut impl FnMut([u32; 2], [f64; D])) {
        for piece in &self.pieces {
            if let PieceKind::Smooth(polynomial) = &piece.kind {
                tabulate_piece(piece.rect, polynomial, per_unit, offset, sink);
            }
        }
    }
}

/// The values of one piece; see [`Quilt::tabulate`].
pub(super) fn tabulate_piece<const D: usize>(
    rect: UnitRect,
    polynomial: &Polynomial<D>,
    per_unit: [u32; 2],
    offset: f64,
    sink: &mut impl FnMut([u32; 2], [f64; D]),
) {
    let [terms_x, terms_y] = [0, 1].map(|axis| {
        let steps = rect.size[axis] * per_unit[axis];
        // Without an offset the last node lies on the edge.
        let nodes = if offset == 0.0 { steps + 1 } else { steps };
        let at = |k: u32| terms_at(2.0 * (f64::from(k) + offset) / f64::from(steps) - 1.0);
        (0..nodes).map(at).collect::<Vec<[f64; TERMS]>>()
    });
    let [first_x, first_y] = [0, 1].map(|axis| rect.first[axis] * per_unit[axis]);
    for (y, terms_y) in (first_y..).zip(&terms_y) {
        let row = polynomial.row(terms_y);
        for (x, terms_x) in (first_x..).zip(&terms_x) {
            sink([x, y], value_in_row(&row, terms_x));
        }
    }
}

/// The pieces to begin with.
fn roots(units: [u32; 2], largest: u32) -> Vec<UnitRect> {
    let starts = |axis: usize| (0..units[axis]).step_by(largest as usize);
    let size = |axis: usize, start: u32| largest.min(units[axis] - start);
    starts(1).flat_map(|y| starts(0).map(move |x| UnitRect { first: [x, y], size: [size(0, x), size(1, y)] })).collect()
}

/// The piece, or None if it has to be split.
fn describe<const D: usize>(
    function: &impl Function<D>,
    rect: UnitRect,
    values: &mut [[f64; D]],
) -> Option<PieceKind<D>> {
    let missing = values.iter().filter(|v| v[0].is_nan()).count();
    match function.need(rect, values) {
        Need::Nothing => Some(PieceKind::Skipped),
        Need::Within(tolerance) if missing == 0 => {
            let polynomial = Polynomial::through(values);
            // NaN is never within.
            (polynomial.tail() <= tolerance).then_some(PieceKind::Smooth(polynomial))
        }
        Need::Within(_) | Need::Split => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wave with a seam along a slanted line, and no value below another.
    struct Torn;

    fn torn([x, y]: [f64; 2]) -> [f64; 2] {
        if y > 50.0 + 0.1 * x {
            return [f64::NAN; 2];
        }
        let step = if x > 0.3 * y + 20.0 { 1000.0 } else { 0.0 };
        [(x * 0.05).sin() * 100.0 + step, y * y * 0.01]
    }

    impl Function<2> for Torn {
        fn values(&self, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
            points.iter().map(|p| torn(*p)).collect()
        }

        fn need(&self, _: UnitRect, values: &mut [[f64; 2]]) -> Need {
            if values.iter().all(|v| v[0].is_nan()) { Need::Nothing } else { Need::Within(1e-4) }
        }
    }

    #[test]
    fn pieces_cover_everything_once_and_only_the_seams_are_rough() {
        let units = [13, 9];
        let quilt = Quilt::new(&Torn, [0.0; 2], [8.0; 2], units, 8);
        let mut covered = vec![0; (units[0] * units[1]) as usize];
        for piece in &quilt.pieces {
            for [x, y] in piece.rect.units() {
                covered[(y * units[0] + x) as usize] += 1;
                if matches!(piece.kind, PieceKind::Rough) {
                    let (x, y) = (f64::from(x) * 8.0, f64::from(y) * 8.0);
                    let near_seam = (x + 4.0 - 0.3 * (y + 4.0) - 20.0).abs() < 12.0;
                    let near_end = (y + 4.0 - 50.0 - 0.1 * (x + 4.0)).abs() < 12.0;
                    assert!(near_seam || near_end, "({x}, {y}) is smooth");
                }
            }
        }
        assert!(covered.iter().all(|n| *n == 1), "{covered:?}");
        assert!(quilt.pieces.iter().any(|p| p.rect.size == [4, 4]));
    }

    #[test]
    fn tabulated_values_are_the_functions() {
        let quilt = Quilt::new(&Torn, [0.0; 2], [8.0; 2], [13, 9], 8);
        let mut nodes = 0;
        quilt.tabulate([4, 2], 0.5, &mut |[x, y], value| {
            let exact = torn([(f64::from(x) + 0.5) * 2.0, (f64::from(y) + 0.5) * 4.0]);
            assert!((0..2).all(|k| (value[k] - exact[k]).abs() < 1e-3), "{value:?} for {exact:?} at {x}, {y}");
            nodes += 1;
        });
        assert!(nodes > 300, "{nodes}");
    }
}
