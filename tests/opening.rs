//! Every raster that GDAL can place can be opened: by control points and arrays as `gdalwarp -r near` places them, cells
//! of every type, bands by description, systems given by hand, netCDF, world files and points for cells.
#![expect(clippy::float_cmp, reason = "cells must come out as they went in")]

mod support;

use std::path::Path;
use std::process::Command;

use gdal::raster::{Buffer, RasterCreationOptions};
use gdal::spatial_ref::SpatialRef;
use gdal::{Dataset, DriverManager, Metadata as _};
use mapfolio::Result;
use mapfolio::geo::Crs;
use mapfolio::source::{BandChoice, CellBuffer, OpenOptions, RasterSource, RawType};
use support::{Folder, Numbers, Placement, TestRaster, decode, mapfolio, text};

impl Folder {
    fn text(&self, name: &str) -> String {
        text(&self.path(name))
    }
}

fn open(dataset: &str) -> RasterSource {
    RasterSource::open(dataset, 1, None).unwrap_or_else(|e| panic!("{e}"))
}

fn refusal(dataset: &str, options: &OpenOptions) -> String {
    RasterSource::open_with(dataset, options).err().unwrap_or_else(|| panic!("{dataset} was opened")).to_string()
}

fn bytes(source: &RasterSource) -> Vec<u8> {
    let mut bytes = Vec::new();
    let read = source.read_strips(
        None,
        || Ok(CellBuffer::default()),
        |strip| {
            bytes.extend_from_slice(strip.bytes());
            Ok(())
        },
    );
    read.unwrap_or_else(|e: mapfolio::Error| panic!("{e}"));
    bytes
}

/// The values of all cells; None for those that have none.
fn values(source: &RasterSource) -> Vec<Option<f64>> {
    let encoding = source.info().encoding;
    let bytes = bytes(source);
    let raw: Vec<f64> = match encoding.raw_type {
        RawType::U8 => bytes.iter().map(|b| f64::from(*b)).collect(),
        RawType::I16 => bytes.as_chunks().0.iter().map(|b| f64::from(i16::from_ne_bytes(*b))).collect(),
        RawType::U16 => bytes.as_chunks().0.iter().map(|b| f64::from(u16::from_ne_bytes(*b))).collect(),
        RawType::I32 => bytes.as_chunks().0.iter().map(|b| f64::from(i32::from_ne_bytes(*b))).collect(),
        RawType::U32 => bytes.as_chunks().0.iter().map(|b| f64::from(u32::from_ne_bytes(*b))).collect(),
        RawType::F32 => bytes.as_chunks().0.iter().map(|b| f64::from(f32::from_ne_bytes(*b))).collect(),
    };
    let valid = |raw: f64| (raw.is_finite() && encoding.nodata != Some(raw)).then(|| encoding.value(raw));
    raw.into_iter().map(valid).collect()
}

/// What GDAL's own program makes of a dataset on the grid of `source`.
fn gdalwarp(dataset: &str, source: &RasterSource, more: &[&str], to: &Path) -> Vec<Option<f64>> {
    let [columns, rows] = source.info().size;
    let [x0, dx, _, y1, _, dy] = source.info().geotransform.0;
    let (x1, y0) = (x0 + f64::from(columns) * dx, y1 + f64::from(rows) * dy);
    let status = Command::new("gdalwarp")
        .args(["-q", "-r", "near", "-overwrite", "-dstnodata", "-99", "-ot", "Float64", "-te"])
        .args([x0, y0, x1, y1].map(|v| format!("{v:?}")))
        .args(["-ts", &columns.to_string(), &rows.to_string()])
        .args(more)
        .arg(dataset)
        .arg(to)
        .status()
        .expect("gdalwarp is there");
    assert!(status.success(), "gdalwarp {dataset}");
    let warped = Dataset::open(to).expect("a warped file");
    let size = (columns as usize, rows as usize);
    let band = warped.rasterband(1).expect("a band");
    let cells = band.read_as::<f64>((0, 0), size, size, None).expect("cells");
    cells.data().iter().map(|v| (*v != -99.0).then_some(*v)).collect()
}

/// A raster of 80 by 60 numbers without a place.
fn unplaced(path: &Path, nodata: Option<f64>) -> String {
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GTiff is built in");
    let dataset = driver.create_with_band_type::<i16, _>(path, 80, 60, 1).expect("a new file");
    let mut band = dataset.rasterband(1).expect("a band");
    let cells: Vec<i16> = (0..80 * 60).map(|k: i16| if k % 97 == 0 { -5 } else { k }).collect();
    band.write((0, 0), (80, 60), &mut Buffer::new((80, 60), cells)).expect("cells are written");
    band.set_no_data_value(nodata).expect("nodata");
    band.set_scale(0.5).expect("a scale");
    text(path)
}

/// A virtual dataset of the raster with this many control points, from a bent mapping.
fn with_points(file: &str, count: usize) -> String {
    let points: Vec<String> = (0..count)
        .map(|k| {
            let (i, j) = ((k * 37 % 81) as f64, (k * 23 % 61) as f64);
            let bend = if count < 6 { 0.0 } else { 2e-4 };
            let (x, y) = (10.0 + 0.05 * i + 0.02 * j + bend * i * j, 50.0 - 0.06 * j + 0.01 * i - bend * j * j);
            format!(r#"<GCP Id="{k}" Pixel="{i}" Line="{j}" X="{x}" Y="{y}"/>"#)
        })
        .collect();
    let band = |nodata: &str| {
        format!(
            r#"<VRTRasterBand dataType="Int16" band="1"><Scale>0.5</Scale>{nodata}<Description>rain</Description><SimpleSource>
            <SourceFilename relativeToVRT="0">{file}</SourceFilename></SimpleSource></VRTRasterBand>"#
        )
    };
    let nodata = Dataset::open(file).expect("a file").rasterband(1).expect("a band").no_data_value();
    let nodata = nodata.map_or(String::new(), |v| format!("<NoDataValue>{v}</NoDataValue>"));
    format!(
        r#"<VRTDataset rasterXSize="80" rasterYSize="60"><GCPList Projection="EPSG:4326">{}</GCPList>{}</VRTDataset>"#,
        points.concat(),
        band(&nodata)
    )
}

#[test]
fn control_points_place_cells_as_gdalwarp_does() {
    let folder = Folder::new();
    for (name, nodata, count) in
        [("a.tif", None, 4), ("b.tif", Some(-5.0), 4), ("c.tif", None, 7), ("d.tif", Some(-5.0), 12)]
    {
        let file = unplaced(&folder.path(name), nodata);
        let dataset = with_points(&file, count);
        let vrt = folder.text(&format!("{name}.vrt"));
        std::fs::write(&vrt, &dataset).expect("a file");
        // By name and as text: what holds the raster must be quoted once more.
        for dataset in [&vrt, &dataset] {
            let source = open(dataset);
            assert!(source.info().crs.is_geographic());
            assert_eq!((source.info().encoding.scale, source.info().description.as_str()), (0.5, "rain"));
            let own = values(&source);
            let theirs = gdalwarp(&vrt, &source, &[], &folder.path("w.tif"));
            assert!(own.iter().flatten().count() > 80 * 60 / 4, "{name}: most cells have values");
            assert!(own.iter().any(Option::is_none), "{name}: the corners have none");
            let theirs: Vec<_> = theirs.into_iter().map(|v| v.map(|v| v * 0.5)).collect();
            assert_eq!(own, theirs, "{name} with {count} points");
        }
    }
}

#[test]
fn control_points_that_place_nothing_are_refused() {
    let folder = Folder::new();
    let file = unplaced(&folder.path("a.tif"), None);
    let message = refusal(&with_points(&file, 2), &OpenOptions::default());
    assert!(message.contains("2 ground control points do not place it; give it at least three"), "{message}");
    let line = with_points(&file, 4).replace("Line=\"", "Line=\"0\" Was=\"");
    let message = refusal(&line, &OpenOptions::default());
    assert!(message.contains("lie in a line; give it at least three"), "{message}");
}

#[test]
fn arrays_place_cells_as_gdalwarp_does() {
    let folder = Folder::new();
    let file = unplaced(&folder.path("a.tif"), Some(-5.0));
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GTiff is built in");
    let array = |name: &str, value: &dyn Fn(f64, f64) -> f64| {
        let dataset = driver.create_with_band_type::<f64, _>(folder.path(name), 80, 60, 1).expect("a new file");
        let cells = (0..80 * 60).map(|k| value(f64::from(k % 80), f64::from(k / 80))).collect();
        let mut band = dataset.rasterband(1).expect("a band");
        band.write((0, 0), (80, 60), &mut Buffer::new((80, 60), cells)).expect("cells are written");
    };
    let dataset = |shift: f64| {
        array("x.tif", &|i, j| (10.0 + 0.05 * i + 0.02 * j + shift + 180.0).rem_euclid(360.0) - 180.0);
        array("y.tif", &|i, j| 50.0 - 0.06 * j + 0.01 * i);
        let item = |key: &str, value: &str| format!(r#"<MDI key="{key}">{value}</MDI>"#);
        let items =
            [("X_DATASET", folder.text("x.tif")), ("Y_DATASET", folder.text("y.tif"))].map(|(k, v)| item(k, &v));
        let rest = ["X_BAND", "Y_BAND", "PIXEL_STEP", "LINE_STEP"].map(|key| item(key, "1")).concat();
        let offsets = ["PIXEL_OFFSET", "LINE_OFFSET"].map(|key| item(key, "0")).concat();
        let vrt = folder.text("geoloc.vrt");
        let xml = format!(
            r#"<VRTDataset rasterXSize="80" rasterYSize="60"><Metadata domain="GEOLOCATION">{}{rest}{offsets}
            {}</Metadata><VRTRasterBand dataType="Int16" band="1"><NoDataValue>-5</NoDataValue><SimpleSource>
            <SourceFilename relativeToVRT="0">{file}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"#,
            items.concat(),
            item("SRS", "EPSG:4326")
        );
        std::fs::write(&vrt, xml).expect("a file");
        vrt
    };
    let vrt = dataset(0.0);
    let source = open(&vrt);
    let (own, theirs) = (values(&source), gdalwarp(&vrt, &source, &["-geoloc"], &folder.path("w.tif")));
    assert!(own.iter().flatten().count() > 80 * 60 / 4, "most cells have values");
    assert_eq!(own, theirs);
    let message = refusal(&dataset(168.0), &OpenOptions::default());
    assert!(
        message.contains("longitudes jump at the antimeridian") && message.contains("gdalwarp -geoloc"),
        "{message}"
    );
}

/// A number as the bytes of a cell.
type Encode<'a> = &'a dyn Fn(f64) -> Vec<u8>;

#[test]
fn cells_of_every_type_have_their_values() {
    let folder = Folder::new();
    let raw = folder.text("raw.bin");
    let write = |name: &str, numbers: &[f64], size: usize, encode: &dyn Fn(f64) -> Vec<u8>, nodata: &str| {
        std::fs::write(&raw, numbers.iter().flat_map(|v| encode(*v)).collect::<Vec<_>>()).expect("a file");
        let xml = format!(
            r#"<VRTDataset rasterXSize="4" rasterYSize="1"><SRS>EPSG:4326</SRS><GeoTransform>0,1,0,9,0,-1</GeoTransform>
            <VRTRasterBand dataType="{name}" band="1" subClass="VRTRawRasterBand">{nodata}
            <SourceFilename relativetoVRT="0">{raw}</SourceFilename><ImageOffset>0</ImageOffset>
            <PixelOffset>{size}</PixelOffset><LineOffset>{}</LineOffset><ByteOrder>LSB</ByteOrder></VRTRasterBand></VRTDataset>"#,
            4 * size
        );
        let path = folder.text(&format!("{name}.vrt"));
        std::fs::write(&path, xml).expect("a file");
        path
    };
    let nodata = "<NoDataValue>9</NoDataValue>";
    let signed = [-7.0, 9.0, 0.0, 1000.0];
    let unsigned = [7.0, 9.0, 0.0, 40_000.0];
    // The imaginary part is not to be seen.
    let cases: [(&str, &[f64], usize, Encode); 6] = [
        ("Int64", &signed, 8, &|v| (v as i64).to_le_bytes().to_vec()),
        ("UInt64", &unsigned, 8, &|v| (v as u64).to_le_bytes().to_vec()),
        ("CInt16", &signed, 4, &|v| [(v as i16).to_le_bytes(), 5_i16.to_le_bytes()].concat()),
        ("CInt32", &signed, 8, &|v| [(v as i32).to_le_bytes(), 5_i32.to_le_bytes()].concat()),
        ("CFloat32", &signed, 8, &|v| [(v as f32).to_le_bytes(), 5_f32.to_le_bytes()].concat()),
        ("CFloat64", &signed, 16, &|v| [v.to_le_bytes(), 5_f64.to_le_bytes()].concat()),
    ];
    for (name, numbers, size, encode) in cases {
        let source = open(&write(name, numbers, size, encode, nodata));
        let wanted: Vec<_> = numbers.iter().map(|v| (*v != 9.0).then_some(*v)).collect();
        assert_eq!(values(&source), wanted, "{name}");
    }
}

#[test]
fn complex_cells_are_told_of() {
    let folder = Folder::new();
    let xml = r#"<VRTDataset rasterXSize="4" rasterYSize="3"><SRS>EPSG:4326</SRS><GeoTransform>0,1,0,9,0,-1</GeoTransform>
        <VRTRasterBand dataType="CFloat32" band="1"/></VRTDataset>"#;
    std::fs::write(folder.path("c.vrt"), xml).expect("a file");
    let raster = format!("--raster={}", folder.text("c.vrt"));
    let out = format!("--out={}", folder.text("out"));
    let outcome = mapfolio(["render", &raster, &out, "--vmin=0", "--vmax=1", "--figsize=3,2", "--adapter=cpu"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("complex cells, of which the real part is drawn"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("DERIVED_SUBDATASET:AMPLITUDE:"), "{}", outcome.stderr);
}

#[test]
fn masked_numbers_of_32_bits_are_read() {
    let folder = Folder::new();
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GTiff is built in");
    let mut dataset = driver.create_with_band_type::<i32, _>(folder.path("m.tif"), 3, 1, 1).expect("a new file");
    dataset.set_spatial_ref(&SpatialRef::from_epsg(4326).expect("WGS 84")).expect("a system");
    dataset.set_geo_transform(&[0.0, 1.0, 0.0, 9.0, 0.0, -1.0]).expect("a place");
    let mut band = dataset.rasterband(1).expect("a band");
    band.write((0, 0), (3, 1), &mut Buffer::new((3, 1), vec![-70_000_i32, 5, 8])).expect("cells");
    band.set_scale(-2.0).expect("a scale");
    band.create_mask_band(true).expect("a mask");
    let mut mask = band.open_mask_band().expect("a mask");
    mask.write((0, 0), (3, 1), &mut Buffer::new((3, 1), vec![255_u8, 0, 255])).expect("a mask");
    dataset.close().expect("a whole file");
    assert_eq!(values(&open(&folder.text("m.tif"))), [Some(140_000.0), None, Some(-16.0)]);
}

fn described(folder: &Folder, names: &[&str]) -> String {
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GTiff is built in");
    let path = folder.path("bands.tif");
    let mut dataset = driver.create_with_band_type::<u8, _>(&path, 2, 2, names.len()).expect("a new file");
    dataset.set_spatial_ref(&SpatialRef::from_epsg(4326).expect("WGS 84")).expect("a system");
    dataset.set_geo_transform(&[0.0, 1.0, 0.0, 9.0, 0.0, -1.0]).expect("a place");
    for (number, name) in (1..).zip(names) {
        dataset.rasterband(number).expect("a band").set_description(name).expect("a description");
    }
    dataset.close().expect("a whole file");
    text(&path)
}

#[test]
fn bands_are_found_by_description() {
    let folder = Folder::new();
    let path = described(&folder, &["2 m Temperature", "Dew point", "dew POINT", "wind", "wind"]);
    let with = |band: &str| OpenOptions { band: BandChoice::from(band), crs: None };
    let number = |band: &str| -> Result<usize> { Ok(RasterSource::open_with(&path, &with(band))?.info().band) };
    for (band, wanted) in [("2", 2), ("2 m temperature", 1), ("Dew point", 2), ("dew POINT", 3)] {
        assert_eq!(number(band).unwrap_or_else(|e| panic!("{e}")), wanted, "{band}");
    }
    let message = refusal(&path, &with("rain"));
    assert!(
        message.contains("no band is described as 'rain'; it has 5 bands; give a number or one of: 1 '2 m"),
        "{message}"
    );
    let message = refusal(&path, &with("WIND"));
    assert!(message.contains("bands 4, 5 are all described as 'WIND'; give the number"), "{message}");
    let message = refusal(&path, &with("7"));
    assert!(message.contains("no band 7; it has 5 bands; give band 1 to 5"), "{message}");
    let plain = described(&folder, &["", ""]);
    let message = refusal(&plain, &with("rain"));
    assert!(message.contains("its bands have no descriptions: give band 1 to 2"), "{message}");
}

/// The colour of the middle of the map box of a figure that is nothing else.
fn middle(args: &[String]) -> [u8; 3] {
    let folder = Folder::new();
    let mut all: Vec<String> = ["render", "--frame-only", "--adapter=cpu", "--figsize=2,2", "--dpi=20", "--cmap=gray"]
        .map(String::from)
        .to_vec();
    all.extend([
        "--vmin=0".into(),
        "--vmax=255".into(),
        "--name=m.png".into(),
        format!("--out={}", folder.text("out")),
    ]);
    all.extend(args.iter().cloned());
    let outcome = mapfolio(&all);
    assert_eq!(outcome.code, Some(0), "{all:?}\n{}", outcome.stderr);
    decode(&folder.path("out/m.png")).at(20, 20)
}

#[test]
fn a_world_file_and_a_given_system_place_a_picture() {
    let folder = Folder::new();
    let memory = DriverManager::get_driver_by_name("MEM").expect("MEM is built in");
    let png = DriverManager::get_driver_by_name("PNG").expect("PNG is built in");
    let dataset = memory.create_with_band_type::<u8, _>("", 4, 4, 1).expect("a dataset");
    let cells: Vec<u8> = (0..16).map(|k| k * 16).collect();
    dataset.rasterband(1).expect("a band").write((0, 0), (4, 4), &mut Buffer::new((4, 4), cells)).expect("cells");
    dataset
        .create_copy(&png, folder.path("p.png"), &RasterCreationOptions::default())
        .expect("a file")
        .close()
        .expect("closed");
    // Cells of 1000 m, the first centred on (500500, 4999500).
    std::fs::write(folder.path("p.pgw"), "1000\n0\n0\n-1000\n500500\n4999500\n").expect("a world file");
    let name = folder.text("p.png");
    let message = refusal(&name, &OpenOptions::default());
    assert!(message.contains("no coordinate reference system; give --raster-crs CRS"), "{message}");
    let crs = Crs::from_user("EPSG:32615", "a test").expect("UTM");
    let source = RasterSource::open(&name, 1, Some(&crs)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(source.info().geotransform.0, [500_000.0, 1000.0, 0.0, 5_000_000.0, 0.0, -1000.0]);
    let args = [
        format!("--raster={name}"),
        "--raster-crs=EPSG:32615".into(),
        "--extent=A=502100,502900,4998100,4998900".into(),
    ];
    assert_eq!(middle(&args), [96; 3]);
    let outcome = mapfolio(["render", &format!("--raster={name}"), "--raster-crs=nonsense"]);
    assert!(outcome.stderr.contains("--raster-crs") && outcome.stderr.contains("'nonsense'"), "{}", outcome.stderr);
}

#[test]
fn points_for_cells_are_shifted_by_half_a_cell() {
    let folder = Folder::new();
    let place = Placement { crs: "EPSG:4326", transform: [-100.0, 0.5, 0.0, 50.0, 0.0, -0.5], size: [4, 3] };
    let area = TestRaster::write(folder.path("a.tif"), place, Numbers::U8, |i, j| Some((i + 4 * j) as f64));
    // The same tie point, but as the middle of a cell.
    let status = Command::new("gdal_translate")
        .args(["-q", "-mo", "AREA_OR_POINT=Point", "--config", "GTIFF_POINT_GEO_IGNORE", "YES"])
        .args([&area.path, &folder.path("p.tif")])
        .status();
    assert!(status.expect("gdal_translate is there").success());
    let source = open(&folder.text("p.tif"));
    assert_eq!(source.info().geotransform.0, [-100.25, 0.5, 0.0, 50.25, 0.0, -0.5]);
}

#[test]
fn sheared_rasters_and_those_across_the_antimeridian_are_drawn_where_they_lie() {
    let folder = Folder::new();
    let sheared =
        Placement { crs: "EPSG:32615", transform: [5e5, 1000.0, 400.0, 5e6, -300.0, -1000.0], size: [20, 20] };
    let crossing = Placement { crs: "EPSG:4326", transform: [170.0, 1.0, 0.0, 10.0, 0.0, -1.0], size: [20, 20] };
    let turned = Placement { crs: "EPSG:4326", transform: [0.0, 18.0, 0.0, 90.0, 0.0, -9.0], size: [20, 20] };
    let value = |i: usize, j: usize| Some((i * 11 + j) as f64);
    for (name, place, map, at) in [
        ("s.tif", sheared, "EPSG:32615", [512_345.0, 4_988_765.0]),
        ("c.tif", crossing, "EPSG:4326", [-176.3, -3.4]),
        ("c.tif", crossing, "EPSG:4326", [183.7, -3.4]),
        ("t.tif", turned, "EPSG:4326", [-100.0, 31.0]),
        ("t.tif", turned, "EPSG:4326", [260.0, 31.0]),
    ] {
        let raster = TestRaster::write(folder.path(name), place, Numbers::U8, value);
        let side = if map == "EPSG:4326" { 0.1 } else { 100.0 };
        let [x, y] = at;
        let extent = format!("--extent=A={},{},{},{}", x - side, x + side, y - side, y + side);
        let args = [format!("--raster={}", text(&raster.path)), format!("--crs={map}"), extent];
        let [x0, ..] = place.transform;
        let inside = [if map == "EPSG:4326" { (x - x0).rem_euclid(360.0) + x0 } else { x }, y];
        let wanted = raster.cell(place.cell_from_map(inside)).expect("a cell") as u8;
        assert_eq!(middle(&args), [wanted; 3], "{name} at {at:?}");
    }
}

#[test]
fn variables_of_a_netcdf_file_are_named_and_opened() {
    let Ok(driver) = DriverManager::get_driver_by_name("netCDF") else { return };
    let folder = Folder::new();
    let bands = described(&folder, &["", ""]);
    let path = folder.text("f.nc");
    let source = Dataset::open(&bands).expect("a file");
    source.create_copy(&driver, &path, &RasterCreationOptions::default()).expect("a copy").close().expect("closed");
    let message = refusal(&path, &OpenOptions::default());
    assert!(message.contains("a container of 2 rasters; name one of them: NETCDF:"), "{message}");
    let source = open(&format!("NETCDF:\"{path}\":Band2"));
    assert_eq!(source.info().size, [2, 2]);
}

#[test]
fn the_unit_that_gdal_makes_of_a_grib_file_is_known() {
    let Ok(driver) = DriverManager::get_driver_by_name("GRIB") else { return };
    let folder = Folder::new();
    let place = Placement { crs: "EPSG:4326", transform: [0.0, 1.0, 0.0, 50.0, 0.0, -1.0], size: [6, 5] };
    let celsius = TestRaster::write(folder.path("c.tif"), place, Numbers::F32, |i, j| Some((i + j) as f64));
    // Product 4.0, temperature at the ground; written as kelvins.
    let template = "PDS_TEMPLATE_ASSEMBLED_VALUES=0 0 2 0 96 0 0 1 0 1 0 0 255 127 -2147483647";
    let options: RasterCreationOptions = ["DISCIPLINE=0", "PDS_PDTN=0", template].into_iter().collect();
    let path = folder.path("t.grb2");
    let source = Dataset::open(&celsius.path).expect("a file");
    source.create_copy(&driver, &path, &options).expect("a copy").close().expect("closed");
    let source = open(&text(&path));
    assert_eq!(source.info().unit, "C");
    let near = |value: &Option<f64>, wanted: f64| value.is_some_and(|v| (v - wanted).abs() < 0.01);
    let values = values(&source);
    assert!(near(&values[1], 1.0) && near(&values[29], 9.0), "{values:?}");
}
