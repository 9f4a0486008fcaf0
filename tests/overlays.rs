//! Rasters over each other: what is seen of each is composed here, pixel by pixel, from figures that show one alone.

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use gdal::DriverManager;
use gdal::raster::Buffer;
use gdal::spatial_ref::SpatialRef;
use mapfolio::job::Job;
use mapfolio::plan::Plan;
use support::{Cell, Folder, Frames, Image, LCC, Numbers, Outcome, Placement, TestRaster, View, unit_noise};
use support::{decode, file_names, mapfolio, text};

/// A colour that no class has: where it is seen alone, a raster has none.
const NONE: &str = "#fe01fd";
const NONE_RGB: [u8; 3] = [0xfe, 0x01, 0xfd];

const LONLAT: Placement =
    Placement { crs: "EPSG:4326", transform: [-110.0, 0.25, 0.0, 46.0, 0.0, -0.2], size: [96, 80] };
const LAMBERT: Placement =
    Placement { crs: LCC, transform: [-900_000.0, 23_000.0, 0.0, 700_000.0, 0.0, -17_000.0], size: [60, 70] };
const UTM: Placement = Placement {
    crs: "EPSG:32613",
    transform: [100_000.0, 9000.0, 1500.0, 5_000_000.0, 900.0, -11_000.0],
    size: [90, 80],
};

/// A value in two of three cells, in patches and alone.
fn holey(column: usize, row: usize) -> Cell {
    let (alone, patch) = (unit_noise(column, row), unit_noise(column / 9 + 1000, row / 7));
    (alone > 0.1 && patch > 0.25).then_some(100.0 * unit_noise(column + 5000, row))
}

/// Rasters on three grids.
struct Rasters {
    folder: Folder,
}

impl Rasters {
    fn new() -> Self {
        let folder = Folder::new();
        let full = |column, row| Some(100.0 * unit_noise(column, row));
        TestRaster::write(folder.path("below.tif"), LONLAT, Numbers::F32, full);
        TestRaster::write(folder.path("middle.tif"), LAMBERT, Numbers::U8, holey);
        let scaled = Numbers::I16 { scale: 0.01, offset: 3.0 };
        TestRaster::write(folder.path("top.tif"), UTM, scaled, |column, row| holey(row + 31, column));
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        text(&self.folder.path(name))
    }
}

/// How a raster is drawn: its file and the settings of its colours.
#[derive(Clone, Copy)]
struct Drawn {
    file: &'static str,
    colors: [&'static str; 2],
    alpha: f64,
}

const BELOW: Drawn = Drawn { file: "below.tif", colors: ["cmap=viridis", "levels=0:100:5"], alpha: 1.0 };
const MIDDLE: Drawn = Drawn { file: "middle.tif", colors: ["cmap=autumn", "levels=0,10,20,50,100"], alpha: 0.5 };
const TOP: Drawn = Drawn { file: "top.tif", colors: ["cmap=cool", "levels=10:90:20"], alpha: 0.3 };

impl Drawn {
    /// As the flags of the map's own raster.
    fn as_lowest(&self, rasters: &Rasters) -> Vec<String> {
        let colors = self.colors.iter().map(|option| format!("--{option}"));
        [format!("--raster={}", rasters.path(self.file))].into_iter().chain(colors).collect()
    }

    /// As a flag of a raster over it.
    fn as_overlay(&self, rasters: &Rasters) -> String {
        format!(
            "--overlay={}:{},resampling=nearest,alpha={}",
            rasters.path(self.file),
            self.colors.join(","),
            self.alpha
        )
    }
}

fn views() -> Vec<View> {
    let around = |name, lonlat, km: f64| View::around(name, LCC, lonlat, [km * 1e3, km * 750.0], [160, 120]);
    // Close by, all of them, and more than there is.
    vec![
        around("near", [-101.0, 41.0], 300.0),
        around("all", [-102.0, 40.0], 1400.0),
        around("far", [-90.0, 44.0], 3000.0),
    ]
}

fn draw(args: Vec<String>) -> BTreeMap<String, Image> {
    Frames { crs: LCC, inches: [16, 12], dpi: 10, args }.draw(&views())
}

/// A raster's own colours, where it has some.
fn alone(rasters: &Rasters, drawn: &Drawn) -> BTreeMap<String, Vec<Option<[u8; 3]>>> {
    let mut args = drawn.as_lowest(rasters);
    args.push(format!("--facecolor={NONE}"));
    let seen = |image: Image| image.rgb.into_iter().map(|rgb| (rgb != NONE_RGB).then_some(rgb)).collect();
    draw(args).into_iter().map(|(name, image)| (name, seen(image))).collect()
}

/// Lays colours over each other, from the lowest to the highest, as opaque as these.
fn composed(ground: [u8; 3], over: &[(Option<[u8; 3]>, f64)]) -> [f64; 3] {
    let mut color = ground.map(f64::from);
    for (top, alpha) in over {
        if let Some(top) = top {
            color = std::array::from_fn(|k| f64::from(top[k]) * alpha + color[k] * (1.0 - alpha));
        }
    }
    color
}

/// Compares a stack as it is drawn with one that is composed; a level of 8 bits may be lost with each of its rasters.
fn assert_composed(rasters: &Rasters, stack: &[Drawn], more: &[&str]) {
    let ground = [250, 240, 200];
    let mut args = stack[0].as_lowest(rasters);
    args.push(format!("--alpha={}", stack[0].alpha));
    args.push("--facecolor=#faf0c8".into());
    args.extend(stack[1..].iter().map(|over| over.as_overlay(rasters)));
    args.extend(more.iter().map(|arg| (*arg).to_owned()));
    let alone: Vec<_> = stack.iter().map(|drawn| alone(rasters, drawn)).collect();
    let mut mixed = 0;
    for (name, image) in draw(args) {
        for (k, rgb) in image.rgb.iter().enumerate() {
            let over: Vec<_> = alone.iter().zip(stack).map(|(seen, drawn)| (seen[&name][k], drawn.alpha)).collect();
            let expected = composed(ground, &over);
            mixed += usize::from(over.iter().filter(|(color, _)| color.is_some()).count() == stack.len());
            let off = (0..3).map(|c| (f64::from(rgb[c]) - expected[c]).abs()).fold(0.0, f64::max);
            assert!(off <= stack.len() as f64, "{name}, pixel {k}: {rgb:?} and not {expected:?} of {over:?}");
        }
    }
    assert!(mixed > 8_000, "pixels that all rasters are seen in: {mixed}");
}

#[test]
fn a_stack_is_what_its_rasters_alone_give() {
    let rasters = Rasters::new();
    assert_composed(&rasters, &[BELOW, MIDDLE], &[]);
    assert_composed(&rasters, &[BELOW, MIDDLE, TOP], &[]);
}

#[test]
fn the_order_given_is_the_order_drawn() {
    let rasters = Rasters::new();
    assert_composed(&rasters, &[BELOW, Drawn { alpha: 0.8, ..TOP }, MIDDLE], &[]);
    assert_composed(
        &rasters,
        &[Drawn { alpha: 0.25, ..TOP }, Drawn { alpha: 1.0, ..MIDDLE }, Drawn { alpha: 0.6, ..BELOW }],
        &[],
    );
}

#[test]
fn tiles_of_some_rasters_change_nothing() {
    // Two megabytes are the least that tiles get: each raster is small, and comes in tiles all the same.
    assert_composed(&Rasters::new(), &[BELOW, MIDDLE, TOP], &["--raster-memory=1K"]);
}

#[test]
fn layers_lie_over_all_rasters_or_below_them() {
    let rasters = Rasters::new();
    let line = rasters.folder.path("line.geojson");
    let coordinates = "[[-110,38],[-101,41],[-95,45]]";
    std::fs::write(
        &line,
        format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"LineString","coordinates":{coordinates}}}}}"#
        ),
    )
    .expect("writable");
    let stack = |zorder: &str| {
        let mut args = MIDDLE.as_lowest(&rasters);
        args.push(TOP.as_overlay(&rasters));
        if !zorder.is_empty() {
            args.push(format!("--layer={}:linewidth=60,edgecolor=black,zorder={zorder}", text(&line)));
        }
        draw(args)
    };
    let (bare, above, below) = (stack(""), stack("1.5"), stack("-1"));
    let (middle, top) = (alone(&rasters, &MIDDLE), alone(&rasters, &TOP));
    let mut counts = [0; 3];
    for (k, rgb) in bare["all"].rgb.iter().enumerate() {
        let is_line = above["all"].rgb[k] == [0; 3];
        let expected = match (is_line, middle["all"][k], top["all"][k]) {
            // Coverage between is not looked at.
            _ if !is_line && above["all"].rgb[k] != *rgb => continue,
            (false, ..) => rgb.map(f64::from),
            (true, middle, top) => composed([0; 3], &[(middle, 1.0), (top, TOP.alpha)]),
        };
        counts[usize::from(is_line) + usize::from(is_line && middle["all"][k].is_none())] += 1;
        let off = (0..3).map(|c| (f64::from(below["all"].rgb[k][c]) - expected[c]).abs()).fold(0.0, f64::max);
        assert!(off <= 2.0, "pixel {k}: {:?} and not {expected:?}", below["all"].rgb[k]);
    }
    assert!(counts.iter().all(|count| *count > 200), "{counts:?}");
}

#[test]
fn a_raster_in_its_own_colours_fades_too() {
    let rasters = Rasters::new();
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GDAL writes GeoTIFF");
    let [columns, rows] = LAMBERT.size;
    let mut dataset =
        driver.create_with_band_type::<u8, _>(rasters.folder.path("rgb.tif"), columns, rows, 3).expect("a new file");
    dataset.set_geo_transform(&LAMBERT.transform).expect("a geotransform");
    dataset.set_spatial_ref(&SpatialRef::from_definition(LAMBERT.crs).expect("a system")).expect("a system");
    for (k, meaning) in [(1, "Red"), (2, "Green"), (3, "Blue")] {
        let cells = (0..columns * rows).map(|cell| (unit_noise(cell, k) * 255.0) as u8).collect();
        let mut band = dataset.rasterband(k).expect("a band");
        let meaning = gdal::raster::ColorInterpretation::from_name(meaning).expect("a meaning");
        band.set_color_interpretation(meaning).expect("a meaning");
        band.write((0, 0), (columns, rows), &mut Buffer::new((columns, rows), cells)).expect("cells");
    }
    dataset.close().expect("a whole file");
    let alone = |file: &str, more: &[String]| {
        let args = [format!("--raster={}", rasters.path(file)), format!("--facecolor={NONE}")];
        draw(args.into_iter().chain(more.iter().cloned()).collect())
    };
    let colors = BELOW.colors.map(|option| format!("--{option}"));
    let (below, rgb) = (alone("below.tif", &colors), alone("rgb.tif", &[]));
    let over = format!("--overlay={}:alpha=0.4,resampling=nearest", rasters.path("rgb.tif"));
    let both = draw([BELOW.as_lowest(&rasters), vec![over, format!("--facecolor={NONE}")]].concat());
    let mut changed = 0;
    for (k, seen) in both["all"].rgb.iter().enumerate() {
        let top = rgb["all"].rgb[k];
        let expected = composed(below["all"].rgb[k], &[((top != NONE_RGB).then_some(top), 0.4)]);
        let off = (0..3).map(|c| (f64::from(seen[c]) - expected[c]).abs()).fold(0.0, f64::max);
        assert!(off <= 1.0, "pixel {k}: {seen:?} and not {expected:?}");
        changed += usize::from(*seen != below["all"].rgb[k]);
    }
    assert!(changed > 5_000, "pixels that show both: {changed}");
}

/// A job of several steps on one region.
struct Steps {
    folder: Folder,
}

/// A raster whose cells are all one number.
fn constant(path: &Path, bands: &[f64]) {
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GDAL writes GeoTIFF");
    let mut dataset = driver.create_with_band_type::<f32, _>(path, 30, 20, bands.len()).expect("a new file");
    dataset.set_geo_transform(&[-110.0, 0.5, 0.0, 45.0, 0.0, -0.5]).expect("a geotransform");
    dataset.set_spatial_ref(&SpatialRef::from_epsg(4326).expect("a system")).expect("a system");
    for (k, value) in bands.iter().enumerate() {
        let mut buffer = Buffer::new((30, 20), vec![*value as f32; 600]);
        dataset.rasterband(k + 1).expect("a band").write((0, 0), (30, 20), &mut buffer).expect("cells");
    }
    dataset.close().expect("a whole file");
}

/// Greys whose shade is the number.
const SHADES: &str = "cmap = \"gray\"\nvmin = 0\nvmax = 255\n";

impl Steps {
    /// Rasters a0, a1 and a2 of one band, s of three, and x of two.
    fn new() -> Self {
        let folder = Folder::new();
        for (name, bands) in [("a0", &[10.0][..]), ("a1", &[20.0]), ("a2", &[30.0]), ("s", &[100.0, 150.0, 200.0])] {
            constant(&folder.path(&format!("{name}.tif")), bands);
        }
        constant(&folder.path("x.tif"), &[0.0, 255.0]);
        Self { folder }
    }

    /// Runs a job of a raster and what lies over it.
    fn run(&self, raster: &str, overlays: &[&str], more: &[&str]) -> Outcome {
        let overlays: Vec<_> = overlays.iter().map(|keys| format!("[[overlay]]\n{SHADES}{keys}\n")).collect();
        let overlays = overlays.concat();
        let job = format!(
            "adapter = \"cpu\"\n[raster]\n{SHADES}{raster}\n{overlays}[figure]\nfigsize = [2, 2]\nframe_only = true\n\
             [regions]\nextents = [\"R=-105,-100,38,42\"]\n[output]\ndir = \"maps\"\n"
        );
        std::fs::write(self.folder.path("job.toml"), job).expect("writable");
        let job = text(&self.folder.path("job.toml"));
        mapfolio([&["render", &job][..], more].concat())
    }

    /// The shade of each figure by its name.
    fn shades(&self) -> BTreeMap<String, u8> {
        let folder = self.folder.path("maps");
        let shade = |name: String| {
            let rgb = decode(&folder.join(&name)).rgb;
            assert!(rgb.iter().all(|other| *other == rgb[0]), "{name} is of one shade");
            (name, rgb[0][0])
        };
        file_names(&folder).into_iter().map(shade).collect()
    }

    fn manifest(&self) -> String {
        std::fs::read_to_string(self.folder.path("maps/manifest.jsonl")).expect("a manifest")
    }
}

/// `expected` may be a level off, as one of 8 bits is.
fn assert_shades(steps: &Steps, expected: &[(&str, f64)]) {
    let shades = steps.shades();
    assert_eq!(shades.len(), expected.len(), "{shades:?}");
    for (name, shade) in expected {
        assert!((f64::from(shades[*name]) - shade).abs() <= 1.0, "{name}: {} and not {shade}", shades[*name]);
    }
}

const ALL: &str = "path = [\"a0.tif\", \"a1.tif\", \"a2.tif\"]";

#[test]
fn overlays_are_paired_with_the_rasters_below() {
    let half = |a: f64, b: f64| f64::midpoint(a, b);
    let one_below = [("a0_R.png", 10.0), ("a1_R.png", 20.0), ("a2_R.png", 30.0)];
    let with = |over: [f64; 3]| [0, 1, 2].map(|k| (one_below[k].0, half(one_below[k].1, over[k])));
    for (keys, over) in [
        ("path = \"x.tif\"\nband = 2\nalpha = 0.5", [255.0; 3]),
        ("path = [\"a2.tif\", \"a0.tif\", \"a1.tif\"]\nalpha = 0.5", [30.0, 10.0, 20.0]),
        ("path = \"s.tif\"\nband = \"all\"\nalpha = 0.5", [100.0, 150.0, 200.0]),
        ("path = \"s.tif\"\nband = [3, 1, 2]\nalpha = 0.5", [200.0, 100.0, 150.0]),
    ] {
        let steps = Steps::new();
        let outcome = steps.run(ALL, &[keys], &[]);
        assert_eq!(outcome.code, Some(0), "{keys}: {}", outcome.stderr);
        assert_shades(&steps, &with(over));
        // A shard draws the same.
        let shard = Steps::new();
        assert_eq!(shard.run(ALL, &[keys], &["--shard=2/3"]).code, Some(0), "{keys}");
        assert_shades(&shard, &with(over)[1..2]);
    }
    // Bands over bands, and files over bands.
    let bands = "path = \"s.tif\"\nband = \"all\"";
    for keys in
        ["path = \"s.tif\"\nband = [2, 3, 1]\nalpha = 0.5", "path = [\"b.tif\", \"c.tif\", \"d.tif\"]\nalpha = 0.5"]
    {
        let steps = Steps::new();
        for (name, value) in [("b", 150.0), ("c", 200.0), ("d", 100.0)] {
            constant(&steps.folder.path(&format!("{name}.tif")), &[value]);
        }
        let outcome = steps.run(bands, &[keys], &[]);
        assert_eq!(outcome.code, Some(0), "{keys}: {}", outcome.stderr);
        assert_shades(&steps, &[("1_R.png", 125.0), ("2_R.png", 175.0), ("3_R.png", 150.0)]);
    }
}

#[test]
fn an_overlay_over_all_steps_is_opened_once_and_stays() {
    let steps = Steps::new();
    let over = ["path = \"x.tif\"\nband = 2\nalpha = 0.2", "path = [\"a2.tif\", \"a0.tif\", \"a1.tif\"]\nalpha = 0.5"];
    let outcome = steps.run(ALL, &over, &["--json", "-v"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    // Each dataset of each overlay, and of the raster below.
    assert!(outcome.stdout.contains("\"rasters_opened\":7"), "{}", outcome.stdout);
    let loads: Vec<_> = outcome.stderr.lines().filter(|line| line.contains("to the adapter")).collect();
    let of_x = loads.iter().filter(|line| line.contains("x.tif")).count();
    assert_eq!((loads.len(), of_x), (7, 1), "{}", outcome.stderr);
    let expected = |below: f64, over: f64| f64::midpoint(below * 0.8 + 255.0 * 0.2, over);
    assert_shades(
        &steps,
        &[("a0_R.png", expected(10.0, 30.0)), ("a1_R.png", expected(20.0, 10.0)), ("a2_R.png", expected(30.0, 20.0))],
    );
    let manifest = steps.manifest();
    let told = "x.tif\",\"band\":2,\"data_range\":[255.0,255.0]";
    let drawn: Vec<_> = manifest.lines().filter(|line| line.contains("\"drawn\"") && line.contains("_R.png")).collect();
    assert!(!drawn.is_empty() && drawn.iter().all(|line| line.contains(told)), "{manifest}");
}

#[test]
fn a_figure_is_drawn_again_when_its_overlay_changes() {
    let steps = Steps::new();
    let drawn = |alpha: &str| {
        let over = ["path = \"x.tif\"\nband = 2", "path = [\"a2.tif\", \"a0.tif\", \"a1.tif\"]"];
        let over = over.map(|keys| format!("{keys}\nalpha = {alpha}"));
        let outcome = steps.run(ALL, &[&over[0], &over[1]], &["--resume", "--json"]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        outcome.stdout.matches("\"status\":\"drawn\"").count()
    };
    assert_eq!((drawn("0.5"), drawn("0.5"), drawn("0.4")), (3, 0, 3));
    constant(&steps.folder.path("x.tif"), &[0.0, 200.0]);
    assert_eq!((drawn("0.4"), drawn("0.4")), (3, 0), "the overlay of all");
    let keep = std::fs::read(steps.folder.path("a0.tif")).expect("a raster");
    std::fs::write(steps.folder.path("a0.tif"), keep).expect("written anew");
    assert_eq!(drawn("0.4"), 2, "it lies below in one figure, above in another");
}

#[test]
fn the_same_stack_gives_the_same_bytes() {
    let bytes = |more: &[&str]| {
        let steps = Steps::new();
        let over = ["path = \"s.tif\"\nband = \"all\"\nalpha = 0.3", "path = \"x.tif\"\nalpha = 0.6"];
        assert_eq!(steps.run(ALL, &over, more).code, Some(0));
        let folder = steps.folder.path("maps");
        file_names(&folder)
            .into_iter()
            .map(|name| std::fs::read(folder.join(name)).expect("a figure"))
            .collect::<Vec<_>>()
    };
    let one = bytes(&["--threads=1"]);
    assert!(one == bytes(&["--threads=4"]) && one == bytes(&["--raster-memory=1K"]));
}

#[test]
fn a_broken_overlay_costs_its_figures_and_is_named() {
    let steps = Steps::new();
    let keys = "path = [\"a2.tif\", \"gone.tif\", \"a1.tif\"]";
    let outcome = steps.run(ALL, &[keys], &[]);
    assert_eq!((outcome.code, steps.shades().len()), (Some(3), 2), "{}", outcome.stderr);
    assert!(steps.manifest().lines().any(|line| line.contains("failed") && line.contains("gone.tif")));
    // Over all steps it leaves nothing to draw.
    let outcome = Steps::new().run(ALL, &["path = \"gone.tif\""], &[]);
    assert!(outcome.code == Some(1) && outcome.stderr.contains("gone.tif"), "{}", outcome.stderr);
}

#[test]
fn a_raster_cut_short_fails_where_it_is_seen() {
    let steps = Steps::new();
    let path = steps.folder.path("a0.tif");
    let whole = std::fs::read(&path).expect("a raster");
    std::fs::write(&path, &whole[..whole.len() / 2]).expect("a cut raster");
    let outcome = steps.run("path = [\"a1.tif\", \"a2.tif\"]", &["path = [\"a0.tif\", \"a1.tif\"]"], &[]);
    assert!(outcome.stderr.contains("a0.tif"), "{}", outcome.stderr);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    assert_shades(&steps, &[("a2_R.png", 20.0)]);
}

#[test]
fn faults_name_the_overlay_the_key_and_the_remedy() {
    let steps = Steps::new();
    for (raster, keys, parts) in [
        (ALL, "path = [\"a0.tif\", \"a1.tif\"]", &["overlay", "a0.tif", "2 rasters", "the 3", "one for all"][..]),
        (ALL, "path = \"x.tif\"\nband = \"all\"", &["2 rasters", "the 3"]),
        ("path = \"s.tif\"\nband = \"all\"", "path = \"x.tif\"\nband = [1, 2]", &["x.tif: band", "2 bands", "the 3"]),
        (ALL, "path = \"x.tif\"\nalpha = 1.5", &["x.tif: alpha: '1.5' cannot be used"]),
        (ALL, "path = \"x.tif\"\ngamma = 2", &["x.tif: norm", "takes no gamma"]),
        (ALL, "path = \"x.tif\"\nunder = \"rde\"", &["x.tif: under"]),
        (ALL, "path = \"x.tif\"\nnolevels = 1", &["job.toml", "line 12", "unknown field `nolevels`"]),
        (ALL, "path = \"x.tif\"\nmemory = \"1M\"", &["job.toml", "[raster]"]),
        (ALL, "alpha = 0.5", &["job.toml", "path"]),
        (ALL, "path = \"nowhere-*.tif\"", &["path: ", "fits no file"]),
        ("", "path = \"x.tif\"", &["raster", "overlay needs it"]),
    ] {
        let outcome = steps.run(raster, &[keys], &[]);
        assert_eq!(outcome.code, Some(1), "{keys}: {}", outcome.stderr);
        for part in parts {
            assert!(outcome.stderr.contains(part), "{keys}: no '{part}' in {}", outcome.stderr);
        }
    }
    for (flag, part) in [
        ("x.tif:alhpa=1", "did you mean 'alpha'"),
        ("x.tif:vmin=low", "--overlay x.tif: vmin: 'low' is not a number"),
        ("x.tif:norm=cubic", "'cubic'"),
        (":alpha=1", "has no dataset"),
    ] {
        let outcome = mapfolio(["render", "--raster=a.tif", &format!("--overlay={flag}")]);
        assert!(outcome.code == Some(2) && outcome.stderr.contains(part), "{flag}: {}", outcome.stderr);
    }
}

#[test]
fn each_raster_has_a_colorbar_of_its_own() {
    let steps = Steps::new();
    let job = |overlay: &str| {
        let path = steps.folder.path("bars.toml");
        let regions = "[regions]\nextents = [\"R=-105,-100,38,42\"]\n[colorbar]\nlabel = \"below\"\n";
        let text =
            format!("[raster]\npath = \"a0.tif\"\n{SHADES}{regions}[[overlay]]\npath = \"x.tif\"\n{SHADES}{overlay}");
        std::fs::write(&path, text).expect("writable");
        Plan::new(&Job::from_file(&path).expect("a job"))
    };
    let fault = job("[overlay.colorbar]\nticks = \"1,b\"\n").err().expect("no number").to_string();
    assert!(fault.contains("x.tif: ticks"), "{fault}");
    let job = |overlay: &str| job(overlay).expect("a plan");
    let plan = job("alpha = 0.5\n[overlay.colorbar]\nlabel = \"above\"\nticks = [0, 100]\n");
    let [lower, upper] = &plan.steps[0].style.colorbars[..] else { panic!("two colorbars") };
    assert_eq!((lower.label.as_deref(), upper.label.as_deref()), (Some("below"), Some("above")));
    // As matplotlib's colorbars, it is as opaque as the colours on the map.
    assert_eq!((lower.colors[200], upper.colors[200]), ([200, 200, 200, 255], [200, 200, 200, 128]));
    let layout = &plan.figures[0].layout;
    let [first, second] = &layout.colorbars[..] else { panic!("places of two colorbars") };
    assert!(layout.map.bottom() < first.bar.y && first.bar.bottom() < second.bar.y, "the overlay's is further out");
    let plan = job("[overlay.colorbar]\nlocation = \"right\"\n");
    let layout = &plan.figures[0].layout;
    assert!(layout.colorbars[1].bar.x > layout.map.right() && layout.colorbars[0].bar.y > layout.map.bottom());
    assert_eq!(job("[overlay.colorbar]\nlocation = \"none\"\n").steps[0].style.colorbars.len(), 1);
}

#[test]
fn memory_is_counted_for_each_raster_of_a_stack() {
    let folder = Folder::new();
    let place = Placement { size: [1024, 1024], transform: [-110.0, 0.01, 0.0, 45.0, 0.0, -0.01], ..LONLAT };
    for name in ["a", "b", "c"] {
        TestRaster::write(folder.path(&format!("{name}.tif")), place, Numbers::F32, |column, _| Some(column as f64));
    }
    let path = |name: &str| text(&folder.path(name));
    let megabytes = |overlays: &[&str]| -> i64 {
        let mut args = vec!["plan".into(), format!("--raster={}", path("a.tif")), "--extent=R=-110,-100,35,45".into()];
        args.push("--resampling=nearest".into());
        args.push("--vmin=0".into());
        args.push("--vmax=1".into());
        args.extend(overlays.iter().map(|name| format!("--overlay={}:vmin=0,vmax=1,resampling=nearest", path(name))));
        let told = mapfolio(args).stderr;
        let before = told.split("about ").nth(1).expect("an estimate");
        before.split('M').next().expect("a number").parse().expect("a number")
    };
    let one = megabytes(&[]);
    assert_eq!([megabytes(&["b.tif"]) - one, megabytes(&["b.tif", "c.tif"]) - one], [4, 8]);
}
