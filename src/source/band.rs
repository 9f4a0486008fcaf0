//! Which band of a dataset: by number or by what the file calls it.

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

impl BandChoice {
    /// The band's number in a dataset that has at least one; a fault as (problem, remedy).
    pub(super) fn number_in(&self, dataset: &Dataset) -> Result<usize, (String, String)> {
        let count = dataset.raster_count();
        let bands = if count == 1 { "it has 1 band".to_owned() } else { format!("it has {count} bands") };
        let range = if count == 1 { "--band 1".to_owned() } else { format!("--band 1 to {count}") };
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
