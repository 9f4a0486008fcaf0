// Lays patches of furniture (text, colorbar, map frame) over the figure, one quad a patch.

struct Figure {
    size_px: vec2<f32>,
    unused: vec2<f32>,
}

@group(0) @binding(0) var<uniform> figure: Figure;
// RGBA8, premultiplied, red in the lowest byte; patch after patch, row by row.
@group(0) @binding(1) var<storage, read> texels: array<u32>;

struct Corner {
    @builtin(position) clip: vec4<f32>,
    // The patch's left and top, figure px.
    @location(0) @interpolate(flat) origin_px: vec2<u32>,
    // The patch's first texel, and the texels from one pixel to the next along x and along y.
    @location(1) @interpolate(flat) texel_steps: vec3<u32>,
}

// `patch_px` is a patch's left, top, width, height in figure px.
@vertex
fn patch_corner(
    @builtin(vertex_index) index: u32,
    @location(0) patch_px: vec4<u32>,
    @location(1) texel_steps: vec4<u32>,
) -> Corner {
    let corner = vec2<u32>(index & 1u, index >> 1u);
    let p = vec2<f32>(patch_px.xy + corner * patch_px.zw);
    let ndc = p / figure.size_px * vec2<f32>(2.0, -2.0) + vec2<f32>(-1.0, 1.0);
    return Corner(vec4<f32>(ndc, 0.0, 1.0), patch_px.xy, texel_steps.xyz);
}

@fragment
fn overlay(in: Corner) -> @location(0) vec4<f32> {
    let within = vec2<u32>(in.clip.xy) - in.origin_px;
    let texel = in.texel_steps.x + within.x * in.texel_steps.y + within.y * in.texel_steps.z;
    return unpack4x8unorm(texels[texel]);
}
