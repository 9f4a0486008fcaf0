//! GDAL's colour-relief text, as `gdaldem color-relief` reads it and as it blends: `value red green blue [alpha]`.

use super::color::Color;
use super::color_file::{Fault, stretched};
use super::ramp::{ColorRamp, RampBuilder, RampFault, RampForm, RampTraits};

const FORMS: &str = "give: value red green blue [alpha], each colour from 0 to 255; the value may be a percentage or nv, \
                     the colour a name";

/// GDAL's own sixteen names (gdaldem's table, its fractions times 255 without what is behind the point).
const NAMES: [(&str, [u8; 3]); 16] = [
    ("white", [255, 255, 255]),
    ("black", [0, 0, 0]),
    ("red", [255, 0, 0]),
    ("green", [0, 255, 0]),
    ("blue", [0, 0, 255]),
    ("yellow", [255, 255, 0]),
    ("magenta", [255, 0, 255]),
    ("cyan", [0, 255, 255]),
    ("aqua", [0, 191, 191]),
    ("grey", [191, 191, 191]),
    ("gray", [191, 191, 191]),
    ("orange", [255, 127, 0]),
    ("brown", [191, 127, 63]),
    ("purple", [127, 0, 255]),
    ("violet", [127, 0, 255]),
    ("indigo", [0, 127, 255]),
];

/// What gdaldem adds before it drops the fraction, up to GDAL 3.10 at least. Later ones add 0.5, and so are brighter by 1
/// for a twentieth of all values.
const ROUNDING: f64 = 0.45;

/// A file of stops.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Relief {
    /// At least one, in the file's order.
    stops: Vec<(Position, [u8; 4])>,
    /// The colour of cells without a value, `nv`.
    bad: Option<[u8; 4]>,
    /// The colour of values that the stops do not span, GRASS's `default`.
    outside: Option<[u8; 4]>,
}

/// Where a stop is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Position {
    /// At a value.
    Value(f64),
    /// At a share of the way from the raster's minimum to its maximum, 0 to 1.
    Share(f64),
}

/// A stop whose value is known.
#[derive(Debug, Clone, Copy)]
struct Stop {
    at: f64,
    color: [u8; 4],
}

impl Relief {
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let mut relief = Self { stops: Vec::new(), bad: None, outside: None };
        for (number, line) in text.lines().enumerate() {
            let separators = |c: char| matches!(c, ' ' | ',' | '\t' | ':');
            let mut words = line.split(separators).map(str::trim).filter(|word| !word.is_empty());
            let Some(value) = words.next().filter(|word| !word.starts_with(['#', '/'])) else { continue };
            let words: Vec<&str> = words.collect();
            let color = color(&words).map_err(|problem| Fault::at(number, problem, FORMS))?;
            if value.eq_ignore_ascii_case("nv") || value.eq_ignore_ascii_case("nan") {
                relief.bad = Some(color);
            } else if value.eq_ignore_ascii_case("default") {
                relief.outside = Some(color);
            } else {
                let position = position(value).map_err(|problem| Fault::at(number, problem, FORMS))?;
                relief.stops.push((position, color));
            }
        }
        if relief.stops.is_empty() { Err(Fault::whole("it gives no value a colour", FORMS)) } else { Ok(relief) }
    }

    /// Whether there are percentages.
    pub(super) fn is_relative(&self) -> bool {
        self.stops.iter().any(|(position, _)| matches!(position, Position::Share(_)))
    }

    /// The ramp; `limits` or `data_range` are needed for percentages.
    pub(super) fn ramp(&self, limits: Option<[f64; 2]>, data_range: Option<[f64; 2]>) -> Result<ColorRamp, RampFault> {
        let mut stops = self.stops_within(limits.or(data_range).unwrap_or_default());
        stops.sort_by(|a, b| a.at.total_cmp(&b.at));
        let [first, last] = [stops[0].at, stops[stops.len() - 1].at];
        if let Some(limits) = limits.filter(|_| first < last && !self.is_relative()) {
            let moved = stretched([first, last], limits);
            for stop in &mut stops {
                stop.at = moved(stop.at);
            }
        }
        let named = stops.iter().map(|stop| stop.at).collect();
        part_equal(&mut stops);
        let (low, high) = (stops[0], stops[stops.len() - 1]);
        let mut builder = RampBuilder::new(self.outside.unwrap_or(low.color));
        builder.begin(low.at, low.color);
        for pair in stops.windows(2).filter(|pair| pair[0].at < pair[1].at) {
            builder.run(pair[0].at.next_up(), pair[1].at, |value| blended(pair[0], pair[1], value));
        }
        let traits = RampTraits {
            form: if self.is_stepped() { RampForm::Steps } else { RampForm::Continuous },
            bad: self.bad,
            has_under: self.outside.is_some(),
            has_over: self.outside.is_some(),
            stops: named,
            labels: Vec::new(),
        };
        builder.finish(high.at.next_up(), self.outside.unwrap_or(high.color), traits)
    }

    fn stops_within(&self, [low, high]: [f64; 2]) -> Vec<Stop> {
        let value = |position| match position {
            Position::Value(value) => value,
            Position::Share(share) => low + share * (high - low),
        };
        self.stops.iter().map(|&(position, color)| Stop { at: value(position), color }).collect()
    }

    /// Whether all stops come in pairs of one colour, as those who want steps write them.
    fn is_stepped(&self) -> bool {
        self.stops.len() > 2
            && self.stops.len().is_multiple_of(2)
            && self.stops.chunks(2).all(|pair| pair[0].1 == pair[1].1)
    }
}

/// gdaldem's blend of two stops, operation by operation. `value` is above the first and not above the second.
fn blended(from: Stop, to: Stop, value: f64) -> [u8; 4] {
    let ratio = (value - from.at) / (to.at - from.at);
    std::array::from_fn(|k| {
        let (a, b) = (f64::from(from.color[k]), f64::from(to.color[k]));
        (ROUNDING + a + ratio * (b - a)).clamp(0.0, 255.0) as u8
    })
}

/// Moves equal stops apart by a few of the smallest steps, as gdaldem does, so that the colour jumps at them. Those at
/// the end, those at 0 and those in too little room it leaves as they are: the first of them ends what is below, the
/// last begins what is above.
fn part_equal(stops: &mut [Stop]) {
    let mut begin = 0;
    while begin < stops.len() {
        let at = stops[begin].at;
        let count = stops[begin..].iter().take_while(|stop| stop.at == at).count();
        let end = begin + count;
        if count > 1 && end < stops.len() {
            let (before, next) = (begin.checked_sub(1).map(|k| stops[k].at), stops[end].at);
            let count = count as f64;
            let (total, left) = before.map_or((next - at, 0.0), |before| (next - before, at - before));
            if total > at.abs() * count * f64::EPSILON {
                let mut steps = 0.5 - count * left / total;
                for stop in &mut stops[begin..end] {
                    stop.at += at.abs() * steps * f64::EPSILON;
                    steps += 1.0;
                }
            }
        }
        begin = end;
    }
}

fn position(word: &str) -> Result<Position, String> {
    let finite = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
    if let Some(percent) = word.strip_suffix('%') {
        return match finite(percent) {
            Some(percent) if (0.0..=100.0).contains(&percent) => Ok(Position::Share(percent / 100.0)),
            _ => Err(format!("'{word}' is not a percentage from 0 to 100")),
        };
    }
    finite(word).map(Position::Value).ok_or_else(|| format!("'{word}' is not a value"))
}

/// A colour in three or four numbers, or a name with or without an alpha. Words behind it are not looked at, as in gdaldem.
fn color(words: &[&str]) -> Result<[u8; 4], String> {
    let alpha =
        |word: Option<&&str>| word.filter(|word| !word.starts_with(['#', '/'])).map_or(Ok(255), |word| byte(word));
    match words {
        [] => Err("there is no colour behind the value".into()),
        [red, green, blue, rest @ ..] if red.parse::<f64>().is_ok() => {
            Ok([byte(red)?, byte(green)?, byte(blue)?, alpha(rest.first())?])
        }
        [name, rest @ ..] => {
            let [r, g, b] = named(name)?;
            Ok([r, g, b, alpha(rest.first())?])
        }
    }
}

fn named(name: &str) -> Result<[u8; 3], String> {
    if let Some((_, rgb)) = NAMES.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)) {
        return Ok(*rgb);
    }
    if name.parse::<f64>().is_ok() {
        return Err("red, green and blue are not all there".into());
    }
    // gdaldem knows no others; all that a user of matplotlib may write is taken here.
    let [r, g, b, _] = Color::parse("color", name).map_err(|_| format!("'{name}' is not a colour"))?.to_rgba8();
    Ok([r, g, b])
}

/// A channel; gdaldem drops what is behind the point.
fn byte(word: &str) -> Result<u8, String> {
    match word.parse::<f64>() {
        Ok(value) if (0.0..256.0).contains(&value) => Ok(value as u8),
        _ => Err(format!("'{word}' is not a number from 0 to 255")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::color_file::ColorFile;
    use std::path::Path;

    fn file(text: &str) -> crate::Result<ColorFile> {
        ColorFile::parse(Path::new("colors.txt"), text)
    }

    #[test]
    fn wrong_lines_name_the_file_the_line_the_fault_and_the_remedy() {
        for (text, fault) in [
            ("", "colors.txt: it gives no value a colour"),
            ("# only\n/ comments\n", "colors.txt: it gives no value a colour"),
            ("nv 0 0 0\n", "colors.txt: it gives no value a colour"),
            ("0 0 0 0\nx 1 2 3\n", "colors.txt, line 2: 'x' is not a value"),
            ("inf 1 2 3\n", "line 1: 'inf' is not a value"),
            ("\n\n5\n", "line 3: there is no colour"),
            ("5 1 2\n", "line 1: red, green and blue are not all there"),
            ("5 1 2 256\n", "line 1: '256' is not a number from 0 to 255"),
            ("5 1 2 -1\n", "line 1: '-1' is not a number from 0 to 255"),
            ("5 1 2 3 nan\n", "line 1: 'nan' is not a number from 0 to 255"),
            ("5 rde\n", "line 1: 'rde' is not a colour"),
            ("101% red\n", "line 1: '101%' is not a percentage"),
            ("% red\n", "line 1: '%' is not a percentage"),
        ] {
            let message = file(text).unwrap_err().to_string();
            assert!(message.contains(fault) && message.contains("; give: value red green blue"), "{text}: {message}");
        }
    }

    #[test]
    fn percentages_need_a_range() {
        let file = file("0% black\n100% white\n").unwrap();
        assert!(file.needs_data_range());
        assert!(file.ramp(None, None).unwrap_err().to_string().contains("--vmin and --vmax"));
        assert_eq!(file.ramp(None, Some([2.0, 4.0])).unwrap().limits(), [2.0, 4.0]);
        assert_eq!(file.ramp(Some([1.0, 9.0]), Some([2.0, 4.0])).unwrap().limits(), [1.0, 9.0]);
        assert_eq!(file.ramp(None, Some([5.0, 5.0])).unwrap().limits(), [4.5, 5.5]);
    }

    #[test]
    fn limits_move_the_stops() {
        let ramp = file("0 black\n1 red\n4 white\n").unwrap().ramp(Some([100.0, 180.0]), None).unwrap();
        assert_eq!(ramp.stops(), [100.0, 120.0, 180.0]);
        assert_eq!(ramp.color_of(120.0), [255, 0, 0, 255]);
        assert!(file("0 black\n1 red\n").unwrap().ramp(Some([1.0, 1.0]), None).is_err());
    }

    #[test]
    fn grasss_default_is_for_values_outside() {
        let ramp = file("default 1 2 3\n0 black\n1 red # warm\n").unwrap().ramp(None, None).unwrap();
        assert_eq!((ramp.color_of(-0.1), ramp.color_of(1.1)), ([1, 2, 3, 255], [1, 2, 3, 255]));
        assert_eq!((ramp.color_of(0.0), ramp.color_of(1.0)), ([0, 0, 0, 255], [255, 0, 0, 255]));
        assert!(ramp.has_under() && ramp.has_over());
    }
}
