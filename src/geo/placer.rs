//! Positions and lines on a view exactly as PROJ has them: for where a grid will not do, at a pole, a seam or a limb.

use std::rc::Rc;

use super::round_trip::{apart_deg, wrapped};
use super::{Crs, EARTH_RADIUS_M, FixedLonLat, OUTSIDE_PX, Transformer, Transformers, View};
use crate::error::Result;

/// How far from the box an outline's middle may lie and still be seen; of lines wider than twice this, parts may be
/// missing at the box's edge.
const NEAR_PX: f64 = 64.0;

/// How far a placed line may run from PROJ's, in pixels.
const TOLERANCE_PX: f64 = 0.05;

/// Ends of a line on the two sides of a seam are at least so far apart.
const SEAM_PX: f64 = 0.5;

/// Most times that a segment is halved on its way to a seam: a segment of 100 pixels then ends a fortieth of a
/// pixel before it.
const MOST_HALVINGS: u32 = 12;

/// A position whose way there and back ends farther from it than this is not on the map. Datum changes move less,
/// PROJ's answers beyond a projection's domain far more.
const ASTRAY_M: f64 = 1000.0;

/// Places positions in one view.
pub struct Placer<'a> {
    view: &'a View,
    map_from_lonlat: Rc<Transformer>,
    lonlat_from_map: Rc<Transformer>,
    /// How far beyond the box positions matter, in pixels.
    reach_px: f64,
}

impl<'a> Placer<'a> {
    /// Serves a view whose segments and triangles' edges are at most `longest_px` long, in pixels.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if there is no operation between longitude and latitude and the view's system.
    pub fn new(view: &'a View, longest_px: f64, transformers: &Transformers) -> Result<Self> {
        Ok(Self {
            view,
            map_from_lonlat: transformers.get(&Crs::wgs84(), &view.crs)?,
            lonlat_from_map: transformers.get(&view.crs, &Crs::wgs84())?,
            reach_px: NEAR_PX + longest_px,
        })
    }

    /// Pixel coordinates of positions; NaN where the map has none.
    #[must_use]
    pub fn place(&self, positions: &[FixedLonLat]) -> Vec<[f64; 2]> {
        let degrees: Vec<_> = positions.iter().map(|p| p.to_degrees().into()).collect();
        self.place_degrees(&degrees)
    }

    /// As [`place`](Self::place), for longitudes and latitudes in degrees, any longitude.
    pub(super) fn place_degrees(&self, lonlats: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let (mut xs, mut ys): (Vec<_>, Vec<_>) = lonlats.iter().map(|p| (p[0], p[1])).unzip();
        self.map_from_lonlat.transform(&mut xs, &mut ys);
        let is_geographic = self.view.crs.is_geographic();
        if is_geographic {
            let [x0, x1, _, _] = self.view.extent.bounds();
            for x in &mut xs {
                *x = wrapped(*x, x0.midpoint(x1));
            }
        }
        let map = (xs.clone(), ys.clone());
        self.view.px_from_map(&mut xs, &mut ys);
        let mut placed: Vec<_> = xs.into_iter().zip(ys).map(|(x, y)| [x, y]).collect();
        if !is_geographic {
            self.drop_strays(lonlats, &map, &mut placed);
        }
        placed
    }

    /// Sets those places near the view to NaN that do not lead back to their positions.
    fn drop_strays(&self, lonlats: &[[f64; 2]], map: &(Vec<f64>, Vec<f64>), placed: &mut [[f64; 2]]) {
        let near: Vec<usize> = (0..placed.len()).filter(|k| self.is_near([placed[*k]])).collect();
        let (mut lons, mut lats): (Vec<_>, Vec<_>) = near.iter().map(|k| (map.0[*k], map.1[*k])).unzip();
        self.lonlat_from_map.transform(&mut lons, &mut lats);
        for (i, &k) in near.iter().enumerate() {
            let off_m = apart_deg(lonlats[k], [lons[i], lats[i]]).to_radians() * EARTH_RADIUS_M;
            // NaN is never small.
            if !matches!(off_m.partial_cmp(&ASTRAY_M), Some(std::cmp::Ordering::Less)) {
                placed[k] = [f64::NAN; 2];
            }
        }
    }

    /// Whether the bounding box of some places comes near the view. Places that are NaN do not count.
    pub(super) fn is_near(&self, places: impl IntoIterator<Item = [f64; 2]>) -> bool {
        let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
        for place in places {
            for k in 0..2 {
                (low[k], high[k]) = (low[k].min(place[k]), high[k].max(place[k]));
            }
        }
        let size = self.view.size_px().map(f64::from);
        (0..2).all(|k| high[k] >= -self.reach_px && low[k] <= size[k] + self.reach_px)
    }

    /// Lines of the view along polylines that are straight in longitude and latitude, each within a twentieth of a
    /// pixel, cut at seams and where the map ends. Polylines on both sides are separated, by
    /// [`FixedLonLat::PEN_UP`] and by [`OUTSIDE_PX`].
    #[must_use]
    pub fn trace(&self, vertices: &[FixedLonLat]) -> Vec<[f32; 2]> {
        self.follow(self.stations(vertices))
    }

    /// As [`trace`](Self::trace), for one line of longitudes and latitudes in degrees.
    pub(super) fn trace_degrees(&self, vertices: &[[f64; 2]]) -> Vec<[f32; 2]> {
        let places = self.place_degrees(vertices);
        let station = |(lonlat, px): (&[f64; 2], [f64; 2])| Station { lonlat: *lonlat, px, way: Way::Open };
        let mut stations: Vec<_> = vertices.iter().zip(places).map(station).collect();
        if let Some(last) = stations.last_mut() {
            last.way = Way::Gap;
        }
        self.follow(stations)
    }

    /// Halves the ways between stations until each is a line or none.
    fn follow(&self, mut stations: Vec<Station>) -> Vec<[f32; 2]> {
        for halving in 0..=MOST_HALVINGS {
            let middles: Vec<_> =
                stations.windows(2).filter(|w| w[0].is_open()).map(|w| middle(&w[0], &w[1])).collect();
            if middles.is_empty() {
                break;
            }
            let places = self.place_degrees(&middles);
            let mut middles = middles.into_iter().zip(places);
            let mut next = Vec::with_capacity(stations.len() + middles.len());
            for (k, station) in stations.iter().enumerate() {
                let middle = if station.is_open() { middles.next() } else { None };
                let (Some((lonlat, px)), Some(end)) = (middle, stations.get(k + 1)) else {
                    next.push(*station);
                    continue;
                };
                let way = self.judge(station.px, px, end.px, halving == MOST_HALVINGS);
                next.push(Station { way, ..*station });
                if way == Way::Open {
                    next.push(Station { lonlat, px, way });
                }
            }
            stations = next;
        }
        drawn(&stations)
    }

    fn stations(&self, vertices: &[FixedLonLat]) -> Vec<Station> {
        let places = self.place(vertices);
        let mut lon = 0.0;
        let mut last = FixedLonLat::PEN_UP;
        let station = |(vertex, px): (&FixedLonLat, [f64; 2])| {
            let (own_lon, lat) = vertex.to_degrees();
            // Steps are short, so that following them unwraps longitude.
            lon = if last == FixedLonLat::PEN_UP { own_lon } else { wrapped(own_lon, lon) };
            last = *vertex;
            Station { lonlat: [lon, lat], px, way: Way::Open }
        };
        let mut stations: Vec<_> = vertices.iter().zip(places).map(station).collect();
        for k in 0..vertices.len() {
            let next = vertices.get(k + 1).unwrap_or(&FixedLonLat::PEN_UP);
            if vertices[k] == FixedLonLat::PEN_UP || *next == FixedLonLat::PEN_UP {
                stations[k].way = Way::Gap;
            }
        }
        stations
    }

    /// What becomes of the way between two stations with this middle.
    fn judge(&self, start: [f64; 2], middle: [f64; 2], end: [f64; 2], is_last: bool) -> Way {
        let missing = [start, middle, end].iter().filter(|p| p[0].is_nan()).count();
        let near = self.is_near([start, middle, end].into_iter().filter(|p| !p[0].is_nan()));
        if missing == 3 || !near {
            return Way::Gap;
        }
        let distance = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
        let straight = [0, 1].map(|k| start[k].midpoint(end[k]));
        if missing == 0 && distance(straight, middle) <= TOLERANCE_PX {
            return Way::Line;
        }
        match is_last {
            false => Way::Open,
            true if missing == 0 && distance(start, end) <= SEAM_PX => Way::Line,
            true => Way::Gap,
        }
    }
}

/// A position on a line with its place, and what lies between it and the next.
#[derive(Clone, Copy)]
struct Station {
    lonlat: [f64; 2],
    px: [f64; 2],
    way: Way,
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    /// Not known yet.
    Open,
    /// A straight line.
    Line,
    /// Nothing that is seen.
    Gap,
}

impl Station {
    fn is_open(&self) -> bool {
        self.way == Way::Open
    }
}

fn middle(a: &Station, b: &Station) -> [f64; 2] {
    [0, 1].map(|k| a.lonlat[k].midpoint(b.lonlat[k]))
}

/// The lines between stations, separated by places outside.
fn drawn(stations: &[Station]) -> Vec<[f32; 2]> {
    const OUTSIDE: [f32; 2] = [OUTSIDE_PX; 2];
    let mut places = Vec::new();
    let mut is_down = false;
    for station in stations {
        if is_down || station.way == Way::Line {
            places.push(station.px.map(|c| c as f32));
        }
        if is_down && station.way != Way::Line {
            places.push(OUTSIDE);
        }
        is_down = station.way == Way::Line;
    }
    places
}
