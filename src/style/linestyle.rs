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

/// The dashes of a line of some width, all lengths in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Dashes {
    /// How far into the pattern a line starts; less than its whole length.
    pub start_px: f64,
    /// Stroke, gap, stroke, gap.
    pub lengths_px: Vec<f64>,
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

    /// The dashes of a line of a width in pixels; None for a line without gaps.
    ///
    /// A dash shorter than a hundredth of a pixel together with its gap is no dash.
    #[must_use]
    pub fn dashes(&self, width_px: f64) -> Option<Dashes> {
        const LEAST_PX: f64 = 0.01;
        let Self::Dashes { offset, pattern } = self else { return None };
        let lengths_px: Vec<f64> = pattern.iter().map(|length| length * width_px).collect();
        let period: f64 = lengths_px.iter().sum();
        (period > LEAST_PX).then(|| Dashes { start_px: (offset * width_px).rem_euclid(period), lengths_px })
    }

    fn new(offset: f64, pattern: Vec<f64>) -> Self {
        if pattern.is_empty() { Self::Solid } else { Self::Dashes { offset, pattern } }
    }
}

impl Dashes {
    /// From where to where there is ink along a straight line of this length.
    #[must_use]
    pub fn strokes(&self, length_px: f64) -> Vec<[f64; 2]> {
        let mut at = -self.start_px;
        let mut strokes = Vec::new();
        for (index, length) in self.lengths_px.iter().cycle().enumerate() {
            let [from, to] = [at.max(0.0), (at + length).min(length_px)];
            if index % 2 == 0 && to > from {
                strokes.push([from, to]);
            }
            at += length;
            if at >= length_px {
                break;
            }
        }
        strokes
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

    #[test]
    fn dashes_are_as_long_as_the_line_is_wide() {
        let style = LineStyle::Dashes { offset: 5.0, pattern: vec![4.0, 2.0] };
        let dashes = style.dashes(2.0).expect("dashes");
        assert_eq!(dashes, Dashes { start_px: 10.0, lengths_px: vec![8.0, 4.0] });
        assert_eq!(dashes.strokes(20.0), [[2.0, 10.0], [14.0, 20.0]]);
        assert_eq!(style.dashes(0.001), None, "too short to be seen");
        assert_eq!(LineStyle::Solid.dashes(1.0), None);
    }
}
