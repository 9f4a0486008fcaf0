//! What the user should know of texts that are not drawn as they are written. Each character and each script is told
//! once a run, however many figures have it; the manifest names it with each of these.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use super::scripts::unshaped;
use super::text::Font;

/// What the user should know of a figure that is drawn all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Something of its own, such as a raster that does not reach its map.
    OfFigure(String),
    /// Characters or scripts of its texts, of which the font tells the user itself, once a run.
    OfTexts(String),
}

impl Warning {
    /// What the manifest says.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::OfFigure(text) | Self::OfTexts(text) => text,
        }
    }

    /// Whether the user was told of it when it was found.
    #[must_use]
    pub fn is_told(&self) -> bool {
        matches!(self, Self::OfTexts(_))
    }
}

/// The characters without a glyph, and the scripts, of which the user was told.
#[derive(Debug, Default)]
pub(super) struct Told(Mutex<(HashSet<char>, HashSet<&'static str>)>);

/// What is amiss with texts.
#[derive(Default)]
struct Amiss {
    missing: Vec<char>,
    scripts: BTreeSet<&'static str>,
}

impl Font {
    /// What the user should know of texts: characters that no font has, and scripts that are not written a glyph a
    /// character. What the user was not told yet is told.
    #[must_use]
    pub fn warnings<'a>(&self, texts: impl IntoIterator<Item = Cow<'a, str>>) -> Vec<Warning> {
        let amiss = self.amiss_in(texts);
        let warnings = amiss.warnings();
        if !warnings.is_empty() {
            self.tell(amiss);
        }
        warnings.into_iter().map(Warning::OfTexts).collect()
    }

    /// Tells the user of all texts of a run at once what drawing them would tell one by one.
    pub fn report<'a>(&self, texts: impl IntoIterator<Item = Cow<'a, str>>) {
        self.tell(self.amiss_in(texts));
    }

    /// Tells the user of characters without a glyph.
    pub(super) fn tell_of_missing(&self, missing: Vec<char>) {
        if !missing.is_empty() {
            self.tell(Amiss { missing, ..Amiss::default() });
        }
    }

    fn amiss_in<'a>(&self, texts: impl IntoIterator<Item = Cow<'a, str>>) -> Amiss {
        let mut characters = BTreeSet::new();
        for text in texts.into_iter().filter(|text| !text.is_ascii()) {
            characters.extend(self.composed(&text).chars().filter(|character| !character.is_ascii()));
        }
        let scripts = characters.iter().filter_map(|character| unshaped(*character)).collect();
        Amiss { missing: characters.into_iter().filter(|character| self.is_missing(*character)).collect(), scripts }
    }

    /// Tells what was not told yet.
    fn tell(&self, mut amiss: Amiss) {
        let mut told = self.told.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (characters, scripts) = &mut *told;
        amiss.missing.retain(|character| characters.insert(*character));
        amiss.scripts.retain(|script| scripts.insert(script));
        for warning in amiss.warnings() {
            tracing::warn!("{warning}");
        }
    }
}

impl Amiss {
    fn warnings(&self) -> Vec<String> {
        let of_script = |script: &&str| {
            format!("text in {script} letters is drawn letter by letter from left to right, without joining them")
        };
        missing_warning(&self.missing).into_iter().chain(self.scripts.iter().map(of_script)).collect()
    }
}

/// What to tell of characters without a glyph; None for none.
fn missing_warning(missing: &[char]) -> Option<String> {
    const MOST_NAMED: usize = 12;
    let named = missing.iter().take(MOST_NAMED).map(|c| format!("'{c}' (U+{:04X})", u32::from(*c)));
    let named = named.collect::<Vec<_>>().join(", ");
    let more = match missing.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!missing.is_empty())
        .then(|| format!("no font has {named}{more}; a box is drawn instead; name a font that has it with --font FILE"))
}
