//! Opening a dataset: which band, where its cells lie and in which system, and every reason why it cannot be placed
//! on a map.

use std::sync::Once;

use gdal::errors::Result as GdalResult;
use gdal::raster::{GdalDataType, RasterBand};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags, Metadata};

use super::band::BandChoice;
use super::dataset_name::{missing, plain_path};
use super::gdal_reason;
use super::warped::{self, Placement};
use crate::error::{Error, Result};
use crate::geo::{Crs, GeoTransform};

/// What a user says of a raster beside its name.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// The band.
    pub band: BandChoice,
    /// A system in place of the dataset's own.
    pub crs: Option<Crs>,
}

/// A dataset that can be placed on a map.
pub(super) struct Opened {
    pub dataset: Dataset,
    /// The name by which [`open_again`] opens it.
    pub reopen_name: String,
    /// The band's number.
    pub band: usize,
    pub geotransform: GeoTransform,
    pub crs: Crs,
}

/// A fault as (problem, remedy).
pub(super) type Fault = (String, String);

impl Opened {
    pub(super) fn new(name: &str, options: &OpenOptions) -> Result<Self> {
        let fault = |(problem, remedy): Fault| Error::Raster { dataset: name.to_owned(), problem, remedy };
        if let Some(missing) = plain_path(name).and_then(missing) {
            return Err(fault(missing));
        }
        let mut dataset = open_dataset(name).map_err(fault)?;
        if dataset.raster_count() == 0 {
            return Err(fault(without_bands(&dataset)));
        }
        let band = options.band.number_in(&dataset).map_err(fault)?;
        tell_of_complex_cells(name, &dataset, band);
        let mut reopen_name = name.to_owned();
        let mut own_crs = dataset.spatial_ref().ok();
        let geotransform = match placement(&dataset).map_err(fault)? {
            Placement::Affine(transform) => transform,
            scattered => {
                let warped = warped::resampled(name, &dataset, &scattered).map_err(fault)?;
                (dataset, reopen_name, own_crs) = (warped.dataset, warped.xml, warped.crs);
                warped.geotransform
            }
        };
        let crs = match (&options.crs, own_crs) {
            (Some(crs), _) => crs.clone(),
            (None, Some(own)) => Crs::from_spatial_ref(&own, name)?,
            (None, None) => {
                let remedy = "give --raster-crs CRS, or write one in with gdal_edit.py -a_srs EPSG:n";
                return Err(fault(("it has no coordinate reference system".into(), remedy.into())));
            }
        };
        Ok(Self { dataset, reopen_name, band, geotransform, crs })
    }
}

/// Opens a dataset that was opened before.
pub(super) fn open_again(name: &str) -> GdalResult<Dataset> {
    Dataset::open_ex(name, DatasetOptions { open_flags: GdalOpenFlags::GDAL_OF_RASTER, ..Default::default() })
}

fn open_dataset(name: &str) -> Result<Dataset, Fault> {
    set_gdal_defaults();
    let open = |flags| Dataset::open_ex(name, DatasetOptions { open_flags: flags, ..Default::default() });
    let error = match open(GdalOpenFlags::GDAL_OF_RASTER | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR) {
        Ok(dataset) => {
            limit_block_cache(&dataset.driver().short_name());
            return Ok(dataset);
        }
        Err(e) => e,
    };
    if open(GdalOpenFlags::GDAL_OF_VECTOR).is_ok() {
        return Err(("it holds outlines, not a raster".into(), "give it as a layer: --layer PATH".into()));
    }
    Err((
        format!("GDAL cannot open it as a raster: {}", gdal_reason(&error)),
        "give a raster in a format that `gdalinfo --formats` lists".into(),
    ))
}

/// Explains a container: GDAL opens netCDF and HDF files that hold several rasters without a band.
fn without_bands(dataset: &Dataset) -> Fault {
    const MOST_NAMES: usize = 5;
    let entries = dataset.metadata_domain("SUBDATASETS").unwrap_or_default();
    let names: Vec<_> = entries
        .iter()
        .filter_map(|e| e.split_once('='))
        .filter(|(k, _)| k.ends_with("_NAME"))
        .map(|(_, v)| v)
        .collect();
    if names.is_empty() {
        return ("it has no bands".into(), "give a raster with cells".into());
    }
    let more = names.len().saturating_sub(MOST_NAMES);
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (format!("it is a container of {} rasters", names.len()), format!("name one of them: {shown}{rest}"))
}

/// The unit of a band's values; empty if the file gives none. GDAL turns many quantities of GRIB files into other units,
/// kelvins into degrees Celsius for instance, and says so only in the metadata.
pub(super) fn unit_of(band: &RasterBand) -> String {
    let unit = band.unit();
    if !unit.trim().is_empty() {
        return unit;
    }
    let of_grib = band.metadata_item("GRIB_UNIT", "").unwrap_or_default();
    let unit = of_grib.trim().trim_start_matches('[').trim_end_matches(']');
    // A dash stands for none.
    if unit == "-" { String::new() } else { unit.to_owned() }
}

/// How the dataset says where its cells lie.
fn placement(dataset: &Dataset) -> Result<Placement, Fault> {
    // GDAL's default, which several drivers return for files without one.
    const NONE: [f64; 6] = [0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    let transform = dataset.geo_transform().ok().filter(|t| *t != NONE);
    let entries = |domain: &str| dataset.metadata_domain(domain).filter(|d| !d.is_empty());
    match transform.map(GeoTransform) {
        Some(transform) if transform.is_invertible() => Ok(Placement::Affine(transform)),
        Some(GeoTransform(t)) => Err((
            format!("its geotransform {t:?} cannot be inverted"),
            "write a valid one in with gdal_edit.py -a_ullr X0 Y1 X1 Y0".into(),
        )),
        None if !dataset.gcps().is_empty() => Ok(Placement::ControlPoints),
        None => match (entries("GEOLOCATION"), entries("RPC")) {
            (Some(arrays), _) => Ok(Placement::Arrays(arrays)),
            (None, Some(_)) => Err((
                "it is placed by rational polynomials (RPC) only, not by a geotransform".into(),
                "warp it to a regular grid with gdalwarp -rpc".into(),
            )),
            (None, None) => Err((
                "it has no geotransform, so nothing says where it lies".into(),
                "write one in with gdal_edit.py -a_ullr X0 Y1 X1 Y0, or put a world file beside it".into(),
            )),
        },
    }
}

/// GDAL takes a complex number for its real part where a real one is asked for.
fn tell_of_complex_cells(name: &str, dataset: &Dataset, band: usize) {
    // The crate has no name for complex types, but GDAL derives amplitudes of these alone.
    let is_complex = dataset.rasterband(band).is_ok_and(|b| b.band_type() == GdalDataType::Unknown)
        && dataset.metadata_domain("DERIVED_SUBDATASETS").is_some_and(|d| d.iter().any(|e| e.contains("AMPLITUDE:")));
    if is_complex {
        tracing::warn!(
            "raster {name}: band {band} has complex cells, of which the real part is drawn; for the amplitude give \
             --raster DERIVED_SUBDATASET:AMPLITUDE:{name}"
        );
    }
}

/// Sets what GDAL does by default where the user's environment says nothing.
fn set_gdal_defaults() {
    static ONCE: Once = Once::new();
    // On two cores it takes 8 % more CPU time for GDAL to decode with both, and half the time.
    ONCE.call_once(|| set_unless_given("GDAL_NUM_THREADS", "ALL_CPUS"));
}

/// Bounds the memory that GDAL keeps blocks in, unless the user's environment does. GDAL reads this setting once a
/// process, when it first needs a block, so the first raster decides.
fn limit_block_cache(driver: &str) {
    // Strips are whole rows of blocks, so blocks of a GeoTIFF are read once and caching them serves nothing.
    // Other drivers may put their blocks together from others, a VRT's sources for instance.
    set_unless_given("GDAL_CACHEMAX", if driver == "GTiff" { "4" } else { "16" });
}

/// The memory that GDAL may keep blocks in, as far as it is given in megabytes; else what it is by default here.
#[must_use]
pub fn block_cache_bytes() -> u64 {
    const MOST_MEGABYTES: u64 = 100_000;
    let given = gdal::config::get_config_option("GDAL_CACHEMAX", "").ok().and_then(|text| text.trim().parse().ok());
    given.filter(|megabytes| *megabytes < MOST_MEGABYTES).unwrap_or(4) << 20
}

fn set_unless_given(key: &str, value: &str) {
    let is_given = gdal::config::get_config_option(key, "").is_ok_and(|v| !v.is_empty());
    if !is_given && let Err(e) = gdal::config::set_config_option(key, value) {
        tracing::debug!(target: "mapfolio::gdal", key, value, "{e}");
    }
}
