//! The flags of the legend.

use clap::Args;
use mapfolio::job::LegendJob;

#[derive(Debug, Args)]
#[command(next_help_heading = "Legend")]
pub(super) struct LegendArgs {
    /// Draw a legend of the layers' labels there, by matplotlib's names such as "lower left" [default: none; of the other
    /// flags: upper right]
    #[arg(long, value_name = "LOC", num_args = 0..=1, require_equals = true, default_missing_value = "upper right")]
    legend: Option<String>,
    /// Columns of its entries [default: 1]
    #[arg(long, value_name = "N")]
    legend_ncols: Option<usize>,
    /// Text above its entries
    #[arg(long, value_name = "TEXT")]
    legend_title: Option<String>,
    /// Add the raster's categories to it
    #[arg(long)]
    legend_categories: bool,
}

impl LegendArgs {
    /// What the flags say; None if there are none.
    pub(super) fn into_job(self) -> Option<LegendJob> {
        let job = LegendJob {
            loc: self.legend,
            ncols: self.legend_ncols,
            title: self.legend_title,
            categories: self.legend_categories.then_some(true),
            ..LegendJob::default()
        };
        (job != LegendJob::default()).then_some(job)
    }
}
