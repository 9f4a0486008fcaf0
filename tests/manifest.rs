//! The manifest of a run: true whenever the run is killed, closed to other runs, and enough to go on from.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/records.rs"]
mod records;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use mapfolio::Error;
use mapfolio::manifest::{
    Done, FigureId, Line, Manifest, Reader, Record, RunInfo, RunSummary, Shard, Start, Status, TEMPORARY_SUFFIX,
    drawn_in,
};
use proptest::prelude::{ProptestConfig, proptest};

use folder::Folder;
use records::{draw, encoded, figure_of, key_of, write_figure};

/// Tells a child process of this test to be a run.
const FOLDER_TO_DRAW_INTO: &str = "MAPFOLIO_TEST_RUN_TO_KILL";

fn open(folder: &Folder, start: Start) -> Manifest {
    Manifest::open(folder.root(), Shard::WHOLE, start).expect("a manifest")
}

/// All whole lines of a manifest.
fn lines(path: &Path) -> Vec<Line> {
    let mut reader = Reader::open(path).expect("a manifest");
    std::iter::from_fn(|| reader.next_line().expect("whole lines")).collect()
}

/// Status and name of each figure's line.
fn states(path: &Path) -> Vec<(Status, String)> {
    let figures = lines(path).into_iter().filter_map(|line| match line {
        Line::Figure(record) => Some((record.status, record.name)),
        _ => None,
    });
    figures.collect()
}

#[test]
fn a_run_leaves_a_line_a_figure_between_its_beginning_and_its_end() {
    let folder = Folder::new();
    let manifest = open(&folder, Start::Fresh);
    manifest.begin(RunInfo::starting(Shard::WHOLE, 2)).expect("writable");
    draw(&manifest, folder.root(), "Utah");
    manifest
        .figure(Record { status: Status::Failed, error: Some("no data".into()), ..figure_of("Ohio") })
        .expect("writable");
    let path = manifest.path().to_owned();
    assert_eq!(states(&path).len(), 3, "pending, drawn, failed");
    manifest.finish(RunSummary { drawn: 1, failed: 1, ..RunSummary::default() }).expect("writable");
    let lines = lines(&path);
    assert!(matches!(&lines[0], Line::Run(run) if run.figures == 2 && run.started.ends_with('Z')), "{:?}", lines[0]);
    assert_eq!(states(&path), [(Status::Drawn, "Utah".into()), (Status::Failed, "Ohio".into())]);
    assert!(matches!(&lines[3], Line::Summary(summary) if summary.drawn == 1));
}

#[test]
fn numbers_come_back_as_they_were_and_what_is_absent_takes_no_room() {
    let folder = Folder::new();
    let manifest = open(&folder, Start::Fresh);
    let record = Record {
        extent: Some([-0.1, 1.0 / 3.0, f64::MIN_POSITIVE, 1e300]),
        data_range: Some([f64::NAN, 1.0]),
        projection_error_px: Some(f64::INFINITY),
        finished: 1_753_920_000.123_456_7,
        ..figure_of("Utah")
    };
    manifest.figure(record.clone()).expect("writable");
    let text = fs::read_to_string(manifest.path()).expect("readable");
    assert!(!text.contains("null") && !text.contains("error") && !text.contains("warnings"), "{text}");
    let read = lines(manifest.path()).remove(0);
    let expected = Record { data_range: None, projection_error_px: None, ..record };
    assert_eq!(read, Line::Figure(Box::new(expected)));
}

#[test]
fn lines_and_fields_of_later_versions_are_left_alone() {
    let folder = Folder::new();
    let text = concat!(
        r#"{"event":"weather","kind":"fine"}"#,
        "\n",
        r#"{"event":"figure","status":"failed","name":"Utah","finished":1,"colour":"red"}"#,
        "\n"
    );
    folder.put("manifest.jsonl", text);
    open(&folder, Start::Continue).finish(RunSummary::default()).expect("writable");
    let kept = fs::read_to_string(folder.path("manifest.jsonl")).expect("readable");
    assert!(kept.starts_with(text), "{kept}");
}

#[test]
fn a_line_torn_anywhere_costs_that_line_only() {
    let folder = Folder::new();
    let manifest = open(&folder, Start::Fresh);
    for name in ["Utah", "Ohio"] {
        manifest.figure(Record { status: Status::Failed, ..figure_of(name) }).expect("writable");
    }
    let path = manifest.path().to_owned();
    drop(manifest);
    let whole = fs::read(&path).expect("readable");
    let first = whole.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
    for length in first..=whole.len() {
        fs::write(&path, &whole[..length]).expect("writable");
        let kept = if length == whole.len() { 2 } else { 1 };
        assert_eq!(states(&path).len(), kept, "read at {length}");
        let manifest = open(&folder, Start::Continue);
        manifest.figure(figure_of("Iowa")).expect("writable");
        assert_eq!(states(&path).len(), kept + 1, "continued at {length}");
    }
}

#[test]
fn a_run_that_is_killed_knows_what_it_finished() {
    let folder = Folder::new();
    let manifest = open(&folder, Start::Fresh);
    draw(&manifest, folder.root(), "drawn");
    // Killed after the file had its name, before it had it, and while an older figure had it.
    for name in ["named", "unnamed", "older"] {
        let record = write_figure(folder.root(), name);
        manifest.figure(Record { status: Status::Pending, ..record }).expect("writable");
    }
    fs::remove_file(folder.path("unnamed.png")).expect("there");
    folder.put("older.png", "an older figure");
    drop(manifest);
    let done = |name: &str| Done::read(folder.root()).expect("readable").is_done(&format!("{name}.png"), key_of(name));
    assert_eq!(["drawn", "named", "unnamed", "older"].map(done), [true, true, false, false]);
    let manifest = open(&folder, Start::Continue);
    let path = manifest.path().to_owned();
    manifest.finish(RunSummary::default()).expect("writable");
    let expected =
        [("unnamed", Status::Pending), ("older", Status::Pending), ("drawn", Status::Drawn), ("named", Status::Drawn)];
    let mut states = states(&path);
    states.sort_by_key(|(_, name)| expected.iter().position(|(expected, _)| expected == name));
    assert_eq!(states, expected.map(|(name, status)| (status, name.to_owned())));
}

#[test]
fn a_figure_is_done_while_its_inputs_and_its_file_stay() {
    let folder = Folder::new();
    assert!(!Done::read(&folder.path("absent")).expect("nothing yet").is_done("Utah.png", key_of("Utah")));
    let manifest = open(&folder, Start::Fresh);
    for name in ["Utah", "Ohio", "Iowa"] {
        draw(&manifest, folder.root(), name);
    }
    manifest
        .figure(Record { status: Status::Failed, path: Some("Iowa.png".into()), ..figure_of("Iowa") })
        .expect("writable");
    folder.put("Ohio.png", "damaged");
    let done = Done::read(folder.root()).expect("readable");
    assert!(done.is_done("Utah.png", key_of("Utah")));
    assert!(!done.is_done("Utah.png", key_of("Utah in red")));
    let names = ["Ohio", "Utah", "Iowa", "Maine"];
    let checked = done.check(names.len(), 3, |index| (format!("{}.png", names[index]), key_of(names[index])));
    assert_eq!(checked, [false, true, false, false]);
    assert_eq!(done.get("Ohio.png").map(|(key, _)| key), Some(key_of("Ohio")));
    let drawn = drawn_in(manifest.path()).expect("readable");
    assert!(drawn.contains(&FigureId::new("Utah", Some("radar.tif"), Some(1))));
    assert!(!drawn.contains(&FigureId::new("Iowa", Some("radar.tif"), Some(1))));
    assert!(!drawn.contains(&FigureId::new("Utah", Some("radar.tif"), Some(2))));
}

#[test]
fn a_folder_takes_one_run_of_a_shard_at_a_time() {
    let folder = Folder::new();
    let first = open(&folder, Start::Fresh);
    first.begin(RunInfo::starting(Shard::WHOLE, 1)).expect("writable");
    let message = Manifest::open(folder.root(), Shard::WHOLE, Start::Fresh).expect_err("held").to_string();
    let expected = format!(
        "{}: another run is drawing into this folder; wait until it ends, or use another --out",
        folder.root().display()
    );
    assert_eq!(message, expected);
    assert_eq!(lines(first.path()).len(), 1, "the second run truncated the first one's manifest");
    let other = Shard::new(1, 2).expect("a shard");
    Manifest::open(folder.root(), other, Start::Fresh).expect("another shard's manifest is free");
    first.finish(RunSummary::default()).expect("writable");
    open(&folder, Start::Continue);
}

/// Not a test: a run in another process, which draws until it is killed.
#[test]
fn a_run_to_kill() {
    let Some(folder) = std::env::var_os(FOLDER_TO_DRAW_INTO).map(PathBuf::from) else { return };
    let manifest = Manifest::open(&folder, Shard::WHOLE, Start::Continue).expect("a manifest");
    for number in 0.. {
        let (bytes, record) = encoded(&number.to_string());
        let target = folder.join(format!("{number}.png"));
        let temporary = folder.join(format!("{}0-{number}{TEMPORARY_SUFFIX}", Shard::WHOLE.temporary_prefix()));
        fs::write(&temporary, bytes).expect("writable");
        manifest
            .publish(record, || {
                fs::rename(&temporary, &target).expect("writable");
                Ok(())
            })
            .expect("writable");
    }
}

#[test]
fn a_run_in_another_process_is_kept_apart_and_leaves_the_truth_when_it_is_killed() {
    let folder = Folder::new();
    for round in 1..=4 {
        let path = folder.path("manifest.jsonl");
        let length = || fs::metadata(&path).map_or(0, |file| file.len());
        let length_before = length();
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "a_run_to_kill"])
            .env(FOLDER_TO_DRAW_INTO, folder.root())
            .stdout(Stdio::null())
            .spawn()
            .expect("this program starts");
        while length() < length_before + 20_000 {
            assert!(child.try_wait().expect("a process").is_none(), "the run ended by itself");
            std::thread::sleep(Duration::from_millis(1));
        }
        let held = Manifest::open(folder.root(), Shard::WHOLE, Start::Continue);
        assert!(matches!(held, Err(Error::Busy { .. })), "{held:?}");
        child.kill().expect("a process");
        child.wait().expect("a process");
        // Its files under their final names are known, and no others are called drawn.
        let manifest = open(&folder, Start::Continue);
        let names: Vec<_> =
            fs::read_dir(folder.root()).expect("a folder").map(|e| e.expect("an entry").path()).collect();
        let figures: Vec<_> = names.iter().filter(|path| path.extension().is_some_and(|e| e == "png")).collect();
        let done = Done::read(folder.root()).expect("readable");
        for figure in &figures {
            let name = figure.file_stem().and_then(|name| name.to_str()).expect("a name");
            assert!(done.is_done(&format!("{name}.png"), key_of(name)), "round {round}: {name}.png is not known");
        }
        assert!(names.iter().all(|path| path.extension().is_none_or(|e| e != "tmp")), "{names:?}");
        drop(manifest);
    }
}

#[test]
fn temporary_files_of_earlier_runs_of_the_shard_go() {
    let folder = Folder::new();
    let shard = Shard::new(1, 2).expect("a shard");
    let own = format!("{}4711-0.tmp", shard.temporary_prefix());
    let others = [".mapfolio-1of20-4711-0.tmp", ".mapfolio-2of2-4711-0.tmp", "own.tmp"];
    for name in others.iter().copied().chain([own.as_str()]) {
        folder.put(name, "half");
    }
    Manifest::open(folder.root(), shard, Start::Continue).expect("a manifest");
    assert!(!folder.path(&own).exists());
    assert!(others.iter().all(|name| folder.path(name).exists()));
}

#[test]
fn a_manifest_written_anew_keeps_the_latest_line_of_each_figure() {
    let folder = Folder::new();
    let path = folder.path("manifest.jsonl");
    let mut once = None;
    for _ in 0..2 {
        let manifest = open(&folder, Start::Continue);
        if once.is_none() {
            for state in 0..50 {
                let status = if state < 40 { Status::Failed } else { Status::Drawn };
                let name = format!("figure {}", state % 10);
                let record = Record { status, finished: f64::from(-state), ..figure_of(&name) };
                manifest.figure(record).expect("writable");
            }
        }
        manifest.finish(RunSummary::default()).expect("writable");
        let states = states(&path);
        assert_eq!(states.len(), 10);
        assert!(states.iter().all(|(status, _)| *status == Status::Drawn), "{states:?}");
        assert_eq!(*once.get_or_insert_with(|| states.clone()), states);
    }
}

#[test]
fn the_last_of_several_rasters_in_one_file_counts() {
    let folder = Folder::new();
    let manifest = open(&folder, Start::Fresh);
    for raster in ["monday.tif", "tuesday.tif"] {
        let record = Record { raster: Some(raster.into()), ..write_figure(folder.root(), "Utah") };
        manifest.publish(record, || Ok(())).expect("writable");
    }
    let path = manifest.path().to_owned();
    manifest.finish(RunSummary::default()).expect("writable");
    let Line::Figure(record) = lines(&path).remove(0) else { panic!("a figure") };
    assert_eq!((states(&path).len(), record.raster.as_deref()), (1, Some("tuesday.tif")));
}

#[test]
fn a_damaged_line_is_named() {
    let folder = Folder::new();
    let path = folder.path("manifest.jsonl");
    fs::write(&path, "{\"event\":\"weather\"}\n{\"event\":\"figure\",\n{}\n").expect("writable");
    let message = Manifest::open(folder.root(), Shard::WHOLE, Start::Continue).expect_err("damaged").to_string();
    let expected = "line 2: not a manifest's: EOF while parsing a value at column 18; remove this line, and what it told is drawn again";
    assert_eq!(message, format!("{}, {expected}", path.display()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_that_names_the_manifest() {
    let folder = Folder::new();
    std::os::unix::fs::symlink("/dev/full", folder.path("manifest.jsonl")).expect("a link");
    let manifest = open(&folder, Start::Fresh);
    let message = manifest.begin(RunInfo::starting(Shard::WHOLE, 1)).expect_err("full").to_string();
    assert!(message.starts_with(&format!("{}: cannot write: ", manifest.path().display())), "{message}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_reading_panic(bytes: Vec<u8>, cut in 0..400_usize, flip in 0..400_usize) {
        let folder = Folder::new();
        let manifest = open(&folder, Start::Fresh);
        draw(&manifest, folder.root(), "Utah");
        let path = manifest.path().to_owned();
        drop(manifest);
        let mut text = fs::read(&path).expect("readable");
        text[flip] ^= 1 << (cut % 8);
        text.splice(cut..cut, bytes);
        fs::write(&path, text).expect("writable");
        let _may_fail = Done::read(folder.root());
        let _may_fail = drawn_in(&path);
        let _may_fail = Manifest::open(folder.root(), Shard::WHOLE, Start::Continue);
    }
}
