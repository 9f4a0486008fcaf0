//! Figures that were never drawn, and what manifests say of them.
#![allow(dead_code, reason = "each test file uses its own part of these helpers")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use mapfolio::manifest::{FileHash, Key, KeyHasher, Manifest, Record, Status, unix_seconds};

/// The key of a figure that is made from this.
pub(crate) fn key_of(inputs: &str) -> Key {
    let mut hasher = KeyHasher::default();
    write!(hasher, "{inputs:?}").expect("never fails");
    hasher.finish()
}

/// A figure of this region, without a file.
pub(crate) fn figure_of(name: &str) -> Record {
    let (raster, key) = (Some("radar.tif".into()), Some(key_of(name)));
    Record { name: name.into(), raster, band: Some(1), key, finished: unix_seconds(), ..Record::default() }
}

/// What stands in place of the pixels of a figure `{name}.png`, and what is said of it once it is drawn.
pub(crate) fn encoded(name: &str) -> (Vec<u8>, Record) {
    let bytes = format!("the pixels of {name}").into_bytes();
    let (sha256, length) = (Some(FileHash::of(&bytes)), Some(bytes.len() as u64));
    let path = Some(format!("{name}.png"));
    (bytes, Record { status: Status::Drawn, path, sha256, bytes: length, ..figure_of(name) })
}

/// Writes the file of a figure `{name}.png`.
pub(crate) fn write_figure(folder: &Path, name: &str) -> Record {
    let (bytes, record) = encoded(name);
    fs::write(folder.join(format!("{name}.png")), bytes).expect("writable");
    record
}

/// Draws a figure as a run does.
pub(crate) fn draw(manifest: &Manifest, folder: &Path, name: &str) {
    manifest.publish(write_figure(folder, name), || Ok(())).expect("writable");
}
