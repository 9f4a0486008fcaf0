//! matplotlib's colormaps by name, resampled to the byte as matplotlib resamples them.

use super::colormap_data::{self, Data, List, Row, opaque, to_byte};
use super::levels::MAX_LEVELS;
use super::nearest::unknown_name;
use crate::error::{Error, Result};

/// How many colours matplotlib gives a colormap that is not a list (`rcParams["image.lut"]`).
const LUT_SIZE: usize = 256;

/// A colormap of matplotlib, cmocean or the US National Weather Service, possibly reversed, or one of a user's own.
#[derive(Debug, Clone)]
pub struct Colormap {
    name: String,
    reversed: bool,
    data: Data,
    /// matplotlib's `Colormap.N` of what is not a list.
    lut: usize,
}

impl Colormap {
    /// The colormap called `name`; `_r` at the end of any name reverses it.
    ///
    /// # Errors
    /// There is no such colormap; the error names `key` and the nearest names.
    pub fn by_name(name: &str, key: &str) -> Result<Self> {
        let (base, reversed) = name.strip_suffix("_r").map_or((name, false), |base| (base, true));
        match colormap_data::find(base) {
            Some(data) => Ok(Self { reversed, ..Self::of_data(name, data) }),
            None => Err(unknown_name(
                key,
                "colormap",
                name,
                Self::names().iter().map(String::as_str),
                "the command 'mapfolio colormaps' lists the names",
            )),
        }
    }

    /// A colormap of a user's own.
    pub(super) fn of_data(name: &str, data: Data) -> Self {
        Self { name: name.to_owned(), reversed: false, data, lut: LUT_SIZE }
    }

    /// `plt.get_cmap(name, n)`: `n` colours out of it. A list's own levels are given up with its colours.
    ///
    /// # Errors
    /// `n` is 0 or more than [`MAX_LEVELS`]; the error names `key`.
    pub fn with_lut(mut self, n: usize, key: &str) -> Result<Self> {
        if !(1..=MAX_LEVELS).contains(&n) {
            let remedy = format!("give a number from 1 to {MAX_LEVELS}");
            return Err(Error::value(key, n, "is not a number of colours", remedy));
        }
        let mut colors = self.resampled(n);
        if self.reversed {
            colors.reverse();
        }
        match &mut self.data {
            Data::Listed(list) if list.colors.len() != n => {
                (list.colors, list.levels) = (colors, Vec::new());
            }
            _ => self.lut = n,
        }
        Ok(self)
    }

    /// Every name that [`Colormap::by_name`] knows, sorted without regard to case, each followed by its `_r`.
    #[must_use]
    pub fn names() -> Vec<String> {
        let mut bases: Vec<&str> = colormap_data::names().collect();
        bases.sort_by_cached_key(|name| (name.to_lowercase(), *name));
        bases.into_iter().flat_map(|name| [name.to_owned(), format!("{name}_r")]).collect()
    }

    /// The name it was asked for by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// matplotlib's `Colormap.N`: the length of a list, 256 for all others if [`Colormap::with_lut`] has not said
    /// otherwise.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Listed(list) => list.colors.len(),
            Data::Segments(_) | Data::Functions(_) => self.lut,
        }
    }

    /// Whether there is no colour in it, which is true of no known colormap.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The RGBA colour of values under the range where the colormap has one of its own (`get_under`).
    #[must_use]
    pub fn under(&self) -> Option<[u8; 4]> {
        self.list().filter(|_| !self.reversed)?.under
    }

    /// The RGBA colour of values over the range where the colormap has one of its own (`get_over`).
    ///
    /// As in matplotlib, reversing a colormap exchanges the colours of values under and over.
    #[must_use]
    pub fn over(&self) -> Option<[u8; 4]> {
        self.list().filter(|_| self.reversed)?.under
    }

    /// The levels that the colours are meant for, such as steps of reflectivity in dBZ; empty where there are none.
    ///
    /// They are to be used where the user gives neither levels nor limits.
    #[must_use]
    pub fn levels(&self) -> &[f64] {
        self.list().map_or(&[], |list| &list.levels)
    }

    /// The unit of the levels, such as dBZ or °F, where there are some.
    #[must_use]
    pub fn levels_unit(&self) -> Option<&str> {
        self.list().filter(|list| !list.levels.is_empty())?.unit.as_deref()
    }

    /// `n` colours from the low end to the high one, as
    /// `matplotlib.colormaps[name].resampled(n)(numpy.arange(n), bytes=True)`.
    ///
    /// With `n` equal to [`Colormap::len`] these are the colormap's own colours.
    #[must_use]
    pub fn resampled(&self, n: usize) -> Vec<[u8; 4]> {
        let positions = linspace(n);
        match &self.data {
            Data::Listed(list) => positions.iter().map(|&x| self.picked(&list.colors, x)).collect(),
            Data::Segments(channels) => {
                let [r, g, b, a] = channels.each_ref().map(|rows| {
                    if self.reversed {
                        segment_table(&reversed_rows(rows), &positions)
                    } else {
                        segment_table(rows, &positions)
                    }
                });
                (0..n).map(|i| [r[i], g[i], b[i], a[i]].map(to_byte)).collect()
            }
            Data::Functions(functions) => positions
                .iter()
                .map(|&x| if self.reversed { 1.0 - x } else { x })
                .map(|x| opaque(functions.map(|channel| to_byte(channel(x)))))
                .collect(),
        }
    }

    fn list(&self) -> Option<&List> {
        match &self.data {
            Data::Listed(list) => Some(list),
            Data::Segments(_) | Data::Functions(_) => None,
        }
    }

    /// `ListedColormap.__call__` for a float in 0 to 1: entry floor(x * N), the last one at 1.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "lists are a few hundred long and x is within 0 to 1"
    )]
    fn picked(&self, colors: &[[u8; 4]], x: f64) -> [u8; 4] {
        let last = colors.len() - 1;
        let index = ((x * colors.len() as f64) as usize).min(last);
        colors[if self.reversed { last - index } else { index }]
    }
}

/// `numpy.linspace(0, 1, n)`: a multiple of the rounded step, and exactly 1 at the end.
#[expect(clippy::cast_precision_loss, reason = "colour counts are far below 2^53")]
pub(super) fn linspace(n: usize) -> Vec<f64> {
    if n < 2 {
        return vec![0.0; n];
    }
    let step = 1.0 / (n - 1) as f64;
    (0..n).map(|i| if i == n - 1 { 1.0 } else { i as f64 * step }).collect()
}

/// `LinearSegmentedColormap.reversed`: the control points from the other end, sides exchanged.
fn reversed_rows(rows: &[Row]) -> Vec<Row> {
    rows.iter().rev().map(|&[x, y0, y1]| [1.0 - x, y1, y0]).collect()
}

/// matplotlib's `_create_lookup_table` for control points, operation by operation so that rounding agrees.
///
/// Gamma is left out because `LinearSegmentedColormap.resampled` drops it and no built-in colormap has one.
#[expect(clippy::cast_precision_loss, reason = "colour counts are far below 2^53")]
fn segment_table(rows: &[Row], positions: &[f64]) -> Vec<f64> {
    let first = rows.first().map_or(0.0, |row| row[2]);
    let last = rows.last().map_or(0.0, |row| row[1]);
    let end = positions.len().saturating_sub(1);
    let scale = end as f64;
    let value = |(i, &position): (usize, &f64)| {
        if i == end {
            return last;
        }
        if i == 0 {
            return first;
        }
        let x = scale * position;
        let right = rows.partition_point(|row| row[0] * scale < x);
        let ([x_left, _, y_left], [x_right, y_right, _]) = (rows[right - 1], rows[right]);
        let distance = (x - x_left * scale) / (x_right * scale - x_left * scale);
        distance * (y_right - y_left) + y_left
    };
    positions.iter().enumerate().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_opens_and_has_colours() {
        let names = Colormap::names();
        assert_eq!(
            names.len(),
            182 + 2 * (44 + 21) + 2 * (2 + 11 + 14),
            "matplotlib 3.11's names; with their reverses cmocean's, short ones too, and the weather service's"
        );
        for name in names {
            let colormap = Colormap::by_name(&name, "--cmap").unwrap();
            assert!(!colormap.is_empty(), "{name}");
            assert_eq!(colormap.name(), name);
        }
    }

    #[test]
    fn a_reversed_list_is_the_list_backwards() {
        for name in ["viridis", "tab10", "nws_reflectivity"] {
            let forward = Colormap::by_name(name, "--cmap").unwrap();
            let backward = Colormap::by_name(&format!("{name}_r"), "--cmap").unwrap();
            let mut colors = backward.resampled(backward.len());
            colors.reverse();
            assert_eq!(colors, forward.resampled(forward.len()));
        }
    }

    #[test]
    fn the_weather_services_colours_bring_their_levels_and_leave_no_echo_bare() {
        let forward = Colormap::by_name("nws_reflectivity", "--cmap").unwrap();
        assert_eq!(forward.levels().len(), forward.len() + 1);
        assert_eq!((forward.under(), forward.over()), (Some([0; 4]), None));
        let backward = Colormap::by_name("nws_reflectivity_r", "--cmap").unwrap();
        assert_eq!((backward.under(), backward.over()), (None, Some([0; 4])));
    }

    #[test]
    fn an_alias_is_the_same_colormap() {
        for (alias, name) in [("grey", "gray"), ("Grays_r", "Greys_r"), ("gist_yerg", "gist_yarg")] {
            let [a, b] = [alias, name].map(|name| Colormap::by_name(name, "--cmap").unwrap().resampled(9));
            assert_eq!(a, b);
        }
    }

    #[test]
    fn no_colours_are_none() {
        for name in ["viridis", "Blues", "cubehelix"] {
            assert!(Colormap::by_name(name, "--cmap").unwrap().resampled(0).is_empty());
        }
    }

    #[test]
    fn the_number_of_colours_can_be_chosen() {
        let map = |name: &str, n| Colormap::by_name(name, "--cmap").unwrap().with_lut(n, "--lut").unwrap();
        for name in ["viridis", "viridis_r", "Blues", "cubehelix_r", "tab10_r", "nws_reflectivity_r"] {
            let whole = Colormap::by_name(name, "--cmap").unwrap();
            assert_eq!((map(name, 7).len(), map(name, 7).resampled(7)), (7, whole.resampled(7)), "{name}");
            assert_eq!((map(name, 7).under(), map(name, 7).over()), (whole.under(), whole.over()));
        }
        assert!(map("nws_reflectivity", 7).levels().is_empty());
        assert_eq!(map("nws_reflectivity", 15).levels().len(), 16);
        for n in [0, MAX_LEVELS + 1] {
            let error = Colormap::by_name("viridis", "--cmap").unwrap().with_lut(n, "--lut").unwrap_err();
            assert!(error.to_string().starts_with(&format!("--lut ([raster] lut): '{n}' ")), "{error}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let message = Colormap::by_name("virdis", "--cmap").unwrap_err().to_string();
        assert!(message.starts_with("--cmap ([raster] cmap): unknown colormap 'virdis'"), "{message}");
        assert!(message.contains("viridis"), "{message}");
    }
}
