//! The flags for what stands on the map and for the fonts that texts are set in.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
#[command(next_help_heading = "Furniture")]
pub(super) struct FurnitureArgs {
    /// Font for characters that DejaVu Sans lacks: TrueType, OpenType, or a collection, FILE.ttc#2 for its third;
    /// repeatable, the first that has a character draws it
    #[arg(long, value_name = "FILE")]
    pub(super) font: Vec<PathBuf>,
}
