//! Files that appear whole or not at all: a reader, a second shard or a resumed run never meets half a figure.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::error::{Error, Result};
use crate::manifest::Shard;

/// A file that is complete under a temporary name in the folder that it is for. It is removed unless it is published.
#[must_use = "it is removed unless it is published"]
pub struct Unpublished {
    target: PathBuf,
    temporary: TempPath,
}

impl Unpublished {
    /// Writes `bytes` for `target` into a hidden temporary file of a shard beside it. It is not flushed to the disk;
    /// see the manifest's sha256 for that.
    ///
    /// # Errors
    /// [`Error::Io`] with `target` if its folder does not exist or cannot be written to, or the disk is full. Nothing
    /// is then left behind.
    pub fn write(target: &Path, shard: Shard, bytes: &[u8]) -> Result<Self> {
        Self::fill(target, shard, |file| file.write_all(bytes))
    }

    fn fill(target: &Path, shard: Shard, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<Self> {
        let unwritten = Error::io(target, "write");
        let mut temporary = shard.temporary_beside(target).map_err(unwritten)?;
        fill(temporary.as_file_mut()).map_err(unwritten)?;
        // Windows renames no open file.
        Ok(Self { target: target.to_owned(), temporary: temporary.into_temp_path() })
    }

    /// Gives the file its final name in one step; it replaces what had it before.
    ///
    /// # Errors
    /// [`Error::Io`] with the final path, if that is a folder for instance. Nothing is then left behind.
    pub fn publish(self) -> Result<()> {
        let Self { target, temporary } = self;
        temporary.persist(&target).map_err(|e| Error::io(&target, "write")(e.error))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
        Unpublished::write(path, Shard::WHOLE, bytes)?.publish()
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
        let message = Unpublished::fill(&path, Shard::WHOLE, full).map(drop).expect_err("the disk is full").to_string();
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
