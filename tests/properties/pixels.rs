//! Rows of images and classes of cells.

use mapfolio::gpu::PaddedRows;
use mapfolio::scene::{ClassLookup, ClassTable, RawDomain};
use mapfolio::style::{Colormap, Extend, Extremes, Norm, ValueMap};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::config;

/// wgpu's `COPY_BYTES_PER_ROW_ALIGNMENT`.
const ROW_ALIGNMENT_BYTES: u32 = 256;

const SIGN: u32 = 1 << 31;

/// Levels of a boundary norm, some of them numbers that an `f32` holds and many of them close together.
fn levels() -> impl Strategy<Value = Vec<f64>> {
    let level = prop_oneof![
        -100.0..100.0,
        (-40_i32..40).prop_map(|n| f64::from(n) * 0.1),
        (-40_i32..40).prop_map(f64::from),
        any::<f32>().prop_map(f64::from),
        any::<f32>().prop_map(|v| (f64::from(v) * 1.000_000_01).clamp(-1e38, 1e38)),
    ];
    let finite = level.prop_filter("levels are finite", |level: &f64| level.is_finite());
    vec(finite, 2..60).prop_map(sorted).prop_filter("two levels at least", |levels| levels.len() >= 2)
}

fn sorted(mut levels: Vec<f64>) -> Vec<f64> {
    levels.sort_by(f64::total_cmp);
    levels.dedup_by(|a, b| *a == *b);
    levels
}

fn value_map(levels: &[f64]) -> ValueMap {
    let colormap = Colormap::by_name("viridis", "--cmap").expect("a colormap");
    let norm = Norm::boundary(levels.to_vec(), Extend::Both).expect("levels in order");
    ValueMap::new(norm, &colormap, Extremes::default()).expect("a norm and its colours")
}

/// Keys at which classes begin, many of them close together.
fn thresholds() -> impl Strategy<Value = Vec<u32>> {
    let cluster = (any::<u32>(), 0_u32..32, 1_usize..12).prop_flat_map(|(start, log2, count)| {
        vec((0..=u32::MAX >> log2).prop_map(move |k| start.saturating_add(k)), count)
    });
    vec(cluster, 1..6).prop_map(|clusters| {
        let mut keys: Vec<u32> = clusters.concat().into_iter().filter(|key| *key > 0).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    })
}

/// A colour of its own for each class.
fn numbered(classes: usize) -> Vec<[u8; 4]> {
    (0..classes as u32).map(u32::to_le_bytes).collect()
}

/// The class of a key, found as `frame.wgsl` counts it.
fn class_of_key(table: &ClassTable, key: u32) -> usize {
    let count = table.threshold_keys().iter().filter(|threshold| **threshold <= key).count();
    u32::from_le_bytes(table.colors()[count]) as usize
}

/// `float_key` of `frame.wgsl`.
fn float_key(value: f32) -> u32 {
    let bits = if value == 0.0 { 0 } else { value.to_bits() };
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// How many levels a value is at or above.
fn count(levels: &[f64], value: f64) -> usize {
    levels.iter().filter(|level| value >= **level).count()
}

/// matplotlib's `BoundaryNorm` counts in float64, but tells in the data's own type what is over.
fn count_f32(levels: &[f64], value: f32) -> usize {
    let last = levels[levels.len() - 1] as f32;
    if value >= last { levels.len() } else { count(levels, f64::from(value)) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn padding_is_dropped_and_nothing_else(
        (width, height, padded) in (1_u32..300, 1_u32..9).prop_flat_map(|(width, height)| {
            let bytes = PaddedRows::new(width, height).buffer_bytes() as usize;
            (Just(width), Just(height), vec(any::<u8>(), bytes))
        }),
        left_over in vec(any::<u8>(), 0..5000),
    ) {
        let rows = PaddedRows::new(width, height);
        let stride = rows.stride_bytes();
        prop_assert!(stride.is_multiple_of(ROW_ALIGNMENT_BYTES));
        prop_assert!((width * 4..width * 4 + ROW_ALIGNMENT_BYTES).contains(&stride), "{stride} bytes");
        prop_assert_eq!(rows.buffer_bytes(), u64::from(stride) * u64::from(height));
        let mut image = left_over;
        rows.unpad_rgb(&padded, &mut image);
        let mut expected = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let at = (y * stride + x * 4) as usize;
                expected.extend_from_slice(&padded[at..at + 3]);
            }
        }
        prop_assert_eq!(image, expected);
    }

    #[test]
    fn straight_alpha_gives_back_what_was_premultiplied(
        (width, height, padded) in (1_u32..70, 1_u32..5).prop_flat_map(|(width, height)| {
            let bytes = PaddedRows::new(width, height).buffer_bytes() as usize;
            (Just(width), Just(height), vec(any::<u8>(), bytes))
        }),
    ) {
        let rows = PaddedRows::new(width, height);
        // No channel is greater than its alpha.
        let padded: Vec<u8> =
            padded.as_chunks::<4>().0.iter().flat_map(|[r, g, b, a]| [*r.min(a), *g.min(a), *b.min(a), *a]).collect();
        let mut image = Vec::new();
        rows.unpad_straight(&padded, &mut image);
        prop_assert_eq!(image.len(), (width * height * 4) as usize);
        for (k, straight) in image.as_chunks::<4>().0.iter().enumerate() {
            let (x, y) = (k as u32 % width, k as u32 / width);
            let premultiplied = &padded[(y * rows.stride_bytes() + x * 4) as usize..][..4];
            prop_assert_eq!(straight[3], premultiplied[3]);
            for channel in 0..3 {
                let again = (u32::from(straight[channel]) * u32::from(straight[3]) + 127) / 255;
                prop_assert_eq!(again, u32::from(premultiplied[channel]), "{:?} of {:?}", straight, premultiplied);
            }
        }
    }

    #[test]
    fn lookups_have_the_class_that_counting_gives(thresholds in thresholds(), keys in vec(any::<u32>(), 200)) {
        let class = |raw: f64| thresholds.partition_point(|t| f64::from(*t) <= raw);
        let domain = RawDomain::Unsigned { max: u32::MAX };
        let table = ClassTable::new(domain, &numbered(thresholds.len() + 1), &class);
        prop_assert_eq!(table.threshold_keys(), &thresholds);
        let lookup = ClassLookup::new(&table);
        let near = thresholds.iter().flat_map(|t| [t - 1, *t, t.saturating_add(1)]);
        for key in keys.into_iter().chain(near).chain([0, u32::MAX]) {
            prop_assert_eq!(lookup.class(&thresholds, key) as usize, class(f64::from(key)), "{}", key);
        }
    }

    #[test]
    fn floats_have_the_class_that_counting_gives(levels in levels(), values in vec(any::<f32>(), 100)) {
        let map = value_map(&levels);
        let table = ClassTable::new(RawDomain::Float, &numbered(map.class_count()), &|raw| map.class_of_f32(raw as f32));
        let near = levels.iter().flat_map(|level| {
            let near = *level as f32;
            [near.next_down(), near, near.next_up()]
        });
        let special = [0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::MIN, f32::MAX];
        for value in values.into_iter().chain(near).chain(special).filter(|v| !v.is_nan()) {
            prop_assert_eq!(class_of_key(&table, float_key(value)), count_f32(&levels, value), "{:e}", value);
        }
    }

    #[test]
    fn scaled_int16_have_the_class_that_counting_gives(
        levels in levels(),
        scale in prop_oneof![Just(1.0), Just(0.1), Just(-0.01), -10.0..10.0].prop_filter("a scale", |s: &f64| *s != 0.0),
        offset in prop_oneof![Just(0.0), -1e3..1e3],
        raws in vec(any::<i16>(), 200),
    ) {
        let map = value_map(&levels);
        let value = |raw: f64| raw * scale + offset;
        let domain = RawDomain::Signed { min: i32::from(i16::MIN), max: i32::from(i16::MAX) };
        let table = ClassTable::new(domain, &numbered(map.class_count()), &|raw| map.class_of_f64(value(raw)));
        // Around each level too, where classes change.
        let near = levels.iter().flat_map(|level| {
            let raw = ((level - offset) / scale).clamp(-32_000.0, 32_000.0) as i16;
            [raw - 1, raw, raw + 1]
        });
        for raw in raws.into_iter().chain(near).chain([i16::MIN, i16::MAX]) {
            let key = i32::from(raw) as u32 ^ SIGN;
            prop_assert_eq!(class_of_key(&table, key), count(&levels, value(f64::from(raw))), "{}", raw);
        }
    }
}
