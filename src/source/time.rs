//! When a raster's values are valid, as far as its file says: GRIB, netCDF and TIFF each have a way of their own.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};
use gdal::raster::RasterBand;
use gdal::{Dataset, Metadata};

/// The time of a band in UTC; None if the file gives none or in a form that is not known.
pub(super) fn time_of(dataset: &Dataset, band: &RasterBand) -> Option<NaiveDateTime> {
    let of_band = |key: &str| band.metadata_item(key, "");
    of_band("GRIB_VALID_TIME")
        .and_then(|text| unix_time(&text))
        .or_else(|| netcdf_time(dataset, band))
        .or_else(|| ["valid_time", "time", "TIME"].iter().find_map(|key| date_time(&of_band(key)?)))
        .or_else(|| date_time(&dataset.metadata_item("ACQUISITIONDATETIME", "IMAGERY")?))
        .or_else(|| date_time(&dataset.metadata_item("TIFFTAG_DATETIME", "")?))
}

/// GDAL writes GRIB's times as `1690009200`, before 3.4 as `  1690009200 sec UTC`.
fn unix_time(text: &str) -> Option<NaiveDateTime> {
    let seconds = text.split_whitespace().next()?.parse().ok()?;
    DateTime::from_timestamp(seconds, 0).map(|time| time.naive_utc())
}

/// A band of a netCDF file has the coordinate in a unit that the dataset explains: `hours since 1900-01-01`.
fn netcdf_time(dataset: &Dataset, band: &RasterBand) -> Option<NaiveDateTime> {
    let dimension = |name: &&str| band.metadata_item(&format!("NETCDF_DIM_{name}"), "").is_some();
    let name = ["time", "valid_time", "Time"].into_iter().find(dimension)?;
    let units = dataset.metadata_item(&format!("{name}#units"), "")?;
    let calendar = dataset.metadata_item(&format!("{name}#calendar"), "");
    // Other calendars have days that the usual one has not.
    let is_usual =
        calendar.is_none_or(|c| ["standard", "gregorian", "proleptic_gregorian"].contains(&c.to_lowercase().as_str()));
    let count = band.metadata_item(&format!("NETCDF_DIM_{name}"), "")?.trim().parse().ok()?;
    if is_usual { since(count, &units) } else { None }
}

/// So many units after a time, as CF conventions write it (section 4.4, "Time Coordinate").
fn since(count: f64, units: &str) -> Option<NaiveDateTime> {
    let (unit, start) = units.split_once(" since ")?;
    let seconds = match unit.trim().to_lowercase().as_str() {
        "d" | "day" | "days" => 86_400.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "min" | "mins" | "minute" | "minutes" => 60.0,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        _ => return None,
    };
    // Whole milliseconds: a third of an hour in hours is no whole number of seconds.
    let milliseconds = (count * seconds * 1000.0).round();
    let is_small = milliseconds.abs() < i64::MAX as f64 / 1e6;
    let time =
        date_time(start)?.checked_add_signed(TimeDelta::milliseconds(is_small.then_some(milliseconds as i64)?))?;
    Some(time)
}

/// Dates and times in UTC as files write them: `2023:07:22 07:00:00`, `2023-07-22T07:00:00Z`, `1900-1-1 00:00:0.0`.
fn date_time(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim().trim_end_matches("UTC").trim_end_matches('Z').trim();
    if let Ok(zoned) = DateTime::parse_from_rfc3339(text) {
        return Some(zoned.naive_utc());
    }
    let forms = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y:%m:%d %H:%M:%S",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
        "%Y%m%dT%H%M%S",
    ];
    let at_midnight = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).or_else(at_midnight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(time: Option<NaiveDateTime>) -> String {
        time.map_or_else(|| "none".to_owned(), |time| time.format("%Y-%m-%d %H:%M:%S").to_string())
    }

    #[test]
    fn times_of_files_are_understood() {
        assert_eq!(shown(unix_time("  1690009200 sec UTC")), "2023-07-22 07:00:00");
        assert_eq!(shown(unix_time("1690009200")), "2023-07-22 07:00:00");
        for text in ["2023:07:22 07:00:00", "2023-07-22T07:00:00Z", "2023-07-22T09:00:00+02:00", "2023-07-22 07:00"] {
            assert_eq!(shown(date_time(text)), "2023-07-22 07:00:00", "{text}");
        }
        assert_eq!(shown(date_time("yesterday")), "none");
    }

    #[test]
    fn counted_times_start_where_the_units_say() {
        assert_eq!(shown(since(1_083_007.0, "hours since 1900-01-01 00:00:00.0")), "2023-07-20 07:00:00");
        assert_eq!(shown(since(43_485.0, "days since 1900-01-01")), "2019-01-22 00:00:00");
        assert_eq!(shown(since(1.5, "days since 1970-1-1")), "1970-01-02 12:00:00");
        for (count, units) in [(1.0, "fortnights since 1970-01-01"), (1e300, "days since 1970-01-01"), (1.0, "days")] {
            assert_eq!(shown(since(count, units)), "none", "{units}");
        }
    }
}
