//! Dashes of lines, with matplotlib's names and patterns.

use crate::error::{Error, Result};

/// A line's dashes, all lengths in line widths.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum LineStyle {
    /// No gaps.
    #[default]
    Solid,
    /// Strokes and gaps in turn.
    Dashes {
        /// How far into the pattern a line starts.
        offset: f64,
        /// Lengths of stroke, gap, stroke, gap and so on; an even number of them, with a sum above 0.
        pattern: Vec<f64>,
    },
}

/// matplotlib's `lines.dashed_pattern` and the like, 3.x.
const NAMED: [(&str, &str, &[f64]); 4] = [
    ("solid", "-", &[]),
    ("dashed", "--", &[3.7, 1.6]),
    ("dashdot", "-.", &[6.4, 1.6, 1.0, 1.6]),
    ("dotted", ":", &[1.0, 1.65]),
];

impl LineStyle {
    /// Reads a name, its sign, or `(offset,(on,off,..))`.
    ///
    /// # Errors
    /// [`crate::Error::Value`] naming `place` for anything else.
    pub fn parse(place: &str, text: &str) -> Result<Self> {
        if let Some((_, _, pattern)) = NAMED.iter().find(|(name, sign, _)| text == *name || text == *sign) {
            return Ok(Self::new(0.0, pattern.to_vec()));
        }
        let custom = || -> Option<Self> {
            let inner: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let (offset, list) = inner.strip_prefix('(')?.strip_suffix("))")?.split_once(",(")?;
            let number = |text: &str| text.parse::<f64>().ok().filter(|v| v.is_finite());
            // Python writes a trailing comma.
            let list = list.strip_suffix(',').unwrap_or(list);
            let pattern: Vec<f64> = list.split(',').map(number).collect::<Option<_>>()?;
            let is_pattern = pattern.len().is_multiple_of(2) && pattern.iter().all(|v| *v >= 0.0);
            (is_pattern && pattern.iter().sum::<f64>() > 0.0).then_some(Self::new(number(offset)?, pattern))
        };
        custom().ok_or_else(|| {
            Error::value(
                place,
                text,
                "is not a line style",
                "give solid, dashed, dashdot, dotted, -, --, -., : or (offset,(on,off,..)) in line widths",
            )
        })
    }

    fn new(offset: f64, pattern: Vec<f64>) -> Self {
        if pattern.is_empty() { Self::Solid } else { Self::Dashes { offset, pattern } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_signs_and_patterns_are_read() {
        let parsed = |text| LineStyle::parse("test", text).map_err(|e| e.to_string());
        assert_eq!(parsed("-"), Ok(LineStyle::Solid));
        for text in ["dashed", "--", "(0,(3.7,1.6))", " ( 0, (3.7, 1.6,) ) "] {
            let dashed = LineStyle::Dashes { offset: 0.0, pattern: vec![3.7, 1.6] };
            assert_eq!(parsed(text.trim()), Ok(dashed), "{text}");
        }
        assert_eq!(parsed("(2,(1,0))"), Ok(LineStyle::Dashes { offset: 2.0, pattern: vec![1.0, 0.0] }));
        for text in ["", "dashes", "(0,(1))", "(0,(1,-1))", "(0,(0,0))", "(x,(1,1))", "(0,1,1)", "(0,(nan,1))"] {
            let message = parsed(text).unwrap_err();
            assert!(message.starts_with("test: ") && message.contains("dashdot"), "{message}");
        }
    }
}
