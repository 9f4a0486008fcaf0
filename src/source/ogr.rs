//! Layers of every vector format that GDAL reads.

use std::path::Path;

use gdal::vector::geometry_type_flatten;
use gdal::vector::sql::Dialect;
use gdal::vector::{Feature, Geometry, Layer, LayerAccess, OGRwkbGeometryType as Kind};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::classes::Sorter;
use super::curves::line_points;
use super::gdal_reason;
use super::labels::LabelReader;
use super::outlines::{OutlineBuilder, Outlines, Selection, assumed_crs, fault};
use crate::error::Result;
use crate::geo::Crs;

/// Reads the selected features of the layer that is named, or of the only one.
pub(super) fn read(path: &Path, selection: &Selection) -> Result<Outlines> {
    let dataset = open(path)?;
    let mut layer = choose_layer(path, &dataset, selection.layer)?;
    let is_empty = layer.try_feature_count() == Some(0);
    if !is_empty && geometry_kind(&layer) == Kind::wkbNone {
        let problem = "it holds no line, polygon or point, only a table";
        return Err(fault(path, problem, "give a layer whose features have places"));
    }
    // Nothing can lie beyond the bounds of nothing.
    let unknown = if is_empty { [0.0; 4] } else { [f64::NAN; 4] };
    let bounds = layer.get_extent().map_or(unknown, |e| [e.MinX, e.MinY, e.MaxX, e.MaxY]);
    let (crs, warning) = if let Some(own) = layer.spatial_ref() {
        (Crs::from_spatial_ref(&own, &path.display().to_string())?, None)
    } else {
        let (crs, warning) = assumed_crs(path, bounds, "write one in with ogr2ogr -a_srs EPSG:n")?;
        (crs, Some(warning))
    };
    let mut builder = OutlineBuilder::new(path, &crs, bounds, selection)?;
    if let Some(warning) = warning {
        builder.warn(warning);
    }
    let mut skipped = 0;
    add_selected(path, &dataset, &mut layer, selection, &mut builder, &mut |builder, index, feature| {
        if let Some(geometry) = feature.geometry() {
            add_geometry(builder, index, geometry, &mut skipped, &mut Vec::new());
        }
        Ok(())
    })?;
    if skipped > 0 {
        builder.warn(format!("geometries of a kind that cannot be drawn were left out: {skipped}"));
    }
    builder.finish()
}

/// Opens a dataset of layers.
pub(super) fn open(path: &Path) -> Result<Dataset> {
    let flags = GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR;
    Dataset::open_ex(path, DatasetOptions { open_flags: flags, ..Default::default() }).map_err(|e| {
        let problem = format!("GDAL cannot open it as a layer: {}", gdal_reason(&e));
        fault(path, problem, "give a file in a format that `ogrinfo --formats` lists")
    })
}

/// The layer with this name, or the only one, or the only one with features that have places.
pub(super) fn choose_layer<'a>(path: &Path, dataset: &'a Dataset, name: Option<&str>) -> Result<Layer<'a>> {
    let mut layers: Vec<_> = dataset.layers().collect();
    let is_only = layers.len() == 1;
    let names = layers.iter().map(Layer::name).collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        return Err(fault(path, "it has no layers", "give a file that has one"));
    }
    if let Some(name) = name {
        let found = layers.iter().position(|layer| layer.name() == name);
        let unknown = || fault(path, format!("it has no layer {name}"), format!("give layer= one of {names}"));
        return found.map(|index| layers.swap_remove(index)).ok_or_else(unknown);
    }
    let mut fitting: Vec<_> = layers.into_iter().filter(|layer| is_only || has_places(layer)).collect();
    match (fitting.pop(), fitting.len()) {
        (Some(layer), 0) => Ok(layer),
        (None, _) => Err(fault(
            path,
            format!("none of its layers ({names}) holds points, lines or polygons"),
            "give one that does",
        )),
        (Some(_), _) => {
            Err(fault(path, format!("it has several layers ({names})"), "say which one to draw with layer=NAME"))
        }
    }
}

/// What a layer's features are.
fn geometry_kind(layer: &Layer) -> Kind::Type {
    layer.defn().geom_fields().next().map_or(Kind::wkbNone, |field| field.field_type())
}

/// Whether a layer has features and their places.
fn has_places(layer: &Layer) -> bool {
    let kind = geometry_kind(layer);
    // GDAL makes layers of the points that a GPX file's routes and tracks have.
    let is_derived = matches!(layer.name().as_str(), "route_points" | "track_points");
    kind != Kind::wkbNone && !is_derived && layer.feature_count() > 0
}

pub(super) fn set_filter(path: &Path, dataset: &Dataset, layer: &mut Layer, condition: &str) -> Result<()> {
    // Databases take any filter and find its mistakes when it is too late; GDAL's own SQL finds them at once.
    let query = format!("SELECT * FROM \"{}\" WHERE {condition}", layer.name().replace('"', "\\\""));
    let is_understood = dataset.execute_sql(query, None, Dialect::OGR).map(drop);
    is_understood.and_then(|()| layer.set_attribute_filter(condition)).map_err(|_| {
        let fields: Vec<_> = layer.defn().fields().map(|field| field.name()).collect();
        let fields =
            if fields.is_empty() { "it has no fields".into() } else { format!("its fields are {}", fields.join(", ")) };
        fault(
            path,
            format!("GDAL does not understand the condition where={condition}"),
            format!("{fields}; write texts in single quotes, as in NAME = 'x'"),
        )
    })
}

/// Adds a feature's shapes, given its index.
pub(super) type AddShapes<'a> = dyn FnMut(&mut OutlineBuilder, usize, &Feature) -> Result<()> + 'a;

/// Adds those features of a layer that are selected, with their classes and labels; `add` adds their shapes.
pub(super) fn add_selected(
    path: &Path,
    dataset: &Dataset,
    layer: &mut Layer,
    selection: &Selection,
    builder: &mut OutlineBuilder,
    add: &mut AddShapes,
) -> Result<()> {
    let promised = layer.try_feature_count();
    // An empty layer of a format without a schema has no columns either.
    if promised == Some(0) {
        return Ok(());
    }
    builder.note_features();
    let sorter = selection.classes.map(|classes| Sorter::new(path, dataset, layer, classes)).transpose()?;
    let labels = selection.labels.map(|labels| LabelReader::new(path, layer, labels)).transpose()?;
    if let Some(condition) = selection.filter {
        set_filter(path, dataset, layer, condition)?;
    }
    let promised = if selection.filter.is_some() { layer.try_feature_count() } else { promised };
    let mut read = 0;
    for feature in layer.features() {
        let class = sorter.as_ref().map(|sorter| sorter.class_of(&feature));
        if let Some(class) = class.flatten() {
            builder.set_class(class);
        }
        if class != Some(None) {
            let label = labels.as_ref().map(|labels| labels.read(&feature));
            builder.add_labelled(label, |builder| add(builder, read, &feature))?;
        }
        read += 1;
    }
    // GDAL ends the list of features where it can read no further.
    if promised.is_some_and(|n| n > read as u64) {
        let problem = format!("reading ends after {read} of {} features", promised.unwrap_or_default());
        return Err(fault(path, problem, "the file is truncated or damaged: fetch or write it again"));
    }
    Ok(())
}

/// Adds a geometry and all within it. `points` is memory to use again.
fn add_geometry(
    builder: &mut OutlineBuilder,
    feature: usize,
    geometry: &Geometry,
    skipped: &mut usize,
    points: &mut Vec<[f64; 2]>,
) {
    let parts = || (0..geometry.geometry_count()).map(|i| geometry.get_geometry(i));
    points.clear();
    match geometry_type_flatten(geometry.geometry_type()) {
        Kind::wkbLineString | Kind::wkbLinearRing | Kind::wkbCircularString | Kind::wkbCompoundCurve => {
            line_points(geometry, points);
            builder.add_line(feature, points.iter().copied());
        }
        Kind::wkbPolygon | Kind::wkbCurvePolygon | Kind::wkbTriangle => {
            builder.begin_polygon();
            for ring in parts() {
                points.clear();
                line_points(&ring, points);
                builder.add_ring(feature, points.iter().copied());
            }
        }
        Kind::wkbMultiLineString
        | Kind::wkbMultiPolygon
        | Kind::wkbGeometryCollection
        | Kind::wkbMultiPoint
        | Kind::wkbMultiCurve
        | Kind::wkbMultiSurface
        | Kind::wkbPolyhedralSurface
        | Kind::wkbTIN => parts().for_each(|part| add_geometry(builder, feature, &part, skipped, points)),
        Kind::wkbPoint if !geometry.is_empty() => {
            let (x, y, _) = geometry.get_point(0);
            builder.add_dots(feature, std::iter::once([x, y]));
        }
        // A feature without a geometry is legal; its handle is empty and of no type.
        Kind::wkbUnknown | Kind::wkbPoint => {}
        _ => *skipped += 1,
    }
}
