//! Folders of figures as a whole: checked against their manifests, and joined with others.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/records.rs"]
mod records;

use std::fs;
use std::path::{Path, PathBuf};

use mapfolio::manifest::{
    Kind, Line, Manifest, MergeReport, Reader, Record, RunInfo, RunSummary, Shard, Start, Status, merge, verify,
};

use folder::Folder;
use records::{draw, figure_of, write_figure};

/// A run of a shard, `I/N`, that draws some figures and ends by itself.
fn run(folder: &Path, shard: &str, figures: &[&str]) {
    let manifest = begin(folder, shard, figures.len());
    for name in figures {
        draw(&manifest, folder, name);
    }
    finish(manifest, shard);
}

fn begin(folder: &Path, shard: &str, figures: usize) -> Manifest {
    let shard = shard.parse().expect("a shard");
    fs::create_dir_all(folder).expect("writable");
    let manifest = Manifest::open(folder, shard, Start::Continue).expect("a manifest");
    manifest.begin(RunInfo::starting(shard, figures as u64)).expect("writable");
    manifest
}

fn finish(manifest: Manifest, shard: &str) {
    let shard = shard.parse().expect("a shard");
    manifest.finish(RunSummary { shard, ..RunSummary::default() }).expect("writable");
}

/// The figures of a manifest: path or name, and status.
fn figures(manifest: &Path) -> Vec<(String, Status)> {
    let mut reader = Reader::open(manifest).expect("a manifest");
    let lines = std::iter::from_fn(|| reader.next_line().expect("whole lines"));
    let figures = lines.filter_map(|line| match line {
        Line::Figure(record) => Some((record.path.unwrap_or(record.name), record.status)),
        _ => None,
    });
    figures.collect()
}

fn merged(folders: &[&Path]) -> MergeReport {
    let folders: Vec<PathBuf> = folders.iter().map(|folder| folder.to_path_buf()).collect();
    merge(&folders, None).expect("manifests")
}

#[test]
fn a_folder_as_it_was_drawn_is_good() {
    let folder = Folder::new();
    run(folder.root(), "1/2", &["Utah", "Ohio"]);
    run(folder.root(), "2/2", &["Iowa"]);
    let report = verify(folder.root(), 2).expect("manifests");
    assert!(report.all_good(), "{report}");
    let expected = format!("{}: 3 figures of 2 manifests are intact; nothing is wrong", folder.root().display());
    assert_eq!(report.to_string(), expected);
    merged(&[folder.root()]);
    let report = verify(folder.root(), 2).expect("manifests");
    assert!(report.all_good() && report.intact == 3, "{report}");
}

#[test]
fn each_kind_of_damage_is_found() {
    let folder = Folder::new();
    let manifest = begin(folder.root(), "2/5", 5);
    for name in ["good", "gone", "changed"] {
        draw(&manifest, folder.root(), name);
    }
    let failed = Record { status: Status::Failed, error: Some("no data".into()), ..figure_of("unlucky") };
    manifest.figure(failed).expect("writable");
    let pending = Record { status: Status::Pending, path: Some("late.png".into()), ..figure_of("late") };
    manifest.figure(pending).expect("writable");
    drop(manifest);
    let interrupted = begin(folder.root(), "3/5", 0);
    let summary = RunSummary {
        shard: "3/5".parse().expect("a shard"),
        interrupted: Some("SIGTERM".into()),
        ..RunSummary::default()
    };
    interrupted.finish(summary).expect("writable");
    fs::remove_file(folder.path("gone.png")).expect("there");
    folder.put("changed.png", "other pixels");
    folder.put("stray.PNG", "pixels");
    folder.put(".mapfolio-1of5-7-7.tmp", "half");
    let report = verify(folder.root(), 2).expect("manifests");
    let root = format!("{}{}", folder.root().display(), std::path::MAIN_SEPARATOR);
    let found: Vec<_> = report.faults.iter().map(|fault| fault.to_string().replace(&root, "")).collect();
    let expected = [
        "manifest-1-of-5.jsonl: shard 1/5 has no manifest; render with --shard 1/5",
        "manifest-2-of-5.jsonl: the run did not end: it was killed, or is still going on; render with --shard 2/5 --resume",
        "manifest-3-of-5.jsonl: the run was interrupted by SIGTERM; render with --shard 3/5 --resume",
        "manifest-4-of-5.jsonl: shards 4 to 5 of 5 have no manifests; render with --shard 4/5 to 5/5",
        "unlucky of radar.tif: failed: no data; mend that and render with --resume",
        "late.png: was not finished when its run was killed; render with --resume",
        "gone.png: was drawn but is not there; render with --resume to draw it again",
        "changed.png: is not what was drawn: its sha256 differs; render with --resume to draw it again",
        "stray.PNG: is in no manifest; remove it, or keep it elsewhere",
        ".mapfolio-1of5-7-7.tmp: is half of a file; remove it unless a run is going on",
    ];
    assert_eq!(found, expected);
    assert_eq!((report.intact, report.all_good()), (1, false));
}

#[test]
fn a_folder_without_a_manifest_is_no_folder_of_figures() {
    let folder = Folder::new();
    for message in [
        verify(folder.root(), 1).expect_err("no manifest").to_string(),
        merge(&[folder.root().to_owned()], Some(&folder.path("out"))).expect_err("no manifest").to_string(),
    ] {
        assert!(message.starts_with(&folder.root().display().to_string()), "{message}");
        assert!(message.contains("there is no manifest.jsonl or manifest-I-of-N.jsonl"), "{message}");
    }
    assert_eq!(fs::read_dir(folder.root()).expect("a folder").count(), 0, "something was left behind");
}

#[test]
fn a_run_killed_before_its_first_line_is_not_good() {
    let folder = Folder::new();
    drop(Manifest::open(folder.root(), Shard::WHOLE, Start::Fresh).expect("a manifest"));
    assert_eq!(verify(folder.root(), 1).expect("a manifest").faults.count(Kind::Shard), 1);
}

#[test]
fn shards_become_one_manifest_in_one_order() {
    let folder = Folder::new();
    run(folder.root(), "1/2", &["Utah", "Ohio"]);
    run(folder.root(), "2/2", &["Maine", "Iowa"]);
    let first = merged(&[folder.root()]);
    assert!(first.all_good(), "{first}");
    assert_eq!((first.drawn, first.failed), (4, 0));
    let order = figures(&first.manifest).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(order, ["Iowa.png", "Maine.png", "Ohio.png", "Utah.png"]);
    let bytes = fs::read(&first.manifest).expect("readable");
    assert_eq!(String::from_utf8_lossy(&bytes).matches("\"event\":\"run\"").count(), 2);
    merged(&[folder.root()]);
    assert!(fs::read(&first.manifest).expect("readable") == bytes, "a second merge changed the manifest");
    assert!(folder.path("manifest-2-of-2.jsonl").exists());
}

#[test]
fn a_merge_goes_by_what_the_shards_say_now() {
    let folder = Folder::new();
    run(folder.root(), "1/2", &["Utah"]);
    run(folder.root(), "2/2", &["Ohio"]);
    merged(&[folder.root()]);
    // The next night's regions.
    fs::remove_file(folder.path("manifest-2-of-2.jsonl")).expect("there");
    fs::remove_file(folder.path("Ohio.png")).expect("there");
    run(folder.root(), "2/2", &["Texas"]);
    let report = merged(&[folder.root()]);
    let paths: Vec<_> = figures(&report.manifest).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["Texas.png", "Utah.png"]);
    // An undivided run in the same folder is a source of its own, though the joint manifest is in its place.
    run(folder.root(), "1/1", &["Maine"]);
    for _ in 0..2 {
        let report = merged(&[folder.root()]);
        assert_eq!((report.drawn, report.all_good()), (3, true), "{report}");
    }
    let report = verify(folder.root(), 1).expect("manifests");
    assert!(report.all_good() && report.intact == 3, "{report}");
}

#[test]
fn folders_are_joined_by_relative_paths_and_the_latest_figure_counts() {
    let folder = Folder::new();
    let [first, second] = ["night 1", "Nächte/#2"].map(|name| folder.path(name));
    run(&first, "1/1", &["Utah", "Ohio 100%"]);
    run(&second, "1/1", &["Utah", "São Paulo"]);
    let report = merged(&[&first, &second]);
    assert!(report.all_good(), "{report}");
    let expected = ["../Nächte/#2/São Paulo.png", "../Nächte/#2/Utah.png", "Ohio 100%.png"];
    assert_eq!(figures(&report.manifest), expected.map(|path| (path.to_owned(), Status::Drawn)));
    // The older figure's file is no longer any manifest's.
    let verified = verify(&first, 1).expect("manifests");
    assert_eq!((verified.intact, verified.faults.count(Kind::Stray)), (3, 1), "{verified}");
    let apart = merge(&[first, second], Some(&folder.path("all/of it"))).expect("manifests");
    assert_eq!(figures(&apart.manifest)[0].0, "../../Nächte/#2/São Paulo.png");
    assert!(verify(&folder.path("all/of it"), 1).expect("a manifest").all_good());
}

#[test]
fn two_figures_with_one_file_are_an_error() {
    let folder = Folder::new();
    let manifest = begin(folder.root(), "1/2", 1);
    let monday = Record { raster: Some("monday.tif".into()), ..write_figure(folder.root(), "Utah") };
    manifest.publish(monday, || Ok(())).expect("writable");
    finish(manifest, "1/2");
    run(folder.root(), "2/2", &["Utah"]);
    for _ in 0..2 {
        let report = merged(&[folder.root()]);
        assert_eq!((report.drawn, report.failed, report.faults.count(Kind::Conflict)), (1, 1, 1));
        let message = report.faults.iter().next().expect("a fault").to_string();
        assert!(message.starts_with("Utah.png: 'Utah' of monday.tif was drawn into it"), "{message}");
    }
}

#[test]
fn shards_that_are_missing_or_killed_are_told_of_and_what_they_finished_is_kept() {
    let folder = Folder::new();
    let killed = begin(folder.root(), "2/3", 2);
    for name in ["named", "unnamed"] {
        killed.figure(Record { status: Status::Pending, ..write_figure(folder.root(), name) }).expect("writable");
    }
    drop(killed);
    fs::remove_file(folder.path("unnamed.png")).expect("there");
    run(folder.root(), "3/3", &["drawn"]);
    let report = merged(&[folder.root()]);
    assert_eq!(report.faults.count(Kind::Shard), 2, "{report}");
    let expected = [("drawn.png", Status::Drawn), ("named.png", Status::Drawn), ("unnamed.png", Status::Pending)];
    assert_eq!(figures(&report.manifest), expected.map(|(path, status)| (path.to_owned(), status)));
    // The joint manifest alone tells as much.
    for shard in ["manifest-2-of-3.jsonl", "manifest-3-of-3.jsonl"] {
        fs::remove_file(folder.path(shard)).expect("there");
    }
    let report = verify(folder.root(), 1).expect("a manifest");
    assert_eq!((report.faults.count(Kind::Shard), report.faults.count(Kind::Pending), report.intact), (2, 1, 2));
}

#[test]
fn a_joint_manifest_that_a_run_is_writing_is_left_alone() {
    let folder = Folder::new();
    run(folder.root(), "1/2", &["Utah"]);
    let _running = begin(folder.root(), "1/1", 1);
    assert!(matches!(merge(&[folder.root().to_owned()], None), Err(mapfolio::Error::Busy { .. })));
}
