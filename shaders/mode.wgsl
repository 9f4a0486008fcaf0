// A pixel has the colour of the number that covers most of it.

fn sampled_color(place: Place) -> vec4<f32> {
    return prevailing_color(on_level(place));
}

// So many different numbers under one pixel are told apart.
const MOST_NUMBERS: u32 = 16u;

// The colour of the number that covers most of the pixel, of equals the one seen first.
fn prevailing_color(on: OnLevel) -> vec4<f32> {
    let box = box_of(on);
    let tiles = tiles_from(on.level, vec2<i32>(box.first) + on.base);
    let least = least_area(box);
    var numbers: array<u32, 16>;
    var weights: array<f32, 16>;
    var count = 0u;
    for (var y = box.first.y; y < box.last.y; y += 1.0) {
        let height = overlap(y, box.low.y, box.high.y);
        for (var x = box.first.x; x < box.last.x; x += 1.0) {
            let bits = cell_among(tiles, on.level, vec2<i32>(vec2<f32>(x, y)) + on.base);
            let weight = height * overlap(x, box.low.x, box.high.x);
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
        return color_of_bad();
    }
    var most = 0u;
    for (var k = 1u; k < count; k++) {
        // Equal areas are equal only to rounding.
        most = select(most, k, weights[k] > weights[most] * 1.00001);
    }
    return cell_color(numbers[most]);
}
