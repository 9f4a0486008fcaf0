//! The legend stands where matplotlib's stands, is as large, and shows what the layers are drawn like.

mod support;

use std::fmt::Write as _;

use support::geojson::{geometry, point};
use support::{Folder, Image, decode, mapfolio, text};

#[derive(serde::Deserialize)]
struct Case {
    loc: String,
    ncols: usize,
    title: Option<String>,
    fontsize: f64,
    labels: Vec<String>,
    /// Left, top, right, bottom of the frame from the corner of the axes, in pixels.
    frame: [f64; 4],
}

#[derive(serde::Deserialize)]
struct Golden {
    dpi: f64,
    axes_px: [f64; 2],
    cases: Vec<Case>,
}

/// Draws a job's only map.
fn draw(folder: &Folder, job: &str) -> Image {
    let path = folder.put("job.toml", job);
    let outcome = mapfolio(["render", "--adapter=cpu", &text(&path), "--out", &text(&folder.path("out"))]);
    assert_eq!(outcome.code, Some(0), "{job}\n{}", outcome.stderr);
    decode(&folder.path("out/map.png"))
}

/// A map whose box is matplotlib's axes, without a title, and a layer far from it.
fn head(folder: &Folder, size_px: [f64; 2], dpi: f64) -> String {
    let margin = 2.0 * (9.0 * dpi / 72.0).round();
    let inches = size_px.map(|px| (px + margin) / dpi + 1e-6);
    let point = folder.put("far.geojson", point([100.0, -50.0]));
    format!(
        "[map]\ncrs = \"EPSG:4326\"\n[figure]\nfigsize = [{}, {}]\ndpi = {dpi}\ntitle = \"\"\n\
         [regions]\nextents = [\"map=0,4,0,3\"]\n[[layer]]\npath = \"{}\"\n",
        inches[0],
        inches[1],
        text(&point)
    )
}

#[test]
fn the_frame_is_matplotlibs_within_a_pixel_and_a_half() {
    let golden: Golden = serde_json::from_str(include_str!("data/legend.json")).expect("a sound table");
    for case in &golden.cases {
        let folder = Folder::new();
        let margin = (9.0 * golden.dpi / 72.0).round();
        let mut job = head(&folder, golden.axes_px, golden.dpi);
        for label in &case.labels {
            write!(job, "[[layer.class]]\nwhere = \"FID >= 0\"\nlabel = \"{label}\"\nfacecolor = \"blue\"\n")
                .expect("a text takes all");
        }
        // The map is green, so that the frame's white tells where it is.
        job = job.replace("[map]\n", "[map]\nfacecolor = \"lime\"\n");
        write!(job, "[legend]\nloc = \"{}\"\nncols = {}\nfontsize = {}\n", case.loc, case.ncols, case.fontsize)
            .expect("a text takes all");
        job += &case.title.as_ref().map(|title| format!("title = \"{title}\"\n")).unwrap_or_default();
        let image = draw(&folder, &format!("{job}framealpha = 1\n"));
        let inside = |k: usize, at: usize| (at as f64 - margin) - case.frame[k];
        let map = [margin as usize, margin as usize].map(|m| m + 1);
        let far = [golden.axes_px[0] + margin, golden.axes_px[1] + margin].map(|px| px as usize - 1);
        let within = image.part([map[0], map[1], far[0], far[1]]);
        let white = within.bounds(|rgb| rgb == [255; 3]).expect("a frame");
        let found: [f64; 4] = std::array::from_fn(|k| inside(k, white[k] as usize + map[k % 2]));
        // White begins half a line's width within the frame.
        let off = [found[0] - 0.7, found[1] - 0.7, found[2] + 0.7, found[3] + 0.7];
        println!("{} {:?}: off by {off:.2?} px", case.loc, case.labels);
        assert!(off.iter().all(|off| off.abs() <= 1.5), "{} {:?}: {off:?}", case.loc, case.labels);
    }
}

#[test]
fn swatches_have_the_colours_widths_and_markers_of_their_layers() {
    let folder = Folder::new();
    let mut job = head(&folder, [400.0, 300.0], 100.0);
    let of = |name: &str, kind: &str, coordinates: &str, folder: &Folder| {
        text(&folder.put(name, geometry(kind, coordinates)))
    };
    let line = of("line.geojson", "LineString", "[[100,1],[101,1]]", &folder);
    let area = of("area.geojson", "Polygon", "[[[100,1],[101,1],[101,2],[100,1]]]", &folder);
    job += "marker = \"s\"\nmarkersize = 7.2\nfacecolor = \"red\"\nlabel = \"a\"\n";
    write!(job, "[[layer]]\npath = \"{line}\"\nlabel = \"b\"\nedgecolor = \"blue\"\nlinewidth = 2.88\n")
        .expect("a text takes all");
    write!(job, "[[layer]]\npath = \"{area}\"\nlabel = \"c\"\nfacecolor = \"lime\"\nedgecolor = \"none\"\n")
        .expect("a text takes all");
    let image = draw(&folder, &(job + "[legend]\nframeon = false\n"));
    let size = |rgb: [u8; 3]| {
        let [left, top, right, bottom] = image.bounds(|at| at == rgb).expect("a swatch");
        [right - left, bottom - top]
    };
    assert!([9, 10].contains(&size([255, 0, 0])[0]), "a square of 10 px: {:?}", size([255, 0, 0]));
    assert_eq!(size([0, 255, 0]), [28, 10], "2 em by 0.7 em");
    let [length, width] = size([0, 0, 255]);
    assert!(length == 28 && [3, 4].contains(&width), "a line of 4 px: {length} by {width}");
}

#[test]
fn classes_and_categories_are_in_it_and_nothing_is_an_error() {
    let folder = Folder::new();
    let job = head(&folder, [400.0, 300.0], 100.0);
    let path = folder.put("bare.toml", format!("{job}[legend]\n"));
    let outcome = mapfolio(["plan", &text(&path)]);
    assert_eq!(outcome.code, Some(1));
    assert!(
        outcome.stderr.contains("label is missing; a legend has the layers' and classes' labels"),
        "{}",
        outcome.stderr
    );
    for (setting, part) in [
        ("loc = \"best\"", "--legend ([legend] loc): 'best' is not a place in the map; give one of upper right"),
        ("ncols = 0", "--legend-ncols ([legend] ncols): '0'"),
        ("framealpha = 2", "[legend] framealpha: '2' cannot be used; give an opacity from 0 to 1"),
        ("fontsize = -1", "[legend] fontsize: '-1'"),
        ("frame = true", "unknown field `frame`"),
    ] {
        let path = folder.put("bad.toml", format!("{job}label = \"a\"\n[legend]\n{setting}\n"));
        let outcome = mapfolio(["plan", &text(&path)]);
        assert!(outcome.code == Some(1) && outcome.stderr.contains(part), "{setting}: {}", outcome.stderr);
    }
    let grid = "ncols 2\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 2\n1 2\n";
    let raster = folder.put("kinds.asc", grid);
    folder.put("kinds.prj",
        "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]]",
    );
    let with_raster = format!(
        "{}[legend]\ncategories = true\nframealpha = 1\nloc = \"lower left\"\n[raster]\npath = \"{}\"\n\
         categories = \"1=#ff8000:Sand,2=#0080ff:Water,3=#123456:Ice\"\n",
        job,
        text(&raster)
    );
    let image = draw(&folder, &with_raster);
    let is_ice = |column: usize, row: usize| image.at(column, row) == [0x12, 0x34, 0x56];
    let [_, top, ..] = image.bounds(|at| at == [0x12, 0x34, 0x56]).expect("a swatch");
    let top = top as usize;
    let left = (0..image.width).find(|column| is_ice(*column, top)).expect("a swatch");
    let size = [
        (left..image.width).take_while(|column| is_ice(*column, top)).count(),
        (top..image.height).take_while(|row| is_ice(left, *row)).count(),
    ];
    assert_eq!(size, [28, 10], "also of what the map does not show; the colorbar is below the map");
    assert!(left < image.width / 4 && top > image.height / 2);
}
