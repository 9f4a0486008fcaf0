//! Markers cover of each pixel what matplotlib's Agg covers with the same marker at the same place.

mod support;

use std::path::Path;

use support::geojson::geometry;
use support::{Frames, Ink, View, text};

/// 1 pixel a point.
const DPI: u32 = 72;

#[derive(serde::Deserialize)]
struct Golden {
    side_px: usize,
    size_px: f64,
    width_px: f64,
    markers: Vec<Drawn>,
}

#[derive(serde::Deserialize)]
struct Drawn {
    marker: String,
    part: String,
    x: f64,
    y: f64,
    /// Levels of 255, two hexadecimal digits a pixel, row by row.
    covered: String,
}

impl Drawn {
    fn shares(&self) -> Vec<f64> {
        let byte = |k: usize| u8::from_str_radix(&self.covered[2 * k..2 * k + 2], 16).expect("hexadecimal digits");
        (0..self.covered.len() / 2).map(|k| f64::from(byte(k)) / 255.0).collect()
    }
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("data/markers.json")).expect("a sound table")
}

/// A field of a picture of such fields, six in a row.
fn field(index: usize, side_px: usize) -> [usize; 2] {
    [index % 6 * side_px, index / 6 * side_px]
}

/// Points in a file of their own, in degrees.
fn points(path: &Path, places: &[[f64; 2]]) {
    let list: Vec<_> = places.iter().map(|p| format!("[{:.9},{:.9}]", p[0], p[1])).collect();
    std::fs::write(path, geometry("MultiPoint", &format!("[{}]", list.join(",")))).expect("a layer");
}

/// Draws each of the markers in its field of one picture, a thousandth of a degree a pixel.
fn drawn(golden: &Golden, markers: &[&Drawn]) -> Ink {
    const DEGREES: f64 = 0.001;
    let folder = tempfile::tempdir().expect("a folder");
    let side = golden.side_px;
    let rows = markers.len().div_ceil(6) as u32;
    // Whole inches: the picture is a little larger than its fields.
    let inches = [3, (rows * side as u32).div_ceil(DPI)];
    let size_px = inches.map(|n| (n * DPI) as usize);
    let [width, height] = size_px.map(|n| n as f64 * DEGREES);
    let mut args = Vec::new();
    for (k, marker) in markers.iter().enumerate() {
        let [left, top] = field(k, side).map(|n| n as f64);
        let path = folder.path().join(format!("{k}.geojson"));
        points(&path, &[[(left + marker.x) * DEGREES, -(top + marker.y) * DEGREES]]);
        let colors = if marker.part == "face" { "black,edgecolor=none" } else { "none,edgecolor=black" };
        let style = format!("markersize={},linewidth={}", golden.size_px, golden.width_px);
        args.push(format!("--layer={}:marker={},facecolor={colors},{style}", text(&path), marker.marker));
    }
    let view = View { name: "markers".into(), extent: [0.0, width, -height, 0.0], size_px };
    let images = Frames { crs: "EPSG:4326", inches, dpi: DPI, args }.draw(std::slice::from_ref(&view));
    Ink::drawn(&images["markers"])
}

#[test]
fn every_marker_covers_what_agg_covers() {
    let golden = golden();
    let markers: Vec<&Drawn> = golden.markers.iter().collect();
    let side = golden.side_px;
    let ink = drawn(&golden, &markers);
    for (k, marker) in markers.iter().enumerate() {
        let [left, top] = field(k, side);
        let (mut worst, mut sum, mut count) = (0.0_f64, 0.0, 0);
        for (at, expected) in marker.shares().into_iter().enumerate() {
            let share = ink.at(left + at % side, top + at / side);
            if share > 0.0 || expected > 0.0 {
                let difference = (share - expected).abs() * 255.0;
                (worst, sum, count) = (worst.max(difference), sum + difference, count + 1);
            }
        }
        let (name, mean) = (format!("{} {}", marker.marker, marker.part), sum / f64::from(count));
        println!("{name}: mean {mean:.2}, worst {worst:.1} of 255 on {count} pixels");
        assert!(count > 15, "{name}: only {count} pixels");
        // A disc's edge is taken for straight within a quarter of a pixel. Where bars meet, Agg adds up what each of them
        // covers of a pixel.
        let most = match &*marker.marker {
            "o" | "." => [5.0, 24.0],
            "+" | "x" | "1" | "2" | "3" | "4" => [3.5, 90.0],
            _ => [1.0, 4.0],
        };
        assert!(mean < most[0] && worst < most[1], "{name}: mean {mean:.2}, worst {worst:.1} of 255");
    }
}

/// All ink of a marker at one place, in pixels.
fn ink_at(map: &str, extent: [f64; 4], place: [f64; 2], options: &str) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("point.geojson");
    points(&path, &[place]);
    let args = vec![format!("--layer={}:{options}", text(&path))];
    let view = View { name: "point".into(), extent, size_px: [72, 72] };
    let images = Frames { crs: map, inches: [1, 1], dpi: DPI, args }.draw(std::slice::from_ref(&view));
    Ink::drawn(&images["point"]).shares.iter().sum()
}

#[test]
fn a_pixel_is_one_whatever_its_size_and_has_no_outline() {
    let options = "marker=,,markersize=9,facecolor=black,edgecolor=black,linewidth=3";
    for place in [[0.36, 0.36], [0.363_3, 0.358_8]] {
        let ink = ink_at("EPSG:4326", [0.0, 0.72, 0.0, 0.72], place, options);
        assert!((ink - 1.0).abs() < 0.02, "{place:?}: {ink}");
    }
}

#[test]
fn markers_stand_at_a_pole_as_anywhere() {
    for (marker, area) in [("s", 100.0), ("^", 50.0), ("+", 36.0)] {
        let options = format!("marker={marker},markersize=10,linewidth=2");
        let ink = ink_at("EPSG:3995", [-1e6, 1e6, -1e6, 1e6], [0.0, 90.0], &options);
        assert!((ink - area).abs() < 0.4, "{marker}: {ink} px, not {area}");
    }
}
