//! Longitude and latitude as 32-bit integers: differences are exact and wrap at the antimeridian by themselves.

/// Units in a degree: a full turn is 2^32.
pub const UNITS_PER_DEGREE: f64 = 4_294_967_296.0 / 360.0;

/// A WGS 84 position; a full turn is 2^32 units, so a unit is 9.3 mm along the equator.
///
/// Longitude wraps: 180 and -180 degrees are the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct FixedLonLat {
    /// Longitude in units, east positive.
    pub lon: i32,
    /// Latitude in units, north positive; within a quarter turn of 0.
    pub lat: i32,
}

impl FixedLonLat {
    /// Marks the end of a polyline in a vertex array; no position on Earth has this latitude.
    pub const PEN_UP: Self = Self { lon: 0, lat: i32::MIN };

    /// Rounds a position in degrees, any longitude. None if it is not finite or the latitude is beyond a pole.
    #[must_use]
    pub fn from_degrees(lon_deg: f64, lat_deg: f64) -> Option<Self> {
        // Files written in f32 or by hand put a pole at 90.0000001.
        const POLE_SLACK_DEG: f64 = 1e-5;
        // Both ranges exclude NaN.
        let is_lon = (-1e6..=1e6).contains(&lon_deg);
        if !is_lon || !(0.0..=90.0 + POLE_SLACK_DEG).contains(&lat_deg.abs()) {
            return None;
        }
        let lat_deg = lat_deg.clamp(-90.0, 90.0);
        #[expect(clippy::cast_possible_truncation, reason = "in range by the checks above; longitude wraps")]
        let (lon, lat) = (
            (lon_deg * UNITS_PER_DEGREE).round_ties_even() as i64 as i32,
            (lat_deg * UNITS_PER_DEGREE).round_ties_even() as i32,
        );
        Some(Self { lon, lat })
    }

    /// The position in degrees, longitude in [-180, 180).
    #[must_use]
    pub fn to_degrees(self) -> (f64, f64) {
        (f64::from(self.lon) / UNITS_PER_DEGREE, f64::from(self.lat) / UNITS_PER_DEGREE)
    }
}
