//! A function of the plane sampled on a regular lattice, and how far bilinear interpolation is from it:
//! the arithmetic that the inverse and the forward grid share.

/// Evaluates the sampled function at many points in place; a point without an image becomes NaN.
pub(super) type Evaluate<'a> = dyn Fn(&mut [f64], &mut [f64]) + 'a;

/// What is left of a coarse cell's error in its four fine cells, at most. The error of bilinear interpolation falls
/// with the square of the spacing, so a quarter is left where the function is smooth; this allows for twice that.
pub(super) const FINE_SHARE: f64 = 0.5;

/// Values on the nodes `(origin + i * step)`, row by row.
pub(super) struct Lattice {
    /// Nodes along x and along y, each at least 2.
    pub nodes: [usize; 2],
    /// x and y values of the node in column i, row j at `j * nodes[0] + i`; NaN where there is none.
    pub values: Vec<[f64; 2]>,
}

impl Lattice {
    /// Samples `evaluate` on `nodes` points from `origin` in steps of `step`.
    pub(super) fn sample(origin: [f64; 2], step: [f64; 2], nodes: [usize; 2], evaluate: &Evaluate) -> Self {
        let (mut xs, mut ys) = (Vec::with_capacity(nodes[0] * nodes[1]), Vec::with_capacity(nodes[0] * nodes[1]));
        for j in 0..nodes[1] {
            xs.extend((0..nodes[0]).map(|i| origin[0] + i as f64 * step[0]));
            ys.resize(xs.len(), origin[1] + j as f64 * step[1]);
        }
        evaluate(&mut xs, &mut ys);
        Self { nodes, values: xs.into_iter().zip(ys).map(|(x, y)| [x, y]).collect() }
    }

    pub(super) fn at(&self, i: usize, j: usize) -> [f64; 2] {
        self.values[j * self.nodes[0] + i]
    }

    /// What bilinear interpolation of every second node misses at the nodes between: one entry a coarse cell
    /// (2 by 2 fine cells), row by row.
    ///
    /// # Panics
    /// If a side has an even number of nodes, so that the last coarse cell would be half a cell.
    pub(super) fn coarse_cells(&self) -> Vec<CoarseCell> {
        assert!(self.nodes.iter().all(|n| n % 2 == 1), "a lattice of {:?} nodes has no coarse cells", self.nodes);
        let [nx, ny] = self.nodes.map(|n| n / 2);
        (0..ny).flat_map(|j| (0..nx).map(move |i| self.coarse_cell(2 * i, 2 * j))).collect()
    }

    fn coarse_cell(&self, i: usize, j: usize) -> CoarseCell {
        let p: [[[f64; 2]; 3]; 3] = [0, 1, 2].map(|b| [0, 1, 2].map(|a| self.at(i + a, j + b)));
        let missing = p.iter().flatten().filter(|v| v[0].is_nan()).count();
        if missing > 0 {
            return if missing == 9 { CoarseCell::Empty } else { CoarseCell::Mixed };
        }
        let mean = |a: [f64; 2], b: [f64; 2]| [a[0].midpoint(b[0]), a[1].midpoint(b[1])];
        let off = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).abs().max((a[1] - b[1]).abs());
        let [nw, ne, sw, se] = [p[0][0], p[0][2], p[2][0], p[2][2]];
        let error = [
            off(p[0][1], mean(nw, ne)),
            off(p[2][1], mean(sw, se)),
            off(p[1][0], mean(nw, sw)),
            off(p[1][2], mean(ne, se)),
            off(p[1][1], mean(mean(nw, ne), mean(sw, se))),
        ]
        .into_iter()
        .fold(0.0, f64::max);
        let side = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
        let shortest_side =
            [side(nw, ne), side(sw, se), side(nw, sw), side(ne, se)].into_iter().fold(f64::MAX, f64::min);
        CoarseCell::Smooth { error, shortest_side }
    }
}

/// How well two by two fine cells are described by their four outer corners.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum CoarseCell {
    /// All nine nodes have values.
    Smooth {
        /// Largest miss at the edge midpoints and the centre, in the function's units.
        error: f64,
        /// Shortest of the four sides, in the function's units.
        shortest_side: f64,
    },
    /// Some nodes have values and some have none.
    Mixed,
    /// No node has a value.
    Empty,
}
