// What was drawn into the planes.

// Whether some planes hold areas and not strokes.
override HAS_FILLS: bool = false;

const MAX_PLANES: u32 = 48u;

struct Planes {
    // Straight alpha.
    colors: array<vec4<f32>, 48>,
    // Whether it holds areas, and its layer in its texture.
    slots: array<vec4<u32>, 48>,
}

@group(2) @binding(0) var<uniform> planes: Planes;
@group(2) @binding(1) var coverages: texture_2d_array<f32>;
@group(2) @binding(2) var fills: texture_2d_array<f32>;

// The part of a pixel that a plane covers, in whole 255ths: kept coverage holds no more, and no figure may tell whether
// its coverage was kept.
fn drawn_coverage(k: u32, figure_px: vec2<u32>) -> f32 {
    let slot = planes.slots[k];
    if HAS_FILLS && slot.x != 0u {
        // Where the map is mirrored, areas are negative.
        return floor(min(abs(textureLoad(fills, figure_px, slot.y, 0).r), 1.0) * 255.0 + 0.5);
    }
    // The mean of the pixel's quarters, which ends in 0, 1/4, 1/2 or 3/4: a little more than a half is added, so that
    // a half goes up on every adapter.
    return floor(dot(textureLoad(coverages, figure_px, slot.y, 0), vec4<f32>(63.75)) + 0.5625);
}
