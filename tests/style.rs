//! Colours, colormaps and classes equal matplotlib's, as recorded in `data/colors.json` by `data/make_colors.py`.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first wrong answer")]

use std::collections::BTreeMap;

use mapfolio::style::{Choice as _, Color, Colormap, Extend, Extremes, Norm, ValueMap};
use serde::Deserialize;

#[derive(Deserialize)]
struct Answers {
    sizes: Vec<usize>,
    crcs: BTreeMap<String, Vec<u32>>,
    lengths: BTreeMap<String, usize>,
    own_crcs: BTreeMap<String, u32>,
    full: Vec<Table>,
    luts: Vec<LutCase>,
    lists: Vec<ListCase>,
    boundary: Vec<BoundaryCase>,
    linear: Vec<LinearCase>,
    parsed: BTreeMap<String, [f32; 4]>,
    named: BTreeMap<String, String>,
    refused: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    name: String,
    colors: Vec<[u8; 4]>,
}

/// `get_cmap(name, n)`.
#[derive(Deserialize)]
struct LutCase {
    name: String,
    n: usize,
    crc: u32,
    /// CRC-32 of the colours that it has resampled to a number of them.
    sizes: BTreeMap<usize, u32>,
}

/// Colours as `ListedColormap` and as `LinearSegmentedColormap.from_list`.
#[derive(Deserialize)]
struct ListCase {
    colors: Vec<String>,
    listed: Vec<[u8; 4]>,
    sizes: BTreeMap<usize, u32>,
    blended: BTreeMap<usize, u32>,
}

#[derive(Deserialize)]
struct BoundaryCase {
    levels_bits: Vec<u64>,
    extend: String,
    f32: Expected<u32>,
    f64: Expected<u64>,
}

#[derive(Deserialize)]
struct LinearCase {
    cmap: String,
    vmin_bits: u64,
    vmax_bits: u64,
    f32: Expected<u32>,
    f64: Expected<u64>,
}

/// Values by their bits, and what matplotlib and numpy say of each.
#[derive(Deserialize)]
struct Expected<Bits> {
    bits: Vec<Bits>,
    classes: Vec<usize>,
    #[serde(default)]
    digitize: Vec<usize>,
    /// CRC-32 of the RGBA bytes of all values in turn.
    colors_crc: u32,
}

fn answers() -> Answers {
    serde_json::from_str(include_str!("data/colors.json")).unwrap()
}

fn colormap(name: &str) -> Colormap {
    Colormap::by_name(name, "--cmap").unwrap()
}

/// The CRC-32 of zlib.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)))
}

fn crc_of(colors: &[[u8; 4]]) -> u32 {
    crc(colors.as_flattened())
}

fn colors_of(map: &ValueMap, classes: &[usize]) -> Vec<[u8; 4]> {
    classes.iter().map(|&class| map.colors()[class]).collect()
}

#[test]
fn the_checksum_is_zlibs() {
    assert_eq!(crc(b"123456789"), 0xcbf4_3926);
}

#[test]
fn every_colormap_resamples_to_matplotlibs_bytes() {
    let answers = answers();
    assert_eq!(answers.crcs.len(), 182);
    for (name, crcs) in &answers.crcs {
        for (&size, &expected) in answers.sizes.iter().zip(crcs) {
            assert_eq!(crc_of(&colormap(name).resampled(size)), expected, "{name} resampled to {size}");
        }
    }
}

#[test]
fn every_colormap_has_matplotlibs_length_and_own_colours() {
    let answers = answers();
    for (name, &length) in &answers.lengths {
        let map = colormap(name);
        assert_eq!(map.len(), length, "{name}");
        assert_eq!(crc_of(&map.resampled(length)), answers.own_crcs[name], "{name}");
    }
}

#[test]
fn some_tables_are_equal_colour_by_colour() {
    for table in answers().full {
        assert_eq!(colormap(&table.name).resampled(table.colors.len()), table.colors, "{}", table.name);
    }
}

fn assert_sizes(map: &Colormap, sizes: &BTreeMap<usize, u32>) {
    for (&size, &crc) in sizes {
        assert_eq!(crc_of(&map.resampled(size)), crc, "{} resampled to {size}", map.name());
    }
}

/// A colormap of another package.
#[derive(Deserialize)]
struct TableCase {
    length: usize,
    crc: u32,
    sizes: BTreeMap<usize, u32>,
}

#[test]
fn tables_are_those_of_cmocean_metpy_and_herbie() {
    let tables: BTreeMap<String, TableCase> = serde_json::from_str(include_str!("data/tables.json")).unwrap();
    assert!(tables.len() > 100);
    for (name, table) in &tables {
        let map = colormap(name);
        assert_eq!((map.len(), crc_of(&map.resampled(map.len()))), (table.length, table.crc), "{name}");
        assert_sizes(&map, &table.sizes);
    }
    let temperature = colormap("nws_temperature");
    assert_eq!(
        (temperature.levels()[0], temperature.levels()[38], temperature.levels_unit()),
        (-65.0, 125.0, Some("°F"))
    );
    assert_eq!(colormap("gray").resampled(3)[0], [0, 0, 0, 255], "a name that cmocean has too stays matplotlib's");
}

#[test]
fn a_number_of_colours_is_that_of_get_cmap() {
    for case in answers().luts {
        let map = colormap(&case.name).with_lut(case.n, "--lut").unwrap();
        assert_eq!((map.len(), crc_of(&map.resampled(case.n))), (case.n, case.crc), "{} {}", case.name, case.n);
        assert_sizes(&map, &case.sizes);
    }
}

#[test]
fn colours_of_ones_own_are_matplotlibs_listed_and_blended() {
    for case in answers().lists {
        let listed = Colormap::from_text(&case.colors.join(","), "--cmap").unwrap();
        assert_eq!(listed.resampled(listed.len()), case.listed, "{:?}", case.colors);
        assert_sizes(&listed, &case.sizes);
        assert_sizes(&Colormap::from_text(&case.colors.join(".."), "--cmap").unwrap(), &case.blended);
    }
}

#[test]
fn boundary_classes_are_matplotlibs_at_and_beside_each_level() {
    for case in answers().boundary {
        let levels: Vec<f64> = case.levels_bits.iter().map(|&bits| f64::from_bits(bits)).collect();
        let place = format!("{levels:?} {}", case.extend);
        let norm = Norm::boundary(levels, Extend::from_name(&case.extend).unwrap()).unwrap();
        let map = ValueMap::new(norm, &colormap("turbo"), Extremes::default()).unwrap();

        let narrow: Vec<usize> = case.f32.bits.iter().map(|&bits| map.class_of_f32(f32::from_bits(bits))).collect();
        assert_eq!(narrow, case.f32.classes, "float32 {place}");
        assert_eq!(crc_of(&colors_of(&map, &narrow)), case.f32.colors_crc, "float32 {place}");

        let wide: Vec<usize> = case.f64.bits.iter().map(|&bits| map.class_of_f64(f64::from_bits(bits))).collect();
        assert_eq!(wide, case.f64.classes, "float64 {place}");
        assert_eq!(crc_of(&colors_of(&map, &wide)), case.f64.colors_crc, "float64 {place}");
    }
}

#[test]
fn boundary_classes_are_numpy_digitizes() {
    for case in answers().boundary {
        let levels: Vec<f64> = case.levels_bits.iter().map(|&bits| f64::from_bits(bits)).collect();
        let last = levels[levels.len() - 1];
        let map = ValueMap::new(Norm::boundary(levels, Extend::Both).unwrap(), &colormap("turbo"), Extremes::default())
            .unwrap();
        for (&bits, &expected) in case.f64.bits.iter().zip(&case.f64.digitize) {
            assert_eq!(map.class_of_f64(f64::from_bits(bits)), expected);
        }
        for (&bits, &expected) in case.f32.bits.iter().zip(&case.f32.digitize) {
            let value = f32::from_bits(bits);
            // Where float32 rounds the last level down, matplotlib counts that float32 as over and numpy does not.
            #[expect(clippy::cast_possible_truncation, reason = "the rounding is what is meant")]
            let rounded_down = value.to_bits() == (last as f32).to_bits() && f64::from(value) < last;
            assert_eq!(map.class_of_f32(value), expected + usize::from(rounded_down), "{value:e} of {last:e}");
        }
    }
}

#[test]
fn linear_classes_are_matplotlibs_at_and_beside_each_edge() {
    for case in answers().linear {
        let norm = Norm::linear(f64::from_bits(case.vmin_bits), f64::from_bits(case.vmax_bits)).unwrap();
        let place = format!("{} {norm:?}", case.cmap);
        let map = ValueMap::new(norm, &colormap(&case.cmap), Extremes::default()).unwrap();

        let narrow: Vec<usize> = case.f32.bits.iter().map(|&bits| map.class_of_f32(f32::from_bits(bits))).collect();
        assert_eq!(narrow, case.f32.classes, "float32 {place}");
        assert_eq!(crc_of(&colors_of(&map, &narrow)), case.f32.colors_crc, "float32 {place}");

        let wide: Vec<usize> = case.f64.bits.iter().map(|&bits| map.class_of_f64(f64::from_bits(bits))).collect();
        assert_eq!(wide, case.f64.classes, "float64 {place}");
        assert_eq!(crc_of(&colors_of(&map, &wide)), case.f64.colors_crc, "float64 {place}");
    }
}

#[test]
fn colours_are_read_as_by_to_rgba() {
    for (text, expected) in answers().parsed {
        let Color { r, g, b, a } = Color::parse("edgecolor", &text).unwrap();
        for (got, wanted) in [r, g, b, a].into_iter().zip(expected) {
            assert!((got - wanted).abs() < 1e-7, "{text}: {got} is not {wanted}");
        }
    }
}

#[test]
fn every_named_colour_is_known() {
    for (name, hex) in answers().named {
        let named = Color::parse("edgecolor", &name).unwrap();
        assert_eq!(named.to_rgba8(), Color::parse("edgecolor", &hex).unwrap().to_rgba8(), "{name}");
    }
}

#[test]
fn what_matplotlib_refuses_is_refused() {
    for text in answers().refused {
        assert!(Color::parse("edgecolor", &text).is_err(), "{text}");
    }
}
