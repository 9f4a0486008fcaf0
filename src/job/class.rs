//! A `[[layer.class]]` of a job file: features that are told by an attribute, and what is different about them.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::layer::LayerOption;
use crate::style::ClassOptions;

/// What a class may have of a layer's options.
const KEYS: [&str; 9] =
    ["where", "edgecolor", "facecolor", "linewidth", "linestyle", "alpha", "marker", "markersize", "label"];

/// One class, read key by key.
pub(super) struct ClassTable(ClassOptions);

/// What the tables say.
pub(super) fn options(tables: Vec<ClassTable>) -> Vec<ClassOptions> {
    tables.into_iter().map(|table| table.0).collect()
}

impl<'de> Deserialize<'de> for ClassTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ClassVisitor;

        impl<'de> Visitor<'de> for ClassVisitor {
            type Value = ClassTable;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a table of a class's value or condition and its options")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<ClassTable, A::Error> {
                let mut class = ClassOptions::default();
                while let Some(key) = table.next_key::<String>()? {
                    match key.as_str() {
                        "value" => class.values = table.next_value::<OneOrSeveral>()?.into_list(),
                        key if KEYS.contains(&key) => {
                            let options = &mut class.options;
                            table.next_value_seed(LayerOption { place: "layer.class", key, options })?;
                        }
                        other => {
                            let known = KEYS.join(", ");
                            let message = format!("'{other}' is not an option of a class; give value, {known}");
                            return Err(de::Error::custom(message));
                        }
                    }
                }
                Ok(ClassTable(class))
            }
        }

        deserializer.deserialize_map(ClassVisitor)
    }
}

/// A text, or a number as text.
#[derive(Deserialize)]
#[serde(from = "TextOrNumber")]
pub(super) struct Scalar(pub String);

#[derive(Deserialize)]
#[serde(untagged, expecting = "a text or a number")]
enum TextOrNumber {
    Text(String),
    Whole(i64),
    Number(f64),
}

impl From<TextOrNumber> for Scalar {
    fn from(given: TextOrNumber) -> Self {
        Self(match given {
            TextOrNumber::Text(text) => text,
            TextOrNumber::Whole(number) => number.to_string(),
            TextOrNumber::Number(number) => number.to_string(),
        })
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a text, a number or a list of them")]
enum OneOrSeveral {
    One(Scalar),
    Several(Vec<Scalar>),
}

impl OneOrSeveral {
    fn into_list(self) -> Vec<String> {
        match self {
            Self::One(scalar) => vec![scalar.0],
            Self::Several(list) => list.into_iter().map(|scalar| scalar.0).collect(),
        }
    }
}
