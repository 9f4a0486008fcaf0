// A pixel has the colour of the mean of the cells that it covers.

fn sampled_color(place: Place) -> vec4<f32> {
    return mean_color(on_level(place));
}

// The mean of the cells under the pixel by the areas covered, cells without a value left out.
fn mean_color(on: OnLevel) -> vec4<f32> {
    let box = box_of(on);
    let tiles = tiles_from(on.level, vec2<i32>(box.first) + on.base);
    var mean = Mean(vec4<f32>(0.0), vec4<f32>(0.0), 0.0, false);
    for (var y = box.first.y; y < box.last.y; y += 1.0) {
        let height = overlap(y, box.low.y, box.high.y);
        for (var x = box.first.x; x < box.last.x; x += 1.0) {
            let bits = cell_among(tiles, on.level, vec2<i32>(vec2<f32>(x, y)) + on.base);
            let weight = height * overlap(x, box.low.x, box.high.x);
            if bits.valid != 0u {
                mean = added(mean, summand(on.level, bits.value), weight);
            }
        }
    }
    if mean.weights < least_area(box) {
        return color_of_bad();
    }
    return color_of_mean(mean.first + mean.sum / mean.weights);
}
