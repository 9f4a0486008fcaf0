//! Coordinate reference systems as text that any thread can turn into a PROJ object, with what is often asked of
//! them: GDAL's own objects are bound to one thread and take long to make.

use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use gdal::errors::GdalError;
use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};

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
/// Axis order is always x (or longitude) first, as GIS files have it, whatever the authority says. Systems are equal
/// if their texts are.
#[derive(Clone)]
pub struct Crs(Arc<System>);

/// What all clones of a [`Crs`] share.
struct System {
    text: Text,
    is_geographic: bool,
    /// Metres in a unit of a projection.
    metres_per_unit: f64,
    /// Equatorial and polar radius in metres.
    radii_m: Option<[f64; 2]>,
    /// Found when it is first asked for.
    geographic_base: OnceLock<Option<Crs>>,
}

/// How a system is written down.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Text {
    definition: String,
    /// Whether it is WKT as ESRI writes it.
    is_esri: bool,
}

/// The text alone: what was found out about a system is not part of it, and settings are hashed in this form.
impl std::fmt::Debug for Crs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.text.fmt(f)
    }
}

impl PartialEq for Crs {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.text == other.0.text
    }
}

impl Eq for Crs {}

impl Hash for Crs {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
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
        let text = std::fs::read_to_string(path).map_err(Error::io(path, "read"))?;
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
        const RADII_M: [f64; 2] = [6_378_137.0, 6_356_752.314_245_179];
        static WGS84: LazyLock<Crs> = LazyLock::new(|| {
            Crs(Arc::new(System {
                text: Text { definition: "EPSG:4326".into(), is_esri: false },
                is_geographic: true,
                metres_per_unit: 1.0,
                radii_m: Some(RADII_M),
                geographic_base: OnceLock::from(None),
            }))
        });
        WGS84.clone()
    }

    /// Whether coordinates are longitude and latitude.
    #[must_use]
    pub fn is_geographic(&self) -> bool {
        self.0.is_geographic
    }

    /// The longitude and latitude that this system projects; None for one that projects nothing.
    #[must_use]
    pub fn geographic_base(&self) -> Option<Self> {
        let find = || {
            let base = self.spatial_ref().and_then(|own| own.geog_cs()).ok()?;
            Self::from_spatial_ref(&base, "the base of a projection").ok()
        };
        if self.is_geographic() { None } else { self.0.geographic_base.get_or_init(find).clone() }
    }

    /// Metres in a unit of a projection; 1 where the system does not say.
    #[must_use]
    pub fn metres_per_unit(&self) -> f64 {
        self.0.metres_per_unit
    }

    /// Equatorial and polar radius of the system's ellipsoid in metres; None if it does not say.
    #[must_use]
    pub fn radii_m(&self) -> Option<[f64; 2]> {
        self.0.radii_m
    }

    /// The part of the Earth that the system is meant for, as west, south, east and north in degrees; west is greater
    /// than east across the antimeridian. None if its definition does not say, as PROJ strings do not.
    #[must_use]
    pub fn area_of_use(&self) -> Option<[f64; 4]> {
        let area = self.spatial_ref().ok()?.area_of_use()?;
        Some([area.west_lon_degree, area.south_lat_degree, area.east_lon_degree, area.north_lat_degree])
    }

    fn parse(definition: &str, is_esri: bool, key: &str) -> Result<Self> {
        let fault = |problem: String| Error::Crs { key: key.into(), definition: shorten(definition), problem };
        let text = Text { definition: definition.into(), is_esri };
        let own = text.spatial_ref().map_err(|e| fault(reason(&e)))?;
        let is_geographic = own.is_geographic();
        if !(is_geographic || own.is_projected() || own.is_derived_geographic()) {
            return Err(fault("it is neither a projection nor longitude and latitude".into()));
        }
        let metres = own.linear_units();
        let radii_m = own.semi_major().ok().zip(own.semi_minor().ok());
        Ok(Self(Arc::new(System {
            text,
            is_geographic,
            metres_per_unit: if metres.is_finite() && metres > 0.0 { metres } else { 1.0 },
            radii_m: radii_m.map(|(a, b)| [a, b]),
            geographic_base: OnceLock::new(),
        })))
    }

    /// The system as WKT, as GDAL writes it into files: WKT 1 where that can tell all, else WKT 2.
    ///
    /// # Errors
    /// [`Error::Crs`] naming `key` if GDAL cannot write it down.
    pub fn to_wkt(&self, key: &str) -> Result<String> {
        self.spatial_ref().and_then(|own| own.to_wkt()).map_err(|e| Error::Crs {
            key: key.into(),
            definition: self.to_string(),
            problem: reason(&e),
        })
    }

    /// The GDAL object, for use on the calling thread only.
    pub(crate) fn spatial_ref(&self) -> gdal::errors::Result<SpatialRef> {
        self.0.text.spatial_ref()
    }
}

impl Text {
    fn spatial_ref(&self) -> gdal::errors::Result<SpatialRef> {
        let mut spatial_ref = if self.is_esri {
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
        f.write_str(&shorten(&self.0.text.definition))
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
