//! The flags that say what is written above and below a map.

use std::path::PathBuf;

use clap::Args;
use mapfolio::job::FigureJob;

#[derive(Debug, Args)]
#[command(next_help_heading = "Titles")]
pub(super) struct CaptionArgs {
    /// Title with {name}, {index}, {raster}, {folder}, {band}, {description}, {time:%Y-%m-%d} or a column of the CSV
    /// [default: {name}, and with several rasters their time or name]
    #[arg(long, value_name = "TEMPLATE", allow_hyphen_values = true)]
    title: Option<String>,
    /// Title at the left; without --title there is none in the middle then
    #[arg(long, value_name = "TEMPLATE", allow_hyphen_values = true)]
    title_left: Option<String>,
    /// Title at the right
    #[arg(long, value_name = "TEMPLATE", allow_hyphen_values = true)]
    title_right: Option<String>,
    /// Line in smaller letters between title and map
    #[arg(long, value_name = "TEMPLATE", allow_hyphen_values = true)]
    subtitle: Option<String>,
    /// Line at the figure's lower edge, such as the data's source
    #[arg(long, value_name = "TEMPLATE", allow_hyphen_values = true)]
    footer: Option<String>,
    /// Font for characters that DejaVu Sans lacks: TrueType, OpenType, or a collection, FILE.ttc#2 for its third;
    /// repeatable, the first that has a character draws it
    #[arg(long, value_name = "FILE")]
    font: Vec<PathBuf>,
}

impl CaptionArgs {
    pub(super) fn into_job(self) -> FigureJob {
        FigureJob {
            title: self.title,
            title_left: self.title_left,
            title_right: self.title_right,
            subtitle: self.subtitle,
            footer: self.footer,
            fonts: self.font,
            ..FigureJob::default()
        }
    }
}
