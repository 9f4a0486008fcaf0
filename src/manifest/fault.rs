//! What is wrong with a folder of figures, told so that a user can mend it: the file, the fault, the remedy.

use std::fmt;

/// Faults of one kind that are kept; of more there is the number.
const MOST_KEPT: usize = 1000;

/// Kinds of faults, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A shard without a manifest, or whose run did not end by itself.
    Shard,
    /// A figure that failed.
    Failed,
    /// A figure that was not finished when its run was killed.
    Pending,
    /// A drawn figure without a file.
    Missing,
    /// A drawn figure whose file is no longer what was written.
    Changed,
    /// Two figures with one file.
    Conflict,
    /// An image that no manifest knows.
    Stray,
    /// A temporary file.
    Temporary,
}

/// All kinds in order, with what several faults of each are.
const KINDS: [(Kind, &str); 8] = [
    (Kind::Shard, "shards that are not complete"),
    (Kind::Failed, "figures that failed"),
    (Kind::Pending, "figures that were not finished"),
    (Kind::Missing, "files that are missing"),
    (Kind::Changed, "files that changed"),
    (Kind::Conflict, "files of two figures"),
    (Kind::Stray, "files that no manifest knows"),
    (Kind::Temporary, "temporary files"),
];

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Which kind of fault.
    pub kind: Kind,
    /// The file, or the figure if it has none.
    pub place: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.problem, self.remedy)
    }
}

/// What is wrong, of each kind the first thousand and the number of all.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    kept: Vec<Fault>,
    counts: [u64; KINDS.len()],
}

impl Faults {
    pub(super) fn push(&mut self, fault: Fault) {
        let count = &mut self.counts[fault.kind as usize];
        *count += 1;
        if *count <= MOST_KEPT as u64 {
            self.kept.push(fault);
        }
    }

    /// Puts them in order, for they come from several threads.
    pub(super) fn sort(&mut self) {
        self.kept.sort();
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// How many there are of a kind.
    #[must_use]
    pub fn count(&self, kind: Kind) -> u64 {
        self.counts[kind as usize]
    }

    /// Those that are kept.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.kept.iter()
    }
}

/// A line each, then a line for each kind of which there are more.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.kept {
            writeln!(f, "{fault}")?;
        }
        for (kind, what) in KINDS {
            if let more @ 1.. = self.count(kind).saturating_sub(MOST_KEPT as u64) {
                writeln!(f, "and {more} more {what}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_listed_in_their_order_and_many_faults_become_a_number() {
        assert!(KINDS.iter().enumerate().all(|(index, (kind, _))| *kind as usize == index));
        let mut faults = Faults::default();
        for number in 0..1234 {
            let place = format!("{number}.png");
            faults.push(Fault { kind: Kind::Stray, place, problem: String::new(), remedy: String::new() });
        }
        assert_eq!((faults.iter().count(), faults.count(Kind::Stray)), (MOST_KEPT, 1234));
        assert!(faults.to_string().ends_with("\nand 234 more files that no manifest knows\n"));
    }
}
