//! The colormap of a job: a text as `--cmap` takes it, or a list of colours.

use serde::Deserialize;

use crate::error::Result;
use crate::source::relative_to;
use crate::style::{ColorFile, Colormap};

/// Where colours come from.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "a colormap's name, a file, or a list of colours such as [\"white\", \"#4040ff\"]")]
pub enum ColormapJob {
    /// A name, a file, `white,navy` or `white..navy`.
    Text(String),
    /// Colours as they are, one a list's item.
    Colors(Vec<String>),
}

impl ColormapJob {
    /// The file that it names, if it is one.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        match self {
            Self::Text(text) if ColorFile::is_file_name(text) => Some(text),
            _ => None,
        }
    }

    /// The colormap, of `lut` colours if that is given; for one that is not a file.
    ///
    /// # Errors
    /// As [`Colormap::from_text`], [`Colormap::listed`] and [`Colormap::with_lut`], naming `--cmap` and `--lut`.
    pub fn colormap(&self, lut: Option<usize>) -> Result<Colormap> {
        let colormap = match self {
            Self::Text(text) => Colormap::from_text(text, "--cmap")?,
            Self::Colors(colors) => Colormap::listed(colors, "--cmap")?,
        };
        match lut {
            Some(lut) => colormap.with_lut(lut, "--lut"),
            None => Ok(colormap),
        }
    }

    /// Takes a file's relative path as relative to `folder`.
    pub(super) fn move_to(&mut self, folder: &std::path::Path) {
        if let Self::Text(text) = self
            && ColorFile::is_file_name(text)
        {
            *text = relative_to(folder, text);
        }
    }
}

impl From<&str> for ColormapJob {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Table {
        cmap: ColormapJob,
    }

    fn read(text: &str) -> Result<ColormapJob, toml::de::Error> {
        toml::from_str::<Table>(text).map(|table| table.cmap)
    }

    #[test]
    fn a_text_and_a_list_are_read() {
        let list = read(r##"cmap = ["white", "#4040ff", "navy"]"##).unwrap();
        assert_eq!(list.colormap(None).unwrap().len(), 3);
        assert_eq!(list.colormap(Some(6)).unwrap().len(), 6);
        assert_eq!(read("cmap = \"turbo\"").unwrap().colormap(Some(5)).unwrap().len(), 5);
        assert!(read("cmap = 3").unwrap_err().to_string().contains("a list of colours"));
        assert!(read("cmap = [3]").is_err());
    }

    #[test]
    fn a_file_is_told_by_its_folder_or_ending() {
        let text = |text: &str| ColormapJob::from(text);
        for name in ["a.cpt", "./colors", "x/y.TXT", "relief.clr", "globe.cpt+h10", "../a..b/c"] {
            assert_eq!(text(name).file_name(), Some(name));
        }
        for name in ["viridis", "white,navy", "0.1..0.9", "white..navy", "cmo.thermal"] {
            assert_eq!(text(name).file_name(), None, "{name}");
        }
        let mut moved = text("a.cpt+h");
        moved.move_to(std::path::Path::new("/jobs"));
        assert_eq!(moved, text("/jobs/a.cpt+h"));
    }
}
