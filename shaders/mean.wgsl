// Means of cells' numbers or colours.

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
