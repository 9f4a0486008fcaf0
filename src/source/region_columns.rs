//! The header of a regions file: which column is which, and what is missing or ambiguous.

use std::sync::Arc;

use csv::{Reader, StringRecord};

/// Which column holds what, as indices from 0.
pub(super) struct Columns {
    /// Names in lower case, without surrounding spaces.
    pub names: Arc<[String]>,
    pub name: usize,
    pub bounds: BoundsColumns,
    pub crs: Option<usize>,
    pub extent_crs: Option<usize>,
    pub title: Option<usize>,
    pub figsize: Option<usize>,
}

/// Where a row has its bounds.
pub(super) enum BoundsColumns {
    /// x0, x1, y0, y1 in columns of their own.
    Apart([usize; 4]),
    /// All in one column.
    Together(usize),
    /// Longitude, latitude, width and height in kilometres.
    Around([usize; 4]),
}

const BOUNDS: [[&str; 4]; 3] =
    [["x0", "x1", "y0", "y1"], ["xmin", "xmax", "ymin", "ymax"], ["west", "east", "south", "north"]];
const AROUND: [&str; 4] = ["lon", "lat", "width_km", "height_km"];
const ALL_BOUNDS: &str =
    "x0,x1,y0,y1 or xmin,xmax,ymin,ymax or west,east,south,north or region or lon,lat,width_km,height_km";

/// A fault as (problem, remedy).
type Fault = (String, String);

/// Reads the header of `text`; the records behind it follow as the reader finds them.
pub(super) fn read_columns(
    text: &str,
) -> Result<(Columns, impl Iterator<Item = csv::Result<StringRecord>> + use<'_>), Fault> {
    if text.trim().is_empty() {
        return Err(("it is empty".into(), format!("name the columns in the first row: name, {ALL_BOUNDS}")));
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(delimiter(text)).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| (e.to_string(), "check its first row".to_owned()))?;
    let columns = Columns::new(header)?;
    Ok((columns, Reader::into_records(reader)))
}

/// The separator that the first row has most of, outside quotes; a comma if it has none.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: u8| {
        let mut is_quoted = false;
        header
            .bytes()
            .filter(|&b| {
                is_quoted ^= b == b'"';
                b == separator && !is_quoted
            })
            .count()
    };
    // Of equal counts the last wins: the comma.
    [b'\t', b';', b','].into_iter().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

impl Columns {
    fn new(header: &StringRecord) -> Result<Self, Fault> {
        let names: Arc<[_]> = header.iter().map(|name| name.trim().to_lowercase()).collect();
        if let Some(twice) = names.iter().enumerate().find(|(i, n)| !n.is_empty() && names[..*i].contains(n)) {
            return Err((format!("it has two columns '{}'", twice.1), "rename or remove one".into()));
        }
        let find = |name: &str| names.iter().position(|n| n == name);
        let listed = names.join(", ");
        let name = find("name").ok_or_else(|| {
            (
                format!("it has no column 'name'; its columns are {listed}"),
                "name the columns in the first row".to_owned(),
            )
        })?;
        let bounds = find_bounds(&find, &listed)?;
        let [crs, extent_crs, title, figsize] = ["crs", "extent_crs", "title", "figsize"].map(find);
        Ok(Self { names, name, bounds, crs, extent_crs, title, figsize })
    }
}

fn find_bounds(find: &impl Fn(&str) -> Option<usize>, listed: &str) -> Result<BoundsColumns, Fault> {
    let mut found: Vec<(String, BoundsColumns)> = Vec::new();
    for set in BOUNDS {
        if let [Some(x0), Some(x1), Some(y0), Some(y1)] = set.map(find) {
            found.push((set.join(","), BoundsColumns::Apart([x0, x1, y0, y1])));
        }
    }
    if let Some(column) = find("region") {
        found.push(("region".into(), BoundsColumns::Together(column)));
    }
    if let [Some(lon), Some(lat), Some(width), Some(height)] = AROUND.map(find) {
        found.push((AROUND.join(","), BoundsColumns::Around([lon, lat, width, height])));
    }
    match (found.pop(), found.pop()) {
        (Some((_, bounds)), None) => Ok(bounds),
        (Some((a, _)), Some((b, _))) => {
            Err((format!("it gives bounds twice, as {b} and as {a}"), "remove one of them".into()))
        }
        (None, _) => {
            let partial = BOUNDS.iter().chain([&AROUND]).find(|set| set.iter().any(|n| find(n).is_some()));
            let missing =
                |set: &[&str; 4]| set.iter().copied().filter(|n| find(n).is_none()).collect::<Vec<_>>().join(", ");
            let problem = partial.map_or_else(
                || format!("it has no columns for the bounds; its columns are {listed}"),
                |set| format!("it has no column {}; its columns are {listed}", missing(set)),
            );
            Err((problem, format!("give columns {ALL_BOUNDS}")))
        }
    }
}
