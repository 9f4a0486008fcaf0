//! A raster band as a source of cells: what must be known before the first one is read, and every reason why
//! a dataset cannot be drawn, found before any work is done.

use std::cell::OnceCell;

use chrono::NaiveDateTime;
use gdal::raster::{GdalDataType, RasterBand};
use gdal::{Dataset, Metadata};

use super::band::BandChoice;
use super::colors::{OwnColors, own_colors};
use super::encoding::{Encoding, RawType, fits_f32, offset_for_f32};
use super::gdal_reason;
use super::levels::{RasterLevel, levels_of};
use super::opening::{OpenOptions, RasterDataset, unit_of};
use super::time::time_of;
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
    /// When the values are valid, if the file says so.
    pub time: Option<NaiveDateTime>,
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
    pub(super) opened: RasterDataset,
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
    /// The colours of the cells as `u32`, red in the lowest byte, 0 for none, each as opaque as it is times `alpha`.
    Packed { alpha: f64 },
}

impl RasterSource {
    /// Opens one band of a dataset and checks that it can be placed on a map.
    ///
    /// `raster_crs` replaces the dataset's own system.
    ///
    /// # Errors
    /// As [`RasterSource::open_with`].
    pub fn open(dataset: &str, band: usize, raster_crs: Option<&Crs>) -> Result<Self> {
        Self::open_with(dataset, &OpenOptions { band: BandChoice::Number(band), crs: raster_crs.cloned() })
    }

    /// Opens a band of a dataset and checks that it can be placed on a map.
    ///
    /// # Errors
    /// As [`RasterDataset::open`], and for a band that is not there or cannot be drawn.
    pub fn open_with(dataset: &str, options: &OpenOptions) -> Result<Self> {
        let opened = RasterDataset::open(dataset, options.crs.as_ref())?;
        let band = options.band.number_in(&opened.dataset).map_err(|fault| opened.fault(fault))?;
        Self::of_band(opened, band).map_err(|(_, error)| error)
    }

    /// One band of an open dataset, counted from 1.
    ///
    /// # Errors
    /// The dataset, and [`Error::Raster`] for a band that is not there or whose cells cannot be drawn.
    #[expect(clippy::result_large_err, reason = "the dataset is given back for its other bands")]
    pub fn of_band(opened: RasterDataset, band: usize) -> Result<Self, (RasterDataset, Error)> {
        match describe(&opened, band) {
            Ok((reading, info)) => {
                opened.tell_of_complex_cells(band);
                Ok(Self { opened, info, reading, careful: OnceCell::new() })
            }
            Err(error) => Err((opened, error)),
        }
    }

    /// The dataset, for another of its bands.
    #[must_use]
    pub fn into_dataset(self) -> RasterDataset {
        self.opened
    }

    /// The minimum and maximum value that the file states for all of its cells; None if it states none, or only
    /// approximate ones.
    #[must_use]
    pub fn stored_range(&self) -> Option<[f64; 2]> {
        let band = self.opened.dataset.rasterband(self.info.band).ok()?;
        let stored = band.get_statistics(false, false).ok()??;
        let (scale, shift) = (band.scale().unwrap_or(1.0), band.offset().unwrap_or(0.0));
        let [a, b] = [stored.min, stored.max].map(|raw| raw * scale + shift);
        (a.is_finite() && b.is_finite()).then(|| [a.min(b), a.max(b)])
    }

    /// Reads colours from now on, RGBA packed in a `u32` with red in the lowest byte and 0 for none, instead of
    /// values; `alpha`, 0 to 1, multiplies their opacity. Of a dataset without colours of its own nothing changes.
    pub fn read_own_colors(&mut self, alpha: f64) {
        if self.info.own_colors.is_some() {
            self.reading = Reading::Packed { alpha };
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

/// What is known of a band, and how its cells are read.
fn describe(opened: &RasterDataset, band: usize) -> Result<(Reading, RasterInfo)> {
    let fault = |problem: String, remedy: &str| opened.fault((problem, remedy.to_owned()));
    let dataset = &opened.dataset;
    let cells = dataset.rasterband(band).map_err(|e| fault(gdal_reason(&e), "check the file with gdalinfo"))?;
    let (reading, encoding) = plan_reading(&cells).map_err(|(problem, remedy)| fault(problem, remedy))?;
    let info = RasterInfo {
        dataset: opened.name.clone(),
        band,
        size: pair_u32(cells.size()),
        encoding,
        geotransform: opened.geotransform,
        crs: opened.crs.clone(),
        unit: unit_of(&cells),
        description: cells.description().unwrap_or_default(),
        time: time_of(dataset, &cells),
        block_size: pair_u32(cells.block_size()),
        levels: levels_of(&cells),
        own_colors: own_colors(dataset),
    };
    Ok((reading, info))
}

/// GDAL holds sizes as non-negative C ints.
fn pair_u32((x, y): (usize, usize)) -> [u32; 2] {
    [x, y].map(|n| u32::try_from(n).unwrap_or(u32::MAX))
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
    // Masked numbers are kept as f32 with NaN, which does not hold all of 32 bits.
    let is_wide = masked && matches!(native, Some(RawType::I32 | RawType::U32));
    match native.filter(|_| !is_wide) {
        // All that GDAL widens to f64: 64-bit numbers, the real part of complex ones, and those masked ones.
        None => {
            let range = band.compute_raster_min_max(true).ok();
            let offset = range.as_ref().map_or(0.0, |r| offset_for_f32(r.min, r.max));
            if let Some(range) = range.filter(|r| !fits_f32(r.min, r.max, offset)) {
                return Err((
                    format!("its values from {:e} to {:e} are out of the range of 32-bit floats", range.min, range.max),
                    "scale them into it, as with gdal_calc.py --calc=A*FACTOR --type=Float32",
                ));
            }
            let encoding = encoding(RawType::F32, offset * scale + shift, None, true);
            Ok((Reading::Rounded { offset, nodata, masked }, encoding))
        }
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
