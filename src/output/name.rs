//! File names made from users' text: they stay in their folder on every system, and no two figures share one.

use std::hash::{BuildHasher as _, RandomState};

use super::format::Format;
use super::template::{Field, Template, UnknownField};
use crate::error::{Error, Result};

/// Most bytes of a name. File systems allow 255, and a temporary name is a little longer.
const MOST_BYTES: usize = 230;

/// Names that Windows gives to devices, with any extension (Microsoft, "Naming Files, Paths, and Namespaces").
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A template of output file names, such as `{name}.png`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameTemplate(Template);

impl NameTemplate {
    /// Reads a template of names in the output folder.
    ///
    /// # Errors
    /// [`Error::Value`] naming `key` for a template with a folder in it, one that does not end as files of a format do,
    /// or one that is no [`Template`].
    pub fn parse(text: &str, key: &str) -> Result<Self> {
        let template = Template::parse(text, key)?;
        if template.plain_text().any(|t| t.contains(['/', '\\', ':'])) {
            return Err(Error::value(key, text, "names a folder", "give the folder with --out"));
        }
        if Format::of_file(text).is_none() {
            let problem = "does not end in .png, .jpg, .jpeg, .webp, .tif or .tiff";
            return Err(Error::value(key, text, problem, "end it with one of these"));
        }
        Ok(Self(template))
    }

    /// The fields, in lower case.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.fields()
    }

    /// The file name of one figure. In the values letters, digits, `-` and `.` stay; every run of other characters
    /// becomes one `_`.
    ///
    /// # Errors
    /// [`Error::Region`] naming `place` for a field without a value, and for a value or a name that would leave the
    /// folder, be hidden, be a device, or be too long.
    pub fn file_name(&self, place: &str, mut value_of: impl FnMut(&Field) -> Option<String>) -> Result<String> {
        let fault = |problem: String, remedy: &str| Error::Region {
            place: place.to_owned(),
            problem,
            remedy: remedy.to_owned(),
        };
        let mut refused = None;
        let name = self.0.fill(|field| {
            let value = value_of(field)?;
            match safe(&value) {
                Ok(safe) => Some(safe),
                Err((problem, remedy)) => {
                    refused.get_or_insert_with(|| fault(format!("its {} '{value}' {problem}", field.name), remedy));
                    Some(String::new())
                }
            }
        });
        if let Some(error) = refused {
            return Err(error);
        }
        let name = name.map_err(|UnknownField(field)| {
            fault(
                format!("the file name's field {{{field}}} has no value"),
                "use {name} or a column of the regions file",
            )
        })?;
        match unusable(&name) {
            Some((problem, remedy)) => Err(fault(format!("its file name '{name}' {problem}"), remedy)),
            None => Ok(name),
        }
    }
}

/// A value as part of a file name, or (problem, remedy).
fn safe(value: &str) -> Result<String, (&'static str, &'static str)> {
    let value = value.trim();
    if value.is_empty() {
        return Err(("is empty", "give it a text"));
    }
    if value == "." || value == ".." {
        return Err(("means a folder", "give it another name"));
    }
    if value.contains(['/', '\\']) {
        return Err(("would leave the output folder", "take the slash out of it"));
    }
    let mut safe = String::with_capacity(value.len());
    for c in value.chars() {
        if c.is_alphanumeric() || c == '-' || c == '.' {
            safe.push(c);
        } else if !safe.ends_with('_') {
            safe.push('_');
        }
    }
    Ok(safe)
}

/// Why a whole name cannot be a file's on every system, and the remedy.
fn unusable(name: &str) -> Option<(&'static str, &'static str)> {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let is_port = ["com", "lpt"].iter().any(|port| {
        let number = stem.strip_prefix(port).and_then(|rest| {
            let mut chars = rest.chars();
            chars.next().filter(|_| chars.next().is_none())
        });
        number.is_some_and(|c| matches!(c, '1'..='9' | '¹' | '²' | '³'))
    });
    if name.starts_with('.') {
        return Some(("would be hidden or without a stem", "start it with a letter or a digit"));
    }
    if is_port || DEVICES.contains(&stem.as_str()) {
        return Some(("is that of a device on Windows", "give it another name"));
    }
    (name.len() > MOST_BYTES).then_some(("is too long", "shorten it to 230 bytes"))
}

/// Finds file names that several figures would have, upper and lower case being the same; each group holds the
/// indices of its figures. Which of them was meant cannot be known.
#[must_use]
pub fn same_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Vec<usize>> {
    // Names are compared by 64 bits of a hash, which takes a tenth of the memory; those of a group are compared again
    // by whoever tells of it.
    let hasher = RandomState::new();
    let mut hashes: Vec<(u64, usize)> = names.map(|n| hasher.hash_one(n.to_lowercase())).zip(0..).collect();
    hashes.sort_unstable();
    let groups = hashes.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
    groups.map(|group| group.iter().map(|(_, index)| *index).collect()).collect()
}

/// The error of a figure whose file name is also that of so many others; some of them by their places.
#[must_use]
pub fn collision(place: &str, name: &str, some: &[String], others: usize) -> Error {
    let more = others.saturating_sub(some.len());
    let and_more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = some.join(", ");
    Error::Region {
        place: place.to_owned(),
        problem: format!("its file '{name}' would also be that of {named}{and_more}"),
        remedy: "give each region a name of its own, or tell figures apart in --name, as with {index}, {raster}, \
                 {folder}, {band} or {time}"
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Result<String> {
        let template = NameTemplate::parse("{name}.png", "--name").expect("a good template");
        template.file_name("regions.csv row 2", |field| (field.name == "name").then(|| name.to_owned()))
    }

    #[test]
    fn letters_digits_hyphens_and_dots_stay() {
        for (name, file) in [
            ("CONUS", "CONUS.png"),
            ("New York, NY", "New_York_NY.png"),
            ("São Tomé", "São_Tomé.png"),
            ("東京 (Kantō)", "東京_Kantō_.png"),
            ("a-b.c", "a-b.c.png"),
            ("a__  b", "a_b.png"),
            ("x\0y\nz", "x_y_z.png"),
            ("C:x", "C_x.png"),
            ("CONTROL", "CONTROL.png"),
            ("com10", "com10.png"),
            ("???", "_.png"),
        ] {
            assert_eq!(named(name).ok().as_deref(), Some(file), "{name}");
        }
    }

    #[test]
    fn names_that_leave_the_folder_or_are_reserved_are_refused() {
        for name in [
            "../../x",
            "a/b",
            "a\\b",
            "/etc/passwd",
            "",
            "  ",
            ".",
            "..",
            ".hidden",
            "CON",
            "nul",
            "Com1",
            "LPT9",
            "aux.x",
            "com²",
        ] {
            let message = named(name).expect_err(name).to_string();
            assert!(message.starts_with("regions.csv row 2: its "), "{message}");
        }
        assert!(named(&"x".repeat(300)).is_err());
        assert!(named(&"é".repeat(120)).is_err());
    }

    #[test]
    fn refusals_say_why_and_what_to_do() {
        let message = named("a/b").expect_err("a slash").to_string();
        assert_eq!(
            message,
            "regions.csv row 2: its name 'a/b' would leave the output folder; take the slash out of it"
        );
        let message = named("CON").expect_err("a device").to_string();
        assert!(message.contains("'CON.png' is that of a device on Windows"), "{message}");
    }

    #[test]
    fn templates_stay_in_the_folder_too() {
        for template in ["../{name}.png", "sub/{name}.png", "{name}.gif", "{name}", "{name", "C:{name}.png"] {
            assert!(NameTemplate::parse(template, "--name").is_err(), "{template}");
        }
        let template = NameTemplate::parse("{name}-{state}.png", "--name").expect("a good template");
        let message =
            template.file_name("row", |f| (f.name == "name").then(|| "x".into())).expect_err("no state").to_string();
        assert!(message.contains("{state} has no value"), "{message}");
    }

    #[test]
    fn figures_of_one_name_are_found_and_name_each_other() {
        let groups = same_names(["a.png", "b.png", "A.png", "c.png", "c.png", "É.png", "é.png"].into_iter());
        let mut groups: Vec<_> = groups
            .into_iter()
            .map(|mut group| {
                group.sort_unstable();
                group
            })
            .collect();
        groups.sort();
        assert_eq!(groups, [vec![0, 2], vec![3, 4], vec![5, 6]]);
        let message = collision("r 2", "a.png", &["r 4", "r 5", "r 6"].map(str::to_owned), 4).to_string();
        assert!(
            message.starts_with("r 2: its file 'a.png' would also be that of r 4, r 5, r 6 and 1 more; "),
            "{message}"
        );
    }
}
