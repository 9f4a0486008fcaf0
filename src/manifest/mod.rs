//! The manifest: a file beside the figures with a line for each, which tells what is there, what it was made from and
//! what failed. It is what makes a night of 100,000 figures something to go on with, to check and to look through.
//!
//! A run opens its [`Manifest`], writes a [`RunInfo`], a [`Record`] for each state of each figure and a
//! [`RunSummary`]; a job divided into [`Shard`]s has a manifest for each. A later run leaves out what is [`Done`].
//! [`verify`] compares a folder with its manifests, and [`merge`] joins those into one with a contact sheet.

mod cluster;
mod done;
mod fault;
mod key;
mod latest;
mod lock;
mod merge;
mod parallel;
mod reader;
mod record;
mod replacement;
mod report;
mod shard;
mod shards;
mod verify;
mod writer;

pub use done::{Done, drawn_in};
pub use fault::{Fault, Faults, Kind};
pub use key::{FileHash, Fingerprint, Key, KeyHasher, NoFingerprint};
pub use merge::{MergeReport, merge};
pub use reader::{Reader, manifests_in};
pub use record::{
    Beside, FigureId, FigureSeconds, Line, Record, RecordOfOverlay, RunInfo, RunSeconds, RunSummary, Status,
    unix_seconds,
};
pub use shard::{Shard, TEMPORARY_SUFFIX};
pub use verify::{IMAGE_ENDINGS, VerifyReport, verify};
pub use writer::{Manifest, Start};
