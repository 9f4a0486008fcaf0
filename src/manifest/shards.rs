//! Which shards of a job ended as they should: those that are missing, killed or interrupted leave figures undrawn that
//! no record tells of.

use std::collections::BTreeMap;
use std::path::Path;

use super::fault::{Fault, Faults, Kind};
use super::reader::Reader;
use super::record::Line;
use super::shard::Shard;
use crate::error::Result;

/// How the last run of a shard ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    /// It was killed, or is still going on.
    None,
    /// By itself, after its last figure.
    Whole,
    /// By a signal.
    Interrupted(String),
}

/// The shards that some manifests are of, by the folder that they were written into.
#[derive(Debug, Default)]
pub(super) struct Shards {
    ends: BTreeMap<(String, Shard), End>,
}

impl Shards {
    /// Takes in that there is a manifest of a shard in a folder. Without a whole line it is of a run that did not end.
    pub(super) fn see_manifest(&mut self, folder: &str, shard: Shard, path: &Path) -> Result<()> {
        if Reader::open(path)?.next_line()?.is_none() {
            self.ends.insert((folder.to_owned(), shard), End::None);
        }
        Ok(())
    }

    /// Takes in a line of a manifest in a folder.
    pub(super) fn see_line(&mut self, folder: &str, line: &Line) {
        let (shard, end) = match line {
            Line::Run(run) => (run.shard, End::None),
            Line::Summary(summary) => (summary.shard, summary.interrupted.clone().map_or(End::Whole, End::Interrupted)),
            Line::Figure(_) | Line::Other => return,
        };
        // What was merged from a manifest is of the folder where that is.
        let source = line.source().and_then(|source| source.rsplit_once('/')).map(|(source, _)| source);
        self.ends.insert((source.unwrap_or(folder).to_owned(), shard), end);
    }

    /// Tells which shards have no manifest, and which did not end by themselves.
    pub(super) fn report(self, faults: &mut Faults) {
        let mut jobs: BTreeMap<(String, u32), Vec<(Shard, End)>> = BTreeMap::new();
        for ((folder, shard), end) in self.ends {
            jobs.entry((folder, shard.count())).or_default().push((shard, end));
        }
        for ((folder, count), shards) in jobs {
            let folder = Path::new(&folder);
            let mut next = 1;
            for (shard, end) in shards {
                report_gap(faults, folder, next, shard.index(), count);
                report_end(faults, folder, shard, &end);
                next = shard.index() + 1;
            }
            report_gap(faults, folder, next, count + 1, count);
        }
    }
}

/// Tells of shards without a manifest, from `first` to before `end`.
fn report_gap(faults: &mut Faults, folder: &Path, first: u32, end: u32, count: u32) {
    let (Ok(shard), missing @ 1..) = (Shard::new(first, count), end - first) else { return };
    let last = end - 1;
    let (problem, remedy) = match missing {
        1 => (format!("shard {shard} has no manifest"), format!("render with --shard {shard}")),
        _ => (
            format!("shards {first} to {last} of {count} have no manifests"),
            format!("render with --shard {shard} to {last}/{count}"),
        ),
    };
    let place = folder.join(shard.manifest_name()).display().to_string();
    faults.push(Fault { kind: Kind::Shard, place, problem, remedy });
}

fn report_end(faults: &mut Faults, folder: &Path, shard: Shard, end: &End) {
    let problem = match end {
        End::Whole => return,
        End::None => "the run did not end: it was killed, or is still going on".to_owned(),
        End::Interrupted(signal) => format!("the run was interrupted by {signal}"),
    };
    let flag = if shard == Shard::WHOLE { String::new() } else { format!("--shard {shard} ") };
    let remedy = format!("render with {flag}--resume");
    let place = folder.join(shard.manifest_name()).display().to_string();
    faults.push(Fault { kind: Kind::Shard, place, problem, remedy });
}
