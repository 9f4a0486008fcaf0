//! From names, patterns and lists to the datasets of a job, in order.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::Path;

use crate::error::{Error, Result};
use crate::job::{Job, RasterJob};
use crate::source::{plain_path, relative_to, subdatasets};

use super::patterns::matches_glob;

/// The names of the datasets asked for; none for a job that draws layers only.
///
/// # Errors
/// For a pattern that fits no file, a list that cannot be read, and a container of which none of the rasters is meant.
pub(super) fn of(raster: &RasterJob) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for name in &raster.paths {
        expand(name, "--raster", &mut names)?;
    }
    if let Some(list) = &raster.list {
        read_list(list, &mut names)?;
    }
    if raster.is_given() && names.is_empty() {
        return Err(Error::Missing { key: "--raster".into(), remedy: "the list of rasters is empty".into() });
    }
    let mut names = match &raster.subdatasets {
        Some(pattern) => within_containers(&names, pattern)?,
        None => names,
    };
    // Patterns may overlap.
    let mut known = HashSet::new();
    names.retain(|name| {
        let is_new = known.insert(name.clone());
        if !is_new {
            tracing::warn!("raster {name} is given twice; it is drawn once");
        }
        is_new
    });
    Ok(names)
}

/// Whether a job may have several datasets, however many a pattern or a list gives today: figures are named alike every
/// night.
pub(super) fn may_be_several(job: &Job) -> bool {
    let raster = &job.raster;
    let several = raster.paths.len() > 1 || raster.list.is_some() || raster.subdatasets.is_some();
    several || raster.paths.iter().any(|name| is_pattern(name))
}

fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '[']) && plain_path(name).is_some_and(|path| !path.exists())
}

/// Adds the files that a pattern fits, sorted by name; any other name is the dataset itself.
fn expand(name: &str, key: &str, names: &mut Vec<String>) -> Result<()> {
    if !is_pattern(name) {
        names.push(name.to_owned());
        return Ok(());
    }
    let fault = |problem: String| {
        Error::value(key, name, problem, "quote the pattern, and check it with ls; * ? and [..] are understood")
    };
    let found = glob::glob(name).map_err(|e| fault(format!("is no pattern of file names: {}", e.msg)))?;
    let before = names.len();
    for path in found {
        let path = path.map_err(|e| fault(format!("cannot be looked for: {e}")))?;
        names.push(path.to_string_lossy().into_owned());
    }
    if names.len() == before { Err(fault("fits no file".into())) } else { Ok(()) }
}

/// Adds the datasets that a text file names, one a line; relative ones start at the file's folder. `-` is the standard
/// input, where they start at the current folder.
fn read_list(list: &Path, names: &mut Vec<String>) -> Result<()> {
    let io = Error::io(list, "read");
    let is_stdin = list == Path::new("-");
    let text = if is_stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(io)?;
        text
    } else {
        std::fs::read_to_string(list).map_err(io)?
    };
    let folder = list.parent().filter(|_| !is_stdin).unwrap_or(Path::new(""));
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            expand(&relative_to(folder, line), &format!("{} line {number}", list.display()), names)?;
        }
    }
    Ok(())
}

/// The rasters within containers whose names fit a pattern, by their last part (the variable) or as a whole.
fn within_containers(names: &[String], pattern: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for name in names {
        let Ok(all) = subdatasets(name) else {
            // It fails alone when it is opened.
            found.push(name.clone());
            continue;
        };
        let variable = |name: &str| name.rsplit([':', '/']).next().unwrap_or(name).trim_matches('"').to_owned();
        let fits = |name: &&String| matches_glob(pattern, &variable(name)) || matches_glob(pattern, name);
        let before = found.len();
        found.extend(all.iter().filter(fits).cloned());
        if found.len() == before {
            let variables: Vec<_> = all.iter().map(|name| variable(name)).collect();
            let problem = format!("fits none of the {} rasters in {name}", all.len());
            let remedy = if all.is_empty() {
                "it is no container: leave --subdatasets out".to_owned()
            } else {
                format!("there are: {}", variables.join(", "))
            };
            return Err(Error::value("--subdatasets", pattern, problem, remedy));
        }
    }
    Ok(found)
}
