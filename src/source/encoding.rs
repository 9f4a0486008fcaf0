//! How a raster's cells become values: the type in which they are kept, and the arithmetic that turns a
//! kept number into the quantity that colours stand for.

/// The type in which cells are kept in memory and on the adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RawType {
    /// Unsigned, one byte.
    U8,
    /// Signed, two bytes; also holds signed bytes.
    I16,
    /// Unsigned, two bytes.
    U16,
    /// Signed, four bytes.
    I32,
    /// Unsigned, four bytes.
    U32,
    /// IEEE single precision.
    F32,
}

impl RawType {
    /// Bytes in a cell.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
        }
    }

    /// Smallest and largest finite number of the type.
    #[must_use]
    pub fn limits(self) -> [f64; 2] {
        match self {
            Self::U8 => [0.0, f64::from(u8::MAX)],
            Self::I16 => [f64::from(i16::MIN), f64::from(i16::MAX)],
            Self::U16 => [0.0, f64::from(u16::MAX)],
            Self::I32 => [f64::from(i32::MIN), f64::from(i32::MAX)],
            Self::U32 => [0.0, f64::from(u32::MAX)],
            Self::F32 => [f64::from(f32::MIN), f64::from(f32::MAX)],
        }
    }

    /// The number that a cell must equal to hold `nodata`, or None if no cell of this type can.
    ///
    /// A float is rounded to the nearest `f32` first: files hold -3.4e38 and the like as decimal text.
    /// NaN never equals anything and is invalid in any case, so it gives None.
    #[must_use]
    pub fn raw_nodata(self, nodata: f64) -> Option<f64> {
        if self == Self::F32 {
            #[expect(clippy::cast_possible_truncation, reason = "the nearest f32 is what the cells hold")]
            let nearest = f64::from(nodata as f32);
            return (!nearest.is_nan()).then_some(nearest);
        }
        let [low, high] = self.limits();
        (nodata.fract() == 0.0 && (low..=high).contains(&nodata)).then_some(nodata)
    }
}

/// How a kept number stands for a value: `value = raw * scale + offset`.
///
/// A cell is invalid if its raw number equals [`nodata`](Self::nodata) or is NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Encoding {
    /// The type of the raw numbers.
    pub raw_type: RawType,
    /// Value units in a raw unit; finite and not 0. It may be negative.
    pub scale: f64,
    /// The value of raw 0.
    pub offset: f64,
    /// The raw number that means "no data"; None if there is none. Never NaN.
    pub nodata: Option<f64>,
    /// Whether raw numbers are `f64` cells rounded to `f32`, less an offset. A boundary then compares as it
    /// does in the file if it is rounded in the same way: to the nearest `f32`, not to the next one up.
    pub rounded: bool,
}

impl Encoding {
    /// The value that a raw number stands for.
    #[must_use]
    pub fn value(&self, raw: f64) -> f64 {
        raw * self.scale + self.offset
    }

    /// The raw number, unrounded, that stands for a value.
    #[must_use]
    pub fn raw(&self, value: f64) -> f64 {
        (value - self.offset) / self.scale
    }
}

/// The number to subtract from `f64` cells between `min` and `max` before they are rounded to `f32`.
///
/// It is 0, so that whole numbers stay what they are, unless the values lie so far from 0 that rounding
/// would cost more than four of the 24 bits that an `f32` has for the range.
pub(super) fn offset_for_f32(min: f64, max: f64) -> f64 {
    const MOST_BITS_LOST: i32 = 4;
    let magnitude = min.abs().max(max.abs());
    let is_far = magnitude > (max - min) * 2.0_f64.powi(MOST_BITS_LOST);
    if is_far && magnitude.is_finite() { min.midpoint(max) } else { 0.0 }
}

/// Whether `f64` cells between `min` and `max` less `offset` are still themselves as `f32`: neither beyond its
/// greatest number nor all among the smallest, which have few digits.
pub(super) fn fits_f32(min: f64, max: f64, offset: f64) -> bool {
    const FULL_PRECISION: f64 = 1e-30;
    let greatest = (min - offset).abs().max((max - offset).abs());
    greatest == 0.0 || (FULL_PRECISION..=f64::from(f32::MAX)).contains(&greatest)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these results are exact")]
mod tests {
    use super::*;

    #[test]
    fn nodata_is_kept_only_where_a_cell_can_equal_it() {
        assert_eq!(RawType::U8.raw_nodata(255.0), Some(255.0));
        assert_eq!(RawType::U8.raw_nodata(-9999.0), None);
        assert_eq!(RawType::I16.raw_nodata(-9999.5), None);
        assert_eq!(RawType::U16.raw_nodata(f64::NAN), None);
        assert_eq!(RawType::F32.raw_nodata(f64::NAN), None);
        assert_eq!(RawType::F32.raw_nodata(0.1), Some(f64::from(0.1_f32)));
        assert_eq!(RawType::F32.raw_nodata(-3.402_823_466_385_288_6e38), Some(f64::from(f32::MIN)));
    }

    #[test]
    fn doubles_are_offset_only_when_far_from_zero() {
        assert_eq!(offset_for_f32(220.0, 320.0), 0.0);
        assert_eq!(offset_for_f32(100_000.0, 100_010.0), 100_005.0);
        assert_eq!(offset_for_f32(-7.5, -7.5), -7.5);
        assert_eq!(offset_for_f32(0.0, 0.0), 0.0);
        assert_eq!(offset_for_f32(f64::NEG_INFINITY, 1.0), 0.0);
    }

    #[test]
    fn doubles_beyond_the_range_of_floats_are_told() {
        assert!(fits_f32(0.0, 300.0, 0.0) && fits_f32(0.0, 0.0, 0.0) && fits_f32(1e5, 1e5, 1e5));
        assert!(!fits_f32(0.0, 8.8e301, 0.0) && !fits_f32(1e-50, 3e-49, 0.0) && !fits_f32(f64::MIN, 0.0, 0.0));
    }

    #[test]
    fn values_and_raw_numbers_are_inverse() {
        let encoding = Encoding { raw_type: RawType::I16, scale: 0.01, offset: 10.0, nodata: None, rounded: false };
        assert_eq!(encoding.value(-250.0), 7.5);
        assert!((encoding.raw(7.5) + 250.0).abs() < 1e-9);
    }
}
