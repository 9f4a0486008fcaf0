//! The one error type of the library: every variant names the place, the fault and the remedy.

mod setting;

use std::path::{Path, PathBuf};

use self::setting::both_names;
pub(crate) use self::setting::flags_as_keys;
pub use self::setting::settings;

/// What can go wrong between a job file and a finished figure.
///
/// The message alone must let a user mend the input: it names the file, row or key, what is wrong there
/// and what would be right. Causes from other crates are kept as sources.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A flag or job-file key holds a value that cannot be used.
    #[error("{}: '{value}' {problem}; {remedy}", both_names(.key))]
    Value {
        /// The flag, or the job-file key as `[table] key`.
        key: String,
        /// The value as given.
        value: String,
        /// What is wrong with it, as the rest of a sentence that begins with the value.
        problem: String,
        /// What would be right.
        remedy: String,
    },
    /// A name that is not in a closed list.
    #[error("{}: unknown {kind} '{name}'{}", both_names(.key), suggestion(.nearest))]
    UnknownName {
        /// The flag or job-file key.
        key: String,
        /// What the name should be the name of, such as "colormap".
        kind: &'static str,
        /// The name as given.
        name: String,
        /// The nearest known names, best first.
        nearest: Vec<String>,
    },
    /// A setting that the job needs is absent.
    #[error("{} is missing; {remedy}", both_names(.key))]
    Missing {
        /// The flag or job-file key that is absent.
        key: String,
        /// What to give.
        remedy: String,
    },
    /// A file or folder that the operating system would not read or write.
    #[error("{}: cannot {action}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried, such as "read" or "create".
        action: &'static str,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The job file is not valid TOML or has an unknown key.
    #[error("{}: {source}", path.display())]
    JobFile {
        /// The job file.
        path: PathBuf,
        /// Where and why, as the TOML reader puts it.
        source: Box<toml::de::Error>,
    },
    /// A regions file that cannot be read as a whole, such as one without the columns needed.
    #[error("{}: {problem}; {remedy}", path.display())]
    RegionsFile {
        /// The regions file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        remedy: String,
    },
    /// One region that cannot be drawn.
    #[error("{place}: {problem}; {remedy}")]
    Region {
        /// File, row and column of the region, or the flag that gave it.
        place: String,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        remedy: String,
    },
    /// A raster that cannot be opened or used.
    #[error("raster {dataset}: {problem}; {remedy}")]
    Raster {
        /// The dataset's name as given to GDAL.
        dataset: String,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        remedy: String,
    },
    /// A layer file that cannot be opened or used.
    #[error("layer {}: {problem}; {remedy}", path.display())]
    Layer {
        /// The layer's file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        remedy: String,
    },
    /// A file of colours that cannot be used.
    #[error("{}{place}: {problem}; {remedy}", path.display())]
    ColorFile {
        /// The file.
        path: PathBuf,
        /// The line, as the end of the file's name; empty if it is the file as a whole.
        place: String,
        /// What is wrong there.
        problem: String,
        /// What would be right.
        remedy: String,
    },
    /// A coordinate reference system that PROJ does not understand.
    #[error(
        "{}: '{definition}' cannot be the coordinate reference system: {problem}; give EPSG:n, a PROJ string, WKT, PROJJSON, a .prj file or lcc",
        both_names(.key)
    )]
    Crs {
        /// Where the definition came from: a flag, a key or a file.
        key: String,
        /// The definition as given.
        definition: String,
        /// PROJ's reason.
        problem: String,
    },
    /// Two coordinate reference systems between which PROJ finds no operation.
    #[error("no transformation from {from} to {to}: {problem}")]
    Transform {
        /// Source system.
        from: String,
        /// Target system.
        to: String,
        /// PROJ's reason.
        problem: String,
    },
    /// No adapter fits what was asked for.
    #[error("--adapter {wanted}: no such adapter; {remedy}")]
    NoAdapter {
        /// The adapter as asked for.
        wanted: String,
        /// The adapters there are, or how to get one.
        remedy: String,
    },
    /// The adapter refused something.
    #[error("adapter {adapter}: {problem}")]
    Gpu {
        /// The adapter's name.
        adapter: String,
        /// What it reported.
        problem: String,
    },
    /// The device is gone, or out of memory: nothing more can be drawn on it, but perhaps on another.
    #[error("adapter {adapter}: {problem}")]
    DeviceLost {
        /// The adapter's name.
        adapter: String,
        /// What it reported.
        problem: String,
    },
    /// A figure that could not be encoded.
    #[error("{}: cannot encode: {source}", path.display())]
    Encode {
        /// The output file.
        path: PathBuf,
        /// The encoder's reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An output folder that another run is drawing into.
    #[error("{}: another run is drawing into this folder; wait until it ends, or use another --out", folder.display())]
    Busy {
        /// The output folder.
        folder: PathBuf,
    },
    /// A folder that holds no manifest.
    #[error("{}: there is no manifest.jsonl or manifest-I-of-N.jsonl; give a folder that figures were drawn into", folder.display())]
    NoManifest {
        /// The folder.
        folder: PathBuf,
    },
    /// A line of a manifest that cannot be read.
    #[error("{}, {place}: not a manifest's: {problem}; remove this line, and what it told is drawn again", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// The line, or where it begins.
        place: String,
        /// What is wrong there.
        problem: String,
    },
    /// A stage ended because the stage beside it failed; that one's error is the cause.
    #[error("stopped because another stage failed")]
    Stopped,
}

/// The library's result type.
pub type Result<T, E = Error> = std::result::Result<T, E>;

fn suggestion(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        [one] => format!("; did you mean '{one}'?"),
        many => format!("; nearest: {}", many.join(", ")),
    }
}

impl Error {
    /// A flag's or key's value that is not usable; see [`Error::Value`].
    pub fn value(
        key: impl Into<String>,
        value: impl std::fmt::Display,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Value { key: key.into(), value: value.to_string(), problem: problem.into(), remedy: remedy.into() }
    }

    /// For `map_err`: what the operating system says of a file or folder; see [`Error::Io`].
    pub(crate) fn io(path: &Path, action: &'static str) -> impl Fn(std::io::Error) -> Self + Copy {
        move |source| Self::Io { path: path.to_owned(), action, source }
    }
}
