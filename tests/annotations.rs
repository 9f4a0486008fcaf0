//! Texts stand where matplotlib and PROJ have them, labels keep clear of what is laid over a map, and mistakes get clear
//! messages.

mod support;

use mapfolio::figure::{Font, Overlay, annotation};
use mapfolio::style::layout::LayoutSpec;
use mapfolio::style::{Color, HAlign, Halo, Layout, TextBox, TextStyle, VAlign};
use support::green_map::{draw, head, middle, png_file, red_share};
use support::{Folder, LCC, Projection, View, decode, mapfolio, text};

#[derive(serde::Deserialize)]
struct Case {
    xy: [f64; 2],
    text: String,
    ha: String,
    va: String,
    rotation: u32,
    fontsize: f64,
    pad: Option<f64>,
    /// Left, top, right, bottom of the letters in pixels.
    ink: [i64; 4],
    /// The same of the box.
    r#box: Option<[i64; 4]>,
}

#[derive(serde::Deserialize)]
struct Golden {
    dpi: f64,
    figsize: [f64; 2],
    cases: Vec<Case>,
}

const RED: [u8; 4] = [255, 0, 0, 255];

/// Left, top, right, bottom of the pixels that `is_one` tells, in pixels of the figure.
fn bounds(patch: &Overlay, is_one: impl Fn([u8; 4]) -> bool) -> [i64; 4] {
    let mut bounds = [i64::MAX, i64::MAX, i64::MIN, i64::MIN];
    for (index, _) in patch.rgba.as_chunks::<4>().0.iter().enumerate().filter(|(_, pixel)| is_one(**pixel)) {
        let (x, y) = (index as u32 % patch.width + patch.x, index as u32 / patch.width + patch.y);
        let (x, y) = (i64::from(x), i64::from(y));
        bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x + 1), bounds[3].max(y + 1)];
    }
    bounds
}

fn sheet(figsize: [f64; 2], dpi: f64) -> Layout {
    let spec = LayoutSpec { figsize_in: figsize.into(), dpi, frame_only: true, ..LayoutSpec::default() };
    Layout::new(&spec).expect("a usable size")
}

#[test]
fn texts_stand_where_matplotlibs_stand_within_a_pixel() {
    let golden: Golden = serde_json::from_str(include_str!("data/annotations.json")).expect("a sound table");
    let layout = sheet(golden.figsize, golden.dpi);
    assert!(golden.cases.len() > 100);
    let mut off_at_all = 0;
    for case in &golden.cases {
        let style = TextStyle {
            fontsize_pt: case.fontsize,
            ha: match &*case.ha {
                "left" => HAlign::Left,
                "center" => HAlign::Center,
                _ => HAlign::Right,
            },
            va: match &*case.va {
                "top" => VAlign::Top,
                "center" => VAlign::Center,
                "baseline" => VAlign::Baseline,
                _ => VAlign::Bottom,
            },
            quarter_turns: (case.rotation / 90) as u8,
            boxed: case.pad.map(|pad_pt| TextBox { face: RED, edge: [0; 4], pad_pt }),
            ..TextStyle::default()
        };
        let size = [layout.width_px, layout.height_px].map(f64::from);
        let place = [case.xy[0] * size[0], (1.0 - case.xy[1]) * size[1]];
        let drawn = annotation(Font::embedded(), &style, &layout, &case.text, place).expect("a text");
        let patch = drawn.patch.expect("ink in the figure");
        // Red on paper: white where nothing is.
        let red = |pixel: [u8; 4]| u32::from(pixel[0]) + 255 - u32::from(pixel[3]);
        let found = [Some((bounds(&patch, |pixel| red(pixel) < 128), case.ink))];
        let of_box = case.r#box.map(|expected| (bounds(&patch, |pixel| pixel[3] >= 128), expected));
        for (found, expected) in found.into_iter().chain([of_box]).flatten() {
            let off: Vec<i64> = (0..4).map(|k| (found[k] - expected[k]).abs()).collect();
            off_at_all += usize::from(off.iter().any(|off| *off > 0));
            let Case { text, ha, va, rotation, .. } = case;
            assert!(off.iter().all(|off| *off <= 1), "{text:?} {ha} {va} {rotation}: {found:?}, not {expected:?}");
        }
        let [left, top, right, bottom] = bounds(&patch, |pixel| pixel[3] > 0);
        let area = drawn.area;
        assert!(area.left <= left && area.top <= top && right <= area.right && bottom <= area.bottom);
    }
    println!("{off_at_all} of {} texts and boxes are off by a pixel", golden.cases.len());
}

/// A red box about a dot of the same colour, its middle at the place.
const MARK: &str =
    "text = \".\"\nfontsize = 4\nha = \"center\"\nva = \"center\"\ncolor = \"red\"\nbox = { facecolor = \"red\" }\n";

#[test]
fn texts_at_coordinates_stand_where_proj_has_them() {
    let ortho = "+proj=ortho +lat_0=40 +lon_0=10 +datum=WGS84";
    let cases = [
        ("EPSG:4326", [170.0, 200.0, -20.0, 0.0], "EPSG:4326", [-172.5, -7.25]),
        (LCC, [-1e6, 1e6, -8e5, 7e5], "EPSG:4326", [-91.3, 41.7]),
        (LCC, [-1e6, 1e6, -8e5, 7e5], "EPSG:3857", [-1.1e7, 4.6e6]),
        (LCC, [-1e6, 1e6, -8e5, 7e5], LCC, [-4.5e5, 3e5]),
        (ortho, [-6.4e6, 6.4e6, -6.4e6, 6.4e6], "EPSG:4326", [-40.0, 62.0]),
        ("+proj=robin +datum=WGS84", [-1.7e7, 1.7e7, -8.6e6, 8.6e6], "EPSG:4326", [151.2, -33.9]),
    ];
    for (crs, extent, of_text, xy) in cases as [(&str, [f64; 4], &str, [f64; 2]); 6] {
        let height = (0.5 + 400.0 * (extent[3] - extent[2]) / (extent[1] - extent[0])) as usize;
        let view = View { name: "map".into(), extent, size_px: [400, height] };
        let mut place = Projection::new(of_text, crs).point(xy);
        if crs == of_text && crs == "EPSG:4326" {
            place[0] += 360.0;
        }
        let expected = view.px_from_map(place);
        let folder = Folder::new();
        let job = format!("{}[[text]]\nxy = {xy:?}\ncrs = \"{of_text}\"\n{MARK}", head(&folder, crs, &view));
        let (found, area) = middle(&draw(&folder, &job), red_share);
        // The box is 4 points wider than the dot on each side, and snapped to pixels.
        assert!(area > 100.0 && area < 400.0, "{crs}: {area}");
        let off = [found[0] - expected[0], found[1] - expected[1]];
        assert!(off.iter().all(|off| off.abs() <= 0.8), "{crs}, {xy:?}: {found:?}, not {expected:?}");
    }
    // Behind the globe, and beyond the map's box.
    let view = View { name: "map".into(), extent: [-6.4e6, 6.4e6, -6.4e6, 6.4e6], size_px: [400, 400] };
    let folder = Folder::new();
    let mut job = head(&folder, ortho, &view);
    for xy in ["[-170.0, -40.0]", "[170, 0]"] {
        job = format!("{job}[[text]]\nxy = {xy}\n{MARK}");
    }
    job = format!("{job}[[text]]\ncrs = \"{ortho}\"\nxy = [6.5e6, 0]\n{MARK}");
    assert_eq!(middle(&draw(&folder, &job), red_share).1, 0.0);
}

#[test]
fn a_halo_is_written_in_any_of_its_ways() {
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let drawn = |halo: &str| {
        let folder = Folder::new();
        let job = head(&folder, "EPSG:4326", &view);
        draw(&folder, &format!("{job}[[text]]\nxy = [2, 2]\ntext = \"Halo\"\nhalo = {halo}\n")).rgb
    };
    let table = drawn("{ color = \"yellow\", width = 3 }");
    for halo in ["[\"yellow\", 3]", "[3, \"yellow\"]", "\"yellow 3\"", "\"(3,yellow)\""] {
        assert_eq!(drawn(halo), table, "{halo}");
    }
    let usual = drawn("{}");
    for halo in ["\"white\"", "1.5", "{ width = 1.5 }"] {
        assert_eq!(drawn(halo), usual, "{halo}");
    }
    assert!(usual != table && drawn("\"none\"") != usual);
}

#[test]
fn furniture_that_lies_on_other_furniture_is_told() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let head = head(&folder, "EPSG:4326", &view).replace("markersize = 0.01", "markersize = 0.01\nlabel = \"Points\"");
    let stderr = |tables: &str| {
        let path = folder.put("job.toml", format!("{head}{tables}"));
        let outcome = mapfolio(["render", "--adapter=cpu", &text(&path), "--out", &text(&folder.path("out"))]);
        assert_eq!(outcome.code, Some(0), "{tables}\n{}", outcome.stderr);
        outcome.stderr
    };
    let logo = png_file(&folder, "logo.png", [20, 20], &[255; 1600]);
    let image = format!("[[logo]]\npath = \"{}\"\n", text(&logo));
    for (tables, warning) in [
        ("[legend]\nloc = \"upper left\"\n[north_arrow]\n".to_owned(), "the north arrow stands where"),
        ("[legend]\nloc = \"lower left\"\n[scalebar]\n".to_owned(), "the scale bar stands where"),
        (format!("[legend]\nloc = \"lower right\"\n{image}"), "the image stands where"),
        ("[legend]\nfontsize = 90\n".to_owned(), "the legend is larger than the map; give it a smaller fontsize"),
    ] {
        let told = stderr(&tables);
        assert!(told.starts_with(&format!("warning: map: {warning}")) && told.lines().count() == 1, "{tables}: {told}");
    }
    assert_eq!(stderr(&format!("[legend]\n[north_arrow]\n[scalebar]\n{image}")), "");
}

#[test]
fn texts_with_fields_are_each_figures_own() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let regions = folder.put("r.csv", "name,x0,x1,y0,y1,note\nA,0,4,0,3,i\nB,0,4,0,3,iiiiiiiiii\nC,0,4,0,3,\n");
    let job = head(&folder, "EPSG:4326", &view)
        .replace("extents = [\"map=0,4,0,3\"]", &format!("path = \"{}\"", text(&regions)))
        + "[[text]]\ntext = \"{note}\"\ncoords = \"axes fraction\"\nxy = [0.02, 0.5]\ncolor = \"red\"\nfontsize = 20\n\
           [[text]]\ntext = \"{{n}}\"\ncoords = \"axes fraction\"\nxy = [0.5, 0.8]\ncolor = \"blue\"\nfontsize = 20\n";
    let path = folder.put("job.toml", job);
    let outcome = mapfolio(["render", "--adapter=cpu", &text(&path), "--out", &text(&folder.path("out"))]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let images = ["A", "B", "C"].map(|name| decode(&folder.path(&format!("out/{name}.png"))));
    let ink = images.each_ref().map(|image| middle(image, |[r, _, b]| f64::from(r.saturating_sub(b)) / 255.0).1);
    assert!(ink[0] > 20.0 && (ink[1] / ink[0] - 10.0).abs() < 1.5 && ink[2] == 0.0, "{ink:?}");
    let blue =
        images.each_ref().map(|image| middle(image, |[r, g, b]| if b > 128 && r < 128 && g < 128 { 1.0 } else { 0.0 }));
    assert!(blue[0].1 > 50.0 && blue[0] == blue[1] && blue[0] == blue[2], "{blue:?}");
}

#[test]
fn a_halo_is_a_light_edge_around_the_letters() {
    let layout = sheet([4.0, 3.0], 100.0);
    let draw = |halo: Option<Halo>| {
        let style = TextStyle { fontsize_pt: 30.0, halo, ..TextStyle::default() };
        annotation(Font::embedded(), &style, &layout, "HI", [100.0, 100.0]).and_then(|drawn| drawn.patch).expect("ink")
    };
    let (bare, wide) = (draw(None), draw(Some(Halo { color: Color::opaque(1.0, 0.0, 0.0), width_pt: 2.88 })));
    let [inner, outer] = [&bare, &wide].map(|patch| bounds(patch, |pixel| pixel[3] >= 128));
    for k in 0..4 {
        assert!(((inner[k] - outer[k]).abs() - 4).abs() <= 1, "4 px on each side: {inner:?}, {outer:?}");
    }
    assert_eq!(bounds(&wide, |pixel| pixel[3] == 255 && pixel[0] == 0), bounds(&bare, |pixel| pixel[3] == 255));
}

#[test]
fn labels_keep_clear_of_texts_pictures_and_the_arrow() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let named = r#"{"type":"Feature","properties":{"NAME":"Xi"},"geometry":{"type":"Point","coordinates":[2,1.5]}}"#;
    let point = text(&folder.put("named.geojson", named));
    let layer = format!("[[layer]]\npath = \"{point}\"\nlabels = \"NAME\"\nlabelcolor = \"blue\"\nmarkersize = 0.01\n");
    let head = head(&folder, "EPSG:4326", &view) + &layer;
    let logo = text(&png_file(&folder, "logo.png", [1, 1], &[255, 0, 0, 128]));
    let text_table = |words: &str| {
        let place = "xy = [2, 1.5]\nha = \"center\"\nva = \"center\"\nbox = { facecolor = \"none\", pad = 60 }\n";
        format!("[[text]]\ntext = \"{words}\"\n{place}")
    };
    let blue = |tables: &str| {
        let image = draw(&folder, &format!("{head}{tables}"));
        middle(&image, |[r, g, b]| if b > r.max(g).saturating_add(64) { 1.0 } else { 0.0 }).1
    };
    assert!(blue("") > 20.0, "a label");
    for tables in [
        text_table("."),
        text_table("{name}"),
        format!("[[logo]]\npath = \"{logo}\"\nloc = \"center\"\nwidth = 100\n"),
        "[north_arrow]\nloc = \"center\"\nsize = 200\n".to_owned(),
    ] {
        assert_eq!(blue(&tables), 0.0, "{tables}");
    }
    assert!(
        blue(&text_table(".").replace("[2, 1.5]", "[2, -1.5]")) > 20.0,
        "a text that is not on the map takes no room"
    );
}

#[test]
fn mistakes_name_the_table_the_key_and_the_remedy() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let head = head(&folder, "EPSG:4326", &view);
    for (tables, parts) in [
        ("[[text]]\ntext = \"a\"\n", &["missing field `xy`"][..]),
        ("[[text]]\ntext = \"a\"\nxy = [1, 2]\nhalign = \"left\"\n", &["unknown field `halign`"]),
        (
            "[[text]]\ntext = \"a\"\nxy = [1, 2]\nva = \"middle\"\n",
            &["'middle' is not one of top, center, baseline, bottom"],
        ),
        (
            "[[text]]\ntext = \"a\"\nxy = [50, 120]\n",
            &["[[text]] 1, xy", "latitude beyond a pole", "or the system as crs"],
        ),
        ("[[text]]\ntext = \"a\"\nxy = [nan, 1]\n", &["[[text]] 1, xy", "two finite numbers"]),
        (
            "[[text]]\ntext = \"a\"\nxy = [1, 2]\nrotation = 45\n",
            &["[[text]] 1, rotation: '45' is no quarter turn; give 0, 90"],
        ),
        (
            "[[text]]\ntext = \"{nam}\"\nxy = [1, 2]\n",
            &["[[text]] 1, text: '{nam}' is no field and no column; use {name}"],
        ),
        ("[[text]]\ntext = \"{\"\nxy = [1, 2]\n", &["[[text]] 1, text", "without its '}'"]),
        (
            "[[text]]\ntext = \"a\"\nxy = [1, 2]\nfontsize = 0\n",
            &["[[text]] 1, fontsize: '0' cannot be used; give points from 1 to 1000"],
        ),
        ("[[text]]\ntext = \"a\"\nxy = [1, 2]\nhalo = { color = \"blck\" }\n", &["[[text]] 1, halo.color", "black"]),
        (
            "[[text]]\ntext = \"a\"\nxy = [1, 2]\nhalo = { width = 21 }\n",
            &["[[text]] 1, halo.width: '21' cannot be used; give points from 0 to 20"],
        ),
        ("[[text]]\ntext = \"a\"\nxy = [1, 2]\nhalo = [1, 2]\n", &["[[text]] 1, halo: '1,2' has two widths"]),
        ("[[text]]\ntext = \"a\"\nxy = [1, 2]\nhalo = true\n", &["a table of color and width"]),
        ("[[text]]\ntext = \"a\"\nxy = [1, 2]\nhalo = { size = 2 }\n", &["unknown field `size`"]),
        ("[[text]]\ntext = \"a\"\nxy = [1, 2]\nbox = { alpha = 3 }\n", &["[[text]] 1, box.alpha: '3' cannot be used"]),
        ("[[text]]\ntext = \"a\"\nxy = [1, 2]\ncrs = \"EPSG:0\"\n", &["[[text]] 1, crs: 'EPSG:0'"]),
        (
            "[[text]]\ntext = \"a\"\nxy = [0.1, 0.2]\ncoords = \"figure fraction\"\ncrs = \"EPSG:3857\"\n",
            &["[[text]] 1, crs", "shares"],
        ),
        ("[[logo]]\nloc = \"center\"\n", &["missing field `path`"]),
        (
            "[[logo]]\npath = \"a.png\"\nloc = \"figure uper right\"\n",
            &["[[logo]] 1, loc: unknown place of an image 'uper right'", "upper right"],
        ),
        ("[[logo]]\npath = \"a.png\"\nwidth = -1\n", &["[[logo]] 1, width: '-1' cannot be used; give points"]),
        (
            "[north_arrow]\nloc = \"best\"\n",
            &["--north-arrow ([north_arrow] loc): 'best' is not a place of a north arrow", "upper left"],
        ),
        ("[north_arrow]\nsize = 0\n", &["[north_arrow] size: '0' cannot be used; give points"]),
    ] {
        let path = folder.put("bad.toml", format!("{head}{tables}"));
        let outcome = mapfolio(["plan", &text(&path)]);
        assert_eq!(outcome.code, Some(1), "{tables}\n{}", outcome.stderr);
        for part in parts {
            assert!(outcome.stderr.contains(part), "{tables}\n{}", outcome.stderr);
        }
    }
    for (args, part) in [
        (["--text", "1;2:a"], "has no comma before its colon"),
        (["--text", "1,b:a"], "has 'b' in place of a number"),
        (["--logo", "a.png:size=3"], "'size' is not a logo option; give one of loc, width, alpha"),
        (["--logo", "a.png:width=x"], "width: 'x' is no number"),
    ] {
        let outcome = mapfolio(["plan", args[0], args[1]]);
        assert!(outcome.code == Some(2) && outcome.stderr.contains(part), "{args:?}: {}", outcome.stderr);
    }
}
