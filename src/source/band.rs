//! Which bands of a dataset: by number or by what the file calls them.

use gdal::{Dataset, Metadata as _};

/// A band as a user names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BandChoice {
    /// By number, counted from 1.
    Number(usize),
    /// By its description; capital and small letters are told apart only if they must be.
    Description(String),
}

impl Default for BandChoice {
    fn default() -> Self {
        Self::Number(1)
    }
}

impl From<&str> for BandChoice {
    /// A whole number is a number, all else a description.
    fn from(text: &str) -> Self {
        text.trim().parse().map_or_else(|_| Self::Description(text.trim().to_owned()), Self::Number)
    }
}

impl std::fmt::Display for BandChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Description(text) => f.write_str(text),
        }
    }
}

/// Which bands of a dataset are drawn, one after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BandSelection {
    /// All that it has, in its own order.
    All,
    /// These, in this order.
    These(Vec<BandChoice>),
}

impl BandSelection {
    /// The bands' numbers as far as they are known without the dataset: of each choice, or of one that may stand for any.
    pub fn known(&self) -> Vec<Option<usize>> {
        match self {
            Self::All => vec![None],
            Self::These(choices) => choices.iter().map(BandChoice::number).collect(),
        }
    }
}

impl BandChoice {
    /// The number, if it was given by that.
    #[must_use]
    pub fn number(&self) -> Option<usize> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Description(_) => None,
        }
    }
}

/// GDAL's own limit on the bands of a dataset.
const MOST_BANDS: usize = 65_536;

impl Default for BandSelection {
    fn default() -> Self {
        Self::These(vec![BandChoice::default()])
    }
}

impl std::str::FromStr for BandSelection {
    type Err = String;

    /// Reads `all`, numbers and ranges such as `1,3` or `1:24:6`, whose end is included; all else is a description.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "all" {
            return Ok(Self::All);
        }
        let is_list = text.contains([',', ':']) && text.chars().all(|c| c.is_ascii_digit() || ",: ".contains(c));
        if !is_list {
            return Ok(Self::These(vec![BandChoice::from(text)]));
        }
        let mut bands = Vec::new();
        for item in text.split(',') {
            bands.extend(
                range(item).ok_or_else(|| format!("'{item}' in '{text}' is neither a band nor a range A:B:STEP"))?,
            );
        }
        Ok(Self::These(bands.into_iter().map(BandChoice::Number).collect()))
    }
}

/// The numbers of `A`, `A:B` or `A:B:STEP`; None if it is none of these or holds no band.
fn range(text: &str) -> Option<impl Iterator<Item = usize>> {
    let numbers: Vec<usize> = text.split(':').map(|number| number.trim().parse().ok()).collect::<Option<_>>()?;
    let (first, last, step) = match numbers[..] {
        [band] => (band, band, 1),
        [first, last] => (first, last, 1),
        [first, last, step] => (first, last, step),
        _ => return None,
    };
    (1 <= first && first <= last && last <= MOST_BANDS && step > 0).then(|| (first..=last).step_by(step))
}

impl BandChoice {
    /// The band's number in a dataset that has at least one; a fault as (problem, remedy).
    pub(super) fn number_in(&self, dataset: &Dataset) -> Result<usize, (String, String)> {
        let count = dataset.raster_count();
        let bands = if count == 1 { "it has 1 band".to_owned() } else { format!("it has {count} bands") };
        let range = if count == 1 { "band 1".to_owned() } else { format!("band 1 to {count}") };
        match self {
            Self::Number(number) if (1..=count).contains(number) => Ok(*number),
            Self::Number(number) => Err((format!("there is no band {number}; {bands}"), format!("give {range}"))),
            Self::Description(text) => {
                let described = descriptions(dataset);
                let exact = |wanted: &dyn Fn(&str) -> bool| -> Vec<usize> {
                    described.iter().filter(|(_, own)| wanted(own)).map(|(number, _)| *number).collect()
                };
                let lower = text.to_lowercase();
                let found = Some(exact(&|own| own == text))
                    .filter(|found| !found.is_empty())
                    .unwrap_or_else(|| exact(&|own| own.to_lowercase() == lower));
                match found.as_slice() {
                    [one] => Ok(*one),
                    [] => Err((format!("no band is described as '{text}'; {bands}"), remedy(&described, &range))),
                    several => {
                        let numbers: Vec<_> = several.iter().map(usize::to_string).collect();
                        let problem = format!("bands {} are all described as '{text}'", numbers.join(", "));
                        Err((problem, "give the number of one of them".into()))
                    }
                }
            }
        }
    }
}

/// The bands that have a description, by number.
fn descriptions(dataset: &Dataset) -> Vec<(usize, String)> {
    let description = |number: usize| {
        let text = dataset.rasterband(number).ok()?.description().ok()?;
        Some((number, text.trim().to_owned())).filter(|(_, text)| !text.is_empty())
    };
    (1..=dataset.raster_count()).filter_map(description).collect()
}

fn remedy(described: &[(usize, String)], range: &str) -> String {
    const MOST: usize = 12;
    if described.is_empty() {
        return format!("its bands have no descriptions: give {range}");
    }
    let shown: Vec<_> = described.iter().take(MOST).map(|(number, text)| format!("{number} '{text}'")).collect();
    let more = described.len().saturating_sub(MOST);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("give a number or one of: {}{rest}", shown.join(", "))
}
