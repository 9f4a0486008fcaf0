//! The limits of a norm where the user gives none: the whole raster's, so that regions compare.

use crate::error::{Error, Result};
pub(super) use crate::source::RasterRange;
use crate::source::RasterSource;
use crate::style::room_about;

/// The limits given, or else the raster's; and the raster's range, if it was looked for among all cells.
///
/// # Errors
/// For cells that cannot be read, or of which none has a value.
pub(super) fn limits(
    vmin: Option<f64>,
    vmax: Option<f64>,
    source: &RasterSource,
    of: RasterRange,
) -> Result<([f64; 2], Option<[f64; 2]>)> {
    if let (Some(vmin), Some(vmax)) = (vmin, vmax) {
        return Ok(([vmin, vmax], None));
    }
    let [low, high] = whole_range(source, of)?;
    let range = Some([low, high]).filter(|_| of == RasterRange::All);
    let (vmin, vmax) = (vmin.unwrap_or(low), vmax.unwrap_or(high));
    // A constant raster gets the scale that matplotlib gives it.
    if vmin == vmax && low == high {
        let room = room_about(vmin);
        return Ok(([vmin - room, vmax + room], range));
    }
    Ok(([vmin, vmax], range))
}

/// The minimum and maximum of all cells, or of those that count.
///
/// # Errors
/// For cells that cannot be read, or of which none counts.
pub(super) fn whole_range(source: &RasterSource, of: RasterRange) -> Result<[f64; 2]> {
    if is_huge(source) {
        match source.stored_range() {
            Some([low, high]) if of == RasterRange::All || low > 0.0 => return Ok([low, high]),
            _ => warn_of_reading(source),
        }
    }
    let buffer = std::cell::Cell::new(None);
    let range = source.read_strips(
        Some(of),
        || Ok(buffer.take().unwrap_or_default()),
        |strip| {
            buffer.set(Some(strip.into_buffer()));
            Ok(())
        },
    )?;
    let (what, remedy) = match of {
        RasterRange::All => {
            ("has a value", "check its nodata value, or give --levels or --vmin and --vmax to draw it empty")
        }
        RasterRange::Positive => ("is positive", "give --norm symlog or linear, or --vmin and --vmax to draw it empty"),
    };
    range.ok_or_else(|| Error::Raster {
        dataset: source.info().dataset.clone(),
        problem: format!("no cell of it {what}, so there is no minimum and maximum"),
        remedy: remedy.into(),
    })
}

/// Whether reading all of a raster takes so long that it should be said.
fn is_huge(source: &RasterSource) -> bool {
    const MANY_CELLS: u64 = 1_000_000_000;
    source.info().size.iter().map(|n| u64::from(*n)).product::<u64>() > MANY_CELLS
}

fn warn_of_reading(source: &RasterSource) {
    let [columns, rows] = source.info().size;
    tracing::warn!(
        "raster {}: all of its {columns} x {rows} cells are read for their minimum and maximum; give --vmin and --vmax \
         or --levels to avoid it, or store them in the file with gdalinfo -stats",
        source.info().dataset
    );
}
