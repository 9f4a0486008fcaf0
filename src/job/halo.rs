//! A halo as texts and layers have it: a colour, a width, a list of both, or a table.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::class::Scalar;
use crate::error::Result;
use crate::style::Halo;

/// A rim around letters.
#[derive(Clone, Debug, PartialEq)]
pub enum HaloJob {
    /// A colour, a width in points, or both with a comma between them; `none` for no halo.
    List(String),
    /// The same by their names.
    Table(HaloTable),
}

/// A halo's table.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HaloTable {
    /// Its colour; default white.
    pub color: Option<String>,
    /// How far it reaches beyond the letters, in points; default 1.5.
    pub width: Option<f64>,
}

impl HaloJob {
    /// What it is; `place` names it in messages.
    ///
    /// # Errors
    /// [`crate::Error::Value`] for what is no colour and no width.
    pub fn halo(&self, place: &str) -> Result<Halo> {
        match self {
            Self::List(list) => Halo::parse(place, list),
            Self::Table(HaloTable { color, width }) => Halo::of_table(place, color.as_deref(), *width),
        }
    }
}

impl<'de> Deserialize<'de> for HaloJob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HaloVisitor;

        impl<'de> Visitor<'de> for HaloVisitor {
            type Value = HaloJob;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a colour, a width in points, a list of both, or a table of color and width")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<HaloJob, E> {
                Ok(HaloJob::List(text.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<HaloJob, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<HaloJob, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<HaloJob, A::Error> {
                let mut items = Vec::new();
                while let Some(Scalar(item)) = list.next_element()? {
                    items.push(item);
                }
                Ok(HaloJob::List(items.join(",")))
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<HaloJob, A::Error> {
                HaloTable::deserialize(MapAccessDeserializer::new(table)).map(HaloJob::Table)
            }
        }

        deserializer.deserialize_any(HaloVisitor)
    }
}
