//! The pictures on the map or the figure, read before anything is drawn.

use crate::error::{Error, Result};
use crate::figure::{Logo, Picture};
use crate::job::{ImageJob, Job};
use crate::output::read_picture;
use crate::source::stamp_of_file;
use crate::style::BoxLoc;

/// A picture's place if none is given: where it hides least, and where no other furniture stands by default.
const DEFAULT_LOC: &str = "lower right";

/// Reads a job's pictures; none for figures without furniture.
///
/// # Errors
/// [`Error::Io`] or [`Error::Value`] naming the picture that cannot be read and the setting that cannot be used.
pub(super) fn of(job: &Job) -> Result<Vec<Logo>> {
    let all = job.images.iter().enumerate().map(|(index, image)| logo(index, image)).collect::<Result<Vec<_>>>()?;
    Ok(if job.figure.frame_only.unwrap_or(false) { Vec::new() } else { all })
}

fn logo(index: usize, image: &ImageJob) -> Result<Logo> {
    let key = |name: &str| format!("[[image]] {}, {name}", index + 1);
    let loc = image.loc.as_deref().unwrap_or(DEFAULT_LOC);
    let (in_figure, loc) = loc.strip_prefix("figure ").map_or((false, loc), |loc| (true, loc));
    let loc = BoxLoc::parse(&key("loc"), "place of an image", loc)?;
    let alpha = image.alpha.unwrap_or(1.0);
    if !(0.0..=1.0).contains(&alpha) {
        return Err(Error::value(key("alpha"), alpha, "is no opacity", "give a number from 0 to 1"));
    }
    if let Some(width) = image.width
        && !(width.is_finite() && width > 0.0)
    {
        return Err(Error::value(key("width"), width, "is no width", "give points, such as 72"));
    }
    // Before it is read: what is read is at least as new.
    let stamp = stamp_of_file(&image.path);
    let pixels = read_picture(&image.path, &key("path"))?;
    let picture = Picture::new(image.path.clone(), stamp, pixels);
    Ok(Logo { picture, in_figure, loc, width_pt: image.width, alpha })
}
