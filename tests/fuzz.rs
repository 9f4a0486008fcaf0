//! What a user's files and flags hold, damaged a thousand ways, is read or refused: no panic, no endless work, no
//! memory out of proportion. `FUZZ_CASES=100000` searches longer, and `FUZZ_SEED=1` elsewhere.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use mapfolio::geo::Crs;
use mapfolio::job::{Job, LayerJob};
use mapfolio::output::{NameTemplate, read_picture};
use mapfolio::source::{Bounds, Region, read_outlines, read_regions};
use mapfolio::style::{Color, ColorFile, Colormap, LineStyle, MAX_LEVELS, parse_layer_flag, parse_levels, parse_ticks};
use mapfolio::{Error, Result};
use shapefile::{Point, PointZ, PolygonRing, PolygonZ, Polyline, ShapeWriter};

use support::{Random, damaged_bytes, damaged_text, demo, silence_gdal};

/// No case takes nearly as long, on whatever machine.
const ENDLESS: Duration = Duration::from_secs(120);

/// Much more than any case needs, threads' heaps included; much less than what damaged counts ask for.
const MOST_MEMORY_KB: u64 = 256 << 10;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The most address space that this process has had, if the system tells: memory that is asked for but never touched
/// counts too.
fn peak_memory_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmPeak:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Tries a number of cases, each from a seed of its own.
///
/// # Panics
/// If one panics, with its seed. Ends the process if one does not end.
fn fuzz(what: &str, cases: u64, mut case: impl FnMut(&mut Random)) {
    // One at a time, so that each answers for its own memory.
    static ALONE: Mutex<()> = Mutex::new(());
    let (cases, first) = (setting("FUZZ_CASES", cases), setting("FUZZ_SEED", 0) << 32);
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    silence_gdal();
    let before_kb = peak_memory_kb();
    let begun = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| watch(what, &begun));
        for k in 0..cases {
            begun.store(k + 1, Ordering::Relaxed);
            let outcome = catch_unwind(AssertUnwindSafe(|| case(&mut Random(first + k))));
            if outcome.is_err() {
                begun.store(u64::MAX, Ordering::Relaxed);
                panic!("{what}: case {k} from seed {first} panicked as told above");
            }
        }
        begun.store(u64::MAX, Ordering::Relaxed);
        watch.thread().unpark();
    });
    if let (Some(before), Some(after)) = (before_kb, peak_memory_kb()) {
        println!("{what}: {cases} cases, {} MB more address space", (after - before) >> 10);
        assert!(after - before < MOST_MEMORY_KB, "{what}: address space grew by {} MB", (after - before) >> 10);
    }
}

/// Ends the process if one case lasts too long.
fn watch(what: &str, begun: &AtomicU64) {
    let (mut last, mut since) = (0, Instant::now());
    loop {
        let now = begun.load(Ordering::Relaxed);
        if now == u64::MAX {
            return;
        }
        if now != last {
            (last, since) = (now, Instant::now());
        } else if since.elapsed() > ENDLESS {
            eprintln!("{what}: case {} does not end", now - 1);
            std::process::exit(101);
        }
        std::thread::park_timeout(Duration::from_millis(200));
    }
}

/// A file in a folder of its own, written anew for each case; some file systems take long to truncate one.
struct Scratch {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        Self { _folder: folder, path }
    }

    fn write(&self, bytes: &[u8]) -> &Path {
        let _first_time = std::fs::remove_file(&self.path);
        std::fs::write(&self.path, bytes).expect("a file");
        &self.path
    }
}

/// An error says something, and where.
fn assert_told<T>(result: &Result<T>, place: &str) {
    if let Err(error) = result {
        let message = error.to_string();
        assert!(message.contains(place) && message.len() > place.len() + 4, "'{message}' does not name {place}");
    }
}

fn shapefiles() -> Vec<Vec<u8>> {
    let scratch = Scratch::new("seed.shp");
    let line = |points: &[[f64; 2]]| points.iter().map(|p| Point::new(p[0], p[1])).collect::<Vec<_>>();
    let arc: Vec<[f64; 2]> = (0..40).map(|k| [f64::from(k) * 3.0 - 60.0, f64::from(k * k) / 20.0]).collect();
    let lines = [
        Polyline::with_parts(vec![line(&arc), line(&[[170.0, -89.0], [190.0, -90.0]])]),
        Polyline::new(line(&[[-100.0, 40.0], [-99.5, 40.25], [-99.0, 40.0]])),
    ];
    let ring = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]];
    let ring: Vec<_> = ring.iter().map(|p| PointZ::new(p[0], p[1], 9.0, 1.0)).collect();
    let polygon = PolygonZ::with_rings(vec![PolygonRing::Outer(ring.clone()), PolygonRing::Outer(ring)]);
    let mut files = Vec::new();
    let mut writer = ShapeWriter::from_path(&scratch.path).expect("a new file");
    for line in &lines {
        writer.write_shape(line).expect("a shape");
    }
    writer.finalize().expect("a finished file");
    files.push(std::fs::read(&scratch.path).expect("the file"));
    let mut writer = ShapeWriter::from_path(&scratch.path).expect("a new file");
    writer.write_shape(&polygon).expect("a shape");
    writer.finalize().expect("a finished file");
    files.push(std::fs::read(&scratch.path).expect("the file"));
    files
}

fn try_outlines(scratch: &Scratch, bytes: &[u8]) {
    let result = read_outlines(scratch.write(bytes));
    assert_told(&result, "damaged.");
    let Ok(outlines) = result else { return };
    let starts = &outlines.part_starts;
    assert_eq!(starts.last().map(|&n| n as usize), Some(outlines.points.len()));
    assert!(starts.windows(2).all(|w| w[0] + 2 <= w[1]), "a part has less than two points");
}

#[test]
fn damaged_shapefiles() {
    let (files, scratch) = (shapefiles(), Scratch::new("damaged.shp"));
    fuzz("shapefiles", 6000, |random| try_outlines(&scratch, &damaged_bytes(random, &files)));
}

#[test]
fn damaged_shapefiles_on_a_map() {
    let (files, scratch) = (shapefiles(), Scratch::new("damaged.shp"));
    let utm = gdal::spatial_ref::SpatialRef::from_epsg(32614).and_then(|s| s.to_wkt()).expect("a known code");
    std::fs::write(scratch.path.with_extension("prj"), utm).expect("a .prj");
    fuzz("projected shapefiles", 400, |random| try_outlines(&scratch, &damaged_bytes(random, &files)));
}

#[test]
fn damaged_geojson() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[-100,40],[-99.5,40.25]]}},
        {"type":"Feature","properties":{},"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[0,1],[1,1],[0,0]]]]}},
        {"type":"Feature","properties":{},"geometry":{"type":"GeometryCollection","geometries":[
            {"type":"LineString","coordinates":[[170,-89],[190,-90]]}]}}]}"#;
    let scratch = Scratch::new("damaged.geojson");
    fuzz("GeoJSON", 500, |random| try_outlines(&scratch, damaged_text(random, &[text]).as_bytes()));
}

fn regions_files() -> Vec<Vec<u8>> {
    let other = "name;region;figsize;crs;title\nA;[-1, 2, -3, 4];14, 9;EPSG:3857;{name}\n\"B\r\nb\";[0,1,0,1];;;\n";
    let boxes = "west,east,south,north,name,extent_crs\n-100,-90,30,40,Here,EPSG:4326\n,,,,,\n170,190,-5,5,There,\n";
    let demo = std::fs::read(demo("regions.csv")).expect("the demo's regions");
    let places = "name,lon,lat,width_km,height_km\nA,-97,38,2,1.5\nB,180,-90,2000,1e3\n";
    vec![demo, places.as_bytes().to_vec(), other.as_bytes().to_vec(), boxes.as_bytes().to_vec()]
}

fn check_region(region: &Result<Region>, place: &str) {
    assert_told(region, place);
    let Ok(region) = region else { return };
    if let Bounds::Box(bounds) = &region.bounds {
        let [x0, x1, y0, y1] = bounds.numbers;
        assert!(y0 < y1 && [x0, x1, y0, y1].iter().all(|v| v.is_finite()), "{region:?}");
    }
    assert!(!region.name.trim().is_empty(), "{region:?}");
}

#[test]
fn damaged_regions_files() {
    let (files, scratch) = (regions_files(), Scratch::new("damaged.csv"));
    let texts: Vec<String> = files.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    fuzz("regions files", 4000, |random| {
        let bytes = match random.below(2) {
            0 => damaged_bytes(random, &files),
            _ => damaged_text(random, &texts).into_bytes(),
        };
        let regions = read_regions(scratch.write(&bytes));
        assert_told(&regions, "damaged.csv");
        regions.iter().flatten().for_each(|region| check_region(region, "damaged.csv"));
    });
}

const JOB: &str = r##"
adapter = "cpu"
threads = 4
[raster]
path = "data/t.tif"
band = 2
cmap = "turbo"
levels = [-4, -1.5, 2]
vmin = -4
vmax = 2.0
norm = "boundary"
extend = "both"
resampling = "nearest"
[[layer]]
path = "shapes/counties.shp"
edgecolor = "#333"
linewidth = 0.45
alpha = 1
[[layer]]
path = "/data/states.shp"
zorder = -3
[regions]
path = "regions.csv"
only = "N*"
extents = ["A=0,1,0,1"]
[map]
crs = "lcc"
adjustable = "box"
[figure]
figsize = [14, 9]
dpi = 100
title = "{name}"
[colorbar]
ticks = "-4:44:3"
label = "degC"
[output]
dir = "maps"
name = "{name}.png"
"##;

#[test]
fn damaged_job_files() {
    let scratch = Scratch::new("damaged.toml");
    Job::from_file(scratch.write(JOB.as_bytes())).expect("an undamaged job");
    let files = [JOB.as_bytes().to_vec()];
    fuzz("job files", 2500, |random| {
        let bytes = match random.below(3) {
            0 => damaged_bytes(random, &files),
            _ => damaged_text(random, &[JOB]).into_bytes(),
        };
        let job = Job::from_file(scratch.write(&bytes));
        assert_told(&job, "damaged.toml");
    });
}

fn check_numbers(numbers: &Result<Vec<f64>>, place: &str) -> usize {
    assert_told(numbers, place);
    let numbers = numbers.as_deref().unwrap_or_default();
    assert!(numbers.len() <= MAX_LEVELS && numbers.iter().all(|v| v.is_finite()), "{numbers:?}");
    numbers.len()
}

#[test]
fn damaged_levels_and_ticks() {
    let texts = ["-4:44:3", "0:100:10", "-10,-5.5,0,1e3", "0:1:0.001", "1,2,3", "-1e-3:1e-3:1e-4"];
    fuzz("levels and ticks", 10_000, |random| {
        let text = damaged_text(random, &texts);
        let levels = parse_levels(&text);
        let count = check_numbers(&levels, "--levels");
        assert!(count == 0 || levels.iter().flatten().is_sorted_by(|a, b| a < b), "{text}: {levels:?}");
        check_numbers(&parse_ticks(&text), "--ticks");
    });
}

#[test]
fn damaged_layers_and_extents() {
    let layers = [
        "states.shp:edgecolor=black,linewidth=0.45",
        "C:/data/a b.gpkg:edgecolor=#33333380,alpha=.5,zorder=-1",
        "/vsizip/a.zip/b.shp",
        "PG:host=x:linewidth=1,facecolor=none,linestyle=solid",
        "a.gpkg:layer=roads,where=kind IN ('a','b') AND n > 3",
        "a.shp:linestyle=(2,(1,0.5,3,2)),markersize=4,facecolor=tab:blue",
    ];
    let extents = ["New York=-1e6,1e6, -5e5 ,5e5", "A=0,1,0,1", "Here=170,190,-5,5", "B=lon=-97,lat=38"];
    fuzz("layers and extents", 8000, |random| {
        let text = damaged_text(random, &layers);
        assert_told(&parse_layer_flag(&text), "--layer");
        assert_told(&LayerJob::from_flag(&text), "--layer");
        if let Ok((path, options)) = parse_layer_flag(&text) {
            let style = options.style();
            let sizes = [style.linewidth_pt, style.markersize_pt];
            assert!(!path.as_os_str().is_empty() && sizes.iter().all(|v| *v >= 0.0), "{text}: {style:?}");
            let colors = [style.edge, style.face, style.marker_face, style.marker_edge];
            assert!(colors.iter().flatten().all(|c| (0.0..=1.0).contains(&c.a)), "{text}: {style:?}");
            assert!(style.zorder.is_finite(), "{text}: {style:?}");
            if let LineStyle::Dashes { offset, pattern } = style.linestyle {
                assert!(offset.is_finite() && pattern.iter().all(|v| *v >= 0.0), "{text}: {offset} {pattern:?}");
                assert!(pattern.iter().sum::<f64>() > 0.0 && pattern.len() % 2 == 0, "{text}: {pattern:?}");
            }
        }
        check_region(&Region::from_flag(&damaged_text(random, &extents)), "--extent");
    });
}

#[test]
fn damaged_names_of_colours_and_templates() {
    let colormaps = ["viridis", "turbo_r", "tab10", "Spectral", "gist_ncar"];
    let colors = ["#1f77b480", "#abc", "tab:blue", "0.5", "C3", "xkcd:red", "none", "black", "(1, 0, 0.5)"];
    let templates = ["{name}.png", "{raster}_{band:02}_{index}.png", "{{{name}}}", "a/b/{name}"];
    let list: fn() -> Vec<String> = Colormap::names;
    assert!(list().len() > 100);
    fuzz("names", 6000, |random| {
        let colormap = Colormap::by_name(&damaged_text(random, &colormaps), "--cmap");
        assert_told(&colormap, "--cmap");
        assert!(colormap.iter().all(|map| map.resampled(7).len() == 7));
        let own = Colormap::from_text(&damaged_text(random, &["white,#4040ff80 ,navy", "0.1..C3..none"]), "--cmap");
        assert_told(&own, "--cmap");
        let own = own.and_then(|map| map.with_lut(random.below(5000), "--lut"));
        assert!(own.iter().all(|map| map.resampled(map.len()).len() == map.len()));
        assert_told(&Color::parse("--layer x: edgecolor", &damaged_text(random, &colors)), "edgecolor");
        let template = NameTemplate::parse(&damaged_text(random, &templates), "--name");
        assert_told(&template, "--name");
        let Ok(template) = template else { return };
        let name = template.file_name("here", |field| Some(format!("../{}\0", field.name)));
        let stays = |name: &String| !name.contains(['\0', '\\']) && !name.split('/').any(|part| part == "..");
        assert!(name.iter().all(stays), "{name:?} leaves the folder");
    });
}

const COLOR_FILES: [&str; 6] = [
    "# COLOR_MODEL = RGB\n# HARD_HINGE\n# RANGE = -50/200\n-1 red -0.5 1/2/3 ;a\n-0.5 10 0 #abcdef L\n0 - 1 -\nB 3\nN -\n",
    "# COLOR_MODEL = hsv\n# CYCLIC\n0 0-1-1 10 360-0.5-0.5\n10 20 1 1 20 90 0.5 1\n",
    "1 red@50 ;one\n2 p1 ;two\n5 10/20/30/40 ; five\n",
    "# comment\nnv 1 2 3\n0% 0 0 0\n20:100,50 20\t80\n20 red\n20.5 blue 128\n100% 9 9 9\ndefault white\n",
    "-1e3 0 0 0\n1e-300 200 100 0\n3e38 5 5 5\n",
    "# QGIS Generated Color Map Export File\nINTERPOLATION:DISCRETE\n0,1,2,3,255,a\n10,4,5,6,7,b, c\ninf,7,8,9,255,\n",
];

#[test]
fn damaged_color_files() {
    fuzz("files of colours", 6000, |random| {
        let text = damaged_text(random, &COLOR_FILES);
        let path = Path::new(if random.below(2) == 0 { "damaged.cpt" } else { "damaged.txt" });
        let file = ColorFile::parse(path, &text);
        assert_told(&file, "damaged.");
        let Ok(file) = file else { return };
        let [low, high] = [random.below(2000) as f64 - 1e3, random.below(2000) as f64 - 1e3];
        for limits in [None, Some([low, high])] {
            let ramp = file.ramp(limits, Some([low.min(high), low.max(high)]));
            assert_told(&ramp, if limits.is_some_and(|[low, high]| low >= high) { "--vmin" } else { "damaged." });
            let Ok(ramp) = ramp else { continue };
            assert!(ramp.breaks().is_sorted_by(|a, b| a < b), "{text}: {:?}", ramp.breaks());
            assert_eq!(ramp.colors().len(), ramp.breaks().len() + 1);
            assert!(ramp.breaks().len() <= MAX_LEVELS && ramp.limits().iter().all(|end| end.is_finite()), "{text}");
        }
    });
}

#[test]
fn damaged_systems() {
    let systems = [
        "EPSG:3857",
        "+proj=lcc +lat_0=39 +lon_0=-96 +lat_1=33 +lat_2=45 +datum=WGS84 +units=m +no_defs",
        "+proj=ob_tran +o_proj=longlat +o_lon_p=0 +o_lat_p=39.25 +lon_0=18 +datum=WGS84",
        r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]"#,
        "lcc",
    ];
    fuzz("systems", 600, |random| {
        let text = damaged_text(random, &systems);
        match Crs::from_user(&text, "--crs") {
            Err(Error::Io { .. }) | Ok(_) => {}
            other => assert_told(&other, "--crs"),
        }
    });
}

/// A small picture in each format that is read.
fn pictures() -> Vec<Vec<u8>> {
    let rgba: Vec<u8> = (0..24 * 16 * 4).map(|k: u32| (k * 37 % 256) as u8).collect();
    let rgb: Vec<u8> = rgba.chunks(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let (mut png, mut webp, mut jpeg) = (Vec::new(), Vec::new(), Vec::new());
    let mut encoder = png::Encoder::new(&mut png, 24, 16);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().expect("a header").write_image_data(&rgba).expect("pixels");
    let encoder = image_webp::WebPEncoder::new(&mut webp);
    encoder.encode(&rgba, 24, 16, image_webp::ColorType::Rgba8).expect("pixels");
    let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 90);
    encoder.encode(&rgb, 24, 16, jpeg_encoder::ColorType::Rgb).expect("pixels");
    vec![png, webp, jpeg]
}

#[test]
fn damaged_pictures() {
    let (files, scratch) = (pictures(), Scratch::new("logo"));
    for file in &files {
        let picture = read_picture(scratch.write(file), "path").expect("a sound picture");
        assert_eq!(picture.size_px(), [24, 16]);
    }
    fuzz("pictures", 3000, |random| {
        let path = scratch.write(&damaged_bytes(random, &files));
        assert_told(&read_picture(path, "[[logo]] 1, path"), "[[logo]] 1, path");
    });
}
