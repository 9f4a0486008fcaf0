//! The `[[logo]]` tables of a job: pictures on the map or the figure.

use std::path::PathBuf;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::style::{next_option, options, split_options, unknown_name};

/// One picture.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogoJob {
    /// A PNG, JPEG or WebP file.
    pub path: PathBuf,
    /// Where it stands in the map, by matplotlib's names, or with `figure` before them in the figure; default
    /// `lower right`.
    pub loc: Option<String>,
    /// Its width in points; default a point a pixel.
    pub width: Option<f64>,
    /// Its opacity, 0 to 1; default 1.
    pub alpha: Option<f64>,
}

const KEYS: [&str; 3] = ["loc", "width", "alpha"];

impl LogoJob {
    /// Reads `FILE[:key=value,..]` with the keys of a `[[logo]]`, as `--logo` takes it.
    ///
    /// # Errors
    /// [`Error::Value`] naming the key or value that is wrong.
    pub fn from_flag(text: &str) -> Result<Self> {
        let (path, list) = split_options(text, &KEYS);
        if path.is_empty() {
            return Err(Error::value("--logo", text, "has no file", "give FILE or FILE:key=value,.."));
        }
        let flag = format!("--logo {path}");
        let mut job = Self { path: path.into(), ..Self::default() };
        for option in options(&flag, list, next_option) {
            let (key, value) = option?;
            let number = || {
                let parsed = value.parse::<f64>();
                parsed.map_err(|_| Error::value(format!("{flag}: {key}"), value, "is no number", "give a number"))
            };
            match key {
                "loc" => job.loc = Some(value.to_owned()),
                "width" => job.width = Some(number()?),
                "alpha" => job.alpha = Some(number()?),
                _ => {
                    let all = format!("give one of {}", KEYS.join(", "));
                    return Err(unknown_name(&flag, "logo option", key, KEYS, &all));
                }
            }
        }
        Ok(job)
    }
}
