// A pixel has the colour of the mean of the cells that it covers.

fn sampled_color(place: Place) -> vec4<f32> {
    return mean_color(on_level(place));
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
