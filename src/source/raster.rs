//! A raster band as a source of cells: what must be known before the first one is read, and every reason why
//! a dataset cannot be drawn, found before any work is done.

use std::cell::OnceCell;
use std::sync::Once;

use gdal::errors::Result as GdalResult;
use gdal::raster::{GdalDataType, RasterBand};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags, Metadata};

use super::colors::{OwnColors, own_colors};
use super::dataset_name::{missing, plain_path};
use super::encoding::{Encoding, RawType, fits_f32, offset_for_f32};
use super::gdal_reason;
use super::levels::{RasterLevel, levels_of};
use crate::error::{Error, Result};
use crate::geo::{Crs, GeoTransform, Georeference};

/// What is known of a band before its cells are read.
#[derive(Clone, Debug)]
pub struct RasterInfo {
    /// The dataset's name as given to GDAL.
    pub dataset: String,
    /// The band, counted from 1.
    pub band: usize,
    /// Columns and rows.
    pub size: [u32; 2],
    /// How cells become values.
    pub encoding: Encoding,
    /// Where the cells lie in [`crs`](Self::crs).
    pub geotransform: GeoTransform,
    /// The raster's system.
    pub crs: Crs,
    /// The unit of the values as the file gives it, such as `degC`; empty if it gives none.
    pub unit: String,
    /// The band's description; empty if the file gives none.
    pub description: String,
    /// Columns and rows of the file's blocks (tiles or strips).
    pub block_size: [u32; 2],
    /// The resolutions at which it can be read, its own first.
    pub levels: Vec<RasterLevel>,
    /// The colours that the dataset's cells have of their own, if they have any.
    pub own_colors: Option<OwnColors>,
}

impl RasterInfo {
    /// Where the cells lie.
    #[must_use]
    pub fn georeference(&self) -> Georeference {
        Georeference { crs: self.crs.clone(), transform: self.geotransform, size: self.size }
    }
}

/// An open raster band. It can move to another thread, but serves one at a time.
pub struct RasterSource {
    pub(super) dataset: Dataset,
    pub(super) info: RasterInfo,
    pub(super) reading: Reading,
    /// The same dataset, opened once more where reading it has failed.
    pub(super) careful: OnceCell<Dataset>,
}

/// How cells come out of the file and into [`RawType`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reading {
    /// GDAL delivers the raw type.
    Native,
    /// Bytes marked as signed, as GDAL before 3.7 has them; delivered as `i16`.
    SignedBytes,
    /// Cells as `f32`, NaN where the mask band or the alpha band is 0.
    Masked,
    /// `f64` cells less `offset` as `f32`, NaN where the cell equals `nodata` or, if `masked`, the mask is 0.
    Rounded { offset: f64, nodata: Option<f64>, masked: bool },
    /// The colours of the cells as `u32`, red in the lowest byte, 0 for none.
    Packed,
}

impl RasterSource {
    /// Opens one band of a dataset and checks that it can be placed on a map.
    ///
    /// `raster_crs` replaces the dataset's own system. Compressed blocks are decoded by as many threads as GDAL's
    /// `GDAL_NUM_THREADS` says, or all cores if it is not set.
    ///
    /// # Errors
    /// [`Error::Raster`] for a missing file, one that is no raster, a band that is not there, cells of a type
    /// that an adapter cannot hold, and a raster without a system or an invertible geotransform.
    /// [`Error::Crs`] if PROJ does not understand the raster's system.
    pub fn open(dataset: &str, band: usize, raster_crs: Option<&Crs>) -> Result<Self> {
        let fault = |problem: String, remedy: &str| Error::Raster {
            dataset: dataset.to_owned(),
            problem,
            remedy: remedy.to_owned(),
        };
        if let Some((problem, remedy)) = plain_path(dataset).and_then(missing) {
            return Err(fault(problem, &remedy));
        }
        let open = open_dataset(dataset).map_err(|(problem, remedy)| fault(problem, &remedy))?;
        check_band_number(&open, band).map_err(|(problem, remedy)| fault(problem, &remedy))?;
        let geotransform = geotransform(&open).map_err(|(problem, remedy)| fault(problem, &remedy))?;
        let crs = match (raster_crs, open.spatial_ref()) {
            (Some(crs), _) => crs.clone(),
            (None, Ok(own)) => Crs::from_spatial_ref(&own, dataset)?,
            (None, Err(_)) => {
                return Err(fault(
                    "it has no coordinate reference system".into(),
                    "give a raster that has one, or write it in with gdal_edit.py -a_srs EPSG:n",
                ));
            }
        };
        let cells = open.rasterband(band).map_err(|e| fault(gdal_reason(&e), "check the file with gdalinfo"))?;
        let (reading, encoding) = plan_reading(&cells).map_err(|(problem, remedy)| fault(problem, remedy))?;
        let info = RasterInfo {
            dataset: dataset.to_owned(),
            band,
            size: pair_u32(cells.size()),
            encoding,
            geotransform,
            crs,
            unit: cells.unit(),
            description: cells.description().unwrap_or_default(),
            block_size: pair_u32(cells.block_size()),
            levels: levels_of(&cells),
            own_colors: own_colors(&open),
        };
        Ok(Self { dataset: open, info, reading, careful: OnceCell::new() })
    }

    /// The minimum and maximum value that the file states for all of its cells; None if it states none, or only
    /// approximate ones.
    #[must_use]
    pub fn stored_range(&self) -> Option<[f64; 2]> {
        let band = self.dataset.rasterband(self.info.band).ok()?;
        let stored = band.get_statistics(false, false).ok()??;
        let (scale, shift) = (band.scale().unwrap_or(1.0), band.offset().unwrap_or(0.0));
        let [a, b] = [stored.min, stored.max].map(|raw| raw * scale + shift);
        (a.is_finite() && b.is_finite()).then(|| [a.min(b), a.max(b)])
    }

    /// Reads colours from now on, RGBA packed in a `u32` with red in the lowest byte and 0 for none, instead of
    /// values. Of a dataset without colours of its own nothing changes.
    pub fn read_own_colors(&mut self) {
        if self.info.own_colors.is_some() {
            self.reading = Reading::Packed;
            self.info.encoding =
                Encoding { raw_type: RawType::U32, scale: 1.0, offset: 0.0, nodata: Some(0.0), rounded: false };
        }
    }

    /// What is known of the band.
    #[must_use]
    pub fn info(&self) -> &RasterInfo {
        &self.info
    }
}

/// GDAL holds sizes as non-negative C ints.
fn pair_u32((x, y): (usize, usize)) -> [u32; 2] {
    [x, y].map(|n| u32::try_from(n).unwrap_or(u32::MAX))
}

/// A fault as (problem, remedy).
type Fault = (String, String);

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

/// Opens a dataset that was opened before.
pub(super) fn open_again(name: &str) -> GdalResult<Dataset> {
    Dataset::open_ex(name, DatasetOptions { open_flags: GdalOpenFlags::GDAL_OF_RASTER, ..Default::default() })
}

fn check_band_number(dataset: &Dataset, band: usize) -> Result<(), Fault> {
    let count = dataset.raster_count();
    if count == 0 {
        return Err(without_bands(dataset));
    }
    if (1..=count).contains(&band) {
        return Ok(());
    }
    let bands = if count == 1 { "it has 1 band".into() } else { format!("it has {count} bands") };
    let remedy = if count == 1 { "give --band 1".into() } else { format!("give --band 1 to {count}") };
    Err((format!("there is no band {band}; {bands}"), remedy))
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

fn geotransform(dataset: &Dataset) -> Result<GeoTransform, Fault> {
    // GDAL's default, which several drivers return for files without one.
    const NONE: [f64; 6] = [0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
    let transform = dataset.geo_transform().ok().filter(|t| *t != NONE);
    let warp = "warp it to a regular grid with gdalwarp".to_owned();
    match transform.map(GeoTransform) {
        Some(transform) if transform.is_invertible() => Ok(transform),
        Some(GeoTransform(t)) => Err((
            format!("its geotransform {t:?} cannot be inverted"),
            "write a valid one in with gdal_edit.py -a_ullr X0 Y1 X1 Y0".into(),
        )),
        None if !dataset.gcps().is_empty() => {
            Err(("it is placed by ground control points only, not by a geotransform".into(), warp))
        }
        None if dataset.metadata_domain("GEOLOCATION").is_some_and(|d| !d.is_empty()) => {
            Err(("it is placed by geolocation arrays only, not by a geotransform".into(), warp))
        }
        None => Err((
            "it has no geotransform, so nothing says where it lies".into(),
            "write one in with gdal_edit.py -a_ullr X0 Y1 X1 Y0".into(),
        )),
    }
}

/// Chooses how cells are read and what they then stand for.
fn plan_reading(band: &RasterBand) -> Result<(Reading, Encoding), (String, &'static str)> {
    let [scale, shift] = [band.scale().unwrap_or(1.0), band.offset().unwrap_or(0.0)];
    if scale == 0.0 || !scale.is_finite() || !shift.is_finite() {
        return Err((
            format!("its scale {scale} and offset {shift} turn no cell into a value"),
            "write right ones in with gdal_edit.py -scale S -offset O",
        ));
    }
    let masked = has_mask(band);
    let kind = band.band_type();
    let signed_bytes = band.metadata_item("PIXELTYPE", "IMAGE_STRUCTURE").as_deref() == Some("SIGNEDBYTE");
    let native = match kind {
        GdalDataType::UInt8 if signed_bytes => Some(RawType::I16),
        GdalDataType::UInt8 => Some(RawType::U8),
        GdalDataType::Int16 => Some(RawType::I16),
        GdalDataType::UInt16 => Some(RawType::U16),
        GdalDataType::Int32 => Some(RawType::I32),
        GdalDataType::UInt32 => Some(RawType::U32),
        GdalDataType::Float32 => Some(RawType::F32),
        // Signed bytes have a type of their own from GDAL 3.7 on; GDAL widens them.
        other if other.is_integer() && other.bits() == 8 => Some(RawType::I16),
        _ => None,
    };
    let encoding = |raw_type: RawType, offset: f64, nodata: Option<f64>, rounded| {
        let nodata = nodata.and_then(|n| raw_type.raw_nodata(n));
        Encoding { raw_type, scale, offset, nodata, rounded }
    };
    let nodata = band.no_data_value();
    match native {
        None if kind == GdalDataType::Float64 => {
            let range = band.compute_raster_min_max(true).ok();
            let offset = range.as_ref().map_or(0.0, |r| offset_for_f32(r.min, r.max));
            if let Some(range) = range.filter(|r| !fits_f32(r.min, r.max, offset)) {
                return Err((
                    format!("its values from {:e} to {:e} are out of the range of 32-bit floats", range.min, range.max),
                    "scale them, as with gdal_calc.py --calc=A*1e50 --type=Float32",
                ));
            }
            let encoding = encoding(RawType::F32, offset * scale + shift, None, true);
            Ok((Reading::Rounded { offset, nodata, masked }, encoding))
        }
        None => Err((
            format!("its cells are of type {}, which adapters cannot hold", kind.name()),
            "convert it with gdal_translate -ot Float32",
        )),
        Some(RawType::I32 | RawType::U32) if masked => Err((
            format!("it has a mask, and its {} cells do not fit the type that masked cells are kept in", kind.name()),
            "convert it with gdal_translate -ot Float32",
        )),
        Some(_) if masked && signed_bytes => {
            Err(("it has a mask over signed bytes".into(), "convert it with gdal_translate -ot Int16"))
        }
        Some(raw_type) if masked => {
            // The mask adds to nodata, which stays a number that the type can hold.
            let nodata = nodata.and_then(|n| raw_type.raw_nodata(n));
            Ok((Reading::Masked, encoding(RawType::F32, shift, nodata, false)))
        }
        Some(raw_type) => {
            let reading = if signed_bytes { Reading::SignedBytes } else { Reading::Native };
            Ok((reading, encoding(raw_type, shift, nodata, false)))
        }
    }
}

/// Whether validity needs GDAL's mask band: an alpha band, a mask of its own, or nodata over all bands together.
fn has_mask(band: &RasterBand) -> bool {
    band.mask_flags().is_ok_and(|f| !f.is_all_valid() && (f.is_per_dataset() || f.is_alpha() || !f.is_nodata()))
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
    set_unless_given("GDAL_CACHEMAX", if driver == "GTiff" { "4" } else { "24" });
}

fn set_unless_given(key: &str, value: &str) {
    let is_given = gdal::config::get_config_option(key, "").is_ok_and(|v| !v.is_empty());
    if !is_given && let Err(e) = gdal::config::set_config_option(key, value) {
        tracing::debug!(target: "mapfolio::gdal", key, value, "{e}");
    }
}
