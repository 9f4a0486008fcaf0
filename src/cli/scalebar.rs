//! The flags of the scale bar.

use clap::Args;
use mapfolio::job::ScalebarJob;

#[derive(Debug, Args)]
#[command(next_help_heading = "Scale bar")]
pub(super) struct ScalebarArgs {
    /// Draw a scale bar that is true in the map's middle, of a length such as 500km, 300mi, 20nmi or 250m, or of a round
    /// length in a unit such as mi [default: none; without a length: a round one for each map]
    #[arg(long, value_name = "LENGTH", num_args = 0..=1, require_equals = true, default_missing_value = "auto",
          value_parser = ScalebarJob::from_flag)]
    scalebar: Option<ScalebarJob>,
    /// Draw it there, by matplotlib's names such as "upper right" [default: lower left]
    #[arg(long, value_name = "LOC")]
    scalebar_loc: Option<String>,
}

impl ScalebarArgs {
    /// What the flags say; None if there are none.
    pub(super) fn into_job(self) -> Option<ScalebarJob> {
        let is_given = self.scalebar.is_some() || self.scalebar_loc.is_some();
        is_given.then(|| ScalebarJob { loc: self.scalebar_loc, ..self.scalebar.unwrap_or_default() })
    }
}
