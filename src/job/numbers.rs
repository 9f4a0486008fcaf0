//! Lists of numbers: levels and ticks.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use crate::error::{Error, Result};
use crate::style::{parse_levels, parse_ticks};

/// Numbers as a list, or as text that is read later: `A,B,..` or `A:B:STEP`.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// Text as a flag takes it.
    Text(String),
    /// The numbers themselves.
    List(Vec<f64>),
}

impl Numbers {
    /// The numbers as levels.
    ///
    /// # Errors
    /// [`Error::Value`] naming `--levels`; a list is checked by the norm that it makes.
    pub fn levels(&self) -> Result<Vec<f64>> {
        match self {
            Self::Text(text) => parse_levels(text),
            Self::List(list) => Ok(list.clone()),
        }
    }

    /// The numbers as ticks.
    ///
    /// # Errors
    /// [`Error::Value`] naming `--ticks`.
    pub fn ticks(&self) -> Result<Vec<f64>> {
        match self {
            Self::Text(text) => parse_ticks(text),
            Self::List(list) => match list.iter().find(|tick| !tick.is_finite()) {
                Some(tick) => Err(Error::value("[colorbar] ticks", tick, "is not a finite number", "give numbers")),
                None => Ok(list.clone()),
            },
        }
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrList;

        impl<'de> Visitor<'de> for TextOrList {
            type Value = Numbers;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a list of numbers or a text such as \"-4:44:3\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Numbers, E> {
                Ok(Numbers::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Numbers, A::Error> {
                let mut numbers = Vec::new();
                while let Some(number) = list.next_element()? {
                    numbers.push(number);
                }
                Ok(Numbers::List(numbers))
            }
        }

        deserializer.deserialize_any(TextOrList)
    }
}
