//! A function of the plane as a quilt of polynomials: large pieces where it is smooth, small ones where it is not,
//! and a list of the smallest squares in which no polynomial will do.
//!
//! Most views are smooth all over, and then one polynomial or a few tell all. What is small might lie between the
//! points of a large piece, so nothing is believed of it but that it is smooth, and that only if the function agrees
//! at a point in each of its blocks.

use super::chebyshev::{POINTS, Polynomial, TERMS, points_of, terms_at, value_in_row};

/// Squares a side of the blocks of which large pieces consist, and of the largest pieces that may be left out.
const BLOCK: u32 = 8;

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

    /// The blocks, the last in a row or column as large as is left.
    fn blocks(self) -> impl Iterator<Item = Self> {
        let starts = move |axis: usize| (0..self.size[axis]).step_by(BLOCK as usize);
        let block = move |at: [u32; 2]| Self {
            first: [0, 1].map(|k| self.first[k] + at[k]),
            size: [0, 1].map(|k| BLOCK.min(self.size[k] - at[k])),
        };
        starts(1).flat_map(move |y| starts(0).map(move |x| block([x, y])))
    }

    /// A point as from -1 to 1 along the sides.
    pub(super) fn along_sides(self, at: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|k| 2.0 * (at[k] - f64::from(self.first[k])) / f64::from(self.size[k]) - 1.0)
    }

    fn is_unit(self) -> bool {
        self.size == [1, 1]
    }

    /// Whether it is larger than a block.
    pub(super) fn is_large(self) -> bool {
        self.size[0].max(self.size[1]) > BLOCK
    }

    /// The two or four parts with about half the squares along each axis; large ones are parted between blocks.
    fn quarters(self) -> impl Iterator<Item = Self> {
        let halves = move |axis: usize| {
            let size = self.size[axis];
            let half = match size.div_ceil(2) {
                half if size > BLOCK => half.next_multiple_of(BLOCK),
                half if !self.is_large() => half,
                _ => size,
            };
            [(0, half), (half, size - half)].into_iter().filter(|(_, size)| *size > 0)
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
    /// Its values do not matter. Large pieces are split even so, for other points in them may.
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

    /// What is asked of a piece with these values at the points of its polynomial.
    fn need(&self, rect: UnitRect, values: &[[f64; D]]) -> Need;
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
    /// Squares along x and y.
    pub units: [u32; 2],
    /// Pieces that cover the rectangle without overlap.
    pub pieces: Vec<Piece<D>>,
}

impl<const D: usize> Quilt<D> {
    /// Describes `function` over `units` squares along x and y, the first at 0, 0 and each of size `unit`.
    pub(super) fn new(function: &impl Function<D>, unit: [f64; 2], units: [u32; 2]) -> Self {
        let point = |at: [f64; 2]| [0, 1].map(|k| at[k] * unit[k]);
        let corners = |rect: UnitRect| [rect.first, [rect.end(0), rect.end(1)]].map(|at| point(at.map(f64::from)));
        let mut open = vec![UnitRect { first: [0; 2], size: units }];
        let mut pieces = Vec::new();
        while !open.is_empty() {
            // One call for all pieces of a generation.
            let points: Vec<_> =
                open.iter().map(|rect| corners(*rect)).flat_map(|[low, high]| points_of(low, high)).collect();
            let values = function.values(&points);
            let mut next = Vec::new();
            let mut doubtful = Vec::new();
            for (rect, values) in open.into_iter().zip(values.chunks_exact(POINTS)) {
                match describe(function, rect, values) {
                    Some(Described::Within(polynomial, tolerance)) if rect.is_large() => {
                        doubtful.push(Doubtful { rect, polynomial, tolerance });
                    }
                    Some(Described::Within(polynomial, _)) => {
                        pieces.push(Piece { rect, kind: PieceKind::Smooth(polynomial) });
                    }
                    Some(Described::Nothing) if !rect.is_large() => {
                        pieces.push(Piece { rect, kind: PieceKind::Skipped });
                    }
                    None if rect.is_unit() => pieces.push(Piece { rect, kind: PieceKind::Rough }),
                    _ => next.extend(rect.quarters()),
                }
            }
            let probes: Vec<_> = doubtful.iter().flat_map(Doubtful::probes).map(point).collect();
            let mut probed = function.values(&probes).into_iter();
            for piece in doubtful {
                if piece.agrees(&mut probed) {
                    pieces.push(Piece { rect: piece.rect, kind: PieceKind::Smooth(piece.polynomial) });
                } else {
                    next.extend(piece.rect.quarters());
                }
            }
            open = next;
        }
        Self { units, pieces }
    }

    /// Calls `sink` with the value at every node of a grid with `per_unit` steps a square along each axis: column and
    /// row of the node, counted over the whole quilt, and its value. Nodes on the edge between pieces come once for
    /// each.
    pub(super) fn tabulate(&self, per_unit: [u32; 2], sink: &mut impl FnMut([u32; 2], [f64; D])) {
        for piece in &self.pieces {
            if let PieceKind::Smooth(polynomial) = &piece.kind {
                tabulate_piece(piece.rect, polynomial, per_unit, sink);
            }
        }
    }
}

/// The polynomial that describes a function over all of `units` squares, as [`Quilt::new`] takes them; None if one will
/// not do.
pub(super) fn one_polynomial<const D: usize>(
    function: &impl Function<D>,
    unit: [f64; 2],
    units: [u32; 2],
) -> Option<Polynomial<D>> {
    let rect = UnitRect { first: [0; 2], size: units };
    let point = |at: [f64; 2]| [0, 1].map(|k| at[k] * unit[k]);
    let points: Vec<_> = points_of([0.0; 2], point(units.map(f64::from))).collect();
    match describe(function, rect, &function.values(&points))? {
        Described::Within(polynomial, tolerance) => {
            let piece = Doubtful { rect, polynomial, tolerance };
            let probes: Vec<_> = piece.probes().map(point).collect();
            let agrees = piece.agrees(&mut function.values(&probes).into_iter());
            agrees.then_some(piece.polynomial)
        }
        Described::Nothing => None,
    }
}

/// The values of one piece; see [`Quilt::tabulate`].
pub(super) fn tabulate_piece<const D: usize>(
    rect: UnitRect,
    polynomial: &Polynomial<D>,
    per_unit: [u32; 2],
    sink: &mut impl FnMut([u32; 2], [f64; D]),
) {
    let [terms_x, terms_y] = [0, 1].map(|axis| {
        let steps = rect.size[axis] * per_unit[axis];
        let at = |k: u32| terms_at(2.0 * f64::from(k) / f64::from(steps) - 1.0);
        (0..=steps).map(at).collect::<Vec<[f64; TERMS]>>()
    });
    let [first_x, first_y] = [0, 1].map(|axis| rect.first[axis] * per_unit[axis]);
    for (y, terms_y) in (first_y..).zip(&terms_y) {
        let row = polynomial.row(terms_y);
        for (x, terms_x) in (first_x..).zip(&terms_x) {
            sink([x, y], value_in_row(&row, terms_x));
        }
    }
}

/// What a piece's points say of it.
enum Described<const D: usize> {
    /// A polynomial is within this error.
    Within(Polynomial<D>, f64),
    /// Nothing is asked of it.
    Nothing,
}

/// The description of a piece; None if it has to be split.
fn describe<const D: usize>(function: &impl Function<D>, rect: UnitRect, values: &[[f64; D]]) -> Option<Described<D>> {
    let missing = values.iter().filter(|v| v[0].is_nan()).count();
    match function.need(rect, values) {
        Need::Nothing => Some(Described::Nothing),
        Need::Within(tolerance) if missing == 0 => {
            let polynomial = Polynomial::through(values);
            // NaN is never within.
            (polynomial.tail() <= tolerance).then_some(Described::Within(polynomial, tolerance))
        }
        Need::Within(_) | Need::Split => None,
    }
}

/// A large piece whose polynomial is yet to be compared with the function.
struct Doubtful<const D: usize> {
    rect: UnitRect,
    polynomial: Polynomial<D>,
    tolerance: f64,
}

impl<const D: usize> Doubtful<D> {
    /// A point in each block, in squares: somewhere else in each, so that no regular feature escapes them all.
    fn probes(&self) -> impl Iterator<Item = [f64; 2]> + use<D> {
        // The sequence R2: M. Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences" (2018).
        const STEPS: [f64; 2] = [0.754_877_666_246_692_7, 0.569_840_290_998_053_2];
        let within = |k: usize| STEPS.map(|step| (0.5 + step * k as f64).fract());
        self.rect.blocks().enumerate().map(move |(k, block)| {
            let share = within(k);
            [0, 1].map(|axis| f64::from(block.first[axis]) + share[axis] * f64::from(block.size[axis]))
        })
    }

    /// Whether the polynomial has the values that the function has at the probes, of which it takes its own.
    fn agrees(&self, probed: &mut impl Iterator<Item = [f64; D]>) -> bool {
        let is_met = |(at, value): ([f64; 2], [f64; D])| {
            let own = self.polynomial.value(self.rect.along_sides(at));
            // NaN is never within.
            (0..D).all(|k| (own[k] - value[k]).abs() <= self.tolerance)
        };
        // All of its values are taken, whatever they are.
        self.probes().zip(probed).filter(|probe| !is_met(*probe)).count() == 0
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

        fn need(&self, _: UnitRect, values: &[[f64; 2]]) -> Need {
            if values.iter().all(|v| v[0].is_nan()) { Need::Nothing } else { Need::Within(1e-4) }
        }
    }

    #[test]
    fn pieces_cover_everything_once_and_only_the_seams_are_rough() {
        let units = [13, 9];
        let quilt = Quilt::new(&Torn, [8.0; 2], units);
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

    /// A plane with a small bump that none of a large piece's points meets.
    struct Bump;

    impl Function<2> for Bump {
        fn values(&self, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
            let is_in_block = |at: f64| (24.0..32.0).contains(&at);
            let value = |p: &[f64; 2]| if p.iter().all(|c| is_in_block(*c)) { p.map(|c| c + 0.1) } else { *p };
            points.iter().map(value).collect()
        }

        fn need(&self, _: UnitRect, _: &[[f64; 2]]) -> Need {
            Need::Within(1e-4)
        }
    }

    #[test]
    fn what_lies_between_the_points_of_a_large_piece_is_not_missed() {
        let quilt = Quilt::new(&Bump, [1.0; 2], [64, 64]);
        assert!(quilt.pieces.len() > 1);
        let quilt = Quilt::new(&Bump, [1.0; 2], [16, 16]);
        assert_eq!(quilt.pieces.len(), 1);
    }

    #[test]
    fn tabulated_values_are_the_functions() {
        let quilt = Quilt::new(&Torn, [8.0; 2], [13, 9]);
        let mut nodes = 0;
        quilt.tabulate([4, 2], &mut |[x, y], value| {
            let exact = torn([f64::from(x) * 2.0, f64::from(y) * 4.0]);
            assert!((0..2).all(|k| (value[k] - exact[k]).abs() < 1e-3), "{value:?} for {exact:?} at {x}, {y}");
            nodes += 1;
        });
        assert!(nodes > 300, "{nodes}");
    }
}
