//! `mapfolio colormaps` lists names one a line, and draws sheets.

mod support;

use mapfolio::style::Colormap;

use support::{decode, file_names, mapfolio, text};

#[test]
fn names_are_listed_one_a_line() {
    let outcome = mapfolio(["colormaps"]);
    assert_eq!(outcome.code, Some(0));
    assert_eq!(outcome.stdout.lines().collect::<Vec<_>>(), Colormap::names());
}

#[test]
fn a_sheet_is_drawn_of_all_or_of_some() {
    let folder = tempfile::tempdir().expect("a folder");
    let [all, some] = ["all.png", "some.png"].map(|name| text(&folder.path().join(name)));
    for args in [vec!["colormaps", "--out", &all], vec!["colormaps", "turbo_r", "red,blue", "--out", &some]] {
        let outcome = mapfolio(&args);
        assert_eq!((outcome.code, outcome.stdout.trim()), (Some(0), args[args.len() - 1]), "{}", outcome.stderr);
    }
    let (all, some) = (decode(all.as_ref()), decode(some.as_ref()));
    assert!(all.height > 1000 && some.height < 200);
    for color in [[255, 0, 0], [0, 0, 255]] {
        assert!(some.rgb.iter().filter(|pixel| **pixel == color).count() > 1000, "{color:?}");
    }
}

#[test]
fn a_wrong_name_is_answered_with_the_nearest_and_nothing_is_drawn() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = text(&folder.path().join("sheet.png"));
    let outcome = mapfolio(["colormaps", "virdis", "--out", &out]);
    assert!(outcome.code == Some(1) && outcome.stderr.contains("viridis"), "{}", outcome.stderr);
    assert!(file_names(folder.path()).is_empty());
    assert_eq!(mapfolio(["colormaps", "viridis"]).code, Some(2), "names without --out");
}
