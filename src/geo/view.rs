//! A view: which part of which map fills which box of pixels.

use super::round_trip::wrapped;
use super::{Crs, EARTH_RADIUS_M, Extent, GeoTransform, Georeference, Transformers};
use crate::error::Result;

/// Pixels of one view that are finer than its usual ones by more than this are not told apart.
const MOST_STRETCH: f64 = 20.0;

/// The map box of one figure: an extent in the map's system and its size in pixels.
///
/// Pixel (i, j) is centred on `x0 + (i + 0.5) / width * (x1 - x0)`, `y1 - (j + 0.5) / height * (y1 - y0)`.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The map's coordinate reference system.
    pub crs: Crs,
    /// What the box shows, in the map's units.
    pub extent: Extent,
    /// Width of the box in pixels.
    pub width_px: u32,
    /// Height of the box in pixels.
    pub height_px: u32,
}

impl View {
    /// Width and height of the box in pixels.
    #[must_use]
    pub fn size_px(&self) -> [u32; 2] {
        [self.width_px, self.height_px]
    }

    /// Map coordinates of pixel coordinates (0, 0 is the box's top left corner), in place.
    pub fn map_from_px(&self, xs: &mut [f64], ys: &mut [f64]) {
        let [x0, _, _, y1] = self.extent.bounds();
        let (sx, sy) = (self.map_units_per_px_x(), self.map_units_per_px_y());
        for (x, y) in xs.iter_mut().zip(ys) {
            (*x, *y) = (x0 + *x * sx, y1 - *y * sy);
        }
    }

    /// Pixel coordinates of map coordinates, in place.
    pub fn px_from_map(&self, xs: &mut [f64], ys: &mut [f64]) {
        let [x0, _, _, y1] = self.extent.bounds();
        let (sx, sy) = (self.map_units_per_px_x(), self.map_units_per_px_y());
        for (x, y) in xs.iter_mut().zip(ys) {
            (*x, *y) = ((*x - x0) / sx, (y1 - *y) / sy);
        }
    }

    fn map_units_per_px_x(&self) -> f64 {
        self.extent.width() / f64::from(self.width_px)
    }

    fn map_units_per_px_y(&self) -> f64 {
        self.extent.height() / f64::from(self.height_px)
    }

    /// Where the pixels of a whole figure lie, of which the box is a part; `corner_px` is where its top left corner is,
    /// `size_px` the figure's width and height.
    #[must_use]
    pub fn figure_georeference(&self, corner_px: [u32; 2], size_px: [u32; 2]) -> Georeference {
        let [x0, _, _, y1] = self.extent.bounds();
        let (sx, sy) = (self.map_units_per_px_x(), self.map_units_per_px_y());
        let [left, top] = corner_px.map(f64::from);
        let transform = GeoTransform([x0 - left * sx, sx, 0.0, y1 + top * sy, 0.0, -sy]);
        Georeference { crs: self.crs.clone(), transform, size: size_px }
    }

    /// Metres on the ground that the finest pixel of the view spans; None if no part of it is on Earth.
    ///
    /// Measured on a coarse grid of points, so it serves tolerances, not positions.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if the map's system has no way to longitude and latitude.
    pub fn finest_metres_per_px(&self, transformers: &Transformers) -> Result<Option<f64>> {
        const POINTS_PER_SIDE: u32 = 9;
        let transformer = transformers.get(&self.crs, &Crs::wgs84())?;
        let (mut xs, mut ys) = (Vec::new(), Vec::new());
        for j in 0..POINTS_PER_SIDE {
            for i in 0..POINTS_PER_SIDE {
                let at = |k: u32, size: u32| f64::from(k) / f64::from(POINTS_PER_SIDE - 1) * f64::from(size);
                let (x, y) = (at(i, self.width_px), at(j, self.height_px));
                xs.extend([x, x + 1.0, x]);
                ys.extend([y, y, y + 1.0]);
            }
        }
        self.map_from_px(&mut xs, &mut ys);
        transformer.transform(&mut xs, &mut ys);
        let mut spans: Vec<f64> = xs
            .chunks_exact(3)
            .zip(ys.chunks_exact(3))
            .flat_map(|(x, y)| [1, 2].map(|k| ground_distance_m(x[0], y[0], x[k], y[k])))
            .filter(|d| d.is_finite() && *d > 0.0)
            .collect();
        spans.sort_unstable_by(f64::total_cmp);
        // On a map of degrees, pixels at a pole span nothing.
        Ok(spans.first().map(|least| least.max(spans[spans.len() / 2] / MOST_STRETCH)))
    }
}

/// Distance of two near points in degrees, on the sphere.
fn ground_distance_m(lon0: f64, lat0: f64, lon1: f64, lat1: f64) -> f64 {
    let dlon = wrapped(lon1 - lon0, 0.0);
    let dx = dlon.to_radians() * lat0.midpoint(lat1).to_radians().cos();
    (dx.hypot((lat1 - lat0).to_radians())) * EARTH_RADIUS_M
}
