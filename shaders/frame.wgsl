// Draws the map box: raster cell -> class -> colour, then the outlines' colours by their coverage.

// What is the same for all frames of a run is a constant of the pipeline: software adapters execute both sides of
// a branch, and drop the side that a constant rules out.
override HAS_RASTER: bool = true;
// Whether some squares of the view's grid are patches.
override HAS_PATCHES: bool = false;
// What a cell's bits are: 0 unsigned, 1 signed, 2 float, 3 a colour; for signed, bits above the native width.
override KIND: u32 = 2u;
override SIGN_SHIFT: u32 = 0u;
override HAS_NODATA: bool = false;
// How a pixel is made of cells: 0 nearest, 1 bilinear, 2 cubic, 3 average, 4 mode.
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
// Whether a cell is the number of its colour.
override IS_INDEXED: bool = false;
override THRESHOLD_COUNT: u32 = 0u;
override PLANE_COUNT: u32 = 0u;
// Whether some planes hold areas and not strokes.
override HAS_FILLS: bool = false;
// The first of the planes are drawn under the raster.
override PLANES_BELOW: u32 = 0u;

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
    unused_a: u32,
    unused_b: u32,
    unused_c: u32,
    // Straight alpha.
    facecolor: vec4<f32>,
    levels: array<Level, 16>,
}

// Most cells along a side that a pixel is made of.
const MOST_SPAN: f32 = 24.0;

// Pages in a row of the page table, and what stands there for a tile that is not in the atlas.
const PAGE_COLUMNS: u32 = 1024u;
const NO_SLOT: u32 = 0xffffffffu;

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
// The slot of each page, and the tiles in their slots.
@group(1) @binding(4) var pages: texture_2d<u32>;
@group(1) @binding(5) var atlas: texture_2d_array<u32>;
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
        let value = raster_color(place_of(figure_px - view.box_origin_px));
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
    let cell = box_px / view.inverse_pitch_px;
    let t = (vec2<f32>(box_px % view.inverse_pitch_px) + 0.5) / f32(view.inverse_pitch_px);
    let k = cell.y * view.inverse_nodes.x + cell.x;
    let south = k + view.inverse_nodes.x;
    let nw = inverse_px[k];
    let ne = inverse_px[k + 1u];
    let sw = inverse_px[south];
    let se = inverse_px[south + 1u];
    let across = mix(ne - nw, se - sw, t.y);
    let down = mix(sw - nw, se - ne, t.x);
    return Place(bilinear(nw, ne, sw, se, t), (abs(across) + abs(down)) / f32(view.inverse_pitch_px));
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

fn raster_color(place: Place) -> vec4<f32> {
    // Nothing is drawn beyond the raster's edge.
    if is_outside(place.at) || !is_inside(vec2<i32>(floor(place.at)) + view.inverse_base_px) {
        return vec4<f32>(0.0);
    }
    if RESAMPLING == 0u {
        let bits = cell_bits(0u, vec2<i32>(floor(place.at)) + view.inverse_base_px);
        return select(vec4<f32>(0.0), cell_color(bits.value), bits.valid != 0u);
    }
    let level = level_of(place.span);
    let per_cell = raster.levels[level].per_cell;
    // The whole part is kept apart, so that what is added to it is small.
    let base = vec2<f32>(view.inverse_base_px) * per_cell;
    let on = OnLevel(level, vec2<i32>(floor(base)), place.at * per_cell + fract(base), place.span * per_cell);
    if RESAMPLING == 1u {
        return between_cells(on, 2);
    }
    if RESAMPLING == 2u {
        return between_cells(on, 4);
    }
    if RESAMPLING == 3u {
        return mean_color(on);
    }
    return prevailing_color(on);
}

// The coarsest level of whose cells a pixel still spans one.
fn level_of(span: vec2<f32>) -> u32 {
    var level = 0u;
    for (var k = 1u; k < LEVEL_COUNT; k++) {
        let cells = span * raster.levels[k].per_cell;
        level = select(level, k, min(cells.x, cells.y) >= 1.0);
    }
    return level;
}

// A pixel on one level, in cells of the level.
struct OnLevel {
    level: u32,
    base: vec2<i32>,
    // The centre, relative to the base.
    at: vec2<f32>,
    span: vec2<f32>,
}

struct Bits {
    value: u32,
    valid: u32,
}

// Whether a cell of the first level is one of the raster's; rounding may put the last column after itself.
fn is_inside(cell: vec2<i32>) -> bool {
    let size = vec2<i32>(raster.levels[0].size_px);
    let margin = select(0, 1, WRAPS);
    return cell.x >= -margin && cell.x < size.x + margin && cell.y >= 0 && cell.y < size.y;
}

fn cell_bits(level: u32, wanted: vec2<i32>) -> Bits {
    let size = vec2<i32>(raster.levels[level].size_px);
    var cell = wanted;
    if WRAPS {
        cell.x += select(0, size.x, cell.x < 0) - select(0, size.x, cell.x >= size.x);
    }
    let inside = all(cell >= vec2<i32>(0)) && all(cell < size);
    var is_there = inside;
    cell = clamp(cell, vec2<i32>(0), size - 1);
    var bits: u32;
    if PAGED {
        let shift = shift_of_tile(level, cell / i32(TILE_CELLS));
        is_there = inside && shift.z >= 0;
        bits = textureLoad(atlas, vec2<u32>(cell + shift.xy), u32(max(shift.z, 0)), 0).r;
    } else {
        bits = textureLoad(cells, cell, 0).r;
    }
    return checked(level, bits, is_there);
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

// The tiles around a few cells, which are in four at most: each is looked up once and not for each cell.
struct Tiles {
    // The first cell of those right and below.
    next: vec2<i32>,
    nw: vec3<i32>,
    ne: vec3<i32>,
    sw: vec3<i32>,
    se: vec3<i32>,
}

// The tiles of the cells from this one on.
fn tiles_from(level: u32, first: vec2<i32>) -> Tiles {
    let nothing = vec3<i32>(0);
    if !PAGED || WRAPS {
        return Tiles(vec2<i32>(0), nothing, nothing, nothing, nothing);
    }
    let last = (vec2<i32>(raster.levels[level].size_px) - 1) / i32(TILE_CELLS);
    let tile = clamp(first / i32(TILE_CELLS), vec2<i32>(0), last);
    let next = min(tile + 1, last);
    return Tiles(
        (tile + 1) * i32(TILE_CELLS),
        shift_of_tile(level, tile),
        shift_of_tile(level, vec2<i32>(next.x, tile.y)),
        shift_of_tile(level, vec2<i32>(tile.x, next.y)),
        shift_of_tile(level, next));
}

// A cell of these tiles.
fn cell_among(tiles: Tiles, level: u32, wanted: vec2<i32>) -> Bits {
    if !PAGED || WRAPS {
        return cell_bits(level, wanted);
    }
    let size = vec2<i32>(raster.levels[level].size_px);
    let cell = clamp(wanted, vec2<i32>(0), size - 1);
    let north = select(tiles.nw, tiles.ne, cell.x >= tiles.next.x);
    let south = select(tiles.sw, tiles.se, cell.x >= tiles.next.x);
    let shift = select(north, south, cell.y >= tiles.next.y);
    let bits = textureLoad(atlas, vec2<u32>(cell + shift.xy), u32(max(shift.z, 0)), 0).r;
    return checked(level, bits, all(wanted == cell) && shift.z >= 0);
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
        return unpack4x8unorm(class_colors[min(key, THRESHOLD_COUNT)]);
    }
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

// What of a cell is added up: a number, or a colour's channels weighted by its alpha.
fn summand(level: u32, bits: u32) -> vec4<f32> {
    if KIND == 3u {
        let color = unpack4x8unorm(bits);
        return vec4<f32>(color.rgb * color.a, color.a);
    }
    if KIND == 2u || (HAS_MEANS && level > 0u) {
        return vec4<f32>(bitcast<f32>(bits));
    }
    if KIND == 1u {
        return vec4<f32>(f32(signed(bits)));
    }
    return vec4<f32>(f32(bits));
}

// A weighted mean in the making. What is added up are differences from the first summand, so that the mean of equal
// numbers is that number, to the last bit: it may be the one at which a class begins.
struct Mean {
    first: vec4<f32>,
    sum: vec4<f32>,
    weights: f32,
    has_first: bool,
}

fn added(mean: Mean, summand: vec4<f32>, weight: f32) -> Mean {
    let first = select(summand, mean.first, mean.has_first);
    return Mean(first, mean.sum + weight * (summand - first), mean.weights + weight, true);
}

// The colour of a mean of summands.
fn color_of_mean(mean: vec4<f32>) -> vec4<f32> {
    if KIND == 3u {
        return clamp(vec4<f32>(mean.rgb / max(mean.a, 1e-6), mean.a), vec4<f32>(0.0), vec4<f32>(1.0));
    }
    return class_color(float_key(bitcast<u32>(mean.x)));
}

// The weighted mean of the cells around a point, `side` of them along each side. As gdalwarp does, cells without a
// value are left out, and where the point itself is in one there is no value.
fn between_cells(on: OnLevel, side: i32) -> vec4<f32> {
    let corner = floor(on.at - 0.5) - f32(side / 2 - 1);
    let t = fract(on.at - 0.5);
    let first = vec2<i32>(corner) + on.base;
    let tiles = tiles_from(on.level, first);
    let own = vec2<i32>(side / 2 - 1) + select(vec2<i32>(0), vec2<i32>(1), t >= vec2<f32>(0.5));
    var own_is_valid = false;
    var mean = Mean(vec4<f32>(0.0), vec4<f32>(0.0), 0.0, false);
    for (var y = 0; y < side; y++) {
        for (var x = 0; x < side; x++) {
            let bits = cell_among(tiles, on.level, first + vec2<i32>(x, y));
            let weight = kernel(side, x, t.x) * kernel(side, y, t.y);
            if bits.valid != 0u {
                mean = added(mean, summand(on.level, bits.value), weight);
                own_is_valid = own_is_valid || (x == own.x && y == own.y);
            }
        }
    }
    // The outer cells of the cubic kernel count less than nothing.
    if !own_is_valid || mean.weights < 0.1 {
        return vec4<f32>(0.0);
    }
    return color_of_mean(mean.first + mean.sum / mean.weights);
}

// The weight of the k-th cell for a point that lies `t` cells beyond the middle of the inner left one.
fn kernel(side: i32, k: i32, t: f32) -> f32 {
    if side == 2 {
        return select(1.0 - t, t, k == 1);
    }
    // Keys' cubic convolution with a = -0.5.
    let d = abs(t + 1.0 - f32(k));
    let near = (1.5 * d - 2.5) * d * d + 1.0;
    let far = ((-0.5 * d + 2.5) * d - 4.0) * d + 2.0;
    return select(far, near, d <= 1.0);
}

// The part of the box of a pixel's size about its centre that lies in cells k to k + 1.
fn overlap(k: f32, low: f32, high: f32) -> f32 {
    return max(min(k + 1.0, high) - max(k, low), 0.0);
}

// A pixel that covers less than this of all cells with a value has none: its edges are known to a hundredth of it.
fn least_area(low: vec2<f32>, high: vec2<f32>) -> f32 {
    let size = high - low;
    return 1e-4 * size.x * size.y;
}

// The mean of the cells under the pixel by the areas covered, cells without a value left out.
fn mean_color(on: OnLevel) -> vec4<f32> {
    let half = 0.5 * clamp(on.span, vec2<f32>(1e-3), vec2<f32>(MOST_SPAN));
    let low = on.at - half;
    let high = on.at + half;
    let first = floor(low);
    let last = ceil(high);
    let tiles = tiles_from(on.level, vec2<i32>(first) + on.base);
    var mean = Mean(vec4<f32>(0.0), vec4<f32>(0.0), 0.0, false);
    for (var y = first.y; y < last.y; y += 1.0) {
        let height = overlap(y, low.y, high.y);
        for (var x = first.x; x < last.x; x += 1.0) {
            let bits = cell_among(tiles, on.level, vec2<i32>(vec2<f32>(x, y)) + on.base);
            let weight = height * overlap(x, low.x, high.x);
            if bits.valid != 0u {
                mean = added(mean, summand(on.level, bits.value), weight);
            }
        }
    }
    if mean.weights < least_area(low, high) {
        return vec4<f32>(0.0);
    }
    return color_of_mean(mean.first + mean.sum / mean.weights);
}

// So many different numbers under one pixel are told apart.
const MOST_NUMBERS: u32 = 16u;

// The colour of the number that covers most of the pixel, of equals the one seen first.
fn prevailing_color(on: OnLevel) -> vec4<f32> {
    let half = 0.5 * clamp(on.span, vec2<f32>(1e-3), vec2<f32>(MOST_SPAN));
    let low = on.at - half;
    let high = on.at + half;
    let first = floor(low);
    let last = ceil(high);
    let tiles = tiles_from(on.level, vec2<i32>(first) + on.base);
    let least = least_area(low, high);
    var numbers: array<u32, 16>;
    var weights: array<f32, 16>;
    var count = 0u;
    for (var y = first.y; y < last.y; y += 1.0) {
        let height = overlap(y, low.y, high.y);
        for (var x = first.x; x < last.x; x += 1.0) {
            let bits = cell_among(tiles, on.level, vec2<i32>(vec2<f32>(x, y)) + on.base);
            let weight = height * overlap(x, low.x, high.x);
            if bits.valid != 0u && weight > least {
                var k = 0u;
                while k < count && numbers[k] != bits.value {
                    k++;
                }
                if k < count {
                    weights[k] += weight;
                } else if k < MOST_NUMBERS {
                    numbers[k] = bits.value;
                    weights[k] = weight;
                    count++;
                }
            }
        }
    }
    if count == 0u {
        return vec4<f32>(0.0);
    }
    var most = 0u;
    for (var k = 1u; k < count; k++) {
        // Equal areas are equal only to rounding.
        most = select(most, k, weights[k] > weights[most] * 1.00001);
    }
    return cell_color(numbers[most]);
}
