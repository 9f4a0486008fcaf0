//! Values read back from images, and cells mixed in f64 as the resamplings say.

use super::{Cell, Image, TestRaster};

/// Flags under which a value from 0 to 250 is the grey of its whole part, and no value is white.
pub(crate) const GREYS: [&str; 3] = ["--cmap=gray", "--vmin=0", "--vmax=256"];

/// Entries of matplotlib's `gray` that its arithmetic rounds down to the grey before.
const DARKER_BY_ONE: [u8; 24] =
    [33, 37, 41, 45, 49, 53, 57, 61, 66, 74, 82, 90, 98, 106, 114, 122, 132, 148, 164, 180, 196, 212, 228, 244];

/// What is wrong with an image drawn with [`GREYS`]: pixels whose grey is not that of the expected value, give or take
/// `tolerance`; None where nothing is known of a pixel.
pub(crate) fn wrong_greys(image: &Image, expected: &[Option<Cell>], tolerance: f64) -> Vec<String> {
    assert_eq!(expected.len(), image.rgb.len());
    let mut wrong = Vec::new();
    for (k, (rgb, expected)) in image.rgb.iter().zip(expected).enumerate() {
        let fits = match expected {
            None => true,
            Some(None) => *rgb == [255; 3],
            Some(Some(value)) => {
                let low = f64::from(rgb[0]);
                let high = low + if DARKER_BY_ONE.contains(&(rgb[0].saturating_add(1))) { 2.0 } else { 1.0 };
                rgb[0] == rgb[1] && rgb[1] == rgb[2] && low - tolerance <= *value && *value < high + tolerance
            }
        };
        if !fits {
            wrong.push(format!("pixel ({}, {}) is {rgb:?}, not {expected:?}", k % image.width, k / image.width));
        }
    }
    wrong
}

/// A box in columns and rows: left, top, right, bottom.
pub(crate) type CellBox = [f64; 4];

/// The valid cells under a box with the areas that it covers of them. With `wraps` columns repeat.
fn covered(raster: &TestRaster, [left, top, right, bottom]: CellBox, wraps: bool) -> Vec<(f64, f64)> {
    let mut found = Vec::new();
    let columns = raster.place.size[0] as f64;
    let overlap = |k: f64, low: f64, high: f64| ((k + 1.0).min(high) - k.max(low)).max(0.0);
    let mut row = top.floor();
    while row < bottom {
        let mut column = left.floor();
        while column < right {
            let at = if wraps { column.rem_euclid(columns) } else { column };
            let area = overlap(column, left, right) * overlap(row, top, bottom);
            if let Some(value) = raster.cell([at, row]).filter(|_| area > 0.0) {
                found.push((value, area));
            }
            column += 1.0;
        }
        row += 1.0;
    }
    found
}

/// The area of which less is nothing: positions are known to a hundredth of a pixel.
fn least_area([left, top, right, bottom]: CellBox) -> f64 {
    1e-4 * (right - left) * (bottom - top)
}

/// The mean of the valid cells under a box by area.
pub(crate) fn mean(raster: &TestRaster, cells: CellBox, wraps: bool) -> Cell {
    let covered = covered(raster, cells, wraps);
    let area: f64 = covered.iter().map(|(_, area)| area).sum();
    (area > least_area(cells)).then(|| covered.iter().map(|(value, area)| value * area).sum::<f64>() / area)
}

/// The value that covers most of a box; None inside if two cover nearly the same.
pub(crate) fn prevailing(raster: &TestRaster, cells: CellBox) -> Option<Cell> {
    let mut areas: Vec<(f64, f64)> = Vec::new();
    for (value, area) in covered(raster, cells, false) {
        match areas.iter_mut().find(|(known, _)| *known == value) {
            Some((_, sum)) => *sum += area,
            None => areas.push((value, area)),
        }
    }
    areas.retain(|(_, area)| *area > least_area(cells));
    areas.sort_by(|a, b| b.1.total_cmp(&a.1));
    match areas[..] {
        [] => Some(None),
        [(value, first), (_, second), ..] => (first > second * 1.01).then_some(Some(value)),
        [(value, _)] => Some(Some(value)),
    }
}

/// The largest or smallest value, as `pick` chooses, of the cells that lie under a box; None inside if a cell that decides
/// lies under so little of it that rounding decides about it.
pub(crate) fn extreme(raster: &TestRaster, cells: CellBox, pick: fn(f64, f64) -> f64) -> Option<Cell> {
    let of = |[left, top, right, bottom]: CellBox| {
        covered(raster, [left, top, right, bottom], false).into_iter().map(|(value, _)| value).reduce(pick)
    };
    // Positions are known to a few thousandths of a cell.
    let grown = |by: f64| [cells[0] - by, cells[1] - by, cells[2] + by, cells[3] + by];
    let (inner, outer) = (of(grown(-5e-3)), of(grown(5e-3)));
    (inner == outer).then_some(inner)
}

/// The cells around a point weighted by a kernel of the distance along each axis, those without a value left out; None if the
/// point itself is in such a cell, as gdalwarp has it.
pub(crate) fn convolved(raster: &TestRaster, [column, row]: [f64; 2], cubic: bool, wraps: bool) -> Cell {
    let reach = if cubic { 2 } else { 1 };
    let kernel = |d: f64| match d.abs() {
        d if cubic && d <= 1.0 => 1.5 * d.powi(3) - 2.5 * d.powi(2) + 1.0,
        d if cubic && d < 2.0 => -0.5 * d.powi(3) + 2.5 * d.powi(2) - 4.0 * d + 2.0,
        d if !cubic && d < 1.0 => 1.0 - d,
        _ => 0.0,
    };
    let first = [column, row].map(|at| (at - 0.5).floor() as i64 - reach + 1);
    let columns = raster.place.size[0] as i64;
    let (mut sum, mut weights) = (0.0, 0.0);
    for y in first[1]..first[1] + 2 * reach {
        for x in first[0]..first[0] + 2 * reach {
            let weight = kernel(x as f64 + 0.5 - column) * kernel(y as f64 + 0.5 - row);
            let at = if wraps { x.rem_euclid(columns) } else { x };
            if let Some(value) = raster.cell([at as f64, y as f64]) {
                sum += weight * value;
                weights += weight;
            }
        }
    }
    let own = if wraps { column.rem_euclid(columns as f64) } else { column };
    (raster.cell([own, row]).is_some() && weights > 0.1).then(|| sum / weights)
}
