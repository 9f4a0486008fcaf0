//! Every pixel of a map has the colour of the raster cell that PROJ puts under its centre.
//!
//! The expected colour is computed here, pixel by pixel in f64: pixel centre -> map -> PROJ -> raster's system ->
//! column and row -> cell -> value -> `numpy.digitize` -> colour. A pixel counts as undecided only if its column or row
//! is less than 0.03 px from a cell's edge both in pixels of the raster and in pixels of the image; even then it must
//! have the colour of a cell that it nearly touches.

mod support;

use std::path::Path;

use support::{
    Cell, Classes, Frames, Image, LCC, Numbers, Placement, Projection, TestRaster, View, WHITE, cell_of, first_lines,
    hash, noise, unit_noise,
};

/// How near to a cell's edge a pixel is undecided, in pixels of the raster or the image, whichever are finer.
const EDGE_PX: f64 = 0.03;

const INCHES: [u32; 2] = [4, 3];
const DPI: u32 = 100;
const SIZE_PX: [usize; 2] = [400, 300];

const MERCATOR: &str = "EPSG:3857";
const LONLAT: &str = "EPSG:4326";
const ALBERS: &str = "EPSG:5070";
const TRANSVERSE: &str = "+proj=tmerc +lat_0=38 +lon_0=-97 +k=0.9996 +x_0=250000 +ellps=GRS80 +units=m +type=crs";
const ARCTIC: &str = "EPSG:3995";
const EUROPE: &str = "EPSG:3035";

/// Raster columns and rows under an image's pixels, and how fast they change from pixel to pixel.
struct Lookup {
    width: usize,
    height: usize,
    cells: Vec<[f64; 2]>,
}

impl Lookup {
    fn new(view: &View, raster: &TestRaster, raster_from_map: &Projection) -> Self {
        let [width, height] = view.size_px;
        let cells =
            raster_from_map.points(&view.pixel_centres()).into_iter().map(|p| cell_of(&raster.place, p)).collect();
        Self { width, height, cells }
    }

    /// Cells an image pixel, for columns and for rows.
    fn pace(&self, column: usize, row: usize) -> [f64; 2] {
        let at = |c: usize, r: usize| self.cells[r * self.width + c];
        let (c, r) = (column.min(self.width - 2), row.min(self.height - 2));
        let (here, right, below) = (at(c, r), at(c + 1, r), at(c, r + 1));
        [0, 1].map(|k| (right[k] - here[k]).hypot(below[k] - here[k]))
    }
}

/// What a comparison of one image found.
#[derive(Default)]
struct Tally {
    decided: usize,
    undecided: usize,
    wrong: Vec<String>,
}

fn compare(image: &Image, raster: &TestRaster, lookup: &Lookup, classes: &Classes) -> Tally {
    let mut tally = Tally::default();
    for row in 0..image.height {
        for column in 0..image.width {
            let at = lookup.cells[row * image.width + column];
            let pace = lookup.pace(column, row);
            let margin = pace.map(|pace| EDGE_PX * pace.min(1.0));
            let near = [0, 1].map(|k| (at[k] - at[k].round()).abs() < margin[k]);
            let seen = image.at(column, row);
            let candidates = candidates(at, near, margin).map(|cell| classes.color(raster.cell(cell)));
            if near[0] || near[1] {
                tally.undecided += 1;
            } else {
                tally.decided += 1;
            }
            if !candidates.contains(&seen) {
                tally.wrong.push(format!(
                    "pixel ({column}, {row}) at raster column {:.4}, row {:.4} (pace {pace:.4?}) is {seen:?}, not {:?}",
                    at[0], at[1], candidates[0]
                ));
            }
        }
    }
    tally
}

/// The positions whose cells a pixel may show: its own, and across the edges that it nearly touches.
fn candidates([column, row]: [f64; 2], near: [bool; 2], margin: [f64; 2]) -> [[f64; 2]; 4] {
    let across = |at: f64, near: bool, margin: f64| match near {
        true if at >= at.round() => at - margin,
        true => at + margin,
        false => at,
    };
    let (other_column, other_row) = (across(column, near[0], margin[0]), across(row, near[1], margin[1]));
    [[column, row], [other_column, row], [column, other_row], [other_column, other_row]]
}

/// Draws a raster on a map in views from the continent down to 20 km, and checks every pixel.
fn check(raster: &TestRaster, classes: &Classes, map: &str, centre: [f64; 2], spans_km: &[[f64; 2]]) {
    let definition = if map == "lcc" { LCC } else { map };
    let unit_km = if map == LONLAT { 1.0 / 111.2 } else { 1000.0 };
    let views: Vec<View> = spans_km
        .iter()
        .map(|span| View::around(&format!("{}_km", span[0]), definition, centre, span.map(|s| s * unit_km), SIZE_PX))
        .collect();
    let images = Frames { crs: map, inches: INCHES, dpi: DPI, args: classes.args(raster) }.draw(&views);
    let raster_from_map = Projection::new(definition, raster.place.crs);
    for view in &views {
        let lookup = Lookup::new(view, raster, &raster_from_map);
        let tally = compare(&images[&view.name], raster, &lookup, classes);
        let place = format!("{} on {map}, {}", raster.path.file_name().unwrap_or_default().display(), view.name);
        println!(
            "{place}: {} pixels decided, {} undecided, {} wrong",
            tally.decided,
            tally.undecided,
            tally.wrong.len()
        );
        assert!(tally.wrong.is_empty(), "{place}: {} wrong\n{}", tally.wrong.len(), first_lines(&tally.wrong));
        assert!(tally.undecided * 100 <= 13 * (tally.decided + tally.undecided), "{place}: too few pixels decided");
        let blank = images[&view.name].rgb.iter().filter(|rgb| **rgb == WHITE).count();
        assert!(blank * 10 < 9 * SIZE_PX[0] * SIZE_PX[1], "{place}: {blank} pixels show no raster");
    }
}

const CONUS_DOWN: [[f64; 2]; 4] = [[4800.0, 3000.0], [1100.0, 900.0], [170.0, 130.0], [20.0, 14.0]];

/// Degrees in float32, 0.0317 by 0.0293 of them a cell, corner at an odd place.
fn degrees(folder: &Path) -> TestRaster {
    let transform = [-130.0123, 0.0317, 0.0, 54.987, 0.0, -0.0293];
    let place = Placement { crs: LONLAT, transform, size: [2200, 1190] };
    TestRaster::write(folder.join("degrees.tif"), place, Numbers::F32, noise(-8.0, 48.0))
}

/// The grid of NOAA's HRRR in scaled int16.
fn conic(folder: &Path) -> TestRaster {
    let crs = "+proj=lcc +lat_0=38.5 +lon_0=-97.5 +lat_1=38.5 +lat_2=38.5 +R=6371229 +units=m +type=crs";
    let transform = [-2_699_020.1, 3000.0, 0.0, 1_588_193.8, 0.0, -3000.0];
    let place = Placement { crs, transform, size: [1799, 1059] };
    TestRaster::write(folder.join("conic.tif"), place, Numbers::I16 { scale: 0.01, offset: 10.0 }, noise(-8.0, 48.0))
}

/// A scene in UTM, uint8, 250 m cells.
fn utm(folder: &Path) -> TestRaster {
    let transform = [260_000.0, 250.0, 0.0, 4_620_000.0, 0.0, -250.0];
    let place = Placement { crs: "EPSG:32615", transform, size: [1500, 1300] };
    TestRaster::write(folder.join("utm.tif"), place, Numbers::U8, noise(0.0, 120.0))
}

#[test]
fn a_raster_in_degrees_is_exact_on_every_map() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = degrees(folder.path());
    for map in ["lcc", MERCATOR, LONLAT, ALBERS] {
        check(&raster, &Classes::celsius(), map, [-96.3, 38.7], &CONUS_DOWN);
    }
}

#[test]
fn a_conic_raster_of_scaled_integers_is_exact_on_every_map() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = conic(folder.path());
    for map in ["lcc", MERCATOR, LONLAT, TRANSVERSE] {
        check(&raster, &Classes::celsius(), map, [-96.3, 38.7], &CONUS_DOWN);
    }
}

#[test]
fn a_raster_on_its_own_map_is_exact() {
    let folder = tempfile::tempdir().expect("a folder");
    for raster in [conic(folder.path()), utm(folder.path())] {
        let tens = raster.place.crs == "EPSG:32615";
        let (classes, centre) =
            if tens { (Classes::tens(), [-93.7, 40.2]) } else { (Classes::celsius(), [-96.3, 38.7]) };
        check(&raster, &classes, raster.place.crs, centre, &[[300.0, 200.0], [20.0, 14.0]]);
    }
}

#[test]
fn a_utm_scene_of_bytes_is_exact_on_every_map() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = utm(folder.path());
    let spans = [[360.0, 310.0], [100.0, 80.0], [20.0, 14.0], [3.0, 2.0]];
    for map in ["lcc", MERCATOR, LONLAT, ALBERS] {
        check(&raster, &Classes::tens(), map, [-93.9, 40.2], &spans);
    }
}

#[test]
fn a_polar_raster_is_exact_on_maps_with_and_without_the_pole() {
    let folder = tempfile::tempdir().expect("a folder");
    let transform = [-3_850_000.0, 9_000.0, 0.0, 5_850_000.0, 0.0, -9_000.0];
    let place = Placement { crs: "EPSG:3413", transform, size: [840, 1240] };
    let raster = TestRaster::write(folder.path().join("polar.tif"), place, Numbers::U16, noise(0.0, 120.0));
    check(&raster, &Classes::tens(), "lcc", [-110.0, 62.0], &[[3000.0, 2500.0], [400.0, 300.0], [20.0, 14.0]]);
    check(&raster, &Classes::tens(), ARCTIC, [-60.0, 80.0], &[[4800.0, 3600.0], [20.0, 14.0]]);
    check(&raster, &Classes::tens(), LONLAT, [-60.0, 70.0], &[[2500.0, 2000.0], [20.0, 14.0]]);
}

#[test]
fn a_rotated_raster_is_exact() {
    let folder = tempfile::tempdir().expect("a folder");
    let (sin, cos) = 33_f64.to_radians().sin_cos();
    let transform = [430_000.0, 210.0 * cos, 190.0 * sin, 4_480_000.0, 210.0 * sin, -190.0 * cos];
    let place = Placement { crs: "EPSG:32615", transform, size: [900, 800] };
    let raster = TestRaster::write(folder.path().join("rotated.tif"), place, Numbers::U8, noise(0.0, 120.0));
    for map in ["lcc", MERCATOR] {
        check(&raster, &Classes::tens(), map, [-91.8, 40.4], &[[250.0, 180.0], [20.0, 14.0]]);
    }
}

#[test]
fn a_raster_with_south_at_the_top_and_longitudes_to_360_is_exact() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Placement { crs: LONLAT, transform: [0.0, 0.25, 0.0, -90.0, 0.0, 0.25], size: [1440, 720] };
    let raster = TestRaster::write(folder.path().join("south_up.tif"), place, Numbers::F32, noise(-8.0, 48.0));
    for map in ["lcc", LONLAT] {
        check(&raster, &Classes::celsius(), map, [-96.3, 38.7], &[[4800.0, 3000.0], [170.0, 130.0]]);
    }
    // Greenwich, where such a raster begins and ends.
    check(&raster, &Classes::celsius(), EUROPE, [-0.1, 51.5], &[[900.0, 700.0], [170.0, 130.0]]);
}

#[test]
fn a_map_that_reaches_beyond_its_systems_area_of_use_has_no_gap() {
    // East of 2 degrees PROJ knows no exact way to the British grid and takes a rough one, but the way back a little
    // further east: going there and back ends 130 m beside.
    let folder = tempfile::tempdir().expect("a folder");
    let place = Placement { crs: LONLAT, transform: [-12.0, 0.05, 0.0, 61.0, 0.0, -0.05], size: [400, 240] };
    let raster = TestRaster::write(folder.path().join("britain.tif"), place, Numbers::F32, noise(-8.0, 48.0));
    check(&raster, &Classes::celsius(), "EPSG:27700", [0.0, 53.0], &[[700.0, 500.0]]);
    check(&raster, &Classes::celsius(), "EPSG:27700", [2.0, 53.0], &[[20.0, 14.0]]);
}

/// A smooth field with holes, so that values between cells stay inside a class for many pixels.
fn smooth(folder: &Path) -> TestRaster {
    let transform = [-104.0, 0.1, 0.0, 44.0, 0.0, -0.08];
    let place = Placement { crs: LONLAT, transform, size: [160, 130] };
    TestRaster::write(folder.join("smooth.tif"), place, Numbers::F32, |column, row| {
        let (x, y) = (column as f64 / 9.0, row as f64 / 7.0);
        let bump = 20.0 + 15.0 * x.sin() * y.cos() + 4.0 * unit_noise(column, row);
        (!hash(column, row).is_multiple_of(97)).then_some(bump)
    })
}

/// The mean of the four nearest cells by their nearness, those without a value left out; as in gdalwarp, nothing where
/// the point itself is in such a cell.
fn bilinear(raster: &TestRaster, [column, row]: [f64; 2]) -> Cell {
    raster.cell([column, row])?;
    let corner = [(column - 0.5).floor(), (row - 0.5).floor()];
    let t = [column - 0.5 - corner[0], row - 0.5 - corner[1]];
    let (mut sum, mut weights) = (0.0, 0.0);
    for (right, below) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
        let weight = (1.0 - right + (2.0 * right - 1.0) * t[0]) * (1.0 - below + (2.0 * below - 1.0) * t[1]);
        if let Some(value) = raster.cell([corner[0] + right + 0.5, corner[1] + below + 0.5]) {
            sum += weight * value;
            weights += weight;
        }
    }
    (weights > 1e-5).then(|| sum / weights)
}

/// The one colour that a value and all within a ten-thousandth of it have.
fn firm_color(classes: &Classes, cell: Cell) -> Option<[u8; 3]> {
    let colors = [-1e-4, 0.0, 1e-4].map(|share| classes.color(cell.map(|v| v + share * v.abs())));
    (colors[0] == colors[1] && colors[1] == colors[2]).then_some(colors[1])
}

#[test]
fn bilinear_values_are_those_of_the_four_nearest_cells() {
    let folder = tempfile::tempdir().expect("a folder");
    let (raster, classes) = (smooth(folder.path()), Classes::celsius());
    for (map, definition) in [("lcc", LCC), (MERCATOR, MERCATOR)] {
        let view = |name: &str, span| View::around(name, definition, [-96.3, 38.7], span, SIZE_PX);
        let views = [view("state", [900e3, 700e3]), view("county", [90e3, 60e3]), view("town", [20e3, 14e3])];
        let mut args = classes.args(&raster);
        args.push("--resampling=bilinear".into());
        let images = Frames { crs: map, inches: INCHES, dpi: DPI, args }.draw(&views);
        let raster_from_map = Projection::new(definition, LONLAT);
        for view in &views {
            let lookup = Lookup::new(view, &raster, &raster_from_map);
            check_bilinear(&format!("{map} {}", view.name), &images[&view.name], &raster, &lookup, &classes);
        }
    }
}

fn check_bilinear(place: &str, image: &Image, raster: &TestRaster, lookup: &Lookup, classes: &Classes) {
    let (mut decided, mut wrong) = (0, Vec::new());
    for (k, at) in lookup.cells.iter().enumerate() {
        let (column, row) = (k % image.width, k / image.width);
        let reach = lookup.pace(column, row).map(|pace| EDGE_PX * pace.min(1.0));
        let around = [[0.0, 0.0], [1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]];
        let colors =
            around.map(|d| firm_color(classes, bilinear(raster, [at[0] + d[0] * reach[0], at[1] + d[1] * reach[1]])));
        let Some(expected) = colors[0].filter(|_| colors.iter().all(|c| *c == colors[0])) else { continue };
        decided += 1;
        if image.at(column, row) != expected {
            wrong.push(format!("pixel ({column}, {row}) at {at:.4?} is {:?}, not {expected:?}", image.at(column, row)));
        }
    }
    println!("bilinear {place}: {decided} of {} pixels decided, {} wrong", lookup.cells.len(), wrong.len());
    assert!(wrong.is_empty(), "{place}: {} of {decided} wrong\n{}", wrong.len(), first_lines(&wrong));
    assert!(decided * 10 > 8 * lookup.cells.len(), "{place}: only {decided} pixels are decided");
}
