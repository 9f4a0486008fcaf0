//! Classes in the form in which the GPU finds a number's class at once: counting or searching thresholds for each pixel
//! takes a software adapter longer than all else that it does for the raster.
//!
//! The keys from the first threshold to the last are divided into buckets of equal size, a power of two, so small that
//! as a rule no bucket has more than one threshold in it. What is known of a bucket is how many thresholds come before.

use super::ClassTable;

/// Buckets that a lookup may have. Only thresholds that are very close together, for the range that all of them
/// span, share a bucket then.
pub const MOST_BUCKETS: u32 = 4096;

/// The thresholds of a class table by buckets of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassLookup {
    /// For each bucket, from bit [`class_shift`](Self::class_shift) on, the class of its first key: how many thresholds
    /// are at most that. The bits below say how far into the bucket the next threshold is, or how long the bucket is.
    pub buckets: Vec<u32>,
    /// Where the first bucket begins: keys before it count as this one.
    pub first_key: u32,
    /// From there to the last threshold; keys behind that count as that.
    pub span: u32,
    /// The widest gap between two thresholds takes as few buckets as the narrowest: the key before those left out ...
    pub gap_start: u32,
    /// ... and how many these are. For floats they are the tiny numbers around 0, most of all keys.
    pub gap_length: u32,
    /// Keys in a bucket: 2 to this power.
    pub bucket_log2: u32,
    /// See [`buckets`](Self::buckets).
    pub class_shift: u32,
    /// Thresholds in the fullest bucket, but for those that buckets begin with: 0; 1, which the bucket tells; or a
    /// power of two that is not less, to be compared one by one.
    pub most_in_bucket: u32,
}

impl ClassLookup {
    /// Divides the keys of a table into buckets.
    #[must_use]
    pub fn new(table: &ClassTable) -> Self {
        let thresholds = table.threshold_keys();
        let mut lookup = Self {
            buckets: vec![0],
            first_key: 0,
            span: 0,
            gap_start: 0,
            gap_length: 0,
            bucket_log2: 0,
            class_shift: (thresholds.len() as u32).leading_zeros().min(31),
            most_in_bucket: 0,
        };
        let (Some(first), Some(last)) = (thresholds.first(), thresholds.last()) else { return lookup };
        lookup.first_key = first.saturating_sub(1);
        let gaps = || thresholds.windows(2).map(|pair| (pair[1] - pair[0], pair[0]));
        if let (Some((widest, start)), Some((narrowest, _))) = (gaps().max(), gaps().min()) {
            // Neighbours must not move closer together than the closest.
            (lookup.gap_start, lookup.gap_length) = (start, widest - narrowest);
        }
        lookup.span = lookup.place(*last, u32::MAX);
        // The largest buckets that will do: small tables stay in a processor's cache.
        let span = lookup.span;
        for bucket_log2 in (0..32).rev().filter(|log2| span >> log2 < MOST_BUCKETS) {
            lookup.bucket_log2 = bucket_log2;
            lookup.fill(thresholds);
            if lookup.most_in_bucket <= 1 {
                break;
            }
        }
        lookup
    }

    /// How far a key is from the first, without the gap: keys in it become that before them. The order of keys and
    /// thresholds stays.
    fn place(&self, key: u32, most: u32) -> u32 {
        let squeezed = key.min(self.gap_start).max(key.saturating_sub(self.gap_length));
        squeezed.saturating_sub(self.first_key).min(most)
    }

    fn fill(&mut self, thresholds: &[u32]) {
        let places: Vec<u32> = thresholds.iter().map(|t| self.place(*t, self.span)).collect();
        let (length, last_bucket) = (1 << self.bucket_log2, self.span >> self.bucket_log2);
        // Whether there is room to say that there is no other threshold.
        let has_room = self.bucket_log2 < self.class_shift;
        let (mut buckets, mut most) = (Vec::new(), 0);
        for bucket in 0..=last_bucket {
            let start = bucket << self.bucket_log2;
            let class = places.partition_point(|place| *place <= start);
            let within = places[class..].iter().take_while(|place| **place - start < length).count() as u32;
            let next = if within > 0 { places[class] - start } else { length };
            buckets.push((class as u32) << self.class_shift | if has_room { next } else { 0 });
            most = within.max(most);
        }
        self.buckets = buckets;
        self.most_in_bucket = match most {
            0 => 0,
            1 if has_room => 1,
            more => more.next_power_of_two().max(2),
        };
    }

    /// The class of a key, found as `frame.wgsl` finds it: how many of `thresholds` are at most the key.
    #[must_use]
    pub fn class(&self, thresholds: &[u32], key: u32) -> u32 {
        let place = self.place(key, self.span);
        let bucket = self.buckets[(place >> self.bucket_log2) as usize];
        let class = bucket >> self.class_shift;
        match self.most_in_bucket {
            0 => class,
            1 => {
                let within = place & ((1 << self.bucket_log2) - 1);
                class + u32::from(within >= bucket & ((1 << self.class_shift) - 1))
            }
            most => {
                let next = thresholds.iter().skip(class as usize).take(most as usize);
                class + next.filter(|t| **t <= key).count() as u32
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::RawDomain;

    /// A table with these thresholds; each class is numbered by its colour.
    fn table(thresholds: &[u32]) -> ClassTable {
        let colors: Vec<_> = (0..=thresholds.len() as u32).map(u32::to_le_bytes).collect();
        ClassTable::new(RawDomain::Unsigned { max: u32::MAX }, &colors, &|raw| {
            thresholds.partition_point(|t| f64::from(*t) <= raw)
        })
    }

    fn assert_exact(thresholds: &[u32], keys: impl Iterator<Item = u32>) -> ClassLookup {
        let table = table(thresholds);
        assert_eq!(table.threshold_keys(), thresholds);
        let lookup = ClassLookup::new(&table);
        let near = thresholds.iter().flat_map(|t| [t - 1, *t, t.saturating_add(1)]);
        for key in near.chain([0, 1, u32::MAX - 1, u32::MAX]).chain(keys) {
            let class = thresholds.partition_point(|t| *t <= key) as u32;
            assert_eq!(lookup.class(thresholds, key), class, "{key} among {thresholds:?}");
        }
        lookup
    }

    #[test]
    fn all_16_bit_numbers_have_the_class_that_counting_gives() {
        for thresholds in [vec![1], vec![5, 6, 7, 300, 65535], (1..=256).map(|k| k * 250).collect(), vec![40000, 65000]]
        {
            let lookup = assert_exact(&thresholds, 0..=65535);
            assert!(lookup.most_in_bucket <= 1);
        }
    }

    #[test]
    fn thresholds_that_share_a_bucket_are_told_apart() {
        // Neighbours at the ends of the range and a few far from each other.
        let crowded = [9, 10, 11, 12, 1 << 20, 1 << 29, 1 << 30, 3 << 30, (3 << 30) + 1, (3 << 30) + 2, u32::MAX];
        let lookup = assert_exact(&crowded, (0..4000).map(|k| k * 1_073_741));
        assert_eq!(lookup.most_in_bucket, 4);
        assert!(lookup.buckets.len() <= MOST_BUCKETS as usize);
    }

    #[test]
    fn keys_in_the_widest_gap_take_no_buckets() {
        let lookup = assert_exact(&[1000, 1010, 4_000_000_000, 4_000_000_010], 0..5000);
        assert!(lookup.buckets.len() < 40, "{} buckets", lookup.buckets.len());
    }

    #[test]
    fn without_thresholds_there_is_one_class() {
        assert_exact(&[], 0..10);
    }
}
