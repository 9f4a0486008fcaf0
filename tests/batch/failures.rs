//! Faults of every kind cost their own figures, are named in the manifest, and leave nothing that is not whole.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use gdal::raster::RasterCreationOptions;
use gdal::{Dataset, DriverManager};
use mapfolio::batch::RunOptions;

use super::bench::{Bench, Files, assert_same, left_behind, run, summary};
use crate::support::{Outcome, file_names, mapfolio};

/// Checks a run of which some figures failed: these, and no others.
fn assert_failed(bench: &Bench, out: &str, outcome: &Outcome, whole: &Files, failed: &[&str], reason: &str) {
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    let expected: Files =
        whole.iter().filter(|(n, _)| !failed.contains(&n.as_str())).map(|(n, b)| (n.clone(), b.clone())).collect();
    assert_same(&bench.files(out), &expected, out);
    assert_eq!(left_behind(&bench.path(out)), [""; 0]);
    let lines = bench.lines(&format!("{out}/manifest.jsonl"), "figure");
    let bad: Vec<_> = lines.iter().filter(|line| line["status"] == "failed").collect();
    assert_eq!((lines.len(), bad.len()), (whole.len(), failed.len()), "{bad:?}");
    for line in bad {
        let error = line["error"].as_str().unwrap_or_default();
        assert!(error.contains(reason), "'{error}' does not say '{reason}'");
    }
}

/// Writes a raster anew in blocks of 16 by 16 cells, and makes one of them unreadable.
fn damage_block(path: &Path, [column, row]: [usize; 2]) {
    let source = Dataset::open(path).expect("a raster");
    let options = RasterCreationOptions::from_iter(["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE"]);
    let blocks = path.with_extension("blocks");
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GDAL writes GeoTIFF");
    source.create_copy(&driver, &blocks, &options).expect("a copy").close().expect("a whole file");
    drop(source);
    // GDAL tells as metadata where blocks lie.
    let copy = Dataset::open(&blocks).expect("the copy");
    let item = format!("BLOCK_OFFSET_{column}_{row}");
    let band = copy.rasterband(1).expect("a band");
    let offset: u64 = gdal::Metadata::metadata_item(&band, &item, "TIFF").expect("a place").parse().expect("a number");
    drop(copy);
    let mut file = std::fs::OpenOptions::new().write(true).open(&blocks).expect("the copy");
    file.seek(SeekFrom::Start(offset)).expect("a place");
    file.write_all(&[0xff; 24]).expect("damage");
    drop(file);
    std::fs::rename(&blocks, path).expect("the damaged raster");
}

#[test]
fn a_damaged_block_costs_the_figures_that_need_it() {
    let bench = Bench::new(3);
    let whole = bench.draw("whole", &[]);
    // In Nova Scotia.
    damage_block(&bench.path("a1.tif"), [17, 3]);
    let outcome = bench.render("out", &[]);
    assert_failed(&bench, "out", &outcome, &whole, &["a1_East.png", "a1_All.png"], "cannot be read");
}

#[test]
fn a_raster_that_is_replaced_while_a_run_goes_on_is_not_drawn_under_the_key_of_the_one_before() {
    let bench = Bench::new(4);
    let plan = bench.plan("out");
    // The raster that was looked into may still be open, and shows what was there.
    std::fs::rename(bench.path("a3.tif"), bench.path("a1.tif")).expect("another raster in its place");
    let (summary, errors) = run(plan, &RunOptions::default());
    assert_eq!((summary.drawn, summary.failed), (8, 4), "{errors:?}");
    assert!(errors.iter().all(|error| error.contains("no longer what it was when the run began")), "{errors:?}");
    // The next run draws what is there now.
    let again = bench.draw("again", &[]);
    assert_eq!(run(bench.plan("out"), &RunOptions::default()).0.drawn, 12);
    assert_eq!(bench.files("out")["a1_All.png"], again["a1_All.png"]);
}

#[test]
fn a_raster_or_region_that_cannot_be_used_costs_its_own_figures() {
    let bench = Bench::new(3);
    let whole = bench.draw("whole", &[]);
    std::fs::write(bench.path("a1.tif"), b"").expect("an empty file");
    let outcome = bench.render("empty", &[]);
    let of_raster = ["a1_West.png", "a1_East.png", "a1_Middle.png", "a1_All.png"];
    assert_failed(&bench, "empty", &outcome, &whole, &of_raster, "a1.tif");
    assert!(outcome.stderr.contains("(the same for 3 more figures)"), "{}", outcome.stderr);

    let bench = Bench::new(2);
    let whole = bench.draw("whole", &[]);
    let regions = std::fs::read_to_string(bench.path("regions.csv")).expect("regions");
    let far = regions.replace("Middle,-500000,500000,-400000,400000", "Middle,9e7,9.1e7,9e7,9.1e7");
    std::fs::write(bench.path("regions.csv"), far.replace("East,600000", "East,nan")).expect("regions");
    let outcome = bench.render("regions", &[]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    // Off the globe there is nothing to see, which is a warning; a row that is none is an error.
    let lines = bench.lines("regions/manifest.jsonl", "figure");
    let of = |status: &str| lines.iter().filter(|line| line["status"] == status).count();
    assert_eq!((of("drawn"), of("failed")), (6, 2));
    let warned = lines.iter().filter(|line| line["name"] == "Middle" && !line["warnings"].is_null()).count();
    assert_eq!(warned, 2);
    assert_eq!(bench.files("regions")["a0_West.png"], whole["a0_West.png"]);
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_nothing_is_called_drawn_that_is_not_there() {
    let bench = Bench::new(1);
    // The manifest cannot be written from the start.
    std::fs::create_dir(bench.path("full")).expect("a folder");
    std::os::unix::fs::symlink("/dev/full", bench.path("full/manifest.jsonl")).expect("a link");
    let outcome = bench.render("full", &[]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("manifest.jsonl") && outcome.stderr.contains("No space left"),
        "{}",
        outcome.stderr
    );
    assert_eq!(file_names(&bench.path("full")), [""; 0]);
    assert_eq!(left_behind(&bench.path("full")), [""; 0]);
}

#[test]
fn a_figure_that_cannot_have_its_name_fails_alone() {
    let bench = Bench::new(2);
    let whole = bench.draw("whole", &[]);
    std::fs::create_dir_all(bench.path("out/a1_East.png/taken")).expect("a folder in its place");
    let outcome = bench.render("out", &[]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    let lines = bench.lines("out/manifest.jsonl", "figure");
    let bad: Vec<_> = lines.iter().filter(|line| line["status"] == "failed").map(|line| &line["path"]).collect();
    assert_eq!(bad, ["a1_East.png"]);
    assert_eq!(left_behind(&bench.path("out")), [""; 0]);
    let drawn = file_names(&bench.path("out")).len() - 1;
    assert_eq!(drawn, whole.len() - 1);
}

/// Loses the device behind some figures.
fn losing(figures: &[usize]) -> RunOptions {
    RunOptions { device_losses: figures.to_vec(), ..RunOptions::default() }
}

#[test]
fn a_lost_device_is_opened_once_more() {
    let bench = Bench::new(3);
    let whole = bench.draw("whole", &[]);
    for loss in [0, 5, 11] {
        let out = format!("once{loss}");
        let (summary, errors) = bench.run(&out, &losing(&[loss]));
        assert!(summary.is_complete() && errors.is_empty(), "{errors:?}");
        assert_same(&bench.files(&out), &whole, &out);
    }
    let (summary, errors) = bench.run("twice", &losing(&[2, 7]));
    assert_eq!(summary.drawn + summary.failed, 12);
    assert!(summary.failed >= 4 && errors.iter().all(|error| error.contains("lost")), "{errors:?}");
    for (name, bytes) in bench.files("twice") {
        assert_eq!(bytes, whole[&name], "{name} is not what it should be");
    }
    assert_eq!(bench.files("twice").len(), summary.drawn);
}

#[test]
fn too_little_memory_is_told_before_anything_is_drawn() {
    let bench = Bench::new(1);
    let outcome = bench.render("out", &["--max-memory=20M"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("'20M' allowed by --max-memory is less than"), "{}", outcome.stderr);
    assert!(!bench.path("out").exists());
    let least = outcome
        .stderr
        .split("give --max-memory at least ")
        .nth(1)
        .and_then(|rest| rest.split(',').next())
        .expect("a size");
    let outcome = bench.render("out", &["--json", &format!("--max-memory={least}")]);
    assert_eq!(outcome.code, Some(0), "with {least}: {}", outcome.stderr);
    let limit: u64 = least.trim_end_matches('M').parse().expect("megabytes");
    if let Some(peak) = summary(&outcome)["peak_memory_bytes"].as_u64() {
        assert!(peak <= limit << 20, "{peak} bytes of {least}");
    }
}

#[test]
fn plans_draw_nothing_and_tell_what_would_fail() {
    let bench = Bench::new(2);
    std::fs::write(bench.path("a1.tif"), b"").expect("an empty file");
    let args = bench.args("out").into_iter().map(|arg| if arg == "render" { "plan".into() } else { arg });
    let outcome = mapfolio(args.chain(["--json".to_owned()]));
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    let lines: Vec<serde_json::Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |status: &str| lines.iter().filter(|line| line["status"] == status).count();
    assert_eq!((of("planned"), of("failed")), (4, 4));
    assert!(!bench.path("out").exists());
}
