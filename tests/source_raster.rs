//! Rasters as a source: cells, validity and range as they come out of small files made here, and what is said of
//! datasets that cannot be drawn.
#![expect(clippy::float_cmp, reason = "cells must come out as they went in")]

mod support;

use std::path::Path;

use gdal::raster::{Buffer, GdalType, RasterCreationOptions};
use gdal::spatial_ref::SpatialRef;
use gdal::{Dataset, DriverManager};
use mapfolio::Result;
use mapfolio::geo::Crs;
use mapfolio::source::{CellBuffer, RasterRange, RasterSource, RawType};
use support::Folder;

const TRANSFORM: [f64; 6] = [-100.0, 0.5, 0.0, 50.0, 0.0, -0.5];

/// A TIFF of one band with a system and a place, open for more settings.
fn geotiff<T: GdalType + Copy>(path: &Path, size: (usize, usize), cells: Vec<T>, options: &[&str]) -> Dataset {
    let options = options.iter().copied().collect::<RasterCreationOptions>();
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GTiff is built in");
    let mut dataset =
        driver.create_with_band_type_with_options::<T, _>(path, size.0, size.1, 1, &options).expect("a new file");
    dataset.set_spatial_ref(&SpatialRef::from_epsg(4326).expect("WGS 84")).expect("a system");
    dataset.set_geo_transform(&TRANSFORM).expect("a place");
    let mut band = dataset.rasterband(1).expect("a band");
    band.write((0, 0), size, &mut Buffer::new(size, cells)).expect("cells are written");
    dataset
}

fn open(path: &Path) -> RasterSource {
    RasterSource::open(&path.to_string_lossy(), 1, None).unwrap_or_else(|e| panic!("{e}"))
}

fn refusal(dataset: &str, band: usize) -> String {
    match RasterSource::open(dataset, band, None) {
        Ok(_) => panic!("{dataset} was opened"),
        Err(e) => e.to_string(),
    }
}

fn refusal_of(path: &Path) -> String {
    refusal(&path.to_string_lossy(), 1)
}

/// All cells as bytes, and the range.
fn read(source: &RasterSource) -> Result<(Vec<u8>, Option<[f64; 2]>)> {
    let mut bytes = Vec::new();
    let range = source.read_strips(
        Some(RasterRange::All),
        || Ok(CellBuffer::default()),
        |strip| {
            bytes.extend_from_slice(strip.bytes());
            Ok(())
        },
    )?;
    Ok((bytes, range))
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_ne_bytes([b[0], b[1], b[2], b[3]])).collect()
}

#[test]
fn native_cells_come_row_by_row_with_scale_offset_and_nodata() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    let dataset = geotiff(&path, (3, 2), vec![-32768_i16, 5, -7, 100, 0, 3], &[]);
    let mut band = dataset.rasterband(1).expect("a band");
    band.set_no_data_value(Some(-32768.0)).expect("nodata");
    band.set_scale(0.5).expect("a scale");
    band.set_offset(10.0).expect("an offset");
    drop(dataset);
    let source = open(&path);
    let info = source.info();
    assert_eq!((info.size, info.encoding.raw_type), ([3, 2], RawType::I16));
    assert_eq!(info.encoding.nodata, Some(-32768.0));
    assert_eq!(info.geotransform.0, TRANSFORM);
    assert!(info.crs.is_geographic());
    let (bytes, range) = read(&source).expect("a good file");
    assert_eq!(bytes, [-32768_i16, 5, -7, 100, 0, 3].map(i16::to_ne_bytes).concat());
    assert_eq!(range, Some([6.5, 60.0]));
}

#[test]
fn a_negative_scale_turns_the_range_round() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    geotiff(&path, (2, 1), vec![0_u8, 255], &[]).rasterband(1).expect("a band").set_scale(-1.0).expect("a scale");
    assert_eq!(read(&open(&path)).expect("a good file").1, Some([-255.0, 0.0]));
}

#[test]
fn the_range_passes_over_nodata_nan_and_infinity() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    // More than one vector's lanes, so that the lanes and the rest are both tried.
    let mut cells: Vec<f32> = (0..77_u8).map(f32::from).collect();
    (cells[0], cells[40], cells[76]) = (f32::NAN, f32::INFINITY, -999.0);
    let dataset = geotiff(&path, (77, 1), cells, &[]);
    dataset.rasterband(1).expect("a band").set_no_data_value(Some(-999.0)).expect("nodata");
    drop(dataset);
    assert_eq!(read(&open(&path)).expect("a good file").1, Some([1.0, 75.0]));

    let path = folder.path("none.tif");
    drop(geotiff(&path, (2, 2), vec![f32::NAN; 4], &[]));
    assert_eq!(read(&open(&path)).expect("a good file").1, None);
}

#[test]
fn the_largest_number_of_a_type_is_a_cell_like_any_other() {
    let folder = Folder::new();
    for (value, name) in [(u8::MAX, "max.tif"), (u8::MIN, "min.tif")] {
        let path = folder.path(name);
        drop(geotiff(&path, (40, 1), vec![value; 40], &[]));
        assert_eq!(read(&open(&path)).expect("a good file").1, Some([f64::from(value); 2]));
    }
}

#[test]
fn strips_are_whole_blocks_and_cover_every_row_once() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    let size = (1100, 1250);
    let cells: Vec<u32> = (0..1_375_000).collect();
    let options = ["TILED=YES", "BLOCKXSIZE=128", "BLOCKYSIZE=112", "COMPRESS=DEFLATE"];
    drop(geotiff(&path, size, cells, &options));
    let source = open(&path);
    let rows = source.rows_per_strip();
    assert!(rows.is_multiple_of(112) && rows * 1100 * 4 <= 4 << 20, "{rows} rows");
    let (mut next_row, mut next_cell, mut spare, mut made) = (0, 0_u32, None, 0);
    let spare_cell = std::cell::RefCell::new(&mut spare);
    let take = || {
        Ok(spare_cell.borrow_mut().take().unwrap_or_else(|| {
            made += 1;
            CellBuffer::default()
        }))
    };
    let range = source.read_strips(None, take, |strip| {
        assert_eq!(strip.first_row, next_row);
        assert_eq!(strip.bytes().len(), strip.rows as usize * 1100 * 4);
        for cell in strip.bytes().chunks_exact(4) {
            assert_eq!(u32::from_ne_bytes([cell[0], cell[1], cell[2], cell[3]]), next_cell);
            next_cell += 1;
        }
        next_row += strip.rows;
        spare_cell.borrow_mut().replace(strip.into_buffer());
        Ok(())
    });
    assert_eq!((next_row, made), (1250, 1), "rows read, and buffers made");
    assert_eq!(range.expect("a good file"), None, "no range was wanted");
}

#[test]
fn doubles_far_from_zero_keep_their_differences() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    let cells = vec![101_325.001_f64, 101_325.002, 101_326.0, -9e99];
    let dataset = geotiff(&path, (4, 1), cells.clone(), &[]);
    dataset.rasterband(1).expect("a band").set_no_data_value(Some(-9e99)).expect("nodata");
    drop(dataset);
    let source = open(&path);
    let encoding = source.info().encoding;
    assert!(encoding.rounded && encoding.raw_type == RawType::F32 && encoding.nodata.is_none());
    let (bytes, range) = read(&source).expect("a good file");
    let raw = floats(&bytes);
    for (raw, cell) in raw.iter().zip(&cells).take(3) {
        assert!((encoding.value(f64::from(*raw)) - cell).abs() < 1e-6, "{raw} for {cell}");
    }
    assert!(raw[3].is_nan(), "nodata becomes NaN");
    assert!(range.is_some_and(|[low, high]| (low - cells[0]).abs() < 1e-6 && (high - cells[2]).abs() < 1e-6));
}

#[test]
fn doubles_near_zero_are_only_rounded() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    drop(geotiff(&path, (2, 1), vec![20.1_f64, -4.0], &[]));
    let source = open(&path);
    assert_eq!(source.info().encoding.offset, 0.0);
    assert_eq!(floats(&read(&source).expect("a good file").0), [20.1, -4.0]);
}

#[test]
fn masked_cells_become_nan() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    let mut dataset = geotiff(&path, (2, 2), vec![1_u8, 2, 3, 4], &[]);
    let mut band = dataset.rasterband(1).expect("a band");
    band.create_mask_band(true).expect("a mask");
    let mut mask = band.open_mask_band().expect("a mask");
    mask.write((0, 0), (2, 2), &mut Buffer::new((2, 2), vec![255_u8, 0, 255, 255])).expect("a mask");
    dataset.flush_cache().expect("written");
    drop(dataset);
    let source = open(&path);
    assert_eq!(source.info().encoding.raw_type, RawType::F32);
    let (bytes, range) = read(&source).expect("a good file");
    let cells = floats(&bytes);
    assert!(cells[1].is_nan() && [cells[0], cells[2], cells[3]] == [1.0, 3.0, 4.0], "{cells:?}");
    assert_eq!(range, Some([1.0, 4.0]));
}

#[test]
fn signed_bytes_of_old_files_are_signed() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    drop(geotiff(&path, (2, 1), vec![0xFF_u8, 0x7F], &["PIXELTYPE=SIGNEDBYTE"]));
    let source = open(&path);
    assert_eq!(source.info().encoding.raw_type, RawType::I16);
    assert_eq!(read(&source).expect("a good file").1, Some([-1.0, 127.0]));
}

#[test]
fn a_given_system_replaces_a_missing_one() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    let mut dataset = geotiff(&path, (1, 1), vec![0_u8], &[]);
    dataset.set_projection("").expect("no system");
    drop(dataset);
    let message = refusal_of(&path);
    assert!(message.contains("no coordinate reference system") && message.contains("gdal_edit.py -a_srs"), "{message}");
    let lcc = Crs::from_user("lcc", "test").expect("lcc is known");
    let source = RasterSource::open(&path.to_string_lossy(), 1, Some(&lcc)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(source.info().crs, lcc);
}

#[test]
fn missing_and_foreign_files_are_named() {
    let folder = Folder::new();
    let message = refusal_of(&folder.path("gone.tif"));
    assert!(message.starts_with("raster ") && message.contains("gone.tif: there is no such file;"), "{message}");
    let message = refusal_of(&folder.path("nowhere/gone.tif"));
    assert!(message.contains("nor a folder") && message.contains("nowhere"), "{message}");
    std::fs::write(folder.path("empty.tif"), "").expect("a file");
    let message = refusal_of(&folder.path("empty.tif"));
    assert!(message.contains("is empty (0 bytes)"), "{message}");
    std::fs::write(folder.path("notes.txt"), "no raster, only words\n").expect("a file");
    let message = refusal_of(&folder.path("notes.txt"));
    assert!(message.contains("cannot open it as a raster") && message.contains("gdalinfo --formats"), "{message}");
    let json = r#"{"type":"Point","coordinates":[1,2]}"#;
    std::fs::write(folder.path("point.geojson"), json).expect("a file");
    let message = refusal_of(&folder.path("point.geojson"));
    assert!(message.contains("outlines, not a raster") && message.contains("--layer"), "{message}");
    let message = refusal("/vsizip/gone.zip/t.tif", 1);
    assert!(message.contains("raster /vsizip/gone.zip/t.tif: GDAL cannot open it"), "{message}");
}

#[test]
fn bands_that_are_not_there_are_counted() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    drop(geotiff(&path, (1, 1), vec![0_u8], &[]));
    for band in [0, 2] {
        let message = refusal(&path.to_string_lossy(), band);
        assert!(message.contains(&format!("no band {band}; it has 1 band; give band 1")), "{message}");
    }
}

#[test]
fn a_container_lists_the_rasters_in_it() {
    let folder = Folder::new();
    let path = folder.path("two.gpkg");
    let driver = DriverManager::get_driver_by_name("GPKG").expect("GeoPackage is built in");
    for table in ["RASTER_TABLE=rain", "RASTER_TABLE=snow"] {
        let options = [table, "APPEND_SUBDATASET=YES"].into_iter().collect::<RasterCreationOptions>();
        let mut dataset =
            driver.create_with_band_type_with_options::<u8, _>(&path, 256, 256, 1, &options).expect("a new raster");
        dataset.set_spatial_ref(&SpatialRef::from_epsg(4326).expect("WGS 84")).expect("a system");
        dataset.set_geo_transform(&TRANSFORM).expect("a place");
        let mut cells = Buffer::new((256, 256), vec![1_u8; 256 * 256]);
        dataset.rasterband(1).expect("a band").write((0, 0), (256, 256), &mut cells).expect("cells are written");
    }
    let message = refusal_of(&path);
    assert!(message.contains("a container of 2 rasters; name one of them: GPKG:"), "{message}");
    assert!(message.contains("two.gpkg:rain, GPKG:") && message.contains("two.gpkg:snow; or choose"), "{message}");
}

#[test]
fn rasters_without_a_place_are_refused() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GTiff is built in");
    let mut dataset = driver.create_with_band_type::<u8, _>(&path, 2, 2, 1).expect("a new file");
    dataset.set_spatial_ref(&SpatialRef::from_epsg(4326).expect("WGS 84")).expect("a system");
    drop(dataset);
    let message = refusal_of(&path);
    assert!(message.contains("no geotransform") && message.contains("-a_ullr"), "{message}");

    let flat = r#"<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>EPSG:4326</SRS>
        <GeoTransform>0, 1, 0, 0, 2, 0</GeoTransform><VRTRasterBand dataType="Byte" band="1"/></VRTDataset>"#;
    let message = refusal(flat, 1);
    assert!(message.contains("cannot be inverted"), "{message}");

    let message = refusal(
        r#"<VRTDataset rasterXSize="1" rasterYSize="1"><Metadata domain="RPC"><MDI key="LINE_OFF">1</MDI></Metadata>
        <VRTRasterBand dataType="Byte" band="1"/></VRTDataset>"#,
        1,
    );
    assert!(message.contains("rational polynomials (RPC) only") && message.contains("gdalwarp -rpc"), "{message}");
}

#[test]
fn a_truncated_file_is_an_error_that_names_the_rows() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    let cells: Vec<u32> = (0..256 * 256).map(|i: u32| i.wrapping_mul(2_654_435_761)).collect();
    let options = ["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE", "COPY_SRC_OVERVIEWS=NO"];
    drop(geotiff(&path, (256, 256), cells, &options));
    let bytes = std::fs::read(&path).expect("the file");
    // GDAL writes the directory first, so what is cut off are cells.
    std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("half the file");
    let message = match RasterSource::open(&path.to_string_lossy(), 1, None) {
        Ok(source) => read(&source).expect_err("half a file").to_string(),
        Err(e) => e.to_string(),
    };
    assert!(message.contains("rows 0 to 255 (block rows 0 to 3) cannot be read"), "{message}");
    assert!(message.contains("truncated or damaged"), "{message}");
}

#[test]
fn a_sink_that_fails_ends_the_reading() {
    let folder = Folder::new();
    let path = folder.path("t.tif");
    drop(geotiff(&path, (1, 1), vec![0_u8], &[]));
    let stop = || mapfolio::Error::value("test", "x", "stops", "go on");
    let result = open(&path).read_strips(None, || Ok(CellBuffer::default()), |_| Err(stop()));
    assert!(result.is_err_and(|e| e.to_string().contains("stops")));
}

#[test]
fn unit_and_description_are_kept() {
    let vrt = r#"<VRTDataset rasterXSize="1" rasterYSize="1"><SRS>EPSG:4326</SRS><GeoTransform>0,1,0,9,0,-1</GeoTransform>
        <VRTRasterBand dataType="Byte" band="1"><Description>rain</Description><UnitType>mm</UnitType></VRTRasterBand>
        </VRTDataset>"#;
    let source = RasterSource::open(vrt, 1, None).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((source.info().unit.as_str(), source.info().description.as_str()), ("mm", "rain"));
}
