//! stub

use std::path::{Path, PathBuf};

use crate::error::Result;

pub(super) fn write(manifest: &Path) -> Result<PathBuf> {
    Ok(manifest.with_file_name("report.html"))
}
