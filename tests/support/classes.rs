//! How the tests' rasters become colours: values of noise, classes by `numpy.digitize`, matplotlib's colours.

use super::{Cell, Placement, TAB10, TestRaster, WHITE, digitize, hash, matplotlib_table, text, unit_noise};

/// How values become colours.
pub(crate) struct Classes {
    /// As the flag wants it.
    pub(crate) flag: &'static str,
    pub(crate) levels: Vec<f64>,
    pub(crate) cmap: &'static str,
    pub(crate) colors: Vec<[u8; 3]>,
}

impl Classes {
    /// Ten classes from 0 to 100.
    pub(crate) fn tens() -> Self {
        let levels = (0..=10).map(|k| f64::from(k) * 10.0).collect();
        Self { flag: "0:100:10", levels, cmap: "tab10", colors: TAB10.to_vec() }
    }

    /// Sixteen classes of degrees Celsius from -4 to 44.
    pub(crate) fn celsius() -> Self {
        let levels = (0..=16).map(|k| -4.0 + f64::from(k) * 3.0).collect();
        Self { flag: "-4:44:3", levels, cmap: "turbo", colors: matplotlib_table("turbo", 16) }
    }

    pub(crate) fn args(&self, raster: &TestRaster) -> Vec<String> {
        vec![
            format!("--raster={}", text(&raster.path)),
            format!("--levels={}", self.flag),
            format!("--cmap={}", self.cmap),
        ]
    }

    /// The colour of a value; those under and over take the first and last.
    pub(crate) fn color(&self, cell: Cell) -> [u8; 3] {
        let class = |value| digitize(value, &self.levels).clamp(1, self.colors.len()) - 1;
        cell.map_or(WHITE, |value| self.colors[class(value)])
    }
}

/// Column and row of a point in the raster's system; a raster in degrees takes each longitude where it lies in it.
pub(crate) fn cell_of(place: &Placement, [x, y]: [f64; 2]) -> [f64; 2] {
    let west = place.transform[0];
    let x = if place.crs == "EPSG:4326" { west + (x - west).rem_euclid(360.0) } else { x };
    place.cell_from_map([x, y])
}

/// A few of many lines.
pub(crate) fn first_lines(lines: &[String]) -> String {
    lines.iter().take(8).cloned().collect::<Vec<_>>().join("\n")
}

/// Noise from a little under the levels to a little over them, with every 16th cell missing.
pub(crate) fn noise(low: f64, high: f64) -> impl Fn(usize, usize) -> Cell {
    move |column, row| (!hash(row, column).is_multiple_of(16)).then(|| low + (high - low) * unit_noise(column, row))
}
