//! Keeps the manifest while threads finish figures, and tells the caller of each.

use std::sync::OnceLock;
use std::sync::mpsc::SyncSender;

use super::clock::{Clocks, FigureTimes};
use super::event::Event;
use super::interrupt::Interrupt;
use crate::error::{Error, Result};
use crate::figure::Warning;
use crate::gpu::AdapterSummary;
use crate::manifest::{Beside, FileHash, Manifest, Record, RecordOfOverlay, RunInfo, Start, Status, unix_seconds};
use crate::output::Unpublished;
use crate::plan::{Failure, Figure, Keys, Plan, RasterPlan};

/// What the threads of a run tell their figures' fates to.
#[derive(Clone)]
pub(super) struct Recorder<'a> {
    pub plan: &'a Plan,
    pub manifest: &'a OnceLock<Manifest>,
    pub clocks: &'a Clocks,
    pub interrupt: &'a Interrupt,
    pub events: SyncSender<Event>,
}

/// What is known of a figure beside what the plan holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    pub warnings: Vec<Warning>,
    pub projection_error_px: f64,
    pub times: FigureTimes,
    /// The least and the greatest value of each raster, from the lowest to the highest, if all of it was read.
    pub data_ranges: Vec<Option<[f64; 2]>>,
}

/// A figure's file, complete under a temporary name.
pub(super) struct Written {
    pub file: Unpublished,
    pub hash: FileHash,
    pub bytes: usize,
    /// What is to stand beside it.
    pub beside: Vec<(Unpublished, Beside)>,
}

impl Recorder<'_> {
    /// Opens the manifest unless it is open, and writes what is known before the first figure is drawn. Nothing was
    /// written before: what cannot start leaves nothing behind.
    ///
    /// # Errors
    /// For a folder or a manifest that cannot be written.
    pub(super) fn begin(&self, adapter: Option<&AdapterSummary>) -> Result<()> {
        let manifest = if let Some(manifest) = self.manifest.get() {
            manifest
        } else {
            make_folder(self.plan)?;
            let opened = Manifest::open(&self.plan.out_dir, self.plan.shard, Start::Fresh)?;
            self.manifest.get_or_init(|| opened)
        };
        let figures = self.plan.figures.len() + self.plan.failures.len();
        let info = RunInfo {
            adapter: adapter.map(|adapter| adapter.name.clone()),
            driver: adapter.map(|adapter| adapter.driver.clone()),
            ..RunInfo::starting(self.plan.shard, figures as u64)
        };
        manifest.begin(info)?;
        self.plan.failures.iter().try_for_each(|failure| manifest.figure(record_of_failure(failure)))
    }

    /// Records a figure that cannot be drawn.
    pub(super) fn fail(&self, figure: &Figure, error: &Error, findings: &Findings) {
        let record = Record {
            status: Status::Failed,
            error: Some(error.to_string()),
            finished: unix_seconds(),
            ..record_of(self.plan, figure, findings)
        };
        self.clocks.add_figure(findings.times);
        self.keep(self.manifest.get().map_or(Ok(()), |manifest| manifest.figure(record.clone())));
        self.tell(Event::Failed { record: Box::new(record) });
    }

    /// Records a finished file and gives it its name.
    ///
    /// # Errors
    /// For a file that cannot have its name; the figure is then to be failed.
    pub(super) fn publish(
        &self,
        figure: &Figure,
        findings: &Findings,
        keys: &mut Keys,
        written: Written,
    ) -> Result<()> {
        let Written { file, hash, bytes, beside } = written;
        let (beside, hashes): (Vec<_>, Vec<_>) = beside.into_iter().unzip();
        let record = Record {
            key: Some(keys.of(self.plan, figure)),
            sha256: Some(hash),
            bytes: Some(bytes as u64),
            beside: hashes,
            ..record_of(self.plan, figure, findings)
        };
        let Some(manifest) = self.manifest.get() else { return Err(Error::Stopped) };
        let mut published = None;
        let written = manifest.publish(record.clone(), || {
            // The figure comes last: where it is, all is.
            let outcome = beside.into_iter().chain([file]).try_for_each(Unpublished::publish);
            let stop = outcome.is_err();
            published = Some(outcome);
            // What is wrong with the file is not wrong with the manifest.
            if stop { Err(Error::Stopped) } else { Ok(()) }
        });
        match (written, published) {
            (Err(Error::Stopped), Some(Err(error))) => return Err(error),
            // Without a line in the manifest no file gets its name.
            (Err(error), None) => {
                self.interrupt.fail(error);
                return Err(Error::Stopped);
            }
            (written, _) => self.keep(written),
        }
        self.clocks.add_figure(findings.times);
        let record = Record { status: Status::Drawn, finished: unix_seconds(), ..record };
        let untold = texts_of(findings.warnings.iter().filter(|warning| !warning.is_told()));
        self.tell(Event::Drawn { record: Box::new(record), path: self.plan.path_of(figure), untold });
        Ok(())
    }

    /// Without its manifest a run is worth little: it ends.
    fn keep(&self, written: Result<()>) {
        if let Err(error) = written {
            self.interrupt.fail(error);
        }
    }

    fn tell(&self, event: Event) {
        // The receiver outlives all threads.
        let _received = self.events.send(event);
    }
}

/// Makes a plan's output folder if it is not there.
///
/// # Errors
/// [`Error::Io`] with the folder.
pub(super) fn make_folder(plan: &Plan) -> Result<()> {
    std::fs::create_dir_all(&plan.out_dir).map_err(Error::io(&plan.out_dir, "create"))
}

/// The record of a figure that the plan could not lay out.
pub(super) fn record_of_failure(failure: &Failure) -> Record {
    Record {
        status: Status::Failed,
        name: failure.name.to_string(),
        raster: failure.dataset.as_ref().map(ToString::to_string),
        band: failure.band.map(|band| band as u32),
        path: failure.file.as_ref().map(ToString::to_string),
        error: Some(failure.error.to_string()),
        finished: unix_seconds(),
        ..Record::default()
    }
}

fn texts_of<'a>(warnings: impl IntoIterator<Item = &'a Warning>) -> Vec<String> {
    warnings.into_iter().map(|warning| warning.text().to_owned()).collect()
}

fn record_of(plan: &Plan, figure: &Figure, findings: &Findings) -> Record {
    let found = |place: usize| findings.data_ranges.get(place).copied().flatten();
    let over = |(place, raster): (usize, &RasterPlan)| RecordOfOverlay {
        raster: raster.dataset.to_string(),
        band: raster.band as u32,
        data_range: raster.range.or(found(place)),
        resampling: figure.sampling(place).resampling.name().to_owned(),
    };
    let (raster, view) = (plan.raster_of(figure), plan.view_of(figure));
    Record {
        name: figure.name.to_string(),
        raster: raster.map(|raster| raster.dataset.to_string()),
        band: raster.map(|raster| raster.band as u32),
        time: raster.and_then(|raster| raster.time).map(|time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        title: figure.title.as_ref().map(ToString::to_string),
        path: Some(figure.file.to_string()),
        size_px: Some(figure.size_px()),
        warnings: texts_of(&findings.warnings),
        seconds: Some(findings.times.into()),
        data_range: raster.and_then(|raster| raster.range).or(found(0)),
        projection_error_px: Some(findings.projection_error_px),
        resampling: raster.map(|_| figure.resampling.name().to_owned()),
        overlays: plan.rasters_of(figure).enumerate().skip(1).map(over).collect(),
        crs: Some(view.view.crs.to_string()),
        extent: Some(view.view.extent.bounds()),
        ..Record::default()
    }
}
