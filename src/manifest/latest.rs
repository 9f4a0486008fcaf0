//! Where the latest record of each figure is. A figure may have many: of its states, of runs one after another, of
//! shards in several manifests.

use std::collections::HashMap;
use std::path::PathBuf;

use super::reader::Reader;
use super::record::{FigureId, Line, Record, Status};
use crate::error::Result;

/// Where a record is, and what decides whether it counts: 24 bytes a figure instead of the record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) finished: f64,
    pub(super) offset: u64,
    /// Which of [`Latest::files`].
    pub(super) file: u32,
    pub(super) status: Status,
}

/// The latest records of some manifests.
///
/// In one manifest a later line is the later record whatever the clock said; among manifests the clock decides, and at
/// a tie the later manifest.
#[derive(Debug, Default)]
pub(super) struct Latest {
    files: Vec<PathBuf>,
    figures: HashMap<FigureId, Place>,
}

impl Latest {
    /// Goes through a manifest, tells `on_line` of each line, and returns where the last whole line ends.
    pub(super) fn add(&mut self, path: PathBuf, mut on_line: impl FnMut(&Reader, &Line)) -> Result<u64> {
        let file = self.files.len() as u32;
        let mut reader = Reader::open(&path)?;
        self.files.push(path);
        while let Some(line) = reader.next_line()? {
            if let Line::Figure(record) = &line {
                self.see(record, file, reader.offset());
            }
            on_line(&reader, &line);
        }
        Ok(reader.offset())
    }

    fn see(&mut self, record: &Record, file: u32, offset: u64) {
        let place = Place { finished: record.finished, offset, file, status: record.status };
        let known = self.figures.entry(record.id()).or_insert(place);
        if known.file == file || place.finished >= known.finished {
            *known = place;
        }
    }

    /// The places in the order of manifests and lines, with the manifests.
    pub(super) fn into_places(self) -> (Vec<PathBuf>, Vec<Place>) {
        let mut places: Vec<_> = self.figures.into_values().collect();
        places.sort_unstable_by_key(|place| (place.file, place.offset));
        (self.files, places)
    }
}
