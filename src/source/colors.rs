//! Rasters whose cells are colours of their own: which bands make them, and cells packed as RGBA.

use gdal::Dataset;
use gdal::errors::Result as GdalResult;
use gdal::raster::{ColorInterpretation, GdalDataType, RasterBand};

use super::cells::{Scratch, Window, read};

/// What a raster's cells say of their colours.
#[derive(Clone, Debug, PartialEq)]
pub enum OwnColors {
    /// Each cell is the number of a colour, RGBA with straight alpha; numbers beyond the table have none.
    Table(Vec<[u8; 4]>),
    /// Each cell's colour is spread over bands.
    Bands(ColorBands),
}

/// The bands that make colours.
#[derive(Clone, Debug, PartialEq)]
pub struct ColorBands {
    /// The numbers of the red, green and blue band, counted from 1; one number three times for greys.
    rgb: [usize; 3],
    /// The number of the alpha band.
    alpha: Option<usize>,
    /// Whether full is 65535 instead of 255.
    is_16_bit: bool,
    /// The number in each band that, found in all three, means "no colour".
    nodata: Option<[f64; 3]>,
    /// Whether a mask of the whole dataset says where colours are.
    has_mask: bool,
}

/// The colours of a dataset by what its bands are said to be: a colour table on the first band, red, green and blue,
/// or grey and alpha; of 8 or 16 unsigned bits. None for all others, whose cells are values.
pub(super) fn own_colors(dataset: &Dataset) -> Option<OwnColors> {
    let bands: Vec<RasterBand> = dataset.rasterbands().collect::<GdalResult<_>>().ok()?;
    let meanings: Vec<_> = bands.iter().map(RasterBand::color_interpretation).collect();
    let whole = |band: &RasterBand| matches!(band.band_type(), GdalDataType::UInt8 | GdalDataType::UInt16);
    let first = bands.first().filter(|band| whole(band))?;
    if meanings[0] == ColorInterpretation::PaletteIndex {
        return color_table(first).map(OwnColors::Table);
    }
    let position = |meaning| meanings.iter().position(|m| *m == meaning);
    let alpha = position(ColorInterpretation::AlphaBand);
    let rgb = [ColorInterpretation::RedBand, ColorInterpretation::GreenBand, ColorInterpretation::BlueBand];
    let rgb = match rgb.map(position) {
        [Some(red), Some(green), Some(blue)] => [red, green, blue],
        _ if bands.len() == 2 && meanings[0] == ColorInterpretation::GrayIndex && alpha == Some(1) => [0; 3],
        _ => return None,
    };
    let kind = bands[rgb[0]].band_type();
    if !rgb.iter().chain(alpha.as_ref()).all(|k| whole(&bands[*k]) && bands[*k].band_type() == kind) {
        return None;
    }
    let nodata = rgb.map(|k| bands[k].no_data_value());
    let flags = bands[rgb[0]].mask_flags().ok();
    Some(OwnColors::Bands(ColorBands {
        rgb: rgb.map(|k| k + 1),
        alpha: alpha.map(|k| k + 1),
        is_16_bit: kind == GdalDataType::UInt16,
        nodata: if let [Some(r), Some(g), Some(b)] = nodata { Some([r, g, b]) } else { None },
        has_mask: flags.is_some_and(|f| f.is_per_dataset() && !f.is_alpha() && !f.is_nodata()),
    }))
}

fn color_table(band: &RasterBand) -> Option<Vec<[u8; 4]>> {
    let table = band.color_table()?;
    let byte = |channel: i16| channel.clamp(0, 255) as u8;
    let color = |k| table.entry_as_rgb(k).map_or([0; 4], |c| [c.r, c.g, c.b, c.a].map(byte));
    Some((0..table.entry_count()).map(color).collect())
}

/// Reads the colours of a window, red in the lowest byte, alpha in the highest; 0 where there is none.
///
/// `band` gives the bands by number, at the level to read.
pub(super) fn read_packed<'a>(
    band: &dyn Fn(usize) -> GdalResult<RasterBand<'a>>,
    number: usize,
    colors: &OwnColors,
    window: Window,
    cells: &mut [u32],
    scratch: &mut Scratch,
) -> GdalResult<()> {
    match colors {
        OwnColors::Table(table) => {
            let band = band(number)?;
            let nodata = band.no_data_value();
            scratch.channel.resize(cells.len(), 0);
            read(&band, window, &mut scratch.channel)?;
            for (cell, &index) in cells.iter_mut().zip(&scratch.channel) {
                let color = table.get(usize::from(index)).filter(|_| nodata != Some(f64::from(index)));
                *cell = color.map_or(0, |color| u32::from_le_bytes(*color));
            }
            let flags = band.mask_flags()?;
            let is_masked = !flags.is_all_valid() && !flags.is_nodata();
            if is_masked { drop_masked(&band, window, cells, scratch) } else { Ok(()) }
        }
        OwnColors::Bands(bands) => read_bands(band, bands, window, cells, scratch),
    }
}

/// Makes packed colours as opaque as they are times `alpha`.
pub(super) fn fade_packed(cells: &mut [u32], alpha: f64) {
    if alpha < 1.0 {
        for cell in cells {
            let opacity = (f64::from(*cell >> 24) * alpha).round() as u32;
            *cell = *cell & 0x00ff_ffff | opacity << 24;
        }
    }
}

fn read_bands<'a>(
    band: &dyn Fn(usize) -> GdalResult<RasterBand<'a>>,
    bands: &ColorBands,
    window: Window,
    cells: &mut [u32],
    scratch: &mut Scratch,
) -> GdalResult<()> {
    let byte = |v: u16| if bands.is_16_bit { (u32::from(v) * 255 + 32767) / 65535 } else { u32::from(v) };
    let Scratch { channel, mask, .. } = scratch;
    channel.resize(cells.len(), 0);
    mask.clear();
    mask.resize(cells.len(), 0);
    cells.fill(0);
    for (k, &number) in bands.rgb.iter().enumerate() {
        if k == 0 || number != bands.rgb[k - 1] {
            read(&band(number)?, window, channel)?;
        }
        let nodata = bands.nodata.map(|nodata| nodata[k]);
        for ((cell, nodata_count), &v) in cells.iter_mut().zip(mask.iter_mut()).zip(channel.iter()) {
            *cell |= byte(v) << (8 * k);
            *nodata_count += u8::from(nodata == Some(f64::from(v)));
        }
    }
    match bands.alpha {
        Some(number) => {
            read(&band(number)?, window, channel)?;
            cells.iter_mut().zip(channel.iter()).for_each(|(cell, &v)| *cell |= byte(v) << 24);
        }
        None => cells.iter_mut().for_each(|cell| *cell |= 0xff << 24),
    }
    for (cell, nodata_count) in cells.iter_mut().zip(mask.iter()) {
        if *nodata_count == 3 || *cell >> 24 == 0 {
            *cell = 0;
        }
    }
    if bands.has_mask { drop_masked(&band(bands.rgb[0])?, window, cells, scratch) } else { Ok(()) }
}

fn drop_masked(band: &RasterBand, window: Window, cells: &mut [u32], scratch: &mut Scratch) -> GdalResult<()> {
    scratch.mask.resize(cells.len(), 0);
    read(&band.open_mask_band()?, window, &mut scratch.mask)?;
    cells.iter_mut().zip(&scratch.mask).filter(|(_, valid)| **valid == 0).for_each(|(cell, _)| *cell = 0);
    Ok(())
}
