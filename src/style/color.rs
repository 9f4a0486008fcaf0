//! Colours as matplotlib's users write them.

use super::colormap_data::to_byte as to_table_byte;
use super::named_colors::{BASE, COLOR_CYCLE, CSS4, TABLEAU};
use super::nearest::unknown_name;
use crate::error::{Error, Result};

const FORMS: &str = "give a CSS name, a letter of bcgkmrwy, tab:NAME, C0 to C9, #rgb, #rgba, #rrggbb, #rrggbbaa, \
                     a grey between 0 and 1, or none";

/// A colour with straight (not premultiplied) alpha; each channel is between 0 and 1, in sRGB.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Color {
    /// Red.
    pub r: f32,
    /// Green.
    pub g: f32,
    /// Blue.
    pub b: f32,
    /// Opacity: 0 is transparent.
    pub a: f32,
}

impl Color {
    /// Opaque black, the default of outlines and text.
    pub const BLACK: Self = Self::opaque(0.0, 0.0, 0.0);
    /// Opaque white, the default of the paper.
    pub const WHITE: Self = Self::opaque(1.0, 1.0, 1.0);
    /// No colour at all, matplotlib's `none`.
    pub const NONE: Self = Self { r: 0.0, g: 0.0, b: 0.0, a: 0.0 };

    /// A colour that covers what is under it.
    #[must_use]
    pub const fn opaque(r: f32, g: f32, b: f32) -> Self {
        Self { r, g, b, a: 1.0 }
    }

    /// Red, green, blue and alpha.
    #[must_use]
    pub fn to_array(self) -> [f32; 4] {
        [self.r, self.g, self.b, self.a]
    }

    /// The colour from bytes, 255 being full.
    #[must_use]
    pub fn from_rgba8([r, g, b, a]: [u8; 4]) -> Self {
        let channel = |byte: u8| f32::from(byte) / 255.0;
        Self { r: channel(r), g: channel(g), b: channel(b), a: channel(a) }
    }

    /// This colour laid over another, as red, green and blue multiplied by the alpha that they have together, and that.
    #[must_use]
    pub fn premultiplied_over(self, below: Self) -> [f32; 4] {
        let kept = (1.0 - self.a) * below.a;
        let channel = |top: f32, below: f32| top * self.a + below * kept;
        [channel(self.r, below.r), channel(self.g, below.g), channel(self.b, below.b), self.a + kept]
    }

    /// The nearest bytes, halves upwards as Agg rounds them.
    #[must_use]
    pub fn to_rgba8(self) -> [u8; 4] {
        [self.r, self.g, self.b, self.a].map(to_byte)
    }

    /// The bytes that matplotlib's colormaps have for the colour: fractions are dropped.
    #[must_use]
    pub fn to_table_rgba8(self) -> [u8; 4] {
        self.to_channels().map(to_table_byte)
    }

    /// The channels in double precision, as matplotlib has them: what was a byte is that over 255.
    pub(super) fn to_channels(self) -> [f64; 4] {
        // Bytes that became an f32 are told by this much.
        const ROUNDING: f64 = 1e-3;
        self.to_array().map(|channel| {
            let bytes = f64::from(channel) * 255.0;
            if (bytes - bytes.round()).abs() < ROUNDING { bytes.round() / 255.0 } else { f64::from(channel) }
        })
    }

    /// The colour that `text` names, by the rules of `matplotlib.colors.to_rgba` for strings.
    ///
    /// The thousand `xkcd:` names are not known.
    ///
    /// # Errors
    /// `text` is not a colour; the error names `key` and the nearest colour names.
    pub fn parse(key: &str, text: &str) -> Result<Self> {
        if text.eq_ignore_ascii_case("none") {
            return Ok(Self::NONE);
        }
        if let Some(rgb) = cycled(text).or_else(|| named(text)) {
            let [r, g, b] = rgb;
            return Ok(Self::from_rgba8([r, g, b, 255]));
        }
        if let Some((_, rgb)) = BASE.iter().find(|(letter, _)| *letter == text) {
            let [r, g, b] = *rgb;
            return Ok(Self::opaque(r, g, b));
        }
        if let Some(digits) = text.strip_prefix('#') {
            return hex(digits).ok_or_else(|| Error::value(key, text, "is not a hexadecimal colour", FORMS));
        }
        if let Ok(grey) = text.trim().parse::<f32>() {
            return if (0.0..=1.0).contains(&grey) {
                Ok(Self::opaque(grey, grey, grey))
            } else {
                Err(Error::value(key, text, "is a grey outside 0 to 1", FORMS))
            };
        }
        Err(unknown(key, text))
    }
}

fn unknown(key: &str, text: &str) -> Error {
    if text.to_ascii_lowercase().starts_with("xkcd:") {
        return Error::value(key, text, "is an xkcd name, and those are not available", FORMS);
    }
    let known = CSS4.iter().chain(TABLEAU).map(|(name, _)| *name);
    unknown_name(key, "colour", text, known, FORMS)
}

/// `C` and a number: that colour of the default property cycle, counted modulo its length of ten.
fn cycled(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('C')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let last = digits.bytes().last()? - b'0';
    COLOR_CYCLE.get(usize::from(last)).copied()
}

/// A CSS4 or Tableau name, in any case.
fn named(text: &str) -> Option<[u8; 3]> {
    let lower = text.to_lowercase();
    let (_, rgb) = CSS4.iter().chain(TABLEAU).find(|(name, _)| *name == lower)?;
    let [_, r, g, b] = rgb.to_be_bytes();
    Some([r, g, b])
}

/// The digits after `#`: three or four of them are shorthand for six or eight.
fn hex(digits: &str) -> Option<Color> {
    let values = digits.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<u32>>>()?;
    let byte = |value: u32| u8::try_from(value).ok();
    let bytes = match values.len() {
        3 | 4 => values.iter().map(|value| byte(value * 17)).collect::<Option<Vec<u8>>>()?,
        6 | 8 => values.chunks(2).map(|pair| byte(pair[0] * 16 + pair[1])).collect::<Option<Vec<u8>>>()?,
        _ => return None,
    };
    match bytes[..] {
        [r, g, b] => Some(Color::from_rgba8([r, g, b, 255])),
        [r, g, b, a] => Some(Color::from_rgba8([r, g, b, a])),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped and rounded to 0..=255")]
fn to_byte(channel: f32) -> u8 {
    (channel.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_round_trip() {
        for byte in 0..=255 {
            assert_eq!(Color::from_rgba8([byte; 4]).to_rgba8(), [byte; 4]);
        }
    }

    #[test]
    fn a_mistyped_name_is_answered_with_the_nearest() {
        let message = Color::parse("edgecolor", "stealblue").unwrap_err().to_string();
        assert!(message.contains("edgecolor") && message.contains("steelblue"), "{message}");
    }

    #[test]
    fn what_is_like_no_name_is_answered_with_the_forms() {
        for text in ["", "#", "#12", "#12345g", "#é", "2", "-0.1", "nan", "inf", "Ü", "K", "xkcd:sky blue"] {
            let message = Color::parse("edgecolor", text).unwrap_err().to_string();
            assert!(message.contains("give a CSS name"), "{text}: {message}");
        }
    }
}
