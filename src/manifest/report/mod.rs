//! The contact sheet: a web page that shows what became of every figure, without a server and without a network.

mod cards;
mod header;
mod html;
mod totals;

use std::fs;
use std::path::{Path, PathBuf};

use self::cards::Sections;
use self::totals::Totals;
use super::reader::Reader;
use super::record::{Line, Record, Status};
use super::replacement::{Replacement, replace};
use super::shard::Shard;
use crate::error::{Error, Result};

/// Figures on one page. Browsers show 10,000 at ease.
const PAGE_FIGURES: u64 = 10_000;

/// Failures that are told in full; a fault of all figures need not be read a thousand times.
const MOST_FAILURES: u64 = 1000;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the contact sheet of a joint manifest, in which the figures of a raster follow each other, beside it:
/// `report.html`, and for more than 10,000 figures `report-2.html` and so on. The whole folder's lock must be held.
/// Memory is the same for any number of figures.
///
/// # Errors
/// [`Error::Manifest`] or [`Error::Io`].
pub(super) fn write(manifest: &Path) -> Result<PathBuf> {
    let totals = Totals::of(manifest)?;
    let pages = totals.drawn.div_ceil(PAGE_FIGURES).max(1);
    let mut figures = Records::open(manifest, |status| status == Status::Drawn)?;
    let mut sections = Sections::default();
    for number in 1..=pages {
        replace(&manifest.with_file_name(page_name(number)), Shard::WHOLE, |page| {
            header::open(page, &totals, number, pages)?;
            if number == 1 {
                write_failures(manifest, &totals, page)?;
            }
            for _ in 0..PAGE_FIGURES {
                let Some(record) = figures.next()? else { break };
                sections.card(page, &record, &totals)?;
            }
            sections.end(page)?;
            header::close(page, number, pages)
        })?;
    }
    remove_pages_after(manifest, pages)?;
    Ok(manifest.with_file_name(page_name(1)))
}

fn write_failures(manifest: &Path, totals: &Totals, page: &mut Replacement<'_>) -> Result<()> {
    let count = totals.failed + totals.pending;
    if count == 0 {
        return Ok(());
    }
    cards::open_failures(page, totals)?;
    let mut failures = Records::open(manifest, |status| status != Status::Drawn)?;
    for _ in 0..MOST_FAILURES {
        let Some(record) = failures.next()? else { break };
        cards::failure(page, &record)?;
    }
    cards::close_failures(page, count.saturating_sub(MOST_FAILURES))
}

fn page_name(page: u64) -> String {
    if page == 1 { "report.html".into() } else { format!("report-{page}.html") }
}

/// A contact sheet of more figures may have been here before.
fn remove_pages_after(manifest: &Path, pages: u64) -> Result<()> {
    let stale = (pages + 1..).map(|page| manifest.with_file_name(page_name(page))).take_while(|path| path.exists());
    for path in stale {
        fs::remove_file(&path).map_err(Error::io(&path, "remove"))?;
    }
    Ok(())
}

/// The records of some states in a manifest, one after another.
struct Records {
    reader: Reader,
    keeps: fn(Status) -> bool,
}

impl Records {
    fn open(manifest: &Path, keeps: fn(Status) -> bool) -> Result<Self> {
        Ok(Self { reader: Reader::open(manifest)?, keeps })
    }

    fn next(&mut self) -> Result<Option<Record>> {
        while let Some(line) = self.reader.next_line()? {
            if let Line::Figure(record) = line
                && (self.keeps)(record.status)
            {
                return Ok(Some(*record));
            }
        }
        Ok(None)
    }
}
