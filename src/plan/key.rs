//! What a figure is made from, as a fingerprint: where it is that of an earlier run, the earlier figure will do.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Figure, Plan};
use crate::manifest::{Key, KeyHasher};
use crate::source::{plain_path, quoted_path};

/// Makes the keys of a plan's figures. What they have in common is hashed once.
///
/// A key holds mapfolio's version, all settings, and the name, size and time of change of each file; what a file
/// holds is not read. Of datasets whose name is no path only the name counts.
pub struct Keys {
    common: KeyHasher,
    /// That of the step asked for last: figures come step by step.
    step: Option<(u32, KeyHasher)>,
}

impl Keys {
    /// Hashes what all figures have in common.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let mut common = KeyHasher::default();
        feed(&mut common, format_args!("{} {:?} {}", env!("CARGO_PKG_VERSION"), plan.facecolor, plan.dpi));
        for layer in &plan.layers {
            // The planes follow from the layers.
            feed(
                &mut common,
                format_args!("{} {:?} {:?} {:?}", layer.path.display(), layer.name, layer.filter, layer.style),
            );
            for ending in ["", "shx", "dbf", "prj", "cpg"] {
                let file = if ending.is_empty() { layer.path.clone() } else { layer.path.with_extension(ending) };
                feed(&mut common, format_args!("{}", stamp(&file)));
            }
        }
        Self { common, step: None }
    }

    /// The key of a figure.
    pub fn of(&mut self, plan: &Plan, figure: &Figure) -> Key {
        let mut hasher = match &self.step {
            Some((index, hasher)) if *index == figure.step => hasher.clone(),
            _ => {
                let hasher = self.of_step(plan, figure);
                self.step = Some((figure.step, hasher.clone()));
                hasher
            }
        };
        let view = plan.view_of(figure);
        feed(&mut hasher, format_args!("{:?} {:?} {:?} {}", view.view, figure.layout, figure.title, figure.file));
        hasher.finish()
    }

    fn of_step(&self, plan: &Plan, figure: &Figure) -> KeyHasher {
        let mut hasher = self.common.clone();
        let step = plan.step_of(figure);
        feed(&mut hasher, format_args!("{:?}", step.style));
        if let Some(raster) = &step.raster {
            let grid = &raster.grid.georeference;
            feed(&mut hasher, format_args!("{} {} {:?}", raster.dataset, raster.band, raster.encoding));
            feed(&mut hasher, format_args!("{:?} {:?} {:?}", grid, raster.coloring, raster.resampling));
            for file in files_of(&raster.dataset) {
                feed(&mut hasher, format_args!("{}", stamp(&file)));
            }
        }
        hasher
    }
}

/// Feeds a hasher, which takes any text.
fn feed(hasher: &mut KeyHasher, text: std::fmt::Arguments) {
    let _infallible = hasher.write_fmt(text);
    let _infallible = hasher.write_char('\0');
}

/// The files that a dataset's name tells of: itself and what GDAL looks for beside it. The sources of a virtual
/// dataset are those that its text names.
fn files_of(dataset: &str) -> Vec<PathBuf> {
    const MOST_VRT_BYTES: u64 = 4 << 20;
    let Some(path) = plain_path(dataset).or_else(|| quoted_path(dataset)) else { return Vec::new() };
    let beside = ["aux.xml", "ovr", "msk"].map(|ending| PathBuf::from(format!("{}.{ending}", path.display())));
    let mut files = vec![path.to_owned()];
    files.extend(beside);
    let is_vrt = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("vrt"));
    if is_vrt && std::fs::metadata(path).is_ok_and(|meta| meta.len() <= MOST_VRT_BYTES) {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        files.extend(sources_of(&text, path.parent().unwrap_or(Path::new(""))));
    }
    files
}

/// The files that a virtual dataset's text names, as seen from its folder.
fn sources_of(text: &str, folder: &Path) -> Vec<PathBuf> {
    let elements = text.split("<Source").skip(1).filter_map(|rest| {
        let (open, behind) = rest.split_once('>')?;
        (open.starts_with("Filename") || open.starts_with("Dataset")).then(|| behind.split('<').next())?
    });
    elements.map(|name| folder.join(name.replace("&amp;", "&"))).collect()
}

/// A file's size and time of change.
fn stamp(file: &Path) -> String {
    match std::fs::metadata(file) {
        Ok(meta) => {
            let since = |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
            format!("{} {}", meta.len(), meta.modified().map_or(0, since))
        }
        Err(_) => "none".to_owned(),
    }
}
