//! One simplification level of a layer's areas as triangles in spatial chunks, ready for the GPU.
//!
//! A ring becomes triangles that, each taken with its sign, add up to the area that the ring bounds: from first to last
//! point over the middle one, then each half in the same way. They overlap, but what is too much has its counterpart of
//! the other sign, to the last bit, so there is nothing that could fail: no sweep line, no intersections, no rounding. And
//! how the map bends a triangle's inner edges does not matter, since each is there in both directions.

use super::level::{bounding_window, push_arc, z_order};
use super::rings::{TURN, Unwrapped};
use super::simplify::METRES_PER_UNIT;
use super::{LevelKey, RankedArcs, Rings};
use crate::geo::{FixedLonLat, GeoWindow};
use crate::room::roomy_vec;

/// Most vertices of a chunk.
pub const CHUNK_VERTICES: u32 = 128;

/// Most triangles of a chunk.
pub const CHUNK_TRIANGLES: u32 = 128;

/// Triangles in chunks, their vertices on Earth or in pixels.
#[derive(Clone, Debug)]
pub struct FillMesh<V> {
    /// The vertices of all chunks, chunk after chunk.
    pub vertices: Vec<V>,
    /// For each triangle three numbers of vertices within its chunk, a byte each, the first lowest.
    pub triangles: Vec<u32>,
    /// Where the chunks are.
    pub chunks: Vec<FillChunk>,
}

/// A run of triangles with vertices of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FillChunk {
    /// Index of its first vertex.
    pub first_vertex: u32,
    /// How many vertices it has.
    pub vertex_count: u32,
    /// Index of its first triangle.
    pub first_triangle: u32,
    /// How many triangles it has.
    pub triangle_count: u32,
}

impl<V> Default for FillMesh<V> {
    fn default() -> Self {
        Self { vertices: Vec::new(), triangles: Vec::new(), chunks: Vec::new() }
    }
}

impl<V> FillMesh<V> {
    /// What it takes in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(self.vertices.as_slice())
            + size_of_val(self.triangles.as_slice())
            + size_of_val(self.chunks.as_slice())
    }
}

impl<V: Copy + PartialEq> FillMesh<V> {
    /// Appends a triangle, to the last chunk if it fits in there.
    pub fn push(&mut self, corners: [V; 3]) {
        if self
            .chunks
            .last()
            .is_none_or(|chunk| chunk.triangle_count == CHUNK_TRIANGLES || chunk.vertex_count + 3 > CHUNK_VERTICES)
        {
            self.begin_chunk();
        }
        let Some(chunk) = self.chunks.last_mut() else { return };
        let first = chunk.first_vertex as usize;
        let mut packed = 0;
        for (k, corner) in corners.into_iter().enumerate() {
            // Most corners were used a moment ago.
            let known = self.vertices[first..].iter().rposition(|v| *v == corner);
            let index = known.unwrap_or_else(|| {
                self.vertices.push(corner);
                chunk.vertex_count += 1;
                chunk.vertex_count as usize - 1
            });
            packed |= (index as u32) << (8 * k);
        }
        self.triangles.push(packed);
        chunk.triangle_count += 1;
    }

    fn begin_chunk(&mut self) {
        self.chunks.push(FillChunk {
            first_vertex: self.vertices.len() as u32,
            vertex_count: 0,
            first_triangle: self.triangles.len() as u32,
            triangle_count: 0,
        });
    }

    /// The triangles of a chunk.
    pub fn triangles_of(&self, chunk: FillChunk) -> impl Iterator<Item = [V; 3]> {
        let range = chunk.first_triangle as usize..(chunk.first_triangle + chunk.triangle_count) as usize;
        self.triangles[range].iter().map(move |packed| {
            [0, 8, 16].map(|shift| self.vertices[chunk.first_vertex as usize + (packed >> shift & 0xFF) as usize])
        })
    }
}

/// The areas of one layer at one level.
#[derive(Clone, Debug, Default)]
pub struct FillLevel {
    /// All triangles but the large ones.
    pub mesh: FillMesh<FixedLonLat>,
    /// A box around each chunk of the mesh.
    windows: Vec<GeoWindow>,
    /// Triangles with an edge longer than [`LevelKey::longest_edge_m`].
    large: Vec<[Unwrapped; 3]>,
    longest_units: i64,
}

impl FillLevel {
    /// Makes the triangles of all rings from the arcs as the level simplifies them.
    #[must_use]
    pub fn new(ranked: &RankedArcs, rings: &Rings, key: LevelKey) -> Self {
        let tolerance = key.simplification_m() as f32;
        let longest_segment = key.longest_segment_m() / METRES_PER_UNIT;
        let longest_units = (key.longest_edge_m() / METRES_PER_UNIT) as i64;
        let mesh = FillMesh { vertices: roomy_vec(), triangles: roomy_vec(), chunks: Vec::new() };
        let mut level = Self { mesh, windows: Vec::new(), large: Vec::new(), longest_units };
        let near = |k: &usize| rings.first_point(&ranked.arcs, *k).map_or(0, z_order);
        let mut order: Vec<usize> = (0..rings.rings.len()).collect();
        order.sort_by_key(near);
        for ring in order {
            let way = rings.way(ring, longest_segment as i64, &mut |points, arc| {
                push_arc(points, ranked, ranked.arcs.arc(arc), tolerance, longest_segment);
            });
            level.push_ring(&way);
        }
        let of_chunk = |c: &FillChunk| &level.mesh.vertices[c.first_vertex as usize..][..c.vertex_count as usize];
        let nothing = GeoWindow { corner: FixedLonLat { lon: 0, lat: 0 }, size: [0, 0] };
        level.windows = level.mesh.chunks.iter().map(|c| bounding_window(of_chunk(c)).unwrap_or(nothing)).collect();
        // Copies of the right size: the tables' room is to be given back.
        level.mesh.vertices = level.mesh.vertices.as_slice().to_vec();
        level.mesh.triangles = level.mesh.triangles.as_slice().to_vec();
        level
    }

    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.mesh.chunks.is_empty() && self.large.is_empty()
    }

    fn push_ring(&mut self, way: &[Unwrapped]) {
        let mut stack = vec![(0, way.len().saturating_sub(1))];
        while let Some((from, to)) = stack.pop() {
            if to - from < 2 {
                continue;
            }
            let middle = usize::midpoint(from, to);
            self.push_triangle([way[from], way[middle], way[to]]);
            stack.push((middle, to));
            stack.push((from, middle));
        }
    }

    fn push_triangle(&mut self, corners: [Unwrapped; 3]) {
        // Three points on a line are a triangle on a map that bends the line.
        if has_double(corners) {
            return;
        }
        if edges(corners).iter().any(|e| is_longer(*e, self.longest_units)) {
            self.large.push(corners);
            return;
        }
        let corners = corners.map(fixed);
        // The box around a chunk is found by short steps from vertex to vertex.
        let is_far = |v: &FixedLonLat| {
            i64::from(v.lon.wrapping_sub(corners[0].lon))
                .abs()
                .max((i64::from(v.lat) - i64::from(corners[0].lat)).abs())
                > TURN / 16
        };
        let chunk_start = self.mesh.chunks.last().and_then(|c| self.mesh.vertices.get(c.first_vertex as usize));
        if chunk_start.is_some_and(is_far) {
            self.mesh.begin_chunk();
        }
        self.mesh.push(corners);
    }

    /// The chunks that a window may show, by their index.
    pub fn visible(&self, window: &GeoWindow) -> impl Iterator<Item = (usize, &GeoWindow)> {
        self.windows.iter().enumerate().filter(|(_, w)| w.overlaps(window))
    }

    /// The large triangles within a window, in pieces with edges of at most `longest_m` metres, or as long as those of
    /// the other triangles.
    ///
    /// An edge is halved if it is too long, whichever triangle it belongs to, so that neighbours stay such.
    #[must_use]
    pub fn large_within(&self, window: &GeoWindow, longest_m: f64) -> FillMesh<FixedLonLat> {
        let longest_units = self.longest_units.max((longest_m / METRES_PER_UNIT) as i64);
        let mut mesh = FillMesh::default();
        let mut stack: Vec<_> = self.large.iter().rev().copied().collect();
        while let Some(corners) = stack.pop() {
            if !overlaps(corners, window) {
                continue;
            }
            let middles = edges(corners).map(|e| is_longer(e, longest_units).then(|| middle(e)));
            if middles == [None; 3] {
                if !has_double(corners) {
                    mesh.push(corners.map(fixed));
                }
            } else {
                stack.extend(split(corners, middles));
            }
        }
        mesh
    }
}

/// Cuts a triangle at those of its edges' middles that are given: of a to b, b to c, c to a. The pieces keep its sense.
pub(super) fn split<P: Copy>([a, b, c]: [P; 3], middles: [Option<P>; 3]) -> Vec<[P; 3]> {
    match middles {
        [None, None, None] => vec![[a, b, c]],
        [Some(m), None, None] => vec![[a, m, c], [m, b, c]],
        [None, Some(m), None] => vec![[b, m, a], [m, c, a]],
        [None, None, Some(m)] => vec![[c, m, b], [m, a, b]],
        [Some(m), Some(n), None] => vec![[m, b, n], [a, m, n], [a, n, c]],
        [None, Some(m), Some(n)] => vec![[m, c, n], [b, m, n], [b, n, a]],
        [Some(n), None, Some(m)] => vec![[m, a, n], [c, m, n], [c, n, b]],
        [Some(m), Some(n), Some(o)] => vec![[a, m, o], [m, b, n], [o, n, c], [m, n, o]],
    }
}

fn edges<P: Copy>([a, b, c]: [P; 3]) -> [[P; 2]; 3] {
    [[a, b], [b, c], [c, a]]
}

fn middle([a, b]: [Unwrapped; 2]) -> Unwrapped {
    // Rounds down whichever end comes first, so that both triangles of an edge halve it alike.
    [0, 1].map(|k| (a[k] + b[k]).div_euclid(2))
}

fn is_longer([a, b]: [Unwrapped; 2], units: i64) -> bool {
    ((b[0] - a[0]) as f64).hypot((b[1] - a[1]) as f64) > units as f64
}

/// Whether two corners are the same, so that the triangle has no area on any map.
fn has_double([a, b, c]: [Unwrapped; 3]) -> bool {
    a == b || b == c || c == a
}

fn fixed([lon, lat]: Unwrapped) -> FixedLonLat {
    // Longitude wraps.
    FixedLonLat { lon: lon as i32, lat: lat as i32 }
}

/// Whether a triangle's box and a window have something in common, at any turn.
fn overlaps(corners: [Unwrapped; 3], window: &GeoWindow) -> bool {
    let range = |k: usize| {
        let values = corners.map(|c| c[k]);
        let [low, high] = [values.iter().min(), values.iter().max()].map(|v| v.copied().unwrap_or(0));
        (low, high - low)
    };
    let ((lon, width), (lat, height)) = (range(0), range(1));
    let west = i64::from(window.corner.lon);
    let south = i64::from(window.corner.lat);
    let east_of_west = (lon - west).rem_euclid(TURN);
    let meets_lon = east_of_west <= i64::from(window.size[0]) || east_of_west + width >= TURN;
    meets_lon && lat <= south + i64::from(window.size[1]) && lat + height >= south
}
