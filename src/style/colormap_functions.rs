//! The colormaps that matplotlib defines by formulas (`_cm.py`), in the same order of operations.
//!
//! matplotlib drops the fraction when it makes bytes, so a formula must land on the same side of every k/255. The
//! sine, cosine and cube below differ from numpy's by less than 1e-15, and where they meet such a value exactly (at
//! 0, 1/2 and 1) clipping decides.

use std::f64::consts::PI;

/// Red, green and blue as functions of the position 0 to 1; what leaves 0 to 1 is to be clipped.
pub(super) type Channels = [fn(f64) -> f64; 3];

/// The formulas of the colormap called `name`.
pub(super) fn by_name(name: &str) -> Option<Channels> {
    Some(match name {
        "afmhot" => [|x| 2.0 * x, |x| 2.0 * x - 0.5, |x| 2.0 * x - 1.0],
        "cubehelix" => {
            [|x| cubehelix(x, -0.14861, 1.78277), |x| cubehelix(x, -0.29227, -0.90649), |x| cubehelix(x, 1.97294, 0.0)]
        }
        "flag" => [
            |x| 0.75 * ((x * 31.5 + 0.25) * PI).sin() + 0.5,
            |x| (x * 31.5 * PI).sin(),
            |x| 0.75 * ((x * 31.5 - 0.25) * PI).sin() + 0.5,
        ],
        "gist_gray" => [|x| x; 3],
        "gist_heat" => [|x| 1.5 * x, |x| 2.0 * x - 1.0, |x| 4.0 * x - 3.0],
        "gist_yarg" => [|x| 1.0 - x; 3],
        "gnuplot" => [f64::sqrt, |x| x * x * x, |x| (x * 2.0 * PI).sin()],
        "gnuplot2" => [|x| x / 0.32 - 0.78125, |x| 2.0 * x - 0.84, gnuplot2_blue],
        "ocean" => [|x| 3.0 * x - 2.0, |x| ((3.0 * x - 1.0) / 2.0).abs(), |x| x],
        "prism" => [
            |x| 0.75 * ((x * 20.9 + 0.25) * PI).sin() + 0.67,
            |x| 0.75 * ((x * 20.9 - 0.25) * PI).sin() + 0.33,
            |x| -1.1 * (x * 20.9 * PI).sin(),
        ],
        "rainbow" => [|x| (2.0 * x - 0.5).abs(), |x| (x * PI).sin(), |x| (x * PI / 2.0).cos()],
        _ => return None,
    })
}

/// D. A. Green's cubehelix with gamma 1, start 0.5, -1.5 rotations and hue 1.
fn cubehelix(x: f64, p0: f64, p1: f64) -> f64 {
    let amplitude = x * (1.0 - x) / 2.0;
    let phi = 2.0 * PI * (0.5 / 3.0 + -1.5 * x);
    x + amplitude * (p0 * phi.cos() + p1 * phi.sin())
}

fn gnuplot2_blue(x: f64) -> f64 {
    if x < 0.25 {
        4.0 * x
    } else if x < 0.92 {
        -2.0 * x + 1.84
    } else {
        x / 0.08 - 11.5
    }
}
