//! Files that appear whole or not at all: a reader, a second shard or a resumed run never meets half a figure.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};

/// Names to try before a folder full of other runs' temporary files counts as an error.
const ATTEMPTS: usize = 1000;

static NEXT_TEMPORARY: AtomicU64 = AtomicU64::new(0);

/// A file that is complete under a temporary name in the folder that it is for. It is removed unless it is published.
#[must_use = "it is removed unless it is published"]
pub struct Unpublished {
    target: PathBuf,
    temporary: Temporary,
}

impl Unpublished {
    /// Writes `bytes` for `target` into a hidden temporary file beside it, whose name begins with `prefix` and ends
    /// in `.tmp`. It is not flushed to the disk; see the manifest's sha256 for that.
    ///
    /// # Errors
    /// [`Error::Io`] with `target` if its folder does not exist or cannot be written to, or the disk is full. Nothing
    /// is then left behind.
    pub fn write(target: &Path, prefix: &str, bytes: &[u8]) -> Result<Self> {
        Self::fill(target, prefix, |file| file.write_all(bytes))
    }

    fn fill(target: &Path, prefix: &str, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<Self> {
        let (temporary, mut opened) = Temporary::create_beside(target, prefix).map_err(failed(target))?;
        fill(&mut opened).map_err(failed(target))?;
        // Windows renames no open file.
        drop(opened);
        Ok(Self { target: target.to_owned(), temporary })
    }

    /// Gives the file its final name in one step; it replaces what had it before.
    ///
    /// # Errors
    /// [`Error::Io`] with the final path, if that is a folder for instance. Nothing is then left behind.
    pub fn publish(self) -> Result<()> {
        self.temporary.rename_to(&self.target).map_err(failed(&self.target))
    }
}

fn failed(target: &Path) -> impl Fn(io::Error) -> Error + '_ {
    |source| Error::Io { path: target.to_owned(), action: "write", source }
}

/// A file of our own making that is removed unless it gets its final name.
struct Temporary {
    path: PathBuf,
    kept: bool,
}

impl Temporary {
    /// Creates a file that was not there before. A name may be taken by a run that was killed, or by one with the same
    /// process id on another machine that shares the folder.
    fn create_beside(target: &Path, prefix: &str) -> io::Result<(Self, File)> {
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut attempt = 0;
        loop {
            attempt += 1;
            let number = NEXT_TEMPORARY.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{prefix}{}-{number}.tmp", process::id()));
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((Self { path, kept: false }, file)),
                Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists && attempt < ATTEMPTS => {}
                Err(other) => return Err(other),
            }
        }
    }

    fn rename_to(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!("{}: cannot remove temporary file: {error}", self.path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = ".mapfolio-1of1-";

    fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
        Unpublished::write(path, PREFIX, bytes)?.publish()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("readable").map(|entry| entry.expect("an entry").file_name());
        entries.map(|name| name.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_appears_and_replaces_the_old_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("figure.png");
        for content in ["first", "second, longer"] {
            write_atomic(&path, content.as_bytes()).expect("writable");
            assert_eq!(fs::read_to_string(&path).expect("there"), content);
        }
        assert_eq!(names(folder.path()), ["figure.png"]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("figure.png");
        write_atomic(&path, b"old").expect("writable");
        let full = |file: &mut File| {
            file.write_all(b"half of it")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        };
        let message = Unpublished::fill(&path, PREFIX, full).map(drop).expect_err("the disk is full").to_string();
        assert!(message.starts_with(&format!("{}: cannot write: ", path.display())), "{message}");
        assert_eq!(fs::read(&path).expect("still there"), b"old");
        assert_eq!(names(folder.path()), ["figure.png"]);
    }

    #[test]
    fn places_that_take_no_file_are_errors_and_stay_clean() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, b"").expect("writable");
        let taken = folder.path().join("taken");
        fs::create_dir_all(taken.join("inner")).expect("writable");
        for path in [folder.path().join("absent/figure.png"), file.join("figure.png"), taken] {
            let error = write_atomic(&path, b"pixels").expect_err("must be refused");
            assert!(matches!(&error, Error::Io { path: named, .. } if *named == path), "{error}");
        }
        let mut left = names(folder.path());
        left.sort();
        assert_eq!(left, ["file", "taken"]);
    }

    #[test]
    fn many_threads_share_a_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let folder = folder.path();
                scope.spawn(move || {
                    for index in 0..20 {
                        write_atomic(&folder.join(format!("{thread}-{index}.png")), b"pixels").expect("writable");
                    }
                });
            }
        });
        assert_eq!(names(folder.path()).len(), 160);
    }
}
