//! How a layer's features get their looks from an attribute: classes by value, as QGIS' categorized renderer has them, and
//! by number, as its graduated one and geopandas' `plot(column=..)`.

use super::choice::Choice as _;
use super::layer::LayerOptions;
use super::levels::parse_levels;
use super::norm::Extend;
use crate::error::{Error, Result};

/// The options that a column takes, beside its name.
pub(super) const COLUMN_KEYS: [&str; 6] = ["column", "levels", "cmap", "extend", "linewidths", "markersizes"];

/// The attribute by which features differ, and how.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColumnOptions {
    /// The attribute's name.
    pub column: Option<String>,
    /// Boundaries of its numbers: a class from each up to, not including, the next.
    pub levels: Option<Vec<f64>>,
    /// The colours of the classes, as `--cmap` takes them; default viridis, or none if widths or sizes are given.
    pub cmap: Option<String>,
    /// Which numbers outside the levels are a class of their own, and are not in the first or last; default neither.
    pub extend: Option<Extend>,
    /// A line width in points for each class.
    pub linewidths_pt: Option<Vec<f64>>,
    /// A marker size in points for each class.
    pub markersizes_pt: Option<Vec<f64>>,
}

/// One class that the user describes: which features it has, and what is different about them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassOptions {
    /// What the column holds.
    pub values: Vec<String>,
    /// What is different from the layer; its `filter` is the class's condition.
    pub options: LayerOptions,
}

impl ColumnOptions {
    /// Sets an option of [`COLUMN_KEYS`]; `place` is where it stands.
    ///
    /// # Errors
    /// The value is not one of the option's.
    pub(super) fn set(&mut self, place: &str, key: &str, value: &str) -> Result<()> {
        // Lists have parentheses where commas separate options.
        let list = value.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(value);
        match key {
            "column" => self.column = Some(value.to_owned()),
            "levels" => self.levels = Some(parse_levels(list).map_err(|error| at(place, error))?),
            "cmap" => self.cmap = Some(list.to_owned()),
            "extend" => self.extend = Some(extend(place, value)?),
            "linewidths" => self.linewidths_pt = Some(sizes(place, list)?),
            _ => self.markersizes_pt = Some(sizes(place, list)?),
        }
        Ok(())
    }
}

/// The error of a flag as that of another place.
fn at(place: &str, error: Error) -> Error {
    match error {
        Error::Value { value, problem, remedy, .. } => Error::Value { key: place.to_owned(), value, problem, remedy },
        other => other,
    }
}

fn extend(place: &str, value: &str) -> Result<Extend> {
    let fault = || Error::value(place, value, "is none of its values", "give neither, min, max or both");
    Extend::from_name(value).ok_or_else(fault)
}

fn sizes(place: &str, list: &str) -> Result<Vec<f64>> {
    let size = |item: &str| item.trim().parse::<f64>().ok().filter(|size| size.is_finite() && *size >= 0.0);
    let sizes: Option<Vec<f64>> = list.split(',').map(size).collect();
    sizes.ok_or_else(|| Error::value(place, list, "is not a list of sizes", "give points, 0 or more, one a class"))
}
