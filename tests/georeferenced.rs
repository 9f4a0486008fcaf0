//! Figures tell where their map lies: by GDAL's own programs, points that were drawn are where the file says, whatever the
//! format, the map and what stands around it.

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use support::geojson::geometry;
use support::{Projection, demo, mapfolio, text};

/// Most distance of a drawn point from where the file says that it is.
const TOLERANCE_PX: f64 = 0.1;

/// Points of a map, five a row.
const COLUMNS: usize = 5;
const ROWS: usize = 4;

struct Map {
    crs: &'static str,
    extent: [f64; 4],
}

const MAPS: [Map; 6] = [
    Map { crs: support::LCC, extent: [-2e6, 1.5e6, -1.2e6, 1.1e6] },
    Map { crs: "EPSG:3857", extent: [-11_150_000.0, -10_950_000.0, 5_600_000.0, 5_700_000.0] },
    Map { crs: "EPSG:3413", extent: [-3e6, 2e6, -2e6, 1.5e6] },
    Map { crs: "EPSG:4326", extent: [-130.0, -60.0, 10.0, 60.0] },
    Map { crs: "EPSG:2263", extent: [0.9e6, 1.1e6, 0.1e6, 0.25e6] },
    // No key of GeoTIFF knows this one.
    Map { crs: "+proj=eqearth +lon_0=-90 +datum=WGS84 +type=crs", extent: [-4e6, 4e6, -3e6, 3e6] },
];

/// Longitudes and latitudes of points within the extent, none of them at a pixel's centre by design.
fn control_points(map: &Map) -> Vec<[f64; 2]> {
    let [x0, x1, y0, y1] = map.extent;
    let at = |k: usize, count: usize, a: f64, b: f64| a + (b - a) * (k as f64 + 0.6137) / (count as f64 + 0.2);
    let points: Vec<_> =
        (0..ROWS * COLUMNS).map(|k| [at(k % COLUMNS, COLUMNS, x0, x1), at(k / COLUMNS, ROWS, y0, y1)]).collect();
    Projection::new(map.crs, "EPSG:4326").points(&points)
}

/// Draws the points as black discs on white, and nothing else; the figure's file.
fn draw(folder: &Path, map: &Map, points: &[[f64; 2]], args: &[&str]) {
    let list: Vec<_> = points.iter().map(|[lon, lat]| format!("[{lon:.12}, {lat:.12}]")).collect();
    let layer = folder.join("points.geojson");
    std::fs::write(&layer, geometry("MultiPoint", &format!("[{}]", list.join(",")))).expect("a written file");
    let extent = map.extent.map(|bound| bound.to_string()).join(",");
    let mut all: Vec<String> =
        ["render", "--adapter=cpu", "--figsize=6,4", "--dpi=100", "-q"].map(String::from).to_vec();
    all.push(format!("--layer={}:markersize=6,facecolor=black,edgecolor=none", text(&layer)));
    all.extend([format!("--crs={}", map.crs), format!("--extent=A={extent}"), format!("--out={}", text(folder))]);
    all.extend(args.iter().map(ToString::to_string));
    let outcome = mapfolio(&all);
    assert_eq!(outcome.code, Some(0), "mapfolio {}\n{}", all.join(" "), outcome.stderr);
}

/// Columns and rows that `gdaltransform` gives points, by what a file and those beside it say.
fn gdaltransform(file: &Path, points: &[[f64; 2]], args: &[&str]) -> Vec<[f64; 2]> {
    let mut child = Command::new("gdaltransform")
        .args(args)
        .args(["-i", "-output_xy", "-t_srs", "EPSG:4326"])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("gdaltransform: {e}; `make test` installs it, or apt-get install gdal-bin"));
    let mut stdin = child.stdin.take().expect("a pipe");
    for [lon, lat] in points {
        writeln!(stdin, "{lon:.12} {lat:.12}").expect("written");
    }
    drop(stdin);
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success(), "gdaltransform {}", file.display());
    let number = |word: &str| word.parse().expect("a number");
    let answers = String::from_utf8(output.stdout).expect("UTF-8");
    let points = answers.lines().map(|line| {
        let (column, row) = line.split_once(' ').expect("two numbers");
        [number(column), number(row)]
    });
    points.collect()
}

/// A figure's darkness by GDAL: rows of pixels, 0 for white and 1 for black.
fn darkness(file: &Path) -> (usize, Vec<f64>) {
    let dataset = gdal::Dataset::open(file).expect("a figure that GDAL reads");
    let (width, height) = dataset.raster_size();
    let band = dataset.rasterband(2).expect("green").read_as::<u8>((0, 0), (width, height), (width, height), None);
    (width, band.expect("pixels").data().iter().map(|green| 1.0 - f64::from(*green) / 255.0).collect())
}

/// The middle of the ink around a place, in columns and rows.
fn middle_of_ink((width, ink): &(usize, Vec<f64>), around: [f64; 2]) -> [f64; 2] {
    const REACH_PX: i64 = 8;
    let [column, row] = around.map(|place| place.floor() as i64);
    let (mut sum, mut middle) = (0.0, [0.0; 2]);
    for (y, x) in
        (row - REACH_PX..=row + REACH_PX).flat_map(|y| (column - REACH_PX..=column + REACH_PX).map(move |x| (y, x)))
    {
        let dark = ink[y as usize * width + x as usize];
        // What JPEG leaves around a disc is no ink.
        let dark = if dark < 0.06 { 0.0 } else { dark };
        sum += dark;
        middle = [middle[0] + dark * (x as f64 + 0.5), middle[1] + dark * (y as f64 + 0.5)];
    }
    assert!(sum > 20.0, "no disc at {around:?}");
    middle.map(|weighted| weighted / sum)
}

/// Checks one figure; the greatest distance of its points.
fn check(file: &Path, points: &[[f64; 2]], args: &[&str]) -> f64 {
    let (told, ink) = (gdaltransform(file, points, args), darkness(file));
    assert_eq!(told.len(), points.len(), "{}", file.display());
    let distances = told.iter().map(|told| {
        let [x, y] = middle_of_ink(&ink, *told);
        (x - told[0]).hypot(y - told[1])
    });
    let worst = distances.fold(0.0, f64::max);
    assert!(worst <= TOLERANCE_PX, "{}: a point is {worst:.3} px off", file.display());
    worst
}

#[test]
fn points_are_where_geotiff_and_sidecars_say() {
    for map in &MAPS {
        let points = control_points(map);
        for figure in [&["--frame-only"][..], &["--title=Around {name}"]] {
            for (args, file) in [
                (&["--format=tiff"][..], "A.tif"),
                (&["--format=tiff", "--transparent", "--facecolor=white"], "A.tif"),
                (&["--format=png", "--world-file"], "A.png"),
                (&["--format=webp", "--world-file"], "A.webp"),
                (&["--format=jpeg", "--quality=98", "--world-file"], "A.jpg"),
            ] {
                let folder = tempfile::tempdir().expect("a folder");
                draw(folder.path(), map, &points, &[figure, args].concat());
                let worst = check(&folder.path().join(file), &points, &[]);
                println!("{} {figure:?} {args:?}: {worst:.3} px", map.crs);
            }
        }
    }
}

#[test]
fn the_world_file_alone_tells_the_place() {
    for map in &MAPS {
        let points = control_points(map);
        for figure in ["--frame-only", "--title=Around {name}"] {
            let folder = tempfile::tempdir().expect("a folder");
            draw(folder.path(), map, &points, &[figure, "--world-file", "--name={name}.png"]);
            std::fs::remove_file(folder.path().join("A.png.aux.xml")).expect("it was written");
            let worst = check(&folder.path().join("A.png"), &points, &["-s_srs", map.crs]);
            println!("{} {figure}: {worst:.3} px", map.crs);
        }
    }
}

#[test]
fn every_geotiff_has_its_system() {
    for map in support::WORLD_MAPS {
        let folder = tempfile::tempdir().expect("a folder");
        let extent = map.near_view().extent.map(|bound| bound.to_string()).join(",");
        let outcome = mapfolio([
            "render".into(),
            format!("--layer={}", text(&demo("states.shp"))),
            format!("--crs={}", map.crs),
            format!("--extent=A={extent}"),
            format!("--out={}", text(folder.path())),
            "--format=tiff".into(),
            "--frame-only".into(),
            "--adapter=cpu".into(),
            "--figsize=2,1".into(),
            "-q".into(),
        ]);
        assert_eq!(outcome.code, Some(0), "{}: {}", map.name, outcome.stderr);
        let dataset = gdal::Dataset::open(folder.path().join("A.tif")).expect("a TIFF");
        let mut system = dataset.spatial_ref().unwrap_or_else(|e| panic!("{}: no system: {e}", map.name));
        system.set_axis_mapping_strategy(gdal::spatial_ref::AxisMappingStrategy::TraditionalGisOrder);
        let place = Projection::new(map.crs, map.base).point(map.near_view().map_from_px([150.0, 100.0]));
        let mut base = gdal::spatial_ref::SpatialRef::from_definition(map.base).expect("known");
        base.set_axis_mapping_strategy(gdal::spatial_ref::AxisMappingStrategy::TraditionalGisOrder);
        let (mut x, mut y) = ([place[0]], [place[1]]);
        let transform = gdal::spatial_ref::CoordTransform::new(&base, &system).expect("a way");
        transform.transform_coords(&mut x, &mut y, &mut []).expect("a point");
        let [wanted_x, wanted_y] = map.near_view().map_from_px([150.0, 100.0]);
        // A hundredth of a metre: systems that are written down anew are rounded in some last digit.
        let off_m = (x[0] - wanted_x).hypot(y[0] - wanted_y) * map.unit_m;
        assert!(off_m < 0.01, "{}: {off_m} m off", map.name);
    }
}
