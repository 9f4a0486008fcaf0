//! The format of the files, from what is said of it and what the names end in.

use crate::error::{Error, Result};
use crate::job::Job;
use crate::output::{FileFormat, Format};
use crate::style::Choice as _;

use super::Paper;

/// Pillow's default of 75 shows in letters and thin lines; at this one it takes a second look.
const DEFAULT_QUALITY: u8 = 90;

/// How a job's figures become files.
///
/// # Errors
/// [`Error::Value`] for a format that the names contradict, settings of another format, and a format that cannot hold
/// what is asked for.
pub(super) fn of(job: &Job) -> Result<FileFormat> {
    let format = format_of(job)?;
    let output = &job.output;
    let others = [
        ("--quality", output.quality.map(|quality| quality.to_string()), Format::Jpeg),
        ("--png-level", output.png_level.map(|level| level.name().to_owned()), Format::Png),
        ("--png-palette", output.png_palette.filter(|wanted| *wanted).map(|_| "true".to_owned()), Format::Png),
    ];
    for (key, value, of) in others {
        if let Some(value) = value.filter(|_| of != format) {
            let problem = format!("is for {}, and the figures are {}", of.name(), format.name());
            return Err(Error::value(key, value, problem, format!("leave it out, or give --format {}", of.name())));
        }
    }
    if !format.holds_alpha() && !Paper::of(job)?.is_opaque() {
        let remedy = "give an opaque --figure-facecolor, or --format png, webp or tiff";
        return Err(Error::value("--format", format.name(), "holds no transparency", remedy));
    }
    Ok(match format {
        Format::Png => FileFormat::Png {
            level: output.png_level.unwrap_or_default(),
            palette: output.png_palette.unwrap_or(false),
        },
        Format::Jpeg => FileFormat::Jpeg { quality: quality(output.quality)? },
        Format::Webp => FileFormat::Webp,
        Format::Tiff => FileFormat::Tiff,
    })
}

fn quality(asked: Option<u8>) -> Result<u8> {
    match asked.unwrap_or(DEFAULT_QUALITY) {
        quality @ 1..=100 => Ok(quality),
        other => Err(Error::value("--quality", other, "is no quality", "give 1 to 100")),
    }
}

/// The format that is asked for, else that of the names, else PNG. Names that tell no format are refused elsewhere.
fn format_of(job: &Job) -> Result<Format> {
    let of_names = job.output.name.as_deref().and_then(Format::of_file);
    match (job.output.format, of_names) {
        (Some(asked), Some(named)) if asked != named => {
            let name = job.output.name.as_deref().unwrap_or_default();
            let endings: Vec<_> = asked.endings().iter().map(|ending| format!(".{ending}")).collect();
            Err(Error::value(
                "--format",
                asked.name(),
                format!("is not what --name '{name}' ends in"),
                format!("end that with {}, or leave one of both out", endings.join(" or ")),
            ))
        }
        (asked, named) => Ok(asked.or(named).unwrap_or_default()),
    }
}
