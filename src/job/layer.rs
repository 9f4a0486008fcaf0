//! A `[[layer]]` of a job file, read key by key so that the one that is wrong can be named.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::class::{self, Scalar};
use super::halo::{HaloJob, HaloTable};
use crate::error::Result;
use crate::style::{ClassOptions, LAYER_KEYS, LayerOptions, parse_layer_flag};

/// One file of outlines.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerJob {
    /// The file.
    pub path: PathBuf,
    /// How its lines are drawn.
    pub options: LayerOptions,
    /// Classes of features that are drawn in their own way.
    pub classes: Vec<ClassOptions>,
}

impl LayerJob {
    /// The keys that [`from_flag`](Self::from_flag) takes.
    pub fn flag_keys() -> impl Iterator<Item = &'static str> {
        LAYER_KEYS.into_iter()
    }

    /// Reads `PATH[:key=value,..]` with the keys of a `[[layer]]`, as `--layer` takes it.
    ///
    /// # Errors
    /// [`crate::Error::Value`] naming the key or value that is wrong.
    pub fn from_flag(text: &str) -> Result<Self> {
        let (path, options) = parse_layer_flag(text)?;
        Ok(Self { path, options, classes: Vec::new() })
    }
}

impl<'de> Deserialize<'de> for LayerJob {
    /// Reads a `[[layer]]` key by key, so that the reader can tell the line and column of the one that is wrong.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LayerTable;

        impl<'de> Visitor<'de> for LayerTable {
            type Value = LayerJob;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a table of a layer's path and options")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<LayerJob, A::Error> {
                let (mut path, mut options, mut classes) = (None, LayerOptions::default(), Vec::new());
                while let Some(key) = table.next_key::<String>()? {
                    match key.as_str() {
                        "class" => classes = class::options(table.next_value()?),
                        "path" => path = Some(table.next_value()?),
                        key => table.next_value_seed(LayerOption { place: "layer", key, options: &mut options })?,
                    }
                }
                let path = path.ok_or_else(|| de::Error::missing_field("path"))?;
                Ok(LayerJob { path, options, classes })
            }
        }

        deserializer.deserialize_map(LayerTable)
    }
}

/// Options that may be a list.
const LISTS: [&str; 6] = ["levels", "cmap", "linewidths", "markersizes", "halo", "labelplacement"];

/// Where the value of a `[[layer]]`'s option goes.
pub(super) struct LayerOption<'a> {
    pub place: &'static str,
    pub key: &'a str,
    pub options: &'a mut LayerOptions,
}

impl<'de> DeserializeSeed<'de> for LayerOption<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LayerOption<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let other = if LISTS.contains(&self.key) { "list" } else { "number" };
        write!(f, "{} as a text or a {other}", self.key)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.options.set(self.place, self.key, text).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.visit_str(&number.to_string())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if !LISTS.contains(&self.key) {
            return Err(de::Error::invalid_type(de::Unexpected::Seq, &self));
        }
        let mut items = Vec::new();
        while let Some(Scalar(item)) = list.next_element()? {
            items.push(item);
        }
        self.visit_str(&items.join(","))
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<(), A::Error> {
        if self.key != "halo" {
            return Err(de::Error::invalid_type(de::Unexpected::Map, &self));
        }
        let halo = HaloJob::Table(HaloTable::deserialize(MapAccessDeserializer::new(table))?);
        let halo = halo.halo(&format!("{}: halo", self.place)).map_err(de::Error::custom)?;
        self.options.labels.halo = Some(halo);
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        self.visit_str(&number.to_string())
    }
}
