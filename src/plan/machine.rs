//! How much of the machine a run may use, which part of the job it draws, and what it leaves as it is.

use std::path::PathBuf;

use crate::error::Result;
use crate::job::{Job, MemorySize};
use crate::manifest::Shard;

/// Most memory that a run may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryLimit {
    /// Bytes.
    pub bytes: u64,
    /// Who says so, for messages.
    pub origin: String,
}

/// What of an earlier run into the same folder is left as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Restart {
    /// Nothing: all figures are drawn.
    #[default]
    Fresh,
    /// Figures that are there, whole and of the same inputs.
    Resume,
    /// Figures that this manifest lists as drawn and whose files are there.
    RetryFailed(PathBuf),
}

impl Restart {
    pub(super) fn of(job: &Job) -> Self {
        match (&job.output.retry_failed, job.output.resume) {
            (Some(manifest), _) => Self::RetryFailed(manifest.clone()),
            (None, Some(true)) => Self::Resume,
            (None, _) => Self::Fresh,
        }
    }
}

/// The shard asked for, or that of an array of jobs.
///
/// # Errors
/// [`crate::Error::Value`] for an environment from which no shard follows.
pub(super) fn shard(job: &Job) -> Result<Shard> {
    if let Some(shard) = job.shard {
        return Ok(shard);
    }
    match Shard::from_environment(|key| std::env::var(key).ok())? {
        Some((shard, origin)) => {
            tracing::warn!("this run draws shard {shard} only: {origin}; give --shard 1/1 to draw all");
            Ok(shard)
        }
        None => Ok(Shard::WHOLE),
    }
}

/// The threads asked for, or one for each core that this process may use.
pub(super) fn threads(job: &Job) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    job.threads.map_or(cores, |threads| threads.get() as usize)
}

/// The share of a control group's memory that a run takes: what is taken for files and by the kernel counts too.
const SHARE_OF_GROUP: f64 = 0.9;

impl MemoryLimit {
    /// What the user says, or else a share of what the control group has.
    pub(super) fn of(job: &Job) -> Option<Self> {
        if let Some(MemorySize(bytes)) = job.max_memory {
            return Some(Self { bytes, origin: "--max-memory".to_owned() });
        }
        let (bytes, file) = control_group_limit()?;
        let origin = format!("nine tenths of the control group's limit ({}, {file})", megabytes(bytes));
        Some(Self { bytes: (bytes as f64 * SHARE_OF_GROUP) as u64, origin })
    }
}

/// An amount of memory for messages.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{}M", bytes.div_ceil(1 << 20))
}

/// The least limit of the control groups that this process is in, in bytes, and the file that says so; None if there
/// is none.
fn control_group_limit() -> Option<(u64, String)> {
    let groups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let mut least: Option<(u64, String)> = None;
    for line in groups.lines() {
        // `0::/a/b` (version 2) or `9:memory:/a/b` (version 1).
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next()?, parts.next()?);
        let (root, file) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            list if list.split(',').any(|name| name == "memory") => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
            _ => continue,
        };
        // The limits of all groups around it hold too; in a container the group may be the root itself.
        let mut folder = PathBuf::from(format!("{root}{path}"));
        while folder.starts_with(root) {
            let name = folder.join(file);
            if let Some(bytes) = read_limit(&name)
                && least.as_ref().is_none_or(|(known, _)| bytes < *known)
            {
                least = Some((bytes, name.display().to_string()));
            }
            folder.pop();
        }
    }
    least
}

/// A limit in bytes; None for none. Version 1 has a number near 2^63 for none.
fn read_limit(file: &std::path::Path) -> Option<u64> {
    const NO_LIMIT: u64 = 1 << 60;
    let bytes = std::fs::read_to_string(file).ok()?.trim().parse().ok()?;
    (bytes < NO_LIMIT).then_some(bytes)
}
