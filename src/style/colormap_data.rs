//! The colormaps' tables, kept as JSON in the binary; only the one that is asked for is decoded.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::colormap_functions::{self, Channels};

/// The entries of all files by name, each still text.
static ENTRIES: LazyLock<BTreeMap<&'static str, &'static RawValue>> = LazyLock::new(|| {
    let files = [
        include_str!("../../assets/colormaps/matplotlib.json"),
        include_str!("../../assets/colormaps/cmocean.json"),
        include_str!("../../assets/colormaps/nws.json"),
    ];
    let parsed = files.map(serde_json::from_str::<File>);
    debug_assert!(parsed.iter().all(Result::is_ok), "the embedded colormaps are valid JSON");
    parsed.into_iter().flatten().flat_map(|file| file.maps).collect()
});

/// A control point of one channel: position 0 to 1, the value coming from the left, the value going on to the right.
pub(super) type Row = [f64; 3];

/// What matplotlib computes a colormap from.
#[derive(Debug, Clone)]
pub(super) enum Data {
    /// `ListedColormap`.
    Listed(List),
    /// `LinearSegmentedColormap` with control points for red, green, blue and alpha; each begins at 0 and ends at 1.
    Segments([Vec<Row>; 4]),
    /// `LinearSegmentedColormap` with formulas.
    Functions(Channels),
}

/// Colours that are picked, not blended.
#[derive(Debug, Clone)]
pub(super) struct List {
    /// From low to high, never empty; bytes are enough since resampling only picks among them.
    pub(super) colors: Vec<[u8; 4]>,
    /// The RGBA colour of values under the range, where it is not the first colour.
    pub(super) under: Option<[u8; 4]>,
    /// The levels the colours are meant for, one more than colours; empty where they are meant for any.
    pub(super) levels: Vec<f64>,
    /// The unit of the levels.
    pub(super) unit: Option<String>,
}

#[derive(Deserialize)]
struct File {
    #[serde(borrow = "'static")]
    maps: BTreeMap<&'static str, &'static RawValue>,
}

/// One entry of the JSON files; `assets/README.md` has their description.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Entry {
    Listed {
        rgb: Vec<[f64; 3]>,
    },
    Hex {
        rgb: String,
        under: Option<[f64; 4]>,
        #[serde(default)]
        levels: Vec<f64>,
        unit: Option<String>,
    },
    Segments {
        red: Vec<Row>,
        green: Vec<Row>,
        blue: Vec<Row>,
    },
    Function {},
    Alias {
        of: String,
    },
}

/// The data of the colormap called `name`, without `_r`.
pub(super) fn find(name: &str) -> Option<Data> {
    match entry(name)? {
        Entry::Alias { of } => decoded(&of, entry(&of)?),
        entry => decoded(name, entry),
    }
}

/// The colormap that `name` is only another name of.
#[cfg(test)]
pub(super) fn alias_of(name: &str) -> Option<String> {
    match entry(name)? {
        Entry::Alias { of } => Some(of),
        _ => None,
    }
}

/// All names, without their `_r` forms.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ENTRIES.keys().copied()
}

/// A channel as matplotlib makes a byte of it: clipped, times 255, the fraction dropped.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 0 and 255; drops the fraction on purpose"
)]
pub(super) fn to_byte(channel: f64) -> u8 {
    (channel.clamp(0.0, 1.0) * 255.0) as u8
}

/// The colour with full alpha.
pub(super) fn opaque([r, g, b]: [u8; 3]) -> [u8; 4] {
    [r, g, b, 255]
}

fn entry(name: &str) -> Option<Entry> {
    serde_json::from_str(ENTRIES.get(name)?.get()).ok()
}

fn decoded(name: &str, entry: Entry) -> Option<Data> {
    Some(match entry {
        Entry::Listed { rgb } => {
            let colors = rgb.into_iter().map(|channels| opaque(channels.map(to_byte))).collect();
            Data::Listed(List { colors, under: None, levels: Vec::new(), unit: None })
        }
        Entry::Hex { rgb, under, levels, unit } => {
            let under = under.map(|channels| channels.map(to_byte));
            Data::Listed(List { colors: colors(&rgb)?, under, levels, unit })
        }
        Entry::Segments { red, green, blue } => Data::Segments([red, green, blue, vec![[0.0, 1.0, 1.0], [1.0; 3]]]),
        Entry::Function {} => Data::Functions(colormap_functions::by_name(name)?),
        Entry::Alias { .. } => return None,
    })
}

/// Colours from six hexadecimal digits each, or nothing if there is none or a digit is wrong.
fn colors(digits: &str) -> Option<Vec<[u8; 4]>> {
    let nibbles = digits.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<u32>>>()?;
    let byte = |pair: &[u32]| u8::try_from(pair[0] * 16 + pair[1]).ok();
    let (groups, rest) = nibbles.as_chunks::<6>();
    if groups.is_empty() || !rest.is_empty() {
        return None;
    }
    groups.iter().map(|six| Some(opaque([byte(&six[0..2])?, byte(&six[2..4])?, byte(&six[4..6])?]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_holds_what_the_arithmetic_relies_on() {
        for name in names() {
            match find(name).unwrap_or_else(|| panic!("{name} cannot be decoded")) {
                Data::Listed(list) => {
                    assert!(!list.colors.is_empty(), "{name}");
                    assert!(list.levels.is_empty() || list.levels.len() == list.colors.len() + 1, "{name}");
                }
                Data::Segments(channels) => {
                    for rows in channels {
                        assert!(rows.len() >= 2 && rows.is_sorted_by(|a, b| a[0] <= b[0]), "{name}");
                        assert_eq!(
                            (rows[0][0].to_bits(), rows[rows.len() - 1][0].to_bits()),
                            (0, 1.0_f64.to_bits()),
                            "{name}"
                        );
                    }
                }
                Data::Functions(_) => {}
            }
        }
    }

    #[test]
    fn wrong_digits_are_not_colours() {
        assert_eq!(colors("0a0b0cffffff"), Some(vec![[10, 11, 12, 255], [255; 4]]));
        for digits in ["", "0a0b0", "0a0b0g", "0a0b0cff"] {
            assert_eq!(colors(digits), None);
        }
    }
}
