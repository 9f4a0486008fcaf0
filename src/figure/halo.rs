//! The light edge around letters that keeps them legible on any ground.

use super::text::Coverage;

/// Whole pixels by which a halo reaches beyond its ink.
pub(super) fn halo_beyond_px(reach_px: f64) -> i64 {
    reach_px.ceil() as i64
}

impl Coverage {
    /// Coverage of all that is within `reach_px` pixels of this ink, the ink included.
    ///
    /// A pixel of ink has its edge where its coverage ends, half a pixel from its middle if it is full (Gustavson and
    /// Strand, Anti-aliased Euclidean distance transform, 2011), so that thin strokes have as dense a halo as thick ones.
    #[must_use]
    pub(super) fn widened(&self, reach_px: f64) -> Self {
        let beyond = halo_beyond_px(reach_px);
        let more = beyond as usize;
        let (width, height) = (self.width + 2 * more, self.height + 2 * more);
        let mut values = vec![0_u8; width * height];
        for dy in -beyond..=beyond {
            for dx in -beyond..=beyond {
                let left_px = reach_px - ((dx * dx + dy * dy) as f64).sqrt();
                if left_px <= -1.0 {
                    continue;
                }
                let most = (left_px.min(1.0) * 255.0).round() as i16;
                for (y, row) in self.values.chunks_exact(self.width.max(1)).enumerate() {
                    let start = (y as i64 + dy + beyond) as usize * width + (dx + beyond) as usize;
                    for (out, &value) in values[start..start + self.width].iter_mut().zip(row) {
                        let share = (most + i16::from(value)).clamp(0, 255) as u8;
                        *out = if value > 0 { (*out).max(share) } else { *out };
                    }
                }
            }
        }
        Self { x: self.x - beyond, y: self.y - beyond, width, height, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_halo_reaches_as_far_as_it_should() {
        // Along the edges of a square of ink, at every pixel around it.
        let square = Coverage { x: 0, y: 0, width: 4, height: 4, values: vec![255; 16] };
        let halo = square.widened(2.0);
        assert_eq!((halo.x, halo.y, halo.width, halo.height), (-2, -2, 8, 8));
        for (index, value) in halo.values.iter().enumerate() {
            let [x, y] = [index % 8, index / 8].map(|k| k as f64 - 2.0);
            let off = |k: f64| (-k).max(k - 3.0).max(0.0);
            let wanted = (3.0 - off(x).hypot(off(y))).clamp(0.0, 1.0) * 255.0;
            assert!((f64::from(*value) - wanted).abs() <= 1.5, "at {x}, {y}: {value}, not {wanted}");
        }
    }

    #[test]
    fn the_halo_of_a_thin_stroke_is_dense() {
        // A stroke of one pixel that lies half in two columns.
        let stroke = Coverage { x: 0, y: 0, width: 2, height: 9, values: vec![128; 18] };
        let halo = stroke.widened(1.5);
        let row = &halo.values[halo.width * (halo.height / 2)..][..halo.width];
        assert_eq!(row.len(), 6);
        // Its edges are half a pixel from the middle of the pair, so that the halo ends 2 pixels from it.
        assert_eq!(row[1..5], [255; 4]);
        assert!(row[0] <= 1 && row[5] <= 1, "{row:?}");
    }
}
