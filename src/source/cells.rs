//! Reading a window of cells into bytes, and the range of the valid ones.

use bytemuck::Pod;
use gdal::Dataset;
use gdal::errors::Result as GdalResult;
use gdal::raster::{GdalType, RasterBand};

use super::colors::{fade_packed, read_packed};
use super::encoding::{Encoding, RawType};
use super::opening::open_again;
use super::raster::{RasterSource, Reading};
use crate::geo::gdal_failures;

/// Memory that whole-raster reading uses again from strip to strip, beside the cells that it delivers.
#[derive(Default)]
pub(super) struct Scratch {
    pub mask: Vec<u8>,
    pub channel: Vec<u16>,
    doubles: Vec<f64>,
}

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The first column and row.
    pub corner: [u32; 2],
    /// Columns and rows.
    pub size: [u32; 2],
}

impl Window {
    pub(super) fn cells(&self) -> usize {
        self.size[0] as usize * self.size[1] as usize
    }

    /// The column and row after the last.
    pub(super) fn end(&self) -> [u32; 2] {
        [0, 1].map(|k| self.corner[k] + self.size[k])
    }
}

impl RasterSource {
    /// Reads a window of the band, or of one of its overviews, into `bytes`, which must hold exactly its cells.
    ///
    /// GDAL's decoding threads may fail without failing the read, and leave what they made of a bad block in its
    /// cache (seen in 3.6.2). So after any failure the file is read once more from the start with one thread.
    pub(super) fn read_window(
        &self,
        overview: Option<usize>,
        window: Window,
        bytes: &mut [u8],
        scratch: &mut Scratch,
    ) -> GdalResult<()> {
        if self.careful.get().is_none() {
            let before = gdal_failures();
            let read = self.read_window_of(&self.opened.dataset, overview, window, bytes, scratch);
            if read.is_ok() && gdal_failures() == before {
                return Ok(());
            }
        }
        let careful = if let Some(dataset) = self.careful.get() {
            dataset
        } else {
            let dataset = with_one_thread(|| open_again(&self.opened.reopen_name))?;
            self.careful.get_or_init(|| dataset)
        };
        self.read_window_of(careful, overview, window, bytes, scratch)
    }

    fn read_window_of(
        &self,
        dataset: &Dataset,
        overview: Option<usize>,
        window: Window,
        bytes: &mut [u8],
        scratch: &mut Scratch,
    ) -> GdalResult<()> {
        let band = |number| {
            let band = dataset.rasterband(number)?;
            overview.map_or(Ok(band), |k| dataset.rasterband(number)?.overview(k))
        };
        match (self.reading, &self.info.own_colors) {
            (Reading::Packed { alpha }, Some(colors)) => {
                let cells = bytemuck::cast_slice_mut(bytes);
                read_packed(&band, self.info.band, colors, window, cells, scratch)?;
                fade_packed(cells, alpha);
                Ok(())
            }
            (reading, _) => {
                read_values(&band(self.info.band)?, window, self.info.encoding.raw_type, reading, bytes, scratch)
            }
        }
    }
}

/// Does something while GDAL decodes with one thread, as far as this one asks it to.
fn with_one_thread<T>(work: impl FnOnce() -> GdalResult<T>) -> GdalResult<T> {
    const KEY: &str = "GDAL_NUM_THREADS";
    gdal::config::set_thread_local_config_option(KEY, "1")?;
    let result = work();
    gdal::config::clear_thread_local_config_option(KEY)?;
    result
}

fn read_values(
    band: &RasterBand,
    window: Window,
    raw_type: RawType,
    reading: Reading,
    bytes: &mut [u8],
    scratch: &mut Scratch,
) -> GdalResult<()> {
    match (reading, raw_type) {
        (Reading::Native, RawType::U8) => read(band, window, bytes),
        (Reading::Native, RawType::I16) => read::<i16>(band, window, bytemuck::cast_slice_mut(bytes)),
        (Reading::Native, RawType::U16) => read::<u16>(band, window, bytemuck::cast_slice_mut(bytes)),
        (Reading::Native, RawType::I32) => read::<i32>(band, window, bytemuck::cast_slice_mut(bytes)),
        (Reading::Native | Reading::Packed { .. }, RawType::U32) => {
            read::<u32>(band, window, bytemuck::cast_slice_mut(bytes))
        }
        (Reading::Native | Reading::Packed { .. }, _) => read::<f32>(band, window, bytemuck::cast_slice_mut(bytes)),
        (Reading::SignedBytes, _) => {
            let cells: &mut [i16] = bytemuck::cast_slice_mut(bytes);
            read(band, window, cells)?;
            // GDAL takes the byte as unsigned; its low eight bits are the number in two's complement.
            for cell in cells {
                *cell = i16::from(cell.to_le_bytes()[0].cast_signed());
            }
            Ok(())
        }
        (Reading::Masked, _) => {
            let cells: &mut [f32] = bytemuck::cast_slice_mut(bytes);
            read(band, window, cells)?;
            apply_mask(band, window, cells, &mut scratch.mask)
        }
        (Reading::Rounded { offset, nodata, masked }, _) => {
            let cells: &mut [f32] = bytemuck::cast_slice_mut(bytes);
            scratch.doubles.resize(cells.len(), 0.0);
            read(band, window, &mut scratch.doubles)?;
            #[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is what is asked for")]
            for (cell, &v) in cells.iter_mut().zip(&scratch.doubles) {
                *cell = if nodata == Some(v) { f32::NAN } else { (v - offset) as f32 };
            }
            if masked { apply_mask(band, window, cells, &mut scratch.mask) } else { Ok(()) }
        }
    }
}

pub(super) fn read<T: GdalType + Copy>(band: &RasterBand, window: Window, cells: &mut [T]) -> GdalResult<()> {
    let size = (window.size[0] as usize, window.size[1] as usize);
    let corner = (isize::try_from(window.corner[0])?, isize::try_from(window.corner[1])?);
    band.read_into_slice(corner, size, size, cells, None)
}

/// Makes cells NaN where GDAL's mask is 0.
fn apply_mask(band: &RasterBand, window: Window, cells: &mut [f32], mask: &mut Vec<u8>) -> GdalResult<()> {
    mask.resize(cells.len(), 0);
    read(&band.open_mask_band()?, window, mask)?;
    for (cell, &valid) in cells.iter_mut().zip(mask.iter()) {
        *cell = if valid == 0 { f32::NAN } else { *cell };
    }
    Ok(())
}

/// Of which cells a minimum and maximum is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RasterRange {
    /// All with a value.
    All,
    /// Those with a value above 0, which have logarithms.
    Positive,
}

/// The smallest and largest valid raw number so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RawRange(Option<[f64; 2]>);

impl RawRange {
    /// Takes in those cells among `bytes` that count. Infinite cells count as invalid, as matplotlib masks them.
    pub(super) fn add(&mut self, of: RasterRange, encoding: &Encoding, bytes: &[u8]) {
        let found = match of {
            RasterRange::All => raw_extremes(encoding, bytes, |_| true),
            RasterRange::Positive => raw_extremes(encoding, bytes, |raw| encoding.value(raw) > 0.0),
        };
        self.0 = match (self.0, found) {
            (Some([a, b]), Some([c, d])) => Some([a.min(c), b.max(d)]),
            (known, new) => known.or(new),
        };
    }

    /// The range in value units.
    pub(super) fn values(self, encoding: &Encoding) -> Option<[f64; 2]> {
        let [a, b] = self.0?.map(|raw| encoding.value(raw));
        Some([a.min(b), a.max(b)])
    }
}

/// Minimum and maximum of the valid raw numbers that are wanted.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "nodata is a number of the raw type")]
#[expect(clippy::float_cmp, reason = "a cell is nodata if it is that very number")]
fn raw_extremes(encoding: &Encoding, bytes: &[u8], is_wanted: impl Fn(f64) -> bool) -> Option<[f64; 2]> {
    let nodata = encoding.nodata;
    match encoding.raw_type {
        RawType::U8 => integers(bytes, [u8::MAX, u8::MIN], nodata.map(|n| n as u8), is_wanted),
        RawType::I16 => integers(cells(bytes), [i16::MAX, i16::MIN], nodata.map(|n| n as i16), is_wanted),
        RawType::U16 => integers(cells(bytes), [u16::MAX, u16::MIN], nodata.map(|n| n as u16), is_wanted),
        RawType::I32 => integers(cells(bytes), [i32::MAX, i32::MIN], nodata.map(|n| n as i32), is_wanted),
        RawType::U32 => integers(cells(bytes), [u32::MAX, u32::MIN], nodata.map(|n| n as u32), is_wanted),
        RawType::F32 => {
            // NaN equals no cell, which is what "no nodata" means.
            let nodata = nodata.map_or(f32::NAN, |n| n as f32);
            let is_valid = |v: f32| v.abs() <= f32::MAX && v != nodata && is_wanted(v.into());
            extremes(cells(bytes), [f32::INFINITY, f32::NEG_INFINITY], is_valid)
        }
    }
}

fn cells<T: Pod>(bytes: &[u8]) -> &[T] {
    bytemuck::cast_slice(bytes)
}

fn integers<T: Copy + PartialOrd + Into<f64>>(
    cells: &[T],
    start: [T; 2],
    nodata: Option<T>,
    is_wanted: impl Fn(f64) -> bool,
) -> Option<[f64; 2]> {
    match nodata {
        Some(nodata) => extremes(cells, start, |v| v != nodata && is_wanted(v.into())),
        None => extremes(cells, start, |v| is_wanted(v.into())),
    }
}

/// Minimum and maximum of the valid cells. `start` holds numbers that every cell is at most and at least.
///
/// Independent lanes and selects instead of branches let the compiler use vector instructions.
fn extremes<T: Copy + PartialOrd + Into<f64>>(
    cells: &[T],
    start: [T; 2],
    is_valid: impl Fn(T) -> bool,
) -> Option<[f64; 2]> {
    const LANES: usize = 32;
    let (mut low, mut high) = ([start[0]; LANES], [start[1]; LANES]);
    let mut take = |lane: usize, v: T| {
        let valid = is_valid(v);
        low[lane] = if valid && v < low[lane] { v } else { low[lane] };
        high[lane] = if valid && v > high[lane] { v } else { high[lane] };
    };
    let mut chunks = cells.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, &v) in chunk.iter().enumerate() {
            take(lane, v);
        }
    }
    chunks.remainder().iter().enumerate().for_each(|(lane, &v)| take(lane, v));
    let least = low.into_iter().fold(start[0], |a, b| if b < a { b } else { a });
    let most = high.into_iter().fold(start[1], |a, b| if b > a { b } else { a });
    (least <= most).then(|| [least.into(), most.into()])
}
