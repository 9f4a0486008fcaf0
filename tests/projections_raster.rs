//! On the world's projections too, every pixel has the colour of the raster cell that PROJ puts under its centre:
//! over poles, across the antimeridian and Greenwich, at limbs, edges and tears, and two kilometres wide.
//!
//! What is expected is computed here, in f64: pixel centre -> map -> PROJ -> raster's system -> column and row -> cell
//! -> value -> `numpy.digitize` -> colour; and white where the map has no such point. A pixel that shows something
//! else is wrong unless it shows what lies within 0.03 px of its centre.

mod support;

use std::path::Path;

use support::{
    Classes, Frames, Image, Numbers, PixelOracle, Placement, TestRaster, View, WHITE, WORLD_MAPS, WORLD_PX, WorldMap,
    first_lines, noise, text,
};

const LONLAT: &str = "EPSG:4326";
const INCHES: [u32; 2] = [3, 2];
const DPI: u32 = 100;

/// Of a hundred pixels, how many may show what is across an edge that is 0.03 px away. Most are on maps whose pixels
/// have their centres right on the edges of cells.
const MOST_AT_EDGES_PERCENT: usize = 6;

fn lonlat_raster(path: &Path, corner: [f64; 2], cell: f64, size: [usize; 2]) -> TestRaster {
    let place = Placement { crs: LONLAT, transform: [corner[0], cell, 0.0, corner[1], 0.0, -cell], size };
    TestRaster::write(path.to_owned(), place, Numbers::U8, noise(0.0, 110.0))
}

/// Half degrees round the Earth from a meridian.
fn global(folder: &Path, west: f64) -> TestRaster {
    lonlat_raster(&folder.join(format!("global_{west}.tif")), [west, 90.0], 0.5, [720, 360])
}

/// Cells of about 60 m around a place.
fn local(folder: &Path, [lon, lat]: [f64; 2]) -> TestRaster {
    const CELL_DEG: f64 = 0.000_617;
    let path = folder.join("local.tif");
    // Near a pole, all longitudes are near.
    if lat > 89.0 {
        let (columns, rows) = (360, 120);
        let place =
            Placement { crs: LONLAT, transform: [-180.0, 1.0, 0.0, 90.0, 0.0, -CELL_DEG], size: [columns, rows] };
        return TestRaster::write(path, place, Numbers::U8, noise(0.0, 110.0));
    }
    let size = [400, 120];
    let corner = [lon - CELL_DEG * 200.3, lat + CELL_DEG * 60.4];
    lonlat_raster(&path, corner, CELL_DEG, size)
}

fn stereographic(folder: &Path) -> TestRaster {
    let transform = [-3_850_000.0, 25_000.0, 0.0, 5_850_000.0, 0.0, -25_000.0];
    let place = Placement { crs: "EPSG:3413", transform, size: [304, 448] };
    TestRaster::write(folder.join("stereographic.tif"), place, Numbers::U16, noise(0.0, 110.0))
}

fn conic(folder: &Path) -> TestRaster {
    let crs = "+proj=lcc +lat_0=25 +lon_0=-95 +lat_1=25 +lat_2=25 +R=6371229 +units=m +type=crs";
    let transform = [-4_226_106.9, 32_463.41, 0.0, 4_372_859.9, 0.0, -32_463.41];
    let place = Placement { crs, transform, size: [349, 277] };
    TestRaster::write(folder.join("conic.tif"), place, Numbers::F32, noise(0.0, 110.0))
}

/// What a comparison found, in pixels.
struct Tally {
    /// On the raster, by PROJ.
    shown: usize,
    /// Told from their centre's cell by an edge within 0.03 px.
    at_edges: usize,
    wrong: Vec<String>,
}

fn compare(image: &Image, oracle: &PixelOracle, classes: &Classes) -> Tally {
    let cells = oracle.cells();
    let mut tally = Tally { shown: cells.iter().flatten().count(), at_edges: 0, wrong: Vec::new() };
    for (k, (&cell, &seen)) in cells.iter().zip(&image.rgb).enumerate() {
        let expected = classes.color(cell);
        if seen == expected {
            continue;
        }
        let pixel = [k % image.width, k / image.width];
        if oracle.candidates(pixel).iter().any(|cell| classes.color(*cell) == seen) {
            tally.at_edges += 1;
        } else {
            tally.wrong.push(format!("pixel {pixel:?} is {seen:?}, not {expected:?}"));
        }
    }
    tally
}

/// Draws a raster in some views of a map and says what is wrong with them.
fn faults(map: &WorldMap, views: &[View], raster: &TestRaster) -> Vec<String> {
    let classes = Classes::tens();
    let mut args = classes.args(raster);
    args.push("--resampling=nearest".into());
    let images = Frames { crs: map.crs, inches: INCHES, dpi: DPI, args }.draw(views);
    views.iter().filter_map(|view| fault(map, view, raster, &classes, &images[&view.name])).collect()
}

fn fault(map: &WorldMap, view: &View, raster: &TestRaster, classes: &Classes, image: &Image) -> Option<String> {
    let pixels = WORLD_PX[0] * WORLD_PX[1];
    let Tally { shown, at_edges, wrong } = compare(image, &PixelOracle::new(map, view, raster), classes);
    let raster = raster.path.file_stem().unwrap_or_default().display();
    let place = format!("{raster} on {}, {}", map.name, view.name);
    println!("{place}: {pixels} pixels, {shown} on the raster, {at_edges} at edges, {} wrong", wrong.len());
    assert!(shown * 20 > pixels, "{place}: only {shown} pixels are on the raster");
    assert!(at_edges * 100 <= MOST_AT_EDGES_PERCENT * pixels, "{place}: {at_edges} pixels are at edges");
    let white = image.rgb.iter().filter(|rgb| **rgb == WHITE).count();
    (!wrong.is_empty())
        .then(|| format!("{place}: {} of {pixels} wrong, {white} white\n{}", wrong.len(), first_lines(&wrong)))
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} views are wrong\n{}", faults.len(), faults.join("\n"));
}

fn map(name: &str) -> &'static WorldMap {
    WORLD_MAPS.iter().find(|map| map.name == name).unwrap_or_else(|| panic!("there is no map {name}"))
}

/// Checks some of the maps from afar, with longitudes from -180 to 180 and from 0 to 360 in turn.
fn check_far(part: usize, parts: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let rasters = [global(folder.path(), -180.0), global(folder.path(), 0.0)];
    let maps = WORLD_MAPS.iter().enumerate().filter(|(k, _)| k % parts == part);
    let found = maps.flat_map(|(k, map)| faults(map, &map.far_views(), &rasters[k / parts % 2]));
    assert_none(&found.collect::<Vec<_>>());
}

#[test]
fn the_earth_is_exact_on_every_map_first_half() {
    check_far(0, 2);
}

#[test]
fn the_earth_is_exact_on_every_map_second_half() {
    check_far(1, 2);
}

#[test]
fn two_kilometres_are_exact_on_every_map() {
    let folder = tempfile::tempdir().expect("a folder");
    let found = WORLD_MAPS.iter().flat_map(|map| faults(map, &[map.near_view()], &local(folder.path(), map.place)));
    assert_none(&found.collect::<Vec<_>>());
}

#[test]
fn rasters_of_a_part_of_the_earth_are_exact_on_maps_that_tear_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let pacific = lonlat_raster(&folder.path().join("pacific.tif"), [150.13, 60.07], 0.25, [240, 480]);
    let (stereographic, conic) = (stereographic(folder.path()), conic(folder.path()));
    let cases = [
        ("lonlat", &pacific, vec![0, 1, 2]),
        ("eqc", &pacific, vec![0]),
        ("ortho_pacific", &pacific, vec![0]),
        ("webmerc", &pacific, vec![1]),
        ("lonlat", &stereographic, vec![0, 1]),
        ("stere_oblique", &stereographic, vec![0]),
        ("ortho_polar", &stereographic, vec![0]),
        ("rotated_pole", &stereographic, vec![0]),
        ("aea", &conic, vec![0]),
        ("eqc_180", &conic, vec![0]),
        ("igh", &conic, vec![0]),
    ];
    let found = cases.iter().flat_map(|(name, raster, chosen)| {
        let all = map(name).far_views();
        faults(map(name), &chosen.iter().map(|k| all[*k].clone()).collect::<Vec<_>>(), raster)
    });
    assert_none(&found.collect::<Vec<_>>());
}

#[test]
fn there_are_enough_views() {
    let far: usize = WORLD_MAPS.iter().map(|map| map.far_views().len()).sum();
    assert!(far >= 40, "only {far} views");
    println!("{} maps, {far} views from afar", WORLD_MAPS.len());
    assert!(WORLD_MAPS.iter().all(|map| text(Path::new(map.name)) == map.name && !map.far_views().is_empty()));
}
