//! The bundled demo: radar over the United States in twelve regions, from data inside the binary.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::job::{Job, OutputJob};
use crate::manifest::Shard;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../assets/demo/", $name)).as_slice())),+]
    };
}

/// The demo's files by name; `assets/README.md` says where they come from.
const FILES: &[(&str, &[u8])] =
    files!["demo.toml", "regions.csv", "reflectivity.tif", "canada_lines.shp", "canada_lines.prj",];

/// The demo's data in a temporary folder, which goes when this goes.
pub struct Data {
    folder: PathBuf,
}

impl Data {
    /// Writes the files out, for GDAL and the shapefile reader want files.
    ///
    /// # Errors
    /// [`Error::Io`] if the temporary folder cannot be written.
    pub fn unpack() -> Result<Self> {
        let data = Self { folder: std::env::temp_dir().join(format!("mapfolio-demo-{}", std::process::id())) };
        fs::create_dir_all(&data.folder).map_err(Error::io(&data.folder, "create"))?;
        for (name, bytes) in FILES {
            let path = data.folder.join(name);
            fs::write(&path, bytes).map_err(Error::io(&path, "write"))?;
        }
        Ok(data)
    }

    /// The demo's job, with figures going to `out_dir`.
    ///
    /// # Errors
    /// [`Error::Io`] if the data is no longer there.
    pub fn job(&self, out_dir: &Path) -> Result<Job> {
        let output = OutputJob { dir: Some(out_dir.to_owned()), ..OutputJob::default() };
        let job = Job::from_file(&self.folder.join("demo.toml"))?;
        // All of it, even within an array of jobs.
        Ok(job.overlaid_with(Job { output, shard: Some(Shard::WHOLE), ..Job::default() }))
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        if let Err(e) = fs::remove_dir_all(&self.folder) {
            tracing::warn!("{}: cannot remove: {e}", self.folder.display());
        }
    }
}
