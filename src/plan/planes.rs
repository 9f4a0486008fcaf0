//! Which layers share a coverage plane: strokes of one colour that are drawn one upon the other are one shape, and a
//! shape's ink does not darken where it meets itself.

use std::path::Path;

use super::classes::{self, Classes};
use super::{GraticulePlan, LayerClass, LayerPlan, LayerPlanes, labels};
use crate::error::{Error, Result};
use crate::job::Job;
use crate::source::{LayerShapes, bundled_layer, plain_path};
use crate::style::{Color, LayerOptions, LayerStyle};

/// One coverage plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// The colour of all its layers, alpha included.
    pub color: Color,
    /// Whether it lies under the raster.
    pub below_raster: bool,
    /// Whether it holds areas, and not strokes.
    pub of_areas: bool,
    /// The layer whose classes' areas share their borders, by its number; None for one without classes, and strokes.
    pub neighbours: Option<usize>,
}

/// The raster's zorder: cartopy's `pcolormesh` draws below all features.
const RASTER_ZORDER: f64 = 0.0;

/// Orders the layers by zorder and gives each its planes, and the graticule its own between them.
///
/// # Errors
/// For a layer file that is not there.
pub(super) fn assign(job: &Job, graticule: Option<&mut GraticulePlan>) -> Result<(Vec<LayerPlan>, Vec<Plane>)> {
    let mut layers = Vec::new();
    for layer in &job.layers {
        check_exists(&layer.path)?;
        let Classes { tests, options, shapes } = classes::of(layer)?;
        let class = |options: &LayerOptions| LayerClass {
            style: options.style(),
            label: options.label.clone(),
            planes: LayerPlanes::default(),
        };
        let classes = options.iter().map(class).collect();
        let (name, filter) = (layer.options.layer.clone(), layer.options.filter.clone());
        let heading = layer.options.label.clone().filter(|_| tests.is_some());
        let labels = labels::of(layer, &options)?;
        let plan = LayerPlan { path: layer.path.clone(), name, filter, heading, shapes, tests, classes, labels };
        layers.push((layer.options.style().zorder, plan));
    }
    layers.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut planes: Vec<Plane> = Vec::new();
    let mut graticule = graticule;
    for (number, (zorder, layer)) in layers.iter_mut().enumerate() {
        if let Some(below) = graticule.take_if(|graticule| graticule.is_below(*zorder)) {
            below.plane = stroke_plane(&below.style, &mut planes);
        }
        assign_to(number, &mut layer.classes, layer.shapes, &mut planes);
    }
    if let Some(above) = graticule {
        above.plane = stroke_plane(&above.style, &mut planes);
    }
    let has_plane = |class: &LayerClass| class.planes != LayerPlanes::default();
    let is_drawn = |layer: &LayerPlan| layer.labels.is_some() || layer.classes.iter().any(has_plane);
    let layers: Vec<LayerPlan> = layers.into_iter().map(|(_, layer)| layer).filter(is_drawn).collect();
    Ok((layers, planes))
}

/// The plane of lines that are no layer's: one of their own, unless the last one fits.
fn stroke_plane(style: &LayerStyle, planes: &mut Vec<Plane>) -> Option<usize> {
    plane(planes, style, style.edge, Kind::Strokes)
}

/// Gives a layer's classes their planes, from the lowest: areas, discs, lines, rings. Of several classes all areas are
/// below all lines, for an edge belongs to both neighbours; the markers of a class are below those of the next.
fn assign_to(number: usize, classes: &mut [LayerClass], shapes: LayerShapes, planes: &mut Vec<Plane>) {
    let LayerShapes { points, lines, areas } = shapes;
    if let [LayerClass { style, planes: own, .. }] = classes {
        let mut plane =
            |is_there: bool, color: Option<Color>, kind| plane(planes, style, color.filter(|_| is_there), kind);
        own.face = plane(areas, style.face, Kind::Areas(None));
        own.marker_face = plane(points, if_sized(style, style.marker_face), Kind::Strokes);
        own.edge = plane(areas || lines, style.edge, Kind::Strokes);
        own.marker_edge = plane(points, if_sized(style, style.marker_edge), Kind::Strokes);
        return;
    }
    for LayerClass { style, planes: own, .. } in classes.iter_mut().filter(|_| areas) {
        own.face = plane(planes, style, style.face, Kind::Areas(Some(number)));
    }
    for LayerClass { style, planes: own, .. } in classes.iter_mut().filter(|_| areas || lines) {
        own.edge = plane(planes, style, style.edge, Kind::Strokes);
    }
    for LayerClass { style, planes: own, .. } in classes.iter_mut().filter(|_| points) {
        own.marker_face = plane(planes, style, if_sized(style, style.marker_face), Kind::Strokes);
        own.marker_edge = plane(planes, style, if_sized(style, style.marker_edge), Kind::Strokes);
    }
}

/// The colour of a marker's part, if markers have a size.
fn if_sized(style: &LayerStyle, color: Option<Color>) -> Option<Color> {
    color.filter(|_| style.markersize_pt > 0.0)
}

/// What a plane is for.
#[derive(Clone, Copy)]
enum Kind {
    Strokes,
    /// Areas, with the number of the layer if they are of one of its classes.
    Areas(Option<usize>),
}

/// The plane of a colour: the last one, if it fits, or a new one.
fn plane(planes: &mut Vec<Plane>, style: &LayerStyle, color: Option<Color>, kind: Kind) -> Option<usize> {
    let (of_areas, neighbours) = match kind {
        Kind::Strokes => (false, None),
        Kind::Areas(neighbours) => (true, neighbours),
    };
    let plane = Plane { color: color?, below_raster: style.zorder < RASTER_ZORDER, of_areas, neighbours };
    if planes.last() != Some(&plane) {
        planes.push(plane);
    }
    Some(planes.len() - 1)
}

/// Layers are read beside the raster, but a missing one is known at once.
fn check_exists(path: &Path) -> Result<()> {
    if bundled_layer(path)?.is_some() {
        return Ok(());
    }
    // Other names are GDAL's to understand.
    let is_file = plain_path(&path.to_string_lossy()).is_some();
    if !is_file || path.exists() {
        return Ok(());
    }
    Err(Error::Layer {
        path: path.into(),
        problem: "there is no such file".into(),
        remedy: "check the path; relative paths in a job file start at its folder".into(),
    })
}
