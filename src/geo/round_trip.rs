//! Whether a point of a map is one: beyond the edge of a projection, some of PROJ's formulas answer all the same, but
//! their answers do not lead back.

use std::rc::Rc;

use super::{Crs, Transformer, Transformers};
use crate::error::Result;

/// How far a point may return from PROJ's inverse and forward before it counts as having no image, in pixels of the
/// output and of the raster.
pub(super) const ROUND_TRIP_PX: f64 = 0.01;

/// A full turn of longitude in degrees.
pub(super) const FULL_TURN_DEG: f64 = 360.0;

/// From a projection to its own longitude and latitude and back, with no change of datum on the way: for some of
/// these PROJ takes another operation back than there.
pub(super) struct RoundTrip {
    there: Rc<Transformer>,
    back: Rc<Transformer>,
}

impl RoundTrip {
    pub(super) fn new(crs: &Crs, transformers: &Transformers) -> Result<Self> {
        let base = crs.geographic_base().unwrap_or_else(|| crs.clone());
        Ok(Self { there: transformers.get(crs, &base)?, back: transformers.get(&base, crs)? })
    }

    /// Longitudes and latitudes of points, and the points that these lead back to; NaN where there are none.
    pub(super) fn go(&self, xs: &mut [f64], ys: &mut [f64]) -> [Vec<f64>; 2] {
        self.there.transform(xs, ys);
        let lonlat = [xs.to_vec(), ys.to_vec()];
        self.back.transform(xs, ys);
        lonlat
    }
}

/// A longitude less whole turns, within half a turn of `middle`.
pub(super) fn wrapped(lon_deg: f64, middle_deg: f64) -> f64 {
    let half = FULL_TURN_DEG / 2.0;
    (lon_deg - middle_deg + half).rem_euclid(FULL_TURN_DEG) - half + middle_deg
}

/// The angle between two near points in degrees, on the sphere; longitudes may be whole turns apart.
pub(super) fn apart_deg([lon, lat]: [f64; 2], [lon2, lat2]: [f64; 2]) -> f64 {
    (wrapped(lon2 - lon, 0.0) * lat.to_radians().cos()).hypot(lat2 - lat)
}
