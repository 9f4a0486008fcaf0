//! The pictures on the map or the figure, read before anything is drawn.

use crate::error::Result;
use crate::figure::{Logo, Picture};
use crate::job::{Job, LogoJob};
use crate::output::read_picture;
use crate::source::stamp_of_file;
use crate::style::{BoxLoc, Range};

/// A picture's place if none is given: where it hides least, and where no other furniture stands by default.
const DEFAULT_LOC: &str = "lower right";

/// Reads a job's pictures.
///
/// # Errors
/// [`crate::Error::Io`] or [`crate::Error::Value`] naming the picture that cannot be read and the setting that cannot be used.
pub(super) fn of(job: &Job) -> Result<Vec<Logo>> {
    job.logos.iter().enumerate().map(|(index, image)| logo(index, image)).collect()
}

fn logo(index: usize, image: &LogoJob) -> Result<Logo> {
    let key = |name: &str| format!("[[logo]] {}, {name}", index + 1);
    let loc = image.loc.as_deref().unwrap_or(DEFAULT_LOC);
    let (in_figure, loc) = loc.strip_prefix("figure ").map_or((false, loc), |loc| (true, loc));
    let loc = BoxLoc::parse(&key("loc"), "place of an image", loc)?;
    let alpha = Range::OPACITY.check(key("alpha"), image.alpha, 1.0)?;
    let width_pt = image.width.map(|width| Range::PICTURE_PT.check(key("width"), Some(width), width)).transpose()?;
    // Before it is read: what is read is at least as new.
    let stamp = stamp_of_file(&image.path);
    let pixels = read_picture(&image.path, &key("path"))?;
    let picture = Picture::new(image.path.clone(), stamp, pixels);
    Ok(Logo { picture, in_figure, loc, width_pt, alpha })
}
