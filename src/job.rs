//! What was asked for, before any of it is checked against data: the job file, and the flags that override it.

use std::fmt;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::error::{Error, Result};
use crate::source::{BandChoice, relative_to};
use crate::style::{Extend, LayerOptions, Resampling, ResamplingChoice, parse_layer_flag, parse_levels, parse_ticks};

/// A job: every setting that a user may give, each absent until it is given.
///
/// The job file is TOML with these names. Relative paths in it are relative to its own folder.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Job {
    /// The raster and how its values become colours.
    pub raster: RasterJob,
    /// Outlines over the raster.
    #[serde(rename = "layer")]
    pub layers: Vec<LayerJob>,
    /// What to draw maps of.
    pub regions: RegionsJob,
    /// The map projection.
    pub map: MapJob,
    /// The sheet that a map is on.
    pub figure: FigureJob,
    /// The colorbar below the map.
    pub colorbar: ColorbarJob,
    /// Where figures are written.
    pub output: OutputJob,
    /// `auto`, `cpu`, `gpu`, a number from `mapfolio adapters`, or a part of an adapter's name.
    pub adapter: Option<String>,
    /// Threads to use; default: as many as there are cores.
    pub threads: Option<NonZeroU32>,
    /// Memory that the run may use, about; it bounds how much of a large raster is held at a time.
    pub max_memory: Option<MemorySize>,
}

/// The raster and how its values become colours.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RasterJob {
    /// Any name that GDAL opens.
    pub path: Option<String>,
    /// The system of a raster that has none, or in place of its own.
    pub crs: Option<String>,
    /// The band's number, counted from 1, or its description; default 1.
    #[serde(deserialize_with = "band")]
    pub band: Option<BandChoice>,
    /// A colormap's name.
    pub cmap: Option<String>,
    /// Boundaries: a list of numbers, or text as `--levels` takes it.
    pub levels: Option<Numbers>,
    /// The value of the first colour, in value units.
    pub vmin: Option<f64>,
    /// The value of the last colour, in value units.
    pub vmax: Option<f64>,
    /// How values are spread over the colours.
    #[serde(deserialize_with = "choice")]
    pub norm: Option<NormKind>,
    /// Which ends of the colormap have a colour of their own for values beyond them.
    #[serde(deserialize_with = "choice")]
    pub extend: Option<Extend>,
    /// How cells are sampled.
    #[serde(deserialize_with = "choice")]
    pub resampling: Option<ResamplingChoice>,
}

/// One file of outlines.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerJob {
    /// The file.
    pub path: PathBuf,
    /// How its lines are drawn.
    pub options: LayerOptions,
}

impl LayerJob {
    /// Reads `PATH[:key=value,..]` with the keys of a `[[layer]]`, as `--layer` takes it.
    ///
    /// # Errors
    /// [`Error::Value`] naming the key or value that is wrong.
    pub fn from_flag(text: &str) -> Result<Self> {
        let (path, options) = parse_layer_flag(text)?;
        Ok(Self { path, options })
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
                let (mut path, mut options) = (None, LayerOptions::default());
                while let Some(key) = table.next_key::<String>()? {
                    match key.as_str() {
                        "path" => path = Some(table.next_value()?),
                        key => table.next_value_seed(LayerOption { key, options: &mut options })?,
                    }
                }
                let path = path.ok_or_else(|| de::Error::missing_field("path"))?;
                Ok(LayerJob { path, options })
            }
        }

        deserializer.deserialize_map(LayerTable)
    }
}

/// Where the value of a `[[layer]]`'s option goes.
struct LayerOption<'a> {
    key: &'a str,
    options: &'a mut LayerOptions,
}

impl<'de> DeserializeSeed<'de> for LayerOption<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for LayerOption<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} as a text or a number", self.key)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.options.set("layer", self.key, text).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        self.visit_str(&number.to_string())
    }
}

/// What to draw maps of.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegionsJob {
    /// A CSV file of regions.
    pub path: Option<PathBuf>,
    /// A pattern of names with `*` and `?`: draw only these.
    pub only: Option<String>,
    /// Regions without a file, each as `NAME=X0,X1,Y0,Y1`.
    pub extents: Vec<String>,
    /// The system of the extents, as [`crate::geo::Crs::from_user`] reads it; default: the map's.
    pub crs: Option<String>,
}

/// The map projection.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MapJob {
    /// The map's system as [`crate::geo::Crs::from_user`] reads it; default: the raster's own.
    pub crs: Option<String>,
    /// What gives way where a region's shape differs from the box's.
    #[serde(deserialize_with = "choice")]
    pub adjustable: Option<Adjustable>,
}

/// The sheet that a map is on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FigureJob {
    /// Width and height in inches.
    pub figsize: Option<[f64; 2]>,
    /// Pixels an inch.
    pub dpi: Option<f64>,
    /// A template with fields such as `{name}`.
    pub title: Option<String>,
    /// Only the map, stretched over the whole image.
    pub frame_only: Option<bool>,
}

/// The colorbar below the map.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColorbarJob {
    /// Where ticks are: a list of numbers, or text as `--levels` takes it.
    pub ticks: Option<Numbers>,
    /// The text below it.
    pub label: Option<String>,
}

/// Where figures are written.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutputJob {
    /// The folder.
    pub dir: Option<PathBuf>,
    /// A template of file names; default `{name}.png`.
    pub name: Option<String>,
}

/// Numbers as a list, or as text that is read later: `A,B,..` or `A:B:STEP`.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// Text as a flag takes it.
    Text(String),
    /// The numbers themselves.
    List(Vec<f64>),
}

/// A setting with few values, each with a name that flags and job files share.
pub trait Choice: Copy + Sized + 'static {
    /// All values and their names.
    const ALL: &'static [(&'static str, Self)];

    /// The value with this name.
    #[must_use]
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
    }
}

/// Reads a choice by its name.
fn choice<'de, T: Choice, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let names = || T::ALL.iter().map(|(n, _)| *n).collect::<Vec<_>>().join(", ");
    T::from_name(&name).map(Some).ok_or_else(|| de::Error::custom(format!("'{name}' is not one of {}", names())))
}

/// Reads a band as a number or as text.
fn band<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BandChoice>, D::Error> {
    struct NumberOrText;

    impl Visitor<'_> for NumberOrText {
        type Value = BandChoice;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a band's number, counted from 1, or its description")
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<BandChoice, E> {
            self.visit_str(&number.to_string())
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<BandChoice, E> {
            Ok(BandChoice::from(text))
        }
    }

    deserializer.deserialize_any(NumberOrText).map(Some)
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
        /// One colour between neighbouring levels.
        Boundary = "boundary",
    }
}

impl Choice for Extend {
    const ALL: &'static [(&'static str, Self)] =
        &[("neither", Self::Neither), ("min", Self::Min), ("max", Self::Max), ("both", Self::Both)];
}

impl Choice for ResamplingChoice {
    const ALL: &'static [(&'static str, Self)] = &[
        ("auto", Self::Auto),
        ("nearest", Self::Always(Resampling::Nearest)),
        ("bilinear", Self::Always(Resampling::Bilinear)),
        ("cubic", Self::Always(Resampling::Cubic)),
        ("average", Self::Always(Resampling::Average)),
        ("mode", Self::Always(Resampling::Mode)),
    ];
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemorySize(pub u64);

impl std::str::FromStr for MemorySize {
    type Err = String;

    /// Reads `300M`, `2G` or a number of bytes; K, M and G are powers of 1024, as `GDAL_CACHEMAX` and `ulimit` take them.
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim().trim_end_matches(['B', 'b']).trim_end_matches(['i', 'I']);
        let (digits, shift) = match number.char_indices().next_back() {
            Some((at, 'k' | 'K')) => (&number[..at], 10),
            Some((at, 'm' | 'M')) => (&number[..at], 20),
            Some((at, 'g' | 'G')) => (&number[..at], 30),
            Some((at, 't' | 'T')) => (&number[..at], 40),
            _ => (number, 0),
        };
        let wrong = || format!("'{text}' is no amount of memory; give a number with K, M or G, such as 300M or 2G");
        let number: f64 = digits.trim().parse().map_err(|_| wrong())?;
        let bytes = number * 2.0_f64.powi(shift);
        if bytes >= 1.0 && bytes < 2.0_f64.powi(60) { Ok(Self(bytes as u64)) } else { Err(wrong()) }
    }
}

impl<'de> Deserialize<'de> for MemorySize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "an amount of memory such as \"300M\", or a number of bytes")]
        enum TextOrBytes {
            Text(String),
            Bytes(u64),
        }
        match TextOrBytes::deserialize(deserializer)? {
            TextOrBytes::Text(text) => text.parse().map_err(de::Error::custom),
            TextOrBytes::Bytes(bytes) => bytes.to_string().parse().map_err(de::Error::custom),
        }
    }
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

impl Job {
    /// Reads a job file.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::JobFile`] with line and column for what is not understood:
    /// bad TOML, an unknown key, a value of the wrong kind.
    pub fn from_file(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).map_err(|source| Error::Io { path: path.into(), action: "read", source })?;
        let mut job: Self =
            toml::from_str(&text).map_err(|source| Error::JobFile { path: path.into(), source: Box::new(source) })?;
        job.move_to(path.parent().unwrap_or(Path::new("")));
        Ok(job)
    }

    /// Takes relative paths as relative to `folder`.
    fn move_to(&mut self, folder: &Path) {
        let texts = [&mut self.raster.path];
        for dataset in texts.into_iter().flatten() {
            *dataset = relative_to(folder, dataset);
        }
        let layers = self.layers.iter_mut().map(|layer| &mut layer.path);
        let others = [&mut self.regions.path, &mut self.output.dir].into_iter().flatten();
        for path in layers.chain(others) {
            *path = relative_to(folder, &path.to_string_lossy()).into();
        }
        // Of all ways to write a system only the name of a .prj file is a path.
        let systems = [&mut self.raster.crs, &mut self.regions.crs, &mut self.map.crs];
        for crs in systems.into_iter().flatten() {
            if Path::new(crs.as_str()).extension().is_some_and(|e| e.eq_ignore_ascii_case("prj")) {
                *crs = relative_to(folder, crs);
            }
        }
    }

    /// This job with every setting that `flags` gives in place of its own.
    ///
    /// Layers replace all layers, and a regions file or extents replace all regions; the rest goes key by key.
    #[must_use]
    pub fn overlaid_with(self, flags: Self) -> Self {
        let (own, over) = (self.raster, flags.raster);
        let raster = RasterJob {
            path: over.path.or(own.path),
            crs: over.crs.or(own.crs),
            band: over.band.or(own.band),
            cmap: over.cmap.or(own.cmap),
            levels: over.levels.or(own.levels),
            vmin: over.vmin.or(own.vmin),
            vmax: over.vmax.or(own.vmax),
            norm: over.norm.or(own.norm),
            extend: over.extend.or(own.extend),
            resampling: over.resampling.or(own.resampling),
        };
        Self {
            raster,
            layers: if flags.layers.is_empty() { self.layers } else { flags.layers },
            regions: self.regions.overlaid_with(flags.regions),
            map: MapJob {
                crs: flags.map.crs.or(self.map.crs),
                adjustable: flags.map.adjustable.or(self.map.adjustable),
            },
            figure: FigureJob {
                figsize: flags.figure.figsize.or(self.figure.figsize),
                dpi: flags.figure.dpi.or(self.figure.dpi),
                title: flags.figure.title.or(self.figure.title),
                frame_only: flags.figure.frame_only.or(self.figure.frame_only),
            },
            colorbar: ColorbarJob {
                ticks: flags.colorbar.ticks.or(self.colorbar.ticks),
                label: flags.colorbar.label.or(self.colorbar.label),
            },
            output: OutputJob {
                dir: flags.output.dir.or(self.output.dir),
                name: flags.output.name.or(self.output.name),
            },
            adapter: flags.adapter.or(self.adapter),
            threads: flags.threads.or(self.threads),
            max_memory: flags.max_memory.or(self.max_memory),
        }
    }
}

impl RegionsJob {
    fn overlaid_with(self, flags: Self) -> Self {
        let (only, crs) = (flags.only.or(self.only), flags.crs.or(self.crs));
        let has_regions = flags.path.is_some() || !flags.extents.is_empty();
        let (path, extents) = if has_regions { (flags.path, flags.extents) } else { (self.path, self.extents) };
        Self { path, only, extents, crs }
    }
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
                Some(tick) => Err(Error::value("colorbar.ticks", tick, "is not a finite number", "give numbers")),
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
