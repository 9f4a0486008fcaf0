//! A layer as the scene wants it: polylines and points of fixed-point WGS 84 positions, whatever file and system
//! they came from.

use std::path::Path;

use super::bundled::bundled_layer;
use super::classes::FeatureClasses;
use super::dataset_name::{missing, plain_path};
use super::labels::{FeatureLabel, LabelColumns};
use super::lonlat::{ToLonLat, projected_line, transformed};
use super::{ogr, shp};
use crate::error::{Error, Result};
use crate::geo::{Crs, FixedLonLat};
use crate::room::roomy_vec;

/// Which features of a dataset are read, and what of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selection<'a> {
    /// The name of the layer, for datasets with several.
    pub layer: Option<&'a str>,
    /// A condition on attributes in GDAL's SQL; features that it does not hold for are left out.
    pub filter: Option<&'a str>,
    /// Whether areas are drawn, so that it matters which parts are the rings of a polygon.
    pub areas: bool,
    /// How features are told apart, if they are; those of no class are left out.
    pub classes: Option<&'a FeatureClasses>,
    /// The attributes that features are labelled with, if they are.
    pub labels: Option<&'a LabelColumns>,
}

impl Selection<'_> {
    /// Whether attributes must be read.
    pub(super) fn needs_attributes(&self) -> bool {
        self.filter.is_some() || self.classes.is_some() || self.labels.is_some()
    }
}

/// All rings and lines of a layer as polylines, and its points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlines {
    /// The vertices of all parts, one part after the other. A ring ends on the vertex that it starts with.
    pub points: Vec<FixedLonLat>,
    /// Where each part starts in `points`, and last the number of points: one entry more than there are parts.
    /// Every part has at least two points.
    pub part_starts: Vec<u32>,
    /// For each part the number of its polygon, counted from 0, or [`Outlines::LINE`]; empty unless
    /// [`Selection::areas`] asks for it. The rings of a polygon follow each other.
    pub polygons: Vec<u32>,
    /// The points of point features.
    pub dots: Vec<FixedLonLat>,
    /// The class of each part; empty unless [`Selection::classes`] tells features apart.
    pub part_classes: Vec<u16>,
    /// The class of each dot, in the same way.
    pub dot_classes: Vec<u16>,
    /// What features are called, in the order of the file; empty unless [`Selection::labels`] asks for it.
    pub labels: Vec<FeatureLabel>,
    /// What was left out, and what had to be assumed: a sentence each, to put behind the layer's name.
    pub warnings: Vec<String>,
}

impl Outlines {
    /// The polygon of a part that is none's ring.
    pub const LINE: u32 = u32::MAX;

    /// The parts, each a polyline.
    pub fn parts(&self) -> impl Iterator<Item = &[FixedLonLat]> {
        self.part_starts.windows(2).map(|w| &self.points[w[0] as usize..w[1] as usize])
    }
}

/// Reads all of a layer's rings, lines and points; see [`read_features`].
///
/// # Errors
/// As [`read_features`].
pub fn read_outlines(path: &Path) -> Result<Outlines> {
    read_features(path, &Selection::default())
}

/// Reads the selected features of a layer.
///
/// A `.shp` needs only its `.prj` beside it, and not even that if its coordinates can be longitude and latitude; a
/// filter, classes and labels need its `.dbf` and `.shx` too. A colon and a name is a layer that the program carries
/// (see [`bundled_layer`]). All other names go to GDAL.
///
/// # Errors
/// [`Error::Layer`] for a file that is missing, empty, truncated or without anything to draw, for an unknown layer
/// and for a filter that GDAL does not understand; [`Error::Crs`] and [`Error::Transform`] for a system that PROJ
/// cannot relate to WGS 84.
pub fn read_features(path: &Path, selection: &Selection) -> Result<Outlines> {
    if let Some(layer) = bundled_layer(path)? {
        return layer.read(path, selection);
    }
    let name = path.to_string_lossy();
    let plain = plain_path(&name);
    if let Some((problem, remedy)) = plain.and_then(missing) {
        return Err(fault(path, problem, remedy));
    }
    let is_shapefile = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("shp"));
    if plain.is_some() && is_shapefile && path.is_file() {
        shp::read(path, selection)
    } else {
        ogr::read(path, selection)
    }
}

/// A fault of a layer file.
pub(super) fn fault(path: &Path, problem: impl Into<String>, remedy: impl Into<String>) -> Error {
    Error::Layer { path: path.into(), problem: problem.into(), remedy: remedy.into() }
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
    areas: bool,
    polygon_count: u32,
    has_features: bool,
    /// What may have left nothing.
    chosen_by: Option<&'static str>,
    /// The class of what is added, if classes are told apart.
    class: Option<u16>,
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
    pub(super) fn new(path: &'a Path, crs: &Crs, bounds: [f64; 4], selection: &Selection) -> Result<Self> {
        let outlines = Outlines { points: roomy_vec(), part_starts: vec![0], ..Default::default() };
        Ok(Self {
            path,
            to_lonlat: ToLonLat::new(crs, bounds)?,
            outlines,
            areas: selection.areas,
            polygon_count: 0,
            has_features: false,
            chosen_by: match selection {
                Selection { filter: None, classes: None, .. } => None,
                Selection { classes: None, .. } => Some("its condition `where`"),
                Selection { .. } => Some("one of its classes"),
            },
            class: None,
            dropped: Dropped::default(),
        })
    }

    /// Makes room for a number of points and parts.
    pub(super) fn reserve(&mut self, points: usize, parts: usize) {
        self.outlines.points.reserve(points);
        self.outlines.part_starts.reserve(parts);
    }

    /// Notes that the layer has features, whether or not any of them can be drawn.
    pub(super) fn note_features(&mut self) {
        self.has_features = true;
    }

    /// Notes something that the user should know.
    pub(super) fn warn(&mut self, text: String) {
        self.outlines.warnings.push(text);
    }

    /// Says of which class is what is added from now on.
    pub(super) fn set_class(&mut self, class: u16) {
        self.class = Some(class);
    }

    /// Adds a feature's shapes, as `add` does, and its label, if it has any shapes.
    pub(super) fn add_labelled<T>(&mut self, label: Option<FeatureLabel>, add: impl FnOnce(&mut Self) -> T) -> T {
        let ends = |outlines: &Outlines| (outlines.part_starts.len() - 1, outlines.dots.len());
        let (parts, dots) = ends(&self.outlines);
        let added = add(self);
        let (parts_end, dots_end) = ends(&self.outlines);
        if let Some(label) = label.filter(|_| parts_end > parts || dots_end > dots) {
            self.outlines.labels.push(FeatureLabel { parts: parts..parts_end, dots: dots..dots_end, ..label });
        }
        added
    }

    /// Adds one line of the feature with this index, counted from 0. A part with a position that is not on Earth is
    /// left out as a whole, with a warning.
    pub(super) fn add_line(&mut self, feature: usize, line: impl ExactSizeIterator<Item = [f64; 2]>) {
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
            self.outlines.part_classes.extend(self.class);
            if self.areas {
                self.outlines.polygons.push(Outlines::LINE);
            }
            return;
        }
        let start = self.outlines.part_starts.last().map_or(0, |&s| s as usize);
        self.outlines.points.truncate(start);
        self.dropped.add(feature);
    }

    /// Begins a polygon: the rings that follow are its edge and holes.
    pub(super) fn begin_polygon(&mut self) {
        self.polygon_count += 1;
    }

    /// Adds one ring of the polygon at hand, and closes it where the file does not.
    pub(super) fn add_ring(&mut self, feature: usize, ring: impl ExactSizeIterator<Item = [f64; 2]>) {
        let mut start = self.outlines.points.len();
        let parts = self.outlines.part_starts.len();
        self.add_line(feature, ring);
        if self.outlines.part_starts.len() == parts {
            return;
        }
        let first = self.outlines.points[start];
        start = self.outlines.points.len() - 1;
        if self.outlines.points[start] != first {
            self.outlines.points.push(first);
            self.outlines.part_starts[parts] += 1;
        }
        if let Some(polygon) = self.outlines.polygons.last_mut() {
            *polygon = self.polygon_count.wrapping_sub(1);
        }
    }

    /// Adds the points of a feature; those that are not on Earth are left out, with a warning.
    pub(super) fn add_dots(&mut self, feature: usize, dots: impl Iterator<Item = [f64; 2]>) {
        let dots: Vec<_> = dots.collect();
        let placed = match &self.to_lonlat {
            ToLonLat::Identity => dots,
            ToLonLat::Projected(transformer) => transformed(transformer, &dots),
        };
        for dot in placed {
            if push_all(&mut self.outlines.dots, std::iter::once(dot)) {
                self.outlines.dot_classes.extend(self.class);
            } else {
                self.dropped.add(feature);
            }
        }
    }

    /// The outlines.
    ///
    /// # Errors
    /// [`Error::Layer`] if nothing can be drawn, unless there are no features or a filter may have left none: a file of
    /// tonight's warnings is empty on quiet nights.
    pub(super) fn finish(mut self) -> Result<Outlines> {
        let is_empty = self.outlines.part_starts.len() < 2 && self.outlines.dots.is_empty();
        if !self.has_features {
            self.outlines.warnings.push("it holds no features; nothing of it is drawn".into());
        } else if let Some(chosen_by) = self.chosen_by.filter(|_| is_empty && self.dropped.count == 0) {
            self.outlines.warnings.push(format!("no feature fits {chosen_by}; nothing of it is drawn"));
        } else if is_empty {
            let problem = match self.dropped.sentence() {
                Some(dropped) => format!("nothing of it can be drawn: {dropped}"),
                None => "it holds no line, polygon or point".into(),
            };
            return Err(fault(self.path, problem, "check its coordinates and its coordinate reference system"));
        }
        if let Some(dropped) = self.dropped.sentence() {
            self.outlines.warnings.push(dropped);
        }
        self.outlines.points.shrink_to_fit();
        self.outlines.dots.shrink_to_fit();
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
    let mut last: Option<[f64; 2]> = None;
    for [lon, lat] in line {
        let Some(point) = FixedLonLat::from_degrees(lon, lat).filter(|_| lon.abs() <= MOST_LON_DEG) else {
            return false;
        };
        // In fixed point every step is the short way round.
        if let Some(from) = last.filter(|from| goes_the_long_way(from[0], lon)) {
            const PIECES: u32 = 8;
            for k in 1..PIECES {
                let at = |a: f64, b: f64| a + (b - a) * f64::from(k) / f64::from(PIECES);
                points.extend(FixedLonLat::from_degrees(at(from[0], lon), at(from[1], lat)));
            }
        }
        points.push(point);
        last = Some([lon, lat]);
    }
    true
}

/// Whether an edge between longitudes runs as the numbers say, though that is more than half round the Earth: all but
/// those that nearly go round, which are in files whose lines were never cut at the antimeridian, and cross it.
fn goes_the_long_way(from_deg: f64, to_deg: f64) -> bool {
    const HALF_TURN_DEG: f64 = 180.0;
    const NEARLY_A_TURN_DEG: f64 = 300.0;
    const ALL_ROUND_DEG: f64 = 359.999;
    let span = (to_deg - from_deg).abs();
    (HALF_TURN_DEG..NEARLY_A_TURN_DEG).contains(&span) || span > ALL_ROUND_DEG
}
