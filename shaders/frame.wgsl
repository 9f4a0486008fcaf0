// Draws the map box: raster cell -> class -> colour, then the outlines' colours by their coverage.

// What is the same for all frames of a run is a constant of the pipeline: software adapters execute both sides of
// a branch, and drop the side that a constant rules out.
override HAS_RASTER: bool = true;
// Whether the map's own colour is opaque, and so what this pass draws.
override IS_OPAQUE: bool = false;
// Whether some squares of the view's grid are patches.
override HAS_PATCHES: bool = false;
// What a cell's bits are: 0 unsigned, 1 signed, 2 float, 3 a colour; for signed, bits above the native width.
override KIND: u32 = 2u;
override SIGN_SHIFT: u32 = 0u;
override HAS_NODATA: bool = false;
// Whether cells without a value have a colour.
override HAS_BAD_COLOR: bool = false;
// How a pixel is made of cells: 0 nearest, 1 bilinear, 2 cubic, 3 average, 4 mode, 5 max, 6 min.
override RESAMPLING: u32 = 0u;
// Whether the last column of the raster is followed by its first.
override WRAPS: bool = false;
// Whether cells come from tiles; then how many cells a tile is wide, and how many slots a layer of the atlas is.
override PAGED: bool = false;
override TILE_CELLS: u32 = 128u;
override SLOT_COLUMNS: u32 = 1u;
override LEVEL_COUNT: u32 = 1u;
// Whether the cells of all levels but the first are floats, whatever those of the first are.
override HAS_MEANS: bool = false;
// Whether a cell is the number of its colour, and whether these are in a buffer of their own.
override IS_INDEXED: bool = false;
override HAS_MANY_COLORS: bool = false;
// Thresholds in the fullest bucket of keys.
override MOST_IN_BUCKET: u32 = 1u;
override PLANE_COUNT: u32 = 0u;
// Whether coverage was kept from an earlier frame.
override IS_KEPT: bool = false;
// Which planes hold areas that share their borders with those of the plane before, a bit each.
override JOINED_LOW: u32 = 0u;
override JOINED_HIGH: u32 = 0u;
// The first of the planes are drawn under the raster.
override PLANES_BELOW: u32 = 0u;
// A map of several rasters is drawn in as many passes, laid over each other: whether this one has what lies below all
// of them, and whether it has what lies above.
override HAS_BELOW: bool = true;
override HAS_ABOVE: bool = true;

// One resolution of the raster.
struct Level {
    size_px: vec2<u32>,
    // Its cells along a side of one of the first level's.
    per_cell: vec2<f32>,
    // The page of its first tile, and its tiles in a row.
    first_page: u32,
    tile_columns: u32,
    unused: vec2<u32>,
}

struct Raster {
    nodata_bits: u32,
    // RGBA8, red in the lowest byte.
    bad_color: u32,
    unused_a: u32,
    unused_b: u32,
    // Premultiplied alpha.
    facecolor: vec4<f32>,
    levels: array<Level, 16>,
}

// Pages in a row of the page table, and what stands there for a tile that is not in the atlas.
const PAGE_COLUMNS: u32 = 1024u;
const NO_SLOT: u32 = 0xffffffffu;

const MAX_CLASSES: u32 = 4100u;

// Uniform arrays have rows of four.
struct Classes {
    // Buckets of 2^bucket_log2 keys from the first key on, those in the gap left out.
    first_key: u32,
    gap_start: u32,
    gap_length: u32,
    bucket_log2: u32,
    // To the last threshold, those in the gap left out.
    span: u32,
    class_shift: u32,
    last_class: u32,
    unused: u32,
    // The class of each bucket's first key; in the bits below class_shift, how far from there the next threshold is.
    buckets: array<vec4<u32>, 1024>,
    // The first key of each class but the first, ascending.
    thresholds: array<vec4<u32>, 1025>,
    // RGBA8, red in the lowest byte.
    colors: array<vec4<u32>, 1025>,
}

@group(0) @binding(0) var<uniform> view: View;
// A texel holds a node and the next one in its row: software adapters take longer for each load than for its width,
// and much longer for loads from buffers.
@group(0) @binding(1) var inverse_px: texture_2d<f32>;
@group(0) @binding(2) var<storage, read> patch_of_unit: array<u32>;
@group(0) @binding(3) var<storage, read> patches_px: array<vec2<f32>>;
@group(1) @binding(0) var<uniform> raster: Raster;
@group(1) @binding(1) var cells: texture_2d<u32>;
@group(1) @binding(2) var<uniform> classes: Classes;
// All colours, if they are many.
@group(1) @binding(3) var<storage, read> many_colors: array<u32>;
// The slot of each page, and the tiles in their slots.
@group(1) @binding(4) var pages: texture_2d<u32>;
@group(1) @binding(5) var atlas: texture_2d_array<u32>;
// A layer a plane, of the map box's size; in place of both others.
@group(2) @binding(3) var kept: texture_2d_array<f32>;

@vertex
fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    return covering(index);
}

@fragment
fn frame(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let figure_px = vec2<u32>(position.xy);
    var paint = Paint(vec4<f32>(0.0), vec4<f32>(0.0), 0.0);
    if HAS_BELOW {
        paint = Paint(raster.facecolor, raster.facecolor, 0.0);
        for (var k = 0u; k < PLANES_BELOW; k++) {
            paint = with_plane(paint, k, figure_px);
        }
    }
    if HAS_RASTER {
        let value = raster_color(place_of(figure_px - view.box_origin_px));
        paint.color = over(value, paint.color);
    }
    if HAS_ABOVE {
        for (var k = PLANES_BELOW; k < PLANE_COUNT; k++) {
            paint = with_plane(paint, k, figure_px);
        }
    }
    return paint.color;
}

// A pixel on its way up through the planes.
struct Paint {
    color: vec4<f32>,
    // What was there before the areas that share their borders, and how much of it they have covered.
    ground: vec4<f32>,
    filled: f32,
}

fn with_plane(below: Paint, k: u32, figure_px: vec2<u32>) -> Paint {
    let color = planes.colors[k];
    var coverage: f32;
    if IS_KEPT {
        coverage = floor(textureLoad(kept, figure_px - view.box_origin_px, k, 0).r * 255.0 + 0.5);
    } else {
        coverage = drawn_coverage(k, figure_px);
    }
    if (JOINED_LOW | JOINED_HIGH) == 0u {
        let covered = over(vec4<f32>(color.rgb, color.a * (coverage * (1.0 / 255.0))), below.color);
        return Paint(covered, below.ground, below.filled);
    }
    return joined(below, color, coverage * (1.0 / 255.0), is_joined(k));
}

fn is_joined(k: u32) -> bool {
    return (select(JOINED_HIGH, JOINED_LOW, k < 32u) >> (k & 31u) & 1u) != 0u;
}

// Of a pixel that neighbours share each takes its part of the ground, so that nothing of it shines through between
// them. What lies over other areas covers them as usual.
fn joined(below: Paint, color: vec4<f32>, share: f32, is_joined: bool) -> Paint {
    let ground = select(below.color, below.ground, is_joined);
    let filled = select(0.0, below.filled, is_joined);
    let fresh = min(share, 1.0 - filled);
    let covered = over(vec4<f32>(color.rgb, color.a * (share - fresh)), below.color);
    return Paint(covered + (over(color, ground) - ground) * fresh, ground, filled + fresh);
}

// Straight alpha over a premultiplied colour, as Agg blends 8-bit colours; premultiplied.
fn over(top: vec4<f32>, below: vec4<f32>) -> vec4<f32> {
    let alpha = select(below.a + (1.0 - below.a) * top.a, 1.0, IS_OPAQUE);
    return vec4<f32>(below.rgb + (top.rgb - below.rgb) * top.a, alpha);
}

// Where a box px lies on the raster.
struct Place {
    // Its centre, raster px relative to the base.
    at: vec2<f32>,
    // The columns and rows that it spans; only for resamplings other than nearest.
    span: vec2<f32>,
}

fn place_of(box_px: vec2<u32>) -> Place {
    if HAS_PATCHES {
        let unit = box_px / UNIT_PX;
        let exact = patch_of_unit[unit.y * view.unit_columns + unit.x];
        if exact != 0u {
            return place_in_patch((exact - 1u) * UNIT_PX * UNIT_PX, box_px % UNIT_PX);
        }
    }
    // Shifts and masks: software adapters divide integers one by one.
    let pitch_px = 1u << view.inverse_pitch_log2;
    let cell = box_px >> vec2<u32>(view.inverse_pitch_log2);
    let t = (vec2<f32>(box_px & vec2<u32>(pitch_px - 1u)) + 0.5) / f32(pitch_px);
    let north = textureLoad(inverse_px, cell, 0);
    let south = textureLoad(inverse_px, vec2<u32>(cell.x, cell.y + 1u), 0);
    let across = mix(north.zw - north.xy, south.zw - south.xy, t.y);
    let down = mix(south.xy - north.xy, south.zw - north.zw, t.x);
    let at = bilinear(north.xy, north.zw, south.xy, south.zw, t);
    return Place(at, (abs(across) + abs(down)) / f32(pitch_px));
}

fn place_in_patch(first: u32, within: vec2<u32>) -> Place {
    let k = first + within.y * UNIT_PX + within.x;
    let at = patches_px[k];
    if RESAMPLING == 0u {
        return Place(at, vec2<f32>(0.0));
    }
    let west = step_to(at, k - 1u, within.x > 0u);
    let east = step_to(at, k + 1u, within.x + 1u < UNIT_PX);
    let north = step_to(at, k - UNIT_PX, within.y > 0u);
    let south = step_to(at, k + UNIT_PX, within.y + 1u < UNIT_PX);
    let span = smaller(east, west) + smaller(south, north);
    return Place(at, select(span, vec2<f32>(0.0), span > vec2<f32>(OUTSIDE_PX)));
}

// How far it is to a neighbour; very far where there is none.
fn step_to(at: vec2<f32>, k: u32, is_there: bool) -> vec2<f32> {
    let neighbour = patches_px[select(0u, k, is_there)];
    var step = neighbour - at;
    if WRAPS {
        let width = f32(raster.levels[0].size_px.x);
        step.x -= width * round(step.x / width);
    }
    return select(abs(step), vec2<f32>(2.0 * OUTSIDE_PX), !is_there || is_outside(neighbour));
}

// Of two neighbours one may be beyond a seam.
fn smaller(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    return select(b, a, a.x + a.y <= b.x + b.y);
}

struct Bits {
    value: u32,
    valid: u32,
}

// What leads from the cells of a tile to the atlas, and the layer there; less than 0 if the tile is not there.
fn shift_of_tile(level: u32, tile: vec2<i32>) -> vec3<i32> {
    let page = raster.levels[level].first_page + u32(tile.y) * raster.levels[level].tile_columns + u32(tile.x);
    let slot = textureLoad(pages, vec2<u32>(page % PAGE_COLUMNS, page / PAGE_COLUMNS), 0).r;
    let known = select(slot, 0u, slot == NO_SLOT);
    let in_layer = known % (SLOT_COLUMNS * SLOT_COLUMNS);
    let place = vec2<i32>(vec2<u32>(in_layer % SLOT_COLUMNS, in_layer / SLOT_COLUMNS));
    let layer = i32(known / (SLOT_COLUMNS * SLOT_COLUMNS));
    return vec3<i32>((place - tile) * i32(TILE_CELLS), select(layer, -1, slot == NO_SLOT));
}

fn checked(level: u32, bits: u32, is_there: bool) -> Bits {
    // Software adapters may fold v != v to false, so NaN is told by its bits.
    // Infinity has no value either: matplotlib masks both in pcolormesh.
    let is_float = KIND == 2u || (HAS_MEANS && level > 0u);
    let is_nan = is_float && (bits & 0x7fffffffu) >= 0x7f800000u;
    let is_nodata = HAS_NODATA && bits == raster.nodata_bits && (!HAS_MEANS || level == 0u);
    return Bits(bits, select(0u, 1u, is_there && !is_nan && !is_nodata));
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

// The colour of a pixel on the raster that has no value.
fn color_of_bad() -> vec4<f32> {
    if HAS_BAD_COLOR {
        return unpack4x8unorm(raster.bad_color);
    }
    return vec4<f32>(0.0);
}

fn cell_color(bits: u32) -> vec4<f32> {
    if KIND == 3u {
        return unpack4x8unorm(bits);
    }
    return class_color(ordered_key(bits));
}

// The colour of the class: as many thresholds as are at most the key.
fn class_color(key: u32) -> vec4<f32> {
    if IS_INDEXED {
        // Numbers beyond the table have the last colour, which is none.
        return color_of_class(min(key, classes.last_class));
    }
    let squeezed = max(min(key, classes.gap_start), max(key, classes.gap_length) - classes.gap_length);
    let place = min(max(squeezed, classes.first_key) - classes.first_key, classes.span);
    let k = place >> classes.bucket_log2;
    let bucket = classes.buckets[k >> 2u][k & 3u];
    var class_index = bucket >> classes.class_shift;
    if MOST_IN_BUCKET == 1u {
        let within = place - (k << classes.bucket_log2);
        let next = bucket - (class_index << classes.class_shift);
        class_index += select(0u, 1u, within >= next);
    } else if MOST_IN_BUCKET > 1u {
        let first = class_index;
        for (var k = first; k < first + MOST_IN_BUCKET; k++) {
            class_index += select(0u, 1u, classes.thresholds[k >> 2u][k & 3u] <= key);
        }
    }
    return color_of_class(class_index);
}

fn color_of_class(k: u32) -> vec4<f32> {
    if HAS_MANY_COLORS {
        return unpack4x8unorm(many_colors[k]);
    }
    return unpack4x8unorm(classes.colors[k >> 2u][k & 3u]);
}
