//! What stands beside a figure's file and tells where the map lies, for formats that cannot: a world file, and the
//! system in the file in which GDAL keeps what a format has no room for.

use std::fmt::Write as _;
use std::path::Path;

use crate::error::Result;
use crate::geo::Georeference;

/// A small file beside a figure's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companion {
    /// Its name, in the figure's folder.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// A figure's world file, such as `utah.pgw` of `utah.png`. GDAL, and what is built on it, reads it, but that of WebP.
#[must_use]
pub fn world_file(file: &str, place: &Georeference) -> Companion {
    Companion { name: world_file_name(file), text: six_lines(place) }
}

/// The file in which GDAL looks for what a format has no room for, such as `utah.png.aux.xml` of `utah.png`: the map's
/// system, as no world file has it, and where the figure lies on it.
///
/// # Errors
/// [`crate::Error::Crs`] for a system that GDAL cannot write as WKT.
pub fn aux_file(file: &str, place: &Georeference) -> Result<Companion> {
    let wkt = place.crs.to_wkt("a figure's .aux.xml")?;
    Ok(Companion { name: format!("{file}.aux.xml"), text: aux_xml(place, &wkt) })
}

/// The name that GDAL looks for: of an ending its first and last letter, and a w.
fn world_file_name(file: &str) -> String {
    let ending = Path::new(file).extension().unwrap_or_default().to_string_lossy().into_owned();
    let letters: String = ending.chars().take(1).chain(ending.chars().last()).chain(['w']).collect();
    Path::new(file).with_extension(letters).to_string_lossy().into_owned()
}

/// Six lines: of a step along x and of one along y what x and y change by, then where the centre of the upper left pixel
/// is.
fn six_lines(place: &Georeference) -> String {
    let [x0, a, b, y0, d, e] = place.transform.0;
    let centre = [x0 + a.midpoint(b), y0 + d.midpoint(e)];
    [a, d, b, e, centre[0], centre[1]].iter().fold(String::new(), |mut text, number| {
        // Whatever the numbers, in full.
        let _infallible = writeln!(text, "{number}");
        text
    })
}

fn aux_xml(place: &Georeference, wkt: &str) -> String {
    let numbers = place.transform.0.map(|number| format!("{number:e}")).join(", ");
    // Axes as GIS files have them, x first.
    format!("<PAMDataset>\n  <SRS>{}</SRS>\n  <GeoTransform>{numbers}</GeoTransform>\n</PAMDataset>\n", escaped(wkt))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{Crs, GeoTransform};

    #[test]
    fn world_files_have_gdals_names() {
        let named =
            [("a.png", "a.pgw"), ("a.b.JPG", "a.b.JGw"), ("a.jpeg", "a.jgw"), ("a.webp", "a.wpw"), ("a.tif", "a.tfw")];
        for (file, world) in named {
            assert_eq!(world_file_name(file), world);
        }
    }

    #[test]
    fn a_world_file_tells_the_centre_of_the_first_pixel() {
        let transform = GeoTransform([-1e7, 1.0 / 3.0, 0.0, 2e6, 0.0, -0.25]);
        let place = Georeference { crs: Crs::wgs84(), transform, size: [3, 2] };
        let text = six_lines(&place);
        let numbers: Vec<f64> = text.lines().map(|line| line.parse().expect("a number")).collect();
        assert_eq!(numbers, [1.0 / 3.0, 0.0, 0.0, -0.25, -1e7 + 1.0 / 6.0, 2e6 - 0.125]);
    }
}
