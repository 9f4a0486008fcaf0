//! Which values matplotlib marks on an axis: its `MaxNLocator`, `AutoMinorLocator`, `LogLocator` and
//! `SymmetricalLogLocator`, without the ticks beyond the ends that these give besides.

/// The steps of matplotlib's `AutoLocator`, extended a decade to both sides as its `_staircase` does.
const STEPS: [f64; 10] = [0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 20.0];
/// Ticks this far beyond the ends, as a share of the range, still count as inside (matplotlib's
/// `_interval_contains_close`).
const END_TOLERANCE: f64 = 1e-10;
/// More marks than this are none (matplotlib's `Locator.MAXTICKS`).
const MOST_MINOR_TICKS: f64 = 1000.0;

/// Ticks of a linear scale in at most `intervals` intervals: matplotlib's `MaxNLocator._raw_ticks` with the steps of
/// `AutoLocator`.
#[must_use]
pub fn auto_ticks(vmin: f64, vmax: f64, intervals: usize) -> Vec<f64> {
    let range = vmax - vmin;
    if !(range.is_finite() && range > 0.0) {
        return if range == 0.0 { vec![vmin] } else { Vec::new() };
    }
    let middle = f64::midpoint(vmin, vmax);
    let offset = if middle.abs() / range < 100.0 { 0.0 } else { decade(middle.abs()).copysign(middle) };
    let (low, high) = (vmin - offset, vmax - offset);
    let raw_step = (high - low) / intervals.max(1) as f64;
    let scale = decade(raw_step);
    let largest = STEPS.iter().position(|step| step * scale >= raw_step).unwrap_or(STEPS.len() - 1);
    let mut ticks = Vec::new();
    for step in STEPS[..=largest].iter().rev().map(|step| step * scale) {
        let first = floor_div(low, step).0 * step;
        let from = whole_steps(low - first, step, offset, 1.0);
        let to =
            whole_steps(high - first, step, offset, 0.0) + if on_edge(high - first, step, offset) { 0.0 } else { 1.0 };
        let count = (to - from).clamp(0.0, 1000.0) as u32;
        ticks = (0..=count).map(|index| (from + f64::from(index)) * step + first + offset).collect::<Vec<_>>();
        let slack = END_TOLERANCE * range;
        ticks.retain(|tick| (vmin - slack..=vmax + slack).contains(tick));
        if ticks.len() >= 2 {
            break;
        }
    }
    ticks
}

fn decade(size: f64) -> f64 {
    10f64.powf(size.log10().floor())
}

/// Python's divmod for a positive divisor.
fn floor_div(value: f64, divisor: f64) -> (f64, f64) {
    let remainder = value.rem_euclid(divisor);
    (((value - remainder) / divisor).round(), remainder)
}

/// matplotlib's `_Edge_integer.closeto`: more slop where the offset is large beside the step.
fn edge_tolerance(step: f64, offset: f64) -> f64 {
    if offset == 0.0 { 1e-10 } else { (offset.abs() / step * 1e-12).clamp(1e-10, 0.4999) }
}

/// The whole steps in `distance`; one more if the rest is a step but for rounding and `edge` is 1.
fn whole_steps(distance: f64, step: f64, offset: f64, edge: f64) -> f64 {
    let (steps, rest) = floor_div(distance, step);
    let close = edge > 0.0 && (rest / step - edge).abs() < edge_tolerance(step, offset);
    if close { steps + 1.0 } else { steps }
}

fn on_edge(distance: f64, step: f64, offset: f64) -> bool {
    (floor_div(distance, step).1 / step).abs() < edge_tolerance(step, offset)
}

/// The decades of a logarithmic scale, at most so many: `LogLocator(base=10, subs=(1,))`. Both ends are positive.
#[must_use]
pub fn log_ticks(vmin: f64, vmax: f64, most: usize) -> Vec<f64> {
    let strides = LogStride::new(vmin, vmax, most);
    let ticks = strides.decades.into_iter().map(|decade| 10f64.powi(decade));
    ticks.filter(|tick| is_on_log_scale(*tick, vmin, vmax)).collect()
}

/// The minor ticks between the decades that [`log_ticks`] gives for as many: `LogLocator(base=10, subs="auto")`.
#[must_use]
pub fn log_minor_ticks(vmin: f64, vmax: f64, most: usize) -> Vec<f64> {
    let strides = LogStride::new(vmin, vmax, most);
    if strides.available >= 10 || (strides.stride != 1 && strides.available > 1) {
        return Vec::new();
    }
    let decades = strides.first - 1..=strides.last;
    let all = decades.flat_map(|decade| (2..10).map(move |sub| f64::from(sub) * 10f64.powi(decade)));
    let ticks: Vec<_> = all.filter(|tick| is_on_log_scale(*tick, vmin, vmax)).collect();
    // A scale of less than a decade may have so few that it is divided as a linear one.
    let major = strides.decades.len().saturating_sub(2);
    if strides.stride == 1 && major + ticks.len() <= 1 { auto_ticks(vmin, vmax, 9) } else { ticks }
}

/// Whether a value is between the ends of a logarithmic scale but for rounding.
fn is_on_log_scale(value: f64, vmin: f64, vmax: f64) -> bool {
    let (low, high) = (vmin.log10(), vmax.log10());
    let slack = END_TOLERANCE * (high - low);
    (low - slack..=high + slack).contains(&value.log10())
}

/// How a logarithmic scale is divided into decades.
struct LogStride {
    /// The first and the last whole exponent between the ends.
    first: i32,
    last: i32,
    available: i32,
    stride: i32,
    /// The exponents of major ticks, with one or more beyond each end.
    decades: Vec<i32>,
}

impl LogStride {
    /// The stride that gives the most ticks, no more than wanted, and the offset that puts them on its multiples.
    fn new(vmin: f64, vmax: f64, most: usize) -> Self {
        let (low, high) = (vmin.log10(), vmax.log10());
        let (first, last) = (low.ceil() as i32, high.floor() as i32);
        let available = last - first + 1;
        let mut wanted = most.clamp(1, 1000) as i32;
        let mut stride = available.div_euclid(wanted + 1) + 1;
        let divided = ceil_div(available, stride);
        if divided <= wanted {
            wanted = divided;
        }
        let decades = match wanted {
            ..=0 => {
                stride = last + 1 - (first - 1);
                vec![first - 1, last + 1]
            }
            1 => {
                let middle = low.midpoint(high).round_ties_even() as i32;
                stride = (middle - (first - 1)).max(last + 1 - middle);
                vec![middle - stride, middle, middle + stride]
            }
            _ => {
                stride = (available - 1) / (wanted - 1);
                if stride * wanted < available {
                    stride = available / wanted;
                }
                let least_offset = (available - stride * wanted).max(0);
                let end_offset = (available - stride * (wanted - 1)).min(stride);
                let round = (-first).rem_euclid(stride);
                let offset = if (least_offset..end_offset).contains(&round) { round } else { least_offset };
                (first + offset - stride..=last + stride).step_by(stride.max(1) as usize).collect()
            }
        };
        Self { first, last, available, stride, decades }
    }
}

fn ceil_div(value: i32, divisor: i32) -> i32 {
    -(-value).div_euclid(divisor)
}

/// The ticks of a scale that is logarithmic to both sides of 0 and linear up to `linthresh`:
/// `SymmetricalLogLocator(base=10)`.
#[must_use]
pub fn symlog_ticks(vmin: f64, vmax: f64, linthresh: f64, most: usize) -> Vec<f64> {
    if -linthresh <= vmin && vmax <= linthresh {
        let mut ticks = vec![vmin, 0.0, vmax];
        ticks.retain(|tick| (vmin..=vmax).contains(tick));
        ticks.dedup();
        return ticks;
    }
    let (has_low, has_high) = (vmin < -linthresh, vmax > linthresh);
    let has_middle = (has_low && vmax > -linthresh) || (has_high && vmin < linthresh);
    let exponents = |from: f64, to: f64| -> [i32; 2] {
        let exponent = |value: f64| value.ln() / 10f64.ln();
        [exponent(from).floor() as i32, exponent(to).ceil() as i32]
    };
    let below = if has_low { exponents(vmax.min(-linthresh).abs(), vmin.abs() + 1.0) } else { [0; 2] };
    let above = if has_high { exponents(vmin.max(linthresh), vmax + 1.0) } else { [0; 2] };
    let total = below[1] - below[0] + above[1] - above[0] + i32::from(has_middle);
    let stride = (total / (most as i32 - 1).max(1)).max(1) as usize;
    let decades = |[from, to]: [i32; 2]| (from..to).step_by(stride).map(|exponent| 10f64.powi(exponent));
    let mut ticks: Vec<f64> = decades(below).map(|tick| -tick).collect();
    ticks.reverse();
    ticks.extend(has_middle.then_some(0.0));
    ticks.extend(decades(above));
    ticks.retain(|tick| (vmin..=vmax).contains(tick));
    ticks
}

/// The marks between the decades of such a scale: 2 to 9 times each power of ten that is beyond `linthresh`.
#[must_use]
pub fn symlog_minor_ticks(vmin: f64, vmax: f64, linthresh: f64) -> Vec<f64> {
    let largest = vmin.abs().max(vmax.abs());
    let (from, to) = (linthresh.log10().floor() as i32, largest.log10().floor() as i32);
    let sizes = (from..=to).flat_map(|exponent| (2..10).map(move |sub| f64::from(sub) * 10f64.powi(exponent)));
    let sizes: Vec<f64> = sizes.filter(|size| *size > linthresh).collect();
    let all = sizes.iter().rev().map(|size| -size).chain(sizes.iter().copied());
    all.filter(|tick| (vmin..=vmax).contains(tick)).collect()
}

/// Minor ticks of a linear scale with these evenly spaced major ones, without those at a major one's place:
/// `AutoMinorLocator`.
#[must_use]
pub fn auto_minor_ticks(major: &[f64], vmin: f64, vmax: f64) -> Vec<f64> {
    let [first, second, ..] = major else { return Vec::new() };
    let step = second - first;
    let mantissa = 10f64.powf(step.log10().rem_euclid(1.0));
    let is_close = |to: f64| (mantissa - to).abs() <= 1e-8 + 1e-5 * to;
    let parts = if [1.0, 2.5, 5.0, 10.0].into_iter().any(is_close) { 5.0 } else { 4.0 };
    let minor_step = step / parts;
    let index = |end: f64| ((end - first) / minor_step).round_ties_even();
    let (from, to) = (index(vmin), index(vmax));
    if (to - from).is_nan() || to - from >= MOST_MINOR_TICKS {
        return Vec::new();
    }
    let slack = END_TOLERANCE * (vmax - vmin);
    let between = (0..=(to - from) as u32).map(|at| from + f64::from(at)).filter(|index| index % parts != 0.0);
    between
        .map(|index| index * minor_step + first)
        .filter(|tick| (vmin - slack..=vmax + slack).contains(tick))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(serde::Deserialize)]
    struct Choice {
        vmin: f64,
        vmax: f64,
        intervals: usize,
        ticks: Vec<f64>,
    }

    #[derive(serde::Deserialize)]
    struct LogChoice {
        vmin: f64,
        vmax: f64,
        most: usize,
        major: Vec<f64>,
        minor: Vec<f64>,
    }

    #[derive(serde::Deserialize)]
    struct SymLogChoice {
        vmin: f64,
        vmax: f64,
        linthresh: f64,
        ticks: Vec<f64>,
    }

    #[derive(serde::Deserialize)]
    struct Matplotlib {
        choices: Vec<Choice>,
        logs: Vec<LogChoice>,
        symlogs: Vec<SymLogChoice>,
    }

    fn matplotlib() -> Matplotlib {
        serde_json::from_str(include_str!("../../tests/data/ticks.json")).expect("a sound table")
    }

    fn assert_same(chosen: &[f64], expected: &[f64], span: f64, what: &str) {
        let same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * span.min(b.abs().max(1e-300) * 1e6);
        assert!(
            chosen.len() == expected.len() && chosen.iter().zip(expected).all(same),
            "{what}: {chosen:?}, not {expected:?}"
        );
    }

    #[test]
    fn linear_ticks_are_matplotlibs() {
        let numbers = matplotlib();
        assert!(numbers.choices.len() >= 500);
        for Choice { vmin, vmax, intervals, mut ticks } in numbers.choices {
            let slack = 1e-10 * (vmax - vmin);
            ticks.retain(|tick| (vmin - slack..=vmax + slack).contains(tick));
            let chosen = auto_ticks(vmin, vmax, intervals);
            let same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * (vmax - vmin);
            assert!(chosen.len() == ticks.len() && chosen.iter().zip(&ticks).all(same), "{chosen:?}, not {ticks:?}");
        }
    }

    #[test]
    fn logarithmic_ticks_are_matplotlibs() {
        let numbers = matplotlib();
        assert!(numbers.logs.len() >= 500);
        for LogChoice { vmin, vmax, most, major, minor } in numbers.logs {
            let what = format!("{vmin:e} to {vmax:e}, {most}");
            assert_same(&log_ticks(vmin, vmax, most), &major, vmax, &what);
            assert_same(&log_minor_ticks(vmin, vmax, most), &minor, vmax, &what);
        }
    }

    #[test]
    fn symmetrical_logarithmic_ticks_are_matplotlibs() {
        let numbers = matplotlib();
        assert!(numbers.symlogs.len() >= 100);
        for SymLogChoice { vmin, vmax, linthresh, ticks } in numbers.symlogs {
            let what = format!("{vmin:e} to {vmax:e}, {linthresh:e}");
            assert_same(&symlog_ticks(vmin, vmax, linthresh, 15), &ticks, vmax - vmin, &what);
        }
    }

    #[derive(serde::Deserialize)]
    struct Marked {
        interval: (f64, f64),
        values: Vec<f64>,
        minor: Vec<f64>,
    }

    #[derive(serde::Deserialize)]
    struct Colorbars {
        scalars: Vec<Marked>,
    }

    #[test]
    fn minor_ticks_are_matplotlibs() {
        let table: Colorbars =
            serde_json::from_str(include_str!("../../tests/data/colorbar.json")).expect("a sound table");
        let cases: Vec<_> = table.scalars.into_iter().filter(|case| case.values.len() > 1).collect();
        assert!(cases.len() >= 200);
        for Marked { interval: (vmin, vmax), values, minor } in cases {
            let chosen = auto_minor_ticks(&values, vmin, vmax);
            let same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-7 * (vmax - vmin);
            assert!(
                chosen.len() == minor.len() && chosen.iter().zip(&minor).all(same),
                "{vmin} to {vmax}: {chosen:?}, not {minor:?}"
            );
        }
    }

    #[test]
    fn minor_ticks_of_a_symmetrical_scale_are_beyond_the_linear_range() {
        let ticks = symlog_minor_ticks(-25.0, 300.0, 2.5);
        let negative = [-20.0, -9.0, -8.0, -7.0, -6.0, -5.0, -4.0, -3.0];
        assert_eq!(ticks[..8], negative);
        assert_eq!(ticks[8..11], [3.0, 4.0, 5.0]);
        assert_eq!(ticks.last(), Some(&300.0));
        assert!(symlog_minor_ticks(-1.0, 1.0, 2.0).is_empty());
    }

    #[test]
    fn scales_without_a_range_have_one_tick_or_none() {
        assert_eq!(auto_ticks(5.0, 5.0, 9), [5.0]);
        for (vmin, vmax) in [(1.0, 0.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (f64::MIN, f64::MAX)] {
            assert!(auto_ticks(vmin, vmax, 9).is_empty(), "{vmin} to {vmax}");
        }
    }

    proptest! {
        #[test]
        fn linear_ticks_are_few_and_inside(vmin in proptest::num::f64::NORMAL, size in -12.0..12.0f64, intervals in 1usize..10) {
            let vmax = vmin + vmin.abs() * 10f64.powf(size);
            let ticks = auto_ticks(vmin, vmax, intervals);
            prop_assert!(ticks.len() <= 1000);
            prop_assert!(ticks.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(ticks.iter().all(|tick| tick.is_finite()));
        }

        #[test]
        fn logarithmic_ticks_are_few_and_inside(low in -300.0..300.0f64, decades in 1e-9..300.0f64, most in 1usize..12) {
            let (vmin, vmax) = (10f64.powf(low), 10f64.powf(low + decades));
            if vmin > 0.0 && vmax.is_finite() {
                prop_assert!(log_ticks(vmin, vmax, most).len() <= most + 1);
                prop_assert!(log_minor_ticks(vmin, vmax, most).len() <= 100);
                prop_assert!(symlog_ticks(-vmax, vmax, vmin, most).len() <= 2 * 700);
            }
        }
    }
}
