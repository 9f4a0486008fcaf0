// Draws the map box: raster cell -> class -> colour, then the outlines' colours by their coverage.

// What is the same for all frames of a run is a constant of the pipeline: software adapters execute both sides of
// a branch, and drop the side that a constant rules out.
override HAS_RASTER: bool = true;
// Whether some squares of the view's grid are patches.
override HAS_PATCHES: bool = false;
// How a cell's bits become a number: 0 unsigned, 1 signed, 2 float; for signed, bits above the native width.
override KIND: u32 = 2u;
override SIGN_SHIFT: u32 = 0u;
override HAS_NODATA: bool = false;
override BILINEAR: bool = false;
override THRESHOLD_COUNT: u32 = 0u;
override PLANE_COUNT: u32 = 0u;
// Whether some planes hold areas and not strokes.
override HAS_FILLS: bool = false;
// The first of the planes are drawn under the raster.
override PLANES_BELOW: u32 = 0u;

struct Raster {
    size_px: vec2<u32>,
    nodata_bits: u32,
    unused: u32,
    // Straight alpha.
    facecolor: vec4<f32>,
}

const MAX_PLANES: u32 = 48u;

// Up to so many thresholds are counted, more are searched.
const MOST_COUNTED: u32 = 48u;

struct Planes {
    // Straight alpha.
    colors: array<vec4<f32>, 48>,
    // Whether it holds areas, and its layer in its texture.
    slots: array<vec4<u32>, 48>,
}

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var<storage, read> inverse_px: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read> patch_of_unit: array<u32>;
@group(0) @binding(3) var<storage, read> patches_px: array<vec2<f32>>;
@group(1) @binding(0) var<uniform> raster: Raster;
@group(1) @binding(1) var cells: texture_2d<u32>;
// Ascending, four to a row, as uniform arrays are laid out.
@group(1) @binding(2) var<uniform> threshold_rows: array<vec4<u32>, 1024>;
// RGBA8, red in the lowest byte.
@group(1) @binding(3) var<storage, read> class_colors: array<u32>;
@group(2) @binding(0) var<uniform> planes: Planes;
@group(2) @binding(1) var coverages: texture_2d_array<f32>;
@group(2) @binding(2) var fills: texture_2d_array<f32>;

@vertex
fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    // One triangle that holds the viewport.
    let corner = vec2<f32>(f32(index & 1u), f32(index >> 1u));
    return vec4<f32>(corner * 4.0 - 1.0, 0.0, 1.0);
}

@fragment
fn frame(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let figure_px = vec2<u32>(position.xy);
    var color = raster.facecolor;
    for (var k = 0u; k < PLANES_BELOW; k++) {
        color = with_plane(color, k, figure_px);
    }
    if HAS_RASTER {
        let value = raster_color(raster_px(figure_px - view.box_origin_px));
        color = over(value, color);
    }
    for (var k = PLANES_BELOW; k < PLANE_COUNT; k++) {
        color = with_plane(color, k, figure_px);
    }
    return color;
}

fn with_plane(below: vec4<f32>, k: u32, figure_px: vec2<u32>) -> vec4<f32> {
    let slot = planes.slots[k];
    let color = planes.colors[k];
    var coverage: f32;
    if HAS_FILLS && slot.x != 0u {
        // Where the map is mirrored, areas are negative.
        coverage = min(abs(textureLoad(fills, figure_px, slot.y, 0).r), 1.0);
    } else {
        // The mean of the pixel's quarters.
        coverage = dot(textureLoad(coverages, figure_px, slot.y, 0), vec4<f32>(0.25));
    }
    return over(vec4<f32>(color.rgb, color.a * coverage), below);
}

// Straight alpha over an opaque colour, as Agg blends 8-bit colours.
fn over(top: vec4<f32>, below: vec4<f32>) -> vec4<f32> {
    return vec4<f32>(below.rgb + (top.rgb - below.rgb) * top.a, below.a + (1.0 - below.a) * top.a);
}

// Raster px relative to the base of the centre of a box px.
fn raster_px(box_px: vec2<u32>) -> vec2<f32> {
    if HAS_PATCHES {
        let unit = box_px / UNIT_PX;
        let exact = patch_of_unit[unit.y * view.unit_columns + unit.x];
        if exact != 0u {
            let within = box_px % UNIT_PX;
            return patches_px[((exact - 1u) * UNIT_PX + within.y) * UNIT_PX + within.x];
        }
    }
    let cell = box_px / view.inverse_pitch_px;
    let t = (vec2<f32>(box_px % view.inverse_pitch_px) + 0.5) / f32(view.inverse_pitch_px);
    let k = cell.y * view.inverse_nodes.x + cell.x;
    let south = k + view.inverse_nodes.x;
    return bilinear(inverse_px[k], inverse_px[k + 1u], inverse_px[south], inverse_px[south + 1u], t);
}

fn raster_color(at: vec2<f32>) -> vec4<f32> {
    if is_outside(at) {
        return vec4<f32>(0.0);
    }
    if BILINEAR {
        return bilinear_color(at);
    }
    let bits = cell_bits(vec2<i32>(floor(at)) + view.inverse_base_px);
    if bits.valid == 0u {
        return vec4<f32>(0.0);
    }
    return class_color(ordered_key(bits.value));
}

struct Bits {
    value: u32,
    valid: u32,
}

fn is_inside(cell: vec2<i32>) -> bool {
    return all(cell >= vec2<i32>(0)) && all(cell < vec2<i32>(raster.size_px));
}

fn cell_bits(cell: vec2<i32>) -> Bits {
    let last = vec2<i32>(raster.size_px) - 1;
    let bits = textureLoad(cells, clamp(cell, vec2<i32>(0), last), 0).r;
    // Software adapters may fold v != v to false, so NaN is told by its bits.
    // Infinity has no value either: matplotlib masks both in pcolormesh.
    let is_nan = KIND == 2u && (bits & 0x7fffffffu) >= 0x7f800000u;
    let is_nodata = HAS_NODATA && bits == raster.nodata_bits;
    return Bits(bits, select(0u, 1u, is_inside(cell) && !is_nan && !is_nodata));
}

fn signed(bits: u32) -> i32 {
    return bitcast<i32>(bits << SIGN_SHIFT) >> SIGN_SHIFT;
}

// An unsigned number that orders as the cells' values do.
fn ordered_key(bits: u32) -> u32 {
    if KIND == 0u {
        return bits;
    }
    if KIND == 1u {
        return bitcast<u32>(signed(bits)) ^ 0x80000000u;
    }
    return float_key(bits);
}

fn float_key(bits: u32) -> u32 {
    // -0 equals 0.
    let b = select(bits, 0u, bits == 0x80000000u);
    return select(b | 0x80000000u, ~b, (b & 0x80000000u) != 0u);
}

// The colour of the class: as many thresholds as are at most the key.
fn class_color(key: u32) -> vec4<f32> {
    var class_index = 0u;
    if THRESHOLD_COUNT <= MOST_COUNTED {
        // Every invocation reads the same threshold, which software adapters do once for many.
        for (var k = 0u; k < THRESHOLD_COUNT; k++) {
            class_index += select(0u, 1u, threshold(k) <= key);
        }
    } else {
        var high = THRESHOLD_COUNT;
        while class_index < high {
            let middle = (class_index + high) / 2u;
            if threshold(middle) <= key {
                class_index = middle + 1u;
            } else {
                high = middle;
            }
        }
    }
    return unpack4x8unorm(class_colors[class_index]);
}

fn threshold(k: u32) -> u32 {
    return threshold_rows[k / 4u][k % 4u];
}

fn number(bits: u32) -> f32 {
    if KIND == 0u {
        return f32(bits);
    }
    if KIND == 1u {
        return f32(signed(bits));
    }
    return bitcast<f32>(bits);
}

// The mean of the four nearest cells by their nearness; cells without a value are left out, and nothing is drawn
// beyond the raster's edge, as gdalwarp does.
fn bilinear_color(at: vec2<f32>) -> vec4<f32> {
    if !is_inside(vec2<i32>(floor(at)) + view.inverse_base_px) {
        return vec4<f32>(0.0);
    }
    let corner = floor(at - 0.5);
    let t = at - 0.5 - corner;
    let first = vec2<i32>(corner) + view.inverse_base_px;
    var sum = 0.0;
    var weights = 0.0;
    for (var k = 0; k < 4; k++) {
        let step = vec2<i32>(k & 1, k >> 1);
        let bits = cell_bits(first + step);
        let w = select(1.0 - t, t, step == vec2<i32>(1));
        let weight = w.x * w.y * f32(bits.valid);
        if weight > 0.0 {
            sum += weight * number(bits.value);
            weights += weight;
        }
    }
    if weights < 1e-5 {
        return vec4<f32>(0.0);
    }
    return class_color(float_key(bitcast<u32>(sum / weights)));
}
