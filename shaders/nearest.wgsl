// A pixel has the colour of the cell that its centre is in.

fn sampled_color(place: Place) -> vec4<f32> {
    let bits = cell_bits(0u, vec2<i32>(floor(place.at)) + view.inverse_base_px);
    return select(vec4<f32>(0.0), cell_color(bits.value), bits.valid != 0u);
}
