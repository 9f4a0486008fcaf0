//! Maps of one colour, lime, so that what is laid over them is told by its own.

use std::path::PathBuf;

use super::geojson::point;
use super::{Folder, Image, View, decode, mapfolio, text};

/// The margin around a map without a title at 100 dpi: nine points of paper, in pixels.
pub(crate) const MARGIN: usize = 13;

/// A job of green maps of a view in its map's system, each `size_px` large in a figure without other furniture. A layer
/// far from everything gives it something to draw.
pub(crate) fn head(folder: &Folder, crs: &str, view: &View) -> String {
    let inches = view.size_px.map(|px| (px + 2 * MARGIN) as f64 / 100.0 + 1e-6);
    let point = folder.put("far.geojson", point([0.001, -89.9]));
    let [x0, x1, y0, y1] = view.extent;
    format!(
        "[map]\ncrs = \"{crs}\"\nfacecolor = \"lime\"\n[figure]\nfigsize = [{}, {}]\ntitle = \"\"\n[regions]\n\
         extents = [\"map={x0},{x1},{y0},{y1}\"]\n[[layer]]\npath = \"{}\"\nmarkersize = 0.01\n",
        inches[0],
        inches[1],
        text(&point)
    )
}

/// Draws a job's only map.
pub(crate) fn draw(folder: &Folder, job: &str) -> Image {
    let path = folder.put("job.toml", job);
    let outcome = mapfolio(["render", "--adapter=cpu", &text(&path), "--out", &text(&folder.path("out"))]);
    assert_eq!(outcome.code, Some(0), "{job}\n{}", outcome.stderr);
    decode(&folder.path("out/map.png"))
}

/// The middle of what `share` tells to be there, in pixels of the map's box, and how much there is.
pub(crate) fn middle(image: &Image, share: impl Fn([u8; 3]) -> f64) -> ([f64; 2], f64) {
    let (mut sum, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    for row in 0..image.height {
        for column in 0..image.width {
            let share = share(image.at(column, row));
            sum += share;
            x_sum += share * (column as f64 + 0.5 - MARGIN as f64);
            y_sum += share * (row as f64 + 0.5 - MARGIN as f64);
        }
    }
    ([x_sum / sum, y_sum / sum], sum)
}

pub(crate) fn red_share([r, g, b]: [u8; 3]) -> f64 {
    if r > 128 && g < 128 && b < 128 { 1.0 } else { 0.0 }
}

/// A PNG of 8 bits a channel.
pub(crate) fn png_file(folder: &Folder, name: &str, [width, height]: [u32; 2], rgba: &[u8]) -> PathBuf {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().expect("a header").write_image_data(rgba).expect("pixels");
    folder.put(name, bytes)
}
