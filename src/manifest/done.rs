//! What a run need not draw: figures whose files are there, made from the same, and unharmed.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::key::{FileHash, Key};
use super::latest::{Latest, PathId};
use super::parallel::in_parallel;
use super::reader::Reader;
use super::record::{Beside, FigureId, Line, Status};
use crate::error::{Error, Result};

/// The files that the manifests of a folder know as finished; about 100 bytes a figure, and as much again for each file
/// beside it.
#[derive(Debug)]
pub struct Done {
    folder: PathBuf,
    files: HashMap<PathId, Made>,
}

/// A finished file.
#[derive(Debug)]
struct Made {
    key: Key,
    hash: FileHash,
    beside: Box<[Beside]>,
}

impl Done {
    /// Reads all manifests of a folder, those of other shards too. Without any, nothing is done.
    ///
    /// # Errors
    /// [`Error::Manifest`] for a damaged line before the last, [`Error::Io`].
    pub fn read(folder: &Path) -> Result<Self> {
        let latest = match Latest::in_folder(folder, |_| {}) {
            Err(Error::NoManifest { .. }) => Latest::default(),
            Err(Error::Io { path, source, .. }) if path == folder && source.kind() == std::io::ErrorKind::NotFound => {
                Latest::default()
            }
            latest => latest?,
        };
        let records = latest.into_records();
        let mut files = HashMap::with_capacity(records.len());
        for read in records {
            let (place, record) = read?;
            let Some(path) = place.path else { continue };
            match (record.status, record.key.zip(record.sha256)) {
                // A pending file may have its final name already; its hash will tell.
                (Status::Drawn | Status::Pending, Some((key, hash))) => {
                    files.insert(path, Made { key, hash, beside: record.beside.into() })
                }
                _ => files.remove(&path),
            };
        }
        Ok(Self { folder: folder.to_owned(), files })
    }

    /// What the file at a path, relative to the folder, was made from, and its hash.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<(Key, FileHash)> {
        self.files.get(&PathId::new(path)).map(|made| (made.key, made.hash))
    }

    /// Whether the file at a path is made from what `key` stands for, and is unharmed, as is what belongs beside it. All
    /// are read and hashed.
    #[must_use]
    pub fn is_done(&self, path: &str, key: Key) -> bool {
        let known = self.files.get(&PathId::new(path)).filter(|made| made.key == key);
        let path = self.folder.join(path);
        known.is_some_and(|made| {
            FileHash::of_file(&path).is_ok_and(|found| found == made.hash)
                && made.beside.iter().all(|beside| beside.is_intact(&path))
        })
    }

    /// Whether each of so many figures is done, given its path and key. `figure` is called on the threads that hash.
    pub fn check(&self, figures: usize, threads: usize, figure: impl Fn(usize) -> (String, Key) + Sync) -> Vec<bool> {
        let mut done = vec![false; figures];
        let check = |index| {
            let (path, key) = figure(index);
            (index, self.is_done(&path, key))
        };
        in_parallel(0..figures, threads, check, |(index, is_done)| done[index] = is_done);
        done
    }
}

/// The figures that a manifest has as drawn, some 50 bytes each; all others are to be drawn again. What failed of a raster
/// without a band stands for all its bands.
///
/// # Errors
/// As for [`Done::read`], and if there is no such file.
pub fn drawn_in(manifest: &Path) -> Result<HashSet<FigureId>> {
    let mut reader = Reader::open(manifest)?;
    let mut drawn: HashMap<FigureId, HashSet<FigureId>> = HashMap::new();
    while let Some(line) = reader.next_line()? {
        let Line::Figure(record) = line else { continue };
        let whole = FigureId::new(&record.name, record.raster.as_deref(), None);
        match record.status {
            Status::Drawn => drop(drawn.entry(whole).or_default().insert(record.id())),
            _ if record.band.is_none() => drop(drawn.remove(&whole)),
            _ => drop(drawn.get_mut(&whole).map(|bands| bands.remove(&record.id()))),
        }
    }
    Ok(drawn.into_values().flatten().collect())
}
