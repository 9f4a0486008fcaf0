//! Colours as GMT's .cpt files write them, and as GMT blends them.

use super::color::Color;
use super::x11_colors::numbered;

/// What GMT calls otherwise than CSS, from X11 and from GMT itself (gmtcolors).
const NAMES: [(&str, [u8; 3]); 16] = [
    ("gray", [190; 3]),
    ("grey", [190; 3]),
    ("green", [0, 255, 0]),
    ("maroon", [176, 48, 96]),
    ("purple", [160, 32, 240]),
    ("lightbrown", [235, 190, 85]),
    ("darkbrown", [120, 60, 30]),
    ("darkyellow", [128, 128, 0]),
    ("lightred", [255, 128, 128]),
    ("lightorange", [255, 192, 128]),
    ("lightmagenta", [255, 128, 255]),
    ("violetred", [208, 32, 144]),
    ("navyblue", [0, 0, 128]),
    ("lightgoldenrod", [238, 221, 130]),
    ("lightslateblue", [132, 112, 255]),
    ("lightgrey", [211; 3]),
];

/// How a file's numbers are to be read, and between which numbers colours are blended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Model {
    /// Red, green and blue, 0 to 255; greys too.
    #[default]
    Rgb,
    /// Hue in degrees, saturation and value, 0 to 1; blended as red, green and blue.
    Hsv,
    /// The same, blended as hue, saturation and value; colours in other forms too.
    BlendedHsv,
    /// Cyan, magenta, yellow and black, in percent; blended as red, green and blue.
    Cmyk,
}

/// A colour before it is bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Paint {
    /// Red, green and blue, or hue, saturation and value; hue from 0 to 360, all others from 0 to 1.
    channels: [f64; 3],
    /// 0 to 1.
    alpha: f64,
    is_hsv: bool,
}

/// A colour, or `-`: nothing is drawn.
pub(super) type MaybePaint = Option<Paint>;

impl Model {
    /// The model that `COLOR_MODEL` names. To GMT, `hsv` and `+HSV` say how colours are blended, `HSV` only how they are
    /// written.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix('+').unwrap_or(text).to_ascii_uppercase().as_str() {
            "RGB" | "GRAY" | "GREY" => Some(Self::Rgb),
            "HSV" if text == "HSV" => Some(Self::Hsv),
            "HSV" => Some(Self::BlendedHsv),
            "CMYK" => Some(Self::Cmyk),
            _ => None,
        }
    }

    /// How many numbers a colour is, in files that put a column between them.
    pub(super) fn columns(self) -> usize {
        if self == Self::Cmyk { 4 } else { 3 }
    }

    /// The colour of `words`, one in any of GMT's forms or [`Model::columns`] numbers.
    ///
    /// # Errors
    /// What is wrong, as a sentence.
    pub(super) fn paint(self, words: &[&str]) -> Result<MaybePaint, String> {
        let paint = match words {
            ["-"] => return Ok(None),
            [word] => Paint::one_word(word)?,
            _ if matches!(self, Self::Hsv | Self::BlendedHsv) => Paint::hsv(numbers(words)?)?,
            _ => Paint::slashed(words)?,
        };
        Ok(Some(if self == Self::BlendedHsv { paint.to_hsv() } else { paint.to_rgb() }))
    }
}

impl Paint {
    /// A colour in one word, with `@` and its transparency in percent behind it.
    fn one_word(word: &str) -> Result<Self, String> {
        let (color, transparency) = word.split_once('@').unwrap_or((word, "0"));
        let percent = number(transparency, 100.0)?;
        let mut paint = if color.contains('/') {
            let parts: Vec<&str> = color.split('/').collect();
            Self::slashed(&parts)?
        } else if let Ok(grey) = color.parse::<f64>() {
            let _checked = number(color, 255.0)?;
            Self::rgb([grey / 255.0; 3])
        } else if color.split('-').count() == 3 && color.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            let parts: Vec<&str> = color.split('-').collect();
            Self::hsv(numbers(&parts)?)?
        } else {
            named(color)?
        };
        paint.alpha = 1.0 - percent / 100.0;
        Ok(paint)
    }

    fn rgb(channels: [f64; 3]) -> Self {
        Self { channels, alpha: 1.0, is_hsv: false }
    }

    fn hsv([h, s, v]: [f64; 3]) -> Result<Self, String> {
        for (value, most) in [(h, 360.0), (s, 1.0), (v, 1.0)] {
            check(value, most)?;
        }
        Ok(Self { channels: [h, s, v], alpha: 1.0, is_hsv: true })
    }

    /// Red, green and blue, or cyan, magenta, yellow and black.
    fn slashed(parts: &[&str]) -> Result<Self, String> {
        match parts {
            [_, _, _] => Ok(Self::rgb(numbers_up_to(parts, 255.0)?.map(|channel| channel / 255.0))),
            [c, m, y, black] => {
                let black = number(black, 100.0)? / 100.0;
                let inks = numbers_up_to(&[*c, *m, *y], 100.0)?;
                Ok(Self::rgb(inks.map(|ink| (1.0 - ink / 100.0) * (1.0 - black))))
            }
            _ => Err(format!("'{}' is not a colour", parts.join("/"))),
        }
    }

    /// The share `share` of the way from `self` to `other`, both of one model.
    fn towards(self, other: Self, share: f64) -> Self {
        let blend = |a: f64, b: f64| a + share * (b - a);
        let channels = std::array::from_fn(|k| blend(self.channels[k], other.channels[k]));
        Self { channels, alpha: blend(self.alpha, other.alpha), ..self }
    }

    /// The blend of two colours as bytes.
    pub(super) fn blended(self, other: Self, share: f64) -> [u8; 4] {
        self.towards(other, share).to_rgba8()
    }

    /// The nearest bytes, halves to the even one, as GMT rounds.
    pub(super) fn to_rgba8(self) -> [u8; 4] {
        let [r, g, b] = self.to_rgb().channels;
        [r, g, b, self.alpha].map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round_ties_even() as u8)
    }

    /// How many steps between two colours are so small that no channel changes by more than a quarter of a byte in
    /// one, if colours are blended by hue; 1 for others, whose channels never turn.
    pub(super) fn steps_to(self, other: Self) -> u32 {
        if !self.is_hsv {
            return 1;
        }
        let [h, s, v] = std::array::from_fn(|k| (other.channels[k] - self.channels[k]).abs());
        ((h / 60.0 + s + v) * 255.0 * 4.0).ceil().max(1.0) as u32
    }

    /// Red, green and blue from hue, saturation and value (A. R. Smith, 1978).
    fn to_rgb(self) -> Self {
        if !self.is_hsv {
            return self;
        }
        let [h, s, v] = self.channels;
        let sector = (h / 60.0).rem_euclid(6.0);
        let part = sector - sector.floor();
        let (p, q, t) = (v * (1.0 - s), v * (1.0 - s * part), v * (1.0 - s * (1.0 - part)));
        let channels = match sector as u32 {
            0 => [v, t, p],
            1 => [q, v, p],
            2 => [p, v, t],
            3 => [p, q, v],
            4 => [t, p, v],
            _ => [v, p, q],
        };
        Self { channels, is_hsv: false, ..self }
    }

    fn to_hsv(self) -> Self {
        if self.is_hsv {
            return self;
        }
        let [r, g, b] = self.channels;
        let (low, high) = (r.min(g).min(b), r.max(g).max(b));
        let span = high - low;
        let hue = if span == 0.0 {
            0.0
        } else if high == r {
            60.0 * ((g - b) / span).rem_euclid(6.0)
        } else if high == g {
            120.0 + 60.0 * (b - r) / span
        } else {
            240.0 + 60.0 * (r - g) / span
        };
        let saturation = if high == 0.0 { 0.0 } else { span / high };
        Self { channels: [hue, saturation, high], is_hsv: true, ..self }
    }
}

/// GMT's names, CSS's where GMT has no other, hexadecimal digits, and `gray0` to `gray100`.
fn named(text: &str) -> Result<Paint, String> {
    let lower = text.to_ascii_lowercase();
    let from_bytes = |rgb: [u8; 3]| Paint::rgb(rgb.map(|channel| f64::from(channel) / 255.0));
    let own = NAMES.iter().find(|(name, _)| *name == lower).map(|(_, rgb)| *rgb);
    if let Some(rgb) = own.or_else(|| numbered(&lower)) {
        return Ok(from_bytes(rgb));
    }
    let grey = lower.strip_prefix("gray").or_else(|| lower.strip_prefix("grey"));
    if let Some(percent) = grey.and_then(|digits| digits.parse::<u8>().ok()).filter(|percent| *percent <= 100) {
        // X11's table rounds these two halves down and the others up.
        let down = matches!(percent, 50 | 90);
        let byte = (u32::from(percent) * 255 + if down { 49 } else { 50 }) / 100;
        return Ok(from_bytes([byte as u8; 3]));
    }
    if !matches!(lower.as_bytes(), [first, _, ..] if *first == b'#' || first.is_ascii_lowercase()) {
        return Err(format!("'{text}' is not a colour"));
    }
    match Color::parse("color", &lower) {
        Ok(color) if color.a == 1.0 => {
            let [r, g, b, _] = color.to_rgba8();
            Ok(from_bytes([r, g, b]))
        }
        _ if lower.starts_with('p') && lower[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            Err(format!("'{text}' is a pattern, and those are not drawn"))
        }
        _ => Err(format!("'{text}' is not a colour")),
    }
}

fn numbers(words: &[&str]) -> Result<[f64; 3], String> {
    numbers_up_to(words, f64::MAX)
}

fn numbers_up_to(words: &[&str], most: f64) -> Result<[f64; 3], String> {
    match words {
        [a, b, c] => Ok([number(a, most)?, number(b, most)?, number(c, most)?]),
        _ => Err(format!("'{}' is not three numbers", words.join(" "))),
    }
}

fn number(word: &str, most: f64) -> Result<f64, String> {
    let value = word.parse::<f64>().map_err(|_| format!("'{word}' is not a number of a colour"))?;
    check(value, most).map(|()| value)
}

fn check(value: f64, most: f64) -> Result<(), String> {
    if (0.0..=most).contains(&value) { Ok(()) } else { Err(format!("'{value}' is not between 0 and {most}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(model: Model, words: &[&str]) -> [u8; 4] {
        model.paint(words).unwrap().unwrap().to_rgba8()
    }

    #[test]
    fn all_forms_of_colours_are_read() {
        for (word, expected) in [
            ("255/128/0", [255, 128, 0, 255]),
            ("127", [127, 127, 127, 255]),
            ("#ff8000", [255, 128, 0, 255]),
            ("120-1-0.5", [0, 128, 0, 255]),
            ("10/30/20/40", [138, 107, 122, 255]),
            ("green", [0, 255, 0, 255]),
            ("Gray", [190, 190, 190, 255]),
            ("gray50", [127, 127, 127, 255]),
            ("grey10", [26, 26, 26, 255]),
            ("DarkOrange3", [205, 102, 0, 255]),
            ("steelblue@25", [70, 130, 180, 191]),
            ("10/20/30@100", [10, 20, 30, 0]),
        ] {
            assert_eq!(bytes(Model::Rgb, &[word]), expected, "{word}");
        }
        assert_eq!(bytes(Model::Hsv, &["240", "1", "1"]), [0, 0, 255, 255]);
        assert_eq!(bytes(Model::Cmyk, &["0", "100", "100", "0"]), [255, 0, 0, 255]);
        assert_eq!(Model::Rgb.paint(&["-"]).unwrap(), None);
    }

    #[test]
    fn what_is_no_colour_is_said_to_be_none() {
        for word in ["", "256", "-1", "1/2", "1/2/300", "0/0/0/101", "400-1-1", "0-2-1", "#12", "rde", "red@101", "k"] {
            assert!(Model::Rgb.paint(&[word]).is_err(), "{word}");
        }
        assert!(Model::Rgb.paint(&["p16+r200"]).unwrap_err().contains("pattern"));
        assert!(Model::Rgb.paint(&[]).is_err());
    }

    #[test]
    fn hue_and_back_is_the_same_colour() {
        for word in ["red", "123/45/67", "0/0/0", "10/250/250", "white", "1/2/3"] {
            let paint = Model::Rgb.paint(&[word]).unwrap().unwrap();
            assert_eq!(paint.to_hsv().to_rgba8(), paint.to_rgba8(), "{word}");
        }
    }
}
