//! The flags of rasters that are drawn over the map's own.

use clap::Args;
use mapfolio::job::OverlayJob;

#[derive(Debug, Args)]
#[command(next_help_heading = "Raster")]
#[expect(clippy::doc_markdown, reason = "the help shows backticks as they are")]
pub(super) struct OverlayArgs {
    /// Raster over the map's own, DATASET[:key=value,..]; keys subdatasets, band, crs, alpha, resampling; cmap,
    /// lut, levels, vmin, vmax, norm, vcenter, halfrange, gamma, linthresh, linscale, categories, under, over, bad, extend;
    /// of its colorbar label, ticks, minor_ticks, format, location, pad, width, aspect, shrink, extendfrac, drawedges,
    /// spacing; repeatable, the highest last
    #[arg(long, value_name = "OVERLAY", value_parser = OverlayJob::from_flag)]
    overlay: Vec<OverlayJob>,
}

impl OverlayArgs {
    pub(super) fn into_job(self) -> Vec<OverlayJob> {
        self.overlay
    }
}
