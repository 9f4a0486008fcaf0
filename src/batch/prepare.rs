//! What the CPU works out for each view before the GPU can draw it: where the map has points, its projection grids,
//! what is seen of the layers, and its title.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;

use super::latch::Latch;
use super::load::LayerLevels;
use crate::error::{Error, Result};
use crate::figure::{Font, Overlay, title};
use crate::geo::{Domain, ForwardGrid, GeoWindow, InverseGrid, OUTSIDE_PX, Placer, Transformers};
use crate::gpu::VisibleLayer;
use crate::plan::{Figure, Plan};

/// A view ready to be drawn.
pub(super) struct PreparedView {
    pub inverse: Option<InverseGrid>,
    pub forward: Option<ForwardGrid>,
    /// What is drawn of each layer by the forward grid.
    pub visible: Vec<VisibleLayer>,
    /// What is drawn of each layer without it.
    pub placed: Vec<Vec<[f32; 2]>>,
    /// The map's own outline; empty if it fills the box.
    pub outline: Vec<[f32; 2]>,
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
    next: &AtomicUsize,
    layers: &Latch<LayerLevels>,
    views: &SyncSender<Prepared>,
) {
    let transformers = Transformers::default();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(figure) = plan.figures.get(index) else { return };
        let view = prepare(plan, figure, layers, &transformers);
        if matches!(view, Err(Error::Stopped)) || views.send(Prepared { figure: index, view }).is_err() {
            return;
        }
    }
}

fn prepare(
    plan: &Plan,
    figure: &Figure,
    layers: &Latch<LayerLevels>,
    transformers: &Transformers,
) -> Result<PreparedView> {
    let mut warnings = Vec::new();
    let view = &figure.view;
    let domain = Domain::of(view, transformers)?;
    let inverse = match &plan.raster {
        Some(raster) => Some(InverseGrid::new(view, &domain, &raster.georeference, transformers)?),
        None => None,
    };
    if let (Some(inverse), Some(raster)) = (&inverse, &plan.raster)
        && !inverse.touches(raster.georeference.size)
    {
        warnings.push(format!("the raster does not reach the extent {}", figure.extent_text()));
    }
    let mut seen = SeenLayers::default();
    if !plan.layers.is_empty() {
        let margin_m = figure.level.longest_segment_m() + figure.metres_per_px * plan.widest_line_px();
        match GeoWindow::of_view(view, margin_m, transformers)? {
            Some(window) => {
                let placer = Placer::new(view, figure.longest_segment_px(), transformers)?;
                let grid = ForwardGrid::new(&placer, window);
                seen = see_layers(figure, grid, &placer, &*layers.wait().ok_or(Error::Stopped)?);
            }
            None => warnings.push(format!("no point of the Earth is in the extent {}", figure.extent_text())),
        }
    }
    let title =
        figure.title.as_deref().and_then(|text| title(Font::embedded(), &plan.figure_style, &figure.layout, text));
    let outline = if figure.layout.frame_only { Vec::new() } else { separated(domain.outline()) };
    let SeenLayers { forward, visible, placed } = seen;
    Ok(PreparedView { inverse, forward, visible, placed, outline, title, warnings })
}

/// What a view shows of all layers.
#[derive(Default)]
struct SeenLayers {
    forward: Option<ForwardGrid>,
    visible: Vec<VisibleLayer>,
    placed: Vec<Vec<[f32; 2]>>,
}

/// Leaves to the grid what it places well, and has the rest placed by PROJ.
fn see_layers(figure: &Figure, grid: ForwardGrid, placer: &Placer, layers: &LayerLevels) -> SeenLayers {
    let (mut visible, mut placed) = (Vec::new(), Vec::new());
    for (layer, levels) in layers.iter().enumerate() {
        let Some(level) = levels.get(&figure.level) else { continue };
        let (good, others): (Vec<_>, Vec<_>) =
            level.chunks.visible(&grid.window).partition(|chunk| grid.is_good(&chunk.window));
        let chunks: Vec<_> = good.iter().map(|chunk| chunk.first_segment).collect();
        if !chunks.is_empty() {
            visible.push(VisibleLayer { layer, level: figure.level, chunks });
        }
        let vertices: Vec<_> = others.iter().flat_map(|chunk| level.polylines_of(chunk)).collect();
        placed.push(if vertices.is_empty() { Vec::new() } else { placer.trace(&vertices) });
    }
    SeenLayers { forward: Some(grid), visible, placed }
}

/// Segments as polylines.
fn separated(segments: &[[[f32; 2]; 2]]) -> Vec<[f32; 2]> {
    segments.iter().flat_map(|&[a, b]| [a, b, [OUTSIDE_PX; 2]]).collect()
}
