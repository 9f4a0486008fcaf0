//! Files that are written bit by bit and still appear whole or not at all.

use std::fmt;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use super::record::Line;
use super::shard::{Shard, TEMPORARY_SUFFIX};
use crate::error::{Error, Result};

/// A file in the making, whose errors name its final path.
pub(super) struct Replacement<'a> {
    output: BufWriter<NamedTempFile>,
    path: &'a Path,
}

impl Replacement<'_> {
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.output.write_all(bytes).map_err(unwritten(self.path))
    }

    /// For `write!`.
    pub(super) fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> Result<()> {
        self.output.write_fmt(text).map_err(unwritten(self.path))
    }

    pub(super) fn write_line(&mut self, line: &Line) -> Result<()> {
        let text = line.text().map_err(unwritten(self.path))?;
        self.write(&text)
    }
}

/// Fills a file under a temporary name of a shard beside `path`, then gives it that name in one step.
///
/// It is flushed to the disk, for a network file system may not tell before that the disk is full.
///
/// # Errors
/// [`Error::Io`] with the path, and what `fill` returns. Nothing is then left behind.
pub(super) fn replace(path: &Path, shard: Shard, fill: impl FnOnce(&mut Replacement<'_>) -> Result<()>) -> Result<()> {
    let prefix = shard.temporary_prefix();
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(TEMPORARY_SUFFIX);
    // tempfile's own would be for the user alone; the umask still applies.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temporary = builder.tempfile_in(folder).map_err(unwritten(path))?;
    let mut replacement = Replacement { output: BufWriter::new(temporary), path };
    fill(&mut replacement)?;
    let temporary = replacement.output.into_inner().map_err(|error| unwritten(path)(error.into_error()))?;
    temporary.as_file().sync_all().map_err(unwritten(path))?;
    temporary.persist(path).map_err(|error| unwritten(path)(error.error))?;
    Ok(())
}

/// That a path cannot be written to.
pub(super) fn unwritten(path: &Path) -> impl Fn(io::Error) -> Error + '_ {
    move |source| Error::Io { path: path.to_owned(), action: "write", source }
}
