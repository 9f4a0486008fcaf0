//! Files of colours give each value the colour that their own programs give it: gdaldem's, run here, and GMT's, as
//! recorded in `data/gmt.json` by `data/make_gmt.py`.

mod support;

use std::path::Path;
use std::process::Command;

use mapfolio::style::{ColorFile, ColorRamp};
use serde::Deserialize;

use support::{Random, first_lines, text};

/// Runs one of GDAL's programs.
///
/// # Panics
/// If it is not installed or fails.
fn gdal(program: &str, args: &[&str]) {
    let output = Command::new(program).args(args).output().unwrap_or_else(|e| {
        panic!(
            "{program}: {e}; these tests need GDAL's programs: `make test` installs them, or apt-get install gdal-bin"
        )
    });
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {}: {message}", args.join(" "));
}

/// Writes values as a raster of one row, -9999 being none.
fn write_raster(path: &Path, values: &[f32]) {
    let driver = gdal::DriverManager::get_driver_by_name("GTiff").expect("GDAL writes GeoTIFF");
    let size = (values.len(), 1);
    let dataset = driver.create_with_band_type::<f32, _>(path, size.0, size.1, 1).expect("a new file");
    let mut band = dataset.rasterband(1).expect("a band");
    band.set_no_data_value(Some(-9999.0)).expect("a no-data number");
    band.write((0, 0), size, &mut gdal::raster::Buffer::new(size, values.to_vec())).expect("cells");
    dataset.close().expect("a whole file");
}

/// The colours that `gdaldem color-relief` gives values.
fn gdaldem(relief: &str, values: &[f32]) -> Vec<[u8; 4]> {
    let folder = tempfile::tempdir().expect("a folder");
    let [raster, colors, image] = ["values.tif", "colors.txt", "image.tif"].map(|name| folder.path().join(name));
    write_raster(&raster, values);
    std::fs::write(&colors, relief).expect("a file");
    gdal("gdaldem", &["color-relief", "-q", "-alpha", &text(&raster), &text(&colors), &text(&image)]);
    let dataset = gdal::Dataset::open(&image).expect("what gdaldem wrote");
    let band = |k| {
        let band = dataset.rasterband(k).expect("a band");
        band.read_as::<u8>((0, 0), (values.len(), 1), (values.len(), 1), None).expect("cells").data().to_vec()
    };
    let [r, g, b, a] = [1, 2, 3, 4].map(band);
    (0..values.len()).map(|k| [r[k], g[k], b[k], a[k]]).collect()
}

/// How far gdaldem's colours may be from ours: later ones than GDAL 3.10 round up more.
fn tolerance() -> u8 {
    gdaldem("0 0 0 0\n1 1 1 1\n", &[0.52, 0.0])[0][0]
}

fn ramp(relief: &str, range: [f64; 2]) -> ColorRamp {
    let file = ColorFile::parse(Path::new("colors.txt"), relief).expect("a good file");
    file.ramp(None, Some(range)).expect("a ramp")
}

/// Values at, just below and just above some, and spread between them.
fn around(stops: &[f64]) -> Vec<f32> {
    let stops: Vec<f32> = stops.iter().map(|stop| *stop as f32).collect();
    let (low, high) = stops.iter().fold((f32::MAX, f32::MIN), |(low, high), stop| (low.min(*stop), high.max(*stop)));
    let room = (high - low).max(1.0);
    let mut random = Random(1);
    let spread = (0..4000).map(|_| low - 0.1 * room + 1.2 * room * random.below(1 << 20) as f32 / 1_048_576.0);
    let mut values: Vec<f32> = spread.collect();
    for stop in stops {
        let (below, above) = (stop.next_down(), stop.next_up());
        values.extend([stop, below, above, below.next_down(), above.next_up()]);
    }
    values
}

/// Compares a ramp with gdaldem's at and around its stops and at and around each of its own breaks.
fn check_relief(relief: &str, range: [f64; 2]) {
    let (tolerance, ramp) = (tolerance(), ramp(relief, range));
    let mut values = around(ramp.stops());
    values.extend(ramp.breaks().iter().flat_map(|at| [(*at as f32).next_down(), *at as f32, (*at as f32).next_up()]));
    // The raster's own minimum and maximum are those that percentages are of.
    let [low, high] = range.map(|end| end as f32);
    values.retain(|value| (low..=high).contains(value));
    values.extend([low, high]);
    let expected = gdaldem(relief, &values);
    let near = |a: [u8; 4], b: [u8; 4]| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= tolerance);
    let wrong: Vec<String> = values
        .iter()
        .zip(&expected)
        .map(|(value, expected)| (value, *expected, ramp.color_of(f64::from(*value))))
        .filter(|(_, expected, found)| !near(*expected, *found))
        .map(|(value, expected, found)| format!("{value:e} is {found:?}, not {expected:?}"))
        .collect();
    println!("{} values, {} breaks", values.len(), ramp.breaks().len());
    assert!(wrong.is_empty(), "{} of {} values\n{relief}\n{}", wrong.len(), values.len(), first_lines(&wrong));
}

#[test]
fn relief_colours_are_gdaldems_at_and_beside_each_stop() {
    for relief in [
        "0 0 0 0\n255 255 255 255\n",
        "-100 0 0 80 200\n0:120:200:255\n0.1,10,120,40\n1500.7 250 240 200 128\n4000\twhite\n",
        "# comment\n/ comment\n10 red\n20 Indigo 17\n\n30 brown\n5 aqua\n3.3 grey\n",
        "7 1 2 3\n",
        "1e-3 5 5 5\n1e5 200 0 90\n",
        "273.15 3 2 1\n283.15 250 20 7\n303.15 0 0 255\n",
    ] {
        check_relief(relief, [-1000.0, 1e6]);
    }
}

#[test]
fn relief_colours_jump_where_gdaldems_do() {
    for relief in [
        "0 0 0 0\n10 100 100 100\n10 200 0 0\n20 255 0 0\n",
        "-5 9 9 9\n0 0 0 90\n0 10 90 10\n100 250 250 250\n",
        "10 1 1 1\n10 2 2 2\n20 3 3 3\n20 4 4 4\n",
        "1 0 0 0\n3 10 0 0\n3 20 0 0\n3 30 0 0\n8.5 40 0 0\n8.5 50 9 9\n9 60 60 60\n",
        "0 255 0 0\n9.999 255 0 0\n10 0 255 0\n20 0 255 0\n",
    ] {
        check_relief(relief, [-200.0, 300.0]);
    }
}

#[test]
fn percentages_are_of_the_rasters_range() {
    check_relief("0% 0 0 0\n25% 200 10 10\n50.5% 10 250 10\n100% white\n", [-40.0, 88.0]);
    check_relief("10% 0 0 0\n20 200 10 10\n90% 10 10 250\n", [-37.5, 61.25]);
}

#[test]
fn nodata_has_the_colour_that_gdaldem_gives_it() {
    let relief = "nv 1 2 3 4\n0 0 0 0\n100 255 255 255\n";
    let file = ColorFile::parse(Path::new("colors.txt"), relief).expect("a good file");
    let ramp = file.ramp(None, None).expect("a ramp");
    let expected = gdaldem(relief, &[-9999.0, -5000.0, -1.0, 0.0, 100.0]);
    assert_eq!(ramp.bad(), Some(expected[0]));
    assert_eq!([-5000.0, -1.0, 0.0, 100.0].map(|value| ramp.color_of(value)), expected[1..]);
}

#[derive(Deserialize)]
struct GmtCase {
    cpt: String,
    modifier: String,
    limits: Option<[f64; 2]>,
    values: Vec<f64>,
    colors: Vec<[u8; 3]>,
}

#[test]
fn palette_tables_have_gmts_colours() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("table.cpt");
    let cases: Vec<GmtCase> = serde_json::from_str(include_str!("data/gmt.json")).expect("a sound table");
    assert!(cases.len() > 10);
    for case in cases {
        std::fs::write(&path, &case.cpt).expect("a file");
        let file = ColorFile::read(&format!("{}{}", text(&path), case.modifier)).expect("a good file");
        let ramp = file.ramp(case.limits, Some([0.0, 1.0])).expect("a ramp");
        let found: Vec<[u8; 3]> = case
            .values
            .iter()
            .map(|value| {
                let [r, g, b, _] = ramp.color_of(*value);
                [r, g, b]
            })
            .collect();
        assert_eq!(found, case.colors, "{}{:?}", case.cpt, case.values);
    }
}
