//! How a pixel's value comes from the cells of a raster: the names are gdalwarp's.

use super::choice::Choice;

/// How a pixel's value comes from the cells around it.
///
/// Cells without a value are left out and the weights of the others made up to 1, as gdalwarp does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resampling {
    /// The cell that holds the pixel's centre, of the raster itself, however small it is.
    #[default]
    Nearest,
    /// The mean of the four nearest cells by nearness.
    Bilinear,
    /// The cubic convolution of the 4 by 4 nearest cells (Keys 1981 with a = -0.5, as GDAL's).
    Cubic,
    /// The mean of the cells that the pixel covers, by the areas covered.
    Average,
    /// The number that covers most of the pixel.
    Mode,
    /// The largest number of the cells that the pixel covers.
    Max,
    /// The smallest.
    Min,
}

impl Resampling {
    /// The name that gdalwarp has for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Bilinear => "bilinear",
            Self::Cubic => "cubic",
            Self::Average => "average",
            Self::Mode => "mode",
            Self::Max => "max",
            Self::Min => "min",
        }
    }

    /// Whether it makes numbers that no cell holds.
    #[must_use]
    pub fn makes_new_values(self) -> bool {
        matches!(self, Self::Bilinear | Self::Cubic | Self::Average)
    }

    /// Whether it looks at the whole area of a pixel.
    #[must_use]
    pub fn covers_the_pixel(self) -> bool {
        matches!(self, Self::Average | Self::Mode | Self::Max | Self::Min)
    }

    /// Whether it looks for the largest or smallest number, which coarser levels do not hold.
    #[must_use]
    pub fn is_extreme(self) -> bool {
        matches!(self, Self::Max | Self::Min)
    }
}

impl std::fmt::Display for Resampling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// How the resampling of a view is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResamplingChoice {
    /// Nearest where the view's cells are larger than its pixels, else average, or mode for numbers that stand for
    /// colours of a table.
    #[default]
    Auto,
    /// The same for all views.
    Always(Resampling),
}

impl Choice for ResamplingChoice {
    const ALL: &'static [(&'static str, Self)] = &[
        ("auto", Self::Auto),
        ("nearest", Self::Always(Resampling::Nearest)),
        ("bilinear", Self::Always(Resampling::Bilinear)),
        ("cubic", Self::Always(Resampling::Cubic)),
        ("average", Self::Always(Resampling::Average)),
        ("mode", Self::Always(Resampling::Mode)),
        ("max", Self::Always(Resampling::Max)),
        ("min", Self::Always(Resampling::Min)),
    ];
}
