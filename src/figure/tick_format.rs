//! How a user has tick values written: matplotlib's `format` of colorbars, which is C's and Python's `%.1f`, or what
//! Python's `str.format` takes, `{x:.1f}`.

use crate::error::{Error, Result};

/// More digits say nothing of an f64.
const MOST_DIGITS: usize = 40;
/// Decimals that are not asked for otherwise, in C and Python.
const DEFAULT_DECIMALS: usize = 6;
const REMEDY: &str = "write it as \"%.1f\", \"%d\", \"%+g m\" or as \"{x:.2f}\", \"{x:,.0f} km\"";

/// A text with a place for the value.
#[derive(Clone, Debug, PartialEq)]
pub struct TickFormat {
    before: String,
    field: Field,
    after: String,
    /// `str.format` gets typographic minus signs, `%` does not, as in matplotlib.
    is_percent: bool,
}

/// How the value itself is written.
#[derive(Clone, Debug, Default, PartialEq)]
struct Field {
    /// What blank room is filled with, and where the number stands in it: `<`, `>`, `^`, or `=` for behind its sign.
    fill: Option<(char, char)>,
    /// `+` or a space before numbers that are not negative.
    plus: Option<char>,
    /// Keep the point and zeros at the end (`#`).
    alternate: bool,
    width: usize,
    /// Between groups of three digits before the point.
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Kind {
    /// `{x}`: as many digits as tell the number from all others, at least one after the point.
    #[default]
    Shortest,
    Fixed,
    Exponent,
    General,
    /// Of 100 times the value, with a sign that says so.
    Percent,
    /// Without what is after the point.
    Whole,
}

impl TickFormat {
    /// Reads a format. One without a place for the value after a `%` is read as `str.format` reads it, as matplotlib does.
    ///
    /// # Errors
    /// [`Error::Value`] on `key` for a text that matplotlib would not take, or that has no place for the value.
    pub fn parse(key: &str, text: &str) -> Result<Self> {
        let is_braced = text.contains("{x") || !text.contains('%');
        let parsed = if is_braced { braced(text) } else { percent(text) };
        parsed.map_err(|problem| Error::value(key, text, problem, REMEDY))
    }

    /// The text of a value.
    #[must_use]
    pub fn text(&self, value: f64) -> String {
        let number = self.field.text(value);
        let number = if self.is_percent { number } else { number.replace('-', "−") };
        format!("{}{number}{}", self.before, self.after)
    }
}

/// Reads `%[flags][width][.precision]type`.
fn percent(text: &str) -> Result<TickFormat, String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut found = None;
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        if next != '%' || rest.next_if_eq(&'%').is_some() {
            parts.last_mut().into_iter().for_each(|part| part.push(next));
            continue;
        }
        let mut spec = String::new();
        let kind = loop {
            match rest.next() {
                Some(letter) if letter.is_ascii_alphabetic() => break letter,
                Some(other) => spec.push(other),
                None => return Err("ends within a %".into()),
            }
        };
        if found.replace(percent_field(&spec, kind)?).is_some() {
            return Err("has more than one place for the value".into());
        }
        parts.push(String::new());
    }
    let field = found.ok_or("has no place for the value")?;
    let (after, before) = (parts.pop().unwrap_or_default(), parts.pop().unwrap_or_default());
    Ok(TickFormat { before, field, after, is_percent: true })
}

fn percent_field(spec: &str, letter: char) -> Result<Field, String> {
    let kind = match letter {
        'f' | 'F' => Kind::Fixed,
        'e' => Kind::Exponent,
        'g' => Kind::General,
        'd' | 'i' | 'u' => Kind::Whole,
        _ => return Err(format!("has %{spec}{letter}, which is no number's: there are d, e, f and g")),
    };
    let flags_end = spec.find(|c: char| !"-+ 0#".contains(c)).unwrap_or(spec.len());
    let (flags, rest) = spec.split_at(flags_end);
    let (width, precision) =
        width_and_precision(rest).ok_or_else(|| format!("has %{spec}{letter}, which is not one"))?;
    let is_left = flags.contains('-');
    let fill = match (is_left, flags.contains('0')) {
        (true, _) => Some((' ', '<')),
        (false, true) => Some(('0', '=')),
        (false, false) => None,
    };
    let plus = ['+', ' '].into_iter().find(|sign| flags.contains(*sign));
    Ok(Field { fill, plus, alternate: flags.contains('#'), width, grouping: None, precision, kind })
}

/// Reads `{x:[[fill]align][sign][#][0][width][grouping][.precision][type]}`.
fn braced(text: &str) -> Result<TickFormat, String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut found = None;
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '{' | '}' if rest.next_if_eq(&next).is_some() => {}
            '}' => return Err("has a } without {".into()),
            '{' => {
                let mut is_closed = false;
                let inside: String = rest
                    .by_ref()
                    .take_while(|c| {
                        *c != '}' || {
                            is_closed = true;
                            false
                        }
                    })
                    .collect();
                if !is_closed {
                    return Err("has a { without }".into());
                }
                let (name, spec) = inside.split_once(':').unwrap_or((&inside, ""));
                if name != "x" {
                    return Err(format!("has {{{name}}}: the value is {{x}}"));
                }
                let field = braced_field(spec).ok_or_else(|| format!("has {{x:{spec}}}, which writes no number"))?;
                if found.replace(field).is_some() {
                    return Err("has more than one place for the value".into());
                }
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().into_iter().for_each(|part| part.push(next));
    }
    let field = found.ok_or("has no place for the value")?;
    let (after, before) = (parts.pop().unwrap_or_default(), parts.pop().unwrap_or_default());
    Ok(TickFormat { before, field, after, is_percent: false })
}

fn braced_field(spec: &str) -> Option<Field> {
    let is_align = |c: char| "<>=^".contains(c);
    let chars: Vec<char> = spec.chars().collect();
    let (mut fill, mut at) = match chars[..] {
        [fill, align, ..] if is_align(align) => (Some((fill, align)), 2),
        [align, ..] if is_align(align) => (Some((' ', align)), 1),
        _ => (None, 0),
    };
    let mut take = |wanted: &str| {
        let found = chars.get(at).copied().filter(|c| wanted.contains(*c));
        at += usize::from(found.is_some());
        found
    };
    let sign = take("+- ");
    let alternate = take("#").is_some();
    if take("0").is_some() {
        fill = fill.or(Some(('0', '=')));
    }
    let digits =
        |take: &mut dyn FnMut(&str) -> Option<char>| -> String { std::iter::from_fn(|| take("0123456789")).collect() };
    let width = digits(&mut take);
    let grouping = take(",_");
    let precision = if take(".").is_some() { Some(digits(&mut take)) } else { None };
    let kind = match take("eEfFgGn%") {
        None => Kind::Shortest,
        Some('f' | 'F') => Kind::Fixed,
        Some('e') => Kind::Exponent,
        Some('g' | 'n') => Kind::General,
        Some('%') => Kind::Percent,
        Some(_) => return None,
    };
    let number = |text: &str| text.parse::<usize>().ok().filter(|number| *number <= MOST_DIGITS);
    let width = if width.is_empty() { 0 } else { number(&width)? };
    let precision = match precision {
        Some(digits) => Some(number(&digits)?),
        None => None,
    };
    // Zeros that fill up to a width are grouped too, which nobody needs on a colorbar.
    let groups_zeros = grouping.is_some() && fill == Some(('0', '=')) && width > 0;
    let is_whole = at == chars.len() && !groups_zeros;
    let plus = sign.filter(|sign| *sign != '-');
    is_whole.then_some(Field { fill, plus, alternate, width, grouping, precision, kind })
}

/// Reads `[width][.precision]`; no digits after the point are 0.
fn width_and_precision(text: &str) -> Option<(usize, Option<usize>)> {
    let number = |digits: &str| {
        if digits.is_empty() { Some(0) } else { digits.parse().ok().filter(|number| *number <= MOST_DIGITS) }
    };
    match text.split_once('.') {
        Some((width, precision)) => Some((number(width)?, Some(number(precision)?))),
        None => Some((number(text)?, None)),
    }
}

impl Field {
    fn text(&self, value: f64) -> String {
        let is_negative = value.is_sign_negative() && (self.kind != Kind::Whole || value <= -1.0);
        let size = value.abs();
        let digits = match self.kind {
            Kind::Fixed => self.fixed(size, self.precision.unwrap_or(DEFAULT_DECIMALS)),
            Kind::Percent => self.fixed(100.0 * size, self.precision.unwrap_or(DEFAULT_DECIMALS)) + "%",
            Kind::Exponent => self.exponent(size, self.precision.unwrap_or(DEFAULT_DECIMALS)),
            Kind::General => self.general(size, self.precision.unwrap_or(DEFAULT_DECIMALS).max(1), false),
            Kind::Shortest => match self.precision {
                Some(digits) => self.general(size, digits.max(1), true),
                None => shortest(size),
            },
            Kind::Whole => {
                let least = self.precision.unwrap_or(0);
                format!("{:0>least$}", format!("{:.0}", size.trunc()))
            }
        };
        let sign = if is_negative { "-".to_owned() } else { self.plus.map(String::from).unwrap_or_default() };
        self.padded(&sign, &self.grouped(digits))
    }

    fn fixed(&self, size: f64, decimals: usize) -> String {
        format!("{size:.decimals$}") + if self.alternate && decimals == 0 { "." } else { "" }
    }

    fn exponent(&self, size: f64, decimals: usize) -> String {
        let text = format!("{size:.decimals$e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let point = if self.alternate && decimals == 0 { "." } else { "" };
        format!("{digits}{point}{}", exponent_text(exponent.parse().unwrap_or(0)))
    }

    /// C's `%g`: so many digits, as an exponent has it or not; `has_point` is Python's without a type, which keeps a digit
    /// after the point.
    fn general(&self, size: f64, digits: usize, has_point: bool) -> String {
        let scientific = format!("{size:.*e}", digits - 1);
        let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let power: i32 = power.parse().unwrap_or(0);
        let most = digits as i32 - i32::from(has_point);
        let is_trimmed = |text: &str| text.contains('.') && !self.alternate;
        let trimmed = |text: &str| {
            let kept = if is_trimmed(text) { text.trim_end_matches('0').trim_end_matches('.') } else { text };
            kept.to_owned()
        };
        if size != 0.0 && (power < -4 || power >= most) {
            return trimmed(mantissa) + &exponent_text(power);
        }
        let decimals = (digits as i32 - 1 - power).max(0) as usize;
        let text = trimmed(&format!("{size:.decimals$}"));
        if (has_point || self.alternate) && !text.contains('.') {
            text + if has_point { ".0" } else { "." }
        } else {
            text
        }
    }

    fn grouped(&self, digits: String) -> String {
        let Some(separator) = self.grouping else { return digits };
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (whole, rest) = digits.split_at(end);
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(separator);
            }
            grouped.push(digit);
        }
        grouped + rest
    }

    fn padded(&self, sign: &str, digits: &str) -> String {
        let missing = self.width.saturating_sub(sign.len() + digits.len());
        let (fill, align) = self.fill.unwrap_or((' ', '>'));
        let room = |count: usize| fill.to_string().repeat(count);
        match align {
            '<' => format!("{sign}{digits}{}", room(missing)),
            '^' => format!("{}{sign}{digits}{}", room(missing / 2), room(missing - missing / 2)),
            '=' => format!("{sign}{}{digits}", room(missing)),
            _ => format!("{}{sign}{digits}", room(missing)),
        }
    }
}

/// Python's `repr` of a number that is not negative.
fn shortest(size: f64) -> String {
    if size == 0.0 || (1e-4..1e16).contains(&size) {
        return format!("{size:?}");
    }
    let text = format!("{size:e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{digits}{}", exponent_text(power.parse().unwrap_or(0)))
}

/// An exponent as C and Python write it: with a sign and at least two digits.
fn exponent_text(power: i32) -> String {
    let sign = if power < 0 { '-' } else { '+' };
    format!("e{sign}{:02}", power.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Formatted {
        format: String,
        values: Vec<f64>,
        texts: Vec<String>,
    }

    #[derive(serde::Deserialize)]
    struct Matplotlib {
        formats: Vec<Formatted>,
    }

    #[test]
    fn texts_are_matplotlibs() {
        let table: Matplotlib =
            serde_json::from_str(include_str!("../../tests/data/colorbar.json")).expect("a sound table");
        assert!(table.formats.len() >= 30);
        for Formatted { format, values, texts } in table.formats {
            let parsed = TickFormat::parse("--colorbar-format", &format).expect("matplotlib takes it");
            let own: Vec<String> = values.iter().map(|value| parsed.text(*value)).collect();
            assert_eq!(own, texts, "{format} of {values:?}");
        }
    }

    #[test]
    fn what_writes_no_number_is_refused_with_what_would() {
        for (format, problem) in [
            ("km", "no place for the value"),
            ("100%%", "no place for the value"),
            ("%", "ends within"),
            ("%.1", "ends within"),
            ("%s", "%s"),
            ("%.99f", "%.99f"),
            ("%d of %d", "more than one"),
            ("{:.1f}", "the value is {x}"),
            ("{x:d}", "{x:d}"),
            ("{x:.f}", "{x:.f}"),
            ("{x:.1f", "{ without }"),
            ("{x} {x}", "more than one"),
            ("x}", "} without {"),
            ("{x:q}", "{x:q}"),
            ("", "no place"),
        ] {
            match TickFormat::parse("--colorbar-format", format) {
                Ok(parsed) => panic!("'{format}' is taken as {parsed:?}"),
                Err(error) => {
                    let message = error.to_string();
                    assert!(message.contains(problem) && message.contains("%.1f"), "'{format}': {message}");
                }
            }
        }
    }
}
