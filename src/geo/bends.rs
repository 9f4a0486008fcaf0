//! How far the squares of a quilt are from straight, which is what bilinear interpolation between nodes gets wrong and
//! so what the density of a grid is chosen by.

use super::chebyshev::{Polynomial, TERMS};
use super::quilt::{PieceKind, Quilt, UnitRect, tabulate_piece};

/// The share of a grid's tolerance that polynomials may take; the rest is for interpolation between nodes.
pub(super) const POLYNOMIAL_SHARE: f64 = 0.1;

/// Steps along a piece's sides between the points at which it is looked at, at least: a few for each term.
const LEAST_STEPS: u32 = TERMS as u32;

/// How a square of a quilt bends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bend {
    /// The largest second derivatives of any component along x and along y, with the square's sides as units.
    Smooth([f64; 2]),
    /// Nothing is asked there.
    Skipped,
    /// No polynomial will do.
    Rough,
}

/// The error of bilinear interpolation in a square of so many cells along x and y: at most
/// (|d2f/dx2| + |d2f/dy2|) / 8 in a cell with sides of 1.
pub(super) fn bilinear_error(bend: [f64; 2], cells: [u32; 2]) -> f64 {
    let part = |axis: usize| bend[axis] / f64::from(cells[axis]).powi(2) / 8.0;
    part(0) + part(1)
}

impl Quilt<2> {
    /// The bends of all squares, row by row.
    pub(super) fn bends(&self) -> Vec<Bend> {
        let columns = self.units[0];
        let mut bends = vec![Bend::Skipped; (columns * self.units[1]) as usize];
        for piece in &self.pieces {
            match &piece.kind {
                PieceKind::Smooth(polynomial) => {
                    let bends_of_piece = bends_of_piece(piece.rect, polynomial);
                    for ([x, y], bend) in piece.rect.units().zip(bends_of_piece) {
                        bends[(y * columns + x) as usize] = Bend::Smooth(bend);
                    }
                }
                PieceKind::Skipped => {}
                PieceKind::Rough => {
                    let [x, y] = piece.rect.first;
                    bends[(y * columns + x) as usize] = Bend::Rough;
                }
            }
        }
        bends
    }
}

/// The bends of a piece's squares, row by row.
fn bends_of_piece(rect: UnitRect, polynomial: &Polynomial<2>) -> Vec<[f64; 2]> {
    let [columns, rows] = rect.size;
    let steps = rect.size.map(|size| LEAST_STEPS.div_ceil(size));
    let mut bends = vec![[0.0_f64; 2]; (columns * rows) as usize];
    let local = UnitRect { first: [0; 2], size: rect.size };
    for axis in [0, 1] {
        // Of a piece's sides from -1 to 1 each square has so much.
        let scale = (2.0 / f64::from(rect.size[axis])).powi(2);
        tabulate_piece(local, &polynomial.second_derivative(axis), steps, &mut |[x, y], value| {
            let bend = value[0].abs().max(value[1].abs()) * scale;
            for row in squares_at(y, steps[1], rows) {
                for column in squares_at(x, steps[0], columns) {
                    let most = &mut bends[(row * columns + column) as usize][axis];
                    *most = most.max(bend);
                }
            }
        });
    }
    bends
}

/// The squares in a row of `count` that a node belongs to: two if it lies between them.
fn squares_at(node: u32, steps: u32, count: u32) -> std::ops::RangeInclusive<u32> {
    node.saturating_sub(1) / steps..=(node / steps).min(count - 1)
}

#[cfg(test)]
mod tests {
    use super::super::quilt::{Function, Need};
    use super::*;

    /// A function that bends more and more to the right, and little along y.
    struct Cubic;

    impl Function<2> for Cubic {
        fn values(&self, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
            points.iter().map(|&[x, y]| [x.powi(3), y * y * 0.01]).collect()
        }

        fn need(&self, _: UnitRect, _: &[[f64; 2]]) -> Need {
            Need::Within(1e-6)
        }
    }

    #[test]
    fn bends_are_the_largest_second_derivatives_of_each_square() {
        for units in [[1, 1], [4, 2], [32, 16]] {
            let quilt = Quilt::new(&Cubic, [2.0; 2], units);
            for (k, bend) in (0..).zip(quilt.bends()) {
                let Bend::Smooth([along_x, along_y]) = bend else { panic!("{bend:?}") };
                let right = f64::from((k % units[0] + 1) * 2);
                assert!((along_x - 6.0 * right * 4.0).abs() < 1e-3, "{along_x} left of {right}");
                assert!((along_y - 0.08).abs() < 1e-3, "{along_y}");
            }
        }
    }

    #[test]
    fn bilinear_interpolation_is_off_by_no_more() {
        // x^2 + y^2 between the corners of a square is off by 1/4 along either axis in the middle.
        assert_eq!(bilinear_error([2.0, 2.0], [1, 1]), 0.5);
        assert_eq!(bilinear_error([2.0, 2.0], [2, 1]), 0.25 / 4.0 + 0.25);
    }
}
