//! `mapfolio plan`: what a job would draw, figure by figure; and `mapfolio colormaps --out`, a sheet of colormaps.

use std::io::{self, Write as _, stdout};
use std::path::Path;

use mapfolio::Error;
use mapfolio::figure::{SwatchGroup, swatch_sheet};
use mapfolio::manifest::Shard;
use mapfolio::output::{FigureEncoder, FigureMeta, FileFormat, Unpublished};
use mapfolio::plan::{Figure, Plan, RasterPlan};
use mapfolio::style::{Colormap, colormap_groups};
use serde_json::json;

use crate::Ending;
use crate::progress::to_stderr;

/// Writes a line a figure to stdout and a summary to stderr.
pub(crate) fn list(plan: &Plan, json: bool) -> io::Result<Ending> {
    let mut out = stdout().lock();
    for figure in &plan.figures {
        if json {
            writeln!(out, "{}", object(plan, figure))?;
        } else {
            writeln!(out, "{}", line(plan, figure))?;
        }
    }
    for failure in &plan.failures {
        if json {
            let raster = failure.dataset.as_deref();
            let error = failure.error.to_string();
            let object = json!({
                "event": "plan", "status": "failed", "name": &*failure.name, "raster": raster, "error": error,
            });
            writeln!(out, "{object}")?;
        }
        to_stderr(&format!("error: {}", failure.error));
    }
    let (figures, maps, rasters) =
        (plan.figures.len(), plan.views.len(), plan.steps.iter().filter(|s| s.raster.is_some()));
    let allowed = plan.memory.as_ref().map_or_else(String::new, |limit| {
        format!(" if it may; {}M are allowed by {}", limit.bytes.div_ceil(1 << 20), limit.origin)
    });
    to_stderr(&format!(
        "shard {}: {figures} figures of {} rasters and bands on {maps} maps, {} that cannot be drawn; about {}M of \
         memory{allowed}",
        plan.shard,
        rasters.count(),
        plan.failures.len(),
        mapfolio::batch::memory_estimate(plan).div_ceil(1 << 20),
    ));
    Ok(if plan.failures.is_empty() { Ending::Complete } else { Ending::Incomplete })
}

fn line(plan: &Plan, figure: &Figure) -> String {
    let [width, height] = figure.size_px();
    let raster = plan.raster_of(figure).map_or_else(String::new, |raster| {
        let time = raster.time.map_or_else(String::new, |time| format!(" {}", time.format("%Y-%m-%d %H:%M")));
        format!(", band {} of {}{time}", raster.band, raster.dataset)
    });
    let over = |raster: &RasterPlan| format!(", under band {} of {}", raster.band, raster.dataset);
    let overlays: Vec<_> = plan.rasters_of(figure).skip(1).map(over).collect();
    let (view, overlays) = (plan.view_of(figure), overlays.concat());
    format!("{}: {width}x{height} px, {}{raster}{overlays}", plan.path_of(figure).display(), view.extent_text())
}

fn object(plan: &Plan, figure: &Figure) -> serde_json::Value {
    let over = |raster: &RasterPlan| json!({ "raster": &*raster.dataset, "band": raster.band });
    let overlays: Vec<_> = plan.rasters_of(figure).skip(1).map(over).collect();
    let (raster, view) = (plan.raster_of(figure), plan.view_of(figure));
    json!({
        "event": "plan", "status": "planned", "name": &*figure.name, "path": plan.path_of(figure),
        "title": figure.title.as_deref(), "size_px": figure.size_px(), "extent": view.view.extent.bounds(),
        "crs": view.view.crs.to_string(), "raster": raster.map(|raster| &*raster.dataset),
        "band": raster.map(|raster| raster.band), "overlays": overlays,
    })
}

/// Colormaps below each other, where a user names many.
const MOST_ROWS: usize = 24;

/// Draws a sheet of the colormaps named, or of all by groups.
pub(crate) fn draw_colormaps(names: &[String], path: &Path) -> mapfolio::Result<()> {
    let is_png = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
    if !is_png {
        return Err(Error::value("--out", path.display(), "does not end in .png", "give a PNG file"));
    }
    let known = |name: &String| Colormap::from_text(name, "colormaps");
    let groups = if names.is_empty() {
        let groups = colormap_groups().into_iter().map(|group| {
            let colormaps = group.names.iter().map(known).collect::<mapfolio::Result<_>>()?;
            Ok(SwatchGroup { title: group.title, colormaps })
        });
        groups.collect::<mapfolio::Result<Vec<_>>>()?
    } else {
        let columns = names.chunks(MOST_ROWS).map(|names| {
            let colormaps = names.iter().map(known).collect::<mapfolio::Result<_>>()?;
            Ok(SwatchGroup { title: String::new(), colormaps })
        });
        columns.collect::<mapfolio::Result<Vec<_>>>()?
    };
    if let Some(folder) = path.parent() {
        let uncreated = |source| Error::Io { path: folder.into(), action: "create", source };
        std::fs::create_dir_all(folder).map_err(uncreated)?;
    }
    let mut encoder = FigureEncoder::new(FileFormat::default());
    let bytes =
        encoder.encode(&swatch_sheet(&groups), &FigureMeta { path, dpi: 100.0, title: "Colormaps", place: None })?;
    Unpublished::write(path, Shard::WHOLE, bytes)?.publish()
}
