//! How job files name settings with few values, and those of them that are the job's own.

use serde::Deserialize;
use serde::de::{self, Deserializer};

use crate::output::{Format, PngLevel};
use crate::style::Choice;

/// Reads a choice by its name.
pub(super) fn choice<'de, T: Choice, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let names = || T::ALL.iter().map(|(n, _)| *n).collect::<Vec<_>>().join(", ");
    T::from_name(&name).map(Some).ok_or_else(|| de::Error::custom(format!("'{name}' is not one of {}", names())))
}

/// Declares an enum of named values.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$value_doc])* $value),+
        }

        impl Choice for $name {
            const ALL: &'static [(&'static str, Self)] = &[$(($text, Self::$value)),+];
        }
    };
}

choices! {
    /// How values are spread over the colours.
    NormKind {
        /// Evenly between vmin and vmax.
        Linear = "linear",
        /// By their logarithms.
        Log = "log",
        /// By their logarithms to both sides of 0, evenly about it.
        SymLog = "symlog",
        /// By a power of their share of the range.
        Power = "power",
        /// Half of the colours on each side of a value.
        TwoSlope = "twoslope",
        /// Evenly, to the same distance on each side of a value.
        Centered = "centered",
        /// One colour between neighbouring levels.
        Boundary = "boundary",
        /// One colour for each of a few values.
        Categorical = "categorical",
    }
}

impl Choice for Format {
    const ALL: &'static [(&'static str, Self)] = Self::NAMES;
}

impl Choice for PngLevel {
    const ALL: &'static [(&'static str, Self)] = Self::NAMES;
}

choices! {
    /// What gives way where a region's shape differs from the box's.
    Adjustable {
        /// The extent grows to fill the box.
        Datalim = "datalim",
        /// The box shrinks.
        Box = "box",
    }
}

/// Reads two numbers and no more, which TOML's reader would not mind.
pub(super) fn pair<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[f64; 2], D::Error> {
    let numbers = Vec::<f64>::deserialize(deserializer)?;
    let count = numbers.len();
    numbers.try_into().map_err(|_| de::Error::custom(format!("two numbers belong here, not {count}")))
}

/// The same where it may be left out.
pub(super) fn some_pair<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[f64; 2]>, D::Error> {
    pair(deserializer).map(Some)
}

/// Reads a text that has a form of its own.
pub(super) fn parsed<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
    D: Deserializer<'de>,
{
    String::deserialize(deserializer)?.parse().map(Some).map_err(de::Error::custom)
}
