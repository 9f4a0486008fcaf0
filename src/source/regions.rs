//! The list of regions: a CSV file in which every bad row is named and costs only itself.

use std::path::Path;
use std::sync::Arc;

use csv::StringRecord;

use super::region_bounds::{Around, BOUND_NAMES, Bounds, BoundsTerms, BoxBounds};
use super::region_columns::{BoundsColumns, Columns, read_columns};
use super::region_fields::Fields;
use crate::error::{Error, Result};
use crate::geo::Extent;

/// One map to draw: its name and what it shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// The name, from which title and file name are made. Not empty.
    pub name: String,
    /// What the map shows.
    pub bounds: Bounds,
    /// A map projection of its own.
    pub crs: Option<String>,
    /// A system of its own for the numbers of [`bounds`](Self::bounds).
    pub extent_crs: Option<String>,
    /// A title template of its own.
    pub title: Option<String>,
    /// A figure size of its own, width and height in inches.
    pub figsize: Option<[f64; 2]>,
    /// All fields by their columns, for title templates.
    pub fields: Fields,
    /// Where the region was given, for messages: `regions.csv row 3` or `--extent NAME`.
    pub place: String,
}

impl Region {
    /// A region that no file and no flag gave.
    #[must_use]
    pub fn whole(name: String, extent: Extent, place: &str) -> Self {
        Self::bare(name, Bounds::OnMap(extent), place)
    }

    fn bare(name: String, bounds: Bounds, place: &str) -> Self {
        let (place, fields) = (place.to_owned(), Fields::default());
        Self { name, bounds, crs: None, extent_crs: None, title: None, figsize: None, fields, place }
    }

    /// Reads `NAME=X0,X1,Y0,Y1`, bounds in the order of matplotlib's `set_extent`.
    ///
    /// # Errors
    /// [`Error::Region`] that says which part is wrong.
    pub fn from_flag(text: &str) -> Result<Self> {
        let form = "write NAME=X0,X1,Y0,Y1";
        let fault = |problem: String| region_fault(format!("--extent '{text}'"), problem, form);
        let (name, numbers) = text.rsplit_once('=').ok_or_else(|| fault("it has no '='".into()))?;
        let name = name.trim();
        if name.is_empty() {
            return Err(fault("the name is empty".into()));
        }
        let numbers = four_numbers(numbers).map_err(&fault)?;
        let bounds = BoxBounds {
            numbers,
            place: format!("--extent '{text}'"),
            terms: Arc::new(BoundsTerms { names: BOUND_NAMES.map(str::to_owned), remedy: form.to_owned() }),
        };
        Ok(Self::bare(name.to_owned(), bounds.checked()?, &format!("--extent {name}")))
    }
}

/// Reads a regions file: one entry a row, in the file's order. Rows without any text are passed over.
///
/// The first row names the columns, in any order and case: `name`, and one of `x0,x1,y0,y1`, `xmin,xmax,ymin,ymax`,
/// `west,east,south,north`, `region` (as `[x0, x1, y0, y1]`) or `lon,lat,width_km,height_km`; if they are there, `crs`,
/// `extent_crs`, `title` and `figsize` (as `14,9`). Fields are separated by commas, semicolons or tabs, as the first row is.
///
/// # Errors
/// [`Error::RegionsFile`] if the file has no rows or lacks a column, [`Error::Io`] if it cannot be read. A row's own
/// faults are its entry: [`Error::Region`] naming row, column and value.
pub fn read_regions(path: &Path) -> Result<Vec<Result<Region>>> {
    let bytes = std::fs::read(path).map_err(Error::io(path, "read"))?;
    let fault =
        |problem: String, remedy: &str| Error::RegionsFile { path: path.into(), problem, remedy: remedy.to_owned() };
    // What is no text is marked, so that it costs only its own row.
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.matches('"').count() % 2 == 1 {
        return Err(fault("a quote is opened and never closed".into(), "close it, or write a quote within text twice"));
    }
    let (columns, records) = read_columns(text).map_err(|(problem, remedy)| fault(problem, &remedy))?;
    let rows = RowReader { path, columns: &columns, terms: Arc::new(BoundsTerms::of(&columns)) };
    let regions: Vec<_> = records
        .filter_map(|record| match record {
            Ok(record) if record.iter().all(|field| field.trim().is_empty()) => None,
            Ok(record) => Some(rows.region(text, record)),
            Err(e) => Some(Err(region_fault(path.display().to_string(), e.to_string(), "check its quotes"))),
        })
        .collect();
    if regions.is_empty() {
        return Err(fault("it has a header but no rows".into(), "add a row a region"));
    }
    Ok(regions)
}

/// What is needed to understand rows and to say where they are.
struct RowReader<'a> {
    path: &'a Path,
    columns: &'a Columns,
    terms: Arc<BoundsTerms>,
}

impl RowReader<'_> {
    fn region(&self, text: &str, record: StringRecord) -> Result<Region> {
        let place = format!("{} row {}", self.path.display(), line_of(text, &record));
        if record.iter().any(|field| field.contains(char::REPLACEMENT_CHARACTER)) {
            return Err(region_fault(place, "it is not UTF-8 text", "save the file as CSV in UTF-8"));
        }
        let (fields, titles) = (record.len(), self.columns.names.len());
        if fields != titles {
            let problem = format!("it has {fields} fields where the header has {titles}");
            return Err(region_fault(
                place,
                problem,
                "separate the fields as the header does, and quote text with commas",
            ));
        }
        let field = |column: usize| record.get(column).unwrap_or_default().trim();
        let optional = |column: Option<usize>| column.map(field).filter(|f| !f.is_empty()).map(str::to_owned);
        let name = field(self.columns.name);
        if name.is_empty() {
            return Err(region_fault(format!("{place}, column name"), "the name is empty", "name the region"));
        }
        let bounds = self.bounds(&place, &field)?;
        let figsize =
            self.columns.figsize.filter(|&c| !field(c).is_empty()).map(|c| figsize(&place, field(c))).transpose()?;
        Ok(Region {
            name: name.to_owned(),
            bounds,
            crs: optional(self.columns.crs),
            extent_crs: optional(self.columns.extent_crs),
            title: optional(self.columns.title),
            figsize,
            place,
            fields: Fields::new(Arc::clone(&self.columns.names), record),
        })
    }

    fn bounds<'f>(&self, place: &str, field: &impl Fn(usize) -> &'f str) -> Result<Bounds> {
        let name_of = |column: usize| self.columns.names[column].clone();
        let number = |column: usize| {
            finite(field(column)).map_err(|problem| {
                let place = format!("{place}, column {}", name_of(column));
                region_fault(place, problem, "write a number with a decimal point")
            })
        };
        match self.columns.bounds {
            BoundsColumns::Together(column) => {
                let place = format!("{place}, column {}", name_of(column));
                let terms = Arc::clone(&self.terms);
                let numbers = four_numbers(field(column)).map_err(|p| region_fault(&place, p, &terms.remedy))?;
                BoxBounds { numbers, place, terms }.checked()
            }
            BoundsColumns::Apart([x0, x1, y0, y1]) => {
                let numbers = [number(x0)?, number(x1)?, number(y0)?, number(y1)?];
                let terms = Arc::clone(&self.terms);
                let place = format!("{place}, columns {}", terms.names.join(", "));
                BoxBounds { numbers, place, terms }.checked()
            }
            BoundsColumns::Around([lon, lat, width_km, height_km]) => {
                let around = Around {
                    lon: number(lon)?,
                    lat: number(lat)?,
                    width_km: number(width_km)?,
                    height_km: number(height_km)?,
                };
                if let Some(column) = self.columns.extent_crs.filter(|&column| !field(column).is_empty()) {
                    let place = format!("{place}, column {}", name_of(column));
                    let problem = "lon and lat are WGS 84, so there are no extents for it";
                    return Err(region_fault(place, problem, "leave it empty"));
                }
                around.checked(place)
            }
        }
    }
}

/// The line on which a record begins, counted from 1 as an editor does. The reader's own count is of the line
/// where it began to look, which empty lines may follow.
fn line_of(text: &str, record: &StringRecord) -> usize {
    let Some(position) = record.position() else { return 1 };
    let start = usize::try_from(position.byte()).unwrap_or(0);
    let skipped = text.get(start..).map_or(0, |rest| {
        let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        rest[..blank].matches('\n').count()
    });
    usize::try_from(position.line()).unwrap_or(0) + skipped
}

pub(super) fn region_fault(place: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Error {
    Error::Region { place: place.into(), problem: problem.into(), remedy: remedy.into() }
}

/// A number that is neither NaN nor infinite.
fn finite(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        _ if text.trim().is_empty() => Err("the number is missing".into()),
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(format!("'{text}' is not a finite number")),
        Err(_) => Err(format!("'{text}' is not a number")),
    }
}

fn numbers(text: &str) -> Result<Vec<f64>, String> {
    let inner = text.trim().trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
    inner.split(',').map(|part| finite(part.trim())).collect()
}

fn four_numbers(text: &str) -> Result<[f64; 4], String> {
    numbers(text)?.try_into().map_err(|v: Vec<_>| format!("it has {} numbers, not 4", v.len()))
}

fn figsize(place: &str, text: &str) -> Result<[f64; 2]> {
    let fault = |problem| {
        region_fault(format!("{place}, column figsize"), problem, "write width,height in inches, such as 14,9")
    };
    let size: [f64; 2] =
        numbers(text).map_err(fault)?.try_into().map_err(|_| fault(format!("'{text}' is not two numbers")))?;
    if size.iter().any(|s| *s <= 0.0) {
        return Err(fault(format!("'{text}' is not a size")));
    }
    Ok(size)
}
