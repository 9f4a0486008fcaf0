//! What an earlier run has drawn is left as it is, however that run ended.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::bench::{Bench, Files, assert_same, left_behind, summary};
use crate::support::{Outcome, file_names, mapfolio, text};

fn counts(outcome: &Outcome) -> [u64; 3] {
    let summary = summary(outcome);
    ["drawn", "skipped", "failed"].map(|key| summary[key].as_u64().expect("a count"))
}

/// When each figure was written.
fn written(folder: &Path) -> BTreeMap<String, SystemTime> {
    let time = |name: &String| std::fs::metadata(folder.join(name)).and_then(|meta| meta.modified()).expect("a time");
    file_names(folder).into_iter().map(|name| (name.clone(), time(&name))).collect()
}

#[test]
fn only_what_is_missing_changed_or_damaged_is_drawn_again() {
    let bench = Bench::new(2);
    let whole = bench.draw("out", &[]);
    let resume = |more: &[&str]| bench.render("out", &[&["--json", "--resume"], more].concat());
    assert_eq!(counts(&resume(&[])), [0, 8, 0], "nothing is to be drawn");
    std::fs::remove_file(bench.path("out/a0_West.png")).expect("a figure");
    std::fs::write(bench.path("out/a1_East.png"), &whole["a1_East.png"][..500]).expect("a cut figure");
    std::fs::write(bench.path("out/a1_All.png"), &whole["a0_All.png"]).expect("another figure");
    assert_eq!(counts(&resume(&[])), [3, 5, 0]);
    assert_same(&bench.files("out"), &whole, "mended");
    // One figure's title, one raster's bytes, everything's style.
    let regions = std::fs::read_to_string(bench.path("regions.csv")).expect("regions");
    std::fs::write(bench.path("regions.csv"), regions.replace("Middle,-500000", "Middle,-490000")).expect("regions");
    assert_eq!(counts(&resume(&[])), [2, 6, 0], "one region of two rasters");
    let raster = std::fs::read(bench.path("a1.tif")).expect("a raster");
    std::fs::write(bench.path("a1.tif"), raster).expect("a raster written anew");
    assert_eq!(counts(&resume(&[])), [4, 4, 0], "one raster");
    assert_eq!(counts(&resume(&["--cmap=turbo"])), [8, 0, 0], "other colours");
    assert_eq!(counts(&bench.render("out", &["--json", "--force"])), [8, 0, 0], "by force");
}

#[test]
fn a_run_that_is_killed_is_completed() {
    // A few moments; the figures of the whole take a second or two.
    const MOMENTS: u64 = 6;
    let bench = Bench::new(4);
    let whole = bench.draw("whole", &[]);
    for moment in 0..MOMENTS {
        let out = format!("killed{moment}");
        let mut run = bench.start(&out, &[]);
        // Not before it has begun, and then at one moment or another.
        wait_for_figures(&bench, &out, 1 + 2 * moment as usize, &mut run);
        run.kill().expect("a running program");
        run.wait().expect("an end");
        assert_completed(&bench, &out, &whole);
    }
}

fn wait_for_figures(bench: &Bench, out: &str, count: usize, run: &mut std::process::Child) {
    while file_names(&bench.path(out)).len() < count && run.try_wait().expect("a state").is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Goes on with a run, and checks that it leaves what was finished.
fn assert_completed(bench: &Bench, out: &str, whole: &Files) {
    let folder = bench.path(out);
    let before: BTreeMap<_, _> =
        written(&folder).into_iter().filter(|(name, _)| !name.starts_with(".mapfolio")).collect();
    let outcome = bench.render(out, &["--json", "--resume"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let [drawn, skipped, _] = counts(&outcome);
    assert_eq!((drawn + skipped, skipped as usize), (whole.len() as u64, before.len()), "{out}");
    assert_same(&bench.files(out), whole, out);
    assert_eq!(left_behind(&folder), [""; 0], "{out}");
    let after = written(&folder);
    for (name, time) in &before {
        assert_eq!(after[name], *time, "{out}: {name} was finished and is drawn again");
    }
    let verified = mapfolio(["verify", &text(&folder)]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
}

#[cfg(unix)]
#[test]
fn signals_end_a_run_in_good_order() {
    let bench = Bench::new(4);
    let whole = bench.draw("whole", &[]);
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let mut run = bench.start(signal, &[]);
        wait_for_figures(&bench, signal, 2, &mut run);
        let killed = std::process::Command::new("kill").args(["-s", signal, &run.id().to_string()]).status();
        assert!(killed.expect("kill").success());
        assert_eq!(run.wait().expect("an end").code(), Some(code));
        // What there is is whole, and listed.
        let summary = bench.lines(&format!("{signal}/manifest.jsonl"), "summary").pop().expect("a summary");
        let count = bench.files(signal).len();
        assert_eq!(summary["drawn"].as_u64(), Some(count as u64), "{signal}");
        assert!(count < whole.len(), "{signal} came too late");
        assert_completed(&bench, signal, &whole);
    }
}

#[test]
fn what_failed_is_tried_again() {
    let bench = Bench::new(2);
    let good = std::fs::read_to_string(bench.path("regions.csv")).expect("regions");
    std::fs::write(bench.path("regions.csv"), good.replace("Middle,-500000", "Middle,x")).expect("regions");
    let raster = std::fs::read(bench.path("a1.tif")).expect("a raster");
    std::fs::write(bench.path("a1.tif"), b"").expect("an empty file");
    assert_eq!(counts(&bench.render("out", &["--json"])), [3, 0, 5]);
    std::fs::write(bench.path("regions.csv"), good).expect("regions");
    std::fs::write(bench.path("a1.tif"), raster).expect("a raster");
    let manifest = format!("--retry-failed={}", text(&bench.path("out/manifest.jsonl")));
    let outcome = bench.render("out", &["--json", &manifest]);
    assert_eq!((outcome.code, counts(&outcome)), (Some(0), [5, 3, 0]), "{}", outcome.stderr);
    assert_same(&bench.files("out"), &bench.draw("whole", &[]), "what failed at first");
    assert_eq!(counts(&bench.render("out", &["--json", "--resume"])), [0, 8, 0]);
    // What failed once is no fault any more.
    for command in ["verify", "merge"] {
        let outcome = mapfolio([command, &text(&bench.path("out"))]);
        assert_eq!(outcome.code, Some(0), "{command}: {}", outcome.stderr);
    }
}

#[test]
fn what_failed_after_it_was_drawn_is_drawn_again() {
    let bench = Bench::new(2);
    for (out, bands) in [("one", "--band=1"), ("all", "--band=all")] {
        let raster = std::fs::read(bench.path("a1.tif")).expect("a raster");
        bench.draw(out, &[bands]);
        std::fs::write(bench.path("a1.tif"), b"").expect("an empty file");
        assert_eq!(counts(&bench.render(out, &["--json", "--resume", bands])), [0, 4, 4]);
        bench.write_raster("a1.tif", 7);
        let manifest = format!("--retry-failed={}", text(&bench.path(&format!("{out}/manifest.jsonl"))));
        let outcome = bench.render(out, &["--json", &manifest, bands]);
        assert_eq!((outcome.code, counts(&outcome)), (Some(0), [4, 4, 0]), "{}", outcome.stderr);
        assert_same(&bench.files(out), &bench.draw(&format!("{out}-whole"), &[bands]), "the raster that is there now");
        assert_eq!(mapfolio(["verify", &text(&bench.path(out))]).code, Some(0));
        std::fs::write(bench.path("a1.tif"), raster).expect("a raster");
    }
}

#[test]
fn what_is_not_there_is_drawn_though_it_did_not_fail() {
    let bench = Bench::new(1);
    let whole = bench.draw("out", &[]);
    let manifest = format!("--retry-failed={}", text(&bench.path("out/manifest.jsonl")));
    std::fs::remove_file(bench.path("out/a0_West.png")).expect("a figure");
    assert_eq!(counts(&bench.render("out", &["--json", &manifest])), [1, 3, 0]);
    assert_same(&bench.files("out"), &whole, "in the folder of the manifest");
    assert_eq!(counts(&bench.render("other", &["--json", &manifest])), [4, 0, 0]);
    assert_same(&bench.files("other"), &whole, "in another folder");
}

#[test]
fn figures_of_a_pattern_have_one_name_however_many_files_it_fits() {
    let bench = Bench::new(2);
    bench.draw("out", &[]);
    std::fs::remove_file(bench.path("a1.tif")).expect("a raster");
    assert_eq!(counts(&bench.render("out", &["--json", "--resume"])), [0, 4, 0]);
    let twice = format!("--raster={}", text(&bench.path("a0.tif")));
    let outcome = bench.render("out", &["--json", "--resume", &twice]);
    assert_eq!((outcome.code, counts(&outcome)), (Some(0), [0, 4, 0]), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("a0.tif is given twice; it is drawn once"), "{}", outcome.stderr);
}

#[test]
fn a_field_that_no_figure_has_is_a_fault_of_the_job() {
    let bench = Bench::new(1);
    let whole = bench.draw("out", &[]);
    for flag in ["--title={nmae}", "--name={nmae}.png"] {
        let outcome = bench.render("out", &[flag]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("'{nmae}' is no field and no column; use {name}, "), "{}", outcome.stderr);
    }
    assert_same(&bench.files("out"), &whole, "the figures of the run before");
    assert_eq!(counts(&bench.render("out", &["--json", "--resume"])), [0, 4, 0], "nothing of the manifest is lost");
}

#[test]
fn two_runs_do_not_draw_into_one_folder() {
    let bench = Bench::new(1);
    let whole = bench.draw("out", &[]);
    // As a run holds it.
    let lock = std::fs::File::open(bench.path("out/.manifest.jsonl.lock")).expect("a lock");
    lock.lock().expect("no other run");
    let outcome = bench.render("out", &["--cmap=turbo"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("another run is drawing into this folder"), "{}", outcome.stderr);
    assert_same(&bench.files("out"), &whole, "the other's figures");
    drop(lock);
    assert_eq!(bench.render("out", &["--cmap=turbo"]).code, Some(0));
}

#[test]
fn a_run_goes_on_without_anyone_who_reads_what_it_says() {
    let bench = Bench::new(2);
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_mapfolio"))
        .args(bench.args("out"))
        .arg("-vv")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop((run.stdout.take(), run.stderr.take()));
    assert_eq!(run.wait().expect("an end").code(), Some(0));
    assert_same(&bench.files("out"), &bench.draw("whole", &[]), "without readers");
}
