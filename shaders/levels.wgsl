// The level of the raster that a pixel is made of, and its cells; for resamplings that look at several.

fn raster_color(place: Place) -> vec4<f32> {
    // Nothing is drawn beyond the raster's edge.
    if is_outside(place.at) || !is_inside(vec2<i32>(floor(place.at)) + view.inverse_base_px) {
        return vec4<f32>(0.0);
    }
    return sampled_color(place);
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

// Most cells along a side that a pixel is made of, and of its largest or smallest one, which no coarser level has.
const MOST_SPAN: f32 = 24.0;
const MOST_EXTREME_SPAN: f32 = 64.0;

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

fn on_level(place: Place) -> OnLevel {
    let level = level_of(place.span);
    let per_cell = raster.levels[level].per_cell;
    // The whole part is kept apart, so that what is added to it is small.
    let base = vec2<f32>(view.inverse_base_px) * per_cell;
    return OnLevel(level, vec2<i32>(floor(base)), place.at * per_cell + fract(base), place.span * per_cell);
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

// The part of the level that a pixel covers: a box of its span about its centre.
struct Box {
    low: vec2<f32>,
    high: vec2<f32>,
    // The first cell that it touches, and the one behind the last.
    first: vec2<f32>,
    last: vec2<f32>,
}

fn box_of(on: OnLevel) -> Box {
    let most = select(MOST_SPAN, MOST_EXTREME_SPAN, RESAMPLING >= 5u);
    let half = 0.5 * clamp(on.span, vec2<f32>(1e-3), vec2<f32>(most));
    let low = on.at - half;
    let high = on.at + half;
    return Box(low, high, floor(low), ceil(high));
}

// The part of a pixel's box that lies in cells k to k + 1.
fn overlap(k: f32, low: f32, high: f32) -> f32 {
    return max(min(k + 1.0, high) - max(k, low), 0.0);
}

// A pixel that covers less than this of all cells with a value has none: its edges are known to a hundredth of it.
fn least_area(box: Box) -> f32 {
    let size = box.high - box.low;
    return 1e-4 * size.x * size.y;
}
