//! The lines of a manifest: what a run is, what became of each figure, and how the run ended.

use std::io;
use std::ops::AddAssign;
use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::key::{FileHash, Fingerprint, Key, KeyHasher};
use super::shard::Shard;

/// One line of a manifest. Fields that are not known here, written by a later version, are left alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Line {
    /// A run begins.
    Run(RunInfo),
    /// A figure's state; a later line of the same figure replaces it.
    Figure(Box<Record>),
    /// A run ended by itself.
    Summary(Box<RunSummary>),
    /// A kind of line that a later version writes.
    #[serde(other)]
    Other,
}

impl Line {
    /// The line as it is in the file.
    pub(super) fn text(&self) -> io::Result<Vec<u8>> {
        let mut text = serde_json::to_vec(self)?;
        text.push(b'\n');
        Ok(text)
    }

    /// The manifest that the line was merged from.
    pub(super) fn source(&self) -> Option<&str> {
        match self {
            Self::Run(run) => run.from.as_deref(),
            Self::Figure(record) => record.from.as_deref(),
            Self::Summary(summary) => summary.from.as_deref(),
            Self::Other => None,
        }
    }
}

/// What is known of a run before its first figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// mapfolio's version.
    pub version: String,
    /// The part of the job that this run draws.
    pub shard: Shard,
    /// Figures that this part has, those that are there already among them.
    pub figures: u64,
    /// When it began, in ISO 8601, UTC.
    pub started: String,
    /// The name of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The adapter that draws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapter: Option<String>,
    /// The adapter's driver and its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// The manifest that this was merged from, relative to this one's folder; None in the manifest that a run wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl RunInfo {
    /// A run of this version on this machine that begins now.
    #[must_use]
    pub fn starting(shard: Shard, figures: u64) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            shard,
            figures,
            started: DateTime::<Utc>::from(SystemTime::now()).to_rfc3339_opts(SecondsFormat::Millis, true),
            host: host_name(),
            adapter: None,
            driver: None,
            from: None,
        }
    }
}

/// The machine's name as Linux tells it, else as shells do.
fn host_name() -> Option<String> {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = told.or_else(|| std::env::var("HOSTNAME").ok()).or_else(|| std::env::var("COMPUTERNAME").ok())?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Where a figure is on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Complete but perhaps not yet under its final name.
    #[default]
    Pending,
    /// There under its final name.
    Drawn,
    /// Not drawn.
    Failed,
    /// It failed, and is no longer a figure of the job.
    Gone,
}

/// What became of one figure. Its region, raster and band say which it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Where it is on its way.
    pub status: Status,
    /// The region's name.
    pub name: String,
    /// The raster as the user names it; None for layers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raster: Option<String>,
    /// The raster's band, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<u32>,
    /// The time that the band is of, in ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The title drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The file, relative to the manifest's folder, with `/` between folders; None if it has no usable name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Fingerprint of all that the figure is made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// The file's hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<FileHash>,
    /// The file's length in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// What stands beside the file and belongs to it, such as a world file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Beside>,
    /// Width and height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_px: Option<[u32; 2]>,
    /// Why it was not drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What a user should look at although it was drawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What each phase took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<FigureSeconds>,
    /// The least and the greatest value drawn, in the raster's unit.
    #[serde(default, skip_serializing_if = "is_no_range")]
    pub data_range: Option<[f64; 2]>,
    /// Upper bound of the error against PROJ of any pixel or vertex placed by interpolation, in pixels.
    #[serde(default, skip_serializing_if = "is_no_number")]
    pub projection_error_px: Option<f64>,
    /// How pixels were made of the raster's cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resampling: Option<String>,
    /// The rasters drawn over the raster, from the lowest to the highest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<RecordOfOverlay>,
    /// The map's coordinate reference system, as the user names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crs: Option<String>,
    /// What is drawn: x0, x1, y0, y1 in the map's coordinate reference system.
    #[serde(default, skip_serializing_if = "is_no_range")]
    pub extent: Option<[f64; 4]>,
    /// When this state was reached, in seconds since 1970, UTC.
    pub finished: f64,
    /// The manifest that this was merged from, relative to this one's folder; None in the manifest that a run wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// A raster drawn over a figure's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordOfOverlay {
    /// The raster as the user names it.
    pub raster: String,
    /// Its band, from 1.
    pub band: u32,
    /// The least and the greatest value of all of it, in its unit.
    #[serde(default, skip_serializing_if = "is_no_range")]
    pub data_range: Option<[f64; 2]>,
    /// How pixels were made of its cells.
    pub resampling: String,
}

/// A file in the folder of a figure's own that belongs to the figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// Its name.
    pub name: String,
    /// Its hash.
    pub sha256: FileHash,
}

impl Beside {
    /// Whether it is there unharmed, beside the figure at a path.
    pub(super) fn is_intact(&self, figure: &Path) -> bool {
        FileHash::of_file(&figure.with_file_name(&self.name)).is_ok_and(|found| found == self.sha256)
    }
}

/// JSON has no NaN or infinity, and `null` in their place could not be read again.
#[expect(clippy::ref_option, reason = "serde passes fields by reference")]
fn is_no_number(number: &Option<f64>) -> bool {
    number.is_none_or(|number| !number.is_finite())
}

/// See [`is_no_number`].
#[expect(clippy::ref_option, reason = "serde passes fields by reference")]
fn is_no_range<const N: usize>(range: &Option<[f64; N]>) -> bool {
    range.is_none_or(|range| range.iter().any(|number| !number.is_finite()))
}

impl Record {
    /// Which figure this is of.
    #[must_use]
    pub fn id(&self) -> FigureId {
        FigureId::new(&self.name, self.raster.as_deref(), self.band)
    }
}

/// Which figure of a job: a hash of region, raster and band. 128 bits are enough for no two to be alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FigureId(Fingerprint<16>);

impl FigureId {
    /// The figure of a region, and of a band of a raster if there is one.
    #[must_use]
    pub fn new(name: &str, raster: Option<&str>, band: Option<u32>) -> Self {
        let hasher = KeyHasher::default().add(name).add(raster.unwrap_or_default());
        Self(hasher.add(&band.unwrap_or_default().to_string()).finish())
    }
}

/// What the phases of one figure took, in seconds of one thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureSeconds {
    /// Grids, titles and selected lines.
    pub prepare: f64,
    /// Drawing, until the adapter is done.
    pub draw: f64,
    /// From the adapter's memory.
    pub read_back: f64,
    /// Pixels to a file's bytes.
    pub encode: f64,
    /// To the disk.
    pub write: f64,
}

impl AddAssign for FigureSeconds {
    fn add_assign(&mut self, other: Self) {
        self.prepare += other.prepare;
        self.draw += other.draw;
        self.read_back += other.read_back;
        self.encode += other.encode;
        self.write += other.write;
    }
}

/// What the phases of a run took, in seconds, summed over figures and threads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunSeconds {
    /// Reading rasters and layers.
    pub decode: f64,
    /// To the adapter's memory.
    pub upload: f64,
    /// What belongs to single figures.
    #[serde(flatten)]
    pub figures: FigureSeconds,
}

impl RunSeconds {
    /// The phases with their names, in the order of the work.
    #[must_use]
    pub fn phases(&self) -> [(&'static str, f64); 7] {
        let Self { decode, upload, figures } = *self;
        let FigureSeconds { prepare, draw, read_back, encode, write } = figures;
        [
            ("decode", decode),
            ("upload", upload),
            ("prepare", prepare),
            ("draw", draw),
            ("read back", read_back),
            ("encode", encode),
            ("write", write),
        ]
    }
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The part of the job that the run drew.
    pub shard: Shard,
    /// Figures drawn by this run.
    pub drawn: u64,
    /// Figures that failed.
    pub failed: u64,
    /// Figures that were there already.
    #[serde(default)]
    pub skipped: u64,
    /// The signal that ended the run before its last figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<String>,
    /// From start to end, in seconds.
    pub wall_s: f64,
    /// What each phase took.
    #[serde(default)]
    pub seconds: RunSeconds,
    /// Rasters opened.
    #[serde(default)]
    pub rasters_opened: u64,
    /// The most memory that the process held, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_memory_bytes: Option<u64>,
    /// mapfolio's version.
    pub version: String,
    /// The manifest that this was merged from, relative to this one's folder; None in the manifest that a run wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// Now, in seconds since 1970, UTC, for [`Record::finished`].
#[must_use]
pub fn unix_seconds() -> f64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0.0, |elapsed| elapsed.as_secs_f64())
}
