//! Writes a manifest so that a run that is killed at any moment leaves one that is true: it calls no figure drawn that
//! is not there, and knows every figure that is.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::key::FileHash;
use super::latest::Latest;
use super::lock::Lock;
use super::reader::{Reader, for_each_name};
use super::record::{FigureId, Line, Record, RunInfo, RunSummary, Status, unix_seconds};
use super::replacement::replace;
use super::shard::{Shard, TEMPORARY_SUFFIX};
use crate::error::{Error, Result};

/// What becomes of the lines of earlier runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// They go.
    Fresh,
    /// They stay, and this run's follow.
    Continue,
}

/// The manifest of a run in progress. Several threads may append to it.
#[derive(Debug)]
pub struct Manifest {
    folder: PathBuf,
    shard: Shard,
    path: PathBuf,
    output: Mutex<Output>,
    /// Held until the end.
    _lock: Lock,
}

impl Manifest {
    /// Opens a shard's manifest in an output folder that exists, keeping other runs of the shard out, and removes the
    /// temporary files that earlier ones left.
    ///
    /// With [`Start::Continue`] a last line that is not whole is cut off, and a figure whose file was complete when
    /// its run was killed becomes drawn.
    ///
    /// # Errors
    /// [`Error::Busy`] if another run holds the manifest, [`Error::Manifest`] for a damaged line before the last,
    /// [`Error::Io`] with the file.
    pub fn open(folder: &Path, shard: Shard, start: Start) -> Result<Self> {
        let manifest = Self::open_untouched(folder, shard, start)?;
        if start == Start::Continue {
            manifest.take_up(|_| true)?;
        }
        Ok(manifest)
    }

    /// As [`Self::open`] with [`Start::Continue`] by a run of all figures of its shard, of which these are. Of others that
    /// failed it says that there are no such figures any more.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub fn open_for(folder: &Path, shard: Shard, figures: &HashSet<FigureId>) -> Result<Self> {
        let manifest = Self::open_untouched(folder, shard, Start::Continue)?;
        manifest.take_up(|figure| figures.contains(figure))?;
        Ok(manifest)
    }

    /// A manifest whose earlier lines, if they stay, are as they were.
    fn open_untouched(folder: &Path, shard: Shard, start: Start) -> Result<Self> {
        let lock = Lock::take(folder, shard)?;
        if lock.is_exclusive() {
            remove_temporaries(folder, shard)?;
        }
        let path = folder.join(shard.manifest_name());
        let output = Mutex::new(Output::open(&path, start).map_err(Error::io(&path, "write"))?);
        Ok(Self { folder: folder.to_owned(), shard, path, output, _lock: lock })
    }

    /// The manifest's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends what is known of this run; its first line.
    ///
    /// # Errors
    /// [`Error::Io`] with the manifest's path, such as when the disk is full. Nothing of the line is then there.
    pub fn begin(&self, run: RunInfo) -> Result<()> {
        self.append(&Line::Run(run))
    }

    /// Appends a figure's state.
    ///
    /// # Errors
    /// As for [`Self::begin`].
    pub fn figure(&self, record: Record) -> Result<()> {
        self.append(&Line::Figure(Box::new(record)))
    }

    /// Gives a finished figure its final name by `rename`, between two lines that leave no doubt whether it has it:
    /// pending, with the file's hash, before, and drawn after.
    ///
    /// # Errors
    /// As for [`Self::begin`], and what `rename` returns; the figure then counts as pending until it is said to have
    /// failed.
    pub fn publish(&self, mut record: Record, rename: impl FnOnce() -> Result<()>) -> Result<()> {
        record.status = Status::Pending;
        record.finished = unix_seconds();
        self.figure(record.clone())?;
        rename()?;
        record.status = Status::Drawn;
        record.finished = unix_seconds();
        self.figure(record)
    }

    /// Appends how the run ended and rewrites the manifest with one line a figure, the latest. If it cannot be
    /// rewritten, it stays as it is, which is longer but no less true.
    ///
    /// # Errors
    /// As for [`Self::begin`].
    pub fn finish(self, summary: RunSummary) -> Result<()> {
        self.append(&Line::Summary(Box::new(summary)))?;
        let Self { shard, path, output, _lock, .. } = self;
        // Windows replaces no open file.
        drop(output);
        if let Err(error) = compact(shard, &path) {
            tracing::warn!("{error}; the manifest stays as long as it is");
        }
        Ok(())
    }

    fn append(&self, line: &Line) -> Result<()> {
        let written = line.text().and_then(|text| self.output().append(&text));
        written.map_err(Error::io(&self.path, "write"))
    }

    fn output(&self) -> MutexGuard<'_, Output> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on after an earlier run's last whole line. Figures whose run was killed between pending and drawn, but
    /// after the file had its final name, are drawn; those that failed and are none any more are gone.
    fn take_up(&self, is_figure: impl Fn(&FigureId) -> bool) -> Result<()> {
        let mut latest = Latest::default();
        let whole_bytes = latest.add(self.path.clone(), |_| false, |_| {})?;
        self.output().cut(whole_bytes).map_err(Error::io(&self.path, "write"))?;
        latest.retain(|figure, status| match status {
            Status::Pending => true,
            Status::Failed => !is_figure(figure),
            Status::Drawn | Status::Gone => false,
        });
        for read in latest.into_records() {
            let (_, record) = read?;
            if record.status == Status::Failed {
                self.figure(Record { status: Status::Gone, finished: unix_seconds(), ..record })?;
            } else if is_there(&self.folder, &record) {
                self.figure(Record { status: Status::Drawn, ..record })?;
            }
        }
        Ok(())
    }
}

/// Whether a record's file is there, and what belongs beside it, as they were when they were recorded.
pub(super) fn is_there(folder: &Path, record: &Record) -> bool {
    let Some((path, hash)) = record.path.as_ref().zip(record.sha256) else { return false };
    let path = folder.join(path);
    FileHash::of_file(&path).is_ok_and(|found| found == hash) && record.beside.iter().all(|b| b.is_intact(&path))
}

/// The open file and the length of its whole lines. Each line is one write, so that a kill tears at most the last.
#[derive(Debug)]
struct Output {
    file: File,
    length: u64,
}

impl Output {
    fn open(path: &Path, start: Start) -> io::Result<Self> {
        if start == Start::Fresh {
            // No file is opened for appending and truncated at once.
            File::create(path)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file, length: 0 })
    }

    /// Cuts off what comes after so many bytes.
    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.length = length;
        Ok(())
    }

    fn append(&mut self, text: &[u8]) -> io::Result<()> {
        let written = loop {
            match self.file.write(text) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                written => break written?,
            }
        };
        if written < text.len() {
            // A later line must not continue half of this one.
            self.cut(self.length)?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.length += text.len() as u64;
        Ok(())
    }
}

/// Removes what earlier runs of a shard left when they were killed. The lock must be held.
fn remove_temporaries(folder: &Path, shard: Shard) -> Result<()> {
    let prefix = shard.temporary_prefix();
    for_each_name(folder, |name| {
        if name.starts_with(&prefix) && name.ends_with(TEMPORARY_SUFFIX) {
            let path = folder.join(name);
            fs::remove_file(&path).map_err(Error::io(&path, "remove"))?;
        }
        Ok(())
    })
}

/// Rewrites a manifest without the lines that others supersede.
fn compact(shard: Shard, path: &Path) -> Result<()> {
    let mut places = Latest::in_file(path)?.into_places().into_iter().peekable();
    let mut reader = Reader::open(path)?;
    // The reader closes its file before that is replaced.
    replace(path, shard, move |output| {
        while let Some(line) = reader.next_line()? {
            let is_figure = matches!(line, Line::Figure(_));
            if !is_figure || places.next_if(|place| place.offset == reader.offset()).is_some() {
                output.write(reader.text())?;
            }
        }
        Ok(())
    })
}
