//! Rasters behind GDAL's `/vsicurl/` and in archives: the same maps as from a plain file, and of a large raster with
//! overviews only what the maps need crosses the network.

mod support;

use std::path::Path;

use gdal::cpl::CslStringList;
use gdal::{Dataset, DriverManager};
use support::{Frames, Image, Numbers, Placement, Server, TestRaster, View, text, unit_noise};

const LONLAT: &str = "EPSG:4326";
const SIZE: [usize; 2] = [6000, 3000];

/// A cloud optimised GeoTIFF of the contiguous United States, which noise keeps from being small.
fn cloud_optimised(folder: &Path) -> u64 {
    let plain = folder.join("plain.tif");
    let place = Placement { crs: LONLAT, transform: [-125.0, 0.01, 0.0, 52.0, 0.0, -0.01], size: SIZE };
    TestRaster::write(plain.clone(), place, Numbers::F32, |column, row| Some(unit_noise(column, row) * 100.0));
    let driver = DriverManager::get_driver_by_name("COG").expect("GDAL writes COGs");
    let options = CslStringList::from_iter(["BLOCKSIZE=256", "COMPRESS=DEFLATE", "OVERVIEW_RESAMPLING=AVERAGE"]);
    let cog = folder.join("cog.tif");
    let copy = Dataset::open(&plain).expect("the raster").create_copy(&driver, &cog, &options).expect("a COG");
    copy.close().expect("a whole file");
    std::fs::metadata(&cog).expect("the COG").len()
}

fn views() -> [View; 2] {
    let view = |name: &str, extent| View { name: name.to_owned(), extent, size_px: [300, 200] };
    [view("country", [-125.0, -80.0, 22.0, 52.0]), view("county", [-100.5, -99.0, 40.0, 41.0])]
}

fn draw(dataset: &str) -> Vec<Image> {
    let args = vec![
        format!("--raster={dataset}"),
        "--levels=0:100:5".into(),
        "--cmap=viridis".into(),
        "--resampling=auto".into(),
    ];
    let views = views();
    let mut images = Frames { crs: LONLAT, inches: [3, 2], dpi: 100, args }.draw(&views);
    views.iter().filter_map(|view| images.remove(&view.name)).collect()
}

#[test]
fn a_remote_raster_is_read_only_where_and_as_finely_as_maps_need_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole_bytes = cloud_optimised(folder.path());
    let server = Server::of(folder.path());
    let local = draw(&text(&folder.path().join("cog.tif")));
    let remote = draw(&server.dataset("cog.tif"));
    for (local, remote) in local.iter().zip(&remote) {
        assert!(local.rgb == remote.rgb, "the network changes nothing");
    }
    let sent = server.sent_bytes();
    println!("{sent} of {whole_bytes} bytes were sent");
    // The country needs the overview of 1 in 16 or 1 in 256 cells, the county a thousandth of the raster.
    assert!(sent > 10_000 && sent * 8 < whole_bytes, "{sent} of {whole_bytes} bytes were sent");
}

#[test]
fn a_remote_raster_that_is_not_there_is_an_error_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = Server::of(folder.path()).dataset("missing.tif");
    let outcome = support::mapfolio(["render", &format!("--raster={dataset}")]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("missing.tif") && outcome.stderr.starts_with("error: raster"),
        "{}",
        outcome.stderr
    );
}
