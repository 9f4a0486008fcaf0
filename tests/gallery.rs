//! Every figure of `docs/gallery` is drawn from its job file without a warning, and shown in the gallery's README.

mod support;

use std::path::{Path, PathBuf};

use support::{Folder, file_names, mapfolio, text};

fn gallery() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gallery")
}

#[test]
fn every_job_draws_its_figure() {
    let readme = std::fs::read_to_string(gallery().join("README.md")).expect("a README");
    let jobs: Vec<String> = file_names(&gallery()).into_iter().filter(|name| name.ends_with(".toml")).collect();
    assert_eq!(jobs.len(), 16);
    for job in jobs {
        let name = job.strip_suffix(".toml").expect("its ending");
        assert!(readme.contains(&format!("({job}) ![]({name}.webp)")), "{job} is not in the README");
        assert!(gallery().join(format!("{name}.webp")).exists(), "{name}.webp is not there: make gallery");
        let folder = Folder::new();
        let out = folder.path("out");
        let path = gallery().join(&job);
        let outcome = mapfolio(["render", &text(&path), "--adapter=cpu", &format!("--out={}", text(&out))]);
        assert_eq!(outcome.code, Some(0), "{job}\n{}", outcome.stderr);
        assert!(!outcome.stderr.contains("WARN"), "{job}\n{}", outcome.stderr);
        let manifest = std::fs::read_to_string(out.join("manifest.jsonl")).expect("a manifest");
        let figures: Vec<&str> = manifest.lines().filter(|line| line.contains("\"path\"")).collect();
        assert_eq!(figures.len(), 1, "{job}\n{manifest}");
        assert!(
            figures[0].contains(&format!("{name}.webp")) && !figures[0].contains("\"warnings\":[\""),
            "{job}\n{manifest}"
        );
    }
}
