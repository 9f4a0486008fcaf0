//! Checks a folder of figures against its manifests, file by file.

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

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

/// Checks a folder: every drawn figure's file is there with its hash, none failed or was left half done, every shard
/// ended by itself, and there are no images or temporary files besides. Files are hashed on `threads` threads; memory
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
    look_for_strays(folder, &latest.paths().collect(), &mut report.faults)?;
    let mut outcome = Ok(());
    let check = |read: Result<(_, Record)>| read.map(|(_, record)| fault_of(folder, &record));
    in_parallel(latest.into_records(), threads, check, |checked| match checked {
        Ok(Some(fault)) => report.faults.push(fault),
        Ok(None) => report.intact += 1,
        Err(error) => outcome = Err(error),
    });
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
        _ if is_intact => None,
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

/// Looks for images that no manifest knows and for temporary files.
fn look_for_strays(folder: &Path, known: &HashSet<PathId>, faults: &mut Faults) -> Result<()> {
    for_each_name(folder, |name| {
        let mut push = |kind, problem: &str, remedy: &str| {
            let place = folder.join(name).display().to_string();
            faults.push(Fault { kind, place, problem: problem.into(), remedy: remedy.into() });
        };
        let is_image = Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("png"));
        if name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX) {
            push(Kind::Temporary, "is half of a file", "remove it unless a run is going on");
        } else if is_image && !known.contains(&PathId::new(name)) {
            push(Kind::Stray, "is in no manifest", "remove it, or keep it elsewhere");
        }
        Ok(())
    })
}
