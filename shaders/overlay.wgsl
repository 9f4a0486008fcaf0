// Lays patches of furniture (text, colorbar, map frame) over the figure, one quad a patch.

struct Figure {
    size_px: vec2<f32>,
    unused: vec2<f32>,
}

@group(0) @binding(0) var<uniform> figure: Figure;
// Premultiplied; the texel at (x, y) belongs to figure px (x, y).
@group(0) @binding(1) var furniture: texture_2d<f32>;

// A patch's left, top, width, height in figure px.
@vertex
fn patch_corner(@builtin(vertex_index) index: u32, @location(0) patch_px: vec4<f32>) -> @builtin(position) vec4<f32> {
    let corner = vec2<f32>(f32(index & 1u), f32(index >> 1u));
    let p = patch_px.xy + corner * patch_px.zw;
    return vec4<f32>(p / figure.size_px * vec2<f32>(2.0, -2.0) + vec2<f32>(-1.0, 1.0), 0.0, 1.0);
}

@fragment
fn overlay(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    return textureLoad(furniture, vec2<u32>(position.xy), 0);
}
