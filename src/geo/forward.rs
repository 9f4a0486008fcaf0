//! From longitude and latitude to output pixels: the window of the Earth that a view shows, and the grid that
//! places vertices in it.

use std::rc::Rc;

use super::lattice::{CoarseCell, FINE_SHARE, Lattice};
use super::{
    Crs, EARTH_RADIUS_M, FixedLonLat, GRID_TOLERANCE_PX, OUTSIDE_PX, Transformer, Transformers, UNITS_PER_DEGREE, View,
};
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
        const POINTS_PER_SIDE: u32 = 33;
        let to_lonlat = transformers.get(&view.crs, &Crs::wgs84())?;
        let (mut xs, mut ys) = (Vec::new(), Vec::new());
        // The middle comes first: longitudes are unwrapped about the first point that has one.
        for j in (0..POINTS_PER_SIDE).map(|j| (j + POINTS_PER_SIDE / 2) % POINTS_PER_SIDE) {
            for i in (0..POINTS_PER_SIDE).map(|i| (i + POINTS_PER_SIDE / 2) % POINTS_PER_SIDE) {
                let at = |k: u32, size: u32| f64::from(k) / f64::from(POINTS_PER_SIDE - 1) * f64::from(size);
                xs.push(at(i, view.width_px));
                ys.push(at(j, view.height_px));
            }
        }
        view.map_from_px(&mut xs, &mut ys);
        to_lonlat.transform(&mut xs, &mut ys);
        let points: Vec<_> = xs.into_iter().zip(ys).filter(|p| p.0.is_finite()).collect();
        let Some(&(middle, _)) = points.first() else { return Ok(None) };
        let mut bounds = Bounds::EMPTY;
        for &(lon, lat) in &points {
            bounds.add((lon - middle + 180.0).rem_euclid(360.0) - 180.0 + middle, lat);
        }
        for pole_lat in [90.0, -90.0] {
            if shows_pole(view, pole_lat, transformers)? {
                bounds.add(middle - 180.0, pole_lat);
                bounds.add(middle + 180.0, pole_lat);
            }
        }
        // Between two of the points the edge may reach a little further.
        let slack = 1.0 / f64::from(POINTS_PER_SIDE - 1);
        Ok(Some(bounds.grown(margin_m / EARTH_RADIUS_M, slack).window()))
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

/// Output pixel coordinates on a regular grid of longitude and latitude, for bilinear interpolation.
pub struct ForwardGrid {
    /// What the grid covers. Vertices outside are not drawn.
    pub window: GeoWindow,
    /// Nodes along longitude and latitude; the first lies on the window's south-west corner.
    pub nodes: [u32; 2],
    /// Pixel coordinates of each node, row by row from the south; [`OUTSIDE_PX`] where the map has no such point.
    pub values: Vec<[f32; 2]>,
    /// Largest error against PROJ of any cell near the view, in pixels: an upper bound.
    pub max_error_px: f64,
}

impl ForwardGrid {
    /// Samples PROJ on finer and finer grids until every cell near the view is within [`GRID_TOLERANCE_PX`], or the
    /// grid is as fine as it may be: [`max_error_px`](Self::max_error_px) tells.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if there is no operation from longitude and latitude to the view's system.
    pub fn new(view: &View, window: GeoWindow, transformers: &Transformers) -> Result<Self> {
        const FEWEST_CELLS: usize = 16;
        const MOST_CELLS: usize = 512;
        let map_from_lonlat = transformers.get(&Crs::wgs84(), &view.crs)?;
        let target = Target { view, window, map_from_lonlat };
        let mut cells = FEWEST_CELLS;
        loop {
            let lattice = target.lattice(cells);
            let max_error_px = target.max_error_px(&lattice);
            if max_error_px <= GRID_TOLERANCE_PX || cells == MOST_CELLS {
                let to_f32 = |v: &[f64; 2]| if v[0].is_nan() { [OUTSIDE_PX; 2] } else { v.map(|c| c as f32) };
                return Ok(Self {
                    window,
                    nodes: lattice.nodes.map(|n| n as u32),
                    values: lattice.values.iter().map(to_f32).collect(),
                    max_error_px,
                });
            }
            cells *= 2;
        }
    }
}

/// How far from the box an outline's middle may lie and still be seen; no line is wider than this.
const NEAR_PX: f64 = 64.0;

/// The exact function that the grid approximates.
struct Target<'a> {
    view: &'a View,
    window: GeoWindow,
    map_from_lonlat: Rc<Transformer>,
}

impl Target<'_> {
    fn lattice(&self, cells: usize) -> Lattice {
        let (lon, lat) = self.window.corner.to_degrees();
        let step = self.window.size.map(|s| f64::from(s) / UNITS_PER_DEGREE / cells as f64);
        let turns = self.turns();
        Lattice::sample([lon, lat], step, [cells + 1; 2], &|xs, ys| {
            let lons = xs.to_vec();
            self.map_from_lonlat.transform(xs, ys);
            if let Some(turns) = turns {
                for (x, lon) in xs.iter_mut().zip(lons) {
                    *x += 360.0 * ((lon + turns * 360.0 - *x) / 360.0).round();
                }
            }
            self.view.px_from_map(xs, ys);
        })
    }

    /// On a map of longitude and latitude, how many turns the view lies east of the window, for maps from 0 to 360
    /// degrees and beyond; None on others.
    fn turns(&self) -> Option<f64> {
        let middle = |corner: f64, size: u32| corner + f64::from(size) / UNITS_PER_DEGREE / 2.0;
        let [x0, x1, _, _] = self.view.extent.bounds();
        let window = middle(self.window.corner.to_degrees().0, self.window.size[0]);
        self.view.crs.is_geographic().then(|| ((x0.midpoint(x1) - window) / 360.0).round())
    }

    /// An upper bound of the fine cells' error, for cells that lie in or near the box.
    fn max_error_px(&self, lattice: &Lattice) -> f64 {
        let columns = lattice.nodes[0] / 2;
        let near = |k: usize| {
            let (i, j) = (2 * (k % columns), 2 * (k / columns));
            let corners = [lattice.at(i, j), lattice.at(i + 2, j), lattice.at(i, j + 2), lattice.at(i + 2, j + 2)];
            let size = [self.view.width_px, self.view.height_px].map(f64::from);
            (0..2).all(|axis| {
                let (low, high) =
                    corners.iter().fold((f64::MAX, f64::MIN), |(l, h), c| (l.min(c[axis]), h.max(c[axis])));
                high >= -NEAR_PX && low <= size[axis] + NEAR_PX
            })
        };
        lattice
            .coarse_cells()
            .iter()
            .enumerate()
            .filter_map(|(k, cell)| match cell {
                CoarseCell::Smooth { error, .. } if near(k) => Some(*error),
                _ => None,
            })
            .fold(0.0, f64::max)
            * FINE_SHARE
    }
}
