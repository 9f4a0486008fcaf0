//! Checks a folder of figures against its manifests, file by file.

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};

use super::fault::{Fault, Faults, Kind};
use super::key::FileHash;
use super::latest::{Latest, PathId};
use super::parallel::in_parallel;
use super::reader::{for_each_name, manifests_in};
use super::record::{Record, Status};
use super::shard::{TEMPORARY_PREFIX, TEMPORARY_SUFFIX};
use super::shards::Shards;
use crate::error::Result;

/// What a folder's files are, compared with its manifests.
#[derive(Clone, Debug, Default)]
pub struct VerifyReport {
    /// The folder.
    pub folder: PathBuf,
    /// Manifests read.
    pub manifests: usize,
    /// Figures that are there as they were drawn.
    pub intact: u64,
    /// What is wrong.
    pub faults: Faults,
}

impl VerifyReport {
    /// Whether every figure of every shard is there as it was drawn, and nothing else.
    #[must_use]
    pub fn all_good(&self) -> bool {
        self.faults.is_empty()
    }
}

/// A line a fault, then a line that sums up.
impl fmt::Display for VerifyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, manifests, intact, faults } = self;
        let verdict = if self.all_good() { "nothing is wrong" } else { "see above for what is wrong" };
        write!(f, "{faults}{}: {intact} figures of {manifests} manifests are intact; {verdict}", folder.display())
    }
}

/// Checks a folder: every drawn figure's file is there with its hash, and what belongs beside it, none failed or was left
/// half done, every shard ended by itself, and there are no images or temporary files besides. Files are hashed on `threads` threads; memory
/// is about 100 bytes a figure.
///
/// # Errors
/// [`Error::NoManifest`](crate::Error::NoManifest), [`Error::Manifest`](crate::Error::Manifest) for a damaged line
/// before the last, [`Error::Io`](crate::Error::Io) for a folder or a manifest that cannot be read.
pub fn verify(folder: &Path, threads: usize) -> Result<VerifyReport> {
    let mut report = VerifyReport { folder: folder.to_owned(), ..VerifyReport::default() };
    let place = folder.display().to_string();
    let mut shards = Shards::default();
    let latest = Latest::in_folder(folder, |line| shards.see_line(&place, line))?;
    for (shard, path) in manifests_in(folder)? {
        report.manifests += 1;
        shards.see_manifest(&place, shard, &path)?;
    }
    shards.report(&mut report.faults);
    let known = latest.paths().collect();
    let mut outcome = Ok(());
    let endings = Endings::default();
    let check = |read: Result<(_, Record)>| {
        read.map(|(_, record)| {
            endings.see(&record);
            fault_of(folder, &record)
        })
    };
    in_parallel(latest.into_records(), threads, check, |checked| match checked {
        Ok(Some(fault)) => report.faults.push(fault),
        Ok(None) => report.intact += 1,
        Err(error) => outcome = Err(error),
    });
    look_for_strays(folder, &known, &endings, &mut report.faults)?;
    report.faults.sort();
    outcome.map(|()| report)
}

/// What is wrong with one figure, whose file is read if it should be there.
fn fault_of(folder: &Path, record: &Record) -> Option<Fault> {
    let place = match (&record.path, &record.raster) {
        (Some(path), _) => folder.join(path).display().to_string(),
        (None, Some(raster)) => format!("{} of {raster}", record.name),
        (None, None) => record.name.clone(),
    };
    let fault = |kind, problem: String, remedy: &str| Some(Fault { kind, place, problem, remedy: remedy.into() });
    let found = match &record.path {
        Some(path) if record.status != Status::Failed => FileHash::of_file(&folder.join(path)),
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    let is_intact = found.as_ref().is_ok_and(|found| Some(*found) == record.sha256);
    match (record.status, found) {
        (Status::Failed | Status::Gone, _) => {
            let reason = record.error.as_deref().unwrap_or("no reason is given");
            fault(Kind::Failed, format!("failed: {reason}"), "mend that and render with --resume")
        }
        _ if is_intact => fault_beside(folder, record),
        (Status::Pending, _) => {
            fault(Kind::Pending, "was not finished when its run was killed".into(), "render with --resume")
        }
        (Status::Drawn, Ok(_)) => fault(
            Kind::Changed,
            "is not what was drawn: its sha256 differs".into(),
            "render with --resume to draw it again",
        ),
        (Status::Drawn, Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            fault(Kind::Missing, "was drawn but is not there".into(), "render with --resume to draw it again")
        }
        (Status::Drawn, Err(error)) => fault(
            Kind::Missing,
            format!("cannot be read: {error}"),
            "see to its permissions, or remove it and render with --resume",
        ),
    }
}

/// What is wrong with the files beside a figure's own, which is intact.
fn fault_beside(folder: &Path, record: &Record) -> Option<Fault> {
    let figure = folder.join(record.path.as_ref()?);
    let harmed = record.beside.iter().find(|beside| !beside.is_intact(&figure))?;
    let path = figure.with_file_name(&harmed.name);
    let (kind, problem) = if path.exists() {
        (Kind::Changed, "is not what was written: its sha256 differs")
    } else {
        (Kind::Missing, "was written but is not there")
    };
    let remedy = "render with --resume to write it again".into();
    Some(Fault { kind, place: path.display().to_string(), problem: problem.into(), remedy })
}

/// How the names of images end, in lower case.
pub const IMAGE_ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "webp", "tif", "tiff"];

/// Which of [`IMAGE_ENDINGS`] figures have: PNG and those that were seen, a bit each. Other images are not figures
/// gone astray: many a folder holds the rasters too.
struct Endings(AtomicU8);

impl Default for Endings {
    fn default() -> Self {
        Self(AtomicU8::new(Self::bit_of("a.png")))
    }
}

impl Endings {
    fn see(&self, record: &Record) {
        self.0.fetch_or(record.path.as_deref().map_or(0, Self::bit_of), Ordering::Relaxed);
    }

    fn has_that_of(&self, name: &str) -> bool {
        self.0.load(Ordering::Relaxed) & Self::bit_of(name) != 0
    }

    /// 0 for what is no image.
    fn bit_of(name: &str) -> u8 {
        let ending = Path::new(name).extension().unwrap_or_default();
        IMAGE_ENDINGS.iter().position(|known| ending.eq_ignore_ascii_case(known)).map_or(0, |index| 1 << index)
    }
}

/// Looks for images that no manifest knows and for temporary files.
fn look_for_strays(folder: &Path, known: &HashSet<PathId>, endings: &Endings, faults: &mut Faults) -> Result<()> {
    for_each_name(folder, |name| {
        let mut push = |kind, problem: &str, remedy: &str| {
            let place = folder.join(name).display().to_string();
            faults.push(Fault { kind, place, problem: problem.into(), remedy: remedy.into() });
        };
        if name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX) {
            push(Kind::Temporary, "is half of a file", "remove it unless a run is going on");
        } else if endings.has_that_of(name) && !known.contains(&PathId::new(name)) {
            push(Kind::Stray, "is in no manifest", "remove it, or keep it elsewhere");
        }
        Ok(())
    })
}
