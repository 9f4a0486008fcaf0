//! Joins the manifests of shards and folders into one, in an order that does not depend on which was quicker.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::fault::{Fault, Faults, Kind};
use super::latest::{Latest, PathId, Place, Records};
use super::lock::Lock;
use super::reader::manifests_in;
use super::record::{Line, Record, RunInfo, RunSummary, Status};
use super::replacement::{Replacement, replace};
use super::report;
use super::shard::Shard;
use super::shards::Shards;
use super::writer::is_there;
use crate::error::{Error, Result};

/// What was joined.
#[derive(Clone, Debug, Default)]
pub struct MergeReport {
    /// The joint manifest.
    pub manifest: PathBuf,
    /// The contact sheet of its figures.
    pub contact_sheet: PathBuf,
    /// Figures drawn.
    pub drawn: u64,
    /// Figures that failed.
    pub failed: u64,
    /// Shards missing or not ended, and files of two figures.
    pub faults: Faults,
}

impl MergeReport {
    /// Whether all shards are there and ended by themselves, and each figure has a file of its own. Figures may have
    /// failed.
    #[must_use]
    pub fn all_good(&self) -> bool {
        self.faults.is_empty()
    }
}

/// A line a fault, then a line that sums up.
impl fmt::Display for MergeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { manifest, contact_sheet, drawn, failed, faults } = self;
        let sheet = contact_sheet.display();
        write!(f, "{faults}{}: {drawn} figures drawn, {failed} failed; see {sheet}", manifest.display())
    }
}

/// Joins the manifests of some folders into `manifest.jsonl` in `out`, or in the first of them, in one step, and
/// writes the contact sheet `report.html` beside it. The shards' own manifests stay.
///
/// Figures are ordered by raster, as they first appear, then by path. Of several records of a figure the latest
/// counts. What an earlier merge wrote does not count: every record is taken from the manifest that its run wrote.
/// Memory is about 200 bytes a figure.
///
/// # Errors
/// [`Error::NoManifest`] for a folder without one, [`Error::Busy`] if a run writes the joint manifest,
/// [`Error::Manifest`] for a damaged line before the last of one, and [`Error::Io`].
pub fn merge(folders: &[PathBuf], out: Option<&Path>) -> Result<MergeReport> {
    let missing =
        || Error::Missing { key: "DIR".into(), remedy: "give the folders whose manifests are to be joined".into() };
    let out = out.or(folders.first().map(PathBuf::as_path)).ok_or_else(missing)?;
    for folder in folders {
        if manifests_in(folder)?.is_empty() {
            return Err(Error::NoManifest { folder: folder.clone() });
        }
    }
    fs::create_dir_all(out).map_err(Error::io(out, "create"))?;
    let _lock = Lock::take(out, Shard::WHOLE)?;
    let mut faults = Faults::default();
    let sources = Sources::find(folders, out)?;
    let (latest, heads) = sources.read(&mut faults)?;
    let manifest = out.join(Shard::WHOLE.manifest_name());
    let mut report = MergeReport { manifest, faults, ..MergeReport::default() };
    let places = sources.in_order(latest)?;
    let path = report.manifest.clone();
    replace(&path, Shard::WHOLE, |output| {
        heads.iter().try_for_each(|line| output.write_line(line))?;
        sources.write_figures(places, output, &mut report)
    })?;
    report.contact_sheet = report::write(&report.manifest)?;
    report.faults.sort();
    Ok(report)
}

/// A manifest to be joined.
struct Source {
    shard: Shard,
    path: PathBuf,
    /// Its folder, as the user names it.
    folder: PathBuf,
    /// From the joint manifest's folder to this one's, with a final `/`; empty if they are the same.
    prefix: String,
}

impl Source {
    /// Whether this is the manifest that the joint one replaces. Its own records remain its own.
    fn is_joint(&self) -> bool {
        self.shard == Shard::WHOLE && self.prefix.is_empty()
    }

    /// The value of [`Record::from`] for what comes from here.
    fn name(&self) -> Option<String> {
        (!self.is_joint()).then(|| format!("{}{}", self.prefix, self.shard.manifest_name()))
    }

    fn rebased(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }
}

/// All manifests to be joined, in the order in which they are read.
struct Sources(Vec<Source>);

/// A figure's place in the joint manifest, ordered as figures are there.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    raster: u32,
    /// The path, or for a figure without one its name.
    path: Box<str>,
    file: u32,
    offset: u64,
}

impl Sources {
    /// Those of the folders, each once, and of `out`, so that nothing is lost there.
    fn find(folders: &[PathBuf], out: &Path) -> Result<Self> {
        let mut prefixes = Vec::new();
        let mut sources = Vec::new();
        for folder in folders.iter().map(PathBuf::as_path).chain([out]) {
            let prefix = prefix_between(out, folder)?;
            if prefixes.contains(&prefix) {
                continue;
            }
            sources.extend(manifests_in(folder)?.into_iter().map(|(shard, path)| Source {
                shard,
                path,
                folder: folder.to_owned(),
                prefix: prefix.clone(),
            }));
            prefixes.push(prefix);
        }
        Ok(Self(sources))
    }

    /// Goes through all manifests: where the latest records are, and the lines of runs and their ends.
    fn read(&self, faults: &mut Faults) -> Result<(Latest, Vec<Line>)> {
        let (mut latest, mut heads, mut shards) = (Latest::default(), Vec::new(), Shards::default());
        for source in &self.0 {
            let folder = source.folder.display().to_string();
            shards.see_manifest(&folder, source.shard, &source.path)?;
            let on_line = |line: &Line| {
                shards.see_line(&folder, line);
                let from = source.name();
                match line {
                    Line::Run(run) => heads.push(Line::Run(RunInfo { from, ..run.clone() })),
                    Line::Summary(end) => heads.push(Line::Summary(Box::new(RunSummary { from, ..(**end).clone() }))),
                    Line::Figure(_) | Line::Other => {}
                }
            };
            latest.add(source.path.clone(), |_| true, on_line)?;
        }
        shards.report(faults);
        Ok((latest, heads))
    }

    /// The places of the latest records in the order of the joint manifest. Pending figures whose file is there are
    /// drawn; drawn ones whose file belongs to another, drawn later, have failed.
    fn in_order(&self, latest: Latest) -> Result<Vec<Place>> {
        let mut rasters = HashMap::new();
        let mut ranked = Vec::new();
        for read in latest.into_records() {
            let (mut place, record) = read?;
            let source = &self.0[place.file as usize];
            if record.status == Status::Pending && is_there(&source.folder, &record) {
                place.status = Status::Drawn;
            }
            let path = record.path.as_ref().map(|path| source.rebased(path));
            place.path = path.as_deref().map(PathId::new);
            let next = rasters.len() as u32;
            let raster = *rasters.entry(record.raster).or_insert(next);
            let Place { file, offset, .. } = place;
            ranked.push((Rank { raster, path: path.unwrap_or(record.name).into(), file, offset }, place));
        }
        ranked.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut places: Vec<_> = ranked.into_iter().map(|(_, place)| place).collect();
        fail_overwritten(&mut places);
        Ok(places)
    }

    fn write_figures(&self, places: Vec<Place>, output: &mut Replacement<'_>, report: &mut MergeReport) -> Result<()> {
        let files: Arc<[PathBuf]> = self.0.iter().map(|source| source.path.clone()).collect();
        for read in Records::new(files, places) {
            let (place, mut record) = read?;
            let source = &self.0[place.file as usize];
            record.path = record.path.map(|path| source.rebased(&path));
            record.from = source.name();
            if record.status != Status::Failed && place.status == Status::Failed {
                tell_overwritten(&mut record, &source.path, &mut report.faults);
            }
            record.status = place.status;
            match record.status {
                Status::Drawn => report.drawn += 1,
                Status::Failed => report.failed += 1,
                Status::Pending | Status::Gone => {}
            }
            output.write_line(&Line::Figure(Box::new(record)))?;
        }
        Ok(())
    }
}

/// Of drawn figures with one file all but the one drawn last have none.
fn fail_overwritten(places: &mut [Place]) {
    let has_file = |place: &&mut Place| place.status == Status::Drawn && place.path.is_some();
    let mut drawn: Vec<_> = places.iter_mut().filter(has_file).collect();
    drawn.sort_by(|a, b| a.path.cmp(&b.path).then(a.finished.total_cmp(&b.finished)));
    for later in 1..drawn.len() {
        if drawn[later - 1].path == drawn[later].path {
            drawn[later - 1].status = Status::Failed;
        }
    }
}

fn tell_overwritten(record: &mut Record, manifest: &Path, faults: &mut Faults) {
    let place = record.path.clone().unwrap_or_default();
    let raster = record.raster.as_ref().map(|raster| format!(" of {raster}")).unwrap_or_default();
    let manifest = manifest.display();
    let problem =
        format!("'{}'{raster} was drawn into it as {manifest} says, and another figure after it", record.name);
    record.error = Some(format!("another figure was drawn into {place} after this one"));
    faults.push(Fault { kind: Kind::Conflict, place, problem, remedy: "draw one of them under another --name".into() });
}

/// How paths relative to `folder` begin when they are told relative to `out`.
fn prefix_between(out: &Path, folder: &Path) -> Result<String> {
    let whole = |path: &Path| path.canonicalize().map_err(Error::io(path, "find"));
    let (out, folder) = (whole(out)?, whole(folder)?);
    let shared = out.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let mut prefix = "../".repeat(out.components().count() - shared);
    for component in folder.components().skip(shared) {
        let (Component::Normal(_), Some(name)) = (component, component.as_os_str().to_str()) else {
            let remedy = "give folders on one drive, with names in UTF-8";
            return Err(Error::value("DIR", folder.display(), "has no relative path", remedy));
        };
        prefix.extend([name, "/"]);
    }
    Ok(prefix)
}
