//! Layers: shapefiles and GDAL's formats as fixed-point polylines and points, and what is said of damaged and unusable files.

mod support;

use std::path::{Path, PathBuf};

use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Feature, LayerAccess, LayerOptions};
use gdal::{DatasetOptions, DriverManager, GdalOpenFlags};
use mapfolio::geo::FixedLonLat;
use mapfolio::source::{LabelColumns, Outlines, Selection, read_features, read_outlines};
use shapefile::record::polygon::GenericPolygon;
use shapefile::{
    Multipatch, Multipoint, MultipointM, MultipointZ, Patch, Point, PointM, PointZ, PolygonRing, PolygonZ, Polyline,
    PolylineM, ShapeWriter,
};
use support::Folder;
use support::geojson::{geojson, point};

impl Folder {
    /// Writes a file, and the `.prj` of an EPSG code beside it.
    fn shapefile<S: shapefile::record::EsriShape>(&self, name: &str, epsg: Option<u32>, shapes: &[S]) -> PathBuf {
        let path = self.path(name);
        let mut writer = ShapeWriter::from_path(&path).expect("a new file");
        for shape in shapes {
            writer.write_shape(shape).expect("a shape is written");
        }
        writer.finalize().expect("a finished file");
        if let Some(code) = epsg {
            let prj = SpatialRef::from_epsg(code).and_then(|s| s.to_wkt()).expect("a known code");
            std::fs::write(path.with_extension("prj"), prj).expect("a .prj");
        }
        path
    }
}

fn outlines(path: &Path) -> Outlines {
    read_outlines(path).unwrap_or_else(|e| panic!("{e}"))
}

fn refusal(path: &Path) -> String {
    let message = read_outlines(path).expect_err("a file that cannot be used").to_string();
    assert!(message.starts_with("layer ") || message.contains(".prj"), "{message}");
    message
}

fn fixed(points: &[[f64; 2]]) -> Vec<FixedLonLat> {
    points.iter().map(|p| FixedLonLat::from_degrees(p[0], p[1]).expect("a position")).collect()
}

fn line(points: &[[f64; 2]]) -> Vec<Point> {
    points.iter().map(|p| Point::new(p[0], p[1])).collect()
}

/// Writes a file anew; some file systems take long to truncate one.
fn replace(path: &Path, bytes: &[u8]) {
    std::fs::remove_file(path).expect("the file before");
    std::fs::write(path, bytes).expect("a file");
}

const A: [[f64; 2]; 3] = [[-100.0, 40.0], [-99.5, 40.25], [-99.0, 40.0]];
const B: [[f64; 2]; 2] = [[170.0, -89.0], [190.0, -90.0]];
const RING: [[f64; 2]; 4] = [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]];

#[test]
fn lines_and_rings_become_parts_unchanged() {
    let folder = Folder::new();
    // NAD83 is WGS 84 to within nothing here, so positions stay as they are.
    let path = folder.shapefile(
        "l.shp",
        Some(4269),
        &[Polyline::with_parts(vec![line(&A), line(&B)]), Polyline::new(line(&A))],
    );
    let lines = outlines(&path);
    assert_eq!(lines.part_starts, [0, 3, 5, 8]);
    assert_eq!(lines.parts().nth(1), Some(fixed(&B).as_slice()));
    assert_eq!(lines.parts().last(), Some(fixed(&A).as_slice()));
    assert!(lines.warnings.is_empty(), "{:?}", lines.warnings);
}

#[test]
fn the_variants_with_heights_and_measures_are_read() {
    let folder = Folder::new();
    let measured: Vec<_> = A.iter().map(|p| PointM::new(p[0], p[1], 7.0)).collect();
    let path = folder.shapefile("m.shp", Some(4326), &[PolylineM::new(measured)]);
    assert_eq!(outlines(&path).points, fixed(&A));
    let ring = |points: &[[f64; 2]]| points.iter().map(|p| PointZ::new(p[0], p[1], 9.0, 1.0)).collect();
    let hole = [[0.2, 0.5], [0.4, 0.6], [0.2, 0.6], [0.2, 0.5]];
    let polygon: PolygonZ =
        GenericPolygon::with_rings(vec![PolygonRing::Outer(ring(&RING)), PolygonRing::Inner(ring(&hole))]);
    let path = folder.shapefile("z.shp", Some(4326), &[polygon]);
    let rings = outlines(&path);
    assert_eq!(rings.part_starts, [0, 4, 8]);
    assert_eq!(rings.parts().next(), Some(fixed(&RING).as_slice()));
}

#[test]
fn projected_layers_bend_in_longitude_and_latitude() {
    let folder = Folder::new();
    // Along a northing of UTM zone 14, 600 km wide about its central meridian at 99 degrees west.
    let path = folder.shapefile("u.shp", Some(32614), &[Polyline::new(line(&[[2e5, 5e6], [8e5, 5e6]]))]);
    let lines = outlines(&path);
    assert!((20..2000).contains(&lines.points.len()), "{} points", lines.points.len());
    let degrees: Vec<_> = lines.points.iter().map(|p| p.to_degrees()).collect();
    let (first, last) = (degrees[0], degrees[degrees.len() - 1]);
    assert!((first.0 + last.0 + 198.0).abs() < 1e-6, "symmetric about -99: {first:?}, {last:?}");
    let top = degrees.iter().map(|p| p.1).fold(f64::MIN, f64::max);
    assert!(top - first.1 > 0.03, "the middle lies further north: {top} against {}", first.1);
}

#[test]
fn a_layer_without_a_system_is_taken_as_degrees_if_it_can_be() {
    let folder = Folder::new();
    let path = folder.shapefile("l.shp", None, &[Polyline::new(line(&A))]);
    let lines = outlines(&path);
    assert_eq!(lines.points, fixed(&A));
    assert_eq!(lines.warnings, ["it has no coordinate reference system; WGS 84 is assumed"]);
    let path = folder.shapefile("m.shp", None, &[Polyline::new(line(&[[5e5, 4e6], [6e5, 4e6]]))]);
    let message = refusal(&path);
    assert!(
        message.contains("no coordinate reference system") && message.contains("put its .prj file beside it"),
        "{message}"
    );
}

#[test]
fn parts_that_are_not_on_earth_are_left_out_and_counted() {
    let folder = Folder::new();
    let bad = |x: f64, y: f64| Polyline::with_parts(vec![line(&A), line(&[[0.0, 0.0], [x, y]])]);
    let shapes = [bad(1.0, 1.0), bad(f64::NAN, 0.0), bad(0.0, 91.0), bad(400.0, 0.0), bad(f64::INFINITY, 0.0)];
    let lines = outlines(&folder.shapefile("l.shp", Some(4326), &shapes));
    assert_eq!(lines.part_starts.len() - 1, 6);
    let warning = "4 parts have positions that are not on Earth and were left out, first in features 1, 2, 3, 4";
    assert_eq!(lines.warnings, [warning]);
    let message =
        refusal(&folder.shapefile("none.shp", Some(4326), &[Polyline::new(line(&[[0.0, 0.0], [0.0, 91.0]]))]));
    assert!(message.contains("nothing of it can be drawn: 1 part has"), "{message}");
}

#[test]
fn points_of_all_kinds_are_read() {
    let folder = Folder::new();
    let expected = fixed(&A);
    let points: Vec<_> = A.iter().map(|p| Point::new(p[0], p[1])).collect();
    let measured: Vec<_> = A.iter().map(|p| PointM::new(p[0], p[1], 7.0)).collect();
    let high: Vec<_> = A.iter().map(|p| PointZ::new(p[0], p[1], 9.0, 1.0)).collect();
    let geojson = r#"{"type":"MultiPoint","coordinates":[[-100,40],[-99.5,40.25],[-99,40]]}"#;
    for path in [
        folder.shapefile("p.shp", Some(4326), &points),
        folder.shapefile("pm.shp", Some(4326), &measured),
        folder.shapefile("pz.shp", Some(4326), &high),
        folder.shapefile("m.shp", Some(4326), &[Multipoint::new(points.clone())]),
        folder.shapefile("mm.shp", Some(4326), &[MultipointM::new(measured.clone())]),
        folder.shapefile("mz.shp", Some(4326), &[MultipointZ::new(high.clone())]),
        folder.put("p.geojson", geojson),
    ] {
        let read = outlines(&path);
        assert_eq!(read.dots, expected, "{}", path.display());
        assert_eq!(read.part_starts, [0]);
    }
    let stray = folder.shapefile("s.shp", Some(4326), &[Point::new(0.0, 91.0), Point::new(1.0, 2.0)]);
    assert_eq!(outlines(&stray).dots, fixed(&[[1.0, 2.0]]));
    assert!(outlines(&stray).warnings[0].contains("not on Earth"));
}

#[test]
fn surfaces_in_space_are_refused() {
    let folder = Folder::new();
    let patch = Patch::TriangleStrip(RING.iter().map(|p| PointZ::new(p[0], p[1], 0.0, 0.0)).collect());
    let message = refusal(&folder.shapefile("s.shp", Some(4326), &[Multipatch::new(patch)]));
    assert!(message.contains("multipatch"), "{message}");
}

#[test]
fn rings_know_their_polygon_if_areas_are_drawn() {
    let folder = Folder::new();
    let path = folder.put(
        "p.geojson",
        r#"{"type":"GeometryCollection","geometries":[
        {"type":"LineString","coordinates":[[0,0],[1,1],[1,0],[0,0]]},
        {"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]],[[2,1],[3,1],[3,2],[2,1]]],[[[9,9],[9,8],[8,8],[9,9]]]]}]}"#,
    );
    let read = read_features(&path, &Selection { areas: true, ..Selection::default() }).expect("a layer");
    assert_eq!(read.polygons, [Outlines::LINE, 0, 0, 1]);
    assert!(outlines(&path).polygons.is_empty(), "nothing extra where no area is drawn");
}

#[test]
fn curves_become_lines() {
    let folder = Folder::new();
    let csv = "id,WKT\n1,\"CURVEPOLYGON(CIRCULARSTRING(-1 0,0 1,1 0,0 -1,-1 0))\"\n2,\"MULTICURVE((5 5,6 6),COMPOUNDCURVE((8 8,9 8),CIRCULARSTRING(9 8,10 9,11 8)))\"\n";
    let read = outlines(&folder.put("c.csv", csv));
    assert_eq!(read.part_starts.len() - 1, 3);
    let circle = read.parts().next().expect("a circle");
    assert!(circle.len() > 700 && circle.first() == circle.last());
    let radius = |p: &FixedLonLat| p.to_degrees().0.hypot(p.to_degrees().1);
    assert!(circle.iter().all(|p| (radius(p) - 1.0).abs() < 1e-6));
}

/// A `GeoJSON` file of points with names and numbers.
fn places(folder: &Folder) -> PathBuf {
    let place = |name: &str, number: i32, lon: f64| (format!(r#""name":"{name}","n":{number}"#), point([lon, 0.0]));
    let all = [place("a, (b) = 'c'", 1, 1.0), place("Łódź", 2, 2.0), place("São Tomé", 3, 3.0)];
    folder.put("places.geojson", geojson(all))
}

/// Copies the only layer of a dataset to a layer of another format, new or beside those that there are.
fn converted(folder: &Folder, from: &Path, name: &str, driver: &str, layer: (&str, &[&str])) -> PathBuf {
    let to = folder.path(name);
    let source = gdal::Dataset::open(from).expect("a dataset");
    let mut places = source.layer(0).expect("a layer");
    let update = DatasetOptions { open_flags: GdalOpenFlags::GDAL_OF_UPDATE, ..Default::default() };
    let mut target = if to.exists() {
        gdal::Dataset::open_ex(&to, update).expect("a dataset")
    } else {
        DriverManager::get_driver_by_name(driver).and_then(|d| d.create_vector_only(&to)).expect("a new dataset")
    };
    let fields: Vec<_> = places.defn().fields().map(|f| (f.name(), f.field_type())).collect();
    let srs = places.spatial_ref();
    let kind = places.defn().geometry_type();
    let options = LayerOptions { name: layer.0, srs: srs.as_ref(), ty: kind, options: Some(layer.1) };
    let copy = target.create_layer(options).expect("a layer");
    let named: Vec<_> = fields.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    copy.create_defn_fields(&named).expect("fields");
    for feature in places.features() {
        let mut new = Feature::new(copy.defn()).expect("a feature");
        new.set_geometry(feature.geometry().expect("a place").clone()).expect("a place");
        for (k, value) in feature.fields().enumerate() {
            new.set_field(k, &value.1.expect("a value")).expect("a value");
        }
        new.create(&copy).expect("a written feature");
    }
    to
}

fn selected(path: &Path, filter: &str) -> Outlines {
    let selection = Selection { filter: Some(filter), ..Selection::default() };
    read_features(path, &selection).unwrap_or_else(|e| panic!("{filter}: {e}"))
}

#[test]
fn filters_choose_features_in_every_format_and_encoding() {
    let folder = Folder::new();
    let geojson = places(&folder);
    let files = [
        geojson.clone(),
        converted(&folder, &geojson, "p.gpkg", "GPKG", ("p", &[])),
        converted(&folder, &geojson, "p.fgb", "FlatGeobuf", ("p", &[])),
        converted(&folder, &geojson, "utf8.shp", "ESRI Shapefile", ("utf8", &["ENCODING=UTF-8"])),
        converted(&folder, &geojson, "latin.shp", "ESRI Shapefile", ("latin", &["ENCODING=ISO-8859-2"])),
    ];
    for path in &files {
        let longitudes = |filter: &str| -> Vec<f64> {
            selected(path, filter).dots.iter().map(|p| p.to_degrees().0.round()).collect()
        };
        assert_eq!(longitudes("name = 'Łódź'"), [2.0], "{}", path.display());
        assert_eq!(longitudes("name = 'a, (b) = ''c'''"), [1.0], "{}", path.display());
        assert_eq!(longitudes("n >= 2 AND n IN (1, 3)"), [3.0], "{}", path.display());
        assert_eq!(outlines(path).dots.len(), 3);
        let nothing = selected(path, "n > 7");
        assert!(nothing.dots.is_empty() && nothing.part_starts == [0]);
        assert_eq!(nothing.warnings, ["no feature fits its condition `where`; nothing of it is drawn"]);
        for wrong in ["population > 3", "n >", "n = = 3"] {
            let selection = Selection { filter: Some(wrong), ..Selection::default() };
            let message = read_features(path, &selection).expect_err("a wrong condition").to_string();
            assert!(message.contains(&format!("where={wrong}")) && message.contains("name, n"), "{message}");
        }
    }
    for ending in ["dbf", "shx"] {
        let part = files[3].with_extension(ending);
        let kept = std::fs::read(&part).expect("a part of a shapefile");
        std::fs::remove_file(&part).expect("a part of a shapefile");
        assert_eq!(outlines(&files[3]).dots.len(), 3, "geometry needs only the .shp");
        let selection = Selection { filter: Some("n = 1"), ..Selection::default() };
        let message = read_features(&files[3], &selection).expect_err("no attributes").to_string();
        assert!(message.contains(&format!("put the .{ending} file beside it")), "{message}");
        std::fs::write(&part, kept).expect("a part of a shapefile");
    }
}

#[test]
fn a_layer_is_chosen_by_its_name() {
    let folder = Folder::new();
    let geojson = places(&folder);
    let gpkg = converted(&folder, &geojson, "many.gpkg", "GPKG", ("towns", &[]));
    let lines = folder.put("l.geojson", r#"{"type":"LineString","coordinates":[[0,0],[1,1]]}"#);
    converted(&folder, &lines, "many.gpkg", "GPKG", ("roads", &[]));
    let of = |path: &Path, layer: &str| {
        read_features(path, &Selection { layer: Some(layer), ..Selection::default() }).map_err(|e| e.to_string())
    };
    assert_eq!(of(&gpkg, "towns").map(|o| o.dots.len()), Ok(3));
    assert_eq!(of(&gpkg, "roads").map(|o| o.points), Ok(fixed(&[[0.0, 0.0], [1.0, 1.0]])));
    let message = of(&gpkg, "rivers").expect_err("an unknown layer");
    assert!(message.contains("it has no layer rivers; give layer= one of towns, roads"), "{message}");
    let message = refusal(&gpkg);
    assert!(message.contains("several layers (towns, roads)") && message.contains("layer=NAME"), "{message}");
    let shp = converted(&folder, &geojson, "p.shp", "ESRI Shapefile", ("p", &[]));
    assert_eq!(of(&shp, "p").map(|o| o.dots.len()), Ok(3));
    assert!(of(&shp, "q").expect_err("an unknown layer").contains("its only layer is p"));
}

#[test]
fn absurd_counts_of_points_are_errors() {
    let folder = Folder::new();
    let points = A.iter().map(|p| Point::new(p[0], p[1])).collect();
    let path = folder.shapefile("m.shp", Some(4326), &[Multipoint::new(points)]);
    let good = std::fs::read(&path).expect("the file");
    // Record header at 100, type at 108, four bounds, the number of points at 144.
    for (at, bytes, part) in [
        (144, i32::MAX.to_le_bytes(), "claims 2147483647 points in 88 bytes"),
        (144, (-1_i32).to_le_bytes(), "points in 88 bytes"),
        (104, 10_i32.to_be_bytes(), "claims 20 bytes, too few for points"),
    ] {
        let mut bad = good.clone();
        bad[at..at + 4].copy_from_slice(&bytes);
        replace(&path, &bad);
        let message = refusal(&path);
        assert!(message.contains(part), "byte {at}: {message}");
    }
    for length in 1..good.len() {
        replace(&path, &good[..length]);
        assert!(refusal(&path).contains("truncated or damaged"), "{length}");
    }
    let path = folder.shapefile("p.shp", Some(4326), &[Point::new(1.0, 2.0)]);
    let good = std::fs::read(&path).expect("the file");
    for length in 1..good.len() {
        replace(&path, &good[..length]);
        assert!(refusal(&path).contains("truncated or damaged"), "{length}");
    }
}

#[test]
fn missing_empty_and_foreign_files_are_named() {
    let folder = Folder::new();
    for name in ["gone.shp", "gone.gpkg"] {
        let message = refusal(&folder.path(name));
        assert!(message.contains(&format!("{name}: there is no such file; check the path")), "{message}");
    }
    for name in ["empty.shp", "empty.geojson"] {
        let message = refusal(&folder.put(name, ""));
        assert!(message.contains("is empty (0 bytes)"), "{message}");
    }
    let message = refusal(&folder.put("words.shp", "words ".repeat(50)));
    assert!(message.contains("not a shapefile"), "{message}");
    let message = refusal(&folder.put("words.txt", "words"));
    assert!(message.contains("GDAL cannot open it as a layer"), "{message}");
}

/// Such as the warnings of a quiet night: no columns either.
#[test]
fn a_layer_without_features_is_a_warning() {
    let folder = Folder::new();
    let geojson = folder.put("none.geojson", r#"{"type":"FeatureCollection","features":[]}"#);
    let shapefile = folder.shapefile::<Polyline>("none.shp", None, &[]);
    let labels = LabelColumns { columns: vec!["name".into()], priority: None };
    for (path, selection) in [
        (&geojson, Selection::default()),
        (&geojson, Selection { labels: Some(&labels), ..Selection::default() }),
        (&shapefile, Selection::default()),
    ] {
        let nothing = read_features(path, &selection).expect("an empty layer");
        assert!(nothing.dots.is_empty() && nothing.part_starts == [0]);
        let told = |text: &String| text.contains("it holds no features; nothing of it is drawn");
        assert!(nothing.warnings.iter().any(told), "{:?}", nothing.warnings);
    }
    // A table whose features have no places is a mistake.
    let message = refusal(&folder.put("t.csv", "name,n\nA,1\n"));
    assert!(message.contains("it holds no line, polygon or point"), "{message}");
}

#[test]
fn a_prj_that_proj_does_not_know_is_named() {
    let folder = Folder::new();
    let path = folder.shapefile("l.shp", None, &[Polyline::new(line(&A))]);
    folder.put("l.prj", "PROJCS[nonsense");
    let message = refusal(&path);
    assert!(message.contains("l.prj") && message.contains("cannot be the coordinate reference system"), "{message}");
}

#[test]
fn damaged_shapefiles_are_errors_with_a_place_at_every_cut() {
    let folder = Folder::new();
    let path = folder.shapefile("l.shp", Some(4326), &[Polyline::new(line(&A)), Polyline::new(line(&B))]);
    let good = std::fs::read(&path).expect("the file");
    for length in 1..good.len() {
        replace(&path, &good[..length]);
        let message = refusal(&path);
        assert!(message.contains("bytes") && message.contains("truncated or damaged"), "{length}: {message}");
    }
}

#[test]
fn absurd_counts_are_errors_and_allocate_nothing() {
    let folder = Folder::new();
    let path = folder.shapefile("l.shp", Some(4326), &[Polyline::new(line(&A))]);
    let good = std::fs::read(&path).expect("the file");
    // Record header at 100, type at 108, then four bounds; parts at 144 and points at 148.
    for (at, bytes, part) in [
        (144, i32::MAX.to_le_bytes(), "claims 2147483647 parts and 3 points in 96 bytes"),
        (148, i32::MAX.to_le_bytes(), "claims 1 parts and 2147483647 points in 96 bytes"),
        (148, (-1_i32).to_le_bytes(), "points in 96 bytes"),
        (104, i32::MAX.to_be_bytes(), "feature 0, at byte 100 of 204, claims 4294967294 bytes where 96 are left"),
        (104, 1_i32.to_be_bytes(), "claims 2 bytes, too few for a shape"),
        (104, 20_i32.to_be_bytes(), "claims 40 bytes, too few for a line or polygon"),
        (152, 7_i32.to_le_bytes(), "claims that part 0 begins at point 7 of 3"),
        (152, i32::MAX.to_le_bytes(), "claims that part 0 begins at point 2147483647 of 3"),
        (108, 77_i32.to_le_bytes(), "feature 0 cannot be read"),
        (24, i32::MAX.to_be_bytes(), "promises 4294967294 bytes, but the file has 204"),
    ] {
        let mut bad = good.clone();
        bad[at..at + 4].copy_from_slice(&bytes);
        replace(&path, &bad);
        let message = refusal(&path);
        assert!(message.contains(part), "byte {at}: {message}");
    }
}

#[test]
fn gdal_formats_give_the_same_outlines() {
    let folder = Folder::new();
    let path = folder.put(
        "mixed.geojson",
        r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[-100,40],[-99.5,40.25],[-99,40]]}},
        {"type":"Feature","properties":{},"geometry":null},
        {"type":"Feature","properties":{},"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[0,1],[1,1],[0,0]]]]}},
        {"type":"Feature","properties":{},"geometry":{"type":"GeometryCollection","geometries":[
            {"type":"Point","coordinates":[1,2]},{"type":"LineString","coordinates":[[170,-89],[190,-90]]}]}}]}"#,
    );
    let mixed = outlines(&path);
    assert_eq!(mixed.part_starts, [0, 3, 7, 9]);
    assert_eq!(mixed.points, [fixed(&A), fixed(&RING), fixed(&B)].concat());
    assert_eq!(mixed.dots, fixed(&[[1.0, 2.0]]));
    assert!(mixed.warnings.is_empty(), "{:?}", mixed.warnings);
}

#[test]
fn of_several_layers_only_one_may_have_outlines() {
    let folder = Folder::new();
    let gpx = |lines: &str| {
        format!(r#"<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">{lines}</gpx>"#)
    };
    let route = r#"<rte><rtept lat="40" lon="-100"/><rtept lat="41" lon="-99"/></rte>"#;
    let track = r#"<trk><trkseg><trkpt lat="1" lon="2"/><trkpt lat="2" lon="2"/></trkseg></trk>"#;
    let message = refusal(&folder.put("both.gpx", gpx(&format!("{route}{track}"))));
    assert!(message.contains("several layers (") && message.contains("layer=NAME"), "{message}");
    let only = outlines(&folder.put("route.gpx", gpx(route)));
    assert_eq!(only.points, fixed(&[[-100.0, 40.0], [-99.0, 41.0]]));
    let message = refusal(&folder.put("none.gpx", gpx("")));
    assert!(message.contains("none of its layers (") && message.contains("waypoints"), "{message}");
    assert_eq!(outlines(&folder.put("way.gpx", gpx(r#"<wpt lat="1" lon="2"/>"#))).dots, fixed(&[[2.0, 1.0]]));
}
