//! How much of each pixel strokes cover: as drawn, and as it should be.

use super::Image;

/// Samples along each side of a pixel; [`Samples`] has a bit for each in a `u16`.
pub(crate) const SUPERSAMPLES: usize = 16;

/// The share of each pixel that is covered, 0 to 1, row by row.
pub(crate) struct Ink {
    pub(crate) size_px: [usize; 2],
    pub(crate) shares: Vec<f64>,
}

impl Ink {
    /// What an image of black lines on white shows.
    pub(crate) fn drawn(image: &Image) -> Self {
        let share = |rgb: &[u8; 3]| {
            assert!(rgb[0] == rgb[1] && rgb[1] == rgb[2], "black on white has no colour {rgb:?}");
            1.0 - f64::from(rgb[0]) / 255.0
        };
        Self { size_px: [image.width, image.height], shares: image.rgb.iter().map(share).collect() }
    }

    pub(crate) fn at(&self, column: usize, row: usize) -> f64 {
        self.shares[row * self.size_px[0] + column]
    }
}

/// The union of all strokes, each the points within `half_width` of a polyline in image coordinates, by counting
/// the 16 by 16 samples of each pixel that are in it.
pub(crate) fn supersampled_union(size_px: [usize; 2], strokes: &[Vec<[f64; 2]>], half_width: f64) -> Ink {
    let mut samples = Samples::new(size_px);
    for stroke in strokes {
        for pair in stroke.windows(2) {
            samples.cover(pair[0], pair[1], half_width);
        }
    }
    samples.ink()
}

struct Samples {
    size_px: [usize; 2],
    /// A bit for each sample of a pixel's row of samples; rows of samples from the top, in each the pixels in turn.
    covered: Vec<u16>,
}

impl Samples {
    fn new(size_px: [usize; 2]) -> Self {
        Self { size_px, covered: vec![0; size_px[0] * size_px[1] * SUPERSAMPLES] }
    }

    /// Marks the samples within `reach` of a segment, in pixels.
    fn cover(&mut self, a: [f64; 2], b: [f64; 2], reach: f64) {
        let [columns, rows] = self.size_px.map(|n| n * SUPERSAMPLES);
        let per_px = SUPERSAMPLES as f64;
        // The samples whose centres lie between two image coordinates.
        let between = |low: f64, high: f64, count: usize| {
            let first = (low * per_px - 0.5).ceil().clamp(0.0, count as f64) as usize;
            first..((high * per_px - 0.5).floor() + 1.0).clamp(first as f64, count as f64) as usize
        };
        for row in between(a[1].min(b[1]) - reach, a[1].max(b[1]) + reach, rows) {
            let y = (row as f64 + 0.5) / per_px;
            let [low, high] = stroke_across(a, b, reach, y);
            self.mark(row, between(low, high, columns));
        }
    }

    /// Marks samples of one row.
    fn mark(&mut self, row: usize, samples: std::ops::Range<usize>) {
        for pixel in samples.start / SUPERSAMPLES..samples.end.div_ceil(SUPERSAMPLES) {
            let first = pixel * SUPERSAMPLES;
            let (from, to) = (samples.start.max(first) - first, samples.end.min(first + SUPERSAMPLES) - first);
            self.covered[row * self.size_px[0] + pixel] |= ((1_u32 << to) - (1_u32 << from)) as u16;
        }
    }

    fn ink(&self) -> Ink {
        let [columns, rows] = self.size_px;
        let share = |k: usize| {
            let first = k / columns * SUPERSAMPLES * columns + k % columns;
            let count: u32 = (0..SUPERSAMPLES).map(|r| self.covered[first + r * columns].count_ones()).sum();
            f64::from(count) / (SUPERSAMPLES * SUPERSAMPLES) as f64
        };
        Ink { size_px: self.size_px, shares: (0..columns * rows).map(share).collect() }
    }
}

/// From where to where the points within `reach` of a segment lie on the horizontal line at `y`; empty if low > high.
///
/// They are a convex shape made of two discs and a rectangle, so they reach from the lowest to the highest of these.
fn stroke_across(a: [f64; 2], b: [f64; 2], reach: f64, y: f64) -> [f64; 2] {
    let mut span = [f64::INFINITY, f64::NEG_INFINITY];
    let mut add = |x: f64| span = [span[0].min(x), span[1].max(x)];
    for [x, centre_y] in [a, b] {
        let half_square = reach * reach - (y - centre_y) * (y - centre_y);
        if half_square >= 0.0 {
            add(x - half_square.sqrt());
            add(x + half_square.sqrt());
        }
    }
    let along = [b[0] - a[0], b[1] - a[1]];
    let length = along[0].hypot(along[1]).max(1e-300);
    let side = [-along[1] / length * reach, along[0] / length * reach];
    let corner = |p: [f64; 2], sign: f64| [p[0] + sign * side[0], p[1] + sign * side[1]];
    let corners = [corner(a, 1.0), corner(b, 1.0), corner(b, -1.0), corner(a, -1.0)];
    for k in 0..4 {
        let (p, q) = (corners[k], corners[(k + 1) % 4]);
        if (p[1] - y) * (q[1] - y) <= 0.0 && p[1] != q[1] {
            add(p[0] + (y - p[1]) / (q[1] - p[1]) * (q[0] - p[0]));
        }
    }
    span
}

/// The exact share of a pixel within `half_width` of the straight line through `point` along the unit vector
/// `direction`: the pixel's square clipped by the strip's two edges.
pub(crate) fn strip_share(pixel: [usize; 2], point: [f64; 2], direction: [f64; 2], half_width: f64) -> f64 {
    let [x, y] = pixel.map(|k| k as f64);
    let square = vec![[x, y], [x + 1.0, y], [x + 1.0, y + 1.0], [x, y + 1.0]];
    let off = |p: [f64; 2]| (p[1] - point[1]) * direction[0] - (p[0] - point[0]) * direction[1];
    let left = clip(&square, |p| half_width - off(p));
    area(&clip(&left, |p| half_width + off(p)))
}

/// The part of a convex polygon where a linear function is positive (Sutherland and Hodgman 1974).
fn clip(polygon: &[[f64; 2]], inside: impl Fn([f64; 2]) -> f64) -> Vec<[f64; 2]> {
    let mut kept = Vec::new();
    for (k, &p) in polygon.iter().enumerate() {
        let q = polygon[(k + 1) % polygon.len()];
        let (at_p, at_q) = (inside(p), inside(q));
        if at_p >= 0.0 {
            kept.push(p);
        }
        if (at_p > 0.0 && at_q < 0.0) || (at_p < 0.0 && at_q > 0.0) {
            let t = at_p / (at_p - at_q);
            kept.push([p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]);
        }
    }
    kept
}

fn area(polygon: &[[f64; 2]]) -> f64 {
    let cross = |k: usize| {
        let (p, q) = (polygon[k], polygon[(k + 1) % polygon.len()]);
        p[0] * q[1] - q[0] * p[1]
    };
    (0..polygon.len()).map(cross).sum::<f64>().abs() / 2.0
}
