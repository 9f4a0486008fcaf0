//! Outlines as the scene wants them: polylines of fixed-point WGS 84 positions in one array, whatever file and
//! system they came from.

use std::path::Path;

use super::dataset_name::{missing, plain_path};
use super::lonlat::{ToLonLat, projected_line};
use super::{ogr, shp};
use crate::error::{Error, Result};
use crate::geo::{Crs, FixedLonLat};
use crate::room::roomy_vec;

/// All rings and lines of a layer as polylines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlines {
    /// The vertices of all parts, one part after the other. A ring ends on the vertex that it starts with.
    pub points: Vec<FixedLonLat>,
    /// Where each part starts in `points`, and last the number of points: one entry more than there are parts.
    /// Every part has at least two points.
    pub part_starts: Vec<u32>,
    /// What was left out, and what had to be assumed: a sentence each, to put behind the layer's name.
    pub warnings: Vec<String>,
}

impl Outlines {
    /// The parts, each a polyline.
    pub fn parts(&self) -> impl Iterator<Item = &[FixedLonLat]> {
        self.part_starts.windows(2).map(|w| &self.points[w[0] as usize..w[1] as usize])
    }
}

/// Reads all rings and lines of a layer file.
///
/// A `.shp` needs only its `.prj` beside it, and not even that if its coordinates can be longitude and latitude.
/// All other names go to GDAL, which must find one layer of lines or polygons there.
///
/// # Errors
/// [`Error::Layer`] for a file that is missing, empty, truncated, of points or without a usable line;
/// [`Error::Crs`] and [`Error::Transform`] for a system that PROJ cannot relate to WGS 84.
pub fn read_outlines(path: &Path) -> Result<Outlines> {
    let name = path.to_string_lossy();
    let plain = plain_path(&name);
    if let Some((problem, remedy)) = plain.and_then(missing) {
        return Err(fault(path, problem, remedy));
    }
    let is_shapefile = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("shp"));
    if plain.is_some() && is_shapefile && path.is_file() { shp::read(path) } else { ogr::read(path) }
}

/// A fault of a layer file.
pub(super) fn fault(path: &Path, problem: impl Into<String>, remedy: impl Into<String>) -> Error {
    Error::Layer { path: path.into(), problem: problem.into(), remedy: remedy.into() }
}

/// The fault of a layer whose features are points.
pub(super) fn points_fault(path: &Path) -> Error {
    fault(path, "it holds points, and points are not available yet", "give a layer of lines or polygons")
}

/// What a layer without a system means: WGS 84 if `bounds` (x0, y0, x1, y1) can be degrees.
pub(super) fn assumed_crs(path: &Path, bounds: [f64; 4], remedy: &str) -> Result<(Crs, String)> {
    let [x0, y0, x1, y1] = bounds;
    let can_be_degrees = x0 >= -360.0 && x1 <= 360.0 && y0 >= -90.0 && y1 <= 90.0;
    if !can_be_degrees {
        let problem = "it has no coordinate reference system, and its coordinates are not longitude and latitude";
        return Err(fault(path, problem, remedy));
    }
    Ok((Crs::wgs84(), "it has no coordinate reference system; WGS 84 is assumed".into()))
}

/// Gathers parts, and what had to be left out of them.
pub(super) struct OutlineBuilder<'a> {
    path: &'a Path,
    to_lonlat: ToLonLat,
    outlines: Outlines,
    dropped: Dropped,
}

/// Where parts that cannot be drawn are, up to a few of them.
#[derive(Default)]
struct Dropped {
    count: usize,
    first: Vec<String>,
}

impl<'a> OutlineBuilder<'a> {
    /// An empty set for coordinates in `crs`, most of them within `bounds` (x0, y0, x1, y1).
    pub(super) fn new(path: &'a Path, crs: &Crs, bounds: [f64; 4]) -> Result<Self> {
        let outlines = Outlines { points: roomy_vec(), part_starts: vec![0], ..Default::default() };
        Ok(Self { path, to_lonlat: ToLonLat::new(crs, bounds)?, outlines, dropped: Dropped::default() })
    }

    /// Makes room for a number of points and parts.
    pub(super) fn reserve(&mut self, points: usize, parts: usize) {
        self.outlines.points.reserve(points);
        self.outlines.part_starts.reserve(parts);
    }

    /// Notes something that the user should know.
    pub(super) fn warn(&mut self, text: String) {
        self.outlines.warnings.push(text);
    }

    /// Adds one line or ring of the feature with this index, counted from 0. A part with a position that is not on
    /// Earth is left out as a whole, with a warning.
    pub(super) fn add_part(&mut self, feature: usize, line: impl ExactSizeIterator<Item = [f64; 2]>) {
        // Files hold rings and lines of one point or none; there is nothing in them to draw.
        if line.len() < 2 {
            return;
        }
        let is_on_earth = match &self.to_lonlat {
            ToLonLat::Identity => push_all(&mut self.outlines.points, line),
            ToLonLat::Projected(transformer) => {
                let line: Vec<_> = line.collect();
                push_all(&mut self.outlines.points, projected_line(transformer, &line).into_iter())
            }
        };
        let end = u32::try_from(self.outlines.points.len()).ok();
        if let (true, Some(end)) = (is_on_earth, end) {
            self.outlines.part_starts.push(end);
            return;
        }
        let start = self.outlines.part_starts.last().map_or(0, |&s| s as usize);
        self.outlines.points.truncate(start);
        self.dropped.add(feature);
    }

    /// The outlines.
    ///
    /// # Errors
    /// [`Error::Layer`] if no part can be drawn.
    pub(super) fn finish(mut self) -> Result<Outlines> {
        if self.outlines.part_starts.len() < 2 {
            let problem = match self.dropped.sentence() {
                Some(dropped) => format!("no line or ring can be drawn: {dropped}"),
                None => "it holds no line or ring".into(),
            };
            return Err(fault(self.path, problem, "check its coordinates and its coordinate reference system"));
        }
        if let Some(dropped) = self.dropped.sentence() {
            self.outlines.warnings.push(dropped);
        }
        self.outlines.points.shrink_to_fit();
        Ok(self.outlines)
    }
}

impl Dropped {
    fn add(&mut self, feature: usize) {
        const MOST_NAMED: usize = 5;
        self.count += 1;
        let name = feature.to_string();
        if self.first.len() < MOST_NAMED && self.first.last() != Some(&name) {
            self.first.push(name);
        }
    }

    fn sentence(&self) -> Option<String> {
        let parts = if self.count == 1 { "part has" } else { "parts have" };
        let features = if self.first.len() == 1 { "feature" } else { "features" };
        let named = self.first.join(", ");
        (self.count > 0).then(|| {
            format!(
                "{} {parts} positions that are not on Earth and were left out, first in {features} {named}",
                self.count
            )
        })
    }
}

/// Appends positions in degrees until one is not on Earth; whether all are.
fn push_all(points: &mut Vec<FixedLonLat>, line: impl Iterator<Item = [f64; 2]>) -> bool {
    // A full turn beyond the usual range is in use; more is another system's number.
    const MOST_LON_DEG: f64 = 360.0;
    for [lon, lat] in line {
        match FixedLonLat::from_degrees(lon, lat) {
            Some(point) if lon.abs() <= MOST_LON_DEG => points.push(point),
            _ => return false,
        }
    }
    true
}
