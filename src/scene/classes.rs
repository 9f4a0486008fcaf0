//! From raw cells to colours: the value at which each class begins, found in the raw numbers themselves, so
//! that the GPU's integer comparison has the outcome that the norm's own arithmetic has.

/// The numbers that cells hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawDomain {
    /// Unsigned integers up to this one.
    Unsigned {
        /// The greatest.
        max: u32,
    },
    /// Signed integers from the first to the second.
    Signed {
        /// The least.
        min: i32,
        /// The greatest.
        max: i32,
    },
    /// 32-bit floats.
    Float,
}

impl RawDomain {
    /// The key range, ends included.
    fn keys(self) -> (u32, u32) {
        match self {
            Self::Unsigned { max } => (0, max),
            Self::Signed { min, max } => (min as u32 ^ SIGN, max as u32 ^ SIGN),
            Self::Float => (float_key(f32::NEG_INFINITY), float_key(f32::INFINITY)),
        }
    }

    /// The number that a key stands for.
    fn raw_of_key(self, key: u32) -> f64 {
        match self {
            Self::Unsigned { .. } => f64::from(key),
            Self::Signed { .. } => f64::from((key ^ SIGN) as i32),
            Self::Float => f64::from(f32::from_bits(if key & SIGN != 0 { key ^ SIGN } else { !key })),
        }
    }
}

const SIGN: u32 = 1 << 31;

/// An unsigned number that orders as floats do; `-0` and `0` are one.
fn float_key(value: f32) -> u32 {
    let bits = (if value == 0.0 { 0.0 } else { value }).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// Where classes begin and what colour each has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassTable {
    threshold_keys: Vec<u32>,
    colors: Vec<[u8; 4]>,
    is_indexed: bool,
}

impl ClassTable {
    /// Finds the thresholds of `class_of_raw`, a function of the raw number that only grows or only falls.
    ///
    /// `colors[class]` is RGBA with straight alpha. Each threshold takes 32 evaluations.
    ///
    /// # Panics
    /// If `class_of_raw` names a class that has no colour.
    #[must_use]
    pub fn new(domain: RawDomain, colors: &[[u8; 4]], class_of_raw: &dyn Fn(f64) -> usize) -> Self {
        let (first, last) = domain.keys();
        let class_at = |key: u32| class_of_raw(domain.raw_of_key(key));
        let mut class = class_at(first);
        let end = class_at(last);
        let mut table = Self { threshold_keys: Vec::new(), colors: vec![colors[class]], is_indexed: false };
        let mut from = first;
        while class != end {
            // The smallest key after `from` that is in another class.
            let (mut low, mut high) = (from + 1, last);
            while low < high {
                let middle = low.midpoint(high);
                if class_at(middle) == class { low = middle + 1 } else { high = middle }
            }
            class = class_at(low);
            table.threshold_keys.push(low);
            table.colors.push(colors[class]);
            from = low;
        }
        table
    }

    /// A table of numbered colours: a cell is the number of its own. Numbers beyond it have none.
    #[must_use]
    pub fn indexed(colors: &[[u8; 4]]) -> Self {
        let colors = colors.iter().copied().chain([[0; 4]]).collect();
        Self { threshold_keys: Vec::new(), is_indexed: true, colors }
    }

    /// Whether a number is that of its colour.
    #[must_use]
    pub fn is_indexed(&self) -> bool {
        self.is_indexed
    }

    /// The key of the first number of each class but the first, ascending.
    #[must_use]
    pub fn threshold_keys(&self) -> &[u32] {
        &self.threshold_keys
    }

    /// The colour of each class, one more than there are thresholds; or the numbered colours, and none.
    #[must_use]
    pub fn colors(&self) -> &[[u8; 4]] {
        &self.colors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::ClassLookup;

    /// The table's answer, and that of the shader's lookup.
    fn color_index(table: &ClassTable, key: u32) -> u8 {
        let class = table.threshold_keys().partition_point(|t| *t <= key);
        assert_eq!(ClassLookup::new(table).class(table.threshold_keys(), key) as usize, class, "key {key}");
        table.colors()[class][0]
    }

    fn digitize(value: f64, levels: &[f64]) -> usize {
        levels.iter().filter(|l| value >= **l).count()
    }

    fn greys(count: u8) -> Vec<[u8; 4]> {
        (0..count).map(|i| [i, i, i, 255]).collect()
    }

    #[test]
    fn float_classes_change_exactly_at_the_levels() {
        let levels = [-4.0, -1.0, 0.0, 0.1, 2.0, 1e30];
        let table = ClassTable::new(RawDomain::Float, &greys(7), &|raw| digitize(raw, &levels));
        let mut values = vec![f32::NEG_INFINITY, f32::INFINITY, -0.0, f32::MIN_POSITIVE / 2.0];
        for level in levels {
            let near = level as f32;
            values.extend([near.next_down(), near, near.next_up()]);
        }
        for value in values {
            let expected = digitize(f64::from(value), &levels);
            assert_eq!(usize::from(color_index(&table, float_key(value))), expected, "{value:e}");
        }
    }

    #[test]
    fn scaled_integers_have_the_classes_of_their_f64_values() {
        let levels = [-4.0, -1.0, 2.0, 5.0, 8.01];
        for scale in [0.01, -0.01] {
            let class = |raw: f64| digitize(raw * scale + 10.0, &levels);
            let domain = RawDomain::Signed { min: i32::from(i16::MIN), max: i32::from(i16::MAX) };
            let table = ClassTable::new(domain, &greys(6), &class);
            for raw in i16::MIN..=i16::MAX {
                let key = i32::from(raw) as u32 ^ SIGN;
                assert_eq!(usize::from(color_index(&table, key)), class(f64::from(raw)), "{raw} at {scale}");
            }
        }
    }

    #[test]
    fn classes_that_no_cell_can_have_are_left_out() {
        let table =
            ClassTable::new(RawDomain::Unsigned { max: 255 }, &greys(4), &|raw| digitize(raw, &[-5.0, 100.0, 1e9]));
        assert_eq!(table.threshold_keys(), [100]);
        assert_eq!(table.colors().iter().map(|c| c[0]).collect::<Vec<_>>(), [1, 2]);
    }
}
