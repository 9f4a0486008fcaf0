//! Outlines of every vector format that GDAL reads.

use std::path::Path;

use gdal::vector::geometry_type_flatten;
use gdal::vector::{Geometry, Layer, LayerAccess, OGRwkbGeometryType as Kind};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::gdal_reason;
use super::outlines::{OutlineBuilder, Outlines, assumed_crs, fault, points_fault};
use crate::error::Result;
use crate::geo::Crs;

/// Reads all rings and lines of the one layer of lines or polygons that the dataset has.
pub(super) fn read(path: &Path) -> Result<Outlines> {
    let flags = GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR;
    let dataset = Dataset::open_ex(path, DatasetOptions { open_flags: flags, ..Default::default() }).map_err(|e| {
        let problem = format!("GDAL cannot open it as outlines: {}", gdal_reason(&e));
        fault(path, problem, "give a file in a format that `ogrinfo --formats` lists")
    })?;
    let mut layer = choose_layer(path, &dataset)?;
    let bounds = layer.get_extent().map_or([f64::NAN; 4], |e| [e.MinX, e.MinY, e.MaxX, e.MaxY]);
    let (crs, warning) = if let Some(own) = layer.spatial_ref() {
        (Crs::from_spatial_ref(&own, &path.display().to_string())?, None)
    } else {
        let (crs, warning) = assumed_crs(path, bounds, "write one in with ogr2ogr -a_srs EPSG:n")?;
        (crs, Some(warning))
    };
    let mut builder = OutlineBuilder::new(path, &crs, bounds)?;
    if let Some(warning) = warning {
        builder.warn(warning);
    }
    add_features(path, &mut layer, &mut builder)?;
    builder.finish()
}

/// The only layer, or the only one of lines or polygons.
fn choose_layer<'a>(path: &Path, dataset: &'a Dataset) -> Result<Layer<'a>> {
    let layers: Vec<_> = dataset.layers().collect();
    let is_only = layers.len() == 1;
    let names = layers.iter().map(Layer::name).collect::<Vec<_>>().join(", ");
    let mut fitting: Vec<_> = layers.into_iter().filter(|layer| is_only || has_outlines(layer)).collect();
    match (fitting.pop(), fitting.len()) {
        (Some(layer), 0) => Ok(layer),
        (None, _) if names.is_empty() => Err(fault(path, "it has no layers", "give a file that has one")),
        (None, _) => {
            Err(fault(path, format!("none of its layers ({names}) holds lines or polygons"), "give one that does"))
        }
        (Some(_), _) => Err(fault(
            path,
            format!("it has several layers ({names})"),
            "copy the one to draw into a file of its own with ogr2ogr OUT.gpkg FILE LAYER",
        )),
    }
}

fn layer_kind(layer: &Layer) -> Kind::Type {
    layer.defn().geom_fields().next().map_or(Kind::wkbNone, |field| geometry_type_flatten(field.field_type()))
}

/// Whether a layer has features and is declared as one of lines, polygons or anything.
fn has_outlines(layer: &Layer) -> bool {
    let may_be = !matches!(layer_kind(layer), Kind::wkbNone | Kind::wkbPoint | Kind::wkbMultiPoint);
    may_be && layer.feature_count() > 0
}

fn add_features(path: &Path, layer: &mut Layer, builder: &mut OutlineBuilder) -> Result<()> {
    if matches!(layer_kind(layer), Kind::wkbPoint | Kind::wkbMultiPoint) {
        return Err(points_fault(path));
    }
    let promised = layer.try_feature_count();
    let (mut read, mut skipped) = (0, Skipped::default());
    for feature in layer.features() {
        if let Some(geometry) = feature.geometry() {
            add_geometry(builder, read, geometry, &mut skipped, &mut Vec::new());
        }
        read += 1;
    }
    // GDAL ends the list of features where it can read no further.
    if promised.is_some_and(|n| n > read as u64) {
        let problem = format!("reading ends after {read} of {} features", promised.unwrap_or_default());
        return Err(fault(path, problem, "the file is truncated or damaged: fetch or write it again"));
    }
    if skipped.points == read && read > 0 {
        return Err(points_fault(path));
    }
    for (count, what) in
        [(skipped.points, "points are not available yet"), (skipped.others, "curves and surfaces are not available")]
    {
        if count > 0 {
            builder.warn(format!("geometries left out: {count}; {what}"));
        }
    }
    Ok(())
}

/// Geometries that are not drawn.
#[derive(Default)]
struct Skipped {
    points: usize,
    others: usize,
}

/// Adds the lines and rings of a geometry and of all within it. `points` is memory to use again.
fn add_geometry(
    builder: &mut OutlineBuilder,
    feature: usize,
    geometry: &Geometry,
    skipped: &mut Skipped,
    points: &mut Vec<(f64, f64, f64)>,
) {
    match geometry_type_flatten(geometry.geometry_type()) {
        Kind::wkbLineString | Kind::wkbLinearRing => {
            points.clear();
            geometry.get_points(points);
            builder.add_part(feature, points.iter().map(|p| [p.0, p.1]));
        }
        Kind::wkbPolygon | Kind::wkbMultiLineString | Kind::wkbMultiPolygon | Kind::wkbGeometryCollection => {
            for i in 0..geometry.geometry_count() {
                add_geometry(builder, feature, &geometry.get_geometry(i), skipped, points);
            }
        }
        Kind::wkbPoint | Kind::wkbMultiPoint => skipped.points += 1,
        // A feature without a geometry is legal; its handle is empty and of no type.
        Kind::wkbUnknown => {}
        _ => skipped.others += 1,
    }
}
