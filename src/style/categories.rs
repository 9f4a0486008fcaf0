//! Categories: values that stand for things, each with a colour and a name.

use super::color::Color;
use crate::error::{Error, Result};

const FORM: &str = "write VALUE=COLOUR:NAME, separated by commas, as 1=navy:Water,2=forestgreen:Forest";

/// What one value of a raster stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// The value, in the raster's unit.
    pub value: f64,
    /// Straight RGBA.
    pub color: [u8; 4],
    /// What it is called; empty for the value itself.
    pub name: String,
}

impl Category {
    /// The name, or the value if it has none.
    #[must_use]
    pub fn label(&self) -> String {
        if self.name.is_empty() { self.value.to_string() } else { self.name.clone() }
    }
}

/// Reads categories as `--categories` has them: `VALUE=COLOUR[:NAME]`, separated by commas. They come back in the order
/// of their values.
///
/// # Errors
/// The text has another form or a colour is none; the error names `--categories`.
pub fn parse_categories(text: &str) -> Result<Vec<Category>> {
    text.split(',').map(|item| category(text, item)).collect::<Result<_>>().map(sorted_categories)
}

/// Categories in the order of their values.
#[must_use]
pub fn sorted_categories(mut categories: Vec<Category>) -> Vec<Category> {
    categories.sort_by(|a, b| a.value.total_cmp(&b.value));
    categories
}

fn category(text: &str, item: &str) -> Result<Category> {
    let fault = |problem: String| Error::value("--categories", text, problem, FORM);
    let (value, rest) = item.split_once('=').ok_or_else(|| fault(format!("has '{item}' without a '='")))?;
    // Of the colours only those of matplotlib's Tableau palette have a colon.
    let split_at = rest.find(':').filter(|at| &rest[..*at] != "tab").or_else(|| {
        let behind = rest.strip_prefix("tab:")?;
        behind.find(':').map(|at| at + "tab:".len())
    });
    let (color, name) = split_at.map_or((rest, ""), |at| (&rest[..at], &rest[at + 1..]));
    let value = value.trim();
    let number = value.parse::<f64>().map_err(|_| fault(format!("has '{value}', which is not a number")))?;
    let color = Color::parse("--categories", color.trim())?.to_table_rgba8();
    Ok(Category { value: number, color, name: name.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_come_in_the_order_of_their_values() {
        let read = parse_categories("2=tab:green:Forest, 1=#000080:Water: deep,3=tab:red,-4=white").unwrap();
        let told: Vec<_> = read.iter().map(|c| (c.value, c.color[0], c.label())).collect();
        let expected = [(-4.0, 255, "-4"), (1.0, 0, "Water: deep"), (2.0, 0x2c, "Forest"), (3.0, 0xd6, "3")];
        assert_eq!(told, expected.map(|(value, red, name)| (value, red, name.to_owned())));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, fault) in [
            ("1", "'1' without a '='"),
            ("x=red", "'x', which is not a number"),
            ("1=rde", "rde"),
            ("=red", "'', which is not a number"),
        ] {
            let message = parse_categories(text).unwrap_err().to_string();
            assert!(
                message.starts_with("--categories ([raster] categories): ") && message.contains(fault),
                "{message}"
            );
        }
    }
}
