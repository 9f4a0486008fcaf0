//! Layers from their files to what is uploaded, and what views make their own triangles and strokes from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::graticule;
use super::labels::LayerLabels;
use crate::error::Result;
use crate::geo::FixedLonLat;
use crate::gpu::{LayerLook, StrokeKind};
use crate::plan::{LayerClass, LayerPlan, LayerPlanes, Plan};
use crate::scene::{Arcs, FillLevel, LevelKey, LineLevel, RankedArcs, Rings};
use crate::source::{Outlines, Selection, read_features};
use crate::style::{LayerStyle, LineStyle, MarkerPath, MarkerShape, MarkerShapes};

/// All layers at the levels that some figure needs.
#[derive(Default)]
pub(super) struct Layers {
    pub strokes: Vec<Stroke>,
    /// The graticule's among them.
    pub graticule: Option<usize>,
    /// Areas and their plane.
    pub fills: Vec<(usize, BTreeMap<LevelKey, FillLevel>)>,
    /// What features are called, from the lowest layer to the highest.
    pub labels: Vec<LayerLabels>,
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
        self.look.kind.is_of_points()
    }

    /// What is uploaded once. Dashes are made for each view, and lines too where the adapter is the CPU.
    pub(super) fn on_gpu(&self, on_cpu: bool) -> &BTreeMap<LevelKey, LineLevel> {
        static NOTHING: BTreeMap<LevelKey, LineLevel> = BTreeMap::new();
        match self.look.kind {
            StrokeKind::Dash => &NOTHING,
            StrokeKind::Line if on_cpu => &NOTHING,
            StrokeKind::Line | StrokeKind::Dot { .. } | StrokeKind::Marker(_) => &self.levels,
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
        let labels = layer.labels.as_ref();
        let areas = labels.is_some() || layer.classes.iter().any(|class| class.planes.face.is_some());
        let (name, filter) = (layer.name.as_deref(), layer.filter.as_deref());
        let columns = labels.map(|labels| &labels.columns);
        let selection = Selection { layer: name, filter, areas, classes: layer.tests.as_ref(), labels: columns };
        let mut outlines = read_features(&layer.path, &selection)?;
        for warning in &outlines.warnings {
            tracing::warn!("layer {}: {warning}", layer.path.display());
        }
        if let Some(labels) = labels {
            self.layers.labels.push(LayerLabels::new(self.plan, layer, labels, &mut outlines));
        }
        let (dots, dot_classes) = (std::mem::take(&mut outlines.dots), std::mem::take(&mut outlines.dot_classes));
        match (layer.classes.as_slice(), &layer.tests) {
            ([class], None) => self.add_dots(class, dots),
            (classes, _) => {
                for (class, number) in classes.iter().zip(0..) {
                    let of_class = dots.iter().zip(&dot_classes).filter(|(_, of)| **of == number);
                    self.add_dots(class, of_class.map(|(dot, _)| *dot).collect());
                }
            }
        }
        if outlines.part_starts.len() > 1 {
            self.add_lines_and_areas(layer, outlines);
        }
        Ok(())
    }

    fn add_dots(&mut self, class: &LayerClass, dots: Vec<FixedLonLat>) {
        let Some(key) = self.keys.first().filter(|_| !dots.is_empty()) else { return };
        let level = LineLevel::of_dots(dots);
        for look in marker_looks(self.plan, &class.style, &class.planes) {
            let levels = BTreeMap::from([(*key, level.clone())]);
            self.layers.strokes.push(Stroke { look, levels, style: LineStyle::Solid });
        }
    }

    fn add_lines_and_areas(&mut self, layer: &LayerPlan, outlines: Outlines) {
        let Some(finest) = self.keys.first() else { return };
        let finest_m = finest.simplification_m();
        if let ([class], None) = (layer.classes.as_slice(), &layer.tests) {
            let (arcs, rings) = Arcs::with_rings(outlines.points, outlines.part_starts, outlines.polygons);
            let ranked = RankedArcs::new(arcs, finest_m);
            self.add_lines(class, &|key| LineLevel::new(&ranked, key));
            self.add_areas(class, &ranked, &rings);
            return;
        }
        let class_of_polygon = classes_of_polygons(&outlines);
        let Outlines { points, part_starts, polygons, part_classes, .. } = outlines;
        let (arcs, rings, members) = Arcs::with_classes(points, part_starts, polygons, part_classes);
        let ranked = RankedArcs::new(arcs, finest_m);
        for (class, number) in layer.classes.iter().zip(0..) {
            let is_one = |polygon: u32| class_of_polygon.get(polygon as usize) == Some(&number);
            self.add_areas(class, &ranked, &rings.of_polygons(is_one));
        }
        for (class, numbers) in drawn_alike(&layer.classes) {
            let arcs = members.of(&numbers);
            if !arcs.is_empty() {
                self.add_lines(class, &|key| LineLevel::of_arcs(&ranked, arcs.iter().copied(), key));
            }
        }
    }

    /// Adds lines that `level` makes as each level needs them.
    fn add_lines(&mut self, class: &LayerClass, level: &dyn Fn(LevelKey) -> LineLevel) {
        let Some(plane) = class.planes.edge else { return };
        // Copies, not the lists themselves: nothing may be left of the reader's memory, or the system's
        // allocator keeps all of it.
        let levels = self.keys.iter().map(|key| (*key, level(*key).compact())).collect();
        let style = class.style.linestyle.clone();
        let look = line_look(self.plan, class.style.linewidth_pt, &style, plane);
        self.layers.strokes.push(Stroke { look, levels, style });
    }

    fn add_areas(&mut self, class: &LayerClass, ranked: &RankedArcs, rings: &Rings) {
        if let Some(plane) = class.planes.face.filter(|_| !rings.is_empty()) {
            let levels = self.keys.iter().map(|key| (*key, FillLevel::new(ranked, rings, *key))).collect();
            self.layers.fills.push((plane, levels));
        }
    }
}

/// The class of each polygon.
fn classes_of_polygons(outlines: &Outlines) -> Vec<u16> {
    let mut classes = Vec::new();
    for (&polygon, &class) in outlines.polygons.iter().zip(&outlines.part_classes) {
        if polygon != Outlines::LINE {
            let polygon = polygon as usize;
            classes.resize(classes.len().max(polygon + 1), u16::MAX);
            classes[polygon] = class;
        }
    }
    classes
}

/// Classes whose lines look alike, and their numbers: what they have in common is drawn once.
fn drawn_alike(classes: &[LayerClass]) -> Vec<(&LayerClass, Vec<u16>)> {
    let look = |class: &LayerClass| (class.planes.edge, class.style.linewidth_pt, class.style.linestyle.clone());
    let mut groups: Vec<(&LayerClass, Vec<u16>)> = Vec::new();
    for (class, number) in classes.iter().zip(0..) {
        match groups.iter_mut().find(|(first, _)| look(first) == look(class)) {
            Some((_, numbers)) => numbers.push(number),
            None => groups.push((class, vec![number])),
        }
    }
    groups
}

/// The look of lines of a width in points, which is that of their dashes if they have any.
pub(super) fn line_look(plan: &Plan, width_pt: f64, style: &LineStyle, plane: usize) -> LayerLook {
    let width_px = plan.line_px(width_pt);
    let kind = if style.dashes(width_px).is_some() { StrokeKind::Dash } else { StrokeKind::Line };
    LayerLook { width_px: width_px as f32, plane, kind }
}

/// The looks that make up a point's marker.
fn marker_looks(plan: &Plan, style: &LayerStyle, planes: &LayerPlanes) -> Vec<LayerLook> {
    let [size, width] = [style.markersize_pt, style.linewidth_pt].map(|pt| plan.line_px(pt));
    if let MarkerPath::Disc(diameter) = style.marker.path() {
        // The ring is centred on the disc's edge.
        let size = diameter * size;
        let discs = [(planes.marker_face, size, 0.0), (planes.marker_edge, size + width, size - width)];
        let look = |(plane, width_px, hole_px): (Option<usize>, f64, f64)| {
            let kind = StrokeKind::Dot { hole_radius_px: (hole_px / 2.0).max(0.0) as f32 };
            Some(LayerLook { width_px: width_px as f32, plane: plane?, kind })
        };
        return discs.into_iter().filter_map(look).collect();
    }
    let MarkerShapes { face, edge } = MarkerShapes::new(style.marker, size, width);
    let of_plane = |plane: Option<usize>, shape: MarkerShape| {
        let kind = StrokeKind::Marker(Arc::new(shape));
        Some(LayerLook { width_px: width as f32, plane: plane?, kind })
    };
    let faces = face.into_iter().map(|shape| (planes.marker_face, shape));
    let edges = edge.into_iter().map(|shape| (planes.marker_edge, shape));
    faces.chain(edges).filter_map(|(plane, shape)| of_plane(plane, shape)).collect()
}
