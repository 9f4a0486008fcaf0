//! The house rules that no compiler checks: which crate may be named where, and which way imports point.

use std::fs;
use std::path::{Path, PathBuf};

/// Every source file with its path from `src/` and its text without comments.
fn sources() -> Vec<(String, String)> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).expect("a source folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file");
        let code: Vec<&str> = text.lines().map(|l| l.split("//").next().unwrap_or("")).collect();
        let name = path.strip_prefix(&root).expect("a path below src").to_string_lossy().replace('\\', "/");
        (name, code.join("\n"))
    };
    files.into_iter().map(read).collect()
}

/// Whether `code` has `path` as the start of a path, such as `wgpu::`.
fn names(code: &str, path: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == ':' || c == '.';
    code.match_indices(path).any(|(at, _)| !code[..at].ends_with(is_word))
}

#[test]
fn crates_are_named_only_where_they_belong() {
    const PLACES: [(&str, &[&str]); 21] = [
        ("clap", &["main.rs", "cli/"]),
        ("anyhow", &["main.rs"]),
        ("indicatif", &["main.rs", "progress.rs"]),
        ("gdal", &["geo/", "source/", "output/geotiff.rs", "output/gdal_jpeg.rs"]),
        ("shapefile", &["source/"]),
        ("csv", &["source/"]),
        ("flate2", &["source/"]),
        ("lyon", &["scene/"]),
        ("wgpu", &["gpu/"]),
        ("bytemuck", &["gpu/", "geo/fixed.rs", "source/"]),
        ("pollster", &["gpu/"]),
        ("ab_glyph", &["figure/"]),
        ("unicode_normalization", &["figure/"]),
        ("png", &["output/"]),
        ("image_webp", &["output/"]),
        ("jpeg_encoder", &["output/"]),
        ("toml", &["job/", "error/"]),
        ("glob", &["plan/"]),
        ("signal_hook", &["signals.rs"]),
        ("sha2", &["manifest/"]),
        ("chrono", &["manifest/", "source/", "output/", "plan/"]),
    ];
    for (file, code) in sources() {
        for (krate, places) in PLACES {
            let allowed =
                places.iter().any(|place| file == *place || (place.ends_with('/') && file.starts_with(place)));
            assert!(allowed || !names(&code, &format!("{krate}::")), "src/{file} names {krate}; only {places:?} may");
        }
    }
}

#[test]
fn imports_point_towards_the_errors() {
    // Each room may name itself and those before it.
    const ORDER: [&[&str]; 7] = [
        &["error"],
        &["geo", "manifest"],
        &["style", "source", "output"],
        &["scene", "figure"],
        &["gpu"],
        &["job", "plan"],
        &["batch", "demo"],
    ];
    let rank = |room: &str| ORDER.iter().position(|rooms| rooms.contains(&room));
    for (file, code) in sources() {
        let room = file.split(['/', '.']).next().unwrap_or_default();
        let Some(own) = rank(room) else { continue };
        for other in ORDER.concat() {
            let beside = rank(other) == Some(own)
                && other != room
                && !matches!((room, other), ("plan", "job") | ("demo", "batch"));
            let wrong = rank(other) > Some(own) || beside;
            assert!(!(wrong && code.contains(&format!("crate::{other}::"))), "src/{file} must not import {other}");
        }
    }
}

#[test]
fn below_the_upload_line_there_are_no_absolute_coordinates() {
    // wgpu takes all pipeline constants, flags and counts among them, as f64.
    let is_below = |file: &str| file.starts_with("gpu/") && file != "gpu/pipelines.rs";
    for (file, code) in sources().into_iter().filter(|(f, _)| is_below(f)) {
        for (number, line) in code.lines().enumerate().filter(|(_, l)| names(l, "f64")) {
            // Ratios of grid sizes are made in f64 before they are rounded once.
            assert!(line.contains("as f32"), "src/{file}:{}: f64 on the GPU's side: {line}", number + 1);
        }
    }
}

#[test]
fn files_are_short_and_say_why_they_are_there() {
    for (file, _) in sources() {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&file)).expect("a file");
        let lines = text.lines().count();
        assert!(lines <= 500, "src/{file} has {lines} lines: is there a room missing?");
        assert!(text.starts_with("//!"), "src/{file} does not begin with //! lines");
    }
}

#[test]
fn only_shaders_rs_names_shader_files() {
    for (file, code) in sources().into_iter().filter(|(f, _)| f != "gpu/shaders.rs") {
        assert!(!code.contains(".wgsl"), "src/{file} names a shader file");
    }
}
