// Lays the map's own outline over the figure, in the ink of all furniture. Its coverage was drawn as that of any line.

@group(0) @binding(1) var coverages: texture_2d_array<f32>;

// The plane that the outline was drawn into when the frame was done with it.
const PLANE: u32 = 0u;

@vertex
fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    return covering(index);
}

@fragment
fn outline(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    // The mean of the pixel's quarters, straight alpha.
    let coverage = dot(textureLoad(coverages, vec2<u32>(position.xy), PLANE, 0), vec4<f32>(0.25));
    return vec4<f32>(0.0, 0.0, 0.0, coverage);
}
