// A pixel has the colour of the cell that its centre is in.

fn raster_color(place: Place) -> vec4<f32> {
    // A centre that is nowhere is far beyond the raster.
    var cell = vec2<i32>(floor(place.at)) + view.inverse_base_px;
    let size = raster.levels[0].size_px;
    // What is less than 0 is a very large number without its sign.
    var is_there = all(bitcast<vec2<u32>>(cell) < size);
    if WRAPS {
        // Rounding may put the last column after itself.
        is_there = bitcast<u32>(cell.x + 1) < size.x + 2u && bitcast<u32>(cell.y) < size.y;
        let width = i32(size.x);
        cell.x += select(0, width, cell.x < 0) - select(0, width, cell.x >= width);
    }
    var bits: u32;
    if PAGED {
        let near = select(vec2<i32>(0), cell, is_there);
        let shift = shift_of_tile(0u, near / i32(TILE_CELLS));
        is_there = is_there && shift.z >= 0;
        bits = textureLoad(atlas, vec2<u32>(near + shift.xy), u32(max(shift.z, 0)), 0).r;
    } else {
        // A load from beyond a texture does no harm.
        bits = textureLoad(cells, cell, 0).r;
    }
    let found = checked(0u, bits, is_there);
    let nothing = select(vec4<f32>(0.0), color_of_bad(), is_there);
    return select(nothing, cell_color(found.value), found.valid != 0u);
}
