//! Layers from their files to what is uploaded, and what views make their own triangles and strokes from.

use std::collections::{BTreeMap, BTreeSet};

use super::graticule;
use crate::error::Result;
use crate::geo::FixedLonLat;
use crate::gpu::{LayerLook, StrokeKind};
use crate::plan::{LayerPlan, Plan};
use crate::scene::{Arcs, DashCutter, FillLevel, LevelKey, LineLevel, RankedArcs};
use crate::source::{Outlines, Selection, read_features};
use crate::style::LineStyle;

/// All layers at the levels that some figure needs.
#[derive(Default)]
pub(super) struct Layers {
    pub strokes: Vec<Stroke>,
    /// The graticule's among them.
    pub graticule: Option<usize>,
    /// Areas and their plane.
    pub fills: Vec<(usize, BTreeMap<LevelKey, FillLevel>)>,
}

/// The lines, or the points, of one layer.
pub(super) struct Stroke {
    pub look: LayerLook,
    /// Points have only one level.
    levels: BTreeMap<LevelKey, LineLevel>,
    pub style: LineStyle,
}

impl Stroke {
    /// Lines that are made for each view.
    pub(super) fn of_each_view(look: LayerLook, style: LineStyle) -> Self {
        Self { look, levels: BTreeMap::new(), style }
    }

    /// The level that a figure shows.
    pub(super) fn level(&self, key: LevelKey) -> Option<&LineLevel> {
        if self.has_dots() { self.levels.values().next() } else { self.levels.get(&key) }
    }

    pub(super) fn has_dots(&self) -> bool {
        matches!(self.look.kind, StrokeKind::Dot { .. })
    }

    /// What is uploaded once. Dashes are made for each view, and lines too where the adapter is the CPU.
    pub(super) fn on_gpu(&self, on_cpu: bool) -> &BTreeMap<LevelKey, LineLevel> {
        static NOTHING: BTreeMap<LevelKey, LineLevel> = BTreeMap::new();
        match self.look.kind {
            StrokeKind::Dash => &NOTHING,
            StrokeKind::Line if on_cpu => &NOTHING,
            StrokeKind::Line | StrokeKind::Dot { .. } => &self.levels,
        }
    }
}

/// Reads and simplifies all layers.
pub(super) fn read_layers(plan: &Plan) -> Result<Layers> {
    let keys = plan.figures.iter().map(|figure| plan.view_of(figure).level).collect();
    let mut reader = Reader { plan, keys, layers: Layers::default() };
    for layer in &plan.layers {
        reader.read(layer)?;
    }
    if let Some(stroke) = graticule::stroke(plan) {
        reader.layers.graticule = Some(reader.layers.strokes.len());
        reader.layers.strokes.push(stroke);
    }
    Ok(reader.layers)
}

struct Reader<'a> {
    plan: &'a Plan,
    keys: BTreeSet<LevelKey>,
    layers: Layers,
}

impl Reader<'_> {
    fn read(&mut self, layer: &LayerPlan) -> Result<()> {
        let areas = layer.planes.face.is_some();
        let selection = Selection { layer: layer.name.as_deref(), filter: layer.filter.as_deref(), areas };
        let mut outlines = read_features(&layer.path, &selection)?;
        for warning in &outlines.warnings {
            tracing::warn!("layer {}: {warning}", layer.path.display());
        }
        self.add_dots(layer, std::mem::take(&mut outlines.dots));
        if outlines.part_starts.len() > 1 {
            self.add_lines_and_areas(layer, outlines);
        }
        Ok(())
    }

    fn add_dots(&mut self, layer: &LayerPlan, dots: Vec<FixedLonLat>) {
        let Some(key) = self.keys.first().filter(|_| !dots.is_empty()) else { return };
        let level = LineLevel::of_dots(dots);
        let [size, width] = [layer.style.markersize_pt, layer.style.linewidth_pt].map(|pt| self.plan.line_px(pt));
        // The ring is centred on the disc's edge.
        let discs = [(layer.planes.marker_face, size, 0.0), (layer.planes.marker_edge, size + width, size - width)];
        for (plane, width_px, hole_px) in discs {
            let Some(plane) = plane else { continue };
            let kind = StrokeKind::Dot { hole_radius_px: (hole_px / 2.0).max(0.0) as f32 };
            let look = LayerLook { width_px: width_px as f32, plane, kind };
            let levels = BTreeMap::from([(*key, level.clone())]);
            self.layers.strokes.push(Stroke { look, levels, style: LineStyle::Solid });
        }
    }

    fn add_lines_and_areas(&mut self, layer: &LayerPlan, outlines: Outlines) {
        let Some(finest) = self.keys.first() else { return };
        let (arcs, rings) = Arcs::with_rings(outlines.points, outlines.part_starts, outlines.polygons);
        let ranked = RankedArcs::new(arcs, finest.simplification_m());
        if let Some(plane) = layer.planes.edge {
            // Copies, not the lists themselves: nothing may be left of the reader's memory, or the system's
            // allocator keeps all of it.
            let levels = self.keys.iter().map(|key| (*key, LineLevel::new(&ranked, *key).compact())).collect();
            let width_px = self.plan.line_px(layer.style.linewidth_pt);
            let style = layer.style.linestyle.clone();
            let is_dashed = DashCutter::new(&style, width_px, [1, 1]).is_some();
            let kind = if is_dashed { StrokeKind::Dash } else { StrokeKind::Line };
            let look = LayerLook { width_px: width_px as f32, plane, kind };
            self.layers.strokes.push(Stroke { look, levels, style });
        }
        if let Some(plane) = layer.planes.face.filter(|_| !rings.is_empty()) {
            let levels = self.keys.iter().map(|key| (*key, FillLevel::new(&ranked, &rings, *key))).collect();
            self.layers.fills.push((plane, levels));
        }
    }
}
