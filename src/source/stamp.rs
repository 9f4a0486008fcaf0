//! What a dataset's files look like from outside, so that a change is noticed without reading them.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::bundled::bundled_layer;
use super::dataset_name::plain_path;

/// The sizes and times of change of the files that a dataset's name tells of: itself and what GDAL looks for beside it,
/// an archive or container that holds it, and the sources that a virtual dataset's text names. Of names that are no
/// file of this machine there is nothing to tell.
#[must_use]
pub fn stamp_of_dataset(name: &str) -> String {
    files_of(name).iter().map(|file| stamp_of_file(file)).collect::<Vec<_>>().join(" ")
}

/// The sizes and times of change of a layer's file and those that belong to it; of a bundled layer, what its data are.
#[must_use]
pub fn stamp_of_layer(path: &Path) -> String {
    if let Ok(Some(layer)) = bundled_layer(path) {
        return layer.stamp();
    }
    let beside = ["shx", "dbf", "prj", "cpg"].map(|ending| path.with_extension(ending));
    let files = std::iter::once(path).chain(beside.iter().map(PathBuf::as_path));
    files.map(stamp_of_file).collect::<Vec<_>>().join(" ")
}

/// A file's size in bytes and time of change in nanoseconds since 1970.
#[must_use]
pub fn stamp_of_file(file: &Path) -> String {
    let since = |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let told = |meta: Metadata| format!("{}@{}", meta.len(), meta.modified().map_or(0, since));
    std::fs::metadata(file).map_or_else(|_| "none".to_owned(), told)
}

fn files_of(name: &str) -> Vec<PathBuf> {
    const MOST_VRT_BYTES: u64 = 4 << 20;
    let Some(path) = plain_path(name).filter(|path| path.exists()).map(Path::to_owned).or_else(|| file_within(name))
    else {
        return Vec::new();
    };
    let beside = ["aux.xml", "ovr", "msk"].map(|ending| PathBuf::from(format!("{}.{ending}", path.display())));
    let mut files = vec![path.clone()];
    files.extend(beside);
    let is_vrt = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("vrt"));
    if is_vrt && std::fs::metadata(&path).is_ok_and(|meta| meta.len() <= MOST_VRT_BYTES) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        files.extend(sources_of(&text, path.parent().unwrap_or(Path::new(""))));
    }
    files
}

/// The file in a name such as `NETCDF:"f.nc":t`, `GPKG:f.gpkg:t` or `/vsizip/f.zip/t.tif`: the longest part of it that
/// is one.
fn file_within(name: &str) -> Option<PathBuf> {
    let mut rest = name.split_once('"').map_or(name, |(_, behind)| behind.split('"').next().unwrap_or(behind));
    while let Some(inner) = rest.strip_prefix("/vsi") {
        // `/vsizip//data/f.zip` and `/vsizip/f.zip`, also one within the other.
        rest = inner.split_once('/')?.1.trim_start_matches('{');
    }
    let is_word = |prefix: &str| !prefix.is_empty() && prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // `GTIFF_DIR:2:f.tif` has two words before the file.
    while let Some((prefix, behind)) = rest.split_once(':')
        && is_word(prefix)
        && !Path::new(rest).is_file()
    {
        rest = behind;
    }
    loop {
        if Path::new(rest).is_file() {
            return Some(rest.into());
        }
        rest = &rest[..rest.rfind(['/', ':', '}'])?];
    }
}

/// The files that a virtual dataset's text names, as seen from its folder.
fn sources_of(text: &str, folder: &Path) -> Vec<PathBuf> {
    let elements = text.split("<Source").skip(1).filter_map(|rest| {
        let (open, behind) = rest.split_once('>')?;
        (open.starts_with("Filename") || open.starts_with("Dataset")).then(|| behind.split('<').next())?
    });
    elements.map(|name| folder.join(name.replace("&amp;", "&"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_in_a_name_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("f.nc");
        std::fs::write(&file, b"x").expect("a file");
        let path = file.display();
        for name in [
            format!("NETCDF:\"{path}\":t2m"),
            format!("NETCDF:{path}:t2m"),
            format!("GPKG:{path}:table"),
            format!("HDF5:{path}://group/t"),
            format!("/vsizip/{path}/a/b.tif"),
            format!("/vsizip/{{{path}}}/a/b.tif"),
            format!("GTIFF_DIR:2:{path}"),
        ] {
            assert_eq!(file_within(&name), Some(file.clone()), "{name}");
        }
        for name in ["https://host.invalid/a.tif", "PG:dbname=x", "/vsicurl/https://host.invalid/a.tif", "a:b:c"] {
            assert_eq!(file_within(name), None, "{name}");
        }
    }

    #[test]
    fn sources_of_virtual_datasets_are_found() {
        let text = "<SourceFilename relativeToVRT=\"1\">a&amp;b.tif</SourceFilename><SourceDataset>/x/c.tif<";
        assert_eq!(sources_of(text, Path::new("/data")), [PathBuf::from("/data/a&b.tif"), "/x/c.tif".into()]);
    }
}
