//! Polynomials through the Chebyshev points of a rectangle: few points of a smooth function tell all of it, and the
//! polynomial's last terms tell how well.
//!
//! Formulas: L. N. Trefethen, "Approximation Theory and Approximation Practice" (2013), chapters 2 to 4.

use std::f64::consts::PI;
use std::sync::LazyLock;

/// The polynomials' degree along each axis.
const DEGREE: usize = 8;

/// Points and terms along each axis.
pub(super) const TERMS: usize = DEGREE + 1;

/// Points and terms of a rectangle.
pub(super) const POINTS: usize = TERMS * TERMS;

/// The Chebyshev points from -1 to 1, ends included.
static NODES: LazyLock<[f64; TERMS]> =
    LazyLock::new(|| std::array::from_fn(|k| -(PI * k as f64 / DEGREE as f64).cos()));

/// `TRANSFORM[j][k]` is the share of the value at point k in term j.
static TRANSFORM: LazyLock<[[f64; TERMS]; TERMS]> = LazyLock::new(|| {
    let half_at_ends = |k: usize| if k == 0 || k == DEGREE { 0.5 } else { 1.0 };
    std::array::from_fn(|j| {
        std::array::from_fn(|k| {
            let share = 2.0 / DEGREE as f64 * half_at_ends(j) * half_at_ends(k);
            share * terms_at(NODES[k])[j]
        })
    })
});

/// The terms T0, T1, .. of the expansion at `t` between -1 and 1.
pub(super) fn terms_at(t: f64) -> [f64; TERMS] {
    let mut terms = [1.0; TERMS];
    terms[1] = t;
    for k in 2..TERMS {
        terms[k] = 2.0 * t * terms[k - 1] - terms[k - 2];
    }
    terms
}

/// The points of the rectangle from `low` to `high`, row by row.
pub(super) fn points_of(low: [f64; 2], high: [f64; 2]) -> impl Iterator<Item = [f64; 2]> {
    let at = move |axis: usize, k: usize| {
        // The ends are met exactly, so that neighbours share their points.
        match k {
            0 => low[axis],
            DEGREE => high[axis],
            _ => low[axis] + (high[axis] - low[axis]) * 0.5 * (NODES[k] + 1.0),
        }
    };
    (0..POINTS).map(move |k| [at(0, k % TERMS), at(1, k / TERMS)])
}

/// How far the values at a rectangle's points move along x and along y, as a share of the way between the points: the
/// least between any two neighbours. The rectangle is of `size`.
pub(super) fn least_slopes<const D: usize>(size: [f64; 2], values: &[[f64; D]]) -> [f64; 2] {
    let moved = |a: usize, b: usize| (0..D).map(|k| (values[a][k] - values[b][k]).powi(2)).sum::<f64>().sqrt();
    [0, 1].map(|axis| {
        let stride = if axis == 0 { 1 } else { TERMS };
        let slope = |k: usize| {
            let step = k / stride % TERMS;
            let way = size[axis] * 0.5 * (NODES[step + 1] - NODES[step]);
            moved(k, k + stride) / way
        };
        (0..POINTS).filter(|k| k / stride % TERMS < DEGREE).map(slope).fold(f64::INFINITY, f64::min)
    })
}

/// A polynomial over a rectangle with values of `D` components.
#[derive(Clone, Debug)]
pub(super) struct Polynomial<const D: usize> {
    /// Term i along x and j along y at `j * TERMS + i`.
    terms: Box<[[f64; D]; POINTS]>,
}

impl<const D: usize> Polynomial<D> {
    /// The polynomial with these values at the rectangle's points, row by row.
    pub(super) fn through(values: &[[f64; D]]) -> Self {
        assert_eq!(values.len(), POINTS, "a polynomial goes through {POINTS} points");
        let mut along_x = [[0.0; D]; POINTS];
        for row in 0..TERMS {
            for j in 0..TERMS {
                let sum = &mut along_x[row * TERMS + j];
                for k in 0..TERMS {
                    add_scaled(sum, TRANSFORM[j][k], &values[row * TERMS + k]);
                }
            }
        }
        let mut terms = Box::new([[0.0; D]; POINTS]);
        for j in 0..TERMS {
            for k in 0..TERMS {
                for i in 0..TERMS {
                    add_scaled(&mut terms[j * TERMS + i], TRANSFORM[j][k], &along_x[k * TERMS + i]);
                }
            }
        }
        Self { terms }
    }

    /// The size of the last two terms along either axis, the greatest of all components: about the error where the
    /// function is smooth, far more than the error bound sought where it is not.
    pub(super) fn tail(&self) -> f64 {
        let mut tail = [0.0; D];
        for (k, term) in self.terms.iter().enumerate() {
            if k % TERMS + 2 > DEGREE || k / TERMS + 2 > DEGREE {
                for (sum, part) in tail.iter_mut().zip(term) {
                    *sum += part.abs();
                }
            }
        }
        tail.into_iter().fold(0.0, f64::max)
    }

    /// The value at a point of the rectangle, given as from -1 to 1 along its sides.
    pub(super) fn value(&self, [x, y]: [f64; 2]) -> [f64; D] {
        value_in_row(&self.row(&terms_at(y)), &terms_at(x))
    }

    /// The second derivative along x (axis 0) or y, where the rectangle's sides run from -1 to 1.
    pub(super) fn second_derivative(&self, axis: usize) -> Self {
        let (stride, others) = if axis == 0 { (1, TERMS) } else { (TERMS, 1) };
        let mut derived = self.clone();
        for _ in 0..2 {
            for line in 0..TERMS {
                derive(&mut derived.terms[..], line * others, stride);
            }
        }
        derived
    }

    /// The polynomial along x where y has the terms `terms_y`.
    pub(super) fn row(&self, terms_y: &[f64; TERMS]) -> [[f64; D]; TERMS] {
        let mut row = [[0.0; D]; TERMS];
        for (&y, terms) in terms_y.iter().zip(self.terms.chunks_exact(TERMS)) {
            for (sum, term) in row.iter_mut().zip(terms) {
                add_scaled(sum, y, term);
            }
        }
        row
    }
}

/// The value of a row of [`Polynomial::row`] where x has the terms `terms_x`.
pub(super) fn value_in_row<const D: usize>(row: &[[f64; D]; TERMS], terms_x: &[f64; TERMS]) -> [f64; D] {
    let mut value = [0.0; D];
    for (part, &x) in row.iter().zip(terms_x) {
        add_scaled(&mut value, x, part);
    }
    value
}

/// Replaces the terms of a line, every `stride` from `first`, by those of its derivative: term k is that of k + 2 and
/// 2 (k + 1) times the function's term k + 1, and the first is half of it.
fn derive<const D: usize>(terms: &mut [[f64; D]], first: usize, stride: usize) {
    let (mut next, mut after_next, mut function_next) = ([0.0; D], [0.0; D], [0.0; D]);
    for k in (0..TERMS).rev() {
        let mut own = after_next;
        add_scaled(&mut own, 2.0 * (k + 1) as f64, &function_next);
        (after_next, next) = (next, own);
        let term = &mut terms[first + k * stride];
        function_next = *term;
        *term = if k == 0 { own.map(|v| v * 0.5) } else { own };
    }
}

fn add_scaled<const D: usize>(sum: &mut [f64; D], scale: f64, part: &[f64; D]) {
    for (sum, part) in sum.iter_mut().zip(part) {
        *sum += scale * part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(f: impl Fn(f64, f64) -> [f64; 2]) -> Polynomial<2> {
        let values: Vec<_> = points_of([1.0, 5.0], [3.0, 6.0]).map(|[x, y]| f(x, y)).collect();
        Polynomial::through(&values)
    }

    fn value(polynomial: &Polynomial<2>, x: f64, y: f64) -> [f64; 2] {
        polynomial.value([x - 2.0, (y - 5.0) * 2.0 - 1.0])
    }

    #[test]
    fn smooth_functions_are_met_between_the_points_as_the_tail_says() {
        let f = |x: f64, y: f64| [(x * 0.7).sin() * y.exp(), (x * y * 0.2).cos()];
        let fitted = fit(f);
        assert!(fitted.tail() < 1e-3, "{}", fitted.tail());
        for (x, y) in [(1.13, 5.01), (2.0, 5.5), (2.9, 5.97), (1.0, 6.0), (3.0, 5.0)] {
            let (is, exact) = (value(&fitted, x, y), f(x, y));
            for k in 0..2 {
                assert!((is[k] - exact[k]).abs() <= fitted.tail(), "{is:?} for {exact:?}");
            }
        }
    }

    #[test]
    fn second_derivatives_are_the_functions() {
        let fitted = fit(|x, y| [(x * 0.7).sin() * y, x * y * y]);
        let [along_x, along_y] = [0, 1].map(|axis| fitted.second_derivative(axis));
        for (x, y) in [(1.0, 5.0), (1.7, 5.2), (3.0, 6.0)] {
            // The rectangle is 2 wide and 1 high, so that a side from -1 to 1 is as wide and twice as high.
            let [bend_x, bend_y] = [value(&along_x, x, y), value(&along_y, x, y)];
            assert!((bend_x[0] + 0.49 * (x * 0.7).sin() * y).abs() < 1e-4 && bend_x[1].abs() < 1e-9, "{bend_x:?}");
            assert!(bend_y[0].abs() < 1e-9 && (bend_y[1] - 2.0 * x / 4.0).abs() < 1e-9, "{bend_y:?}");
        }
    }

    #[test]
    fn least_slopes_are_the_least_along_either_axis() {
        let values: Vec<_> = points_of([1.0, 5.0], [3.0, 6.0]).map(|[x, y]| [x * 3.0, y * y]).collect();
        let [along_x, along_y] = least_slopes([2.0, 1.0], &values);
        assert!((along_x - 3.0).abs() < 1e-9 && along_y > 10.0 && along_y < 10.1, "{along_x}, {along_y}");
    }

    #[test]
    fn a_step_anywhere_shows_in_the_tail() {
        for seam in [1.05, 1.4, 2.0, 2.6, 2.95] {
            let tail = fit(|x, y| [x + if x > seam { 0.5 } else { 0.0 }, y]).tail();
            assert!(tail > 0.04, "{tail} for a step at {seam}");
        }
    }
}
