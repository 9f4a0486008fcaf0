// Draws each visible point of one layer as a polygon with or without a hole, and gives every pixel the exact area of it
// that the polygon covers, quarter by quarter as `line.wgsl` does.

const MOST_EDGES: u32 = 32u;

struct Marker {
    edge_count: u32,
    // How far it reaches from its place, px.
    reach_px: f32,
    unused: vec2<u32>,
    // From x, y to x, y, px from the marker's place. Holes go round the other way.
    edges: array<vec4<f32>, 32>,
}

@group(0) @binding(0) var<uniform> view: View;
@group(1) @binding(0) var<uniform> layer: Layer;
@group(1) @binding(1) var<storage, read> projected_px: array<vec2<f32>>;
@group(1) @binding(2) var<storage, read> visible_chunks: array<u32>;
@group(1) @binding(3) var<uniform> marker: Marker;

struct Corner {
    @builtin(position) clip: vec4<f32>,
    // The marker's place, figure px.
    @location(0) @interpolate(flat) place_px: vec2<f32>,
}

@vertex
fn corner(@builtin(vertex_index) index: u32) -> Corner {
    let nowhere = Corner(vec4<f32>(0.0, 0.0, 0.0, 1.0), vec2<f32>(0.0));
    let point = index / 4u;
    let chunk = point >> firstTrailingBit(layer.segments_per_chunk);
    let within = point & (layer.segments_per_chunk - 1u);
    if visible_chunks[chunk] + within >= layer.vertex_count {
        return nowhere;
    }
    let place = projected_px[chunk * (layer.segments_per_chunk + 1u) + within];
    let reach = marker.reach_px + 0.5;
    let box_px = vec2<f32>(view.box_size_px);
    if is_outside(place) || any(place < vec2<f32>(-reach)) || any(place > box_px + reach) {
        return nowhere;
    }
    let side = vec2<f32>(f32(index & 1u), f32(index >> 1u & 1u)) * 2.0 - 1.0;
    let p = place + side * reach;
    return Corner(clip_of(p, box_px, view.guard_px), place + vec2<f32>(view.box_origin_px));
}

@fragment
fn coverage(in: Corner) -> @location(0) vec4<f32> {
    let pixel = floor(in.clip.xy) - in.place_px;
    var sum = vec4<f32>(0.0);
    for (var k = 0u; k < min(marker.edge_count, MOST_EDGES); k++) {
        // In quarters of a pixel, whose sides are 1.
        let ends = (marker.edges[k] - pixel.xyxy) * 2.0;
        sum += vec4<f32>(share_left_of(ends), share_left_of(ends - vec4<f32>(1.0, 0.0, 1.0, 0.0)),
            share_left_of(ends - vec4<f32>(0.0, 1.0, 0.0, 1.0)), share_left_of(ends - 1.0));
    }
    return min(abs(sum), vec4<f32>(1.0));
}

// The signed share of the unit square that lies between its left side and an edge. (`area_left_of` in
// `fill.wgsl` costs more so that neighbours compute the same number; markers have none.)
fn share_left_of(ends: vec4<f32>) -> f32 {
    let y = clamp(ends.yw, vec2<f32>(0.0), vec2<f32>(1.0));
    let height = ends.w - ends.y;
    let slope = select((ends.z - ends.x) / height, 0.0, height == 0.0);
    let x = ends.xx + slope * (y - ends.yy);
    return (y.y - y.x) * mean_clamped(min(x.x, x.y), max(x.x, x.y));
}

// The mean of clamp(x, 0, 1) while x goes evenly from `low` to `high`.
fn mean_clamped(low: f32, high: f32) -> f32 {
    let span = high - low;
    let integrals = select(0.5 * max(vec2<f32>(low, high), vec2<f32>(0.0)) * max(vec2<f32>(low, high), vec2<f32>(0.0)),
        vec2<f32>(low, high) - 0.5, vec2<f32>(low, high) > vec2<f32>(1.0));
    let mean = (integrals.y - integrals.x) / max(span, 1e-3);
    let is_simple = span < 1e-3 || low >= 1.0 || high <= 0.0;
    return select(mean, clamp(0.5 * (low + high), 0.0, 1.0), is_simple);
}
