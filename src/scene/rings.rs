//! Of which arcs each polygon's rings are made, and which way round: so that neighbours share their simplified
//! border to the last bit, and holes take away what their polygon adds.

use std::ops::Range;

use super::Arcs;
use super::arcs::Passage;
use crate::geo::FixedLonLat;

/// Longitude, not wrapped, and latitude, in the units of [`FixedLonLat`].
pub(super) type Unwrapped = [i64; 2];

/// A full turn of longitude.
pub(super) const TURN: i64 = 1 << 32;

/// The latitude of the north pole.
const POLE_LAT: i64 = 1 << 30;

/// The rings of a layer's polygons.
#[derive(Debug, Default)]
pub struct Rings {
    /// The arcs of all rings, in turn.
    pub(super) passages: Vec<Passage>,
    pub(super) rings: Vec<Ring>,
}

/// A closed way along arcs.
#[derive(Clone, Debug)]
pub(super) struct Ring {
    /// Index of its first passage and of the one behind its last.
    passages: [u32; 2],
    polygon: u32,
    /// Whether the way is against the sense in which it bounds its polygon: counterclockwise round areas, clockwise
    /// round holes.
    is_reversed: bool,
    /// The latitude of the pole over which the way is closed if it goes round the Earth. At some level each way may:
    /// an edge along a pole, as files have it, is nothing to keep when lines are simplified.
    pole_lat: i64,
}

impl Rings {
    /// Whether there is nothing to fill.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rings.is_empty()
    }

    /// The rings of some of the polygons.
    #[must_use]
    pub fn of_polygons(&self, is_one: impl Fn(u32) -> bool) -> Self {
        let mut some = Self::default();
        for ring in self.rings.iter().filter(|ring| is_one(ring.polygon)) {
            let first = some.passages.len() as u32;
            let [from, to] = ring.passages.map(|k| k as usize);
            some.passages.extend_from_slice(&self.passages[from..to]);
            some.rings.push(Ring { passages: [first, some.passages.len() as u32], ..ring.clone() });
        }
        some
    }

    /// Makes a ring of the passages since `first`.
    pub(super) fn end_ring(&mut self, first: usize, polygon: u32) {
        let passages = [first as u32, self.passages.len() as u32];
        self.rings.push(Ring { passages, polygon, is_reversed: false, pole_lat: POLE_LAT });
    }

    /// Settles which way round each ring goes: the even-odd rule, by how many of its polygon's other rings hold it.
    /// What files say by the order of points is wrong too often.
    pub(super) fn orient(&mut self, arcs: &Arcs) {
        let mut start = 0;
        while let Some(first) = self.rings.get(start) {
            let polygon = first.polygon;
            let count = self.rings[start..].iter().take_while(|ring| ring.polygon == polygon).count();
            self.orient_polygon(arcs, start..start + count);
            start += count;
        }
    }

    fn orient_polygon(&mut self, arcs: &Arcs, range: Range<usize>) {
        let ways: Vec<_> = range.clone().map(|k| self.full_way(arcs, k)).collect();
        let areas: Vec<f64> = ways.iter().map(|way| twice_area(way)).collect();
        let mut depths = vec![0_u32; ways.len()];
        if ways.len() > 1 {
            let bounds: Vec<_> = ways.iter().map(|way| bounds_of(way)).collect();
            for outer in 0..ways.len() {
                let mut index = None;
                for inner in (0..ways.len()).filter(|&i| i != outer && areas[i].abs() < areas[outer].abs()) {
                    let Some(turn) = shift_into(&bounds[outer], &bounds[inner]) else { continue };
                    let index = index.get_or_insert_with(|| EdgeIndex::new(&ways[outer]));
                    depths[inner] += u32::from(index.holds_most_of(&ways[inner], turn));
                }
            }
        }
        for ((ring, area), depth) in self.rings[range].iter_mut().zip(areas).zip(depths) {
            ring.is_reversed = (area < 0.0) != (depth % 2 == 1);
        }
    }

    /// A ring with all of its points; finds out whether it goes round a pole.
    fn full_way(&mut self, arcs: &Arcs, ring: usize) -> Vec<Unwrapped> {
        let ring = &mut self.rings[ring];
        let mut way = Vec::new();
        let [from, to] = ring.passages.map(|k| k as usize);
        for passage in &self.passages[from..to] {
            extend_way(&mut way, &arcs.points[arcs.arc(passage.arc as usize)], passage.is_reversed);
        }
        let lat_by_lon = |w: &[Unwrapped]| (w[1][0] - w[0][0]).abs() as f64 * (w[0][1] + w[1][1]) as f64;
        if way.windows(2).map(lat_by_lon).sum::<f64>() < 0.0 {
            ring.pole_lat = -POLE_LAT;
        }
        close_way(&mut way, ring.pole_lat, TURN / 8);
        way
    }

    /// A ring at some level, counterclockwise round areas: `push_arc` appends an arc's points at that level.
    /// The last point is joined to the first.
    pub(super) fn way(
        &self,
        ring: usize,
        longest_units: i64,
        push_arc: &mut dyn FnMut(&mut Vec<FixedLonLat>, usize),
    ) -> Vec<Unwrapped> {
        let ring = &self.rings[ring];
        let (mut way, mut points) = (Vec::new(), Vec::new());
        let [from, to] = ring.passages.map(|k| k as usize);
        for passage in &self.passages[from..to] {
            points.clear();
            push_arc(&mut points, passage.arc as usize);
            extend_way(&mut way, &points, passage.is_reversed);
        }
        close_way(&mut way, ring.pole_lat, longest_units);
        if ring.is_reversed {
            way.reverse();
        }
        way
    }

    /// The first point of a ring.
    pub(super) fn first_point(&self, arcs: &Arcs, ring: usize) -> Option<FixedLonLat> {
        let passage = self.passages.get(self.rings[ring].passages[0] as usize)?;
        arcs.points.get(arcs.starts[passage.arc as usize] as usize).copied()
    }
}

/// Continues a way by an arc that begins where it ends.
fn extend_way(way: &mut Vec<Unwrapped>, arc: &[FixedLonLat], is_reversed: bool) {
    let count = arc.len();
    for k in 0..count {
        let point = arc[if is_reversed { count - 1 - k } else { k }];
        let lat = i64::from(point.lat);
        match way.last() {
            // An arc begins where the one before it ends.
            Some(_) if k == 0 => {}
            // The last step is the short way round.
            Some(last) => way.push([last[0] + i64::from(point.lon.wrapping_sub(last[0] as i32)), lat]),
            None => way.push([point.lon.into(), lat]),
        }
    }
}

/// Drops the last point, which is the first again; or goes over the pole if it is that only after a full turn.
fn close_way(way: &mut Vec<Unwrapped>, pole_lat: i64, longest_units: i64) {
    let Some((&first, &last)) = way.first().zip(way.last()) else { return };
    if first[0] == last[0] {
        way.pop();
        return;
    }
    let pieces = |length: i64| (length.abs() / longest_units.max(1)).max(0) + 1;
    let up = pieces(pole_lat - first[1]);
    let lat = |k: i64| first[1] + (pole_lat - first[1]) * k / up;
    let along = pieces(last[0] - first[0]).max(8);
    way.extend((1..=up).map(|k| [last[0], lat(k)]));
    way.extend((1..=along).map(|k| [last[0] + (first[0] - last[0]) * k / along, pole_lat]));
    // The same points as on the way up: both ways cancel.
    way.extend((1..up).rev().map(|k| [first[0], lat(k)]));
}

/// Twice the signed area of a closed way, positive if it is counterclockwise.
fn twice_area(way: &[Unwrapped]) -> f64 {
    let Some(first) = way.first() else { return 0.0 };
    let from_first = |p: Unwrapped| [(p[0] - first[0]) as f64, (p[1] - first[1]) as f64];
    way.windows(2).map(|w| [from_first(w[0]), from_first(w[1])]).map(|[p, q]| p[0] * q[1] - q[0] * p[1]).sum()
}

/// West, east, south, north.
fn bounds_of(way: &[Unwrapped]) -> [i64; 4] {
    let (mut lon, mut lat) = ([i64::MAX, i64::MIN], [i64::MAX, i64::MIN]);
    for p in way {
        (lon, lat) = ([lon[0].min(p[0]), lon[1].max(p[0])], [lat[0].min(p[1]), lat[1].max(p[1])]);
    }
    [lon[0], lon[1], lat[0], lat[1]]
}

/// How far `inner` must be moved by full turns to lie within `outer`; None if it cannot.
fn shift_into(outer: &[i64; 4], inner: &[i64; 4]) -> Option<i64> {
    let is_between = outer[2] <= inner[2] && inner[3] <= outer[3];
    [0, TURN, -TURN].into_iter().find(|t| is_between && outer[0] <= inner[0] + t && inner[1] + t <= outer[1])
}

/// A ring's edges by the bands of latitude that they touch, so that a ring of many points is not walked for each of
/// many islands.
struct EdgeIndex<'a> {
    way: &'a [Unwrapped],
    south: i64,
    band: i64,
    bands: Vec<Vec<u32>>,
}

impl<'a> EdgeIndex<'a> {
    fn new(way: &'a [Unwrapped]) -> Self {
        let [_, _, south, north] = bounds_of(way);
        let count = (way.len() as i64 / 8).clamp(1, 4096);
        let band = (north - south) / count + 1;
        let mut index = Self { way, south, band, bands: vec![Vec::new(); count as usize] };
        for k in 0..way.len() {
            let (p, q) = index.edge(k);
            let range = index.band_of(p[1].min(q[1]))..=index.band_of(p[1].max(q[1]));
            index.bands[range].iter_mut().for_each(|band| band.push(k as u32));
        }
        index
    }

    fn edge(&self, k: usize) -> (Unwrapped, Unwrapped) {
        (self.way[k], self.way[(k + 1) % self.way.len()])
    }

    fn band_of(&self, lat: i64) -> usize {
        ((lat - self.south) / self.band).clamp(0, self.bands.len() as i64 - 1) as usize
    }

    /// Whether two of three points of another ring lie within; one may lie on this ring.
    fn holds_most_of(&self, way: &[Unwrapped], turn: i64) -> bool {
        let point = |k: usize| way[k * way.len() / 3];
        [0, 1, 2].into_iter().filter(|&k| self.holds([point(k)[0] + turn, point(k)[1]])).count() >= 2
    }

    /// The even-odd rule along the ray to the east.
    fn holds(&self, [lon, lat]: Unwrapped) -> bool {
        let crosses = |&&k: &&u32| {
            let (p, q) = self.edge(k as usize);
            let [dx, dy] = [q[0] - p[0], q[1] - p[1]];
            (p[1] <= lat) != (q[1] <= lat) && (p[0] - lon) as f64 + (lat - p[1]) as f64 / dy as f64 * dx as f64 > 0.0
        };
        self.bands[self.band_of(lat)].iter().filter(crosses).count() % 2 == 1
    }
}
