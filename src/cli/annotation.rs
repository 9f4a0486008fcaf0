//! The flags of texts on the map.

use clap::Args;
use mapfolio::job::TextJob;

#[derive(Debug, Args)]
#[command(next_help_heading = "Furniture")]
pub(super) struct AnnotationArgs {
    /// Text at a longitude and latitude, X,Y:TEMPLATE with the fields of --title; job files have its size, colour, box and
    /// other places; repeatable
    #[arg(long, value_name = "TEXT", value_parser = TextJob::from_flag, allow_hyphen_values = true)]
    pub(super) text: Vec<TextJob>,
}
