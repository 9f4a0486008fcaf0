// A pixel has the colour of the largest or the smallest number of the cells that it covers.

fn sampled_color(place: Place) -> vec4<f32> {
    return extreme_color(on_level(place));
}

// A cell of which a pixel covers less than this along an axis is not its own: its edges are known no better, in cells.
const LEAST_COVERED: f32 = 0.0025;

fn extreme_color(on: OnLevel) -> vec4<f32> {
    let box = box_of(on);
    let tiles = tiles_from(on.level, vec2<i32>(box.first) + on.base);
    // Upside down, the smallest is the largest.
    let flip = select(0u, 0xffffffffu, RESAMPLING == 6u);
    var found = false;
    var largest = 0u;
    for (var y = box.first.y; y < box.last.y; y += 1.0) {
        let height = overlap(y, box.low.y, box.high.y);
        for (var x = box.first.x; x < box.last.x; x += 1.0) {
            let bits = cell_among(tiles, on.level, vec2<i32>(vec2<f32>(x, y)) + on.base);
            let covered = min(height, overlap(x, box.low.x, box.high.x));
            let counts = bits.valid != 0u && covered > LEAST_COVERED;
            largest = select(largest, max(largest, ordered_key(bits.value) ^ flip), counts);
            found = found || counts;
        }
    }
    if !found {
        return color_of_bad();
    }
    return class_color(largest ^ flip);
}
