//! The flags of what is laid over the map: texts, pictures and the north arrow.

use clap::Args;
use mapfolio::job::{LogoJob, NorthArrowJob, TextJob};

#[derive(Debug, Args)]
#[command(next_help_heading = "Furniture")]
pub(super) struct AnnotationArgs {
    /// Text at a longitude and latitude, X,Y:TEMPLATE with the fields of --title; job files have its size, colour, box and
    /// other places; repeatable
    #[arg(long, value_name = "TEXT", value_parser = TextJob::from_flag, allow_hyphen_values = true)]
    pub(super) text: Vec<TextJob>,
    /// Picture on the map, FILE[:loc=..,width=..,alpha=..]: PNG, JPEG or WebP; loc as a legend's, or with figure before it
    /// in the figure, width in points; repeatable [default: lower right, a point a pixel]
    #[arg(long, value_name = "IMAGE", value_parser = LogoJob::from_flag)]
    pub(super) logo: Vec<LogoJob>,
    /// Arrow to true north there, by a legend's places [default: none; without LOC: upper left]
    #[arg(long, value_name = "LOC", num_args = 0..=1, require_equals = true, default_missing_value = "upper left")]
    north_arrow: Option<String>,
}

impl AnnotationArgs {
    /// The north arrow; None if it is not asked for.
    pub(super) fn north_arrow(&self) -> Option<NorthArrowJob> {
        self.north_arrow.clone().map(|loc| NorthArrowJob { loc: Some(loc), ..NorthArrowJob::default() })
    }
}
