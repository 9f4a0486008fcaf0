//! The flags that ask for meridians and parallels, and say how they look.

use clap::Args;
use mapfolio::job::{GraticuleJob, GraticuleLabelsJob, GraticuleStep};
use mapfolio::style::DegreeFormat;

use super::choice;

#[derive(Debug, Args)]
#[command(next_help_heading = "Graticule")]
pub(super) struct GraticuleArgs {
    /// Draw meridians and parallels, every so many degrees; auto: as suits each map; none: not those of the job file
    #[arg(long, value_name = "STEP|LON,LAT", num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
    graticule: Option<GraticuleStep>,
    /// Where labels stand: edges, inline, none, or sides such as left,bottom [default: edges; none with --frame-only]
    #[arg(long, value_name = "WHERE")]
    graticule_labels: Option<GraticuleLabelsJob>,
    /// How degrees are written: 120.5°W, 120°30′W or −120.5° [default: degrees]
    #[arg(long, value_name = "FORMAT", value_parser = choice::<DegreeFormat>())]
    graticule_format: Option<DegreeFormat>,
    /// Colour of the lines [default: #b0b0b0]
    #[arg(long, value_name = "COLOR")]
    graticule_color: Option<String>,
    /// Width of the lines, in points [default: 0.8]
    #[arg(long, value_name = "POINTS", allow_negative_numbers = true)]
    graticule_linewidth: Option<f64>,
    /// Dashes of the lines, as a layer's linestyle [default: solid]
    #[arg(long, value_name = "STYLE", allow_hyphen_values = true)]
    graticule_linestyle: Option<String>,
}

impl GraticuleArgs {
    /// None if no flag was given.
    pub(super) fn into_job(self) -> Option<GraticuleJob> {
        let job = GraticuleJob {
            step: self.graticule,
            labels: self.graticule_labels,
            format: self.graticule_format,
            color: self.graticule_color,
            linewidth: self.graticule_linewidth,
            linestyle: self.graticule_linestyle,
            ..GraticuleJob::default()
        };
        (job != GraticuleJob::default()).then_some(job)
    }
}
