//! At which longitudes or latitudes a graticule has lines: at steps that people count in, or where they were given.

/// The least parts of a degree that steps are chosen in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Division {
    /// Tenths, hundredths and so on.
    #[default]
    Decimal,
    /// Minutes and seconds.
    Sexagesimal,
}

/// At which longitudes, or latitudes, there are lines.
#[derive(Clone, Debug, PartialEq)]
pub enum LineSpacing {
    /// At multiples of a step that suits the map: up to nine on it, seldom fewer than four.
    Auto(Division),
    /// At multiples of so many degrees, more than 0.
    Every(f64),
    /// At these, in degrees.
    At(Vec<f64>),
}

/// A map is divided into no more parts than this by steps that are chosen for it.
const MOST_PARTS: f64 = 9.0;

/// Steps in degrees, minutes and seconds: GMT's automatic annotations have the same. At 30 degrees the lines of the whole
/// Earth enclose squares.
const STEPS: [f64; 6] = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0];

/// More lines than this in one direction are a mistake, and would take long.
const MOST_LINES: f64 = 1000.0;

/// How far beyond a limit a line may lie and still be on it, as a share of the step.
const SLACK: f64 = 1e-9;

/// Given lines that are no farther apart, or beyond a limit, are one, or on it, in degrees.
const SAME_DEG: f64 = 1e-9;

impl LineSpacing {
    /// The step on a map that spans so many degrees; None where the lines are given one by one.
    #[must_use]
    pub fn step(&self, span_deg: f64) -> Option<f64> {
        match self {
            Self::Auto(division) => Some(auto_step(span_deg, *division)),
            Self::Every(step) => Some(*step),
            Self::At(_) => None,
        }
    }

    /// The lines from `low` to `high`, in order, on a map that spans `span_deg` of them. Of given longitudes those are
    /// taken that differ by whole turns.
    ///
    /// # Errors
    /// The number of lines, if there are too many.
    pub(super) fn lines(&self, span_deg: f64, [low, high]: [f64; 2], turn_deg: Option<f64>) -> Result<Vec<f64>, usize> {
        let step = match self {
            Self::Auto(division) => auto_step(span_deg, *division),
            Self::Every(step) => *step,
            Self::At(given) => return Ok(given_lines(given, [low, high], turn_deg)),
        };
        let (first, last) = ((low / step - SLACK).ceil(), (high / step + SLACK).floor());
        let count = last - first + 1.0;
        if count > MOST_LINES {
            return Err(count as usize);
        }
        Ok((0..count.max(0.0) as u32).map(|k| (first + f64::from(k)) * step).collect())
    }
}

/// Those of given lines that lie within limits, or do by whole turns. Those that are there as they are stay the numbers
/// that were given.
fn given_lines(given: &[f64], [low, high]: [f64; 2], turn_deg: Option<f64>) -> Vec<f64> {
    let is_within = |at: f64| (low - SAME_DEG..=high).contains(&at);
    let turned = |at: f64, turn: f64| (at - low + SAME_DEG).rem_euclid(turn) + low - SAME_DEG;
    let near = |&at: &f64| turn_deg.filter(|_| !is_within(at)).map_or(at, |turn| turned(at, turn));
    let mut lines: Vec<f64> = given.iter().map(near).filter(|at| is_within(*at)).collect();
    lines.sort_unstable_by(f64::total_cmp);
    lines.dedup_by(|a, b| (*a - *b).abs() < SAME_DEG);
    lines
}

/// The least step of which a span holds no more than [`MOST_PARTS`].
fn auto_step(span_deg: f64, division: Division) -> f64 {
    const PARTS_OF_DEGREE: [f64; 3] = [1.0, 60.0, 3600.0];
    let least = span_deg.max(f64::MIN_POSITIVE) / MOST_PARTS;
    let units = match division {
        Division::Decimal => &PARTS_OF_DEGREE[..1],
        Division::Sexagesimal => &PARTS_OF_DEGREE[..],
    };
    // From the smallest unit up, the first that has a step so large.
    let largest = STEPS[STEPS.len() - 1];
    let unit = units.iter().rev().find(|unit| least * **unit <= largest).copied().unwrap_or(units[0]);
    let least = least * unit;
    let is_fraction = least <= 0.5;
    let step = if is_fraction {
        let decade = 10_f64.powf(least.log10().floor());
        // A step that is a whole decade is not to fail by its last digit.
        [1.0, 2.0, 5.0, 10.0].map(|m| m * decade).into_iter().find(|step| *step >= least * (1.0 - SLACK))
    } else {
        STEPS.into_iter().find(|step| *step >= least * (1.0 - SLACK))
    };
    step.unwrap_or(largest) / unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_those_that_people_count_in() {
        for (span, decimal, seconds) in [
            (360.0, 30.0, 108_000.0),
            (180.0, 30.0, 108_000.0),
            (65.0, 10.0, 36_000.0),
            (30.0, 5.0, 18_000.0),
            (9.0, 1.0, 3600.0),
            (4.0, 0.5, 1800.0),
            (2.0, 0.5, 900.0),
            (0.7, 0.1, 300.0),
            (0.02, 0.005, 10.0),
            (0.002, 0.0005, 1.0),
            (0.0001, 0.000_02, 0.05),
        ] {
            let step = auto_step(span, Division::Decimal);
            assert!((step - decimal).abs() < 1e-9 * decimal, "{span}: {step} for {decimal}");
            let step = auto_step(span, Division::Sexagesimal) * 3600.0;
            assert!((step - seconds).abs() < 1e-9 * seconds, "{span}: {step} seconds for {seconds}");
        }
    }

    #[test]
    fn a_map_of_any_size_has_enough_lines_and_not_too_many() {
        for division in [Division::Decimal, Division::Sexagesimal] {
            for k in 0..4000 {
                let span = 10_f64.powf(-5.0 + f64::from(k) * 0.0018);
                let parts = span / auto_step(span, division);
                assert!((3.5..=12.1).contains(&parts), "{span}: {parts} parts");
            }
        }
    }

    #[test]
    fn lines_at_the_limits_are_on_the_map() {
        let every = |step| LineSpacing::Every(step);
        assert_eq!(every(10.0).lines(0.0, [-20.0, 10.0], None), Ok(vec![-20.0, -10.0, 0.0, 10.0]));
        assert_eq!(every(0.1).lines(0.0, [0.3, 0.3], None).map(|lines| lines.len()), Ok(1));
        assert_eq!(every(50.0).lines(0.0, [1.0, 2.0], None), Ok(Vec::new()));
        assert_eq!(every(1e-6).lines(0.0, [0.0, 1.0], None), Err(1_000_001));
        let given = LineSpacing::At(vec![190.0, -95.0, 10.0, 265.0]);
        let within = given.lines(0.0, [-180.0, -60.0], Some(360.0)).unwrap();
        assert!(within.len() == 2 && (within[0] + 170.0).abs() < 1e-9 && (within[1] + 95.0).abs() < 1e-9, "{within:?}");
        assert_eq!(given.lines(0.0, [-90.0, 90.0], None), Ok(vec![10.0]));
    }
}
