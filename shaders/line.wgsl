// Draws each visible segment of one layer as a box that holds its stroke, and gives every pixel the area of
// it that the stroke covers. Targets blend by maximum, so joints and shared borders never darken. A target's four
// channels are the quarters of its pixels: strokes that pass beside each other within a pixel add up.

// Whether each vertex is a disc, or a ring, of its own.
override DOTS: bool = false;
// Whether ends that are marked by the lowest bit of x are cut square.
override BUTT: bool = false;

@group(0) @binding(0) var<uniform> view: View;
@group(1) @binding(0) var<uniform> layer: Layer;
@group(1) @binding(1) var<storage, read> projected_px: array<vec2<f32>>;
@group(1) @binding(2) var<storage, read> visible_chunks: array<u32>;

struct Corner {
    @builtin(position) clip: vec4<f32>,
    // The segment's ends, figure px.
    @location(0) @interpolate(flat) ends_px: vec4<f32>,
    // Whether the ends are cut square: bit 0 the first, bit 1 the second.
    @location(1) @interpolate(flat) butts: u32,
}

const CORNERS_PER_SEGMENT: u32 = 4u;

// How far a stroke reaches into pixels beyond its edge: half a pixel's diagonal, rounded up.
const REACH_PX: f32 = 0.75;

@vertex
fn corner(@builtin(vertex_index) index: u32) -> Corner {
    // A triangle without an area.
    let nowhere = Corner(vec4<f32>(0.0, 0.0, 0.0, 1.0), vec4<f32>(0.0), 0u);
    // Shifts and masks, for the number is a power of two: software adapters divide integers one by one.
    let segment = index / CORNERS_PER_SEGMENT;
    let chunk = segment >> firstTrailingBit(layer.segments_per_chunk);
    let within = segment & (layer.segments_per_chunk - 1u);
    // The last chunk of a level has fewer segments.
    let next = select(1u, 0u, DOTS);
    if visible_chunks[chunk] + within + next >= layer.vertex_count {
        return nowhere;
    }
    let i = chunk * (layer.segments_per_chunk + 1u) + within;
    let a = projected_px[i];
    let b = projected_px[i + next];
    let reach = layer.half_width_px + REACH_PX;
    let box_px = vec2<f32>(view.box_size_px);
    if is_outside(a) || is_outside(b) || any(max(a, b) < vec2<f32>(-reach)) || any(min(a, b) > box_px + reach) {
        return nowhere;
    }
    let along = b - a;
    let length_px = length(along);
    let direction = select(vec2<f32>(1.0, 0.0), along / length_px, length_px > 1e-6);
    let side = vec2<f32>(-direction.y, direction.x);
    // Start left (0), start right (1), end left (2), end right (3).
    let id = index % CORNERS_PER_SEGMENT;
    let at_end = id >= 2u;
    let left = (id & 1u) == 0u;
    let p = select(a - direction * reach, b + direction * reach, at_end)
          + side * select(-reach, reach, left);
    let origin = vec2<f32>(view.box_origin_px);
    let butts = (bitcast<u32>(a.x) & 1u) | (bitcast<u32>(b.x) & 1u) << 1u;
    return Corner(clip_of(p, box_px, view.guard_px), vec4<f32>(a + origin, b + origin), butts);
}

@fragment
fn coverage(in: Corner) -> @location(0) vec4<f32> {
    let a = in.ends_px.xy;
    let along = in.ends_px.zw - a;
    let to_pixel = in.clip.xy - a;
    let scale = 1.0 / max(dot(along, along), 1e-12);
    return vec4<f32>(
        quarter(to_pixel + vec2<f32>(-0.25, -0.25), along, scale, in.butts),
        quarter(to_pixel + vec2<f32>(0.25, -0.25), along, scale, in.butts),
        quarter(to_pixel + vec2<f32>(-0.25, 0.25), along, scale, in.butts),
        quarter(to_pixel + vec2<f32>(0.25, 0.25), along, scale, in.butts));
}

// The share of a quarter pixel that the stroke covers; `to_quarter` leads from the segment's start to the quarter's
// centre and `scale` is 1 / the square of the segment's length.
fn quarter(to_quarter: vec2<f32>, along: vec2<f32>, scale: f32, butts: u32) -> f32 {
    let unclamped = dot(to_quarter, along) * scale;
    var t = clamp(unclamped, 0.0, 1.0);
    var lengthwise = 1.0;
    if BUTT {
        // Beside a square end the stroke goes on, and the share of the quarter on this side of the end counts.
        let length_px = sqrt(dot(along, along));
        let heading = abs(along) * inverseSqrt(max(dot(along, along), 1e-12));
        let at = unclamped * length_px;
        let before = select(0.0, 1.0 - area_below(2.0 * at, heading), (butts & 1u) != 0u);
        let behind = select(0.0, 1.0 - area_below(2.0 * (length_px - at), heading), (butts & 2u) != 0u);
        lengthwise = max(1.0 - before - behind, 0.0);
        let is_open = (unclamped < 0.0 && (butts & 1u) != 0u) || (unclamped > 1.0 && (butts & 2u) != 0u);
        t = select(t, unclamped, is_open);
    }
    let off = to_quarter - along * t;
    // Beside the segment the edge runs along it; beyond an end the stroke is round and its edge faces the quarter.
    let distance_px = length(off);
    let beside = vec2<f32>(-along.y, along.x);
    let beyond_end = t == 0.0 || t == 1.0;
    let normal = select(beside, off, beyond_end && distance_px > 1e-3);
    let unit = abs(normal) / max(length(normal), 1e-12);
    let hw = layer.half_width_px;
    // The formula is for squares of side 1.
    let stroke = area_below(2.0 * (hw - distance_px), unit) - area_below(2.0 * (-hw - distance_px), unit);
    if DOTS {
        let hole = layer.hole_radius_px;
        return stroke - area_below(2.0 * (hole - distance_px), unit) + area_below(2.0 * (-hole - distance_px), unit);
    }
    return stroke * lengthwise;
}

// The share of a pixel's square on the near side of a straight edge whose distance from the pixel's centre is
// `d` (positive: the centre is on the near side); `unit` is the edge's unit normal with both parts positive.
// The square's width across the edge is a trapezoid; this is its integral.
fn area_below(d: f32, unit: vec2<f32>) -> f32 {
    let high = max(unit.x, unit.y);
    let low = min(unit.x, unit.y);
    let outer = 0.5 * (high + low);
    let inner = 0.5 * (high - low);
    let s = abs(d);
    let corner = max(outer - s, 0.0);
    let cut_corner = corner * corner / max(2.0 * high * low, 1e-12);
    let slab = 0.5 - s / high;
    let beyond = select(cut_corner, slab, s <= inner);
    return select(beyond, 1.0 - beyond, d > 0.0);
}
