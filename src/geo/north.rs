//! Where north is at a place of a map.

use super::{Transformers, View};
use crate::error::Result;

/// A step along the meridian: far less than a pixel of a map of the world, far more than rounding.
const STEP_DEG: f64 = 1e-4;

/// How far a place may return from PROJ's way there and back, in pixels.
const ROUND_TRIP_PX: f64 = 0.5;

impl View {
    /// The direction of the meridian to the north at a place in pixels of the box: radians from upward to the right.
    /// None where the map shows no point of the Earth, and at a pole.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if the map's system has no way to its longitude and latitude.
    pub fn north_at(&self, [x, y]: [f64; 2], transformers: &Transformers) -> Result<Option<f64>> {
        let base = self.crs.geographic_base().unwrap_or_else(|| self.crs.clone());
        let there = transformers.get(&self.crs, &base)?;
        let back = transformers.get(&base, &self.crs)?;
        let (mut xs, mut ys) = ([x], [y]);
        self.map_from_px(&mut xs, &mut ys);
        there.transform(&mut xs, &mut ys);
        let (lon, lat) = (xs[0], ys[0]);
        // NaN is in no range.
        if !(-90.0 + STEP_DEG..=90.0 - STEP_DEG).contains(&lat) {
            return Ok(None);
        }
        let (mut xs, mut ys) = ([lon; 3], [lat - STEP_DEG, lat, lat + STEP_DEG]);
        back.transform(&mut xs, &mut ys);
        self.px_from_map(&mut xs, &mut ys);
        let is_back = (xs[1] - x).hypot(ys[1] - y) <= ROUND_TRIP_PX;
        let angle = (xs[2] - xs[0]).atan2(ys[0] - ys[2]);
        Ok((is_back && angle.is_finite() && [xs[0], ys[0]] != [xs[2], ys[2]]).then_some(angle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{Crs, Extent};

    fn north(crs: &str, extent: [f64; 4], place: [f64; 2]) -> Option<f64> {
        let [x0, x1, y0, y1] = extent;
        let crs = Crs::from_user(crs, "--crs").expect("a system");
        let view = View { crs, extent: Extent::new(x0, x1, y0, y1).expect("an extent"), width_px: 100, height_px: 100 };
        view.north_at(place, &Transformers::default()).expect("a way").map(f64::to_degrees)
    }

    #[test]
    fn on_a_map_of_the_pole_north_is_at_the_pole() {
        let polar = "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=0 +datum=WGS84";
        let extent = [-1e6, 1e6, -1e6, 1e6];
        for (place, expected) in
            [([10.0, 50.0], 90.0), ([90.0, 50.0], -90.0), ([50.0, 90.0], 0.0), ([20.0, 20.0], 135.0)]
        {
            let angle = north(polar, extent, place).expect("a place on the Earth");
            assert!((angle - expected).abs() < 1e-3, "{place:?}: {angle}");
        }
        assert_eq!(north(polar, extent, [50.0, 50.0]), None, "there is no north at the pole");
    }

    #[test]
    fn there_is_none_beyond_the_earth() {
        assert_eq!(north("EPSG:4326", [170.0, 190.0, 70.0, 90.0], [90.0, 50.0]), Some(0.0));
        assert_eq!(north("EPSG:4326", [0.0, 40.0, 60.0, 100.0], [50.0, 10.0]), None);
        assert_eq!(north("+proj=ortho +lat_0=30 +datum=WGS84", [-7e6, 7e6, -7e6, 7e6], [5.0, 5.0]), None);
    }
}
