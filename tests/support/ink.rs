//! How much of each pixel strokes cover: as drawn, and as it should be.

use super::Image;

/// Samples along each side of a pixel.
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
    covered: Vec<bool>,
}

impl Samples {
    fn new(size_px: [usize; 2]) -> Self {
        Self { size_px, covered: vec![false; size_px[0] * size_px[1] * SUPERSAMPLES * SUPERSAMPLES] }
    }

    /// Marks the samples within `reach` of a segment.
    fn cover(&mut self, a: [f64; 2], b: [f64; 2], reach: f64) {
        let [columns, rows] = self.size_px.map(|n| n * SUPERSAMPLES);
        let range = |axis: usize, count: usize| {
            let scale = SUPERSAMPLES as f64;
            let low = ((a[axis].min(b[axis]) - reach) * scale - 0.5).ceil().clamp(0.0, count as f64);
            let high = ((a[axis].max(b[axis]) + reach) * scale + 0.5).ceil().clamp(0.0, count as f64);
            low as usize..high as usize
        };
        let along = [b[0] - a[0], b[1] - a[1]];
        let length_square = along[0] * along[0] + along[1] * along[1];
        for row in range(1, rows) {
            let dy = (row as f64 + 0.5) / SUPERSAMPLES as f64 - a[1];
            for column in range(0, columns) {
                let dx = (column as f64 + 0.5) / SUPERSAMPLES as f64 - a[0];
                let t = ((dx * along[0] + dy * along[1]) / length_square.max(1e-300)).clamp(0.0, 1.0);
                let (ex, ey) = (dx - t * along[0], dy - t * along[1]);
                if ex * ex + ey * ey <= reach * reach {
                    self.covered[row * columns + column] = true;
                }
            }
        }
    }

    fn ink(&self) -> Ink {
        let [columns, rows] = self.size_px;
        let share = |k: usize| {
            let first = (k / columns) * SUPERSAMPLES * columns * SUPERSAMPLES + (k % columns) * SUPERSAMPLES;
            let row = |r: usize| &self.covered[first + r * columns * SUPERSAMPLES..][..SUPERSAMPLES];
            let count: usize = (0..SUPERSAMPLES).map(|r| row(r).iter().filter(|c| **c).count()).sum();
            count as f64 / (SUPERSAMPLES * SUPERSAMPLES) as f64
        };
        Ink { size_px: self.size_px, shares: (0..columns * rows).map(share).collect() }
    }
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
