//! QGIS's colour map files, as its raster symbology exports them: `value,red,green,blue,alpha,label`.

use super::color_file::{Fault, stretched};
use super::ramp::{ColorRamp, RampBuilder, RampFault, RampForm, RampLabel, RampTraits, TRANSPARENT};

const TITLE: &str = "QGIS Generated Color Map Export File";
const MODE: &str = "INTERPOLATION:";
const FORMS: &str = "give: value,red,green,blue,alpha,label, each colour from 0 to 255";

/// A file of colours.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct QgisMap {
    mode: Mode,
    /// By value, at least one of them finite.
    items: Vec<Item>,
}

/// `QgsColorRampShader::Type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Blended between values.
    Interpolated,
    /// A value's colour is that of all values up to it, from the one before.
    Discrete,
    /// Only the values themselves have colours.
    Exact,
}

#[derive(Debug, Clone, PartialEq)]
struct Item {
    value: f64,
    color: [u8; 4],
    label: String,
}

impl QgisMap {
    /// Whether a text is a file of this form.
    pub(super) fn is_told_by(text: &str) -> bool {
        text.lines().any(|line| line.starts_with(MODE) || line.starts_with('#') && line.contains(TITLE))
    }

    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let (mut mode, mut items) = (Mode::Interpolated, Vec::new());
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix(MODE) {
                mode = self::mode(name.trim()).map_err(|problem| {
                    Fault::at(number, problem, "give INTERPOLATED, DISCRETE or EXACT behind INTERPOLATION:")
                })?;
            } else {
                items.push(item(line).map_err(|problem| Fault::at(number, problem, FORMS))?);
            }
        }
        if !items.iter().any(|item: &Item| item.value.is_finite()) {
            return Err(Fault::whole("it gives no finite value a colour", FORMS));
        }
        items.sort_by(|a, b| a.value.total_cmp(&b.value));
        Ok(Self { mode, items })
    }

    /// The ramp of QGIS's own rule (`QgsColorRampShader::shade`).
    pub(super) fn ramp(&self, limits: Option<[f64; 2]>) -> Result<ColorRamp, RampFault> {
        let mut items = self.items.clone();
        let finite: Vec<f64> = items.iter().map(|item| item.value).filter(|value| value.is_finite()).collect();
        let ends = [finite[0], finite[finite.len() - 1]];
        if let Some(limits) = limits.filter(|_| ends[0] < ends[1]) {
            let moved = stretched(ends, limits);
            for item in items.iter_mut().filter(|item| item.value.is_finite()) {
                item.value = moved(item.value);
            }
        }
        match self.mode {
            Mode::Interpolated => interpolated(&items),
            Mode::Discrete => discrete(&items),
            Mode::Exact => exact(&items),
        }
    }
}

fn interpolated(items: &[Item]) -> Result<ColorRamp, RampFault> {
    let (first, last) = (&items[0], &items[items.len() - 1]);
    let mut builder = RampBuilder::new(first.color);
    builder.begin(first.value, first.color);
    for pair in items.windows(2).filter(|pair| pair[0].value < pair[1].value) {
        builder.run(pair[0].value.next_up(), pair[1].value, |value| blended(&pair[0], &pair[1], value));
    }
    builder.finish(last.value.next_up(), last.color, traits(RampForm::Continuous, items, false, false))
}

fn discrete(items: &[Item]) -> Result<ColorRamp, RampFault> {
    let mut builder = RampBuilder::new(items[0].color);
    for pair in items.windows(2).filter(|pair| pair[0].value.is_finite()) {
        builder.begin(pair[0].value.next_up(), pair[1].color);
    }
    let last = &items[items.len() - 1];
    let traits = traits(RampForm::Steps, items, true, true);
    // What is beyond the last value has no colour; infinity's colour is that of all values behind the one before.
    match items.iter().rev().find(|item| item.value.is_finite()) {
        Some(end) if last.value == f64::INFINITY => builder.finish(end.value.next_up(), last.color, traits),
        _ => builder.finish(last.value.next_up(), TRANSPARENT, traits),
    }
}

fn exact(items: &[Item]) -> Result<ColorRamp, RampFault> {
    let mut builder = RampBuilder::new(TRANSPARENT);
    let items: Vec<Item> = items.iter().filter(|item| item.value.is_finite()).cloned().collect();
    let mut end = f64::NEG_INFINITY;
    for item in &items {
        // Of equal values the first counts.
        if item.value >= end {
            end = builder.single(item.value, item.color, TRANSPARENT);
        }
    }
    builder.finish(end, TRANSPARENT, traits(RampForm::Categories, &items, false, false))
}

fn traits(form: RampForm, items: &[Item], has_under: bool, has_over: bool) -> RampTraits {
    let named = items.iter().filter(|item| item.value.is_finite());
    let labels = named.clone().filter(|item| !item.label.is_empty());
    RampTraits {
        form,
        bad: None,
        has_under,
        has_over,
        stops: named.map(|item| item.value).collect(),
        labels: labels.map(|item| RampLabel { value: item.value, text: item.label.clone() }).collect(),
    }
}

/// QGIS's blend: what is behind the point of the difference is dropped.
fn blended(from: &Item, to: &Item, value: f64) -> [u8; 4] {
    if value == to.value {
        return to.color;
    }
    let scale = (value - from.value) / (to.value - from.value);
    std::array::from_fn(|k| {
        let (a, b) = (f64::from(from.color[k]), f64::from(to.color[k]));
        (a + ((b - a) * scale).trunc()) as u8
    })
}

fn mode(name: &str) -> Result<Mode, String> {
    match name {
        "INTERPOLATED" => Ok(Mode::Interpolated),
        "DISCRETE" => Ok(Mode::Discrete),
        "EXACT" => Ok(Mode::Exact),
        _ => Err(format!("'{name}' is not a way to interpolate")),
    }
}

/// A line; there may be commas in its label, and neither label nor alpha.
fn item(line: &str) -> Result<Item, String> {
    let mut words = line.splitn(6, ',').map(str::trim);
    let value = words.next().unwrap_or_default();
    let value = match value.parse::<f64>() {
        Ok(value) if !value.is_nan() && value != f64::NEG_INFINITY => value,
        _ => return Err(format!("'{value}' is not a value")),
    };
    let mut color = [255; 4];
    for (k, channel) in color.iter_mut().enumerate() {
        match words.next() {
            Some(word) => *channel = word.parse().map_err(|_| format!("'{word}' is not a number from 0 to 255"))?,
            None if k == 3 => {}
            None => return Err(format!("'{line}' has fewer than three colours behind the value")),
        }
    }
    Ok(Item { value, color, label: words.next().unwrap_or_default().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::color_file::ColorFile;
    use super::*;
    use std::path::Path;

    const ROWS: &str = "0,0,0,0,255,none\n10,100,50,10,255,some, or few\n";

    fn file(text: &str) -> crate::Result<ColorFile> {
        ColorFile::parse(Path::new("map.txt"), text)
    }

    fn ramp(mode: &str, rows: &str) -> ColorRamp {
        file(&format!("# {TITLE}\nINTERPOLATION:{mode}\n{rows}")).unwrap().ramp(None, None).unwrap()
    }

    fn reds(ramp: &ColorRamp, values: &[f64]) -> Vec<u8> {
        values.iter().map(|value| ramp.color_of(*value)[0]).collect()
    }

    fn is_drawn(ramp: &ColorRamp, values: &[f64]) -> Vec<bool> {
        values.iter().map(|value| ramp.color_of(*value) != TRANSPARENT).collect()
    }

    #[test]
    fn interpolated_colours_drop_their_fractions_and_go_on_at_the_ends() {
        let ramp = ramp("INTERPOLATED", ROWS);
        let values = [-1.0, 0.0, 0.0999, 0.1, 5.0, 9.9999, 10.0, 11.0];
        assert_eq!(reds(&ramp, &values), [0, 0, 0, 1, 50, 99, 100, 100]);
        assert_eq!((ramp.form(), ramp.limits()), (RampForm::Continuous, [0.0, 10.0]));
        assert_eq!(ramp.labels()[1], RampLabel { value: 10.0, text: "some, or few".into() });
    }

    #[test]
    fn a_discrete_colour_is_that_of_the_values_up_to_its_own() {
        let rows = "0,1,0,0,255,\n10,2,0,0,255,\ninf,3,0,0,255,\n";
        let values = [-9.0, 0.0, 0.0_f64.next_up(), 10.0, 10.0_f64.next_up(), 1e9];
        assert_eq!(reds(&ramp("DISCRETE", rows), &values), [1, 1, 2, 2, 3, 3]);
        assert_eq!(is_drawn(&ramp("DISCRETE", ROWS), &[-1.0, 5.0, 10.0, 11.0]), [true, true, true, false]);
    }

    #[test]
    fn an_exact_colour_is_that_of_its_value_alone() {
        let ramp = ramp("EXACT", "3,7,0,0,255,a\n1,9,0,0,255,b\n3,8,0,0,255,c\n");
        let values = [0.0, 1.0, 1.0_f64.next_up(), 2.0, 3.0, 4.0];
        assert_eq!(reds(&ramp, &values), [0, 9, 0, 0, 7, 0]);
        assert_eq!(is_drawn(&ramp, &values), [false, true, false, false, true, false]);
        assert_eq!(ramp.form(), RampForm::Categories);
    }

    #[test]
    fn wrong_lines_name_the_file_the_line_the_fault_and_the_remedy() {
        for (rows, fault) in [
            ("", "map.txt: it gives no finite value"),
            ("inf,1,2,3,4,x\n", "map.txt: it gives no finite value"),
            ("a,1,2,3,4,x\n", "map.txt, line 3: 'a' is not a value"),
            ("1,1,2\n", "line 3: '1,1,2' has fewer than three colours"),
            ("\n1,1,2,300\n", "line 4: '300' is not a number from 0 to 255"),
            ("1,1,2,3,high\n", "line 3: 'high' is not a number from 0 to 255"),
        ] {
            let message = file(&format!("# {TITLE}\nINTERPOLATION:EXACT\n{rows}")).unwrap_err().to_string();
            assert!(message.contains(fault) && message.contains("; give: value,red,green"), "{rows}: {message}");
        }
        let message = file("INTERPOLATION:CUBIC\n").unwrap_err().to_string();
        assert!(message.contains("line 1: 'CUBIC'") && message.contains("DISCRETE"), "{message}");
    }
}
