//! Coordinate reference systems as text that any thread can turn into a PROJ object, and the
//! transformations between them: GDAL's own objects are bound to one thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use gdal::errors::GdalError;
use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, CoordTransformOptions, SpatialRef};

use crate::error::{Error, Result};

/// cartopy's `LambertConformal()` with its defaults (cartopy 0.26, `crs.py`).
const CARTOPY_LAMBERT_CONFORMAL: &str =
    "+proj=lcc +lat_0=39 +lon_0=-96 +lat_1=33 +lat_2=45 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs +type=crs";

/// Passes GDAL's and PROJ's messages to the log instead of stderr. Failures that matter come back as results.
pub fn install_gdal_log() {
    // PROJ fails by the way, point by point, where projections end; that is on threads of these names.
    const OTHERS: [&str; 3] = ["views", "gpu", "outlines"];
    gdal::config::set_error_handler(|class, number, message| {
        tracing::debug!(target: "mapfolio::gdal", ?class, number, "{message}");
        let is_failure = matches!(class, gdal::errors::CplErrType::Failure | gdal::errors::CplErrType::Fatal);
        if is_failure && !std::thread::current().name().is_some_and(|name| OTHERS.contains(&name)) {
            FAILURES.fetch_add(1, Ordering::Relaxed);
        }
    });
}

/// Failures that GDAL told the log of while it read rasters.
static FAILURES: AtomicU64 = AtomicU64::new(0);

/// How often GDAL has told [`install_gdal_log`] of a failure, but for those of transformations. Some of GDAL's threads
/// fail with no more notice than this.
pub(crate) fn gdal_failures() -> u64 {
    FAILURES.load(Ordering::Relaxed)
}

/// A coordinate reference system, held as text. Cheap to clone and free to move between threads.
///
/// Axis order is always x (or longitude) first, as GIS files have it, whatever the authority says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Crs {
    definition: String,
    esri: bool,
    geographic: bool,
}

impl Crs {
    /// Reads what a user may write: `EPSG:n`, a PROJ string, WKT, PROJJSON, the name of a `.prj` file, or
    /// `lcc` for cartopy's default Lambert conformal conic.
    ///
    /// # Errors
    /// [`Error::Crs`] naming `key` if PROJ does not understand it, [`Error::Io`] for an unreadable file.
    pub fn from_user(definition: &str, key: &str) -> Result<Self> {
        let definition = definition.trim();
        if definition.eq_ignore_ascii_case("lcc") {
            return Self::parse(CARTOPY_LAMBERT_CONFORMAL, false, key);
        }
        let path = Path::new(definition);
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("prj")) {
            return Self::from_prj_file(path);
        }
        // GDAL would take any other text as a file name or an address to fetch.
        let is_text = definition.starts_with('+') || definition.contains(['[', '{', ':', '=']);
        if !is_text || definition.starts_with("http") {
            return Err(Error::Crs { key: key.into(), definition: definition.into(), problem: "unknown form".into() });
        }
        Self::parse(definition, false, key)
    }

    /// Reads a shapefile's `.prj` (ESRI's or OGC's WKT).
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::Crs`] if PROJ does not understand it.
    pub fn from_prj_file(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).map_err(|source| Error::Io { path: path.into(), action: "read", source })?;
        Self::parse(text.trim(), true, &path.display().to_string())
    }

    /// Keeps the system of an open dataset or layer, in the shortest text that means the same: an authority's code,
    /// WKT or PROJJSON. GDAL keeps what it made of the first two; PROJJSON is parsed anew every time.
    ///
    /// # Errors
    /// [`Error::Crs`] naming `key` if PROJ cannot write it down.
    pub fn from_spatial_ref(spatial_ref: &SpatialRef, key: &str) -> Result<Self> {
        let mut own = spatial_ref.clone();
        own.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        let code = own.auth_name().zip(own.auth_code().ok()).map(|(name, code)| format!("{name}:{code}"));
        for text in [code, own.to_wkt().ok()].into_iter().flatten() {
            if let Ok(crs) = Self::parse(&text, false, key)
                && crs.spatial_ref().is_ok_and(|same| same == own)
            {
                return Ok(crs);
            }
        }
        let text = own.to_projjson().or_else(|_| own.to_wkt()).map_err(|e| Error::Crs {
            key: key.into(),
            definition: own.name().unwrap_or_default(),
            problem: e.to_string(),
        })?;
        Self::parse(&text, false, key)
    }

    /// WGS 84 longitude and latitude in degrees: the system in which outlines are kept.
    #[must_use]
    pub fn wgs84() -> Self {
        Self { definition: "EPSG:4326".into(), esri: false, geographic: true }
    }

    /// Whether coordinates are longitude and latitude.
    #[must_use]
    pub fn is_geographic(&self) -> bool {
        self.geographic
    }

    /// The longitude and latitude that this system projects; None for one that projects nothing.
    #[must_use]
    pub fn geographic_base(&self) -> Option<Self> {
        if self.geographic {
            return None;
        }
        let base = self.spatial_ref().and_then(|own| own.geog_cs()).ok()?;
        Self::from_spatial_ref(&base, "the base of a projection").ok()
    }

    /// Metres in a unit of a projection; 1 where the system does not say.
    #[must_use]
    pub fn metres_per_unit(&self) -> f64 {
        let metres = self.spatial_ref().map_or(1.0, |own| own.linear_units());
        if metres.is_finite() && metres > 0.0 { metres } else { 1.0 }
    }

    /// Equatorial and polar radius of the system's ellipsoid in metres; None if it does not say.
    #[must_use]
    pub fn radii_m(&self) -> Option<[f64; 2]> {
        let own = self.spatial_ref().ok()?;
        Some([own.semi_major().ok()?, own.semi_minor().ok()?])
    }

    /// The part of the Earth that the system is meant for, as west, south, east and north in degrees; west is greater
    /// than east across the antimeridian. None if its definition does not say, as PROJ strings do not.
    #[must_use]
    pub fn area_of_use(&self) -> Option<[f64; 4]> {
        let area = self.spatial_ref().ok()?.area_of_use()?;
        Some([area.west_lon_degree, area.south_lat_degree, area.east_lon_degree, area.north_lat_degree])
    }

    fn parse(definition: &str, esri: bool, key: &str) -> Result<Self> {
        let mut crs = Self { definition: definition.into(), esri, geographic: false };
        let spatial_ref = crs.spatial_ref().map_err(|e| Error::Crs {
            key: key.into(),
            definition: shorten(definition),
            problem: reason(&e),
        })?;
        crs.geographic = spatial_ref.is_geographic();
        if !(crs.geographic || spatial_ref.is_projected() || spatial_ref.is_derived_geographic()) {
            return Err(Error::Crs {
                key: key.into(),
                definition: shorten(definition),
                problem: "it is neither a projection nor longitude and latitude".into(),
            });
        }
        Ok(crs)
    }

    /// The GDAL object, for use on the calling thread only.
    fn spatial_ref(&self) -> gdal::errors::Result<SpatialRef> {
        let mut spatial_ref = if self.esri {
            SpatialRef::from_esri(&self.definition)?
        } else {
            SpatialRef::from_definition(&self.definition)?
        };
        spatial_ref.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        Ok(spatial_ref)
    }
}

impl std::fmt::Display for Crs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&shorten(&self.definition))
    }
}

/// Why GDAL takes no definition; of most it says only a number.
fn reason(error: &GdalError) -> String {
    match error {
        GdalError::OgrError { .. } => "not well formed, or not in its database".into(),
        other => other.to_string(),
    }
}

fn shorten(definition: &str) -> String {
    const MOST_CHARS: usize = 120;
    if definition.chars().count() <= MOST_CHARS {
        return definition.to_owned();
    }
    definition.chars().take(MOST_CHARS).chain("…".chars()).collect()
}

/// Moves points from one system to another on the thread that made it.
pub struct Transformer {
    /// None where source and target are the same. Never dropped: GDAL 3.6 keeps what is dropped for other threads to
    /// use, and crashes at times when the thread that made it has ended. There are few in a run.
    inner: Option<ManuallyDrop<CoordTransform>>,
}

impl Transformer {
    /// Prepares the transformation that PROJ holds best.
    ///
    /// # Errors
    /// [`Error::Transform`] if PROJ finds none.
    pub fn new(from: &Crs, to: &Crs) -> Result<Self> {
        if from == to {
            return Ok(Self { inner: None });
        }
        let build = || {
            let options = CoordTransformOptions::new()?;
            CoordTransform::new_with_options(&from.spatial_ref()?, &to.spatial_ref()?, &options)
        };
        let inner = build().map_err(|e| Error::Transform {
            from: from.to_string(),
            to: to.to_string(),
            problem: e.to_string(),
        })?;
        Ok(Self { inner: Some(ManuallyDrop::new(inner)) })
    }

    /// Transforms all points in place. A point that has no image becomes NaN in both coordinates.
    pub fn transform(&self, xs: &mut [f64], ys: &mut [f64]) {
        if let Some(inner) = &self.inner {
            // An error says only that some point failed; all results are written, failed ones as infinite.
            let _some_failed = inner.transform_coords(xs, ys, &mut []);
        }
        for (x, y) in xs.iter_mut().zip(ys) {
            if !(x.is_finite() && y.is_finite()) {
                (*x, *y) = (f64::NAN, f64::NAN);
            }
        }
    }

    /// Transforms one point.
    #[must_use]
    pub fn point(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let (mut x, mut y) = ([x], [y]);
        self.transform(&mut x, &mut y);
        x[0].is_finite().then_some((x[0], y[0]))
    }
}

/// The transformations that one thread has made so far: making one takes as long as using it on 2,000 points.
#[derive(Default)]
pub struct Transformers {
    made: RefCell<HashMap<(Crs, Crs), Rc<Transformer>>>,
    bases: RefCell<HashMap<Crs, Option<Crs>>>,
}

impl Transformers {
    /// The transformation from one system to another.
    ///
    /// # Errors
    /// [`Error::Transform`] if PROJ finds none.
    pub fn get(&self, from: &Crs, to: &Crs) -> Result<Rc<Transformer>> {
        let key = (from.clone(), to.clone());
        if let Some(known) = self.made.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let made = Rc::new(Transformer::new(from, to)?);
        self.made.borrow_mut().insert(key, Rc::clone(&made));
        Ok(made)
    }

    /// The system's [`geographic_base`](Crs::geographic_base), which takes as long to find.
    #[must_use]
    pub fn geographic_base(&self, crs: &Crs) -> Option<Crs> {
        if let Some(known) = self.bases.borrow().get(crs) {
            return known.clone();
        }
        let base = crs.geographic_base();
        self.bases.borrow_mut().insert(crs.clone(), base.clone());
        base
    }
}
