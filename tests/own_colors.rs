//! Rasters in their own colours, as GDAL understands them; and by value where the user says how.

mod support;

use std::path::{Path, PathBuf};

use gdal::DriverManager;
use gdal::raster::{Buffer, ColorEntry, ColorInterpretation, ColorTable, GdalType, PaletteInterpretation};
use gdal::spatial_ref::SpatialRef;
use support::{Frames, Image, View, hash, mapfolio, text};

const UTM: &str = "EPSG:32615";
const SIZE: [usize; 2] = [40, 30];

/// Writes bands with these meanings; `cell(band, k)` is the number in the k-th cell of a band.
fn write<T: GdalType + Copy>(
    path: &Path,
    meanings: &[ColorInterpretation],
    nodata: Option<f64>,
    cell: impl Fn(usize, usize) -> T,
) -> gdal::Dataset {
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GDAL writes GeoTIFF");
    let mut dataset = driver.create_with_band_type::<T, _>(path, SIZE[0], SIZE[1], meanings.len()).expect("a new file");
    dataset.set_geo_transform(&[260_000.0, 100.0, 0.0, 4_620_000.0, 0.0, -100.0]).expect("a geotransform");
    dataset.set_spatial_ref(&SpatialRef::from_definition(UTM).expect("a known system")).expect("a system");
    for (k, meaning) in meanings.iter().enumerate() {
        let mut band = dataset.rasterband(k + 1).expect("a band");
        let meaning = ColorInterpretation::from_c_int(meaning.c_int()).expect("GDAL's own number");
        band.set_color_interpretation(meaning).expect("a meaning");
        if nodata.is_some() {
            band.set_no_data_value(nodata).expect("a no-data number");
        }
        let cells = (0..SIZE[0] * SIZE[1]).map(|i| cell(k, i)).collect();
        band.write((0, 0), (SIZE[0], SIZE[1]), &mut Buffer::new((SIZE[0], SIZE[1]), cells)).expect("cells");
    }
    dataset
}

/// All of the raster at 10 px a cell, with these flags.
fn draw(path: &Path, flags: &[&str]) -> Image {
    let view = View { name: "v".into(), extent: [260_000.0, 264_000.0, 4_617_000.0, 4_620_000.0], size_px: [400, 300] };
    let mut args = vec![format!("--raster={}", text(path))];
    args.extend(flags.iter().map(ToString::to_string));
    Frames { crs: UTM, inches: [4, 3], dpi: 100, args }.draw(&[view]).remove("v").expect("an image")
}

/// Checks the middle of every cell.
fn assert_colors(what: &str, image: &Image, expected: impl Fn(usize) -> [u8; 3]) {
    for k in 0..SIZE[0] * SIZE[1] {
        let seen = image.at(k % SIZE[0] * 10 + 5, k / SIZE[0] * 10 + 5);
        let wanted = expected(k);
        let near = (0..3).all(|c| seen[c].abs_diff(wanted[c]) <= 1);
        assert!(near, "{what}: cell {k} is {seen:?}, not {wanted:?}");
    }
}

fn byte(band: usize, k: usize) -> u8 {
    hash(band, k) as u8
}

/// A colour over white.
fn over_white([r, g, b]: [u8; 3], alpha: u8) -> [u8; 3] {
    let share = f64::from(alpha) / 255.0;
    [r, g, b].map(|c| (255.0 + (f64::from(c) - 255.0) * share).round() as u8)
}

fn rgb(k: usize) -> [u8; 3] {
    [byte(0, k), byte(1, k), byte(2, k)]
}

use ColorInterpretation::{AlphaBand, BlueBand, GrayIndex, GreenBand, PaletteIndex, RedBand};

#[test]
fn red_green_and_blue_are_drawn_as_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rgb.tif");
    write(&path, &[RedBand, GreenBand, BlueBand], None, byte).close().expect("a file");
    for flags in [&[][..], &["--raster-memory=1M"]] {
        assert_colors("rgb", &draw(&path, flags), rgb);
    }
    // Bands in another order are told by their meanings.
    let path = folder.path().join("bgr.tif");
    write(&path, &[BlueBand, GreenBand, RedBand], None, |k, i| byte(2 - k, i)).close().expect("a file");
    assert_colors("bgr", &draw(&path, &[]), rgb);
    // With a colormap a band is values.
    let grey = draw(&path, &["--cmap=gray", "--vmin=0", "--vmax=256"]);
    assert!(grey.rgb.iter().all(|c| c[0] == c[1] && c[1] == c[2]), "a colormap of greys gives greys");
}

#[test]
fn sixteen_bits_are_brought_to_eight() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rgb16.tif");
    let cell = |k: usize, i: usize| hash(k, i) as u16;
    write(&path, &[RedBand, GreenBand, BlueBand], None, cell).close().expect("a file");
    let color = |i: usize| [0, 1, 2].map(|k| (f64::from(cell(k, i)) / 257.0).round() as u8);
    assert_colors("16 bits", &draw(&path, &[]), color);
}

#[test]
fn alpha_lets_the_map_through() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rgba.tif");
    let alpha = |i: usize| [0, 128, 255, byte(3, i)][i % 4];
    let cell = |k: usize, i: usize| if k == 3 { alpha(i) } else { byte(k, i) };
    write(&path, &[RedBand, GreenBand, BlueBand, AlphaBand], None, cell).close().expect("a file");
    assert_colors("rgba", &draw(&path, &[]), |i| over_white(rgb(i), alpha(i)));
    let path = folder.path().join("grey.tif");
    let cell = |k: usize, i: usize| if k == 1 { alpha(i) } else { byte(0, i) };
    write(&path, &[GrayIndex, AlphaBand], None, cell).close().expect("a file");
    assert_colors("grey and alpha", &draw(&path, &[]), |i| over_white([byte(0, i); 3], alpha(i)));
}

#[test]
fn masks_and_nodata_are_honoured() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("masked.tif");
    let dataset = write(&path, &[RedBand, GreenBand, BlueBand], None, byte);
    {
        let mut band = dataset.rasterband(1).expect("a band");
        band.create_mask_band(true).expect("a mask");
        let mut mask = band.open_mask_band().expect("the mask");
        let cells: Vec<u8> = (0..SIZE[0] * SIZE[1]).map(|k| if k.is_multiple_of(3) { 0 } else { 255 }).collect();
        mask.write((0, 0), (SIZE[0], SIZE[1]), &mut Buffer::new((SIZE[0], SIZE[1]), cells)).expect("cells");
    }
    dataset.close().expect("a file");
    assert_colors("masked", &draw(&path, &[]), |k| if k.is_multiple_of(3) { [255; 3] } else { rgb(k) });
    // The number that means nothing does so if all three bands hold it.
    let path = folder.path().join("nodata.tif");
    let cell = |k: usize, i: usize| if i.is_multiple_of(5) || (k == 0 && i.is_multiple_of(2)) { 7 } else { byte(k, i) };
    write(&path, &[RedBand, GreenBand, BlueBand], Some(7.0), cell).close().expect("a file");
    let color = |i: usize| if i.is_multiple_of(5) { [255; 3] } else { [0, 1, 2].map(|k| cell(k, i)) };
    assert_colors("nodata", &draw(&path, &[]), color);
}

/// Colours of numbers from 0 to 9.
fn table(k: usize) -> [u8; 4] {
    let [r, g, b] = rgb(k + 5000);
    [r, g, b, if k == 4 { 0 } else { 255 }]
}

fn write_paletted(folder: &Path) -> PathBuf {
    let path = folder.join("paletted.tif");
    let dataset = write(&path, &[PaletteIndex], Some(3.0), |_, i| (hash(9, i) % 12) as u8);
    let mut colors = ColorTable::new(PaletteInterpretation::Rgba);
    for k in 0..10 {
        let [r, g, b, a] = table(k).map(i16::from);
        colors.set_color_entry(k as u16, &ColorEntry::rgba(r, g, b, a));
    }
    dataset.rasterband(1).expect("a band").set_color_table(&colors);
    dataset.close().expect("a file");
    path
}

#[test]
fn numbers_of_a_colour_table_have_its_colours() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write_paletted(folder.path());
    // GeoTIFF keeps no alpha in its tables but that of the no-data number; entries up to 255 are there, black.
    let dataset = gdal::Dataset::open(&path).expect("the raster");
    let band = dataset.rasterband(1).expect("a band");
    let kept = band.color_table().expect("a table");
    let color = |i: usize| {
        let index = (hash(9, i) % 12) as usize;
        let entry = kept.entry_as_rgb(index).expect("an entry");
        let [r, g, b, a] = [entry.r, entry.g, entry.b, entry.a].map(|c| c as u8);
        if index == 3 { [255; 3] } else { over_white([r, g, b], a) }
    };
    for flags in [&[][..], &["--resampling=average"], &["--resampling=mode"], &["--resampling=auto"]] {
        assert_colors(&format!("{flags:?}"), &draw(&path, flags), color);
    }
}

#[test]
fn a_view_of_a_colour_table_shrinks_by_mode() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write_paletted(folder.path());
    let args =
        ["render", &format!("--raster={}", text(&path)), &format!("--out={}", text(folder.path()))].map(String::from);
    let more = ["--adapter=cpu", "--frame-only", "--figsize=1,1", "--dpi=20", "-v"].map(String::from);
    let outcome = mapfolio(args.into_iter().chain(more));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("resampling=\"mode\""), "{}", outcome.stderr);
}

#[test]
fn colours_mix_where_pixels_hold_several() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rgb.tif");
    write(&path, &[RedBand, GreenBand, BlueBand], None, byte).close().expect("a file");
    let view = View { name: "v".into(), extent: [260_000.0, 264_000.0, 4_617_000.0, 4_620_000.0], size_px: [10, 7] };
    let view = View { extent: [260_000.0, 264_000.0, 4_617_200.0, 4_620_000.0], ..view };
    let args = vec![format!("--raster={}", text(&path)), "--resampling=auto".into()];
    // Pixels of 4 by 4 cells.
    let image = Frames { crs: UTM, inches: [10, 7], dpi: 1, args }
        .draw(std::slice::from_ref(&view))
        .remove("v")
        .expect("an image");
    for row in 0..7 {
        for column in 0..10 {
            let sum = |band: usize| -> f64 {
                let cell = |d: usize| (row * 4 + d / 4) * SIZE[0] + column * 4 + d % 4;
                (0..16).map(|d| f64::from(byte(band, cell(d)))).sum::<f64>() / 16.0
            };
            let seen = image.at(column, row);
            assert!((0..3).all(|k| (f64::from(seen[k]) - sum(k)).abs() <= 1.1), "({column}, {row}): {seen:?}");
        }
    }
}

#[test]
fn settings_of_values_are_refused_where_there_are_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("rgb.tif");
    write(&path, &[RedBand, GreenBand, BlueBand], None, byte).close().expect("a file");
    let raster = format!("--raster={}", text(&path));
    for (flag, value) in [("--label", "Reflectance"), ("--under", "red"), ("--over", "red"), ("--bad", "red")] {
        let outcome = mapfolio(["render", &raster, flag, value, "--adapter=cpu"]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("--cmap") && outcome.stderr.contains(flag), "{}", outcome.stderr);
    }
}
