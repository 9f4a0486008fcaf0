//! The window of the Earth that a view shows, as a box of longitude and latitude.

use super::limb::{close_in, pairs_across};
use super::round_trip::wrapped;
use super::{Crs, EARTH_RADIUS_M, FixedLonLat, Transformers, UNITS_PER_DEGREE, View};
use crate::error::Result;

/// Units in a full turn of longitude.
const FULL_TURN: u32 = u32::MAX;

/// A box of longitude and latitude that may cross the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeoWindow {
    /// South-west corner.
    pub corner: FixedLonLat,
    /// Width to the east and height to the north, in the units of [`FixedLonLat`].
    pub size: [u32; 2],
}

impl GeoWindow {
    /// The part of the Earth that the view shows, grown on all sides by `margin_m` metres; None if it shows none.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if the view's system has no way to longitude and latitude.
    pub fn of_view(view: &View, margin_m: f64, transformers: &Transformers) -> Result<Option<Self>> {
        let points = shown_points(view, transformers)?;
        let Some(&[middle, _]) = points.first() else { return Ok(None) };
        let mut bounds = Bounds::EMPTY;
        for [lon, lat] in points {
            bounds.add(wrapped(lon, middle), lat);
        }
        for pole_lat in [90.0, -90.0] {
            if shows_pole(view, pole_lat, transformers)? {
                bounds.add(middle - 180.0, pole_lat);
                bounds.add(middle + 180.0, pole_lat);
            }
        }
        Ok(Some(bounds.grown(margin_m / EARTH_RADIUS_M, slack_share()).window()))
    }

    /// What a view shows of a width or height of its window that no pole and no full turn has bounded.
    pub(super) fn without_slack(length: f64) -> f64 {
        length / (1.0 + 2.0 * slack_share())
    }

    /// From south to north, in metres on the ground.
    #[must_use]
    pub fn height_m(&self) -> f64 {
        (f64::from(self.size[1]) / UNITS_PER_DEGREE).to_radians() * EARTH_RADIUS_M
    }

    /// From west to east, in metres along the equator.
    #[must_use]
    pub fn width_m(&self) -> f64 {
        (f64::from(self.size[0]) / UNITS_PER_DEGREE).to_radians() * EARTH_RADIUS_M
    }

    /// Whether a box overlaps this one; `corner` and `size` as in the window.
    #[must_use]
    pub fn overlaps(&self, other: &GeoWindow) -> bool {
        let meets = |a: i32, a_size: u32, b: i32, b_size: u32| {
            (b.wrapping_sub(a) as u32) <= a_size || (a.wrapping_sub(b) as u32) <= b_size
        };
        meets(self.corner.lon, self.size[0], other.corner.lon, other.size[0])
            && meets(self.corner.lat, self.size[1], other.corner.lat, other.size[1])
    }
}

/// Steps between the points at which a view is probed, along each side.
const STEPS: u32 = 32;

/// By this share of what a view shows its window is larger on each side: between two of the points the edge may reach a
/// little further.
fn slack_share() -> f64 {
    1.0 / f64::from(STEPS)
}

/// Of the points within the view, only every so many along each axis are looked at first.
const SPARSE: u32 = 4;

/// Longitudes and latitudes of points all over the view and on the limb of the Earth; the first is one near the
/// middle.
fn shown_points(view: &View, transformers: &Transformers) -> Result<Vec<[f64; 2]>> {
    const BISECTIONS: u32 = 14;
    let to_lonlat = transformers.get(&view.crs, &Crs::wgs84())?;
    let lonlats = |px: &[[f64; 2]]| -> Vec<[f64; 2]> {
        let (mut xs, mut ys): (Vec<_>, Vec<_>) = px.iter().map(|p| (p[0], p[1])).unzip();
        view.map_from_px(&mut xs, &mut ys);
        to_lonlat.transform(&mut xs, &mut ys);
        xs.into_iter().zip(ys).map(|(lon, lat)| [lon, lat]).collect()
    };
    let is_shown = |lonlat: &[f64; 2]| lonlat[0].is_finite();
    let size = view.size_px().map(f64::from);
    let px_of = |node: [u32; 2]| [0, 1].map(|k| f64::from(node[k]) / f64::from(STEPS) * size[k]);
    let nodes = || (0..=STEPS).flat_map(|y| (0..=STEPS).map(move |x| [x, y]));
    // Where all of a view is on Earth, what lies farthest out lies on its edge, or is a pole.
    let is_first =
        |node: &[u32; 2]| node.iter().any(|n| *n == 0 || *n == STEPS) || node.iter().all(|n| n.is_multiple_of(SPARSE));
    let middle = [STEPS / 2; 2];
    let sparse: Vec<_> = std::iter::once(middle).chain(nodes().filter(is_first)).map(px_of).collect();
    let found = lonlats(&sparse);
    if found.iter().all(is_shown) {
        return Ok(found);
    }
    let px: Vec<_> = nodes().map(px_of).collect();
    let mut found = lonlats(&px);
    let shown: Vec<_> = found.iter().map(is_shown).collect();
    let side = STEPS as usize + 1;
    let mut limb: Vec<_> = pairs_across(&shown, side).into_iter().map(|pair| pair.map(|k| px[k])).collect();
    close_in(&mut limb, BISECTIONS, &|px| lonlats(px).iter().map(is_shown).collect());
    found.extend(lonlats(&limb.into_iter().map(|[inner, _]| inner).collect::<Vec<_>>()));
    found.rotate_left(side * side / 2);
    found.retain(is_shown);
    Ok(found)
}

fn shows_pole(view: &View, pole_lat: f64, transformers: &Transformers) -> Result<bool> {
    let Some((x, y)) = transformers.get(&Crs::wgs84(), &view.crs)?.point(0.0, pole_lat) else { return Ok(false) };
    let (mut x, mut y) = ([x], [y]);
    view.px_from_map(&mut x, &mut y);
    Ok((0.0..=f64::from(view.width_px)).contains(&x[0]) && (0.0..=f64::from(view.height_px)).contains(&y[0]))
}

/// Longitudes and latitudes in degrees; longitudes unwrapped.
#[derive(Clone, Copy)]
struct Bounds {
    lon: [f64; 2],
    lat: [f64; 2],
}

impl Bounds {
    const EMPTY: Self = Self { lon: [f64::MAX, f64::MIN], lat: [f64::MAX, f64::MIN] };

    fn add(&mut self, lon: f64, lat: f64) {
        self.lon = [self.lon[0].min(lon), self.lon[1].max(lon)];
        self.lat = [self.lat[0].min(lat), self.lat[1].max(lat)];
    }

    /// Grows by an angle in radians along the ground and by a share of the size.
    fn grown(self, margin_rad: f64, share: f64) -> Self {
        let dlat = margin_rad.to_degrees() + share * (self.lat[1] - self.lat[0]);
        let lat = [(self.lat[0] - dlat).max(-90.0), (self.lat[1] + dlat).min(90.0)];
        let highest = lat[0].abs().max(lat[1].abs());
        let dlon = margin_rad.to_degrees() / highest.to_radians().cos().max(1e-6) + share * (self.lon[1] - self.lon[0]);
        let lon = [self.lon[0] - dlon, self.lon[1] + dlon];
        if lon[1] - lon[0] >= 360.0 {
            let middle = self.lon[0].midpoint(self.lon[1]);
            return Self { lon: [middle - 180.0, middle + 180.0], lat };
        }
        Self { lon, lat }
    }

    fn window(self) -> GeoWindow {
        let units = |degrees: f64| ((degrees * UNITS_PER_DEGREE).ceil() as i64).clamp(1, i64::from(FULL_TURN)) as u32;
        let corner = FixedLonLat {
            lon: (self.lon[0] * UNITS_PER_DEGREE).floor() as i64 as i32,
            lat: (self.lat[0] * UNITS_PER_DEGREE).floor() as i32,
        };
        GeoWindow { corner, size: [units(self.lon[1] - self.lon[0]), units(self.lat[1] - self.lat[0])] }
    }
}
