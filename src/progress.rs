//! What a user sees of a run: a bar on a terminal, a line a figure elsewhere, JSON lines for programs.

use std::io::{self, IsTerminal as _, Write as _, stderr, stdout};

use indicatif::{ProgressBar, ProgressStyle};
use mapfolio::batch::{Event, Summary};
use mapfolio::style::Resampling;
use serde_json::json;

use crate::cli::{Progress, ReportArgs};

/// Tells about figures on stdout (results) and stderr (progress, warnings, errors).
pub(crate) struct Reporter {
    json: bool,
    quiet: bool,
    bar: Option<ProgressBar>,
}

impl Reporter {
    pub(crate) fn new(report: &ReportArgs, figures: usize) -> Self {
        let shows_bar = match report.progress {
            Progress::Always => true,
            Progress::Auto => stderr().is_terminal() && !report.quiet,
            Progress::Never => false,
        };
        Self { json: report.json, quiet: report.quiet, bar: shows_bar.then(|| bar(figures as u64)) }
    }

    /// Reports one figure.
    pub(crate) fn tell(&mut self, event: &Event) -> io::Result<()> {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        match event {
            Event::Drawn { name, path, warnings, projection_error_px, resampling } => {
                for warning in warnings.iter().filter(|_| !self.quiet) {
                    self.note(&format!("warning: {name}: {warning}"));
                }
                self.result(
                    &json!({
                        "event": "figure", "status": "drawn", "name": name, "path": path, "warnings": warnings,
                        "projection_error_px": projection_error_px, "resampling": resampling.map(Resampling::name),
                    }),
                    Some(&path.display().to_string()),
                )
            }
            Event::Failed { name, error } => {
                self.note(&format!("error: {error}"));
                let event = json!({ "event": "figure", "status": "failed", "name": name, "error": error.to_string() });
                self.result(&event, None)
            }
        }
    }

    /// Ends the bar and, for programs, sums up.
    pub(crate) fn finish(&mut self, summary: Option<&Summary>) -> io::Result<()> {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let Some(Summary { drawn, failed }) = summary else { return Ok(()) };
        if *failed > 0 {
            self.note(&format!("{failed} of {} figures failed", drawn + failed));
        }
        self.result(&json!({ "event": "summary", "drawn": drawn, "failed": failed }), None)
    }

    /// A line on stderr that does not tear the bar.
    fn note(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }

    /// A line on stdout: the event for programs, else the plain text if there is any.
    fn result(&self, event: &serde_json::Value, plain: Option<&str>) -> io::Result<()> {
        let line = if self.json { Some(event.to_string()) } else { plain.map(str::to_owned) };
        let Some(line) = line else { return Ok(()) };
        let write = || writeln!(stdout().lock(), "{line}");
        match &self.bar {
            // On a terminal the bar says enough.
            Some(_) if !self.json && stdout().is_terminal() => Ok(()),
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

fn bar(figures: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} maps, {per_sec}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(figures).with_style(style)
}
