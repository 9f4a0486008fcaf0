//! What a shard draws: of each dataset all bands of some regions, so that what is whose is known before one is opened.

use std::ops::Range;

use crate::manifest::Shard;

/// The regions of datasets that one shard draws.
pub(super) struct Portion {
    /// Regions, counted on from dataset to dataset.
    units: Range<usize>,
    regions: usize,
}

impl Portion {
    /// Without a dataset the regions are drawn once.
    pub(super) fn of(shard: Shard, datasets: usize, regions: usize) -> Self {
        Self { units: shard.slice(datasets.max(1) * regions), regions }
    }

    /// Those of so many datasets of which it has some region.
    pub(super) fn datasets(&self, count: usize) -> Range<usize> {
        let Range { start, end } = self.units;
        start / self.regions..end.div_ceil(self.regions).min(count)
    }

    /// The regions of a dataset.
    pub(super) fn rows_of(&self, dataset: usize) -> Range<usize> {
        let (first, Range { start, end }) = (dataset * self.regions, self.units.clone());
        start.max(first) - first..end.min(first + self.regions) - first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_draw_each_region_of_each_dataset_once() {
        for (datasets, regions, shards) in [(1, 1, 1), (3, 7, 4), (2, 5, 16), (0, 6, 4)] {
            let mut drawn = Vec::new();
            for index in 1..=shards {
                let portion = Portion::of(Shard::new(index, shards).expect("a shard"), datasets, regions);
                let mine = if datasets == 0 { 0..1 } else { portion.datasets(datasets) };
                drawn.extend(mine.flat_map(|dataset| portion.rows_of(dataset).map(move |row| (dataset, row))));
            }
            let all = (0..datasets.max(1)).flat_map(|dataset| (0..regions).map(move |row| (dataset, row)));
            assert_eq!(drawn, all.collect::<Vec<_>>(), "{datasets} datasets, {regions} regions, {shards} shards");
        }
    }
}
