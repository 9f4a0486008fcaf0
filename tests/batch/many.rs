//! Many rasters: which there are, what figures are called, and that each is drawn as if it were alone.

use std::path::Path;

use chrono::NaiveDate;
use gdal::raster::Buffer;
use gdal::{DriverManager, Metadata as _};

use mapfolio::batch::RunOptions;

use super::bench::{Bench, assert_same, summary};
use crate::support::{decode, demo, file_names, mapfolio, text};

#[test]
fn each_raster_is_drawn_as_if_it_were_alone() {
    let bench = Bench::new(3);
    let together = bench.draw("together", &[]);
    assert_eq!(together.len(), 12, "{:?}", together.keys());
    for raster in ["a0", "a1", "a2"] {
        let mut args = bench.args("alone");
        args.retain(|arg| !arg.starts_with("--raster="));
        args.extend([format!("--raster={}", text(&bench.path(&format!("{raster}.tif"))))]);
        args.extend(["--name={raster}_{name}.png".to_owned(), "--title={name}, {raster}".to_owned()]);
        let outcome = mapfolio(&args);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    }
    assert_same(&bench.files("alone"), &together, "one run a raster");
}

#[test]
fn rasters_are_given_by_patterns_lists_and_job_files() {
    let bench = Bench::new(3);
    let names = |args: Vec<String>| {
        let outcome = mapfolio(args.iter().map(|arg| arg.replace("render", "plan")));
        assert_eq!(outcome.code, Some(0), "{args:?}\n{}", outcome.stderr);
        let name =
            |line: &str| line.split(": ").next().and_then(|p| Path::new(p).file_name()).map(|n| text(n.as_ref()));
        outcome.stdout.lines().filter_map(name).filter(|name| name.ends_with("_All.png")).collect::<Vec<_>>()
    };
    let with = |flags: &[String]| {
        let mut args = bench.args("out");
        args.retain(|arg| !arg.starts_with("--raster="));
        args.extend(flags.iter().cloned());
        args
    };
    let path = |name: &str| text(&bench.path(name));
    let all = ["a0_All.png", "a1_All.png", "a2_All.png"];
    assert_eq!(names(bench.args("out")), all);
    let flags = ["a2.tif", "a[01].tif"].map(|name| format!("--raster={}", path(name)));
    assert_eq!(names(with(&flags)), ["a2_All.png", "a0_All.png", "a1_All.png"]);
    std::fs::write(bench.path("list.txt"), "# the newest first\n\na2.tif\n  a0.tif  \n").expect("a list");
    assert_eq!(names(with(&[format!("--raster-list={}", path("list.txt"))])), ["a2_All.png", "a0_All.png"]);
    std::fs::write(bench.path("job.toml"), "[raster]\npath = [\"a1.tif\", \"a?.tif\"]\n").expect("a job");
    // The one that is named twice comes once.
    assert_eq!(names(with(&[path("job.toml")])), ["a1_All.png", "a0_All.png", "a2_All.png"]);
    for (flag, part) in [("--raster=no*.tif", "fits no file"), ("--raster-list=none.txt", "cannot read")] {
        let outcome = mapfolio(with(&[flag.to_owned()]));
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(part), "{}", outcome.stderr);
    }
    assert_eq!(file_names(&bench.path("out")), [""; 0]);
}

/// Writes a raster of three bands, each of which says what and when it is.
fn write_bands(path: &Path) {
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GDAL writes GeoTIFF");
    let mut dataset = driver.create_with_band_type::<u8, _>(path, 4, 3, 3).expect("a new file");
    dataset.set_geo_transform(&[-130.0, 15.0, 0.0, 52.0, 0.0, -12.0]).expect("a geotransform");
    dataset.set_spatial_ref(&gdal::spatial_ref::SpatialRef::from_epsg(4326).expect("a system")).expect("a system");
    for (number, hour) in [(1, 0), (2, 6), (3, 12)] {
        let mut band = dataset.rasterband(number).expect("a band");
        band.set_description(&format!("t2m at {hour}")).expect("a description");
        let valid = NaiveDate::from_ymd_opt(2026, 11, 27).and_then(|d| d.and_hms_opt(hour, 0, 0)).expect("a time");
        band.set_metadata_item("GRIB_VALID_TIME", &valid.and_utc().timestamp().to_string(), "").expect("an item");
        let cells = vec![number as u8 * 20; 12];
        band.write((0, 0), (4, 3), &mut Buffer::new((4, 3), cells)).expect("cells");
    }
    dataset.close().expect("a whole file");
}

#[test]
fn bands_are_steps_whose_times_name_them() {
    let bench = Bench::new(0);
    let raster = bench.path("bands.tif");
    write_bands(&raster);
    let run = |more: &[&str]| {
        let mut args = bench.args("out");
        args.retain(|arg| !arg.starts_with("--raster="));
        args.extend([format!("--raster={}", text(&raster)), "--only=All".into(), "--json".into()]);
        args.extend(more.iter().map(ToString::to_string));
        mapfolio(&args)
    };
    let outcome = run(&["--band=all", "--name={name}-{time:%Y%m%d%H}-{description}.png"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let names = ["All-2026112700-t2m_at_0.png", "All-2026112706-t2m_at_6.png", "All-2026112712-t2m_at_12.png"];
    let mut sorted = names;
    sorted.sort_unstable();
    assert_eq!(file_names(&bench.path("out")), sorted);
    // The file is opened once for all of its bands.
    assert_eq!(summary(&outcome)["rasters_opened"], 1);
    let mut figures = bench.lines("out/manifest.jsonl", "figure");
    // The manifest has them as they were finished.
    figures.sort_by_key(|figure| figure["band"].as_u64());
    let of = |key: &str| figures.iter().map(|figure| figure[key].to_string()).collect::<Vec<_>>();
    assert_eq!(of("band"), ["1", "2", "3"]);
    assert_eq!(of("time")[1], "\"2026-11-27T06:00:00Z\"");
    assert_eq!(of("title")[2], "\"All, t2m at 12, 2026-11-27 12:00 UTC\"");
    assert_eq!(of("data_range")[1], "[40.0,40.0]");
    for (bands, drawn) in [("1,3", 2), ("1:3:2", 2), ("t2m at 6", 1)] {
        let outcome = run(&[&format!("--band={bands}"), "--name={band}.png"]);
        assert_eq!(outcome.code, Some(0), "{bands}: {}", outcome.stderr);
        assert_eq!(summary(&outcome)["drawn"], drawn, "{bands}");
    }
    // A time without its zone: the file has it in UTC.
    for (format, file) in [("%H%Z", "12UTC.png"), ("%s", "1795780800.png")] {
        let outcome = run(&["--band=3", &format!("--name={{time:{format}}}.png")]);
        assert_eq!(outcome.code, Some(0), "{format}: {}", outcome.stderr);
        assert!(bench.path("out").join(file).exists(), "{file}: {:?}", file_names(&bench.path("out")));
    }
    // A band that is not there costs its own figures.
    let outcome = run(&["--band=2,9"]);
    assert_eq!((outcome.code, &summary(&outcome)["drawn"]), (Some(3), &1.into()), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("there is no band 9; it has 3 bands"), "{}", outcome.stderr);
}

#[test]
fn stage_times_add_up() {
    let bench = Bench::new(2);
    let outcome = bench.render("out", &["--json"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let summary = summary(&outcome);
    let figures = bench.lines("out/manifest.jsonl", "figure");
    for stage in ["prepare", "draw", "read_back", "encode", "write"] {
        let sum: f64 = figures.iter().filter_map(|figure| figure["seconds"][stage].as_f64()).sum();
        let whole = summary["seconds"][stage].as_f64().expect("seconds");
        assert!((sum - whole).abs() < 1e-6, "{stage}: {sum} of figures, {whole} of the run");
    }
    let of = |stage: &str| summary["seconds"][stage].as_f64().expect("seconds");
    // One thread draws and reads back.
    let wall = summary["wall_s"].as_f64().expect("seconds");
    assert!(of("draw") + of("read_back") <= wall, "{summary}");
    assert!(of("decode") > 0.0 && of("upload") > 0.0, "{summary}");
}

#[test]
fn memory_does_not_grow_with_the_figures() {
    const FIGURES: [usize; 2] = [40, 340];
    // What is kept of a figure is a few kilobytes; a copy of a shader is hundreds.
    const MOST_BYTES_A_FIGURE: u64 = 100 << 10;
    let bench = Bench::new(1);
    let areas = format!("--layer={}:facecolor=gray,alpha=0.5", text(&demo("mexico.shp")));
    let peak_of = |figures: usize| {
        let rows = (0..figures).map(|k| format!("r{k},{},{},-1800000,0\n", k as i64 * 1000 - 1_500_000, k * 1000));
        let regions = format!("name,xmin,xmax,ymin,ymax\n{}", rows.collect::<String>());
        std::fs::write(bench.path("regions.csv"), regions).expect("a written file");
        let outcome = bench.render(&format!("out{figures}"), &["--json", &areas]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let summary = summary(&outcome);
        assert_eq!(summary["drawn"], figures, "{summary}");
        summary["peak_memory_bytes"].as_u64()
    };
    let [few, many] = FIGURES.map(peak_of);
    // Where the system tells.
    if let (Some(few), Some(many)) = (few, many) {
        let allowed = (FIGURES[1] - FIGURES[0]) as u64 * MOST_BYTES_A_FIGURE;
        assert!(many <= few + allowed, "{few} bytes for {} figures, {many} for {}", FIGURES[0], FIGURES[1]);
    }
}

#[test]
fn lines_are_the_same_wherever_they_are_placed() {
    let bench = Bench::new(3);
    for (out, lines_on_cpu) in [("cpu", true), ("device", false)] {
        let (summary, errors) =
            bench.run(out, &RunOptions { lines_on_cpu: Some(lines_on_cpu), ..RunOptions::default() });
        assert!(summary.is_complete(), "{errors:?}");
    }
    let cpu = bench.files("cpu");
    assert_eq!((cpu.len(), bench.files("device").len()), (12, 12));
    for name in cpu.keys() {
        let [a, b] = ["cpu", "device"].map(|out| decode(&bench.path(out).join(name)));
        let channels = a.rgb.iter().flatten().zip(b.rgb.iter().flatten());
        let differing =
            channels.filter(|(a, b)| a != b).inspect(|(a, b)| assert!(a.abs_diff(**b) <= 1, "{name}")).count();
        // Rounding may differ where machines multiply and add in one step.
        assert!(differing <= a.rgb.len() / 1000, "{name}: {differing} channels differ");
        assert!(a.rgb.iter().any(|rgb| rgb.iter().all(|channel| *channel < 60)), "{name} has no lines");
    }
    assert_same(&bench.draw("program", &[]), &cpu, "the program's choice");
}
