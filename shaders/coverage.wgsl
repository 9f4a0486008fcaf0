// What was drawn into the planes.

// Which of the planes hold areas and not strokes, a bit each. Constants: for a branch on a uniform Mesa's lavapipe
// (22.3) may make a copy of the program with every draw, and keep it.
override AREAS_LOW: u32 = 0u;
override AREAS_HIGH: u32 = 0u;

const MAX_PLANES: u32 = 48u;

struct Planes {
    // Straight alpha.
    colors: array<vec4<f32>, 48>,
}

@group(2) @binding(0) var<uniform> planes: Planes;
@group(2) @binding(1) var coverages: texture_2d_array<f32>;
@group(2) @binding(2) var fills: texture_2d_array<f32>;

// How many of the first k planes hold areas.
fn areas_below(k: u32) -> u32 {
    let low = extractBits(AREAS_LOW, 0u, min(k, 32u));
    let high = extractBits(AREAS_HIGH, 0u, max(k, 32u) - 32u);
    return countOneBits(low) + countOneBits(high);
}

// The part of a pixel that a plane covers, in whole 255ths: kept coverage holds no more, and no figure may tell whether
// its coverage was kept.
fn drawn_coverage(k: u32, figure_px: vec2<u32>) -> f32 {
    // Areas and strokes are layers of two textures.
    let areas = areas_below(k);
    if areas_below(k + 1u) > areas {
        // Where the map is mirrored, areas are negative.
        return floor(min(abs(textureLoad(fills, figure_px, areas, 0).r), 1.0) * 255.0 + 0.5);
    }
    // The mean of the pixel's quarters, which ends in 0, 1/4, 1/2 or 3/4: a little more than a half is added, so that
    // a half goes up on every adapter.
    return floor(dot(textureLoad(coverages, figure_px, k - areas, 0), vec4<f32>(63.75)) + 0.5625);
}
