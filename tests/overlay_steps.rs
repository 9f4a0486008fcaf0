//! Rasters over each other in jobs of several steps: which lie over which, what is opened and drawn again, what is told of
//! faults, and what stands around the map.

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use gdal::DriverManager;
use gdal::raster::Buffer;
use gdal::spatial_ref::SpatialRef;
use mapfolio::job::Job;
use mapfolio::plan::Plan;
use support::{Folder, Numbers, Outcome, Placement, TestRaster, decode, file_names, mapfolio, text};

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
        let job = text(&self.folder.put("job.toml", job));
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
        (ALL, "path = \"x.tif\"\nalpha = 1.5", &["x.tif: alpha: '1.5' is outside 0 to 1"]),
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
    let place = Placement { crs: "EPSG:4326", size: [1024, 1024], transform: [-110.0, 0.01, 0.0, 45.0, 0.0, -0.01] };
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
