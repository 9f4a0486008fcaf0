//! Norms on maps: limits that come from the raster, colours for cells under, over and without a value, categories.

mod support;

use support::{Cell, Frames, Image, Numbers, Placement, TestRaster, View, hash, mapfolio, text};

const UTM: &str = "EPSG:32615";
const SIZE: [usize; 2] = [40, 30];
/// Pixels along a side of a cell.
const CELL_PX: usize = 10;

fn raster(folder: &tempfile::TempDir, value: impl Fn(usize) -> Cell) -> TestRaster {
    let place = Placement { crs: UTM, transform: [260_000.0, 100.0, 0.0, 4_620_000.0, 0.0, -100.0], size: SIZE };
    TestRaster::write(folder.path().join("r.tif"), place, Numbers::F32, |column, row| value(row * SIZE[0] + column))
}

/// A little more than the raster, so that there are pixels beyond it.
fn draw(raster: &TestRaster, flags: &[&str]) -> Image {
    let extent = [259_900.0, 264_000.0, 4_617_000.0, 4_620_000.0];
    let view = View { name: "v".into(), extent, size_px: [410, 300] };
    let mut args = vec![format!("--raster={}", text(&raster.path))];
    if !flags.iter().any(|flag| flag.starts_with("--cmap")) {
        args.push("--cmap=gray".to_owned());
    }
    args.extend(flags.iter().map(ToString::to_string));
    Frames { crs: UTM, inches: [41, 30], dpi: 10, args }.draw(&[view]).remove("v").expect("an image")
}

/// Checks the middle of every cell, and that there is nothing beyond the raster.
fn assert_colors(what: &str, image: &Image, raster: &TestRaster, color: impl Fn(Cell) -> [u8; 3]) {
    for (k, value) in raster.cells.iter().enumerate() {
        let at = [k % SIZE[0], k / SIZE[0]].map(|cell| cell * CELL_PX + CELL_PX / 2);
        let (seen, wanted) = (image.at(at[0] + CELL_PX, at[1]), color(*value));
        let near = (0..3).all(|c| seen[c].abs_diff(wanted[c]) <= 1);
        assert!(near, "{what}: cell {k} of {value:?} is {seen:?}, not {wanted:?}");
    }
    assert_eq!(image.at(CELL_PX / 2, 100), [255; 3], "{what}: nothing beyond the raster");
}

/// matplotlib's gray of 256 colours at a place from 0 to 1.
fn gray(position: f64) -> [u8; 3] {
    [(position * 256.0).floor().clamp(0.0, 255.0) as u8; 3]
}

const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const LIME: [u8; 3] = [0, 255, 0];

/// From -10 to 1000, with every seventh cell without a value.
fn many(k: usize) -> Cell {
    (k % 7 != 3).then(|| -10.0 + 1010.0 * (hash(k, 1) % 10_000) as f64 / 10_000.0)
}

#[test]
fn what_a_logarithm_does_not_have_is_bad() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = raster(&folder, many);
    let positive = raster.cells.iter().flatten().copied().filter(|value| *value > 0.0);
    let (low, high) = (positive.clone().fold(f64::INFINITY, f64::min), positive.fold(0.0, f64::max));
    let color = |low: f64, high: f64| {
        move |cell: Cell| match cell {
            Some(value) if value > 0.0 && value < low => BLUE,
            Some(value) if value > high => LIME,
            Some(value) if value > 0.0 => gray((value / low).ln() / (high / low).ln()),
            _ => RED,
        }
    };
    let image = draw(&raster, &["--norm=log", "--bad=red"]);
    assert_colors("the raster's own positive limits", &image, &raster, color(low, high));
    let flags = ["--norm=log", "--bad=red", "--vmin=2", "--vmax=500", "--under=blue", "--over=lime"];
    assert_colors("limits that are given", &draw(&raster, &flags), &raster, color(2.0, 500.0));
    let tiled = [&flags[..], &["--raster-memory=1M", "--resampling=average"]].concat();
    assert_colors("means of one cell", &draw(&raster, &tiled), &raster, color(2.0, 500.0));
}

#[test]
fn limits_of_a_norm_about_a_centre_are_the_rasters() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = raster(&folder, many);
    let values = raster.cells.iter().flatten().copied();
    let (low, high) = (values.clone().fold(f64::INFINITY, f64::min), values.fold(f64::NEG_INFINITY, f64::max));
    let white = |cell: Cell, position: &dyn Fn(f64) -> f64| cell.map_or([255; 3], |value| gray(position(value)));
    let image = draw(&raster, &["--norm=twoslope", "--vcenter=100"]);
    let two_slopes =
        |v: f64| if v < 100.0 { (v - low) / (100.0 - low) / 2.0 } else { 0.5 + (v - 100.0) / (high - 100.0) / 2.0 };
    assert_colors("twoslope", &image, &raster, |cell| white(cell, &two_slopes));
    let image = draw(&raster, &["--norm=centered", "--vcenter=100"]);
    let half = (100.0 - low).max(high - 100.0);
    assert_colors("centered", &image, &raster, |cell| white(cell, &|v| (v - 100.0 + half) / (2.0 * half)));
    let image = draw(&raster, &["--halfrange=300"]);
    assert_colors("halfrange", &image, &raster, |cell| white(cell, &|v| (v + 300.0) / 600.0));
    let image = draw(&raster, &["--norm=power", "--gamma=0.5", "--vmin=-10", "--vmax=1000"]);
    assert_colors("power", &image, &raster, |cell| white(cell, &|v| ((v + 10.0) / 1010.0).sqrt()));
    let image = draw(&raster, &["--norm=symlog", "--linthresh=10", "--vmin=-10", "--vmax=1000"]);
    // Linear for 10/9 decades to each side of 0, then logarithmic.
    let place = |v: f64| if v <= 10.0 { v / 9.0 } else { 10.0 / 9.0 + (v / 10.0).log10() };
    let symlog = |v: f64| (place(v) + 10.0 / 9.0) / (2.0 + 20.0 / 9.0);
    assert_colors("symlog", &image, &raster, |cell| white(cell, &symlog));
}

#[test]
fn categories_have_their_colours_and_are_never_mixed() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = raster(&folder, |k| (k % 11 != 0).then(|| [1.0, 2.0, 5.5, 7.0][k / 7 % 4]));
    let color = |cell: Cell| match cell {
        Some(1.0) => RED,
        Some(2.0) => LIME,
        Some(5.5) => BLUE,
        _ => [128; 3],
    };
    let flags = ["--categories=5.5=blue,1=red:Fire,2=lime:Grass, dry", "--bad=0.503"];
    let message = mapfolio([&["render"][..], &flags, &[&format!("--raster={}", text(&raster.path))]].concat()).stderr;
    assert!(message.contains("' dry' without a '='"), "{message}");
    let flags = ["--categories=5.5=blue,1=red:Fire,2=lime:Grass", "--bad=0.503"];
    assert_colors("categories", &draw(&raster, &flags), &raster, color);
    // Ten cells a pixel.
    let view = View { name: "v".into(), extent: [260_000.0, 264_000.0, 4_617_000.0, 4_620_000.0], size_px: [16, 12] };
    let args = [&flags.map(str::to_owned)[..], &[format!("--raster={}", text(&raster.path))]].concat();
    let small = Frames { crs: UTM, inches: [16, 12], dpi: 1, args }.draw(&[view]).remove("v").expect("an image");
    for k in 0..16 * 12 {
        let seen = small.at(k % 16, k / 16);
        assert!([RED, LIME, BLUE, [128; 3]].contains(&seen), "{seen:?} is no category's");
    }
}

#[test]
fn files_give_values_their_colours() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = raster(&folder, many);
    let write = |name: &str, lines: &str| {
        std::fs::write(folder.path().join(name), lines).expect("a file of colours");
        format!("--cmap={}", text(&folder.path().join(name)))
    };
    let ramp =
        |low: f64, high: f64| move |value: f64| [(255.0 * (value - low) / (high - low)).clamp(0.0, 255.0) as u8; 3];
    let relief = write("relief.txt", "0 black\n1000 white\nnv red\n");
    let color = |cell: Cell| cell.map_or(RED, ramp(0.0, 1000.0));
    assert_colors("GDAL's", &draw(&raster, &[&relief]), &raster, color);
    let color = |cell: Cell| cell.map_or(RED, ramp(100.0, 600.0));
    assert_colors("moved", &draw(&raster, &[&relief, "--vmin=100", "--vmax=600"]), &raster, color);
    let cpt = write("steps.cpt", "0 lime 500 lime\n500 blue 900 blue\nB red\nF red\nN gray50\n");
    let color = |cell: Cell| match cell {
        None => [127; 3],
        Some(value) if !(0.0..=900.0).contains(&value) => RED,
        Some(value) => {
            if value < 500.0 {
                LIME
            } else {
                BLUE
            }
        }
    };
    assert_colors("GMT's", &draw(&raster, &[&cpt]), &raster, color);
    for (flag, part) in [("--levels=0,1", "leave out --levels"), ("--lut=3", "leave out --lut"), ("--vmin=1", "--vmax")]
    {
        let out = format!("--out={}", text(&folder.path().join("out")));
        let outcome = mapfolio(["render", &out, &cpt, flag, &format!("--raster={}", text(&raster.path))]);
        assert_eq!(outcome.code, Some(1), "{flag}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(part), "{flag}: {}", outcome.stderr);
    }
}

#[test]
fn settings_that_do_not_go_together_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = raster(&folder, |k| Some(-(k as f64)));
    for (flags, parts) in [
        (&["--norm=log", "--gamma=2"][..], ["--norm ([raster] norm): 'log' takes no --gamma", "give another --norm"]),
        (&["--norm=power"], ["--gamma", "--norm power needs it"]),
        (&["--norm=twoslope"], ["--vcenter", "--norm twoslope needs it"]),
        (&["--norm=symlog"], ["--linthresh", "--norm symlog needs it"]),
        (&["--norm=log"], ["no cell of it is positive", "--norm symlog"]),
        (&["--norm=log", "--vmin=-1", "--vmax=3"], ["--vmin ([raster] vmin): '-1' is not positive", "--norm log"]),
        (&["--vcenter=3"], ["'linear' (the default) takes no --vcenter", "another --norm"]),
        (&["--levels=0,1", "--vmin=3"], ["'boundary' (asked for by --levels) takes no --vmin", "leave out --vmin"]),
        (
            &["--categories=1=red", "--resampling=average"],
            ["--resampling ([raster] resampling): 'average'", "nearest, mode or auto"],
        ),
        (&["--categories=1=red,1=blue"], ["--categories", "the value 1 twice"]),
        (&["--bad=rde"], ["--bad ([raster] bad): 'rde' is not a colour", "give a CSS name"]),
    ] {
        let out = format!("--out={}", text(&folder.path().join("out")));
        let args = [&["render", "--adapter=cpu", &out][..], flags, &[&format!("--raster={}", text(&raster.path))]];
        let outcome = mapfolio(args.concat());
        assert_eq!(outcome.code, Some(1), "{flags:?}: {}", outcome.stderr);
        assert!(parts.iter().all(|part| outcome.stderr.contains(part)), "{flags:?}: {}", outcome.stderr);
    }
}
