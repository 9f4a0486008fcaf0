//! A box of a given size on the ground about a place, on any map.

use super::round_trip::apart_deg;
use super::{Crs, Extent, Transformers};
use crate::error::Result;

/// How far the place may return from PROJ's way there and back, in degrees (about 100 m, more than any datum's change
/// that PROJ may choose differently on the two ways).
const ROUND_TRIP_DEG: f64 = 1e-3;
/// The step by which the length of a map unit is first guessed, in degrees of latitude.
const GUESS_DEG: f64 = 0.01;
/// Metres on the ground over which the map's scale is measured; the Earth's bend spoils it by a share of 1e-8.
const BASE_LINE_M: f64 = 1000.0;

impl Extent {
    /// The box about `lon`, `lat` (WGS 84, degrees) that is `width_m` and `height_m` metres wide and high on the ground
    /// by the map's scale along x and along y at that place; these are good to 1e-4.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if the map's system has no way to longitude and latitude; `Ok(Err(..))` with a
    /// sentence part if the place is not on the map or the map has no scale there.
    pub fn around(
        [lon, lat]: [f64; 2],
        [width_m, height_m]: [f64; 2],
        map: &Crs,
        transformers: &Transformers,
    ) -> Result<Result<Self, String>> {
        let wgs84 = Crs::wgs84();
        let off_map = format!("the map has no image of longitude {lon}, latitude {lat}");
        let Some((x, y)) = transformers.get(&wgs84, map)?.point(lon, lat) else { return Ok(Err(off_map)) };
        let returned = transformers.get(map, &wgs84)?.point(x, y);
        if !returned.is_some_and(|found| apart_deg([lon, lat], found.into()) <= ROUND_TRIP_DEG) {
            return Ok(Err(off_map));
        }
        let Some([metres_x, metres_y]) = metres_per_unit([x, y], map, transformers)? else {
            return Ok(Err(format!("the map has no scale at longitude {lon}, latitude {lat}")));
        };
        // A map of longitude and latitude goes on beyond its seam, so the place need not be moved there.
        let x = if map.is_geographic() { x + ((lon - x) / 360.0).round() * 360.0 } else { x };
        let (w, h) = (width_m / metres_x / 2.0, height_m / metres_y / 2.0);
        if map.is_geographic() && 2.0 * w > 360.0 {
            return Ok(Err(format!("a width of {} km there is more than 360 degrees", width_m / 1000.0)));
        }
        Ok(Self::new(x - w, x + w, y - h, y + h))
    }
}

/// Metres on the ground in a map unit along x and along y; None where there is no such number.
fn metres_per_unit([x, y]: [f64; 2], map: &Crs, transformers: &Transformers) -> Result<Option<[f64; 2]>> {
    let base = map.geographic_base().unwrap_or_else(|| map.clone());
    let Some(radii_m) = map.radii_m() else { return Ok(None) };
    let (map_from_base, base_from_map) = (transformers.get(&base, map)?, transformers.get(map, &base)?);
    let ground_m = |a: [f64; 2], b: [f64; 2]| {
        let [a, b] = [a, b].map(|[x, y]| base_from_map.point(x, y).map(|(lon, lat)| on_ellipsoid([lon, lat], radii_m)));
        a.zip(b).map(|(a, b)| (0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f64>().sqrt())
    };
    // The guess is made towards the equator, where maps have images.
    let guess = || {
        let (lon, lat) = base_from_map.point(x, y)?;
        let (x2, y2) = map_from_base.point(lon, if lat > 0.0 { lat - GUESS_DEG } else { lat + GUESS_DEG })?;
        Some((x2 - x).hypot(y2 - y) / (GUESS_DEG.to_radians() * radii_m[0]) * BASE_LINE_M)
    };
    let Some(step) = guess().filter(|step| step.is_finite() && *step > 0.0) else { return Ok(None) };
    let half = step / 2.0;
    let along_x = ground_m([x - half, y], [x + half, y]);
    let along_y = ground_m([x, y - half], [x, y + half]);
    let scales = along_x.zip(along_y).map(|(a, b)| [a / step, b / step]);
    // A pole on a map of longitude and latitude has no width at all.
    Ok(scales.filter(|scales| scales.iter().all(|s| s.is_finite() && s * step > 1e-6 * BASE_LINE_M)))
}

/// A point on an ellipsoid in metres from its centre: the chord between two near ones is as long as the geodesic.
fn on_ellipsoid([lon, lat]: [f64; 2], [a, b]: [f64; 2]) -> [f64; 3] {
    let ((sin_lat, cos_lat), (sin_lon, cos_lon)) = (lat.to_radians().sin_cos(), lon.to_radians().sin_cos());
    let normal = a * a / (a * cos_lat).hypot(b * sin_lat);
    [normal * cos_lat * cos_lon, normal * cos_lat * sin_lon, normal * (b / a).powi(2) * sin_lat]
}
