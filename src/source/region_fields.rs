//! What a row says besides what every region has. There may be a hundred thousand rows: the columns' names are kept once,
//! and the text of a row in one piece.

use std::sync::Arc;

use csv::StringRecord;

/// The fields of a row by the names of their columns; none of a region that no row gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    /// In lower case, in the order of the file.
    columns: Arc<[String]>,
    record: StringRecord,
}

impl Fields {
    pub(super) fn new(columns: Arc<[String]>, record: StringRecord) -> Self {
        Self { columns, record }
    }

    /// The text in a column without surrounding spaces; None if there is no such column.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&str> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.record.get(index).map(str::trim)
    }

    /// The columns' names in lower case, in the order of the file.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }
}
