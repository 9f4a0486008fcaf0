//! Typefaces: `DejaVu Sans`, carried in the binary, and files that a user names for the characters that it lacks.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ab_glyph::{Font as _, FontArc, FontVec, GlyphId, Outline};

use crate::error::{Error, Result};

const FORMS: &str = "give a TrueType or OpenType file (.ttf, .otf, .ttc; FILE.ttc#2 for the third typeface in it)";

/// A typeface whose glyph outlines are kept once they have been read.
#[derive(Debug)]
pub(super) struct Face {
    pub data: FontArc,
    pub units_per_em: f32,
    /// The file and which of its typefaces; None for the embedded one.
    pub file: Option<(PathBuf, u32)>,
    outlines: Mutex<HashMap<GlyphId, Option<Outline>>>,
}

impl Face {
    pub(super) fn embedded() -> Self {
        let bytes = include_bytes!("../../assets/fonts/DejaVuSans.ttf");
        let face = FontArc::try_from_slice(bytes).expect("the embedded typeface is sound");
        let units_per_em = face.units_per_em().expect("the embedded typeface states its em");
        Self { data: face, units_per_em, file: None, outlines: Mutex::default() }
    }

    /// Reads a file, or with `#N` behind its name the typeface number N, counted from 0, of a collection.
    ///
    /// # Errors
    /// [`Error::Value`] on `--font` for what is not there or no typeface.
    pub(super) fn from_file(name: &Path) -> Result<Self> {
        let fault = |problem: String| Error::value("--font", name.display(), problem, FORMS);
        let (path, index) = numbered(name);
        let bytes = std::fs::read(&path).map_err(|e| fault(format!("cannot be read: {e}")))?;
        let is_collection = bytes.starts_with(b"ttcf");
        let problem = match index {
            1.. if !is_collection => "is no collection of typefaces".to_owned(),
            1.. => format!("has no sound typeface number {index}"),
            0 => "is no font that can be read".to_owned(),
        };
        let face = FontVec::try_from_vec_and_index(bytes, index).map_err(|_| fault(problem))?;
        let units_per_em = face.units_per_em().filter(|units| *units > 0.0);
        let units_per_em = units_per_em.ok_or_else(|| fault("does not state its em".into()))?;
        Ok(Self { data: FontArc::new(face), units_per_em, file: Some((path, index)), outlines: Mutex::default() })
    }

    /// The glyph of a character; None if there is none. Bitmaps, which fonts of emoji have, are no glyphs.
    pub(super) fn glyph(&self, character: char) -> Option<GlyphId> {
        let id = Some(self.data.glyph_id(character)).filter(|id| id.0 != 0)?;
        let is_drawn = self.file.is_none() || character.is_whitespace() || self.outline(id).is_some();
        is_drawn.then_some(id)
    }

    pub(super) fn outline(&self, id: GlyphId) -> Option<Outline> {
        // Entries are written whole, so that a panic elsewhere leaves none by halves.
        let mut outlines = self.outlines.lock().unwrap_or_else(PoisonError::into_inner);
        outlines.entry(id).or_insert_with(|| self.data.outline(id)).clone()
    }
}

/// A file's name without `#N` and that number, unless there is a file of the whole name.
fn numbered(name: &Path) -> (PathBuf, u32) {
    let split = name.to_str().and_then(|text| text.rsplit_once('#'));
    match split.and_then(|(path, number)| Some((path, number.parse().ok()?))) {
        Some((path, number)) if !name.exists() => (path.into(), number),
        _ => (name.to_owned(), 0),
    }
}
