//! Rasters that the tests make: every cell another number, so that a neighbour in its place is seen.

use std::path::{Path, PathBuf};

use gdal::DriverManager;
use gdal::raster::{Buffer, GdalType};
use gdal::spatial_ref::SpatialRef;

/// The number type of a raster's cells, with its scale and offset.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Numbers {
    U8,
    U16,
    I16 { scale: f64, offset: f64 },
    F32,
}

/// Where a raster lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placement {
    /// Its system.
    pub(crate) crs: &'static str,
    /// GDAL's geotransform.
    pub(crate) transform: [f64; 6],
    /// Columns and rows.
    pub(crate) size: [usize; 2],
}

impl Placement {
    /// Column and row of a point in the raster's system.
    pub(crate) fn cell_from_map(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [x0, a, b, y0, d, e] = self.transform;
        let (dx, dy, determinant) = (x - x0, y - y0, a * e - b * d);
        [(e * dx - b * dy) / determinant, (a * dy - d * dx) / determinant]
    }
}

/// A cell's value, if it has one.
pub(crate) type Cell = Option<f64>;

/// A raster on disk, and what its cells mean.
pub(crate) struct TestRaster {
    pub(crate) path: PathBuf,
    pub(crate) place: Placement,
    /// Values row by row.
    pub(crate) cells: Vec<Cell>,
}

impl TestRaster {
    /// Writes a GeoTIFF whose cell (column, row) holds the number nearest to `value(column, row)`, or the type's
    /// no-data number for None.
    pub(crate) fn write(
        path: PathBuf,
        place: Placement,
        numbers: Numbers,
        value: impl Fn(usize, usize) -> Cell,
    ) -> Self {
        let [columns, rows] = place.size;
        let wanted: Vec<Cell> = (0..columns * rows).map(|k| value(k % columns, k / columns)).collect();
        let cells = match numbers {
            Numbers::U8 => write_cells(&path, &place, &wanted, 255_u8, [1.0, 0.0], |v| v.round() as u8),
            Numbers::U16 => write_cells(&path, &place, &wanted, 65535_u16, [1.0, 0.0], |v| v.round() as u16),
            Numbers::I16 { scale, offset } => {
                let raw = |v: f64| ((v - offset) / scale).round() as i16;
                write_cells(&path, &place, &wanted, i16::MIN, [scale, offset], raw)
            }
            Numbers::F32 => write_cells(&path, &place, &wanted, -9999_f32, [1.0, 0.0], |v| v as f32),
        };
        Self { path, place, cells }
    }

    /// The value of a cell; None outside the raster too.
    pub(crate) fn cell(&self, [column, row]: [f64; 2]) -> Cell {
        let [columns, rows] = self.place.size.map(|n| n as f64);
        let inside = (0.0..columns).contains(&column) && (0.0..rows).contains(&row);
        if inside { self.cells[row as usize * self.place.size[0] + column as usize] } else { None }
    }
}

/// Writes the raw numbers and returns the values that they stand for.
fn write_cells<T: GdalType + Copy + Into<f64> + PartialEq>(
    path: &Path,
    place: &Placement,
    wanted: &[Cell],
    nodata: T,
    [scale, offset]: [f64; 2],
    raw_of_value: impl Fn(f64) -> T,
) -> Vec<Cell> {
    let raw: Vec<T> = wanted.iter().map(|cell| cell.map_or(nodata, &raw_of_value)).collect();
    let [columns, rows] = place.size;
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GDAL writes GeoTIFF");
    let mut dataset = driver.create_with_band_type::<T, _>(path, columns, rows, 1).expect("a new file");
    dataset.set_geo_transform(&place.transform).expect("a geotransform");
    dataset.set_spatial_ref(&SpatialRef::from_definition(place.crs).expect("a known system")).expect("a system");
    let mut band = dataset.rasterband(1).expect("a band");
    band.set_no_data_value(Some(nodata.into())).expect("a no-data number");
    if (scale, offset) != (1.0, 0.0) {
        band.set_scale(scale).expect("a scale");
        band.set_offset(offset).expect("an offset");
    }
    band.write((0, 0), (columns, rows), &mut Buffer::new((columns, rows), raw.clone())).expect("cells");
    dataset.close().expect("a whole file");
    raw.iter().map(|raw| (*raw != nodata).then(|| (*raw).into() * scale + offset)).collect()
}

/// Well mixed bits of a cell's position (the finaliser of splitmix64, S. Vigna).
pub(crate) fn hash(column: usize, row: usize) -> u64 {
    let mut bits = (column as u64) << 32 ^ row as u64 ^ 0x9E37_79B9_7F4A_7C15;
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ bits >> 31
}

/// A number from 0 to 1 that differs from cell to cell.
pub(crate) fn unit_noise(column: usize, row: usize) -> f64 {
    (hash(column, row) >> 11) as f64 / (1_u64 << 53) as f64
}
