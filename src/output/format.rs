//! The formats of figures: what they are called, how their files' names end, and how they are encoded.

use std::path::Path;

/// A format of image files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Lossless, read by all that shows images.
    #[default]
    Png,
    /// Smaller where colours run into each other, not lossless, without transparency.
    Jpeg,
    /// Lossless; read by browsers.
    Webp,
    /// Lossless, with the map's place in it: `GeoTIFF`.
    Tiff,
}

impl Format {
    /// All formats and what flags and job files call them.
    pub const NAMES: &'static [(&'static str, Self)] =
        &[("png", Self::Png), ("jpeg", Self::Jpeg), ("webp", Self::Webp), ("tiff", Self::Tiff)];

    /// What flags and job files call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }

    /// How its files' names may end, in lower case; the first is what names end in if the user gives none.
    #[must_use]
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Webp => &["webp"],
            Self::Tiff => &["tif", "tiff"],
        }
    }

    /// The format that a file's name tells by its ending, in upper or lower case.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        let ending = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
        let (_, format) = Self::NAMES.iter().find(|(_, format)| format.endings().contains(&&*ending))?;
        Some(*format)
    }

    /// Whether its pixels may be transparent.
    #[must_use]
    pub fn holds_alpha(self) -> bool {
        self != Self::Jpeg
    }
}

/// How figures become files of one format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// As PNG.
    Png {
        /// How much time is spent on small files.
        level: PngLevel,
        /// Whether figures of at most 256 colours get a palette.
        palette: bool,
    },
    /// As JPEG.
    Jpeg {
        /// 1 to 100, as the IJG's `cjpeg` and Pillow count it.
        quality: u8,
    },
    /// As WebP.
    Webp,
    /// As `GeoTIFF`.
    Tiff,
}

impl Default for FileFormat {
    fn default() -> Self {
        Self::Png { level: PngLevel::Fast, palette: false }
    }
}

impl FileFormat {
    /// The files' format.
    #[must_use]
    pub fn format(self) -> Format {
        match self {
            Self::Png { .. } => Format::Png,
            Self::Jpeg { .. } => Format::Jpeg,
            Self::Webp => Format::Webp,
            Self::Tiff => Format::Tiff,
        }
    }
}

/// How much time is spent on small PNG files. Measured on maps of 1400x900 px, one core, in classes and in a smooth
/// colormap, with and without outlines:
///
/// | level | time | size |
/// |---|---|---|
/// | `fast` | 1.5 to 4.3 ms | 125 to 753 kB |
/// | `small` | 29 to 112 ms | 50 to 391 kB |
///
/// What zlib's highest level takes off the latter, up to 2 % at three times the time, is not offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PngLevel {
    /// Little.
    #[default]
    Fast,
    /// 20 to 30 times that, for files of two fifths to two thirds of the size.
    Small,
}

impl PngLevel {
    /// All levels and what flags and job files call them.
    pub const NAMES: &'static [(&'static str, Self)] = &[("fast", Self::Fast), ("small", Self::Small)];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_the_ending() {
        for (name, format) in Format::NAMES {
            assert_eq!(format.name(), *name);
            for ending in format.endings() {
                assert!(crate::manifest::IMAGE_ENDINGS.contains(ending), "{ending}");
                assert_eq!(Format::of_file(&format!("{{name}}.{ending}")), Some(*format));
                assert_eq!(Format::of_file(&format!("a.b.{}", ending.to_uppercase())), Some(*format));
            }
        }
        for name in ["a", "a.gif", "png", "{name}.{band}", ".png", "a.png "] {
            assert_eq!(Format::of_file(name), None, "{name}");
        }
    }
}
