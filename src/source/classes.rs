//! Features told apart by their attributes, so that one reading of a file serves all classes that a layer is drawn in.

use std::collections::HashSet;
use std::path::Path;

use gdal::Dataset;
use gdal::vector::{Feature, Layer, LayerAccess, OGRFieldType};

use super::ogr::set_filter;
use super::outlines::fault;
use crate::error::Result;

/// What makes a feature one of a class.
#[derive(Clone, Debug, PartialEq)]
pub enum ClassTest {
    /// The column holds one of these: the same text, or the same number where it holds numbers.
    Values(Vec<String>),
    /// A condition in GDAL's SQL holds.
    Where(String),
    /// The column's number is at least the first and less than the second.
    Between([f64; 2]),
    /// No class before it took the feature.
    Rest,
}

/// How features are told apart: each is of the first class whose test it passes, or of none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureClasses {
    /// The attribute that tests of values and numbers look at.
    pub column: Option<String>,
    /// The classes.
    pub tests: Vec<ClassTest>,
}

/// The tests as a layer's features are put to them.
pub(super) struct Sorter<'a> {
    tests: Vec<ReadyTest<'a>>,
    field: Option<usize>,
}

enum ReadyTest<'a> {
    Texts(&'a [String]),
    Numbers(Vec<f64>),
    Features(HashSet<u64>),
    Between([f64; 2]),
    Rest,
}

impl<'a> Sorter<'a> {
    /// Looks up the column, and which features fit conditions. Leaves the layer without a filter.
    ///
    /// # Errors
    /// For a column that is not there or holds no numbers where numbers are needed, values that are none, and
    /// conditions that GDAL does not understand.
    pub(super) fn new(path: &Path, dataset: &Dataset, layer: &mut Layer, classes: &'a FeatureClasses) -> Result<Self> {
        let field = classes.column.as_deref().map(|column| find_field(path, layer, column)).transpose()?;
        let is_numeric = field.is_some_and(|(_, is_numeric)| is_numeric);
        let column = classes.column.as_deref().unwrap_or_default();
        let mut tests = Vec::with_capacity(classes.tests.len());
        for test in &classes.tests {
            tests.push(match test {
                ClassTest::Values(values) if is_numeric => {
                    let number = |text: &String| {
                        text.trim().parse::<f64>().map_err(|_| {
                            let problem = format!("its column {column} holds numbers, and value = {text} is none");
                            fault(path, problem, "give numbers as values of its classes")
                        })
                    };
                    ReadyTest::Numbers(values.iter().map(number).collect::<Result<_>>()?)
                }
                ClassTest::Values(values) => ReadyTest::Texts(values),
                ClassTest::Between(range) if is_numeric => ReadyTest::Between(*range),
                ClassTest::Between(_) => {
                    let problem = format!("its column {column} holds no numbers, and levels need them");
                    return Err(fault(path, problem, "give another column, or classes with values"));
                }
                ClassTest::Where(condition) => ReadyTest::Features(fitting(path, dataset, layer, condition)?),
                ClassTest::Rest => ReadyTest::Rest,
            });
        }
        Ok(Self { tests, field: field.map(|(index, _)| index) })
    }

    /// The index of a feature's class.
    pub(super) fn class_of(&self, feature: &Feature) -> Option<u16> {
        let text = self.field.and_then(|field| feature.field_as_string(field).ok().flatten());
        let number = self.field.and_then(|field| feature.field_as_double(field).ok().flatten());
        let passes = |test: &ReadyTest| match test {
            ReadyTest::Texts(texts) => text.as_ref().is_some_and(|text| texts.contains(text)),
            ReadyTest::Numbers(numbers) => number.is_some_and(|number| numbers.contains(&number)),
            ReadyTest::Between([low, high]) => number.is_some_and(|number| *low <= number && number < *high),
            ReadyTest::Features(fitting) => feature.fid().is_some_and(|fid| fitting.contains(&fid)),
            ReadyTest::Rest => true,
        };
        self.tests.iter().position(passes).map(|index| index as u16)
    }
}

/// The index of a column, whose name may differ in case, and whether it holds numbers.
pub(super) fn find_field(path: &Path, layer: &Layer, column: &str) -> Result<(usize, bool)> {
    let fields: Vec<_> = layer.defn().fields().map(|field| (field.name(), field.field_type())).collect();
    let same =
        |exact: bool| fields.iter().position(|(name, _)| name == column || !exact && name.eq_ignore_ascii_case(column));
    let Some(index) = same(true).or_else(|| same(false)) else {
        let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
        let remedy = if names.is_empty() {
            "it has no columns at all".into()
        } else {
            format!("its columns are {}", names.join(", "))
        };
        return Err(fault(path, format!("it has no column {column}"), remedy));
    };
    let numeric = [OGRFieldType::OFTInteger, OGRFieldType::OFTInteger64, OGRFieldType::OFTReal];
    Ok((index, numeric.contains(&fields[index].1)))
}

/// The numbers of the features that fit a condition.
fn fitting(path: &Path, dataset: &Dataset, layer: &mut Layer, condition: &str) -> Result<HashSet<u64>> {
    set_filter(path, dataset, layer, condition)?;
    let fitting = layer.features().filter_map(|feature| feature.fid()).collect();
    layer.clear_attribute_filter();
    Ok(fitting)
}
