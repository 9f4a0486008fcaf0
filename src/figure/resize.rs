//! Pictures of another size: the mean of all that a pixel covers when they shrink, bilinear when they grow.

use crate::output::Image;

/// The pixels of an RGBA picture at a size, premultiplied: transparent pixels' colours do not bleed into others.
#[must_use]
pub(super) fn resized(image: &Image, [width, height]: [u32; 2]) -> Vec<u8> {
    let [own_width, own_height] = image.size_px();
    let across = taps(own_width, width);
    let down = taps(own_height, height);
    let rows: Vec<Vec<[f32; 4]>> = image
        .bytes()
        .as_chunks::<4>()
        .0
        .chunks_exact(own_width as usize)
        .map(|row| {
            let row: Vec<_> = row.iter().copied().map(premultiplied).collect();
            across.iter().map(|taps| taps.mean(|k| row[k])).collect()
        })
        .collect();
    let pixels = down.iter().flat_map(|taps| (0..width as usize).map(move |x| (taps, x)));
    pixels.flat_map(|(taps, x)| taps.mean(|k| rows[k][x]).map(|value| (value + 0.5) as u8)).collect()
}

fn premultiplied([r, g, b, a]: [u8; 4]) -> [f32; 4] {
    let share = f32::from(a) / 255.0;
    [f32::from(r) * share, f32::from(g) * share, f32::from(b) * share, f32::from(a)]
}

/// The pixels along one side that one of the new size is made of, with their weights, which add up to 1.
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

impl Taps {
    fn mean(&self, pixel: impl Fn(usize) -> [f32; 4]) -> [f32; 4] {
        let mut sum = [0.0; 4];
        for (k, weight) in (self.first..).zip(&self.weights) {
            for (sum, value) in sum.iter_mut().zip(pixel(k)) {
                *sum += weight * value;
            }
        }
        sum
    }
}

fn taps(from: u32, to: u32) -> Vec<Taps> {
    let step = f64::from(from) / f64::from(to);
    let last = from as usize - 1;
    let shrunk = |k: u32| {
        let (start, end) = (f64::from(k) * step, f64::from(k + 1) * step);
        let (first, end_px) = (start as usize, (end.ceil() as usize).clamp(1, last + 1));
        let share = |px: usize| (end.min((px + 1) as f64) - start.max(px as f64)).max(0.0) / step;
        Taps { first, weights: (first..end_px).map(|px| share(px) as f32).collect() }
    };
    let grown = |k: u32| {
        let centre = ((f64::from(k) + 0.5) * step - 0.5).clamp(0.0, last as f64);
        let first = (centre as usize).min(last);
        let beyond = (centre - first as f64) as f32;
        let weights = if first == last { vec![1.0] } else { vec![1.0 - beyond, beyond] };
        Taps { first, weights }
    };
    (0..to).map(|k| if step > 1.0 { shrunk(k) } else { grown(k) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Channels;

    fn row(pixels: &[[u8; 4]]) -> Image {
        Image::new([pixels.len() as u32, 1], Channels::Rgba, pixels.concat())
    }

    #[test]
    fn shrinking_is_the_mean_and_transparent_pixels_do_not_bleed() {
        let image = row(&[[255, 0, 0, 255], [0, 255, 0, 0], [0, 0, 255, 255], [0, 0, 255, 255]]);
        // Half of the first new pixel is opaque red, the other half nothing.
        assert_eq!(resized(&image, [2, 1]), [128, 0, 0, 128, 0, 0, 255, 255]);
        // A third of four: 1 1/3 pixels each.
        let grey = row(&[0, 60, 120, 180].map(|g| [g, g, g, 255]));
        let thirds = resized(&grey, [3, 1]);
        assert_eq!([thirds[0], thirds[4], thirds[8]], [15, 90, 165]);
    }

    #[test]
    fn growing_is_bilinear_and_the_same_size_is_the_same() {
        let image = row(&[[0, 0, 0, 255], [200, 100, 0, 255]]);
        assert_eq!(resized(&image, [2, 1]), image.bytes());
        let grown = resized(&image, [4, 2]);
        assert_eq!(grown[..16], [0, 0, 0, 255, 50, 25, 0, 255, 150, 75, 0, 255, 200, 100, 0, 255]);
        assert_eq!(grown[..16], grown[16..]);
    }
}
