//! Where a raster lies: its system, and the way between its columns and rows and that system.

use super::{Crs, Extent};

/// GDAL's affine geotransform: map x = c0 + col c1 + row c2, map y = c3 + col c4 + row c5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeoTransform(pub [f64; 6]);

impl GeoTransform {
    /// Whether the transform can be inverted.
    #[must_use]
    pub fn is_invertible(&self) -> bool {
        self.0.iter().all(|c| c.is_finite()) && self.determinant() != 0.0
    }

    fn determinant(&self) -> f64 {
        let [_, a, b, _, d, e] = self.0;
        a * e - b * d
    }

    /// Column and row (0, 0 is the top left corner of the first pixel) of a point in the raster's system.
    #[must_use]
    pub fn px_from_map(&self, x: f64, y: f64) -> [f64; 2] {
        let [x0, a, b, y0, d, e] = self.0;
        let (dx, dy, det) = (x - x0, y - y0, self.determinant());
        [(e * dx - b * dy) / det, (a * dy - d * dx) / det]
    }

    /// The point in the raster's system of a column and row.
    #[must_use]
    pub fn map_from_px(&self, col: f64, row: f64) -> [f64; 2] {
        let [x0, a, b, y0, d, e] = self.0;
        [x0 + a * col + b * row, y0 + d * col + e * row]
    }
}

/// Where a raster lies.
#[derive(Clone, Debug, PartialEq)]
pub struct Georeference {
    /// The raster's coordinate reference system.
    pub crs: Crs,
    /// From columns and rows to that system.
    pub transform: GeoTransform,
    /// Columns and rows.
    pub size: [u32; 2],
}

impl Georeference {
    /// The bounding box of the raster in its own system.
    ///
    /// # Errors
    /// As [`Extent::new`].
    pub fn extent(&self) -> Result<Extent, String> {
        let [w, h] = self.size.map(f64::from);
        let corners = [[0.0, 0.0], [w, 0.0], [0.0, h], [w, h]].map(|[col, row]| self.transform.map_from_px(col, row));
        let bound = |axis: usize, f: fn(f64, f64) -> f64| corners.iter().map(|c| c[axis]).reduce(f).unwrap_or(f64::NAN);
        Extent::new(bound(0, f64::min), bound(0, f64::max), bound(1, f64::min), bound(1, f64::max))
    }
}
