//! What a contact sheet says of all its figures before it shows the first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::fault::Faults;
use super::super::reader::Reader;
use super::super::record::{Line, Record, RunInfo, RunSeconds, RunSummary, Status};
use super::super::shard::Shard;
use super::super::shards::Shards;
use crate::error::Result;

/// A shard, by the manifest that its runs wrote.
type Part = (Option<String>, Shard);

/// Sums over a manifest in which the figures of a raster follow each other.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub(super) drawn: u64,
    pub(super) failed: u64,
    /// Figures whose run was killed before they were finished.
    pub(super) pending: u64,
    /// Figures drawn with warnings.
    pub(super) with_warnings: u64,
    /// Figures drawn of each raster, in order.
    pub(super) groups: Vec<u64>,
    /// Over figures and threads.
    pub(super) seconds: RunSeconds,
    pub(super) versions: BTreeSet<String>,
    /// Adapters with their drivers.
    pub(super) adapters: BTreeSet<String>,
    pub(super) hosts: BTreeSet<String>,
    /// When the first run started, in ISO 8601, UTC.
    pub(super) started: Option<String>,
    /// What each shard's runs took, in seconds from start to end.
    pub(super) wall_s: BTreeMap<Part, f64>,
    /// Shards that are missing or did not end.
    pub(super) faults: Faults,
}

impl Totals {
    /// Goes through a manifest.
    pub(super) fn of(manifest: &Path) -> Result<Self> {
        let mut totals = Self::default();
        let (mut shards, mut group) = (Shards::default(), None);
        let mut reader = Reader::open(manifest)?;
        while let Some(line) = reader.next_line()? {
            shards.see_line("", &line);
            match line {
                Line::Run(run) => totals.add_run(run),
                Line::Summary(summary) => totals.add_summary(*summary),
                Line::Figure(record) => totals.add_figure(*record, &mut group),
                Line::Other => {}
            }
        }
        shards.report(&mut totals.faults);
        Ok(totals)
    }

    fn add_run(&mut self, run: RunInfo) {
        self.versions.insert(run.version);
        self.hosts.extend(run.host);
        let driver = run.driver.map(|driver| format!(" ({driver})")).unwrap_or_default();
        self.adapters.extend(run.adapter.map(|adapter| adapter + &driver));
        let earlier = self.started.take().filter(|started| *started <= run.started);
        self.started = earlier.or(Some(run.started));
        self.wall_s.entry((run.from, run.shard)).or_default();
    }

    fn add_summary(&mut self, summary: RunSummary) {
        self.versions.insert(summary.version);
        *self.wall_s.entry((summary.from, summary.shard)).or_default() += summary.wall_s;
        // The figures' own are taken from their records, of which each counts once.
        let RunSeconds { decode, upload, .. } = summary.seconds;
        self.seconds.decode += decode;
        self.seconds.upload += upload;
    }

    /// `group` is the raster of the last drawn figure.
    fn add_figure(&mut self, record: Record, group: &mut Option<String>) {
        match record.status {
            Status::Failed => self.failed += 1,
            Status::Pending => self.pending += 1,
            Status::Gone => {}
            Status::Drawn => {
                self.drawn += 1;
                self.with_warnings += u64::from(!record.warnings.is_empty());
                self.seconds.figures += record.seconds.unwrap_or_default();
                if self.groups.is_empty() || *group != record.raster {
                    self.groups.push(0);
                    *group = record.raster;
                }
                self.groups.last_mut().into_iter().for_each(|count| *count += 1);
            }
        }
    }

    /// All figures that were recorded.
    pub(super) fn figures(&self) -> u64 {
        self.drawn + self.failed + self.pending
    }

    /// How many shards there should be, if all are of one job.
    pub(super) fn shards(&self) -> Option<u32> {
        let counts: BTreeSet<_> = self.wall_s.keys().map(|(_, shard)| shard.count()).collect();
        counts.first().copied().filter(|count| counts.len() == 1 && *count as usize >= self.wall_s.len())
    }
}
