//! The head of a contact sheet: how many figures, by whom, and what took how long.

use super::super::replacement::Replacement;
use super::html::{Count, Duration, Moment, Text, Things};
use super::totals::Totals;
use super::{SCRIPT, STYLE, page_name};
use crate::error::Result;

/// No page may load anything but images, and those from where it lies itself.
const POLICY: &str = "default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      base-uri 'none'; form-action 'none'";

/// Writes a page up to its first section.
pub(super) fn open(page: &mut Replacement<'_>, totals: &Totals, number: u64, pages: u64) -> Result<()> {
    write!(
        page,
        "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n\
         <meta name=viewport content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=Content-Security-Policy content=\"{POLICY}\">\n\
         <title>{}, {} failed – mapfolio</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n",
        Things(totals.figures(), "figure"),
        Count(totals.failed),
    )?;
    let of = if pages > 1 { format!(" <small>page {number} of {pages}</small>") } else { String::new() };
    writeln!(page, "<h1>Contact sheet{of}</h1>")?;
    tiles(page, totals)?;
    if number == 1 {
        facts(page, totals)?;
        phases(page, totals)?;
        faults(page, totals)?;
    }
    writeln!(
        page,
        "</header>\n<search id=tools hidden><label>Filter <input type=search id=filter autocomplete=off \
         placeholder=\"region, raster, time or warning\"></label> <output id=shown for=filter></output></search>\n<main>"
    )?;
    navigation(page, number, pages)
}

/// Writes a page from its last section on.
pub(super) fn close(page: &mut Replacement<'_>, number: u64, pages: u64) -> Result<()> {
    navigation(page, number, pages)?;
    writeln!(page, "<p id=none hidden>No figure matches.</p>\n</main>\n<script>{SCRIPT}</script>\n</body>\n</html>")
}

/// The numbers to see first.
fn tiles(page: &mut Replacement<'_>, totals: &Totals) -> Result<()> {
    writeln!(page, "<dl class=tiles>")?;
    let tiles = [
        ("drawn", totals.drawn, "good"),
        ("failed", totals.failed, "bad"),
        ("not finished", totals.pending, "bad"),
        ("with warnings", totals.with_warnings, "odd"),
    ];
    for (name, count, class) in tiles {
        // That none is unfinished goes without saying.
        if count > 0 || name != "not finished" {
            let class = if count > 0 { class } else { "none" };
            writeln!(page, "<div class={class}><dt>{name}</dt><dd>{}</dd></div>", Count(count))?;
        }
    }
    writeln!(page, "</dl>")
}

/// Who drew them, where and when.
fn facts(page: &mut Replacement<'_>, totals: &Totals) -> Result<()> {
    let longest = Duration(totals.wall_s.values().copied().fold(0.0, f64::max));
    let (wall, shards) = match (totals.wall_s.len() as u64, totals.shards()) {
        (..2, _) => (longest.to_string(), None),
        (parts, shards) => {
            let all = Duration(totals.wall_s.values().sum());
            let of = shards.map(|shards| format!(" of {}", Count(shards.into()))).unwrap_or_default();
            (format!("{longest} at most in one shard, {all} in all"), Some(format!("{}{of}", Count(parts))))
        }
    };
    writeln!(page, "<dl class=facts>")?;
    fact(page, "started", totals.started.as_deref().map(Moment))?;
    fact(page, "wall time", [wall])?;
    fact(page, "shards", shards)?;
    fact(page, "adapter", &totals.adapters)?;
    fact(page, "host", &totals.hosts)?;
    fact(page, "mapfolio", &totals.versions)?;
    writeln!(page, "</dl>")
}

/// Something of which there may be several values; of many the first few are told.
fn fact<T: ToString>(page: &mut Replacement<'_>, name: &str, values: impl IntoIterator<Item = T>) -> Result<()> {
    const MOST: usize = 6;
    let mut values: Vec<_> = values.into_iter().map(|value| Text(&value.to_string()).to_string()).collect();
    if values.is_empty() {
        return Ok(());
    }
    if let more @ 1.. = values.len().saturating_sub(MOST) {
        values.truncate(MOST);
        values.push(format!("and {} more", Count(more as u64)));
    }
    writeln!(page, "<div><dt>{name}</dt><dd>{}</dd></div>", values.join("<br>"))
}

/// What each phase took, in all and a figure.
fn phases(page: &mut Replacement<'_>, totals: &Totals) -> Result<()> {
    let phases = totals.seconds.phases();
    let most = phases.iter().map(|(_, seconds)| *seconds).fold(0.0, f64::max);
    if most <= 0.0 || totals.drawn == 0 {
        return Ok(());
    }
    writeln!(
        page,
        "<table class=phases>\n<caption>Time by phase, summed over threads</caption>\n<thead><tr><th scope=col>phase\
         <td><th scope=col>in all<th scope=col>a figure</thead>\n<tbody>"
    )?;
    for (name, seconds) in phases {
        let share = 100.0 * seconds / most;
        let mean_ms = 1e3 * seconds / totals.drawn as f64;
        writeln!(
            page,
            "<tr><th scope=row>{name}<td><i style=\"width:{share:.1}%\"></i><td>{}<td>{mean_ms:.2} ms",
            Duration(seconds)
        )?;
    }
    writeln!(page, "</tbody>\n</table>")
}

/// Shards that left figures undrawn of which there is no record.
fn faults(page: &mut Replacement<'_>, totals: &Totals) -> Result<()> {
    if totals.faults.is_empty() {
        return Ok(());
    }
    writeln!(page, "<section class=faults>\n<h2>Shards that are not complete</h2>\n<ul>")?;
    for line in totals.faults.to_string().lines() {
        writeln!(page, "<li>{}", Text(line))?;
    }
    writeln!(page, "</ul>\n</section>")
}

fn navigation(page: &mut Replacement<'_>, number: u64, pages: u64) -> Result<()> {
    if pages == 1 {
        return Ok(());
    }
    write!(page, "<nav aria-label=Pages>Page")?;
    for other in 1..=pages {
        let current = if other == number { " aria-current=page" } else { "" };
        write!(page, " <a href=\"{}\"{current}>{other}</a>", page_name(other))?;
    }
    writeln!(page, "</nav>")
}
