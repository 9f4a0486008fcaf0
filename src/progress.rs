//! What a user sees of a run: a bar on a terminal, a line a figure elsewhere, JSON lines for programs.

use std::io::{self, IsTerminal as _, Write as _, stderr, stdout};

use indicatif::{ProgressBar, ProgressStyle};
use mapfolio::batch::{Event, Summary};
use mapfolio::manifest::{Line, Record};
use serde_json::json;

use crate::cli::{Progress, ReportArgs};

/// Tells about figures on stdout (results) and stderr (progress, warnings, errors).
pub(crate) struct Reporter {
    json: bool,
    quiet: bool,
    bar: Option<ProgressBar>,
    last_error: String,
    /// How often the last error came again.
    repeated: usize,
}

impl Reporter {
    pub(crate) fn new(report: &ReportArgs, figures: usize) -> Self {
        let shows_bar = match report.progress {
            Progress::Always => true,
            Progress::Auto => stderr().is_terminal() && !report.quiet,
            Progress::Never => false,
        };
        let bar = shows_bar.then(|| bar(figures as u64));
        Self { json: report.json, quiet: report.quiet, bar, last_error: String::new(), repeated: 0 }
    }

    /// Reports one figure.
    pub(crate) fn tell(&mut self, event: &Event) -> io::Result<()> {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        match event {
            Event::Drawn { record, path, untold } => {
                for warning in untold.iter().filter(|_| !self.quiet) {
                    self.note(&format!("warning: {}: {warning}", record.name));
                }
                let path = path.display().to_string();
                self.result(|| figure_line(record, Some(&path)), Some(&path))
            }
            Event::Skipped { name, path } => {
                let object =
                    || json!({ "event": "figure", "status": "skipped", "name": name, "path": path }).to_string();
                self.result(object, None)
            }
            Event::Failed { record } => {
                self.tell_of_failure(record.error.as_deref().unwrap_or("it failed"));
                self.result(|| figure_line(record, record.path.as_deref()), None)
            }
        }
    }

    /// Figures that fail for one reason follow each other; it is told once.
    fn tell_of_failure(&mut self, error: &str) {
        if self.last_error == error {
            self.repeated += 1;
            return;
        }
        self.tell_of_repetition();
        self.note(&format!("error: {error}"));
        error.clone_into(&mut self.last_error);
    }

    fn tell_of_repetition(&mut self) {
        let count = std::mem::take(&mut self.repeated);
        if count > 0 {
            self.note(&format!("  (the same for {count} more figures)"));
        }
    }

    /// Ends the bar and, for programs, sums up.
    pub(crate) fn finish(&mut self, summary: Option<&Summary>) -> io::Result<()> {
        self.tell_of_repetition();
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let Some(summary) = summary else { return Ok(()) };
        let Summary { drawn, failed, skipped, .. } = summary;
        if let Some(fault) = &summary.fault {
            self.note(&format!("error: {fault}; the run ends here, --resume goes on with it"));
        }
        if *failed > 0 {
            self.note(&format!("{failed} of {} figures failed", drawn + failed + skipped));
        }
        if let Some(signal) = summary.signal {
            self.note(&format!("ended by signal {signal} with {drawn} figures drawn; --resume draws the rest"));
        }
        let object = || {
            json!({
                "event": "summary", "drawn": drawn, "failed": failed, "skipped": skipped, "signal": summary.signal,
                "wall_s": summary.wall_s, "seconds": summary.seconds, "rasters_opened": summary.rasters_opened,
                "peak_memory_bytes": summary.peak_memory_bytes,
            })
            .to_string()
        };
        self.result(object, None)
    }

    /// A line on stderr that does not tear the bar.
    fn note(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| to_stderr(line)),
            None => to_stderr(line),
        }
    }

    /// A line on stdout: the event for programs, else the plain text if there is any.
    fn result(&self, event: impl FnOnce() -> String, plain: Option<&str>) -> io::Result<()> {
        let line = if self.json { Some(event()) } else { plain.map(str::to_owned) };
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

/// What the manifest says of a figure, with a path that the reader of stdout can use.
fn figure_line(record: &Record, path: Option<&str>) -> String {
    let line = Line::Figure(Box::new(Record { path: path.map(str::to_owned), ..record.clone() }));
    serde_json::to_string(&line).unwrap_or_else(|e| json!({ "event": "figure", "error": e.to_string() }).to_string())
}

/// Writes a line to stderr. Whoever should have read it may have gone, which is no reason to stop.
pub(crate) fn to_stderr(line: &str) {
    let _read = writeln!(stderr().lock(), "{line}");
}

fn bar(figures: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} maps, {per_sec}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(figures).with_style(style)
}
