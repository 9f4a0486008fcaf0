//! Opening a dataset: which band, where its cells lie and in which system, and every reason why it cannot be placed
//! on a map.

use std::sync::Once;

use gdal::errors::Result as GdalResult;
use gdal::raster::{GdalDataType, RasterBand};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags, Metadata};

use super::band::{BandChoice, BandSelection};
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

/// An open dataset that can be placed on a map, before one of its bands is chosen. It can move to another thread, but
/// serves one at a time.
pub struct RasterDataset {
    pub(super) dataset: Dataset,
    /// The name as given.
    pub(super) name: String,
    /// The name by which [`open_again`] opens it.
    pub(super) reopen_name: String,
    pub(super) geotransform: GeoTransform,
    pub(super) crs: Crs,
    /// The numbers of bands with complex cells.
    complex_bands: Vec<usize>,
}

/// A fault as (problem, remedy).
pub(super) type Fault = (String, String);

impl RasterDataset {
    /// Opens a dataset and checks that it can be placed on a map; `crs` replaces its own system. Compressed blocks are
    /// decoded by as many threads as GDAL's `GDAL_NUM_THREADS` says, or all cores if it is not set.
    ///
    /// A dataset that is placed by ground control points or by arrays of longitude and latitude is resampled to a
    /// regular grid as it is read, as `gdalwarp -r near` does.
    ///
    /// # Errors
    /// [`Error::Raster`] for a missing file, one that is no raster, and a raster without bands, a system or an
    /// invertible geotransform. [`Error::Crs`] if PROJ does not understand the raster's system.
    pub fn open(name: &str, crs: Option<&Crs>) -> Result<Self> {
        let fault = |(problem, remedy): Fault| Error::Raster { dataset: name.to_owned(), problem, remedy };
        if let Some(missing) = plain_path(name).and_then(missing) {
            return Err(fault(missing));
        }
        let mut dataset = open_dataset(name).map_err(fault)?;
        if dataset.raster_count() == 0 {
            return Err(fault(without_bands(&dataset)));
        }
        let complex_bands = complex_bands(&dataset);
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
        let crs = match (crs, own_crs) {
            (Some(crs), _) => crs.clone(),
            (None, Some(own)) => Crs::from_spatial_ref(&own, name)?,
            (None, None) => {
                let remedy = "give --raster-crs CRS, or write one in with gdal_edit.py -a_srs EPSG:n";
                return Err(fault(("it has no coordinate reference system".into(), remedy.into())));
            }
        };
        Ok(Self { dataset, name: name.to_owned(), reopen_name, geotransform, crs, complex_bands })
    }

    /// The name as given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The numbers of the bands of a selection, counted from 1.
    ///
    /// # Errors
    /// Each band's own: [`Error::Raster`] for one that is not there or a description that fits several.
    #[must_use]
    pub fn bands(&self, selection: &BandSelection) -> Vec<Result<usize>> {
        let number = |band: &BandChoice| band.number_in(&self.dataset).map_err(|fault| self.fault(fault));
        match selection {
            BandSelection::All => (1..=self.dataset.raster_count()).map(Ok).collect(),
            BandSelection::These(bands) => bands.iter().map(number).collect(),
        }
    }

    pub(super) fn fault(&self, (problem, remedy): Fault) -> Error {
        Error::Raster { dataset: self.name.clone(), problem, remedy }
    }

    /// GDAL takes a complex number for its real part where a real one is asked for.
    pub(super) fn tell_of_complex_cells(&self, band: usize) {
        let name = &self.name;
        if self.complex_bands.contains(&band) {
            tracing::warn!(
                "raster {name}: band {band} has complex cells, of which the real part is drawn; for the amplitude give \
                 --raster DERIVED_SUBDATASET:AMPLITUDE:{name}"
            );
        }
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
    let names = subdatasets_of(dataset);
    if names.is_empty() {
        return ("it has no bands".into(), "give a raster with cells".into());
    }
    let more = names.len().saturating_sub(MOST_NAMES);
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let remedy = format!("name one of them: {shown}{rest}; or choose among them with --subdatasets PATTERN");
    (format!("it is a container of {} rasters", names.len()), remedy)
}

/// The names of the rasters in a container such as a netCDF or HDF file, in the file's order; none for other datasets.
///
/// # Errors
/// [`Error::Raster`] for a dataset that is not there or cannot be opened.
pub fn subdatasets(name: &str) -> Result<Vec<String>> {
    let fault = |(problem, remedy): Fault| Error::Raster { dataset: name.to_owned(), problem, remedy };
    if let Some(missing) = plain_path(name).and_then(missing) {
        return Err(fault(missing));
    }
    open_dataset(name).map(|dataset| subdatasets_of(&dataset)).map_err(fault)
}

fn subdatasets_of(dataset: &Dataset) -> Vec<String> {
    let entries = dataset.metadata_domain("SUBDATASETS").unwrap_or_default();
    let named = entries.iter().filter_map(|e| e.split_once('=')).filter(|(key, _)| key.ends_with("_NAME"));
    named.map(|(_, name)| name.to_owned()).collect()
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

/// The bands whose cells are complex numbers.
fn complex_bands(dataset: &Dataset) -> Vec<usize> {
    // The crate has no name for complex types, but GDAL derives amplitudes of these alone.
    let unknown = |band: &usize| dataset.rasterband(*band).is_ok_and(|b| b.band_type() == GdalDataType::Unknown);
    let bands: Vec<_> = (1..=dataset.raster_count()).filter(unknown).collect();
    let has_amplitude = || {
        let derived = dataset.metadata_domain("DERIVED_SUBDATASETS");
        derived.is_some_and(|d| d.iter().any(|e| e.contains("AMPLITUDE:")))
    };
    if !bands.is_empty() && has_amplitude() { bands } else { Vec::new() }
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
