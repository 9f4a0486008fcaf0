//! Where the name of an area has most room: its pole of inaccessibility, the point within it that is farthest from its
//! edge, or one near its middle that is almost as far.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// The roomiest point within rings, and its distance to the nearest edge, found to within `precision`. Of points with much
/// the same room it is the one nearest to the centre of gravity: in a long rectangle, its middle. The first ring
/// is the edge and the others are holes, or the other way round: a point is within if a ray from it crosses an odd
/// number of edges. None for rings that hold nothing.
///
/// By halving squares, the most promising first, as Mapbox' polylabel does (Agafonkin, 2016).
#[must_use]
pub fn roomiest_point(rings: &[Vec<[f64; 2]>], precision: f64) -> Option<([f64; 2], f64)> {
    const MOST_SQUARES: usize = 2000;
    let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
    for point in rings.iter().flatten() {
        for k in 0..2 {
            (low[k], high[k]) = (low[k].min(point[k]), high[k].max(point[k]));
        }
    }
    let side = (high[0] - low[0]).min(high[1] - low[1]);
    if !side.is_finite() || side <= 0.0 {
        return None;
    }
    let mut queue = BinaryHeap::new();
    let centre = centroid(rings);
    let half = side / 2.0;
    let steps = |k: usize| (((high[k] - low[k]) / side).ceil() as usize).clamp(1, MOST_SQUARES / 4);
    for j in 0..steps(1) {
        for i in 0..steps(0) {
            let middle = [low[0] + half + i as f64 * side, low[1] + half + j as f64 * side];
            queue.push(Square::new(middle, half, centre, rings));
        }
    }
    let mut best = Square::new(centre, 0.0, centre, rings);
    let mut count = queue.len();
    while let Some(square) = queue.pop() {
        if square.worth > best.worth {
            best = square;
        }
        if square.promise - best.worth <= precision || count > MOST_SQUARES {
            break;
        }
        let half = square.half / 2.0;
        for [dx, dy] in [[-half, -half], [half, -half], [-half, half], [half, half]] {
            queue.push(Square::new([square.middle[0] + dx, square.middle[1] + dy], half, centre, rings));
        }
        count += 4;
    }
    (best.depth > 0.0).then_some((best.middle, best.depth))
}

/// Whether a point is within rings, by the even-odd rule.
#[must_use]
pub fn is_within([x, y]: [f64; 2], rings: &[Vec<[f64; 2]>]) -> bool {
    let mut is_within = false;
    for [a, b] in edges(rings) {
        if (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] {
            is_within = !is_within;
        }
    }
    is_within
}

/// The part of a ring within a box of two corners: Sutherland and Hodgman, Reentrant polygon clipping, 1974. Of what
/// falls into several pieces, these are joined along the box.
#[must_use]
pub fn clipped_ring(ring: &[[f64; 2]], low: [f64; 2], high: [f64; 2]) -> Vec<[f64; 2]> {
    let mut points = ring.to_vec();
    for (axis, bound, sign) in [(0, low[0], 1.0), (0, high[0], -1.0), (1, low[1], 1.0), (1, high[1], -1.0)] {
        let depth = |point: &[f64; 2]| sign * (point[axis] - bound);
        let mut kept = Vec::with_capacity(points.len() + 4);
        for (k, to) in points.iter().enumerate() {
            let from = &points[(k + points.len() - 1) % points.len()];
            let (before, after) = (depth(from), depth(to));
            if (before >= 0.0) != (after >= 0.0) {
                let share = before / (before - after);
                kept.push([0, 1].map(|k| from[k] + share * (to[k] - from[k])));
            }
            if after >= 0.0 {
                kept.push(*to);
            }
        }
        points = kept;
    }
    points
}

/// Twice the area within a ring, positive if it runs counter-clockwise where y goes up.
#[must_use]
pub fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    edges(&[ring]).map(|[a, b]| a[0] * b[1] - b[0] * a[1]).sum()
}

/// Edges of rings, whether or not they end on the vertex that they start with.
fn edges<R: AsRef<[[f64; 2]]>>(rings: &[R]) -> impl Iterator<Item = [[f64; 2]; 2]> {
    rings.iter().map(AsRef::as_ref).flat_map(|ring| {
        let last = ring.last().copied();
        last.into_iter().chain(ring.iter().copied()).zip(ring.iter().copied()).map(|(a, b)| [a, b])
    })
}

/// Room that a point may lack for each step that it is nearer to the centre of gravity.
const TOWARDS_CENTRE: f64 = 0.2;

#[derive(Clone, Copy)]
struct Square {
    middle: [f64; 2],
    half: f64,
    /// Distance from the middle to the nearest edge, negative outside.
    depth: f64,
    /// The depth less what the middle is away from the centre of gravity.
    worth: f64,
    /// No point of the square is worth more.
    promise: f64,
}

impl Square {
    fn new(middle: [f64; 2], half: f64, centre: [f64; 2], rings: &[Vec<[f64; 2]>]) -> Self {
        let nearest = edges(rings).map(|[a, b]| squared_distance(middle, a, b)).fold(f64::MAX, f64::min).sqrt();
        let depth = if is_within(middle, rings) { nearest } else { -nearest };
        let away = (middle[0] - centre[0]).hypot(middle[1] - centre[1]);
        let reach = half * std::f64::consts::SQRT_2;
        let promise = depth + reach - TOWARDS_CENTRE * (away - reach).max(0.0);
        Self { middle, half, depth, worth: depth - TOWARDS_CENTRE * away, promise }
    }
}

/// The centre of gravity of the outer ring.
fn centroid(rings: &[Vec<[f64; 2]>]) -> [f64; 2] {
    let first = rings.first().map_or(&[] as &[_], Vec::as_slice);
    let corner = first.first().copied().unwrap_or_default();
    let (mut sum, mut area) = ([0.0; 2], 0.0);
    for [a, b] in edges(&[first]) {
        let [a, b] = [a, b].map(|p| [p[0] - corner[0], p[1] - corner[1]]);
        let cross = a[0] * b[1] - b[0] * a[1];
        area += cross;
        sum = [0, 1].map(|k| sum[k] + (a[k] + b[k]) * cross);
    }
    if area == 0.0 { corner } else { [0, 1].map(|k| corner[k] + sum[k] / (3.0 * area)) }
}

fn squared_distance(point: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let way = [b[0] - a[0], b[1] - a[1]];
    let off = [point[0] - a[0], point[1] - a[1]];
    let length = way[0] * way[0] + way[1] * way[1];
    let along = if length > 0.0 { ((off[0] * way[0] + off[1] * way[1]) / length).clamp(0.0, 1.0) } else { 0.0 };
    let rest = [off[0] - along * way[0], off[1] - along * way[1]];
    rest[0] * rest[0] + rest[1] * rest[1]
}

impl PartialEq for Square {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Square {}

impl PartialOrd for Square {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Square {
    fn cmp(&self, other: &Self) -> Ordering {
        self.promise.total_cmp(&other.promise)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Vec<[f64; 2]> {
        vec![[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]
    }

    #[test]
    fn the_roomiest_point_is_as_good_as_any_of_a_fine_grid() {
        // An L with a hole in its thick part.
        let edge = vec![[0.0, 0.0], [60.0, 0.0], [60.0, 20.0], [30.0, 20.0], [30.0, 50.0], [0.0, 50.0]];
        let rings = [edge, rectangle(10.0, 8.0, 6.0, 6.0)];
        let (point, depth) = roomiest_point(&rings, 0.05).expect("an area");
        assert!(is_within(point, &rings));
        let centre = centroid(&rings);
        let away = |point: [f64; 2]| (point[0] - centre[0]).hypot(point[1] - centre[1]);
        let (mut deepest, mut best): (f64, f64) = (0.0, f64::MIN);
        for i in 0..240 {
            for j in 0..200 {
                let middle = [f64::from(i) * 0.25, f64::from(j) * 0.25];
                let room = Square::new(middle, 0.0, middle, &rings).depth;
                deepest = deepest.max(room);
                best = best.max(room - 0.2 * away(middle));
            }
        }
        let worth = depth - 0.2 * away(point);
        assert!(worth >= best - 0.05 && worth <= best + 0.2, "{worth}, not {best}");
        assert!(depth > 0.7 * deepest && depth <= deepest + 0.2, "{depth}, not {deepest}");
    }

    #[test]
    fn of_a_long_rectangle_it_is_the_middle() {
        for ring in [rectangle(10.0, 5.0, 200.0, 20.0), rectangle(-3.0, 0.0, 4.0, 90.0)] {
            let middle = centroid(std::slice::from_ref(&ring));
            let (point, _) = roomiest_point(&[ring], 0.1).expect("an area");
            assert!((point[0] - middle[0]).abs() < 0.6 && (point[1] - middle[1]).abs() < 0.6, "{point:?}");
        }
    }

    #[test]
    fn flat_and_empty_rings_have_no_room() {
        for ring in [vec![], vec![[1.0, 1.0]], vec![[0.0, 0.0], [5.0, 0.0], [9.0, 0.0]], vec![[f64::NAN; 2]; 4]] {
            assert_eq!(roomiest_point(&[ring], 0.1), None);
        }
    }

    #[test]
    fn a_ring_is_cut_at_the_box() {
        let cut = clipped_ring(&rectangle(-5.0, -5.0, 10.0, 20.0), [0.0, 0.0], [8.0, 8.0]);
        assert!((doubled_area(&cut).abs() - 2.0 * 5.0 * 8.0).abs() < 1e-9, "{cut:?}");
        assert!(clipped_ring(&rectangle(20.0, 20.0, 5.0, 5.0), [0.0, 0.0], [8.0, 8.0]).is_empty());
    }
}
