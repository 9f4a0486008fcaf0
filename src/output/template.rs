//! Text with fields in braces, for titles and file names.

use chrono::format::{Item, StrftimeItems};

use crate::error::{Error, Result};

/// A template such as `{name}: {raster}`. A brace that is meant as such is written twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(Field),
}

/// A field of a template: `{name}`, or `{time:%Y%m%d}` with a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name in lower case.
    pub name: String,
    /// How a time is written, as strftime and chrono take it.
    pub format: Option<String>,
}

/// A field that has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField(pub String);

impl Template {
    /// Reads a template. Field names are taken in lower case, without surrounding spaces.
    ///
    /// # Errors
    /// [`Error::Value`] naming `key` for a brace without its partner and for an empty field.
    pub fn parse(text: &str, key: &str) -> Result<Self> {
        let fault =
            |problem: &str| Error::value(key, text, problem, "write fields as {name} and a plain brace as {{ or }}");
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (plain, from_brace) = rest.split_at(at);
            pieces.push(Piece::Text(plain.to_owned()));
            let brace = &from_brace[..1];
            if from_brace[1..].starts_with(brace) {
                pieces.push(Piece::Text(brace.to_owned()));
                rest = &from_brace[2..];
                continue;
            }
            if brace == "}" {
                return Err(fault("has a '}' without its '{'"));
            }
            let (field, behind) = from_brace[1..].split_once('}').ok_or_else(|| fault("has a '{' without its '}'"))?;
            if field.contains('{') {
                return Err(fault("has a field without a name"));
            }
            pieces.push(Piece::Field(Field::parse(field).map_err(|problem| fault(&problem))?));
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self { pieces })
    }

    /// The names of the fields in the order of the template.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Field(field) => Some(field.name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The text outside the fields.
    pub(super) fn plain_text(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Field(_) => None,
        })
    }

    /// The text with each field replaced by its value.
    ///
    /// # Errors
    /// The first field for which `value_of` has none.
    pub fn fill(&self, mut value_of: impl FnMut(&Field) -> Option<String>) -> Result<String, UnknownField> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Ok(text.clone()),
                Piece::Field(field) => value_of(field).ok_or_else(|| UnknownField(field.name.clone())),
            })
            .collect()
    }
}

impl Field {
    fn parse(text: &str) -> Result<Self, String> {
        let (name, format) = text.split_once(':').map_or((text, None), |(name, format)| (name, Some(format)));
        let name = name.trim().to_lowercase();
        if name.is_empty() {
            return Err("has a field without a name".into());
        }
        if let Some(format) = format {
            if name != "time" {
                return Err(format!("gives a format to {{{name}}}, which only {{time}} takes"));
            }
            if StrftimeItems::new(format).any(|item| matches!(item, Item::Error)) {
                return Err(format!("has the format '{format}', which is none of strftime's"));
            }
        }
        Ok(Self { name, format: format.map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, UnknownField> {
        let template = Template::parse(text, "--title").expect("a good template");
        template.fill(|field| (field.name == "name").then(|| "Texas".into()))
    }

    #[test]
    fn fields_are_replaced_and_double_braces_kept() {
        assert_eq!(filled("{name}: {{raw}} {Name }").as_deref(), Ok("Texas: {raw} Texas"));
        assert_eq!(filled("").as_deref(), Ok(""));
        assert_eq!(filled("{state}"), Err(UnknownField("state".into())));
        let template = Template::parse("{time:%H:%M}", "--title").expect("a good template");
        assert_eq!(template.fill(|field| field.format.clone()).as_deref(), Ok("%H:%M"));
    }

    #[test]
    fn lone_braces_are_errors() {
        for (text, part) in [
            ("{name", "'{' without"),
            ("name}", "'}' without"),
            ("{}", "without a name"),
            ("{a{b}", "field"),
            ("{name:%Y}", "only {time}"),
            ("{time:%Q}", "strftime"),
        ] {
            let message = Template::parse(text, "--title").expect_err(text).to_string();
            assert!(message.starts_with("--title ([figure] title): ") && message.contains(part), "{message}");
        }
    }
}
