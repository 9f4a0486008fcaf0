//! The categories of a raster.

use serde::Deserialize;

use crate::error::Result;
use crate::style::{Category, Color, parse_categories, sorted_categories};

/// What values stand for, as a list, or as text that is read later: `VALUE=COLOUR[:NAME],..`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, expecting = "a list of {value, color, name} or a text such as \"1=navy:Water,2=green:Forest\"")]
pub enum Categories {
    /// Text as a flag takes it.
    Text(String),
    /// A table a category.
    List(Vec<CategoryJob>),
}

/// One category.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryJob {
    /// The value, in the raster's unit.
    pub value: f64,
    /// A colour as matplotlib writes it.
    pub color: String,
    /// What it is called; default: the value.
    #[serde(default)]
    pub name: String,
}

impl Categories {
    /// The categories in the order of their values.
    ///
    /// # Errors
    /// [`crate::Error::Value`] naming the setting for what is not understood.
    pub fn read(&self) -> Result<Vec<Category>> {
        match self {
            Self::Text(text) => parse_categories(text),
            Self::List(list) => list.iter().map(CategoryJob::read).collect::<Result<_>>().map(sorted_categories),
        }
    }
}

impl CategoryJob {
    fn read(&self) -> Result<Category> {
        let color = Color::parse("[raster] categories", &self.color)?.to_table_rgba8();
        Ok(Category { value: self.value, color, name: self.name.clone() })
    }
}
