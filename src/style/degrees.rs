//! Longitudes and latitudes as text, as cartopy's `LongitudeFormatter` and `LatitudeFormatter` write them.

use super::choice::Choice;

/// How degrees are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DegreeFormat {
    /// `120.5°W`, cartopy's default.
    #[default]
    Degrees,
    /// `120°30′W`, cartopy's `dms=True` and `auto_hide=False`.
    Dms,
    /// `−120.5°`, cartopy's `direction_label=False`.
    Decimal,
}

impl Choice for DegreeFormat {
    const ALL: &'static [(&'static str, Self)] =
        &[("degrees", Self::Degrees), ("dms", Self::Dms), ("decimal", Self::Decimal)];
}

impl DegreeFormat {
    /// A longitude, whole turns left aside. That of the antimeridian has no direction.
    #[must_use]
    pub fn longitude(self, degrees: f64) -> String {
        let degrees = 180.0 - (180.0 - degrees).rem_euclid(360.0);
        let [none, west, east] = ["", "W", "E"];
        let direction = match self.magnitude(degrees) {
            text if text == self.magnitude(0.0) || text == self.magnitude(180.0) => none,
            _ if degrees < 0.0 => west,
            _ => east,
        };
        self.write(degrees, direction)
    }

    /// A latitude.
    #[must_use]
    pub fn latitude(self, degrees: f64) -> String {
        let direction = match self.magnitude(degrees) {
            text if text == self.magnitude(0.0) => "",
            _ if degrees < 0.0 => "S",
            _ => "N",
        };
        self.write(degrees, direction)
    }

    fn write(self, degrees: f64, direction: &str) -> String {
        let magnitude = self.magnitude(degrees);
        match self {
            Self::Degrees | Self::Dms => magnitude + direction,
            Self::Decimal if matches!(direction, "W" | "S") => format!("−{magnitude}"),
            Self::Decimal => magnitude,
        }
    }

    fn magnitude(self, degrees: f64) -> String {
        match self {
            Self::Degrees | Self::Decimal => shortest(degrees.abs(), 7) + "°",
            Self::Dms => sexagesimal(degrees.abs()),
        }
    }
}

/// A number with so many decimals, without zeros at its end.
fn shortest(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        None => text,
    }
}

/// Degrees, with minutes and seconds if there are any.
fn sexagesimal(degrees: f64) -> String {
    const MILLISECONDS: u64 = 3_600_000;
    let all = (degrees * MILLISECONDS as f64).round() as u64;
    let (whole, minutes, milliseconds) = (all / MILLISECONDS, all / 60_000 % 60, all % 60_000);
    let seconds = shortest(milliseconds as f64 / 1000.0, 3);
    match (minutes, milliseconds) {
        (0, 0) => format!("{whole}°"),
        (minutes, 0) => format!("{whole}°{minutes}′"),
        (minutes, _) => format!("{whole}°{minutes}′{seconds}″"),
    }
}

#[cfg(test)]
mod tests {
    use super::DegreeFormat::{Decimal, Degrees, Dms};

    #[test]
    fn turns_are_left_aside_and_neither_zero_nor_the_antimeridian_has_a_direction() {
        for (degrees, text) in
            [(-180.0, "180°"), (540.0, "180°"), (-1e-12, "0°"), (360.0, "0°"), (190.0, "170°W"), (-359.5, "0.5°E")]
        {
            assert_eq!(Degrees.longitude(degrees), text);
        }
        assert_eq!(Degrees.latitude(-0.0), "0°");
        assert_eq!(Decimal.longitude(-180.0), "180°");
    }

    #[test]
    fn every_line_of_a_fine_step_has_a_text_of_its_own() {
        for format in [Degrees, Dms, Decimal] {
            let texts: std::collections::HashSet<_> =
                (0..500).map(|k| format.longitude(-122.4 + f64::from(k) * 0.00002)).collect();
            assert_eq!(texts.len(), 500, "{format:?}");
        }
        assert_eq!(Dms.longitude(-(1.0 / 3.0) * 362.0), "120°40′W");
        assert_eq!(Degrees.latitude(0.1 + 0.2), "0.3°N");
    }
}
