//! `gdalwarp` with exact transformation and nearest cells gives the same maps.
//!
//! Where the two differ, the pixel must lie at an edge, of a cell or of the map, by PROJ.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{
    Cell, Classes, Frames, Image, Numbers, PixelOracle, Placement, TestRaster, View, WORLD_MAPS, WorldMap, first_lines,
    noise, text,
};

const LONLAT: &str = "EPSG:4326";

/// Of a hundred pixels, how many may differ at edges.
const MOST_AT_EDGES_PERCENT: usize = 4;

/// Runs one of GDAL's programs.
///
/// # Panics
/// If it is not installed or fails.
fn gdal(program: &str, args: &[String]) {
    let output = Command::new(program).args(args).output().unwrap_or_else(|e| {
        panic!(
            "{program}: {e}; these tests need GDAL's programs: `make test` installs them, or apt-get install gdal-bin"
        )
    });
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {}: {message}", args.join(" "));
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Copies a raster's cells into another number type.
fn translated(raster: TestRaster, data_type: &str) -> TestRaster {
    let path = raster.path.with_extension(format!("{data_type}.tif"));
    gdal("gdal_translate", &words(&["-q", "-ot", data_type, &text(&raster.path), &text(&path)]));
    TestRaster { path, ..raster }
}

/// The cells that `gdalwarp` puts into a view's pixels, row by row.
fn warped(map: &WorldMap, view: &View, raster: &TestRaster, [scale, offset]: [f64; 2]) -> Vec<Cell> {
    let path = raster.path.with_extension("warped.tif");
    let [x0, x1, y0, y1] = view.extent.map(|v| v.to_string());
    let [width, height] = view.size_px.map(|n| n.to_string());
    let exact = ["-q", "-overwrite", "-et", "0", "-r", "near", "-t_srs", map.crs];
    let grid = ["-te", &x0, &y0, &x1, &y1, "-ts", &width, &height, &text(&raster.path), &text(&path)];
    gdal("gdalwarp", &words(&[exact.as_slice(), &grid].concat()));
    let dataset = gdal::Dataset::open(&path).expect("what gdalwarp wrote");
    let band = dataset.rasterband(1).expect("a band");
    let nodata = band.no_data_value().expect("a no-data number");
    let size = (view.size_px[0], view.size_px[1]);
    let cells = band.read_as::<f64>((0, 0), size, size, None).expect("cells");
    cells.data().iter().map(|raw| (*raw != nodata).then(|| raw * scale + offset)).collect()
}

/// What a comparison of two images found, in pixels.
#[derive(Default)]
struct Tally {
    shown: usize,
    at_edges: usize,
    wrong: Vec<String>,
}

fn compare(image: &Image, warped: &[Cell], oracle: &PixelOracle, classes: &Classes) -> Tally {
    let mut tally = Tally { shown: warped.iter().flatten().count(), ..Tally::default() };
    for (k, (&cell, &seen)) in warped.iter().zip(&image.rgb).enumerate() {
        let pixel = [k % image.width, k / image.width];
        let expected = classes.color(cell);
        if seen == expected {
            continue;
        }
        let candidates = oracle.candidates(pixel);
        let may_be = |color| candidates.iter().any(|cell| classes.color(*cell) == color);
        if may_be(seen) && may_be(expected) {
            tally.at_edges += 1;
        } else {
            tally.wrong.push(format!("pixel {pixel:?} is {seen:?}, not {expected:?}; PROJ says {candidates:?}"));
        }
    }
    tally
}

/// Draws a raster in one view of a map and compares it with what `gdalwarp` makes of it.
fn check(raster: &TestRaster, [scale, offset]: [f64; 2], map_name: &str, view_name: &str) {
    let map = WORLD_MAPS.iter().find(|map| map.name == map_name).expect("a map");
    let view = map.far_views().into_iter().find(|view| view.name == view_name).expect("a view");
    let classes = Classes::tens();
    let mut args = classes.args(raster);
    args.push("--resampling=nearest".into());
    let images = Frames { crs: map.crs, inches: [3, 2], dpi: 100, args }.draw(std::slice::from_ref(&view));
    let oracle = PixelOracle::new(map, &view, raster);
    let warped = warped(map, &view, raster, [scale, offset]);
    let Tally { shown, at_edges, wrong } = compare(&images[view_name], &warped, &oracle, &classes);
    let place = format!("{} on {map_name}, {view_name}", raster.path.file_name().unwrap_or_default().display());
    println!("{place}: {shown} pixels on the raster, {at_edges} differ at edges, {} elsewhere", wrong.len());
    assert!(shown * 10 > warped.len(), "{place}: only {shown} pixels are on the raster");
    assert!(at_edges * 100 < MOST_AT_EDGES_PERCENT * warped.len(), "{place}: {at_edges} pixels differ at edges");
    assert!(wrong.is_empty(), "{place}: {} pixels differ\n{}", wrong.len(), first_lines(&wrong));
}

const AS_IT_IS: [f64; 2] = [1.0, 0.0];

fn write(
    folder: &Path,
    name: &str,
    crs: &'static str,
    transform: [f64; 6],
    size: [usize; 2],
    numbers: Numbers,
) -> TestRaster {
    let path: PathBuf = folder.join(format!("{name}.tif"));
    TestRaster::write(path, Placement { crs, transform, size }, numbers, noise(0.0, 110.0))
}

#[test]
fn rasters_in_degrees_are_as_gdalwarp_maps_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let country = |name: &str, numbers| {
        write(folder, name, LONLAT, [-130.01, 0.0517, 0.0, 54.98, 0.0, -0.0493], [1350, 700], numbers)
    };
    check(&country("float32", Numbers::F32), AS_IT_IS, "lcc", "continent");
    check(&translated(country("float64", Numbers::F32), "Float64"), AS_IT_IS, "aea", "country");
    check(&country("scaled", Numbers::I16 { scale: 0.01, offset: 10.0 }), [0.01, 10.0], "nsper", "globe");
    check(&translated(country("int32", Numbers::U16), "Int32"), AS_IT_IS, "lcc", "continent");
    let earth =
        |name: &str, west: f64| write(folder, name, LONLAT, [west, 0.5, 0.0, 90.0, 0.0, -0.5], [720, 360], Numbers::U8);
    check(&earth("earth", -180.0), AS_IT_IS, "laea_oblique", "earth");
    check(&earth("earth_360", 0.0), AS_IT_IS, "laea_europe", "europe");
    let south_up = write(folder, "south_up", LONLAT, [-40.0, 0.25, 0.0, 20.0, 0.0, 0.25], [400, 250], Numbers::U16);
    check(&south_up, AS_IT_IS, "laea_europe", "europe");
}

#[test]
fn projected_rasters_are_as_gdalwarp_maps_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let conic = "+proj=lcc +lat_0=25 +lon_0=-95 +lat_1=25 +lat_2=25 +R=6371229 +units=m +type=crs";
    let transform = [-4_226_106.9, 32_463.41, 0.0, 4_372_859.9, 0.0, -32_463.41];
    let conic = write(folder, "conic", conic, transform, [349, 277], Numbers::I16 { scale: 0.01, offset: 10.0 });
    check(&conic, [0.01, 10.0], "aea", "country");
    let transform = [-3_850_000.0, 25_000.0, 0.0, 5_850_000.0, 0.0, -25_000.0];
    let polar = write(folder, "polar", "EPSG:3413", transform, [304, 448], Numbers::U16);
    check(&polar, AS_IT_IS, "stere_oblique", "pole");
    check(&translated(polar, "UInt32"), AS_IT_IS, "rotated_pole", "europe");
    let (sin, cos) = 33_f64.to_radians().sin_cos();
    let transform = [-100_000.0, 9100.0 * cos, 8900.0 * sin, 5_280_000.0, 9100.0 * sin, -8900.0 * cos];
    let rotated = write(folder, "rotated", "EPSG:32633", transform, [300, 280], Numbers::U8);
    check(&rotated, AS_IT_IS, "laea_europe", "europe");
    let transform = [-20_037_508.34, 60_000.0, 0.0, 15_000_000.0, 0.0, -60_000.0];
    let mercator = write(folder, "mercator", "EPSG:3857", transform, [668, 500], Numbers::F32);
    check(&mercator, AS_IT_IS, "igh", "tear");
}
