//! The polynomial that GDAL puts through ground control points, for the bounds of what they place.

/// x and y as polynomials of column and row, of first or second order.
pub(super) struct Polynomial {
    middle: [f64; 2],
    scale: f64,
    /// For x and for y, the factors of 1, c, r and of c c, c r, r r.
    factors: [Vec<f64>; 2],
}

impl Polynomial {
    /// The least squares fit: of second order through six points or more, else of first (GDAL,
    /// `GDALCreateGCPTransformer` with order 0). None if the points are too few or in a line.
    pub(super) fn fit(points: &[([f64; 2], [f64; 2])]) -> Option<Self> {
        let (count, terms) = (points.len() as f64, if points.len() >= 6 { 6 } else { 3 });
        let middle = [0, 1].map(|k| points.iter().map(|(px, _)| px[k]).sum::<f64>() / count);
        let farthest = points.iter().map(|(px, _)| (px[0] - middle[0]).hypot(px[1] - middle[1])).fold(0.0, f64::max);
        let polynomial = Self { middle, scale: farthest, factors: [Vec::new(), Vec::new()] };
        let rows: Vec<_> = points.iter().map(|(px, _)| polynomial.terms(*px)).collect();
        // Of the targets only what differs from their mean is fitted, so that large coordinates lose no digits.
        let solve = |axis: usize| {
            let mean = points.iter().map(|(_, map)| map[axis]).sum::<f64>() / count;
            let normal = |i: usize, j: usize| rows.iter().map(|t| t[i] * t[j]).sum::<f64>();
            let target = |i: usize| rows.iter().zip(points).map(|(t, (_, map))| t[i] * (map[axis] - mean)).sum();
            let mut system: Vec<Vec<f64>> =
                (0..terms).map(|i| (0..terms).map(|j| normal(i, j)).chain([target(i)]).collect()).collect();
            let mut factors = eliminate(&mut system)?;
            factors[0] += mean;
            Some(factors)
        };
        let factors = [solve(0)?, solve(1)?];
        Some(Self { factors, ..polynomial })
    }

    /// x and y of a column and row.
    pub(super) fn at(&self, px: [f64; 2]) -> [f64; 2] {
        let terms = self.terms(px);
        [0, 1].map(|axis| self.factors[axis].iter().zip(terms).map(|(factor, term)| factor * term).sum())
    }

    fn terms(&self, px: [f64; 2]) -> [f64; 6] {
        let [c, r] = [0, 1].map(|k| (px[k] - self.middle[k]) / self.scale);
        [1.0, c, r, c * c, c * r, r * r]
    }
}

/// Solves a linear system by elimination with pivots; None if it has no single solution.
fn eliminate(system: &mut [Vec<f64>]) -> Option<Vec<f64>> {
    const SINGULAR: f64 = 1e-10;
    let n = system.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|a, b| system[*a][column].abs().total_cmp(&system[*b][column].abs()))?;
        let height = system[pivot][column].abs();
        if height.is_nan() || height <= SINGULAR {
            return None;
        }
        system.swap(column, pivot);
        let top = system[column].clone();
        for row in (0..n).filter(|row| *row != column) {
            let factor = system[row][column] / top[column];
            for (below, above) in system[row].iter_mut().zip(&top) {
                *below -= factor * above;
            }
        }
    }
    Some((0..n).map(|k| system[k][n] / system[k][k]).collect())
}
