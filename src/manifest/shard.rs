//! One part of a job that is divided among processes: each takes an equal run of the units of work and knows it without
//! asking the others.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::error::{Error, Result};

const FLAG: &str = "--shard";

/// Part `index` of `count`, counted from 1. A job that is not divided is part 1 of 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u32; 2]", into = "[u32; 2]")]
pub struct Shard {
    count: u32,
    index: u32,
}

impl Shard {
    /// The whole job.
    pub const WHOLE: Self = Self { count: 1, index: 1 };

    /// Part `index` of `count`.
    ///
    /// # Errors
    /// [`Error::Value`] unless 1 <= `index` <= `count`.
    pub fn new(index: u32, count: u32) -> Result<Self> {
        let fault =
            |problem: &str, remedy: String| Err(Error::value(FLAG, format_args!("{index}/{count}"), problem, remedy));
        match (index, count) {
            (_, 0) => fault("divides the job into no shards", "give at least one, as in 1/1".into()),
            (0, _) => fault("counts from 0", format!("the shards are 1/{count} to {count}/{count}")),
            _ if index > count => {
                fault("is past the last shard", format!("the shards are 1/{count} to {count}/{count}"))
            }
            _ => Ok(Self { count, index }),
        }
    }

    /// Which part this is, from 1.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many parts there are.
    #[must_use]
    pub fn count(self) -> u32 {
        self.count
    }

    /// This shard's part of so many units of work. The parts of all shards are contiguous, in order, and their sizes
    /// differ by at most one.
    #[must_use]
    pub fn slice(self, units: usize) -> Range<usize> {
        // A product of two machine words.
        let bound = |shards: u32| (u128::from(shards) * units as u128 / u128::from(self.count)) as usize;
        bound(self.index - 1)..bound(self.index)
    }

    /// The name of this shard's manifest. Names of one job sort in the order of its shards.
    ///
    /// ```
    /// # use mapfolio::manifest::Shard;
    /// assert_eq!(Shard::WHOLE.manifest_name(), "manifest.jsonl");
    /// assert_eq!(Shard::new(3, 64)?.manifest_name(), "manifest-03-of-64.jsonl");
    /// # Ok::<(), mapfolio::Error>(())
    /// ```
    #[must_use]
    pub fn manifest_name(self) -> String {
        let Self { count, index } = self;
        if count == 1 {
            return "manifest.jsonl".into();
        }
        let digits = count.to_string().len();
        format!("manifest-{index:0digits$}-of-{count}.jsonl")
    }

    /// The shard whose manifest has this name; None for any other file.
    #[must_use]
    pub fn of_manifest(name: &str) -> Option<Self> {
        let middle = name.strip_prefix("manifest")?.strip_suffix(".jsonl")?;
        let shard = match middle.strip_prefix('-') {
            None => Self::WHOLE,
            Some(parts) => {
                let (index, count) = parts.split_once("-of-")?;
                Self::new(index.parse().ok()?, count.parse().ok()?).ok()?
            }
        };
        (shard.manifest_name() == name).then_some(shard)
    }

    /// How the names of all temporary files of this shard begin; see [`TEMPORARY_SUFFIX`] for their end. No other
    /// shard's begin so.
    #[must_use]
    pub fn temporary_prefix(self) -> String {
        format!("{TEMPORARY_PREFIX}{}of{}-", self.index, self.count)
    }

    /// A new temporary file of this shard in the folder of `target`, which may have its name later.
    ///
    /// # Errors
    /// What the operating system answers.
    pub fn temporary_beside(self, target: &Path) -> io::Result<NamedTempFile> {
        let prefix = self.temporary_prefix();
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(TEMPORARY_SUFFIX);
        // tempfile's own would be for the user alone; the umask still applies.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        builder.tempfile_in(folder)
    }
}

/// How the names of the temporary files of all shards begin.
pub(super) const TEMPORARY_PREFIX: &str = ".mapfolio-";

/// How the names of all temporary files end.
pub const TEMPORARY_SUFFIX: &str = ".tmp";

impl Default for Shard {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let numbers = text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        let (index, count) = numbers
            .ok_or_else(|| Error::value(FLAG, text, "is not a shard", "give its number and their count, as in 3/64"))?;
        Self::new(index, count)
    }
}

impl TryFrom<[u32; 2]> for Shard {
    type Error = Error;

    fn try_from([index, count]: [u32; 2]) -> Result<Self> {
        Self::new(index, count)
    }
}

impl From<Shard> for [u32; 2] {
    fn from(Shard { count, index }: Shard) -> Self {
        [index, count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_read_as_they_are_written() {
        for text in ["1/1", "3/64", "64/64"] {
            assert_eq!(text.parse::<Shard>().expect("a shard").to_string(), text);
        }
        for (text, says) in [
            ("0/4", "--shard: '0/4' counts from 0; the shards are 1/4 to 4/4"),
            ("5/4", "--shard: '5/4' is past the last shard; the shards are 1/4 to 4/4"),
            ("1/0", "--shard: '1/0' divides the job into no shards; give at least one, as in 1/1"),
            ("x", "--shard: 'x' is not a shard; give its number and their count, as in 3/64"),
            ("-1/4", "--shard: '-1/4' is not a shard; give its number and their count, as in 3/64"),
        ] {
            assert_eq!(text.parse::<Shard>().expect_err("no shard").to_string(), says);
        }
    }

    #[test]
    fn names_of_manifests_sort_and_are_recognised() {
        let names: Vec<_> = (1..=12).map(|i| Shard::new(i, 12).expect("a shard").manifest_name()).collect();
        assert!(names.is_sorted(), "{names:?}");
        for (name, index) in names.iter().zip(1..) {
            assert_eq!(Shard::of_manifest(name), Shard::new(index, 12).ok());
        }
        assert_eq!(Shard::of_manifest("manifest.jsonl"), Some(Shard::WHOLE));
        for other in ["manifest-3-of-12.jsonl", "manifest-13-of-12.jsonl", "manifest-1-of-1.jsonl", "manifest-.jsonl"] {
            assert_eq!(Shard::of_manifest(other), None, "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn slices_are_a_balanced_partition(units in 0..2_000_000_usize, count in 1..300_u32) {
            let slices: Vec<_> = (1..=count).map(|i| Shard::new(i, count).expect("a shard").slice(units)).collect();
            assert_eq!((slices[0].start, slices[slices.len() - 1].end), (0, units));
            assert!(slices.windows(2).all(|pair| pair[0].end == pair[1].start));
            let fair = units / count as usize;
            assert!(slices.iter().all(|slice| (fair..=fair + 1).contains(&slice.len())));
        }
    }
}
