//! GDAL takes files, archives, addresses and connection strings under one kind of name; only plain paths can
//! be looked for on disk before GDAL is asked.

use std::path::{Path, PathBuf};

/// The path that a dataset's name is, or None for names that only GDAL can read: `/vsi...`, `netCDF:"f.nc":t`,
/// `https://...`, a VRT's XML and the like, and for the name of a bundled layer such as `:states`.
#[must_use]
pub fn plain_path(dataset: &str) -> Option<&Path> {
    // A prefix of one letter is a Windows drive.
    let has_prefix = dataset.find(':').is_some_and(|at| at > 1 && !dataset[..at].contains(['/', '\\', '.']));
    let is_special =
        dataset.starts_with("/vsi") || dataset.starts_with(':') || dataset.trim_start().starts_with(['<', '{']);
    (!has_prefix && !is_special).then(|| Path::new(dataset))
}

/// A short name of a dataset for titles and files: the file's name without folder and ending.
#[must_use]
pub fn dataset_stem(dataset: &str) -> String {
    let name = dataset.trim_end_matches(['"', '/']).rsplit(['/', '\\', ':']).next().unwrap_or(dataset);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem });
    stem.trim_matches('"').to_owned()
}

/// The name as seen from `folder`: relative plain paths are joined to it, all others stay as they are.
#[must_use]
pub fn relative_to(folder: &Path, dataset: &str) -> String {
    match plain_path(dataset) {
        Some(path) => joined(folder, path).to_string_lossy().into_owned(),
        None => dataset.to_owned(),
    }
}

fn joined(folder: &Path, path: &Path) -> PathBuf {
    // An empty folder would turn "a" into "a" too, but "." into "./.": keep names as the user wrote them.
    if folder.as_os_str().is_empty() { path.into() } else { folder.join(path) }
}

/// Why a plain path cannot be opened, as (problem, remedy); None if there is something there.
pub(super) fn missing(path: &Path) -> Option<(String, String)> {
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_file() && meta.len() == 0 => {
            Some(("the file is empty (0 bytes)".into(), "fetch or write it again".into()))
        }
        Ok(_) => None,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty() && !p.exists());
            let problem = folder.map_or_else(
                || "there is no such file".into(),
                |folder| format!("there is no such file, nor a folder {}", folder.display()),
            );
            Some((problem, "check the path".into()))
        }
        Err(e) => Some((format!("cannot be read: {e}"), "check its permissions".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_are_looked_for_on_disk() {
        for plain in ["a.tif", "../x/a.tif", "/data/a.tif", r"C:\data\a.tif", "odd/name:1.tif", "t.12:00.tif"] {
            assert!(plain_path(plain).is_some(), "{plain}");
        }
        for special in [
            "/vsizip/a.zip/a.tif",
            "netCDF:a.nc:t",
            "HDF5:\"a b.h5\"://t",
            "https://x/y.tif",
            "<VRTDataset/>",
            ":states",
        ] {
            assert!(plain_path(special).is_none(), "{special}");
        }
    }

    #[test]
    fn a_stem_names_the_dataset() {
        for (dataset, stem) in [
            ("/data/hrrr.t06z.tif", "hrrr.t06z"),
            ("a.tif", "a"),
            ("netCDF:\"f.nc\":t2m", "t2m"),
            ("/vsizip/a.zip/b.tif", "b"),
            (".hidden", ".hidden"),
        ] {
            assert_eq!(dataset_stem(dataset), stem, "{dataset}");
        }
    }

    #[test]
    fn only_relative_plain_paths_move_with_the_folder() {
        let folder = Path::new("jobs");
        assert_eq!(relative_to(folder, "a.tif"), Path::new("jobs").join("a.tif").to_string_lossy());
        assert_eq!(relative_to(folder, "/data/a.tif"), "/data/a.tif");
        assert_eq!(relative_to(folder, "netCDF:a.nc:t"), "netCDF:a.nc:t");
        assert_eq!(relative_to(Path::new(""), "a.tif"), "a.tif");
    }
}
