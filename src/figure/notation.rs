//! How tick values are written: matplotlib's `ScalarFormatter`, so that labels read as its users expect, and a plain form
//! where that formatter would hide differences.

use std::collections::HashSet;

use super::locators::{log_minor_ticks, log_ticks};

/// Powers of ten at and beyond which values get a common exponent (matplotlib's `axes.formatter.limits`).
const EXPONENT_LIMITS: (i32, i32) = (-5, 6);
/// Magnitudes outside which the plain form has an exponent of its own.
const PLAIN_RANGE: std::ops::Range<f64> = 1e-5..1e7;
/// Digits beyond which a fixed number of decimals says no more about an f64.
const MAX_DECIMALS: i32 = 17;

/// Digits that an offset must save (matplotlib's `axes.formatter.offset_threshold`).
const OFFSET_THRESHOLD: i32 = 4;

/// The way in which all ticks of one colorbar are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Notation {
    /// Every value less the offset, divided by a power of ten, with the same number of decimals.
    Fixed {
        /// What is taken from every value; 0 is left unsaid.
        offset: f64,
        /// The common power of ten; 0 is left unsaid.
        exponent: i32,
    },
    /// Every value with as many digits as it needs, for values of which a common number of decimals hides some.
    Plain,
}

impl Notation {
    /// The notation for tick values on an axis that spans `interval`.
    #[must_use]
    pub fn choose(values: &[f64], interval: (f64, f64)) -> Self {
        let fixed = Self::fixed(values, interval);
        if fixed.texts(values, interval).is_some() { fixed } else { Self::Plain }
    }

    /// `ScalarFormatter._compute_offset` and `_set_order_of_magnitude`.
    fn fixed(values: &[f64], interval: (f64, f64)) -> Self {
        let visible: Vec<f64> =
            values.iter().copied().filter(|value| (interval.0..=interval.1).contains(value)).collect();
        let offset = offset(&visible);
        let largest = visible.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let size = if offset == 0.0 { largest } else { interval.1 - interval.0 };
        let power = if size > 0.0 { size.log10().floor() as i32 } else { 0 };
        let exponent = if power <= EXPONENT_LIMITS.0 || power >= EXPONENT_LIMITS.1 { power } else { 0 };
        Self::Fixed { offset, exponent }
    }

    /// Power of ten and offset as matplotlib writes them at the axis's end, such as "1e−7" and "+1.0132e5".
    #[must_use]
    pub fn exponent_text(self) -> Option<String> {
        let Self::Fixed { offset, exponent } = self else { return None };
        let power = if exponent == 0 { String::new() } else { format!("1e{exponent}") };
        let offset = match offset {
            0.0 => String::new(),
            offset if offset > 0.0 => format!("+{}", offset_text(offset)),
            offset => offset_text(offset),
        };
        let text = with_minus_signs(&(power + &offset));
        (!text.is_empty()).then_some(text)
    }

    /// The texts of those values that are drawn, which may be fewer than the notation was chosen for. `None` if they
    /// cannot be told apart in this notation.
    #[must_use]
    pub fn texts(self, values: &[f64], interval: (f64, f64)) -> Option<Vec<String>> {
        match self {
            Self::Fixed { offset, exponent } => {
                let unit = 10f64.powi(exponent);
                let scaled = |value: f64| (value - offset) / unit;
                let values: Vec<f64> = values.iter().copied().map(scaled).collect();
                // About an offset it is 0 that says most.
                fixed_texts(&values, (scaled(interval.0), scaled(interval.1)), offset == 0.0)
            }
            Self::Plain => Some(values.iter().copied().map(plain_text).collect()),
        }
    }
}

/// The power of ten, times a whole number, that all values have in common to so many digits that leaving it out saves
/// some; else 0.
fn offset(visible: &[f64]) -> f64 {
    let least = visible.iter().copied().fold(f64::INFINITY, f64::min);
    let most = visible.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if visible.is_empty() || least.total_cmp(&most).is_eq() || (least <= 0.0 && 0.0 <= most) {
        return 0.0;
    }
    let (low, high) = (least.abs().min(most.abs()), least.abs().max(most.abs()));
    let unit = |power: i32| 10f64.powf(f64::from(power));
    let whole = |value: f64, power: i32| whole_quotient(value, unit(power));
    let first = high.log10().ceil() as i32;
    // No two numbers have more digits in common than this.
    let until = |differs: &dyn Fn(i32) -> bool| 1 + (first - 40..=first).rev().find(|p| differs(*p)).unwrap_or(first);
    let mut power = until(&|power| whole(low, power).total_cmp(&whole(high, power)).is_ne());
    if (high - low) / unit(power) <= 1e-2 {
        // They straddle a multiple of a large power of ten.
        power = until(&|power| whole(high, power) - whole(low, power) > 1.0);
    }
    let common = whole(high, power);
    if common >= 10f64.powi(OFFSET_THRESHOLD - 1) { least.signum() * common * unit(power) } else { 0.0 }
}

/// Python's `//` of positive numbers.
fn whole_quotient(value: f64, divisor: f64) -> f64 {
    let quotient = (value - value % divisor) / divisor;
    let whole = quotient.floor();
    if quotient - whole > 0.5 { whole + 1.0 } else { whole }
}

/// `ScalarFormatter.format_data`.
fn offset_text(offset: f64) -> String {
    let exponent = offset.abs().log10().floor() as i32;
    let digits = format!("{:.9}", offset / 10f64.powi(exponent));
    let significand = digits.trim_end_matches('0').trim_end_matches('.');
    if exponent == 0 { significand.to_owned() } else { format!("{significand}e{exponent}") }
}

/// The values between decades that matplotlib's `LogFormatter` labels where a scale has not two decades on it: some if it
/// spans more than 0.4 of one, else all.
#[must_use]
pub(super) fn minor_log_labels(vmin: f64, vmax: f64, most: usize) -> Vec<f64> {
    const FEW_DECADES: f64 = 0.4;
    const SOME: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 6.0];
    let mut values = log_minor_ticks(vmin, vmax, most);
    if vmax.log10() - vmin.log10() > FEW_DECADES {
        values.retain(|value| SOME.contains(&coefficient(*value).0.round()));
    }
    values.extend(log_ticks(vmin, vmax, most));
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// A value as a number of 1 to 10 and a power of ten.
fn coefficient(value: f64) -> (f64, i32) {
    let exponent = value.abs().log10();
    let whole = if (exponent - exponent.round()).abs() < 1e-10 { exponent.round() } else { exponent.floor() } as i32;
    (value.abs() / 10f64.powi(whole), whole)
}

/// A value on a logarithmic scale as matplotlib's `LogFormatterSciNotation` writes it: 10², 3×10⁻¹, 0.
#[must_use]
pub(super) fn log_text(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let (coefficient, exponent) = coefficient(value);
    let sign = if value < 0.0 { "−" } else { "" };
    let power: String = exponent.to_string().chars().map(superscript).collect();
    let near = coefficient.round();
    if near == 1.0 && (coefficient - near).abs() < 1e-10 {
        return format!("{sign}10{power}");
    }
    // As many digits as C's %g shows.
    let shown = if (coefficient - near).abs() < 1e-10 { near } else { (coefficient * 1e5).round() / 1e5 };
    format!("{sign}{shown}×10{power}")
}

fn superscript(digit: char) -> char {
    match digit {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        other => other,
    }
}

/// `ScalarFormatter._set_format`: the fewest decimals that show every value to a thousandth of their range; `None` if
/// different values would read alike or, unless it is meant to, a value other than 0 as 0.
fn fixed_texts(scaled: &[f64], interval: (f64, f64), keeps_zero: bool) -> Option<Vec<String>> {
    let decimals = decimals(scaled, interval);
    let texts: Vec<String> = scaled.iter().map(|value| fixed_text(*value, decimals)).collect();
    let zero = fixed_text(0.0, decimals);
    let vanishes = keeps_zero && scaled.iter().zip(&texts).any(|(value, text)| value.abs() >= 1e-8 && *text == zero);
    let distinct = texts.iter().collect::<HashSet<_>>().len() == texts.len();
    (distinct && !vanishes).then_some(texts)
}

fn decimals(scaled: &[f64], interval: (f64, f64)) -> usize {
    let ends = [interval.0, interval.1];
    let spanned = if scaled.len() < 2 { [scaled, &ends].concat() } else { scaled.to_vec() };
    let least = spanned.iter().copied().fold(f64::INFINITY, f64::min);
    let most = spanned.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let range = [most - least, most.abs().max(least.abs()), 1.0];
    let range = range.into_iter().find(|size| size.is_finite() && *size > 0.0).unwrap_or(1.0);
    let power = range.log10().floor() as i32;
    let threshold = 1e-3 * 10f64.powi(power);
    let mut wanted = (3 - power).clamp(0, MAX_DECIMALS);
    while wanted >= 0 && scaled.iter().all(|value| (value - rounded(*value, wanted)).abs() < threshold) {
        wanted -= 1;
    }
    usize::try_from(wanted + 1).unwrap_or(0)
}

fn rounded(value: f64, decimals: i32) -> f64 {
    let power = 10f64.powi(decimals);
    (value * power).round_ties_even() / power
}

fn fixed_text(value: f64, decimals: usize) -> String {
    // As matplotlib, so that what rounding left of a 0 is not a long "-0.00".
    let value = if value.abs() < 1e-8 { 0.0 } else { value };
    with_minus_signs(&format!("{value:.decimals$}"))
}

fn plain_text(value: f64) -> String {
    let text = if value == 0.0 {
        "0".to_owned()
    } else if PLAIN_RANGE.contains(&value.abs()) {
        format!("{value}")
    } else {
        format!("{value:e}")
    };
    with_minus_signs(&text)
}

/// Typographic minus signs (matplotlib's `axes.unicode_minus`).
fn with_minus_signs(text: &str) -> String {
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(serde::Deserialize)]
    struct Formatted {
        values: Vec<f64>,
        interval: (f64, f64),
        texts: Vec<String>,
        exponent: String,
    }

    #[derive(serde::Deserialize)]
    struct Given {
        texts: Vec<Formatted>,
    }

    #[derive(serde::Deserialize)]
    struct Power {
        value: f64,
        text: String,
    }

    #[derive(serde::Deserialize)]
    struct Chosen {
        scalars: Vec<Formatted>,
        powers: Vec<Power>,
    }

    fn chosen() -> Chosen {
        serde_json::from_str(include_str!("../../tests/data/colorbar.json")).expect("a sound table")
    }

    fn assert_matplotlibs(cases: &[Formatted]) {
        for case in cases {
            let notation = Notation::choose(&case.values, case.interval);
            let texts = notation.texts(&case.values, case.interval);
            assert_eq!(texts.as_ref(), Some(&case.texts), "{:?} within {:?}", case.values, case.interval);
            assert_eq!(notation.exponent_text().unwrap_or_default(), case.exponent, "{:?}", case.values);
        }
    }

    #[test]
    fn texts_are_matplotlibs() {
        let given: Given = serde_json::from_str(include_str!("../../tests/data/text.json")).expect("a sound table");
        assert_matplotlibs(&given.texts);
    }

    #[test]
    fn texts_of_ticks_that_the_scale_chooses_are_matplotlibs() {
        let cases = chosen().scalars;
        assert!(cases.len() >= 500);
        assert!(cases.iter().filter(|case| case.exponent.contains('+')).count() >= 30, "some have an offset");
        assert_matplotlibs(&cases);
    }

    #[test]
    fn texts_of_logarithmic_scales_are_matplotlibs() {
        let powers = chosen().powers;
        assert!(powers.len() >= 100);
        for Power { value, text } in powers {
            assert_eq!(log_text(value), text, "{value:e}");
        }
    }

    #[test]
    fn powers_are_written_as_such() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "10⁰"),
            (1e-12, "10⁻¹²"),
            (-1000.0, "−10³"),
            (0.2, "2×10⁻¹"),
            (0.1 + 0.2, "3×10⁻¹"),
            (2.5e45, "2.5×10⁴⁵"),
        ] {
            assert_eq!(log_text(value), text);
        }
    }

    #[test]
    fn scales_of_less_than_two_decades_have_labels_between_them() {
        assert_eq!(minor_log_labels(0.9, 9.5, 9), [1.0, 2.0, 3.0, 4.0, 6.0]);
        assert_eq!(minor_log_labels(2.0, 4.5, 9), [2.0, 3.0, 4.0]);
        assert_eq!(minor_log_labels(1.0, 1.3, 9).len(), 7, "divided as a linear scale");
    }

    #[test]
    fn values_of_many_magnitudes_stay_readable() {
        for (values, expected) in [
            (vec![1e-9, 1e-7, 1e-3], vec!["1e−9", "1e−7", "0.001"]),
            (vec![0.0, 0.001, 1000.0], vec!["0", "0.001", "1000"]),
            (vec![-1.0, 1.0, 1e7], vec!["−1", "1", "1e7"]),
        ] {
            let interval = (values[0], values[2]);
            let notation = Notation::choose(&values, interval);
            assert_eq!(notation, Notation::Plain);
            assert_eq!(notation.texts(&values, interval).expect("always readable"), expected);
        }
    }

    proptest! {
        #[test]
        fn different_values_never_read_alike(
            mut values in proptest::collection::vec(prop_oneof![-1e3..1e3, proptest::num::f64::NORMAL], 1..20),
        ) {
            values.sort_by(f64::total_cmp);
            values.dedup();
            if let (Some(first), Some(last)) = (values.first(), values.last()) {
                let interval = (*first, *last);
                let texts = Notation::choose(&values, interval).texts(&values, interval).expect("chosen to be readable");
                prop_assert_eq!(texts.iter().collect::<HashSet<_>>().len(), values.len());
            }
        }
    }
}
