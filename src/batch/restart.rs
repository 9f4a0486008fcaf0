//! What of an earlier run is left as it is.

use std::sync::OnceLock;

use super::event::Event;
use super::recorder::{make_folder, record_of_failure};
use crate::error::Result;
use crate::manifest::{Done, FigureId, Key, Manifest, Start, drawn_in};
use crate::plan::{Figure, Keys, Plan, Restart};

/// Takes out of a plan what need not be drawn, opens the manifest to be continued, and tells of what is left out.
///
/// # Errors
/// For manifests that cannot be read.
pub(super) fn leave_out(plan: &mut Plan, manifest: &OnceLock<Manifest>, on_event: &mut dyn FnMut(Event)) -> Result<()> {
    let mut is_left_out = match &plan.restart {
        Restart::Fresh => return Ok(()),
        Restart::Resume => {
            // Before this run has a manifest of its own, which may be one of several that tell of the same figures.
            let known = Done::read(&plan.out_dir)?;
            continue_manifest(plan, manifest)?;
            done(plan, &known)
        }
        Restart::RetryFailed(file) => {
            let drawn = drawn_in(file)?;
            continue_manifest(plan, manifest)?;
            let is_left_out = |figure: &Figure| drawn.contains(&id_of(plan, figure)) && plan.path_of(figure).is_file();
            plan.figures.iter().map(is_left_out).collect()
        }
    }
    .into_iter();
    let out_dir = plan.out_dir.clone();
    plan.figures.retain(|figure| {
        let is_left_out = is_left_out.next() == Some(true);
        if is_left_out {
            on_event(Event::Skipped { name: figure.name.to_string(), path: out_dir.join(&*figure.file) });
        }
        !is_left_out
    });
    Ok(())
}

/// Opens the manifest of earlier runs. What failed then and is no figure now would stay in it for ever.
fn continue_manifest(plan: &Plan, manifest: &OnceLock<Manifest>) -> Result<()> {
    make_folder(plan)?;
    let opened = if plan.is_selection {
        Manifest::open(&plan.out_dir, plan.shard, Start::Continue)?
    } else {
        let failed = plan.failures.iter().map(|failure| record_of_failure(failure).id());
        let figures = plan.figures.iter().map(|figure| id_of(plan, figure)).chain(failed).collect();
        Manifest::open_for(&plan.out_dir, plan.shard, &figures)?
    };
    manifest.get_or_init(|| opened);
    Ok(())
}

/// Which of the plan's figures are there, whole and of the same inputs.
fn done(plan: &Plan, known: &Done) -> Vec<bool> {
    let mut keys = Keys::new(plan);
    let keys: Vec<Key> = plan.figures.iter().map(|figure| keys.of(plan, figure)).collect();
    known.check(keys.len(), plan.threads, |index| (plan.figures[index].file.to_string(), keys[index]))
}

fn id_of(plan: &Plan, figure: &Figure) -> FigureId {
    let raster = plan.raster_of(figure);
    FigureId::new(&figure.name, raster.map(|raster| &*raster.dataset), raster.map(|raster| raster.band as u32))
}
