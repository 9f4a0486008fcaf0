//! The contact sheet, as a browser shows it. Without Chromium these tests pass over, but not on the CI's machines.

#[path = "support/browser.rs"]
mod browser;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/records.rs"]
mod records;

use std::fs;
use std::path::Path;

use mapfolio::manifest::{
    FigureSeconds, Manifest, MergeReport, Record, RunInfo, RunSeconds, RunSummary, Shard, Start, Status, merge,
};

use browser::{Browser, Seen};
use folder::Folder;
use records::figure_of;

/// What a test asks the page, as the body of a function that returns something that JSON can say.
const LOOK: &str = "
    const cards = Array.from(document.querySelectorAll('.figures li'));
    const failures = Array.from(document.querySelectorAll('.failures li'));
    return {
        names: cards.map((card) => card.querySelector('h3').textContent),
        widths: cards.map((card) => card.querySelector('img').naturalWidth),
        alts: cards.map((card) => card.querySelector('img').alt),
        failures: failures.map((card) => card.innerText),
        groups: Array.from(document.querySelectorAll('main h2'), (title) => title.textContent),
        tiles: document.querySelector('.tiles').innerText,
        elsewhere: performance.getEntriesByType('resource').map((r) => r.name).filter((name) => !name.startsWith('file:')),
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };";

/// Writes the PNG file of a figure: 40 x 30 pixels of grey.
fn write_png(path: &Path) {
    let file = fs::File::create(path).expect("writable");
    let mut encoder = png::Encoder::new(file, 40, 30);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&[128; 40 * 30])).expect("a PNG");
}

fn drawn(raster: &str, name: &str, path: &str) -> Record {
    Record {
        status: Status::Drawn,
        path: Some(path.into()),
        raster: Some(raster.into()),
        time: Some("2026-08-01T06:00:00Z".into()),
        title: Some(format!("Reflectivity over {name}")),
        size_px: Some([40, 30]),
        seconds: Some(FigureSeconds { prepare: 0.001, draw: 0.002, read_back: 0.001, encode: 0.004, write: 0.0005 }),
        ..figure_of(name)
    }
}

/// Writes a manifest of these figures, and the contact sheet.
fn report(folder: &Path, figures: impl IntoIterator<Item = Record>) -> MergeReport {
    let manifest = Manifest::open(folder, Shard::WHOLE, Start::Fresh).expect("a manifest");
    let run = RunInfo { adapter: Some("Adapter <1>".into()), ..RunInfo::starting(Shard::WHOLE, 0) };
    manifest.begin(run).expect("writable");
    for record in figures {
        manifest.figure(record).expect("writable");
    }
    let seconds = RunSeconds { decode: 1.5, upload: 0.25, ..RunSeconds::default() };
    manifest.finish(RunSummary { wall_s: 61.0, seconds, ..RunSummary::default() }).expect("writable");
    merge(&[folder.to_owned()], None).expect("a manifest")
}

fn texts<'a>(seen: &'a Seen, key: &str) -> Vec<&'a str> {
    let values = seen.answer[key].as_array().expect("a list");
    values.iter().map(|value| value.as_str().expect("a text")).collect()
}

#[test]
fn drawn_figures_are_shown_and_failed_ones_read_as_failed() {
    let Some(browser) = Browser::find() else { return };
    let folder = Folder::new();
    let names = ["Utah", "100% of #1 & São Paulo?", "<script>document.title = 'run'</script>"];
    let figures = names.iter().zip(["Utah.png", "100% #1?é:.png", "it's \"quoted\".png"]).map(|(name, path)| {
        write_png(&folder.path(path));
        let warnings = if *name == "Utah" { vec!["half of it is <outside>".to_owned()] } else { Vec::new() };
        Record { warnings, ..drawn("radar.tif", name, path) }
    });
    let failed = Record {
        status: Status::Failed,
        error: Some("regions.csv, row 7: <img src=x> is no extent; give x0,x1,y0,y1".into()),
        ..figure_of("Ohio")
    };
    let report = report(folder.root(), figures.chain([failed]));
    let seen = browser.open(&report.contact_sheet, LOOK);
    assert_eq!(seen.console, Vec::<String>::new());
    // By path: spaces and digits before letters.
    assert_eq!(texts(&seen, "names"), [names[1], names[0], names[2]]);
    assert_eq!(seen.answer["widths"], serde_json::json!([40, 40, 40]));
    assert_eq!(texts(&seen, "alts")[1], "Map: Reflectivity over Utah");
    let failures = texts(&seen, "failures");
    assert!(failures.len() == 1 && failures[0].starts_with("Ohio failed"), "{failures:?}");
    assert!(failures[0].contains("<img src=x> is no extent; give x0,x1,y0,y1"), "{failures:?}");
    assert_eq!(texts(&seen, "groups"), ["1 figure failed", "radar.tif 3 figures"]);
    let tiles = seen.answer["tiles"].as_str().expect("a text").split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(tiles, "drawn 3 failed 1 with warnings 1");
    assert_eq!((&seen.answer["elsewhere"], &seen.answer["overflow"]), (&serde_json::json!([]), &serde_json::json!(0)));
}

#[test]
fn the_filter_shows_what_matches_all_words() {
    let Some(browser) = Browser::find() else { return };
    let folder = Folder::new();
    let figures = ["Utah", "Ohio", "Iowa"].iter().enumerate().map(|(index, name)| {
        let path = format!("{name}.png");
        write_png(&folder.path(&path));
        drawn(&format!("radar {}.tif", index / 2), name, &path)
    });
    let report = report(folder.root(), figures);
    let look = "
        const shown = (words) => {
            document.getElementById('filter').value = words;
            apply();
            return Array.from(document.querySelectorAll('li h3'), (name) => name)
                .filter((name) => name.offsetParent).map((name) => name.textContent).join();
        };
        return ['', 'OHIO', 'radar 0.tif 06:00', 'Texas', ''].map(shown);";
    let seen = browser.open(&report.contact_sheet, look);
    assert_eq!(seen.console, Vec::<String>::new());
    assert_eq!(seen.answer, serde_json::json!(["Ohio,Utah,Iowa", "Ohio", "Ohio,Utah", "", "Ohio,Utah,Iowa"]));
}

#[test]
fn ten_thousand_figures_are_one_page_and_more_are_several() {
    const FIGURES: usize = 10_002;
    let folder = Folder::new();
    let figures = (0..FIGURES).map(|number| {
        let path = format!("Northern_Plains_{number:05}_20260801T0600.png");
        // The browser looks for those in sight.
        if number < 400 {
            write_png(&folder.path(&path));
        }
        drawn("/data/radar/composite_reflectivity_20260801.tif", &format!("Northern Plains {number:05}"), &path)
    });
    let report = report(folder.root(), figures);
    let length = fs::metadata(&report.contact_sheet).expect("a page").len();
    assert!(length < 5_000_000, "{length} bytes");
    let Some(browser) = Browser::find() else { return };
    let look = "
        return {
            cards: document.querySelectorAll('.figures li').length,
            width: document.querySelector('.figures img').naturalWidth,
            isLazy: Array.from(document.images).filter((image) => image.naturalWidth > 0).length < 100,
            pages: document.querySelectorAll('nav a').length,
            group: document.querySelector('main h2').textContent,
        };";
    let seen = browser.open(&report.contact_sheet, look);
    let group = "/data/radar/composite_reflectivity_20260801.tif 10,002 figures";
    assert_eq!(
        seen.answer,
        serde_json::json!({ "cards": 10_000, "width": 40, "isLazy": true, "pages": 4, "group": group })
    );
    let seen = browser.open(&folder.path("report-2.html"), look);
    let group = format!("{group}, continued");
    assert_eq!(seen.answer, serde_json::json!({ "cards": 2, "width": 0, "isLazy": true, "pages": 4, "group": group }));
}
