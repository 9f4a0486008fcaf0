//! PROJ, called directly, and the views that the tests draw: nothing here comes from the library under test.

use std::mem::ManuallyDrop;
use std::sync::Once;

use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};

/// Keeps GDAL's messages from stderr. Once: to replace a handler that another thread is in is a crash.
pub(crate) fn silence_gdal() {
    static SILENCE: Once = Once::new();
    SILENCE.call_once(|| gdal::config::set_error_handler(|_, _, _| {}));
}

/// A transformation between two systems, x or longitude first.
///
/// Never given back: GDAL 3.6 would keep it for other threads, and those crash where it has several ways to choose from
/// and the thread that made it has ended.
pub(crate) struct Projection(ManuallyDrop<CoordTransform>);

impl Projection {
    pub(crate) fn new(from: &str, to: &str) -> Self {
        silence_gdal();
        let system = |definition: &str| {
            let mut srs = SpatialRef::from_definition(definition).unwrap_or_else(|e| panic!("{definition}: {e}"));
            srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
            srs
        };
        let made = CoordTransform::new(&system(from), &system(to)).unwrap_or_else(|e| panic!("{from} to {to}: {e}"));
        Self(ManuallyDrop::new(made))
    }

    /// Transforms points; those without an image become NaN.
    pub(crate) fn points(&self, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let (mut xs, mut ys): (Vec<f64>, Vec<f64>) = points.iter().map(|p| (p[0], p[1])).unzip();
        // An error says only that some point failed; failed ones are infinite.
        let _some_failed = self.0.transform_coords(&mut xs, &mut ys, &mut []);
        let kept = |(x, y): (f64, f64)| if x.is_finite() && y.is_finite() { [x, y] } else { [f64::NAN; 2] };
        xs.into_iter().zip(ys).map(kept).collect()
    }

    /// Transforms points one at a time: of several ways between two systems, GDAL takes that for the middle of all
    /// points it is given, this way that for each.
    pub(crate) fn each_point(&self, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
        points.iter().map(|p| self.point(*p)).collect()
    }

    pub(crate) fn point(&self, point: [f64; 2]) -> [f64; 2] {
        self.points(&[point])[0]
    }
}

/// A named extent of a map and the size of its image.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) name: String,
    /// x0, x1, y0, y1.
    pub(crate) extent: [f64; 4],
    /// Width and height of the image.
    pub(crate) size_px: [usize; 2],
}

impl View {
    /// A view of `width` by `height` map units about a place in longitude and latitude.
    pub(crate) fn around(name: &str, crs: &str, lonlat: [f64; 2], span: [f64; 2], size_px: [usize; 2]) -> Self {
        let [x, y] = Projection::new("EPSG:4326", crs).point(lonlat);
        let extent = [x - span[0] / 2.0, x + span[0] / 2.0, y - span[1] / 2.0, y + span[1] / 2.0];
        Self { name: name.to_owned(), extent, size_px }
    }

    /// The flag that asks for this view.
    pub(crate) fn flag(&self) -> String {
        let [x0, x1, y0, y1] = self.extent;
        format!("--extent={}={x0},{x1},{y0},{y1}", self.name)
    }

    /// Map coordinates of image coordinates; 0, 0 is the top left corner of the image.
    pub(crate) fn map_from_px(&self, [i, j]: [f64; 2]) -> [f64; 2] {
        let ([x0, x1, y0, y1], [width, height]) = (self.extent, self.size_px);
        [x0 + i / width as f64 * (x1 - x0), y1 - j / height as f64 * (y1 - y0)]
    }

    /// Image coordinates of map coordinates.
    pub(crate) fn px_from_map(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let ([x0, x1, y0, y1], [width, height]) = (self.extent, self.size_px);
        [(x - x0) / (x1 - x0) * width as f64, (y1 - y) / (y1 - y0) * height as f64]
    }

    /// The centres of all pixels in map coordinates, row by row.
    pub(crate) fn pixel_centres(&self) -> Vec<[f64; 2]> {
        let [width, height] = self.size_px;
        let centre = |k: usize| self.map_from_px([(k % width) as f64 + 0.5, (k / width) as f64 + 0.5]);
        (0..width * height).map(centre).collect()
    }
}
