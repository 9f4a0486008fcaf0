//! Files that are written bit by bit and still appear whole or not at all.

use std::fmt;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use super::record::Line;
use super::shard::Shard;
use crate::error::{Error, Result};

/// A file in the making, whose errors name its final path.
pub(super) struct Replacement<'a> {
    output: BufWriter<NamedTempFile>,
    path: &'a Path,
}

impl Replacement<'_> {
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.output.write_all(bytes).map_err(Error::io(self.path, "write"))
    }

    /// For `write!`.
    pub(super) fn write_fmt(&mut self, text: fmt::Arguments<'_>) -> Result<()> {
        self.output.write_fmt(text).map_err(Error::io(self.path, "write"))
    }

    pub(super) fn write_line(&mut self, line: &Line) -> Result<()> {
        let text = line.text().map_err(Error::io(self.path, "write"))?;
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
    let unwritten = Error::io(path, "write");
    let temporary = shard.temporary_beside(path).map_err(unwritten)?;
    let mut replacement = Replacement { output: BufWriter::new(temporary), path };
    fill(&mut replacement)?;
    let temporary = replacement.output.into_inner().map_err(|error| unwritten(error.into_error()))?;
    temporary.as_file().sync_all().map_err(unwritten)?;
    temporary.persist(path).map_err(|error| unwritten(error.error))?;
    Ok(())
}
