//! Which records count: the latest of each figure, which may have many, of its states, of runs one after another, and
//! of shards in several manifests.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::vec;

use super::key::KeyHasher;
use super::reader::{Reader, manifests_in};
use super::record::{FigureId, Line, Record, Status};
use crate::error::{Error, Result};

/// A hash of a record's path. It is of 64 bits; that two of a million are alike has a chance of 1 in 10^7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PathId(NonZeroU64);

impl PathId {
    pub(super) fn new(path: &str) -> Self {
        let key = KeyHasher::default().add(path).finish();
        let bits = key.0.iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte));
        Self(NonZeroU64::MIN | bits)
    }
}

/// Where a record is, and what decides whether it counts: 32 bytes a figure instead of the record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) path: Option<PathId>,
    pub(super) finished: f64,
    pub(super) offset: u64,
    /// Which of the manifests, in the order in which they were added.
    pub(super) file: u32,
    pub(super) status: Status,
}

/// The latest record of each figure in some manifests.
///
/// In one manifest the later line is the later record whatever the clock said; among manifests the clock decides, and
/// at a tie the later manifest.
#[derive(Debug, Default)]
pub(super) struct Latest {
    files: Vec<PathBuf>,
    figures: HashMap<FigureId, Place>,
}

impl Latest {
    /// Goes through all manifests in a folder and tells `on_line` of each line. What was merged from a manifest that
    /// is there itself is left out.
    ///
    /// # Errors
    /// [`Error::NoManifest`] if there is none, and those of [`Reader`].
    pub(super) fn in_folder(folder: &Path, mut on_line: impl FnMut(&Line)) -> Result<Self> {
        let manifests = manifests_in(folder)?;
        if manifests.is_empty() {
            return Err(Error::NoManifest { folder: folder.to_owned() });
        }
        let names: HashSet<_> = manifests.iter().map(|(shard, _)| shard.manifest_name()).collect();
        let mut latest = Self::default();
        for (_, path) in manifests {
            latest.add(path, |source| names.contains(source), &mut on_line)?;
        }
        Ok(latest)
    }

    /// Goes through one manifest.
    ///
    /// # Errors
    /// Those of [`Reader`].
    pub(super) fn in_file(path: &Path) -> Result<Self> {
        let mut latest = Self::default();
        latest.add(path.to_owned(), |_| false, |_| {})?;
        Ok(latest)
    }

    /// Goes through a manifest, leaving out what was merged from a source that is to be skipped, tells `on_line` of
    /// each other line, and returns where the last whole line ends.
    pub(super) fn add(
        &mut self,
        path: PathBuf,
        skips: impl Fn(&str) -> bool,
        mut on_line: impl FnMut(&Line),
    ) -> Result<u64> {
        let file = self.files.len() as u32;
        let mut reader = Reader::open(&path)?;
        self.files.push(path);
        while let Some(line) = reader.next_line()? {
            if line.source().is_some_and(&skips) {
                continue;
            }
            if let Line::Figure(record) = &line {
                self.see(record, file, reader.offset());
            }
            on_line(&line);
        }
        Ok(reader.offset())
    }

    fn see(&mut self, record: &Record, file: u32, offset: u64) {
        let path = record.path.as_deref().map(PathId::new);
        let place = Place { path, finished: record.finished, offset, file, status: record.status };
        let known = self.figures.entry(record.id()).or_insert(place);
        if known.file == file || place.finished >= known.finished {
            *known = place;
        }
    }

    /// Leaves out figures that are not wanted, by what they are and their status.
    pub(super) fn retain(&mut self, is_wanted: impl Fn(&FigureId, Status) -> bool) {
        self.figures.retain(|figure, place| is_wanted(figure, place.status));
    }

    /// The files of all figures.
    pub(super) fn paths(&self) -> impl Iterator<Item = PathId> {
        self.figures.values().filter_map(|place| place.path)
    }

    /// The places in the order of manifests and lines.
    pub(super) fn into_places(self) -> Vec<Place> {
        self.into_parts().1
    }

    /// The latest records in the order of manifests and lines.
    pub(super) fn into_records(self) -> Records {
        let (files, places) = self.into_parts();
        Records::new(files.into(), places)
    }

    /// Of figures that one manifest drew into the same file one after another, as nightly runs may, the last counts.
    fn into_parts(self) -> (Vec<PathBuf>, Vec<Place>) {
        let mut places: Vec<_> = self.figures.into_values().filter(|place| place.status != Status::Gone).collect();
        places.sort_unstable_by_key(|place| (place.path, place.file, Reverse(place.offset)));
        let mut taken = None;
        places.retain(|place| {
            let target = place.path.map(|path| (path, place.file));
            let is_replaced = target.is_some() && target == taken && place.status != Status::Failed;
            if place.status == Status::Drawn {
                taken = target;
            }
            !is_replaced
        });
        places.sort_unstable_by_key(|place| (place.file, place.offset));
        (self.files, places)
    }
}

/// Reads the records at some places.
#[derive(Debug)]
pub(super) struct Records {
    files: Arc<[PathBuf]>,
    places: vec::IntoIter<Place>,
    /// The manifest that the last record was of.
    open: Option<(u32, Reader)>,
}

impl Records {
    pub(super) fn new(files: Arc<[PathBuf]>, places: Vec<Place>) -> Self {
        Self { files, places: places.into_iter(), open: None }
    }

    fn read(&mut self, place: &Place) -> Result<Record> {
        let reader = match self.open.take() {
            Some((file, reader)) if file == place.file => reader,
            _ => Reader::open(&self.files[place.file as usize])?,
        };
        self.open.insert((place.file, reader)).1.record_at(place.offset)
    }
}

impl Iterator for Records {
    type Item = Result<(Place, Record)>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.places.next()?;
        Some(self.read(&place).map(|record| (place, record)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

impl ExactSizeIterator for Records {}
