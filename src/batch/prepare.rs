//! What the CPU works out for each view before the GPU can draw it: its projection grids and its title.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;

use super::layers::KeptLayers;
use super::view_layers::ViewLayers;
use crate::error::Result;
use crate::figure::{Font, Overlay, title};
use crate::geo::{ForwardGrid, GRID_TOLERANCE_PX, GeoWindow, InverseGrid, Transformers};
use crate::plan::{Figure, Plan};

/// A view ready to be drawn.
pub(super) struct PreparedView {
    pub inverse: Option<InverseGrid>,
    pub forward: Option<ForwardGrid>,
    pub layers: ViewLayers,
    pub title: Option<Overlay>,
    pub warnings: Vec<String>,
}

/// One figure's view, or why there is none.
pub(super) struct Prepared {
    pub figure: usize,
    pub view: Result<PreparedView>,
}

/// Prepares figure after figure, sharing the list with other threads, until there are no more or no one draws.
pub(super) fn prepare_views(
    plan: &Plan,
    kept: &OnceLock<KeptLayers>,
    next: &AtomicUsize,
    views: &SyncSender<Prepared>,
) {
    let transformers = Transformers::default();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(figure) = plan.figures.get(index) else { return };
        let view = prepare(plan, kept, figure, &transformers);
        if views.send(Prepared { figure: index, view }).is_err() {
            return;
        }
    }
}

fn prepare(
    plan: &Plan,
    kept: &OnceLock<KeptLayers>,
    figure: &Figure,
    transformers: &Transformers,
) -> Result<PreparedView> {
    let mut warnings = Vec::new();
    let view = &figure.view;
    let inverse = match &plan.raster {
        Some(raster) => Some(InverseGrid::new(view, &raster.georeference, transformers)?),
        None => None,
    };
    if let (Some(inverse), Some(raster)) = (&inverse, &plan.raster)
        && !inverse.touches(raster.georeference.size)
    {
        warnings.push(format!("the raster does not reach the extent {}", figure.extent_text()));
    }
    let mut forward = None;
    if !plan.layers.is_empty() {
        let longest_m = if plan.has_areas() { figure.level.longest_edge_m() } else { figure.level.longest_segment_m() };
        let margin_m = longest_m + figure.metres_per_px * plan.widest_line_px();
        match GeoWindow::of_view(view, margin_m, transformers)? {
            Some(window) => {
                let grid = ForwardGrid::new(view, window, transformers)?;
                if grid.max_error_px > GRID_TOLERANCE_PX {
                    warnings.push(format!("outlines may be off by up to {:.2} px", grid.max_error_px));
                }
                forward = Some(grid);
            }
            None => warnings.push(format!("no point of the Earth is in the extent {}", figure.extent_text())),
        }
    }
    let layers = match &forward {
        Some(grid) if plan.has_view_geometry() => ViewLayers::new(kept.wait(), figure, grid, transformers)?,
        _ => ViewLayers::default(),
    };
    let title =
        figure.title.as_deref().and_then(|text| title(Font::embedded(), &plan.figure_style, &figure.layout, text));
    Ok(PreparedView { inverse, forward, layers, title, warnings })
}
