//! Rasters over each other: what is seen of each is composed here, pixel by pixel, from figures that show one alone.

mod support;

use std::collections::BTreeMap;

use gdal::DriverManager;
use gdal::raster::Buffer;
use gdal::spatial_ref::SpatialRef;
use support::geojson::geometry;
use support::{Cell, Folder, Frames, Image, LCC, Numbers, Placement, TestRaster, View, text, unit_noise};

/// A colour that no class has: where it is seen alone, a raster has none.
const NONE: &str = "#fe01fd";
const NONE_RGB: [u8; 3] = [0xfe, 0x01, 0xfd];

const LONLAT: Placement =
    Placement { crs: "EPSG:4326", transform: [-110.0, 0.25, 0.0, 46.0, 0.0, -0.2], size: [96, 80] };
const LAMBERT: Placement =
    Placement { crs: LCC, transform: [-900_000.0, 23_000.0, 0.0, 700_000.0, 0.0, -17_000.0], size: [60, 70] };
const UTM: Placement = Placement {
    crs: "EPSG:32613",
    transform: [100_000.0, 9000.0, 1500.0, 5_000_000.0, 900.0, -11_000.0],
    size: [90, 80],
};

/// A value in two of three cells, in patches and alone.
fn holey(column: usize, row: usize) -> Cell {
    let (alone, patch) = (unit_noise(column, row), unit_noise(column / 9 + 1000, row / 7));
    (alone > 0.1 && patch > 0.25).then_some(100.0 * unit_noise(column + 5000, row))
}

/// Rasters on three grids.
struct Rasters {
    folder: Folder,
}

impl Rasters {
    fn new() -> Self {
        let folder = Folder::new();
        let full = |column, row| Some(100.0 * unit_noise(column, row));
        TestRaster::write(folder.path("below.tif"), LONLAT, Numbers::F32, full);
        TestRaster::write(folder.path("middle.tif"), LAMBERT, Numbers::U8, holey);
        let scaled = Numbers::I16 { scale: 0.01, offset: 3.0 };
        TestRaster::write(folder.path("top.tif"), UTM, scaled, |column, row| holey(row + 31, column));
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        text(&self.folder.path(name))
    }
}

/// How a raster is drawn: its file and the settings of its colours.
#[derive(Clone, Copy)]
struct Drawn {
    file: &'static str,
    colors: [&'static str; 2],
    alpha: f64,
}

const BELOW: Drawn = Drawn { file: "below.tif", colors: ["cmap=viridis", "levels=0:100:5"], alpha: 1.0 };
const MIDDLE: Drawn = Drawn { file: "middle.tif", colors: ["cmap=autumn", "levels=0,10,20,50,100"], alpha: 0.5 };
const TOP: Drawn = Drawn { file: "top.tif", colors: ["cmap=cool", "levels=10:90:20"], alpha: 0.3 };

impl Drawn {
    /// As the flags of the map's own raster.
    fn as_lowest(&self, rasters: &Rasters) -> Vec<String> {
        let colors = self.colors.iter().map(|option| format!("--{option}"));
        [format!("--raster={}", rasters.path(self.file))].into_iter().chain(colors).collect()
    }

    /// As a flag of a raster over it.
    fn as_overlay(&self, rasters: &Rasters) -> String {
        format!(
            "--overlay={}:{},resampling=nearest,alpha={}",
            rasters.path(self.file),
            self.colors.join(","),
            self.alpha
        )
    }
}

fn views() -> Vec<View> {
    let around = |name, lonlat, km: f64| View::around(name, LCC, lonlat, [km * 1e3, km * 750.0], [160, 120]);
    // Close by, all of them, and more than there is.
    vec![
        around("near", [-101.0, 41.0], 300.0),
        around("all", [-102.0, 40.0], 1400.0),
        around("far", [-90.0, 44.0], 3000.0),
    ]
}

fn draw(args: Vec<String>) -> BTreeMap<String, Image> {
    Frames { crs: LCC, inches: [16, 12], dpi: 10, args }.draw(&views())
}

/// A raster's own colours, where it has some.
fn alone(rasters: &Rasters, drawn: &Drawn) -> BTreeMap<String, Vec<Option<[u8; 3]>>> {
    let mut args = drawn.as_lowest(rasters);
    args.push(format!("--facecolor={NONE}"));
    let seen = |image: Image| image.rgb.into_iter().map(|rgb| (rgb != NONE_RGB).then_some(rgb)).collect();
    draw(args).into_iter().map(|(name, image)| (name, seen(image))).collect()
}

/// Lays colours over each other, from the lowest to the highest, as opaque as these.
fn composed(ground: [u8; 3], over: &[(Option<[u8; 3]>, f64)]) -> [f64; 3] {
    let mut color = ground.map(f64::from);
    for (top, alpha) in over {
        if let Some(top) = top {
            color = std::array::from_fn(|k| f64::from(top[k]) * alpha + color[k] * (1.0 - alpha));
        }
    }
    color
}

/// Compares a stack as it is drawn with one that is composed; a level of 8 bits may be lost with each of its rasters.
fn assert_composed(rasters: &Rasters, stack: &[Drawn], more: &[&str]) {
    let ground = [250, 240, 200];
    let mut args = stack[0].as_lowest(rasters);
    args.push(format!("--alpha={}", stack[0].alpha));
    args.push("--facecolor=#faf0c8".into());
    args.extend(stack[1..].iter().map(|over| over.as_overlay(rasters)));
    args.extend(more.iter().map(|arg| (*arg).to_owned()));
    let alone: Vec<_> = stack.iter().map(|drawn| alone(rasters, drawn)).collect();
    let mut mixed = 0;
    for (name, image) in draw(args) {
        for (k, rgb) in image.rgb.iter().enumerate() {
            let over: Vec<_> = alone.iter().zip(stack).map(|(seen, drawn)| (seen[&name][k], drawn.alpha)).collect();
            let expected = composed(ground, &over);
            mixed += usize::from(over.iter().filter(|(color, _)| color.is_some()).count() == stack.len());
            let off = (0..3).map(|c| (f64::from(rgb[c]) - expected[c]).abs()).fold(0.0, f64::max);
            assert!(off <= stack.len() as f64, "{name}, pixel {k}: {rgb:?} and not {expected:?} of {over:?}");
        }
    }
    assert!(mixed > 8_000, "pixels that all rasters are seen in: {mixed}");
}

#[test]
fn a_stack_is_what_its_rasters_alone_give() {
    let rasters = Rasters::new();
    assert_composed(&rasters, &[BELOW, MIDDLE], &[]);
    assert_composed(&rasters, &[BELOW, MIDDLE, TOP], &[]);
}

#[test]
fn the_order_given_is_the_order_drawn() {
    let rasters = Rasters::new();
    assert_composed(&rasters, &[BELOW, Drawn { alpha: 0.8, ..TOP }, MIDDLE], &[]);
    assert_composed(
        &rasters,
        &[Drawn { alpha: 0.25, ..TOP }, Drawn { alpha: 1.0, ..MIDDLE }, Drawn { alpha: 0.6, ..BELOW }],
        &[],
    );
}

#[test]
fn tiles_of_some_rasters_change_nothing() {
    // Two megabytes are the least that tiles get: each raster is small, and comes in tiles all the same.
    assert_composed(&Rasters::new(), &[BELOW, MIDDLE, TOP], &["--raster-memory=1K"]);
}

#[test]
fn layers_lie_over_all_rasters_or_below_them() {
    let rasters = Rasters::new();
    let line = rasters.folder.put("line.geojson", geometry("LineString", "[[-110,38],[-101,41],[-95,45]]"));
    let stack = |zorder: &str| {
        let mut args = MIDDLE.as_lowest(&rasters);
        args.push(TOP.as_overlay(&rasters));
        if !zorder.is_empty() {
            args.push(format!("--layer={}:linewidth=60,edgecolor=black,zorder={zorder}", text(&line)));
        }
        draw(args)
    };
    let (bare, above, below) = (stack(""), stack("1.5"), stack("-1"));
    let (middle, top) = (alone(&rasters, &MIDDLE), alone(&rasters, &TOP));
    let mut counts = [0; 3];
    for (k, rgb) in bare["all"].rgb.iter().enumerate() {
        let is_line = above["all"].rgb[k] == [0; 3];
        let expected = match (is_line, middle["all"][k], top["all"][k]) {
            // Coverage between is not looked at.
            _ if !is_line && above["all"].rgb[k] != *rgb => continue,
            (false, ..) => rgb.map(f64::from),
            (true, middle, top) => composed([0; 3], &[(middle, 1.0), (top, TOP.alpha)]),
        };
        counts[usize::from(is_line) + usize::from(is_line && middle["all"][k].is_none())] += 1;
        let off = (0..3).map(|c| (f64::from(below["all"].rgb[k][c]) - expected[c]).abs()).fold(0.0, f64::max);
        assert!(off <= 2.0, "pixel {k}: {:?} and not {expected:?}", below["all"].rgb[k]);
    }
    assert!(counts.iter().all(|count| *count > 200), "{counts:?}");
}

#[test]
fn a_raster_in_its_own_colours_fades_too() {
    let rasters = Rasters::new();
    let driver = DriverManager::get_driver_by_name("GTiff").expect("GDAL writes GeoTIFF");
    let [columns, rows] = LAMBERT.size;
    let mut dataset =
        driver.create_with_band_type::<u8, _>(rasters.folder.path("rgb.tif"), columns, rows, 3).expect("a new file");
    dataset.set_geo_transform(&LAMBERT.transform).expect("a geotransform");
    dataset.set_spatial_ref(&SpatialRef::from_definition(LAMBERT.crs).expect("a system")).expect("a system");
    for (k, meaning) in [(1, "Red"), (2, "Green"), (3, "Blue")] {
        let cells = (0..columns * rows).map(|cell| (unit_noise(cell, k) * 255.0) as u8).collect();
        let mut band = dataset.rasterband(k).expect("a band");
        let meaning = gdal::raster::ColorInterpretation::from_name(meaning).expect("a meaning");
        band.set_color_interpretation(meaning).expect("a meaning");
        band.write((0, 0), (columns, rows), &mut Buffer::new((columns, rows), cells)).expect("cells");
    }
    dataset.close().expect("a whole file");
    let alone = |file: &str, more: &[String]| {
        let args = [format!("--raster={}", rasters.path(file)), format!("--facecolor={NONE}")];
        draw(args.into_iter().chain(more.iter().cloned()).collect())
    };
    let colors = BELOW.colors.map(|option| format!("--{option}"));
    let (below, rgb) = (alone("below.tif", &colors), alone("rgb.tif", &[]));
    let over = format!("--overlay={}:alpha=0.4,resampling=nearest", rasters.path("rgb.tif"));
    let both = draw([BELOW.as_lowest(&rasters), vec![over, format!("--facecolor={NONE}")]].concat());
    let mut changed = 0;
    for (k, seen) in both["all"].rgb.iter().enumerate() {
        let top = rgb["all"].rgb[k];
        let expected = composed(below["all"].rgb[k], &[((top != NONE_RGB).then_some(top), 0.4)]);
        let off = (0..3).map(|c| (f64::from(seen[c]) - expected[c]).abs()).fold(0.0, f64::max);
        assert!(off <= 1.0, "pixel {k}: {seen:?} and not {expected:?}");
        changed += usize::from(*seen != below["all"].rgb[k]);
    }
    assert!(changed > 5_000, "pixels that show both: {changed}");
}
