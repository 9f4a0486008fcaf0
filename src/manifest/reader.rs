//! Manifests line by line, as they are on the disk: long, perhaps still being written, perhaps cut off.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::record::{Line, Record};
use super::shard::Shard;
use crate::error::{Error, Result};

/// Longer lines are no manifest's; they are not read into memory.
const MOST_LINE_BYTES: u64 = 16 << 20;

/// Large enough for reading on, and small enough for going to and fro.
const BUFFER_BYTES: usize = 16 << 10;

/// Reads one manifest from its beginning to its end.
///
/// A last line without its end is what a killed run leaves, or one that is writing; it is left out.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    input: BufReader<File>,
    /// The current line's bytes with their line feed.
    text: Vec<u8>,
    /// Where the current line begins.
    offset: u64,
    /// Its number from 1, unless the reader went to its offset.
    number: Option<u64>,
}

impl Reader {
    /// Opens a manifest.
    ///
    /// # Errors
    /// [`Error::Io`] with the path.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io(path, "read"))?;
        let input = BufReader::with_capacity(BUFFER_BYTES, file);
        Ok(Self { path: path.to_owned(), input, text: Vec::new(), offset: 0, number: Some(0) })
    }

    /// The next line, or None at the end.
    ///
    /// # Errors
    /// [`Error::Manifest`] with file and line for one that is damaged, [`Error::Io`] if the file cannot be read.
    pub fn next_line(&mut self) -> Result<Option<Line>> {
        loop {
            self.offset += self.text.len() as u64;
            self.text.clear();
            let limited = &mut (&mut self.input).take(MOST_LINE_BYTES);
            limited.read_until(b'\n', &mut self.text).map_err(|source| self.unreadable(source))?;
            self.number = self.number.map(|number| number + 1);
            if self.text.last() != Some(&b'\n') {
                let is_torn = (self.text.len() as u64) < MOST_LINE_BYTES;
                return if is_torn { Ok(None) } else { Err(self.damaged("is longer than any that is written")) };
            }
            if !self.text.trim_ascii().is_empty() {
                return serde_json::from_slice(self.text.trim_ascii_end())
                    .map(Some)
                    .map_err(|error| self.damaged(&reason(&error)));
            }
        }
    }

    /// The record that begins at an offset of [`Self::offset`]'s.
    ///
    /// # Errors
    /// [`Error::Manifest`] or [`Error::Io`], also if the file was changed meanwhile.
    pub(super) fn record_at(&mut self, offset: u64) -> Result<Record> {
        // Within what is read already nothing is read again.
        let position = self.offset + self.text.len() as u64;
        let sought = self.input.seek_relative(offset.wrapping_sub(position).cast_signed());
        sought.map_err(|source| self.unreadable(source))?;
        (self.offset, self.number) = (offset, None);
        self.text.clear();
        match self.next_line()? {
            Some(Line::Figure(record)) => Ok(*record),
            _ => Err(self.damaged("is no longer the figure's that it was")),
        }
    }

    /// The current line as it is in the file, with its line feed; after the last one, what was torn off.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Where the current line begins, in bytes; after the last one, where the next would.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    fn unreadable(&self, source: io::Error) -> Error {
        Error::io(&self.path, "read")(source)
    }

    fn damaged(&self, problem: &str) -> Error {
        let place = match self.number {
            None => format!("byte {}", self.offset),
            Some(number) => format!("line {number}"),
        };
        Error::Manifest { path: self.path.clone(), place, problem: problem.to_owned() }
    }
}

/// Why a line is none, without the line's number, which is always 1.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    format!("{reason} at column {}", error.column())
}

/// The manifests in a folder with their shards: first that of an undivided job, then those of shards, in order.
///
/// # Errors
/// [`Error::Io`] with the folder.
pub fn manifests_in(folder: &Path) -> Result<Vec<(Shard, PathBuf)>> {
    let mut found = Vec::new();
    for_each_name(folder, |name| {
        found.extend(Shard::of_manifest(name).map(|shard| (shard, folder.join(name))));
        Ok(())
    })?;
    found.sort();
    Ok(found)
}

/// Calls `work` with the name of each file in a folder; of names that are not UTF-8, with one that shows where.
pub(super) fn for_each_name(folder: &Path, mut work: impl FnMut(&str) -> Result<()>) -> Result<()> {
    let unreadable = Error::io(folder, "list");
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        work(&entry.map_err(unreadable)?.file_name().to_string_lossy())?;
    }
    Ok(())
}
