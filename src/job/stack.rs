//! The `[[overlay]]` tables: rasters over the map's own, each with the keys of a `[raster]` and a colorbar.

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer as _, MapAccess, Visitor};
use toml::Value;

use super::{ColorbarJob, RasterJob};
use crate::error::{Error, Result};
use crate::style::{next_option, options, split_options, unknown_name};

/// A raster drawn over the map's own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverlayJob {
    /// The rasters, as many as there are below it or one for all, and how their values become colours.
    pub raster: RasterJob,
    /// Its colorbar.
    pub colorbar: ColorbarJob,
}

/// The keys of `--overlay`, and what their values are in a job file.
const KEYS: [(&str, Kind); 33] = [
    ("subdatasets", Kind::Text),
    ("alpha", Kind::Number),
    ("band", Kind::Text),
    ("cmap", Kind::Text),
    ("lut", Kind::Number),
    ("levels", Kind::Text),
    ("vmin", Kind::Number),
    ("vmax", Kind::Number),
    ("norm", Kind::Text),
    ("vcenter", Kind::Number),
    ("halfrange", Kind::Number),
    ("gamma", Kind::Number),
    ("linthresh", Kind::Number),
    ("linscale", Kind::Number),
    ("categories", Kind::Text),
    ("under", Kind::Text),
    ("over", Kind::Text),
    ("bad", Kind::Text),
    ("extend", Kind::Text),
    ("resampling", Kind::Text),
    ("crs", Kind::Text),
    ("ticks", Kind::TextOfBar),
    ("minor_ticks", Kind::TextOfBar),
    ("format", Kind::TextOfBar),
    ("label", Kind::TextOfBar),
    ("location", Kind::TextOfBar),
    ("spacing", Kind::TextOfBar),
    ("pad", Kind::NumberOfBar),
    ("width", Kind::NumberOfBar),
    ("aspect", Kind::NumberOfBar),
    ("shrink", Kind::NumberOfBar),
    ("extendfrac", Kind::TextOfBar),
    ("drawedges", Kind::SwitchOfBar),
];

/// What a key's value is, and whether it stands in the table of the colorbar.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Text,
    NumberOfBar,
    TextOfBar,
    SwitchOfBar,
}

impl OverlayJob {
    /// The keys that [`from_flag`](Self::from_flag) takes.
    pub fn flag_keys() -> impl Iterator<Item = &'static str> {
        KEYS.iter().map(|(key, _)| *key)
    }

    /// Reads `DATASET[:key=value,..]` with the keys of an `[[overlay]]`, as `--overlay` takes it.
    ///
    /// A dataset's name may hold colons, as a layer's may. What follows a comma and is no `word=` belongs to the value
    /// before it, so that `levels=0,5,10,cmap=turbo` are two options.
    ///
    /// # Errors
    /// [`Error::Value`] naming the key or value that is wrong.
    pub fn from_flag(text: &str) -> Result<Self> {
        let names = KEYS.map(|(key, _)| key);
        let (dataset, list) = split_options(text, &names);
        if dataset.is_empty() {
            return Err(Error::value("--overlay", text, "has no dataset", "give DATASET or DATASET:key=value,.."));
        }
        let flag = format!("--overlay {dataset}");
        let (mut table, mut colorbar) = (toml::Table::new(), toml::Table::new());
        table.insert("path".into(), Value::String(dataset.to_owned()));
        for option in options(&flag, list, next_item) {
            let (key, value) = option?;
            let Some((_, kind)) = KEYS.iter().find(|(name, _)| *name == key) else {
                let all = format!("give one of {}", names.join(", "));
                return Err(unknown_name(&flag, "overlay option", key, names, &all));
            };
            let place = format!("{flag}: {key}");
            let target = if kind.is_of_bar() { &mut colorbar } else { &mut table };
            let value = kind.read(&place, value)?;
            // Alone, so that what is wrong with it is told of it.
            let alone = toml::Table::from_iter([(key.to_owned(), value.clone())]);
            let fault = if kind.is_of_bar() {
                ColorbarJob::deserialize(alone).err()
            } else {
                RasterJob::deserialize(alone).err()
            };
            if let Some(fault) = fault {
                let told = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let problem = format!("cannot be used: {}", fault.message());
                return Err(Error::value(place, told, problem, "give another value"));
            }
            target.insert(key.to_owned(), value);
        }
        let fault = |fault: toml::de::Error| Error::value("--overlay", text, fault.message(), "mend it");
        let raster = RasterJob::deserialize(table).map_err(fault)?;
        let colorbar = ColorbarJob::deserialize(colorbar).map_err(fault)?;
        Ok(Self { raster, colorbar })
    }
}

impl Kind {
    fn is_of_bar(self) -> bool {
        matches!(self, Self::NumberOfBar | Self::TextOfBar | Self::SwitchOfBar)
    }

    fn read(self, place: &str, text: &str) -> Result<Value> {
        if matches!(self, Self::Text | Self::TextOfBar) {
            return Ok(Value::String(text.to_owned()));
        }
        if self == Self::SwitchOfBar {
            let switch = text.parse().map(Value::Boolean);
            return switch.map_err(|_| Error::value(place, text, "is neither yes nor no", "give true or false"));
        }
        let whole = text.parse().ok().map(Value::Integer);
        let number = || text.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float);
        whole.or_else(number).ok_or_else(|| Error::value(place, text, "is not a number", "give a number"))
    }
}

/// The first option of a list with all parts of its value, and the list behind it.
fn next_item(list: &str) -> (&str, Option<&str>) {
    let mut end = 0;
    loop {
        let (part, after) = next_option(&list[end..]);
        let Some(after) = after else { return (list, None) };
        let comma = end + part.len();
        if begins_option(after) {
            return (&list[..comma], Some(after));
        }
        end = comma + 1;
    }
}

/// Whether a text begins with a word and an equals sign.
fn begins_option(text: &str) -> bool {
    let word = text.split_once('=').map_or("", |(word, _)| word.trim());
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl<'de> Deserialize<'de> for OverlayJob {
    /// Hands on all keys but that of the colorbar one by one, so that the reader can tell the line and column of the one
    /// that is wrong.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OverlayTable;

        impl<'de> Visitor<'de> for OverlayTable {
            type Value = OverlayJob;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("a table of a raster's keys and perhaps a colorbar")
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<OverlayJob, A::Error> {
                let mut colorbar = ColorbarJob::default();
                let of_raster = OfRaster { table, colorbar: &mut colorbar };
                let raster = RasterJob::deserialize(MapAccessDeserializer::new(of_raster))?;
                if !raster.is_given() {
                    return Err(de::Error::missing_field("path"));
                }
                if raster.memory.is_some() {
                    return Err(de::Error::custom("`memory` is for all rasters together: set it in [raster]"));
                }
                Ok(OverlayJob { raster, colorbar })
            }
        }

        deserializer.deserialize_map(OverlayTable)
    }
}

/// A table without its `colorbar`, which is put aside.
struct OfRaster<'a, A> {
    table: A,
    colorbar: &'a mut ColorbarJob,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for OfRaster<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let mut seed = Some(seed);
        loop {
            match self.table.next_key_seed(KeyOfRaster(&mut seed))? {
                None => return Ok(None),
                Some(Some(key)) => return Ok(Some(key)),
                Some(None) => *self.colorbar = self.table.next_value()?,
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.table.next_value_seed(seed)
    }
}

/// Reads a key; that of the colorbar as None, and the seed is then left for the next one.
struct KeyOfRaster<'a, K>(&'a mut Option<K>);

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for KeyOfRaster<'_, K> {
    type Value = Option<K::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let key = String::deserialize(deserializer)?;
        match self.0.take_if(|_| key != "colorbar") {
            Some(seed) => seed.deserialize(key.into_deserializer()).map(Some),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{Categories, ColorbarLocation, ColormapJob, Numbers};

    #[test]
    fn a_flag_says_what_a_table_says() {
        let flag =
            "NETCDF:a.nc:t2m:levels=0,5,10,cmap=white,#4040ff,navy, alpha=0.5,label=2 m, really,vmin=-3,ticks=0,5";
        let table = "path = \"NETCDF:a.nc:t2m\"\nlevels = \"0,5,10\"\ncmap = \"white,#4040ff,navy\"\nalpha = 0.5\nvmin = -3\n\
                     [colorbar]\nlabel = \"2 m, really\"\nticks = \"0,5\"\n";
        let read: OverlayJob = toml::from_str(table).unwrap();
        assert_eq!(OverlayJob::from_flag(flag).unwrap(), read);
        assert_eq!((read.raster.alpha, read.raster.vmin), (Some(0.5), Some(-3.0)));
        assert_eq!(read.raster.cmap, Some(ColormapJob::from("white,#4040ff,navy")));
        assert_eq!(read.colorbar.ticks, Some(Numbers::Text("0,5".into())));
        let other = OverlayJob::from_flag("k.tif:categories=1=navy:Water,2=green:Wood,location=right,pad=3").unwrap();
        assert_eq!(other.raster.categories, Some(Categories::Text("1=navy:Water,2=green:Wood".into())));
        assert_eq!((other.colorbar.location, other.colorbar.pad), (Some(ColorbarLocation::Right), Some(3.0)));
        assert_eq!(OverlayJob::from_flag("/vsizip/a.zip/b.tif").unwrap().raster.paths, ["/vsizip/a.zip/b.tif"]);
    }
}
