//! Pixels made of several cells have the values that gdalwarp's definitions give, computed here cell by cell in f64;
//! and gdalwarp itself agrees where it is there to be asked.

mod support;

use std::path::Path;
use std::process::Command;

use support::{
    Cell, CellBox, Frames, GREYS, Image, LCC, Numbers, Placement, Projection, TestRaster, View, convolved, extreme,
    hash, mapfolio, mean, prevailing, text, unit_noise, wrong_greys,
};

const UTM: &str = "EPSG:32615";
const SIZE_PX: [usize; 2] = [200, 150];

/// Noise from 0 to 250 with holes, some of them larger than a pixel.
fn noisy(column: usize, row: usize) -> Cell {
    let in_hole = hash(column / 6, row / 5).is_multiple_of(13) || hash(column, row).is_multiple_of(11);
    (!in_hole).then(|| 250.0 * unit_noise(column, row))
}

/// A scene in UTM of 100 m cells.
fn scene(folder: &Path, numbers: Numbers, value: impl Fn(usize, usize) -> Cell) -> TestRaster {
    let transform = [260_000.0, 100.0, 0.0, 4_620_000.0, 0.0, -100.0];
    let place = Placement { crs: UTM, transform, size: [900, 700] };
    TestRaster::write(folder.join("scene.tif"), place, numbers, value)
}

/// A view of `SIZE_PX` pixels on a scene's own map, from a column and row on, of so many cells a pixel.
fn view(name: &str, [column, row]: [f64; 2], [across, down]: [f64; 2]) -> View {
    let (x0, y1) = (260_000.0 + 100.0 * column, 4_620_000.0 - 100.0 * row);
    let (width, height) = (SIZE_PX[0] as f64 * across * 100.0, SIZE_PX[1] as f64 * down * 100.0);
    View { name: name.to_owned(), extent: [x0, x0 + width, y1 - height, y1], size_px: SIZE_PX }
}

/// The cells under each pixel of such a view.
fn footprints([column, row]: [f64; 2], [across, down]: [f64; 2]) -> Vec<CellBox> {
    let [width, height] = SIZE_PX;
    let pixel = |k: usize| {
        let (left, top) = (column + (k % width) as f64 * across, row + (k / width) as f64 * down);
        [left, top, left + across, top + down]
    };
    (0..width * height).map(pixel).collect()
}

fn draw(raster: &TestRaster, crs: &str, resampling: &str, other: &[&str], views: &[View]) -> Vec<Image> {
    let mut args = vec![format!("--raster={}", text(&raster.path)), format!("--resampling={resampling}")];
    args.extend(GREYS.iter().chain(other).map(ToString::to_string));
    let [width, height] = SIZE_PX.map(|n| u32::try_from(n / 50).expect("inches"));
    let mut images = Frames { crs, inches: [width, height], dpi: 50, args }.draw(views);
    views.iter().map(|view| images.remove(&view.name).expect("an image")).collect()
}

fn centre([left, top, right, bottom]: CellBox) -> [f64; 2] {
    [left.midpoint(right), top.midpoint(bottom)]
}

/// Whether a pixel's centre is on the raster: only such pixels show it.
fn is_on(raster: &TestRaster, cells: CellBox) -> bool {
    let size = raster.place.size;
    (0..2).all(|k| (0.0..size[k] as f64).contains(&centre(cells)[k]))
}

fn assert_right(what: &str, wrong: &[String], pixels: usize) {
    println!("{what}: {} of {pixels} pixels wrong", wrong.len());
    let first = wrong.iter().take(8).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{what}: {} of {pixels} wrong\n{first}", wrong.len());
}

/// Places and paces of views: from enlarged to about two cells a pixel, over the raster's edges too.
const PLACES: [([f64; 2], [f64; 2]); 4] = [
    ([100.3, 80.7], [0.37, 0.41]),
    ([-20.2, -10.4], [1.0, 1.0]),
    ([300.1, 200.9], [1.37, 1.61]),
    ([600.6, 480.2], [1.93, 1.7]),
];

#[test]
fn averages_are_of_the_cells_covered_by_area() {
    let folder = tempfile::tempdir().expect("a folder");
    for numbers in [Numbers::F32, Numbers::U8, Numbers::I16 { scale: 0.01, offset: 10.0 }] {
        let raster = scene(folder.path(), numbers, noisy);
        let views: Vec<View> = (0..).zip(PLACES).map(|(k, (at, pace))| view(&format!("v{k}"), at, pace)).collect();
        let images = draw(&raster, UTM, "average", &[], &views);
        for (image, (at, pace)) in images.iter().zip(PLACES) {
            let boxes = footprints(at, pace);
            let value = |cells: &CellBox| if is_on(&raster, *cells) { mean(&raster, *cells, false) } else { None };
            let expected: Vec<_> = boxes.iter().map(|cells| Some(value(cells))).collect();
            assert_right(&format!("{numbers:?} at {at:?}"), &wrong_greys(image, &expected, 0.02), boxes.len());
        }
    }
}

#[test]
fn averages_of_many_cells_come_from_all_valid_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    // Pixels of 4 by 4, 4 by 8 and 8 by 4 cells, in step with the halved levels, so that these answer exactly; but of
    // two cells of a level both count the same, however many valid ones are under them.
    for (at, pace) in [([0.0, 0.0], [4.0, 4.0]), ([16.0, 32.0], [4.0, 8.0]), ([8.0, 8.0], [8.0, 4.0])] {
        let has_holes = pace[0] == pace[1];
        let raster = scene(folder.path(), Numbers::F32, |column, row| {
            noisy(column, row).or((!has_holes).then(|| 250.0 * unit_noise(row, column)))
        });
        let boxes = footprints(at, pace);
        let value = |cells: &CellBox| if is_on(&raster, *cells) { mean(&raster, *cells, false) } else { None };
        let expected: Vec<_> = boxes.iter().map(|cells| Some(value(cells))).collect();
        for memory in ["--raster-memory=1M", "--raster-memory=1G"] {
            let images = draw(&raster, UTM, "average", &[memory], &[view("v", at, pace)]);
            assert_right(&format!("{pace:?} {memory}"), &wrong_greys(&images[0], &expected, 0.02), boxes.len());
        }
    }
}

#[test]
fn averages_of_many_cells_out_of_step_are_near() {
    let folder = tempfile::tempdir().expect("a folder");
    // Smooth enough that a level's cells at a pixel's edge stand for those under them.
    let raster = scene(folder.path(), Numbers::F32, |column, row| {
        (!hash(column, row).is_multiple_of(11))
            .then(|| 120.0 + 50.0 * ((column as f64) / 30.0).sin() + 50.0 * (row as f64 / 40.0).cos())
    });
    let (at, pace) = ([3.3, 5.1], [4.4, 3.7]);
    let boxes = footprints(at, pace);
    let value = |cells: &CellBox| if is_on(&raster, *cells) { mean(&raster, *cells, false) } else { None };
    let expected: Vec<_> = boxes.iter().map(|cells| Some(value(cells))).collect();
    let images = draw(&raster, UTM, "average", &[], &[view("v", at, pace)]);
    assert_right("out of step", &wrong_greys(&images[0], &expected, 2.5), boxes.len());
}

#[test]
fn bilinear_and_cubic_values_are_weighted_means() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = scene(folder.path(), Numbers::F32, |column, row| noisy(column, row).map(|v| 60.0 + v / 2.0));
    let enlarged = &PLACES[..2];
    let views: Vec<View> = (0..).zip(enlarged).map(|(k, (at, pace))| view(&format!("v{k}"), *at, *pace)).collect();
    for (name, cubic) in [("bilinear", false), ("cubic", true)] {
        let images = draw(&raster, UTM, name, &[], &views);
        let paged = draw(&raster, UTM, name, &["--raster-memory=1M"], &views);
        for ((image, paged), (at, pace)) in images.iter().zip(paged).zip(enlarged) {
            let value = |cells: CellBox| {
                if is_on(&raster, cells) { convolved(&raster, centre(cells), cubic, false) } else { None }
            };
            let boxes = footprints(*at, *pace);
            let expected: Vec<_> = boxes
                .iter()
                .map(|cells| {
                    let value = value(*cells);
                    // Between two weights of opposite sign a rounding decides.
                    Some(value).filter(|v| v.is_none_or(|v| (0.0..250.0).contains(&v)))
                })
                .collect();
            assert_right(&format!("{name} at {at:?}"), &wrong_greys(image, &expected, 0.2), boxes.len());
            assert!(image.rgb == paged.rgb, "{name} at {at:?}: tiles give other pixels");
        }
    }
}

#[test]
fn the_mode_is_what_covers_most() {
    let folder = tempfile::tempdir().expect("a folder");
    let classes = |column: usize, row: usize| {
        (!hash(column, row).is_multiple_of(9)).then(|| (20 * (hash(column / 3, row / 2) % 7)) as f64)
    };
    let raster = scene(folder.path(), Numbers::U8, classes);
    // The last is of 4 by 4 cells in step with a halved level.
    for (at, pace) in [PLACES[0], PLACES[2], PLACES[3], ([0.0, 0.0], [4.0, 4.0])] {
        let boxes = footprints(at, pace);
        let expected: Vec<_> = boxes
            .iter()
            .map(|cells| if is_on(&raster, *cells) { prevailing(&raster, *cells) } else { Some(None) })
            .collect();
        for memory in ["--raster-memory=1M", "--raster-memory=1G"] {
            let images = draw(&raster, UTM, "mode", &[memory], &[view("v", at, pace)]);
            assert_right(&format!("{pace:?} {memory}"), &wrong_greys(&images[0], &expected, 0.01), boxes.len());
        }
    }
}

#[test]
fn extremes_are_of_all_cells_under_a_pixel_however_many() {
    let folder = tempfile::tempdir().expect("a folder");
    for numbers in [Numbers::F32, Numbers::U8, Numbers::I16 { scale: 0.01, offset: 10.0 }] {
        let raster = scene(folder.path(), numbers, noisy);
        // The last two are of so many cells that other resamplings look at coarser levels.
        for (at, pace) in [PLACES[0], PLACES[2], PLACES[3], ([0.5, 0.5], [4.0, 4.0]), ([-3.7, 5.23], [4.4, 4.7])] {
            let boxes = footprints(at, pace);
            for (name, pick) in [("max", f64::max as fn(f64, f64) -> f64), ("min", f64::min)] {
                let value =
                    |cells: &CellBox| if is_on(&raster, *cells) { extreme(&raster, *cells, pick) } else { Some(None) };
                let expected: Vec<_> = boxes.iter().map(value).collect();
                let known = expected.iter().flatten().count();
                assert!(known * 10 > 9 * expected.len(), "{known} of {} pixels are decided", expected.len());
                for memory in ["--raster-memory=1M", "--raster-memory=1G"] {
                    let images = draw(&raster, UTM, name, &[memory], &[view("v", at, pace)]);
                    let wrong = wrong_greys(&images[0], &expected, 0.02);
                    assert_right(&format!("{name}, {numbers:?} {pace:?} {memory}"), &wrong, boxes.len());
                }
            }
        }
    }
}

#[test]
fn extremes_of_too_many_cells_and_of_colours_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = scene(folder.path(), Numbers::F32, noisy);
    let raster = format!("--raster={}", text(&raster.path));
    let out = format!("--out={}", text(folder.path()));
    let args =
        ["render", "--adapter=cpu", "--resampling=max", "--frame-only", "--figsize=1,1", "--dpi=8", &raster, &out];
    let outcome = mapfolio(args.iter().chain(&["--vmin=0", "--vmax=9", "--extent=A=260000,340000,4550000,4620000"]));
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("'max' looks at 64 cells along a pixel"), "{}", outcome.stderr);
    let outcome = mapfolio(args.iter().chain(&["--categories=1=red", "--extent=A=260000,270000,4600000,4610000"]));
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("'max' compares numbers"), "{}", outcome.stderr);
}

#[test]
fn averages_on_another_map_are_of_the_box_around_the_pixel() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = scene(folder.path(), Numbers::F32, noisy);
    let views = [View::around("v", LCC, [-93.2, 41.3], [30e3, 22e3], SIZE_PX)];
    let image = &draw(&raster, LCC, "average", &[], &views)[0];
    let to_utm = Projection::new(LCC, UTM);
    let cell = |px: [f64; 2]| raster.place.cell_from_map(to_utm.point(views[0].map_from_px(px)));
    let expected: Vec<Option<Cell>> = (0..SIZE_PX[0] * SIZE_PX[1])
        .map(|k| {
            let (i, j) = ((k % SIZE_PX[0]) as f64, (k / SIZE_PX[0]) as f64);
            let corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]].map(|[a, b]| cell([i + a, j + b]));
            let bound =
                |axis: usize, f: fn(f64, f64) -> f64| corners.iter().map(|c| c[axis]).reduce(f).expect("corners");
            let cells = [bound(0, f64::min), bound(1, f64::min), bound(0, f64::max), bound(1, f64::max)];
            // At a hole's edge a thousandth of a cell decides.
            let around =
                [-2e-3, 2e-3].map(|d| mean(&raster, [cells[0] - d, cells[1] - d, cells[2] + d, cells[3] + d], false));
            let value = mean(&raster, cells, false);
            around.iter().all(|v| v.is_some() == value.is_some()).then_some(value)
        })
        .collect();
    let known = expected.iter().flatten().count();
    assert!(known * 10 > 9 * expected.len(), "{known} of {} pixels are decided", expected.len());
    assert_right("on lcc", &wrong_greys(image, &expected, 3.0), expected.len());
}

#[test]
fn gdalwarp_agrees() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = scene(folder.path(), Numbers::F32, noisy);
    for (name, (at, pace), tolerance) in [
        ("average", PLACES[2], 0.05),
        ("average", PLACES[3], 0.05),
        ("bilinear", ([100.3, 80.7], [0.37, 0.41]), 0.3),
        ("max", PLACES[2], 0.05),
        ("max", ([-3.7, 5.2], [4.4, 4.7]), 0.05),
        ("min", PLACES[3], 0.05),
    ] {
        let view = view("v", at, pace);
        let Some(expected) = gdalwarp(folder.path(), &raster, name, &view) else {
            println!("gdalwarp is not there");
            return;
        };
        // At the raster's edge gdalwarp draws pixels of which any part is on it.
        let boxes = footprints(at, pace);
        let expected: Vec<_> =
            expected.iter().zip(boxes).map(|(v, cells)| is_on(&raster, cells).then_some(*v)).collect();
        let image = &draw(&raster, UTM, name, &[], std::slice::from_ref(&view))[0];
        let wrong = wrong_greys(image, &expected, tolerance);
        println!("{name} {pace:?}: {} of {} differ from gdalwarp", wrong.len(), expected.len());
        // Pixels that touch a hole by less than gdalwarp's own rounding.
        assert!(
            wrong.len() * 500 < expected.len(),
            "{name}: {}\n{}",
            wrong.len(),
            wrong[..wrong.len().min(8)].join("\n")
        );
    }
}

fn gdalwarp(folder: &Path, raster: &TestRaster, resampling: &str, view: &View) -> Option<Vec<Cell>> {
    let ([x0, x1, y0, y1], [width, height]) = (view.extent, view.size_px);
    let target = folder.join("warped.tif");
    let numbers = [x0, y0, x1, y1].map(|v| format!("{v}"));
    let status = Command::new("gdalwarp")
        .args(["-q", "-overwrite", "-r", resampling, "-et", "0", "-ovr", "NONE", "-dstnodata", "-1", "-te"])
        .args(numbers)
        .args(["-ts", &width.to_string(), &height.to_string()])
        .args([&raster.path, &target])
        .status()
        .ok()?;
    assert!(status.success(), "gdalwarp fails");
    let dataset = gdal::Dataset::open(&target).expect("what gdalwarp wrote");
    let cells = dataset.rasterband(1).expect("a band").read_band_as::<f64>().expect("cells");
    Some(cells.data().iter().map(|v| (*v != -1.0).then_some(*v)).collect())
}

#[test]
fn a_raster_around_the_globe_has_no_seam() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Placement { crs: "EPSG:4326", transform: [-180.0, 0.5, 0.0, 90.0, 0.0, -0.5], size: [720, 360] };
    let wave = |column: usize, row: usize| {
        let [lon, lat] = [column, row].map(|k| (k as f64 / 2.0 + 0.25).to_radians());
        Some(125.0 + 100.0 * lat.sin() * (lon + 0.4).sin())
    };
    let raster = TestRaster::write(folder.path().join("globe.tif"), place, Numbers::F32, wave);
    // A map that the seam runs down the middle of; the last takes a halved level.
    let crs = "+proj=eqc +lon_0=180 +datum=WGS84 +units=m +type=crs";
    let degree = 111_319.490_793_273_57;
    for (name, [width, height], tolerance) in [
        ("bilinear", [10.0, 8.0], 0.02),
        ("cubic", [10.0, 8.0], 0.02),
        ("average", [140.0, 120.0], 0.05),
        ("average", [358.0, 150.0], 1.0),
    ] {
        let bounds = [-width / 2.0, width / 2.0, -height / 2.0, height / 2.0].map(|v: f64| v * degree);
        let view = View { name: "v".into(), extent: bounds, size_px: SIZE_PX };
        let image = &draw(&raster, crs, name, &[], &[view])[0];
        let (dx, dy) = (width / SIZE_PX[0] as f64, height / SIZE_PX[1] as f64);
        let expected: Vec<Option<Cell>> = (0..SIZE_PX[0] * SIZE_PX[1])
            .map(|k| {
                let column = 2.0 * (360.0 - width / 2.0 + (k % SIZE_PX[0]) as f64 * dx);
                let row = 2.0 * (90.0 - height / 2.0 + (k / SIZE_PX[0]) as f64 * dy);
                let cells = [column, row, column + 2.0 * dx, row + 2.0 * dy];
                Some(match name {
                    "average" => mean(&raster, cells, true),
                    name => convolved(&raster, centre(cells), name == "cubic", true),
                })
            })
            .collect();
        assert_right(&format!("{name} {width}"), &wrong_greys(image, &expected, tolerance), expected.len());
    }
}

#[test]
fn auto_is_nearest_where_cells_are_larger_than_pixels_and_average_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = scene(folder.path(), Numbers::F32, noisy);
    let views = [view("large", PLACES[0].0, PLACES[0].1), view("small", PLACES[2].0, PLACES[2].1)];
    let auto = draw(&raster, UTM, "auto", &[], &views);
    for (k, name) in ["nearest", "average"].into_iter().enumerate() {
        assert!(auto[k].rgb == draw(&raster, UTM, name, &[], &views)[k].rgb, "{} is not {name}", views[k].name);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let raster_flag = format!("--raster={}", text(&raster.path));
    let out = format!("--out={}", text(folder.path()));
    let flags = ["render", &raster_flag, &out, "--adapter=cpu", "--frame-only", "--figsize=4,3", "--dpi=50", "-v"];
    let log = mapfolio(flags.into_iter().map(String::from).chain(views.iter().map(View::flag))).stderr;
    for line in ["figure=\"large\" resampling=\"nearest\"", "figure=\"small\" resampling=\"average\""] {
        assert!(log.contains(line), "no {line} in\n{log}");
    }
}
