//! What each pixel of a map of a raster should show, by PROJ alone, point by point in f64.

use super::{Cell, Projection, RoundTrip, TestRaster, View, WorldMap, cell_of};

/// How near to a cell's edge a pixel is undecided, in pixels of the raster or the image, whichever are finer; and how
/// near to the edge of the map's domain, in pixels of the image.
pub(crate) const EDGE_PX: f64 = 0.03;

/// The eight places around a pixel's centre.
const AROUND: [[f64; 2]; 8] =
    [[-1.0, -1.0], [0.0, -1.0], [1.0, -1.0], [-1.0, 0.0], [1.0, 0.0], [-1.0, 1.0], [0.0, 1.0], [1.0, 1.0]];

/// A view of a map of a raster.
pub(crate) struct PixelOracle<'a> {
    view: &'a View,
    raster: &'a TestRaster,
    domain: RoundTrip,
    raster_from_map: Projection,
}

impl<'a> PixelOracle<'a> {
    pub(crate) fn new(map: &WorldMap, view: &'a View, raster: &'a TestRaster) -> Self {
        let raster_from_map = Projection::new(map.crs, raster.place.crs);
        Self { view, raster, domain: map.round_trip(), raster_from_map }
    }

    /// Column and row in the raster of points in image coordinates; None for those that are not on the map.
    fn places(&self, points_px: &[[f64; 2]]) -> Vec<Option<[f64; 2]>> {
        let points: Vec<_> = points_px.iter().map(|p| self.view.map_from_px(*p)).collect();
        let on_map = self.domain.are_on_map(self.view, &points);
        let in_raster = self.raster_from_map.points(&points);
        let place = |(on_map, p): (bool, [f64; 2])| on_map.then(|| cell_of(&self.raster.place, p));
        on_map.into_iter().zip(in_raster).map(place).collect()
    }

    /// What all pixels' centres show, row by row; None where there is no value or no map.
    pub(crate) fn cells(&self) -> Vec<Cell> {
        let [width, height] = self.view.size_px;
        let centres: Vec<_> =
            (0..width * height).map(|k| [(k % width) as f64 + 0.5, (k / width) as f64 + 0.5]).collect();
        self.places(&centres).into_iter().map(|place| place.and_then(|at| self.raster.cell(at))).collect()
    }

    /// What a pixel may show if it lies at an edge: what is within [`EDGE_PX`] of it. A pixel that does not may show
    /// only what is under its centre.
    pub(crate) fn candidates(&self, [column, row]: [usize; 2]) -> Vec<Cell> {
        let centre = [column as f64 + 0.5, row as f64 + 0.5];
        let around = AROUND.map(|[i, j]| [centre[0] + i * EDGE_PX, centre[1] + j * EDGE_PX]);
        let places = self.places(&[&[centre], around.as_slice()].concat());
        let mut candidates = Vec::new();
        if let Some(at) = places[0] {
            candidates.extend(self.across_edges(at, &places[1..]));
        }
        // The domain's edge passes by.
        if places.iter().any(|place| place.is_none() != places[0].is_none()) || places[0].is_none() {
            candidates.push(None);
            candidates.extend(places.iter().flatten().map(|at| self.raster.cell(*at)));
        }
        candidates
    }

    /// The cell at a place, and those across the edges that are near it.
    fn across_edges(&self, at: [f64; 2], around: &[Option<[f64; 2]>]) -> Vec<Cell> {
        let margins = [0, 1].map(|k| {
            let reach = around.iter().flatten().map(|other| (other[k] - at[k]).abs()).fold(0.0, f64::max);
            reach.min(EDGE_PX)
        });
        let sides = [0, 1].map(|k| [at[k] - margins[k], at[k], at[k] + margins[k]]);
        sides[0].iter().flat_map(|c| sides[1].map(|r| self.raster.cell(self.turned([*c, r])))).collect()
    }

    /// A place just beyond the west or east edge of a raster that goes round the Earth is at the other edge.
    fn turned(&self, [column, row]: [f64; 2]) -> [f64; 2] {
        let turn = 360.0 / self.raster.place.transform[1];
        let round = self.raster.place.crs == "EPSG:4326" && (self.raster.place.size[0] as f64 - turn).abs() < 1e-6;
        [if round { column.rem_euclid(turn) } else { column }, row]
    }
}
