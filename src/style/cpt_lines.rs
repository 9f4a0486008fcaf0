//! The lines of a GMT colour palette table: comments that say something, slices, categories, B, F and N.

use super::color_file::Fault;
use super::cpt::{Category, Cpt, Hinge, Slice, Table};
use super::cpt_paint::Model;

const FORMS: &str = "give: z_low colour z_high colour, or key colour; a colour is r/g/b, h-s-v, c/m/y/k, #rrggbb, a grey \
                     or a name";

/// How far apart two slices may be, relative to the table's range, and still meet: roundings of their writer.
const GAP_TOLERANCE: f64 = 1e-9;

/// The comments that say something.
#[derive(Default)]
struct Directives {
    model: Model,
    range: Option<[f64; 2]>,
    hinge: Option<Hinge>,
    is_cyclic: bool,
}

/// Reads a file's lines.
pub(super) fn read_lines(text: &str) -> Result<Cpt, Fault> {
    let Directives { model, range, hinge, is_cyclic } = directives(text)?;
    let (mut slices, mut categories) = (Vec::new(), Vec::new());
    let (mut background, mut foreground, mut nan) = (None, None, None);
    for (number, line) in text.lines().enumerate() {
        let (line, labels) = without_labels(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        let fault = |problem| Fault::at(number, problem, FORMS);
        match words[..] {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            ["B", ref color @ ..] => background = Some(model.paint(color).map_err(fault)?),
            ["F", ref color @ ..] => foreground = Some(model.paint(color).map_err(fault)?),
            ["N", ref color @ ..] => nan = Some(model.paint(color).map_err(fault)?),
            [key, color] => {
                let (key, paint) = (value(key).map_err(fault)?, model.paint(&[color]).map_err(fault)?);
                let [label, _] = labels;
                categories.push((number, Category { key, paint, label }));
            }
            _ => slices.push((number, Slice { labels, ..slice(model, &words).map_err(fault)? })),
        }
    }
    let table = match (slices.is_empty(), categories.first()) {
        (true, None) => return Err(Fault::whole("it gives no value a colour", FORMS)),
        (true, Some(_)) => Table::Categories(ascending(categories)?),
        (false, None) => Table::Slices(adjoining(slices)?),
        (false, Some((number, _))) => {
            let remedy = "give all lines two columns, or all of them a lower and an upper value";
            return Err(Fault::at(*number, "it is a category's among slices", remedy));
        }
    };
    Ok(Cpt { table, range, hinge, is_cyclic, background, foreground, nan })
}

/// Comments count wherever they are, as in GMT.
fn directives(text: &str) -> Result<Directives, Fault> {
    let mut found = Directives::default();
    for (number, line) in text.lines().enumerate() {
        let Some(comment) = line.trim().strip_prefix('#') else { continue };
        let (key, setting) = comment.split_once('=').map_or((comment, None), |(key, value)| (key, Some(value.trim())));
        let hinge = |is_active, at| Hinge { in_table: at, in_data: at, is_active };
        match (key.trim(), setting) {
            ("COLOR_MODEL", Some(name)) => {
                found.model = Model::parse(name.trim_matches('"')).ok_or_else(|| {
                    Fault::at(number, format!("'{name}' is not a model of colours"), "give RGB, HSV, CMYK or GRAY")
                })?;
            }
            ("RANGE", Some(range)) => {
                found.range = Some(self::range(range).ok_or_else(|| {
                    Fault::at(number, format!("'{range}' is not a range"), "give LOW/HIGH, two increasing numbers")
                })?);
            }
            ("HINGE" | "HARD_HINGE", None) => found.hinge = Some(hinge(true, 0.0)),
            ("SOFT_HINGE", None) => found.hinge = Some(hinge(false, 0.0)),
            ("HINGE" | "HARD_HINGE" | "SOFT_HINGE", Some(at)) => {
                let at = value(at).map_err(|problem| Fault::at(number, problem, "give a number"))?;
                found.hinge = Some(hinge(key.trim() != "SOFT_HINGE", at));
            }
            ("CYCLIC", None) => found.is_cyclic = true,
            _ => {}
        }
    }
    Ok(found)
}

fn range(text: &str) -> Option<[f64; 2]> {
    let (low, high) = text.split_once('/')?;
    let (low, high) = (value(low.trim()).ok()?, value(high.trim()).ok()?);
    (low < high).then_some([low, high])
}

/// What is before a semicolon, and the one or two labels behind it.
fn without_labels(line: &str) -> (&str, [Option<String>; 2]) {
    let Some((line, labels)) = line.split_once(';').filter(|(line, _)| !line.trim_start().starts_with('#')) else {
        return (line, [None, None]);
    };
    let (lower, upper) = labels.split_once(';').map_or((labels, ""), |(lower, upper)| (lower, upper));
    let label = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    (line, [label(lower), label(upper)])
}

/// Two values with a colour each, in one or several columns. Behind it may be L, U or B: what to annotate.
fn slice(model: Model, words: &[&str]) -> Result<Slice, String> {
    let is_flag = |word: &&str| matches!(*word, "L" | "U" | "B");
    let words = &words[..words.len() - usize::from(words.last().is_some_and(is_flag))];
    let columns = match words.len() {
        4 => 1,
        length if length == 2 + 2 * model.columns() => model.columns(),
        // Without a model, ten columns are those of two colours of four inks.
        10 => Model::Cmyk.columns(),
        length => return Err(format!("it has {length} columns")),
    };
    let (low, high) = (value(words[0])?, value(words[1 + columns])?);
    if low >= high {
        return Err(format!("its values {low} and {high} do not increase"));
    }
    let from = model.paint(&words[1..=columns])?;
    let to = match &words[2 + columns..] {
        // One colour for all of the slice.
        ["-"] => from,
        words => model.paint(words)?,
    };
    Ok(Slice { low, high, paints: from.zip(to).map(|(from, to)| [from, to]), labels: [None, None] })
}

/// Slices without a gap between them.
fn adjoining(slices: Vec<(usize, Slice)>) -> Result<Vec<Slice>, Fault> {
    let range = slices.iter().map(|(_, slice)| slice.high).fold(f64::MIN, f64::max)
        - slices.iter().map(|(_, slice)| slice.low).fold(f64::MAX, f64::min);
    let mut joined: Vec<Slice> = Vec::with_capacity(slices.len());
    for (number, mut slice) in slices {
        if let Some(before) = joined.last() {
            let (end, begin) = (before.high, slice.low);
            if (begin - end).abs() > range * GAP_TOLERANCE || slice.high <= end {
                let problem = format!("it begins at {begin}, but the slice before ends at {end}");
                return Err(Fault::at(
                    number,
                    problem,
                    "let each slice begin where the one before ends, from low to high",
                ));
            }
            slice.low = end;
        }
        joined.push(slice);
    }
    Ok(joined)
}

fn ascending(categories: Vec<(usize, Category)>) -> Result<Vec<Category>, Fault> {
    if let Some(pair) = categories.windows(2).find(|pair| pair[0].1.key >= pair[1].1.key) {
        let problem = format!("its key {} is not above the key {} before it", pair[1].1.key, pair[0].1.key);
        return Err(Fault::at(pair[1].0, problem, "give each key once, from low to high"));
    }
    Ok(categories.into_iter().map(|(_, category)| category).collect())
}

fn value(word: &str) -> Result<f64, String> {
    match word.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value + 0.0),
        _ => Err(format!("'{word}' is not a value")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::color_file::ColorFile;
    use std::path::Path;

    #[test]
    fn wrong_lines_name_the_file_the_line_the_fault_and_the_remedy() {
        for (text, fault, remedy) in [
            ("", "t.cpt: it gives no value a colour", "give: z_low colour"),
            ("B red\nF blue\n", "t.cpt: it gives no value a colour", "give: z_low colour"),
            ("0 red 1\n", "t.cpt, line 1: it has 3 columns", "give: z_low colour"),
            ("#\nx red 1 blue\n", "line 2: 'x' is not a value", "give: z_low colour"),
            ("1 red 1 blue\n", "line 1: its values 1 and 1 do not increase", "give: z_low colour"),
            ("nan red 1 blue\n", "line 1: 'nan' is not a value", "give: z_low colour"),
            ("0 rde 1 blue\n", "line 1: 'rde' is not a colour", "give: z_low colour"),
            ("0 1/2/999 1 blue\n", "line 1: '999' is not between 0 and 255", "give: z_low colour"),
            ("0 p16+r200 1 -\n", "line 1: 'p16+r200' is a pattern", "give: z_low colour"),
            ("0 red 1 blue\nB 1 2\n", "line 2: '1/2' is not a colour", "give: z_low colour"),
            ("0 red 1 blue\n2 red 3 blue\n", "line 2: it begins at 2, but the slice before ends at 1", "from low to"),
            ("0 red 2 blue\n1 red 3 blue\n", "line 2: it begins at 1, but the slice before ends at 2", "from low to"),
            ("0 red 2 blue\n3 red\n", "line 2: it is a category's among slices", "two columns"),
            ("2 red\n1 blue\n", "line 2: its key 1 is not above the key 2", "once"),
            ("Forest red\n", "line 1: 'Forest' is not a value", "give: z_low colour"),
            ("# COLOR_MODEL = XYZ\n0 red 1 blue\n", "line 1: 'XYZ' is not a model", "RGB, HSV, CMYK"),
            ("# RANGE = 5/1\n0 red 1 blue\n", "line 1: '5/1' is not a range", "LOW/HIGH"),
            ("# HINGE = x\n0 red 1 blue\n", "line 1: 'x' is not a value", "give a number"),
        ] {
            let message = ColorFile::parse(Path::new("t.cpt"), text).unwrap_err().to_string();
            assert!(message.contains(fault) && message.contains(remedy), "{text}: {message}");
        }
    }
}
