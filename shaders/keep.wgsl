// Reduces each plane to one number a pixel, for later frames of the same view.

@group(0) @binding(0) var<uniform> view: View;

struct Corner {
    @builtin(position) clip: vec4<f32>,
    @location(0) @interpolate(flat) plane: u32,
}

// Three vertices a plane.
@vertex
fn cover(@builtin(vertex_index) index: u32) -> Corner {
    return Corner(covering(index % 3u), index / 3u);
}

@fragment
fn keep(in: Corner) -> @location(0) vec4<f32> {
    let figure_px = vec2<u32>(in.clip.xy) + view.box_origin_px;
    return vec4<f32>(drawn_coverage(in.plane, figure_px) / 255.0, 0.0, 0.0, 0.0);
}
