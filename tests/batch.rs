//! Batches: many rasters on many regions, what a run records, what it leaves as it is, how it is divided and stopped,
//! and what its faults cost.

mod batch {
    pub(crate) mod bench;
    mod failures;
    mod many;
    mod restart;
    mod shards;
}
mod support;
