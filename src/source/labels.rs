//! What features are called: the attributes that their labels are made of, read in the same pass as their shapes.

use std::ops::Range;
use std::path::Path;

use gdal::vector::{Feature, Layer};

use super::classes::find_field;
use super::outlines::fault;
use crate::error::Result;

/// The attributes that labels need.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabelColumns {
    /// Those that the text is made of.
    pub columns: Vec<String>,
    /// The one whose numbers say which labels come first.
    pub priority: Option<String>,
}

/// What a feature's label is made of, and which shapes are the feature's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureLabel {
    /// What each of [`LabelColumns::columns`] holds; nothing where it is null.
    pub values: Vec<Option<String>>,
    /// What the column of priority holds, if it is a number.
    pub priority: Option<f64>,
    /// The feature's parts in [`super::Outlines`].
    pub parts: Range<usize>,
    /// The feature's points there.
    pub dots: Range<usize>,
}

/// The columns of one layer.
pub(super) struct LabelReader {
    fields: Vec<usize>,
    priority: Option<usize>,
}

impl LabelReader {
    /// Looks up the columns.
    ///
    /// # Errors
    /// [`crate::Error::Layer`] for a column that is not there, and for a priority that is no number.
    pub(super) fn new(path: &Path, layer: &Layer, labels: &LabelColumns) -> Result<Self> {
        let find = |column: &String| find_field(path, layer, column);
        let fields = labels.columns.iter().map(|column| Ok(find(column)?.0)).collect::<Result<_>>()?;
        let priority = match &labels.priority {
            None => None,
            Some(column) => {
                let (field, is_number) = find(column)?;
                if !is_number {
                    let problem = format!("its column {column} holds no numbers, and labelpriority needs them");
                    return Err(fault(path, problem, "give another column, or leave labelpriority out"));
                }
                Some(field)
            }
        };
        Ok(Self { fields, priority })
    }

    /// What the columns hold of a feature.
    pub(super) fn read(&self, feature: &Feature) -> FeatureLabel {
        let text = |field: &usize| feature.field_as_string(*field).ok().flatten();
        let number = |field: usize| feature.field_as_double(field).ok().flatten().filter(|number| number.is_finite());
        let values = self.fields.iter().map(text).collect();
        FeatureLabel { values, priority: self.priority.and_then(number), ..FeatureLabel::default() }
    }
}
