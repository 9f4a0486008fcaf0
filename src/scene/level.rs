//! One simplification level of a layer's outlines as a vertex array in spatial chunks, ready for the GPU.

use std::ops::Range;

use super::RankedArcs;
use super::simplify::METRES_PER_UNIT;
use crate::geo::{EARTH_RADIUS_M, FixedLonLat, GeoWindow};
use crate::room::roomy_vec;

/// How far in pixels a drawn outline may lie from the outline in the file.
///
/// A quarter of a pixel cannot be seen as such, but it moves half of a hairline's ink into the next pixel; with a tenth
/// the coverage of the thinnest lines stays within 4 of 255 of the exact one, on average and on every coast tried.
const TOLERANCE_PX: f64 = 0.1;

/// Each level is this much coarser than the one before.
const LEVEL_RATIO: f64 = 3.0;

/// The share of the tolerance that goes to leaving points out; the rest goes to chords of curved segments.
const SIMPLIFICATION_SHARE: f64 = 0.75;

/// Segments in every chunk but a level's last: enough that few chunks are needed, so few that most of a chunk
/// that is partly seen is seen.
pub const CHUNK_SEGMENTS: u32 = 128;

/// Names a level: its tolerance is `LEVEL_RATIO` to this power, in metres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LevelKey(i32);

impl LevelKey {
    /// The coarsest level that is within tolerance in a view whose finest pixel spans so many metres.
    #[must_use]
    pub fn for_view(metres_per_px: f64) -> Self {
        const FINEST: f64 = -4.0;
        const COARSEST: f64 = 14.0;
        let power = (metres_per_px * TOLERANCE_PX).log(LEVEL_RATIO).floor();
        Self(if power.is_nan() { FINEST } else { power.clamp(FINEST, COARSEST) } as i32)
    }

    /// How far in metres a line of this level may lie from the line in the file.
    #[must_use]
    pub fn tolerance_m(self) -> f64 {
        LEVEL_RATIO.powi(self.0)
    }

    /// The part of the tolerance for points left out, in metres.
    #[must_use]
    pub fn simplification_m(self) -> f64 {
        self.tolerance_m() * SIMPLIFICATION_SHARE
    }

    /// No edge of a triangle of this level is longer, in metres as for [`longest_segment_m`](Self::longest_segment_m);
    /// triangles that are larger are split for each view that shows them.
    #[must_use]
    pub fn longest_edge_m(self) -> f64 {
        // A view's pixel spans 10 to 30 times the tolerance: this is 20 to 60 of them.
        const TOLERANCES: f64 = 640.0;
        // Far below half a turn, where an edge's direction would be in doubt.
        const MOST_M: f64 = 3e6;
        (TOLERANCES * self.tolerance_m()).max(self.longest_segment_m()).min(MOST_M)
    }

    /// No segment of this level is longer, in metres on a sphere where degrees of longitude do not shrink.
    ///
    /// On a map an arc of length L turns by at most about L / R, so its chord is off by L^2 / 8R.
    #[must_use]
    pub fn longest_segment_m(self) -> f64 {
        (8.0 * EARTH_RADIUS_M * self.tolerance_m() * (1.0 - SIMPLIFICATION_SHARE)).sqrt()
    }
}

/// A run of consecutive segments and where they lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    /// Its first segment. Segment i joins vertices i and i + 1 unless either is [`FixedLonLat::PEN_UP`].
    pub first_segment: u32,
    /// A box around all of the chunk's vertices.
    pub window: GeoWindow,
}

/// The polylines of one layer at one level.
#[derive(Clone, Debug, Default)]
pub struct LineLevel {
    /// All vertices, polylines separated by [`FixedLonLat::PEN_UP`].
    pub vertices: Vec<FixedLonLat>,
    /// All segments, in order.
    pub chunks: Chunks,
}

/// The chunks of a level.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chunks(Vec<Chunk>);

impl Chunks {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The chunks that a window may show.
    pub fn visible(&self, window: &GeoWindow) -> impl Iterator<Item = &Chunk> {
        self.0.iter().filter(|c| c.window.overlaps(window))
    }
}

impl LineLevel {
    /// Selects the points that the level needs and adds those that keep long segments true to their curve.
    #[must_use]
    pub fn new(ranked: &RankedArcs, key: LevelKey) -> Self {
        Self::of_arcs(ranked, 0..ranked.arcs.starts.len().saturating_sub(1) as u32, key)
    }

    /// As [`new`](Self::new), of some of the arcs.
    #[must_use]
    pub fn of_arcs(ranked: &RankedArcs, arcs: impl Iterator<Item = u32>, key: LevelKey) -> Self {
        let tolerance = key.simplification_m() as f32;
        let longest_units = key.longest_segment_m() / METRES_PER_UNIT;
        let mut level = Self { vertices: roomy_vec(), ..Self::default() };
        for arc in spatial_order(ranked, arcs) {
            push_arc(&mut level.vertices, ranked, arc, tolerance, longest_units);
            level.vertices.push(FixedLonLat::PEN_UP);
        }
        level.cut_into_chunks();
        level
    }

    /// A copy without the room that building it needed.
    #[must_use]
    pub fn compact(&self) -> Self {
        Self { vertices: self.vertices.as_slice().into(), chunks: self.chunks.clone() }
    }

    /// The vertices of a chunk's segments, and a [`FixedLonLat::PEN_UP`] behind them.
    pub fn polylines_of(&self, chunk: &Chunk) -> impl Iterator<Item = FixedLonLat> {
        let first = chunk.first_segment as usize;
        let end = (first + CHUNK_SEGMENTS as usize + 1).min(self.vertices.len());
        self.vertices[first..end].iter().copied().chain([FixedLonLat::PEN_UP])
    }

    /// The vertices of all segments in chunks that a window may show; a line through several of them is one.
    #[must_use]
    pub fn visible_polylines(&self, window: &GeoWindow) -> Vec<FixedLonLat> {
        let mut vertices: Vec<FixedLonLat> = Vec::new();
        let mut done = 0;
        for chunk in self.chunks.visible(window) {
            let first = chunk.first_segment as usize;
            if first + 1 != done && !vertices.is_empty() {
                vertices.push(FixedLonLat::PEN_UP);
            }
            // The chunk before ended on this one's first vertex.
            let start = if first + 1 == done { done } else { first };
            done = (first + CHUNK_SEGMENTS as usize + 1).min(self.vertices.len());
            vertices.extend_from_slice(&self.vertices[start..done]);
        }
        vertices.push(FixedLonLat::PEN_UP);
        vertices
    }

    /// The points in a chunk of points.
    #[must_use]
    pub fn dots_of(&self, chunk: &Chunk) -> &[FixedLonLat] {
        let first = chunk.first_segment as usize;
        &self.vertices[first..(first + CHUNK_SEGMENTS as usize).min(self.vertices.len())]
    }

    /// The points of point features, each a vertex; there is nothing between them.
    #[must_use]
    pub fn of_dots(mut dots: Vec<FixedLonLat>) -> Self {
        dots.sort_unstable_by_key(|dot| z_order(*dot));
        // As many segments as vertices, for each begins at its own.
        let count = dots.len();
        let mut level = Self { vertices: dots, ..Self::default() };
        level.cut_into_chunks_of(count);
        level
    }

    fn cut_into_chunks(&mut self) {
        self.cut_into_chunks_of(self.vertices.len().saturating_sub(1));
    }

    fn cut_into_chunks_of(&mut self, segments: usize) {
        let last = self.vertices.len().saturating_sub(1);
        let chunks = (0..segments)
            .step_by(CHUNK_SEGMENTS as usize)
            .filter_map(|start| {
                let end = (start + CHUNK_SEGMENTS as usize).min(segments);
                let window = bounding_window(&self.vertices[start..=end.min(last)])?;
                Some(Chunk { first_segment: start as u32, window })
            })
            .collect();
        self.chunks = Chunks(chunks);
    }
}

/// Appends an arc's points that a level needs and those that keep long segments true to their curve.
pub(super) fn push_arc(
    vertices: &mut Vec<FixedLonLat>,
    ranked: &RankedArcs,
    arc: Range<usize>,
    tolerance_m: f32,
    longest_units: f64,
) {
    let mut last: Option<FixedLonLat> = None;
    for point in arc.filter(|i| ranked.keep_below_m[*i] >= tolerance_m).map(|i| ranked.arcs.points[i]) {
        if let Some(from) = last {
            // From pole to pole is one unit more than an i32 holds.
            let dlon = i64::from(point.lon.wrapping_sub(from.lon));
            let dlat = i64::from(point.lat) - i64::from(from.lat);
            let length = (dlon as f64).hypot(dlat as f64);
            let pieces = (length / longest_units).ceil() as i64;
            vertices.extend((1..pieces).map(|k| FixedLonLat {
                lon: from.lon.wrapping_add((dlon * k / pieces) as i32),
                lat: (i64::from(from.lat) + dlat * k / pieces) as i32,
            }));
        }
        vertices.push(point);
        last = Some(point);
    }
}

/// The arcs' ranges of points, near arcs near each other (in the order of a Z curve through their first points).
fn spatial_order(ranked: &RankedArcs, arcs: impl Iterator<Item = u32>) -> impl Iterator<Item = Range<usize>> {
    let starts = &ranked.arcs.starts;
    let ends = arcs.map(|arc| [starts[arc as usize], starts[arc as usize + 1]]);
    let mut order: Vec<(u64, u32, u32)> =
        ends.map(|w| (z_order(ranked.arcs.points[w[0] as usize]), w[0], w[1])).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, start, end)| start as usize..end as usize)
}

/// Interleaves the bits of longitude and latitude (Morton 1966).
pub(super) fn z_order(point: FixedLonLat) -> u64 {
    let spread = |v: i32| {
        let mut bits = u64::from(v as u32 ^ 0x8000_0000);
        for (shift, mask) in [
            (16, 0x0000_FFFF_0000_FFFF_u64),
            (8, 0x00FF_00FF_00FF_00FF),
            (4, 0x0F0F_0F0F_0F0F_0F0F),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ] {
            bits = (bits | bits << shift) & mask;
        }
        bits
    };
    spread(point.lon) << 1 | spread(point.lat)
}

/// The smallest box around the vertices that does not wrap the wrong way round; None if there are none.
#[must_use]
pub fn bounding_window(vertices: &[FixedLonLat]) -> Option<GeoWindow> {
    let mut real = vertices.iter().filter(|v| **v != FixedLonLat::PEN_UP);
    let first = *real.next()?;
    let (mut lon, mut lat) = ([0_i64; 2], [0_i64; 2]);
    let (mut at, mut from) = (0_i64, first);
    for v in real {
        // Steps are short, so that following them unwraps longitude.
        at += i64::from(v.lon.wrapping_sub(from.lon));
        let north = i64::from(v.lat) - i64::from(first.lat);
        (lon, lat) = ([lon[0].min(at), lon[1].max(at)], [lat[0].min(north), lat[1].max(north)]);
        from = *v;
    }
    let size = |range: [i64; 2]| (range[1] - range[0]).min(i64::from(u32::MAX)) as u32;
    let corner =
        FixedLonLat { lon: first.lon.wrapping_add(lon[0] as i32), lat: (i64::from(first.lat) + lat[0]) as i32 };
    Some(GeoWindow { corner, size: [size(lon), size(lat)] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Arcs;

    fn level(degrees: &[(f64, f64)], key: LevelKey) -> LineLevel {
        let points: Vec<_> = degrees.iter().filter_map(|d| FixedLonLat::from_degrees(d.0, d.1)).collect();
        let starts = vec![0, points.len() as u32];
        LineLevel::new(&RankedArcs::new(Arcs { points, starts }, 0.0), key)
    }

    #[test]
    fn a_view_gets_a_level_within_its_tolerance_and_no_finer_than_a_ratio() {
        for metres_per_px in [1.4, 10.0, 333.0, 1000.0, 3500.0, 20_000.0] {
            let tolerance_px = LevelKey::for_view(metres_per_px).tolerance_m() / metres_per_px;
            assert!(tolerance_px <= TOLERANCE_PX * 1.000_001, "{tolerance_px}");
            assert!(tolerance_px > TOLERANCE_PX / LEVEL_RATIO * 0.999_999, "{tolerance_px}");
        }
    }

    #[test]
    fn a_long_parallel_is_cut_into_short_segments_on_the_parallel() {
        let key = LevelKey::for_view(1000.0);
        let line = level(&[(-123.0, 49.0), (-95.0, 49.0)], key);
        let real: Vec<_> = line.vertices.iter().filter(|v| **v != FixedLonLat::PEN_UP).collect();
        assert!(
            real.windows(2)
                .all(|w| f64::from(w[1].lon - w[0].lon) * METRES_PER_UNIT <= key.longest_segment_m() * 1.001)
        );
        assert!(real.iter().all(|v| v.lat == real[0].lat));
        assert_eq!(real.last().map(|v| v.to_degrees().0.round()), Some(-95.0));
    }

    #[test]
    fn a_meridian_from_pole_to_pole_is_whole() {
        let line = level(&[(10.0, -90.0), (10.0, 90.0)], LevelKey::for_view(20_000.0));
        let lats: Vec<i32> = line.vertices.iter().filter(|v| **v != FixedLonLat::PEN_UP).map(|v| v.lat).collect();
        assert!(lats.len() > 20 && lats.is_sorted(), "{lats:?}");
        assert_eq!([lats[0], lats[lats.len() - 1]], [-(1 << 30), 1 << 30]);
    }

    #[test]
    fn only_chunks_that_overlap_the_window_are_visible() {
        let zigzag: Vec<_> = (0..5000).map(|i| (f64::from(i) * 0.01 - 25.0, f64::from(i % 2) * 0.5)).collect();
        let line = level(&zigzag, LevelKey::for_view(1.0));
        let window = GeoWindow {
            corner: FixedLonLat::from_degrees(-1.0, -1.0).unwrap_or(FixedLonLat::PEN_UP),
            size: [1 << 24, 1 << 24],
        };
        let seen = line.chunks.visible(&window).count();
        assert!(seen > 0 && seen < line.chunks.len() / 3, "{seen} of {}", line.chunks.len());
        let everywhere =
            GeoWindow { corner: FixedLonLat { lon: i32::MIN, lat: -(1 << 30) }, size: [u32::MAX, 1 << 31] };
        assert_eq!(line.chunks.visible(&everywhere).count(), line.chunks.len());
    }
}
