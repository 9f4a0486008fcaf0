//! How long the middle row of a view is on the ground, for scale bars.

use super::geodesic::geodesic_m;
use super::round_trip::{ROUND_TRIP_PX, RoundTrip};
use super::{Transformers, View};
use crate::error::Result;

/// Halvings that find a width to less than a thousandth of a pixel.
const HALVINGS: u32 = 22;

/// A row that goes far around the Earth is as long as so many equal parts of it, each along its geodesic: the geodesic from
/// end to end takes another way, and is none at all where the row goes once around.
const PARTS: usize = 8;

/// A quarter of the way around.
const FAR_M: f64 = 1e7;

/// Lengths on the ground along the middle row of a view, about its middle.
pub struct RowScale<'a> {
    view: &'a View,
    round_trip: RoundTrip,
    radii_m: [f64; 2],
}

impl<'a> RowScale<'a> {
    /// None for a system without an ellipsoid.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if the map's system has no way to longitude and latitude.
    pub fn new(view: &'a View, transformers: &Transformers) -> Result<Option<Self>> {
        let Some(radii_m) = view.crs.radii_m() else { return Ok(None) };
        Ok(Some(Self { view, round_trip: RoundTrip::new(&view.crs, transformers)?, radii_m }))
    }

    /// The geodesic in metres between the two points of the middle row that are `width_px` pixels apart and as far from
    /// the middle, or if these are far apart the way along the row; None if the row is not on the Earth there.
    #[must_use]
    pub fn length_m(&self, width_px: f64) -> Option<f64> {
        const POLE_DEG: f64 = 90.0;
        let [width, height] = self.view.size_px().map(f64::from);
        let given: [f64; PARTS + 1] =
            std::array::from_fn(|k| (width - width_px) / 2.0 + width_px * k as f64 / PARTS as f64);
        let (mut xs, mut ys) = (given, [height / 2.0; PARTS + 1]);
        self.view.map_from_px(&mut xs, &mut ys);
        let [lons, lats] = self.round_trip.go(&mut xs, &mut ys);
        self.view.px_from_map(&mut xs, &mut ys);
        let returns = |k: usize| {
            let off_px = (xs[k] - given[k]).abs().max((ys[k] - height / 2.0).abs());
            // NaN is never small.
            off_px <= ROUND_TRIP_PX && lats[k].abs() <= POLE_DEG
        };
        if !(0..=PARTS).all(returns) {
            return None;
        }
        let point = |k: usize| [lons[k], lats[k]];
        let along: f64 = (0..PARTS).map(|k| geodesic_m(point(k), point(k + 1), self.radii_m)).sum::<Option<_>>()?;
        if along > FAR_M { Some(along) } else { geodesic_m(point(0), point(PARTS), self.radii_m) }
    }

    /// The width in pixels of a length in metres about the middle of the row; None if `most_px` are not as long.
    #[must_use]
    pub fn width_px(&self, length_m: f64, most_px: f64) -> Option<f64> {
        // Where a map ends is further than any length.
        let reaches = |width_px: f64| self.length_m(width_px).is_none_or(|length| length >= length_m);
        let (mut short, mut long) = (0.0, most_px);
        if !reaches(most_px) {
            return None;
        }
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(short, long);
            if reaches(middle) {
                long = middle;
            } else {
                short = middle;
            }
        }
        // It may have run into the map's end.
        self.length_m(long).map(|_| long)
    }
}
