//! The cards of a contact sheet: one a figure, in sections by raster, those that failed first.

use std::path::Path;

use super::super::record::{Record, Status};
use super::super::replacement::Replacement;
use super::html::{Address, Count, Text, Things};
use super::totals::Totals;
use crate::error::Result;

/// Cards of one grid: browsers lay out a grid of thousands slowly, and one out of sight not at all. It fills whole rows
/// of 1 to 6, 8 or 10.
const GRID_CARDS: u64 = 120;

/// Opens the section of figures that were not drawn.
pub(super) fn open_failures(page: &mut Replacement<'_>, totals: &Totals) -> Result<()> {
    let title = match (totals.failed, totals.pending) {
        (failed, 0) => format!("{} failed", Things(failed, "figure")),
        (0, pending) => format!("{} not finished", Things(pending, "figure")),
        (failed, pending) => format!("{} failed, {} not finished", Things(failed, "figure"), Count(pending)),
    };
    writeln!(page, "<section>\n<h2>{title}</h2>\n<ul class=failures>")
}

/// A figure that was not drawn, with the reason.
pub(super) fn failure(page: &mut Replacement<'_>, record: &Record) -> Result<()> {
    let (badge, reason) = match record.status {
        Status::Pending => ("not finished", "Its run was killed before it was finished."),
        _ => ("failed", record.error.as_deref().unwrap_or("No reason is given.")),
    };
    write!(page, "<li><h3>{} <b>{badge}</b></h3>", Text(&record.name))?;
    let of: Vec<_> = record.raster.iter().chain(&record.time).map(|part| Text(part).to_string()).collect();
    if !of.is_empty() {
        write!(page, "<p>{}</p>", of.join(" · "))?;
    }
    writeln!(page, "<p class=reason>{}</p>", Text(reason))
}

/// Closes the section of figures that were not drawn, of which so many were left out.
pub(super) fn close_failures(page: &mut Replacement<'_>, more: u64) -> Result<()> {
    writeln!(page, "</ul>")?;
    if more > 0 {
        writeln!(page, "<p>And {} more; see manifest.jsonl.</p>", Count(more))?;
    }
    writeln!(page, "</section>")
}

/// The sections of drawn figures, one a raster, which may go on over several pages.
#[derive(Default)]
pub(super) struct Sections {
    /// Sections so far.
    count: usize,
    /// The last one's raster.
    raster: Option<String>,
    /// Cards of the last one, on all pages.
    cards: u64,
    /// Cards that still fit into the grid that is open; None if no section is open.
    room: Option<u64>,
}

impl Sections {
    /// Adds a figure's card, in a new section if it is of another raster than the last.
    pub(super) fn card(&mut self, page: &mut Replacement<'_>, record: &Record, totals: &Totals) -> Result<()> {
        let is_new = self.count == 0 || self.raster != record.raster;
        if is_new || self.room.is_none() {
            self.end(page)?;
            self.begin(page, record, is_new, totals)?;
        } else if self.room == Some(0) {
            writeln!(page, "</ul>")?;
            self.begin_grid(page, totals)?;
        }
        self.cards += 1;
        self.room = self.room.map(|room| room - 1);
        figure(page, record)
    }

    fn begin(&mut self, page: &mut Replacement<'_>, record: &Record, is_new: bool, totals: &Totals) -> Result<()> {
        if is_new {
            self.raster.clone_from(&record.raster);
            self.count += 1;
            self.cards = 0;
        }
        let title = record.raster.as_deref().unwrap_or("Without a raster");
        let figures = Things(self.figures(totals), "figure");
        let goes_on = if is_new { "" } else { ", continued" };
        let heading = Text(title);
        writeln!(page, "<section>\n<h2>{heading} <small>{figures}{goes_on}</small></h2>\n<div class=group>")?;
        self.begin_grid(page, totals)
    }

    /// The page reserves a place for each card of a grid that is out of sight.
    fn begin_grid(&mut self, page: &mut Replacement<'_>, totals: &Totals) -> Result<()> {
        let cards = self.figures(totals).saturating_sub(self.cards).clamp(1, GRID_CARDS);
        self.room = Some(cards);
        writeln!(page, "<ul class=figures style=\"--cards:{cards}\">")
    }

    /// Figures of the last section.
    fn figures(&self, totals: &Totals) -> u64 {
        totals.groups.get(self.count - 1).copied().unwrap_or_default()
    }

    /// Ends a page's last section. On the next page it goes on.
    pub(super) fn end(&mut self, page: &mut Replacement<'_>) -> Result<()> {
        match self.room.take() {
            Some(_) => writeln!(page, "</ul>\n</div>\n</section>"),
            None => Ok(()),
        }
    }
}

/// Whether browsers show a figure's file.
fn is_shown(record: &Record) -> bool {
    let ending = record.path.as_deref().and_then(|path| Path::new(path).extension()).unwrap_or_default();
    !["tif", "tiff"].iter().any(|tiff| ending.eq_ignore_ascii_case(tiff))
}

/// A figure with its picture, whose place is kept while it is not yet loaded.
fn figure(page: &mut Replacement<'_>, record: &Record) -> Result<()> {
    let address = Address(record.path.as_deref().unwrap_or_default());
    let (name, [width, height]) = (Text(&record.name), record.size_px.unwrap_or([4, 3]));
    let seen = Text(record.title.as_deref().unwrap_or(&record.name));
    write!(page, "<li><a href=\"{address}\">")?;
    if is_shown(record) {
        write!(
            page,
            "<img src=\"{address}\" width={width} height={height} loading=lazy decoding=async alt=\"Map: {seen}\">"
        )?;
    } else {
        write!(page, "No preview: browsers do not show TIFF")?;
    }
    write!(page, "</a><h3>{name}</h3>")?;
    match (&record.time, record.band) {
        (Some(time), _) => write!(page, "<p>{}</p>", Text(time))?,
        (None, Some(band)) => write!(page, "<p>band {band}</p>")?,
        (None, None) => {}
    }
    if !record.warnings.is_empty() {
        write!(page, "<details><summary>{}</summary>", Things(record.warnings.len() as u64, "warning"))?;
        record.warnings.iter().try_for_each(|warning| write!(page, "<p>{}</p>", Text(warning)))?;
        write!(page, "</details>")?;
    }
    writeln!(page)
}
