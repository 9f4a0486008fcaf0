//! Meridians and parallels on a view, as PROJ has them.

use super::{Crs, Domain, GeoWindow, LineSpacing, OUTSIDE_PX, Placer, Transformers, UNITS_PER_DEGREE, View};
use crate::error::{Error, Result};

/// Segments that a line begins with; they are halved until they follow the map.
const SEGMENTS: u32 = 32;

/// The share of the view's longer side that none of these segments is longer than, as a rule.
const LONGEST_SHARE: f64 = 0.25;

/// A meridian that lies on a seam is drawn on both sides of it, so far beside it: a centimetre.
const BESIDE_SEAM_DEG: f64 = 1e-7;

/// A pole is looked for so far before it: a decimetre.
const BESIDE_POLE_DEG: f64 = 1e-6;

/// Positions of which the places lie further apart than this, in pixels, are not one.
const APART_PX: f64 = 1.0;

/// Where a map is looked for around a pole, in pixels.
const AROUND_POLE_PX: f64 = 3.0;

/// Up to so many meridians meet in a pole without being a blot.
const MOST_AT_POLE: usize = 4;

/// Where other meridians end if there is no parallel so near the pole (matplotlib's Basemap: `latmax`).
const CAP_DEG: f64 = 80.0;

/// No parallel further from the pole than this is taken for their end.
const LEAST_CAP_DEG: f64 = 75.0;

/// Meridians at multiples of this reach the pole (GMT's `MAP_POLAR_CAP`).
const TO_POLE_DEG: f64 = 90.0;

/// The lines of a view.
pub struct Graticule {
    /// Meridians from west to east, then parallels from south to north.
    pub lines: Vec<GraticuleLine>,
    /// Whether the view shows a pole as a point.
    pub shows_pole: bool,
    /// From meridian to meridian and from parallel to parallel, in degrees; None where they were given one by one.
    steps_deg: [Option<f64>; 2],
    longitudes: Vec<f64>,
    latitudes: Vec<f64>,
    /// Longitude and latitude in the middle of the view.
    middle: [f64; 2],
    area: Area,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// It has one longitude.
    Meridian,
    /// It has one latitude.
    Parallel,
}

/// A meridian or parallel on a view.
#[derive(Clone, Debug)]
pub struct GraticuleLine {
    /// What it is.
    pub kind: LineKind,
    /// Its longitude or latitude in degrees.
    pub degrees: f64,
    /// Its parts as polylines in pixels of the view; they may reach a little beyond it.
    pub strokes: Vec<Vec<[f32; 2]>>,
}

/// The part of the Earth that is drawn, in degrees.
#[derive(Clone, Copy)]
struct Area {
    west: f64,
    /// West to east.
    width: f64,
    south: f64,
    north: f64,
}

/// A pole on a map.
#[derive(Clone, Copy)]
struct Pole {
    latitude: f64,
    /// Whether all longitudes have one place there.
    is_point: bool,
    is_shown: bool,
}

impl Graticule {
    /// The lines of a view, which shows the Earth in `domain`, at these longitudes and latitudes, each within a twentieth of a pixel of PROJ's; None if the
    /// view shows no point of the Earth.
    ///
    /// Nothing is drawn across a seam. Around a pole that is a point, meridians end at the last parallel, but for those
    /// at multiples of 90 degrees.
    ///
    /// # Errors
    /// [`Error::Transform`] if the view's system has no way to longitude and latitude, [`Error::Value`] for a step that
    /// makes too many lines.
    pub fn of(
        view: &View,
        domain: &Domain,
        longitudes: &LineSpacing,
        latitudes: &LineSpacing,
        transformers: &Transformers,
    ) -> Result<Option<Self>> {
        let Some(window) = GeoWindow::of_view(view, 0.0, transformers)? else { return Ok(None) };
        let placer = placer(view, transformers)?;
        let area = Area::of(&window);
        let lons = lines_within(longitudes, area.shown_width(), area.longitudes(), "meridians", Some(360.0))?;
        let lats = lines_within(latitudes, area.shown_height(), area.latitudes(), "parallels", None)?;
        let middle = middle_of(view, &area, transformers)?;
        let poles = [90.0, -90.0].map(|latitude| Pole::of(&placer, domain, latitude, middle[0]));
        let mut graticule = Self {
            lines: Vec::new(),
            shows_pole: poles.iter().any(|pole| pole.is_point && pole.is_shown),
            steps_deg: [longitudes.step(area.shown_width()), latitudes.step(area.shown_height())],
            longitudes: lons,
            latitudes: lats,
            middle,
            area,
        };
        graticule.add_meridians(&placer, &poles);
        graticule.add_parallels(&placer, &poles);
        Ok(Some(graticule))
    }

    /// How many steps a line is away from the prime meridian or the equator; None if it was given by itself.
    #[must_use]
    pub fn steps_to(&self, line: &GraticuleLine) -> Option<i64> {
        let axis = usize::from(line.kind == LineKind::Parallel);
        self.steps_deg[axis].map(|step| (line.degrees / step).round() as i64)
    }

    /// All lines, as one list of polylines in pixels, separated by [`OUTSIDE_PX`].
    #[must_use]
    pub fn polylines(&self) -> Vec<[f32; 2]> {
        let strokes = self.lines.iter().flat_map(|line| &line.strokes);
        strokes.flat_map(|stroke| stroke.iter().copied().chain([[OUTSIDE_PX; 2]])).collect()
    }

    /// The places on a line halfway between the lines that cross it, in pixels of the view, from its middle on; those
    /// that the map does not have are left out.
    ///
    /// # Errors
    /// [`Error::Transform`] if the view's system has no way to longitude and latitude.
    pub fn places_between(
        &self,
        line: &GraticuleLine,
        view: &View,
        transformers: &Transformers,
    ) -> Result<Vec<[f64; 2]>> {
        let lonlats: Vec<[f64; 2]> = match line.kind {
            LineKind::Meridian => {
                let middle = self.middle[1];
                halfway(&self.latitudes, self.area.latitudes(), middle).map(|lat| [line.degrees, lat]).collect()
            }
            LineKind::Parallel => {
                let middle = self.area.unwrapped(self.middle[0]);
                halfway(&self.longitudes, self.area.longitudes(), middle).map(|lon| [lon, line.degrees]).collect()
            }
        };
        let places = placer(view, transformers)?.place_degrees(&lonlats);
        Ok(places.into_iter().filter(|place| place[0].is_finite()).collect())
    }

    fn add_meridians(&mut self, placer: &Placer, poles: &[Pole; 2]) {
        let on_seam = self.seams(placer);
        let is_crowded = self.longitudes.len() > MOST_AT_POLE;
        for (&longitude, is_on_seam) in self.longitudes.iter().zip(on_seam) {
            let mut ends = self.area.latitudes();
            let is_cut = is_crowded && longitude.rem_euclid(TO_POLE_DEG) != 0.0;
            for pole in poles.iter().filter(|pole| is_cut && pole.is_point && pole.is_shown) {
                let cap = self.cap(pole.latitude);
                ends = if cap > 0.0 { [ends[0], ends[1].min(cap)] } else { [ends[0].max(cap), ends[1]] };
            }
            let sides = if is_on_seam { &[-BESIDE_SEAM_DEG, BESIDE_SEAM_DEG][..] } else { &[0.0] };
            for side in sides {
                let vertex = |share: f64| [longitude + side, ends[0] + share * (ends[1] - ends[0])];
                self.lines.push(GraticuleLine {
                    kind: LineKind::Meridian,
                    degrees: longitude,
                    strokes: strokes(placer, vertex),
                });
            }
        }
    }

    fn add_parallels(&mut self, placer: &Placer, poles: &[Pole; 2]) {
        for &latitude in &self.latitudes {
            if poles.iter().any(|pole| pole.is_point && pole.latitude == latitude) {
                continue;
            }
            let vertex = |share: f64| [self.area.west + share * self.area.width, latitude];
            self.lines.push(GraticuleLine {
                kind: LineKind::Parallel,
                degrees: latitude,
                strokes: strokes(placer, vertex),
            });
        }
    }

    /// Whether the map is torn along each of the meridians.
    fn seams(&self, placer: &Placer) -> Vec<bool> {
        const SAMPLES: u32 = 6;
        let [south, north] = self.area.latitudes();
        let lat = |k: u32| south + (f64::from(k) + 0.5) / f64::from(SAMPLES) * (north - south);
        let beside = |lon: f64, k: u32| [-BESIDE_SEAM_DEG, BESIDE_SEAM_DEG].map(|side| [lon + side, lat(k)]);
        let points: Vec<_> =
            self.longitudes.iter().flat_map(|lon| (0..SAMPLES).flat_map(|k| beside(*lon, k))).collect();
        let is_torn = |pair: &[[f64; 2]]| (pair[0][0] - pair[1][0]).hypot(pair[0][1] - pair[1][1]) > APART_PX;
        let places = placer.place_degrees(&points);
        places.chunks_exact(2 * SAMPLES as usize).map(|meridian| meridian.chunks_exact(2).any(is_torn)).collect()
    }

    /// The latitude at which meridians end before a pole.
    fn cap(&self, pole: f64) -> f64 {
        let before_pole = |lat: &&f64| {
            let from_equator = **lat * pole.signum();
            (LEAST_CAP_DEG..90.0).contains(&from_equator)
        };
        let last = self.latitudes.iter().filter(before_pole).map(|lat| lat.abs()).fold(0.0, f64::max);
        if last > 0.0 { last.copysign(pole) } else { CAP_DEG.copysign(pole) }
    }
}

impl Area {
    fn of(window: &GeoWindow) -> Self {
        let degrees = |units: f64| units / UNITS_PER_DEGREE;
        let width = degrees(window.size[0].into());
        let (west, south) = window.corner.to_degrees();
        // A full turn is a unit too long to be told.
        let width = if width > 360.0 - BESIDE_SEAM_DEG { 360.0 } else { width };
        Self { west, width, south, north: (south + degrees(window.size[1].into())).min(90.0) }
    }

    /// The ends between which meridians lie: one of a full turn's two ends is left out.
    fn longitudes(&self) -> [f64; 2] {
        [self.west, self.west + if self.width == 360.0 { 360.0 - BESIDE_SEAM_DEG } else { self.width }]
    }

    fn latitudes(&self) -> [f64; 2] {
        [self.south, self.north]
    }

    /// What the view shows of the width, without the window's slack.
    fn shown_width(&self) -> f64 {
        if self.width == 360.0 { self.width } else { GeoWindow::without_slack(self.width) }
    }

    fn shown_height(&self) -> f64 {
        GeoWindow::without_slack(self.north - self.south)
    }

    /// The longitude that lies within the area, if one of those whole turns away does.
    fn unwrapped(&self, longitude: f64) -> f64 {
        (longitude - self.west).rem_euclid(360.0) + self.west
    }
}

impl Pole {
    fn of(placer: &Placer, domain: &Domain, latitude: f64, longitude: f64) -> Self {
        // Right at the pole some of PROJ's ways back fail.
        let near = latitude - BESIDE_POLE_DEG.copysign(latitude);
        let places = placer.place_degrees(&[0.0, 90.0, 180.0].map(|turn| [longitude + turn, near]));
        let first = places[0];
        let shows = |[dx, dy]: [f64; 2]| domain.shows([first[0] + dx, first[1] + dy].map(|c| c.floor() as i64));
        let around = [[0.0, AROUND_POLE_PX], [0.0, -AROUND_POLE_PX], [AROUND_POLE_PX, 0.0], [-AROUND_POLE_PX, 0.0]];
        Self {
            latitude,
            is_point: places.iter().all(|place| (place[0] - first[0]).hypot(place[1] - first[1]) <= APART_PX),
            // On a map's own outline meridians meet from one side only, as in a point of a fan.
            is_shown: first[0].is_finite() && around.into_iter().all(shows),
        }
    }
}

fn placer<'a>(view: &'a View, transformers: &Transformers) -> Result<Placer<'a>> {
    let longest_px = LONGEST_SHARE * f64::from(view.width_px.max(view.height_px));
    Placer::new(view, longest_px, transformers)
}

fn lines_within(
    spacing: &LineSpacing,
    span_deg: f64,
    limits: [f64; 2],
    kind: &str,
    turn_deg: Option<f64>,
) -> Result<Vec<f64>> {
    spacing.lines(span_deg, limits, turn_deg).map_err(|count| {
        let step = spacing.step(span_deg).unwrap_or_default();
        let problem = format!("degrees make {count} {kind} on this map");
        Error::value("--graticule", step, problem, "give a larger step, or auto")
    })
}

/// Longitude and latitude in the middle of the view, or of what it shows of the Earth.
fn middle_of(view: &View, area: &Area, transformers: &Transformers) -> Result<[f64; 2]> {
    let (mut x, mut y) = ([f64::from(view.width_px) / 2.0], [f64::from(view.height_px) / 2.0]);
    view.map_from_px(&mut x, &mut y);
    let found = transformers.get(&view.crs, &Crs::wgs84())?.point(x[0], y[0]);
    Ok(found.map_or([area.west + area.width / 2.0, area.south.midpoint(area.north)], |(lon, lat)| [lon, lat]))
}

/// The parts of a line, whose vertices are given by their share of its way.
fn strokes(placer: &Placer, vertex: impl Fn(f64) -> [f64; 2]) -> Vec<Vec<[f32; 2]>> {
    let vertices: Vec<_> = (0..=SEGMENTS).map(|k| vertex(f64::from(k) / f64::from(SEGMENTS))).collect();
    let traced = placer.trace_degrees(&vertices);
    let parts = traced.split(|place| place[0] == OUTSIDE_PX);
    parts.filter(|part| part.len() > 1).map(<[_]>::to_vec).collect()
}

/// What lies halfway between neighbours, or between the limits if there are none, from the one nearest to `middle` on.
fn halfway(lines: &[f64], limits: [f64; 2], middle: f64) -> impl Iterator<Item = f64> + use<> {
    let mut halves: Vec<f64> = lines.windows(2).map(|pair| pair[0].midpoint(pair[1])).collect();
    if halves.is_empty() {
        halves.extend([0.5, 0.25, 0.75].map(|share| limits[0] + share * (limits[1] - limits[0])));
    }
    halves.sort_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs()));
    halves.into_iter()
}
