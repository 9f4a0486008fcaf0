// What the programs share. Spaces: figure px (0, 0 = top left of the figure), box px (the same from the map
// box's corner), raster px (column, row), fixed (longitude and latitude, 2^32 = 360 degrees).

struct View {
    // The map box within the figure, figure px.
    box_origin_px: vec2<u32>,
    box_size_px: vec2<u32>,
    // Inverse grid: box px -> raster px relative to base_px.
    inverse_base_px: vec2<i32>,
    // The distance between its nodes, px: 2 to this power.
    inverse_pitch_log2: u32,
    // Squares of UNIT_PX in a row; some of them are patches.
    unit_columns: u32,
    // Forward grid: fixed -> box px; the corner in fixed, the density in cells a fixed unit.
    forward_nodes: vec2<u32>,
    forward_corner: vec2<i32>,
    forward_cells_per_unit: vec2<f32>,
    // How far on all sides the viewport of lines reaches beyond the map box, px.
    guard_px: f32,
    unused: u32,
}

struct Layer {
    vertex_count: u32,
    segments_per_chunk: u32,
    // Half the line width or a disc's radius, box px.
    half_width_px: f32,
    // The radius of the hole in a disc, box px.
    hole_radius_px: f32,
    // Whether the vertices are box px, bit by bit, and not fixed.
    is_placed: u32,
    unused_a: u32,
    unused_b: u32,
    unused_c: u32,
}

// Side of a patch.
const UNIT_PX: u32 = 16u;

// Where a box px is in the clip space of a viewport that reaches `guard_px` beyond a box of `box_px` on all sides.
fn clip_of(p: vec2<f32>, box_px: vec2<f32>, guard_px: f32) -> vec4<f32> {
    let ndc = (p + guard_px) / (box_px + 2.0 * guard_px) * vec2<f32>(2.0, -2.0) + vec2<f32>(-1.0, 1.0);
    return vec4<f32>(ndc, 0.0, 1.0);
}

// A corner, 0 to 2, of the one triangle that holds the viewport, in clip space.
fn covering(corner: u32) -> vec4<f32> {
    return vec4<f32>(vec2<f32>(f32(corner & 1u), f32(corner >> 1u)) * 4.0 - 1.0, 0.0, 1.0);
}

// Coordinates beyond this stand for "no such point", box px or raster px.
const OUTSIDE_PX: f32 = 5e8;

fn is_outside(p: vec2<f32>) -> bool {
    return max(abs(p.x), abs(p.y)) > OUTSIDE_PX;
}

fn bilinear(nw: vec2<f32>, ne: vec2<f32>, sw: vec2<f32>, se: vec2<f32>, t: vec2<f32>) -> vec2<f32> {
    let north = nw + (ne - nw) * t.x;
    let south = sw + (se - sw) * t.x;
    return north + (south - north) * t.y;
}
