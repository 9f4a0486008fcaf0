//! The class of every value equals `numpy.digitize`'s: on, just below and just above each level, in float32 and in
//! scaled integers, as recorded in `data/digitize.json` by `data/make_digitize.py`.
//!
//! Each raster is drawn on its own map, so that every cell is a block of pixels, in a colour for each answer.

mod support;

use serde::Deserialize;
use support::{Frames, Image, Numbers, Placement, TestRaster, View, WHITE, text};

const CRS: &str = "EPSG:32615";
/// Output pixels along each side of a cell.
const CELL_PX: usize = 2;

#[derive(Deserialize)]
struct Answers {
    float32: Vec<FloatCase>,
    int16: Vec<IntegerCase>,
    uint8: Vec<IntegerCase>,
}

/// A boundary norm that is extended at both ends.
#[derive(Deserialize)]
struct Scale {
    cmap: String,
    /// matplotlib's colour for each answer, all different.
    colors: Vec<[u8; 3]>,
    levels_bits: Vec<u64>,
}

impl Scale {
    fn flags(&self) -> [String; 3] {
        // Rust writes the shortest decimals that read back as the same number.
        let levels: Vec<String> = self.levels_bits.iter().map(|b| f64::from_bits(*b).to_string()).collect();
        [format!("--levels={}", levels.join(",")), format!("--cmap={}", self.cmap), "--extend=both".to_owned()]
    }
}

#[derive(Deserialize)]
struct FloatCase {
    name: String,
    scale: Scale,
    values_bits: Vec<u32>,
    digitize: Vec<usize>,
}

/// The classes of all raw numbers, as the first number of each run and its class.
#[derive(Deserialize)]
struct IntegerCase {
    name: String,
    scale: Scale,
    /// What a raw number is multiplied with, and what is then added.
    factor_bits: u64,
    offset_bits: u64,
    runs: Vec<(i32, usize)>,
}

impl IntegerCase {
    fn class(&self, raw: i32) -> usize {
        self.runs[self.runs.partition_point(|(first, _)| *first <= raw) - 1].1
    }
}

fn answers() -> Answers {
    serde_json::from_str(include_str!("data/digitize.json")).expect("JSON")
}

/// Where a raster of this size lies.
fn place(columns: usize, rows: usize) -> Placement {
    Placement { crs: CRS, transform: [400_000.0, 100.0, 0.0, 4_500_000.0, 0.0, -100.0], size: [columns, rows] }
}

/// Draws the raster so that each cell fills a block of pixels.
fn draw(raster: &TestRaster, scale: &Scale) -> Image {
    let [columns, rows] = raster.place.size;
    let [x0, dx, _, y1, _, dy] = raster.place.transform;
    let extent = [x0, x0 + columns as f64 * dx, y1 + rows as f64 * dy, y1];
    let view = View { name: "cells".into(), extent, size_px: [columns * CELL_PX, rows * CELL_PX] };
    let mut args = vec![format!("--raster={}", text(&raster.path))];
    args.extend(scale.flags());
    let frames = Frames { crs: CRS, inches: [columns as u32, rows as u32], dpi: CELL_PX as u32, args };
    frames.draw(std::slice::from_ref(&view)).remove("cells").expect("the image")
}

/// The colour of a cell, which all its pixels must have.
fn cell_color(image: &Image, column: usize, row: usize) -> [u8; 3] {
    let pixel = |k: usize| image.at(column * CELL_PX + k % CELL_PX, row * CELL_PX + k / CELL_PX);
    let color = pixel(0);
    for k in 1..CELL_PX * CELL_PX {
        assert_eq!(pixel(k), color, "a pixel of cell ({column}, {row})");
    }
    color
}

#[test]
fn float32_values_have_numpys_classes() {
    let folder = tempfile::tempdir().expect("a folder");
    for case in answers().float32 {
        let values: Vec<f32> = case.values_bits.iter().map(|b| f32::from_bits(*b)).collect();
        // Behind the values those that matplotlib's pcolormesh masks as invalid, and a cell without data.
        let blank = [Some(f64::NAN), Some(f64::INFINITY), Some(f64::NEG_INFINITY), None];
        let columns = values.len() + blank.len();
        let value = |column: usize, _| match values.get(column) {
            Some(value) => Some(f64::from(*value)),
            None => blank[column - values.len()],
        };
        let raster = TestRaster::write(folder.path().join("values.tif"), place(columns, 1), Numbers::F32, value);
        let image = draw(&raster, &case.scale);
        for (column, (value, class)) in values.iter().zip(&case.digitize).enumerate() {
            let seen = cell_color(&image, column, 0);
            assert_eq!(seen, case.scale.colors[*class], "{}: {value:e} is in class {class}", case.name);
        }
        for (k, value) in blank.iter().enumerate() {
            assert_eq!(cell_color(&image, values.len() + k, 0), WHITE, "{}: {value:?} has no colour", case.name);
        }
    }
}

/// Draws every number from `first` on, 256 in a row, and compares all classes.
fn check_integers(case: &IntegerCase, numbers: Numbers, first: i32, count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let [factor, offset] = [case.factor_bits, case.offset_bits].map(f64::from_bits);
    let (columns, rows) = (256, count.div_ceil(256));
    let raw = |column: usize, row: usize| first + (row * columns + column) as i32;
    let last = first + count as i32;
    let value = |column, row| (raw(column, row) < last).then(|| f64::from(raw(column, row)) * factor + offset);
    let raster = TestRaster::write(folder.path().join("raw.tif"), place(columns, rows), numbers, value);
    let image = draw(&raster, &case.scale);
    for k in 0..columns * rows {
        let (column, row) = (k % columns, k / columns);
        let raw = raw(column, row);
        let expected = if raw < last { case.scale.colors[case.class(raw)] } else { WHITE };
        let seen = cell_color(&image, column, row);
        assert_eq!(seen, expected, "{}: {raw} * {factor} + {offset}", case.name);
    }
}

#[test]
fn every_scaled_int16_has_numpys_class() {
    for case in answers().int16 {
        let [factor, offset] = [case.factor_bits, case.offset_bits].map(f64::from_bits);
        check_integers(&case, Numbers::I16 { scale: factor, offset }, -32767, 65535);
    }
}

#[test]
fn every_byte_has_numpys_class() {
    for case in answers().uint8 {
        check_integers(&case, Numbers::U8, 0, 255);
    }
}
