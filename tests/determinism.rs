//! The same inputs give the same bytes: from run to run, on any number of threads, in any order, and whatever else is
//! drawn in the same run.

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use support::{demo, file_names, mapfolio, text};

/// Files by name.
type Files = BTreeMap<String, Vec<u8>>;

/// The settings of all runs: whole figures of the demo's data.
const SETTINGS: [&str; 9] = [
    "--crs=lcc",
    "--cmap=nws_reflectivity",
    "--levels=5:75:5",
    "--label=Reflectivity (dBZ)",
    "--title={name}: {raster}",
    "--figsize=4.2,3",
    "--dpi=80",
    "--adapter=cpu",
    "--threads=2",
];

fn data_flags() -> Vec<String> {
    let layer = |file: &str, style: &str| format!("--layer={}:{style}", text(&demo(file)));
    vec![
        format!("--raster={}", text(&demo("reflectivity.tif"))),
        layer("counties.shp", "linewidth=0.45,edgecolor=gray"),
        layer("states.shp", "linewidth=1.25"),
        layer("canada.shp", "linewidth=1.25"),
    ]
}

/// Draws with the usual settings, of which later flags replace earlier ones, and reads what was written.
fn draw(regions: &Path, other: &[&str]) -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    let name = |flag: &str| flag.split('=').next().unwrap_or_default().to_owned();
    let kept = SETTINGS.iter().filter(|setting| other.iter().all(|flag| name(flag) != name(setting)));
    let mut args = vec!["render".to_owned(), format!("--regions={}", text(regions))];
    args.extend(data_flags());
    args.extend(kept.chain(other).map(ToString::to_string));
    args.push(format!("--out={}", text(folder.path())));
    let outcome = mapfolio(&args);
    assert_eq!(outcome.code, Some(0), "mapfolio {}\n{}", args.join(" "), outcome.stderr);
    read_files(folder.path())
}

fn read_files(folder: &Path) -> Files {
    let read = |name: String| (name.clone(), std::fs::read(folder.join(name)).expect("a readable file"));
    file_names(folder).into_iter().map(read).collect()
}

/// What every other run is compared with.
static USUAL: LazyLock<Files> = LazyLock::new(|| draw(&demo("regions.csv"), &[]));

fn assert_same(files: &Files, expected: &Files, what: &str) {
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(files), names(expected), "{what} writes other files");
    for (name, bytes) in files {
        let expected = &expected[name];
        let first = bytes.iter().zip(expected).position(|(a, b)| a != b);
        let lengths = (bytes.len(), expected.len());
        assert!(bytes == expected, "{what}: {name} differs from byte {first:?} on, lengths {lengths:?}");
    }
}

#[test]
fn twelve_regions_give_twelve_different_maps() {
    assert_eq!(USUAL.len(), 12, "{:?}", USUAL.keys());
    let different: std::collections::BTreeSet<_> = USUAL.values().collect();
    assert_eq!(different.len(), 12, "some maps are the same");
}

#[test]
fn two_runs_give_the_same_bytes() {
    assert_same(&draw(&demo("regions.csv"), &[]), &USUAL, "a second run");
}

#[test]
fn the_number_of_threads_does_not_matter() {
    for threads in ["--threads=1", "--threads=8"] {
        assert_same(&draw(&demo("regions.csv"), &[threads]), &USUAL, threads);
    }
}

#[test]
fn the_order_of_the_regions_does_not_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let csv = std::fs::read_to_string(demo("regions.csv")).expect("the demo's regions");
    let mut lines: Vec<&str> = csv.lines().collect();
    lines[1..].reverse();
    let reversed = folder.path().join("reversed.csv");
    std::fs::write(&reversed, lines.join("\n")).expect("a written file");
    assert_same(&draw(&reversed, &[]), &USUAL, "the reverse order");
}

#[test]
fn a_map_does_not_depend_on_the_others_of_its_run() {
    for name in ["CONUS", "Pacific Northwest"] {
        let alone = draw(&demo("regions.csv"), &[&format!("--only={name}")]);
        let expected = USUAL.iter().filter(|(file, _)| alone.contains_key(*file));
        assert_eq!(alone.len(), 1, "--only={name} draws {:?}", alone.keys());
        assert_same(&alone, &expected.map(|(file, bytes)| (file.clone(), bytes.clone())).collect(), name);
    }
}

#[test]
fn a_job_file_draws_what_its_flags_draw() {
    let folder = tempfile::tempdir().expect("a folder");
    let layer = |file: &str, style: &str| format!("[[layer]]\npath = {:?}\n{style}\n", text(&demo(file)));
    let job = [
        format!("adapter = \"cpu\"\nthreads = 2\n[raster]\npath = {:?}", text(&demo("reflectivity.tif"))),
        "cmap = \"nws_reflectivity\"\nlevels = \"5:75:5\"".into(),
        layer("counties.shp", "linewidth = 0.45\nedgecolor = \"gray\""),
        layer("states.shp", "linewidth = 1.25"),
        layer("canada.shp", "linewidth = 1.25"),
        format!("[regions]\npath = {:?}\n[map]\ncrs = \"lcc\"", text(&demo("regions.csv"))),
        "[figure]\nfigsize = [4.2, 3]\ndpi = 80\ntitle = \"{name}: {raster}\"".into(),
        "[colorbar]\nlabel = \"Reflectivity (dBZ)\"\n[output]\ndir = \"maps\"".into(),
    ];
    let path = folder.path().join("job.toml");
    std::fs::write(&path, job.join("\n")).expect("a written file");
    let outcome = mapfolio(["render", &text(&path)]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_same(&read_files(&folder.path().join("maps")), &USUAL, "the job file");
}
