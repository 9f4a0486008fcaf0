//! Where a map ends, between points that have an image and points that have none.

/// Whether each point lies inside.
pub(super) type Inside<'a> = dyn Fn(&[[f64; 2]]) -> Vec<bool> + 'a;

/// Neighbours along the rows and columns of a lattice with `side` points in a row, of which the first is inside and the
/// second is not.
pub(super) fn pairs_across(inside: &[bool], side: usize) -> Vec<[usize; 2]> {
    let neighbours = (0..inside.len()).flat_map(|k| {
        let right = (k % side + 1 < side).then_some([k, k + 1]);
        let below = (k + side < inside.len()).then_some([k, k + side]);
        [right, below].into_iter().flatten()
    });
    let across = neighbours.filter(|[a, b]| inside[*a] != inside[*b]);
    across.map(|[a, b]| if inside[a] { [a, b] } else { [b, a] }).collect()
}

/// Halves intervals, from a point inside to one outside, so many times.
pub(super) fn close_in(intervals: &mut [[[f64; 2]; 2]], halvings: u32, inside: &Inside) {
    if intervals.is_empty() {
        return;
    }
    for _ in 0..halvings {
        let middles: Vec<_> = intervals.iter().map(|[a, b]| [0, 1].map(|k| a[k].midpoint(b[k]))).collect();
        for ((interval, middle), is_inside) in intervals.iter_mut().zip(&middles).zip(inside(&middles)) {
            interval[usize::from(!is_inside)] = *middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rim_of_a_disc_is_found_between_the_points_of_a_lattice() {
        const SIDE: usize = 7;
        let points: Vec<_> = (0..SIDE * SIDE).map(|k| [(k % SIDE) as f64 - 3.0, (k / SIDE) as f64 - 3.0]).collect();
        let inside = |points: &[[f64; 2]]| points.iter().map(|p| p[0].hypot(p[1]) <= 2.5).collect::<Vec<_>>();
        let pairs = pairs_across(&inside(&points), SIDE);
        // Two points of each row and column but the outermost.
        assert_eq!(pairs.len(), 4 * (SIDE - 2));
        let mut intervals: Vec<_> = pairs.iter().map(|pair| pair.map(|k| points[k])).collect();
        close_in(&mut intervals, 20, &inside);
        assert!(intervals.iter().all(|[inner, _]| (inner[0].hypot(inner[1]) - 2.5).abs() < 1e-5));
    }
}
