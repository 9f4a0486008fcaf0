// Draws each triangle of a layer's areas, enlarged to every pixel that it touches, and adds the area of each pixel that
// it covers: with its sign, so that triangles of a chain round an area add up to that area exactly, and neighbours
// to no gap and no seam.

@group(0) @binding(0) var<uniform> view: View;
// Three vertices within the chunk, a byte each.
@group(1) @binding(0) var<storage, read> triangles: array<u32>;
@group(1) @binding(1) var<storage, read> projected_px: array<vec2<f32>>;
// For each visible chunk its first triangle and how many it has.
@group(1) @binding(2) var<storage, read> visible_chunks: array<vec2<u32>>;

struct Corner {
    @builtin(position) clip: vec4<f32>,
    // The triangle's vertices, figure px.
    @location(0) @interpolate(flat) ab_px: vec4<f32>,
    @location(1) @interpolate(flat) c_px: vec2<f32>,
}

const VERTICES_PER_TRIANGLE: u32 = 6u;
const TRIANGLES_PER_CHUNK: u32 = 128u;
const VERTICES_PER_CHUNK: u32 = 128u;

// Half a pixel's diagonal, rounded up.
const REACH_PX: f32 = 0.75;

// Sine of half the angle below which a corner, enlarged, would reach too far.
const SHARPEST: f32 = 0.25;

@vertex
fn corner(@builtin(vertex_index) index: u32) -> Corner {
    // A triangle without an area.
    let nowhere = Corner(vec4<f32>(0.0, 0.0, 0.0, 1.0), vec4<f32>(0.0), vec2<f32>(0.0));
    let chunk = index / (VERTICES_PER_TRIANGLE * TRIANGLES_PER_CHUNK);
    let within = index / VERTICES_PER_TRIANGLE % TRIANGLES_PER_CHUNK;
    let run = visible_chunks[chunk];
    if within >= run.y {
        return nowhere;
    }
    let numbers = triangles[run.x + within];
    let first = chunk * VERTICES_PER_CHUNK;
    let a = projected_px[first + (numbers & 0xffu)];
    let b = projected_px[first + (numbers >> 8u & 0xffu)];
    let c = projected_px[first + (numbers >> 16u & 0xffu)];
    if is_outside(a) || is_outside(b) || is_outside(c) {
        return nowhere;
    }
    let box_px = vec2<f32>(view.box_size_px);
    if any(max(a, max(b, c)) < vec2<f32>(-1.0)) || any(min(a, min(b, c)) > box_px + 1.0) {
        return nowhere;
    }
    let id = index % VERTICES_PER_TRIANGLE;
    let ab = unit(b - a);
    let bc = unit(c - b);
    let ca = unit(a - c);
    let half_sines = 0.5 * vec3<f32>(length(ab + ca), length(bc + ab), length(ca + bc));
    var p: vec2<f32>;
    if min(half_sines.x, min(half_sines.y, half_sines.z)) > SHARPEST {
        // Its three corners, each moved out along its bisector.
        if id > 2u {
            return nowhere;
        }
        let at = select(select(c, b, id == 1u), a, id == 0u);
        let out = select(select(bc - ca, ab - bc, id == 1u), ca - ab, id == 0u);
        let half_sine = select(select(half_sines.z, half_sines.y, id == 1u), half_sines.x, id == 0u);
        p = at + unit(out) * (REACH_PX / half_sine);
    } else {
        p = box_corner(a, b, c, id);
    }
    let origin = vec2<f32>(view.box_origin_px);
    return Corner(clip_of(p, box_px, view.guard_px), vec4<f32>(a + origin, b + origin), c + origin);
}

fn unit(v: vec2<f32>) -> vec2<f32> {
    let l = length(v);
    return select(vec2<f32>(1.0, 0.0), v / l, l > 1e-12);
}

// A corner of the box along the longest side that holds the triangle and what it touches.
fn box_corner(a: vec2<f32>, b: vec2<f32>, c: vec2<f32>, id: u32) -> vec2<f32> {
    let ab = distance(a, b);
    let bc = distance(b, c);
    let ca = distance(c, a);
    var base = a;
    var to = b;
    var tip = c;
    if bc > ab && bc >= ca {
        base = b;
        to = c;
        tip = a;
    } else if ca > ab {
        base = c;
        to = a;
        tip = b;
    }
    let along = unit(to - base);
    let side = vec2<f32>(-along.y, along.x);
    let height = dot(tip - base, side);
    // Two triangles of the corners 0, 1, 2, 3.
    let k = (0x312210u >> (4u * id)) & 3u;
    let across = select(min(height, 0.0) - REACH_PX, max(height, 0.0) + REACH_PX, (k & 1u) == 0u);
    return select(base - along * REACH_PX, to + along * REACH_PX, k >= 2u) + side * across;
}

@fragment
fn area(in: Corner) -> @location(0) vec4<f32> {
    let pixel = in.clip.xy - 0.5;
    let a = in.ab_px.xy - pixel;
    let b = in.ab_px.zw - pixel;
    let c = in.c_px - pixel;
    return vec4<f32>(area_left_of(a, b) + area_left_of(b, c) + area_left_of(c, a), 0.0, 0.0, 0.0);
}

// The area of the unit square to the left of an edge, within the rows that it passes, negative for an edge that goes
// up: over the edges of a polygon these add up to its part of the square (Green's theorem).
fn area_left_of(start: vec2<f32>, end: vec2<f32>) -> f32 {
    // Both triangles of an edge compute the same number.
    let is_up = start.y > end.y;
    let top = select(start, end, is_up);
    let bottom = select(end, start, is_up);
    let slope = (bottom.x - top.x) / max(bottom.y - top.y, 1e-30);
    let y = clamp(vec2<f32>(top.y, bottom.y), vec2<f32>(0.0), vec2<f32>(1.0));
    let ends = min(top.x, bottom.x);
    let most = max(top.x, bottom.x);
    let x = clamp(top.x + (y - top.y) * slope, vec2<f32>(ends), vec2<f32>(most));
    let low = min(x.x, x.y);
    let high = max(x.x, x.y);
    let width = high - low;
    let within = clamp(vec2<f32>(low, high), vec2<f32>(0.0), vec2<f32>(1.0));
    // The part of the edge within the square's columns and the part beyond them.
    let mean = ((within.y - within.x) * 0.5 * (within.x + within.y) + max(high, 1.0) - max(low, 1.0)) / max(width, 1e-30);
    let steep = clamp(0.5 * (low + high), 0.0, 1.0);
    let share = (y.y - y.x) * select(mean, steep, width < 1e-4);
    return select(share, -share, is_up);
}
