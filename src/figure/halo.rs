//! The light edge around letters on a map, so that they can be read on anything.

use super::text::Coverage;

impl Coverage {
    /// All that lies within `radius_px` of the ink, with a soft edge: matplotlib's `withStroke` of twice that width.
    #[must_use]
    pub fn widened(&self, radius_px: f32) -> Self {
        let reach = radius_px.max(0.0).ceil() as usize;
        let (width, height) = (self.width + 2 * reach, self.height + 2 * reach);
        let mut wide =
            Self { x: self.x - reach as i64, y: self.y - reach as i64, width, height, values: vec![0; width * height] };
        // The share of a pixel so far away that a disc about it covers.
        let share = |dx: usize, dy: usize| {
            let distance = (dx.abs_diff(reach) as f32).hypot(dy.abs_diff(reach) as f32);
            (radius_px + 0.5 - distance).clamp(0.0, 1.0)
        };
        let disc: Vec<(usize, usize, u32)> = (0..=2 * reach)
            .flat_map(|dy| (0..=2 * reach).map(move |dx| (dx, dy, (share(dx, dy) * 256.0) as u32)))
            .filter(|(_, _, weight)| *weight > 0)
            .collect();
        for (index, &ink) in self.values.iter().enumerate().filter(|(_, ink)| **ink > 0) {
            let (column, row) = (index % self.width, index / self.width);
            for &(dx, dy, weight) in &disc {
                let value = &mut wide.values[(row + dy) * width + column + dx];
                *value = (*value).max((u32::from(ink) * weight / 256).min(255) as u8);
            }
        }
        wide
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_becomes_a_disc() {
        let dot = Coverage { x: 10, y: 20, width: 1, height: 1, values: vec![255] };
        let disc = dot.widened(3.5);
        assert_eq!((disc.x, disc.y, disc.width, disc.height), (6, 16, 9, 9));
        let area: f64 = disc.values.iter().map(|v| f64::from(*v) / 255.0).sum();
        // A dot is half a pixel wide to each side.
        let expected = std::f64::consts::PI * 3.5 * 3.5;
        assert!((area - expected).abs() < 0.15 * expected, "{area} for {expected}");
        assert_eq!(disc.values[4 * 9 + 4], 255);
        assert_eq!(dot.widened(0.0), dot);
    }
}
