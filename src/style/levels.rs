//! The levels of a boundary norm as a user writes them.

use super::norm::{Extend, Norm};
use crate::error::{Error, Result};

/// More levels than this are refused: no reader tells so many colours apart, and a mistyped step must not fill memory.
pub const MAX_LEVELS: usize = 4096;

const FORMS: &str = "give increasing numbers as A,B,.. or equal steps as A:B:STEP";
/// How far, in steps and relative to their number, the end of a range may be from a whole step and still be one.
const STEP_TOLERANCE: f64 = 1e-9;

/// The levels of `--levels`: `A,B,..`, or `A:B:STEP` for A, A + STEP, .. up to and including B.
///
/// Level i of a range is A + i * STEP, so that no rounding error adds up; B is a level if it is a whole number of
/// steps from A to within 1e-9.
///
/// # Errors
/// The text is in neither form, or the levels are not finite, not strictly increasing, fewer than two or more than
/// [`MAX_LEVELS`]; the error names `--levels`.
pub fn parse_levels(text: &str) -> Result<Vec<f64>> {
    let levels = numbers(text)?;
    Norm::boundary(levels.clone(), Extend::Neither).map_err(|error| with_text(error, text))?;
    Ok(levels)
}

/// The numbers of `--ticks`, in the forms of [`parse_levels`]; one is enough and their order does not matter.
///
/// # Errors
/// The text is in neither form or has too many numbers; the error names `--ticks`.
pub fn parse_ticks(text: &str) -> Result<Vec<f64>> {
    numbers(text).map_err(|error| match error {
        Error::Value { value, problem, remedy, .. } => Error::Value { key: "--ticks".into(), value, problem, remedy },
        other => other,
    })
}

fn numbers(text: &str) -> Result<Vec<f64>> {
    if text.contains(':') { range(text) } else { list(text) }
}

fn list(text: &str) -> Result<Vec<f64>> {
    let levels = text.split(',').map(|item| number(text, item)).collect::<Result<Vec<_>>>()?;
    if levels.len() > MAX_LEVELS {
        return Err(too_many(text));
    }
    Ok(levels)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the number of steps is checked to be between 1 and MAX_LEVELS"
)]
fn range(text: &str) -> Result<Vec<f64>> {
    let parts = text.split(':').map(|item| number(text, item)).collect::<Result<Vec<_>>>()?;
    let [first, last, step] = parts[..] else {
        return Err(problem(text, "is not a range of three numbers"));
    };
    if step <= 0.0 {
        return Err(problem(text, "has a step that is not positive"));
    }
    let steps = (last - first) / step;
    let whole = if (steps - steps.round()).abs() <= STEP_TOLERANCE * steps.abs().max(1.0) {
        steps.round()
    } else {
        steps.floor()
    };
    if whole < 1.0 {
        return Err(problem(text, "reaches no second level"));
    }
    if whole >= MAX_LEVELS as f64 {
        return Err(too_many(text));
    }
    Ok((0..=whole as usize).map(|i| first + i as f64 * step).collect())
}

fn number(text: &str, item: &str) -> Result<f64> {
    let item = item.trim();
    match item.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(problem(text, format!("has '{item}', which is not a finite number"))),
    }
}

fn problem(text: &str, problem: impl Into<String>) -> Error {
    Error::value("--levels", text, problem, FORMS)
}

fn too_many(text: &str) -> Error {
    Error::value("--levels", text, format!("gives more than {MAX_LEVELS} levels"), "give fewer levels or a larger step")
}

/// The error with the levels as the user wrote them, not as they were expanded.
fn with_text(error: Error, text: &str) -> Error {
    match error {
        Error::Value { key, problem, remedy, .. } => Error::Value { key, value: text.to_owned(), problem, remedy },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<f64> {
        parse_levels(text).unwrap()
    }

    #[test]
    fn a_list_is_taken_as_it_stands() {
        assert_eq!(parsed("0, 0.1,2.5,1e3"), [0.0, 0.1, 2.5, 1000.0]);
    }

    #[test]
    fn a_range_includes_its_end() {
        let levels = parsed("-4:44:3");
        assert_eq!((levels.len(), levels[0], levels[16]), (17, -4.0, 44.0));
        assert_eq!(parsed("0:0.3:0.1").len(), 4);
        assert_eq!(parsed("273.15:313.15:0.1").len(), 401);
    }

    #[test]
    fn a_range_stops_before_an_end_between_steps() {
        assert_eq!(parsed("0:10:4"), [0.0, 4.0, 8.0]);
        assert_eq!(parsed("0:0.999999:0.5"), [0.0, 0.5]);
    }

    #[test]
    fn level_i_is_the_first_plus_i_steps() {
        let levels = parsed("-1:1:0.1");
        assert_eq!(levels.len(), 21);
        assert_eq!(levels[7].to_bits(), (-1.0 + 7.0 * 0.1_f64).to_bits());
    }

    #[test]
    fn wrong_levels_name_the_key_the_text_and_the_fault() {
        for (text, fault) in [
            ("", "not a finite number"),
            ("1", "fewer than two"),
            ("1,2,2", "2 is followed by 2"),
            ("3,2,1", "3 is followed by 2"),
            ("1,x", "'x'"),
            ("0,inf", "'inf'"),
            ("0:nan:1", "'nan'"),
            ("0:10", "three numbers"),
            ("0:1:2:3", "three numbers"),
            ("0:10:0", "not positive"),
            ("0:10:-1", "not positive"),
            ("10:0:1", "no second level"),
            ("0:1:2", "no second level"),
            ("0:1e9:1", "more than 4096"),
            ("-1e308:1e308:1e-300", "more than 4096"),
            ("1e17:1.00000000000000001e17:1", "no second level"),
            ("1e17:100000000000000100:1", "followed by"),
        ] {
            let message = parse_levels(text).unwrap_err().to_string();
            assert!(
                message.starts_with(&format!("--levels ([raster] levels): '{text}' ")) && message.contains(fault),
                "{text}: {message}"
            );
        }
    }

    #[test]
    fn the_most_levels_allowed_are_allowed() {
        assert_eq!(parsed(&format!("1:{MAX_LEVELS}:1")).len(), MAX_LEVELS);
        assert!(parse_levels(&format!("0:{MAX_LEVELS}:1")).is_err());
    }
}
