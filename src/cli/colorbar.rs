//! The flags that say where a colorbar stands and how it looks.

use clap::Args;
use mapfolio::figure::Spacing;
use mapfolio::job::{ColorbarJob, ColorbarLocation, ExtendFracJob, MinorTicksJob, Numbers};

use super::choice;

#[derive(Debug, Args)]
#[command(next_help_heading = "Colorbar")]
pub(super) struct ColorbarArgs {
    /// Ticks of the colorbar, as --levels [default: the levels]
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    ticks: Option<String>,
    /// Text beside the colorbar [default: the raster's unit]
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    label: Option<String>,
    /// Marks between the ticks: auto, none, or a list as --ticks [default: those of logarithmic scales]
    #[arg(long, value_name = "LIST", num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
    minor_ticks: Option<String>,
    /// Side of the map, or none for no colorbar; at left and right it is vertical [default: bottom]
    #[arg(long, value_name = "WHERE", value_parser = choice::<ColorbarLocation>())]
    colorbar_location: Option<ColorbarLocation>,
    /// From the map to the bar, in points [default: 8]
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true)]
    colorbar_pad: Option<f64>,
    /// Thickness of the bar, in points [default: 12 in a figure of 9 inches' height]
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true)]
    colorbar_width: Option<f64>,
    /// The bar's length divided by its thickness, instead
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, conflicts_with = "colorbar_width")]
    colorbar_aspect: Option<f64>,
    /// The bar's length as a share of the map's side [default: 1]
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    colorbar_shrink: Option<f64>,
    /// Length of pointed ends as a share of the bar between them, or LOW,HIGH, or auto: as long as the first and last
    /// class [default: 0.05]
    #[arg(long, value_name = "SHARE", allow_hyphen_values = true)]
    colorbar_extendfrac: Option<String>,
    /// Draw a line between neighbouring colours
    #[arg(long)]
    colorbar_drawedges: bool,
    /// Classes between levels equally long, or as long as the range of their values [default: uniform]
    #[arg(long, value_name = "HOW", value_parser = choice::<Spacing>())]
    colorbar_spacing: Option<Spacing>,
    /// How ticks are written: as C's and Python's %.1f, or as Python's {x:.1f} [default: as few digits as they need]
    #[arg(long, value_name = "FORMAT", allow_hyphen_values = true)]
    colorbar_format: Option<String>,
}

impl ColorbarArgs {
    pub(super) fn into_job(self) -> ColorbarJob {
        ColorbarJob {
            location: self.colorbar_location,
            pad: self.colorbar_pad,
            width: self.colorbar_width,
            aspect: self.colorbar_aspect,
            shrink: self.colorbar_shrink,
            extendfrac: self.colorbar_extendfrac.map(ExtendFracJob::Text),
            drawedges: self.colorbar_drawedges.then_some(true),
            spacing: self.colorbar_spacing,
            ticks: self.ticks.map(Numbers::Text),
            minor_ticks: self.minor_ticks.as_deref().map(MinorTicksJob::from_text),
            format: self.colorbar_format,
            label: self.label,
        }
    }
}
