//! A few whole images, as a person approved them. Numbers are checked elsewhere; these keep watch over the look.
//!
//! They are pinned to Mesa's software adapter, lavapipe. `BLESS=1 cargo test --test golden` accepts what is drawn now.
//! After a failure, a strip of what was expected, where it differs and what was drawn is in the system's temporary folder.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use support::{Image, decode, demo, file_names, mapfolio, mapfolio_in, text};

/// Mesa's software adapter among the adapters, by Vulkan (lavapipe) or by OpenGL.
const ADAPTER: &str = "llvmpipe";

/// Keeps the program from finding a Vulkan driver, so that it takes OpenGL's.
const WITHOUT_VULKAN: [(&str, &str); 2] = [("VK_DRIVER_FILES", "/nonexistent"), ("VK_ICD_FILENAMES", "/nonexistent")];

const MOST_BYTES: u64 = 64 << 10;

struct Case {
    /// The golden file's name, without its ending.
    name: &'static str,
    /// What is drawn, besides size and place.
    args: fn() -> Vec<String>,
    /// How far a component of a pixel may be off, in levels of 255: other versions of LLVM round otherwise.
    tolerance: u8,
    /// How many pixels may be further off than that.
    most_outliers: usize,
}

const CASES: [Case; 4] = [
    Case { name: "figure", args: figure, tolerance: 2, most_outliers: 20 },
    Case { name: "extended", args: extended, tolerance: 2, most_outliers: 20 },
    Case { name: "shrunk_box", args: shrunk_box, tolerance: 2, most_outliers: 20 },
    Case { name: "lines", args: only_lines, tolerance: 2, most_outliers: 20 },
];

/// A finished figure: title, raster in classes, outlines of three kinds, colorbar.
fn figure() -> Vec<String> {
    vec![
        raster(),
        layer("states.shp", "linewidth=1.25"),
        layer("canada.shp", "linewidth=1.25"),
        layer("mexico.shp", "linewidth=1.25"),
        "--cmap=nws_reflectivity".into(),
        "--levels=5:80:5".into(),
        "--label=Composite reflectivity (dBZ)".into(),
        "--title={name}, 2022-07-04 11:00 UTC".into(),
        format!("--regions={}", text(&demo("regions.csv"))),
        "--only=CONUS".into(),
        "--crs=lcc".into(),
        "--resampling=nearest".into(),
    ]
}

/// A linear norm with both ends, negative ticks and a degree sign, on a Mercator map, between the raster's cells.
fn extended() -> Vec<String> {
    vec![
        raster(),
        layer("counties.shp", "linewidth=0.45,edgecolor=gray,alpha=0.7"),
        layer("states.shp", "linewidth=1.25"),
        "--vmin=-20".into(),
        "--vmax=45".into(),
        "--extend=both".into(),
        "--resampling=bilinear".into(),
        "--cmap=turbo".into(),
        "--ticks=-20,-7.5,0,15,30,45".into(),
        "--label=Value at 45° N".into(),
        "--title=Über {name}".into(),
        "--extent=Dakota=-11150000,-10950000,5600000,5700000".into(),
        "--crs=EPSG:3857".into(),
    ]
}

/// A box that takes the extent's narrow shape.
fn shrunk_box() -> Vec<String> {
    let extent = "--extent=Tall=-96.5,-94,40,43.5".to_owned();
    let cmap = ["--cmap=viridis", "--levels=0,10,20,35,50", "--extend=max"].map(String::from);
    let mut args = vec![raster(), layer("counties.shp", "linewidth=0.8,edgecolor=white"), extent];
    args.extend(cmap);
    args.extend(["--adjustable=box", "--resampling=nearest"].map(String::from));
    args
}

/// Outlines in several colours, widths and orders, without a raster or furniture.
fn only_lines() -> Vec<String> {
    vec![
        layer("counties.shp", "linewidth=0.45,edgecolor=tab:blue"),
        layer("states.shp", "linewidth=5,edgecolor=tab:red,alpha=0.5,zorder=3"),
        layer("states.shp", "linewidth=1.25,zorder=4"),
        "--extent=DC=1520000,1700000,60000,180000".into(),
        "--crs=lcc".into(),
        "--frame-only".into(),
    ]
}

fn raster() -> String {
    format!("--raster={}", text(&demo("reflectivity.tif")))
}

fn layer(file: &str, style: &str) -> String {
    format!("--layer={}:{style}", text(&demo(file)))
}

fn golden_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"))
}

/// Draws a case at 360 by 240 pixels, with additions to the environment.
fn draw(case: &Case, env: &[(&str, &str)]) -> Image {
    let folder = tempfile::tempdir().expect("a folder");
    let mut args = vec!["render".to_owned(), format!("--adapter={ADAPTER}"), format!("--out={}", text(folder.path()))];
    args.extend(["--figsize=6,4", "--dpi=60", "--name=actual.png"].map(String::from));
    args.extend((case.args)());
    let outcome = mapfolio_in(env, &args);
    assert_eq!(outcome.code, Some(0), "mapfolio {}\n{}", args.join(" "), outcome.stderr);
    decode(&folder.path().join("actual.png"))
}

/// Whether lavapipe is there. Without it nothing can be compared, which must not pass for success on a CI machine.
fn can_compare() -> bool {
    let adapters = mapfolio(["adapters"]).stdout;
    let found = adapters.contains(ADAPTER);
    let is_ci = std::env::var_os("CI").is_some();
    assert!(found || !is_ci, "golden images need {ADAPTER} (mesa-vulkan-drivers); the adapters here are:\n{adapters}");
    if !found {
        println!("SKIPPED: golden images need {ADAPTER} (mesa-vulkan-drivers); the adapters here are:\n{adapters}");
    }
    found
}

#[test]
fn images_are_as_approved() {
    if !can_compare() {
        return;
    }
    let is_blessing = is_blessing();
    let faults: Vec<String> = CASES.iter().filter_map(|case| check(case, is_blessing).err()).collect();
    assert!(
        faults.is_empty(),
        "{}\nif what is drawn now is right, accept it with: BLESS=1 cargo test --test golden",
        faults.join("\n")
    );
}

#[test]
fn opengl_draws_the_same() {
    if is_blessing() {
        // The images that it compares with are being written.
        return;
    }
    let adapters = mapfolio_in(&WITHOUT_VULKAN, ["adapters"]).stdout;
    if !adapters.contains(ADAPTER) {
        println!("SKIPPED: there is no {ADAPTER} by OpenGL (libegl1, libgl1-mesa-dri); the adapters are:\n{adapters}");
        return;
    }
    for case in CASES {
        let expected = decode(&golden_path(case.name));
        if let Err(fault) = compare(&case, &expected, &draw(&case, &WITHOUT_VULKAN)) {
            panic!("by OpenGL: {fault}");
        }
    }
}

/// Compares one case, or accepts it.
fn check(case: &Case, is_blessing: bool) -> Result<(), String> {
    let (actual, path) = (draw(case, &[]), golden_path(case.name));
    if !path.exists() && !is_blessing {
        return Err(format!("{}: there is no such file", path.display()));
    }
    let fault = if path.exists() { compare(case, &decode(&path), &actual) } else { Err("new".into()) };
    match fault {
        Err(_) if is_blessing => {
            write_png(&path, &actual);
            Ok(())
        }
        other => other,
    }
}

/// How far two pixels are apart.
fn distance(a: [u8; 3], b: [u8; 3]) -> u8 {
    (0..3).map(|k| a[k].abs_diff(b[k])).max().unwrap_or(0)
}

fn compare(case: &Case, expected: &Image, actual: &Image) -> Result<(), String> {
    let name = case.name;
    let sizes = [expected, actual].map(|image| (image.width, image.height));
    if sizes[0] != sizes[1] {
        return Err(format!("{name}: {:?} pixels are expected, {:?} were drawn", sizes[0], sizes[1]));
    }
    let distances = || expected.rgb.iter().zip(&actual.rgb).map(|(e, a)| distance(*e, *a));
    let outliers = distances().filter(|d| *d > case.tolerance).count();
    if outliers <= case.most_outliers {
        return Ok(());
    }
    let strip = std::env::temp_dir().join(format!("mapfolio-golden-{name}.png"));
    write_png(&strip, &strip_of(expected, actual, case.tolerance));
    Err(format!(
        "{name}: {outliers} pixels differ by more than {}, at most {} may; the most by {}; expected, difference and \
         drawn side by side: {}",
        case.tolerance,
        case.most_outliers,
        distances().max().unwrap_or(0),
        strip.display()
    ))
}

/// Expected, difference and actual side by side; what differs is red, the more the darker, on a pale expected image.
fn strip_of(expected: &Image, actual: &Image, tolerance: u8) -> Image {
    let difference = expected.rgb.iter().zip(&actual.rgb).map(|(e, a)| match distance(*e, *a) {
        d if d > tolerance => [255 - d / 3, 0, 0],
        _ => e.map(|component| 191 + component / 4),
    });
    let difference = Image { width: expected.width, height: expected.height, rgb: difference.collect() };
    let row = |image: &Image, y: usize| image.rgb[y * image.width..(y + 1) * image.width].to_vec();
    let rows = (0..expected.height).flat_map(|y| [row(expected, y), row(&difference, y), row(actual, y)].concat());
    Image { width: 3 * expected.width, height: expected.height, rgb: rows.collect() }
}

fn write_png(path: &Path, image: &Image) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let file = std::fs::File::create(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut encoder = png::Encoder::new(file, image.width as u32, image.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(image.rgb.as_flattened()).expect("pixels");
    writer.finish().expect("a whole file");
}

#[test]
fn every_golden_file_has_a_case_and_is_small() {
    let folder = golden_path("").parent().expect("a folder").to_owned();
    let cases: BTreeSet<String> = CASES.iter().map(|case| format!("{}.png", case.name)).collect();
    for file in file_names(&folder) {
        assert!(cases.contains(&file), "tests/golden/{file} belongs to no case: remove it, or add its case");
        let bytes = std::fs::metadata(folder.join(&file)).expect("a file").len();
        assert!(bytes <= MOST_BYTES, "tests/golden/{file} has {bytes} bytes, at most {MOST_BYTES} may be");
    }
}

#[test]
fn a_changed_image_is_seen() {
    let case = Case { name: "self-test", args: figure, tolerance: 2, most_outliers: 20 };
    let image = |level: u8, pixels: usize| {
        let changed = |k: usize| if k < pixels { [level; 3] } else { [100; 3] };
        Image { width: 40, height: 30, rgb: (0..1200).map(changed).collect() }
    };
    assert!(compare(&case, &image(100, 0), &image(102, 1200)).is_ok(), "within tolerance");
    assert!(compare(&case, &image(100, 0), &image(0, 20)).is_ok(), "as many outliers as may be");
    let fault = compare(&case, &image(100, 0), &image(103, 21)).expect_err("one outlier too many");
    assert!(fault.contains("self-test: 21 pixels differ by more than 2"), "{fault}");
    let strip = std::env::temp_dir().join("mapfolio-golden-self-test.png");
    let strip_image = decode(&strip);
    assert_eq!((strip_image.width, strip_image.height), (120, 30));
    std::fs::remove_file(strip).expect("the strip is removed");
}

fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some_and(|v| v == "1")
}
