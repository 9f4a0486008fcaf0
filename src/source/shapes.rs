//! What kinds of shapes a layer holds, known without reading them: it decides what a class's colour is the colour of.

use std::path::Path;

use gdal::vector::{LayerAccess, OGRwkbGeometryType as Kind, geometry_type_flatten};

use super::bundled::bundled_layer;
use super::ogr::{choose_layer, open};
use crate::error::Result;

/// Which kinds a layer may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerShapes {
    /// Points.
    pub points: bool,
    /// Lines.
    pub lines: bool,
    /// Polygons.
    pub areas: bool,
}

/// The kinds that a layer's file declares: all of them where it declares none.
///
/// # Errors
/// [`crate::Error::Layer`] for a file that is no layer, or has none of this name.
pub fn layer_shapes(path: &Path, name: Option<&str>) -> Result<LayerShapes> {
    if let Some(layer) = bundled_layer(path)? {
        return Ok(layer.shapes());
    }
    let dataset = open(path)?;
    let layer = choose_layer(path, &dataset, name)?;
    let declared = layer.defn().geom_fields().next().map_or(Kind::wkbUnknown, |field| field.field_type());
    let is_one_of = |kinds: &[Kind::Type]| kinds.contains(&geometry_type_flatten(declared));
    let points = is_one_of(&[Kind::wkbPoint, Kind::wkbMultiPoint]);
    let lines = is_one_of(&[
        Kind::wkbLineString,
        Kind::wkbMultiLineString,
        Kind::wkbCircularString,
        Kind::wkbCompoundCurve,
        Kind::wkbMultiCurve,
    ]);
    let areas = is_one_of(&[
        Kind::wkbPolygon,
        Kind::wkbMultiPolygon,
        Kind::wkbCurvePolygon,
        Kind::wkbMultiSurface,
        Kind::wkbPolyhedralSurface,
        Kind::wkbTIN,
        Kind::wkbTriangle,
    ]);
    let is_known = points || lines || areas;
    Ok(LayerShapes { points: points || !is_known, lines: lines || !is_known, areas: areas || !is_known })
}
