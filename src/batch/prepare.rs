//! What the CPU works out for each view before the GPU can draw it: where the map has points, its projection grids,
//! what is seen of the layers, and its title.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;

use super::latch::Latch;
use super::layers::Layers;
use super::view_layers::SeenLayers;
use crate::error::{Error, Result};
use crate::figure::{Font, Overlay, title};
use crate::geo::{Domain, ForwardGrid, GeoWindow, InverseGrid, OUTSIDE_PX, Placer, Precision, Transformers};
use crate::plan::{Figure, Plan};
use crate::style::Resampling;

/// A view ready to be drawn.
pub(super) struct PreparedView {
    pub inverse: Option<InverseGrid>,
    pub layers: SeenLayers,
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
pub(super) fn prepare_views(plan: &Plan, next: &AtomicUsize, layers: &Latch<Layers>, views: &SyncSender<Prepared>) {
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

fn prepare(plan: &Plan, figure: &Figure, layers: &Latch<Layers>, transformers: &Transformers) -> Result<PreparedView> {
    let mut warnings = Vec::new();
    let view = &figure.view;
    let domain = Domain::of(view, transformers)?;
    let inverse = match &plan.raster {
        Some(raster) => {
            Some(InverseGrid::new(view, &domain, &raster.georeference, precision_of(figure.resampling), transformers)?)
        }
        None => None,
    };
    if let (Some(inverse), Some(raster)) = (&inverse, &plan.raster)
        && !inverse.touches(raster.georeference.size)
    {
        warnings.push(format!("the raster does not reach the extent {}", figure.extent_text()));
    }
    let mut seen = SeenLayers::default();
    if !plan.layers.is_empty() {
        match see_layers(plan, figure, layers, transformers)? {
            Some(layers) => seen = layers,
            None => warnings.push(format!("no point of the Earth is in the extent {}", figure.extent_text())),
        }
    }
    let title =
        figure.title.as_deref().and_then(|text| title(Font::embedded(), &plan.figure_style, &figure.layout, text));
    let outline = if figure.layout.frame_only { Vec::new() } else { separated(domain.outline()) };
    Ok(PreparedView { inverse, layers: seen, outline, title, warnings })
}

/// Triangles' edges on a view are at most this share of what it shows: larger ones are split, smaller ones would be
/// many.
const LONGEST_EDGE_SHARE: f64 = 1.0 / 16.0;

/// What the view shows of all layers; None if it shows no point of the Earth.
fn see_layers(
    plan: &Plan,
    figure: &Figure,
    layers: &Latch<Layers>,
    transformers: &Transformers,
) -> Result<Option<SeenLayers>> {
    let view = &figure.view;
    let line_m = figure.metres_per_px * plan.widest_line_px();
    let mut margin_m = figure.level.longest_segment_m() + line_m;
    let Some(mut window) = GeoWindow::of_view(view, margin_m, transformers)? else { return Ok(None) };
    let mut longest_px = figure.longest_segment_px();
    let mut longest_edge_m = 0.0;
    if plan.has_areas() {
        longest_edge_m =
            figure.level.longest_edge_m().max(LONGEST_EDGE_SHARE * window.height_m().max(window.width_m()));
        margin_m = longest_edge_m + line_m;
        window = GeoWindow::of_view(view, margin_m, transformers)?.unwrap_or(window);
        let size_px = view.width_px.max(view.height_px);
        longest_px = longest_px.max(f64::from(size_px));
    }
    let placer = Placer::new(view, longest_px, transformers)?;
    let grid = ForwardGrid::new(&placer, window);
    let layers = layers.wait().ok_or(Error::Stopped)?;
    Ok(Some(SeenLayers::new(figure, grid, &placer, &layers, longest_edge_m)))
}

/// Segments as polylines.
fn separated(segments: &[[[f32; 2]; 2]]) -> Vec<[f32; 2]> {
    segments.iter().flat_map(|&[a, b]| [a, b, [OUTSIDE_PX; 2]]).collect()
}

/// Pixels of cells' own values must be on the right one, others need not tell cells apart.
fn precision_of(resampling: Resampling) -> Precision {
    if resampling == Resampling::Nearest { Precision::Cells } else { Precision::Pixels }
}
