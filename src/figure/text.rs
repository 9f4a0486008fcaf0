//! Text as greyscale coverage: `DejaVu Sans` carried in the binary, so that a figure's letters are the same on every
//! machine and the same as matplotlib's, and for the characters that it lacks the fonts that the user names.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use ab_glyph::{Font as _, Glyph, GlyphId, OutlinedGlyph, PxScale, PxScaleFactor, Rect, point};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::face::Face;
use super::scripts::unshaped;
use crate::error::Result;
use crate::style::SignedBox;

static EMBEDDED: LazyLock<Font> = LazyLock::new(|| Font::of(Vec::new()));

/// A line that is too wide is drawn this much smaller at most; if that does not help, its end gives way to an ellipsis.
const SMALLEST_SHARE: f32 = 0.6;
const ELLIPSIS: char = '…';

/// How warnings begin.
const MISSING: &str = "no font has ";
const UNSHAPED: &str = "text in ";

/// Typefaces in the order in which they are asked for a character, as matplotlib's `font.family` of several names.
#[derive(Debug)]
pub struct Font {
    /// `DejaVu Sans` first: what it has is drawn as ever.
    faces: Vec<Face>,
    /// Characters without a glyph of which the user was told.
    reported: Mutex<HashSet<char>>,
}

/// The room that a line of text takes, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TextExtent {
    /// Sum of the advances, kerning included: matplotlib's text width.
    pub width_px: f32,
    /// How far the ink reaches above the baseline; 0 for text without ink.
    pub ascent_px: f32,
    /// How far the ink reaches below the baseline; negative if all of it stands above.
    pub descent_px: f32,
}

/// Coverage of a rectangle of pixels by ink, row by row; it may reach beyond the figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Left edge, in pixels of the figure.
    pub x: i64,
    /// Top edge, in pixels of the figure.
    pub y: i64,
    /// Width, in pixels.
    pub width: usize,
    /// Height, in pixels.
    pub height: usize,
    /// `width * height` shares of ink: 0 none, 255 all.
    pub values: Vec<u8>,
}

/// A line of text made to fit a width.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedLine<'a> {
    /// The text, ended by an ellipsis if even the smallest size was too wide.
    pub text: Cow<'a, str>,
    /// The size to draw it at, in pixels an em.
    pub em_px: f32,
}

/// A glyph and where its origin stands along the baseline, in units of the first face.
struct PlacedGlyph {
    /// The index of its face.
    face: usize,
    id: GlyphId,
    /// Byte at which the character ends.
    end: usize,
    x: f32,
    /// Where the pen stands after the glyph.
    after: f32,
}

impl Font {
    /// `DejaVu Sans`, matplotlib's own typeface, alone.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// `DejaVu Sans`, and for the characters that it lacks the files named, in their order: TrueType or OpenType, of a
    /// collection the first typeface or, with `#N` behind its name, number N counted from 0.
    ///
    /// # Errors
    /// [`crate::Error::Value`] on `--font` for a file that is not there or no font.
    pub fn with_fallbacks<P: AsRef<Path>>(files: &[P]) -> Result<Self> {
        Ok(Self::of(files.iter().map(|file| Face::from_file(file.as_ref())).collect::<Result<_>>()?))
    }

    fn of(fallbacks: Vec<Face>) -> Self {
        let faces = std::iter::once(Face::embedded()).chain(fallbacks).collect();
        Self { faces, reported: Mutex::default() }
    }

    /// The files behind the embedded typeface, and which typeface of each is used.
    pub fn files(&self) -> impl Iterator<Item = &(PathBuf, u32)> {
        self.faces.iter().filter_map(|face| face.file.as_ref())
    }

    /// The room that `text`, one line, takes at `em_px` pixels an em.
    #[must_use]
    pub fn measure(&self, text: &str, em_px: f32) -> TextExtent {
        let scale = em_px / self.units_per_em();
        let glyphs = self.place(&self.composed(text));
        let width_px = glyphs.last().map_or(0.0, |last| last.after * scale);
        let mut reach: Option<(f32, f32)> = None;
        for glyph in &glyphs {
            if let Some(Rect { min, max }) = self.faces[glyph.face].outline(glyph.id).map(|outline| outline.bounds) {
                // Font units run up: whichever of the two corners is the higher one.
                let per_unit = self.per_unit(glyph.face);
                let (low, high) = (min.y.min(max.y) * per_unit, min.y.max(max.y) * per_unit);
                reach = Some(reach.map_or((low, high), |(least, most)| (least.min(low), most.max(high))));
            }
        }
        let (low, high) = reach.unwrap_or_default();
        TextExtent { width_px, ascent_px: high * scale, descent_px: -low * scale }
    }

    /// Draws `text`, one line, at `em_px` pixels an em; its origin is at column `x` on the lower edge of the pixel row
    /// above `baseline`. Kerned, unhinted, with glyphs at fractions of a pixel along the line.
    #[must_use]
    pub fn draw(&self, text: &str, em_px: f32, x: i64, baseline: i64) -> Coverage {
        let scale = em_px / self.units_per_em();
        let outlined: Vec<OutlinedGlyph> = self
            .place(&self.composed(text))
            .into_iter()
            .filter_map(|glyph| {
                let face = &self.faces[glyph.face];
                let outline = face.outline(glyph.id)?;
                let own_scale = em_px / face.units_per_em;
                // ab_glyph's scale is ascent minus descent, not the em.
                let height = PxScale::from(face.data.height_unscaled() * own_scale);
                let factor = PxScaleFactor { horizontal: own_scale, vertical: own_scale };
                let glyph = Glyph { id: glyph.id, scale: height, position: point(glyph.x * scale, 0.0) };
                Some(OutlinedGlyph::new(glyph, outline, factor))
            })
            .collect();
        let mut coverage = Coverage::around(&outlined);
        for glyph in &outlined {
            coverage.add(glyph);
        }
        coverage.x += x;
        coverage.y += baseline;
        coverage
    }

    /// Makes `text` fit into `width_px`: at a smaller size down to 60 % of `em_px`, then by leaving its end out.
    #[must_use]
    pub fn fit<'a>(&self, text: &'a str, em_px: f32, width_px: f32) -> FittedLine<'a> {
        let full_px = self.measure(text, em_px).width_px;
        if full_px <= width_px {
            return FittedLine { text: Cow::Borrowed(text), em_px };
        }
        let smallest_px = em_px * SMALLEST_SHARE;
        let fitting_px = em_px * (width_px / full_px).max(0.0);
        if fitting_px >= smallest_px {
            return FittedLine { text: Cow::Borrowed(text), em_px: fitting_px };
        }
        let scale = smallest_px / self.units_per_em();
        let ellipsis_px = self.measure(ELLIPSIS.encode_utf8(&mut [0; 4]), smallest_px).width_px;
        let fits = |glyph: &PlacedGlyph| glyph.after * scale + ellipsis_px <= width_px;
        let text = self.composed(text);
        let kept = self.place(&text).iter().take_while(|glyph| fits(glyph)).last().map_or(0, |glyph| glyph.end);
        let text = format!("{}{ELLIPSIS}", text[..kept].trim_end());
        FittedLine { text: Cow::Owned(text), em_px: smallest_px }
    }

    /// What the user should know of texts: characters that no font has, and scripts that are not written a glyph a
    /// character.
    #[must_use]
    pub fn warnings<'a>(&self, texts: impl IntoIterator<Item = Cow<'a, str>>) -> Vec<String> {
        self.warnings_of(&self.uncommon(texts))
    }

    /// Whether a text is one of [`warnings`](Self::warnings), which [`report`](Self::report) gives for all texts.
    #[must_use]
    pub fn is_its_warning(text: &str) -> bool {
        text.starts_with(MISSING) || text.starts_with(UNSHAPED)
    }

    /// Tells the user of all texts of a run at once what drawing them would tell one by one.
    pub fn report<'a>(&self, texts: impl IntoIterator<Item = Cow<'a, str>>) {
        let characters = self.uncommon(texts);
        for warning in self.warnings_of(&characters) {
            tracing::warn!("{warning}");
        }
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        reported.extend(characters.into_iter().filter(|character| self.is_missing(*character)));
    }

    /// The characters of texts that are not plain ASCII.
    fn uncommon<'a>(&self, texts: impl IntoIterator<Item = Cow<'a, str>>) -> BTreeSet<char> {
        let mut characters = BTreeSet::new();
        for text in texts.into_iter().filter(|text| !text.is_ascii()) {
            characters.extend(self.composed(&text).chars().filter(|character| !character.is_ascii()));
        }
        characters
    }

    fn warnings_of(&self, characters: &BTreeSet<char>) -> Vec<String> {
        let missing: Vec<char> = characters.iter().copied().filter(|character| self.is_missing(*character)).collect();
        let scripts: BTreeSet<&str> = characters.iter().filter_map(|character| unshaped(*character)).collect();
        let of_script = |script: &str| {
            format!("{UNSHAPED}{script} letters is drawn letter by letter from left to right, without joining them")
        };
        missing_warning(&missing).into_iter().chain(scripts.into_iter().map(of_script)).collect()
    }

    fn units_per_em(&self) -> f32 {
        self.faces[0].units_per_em
    }

    /// Units of the first face in one of another.
    fn per_unit(&self, face: usize) -> f32 {
        self.units_per_em() / self.faces[face].units_per_em
    }

    /// The first face that has a character, and its glyph.
    fn glyph(&self, character: char) -> Option<(usize, GlyphId)> {
        self.faces.iter().enumerate().find_map(|(index, face)| Some((index, face.glyph(character)?)))
    }

    /// Whether no face has a character that should be seen.
    fn is_missing(&self, character: char) -> bool {
        !character.is_control() && !is_ignorable(character) && self.glyph(character).is_none()
    }

    /// The text with letters and their marks as single characters, for which faces have glyphs of their own; as it is
    /// if they have not.
    fn composed<'a>(&self, text: &'a str) -> Cow<'a, str> {
        const FIRST_MARK: char = '\u{300}';
        let joins = |c: char| c >= FIRST_MARK && (is_combining_mark(c) || ('\u{1100}'..='\u{11FF}').contains(&c));
        if !text.chars().any(joins) {
            return Cow::Borrowed(text);
        }
        let composed: String = text.nfc().collect();
        let missing = |text: &str| text.chars().filter(|character| self.is_missing(*character)).count();
        let is_better = missing(&composed) <= missing(text);
        if is_better { Cow::Owned(composed) } else { Cow::Borrowed(text) }
    }

    /// Glyphs along the baseline; control characters, which no face draws, count as spaces.
    fn place(&self, text: &str) -> Vec<PlacedGlyph> {
        let mut placed: Vec<PlacedGlyph> = Vec::with_capacity(text.len());
        let mut missing = Vec::new();
        let mut pen = 0.0;
        for (start, given) in text.char_indices() {
            let character = if given.is_control() { ' ' } else { given };
            let (face, id) = match self.glyph(character) {
                Some(found) => found,
                None if is_ignorable(character) => continue,
                None => {
                    missing.push(character);
                    (0, GlyphId(0))
                }
            };
            let (own, per_unit) = (&self.faces[face].data, self.per_unit(face));
            let before = placed.last().filter(|last| last.face == face);
            let x = pen + before.map_or(0.0, |last| own.kern_unscaled(last.id, id) * per_unit);
            pen = x + own.h_advance_unscaled(id) * per_unit;
            placed.push(PlacedGlyph { face, id, end: start + given.len_utf8(), x, after: pen });
        }
        if !missing.is_empty() {
            self.report_missing(missing);
        }
        placed
    }

    /// Warns of characters of which it has not been warned yet.
    fn report_missing(&self, mut missing: Vec<char>) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        missing.retain(|character| reported.insert(*character));
        if let Some(warning) = missing_warning(&missing) {
            tracing::warn!("{warning}");
        }
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
        .then(|| format!("{MISSING}{named}{more}; a box is drawn instead; name a font that has it with --font FILE"))
}

/// Characters that are never seen themselves, such as joiners and the variation selectors behind emoji: the
/// `Default_Ignorable_Code_Point`s that texts have.
fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

impl Coverage {
    /// The pixels that it is of.
    #[must_use]
    pub fn area(&self) -> SignedBox {
        let (right, bottom) = (self.x + self.width as i64, self.y + self.height as i64);
        SignedBox { left: self.x, top: self.y, right, bottom }
    }

    /// Blank coverage that holds every glyph.
    fn around(glyphs: &[OutlinedGlyph]) -> Self {
        let bounds = glyphs.iter().map(OutlinedGlyph::px_bounds).reduce(|all, one| Rect {
            min: point(all.min.x.min(one.min.x), all.min.y.min(one.min.y)),
            max: point(all.max.x.max(one.max.x), all.max.y.max(one.max.y)),
        });
        let Some(bounds) = bounds else { return Self::default() };
        let (width, height) = (bounds.width() as usize, bounds.height() as usize);
        let values = vec![0; width * height];
        Self { x: bounds.min.x as i64, y: bounds.min.y as i64, width, height, values }
    }

    /// The same ink turned a quarter to the left about the figure's upper left corner, so that a line reads upward.
    /// What was at column `x` is then at row `-1 - x`, and what was at row `y` at column `y`.
    #[must_use]
    pub fn turned_left(&self) -> Self {
        let (width, height) = (self.height, self.width);
        let values = (0..height).flat_map(|row| {
            let column = self.width - 1 - row;
            (0..self.height).map(move |y| self.values[y * self.width + column])
        });
        Self { x: self.y, y: -(self.x + self.width as i64), width, height, values: values.collect() }
    }

    /// Adds a glyph's coverage, which must lie inside. Neighbours that share a pixel cover different parts of it.
    fn add(&mut self, glyph: &OutlinedGlyph) {
        let corner = glyph.px_bounds().min;
        let (left, top) = (corner.x as i64 - self.x, corner.y as i64 - self.y);
        glyph.draw(|x, y, share| {
            let (Ok(column), Ok(row)) = (usize::try_from(left + i64::from(x)), usize::try_from(top + i64::from(y)))
            else {
                return;
            };
            if column < self.width && row < self.height {
                let value = &mut self.values[row * self.width + column];
                *value = value.saturating_add((share.clamp(0.0, 1.0) * 255.0 + 0.5) as u8);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Measured {
        text: String,
        size_pt: f64,
        dpi: f64,
        width_px: f64,
    }

    #[derive(serde::Deserialize)]
    struct Matplotlib {
        widths: Vec<Measured>,
    }

    #[test]
    fn widths_are_matplotlibs_within_a_pixel() {
        let numbers: Matplotlib =
            serde_json::from_str(include_str!("../../tests/data/text.json")).expect("a sound table");
        assert!(numbers.widths.len() > 20);
        for case in numbers.widths {
            let em_px = (case.size_pt * case.dpi / 72.0) as f32;
            let width = f64::from(Font::embedded().measure(&case.text, em_px).width_px);
            assert!((width - case.width_px).abs() <= 1.0, "'{}': {width}, not {}", case.text, case.width_px);
        }
    }

    #[test]
    fn every_sign_that_maps_need_has_a_glyph() {
        for sign in "−°±×µ²³·…—éñÅ₂Ω°ÇłŠžСТΔ".chars() {
            assert!(Font::embedded().glyph(sign).is_some(), "{sign}");
        }
    }

    #[test]
    fn ink_stands_on_the_baseline() {
        let coverage = Font::embedded().draw("Hx", 20.0, 100, 50);
        assert_eq!(coverage.y + coverage.height as i64, 50, "letters without descenders end at the baseline");
        let extent = Font::embedded().measure("Hx", 20.0);
        assert!(extent.descent_px.abs() < 1e-6);
        assert!((extent.ascent_px - 0.729 * 20.0).abs() < 0.05, "DejaVu's capitals are 0.729 em high: {extent:?}");
        let (left, right) = (coverage.x as f32, (coverage.x + coverage.width as i64) as f32);
        assert!(
            left >= 101.0 && right <= 101.0 + extent.width_px,
            "the H's side bearing is 1.97 px: {left} to {right}"
        );
    }

    #[test]
    fn drawing_again_gives_the_same_coverage_wherever_it_stands() {
        let font = Font::embedded();
        let (first, second) = (font.draw("Σ −4 °C", 13.9, 3, 40), font.draw("Σ −4 °C", 13.9, 1003, 840));
        assert_eq!(first.values, second.values);
        assert_eq!((second.x - first.x, second.y - first.y), (1000, 800));
    }

    #[test]
    fn ink_turned_left_four_times_is_where_it_was() {
        let ink = Font::embedded().draw("Fj", 13.0, 40, 30);
        let left = ink.turned_left();
        let at = |ink: &Coverage, x: i64, y: i64| {
            let (column, row) = ((x - ink.x) as usize, (y - ink.y) as usize);
            ink.values[row * ink.width + column]
        };
        for (x, y) in [(ink.x, ink.y), (ink.x + 3, ink.y + 5), (ink.x + ink.width as i64 - 1, ink.y)] {
            assert_eq!(at(&ink, x, y), at(&left, y, -1 - x));
        }
        assert_ne!((ink.width, &ink.values), (left.width, &left.values));
        assert_eq!(left.turned_left().turned_left().turned_left(), ink);
    }

    #[test]
    fn odd_text_is_drawn_without_fuss() {
        let font = Font::embedded();
        assert_eq!(font.draw("", 20.0, 0, 0), Coverage::default());
        assert_eq!(font.draw("  \t\n", 20.0, 0, 0).values.len(), 0);
        assert_eq!(font.measure("\t", 20.0), font.measure(" ", 20.0));
        assert!(!font.draw("\u{10FFFD}漢", 20.0, 0, 0).values.is_empty(), "a missing glyph is a box");
        let _tiny = font.draw("text", 0.0, 0, 0);
    }

    #[test]
    fn long_lines_shrink_and_then_lose_their_end() {
        let font = Font::embedded();
        let text = "Composite reflectivity, northern plains and upper Midwest";
        let full = font.measure(text, 20.0).width_px;
        assert_eq!(font.fit(text, 20.0, full), FittedLine { text: Cow::Borrowed(text), em_px: 20.0 });
        let smaller = font.fit(text, 20.0, full * 0.7);
        assert_eq!((smaller.text.as_ref(), smaller.em_px.round()), (text, 14.0));
        for share in [0.59, 0.3, 0.05, 0.0] {
            let cut = font.fit(text, 20.0, full * share);
            assert!(cut.text.ends_with(ELLIPSIS) && (cut.em_px - 12.0).abs() < 1e-4, "{cut:?}");
            let room = (full * share).max(font.measure("…", 12.0).width_px);
            assert!(font.measure(&cut.text, cut.em_px).width_px <= room + 0.5, "{cut:?}");
        }
    }
}
