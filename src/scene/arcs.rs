//! Cuts outlines at their junctions and drops what is there twice: neighbours share their border, and drawing
//! or simplifying it once keeps it one line.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::rings::Rings;
use crate::geo::FixedLonLat;
use crate::room::roomy_vec;

/// Polylines that meet only at their ends, each stretch of border once.
#[derive(Clone, Debug, Default)]
pub struct Arcs {
    /// All points, arc after arc.
    pub points: Vec<FixedLonLat>,
    /// Index of each arc's first point, and at the end the number of points.
    pub starts: Vec<u32>,
}

impl Arcs {
    /// Cuts polylines and rings (first point = last point) at every point where their paths part.
    ///
    /// `part_starts` holds the index of each part's first point and ends with the number of points. The cut is
    /// that of `TopoJSON` (M. Bostock, "How to Infer Topology"): a point is a junction if two passages through it have
    /// different neighbours.
    #[must_use]
    pub fn from_parts(points: Vec<FixedLonLat>, part_starts: Vec<u32>) -> Self {
        Self::with_rings(points, part_starts, Vec::new()).0
    }

    /// As [`from_parts`](Self::from_parts), and tells of which arcs each ring is made.
    ///
    /// `polygons` has a number for each part: rings with the same number bound one polygon, and other parts have
    /// `u32::MAX`. If it is empty, no rings are told.
    #[must_use]
    pub fn with_rings(points: Vec<FixedLonLat>, part_starts: Vec<u32>, polygons: Vec<u32>) -> (Self, Rings) {
        let (arcs, rings, _) = Self::with_classes(points, part_starts, polygons, Vec::new());
        (arcs, rings)
    }

    /// As [`with_rings`](Self::with_rings), and tells which arcs each class has: `classes` has a number for each part.
    ///
    /// A border between two classes is one arc of both, so that however it is simplified they meet.
    #[must_use]
    pub fn with_classes(
        mut points: Vec<FixedLonLat>,
        mut part_starts: Vec<u32>,
        mut polygons: Vec<u32>,
        mut classes: Vec<u16>,
    ) -> (Self, Rings, ClassArcs) {
        drop_repeated_points(&mut points, &mut part_starts, &mut polygons, &mut classes);
        let mut members = Vec::new();
        let junctions = Junctions::find(&points, &part_starts);
        let mut arcs = Self { points: roomy_vec(), starts: vec![0] };
        let mut rings = Rings::default();
        let mut seen = HashMap::with_hasher(BuildHasherDefault::<EdgeHasher>::default());
        for (index, part) in parts(&part_starts).enumerate() {
            let class = classes.get(index).copied();
            let mut noted = |passage: Passage| {
                members.extend(class.map(|class| (class, passage.arc)));
                passage
            };
            let part = &points[part];
            let first_passage = rings.passages.len();
            let closed = is_ring(part);
            let path = if closed { &part[..part.len() - 1] } else { part };
            let cuts: Vec<usize> = (0..path.len()).filter(|i| junctions.contains(path[*i])).collect();
            match (closed, cuts.as_slice()) {
                (true, []) => {
                    rings.passages.push(noted(arcs.push_once(&mut seen, rotated_ring(path, lowest(path)))));
                }
                (true, cuts) => {
                    for (i, &from) in cuts.iter().enumerate() {
                        let to = cuts.get(i + 1).copied().unwrap_or(cuts[0] + path.len());
                        let arc = (from..=to).map(|k| path[k % path.len()]);
                        rings.passages.push(noted(arcs.push_once(&mut seen, arc)));
                    }
                }
                // The ends of an open line are junctions, so that every arc lies between two cuts.
                (false, cuts) => {
                    for pair in cuts.windows(2) {
                        noted(arcs.push_once(&mut seen, path[pair[0]..=pair[1]].iter().copied()));
                    }
                }
            }
            match polygons.get(index) {
                Some(&polygon) if closed && polygon != u32::MAX => rings.end_ring(first_passage, polygon),
                _ => rings.passages.truncate(first_passage),
            }
        }
        rings.orient(&arcs);
        members.sort_unstable();
        members.dedup();
        (arcs, rings, ClassArcs(members))
    }

    /// The points of one arc.
    #[must_use]
    pub fn arc(&self, index: usize) -> std::ops::Range<usize> {
        self.starts[index] as usize..self.starts[index + 1] as usize
    }

    /// The points of each arc.
    pub fn iter(&self) -> impl Iterator<Item = &[FixedLonLat]> {
        parts(&self.starts).map(|range| &self.points[range])
    }

    /// Appends an arc unless it is there already, in either direction.
    fn push_once(&mut self, seen: &mut EdgeMap, arc: impl Iterator<Item = FixedLonLat>) -> Passage {
        let start = self.points.len();
        self.points.extend(arc);
        let arc = &self.points[start..];
        let [first, second] = [arc[0], arc[1]];
        let [last, before_last] = [arc[arc.len() - 1], arc[arc.len() - 2]];
        // Between junctions there is one way to go on, so the first edge tells arcs apart.
        let next = self.starts.len() as u32 - 1;
        let index = *seen.entry((first, second).min((last, before_last))).or_insert(next);
        if index == next {
            self.starts.push(self.points.len() as u32);
            return Passage { arc: index, is_reversed: false };
        }
        let kept = self.starts[index as usize] as usize;
        let is_reversed = [first, second] != [self.points[kept], self.points[kept + 1]];
        self.points.truncate(start);
        Passage { arc: index, is_reversed }
    }
}

/// Which arcs the parts of each class are made of.
#[derive(Clone, Debug, Default)]
pub struct ClassArcs(Vec<(u16, u32)>);

impl ClassArcs {
    /// The arcs of some classes, each once, in order.
    #[must_use]
    pub fn of(&self, classes: &[u16]) -> Vec<u32> {
        let mut arcs: Vec<u32> =
            self.0.iter().filter(|(class, _)| classes.contains(class)).map(|(_, arc)| *arc).collect();
        arcs.sort_unstable();
        arcs.dedup();
        arcs
    }
}

/// One arc on the way along a ring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Passage {
    pub arc: u32,
    pub is_reversed: bool,
}

type EdgeMap = HashMap<(FixedLonLat, FixedLonLat), u32, BuildHasherDefault<EdgeHasher>>;

fn parts(starts: &[u32]) -> impl Iterator<Item = std::ops::Range<usize>> {
    starts.windows(2).map(|w| w[0] as usize..w[1] as usize)
}

fn is_ring(part: &[FixedLonLat]) -> bool {
    part.len() > 3 && part.first() == part.last()
}

fn lowest(path: &[FixedLonLat]) -> usize {
    (0..path.len()).min_by_key(|i| path[*i]).unwrap_or(0)
}

/// The ring from one of its points around to the same point again.
fn rotated_ring(path: &[FixedLonLat], from: usize) -> impl Iterator<Item = FixedLonLat> {
    (from..=from + path.len()).map(|k| path[k % path.len()])
}

/// Removes points equal to the one before, and parts that keep fewer than two points.
fn drop_repeated_points(
    points: &mut Vec<FixedLonLat>,
    part_starts: &mut Vec<u32>,
    polygons: &mut Vec<u32>,
    classes: &mut Vec<u16>,
) {
    let mut write = 0;
    let mut starts = vec![0];
    let (mut kept_polygons, mut kept_classes) = (Vec::new(), Vec::new());
    for (index, part) in parts(part_starts).enumerate() {
        let start = write;
        for k in part {
            if write == start || points[write - 1] != points[k] {
                points[write] = points[k];
                write += 1;
            }
        }
        if write - start < 2 {
            write = start;
        } else {
            starts.push(write as u32);
            kept_polygons.extend(polygons.get(index));
            kept_classes.extend(classes.get(index));
        }
    }
    points.truncate(write);
    *part_starts = starts;
    *polygons = kept_polygons;
    *classes = kept_classes;
}

/// The points at which paths part or end.
struct Junctions(PositionTable);

impl Junctions {
    fn find(points: &[FixedLonLat], part_starts: &[u32]) -> Self {
        let mut positions = PositionTable::with_room_for(points.len());
        // The two neighbours on each position's first passage, smaller first.
        let mut neighbours: Vec<[FixedLonLat; 2]> = roomy_vec();
        let mut is_junction: Vec<bool> = roomy_vec();
        for part in parts(part_starts).map(|range| &points[range]) {
            let closed = is_ring(part);
            let count = part.len() - usize::from(closed);
            for i in 0..count {
                let ends = !closed && (i == 0 || i + 1 == count);
                let mut pair = if ends { [part[i]; 2] } else { [part[(i + count - 1) % count], part[(i + 1) % count]] };
                pair.sort_unstable();
                let position = positions.insert(part[i]);
                if position == neighbours.len() {
                    neighbours.push(pair);
                    is_junction.push(ends);
                }
                is_junction[position] |= ends || neighbours[position] != pair;
            }
        }
        let mut junctions = PositionTable::with_room_for(is_junction.iter().filter(|j| **j).count());
        for (point, _) in positions.points.iter().zip(is_junction).filter(|(_, is)| *is) {
            junctions.insert(*point);
        }
        Self(junctions)
    }

    fn contains(&self, point: FixedLonLat) -> bool {
        self.0.slots[self.0.slot_of(point)] != 0
    }
}

/// Numbers distinct positions in the order of their first appearance (a hash table with open addressing; the
/// standard one takes four times the memory and time here).
struct PositionTable {
    /// 0 is free, otherwise 1 + an index into `points`.
    slots: Vec<u32>,
    points: Vec<FixedLonLat>,
}

impl PositionTable {
    fn with_room_for(count: usize) -> Self {
        let mut slots = roomy_vec();
        slots.resize((count * 3 / 2).next_power_of_two().max(2), 0);
        Self { slots, points: roomy_vec() }
    }

    /// The slot that holds `point` or the free one where it belongs.
    fn slot_of(&self, point: FixedLonLat) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = (mix(point) >> 32) as usize & mask;
        while self.slots[slot] != 0 && self.points[self.slots[slot] as usize - 1] != point {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The number of `point`, which is new if it is not there yet.
    fn insert(&mut self, point: FixedLonLat) -> usize {
        let slot = self.slot_of(point);
        if self.slots[slot] == 0 {
            self.points.push(point);
            self.slots[slot] = self.points.len() as u32;
        }
        self.slots[slot] as usize - 1
    }
}

/// Spreads the bits of a position (the multiplier is 2^64 / golden ratio, Knuth vol. 3, 6.4).
fn mix(point: FixedLonLat) -> u64 {
    let bits = u64::from(point.lon as u32) << 32 | u64::from(point.lat as u32);
    let bits = (bits ^ bits >> 29).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (bits ^ bits >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Hashes pairs of positions, several times faster than the default on a million of them.
#[derive(Default)]
struct EdgeHasher(u64);

impl Hasher for EdgeHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_i32(i32::from(*byte));
        }
    }

    fn write_i32(&mut self, value: i32) {
        self.0 = mix(FixedLonLat { lon: value, lat: (self.0 >> 32) as i32 ^ self.0 as i32 }) ^ self.0.rotate_left(7);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(lon: i32, lat: i32) -> FixedLonLat {
        FixedLonLat { lon, lat }
    }

    fn arcs_of(parts: &[&[FixedLonLat]]) -> Vec<Vec<FixedLonLat>> {
        let points = parts.concat();
        let mut starts = vec![0];
        for part in parts {
            starts.push(starts[starts.len() - 1] + part.len() as u32);
        }
        Arcs::from_parts(points, starts).iter().map(<[_]>::to_vec).collect()
    }

    #[test]
    fn a_border_shared_by_two_rings_is_kept_once() {
        let left = [p(0, 0), p(10, 0), p(11, 5), p(10, 10), p(0, 10), p(0, 0)];
        let right = [p(10, 0), p(20, 0), p(20, 10), p(10, 10), p(11, 5), p(10, 0)];
        let arcs = arcs_of(&[&left, &right]);
        assert_eq!(arcs.len(), 3, "outer left, shared, outer right: {arcs:?}");
        let shared = [p(10, 0), p(11, 5), p(10, 10)];
        let passages = arcs.iter().filter(|a| a.as_slice() == shared || a.iter().rev().eq(shared.iter())).count();
        assert_eq!(passages, 1, "{arcs:?}");
    }

    #[test]
    fn an_island_is_one_closed_arc_even_if_given_twice_from_another_start() {
        let island = [p(0, 0), p(4, 0), p(4, 4), p(0, 4), p(0, 0)];
        let again = [p(4, 4), p(0, 4), p(0, 0), p(4, 0), p(4, 4)];
        let reversed = [p(4, 4), p(4, 0), p(0, 0), p(0, 4), p(4, 4)];
        for second in [&again, &reversed] {
            let arcs = arcs_of(&[&island, second.as_slice()]);
            assert_eq!(arcs.len(), 1, "{arcs:?}");
            assert_eq!(arcs[0].len(), 5);
        }
    }

    #[test]
    fn lines_are_cut_where_they_cross_at_a_common_point() {
        let arcs = arcs_of(&[&[p(-5, 0), p(0, 0), p(5, 0)], &[p(0, -5), p(0, 0), p(0, 5)]]);
        assert_eq!(arcs.len(), 4);
        assert!(arcs.iter().all(|a| a.len() == 2));
    }

    #[test]
    fn repeated_points_and_single_points_vanish() {
        assert_eq!(arcs_of(&[&[p(1, 1), p(1, 1)], &[p(0, 0), p(0, 0), p(3, 3)]]), [vec![p(0, 0), p(3, 3)]]);
    }
}
