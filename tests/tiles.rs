//! Rasters that come in tiles: the same pixels as from the whole raster, however little memory there is, from overviews
//! too; only what is needed is read, and what cannot be read spoils no other figure.

mod support;

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use gdal::raster::{Buffer, RasterCreationOptions};
use gdal::{DriverManager, Metadata as _};
use support::{GREYS, Image, Numbers, Outcome, Placement, TestRaster, View, decode, hash, mapfolio, text, unit_noise};

const UTM: &str = "EPSG:32615";
const PLACE: Placement =
    Placement { crs: UTM, transform: [260_000.0, 100.0, 0.0, 4_620_000.0, 0.0, -100.0], size: [1100, 900] };

fn noisy(column: usize, row: usize) -> Option<f64> {
    (!hash(column, row).is_multiple_of(11)).then(|| 250.0 * unit_noise(column, row))
}

/// Draws views of 200 by 150 pixels; the log comes with the outcome.
fn run(raster: &Path, views: &[View], flags: &[&str]) -> (Outcome, Vec<Option<Image>>) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut args =
        ["render", "--frame-only", "--adapter=cpu", "--figsize=4,3", "--dpi=50", "-vv"].map(String::from).to_vec();
    args.extend([format!("--raster={}", text(raster)), format!("--out={}", text(folder.path()))]);
    args.extend(flags.iter().map(ToString::to_string));
    args.extend(views.iter().map(View::flag));
    let outcome = mapfolio(&args);
    let path = |view: &View| folder.path().join(format!("{}.png", view.name));
    let images = views.iter().map(|view| path(view).exists().then(|| decode(&path(view)))).collect();
    (outcome, images)
}

fn draw(raster: &Path, views: &[View], flags: &[&str]) -> (String, Vec<Image>) {
    let (outcome, images) = run(raster, views, flags);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    (outcome.stderr, images.into_iter().map(|image| image.expect("an image")).collect())
}

/// A view of 200 by 150 pixels from a column and row on, of so many cells a pixel.
fn view(name: &str, [column, row]: [f64; 2], pace: f64) -> View {
    let (x0, y1) = (260_000.0 + 100.0 * column, 4_620_000.0 - 100.0 * row);
    View { name: name.into(), extent: [x0, x0 + 20_000.0 * pace, y1 - 15_000.0 * pace, y1], size_px: [200, 150] }
}

fn views() -> Vec<View> {
    vec![
        view("all", [-30.0, -20.0], 6.1),
        view("near", [400.3, 300.2], 0.3),
        view("some", [333.3, 111.1], 1.7),
        view("edge", [950.0, 800.0], 1.2),
    ]
}

fn with<'a>(flags: &[&'a str], more: &'a str) -> Vec<&'a str> {
    flags.iter().copied().chain([more]).collect()
}

#[test]
fn tiles_give_the_pixels_of_the_whole_raster_in_any_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, numbers) in [
        ("f32", Numbers::F32),
        ("u8", Numbers::U8),
        ("i16", Numbers::I16 { scale: -0.01, offset: 130.0 }),
        ("u16", Numbers::U16),
    ] {
        let raster = TestRaster::write(folder.path().join(format!("{name}.tif")), PLACE, numbers, noisy);
        for resampling in ["nearest", "bilinear", "cubic", "average", "mode"] {
            let resampling_flag = format!("--resampling={resampling}");
            let flags = with(&GREYS, &resampling_flag);
            // Those that look at the whole pixel read halved levels for the first view, so they come in tiles anyway.
            let all = if resampling == "nearest" { views() } else { views()[1..].to_vec() };
            let (log, whole) = draw(&raster.path, &all, &flags);
            assert!(log.contains("is_whole=true"), "{name} {resampling}: {log}");
            // Bytes are small enough to fit all the same.
            let least = if name == "u8" { "--raster-memory=1000K" } else { "--raster-memory=1M" };
            let (log, tiles) = draw(&raster.path, &all, &with(&flags, least));
            if name == "f32" {
                assert!(log.contains("is_whole=false"), "{name} {resampling}: {log}");
            }
            let same = whole.iter().zip(&tiles).all(|(a, b)| a.rgb == b.rgb);
            assert!(same, "{name} {resampling}: other pixels");
        }
    }
}

#[test]
fn a_view_that_exceeds_the_memory_is_drawn_in_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let raster = TestRaster::write(folder.path().join("f32.tif"), PLACE, Numbers::F32, noisy);
    for resampling in ["nearest", "average", "bilinear", "cubic"] {
        let resampling = format!("--resampling={resampling}");
        let flags = with(&GREYS, &resampling);
        let (_, roomy) = draw(&raster.path, &views(), &with(&flags, "--raster-memory=1G"));
        let (log, small) = draw(&raster.path, &views(), &with(&flags, "--raster-memory=1M"));
        if resampling.contains("nearest") {
            assert!(log.contains("drawn in parts"), "{log}");
        }
        assert!(roomy.iter().zip(&small).all(|(a, b)| a.rgb == b.rgb), "{resampling}: other pixels");
    }
}

/// Writes rows of a tiled, compressed GeoTIFF.
fn write_tiled(path: &Path, cells: impl Fn(usize, usize) -> f32) {
    let options =
        RasterCreationOptions::from_iter(["TILED=YES", "COMPRESS=DEFLATE", "BLOCKXSIZE=128", "BLOCKYSIZE=128"]);
    let [columns, rows] = PLACE.size;
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GDAL writes GeoTIFF");
    let mut dataset =
        driver.create_with_band_type_with_options::<f32, _>(path, columns, rows, 1, &options).expect("a new file");
    dataset.set_geo_transform(&PLACE.transform).expect("a geotransform");
    let system = gdal::spatial_ref::SpatialRef::from_definition(UTM).expect("a known system");
    dataset.set_spatial_ref(&system).expect("a system");
    let cells = (0..columns * rows).map(|k| cells(k % columns, k / columns)).collect();
    let mut band = dataset.rasterband(1).expect("a band");
    band.write((0, 0), (columns, rows), &mut Buffer::new((columns, rows), cells)).expect("cells");
    dataset.close().expect("a whole file");
}

/// Spoils the block in this column and row of blocks.
fn spoil(path: &Path, [column, row]: [usize; 2]) {
    let dataset = gdal::Dataset::open(path).expect("the raster");
    let band = dataset.rasterband(1).expect("a band");
    let offset = band.metadata_item(&format!("BLOCK_OFFSET_{column}_{row}"), "TIFF").expect("the block's place");
    let offset = offset.parse().expect("a number");
    drop(dataset);
    let mut file = std::fs::OpenOptions::new().read(true).write(true).open(path).expect("the file");
    file.seek(SeekFrom::Start(offset)).expect("the block");
    let mut bytes = [0; 64];
    file.read_exact(&mut bytes).expect("the block's first bytes");
    bytes = bytes.map(|byte| byte ^ 0xa5);
    file.seek(SeekFrom::Start(offset)).expect("the block");
    file.write_all(&bytes).expect("spoilt bytes");
}

#[test]
fn a_spoilt_block_fails_the_figures_that_need_it_and_no_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tiled.tif");
    write_tiled(&path, |column, row| (250.0 * unit_noise(column, row)) as f32);
    let views = [view("here", [300.0, 400.0], 0.5), view("there", [700.0, 100.0], 0.5), view("all", [0.0, 0.0], 5.5)];
    for resampling in ["--resampling=nearest", "--resampling=average"] {
        let flags = with(&GREYS, resampling);
        let (_, good) = draw(&path, &views, &with(&flags, "--raster-memory=1M"));
        let spoilt = folder.path().join("spoilt.tif");
        std::fs::copy(&path, &spoilt).expect("a copy");
        spoil(&spoilt, [3, 3]);
        let (outcome, images) = run(&spoilt, &views, &with(&flags, "--raster-memory=1M"));
        assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
        let drawn: Vec<bool> = images.iter().map(Option::is_some).collect();
        assert_eq!(drawn, [false, true, false], "{resampling}: {}", outcome.stderr);
        assert!(images[1].as_ref().is_some_and(|image| image.rgb == good[1].rgb), "{resampling}: other pixels");
        for part in ["columns 384 to 511, rows 384 to 511", "block column 3, block row 3", "fetch or write it again"] {
            assert!(outcome.stderr.contains(part), "no '{part}' in\n{}", outcome.stderr);
        }
    }
}

#[test]
fn overviews_of_the_file_are_read_instead_of_its_cells() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tiled.tif");
    // Cells of 10, but overviews that say 200.
    write_tiled(&path, |_, _| 10.0);
    let mut dataset = gdal::Dataset::open_ex(
        &path,
        gdal::DatasetOptions { open_flags: gdal::GdalOpenFlags::GDAL_OF_UPDATE, ..Default::default() },
    )
    .expect("the raster");
    dataset.build_overviews("NEAREST", &[2, 4, 8], &[]).expect("overviews");
    for k in 0..3 {
        let mut overview = dataset.rasterband(1).expect("a band").overview(k).expect("an overview");
        let size = overview.size();
        overview.write((0, 0), size, &mut Buffer::new(size, vec![200_f32; size.0 * size.1])).expect("cells");
    }
    dataset.close().expect("a whole file");
    // Base cells are spoilt: the view of all must not touch them.
    spoil(&path, [3, 3]);
    let flags = with(&GREYS, "--resampling=average");
    let (_, images) = draw(&path, &[view("all", [20.0, 20.0], 4.2), view("near", [700.0, 100.0], 0.5)], &flags);
    let at_most = |rgb: &[u8; 3], grey: u8| rgb[0] == grey;
    assert!(images[0].rgb.iter().all(|rgb| at_most(rgb, 200) || at_most(rgb, 199)), "{:?}", images[0].rgb[0]);
    assert!(images[1].rgb.iter().all(|rgb| at_most(rgb, 10)), "{:?}", images[1].rgb[0]);
}

/// A VRT of 200,000 by 100,000 cells, each thousand by thousand of which are one of a small raster, with overviews.
fn huge(folder: &Path) -> (PathBuf, TestRaster) {
    let transform = [-180.0, 1.8, 0.0, 90.0, 0.0, -1.8];
    let small = Placement { crs: "EPSG:4326", transform, size: [200, 100] };
    let value = |column, row| Some((250.0 * unit_noise(column, row)).floor());
    let raster = TestRaster::write(folder.join("small.tif"), small, Numbers::F32, value);
    let vrt = r#"<VRTDataset rasterXSize="200000" rasterYSize="100000">
        <SRS>EPSG:4326</SRS><GeoTransform>-180, 0.0018, 0, 90, 0, -0.0018</GeoTransform>
        <OverviewList resampling="nearest">2 4 8 16 32 64 128 256 512</OverviewList>
        <VRTRasterBand dataType="Float32" band="1" blockXSize="256" blockYSize="256">
        <SimpleSource><SourceFilename relativeToVRT="1">small.tif</SourceFilename><SourceBand>1</SourceBand>
        <SrcRect xOff="0" yOff="0" xSize="200" ySize="100"/>
        <DstRect xOff="0" yOff="0" xSize="200000" ySize="100000"/></SimpleSource></VRTRasterBand></VRTDataset>"#;
    let path = folder.join("huge.vrt");
    std::fs::write(&path, vrt).expect("a written file");
    (path, raster)
}

#[test]
fn a_raster_of_twenty_thousand_million_cells_is_drawn_from_what_is_needed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (vrt, small) = huge(folder.path());
    let whole = |name: &str, extent: [f64; 4]| View { name: name.into(), extent, size_px: [200, 150] };
    // Half a degree a pixel, 0.001 degrees a pixel, and all of it.
    let views = [
        whole("part", [-100.0, 0.0, -30.0, 45.0]),
        whole("detail", [-100.0, -99.8, 39.0, 39.15]),
        whole("world", [-180.0, 180.0, -90.0, 90.0]),
    ];
    // Nearest takes single cells of the raster itself: of views of much of it, very many tiles.
    for (resampling, views) in [("--resampling=auto", &views[..]), ("--resampling=nearest", &views[1..2])] {
        let flags = with(&GREYS, resampling);
        let (_, images) = draw(&vrt, views, &flags);
        for (image, view) in images.iter().zip(views) {
            let mut wrong = 0;
            for (k, rgb) in image.rgb.iter().enumerate() {
                let corner = [k % 200, k / 200].map(|n| n as f64);
                let margin = if resampling.contains("nearest") { 0.0 } else { 1.0 };
                let [from, to] = [0.02 - margin, 0.98 + margin].map(|d| {
                    let at = view.map_from_px([corner[0] + d, corner[1] + d]);
                    small.place.cell_from_map(at).map(f64::floor)
                });
                // Pixels within one cell of the small raster, with the cells of an overview at their edges.
                if from == to {
                    let value = small.cell(from).expect("a value");
                    wrong += usize::from((f64::from(rgb[0]) - value).abs() > 1.0);
                }
            }
            assert_eq!(wrong, 0, "{resampling} {}", view.name);
            assert!(!image.rgb.contains(&[255; 3]), "{resampling} {}: there is a hole", view.name);
        }
    }
}

#[test]
fn limits_of_a_huge_raster_come_from_the_file_or_are_warned_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let (vrt, _) = huge(folder.path());
    let text = std::fs::read_to_string(&vrt).expect("the VRT");
    let metadata = r#"<Metadata><MDI key="STATISTICS_MINIMUM">0</MDI><MDI key="STATISTICS_MAXIMUM">256</MDI>
        <MDI key="STATISTICS_MEAN">1</MDI><MDI key="STATISTICS_STDDEV">1</MDI></Metadata><SimpleSource>"#;
    std::fs::write(&vrt, text.replacen("<SimpleSource>", metadata, 1)).expect("a written file");
    let view = [View { name: "v".into(), extent: [-100.0, -99.8, 39.0, 39.15], size_px: [200, 150] }];
    let (log, stored) = draw(&vrt, &view, &["--cmap=gray"]);
    assert!(!log.contains("are read for their minimum"), "{log}");
    assert!(stored[0].rgb == draw(&vrt, &view, &GREYS).1[0].rgb, "other limits than the file's");
}
