//! One run at a time writes a manifest: a lock that the operating system drops with the process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::Shard;
use crate::error::{Error, Result};

/// The lock on a shard's manifest in a folder, held until this is dropped.
///
/// It is on an empty file beside the manifest, for the manifest is replaced when it is compacted, and Windows keeps
/// others from reading a locked file. The file stays, as Cargo's `.cargo-lock` does: if it were removed, one run could
/// hold the removed file's lock and another that of its successor.
#[derive(Debug)]
pub(super) struct Lock {
    file: Option<File>,
}

impl Lock {
    /// Takes the lock, or goes on without where the file system has none, as some network file systems.
    ///
    /// # Errors
    /// [`Error::Busy`] with the folder if another run holds it, or [`Error::Io`].
    pub(super) fn take(folder: &Path, shard: Shard) -> Result<Self> {
        let path = folder.join(format!(".{}.lock", shard.manifest_name()));
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(Error::io(&path, "create"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy { folder: folder.to_owned() }),
            Err(TryLockError::Error(error)) => {
                tracing::warn!(
                    "{}: cannot be locked ({error}); see to it that no other run draws into the same folder",
                    path.display()
                );
                Ok(Self { file: None })
            }
        }
    }

    /// Whether other runs are known to be kept out.
    pub(super) fn is_exclusive(&self) -> bool {
        self.file.is_some()
    }
}

impl Drop for Lock {
    /// Closing the file would do, unless a process that is just being started has a copy of it.
    fn drop(&mut self) {
        if let Some(Err(error)) = self.file.as_ref().map(File::unlock) {
            tracing::warn!("cannot unlock the manifest: {error}");
        }
    }
}
