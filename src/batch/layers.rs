//! Layers on their way to the GPU: what is uploaded once, and what is kept here for each view to make its own
//! triangles and dashes from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::error::Result;
use crate::gpu::{LayerLook, StrokeKind};
use crate::plan::{LayerPlan, Plan};
use crate::scene::{Arcs, DashCutter, FillLevel, LevelKey, LineLevel, RankedArcs};
use crate::source::{Outlines, Selection, read_features};
use crate::style::LineStyle;

/// Lines, dashes and points of all layers, at the levels that some figure needs.
pub(super) type Strokes = Vec<(LayerLook, BTreeMap<LevelKey, LineLevel>)>;

/// What views make their own geometry from.
#[derive(Default)]
pub(super) struct KeptLayers {
    pub dashes: Vec<KeptDashes>,
    /// Areas and their plane.
    pub fills: Vec<(usize, BTreeMap<LevelKey, FillLevel>)>,
}

/// The lines of a dashed layer.
pub(super) struct KeptDashes {
    /// Its index among the strokes.
    pub stroke: usize,
    pub levels: BTreeMap<LevelKey, LineLevel>,
    pub style: LineStyle,
    pub width_px: f64,
}

/// Reads and simplifies all layers. In any case something is put into `kept`, for others wait for it.
pub(super) fn read_layers(plan: &Plan, kept: &OnceLock<KeptLayers>) -> Result<Strokes> {
    /// Lets those who wait go on after a panic too.
    struct Release<'a>(&'a OnceLock<KeptLayers>);
    impl Drop for Release<'_> {
        fn drop(&mut self) {
            self.0.get_or_init(KeptLayers::default);
        }
    }
    let _release = Release(kept);
    let keys = plan.figures.iter().map(|f| f.level).collect();
    let mut reader = Reader { plan, keys, strokes: Vec::new(), kept: KeptLayers::default() };
    for layer in &plan.layers {
        reader.read(layer)?;
    }
    kept.get_or_init(|| reader.kept);
    Ok(reader.strokes)
}

struct Reader<'a> {
    plan: &'a Plan,
    keys: BTreeSet<LevelKey>,
    strokes: Strokes,
    kept: KeptLayers,
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

    fn add_dots(&mut self, layer: &LayerPlan, dots: Vec<crate::geo::FixedLonLat>) {
        let Some(key) = self.keys.first().filter(|_| !dots.is_empty()) else { return };
        let level = LineLevel::of_dots(dots);
        let [size, width] = [layer.style.markersize_pt, layer.style.linewidth_pt].map(|pt| self.plan.line_px(pt));
        let mut add = |plane: Option<usize>, width_px: f64, hole_px: f64| {
            if let Some(plane) = plane {
                let kind = StrokeKind::Dot { hole_radius_px: (hole_px / 2.0).max(0.0) as f32 };
                let look = LayerLook { width_px: width_px as f32, plane, kind };
                self.strokes.push((look, BTreeMap::from([(*key, level.clone())])));
            }
        };
        add(layer.planes.marker_face, size, 0.0);
        // The ring is centred on the disc's edge.
        add(layer.planes.marker_edge, size + width, size - width);
    }

    fn add_lines_and_areas(&mut self, layer: &LayerPlan, outlines: Outlines) {
        let Some(finest) = self.keys.first() else { return };
        let (arcs, rings) = Arcs::with_rings(outlines.points, outlines.part_starts, outlines.polygons);
        let ranked = RankedArcs::new(arcs, finest.simplification_m());
        if let Some(plane) = layer.planes.edge {
            let levels = self.keys.iter().map(|key| (*key, LineLevel::new(&ranked, *key))).collect();
            let width_px = self.plan.line_px(layer.style.linewidth_pt);
            let style = &layer.style.linestyle;
            let look = |kind| LayerLook { width_px: width_px as f32, plane, kind };
            if DashCutter::new(style, width_px, [1, 1]).is_some() {
                let stroke = self.strokes.len();
                self.kept.dashes.push(KeptDashes { stroke, levels, style: style.clone(), width_px });
                self.strokes.push((look(StrokeKind::Dash), BTreeMap::new()));
            } else {
                self.strokes.push((look(StrokeKind::Line), levels));
            }
        }
        if let Some(plane) = layer.planes.face.filter(|_| !rings.is_empty()) {
            let levels = self.keys.iter().map(|key| (*key, FillLevel::new(&ranked, &rings, *key))).collect();
            self.kept.fills.push((plane, levels));
        }
    }
}
