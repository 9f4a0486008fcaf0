//! Where the lines of a graticule meet the edge of their map: the box's, or its own where it ends within the box.

use crate::geo::{Domain, GraticuleLine, LineKind};
use crate::style::layout::Side;

/// A line that ends so near to the box's edge ends there, in pixels.
const ON_EDGE_PX: f64 = 1.0;

/// How far from the end of a line the map must have ended, in pixels.
const BEYOND_PX: f64 = 2.5;

/// Crossings of a line that are so near to each other are one, in pixels.
const SAME_PX: f64 = 4.0;

/// An outline whose way out has at least this share along a line's own axis counts as that side: parallels end at the
/// left and right of a globe, but for those around its top and bottom.
const LEAST_SHARE: f64 = 0.2;

/// The cosine of the angle between a line and the way across the outline up to which the line leads out of the map: on a
/// globe parallels touch it.
const LEADS_OUT: f64 = 0.4;

/// The cosine of the angle between a meridian and the upright up to which it is one.
const PLUMB: f64 = 0.999;

/// A place where a line leaves the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Crossing {
    /// The place, in pixels of the map box.
    pub point: [f64; 2],
    /// The way out of the map, of length 1: the line's own direction at a box, and at an outline if it is a parallel or an
    /// upright meridian that leads out there, whose label then stands level with it; else across the outline.
    pub outward: [f64; 2],
    pub side: Side,
    /// Whether the map ends there within its box.
    pub is_outline: bool,
}

/// Finds crossings on a map box of a size in pixels.
pub(super) struct Edges<'a> {
    pub size: [f64; 2],
    pub domain: &'a Domain,
}

impl Edges<'_> {
    /// All places where a line leaves the map, each once.
    pub(super) fn crossings(&self, line: &GraticuleLine) -> Vec<Crossing> {
        let mut found: Vec<Crossing> = Vec::new();
        // The pole of a map that ends in a line is that line: it ends where the map has its corners.
        let is_edge = line.kind == LineKind::Parallel && line.degrees.abs() == 90.0;
        for crossing in line.strokes.iter().flat_map(|stroke| self.of_stroke(line.kind, stroke)) {
            let distance =
                |other: &Crossing| (other.point[0] - crossing.point[0]).hypot(other.point[1] - crossing.point[1]);
            let is_new = found.iter().all(|other| distance(other) > SAME_PX);
            if is_new && !(is_edge && crossing.is_outline) {
                found.push(crossing);
            }
        }
        found
    }

    fn of_stroke(&self, kind: LineKind, stroke: &[[f32; 2]]) -> Vec<Crossing> {
        let points: Vec<[f64; 2]> = stroke.iter().map(|p| p.map(f64::from)).collect();
        let mut found = Vec::new();
        for pair in points.windows(2) {
            let [is_in, was_in] = [self.holds(pair[1]), self.holds(pair[0])];
            if is_in != was_in {
                let (inner, outer) = if was_in { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
                found.push(self.exit(inner, outer));
            }
        }
        if let [first, second, ..] = points[..] {
            found.extend(self.end(kind, second, first));
        }
        if let [.., before, last] = points[..] {
            found.extend(self.end(kind, before, last));
        }
        found
    }

    fn holds(&self, point: [f64; 2]) -> bool {
        (0..2).all(|k| (0.0..=self.size[k]).contains(&point[k]))
    }

    /// Where a segment from a point in the box to one beyond it leaves the box.
    fn exit(&self, inner: [f64; 2], outer: [f64; 2]) -> Crossing {
        let way = [0, 1].map(|k| outer[k] - inner[k]);
        // The share of the way to each side; the least is met first.
        let share = |k: usize| match way[k] {
            step if step < 0.0 => -inner[k] / step,
            step if step > 0.0 => (self.size[k] - inner[k]) / step,
            _ => f64::INFINITY,
        };
        let shares = [share(0), share(1)];
        let axis = usize::from(shares[1] < shares[0]);
        let point = [0, 1].map(|k| inner[k] + shares[axis].clamp(0.0, 1.0) * way[k]);
        let side = side_of(axis, way[axis]);
        Crossing { point, outward: unit(way), side, is_outline: false }
    }

    /// The end of a line, if the map ends there and the line was not cut off before. Lines may touch the map's outline,
    /// as those of a globe do, so that it is looked for all around.
    fn end(&self, kind: LineKind, before: [f64; 2], end: [f64; 2]) -> Option<Crossing> {
        const DIRECTIONS: u32 = 16;
        if !self.holds(end) {
            return None;
        }
        let direction = |k: u32| {
            let (sin, cos) = (f64::from(k) / f64::from(DIRECTIONS) * std::f64::consts::TAU).sin_cos();
            [cos, sin]
        };
        let is_beyond = |way: &[f64; 2]| {
            let probe = [0, 1].map(|k| end[k] + BEYOND_PX * way[k]);
            !(self.holds(probe) && self.domain.shows(probe.map(|c| c.floor() as i64)))
        };
        let beyond = (0..DIRECTIONS).map(direction).filter(is_beyond);
        let outward = unit(beyond.fold([0.0; 2], |sum, way| [sum[0] + way[0], sum[1] + way[1]]));
        let own = match kind {
            LineKind::Meridian => 1,
            LineKind::Parallel => 0,
        };
        let axis = if outward[own].abs() >= LEAST_SHARE { own } else { 1 - own };
        let side = side_of(axis, outward[axis]);
        let own_way = unit([0, 1].map(|k| end[k] - before[k]));
        let leads_out = own_way[0] * outward[0] + own_way[1] * outward[1] >= LEADS_OUT;
        let is_level = kind == LineKind::Parallel || own_way[own].abs() > PLUMB;
        let outward = if leads_out && is_level { own_way } else { outward };
        let is_on_box = end[axis] <= ON_EDGE_PX || end[axis] >= self.size[axis] - ON_EDGE_PX;
        (outward != [0.0; 2]).then_some(Crossing { point: end, outward, side, is_outline: !is_on_box })
    }
}

fn side_of(axis: usize, direction: f64) -> Side {
    match (axis, direction > 0.0) {
        (0, false) => Side::Left,
        (0, true) => Side::Right,
        (_, false) => Side::Top,
        (_, true) => Side::Bottom,
    }
}

fn unit([x, y]: [f64; 2]) -> [f64; 2] {
    let length = x.hypot(y);
    if length > 0.0 { [x / length, y / length] } else { [0.0; 2] }
}
