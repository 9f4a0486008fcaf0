//! Colormaps of a user's own: colours in a list, or blended from one to the next.

use super::color::Color;
use super::color_file::ColorFile;
use super::colormap::{Colormap, linspace};
use super::colormap_data::{Data, List, Row, to_byte};
use super::levels::MAX_LEVELS;
use crate::error::{Error, Result};

/// What stands between colours that are blended.
const BLEND: &str = "..";

impl Colormap {
    /// The colormap that `--cmap` gives: a name; colours as they are, `white,#4040ff,navy`, matplotlib's
    /// `ListedColormap`; or colours to blend, `white..#4040ff..navy`, its `LinearSegmentedColormap.from_list`.
    ///
    /// # Errors
    /// There is no such colormap or colour, or only one to blend; the error names `key`.
    pub fn from_text(text: &str, key: &str) -> Result<Self> {
        let parts = |separator| text.split(separator).map(str::trim).collect::<Vec<_>>();
        if text.contains(BLEND) && !ColorFile::is_file_name(text) {
            Self::blended(text, &parts(BLEND), key)
        } else if text.contains(',') {
            Self::listed(&parts(","), key)
        } else {
            Self::by_name(text, key)
        }
    }

    /// matplotlib's `ListedColormap(colors)`: each colour as it is, as many as there are.
    ///
    /// # Errors
    /// One is not a colour, or there is none or more than [`MAX_LEVELS`]; the error names `key`.
    pub fn listed<T: AsRef<str>>(colors: &[T], key: &str) -> Result<Self> {
        let name = colors.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(",");
        if colors.is_empty() || colors.len() > MAX_LEVELS {
            let problem = format!("is a list of {} colours", colors.len());
            return Err(Error::value(key, name, problem, format!("give from 1 to {MAX_LEVELS}")));
        }
        let colors = colors.iter().map(|color| Ok(channels(key, color.as_ref())?.map(to_byte)));
        let list = List { colors: colors.collect::<Result<_>>()?, under: None, levels: Vec::new(), unit: None };
        Ok(Self::of_data(&name, Data::Listed(list)))
    }

    /// matplotlib's `LinearSegmentedColormap.from_list(name, colors)`: 256 colours, those given at equal distances.
    fn blended(name: &str, colors: &[&str], key: &str) -> Result<Self> {
        let colors = colors.iter().map(|color| channels(key, color)).collect::<Result<Vec<_>>>()?;
        if colors.len() > MAX_LEVELS {
            let problem = format!("is a blend of {} colours", colors.len());
            return Err(Error::value(key, name, problem, format!("give from 2 to {MAX_LEVELS}")));
        }
        let places = linspace(colors.len());
        let rows = |k: usize| -> Vec<Row> {
            places.iter().zip(&colors).map(|(at, color)| [*at, color[k], color[k]]).collect()
        };
        Ok(Self::of_data(name, Data::Segments([rows(0), rows(1), rows(2), rows(3)])))
    }
}

/// `matplotlib.colors.to_rgba` in double precision: hexadecimal digits and names are bytes / 255.
fn channels(key: &str, text: &str) -> Result<[f64; 4]> {
    let color = Color::parse(key, text)?;
    if let Ok(grey) = text.trim().parse::<f64>() {
        return Ok([grey, grey, grey, 1.0]);
    }
    Ok(color.to_channels())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_name_a_list_or_a_blend() {
        for (text, length) in [("viridis", 256), ("tab10_r", 10), ("white, #4040ff ,navy", 3), ("white..navy", 256)] {
            assert_eq!(Colormap::from_text(text, "--cmap").unwrap().len(), length, "{text}");
        }
        let blend = Colormap::from_text("0.25..tab:blue .. #00000080", "--cmap").unwrap();
        assert_eq!((blend.resampled(3)[0], blend.resampled(3)[2]), ([63, 63, 63, 255], [0, 0, 0, 128]));
    }

    #[test]
    fn wrong_colours_name_the_key_and_the_fault() {
        for (text, fault) in [
            ("white,rde", "'rde'"),
            ("white,", "'' is not a colour"),
            ("..", "'' is not a colour"),
            ("white..", "'' is not a colour"),
            ("white..2", "'2' is a grey outside"),
            ("white", "unknown colormap 'white'"),
        ] {
            let message = Colormap::from_text(text, "--cmap").unwrap_err().to_string();
            assert!(message.starts_with("--cmap ([raster] cmap): ") && message.contains(fault), "{text}: {message}");
        }
        let none: [&str; 0] = [];
        assert!(Colormap::listed(&none, "--cmap").unwrap_err().to_string().contains("a list of 0 colours"));
    }
}
