//! `--cmap FILE`: files that give values their colours, in the forms of GMT, GDAL and QGIS.

use std::path::{Path, PathBuf};

use super::cpt::Cpt;
use super::levels::MAX_LEVELS;
use super::norm::room_about;
use super::norm_checks;
use super::qgis_map::QgisMap;
use super::ramp::{ColorRamp, RampFault};
use super::relief::Relief;
use crate::error::{Error, Result};

/// What files of colours are called; with such an ending a name is a file's even if there is none.
const EXTENSIONS: [&str; 4] = ["cpt", "txt", "clr", "qml"];

/// A file of colours for values, read but not yet fitted to a raster.
#[derive(Debug, Clone, PartialEq)]
pub struct ColorFile {
    path: PathBuf,
    form: Form,
}

#[derive(Debug, Clone, PartialEq)]
enum Form {
    Cpt(Cpt),
    Relief(Relief),
    Qgis(QgisMap),
}

/// What is wrong in a file, and where.
#[derive(Debug)]
pub(super) struct Fault {
    /// Counted from 1; None for the file as a whole.
    line: Option<usize>,
    problem: String,
    remedy: String,
}

impl ColorFile {
    /// Whether `--cmap`'s text is the name of a file and not of a colormap: it has a folder or an ending that files of
    /// colours have, before any modifier such as `+h0`.
    #[must_use]
    pub fn is_file_name(text: &str) -> bool {
        let (path, _) = split_modifiers(text);
        let path = Path::new(path);
        let has_ending = |ending: &std::ffi::OsStr| EXTENSIONS.iter().any(|known| ending.eq_ignore_ascii_case(known));
        path.components().count() > 1 || path.extension().is_some_and(has_ending)
    }

    /// Reads a file by its name, which may end in GMT's `+h[HINGE]`: the hinge of a .cpt is at this value, 0 if there is
    /// none given, and a soft hinge counts.
    ///
    /// # Errors
    /// The file cannot be read, a line of it is not understood, or the modifier is unknown.
    pub fn read(name: &str) -> Result<Self> {
        let (path, modifiers) = split_modifiers(name);
        let text = std::fs::read_to_string(path).map_err(Error::io(Path::new(path), "read"))?;
        let mut file = Self::parse(Path::new(path), &text)?;
        for modifier in modifiers.split('+').filter(|modifier| !modifier.is_empty()) {
            let hinge = modifier.strip_prefix('h').map(|value| if value.is_empty() { Ok(0.0) } else { value.parse() });
            match (hinge, &mut file.form) {
                (Some(Ok(hinge)), Form::Cpt(cpt)) if f64::is_finite(hinge) => {
                    cpt.activate_hinge(hinge).map_err(|fault| fault.into_error(&file.path))?;
                }
                _ => {
                    let problem = format!("has the modifier +{modifier}, which cannot be used");
                    return Err(Error::value(
                        "--cmap",
                        name,
                        problem,
                        "leave it out; only a .cpt may have one, +hHINGE",
                    ));
                }
            }
        }
        Ok(file)
    }

    /// Reads a file's text. Its form is told by what is in it: `INTERPOLATION:` or QGIS's first line is QGIS's, a name
    /// that ends in .cpt or a `COLOR_MODEL` GMT's; all else is GDAL's colour-relief text.
    ///
    /// # Errors
    /// A line is not understood; the error names `path` and the line.
    pub fn parse(path: &Path, text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let is_cpt = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("cpt"))
            || text.lines().any(|line| line.starts_with('#') && line.contains("COLOR_MODEL"));
        let form = if QgisMap::is_told_by(text) {
            QgisMap::parse(text).map(Form::Qgis)
        } else if is_cpt {
            Cpt::parse(text).map(Form::Cpt)
        } else {
            Relief::parse(text).map(Form::Relief)
        };
        let form = form.map_err(|fault| fault.into_error(path))?;
        Ok(Self { path: path.to_owned(), form })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether [`ColorFile::ramp`] needs the raster's minimum and maximum where no limits are given: the file has
    /// percentages, or is one of GMT's dynamic tables without a range of its own.
    #[must_use]
    pub fn needs_data_range(&self) -> bool {
        match &self.form {
            Form::Cpt(cpt) => cpt.needs_data_range(),
            Form::Relief(relief) => relief.is_relative(),
            Form::Qgis(_) => false,
        }
    }

    /// The colours of values.
    ///
    /// With `limits` (`--vmin` and `--vmax`), the file's first and last value become these, and those between move in
    /// proportion, on either side of a hinge by themselves; percentages are of these limits. Without, the file's own
    /// values or its `RANGE` count, and where it has neither, `data_range`, the raster's minimum and maximum. Equal ends
    /// are moved apart as matplotlib moves them.
    ///
    /// # Errors
    /// [`ColorFile::needs_data_range`] and there is none, limits that are not increasing, or more than
    /// [`MAX_LEVELS`] colours.
    pub fn ramp(&self, limits: Option<[f64; 2]>, data_range: Option<[f64; 2]>) -> Result<ColorRamp> {
        if let Some([vmin, vmax]) = limits {
            norm_checks::limits(vmin, vmax)?;
        }
        let data_range = data_range.map(apart);
        if limits.or(data_range).is_none() && self.needs_data_range() {
            let problem = "its values are shares of a range, and none is known";
            return Err(Fault::whole(problem, "give --vmin and --vmax").into_error(&self.path));
        }
        let ramp = match &self.form {
            Form::Cpt(cpt) => cpt.ramp(limits, data_range),
            Form::Relief(relief) => relief.ramp(limits, data_range),
            Form::Qgis(map) => map.ramp(limits),
        };
        ramp.map_err(|fault| {
            let (problem, remedy) = match fault {
                RampFault::TooManyColors => (
                    format!("it gives values more than {MAX_LEVELS} different colours in turn"),
                    "give fewer stops, or colours that are nearer to each other",
                ),
                RampFault::NoRoom => (
                    "its values are too near to each other, or too far apart".to_owned(),
                    "give values that differ by more, within a range that numbers can span",
                ),
            };
            Fault::whole(problem, remedy).into_error(&self.path)
        })
    }
}

/// A file's name and GMT's modifiers behind its ending.
fn split_modifiers(text: &str) -> (&str, &str) {
    match text.to_ascii_lowercase().rfind(".cpt+") {
        Some(at) => text.split_at(at + ".cpt".len()),
        None => (text, ""),
    }
}

/// Equal ends as matplotlib moves them apart.
fn apart([low, high]: [f64; 2]) -> [f64; 2] {
    if low < high { [low, high] } else { [low - room_about(low), high + room_about(low)] }
}

/// Where values from `first` to `last` go if these become `limits`.
pub(super) fn stretched([first, last]: [f64; 2], [vmin, vmax]: [f64; 2]) -> impl Fn(f64) -> f64 {
    move |value| {
        if value == last { vmax } else { vmin + (value - first) * ((vmax - vmin) / (last - first)) }
    }
}

impl Fault {
    /// A fault of a line, counted from 0.
    pub(super) fn at(line: usize, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { line: Some(line + 1), problem: problem.into(), remedy: remedy.into() }
    }

    /// A fault of the whole file.
    pub(super) fn whole(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { line: None, problem: problem.into(), remedy: remedy.into() }
    }

    pub(super) fn into_error(self, path: &Path) -> Error {
        let Self { line, problem, remedy } = self;
        let place = line.map_or_else(String::new, |line| format!(", line {line}"));
        Error::ColorFile { path: path.to_owned(), place, problem, remedy }
    }
}
