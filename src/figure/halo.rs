//! The light edge around letters that keeps them legible on any ground.

use super::text::Coverage;

/// Whole pixels by which a halo reaches beyond its ink.
pub(super) fn halo_beyond_px(reach_px: f64) -> i64 {
    (reach_px + 0.5).ceil() as i64
}

impl Coverage {
    /// Coverage of all that is within `reach_px` pixels of this ink, the ink included.
    #[must_use]
    pub(super) fn widened(&self, reach_px: f64) -> Self {
        let beyond = halo_beyond_px(reach_px);
        let more = beyond as usize;
        let (width, height) = (self.width + 2 * more, self.height + 2 * more);
        let mut values = vec![0_u8; width * height];
        for dy in -beyond..=beyond {
            for dx in -beyond..=beyond {
                let share = (reach_px + 0.5 - ((dx * dx + dy * dy) as f64).sqrt()).clamp(0.0, 1.0);
                let weight = (share * 256.0) as u16;
                if weight == 0 {
                    continue;
                }
                for (y, row) in self.values.chunks_exact(self.width.max(1)).enumerate() {
                    let start = (y as i64 + dy + beyond) as usize * width + (dx + beyond) as usize;
                    for (out, &value) in values[start..start + self.width].iter_mut().zip(row) {
                        *out = (*out).max(((u16::from(value) * weight) >> 8) as u8);
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
        assert_eq!((halo.x, halo.y, halo.width, halo.height), (-3, -3, 10, 10));
        for (index, value) in halo.values.iter().enumerate() {
            let [x, y] = [index % 10, index / 10].map(|k| k as f64 - 3.0);
            let off = |k: f64| (-k).max(k - 3.0).max(0.0);
            let wanted = (2.5 - off(x).hypot(off(y))).clamp(0.0, 1.0) * 255.0;
            assert!((f64::from(*value) - wanted).abs() <= 1.5, "at {x}, {y}: {value}, not {wanted}");
        }
    }
}
