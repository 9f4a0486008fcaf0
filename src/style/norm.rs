//! Norms: from a value to the interval of colours it falls in.

use crate::error::{Error, Result};

/// How values are spread over the colours; the names and rules are matplotlib's.
#[derive(Debug, Clone, PartialEq)]
pub enum Norm {
    /// `Normalize(vmin, vmax)`: equal steps between the two.
    Linear {
        /// The value at the low end of the first colour, in the raster's unit.
        vmin: f64,
        /// The value at the high end of the last colour, which still has that colour.
        vmax: f64,
    },
    /// `BoundaryNorm(levels, ncolors, extend=extend)`: a colour from each level up to, not including, the next.
    Boundary {
        /// The edges in the raster's unit, strictly increasing, at least two.
        levels: Vec<f64>,
        /// Which of the outsides have a colour of their own.
        extend: Extend,
    },
}

/// Which values outside the levels have colours of their own; the others take the first or last colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extend {
    /// None of them.
    #[default]
    Neither,
    /// Those below the first level.
    Min,
    /// Those at or above the last level.
    Max,
    /// Both.
    Both,
}

impl Norm {
    /// A linear norm.
    ///
    /// # Errors
    /// As [`Norm::check`].
    pub fn linear(vmin: f64, vmax: f64) -> Result<Self> {
        let norm = Self::Linear { vmin, vmax };
        norm.check().map(|()| norm)
    }

    /// A boundary norm.
    ///
    /// # Errors
    /// As [`Norm::check`].
    pub fn boundary(levels: Vec<f64>, extend: Extend) -> Result<Self> {
        let norm = Self::Boundary { levels, extend };
        norm.check().map(|()| norm)
    }

    /// Whether the norm's numbers make sense.
    ///
    /// # Errors
    /// A linear norm's limits are not finite or not increasing, or further apart than a number can tell; a boundary
    /// norm has fewer than two levels, or they are not finite or not strictly increasing.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Linear { vmin, vmax } => check_limits(*vmin, *vmax),
            Self::Boundary { levels, .. } => check_levels(levels),
        }
    }

    /// The lowest and highest value that the norm spans, for a colorbar's axis.
    #[must_use]
    pub fn limits(&self) -> (f64, f64) {
        match self {
            Self::Linear { vmin, vmax } => (*vmin, *vmax),
            Self::Boundary { levels, .. } => {
                (levels.first().copied().unwrap_or_default(), levels.last().copied().unwrap_or_default())
            }
        }
    }

    /// Which outsides have colours of their own.
    #[must_use]
    pub fn extend(&self) -> Extend {
        match self {
            Self::Linear { .. } => Extend::Neither,
            Self::Boundary { extend, .. } => *extend,
        }
    }
}

impl Extend {
    /// The spelling of matplotlib's `extend` argument.
    ///
    /// # Errors
    /// `text` is none of neither, min, max and both; the error names `key`.
    pub fn parse(key: &str, text: &str) -> Result<Self> {
        match text {
            "neither" => Ok(Self::Neither),
            "min" => Ok(Self::Min),
            "max" => Ok(Self::Max),
            "both" => Ok(Self::Both),
            _ => Err(Error::value(key, text, "is not a way to extend", "give neither, min, max or both")),
        }
    }

    /// Whether values below have a colour of their own.
    #[must_use]
    pub fn below(self) -> bool {
        matches!(self, Self::Min | Self::Both)
    }

    /// Whether values above have a colour of their own.
    #[must_use]
    pub fn above(self) -> bool {
        matches!(self, Self::Max | Self::Both)
    }
}

fn check_limits(vmin: f64, vmax: f64) -> Result<()> {
    for (key, limit) in [("--vmin", vmin), ("--vmax", vmax)] {
        if !limit.is_finite() {
            return Err(Error::value(key, limit, "is not finite", "give a number"));
        }
    }
    if vmin >= vmax {
        let problem = format!("is not below --vmax {vmax}");
        return Err(Error::value("--vmin", vmin, problem, "give --vmin a lower value than --vmax"));
    }
    if !(vmax - vmin).is_finite() {
        let problem = format!("is too far from --vmax {vmax}");
        return Err(Error::value("--vmin", vmin, problem, "bring --vmin and --vmax nearer to each other"));
    }
    Ok(())
}

fn check_levels(levels: &[f64]) -> Result<()> {
    let shown = || levels.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    let error = |problem: String, remedy: &str| Err(Error::value("--levels", shown(), problem, remedy));
    if let Some(level) = levels.iter().find(|level| !level.is_finite()) {
        return error(format!("has the level {level}, which is not finite"), "give numbers");
    }
    if levels.len() < 2 {
        return error("has fewer than two levels".into(), "give at least a lower and an upper level");
    }
    match levels.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => error(
            format!("is not increasing: {} is followed by {}", pair[0], pair[1]),
            "give each level once, from low to high",
        ),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_that_span_nothing_are_named() {
        for (vmin, vmax, key) in [
            (1.0, 1.0, "--vmin: '1'"),
            (2.0, 1.0, "--vmax 1"),
            (f64::NAN, 1.0, "--vmin: 'NaN'"),
            (0.0, f64::INFINITY, "--vmax: 'inf'"),
            (-1.5e308, 1.5e308, "too far"),
        ] {
            let message = Norm::linear(vmin, vmax).unwrap_err().to_string();
            assert!(message.contains(key), "{vmin} {vmax}: {message}");
        }
    }

    #[test]
    fn levels_that_do_not_increase_are_named() {
        for (levels, problem) in [
            (vec![], "fewer than two"),
            (vec![1.0], "fewer than two"),
            (vec![0.0, 2.0, 2.0], "2 is followed by 2"),
            (vec![0.0, 2.0, 1.0], "2 is followed by 1"),
            (vec![0.0, f64::NAN], "not finite"),
        ] {
            let message = Norm::boundary(levels, Extend::Neither).unwrap_err().to_string();
            assert!(message.starts_with("--levels: ") && message.contains(problem), "{message}");
        }
    }

    #[test]
    fn extend_is_spelt_as_in_matplotlib() {
        assert_eq!(Extend::parse("--extend", "both").unwrap(), Extend::Both);
        assert!(Extend::parse("--extend", "Both").unwrap_err().to_string().contains("neither, min, max or both"));
    }
}
