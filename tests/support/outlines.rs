//! Shapefiles that the tests make, and pieces of real ones.

use std::path::{Path, PathBuf};

use shapefile::{Point, Polygon, PolygonRing, Polyline, Shape};

/// Longitude and latitude in degrees.
pub(crate) type LonLat = [f64; 2];

fn shape_points(part: &[LonLat]) -> Vec<Point> {
    part.iter().map(|p| Point::new(p[0], p[1])).collect()
}

/// One line feature a part.
pub(crate) fn lines(parts: &[Vec<LonLat>]) -> Vec<Shape> {
    parts.iter().map(|part| Shape::Polyline(Polyline::new(shape_points(part)))).collect()
}

/// One polygon feature a closed ring.
pub(crate) fn polygons(rings: &[Vec<LonLat>]) -> Vec<Shape> {
    let ring = |part: &Vec<LonLat>| PolygonRing::Outer(shape_points(part));
    rings.iter().map(|part| Shape::Polygon(Polygon::new(ring(part)))).collect()
}

/// Writes the features as a shapefile in WGS 84 longitude and latitude.
pub(crate) fn write_layer(path: &Path, features: &[Shape]) -> PathBuf {
    let mut writer = shapefile::ShapeWriter::from_path(path).expect("a new shapefile");
    for feature in features {
        match feature {
            Shape::Polyline(line) => writer.write_shape(line),
            Shape::Polygon(polygon) => writer.write_shape(polygon),
            other => panic!("the tests write no {other}"),
        }
        .expect("a written feature");
    }
    writer.finalize().expect("a whole shapefile");
    let wgs84 = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
    std::fs::write(path.with_extension("prj"), wgs84).expect("a written .prj");
    path.to_owned()
}

/// The rings and lines of a shapefile that come within a box of west, east, south, north.
pub(crate) fn read_parts(path: &Path, [west, east, south, north]: [f64; 4]) -> Vec<Vec<LonLat>> {
    let shapes = shapefile::read_shapes(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let degrees = |points: &[Point]| points.iter().map(|p| [p.x, p.y]).collect::<Vec<LonLat>>();
    let parts = shapes.iter().flat_map(|shape| match shape {
        Shape::Polygon(polygon) => polygon.rings().iter().map(|ring| degrees(ring.points())).collect::<Vec<_>>(),
        Shape::Polyline(line) => line.parts().iter().map(|part| degrees(part)).collect(),
        _ => Vec::new(),
    });
    let near = |p: &LonLat| (west..=east).contains(&p[0]) && (south..=north).contains(&p[1]);
    parts.filter(|part| part.iter().any(near)).collect()
}
