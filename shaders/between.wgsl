// A pixel has the colour of a number between those of the cells around its centre: bilinear and cubic.

fn sampled_color(place: Place) -> vec4<f32> {
    return between_cells(on_level(place), select(2, 4, RESAMPLING == 2u));
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
        return color_of_bad();
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
