//! What `--frame-only` means for a job: decided here, once, so that nothing that comes later need ask.

use std::borrow::Cow;

use crate::job::{ColorbarJob, ColorbarLocation, GraticuleLabelsJob, Job, OverlayJob};

/// A job as it is drawn: with `--frame-only` without all that would stand around or on the map. The title stays, for
/// files and manifests have it too. What is asked for in vain is told, once a run.
pub(super) fn as_drawn(job: &Job) -> Cow<'_, Job> {
    if !job.figure.frame_only.unwrap_or(false) {
        return Cow::Borrowed(job);
    }
    let in_vain = in_vain(job);
    if !in_vain.is_empty() {
        tracing::warn!("--frame-only draws the map alone and leaves out {}", in_vain.join(", "));
    }
    let mut bare = job.clone();
    let figure = &mut bare.figure;
    for text in [&mut figure.title_left, &mut figure.title_right, &mut figure.subtitle, &mut figure.footer] {
        *text = None;
    }
    (bare.legend, bare.scalebar, bare.north_arrow) = (None, None, None);
    (bare.texts, bare.logos) = (Vec::new(), Vec::new());
    let of_overlays = bare.overlays.iter_mut().map(|overlay| &mut overlay.colorbar);
    for colorbar in of_overlays.chain([&mut bare.colorbar]) {
        *colorbar = ColorbarJob { location: Some(ColorbarLocation::Nowhere), ..ColorbarJob::default() };
    }
    if let Some(graticule) = &mut bare.graticule {
        graticule.labels.get_or_insert(GraticuleLabelsJob::Off);
    }
    Cow::Owned(bare)
}

/// The settings of a job that a map alone has no use for.
fn in_vain(job: &Job) -> Vec<&'static str> {
    let figure = &job.figure;
    let of_overlay = |overlay: &OverlayJob| overlay.colorbar.first_given().is_some();
    let given = [
        ("title_left", figure.title_left.is_some()),
        ("title_right", figure.title_right.is_some()),
        ("subtitle", figure.subtitle.is_some()),
        ("footer", figure.footer.is_some()),
        ("[colorbar]", job.colorbar.first_given().is_some()),
        ("[overlay.colorbar]", job.overlays.iter().any(of_overlay)),
        ("[legend]", job.legend.is_some()),
        ("[scalebar]", job.scalebar.is_some()),
        ("[[text]]", !job.texts.is_empty()),
        ("[[logo]]", !job.logos.is_empty()),
        ("[north_arrow]", job.north_arrow.is_some()),
    ];
    given.into_iter().filter_map(|(setting, is_given)| is_given.then_some(setting)).collect()
}
