// Places the vertices of one group of a layer's visible chunks in box px, one invocation a vertex. A chunk has
// one vertex more than segments: its last segment ends at the next chunk's first vertex.

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var<storage, read> forward_px: array<vec2<f32>>;
@group(1) @binding(0) var<uniform> layer: Layer;
@group(1) @binding(1) var<storage, read> vertices: array<vec2<i32>>;
@group(1) @binding(2) var<storage, read> visible_chunks: array<u32>;
@group(1) @binding(3) var<storage, read_write> projected_px: array<vec2<f32>>;

const PEN_UP_LAT: i32 = -2147483647 - 1;

@compute @workgroup_size(64)
fn project(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let within = group.x * 64u + lane;
    let i = visible_chunks[group.y] + within;
    if within > layer.segments_per_chunk || i >= layer.vertex_count {
        return;
    }
    var placed = bitcast<vec2<f32>>(vertices[i]);
    if layer.is_placed == 0u || vertices[i].y == PEN_UP_LAT {
        placed = box_px(vertices[i]);
    }
    projected_px[group.y * (layer.segments_per_chunk + 1u) + within] = placed;
}

fn box_px(vertex: vec2<i32>) -> vec2<f32> {
    let nothing = vec2<f32>(-2.0 * OUTSIDE_PX);
    if vertex.y == PEN_UP_LAT {
        return nothing;
    }
    // Unsigned differences wrap by themselves; what lies west or south of the corner becomes very large.
    let from_corner = vec2<f32>(bitcast<vec2<u32>>(vertex - view.forward_corner));
    let at = from_corner * view.forward_cells_per_unit;
    let cells = vec2<f32>(view.forward_nodes - 1u);
    if any(at > cells) {
        return nothing;
    }
    let cell = min(floor(at), cells - 1.0);
    let k = u32(cell.y) * view.forward_nodes.x + u32(cell.x);
    let sw = forward_px[k];
    let se = forward_px[k + 1u];
    let nw = forward_px[k + view.forward_nodes.x];
    let ne = forward_px[k + view.forward_nodes.x + 1u];
    if is_outside(sw) || is_outside(se) || is_outside(nw) || is_outside(ne) {
        return nothing;
    }
    return bilinear(sw, se, nw, ne, at - cell);
}
