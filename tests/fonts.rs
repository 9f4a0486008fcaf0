//! Characters that DejaVu Sans lacks are drawn in the fonts that the user names, or told to be missing.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use mapfolio::figure::Font;
use support::geojson::{geojson, point};
use support::{Folder, Image, Outcome, decode, mapfolio, text};

/// Fonts of a few rectangles; `make_fonts.py` says which.
fn squares(ending: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(format!("squares.{ending}"))
}

fn numbered(ending: &str, index: u32) -> PathBuf {
    format!("{}#{index}", squares(ending).display()).into()
}

fn font(files: &[PathBuf]) -> Font {
    Font::with_fallbacks(files).expect("sound fonts")
}

/// Draws a figure with a title, 36 pixels an em.
fn draw(folder: &Folder, title: &str, args: &[String]) -> Outcome {
    let job = folder.path("job.toml");
    fs::write(&job, "[figure]\nfigsize = [5, 3]\ndpi = 72\ntitlesize = 36\n[map]\ncrs = \"EPSG:4326\"\n")
        .expect("written");
    let out = format!("--out={}", text(&folder.path("out")));
    let usual = ["render", &text(&job), "--adapter=cpu", "--extent=map=0,4,0,3", &out, "--title", title];
    mapfolio(usual.iter().map(ToString::to_string).chain(args.iter().cloned()))
}

fn image(folder: &Folder) -> Image {
    decode(&folder.path("out/map.png"))
}

fn manifest(folder: &Folder) -> String {
    fs::read_to_string(folder.path("out/manifest.jsonl")).expect("a manifest")
}

/// Left, top, right and bottom of the black pixels above the map.
fn ink(image: &Image) -> [i64; 4] {
    // The frame is the first row that is black from end to end.
    let is_frame = |row: &usize| (20..image.width - 20).all(|column| image.at(column, *row) == [0; 3]);
    let map = (0..image.height).find(is_frame).expect("a frame");
    image.part([0, 0, image.width, map]).bounds(|rgb| rgb == [0; 3]).expect("ink")
}

#[test]
fn a_character_is_drawn_by_the_first_font_that_has_it() {
    for (args, height_em) in [
        (vec![squares("ttf")], 0.8),
        (vec![squares("otf"), squares("ttf")], 0.8),
        (vec![numbered("ttc", 1), squares("ttf")], 0.2),
        (vec![squares("ttf"), numbered("ttc", 1)], 0.8),
    ] {
        let folder = Folder::new();
        let flags: Vec<String> = args.iter().flat_map(|file| ["--font".into(), text(file)]).collect();
        let outcome = draw(&folder, "漢", &flags);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        let [left, top, right, bottom] = ink(&image(&folder));
        let (width, height) = ((right - left) as f64, (bottom - top) as f64);
        assert!((width - 0.8 * 36.0).abs() <= 1.0, "{args:?}: {width} px wide");
        assert!((height - height_em * 36.0).abs() <= 1.0, "{args:?}: {height} px high");
        assert!(!manifest(&folder).contains("no font has"));
    }
}

#[test]
fn advances_are_the_fonts_own_whatever_their_units() {
    let dejavu = Font::embedded();
    let width = |font: &Font, text: &str| font.measure(text, 40.0).width_px;
    let of_2048 = font(&[numbered("ttc", 1)]);
    let apart = width(dejavu, "x") + 40.0 + 20.0 + width(dejavu, "y");
    // A unit of 2048 to the em is the most that rounding moved.
    assert!((width(&of_2048, "x漢字y") - apart).abs() < 0.1, "{} is not {apart}", width(&of_2048, "x漢字y"));
    let extent = font(&[squares("otf")]).measure("カ", 100.0);
    assert!((extent.ascent_px - 40.0).abs() < 0.01 && (extent.descent_px - 10.0).abs() < 0.01, "{extent:?}");
}

#[test]
fn what_dejavu_has_is_drawn_as_without_other_fonts() {
    // squares.ttf has an A of its own.
    let all = font(&[squares("ttf"), squares("otf")]);
    for text in ["AVATAR To. 2 m temperature [°C]", "São Tomé, Łódź", "−4 Σ"] {
        assert_eq!(Font::embedded().measure(text, 13.9), all.measure(text, 13.9));
        assert_eq!(Font::embedded().draw(text, 13.9, 3, 40), all.draw(text, 13.9, 3, 40));
        assert_eq!(Font::embedded().fit(text, 13.9, 40.0), all.fit(text, 13.9, 40.0));
    }
}

#[test]
fn letters_with_marks_are_those_that_fonts_have_a_glyph_of() {
    let font = Font::embedded();
    for (marked, composed) in
        [("Sa\u{303}o Tome\u{301}", "São Tomé"), ("A\u{30A}ngstro\u{308}m", "Ångström"), ("Łódz\u{301}", "Łódź")]
    {
        assert_ne!(marked, composed);
        assert_eq!(font.draw(marked, 20.0, 0, 30), font.draw(composed, 20.0, 0, 30));
        assert_eq!(font.measure(marked, 20.0), font.measure(composed, 20.0));
        let [short, same] = [marked, composed].map(|text| font.fit(text, 20.0, 45.0));
        assert_eq!(font.draw(&short.text, short.em_px, 0, 30), font.draw(&same.text, same.em_px, 0, 30));
    }
    // Joiners and variation selectors are not seen.
    assert_eq!(font.draw("a\u{E0100}b\u{2061}c", 20.0, 0, 30), font.draw("abc", 20.0, 0, 30));
}

#[test]
fn characters_without_a_glyph_are_told_once_and_with_their_figures() {
    let folder = Folder::new();
    let more = ["--extent=b=0,4,0,3", "--extent=c=1,4,1,3"].map(String::from);
    let outcome = draw(&folder, "{name} 漢字", &more);
    assert_eq!(outcome.code, Some(0));
    let warning =
        "no font has '字' (U+5B57), '漢' (U+6F22); a box is drawn instead; name a font that has it with --font FILE";
    assert_eq!(outcome.stderr.matches("no font has").count(), 1, "{}", outcome.stderr);
    assert!(outcome.stderr.contains(warning), "{}", outcome.stderr);
    assert_eq!(manifest(&folder).matches(warning).count(), 3);

    let fewer = Folder::new();
    let outcome = draw(&fewer, "漢字", &["--font".into(), text(&squares("ttf"))]);
    assert!(outcome.stderr.contains("no font has '字' (U+5B57); a box"), "{}", outcome.stderr);
}

#[test]
fn scripts_that_need_more_than_glyphs_are_told() {
    let folder = Folder::new();
    let outcome = draw(&folder, "القاهرة", &[]);
    assert_eq!(outcome.code, Some(0));
    let warning = "text in Arabic letters is drawn letter by letter from left to right";
    assert_eq!(outcome.stderr.matches(warning).count(), 1, "{}", outcome.stderr);
    assert!(manifest(&folder).contains(warning));
}

#[test]
fn fixed_texts_and_names_of_features_are_told_once_and_with_their_figures() {
    let folder = Folder::new();
    let layer = folder.path("towns.geojson");
    let town = r#"{"type":"Feature","properties":{"n":"חיפה 字"},"geometry":{"type":"Point","coordinates":[2,1.5]}}"#;
    fs::write(&layer, town).expect("written");
    let more = [
        "--extent=b=0,4,0,3".to_owned(),
        "--extent=c=1,4,1,3".to_owned(),
        "--text=2,2:القاهرة 漢".to_owned(),
        format!("--layer={}:labels=n", text(&layer)),
    ];
    let outcome = draw(&folder, "plain", &more);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    for warning in ["text in Arabic letters", "text in Hebrew letters", "no font has '漢'", "no font has '字'"] {
        assert_eq!(outcome.stderr.matches(warning).count(), 1, "{warning}: {}", outcome.stderr);
        assert_eq!(manifest(&folder).matches(warning).count(), 3, "{warning}: {}", manifest(&folder));
    }
    let quiet = draw(&folder, "plain", &[&more[..], &["-q".to_owned()]].concat());
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
}

#[test]
fn what_is_not_drawn_is_not_told() {
    let folder = Folder::new();
    let outcome = draw(&folder, "漢字", &["--frame-only".to_owned()]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert!(!manifest(&folder).contains("no font has"));
}

#[test]
fn a_job_file_names_fonts_beside_it() {
    let folder = Folder::new();
    fs::copy(squares("ttf"), folder.path("own.ttf")).expect("copied");
    let job = folder.path("job.toml");
    fs::write(
        &job,
        "[figure]\nfonts = [\"own.ttf\"]\ntitle = \"漢\"\n[map]\ncrs = \"EPSG:4326\"\n[regions]\nextents = [\"map=0,4,0,3\"]\n",
    )
    .expect("written");
    let (job, out) = (text(&job), text(&folder.path("out")));
    let run = |more: &[&str]| {
        let outcome = mapfolio(["render", &job, "--adapter=cpu", "--out", &out].iter().chain(more));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        fs::read(folder.path("out/map.png")).expect("a figure")
    };
    let tall = run(&[]);
    assert!(!manifest(&folder).contains("no font has"));
    // Another font is another figure, also for --resume.
    let low = run(&["--resume", "--font", &text(&numbered("ttc", 1))]);
    assert_ne!(tall, low);
    assert_eq!(run(&["--resume"]), tall);
}

#[test]
fn fonts_that_cannot_be_used_are_refused_before_anything_is_drawn() {
    let folder = Folder::new();
    let path = |name: &str| folder.path(name);
    fs::write(path("text.ttf"), "This is no font.").expect("written");
    fs::write(path("empty.ttf"), "").expect("written");
    let half = fs::read(squares("ttf")).expect("a font");
    fs::write(path("half.ttf"), &half[..half.len() / 2]).expect("written");
    for (file, part) in [
        (path("none.ttf"), "cannot be read"),
        (path("text.ttf"), "is no font that can be read"),
        (path("empty.ttf"), "is no font that can be read"),
        (folder.root().to_owned(), "cannot be read"),
        (numbered("ttc", 2), "has no sound typeface number 2"),
        (numbered("ttf", 1), "is no collection of typefaces"),
    ] {
        let outcome = draw(&folder, "x", &["--font".into(), text(&file)]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        for part in ["--font ([figure] fonts): '", part, "give a TrueType or OpenType file"] {
            assert!(outcome.stderr.contains(part), "{}", outcome.stderr);
        }
    }
    // What is left of a damaged font may be read, but draws nothing.
    let outcome = draw(&folder, "漢", &["--font".into(), text(&path("half.ttf"))]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.stderr.matches("no font has '漢' (U+6F22)").count(), 1, "{}", outcome.stderr);
}

#[test]
fn names_of_features_are_set_in_the_same_fonts() {
    let folder = Folder::new();
    let feature = |name: &str, x: f64| (format!(r#""n":"{name}""#), point([x, 1.5]));
    let towns = geojson([feature("漢", 1.0), feature("字", 2.0), feature("漢字", 40.0)]);
    let layer = folder.put("towns.geojson", towns);
    let layer = format!("--layer={}:labels=n,labelsize=20", text(&layer));
    let font = ["--font".into(), text(&squares("ttf"))];
    let outcome = draw(&folder, "x", &[layer, font[0].clone(), font[1].clone()]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    // One figure shows 字 as a box; what is not on the map is not missed.
    assert_eq!(outcome.stderr.matches("no font has '字' (U+5B57); a box").count(), 1, "{}", outcome.stderr);
    assert_eq!(manifest(&folder).matches("no font has '字' (U+5B57); a box").count(), 1);
    assert!(!outcome.stderr.contains('漢'));
}
