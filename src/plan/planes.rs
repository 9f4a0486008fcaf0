//! Which layers share a coverage plane: strokes of one colour that are drawn one upon the other are one shape, and a
//! shape's ink does not darken where it meets itself.

use std::path::Path;

use super::{GraticulePlan, LayerPlan, LayerPlanes};
use crate::error::{Error, Result};
use crate::gpu::MAX_PLANES;
use crate::job::Job;
use crate::source::plain_path;
use crate::style::{Color, LayerStyle};

/// One coverage plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// The colour of all its layers, alpha included.
    pub color: Color,
    /// Whether it lies under the raster.
    pub below_raster: bool,
    /// Whether it holds areas, and not strokes.
    pub of_areas: bool,
}

/// The raster's zorder: cartopy's `pcolormesh` draws below all features.
const RASTER_ZORDER: f64 = 0.0;

/// Orders the layers by zorder and gives each its planes, and the graticule its own between them.
///
/// # Errors
/// For a layer file that is not there, and for more colours in turn than there are planes.
pub(super) fn assign(job: &Job, graticule: Option<&mut GraticulePlan>) -> Result<(Vec<LayerPlan>, Vec<Plane>)> {
    let mut layers = Vec::new();
    for layer in &job.layers {
        check_exists(&layer.path)?;
        layers.push(LayerPlan {
            path: layer.path.clone(),
            name: layer.options.layer.clone(),
            filter: layer.options.filter.clone(),
            style: layer.options.style(),
            planes: LayerPlanes::default(),
        });
    }
    layers.sort_by(|a, b| a.style.zorder.total_cmp(&b.style.zorder));
    let mut planes: Vec<Plane> = Vec::new();
    let mut graticule = graticule;
    for layer in &mut layers {
        if let Some(below) = graticule.take_if(|graticule| graticule.is_below(layer.style.zorder)) {
            below.assign(&mut planes);
        }
        layer.planes = planes_of(&layer.style, &mut planes);
    }
    if let Some(above) = graticule {
        above.assign(&mut planes);
    }
    layers.retain(|layer| layer.planes != LayerPlanes::default());
    if planes.len() > MAX_PLANES {
        return Err(Error::value(
            "--layer",
            planes.len(),
            "changes of colour from layer to layer are too many",
            format!("use at most {MAX_PLANES}, or give layers of one colour zorders that follow each other"),
        ));
    }
    Ok((layers, planes))
}

/// What one layer is made of, from the lowest: areas, discs, lines, rings.
pub(super) fn planes_of(style: &LayerStyle, planes: &mut Vec<Plane>) -> LayerPlanes {
    let mut plane = |color: Option<Color>, of_areas| {
        let plane = Plane { color: color?, below_raster: style.zorder < RASTER_ZORDER, of_areas };
        if planes.last() != Some(&plane) {
            planes.push(plane);
        }
        Some(planes.len() - 1)
    };
    let has_markers = style.markersize_pt > 0.0;
    LayerPlanes {
        face: plane(style.face, true),
        marker_face: plane(style.marker_face.filter(|_| has_markers), false),
        edge: plane(style.edge, false),
        marker_edge: plane(style.marker_edge.filter(|_| has_markers), false),
    }
}

/// Layers are read beside the raster, but a missing one is known at once.
fn check_exists(path: &Path) -> Result<()> {
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
