//! Names of features: they stand on the side, within the area and along the line that they should, and those that matter
//! more have the first choice.

mod support;

use std::fmt::Write as _;

use mapfolio::figure::Font;
use support::geojson::{self, geojson, geometry};
use support::{Folder, Image, decode, mapfolio, text};

const DPI: f64 = 100.0;

/// A feature's name, its number and its geometry.
type Named = (String, f64, String);

/// A layer of features.
fn layer_of(folder: &Folder, features: &[Named]) -> String {
    let feature = |(name, rank, geometry): &Named| (format!(r#""name":"{name}","rank":{rank}"#), geometry.clone());
    text(&folder.put("features.geojson", geojson(features.iter().map(feature))))
}

fn point(name: &str, rank: f64, place: [f64; 2]) -> Named {
    (name.into(), rank, geojson::point(place))
}

fn rectangle([west, south, east, north]: [f64; 4]) -> String {
    format!("[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]")
}

fn area(name: &str, bounds: [f64; 4]) -> Named {
    (name.into(), 0.0, geometry("Polygon", &rectangle(bounds)))
}

/// Draws maps of 400 by 300 pixels without anything around them.
fn draw_all(folder: &Folder, layer: &str, crs: &str, views: &[[f64; 4]]) -> Vec<Image> {
    let out = folder.path("out");
    let mut csv = "name,xmin,xmax,ymin,ymax\n".to_owned();
    for (k, [x0, x1, y0, y1]) in views.iter().enumerate() {
        writeln!(csv, "m{k},{x0},{x1},{y0},{y1}").expect("a row");
    }
    let regions = folder.put("views.csv", csv);
    let outcome = mapfolio([
        "render",
        "--adapter=cpu",
        "--frame-only",
        "--figsize=4,3",
        "--dpi=100",
        &format!("--layer={layer}"),
        &format!("--crs={crs}"),
        &format!("--regions={}", text(&regions)),
        &format!("--out={}", text(&out)),
    ]);
    assert_eq!(outcome.code, Some(0), "{layer}\n{}", outcome.stderr);
    (0..views.len()).map(|k| decode(&out.join(format!("m{k}.png")))).collect()
}

/// A map from 0 to 40 degrees east and 0 to 30 north, ten pixels a degree.
fn draw(folder: &Folder, layer: &str) -> Image {
    draw_all(folder, layer, "EPSG:4326", &[[0.0, 40.0, 0.0, 30.0]]).remove(0)
}

fn is_red(rgb: [u8; 3]) -> bool {
    rgb[0] > rgb[1].saturating_add(60)
}

#[test]
fn the_place_is_the_side_of_the_marker_that_is_asked_for() {
    let folder = Folder::new();
    let layer = layer_of(&folder, &[point("Xoxo", 1.0, [20.0, 15.0])]);
    for (place, east, south) in [
        ("NE", 1, -1),
        ("E", 1, 0),
        ("SE", 1, 1),
        ("S", 0, 1),
        ("SW", -1, 1),
        ("W", -1, 0),
        ("NW", -1, -1),
        ("N", 0, -1),
    ] {
        let options = format!(
            "{layer}:markersize=8,facecolor=blue,edgecolor=none,labels=name,labelcolor=red,labelplacement={place}"
        );
        let image = draw(&folder, &options);
        let [left, top, right, bottom] = image.bounds(is_red).expect("a label");
        // The marker's radius is 5.6 pixels.
        let is_on = |side: i32, low: i64, high: i64, at: i64| match side {
            1 => low >= at + 3 && low <= at + 11,
            -1 => high <= at - 3 && high >= at - 11,
            _ => (low + high - 2 * at).abs() <= 5,
        };
        assert!(is_on(east, left, right, 200), "{place}: {left} to {right}");
        assert!(is_on(south, top, bottom, 150), "{place}: {top} to {bottom}");
    }
    let image = draw(&folder, &format!("{layer}:markersize=0,labels=name,labelcolor=red"));
    let [left, top, right, bottom] = image.bounds(is_red).expect("a label");
    assert!((left + right - 400).abs() <= 3 && (top + bottom - 300).abs() <= 5, "without a marker it is on its point");
}

#[test]
fn of_two_that_cannot_both_stand_the_one_that_matters_more_does() {
    let folder = Folder::new();
    let (low, high) = (point("oooo", 1.0, [20.0, 15.0]), point("llllllll", 5.0, [20.5, 15.2]));
    let height = |options: &str, features: &[Named]| {
        let layer = layer_of(&folder, features);
        let options = format!("{layer}:markersize=0,labelsize=12,labels=name,labelcolor=red,halo=none{options}");
        let [_, top, _, bottom] = draw(&folder, &options).bounds(is_red).expect("a label");
        bottom - top
    };
    // Letters with ascenders are higher.
    assert!(height(",labelpriority=rank", &[low.clone(), high.clone()]) > 11);
    assert!(height("", &[low.clone(), high.clone()]) < 11, "without a priority the first of the file");
    assert!(height("", &[high, low]) > 11);
}

#[test]
fn a_halo_parts_letters_from_the_map() {
    let folder = Folder::new();
    let layer = layer_of(&folder, &[area("Inland", [2.0, 2.0, 38.0, 28.0])]);
    let yellow = |rgb: [u8; 3]| rgb[0] > 200 && rgb[1] > 200 && rgb[2] < 60;
    let base = format!("{layer}:facecolor=blue,edgecolor=none,labels=name,labelcolor=red");
    let image = draw(&folder, &format!("{base},halo=(yellow,3)"));
    let letters = image.bounds(|rgb| rgb[0] > 200 && rgb[1] < 60).expect("letters");
    let halo = image.bounds(yellow).expect("a halo");
    // Three points are 4.2 pixels.
    for k in 0..4 {
        let reach = if k < 2 { letters[k] - halo[k] } else { halo[k] - letters[k] };
        assert!((3..=5).contains(&reach), "{letters:?} in {halo:?}");
    }
    assert_eq!(draw(&folder, &format!("{base},halo=none")).bounds(yellow), None);
    let white = |rgb: [u8; 3]| rgb.iter().all(|c| *c > 240);
    let inside = |image: Image| image.rgb.iter().filter(|rgb| white(**rgb)).count();
    assert!(inside(draw(&folder, &base)) > inside(draw(&folder, &format!("{base},halo=none"))) + 50, "it is white");
}

#[test]
fn areas_are_named_within_or_not_at_all_and_once() {
    let folder = Folder::new();
    let named = |features: &[Named]| {
        let layer = layer_of(&folder, features);
        draw(&folder, &format!("{layer}:edgecolor=none,labels=name,labelcolor=red,halo=none")).bounds(is_red)
    };
    let [left, top, right, bottom] = named(&[area("Middle", [5.0, 4.0, 25.0, 14.0])]).expect("a label");
    assert!(
        (left + right - 2 * 150).abs() <= 6 && (top + bottom - 2 * 210).abs() <= 8,
        "{left} {top} {right} {bottom}"
    );
    assert_eq!(named(&[area("Far too long for this", [5.0, 5.0, 8.0, 8.0])]), None);
    // Of what reaches beyond the map, within what is seen.
    let [left, _, right, _] = named(&[area("Eastern", [30.0, 4.0, 80.0, 26.0])]).expect("a label");
    assert!(left >= 300 && right <= 400 && (left + right - 700).abs() <= 12, "{left} to {right}");
    // Two parts are one feature: the larger is named.
    let parts = format!("[{},{}]", rectangle([2.0, 20.0, 12.0, 28.0]), rectangle([15.0, 2.0, 38.0, 17.0]));
    let both = ("Islands".to_owned(), 0.0, geometry("MultiPolygon", &parts));
    let [left, top, right, bottom] = named(&[both]).expect("a label");
    assert!(left >= 150 && right <= 380 && top >= 130 && bottom <= 280, "{left} {top} {right} {bottom}");
}

#[test]
fn a_lake_in_the_middle_moves_the_name_ashore() {
    let folder = Folder::new();
    let rings = "[[[2,2],[38,2],[38,28],[2,28],[2,2]],[[8,9],[32,9],[32,28.0],[8,28.0],[8,9]]]";
    let shore = ("Shore".to_owned(), 0.0, geometry("Polygon", rings));
    let layer = layer_of(&folder, &[shore]);
    let image = draw(&folder, &format!("{layer}:edgecolor=none,labels=name,labelcolor=red,halo=none"));
    let [_, top, _, bottom] = image.bounds(is_red).expect("a label");
    assert!(top >= 210 && bottom <= 280, "{top} to {bottom}");
}

#[test]
fn lines_are_named_at_their_middle_and_each_name_once() {
    let folder = Folder::new();
    let line = |name: &str, from: [f64; 2], to: [f64; 2]| {
        let coordinates = format!("[[{},{}],[{},{}]]", from[0], from[1], to[0], to[1]);
        (name.to_owned(), 0.0, geometry("LineString", &coordinates))
    };
    let named = |features: &[Named]| {
        let layer = layer_of(&folder, features);
        draw(&folder, &format!("{layer}:linewidth=0.5,labels=name,labelcolor=red,halo=none")).bounds(is_red)
    };
    // It ends far beyond the map: the middle of what is seen counts.
    let [left, top, right, bottom] = named(&[line("River", [10.0, 20.0], [90.0, 20.0])]).expect("a label");
    assert!(
        (left + right - 2 * 250).abs() <= 10 && (top + bottom - 2 * 100).abs() <= 8,
        "{left} {top} {right} {bottom}"
    );
    assert_eq!(named(&[line("A name longer than its line", [10.0, 20.0], [12.0, 20.0])]), None);
    let twice = [line("Creek", [5.0, 25.0], [35.0, 25.0]), line("Creek", [5.0, 5.0], [35.0, 5.0])];
    let [_, top, _, bottom] = named(&twice).expect("a label");
    assert!(bottom - top < 20, "{top} to {bottom}");
}

/// The pixels of an image that pass.
fn pixels(image: &Image, passes: impl Fn([u8; 3]) -> bool) -> Vec<[i64; 2]> {
    let all = image.rgb.iter().enumerate().filter(|(_, rgb)| passes(**rgb));
    all.map(|(index, _)| [(index % image.width) as i64, (index / image.width) as i64]).collect()
}

#[test]
fn a_name_stands_near_its_marker_and_off_it_whatever_it_looks_like() {
    let is_blue = |rgb: [u8; 3]| rgb[2] > rgb[1].saturating_add(40);
    let folder = Folder::new();
    let layer = layer_of(&folder, &[point("HE", 1.0, [20.0, 15.0])]);
    for marker in ["o", "D", "d", ".", ",", "^", "s", "|", "+"] {
        let options = format!("{layer}:marker={marker},markersize=24,facecolor=blue,linewidth=2");
        let bare = pixels(&draw(&folder, &options), is_blue);
        for place in ["E", "W", "N", "S", "NE", "SW"] {
            let labels = format!("{options},labels=name,labelcolor=red,halo=none,labelplacement={place}");
            let image = draw(&folder, &labels);
            let (letters, dot) = (pixels(&image, is_red), pixels(&image, is_blue));
            assert!(!letters.is_empty() && !dot.is_empty());
            assert_eq!(dot, bare, "{marker} {place}: letters hide some of the marker");
            let square = |a: &[i64; 2], b: &[i64; 2]| (a[0] - b[0]).pow(2) + (a[1] - b[1]).pow(2);
            let nearest = letters.iter().flat_map(|a| dot.iter().map(move |b| square(a, b))).min();
            let apart = (nearest.expect("pixels of both") as f64).sqrt();
            assert!(apart < 9.0, "{marker} {place}: {apart} px apart");
        }
    }
}

#[test]
fn texts_are_made_of_columns() {
    let folder = Folder::new();
    let layer = layer_of(&folder, &[point("Ii", 20.0, [20.0, 15.0])]);
    let width = |labels: &str| {
        let image = draw(&folder, &format!("{layer}:markersize=0,labelcolor=red,halo=none,labels={labels}"));
        image.bounds(is_red).map(|[left, _, right, _]| right - left)
    };
    let look = |text: &str| f64::from(Font::embedded().measure(text, (8.0 * DPI / 72.0) as f32).width_px);
    for (labels, text) in [("NAME", "Ii"), ("{name} ({rank})", "Ii (20)"), ("{{{name}}}", "{Ii}")] {
        let width = width(labels).expect("a label") as f64;
        assert!((width - look(text)).abs() <= 4.0, "{labels}: {width}, not {}", look(text));
    }
}

#[test]
fn mistakes_are_named_with_their_place_and_remedy() {
    let folder = Folder::new();
    let layer = layer_of(&folder, &[point("a", 1.0, [20.0, 15.0])]);
    for (options, parts) in [
        ("labels=nme", &["it has no column nme", "its columns are name, rank"][..]),
        ("labels={nme}", &["it has no column nme"]),
        ("labels={name", &["labels: '{name' has a '{' without its '}'"]),
        ("labels={{x}}", &["labels: '{{x}}' has no column"]),
        ("labels=name,labelpriority=name", &["its column name holds no numbers", "labelpriority"]),
        ("labelsize=8", &["labels is missing", "labelsize needs it"]),
        ("labels=", &["labels: '' is empty"]),
        ("labels=name,labelsize=0", &["labelsize: '0' cannot be used"]),
        ("labels=name,labelcolor=rde", &["labelcolor: 'rde'"]),
        ("labels=name,halo=(1,2)", &["halo: '1,2' has two widths"]),
        ("labels=name,labelplacement=up", &["labelplacement: 'up' is no place", "NE"]),
        ("labels=name,labelsizes=3", &["labelsizes", "labelsize"]),
    ] {
        let outcome = mapfolio([
            "render",
            "--adapter=cpu",
            &format!("--layer={layer}:{options}"),
            "--crs=EPSG:4326",
            "--extent=map=0,40,0,30",
            &format!("--out={}", text(&folder.path("out"))),
        ]);
        assert!(matches!(outcome.code, Some(1 | 2)), "{options}: {:?}\n{}", outcome.code, outcome.stderr);
        assert!(parts.iter().all(|part| outcome.stderr.contains(part)), "{options}: {}", outcome.stderr);
    }
}

#[test]
fn a_job_file_takes_lists_and_numbers() {
    let folder = Folder::new();
    let layer = layer_of(&folder, &[point("Town", 1.0, [20.0, 15.0])]);
    let job = folder.path("job.toml");
    let content = format!(
        "[[layer]]\npath = \"{layer}\"\nlabels = \"{{name}}\"\nlabelsize = 10\nlabelcolor = \"red\"\n\
         halo = [\"white\", 1]\nlabelplacement = [\"W\"]\nlabelpriority = \"rank\"\n[map]\ncrs = \"EPSG:4326\"\n\
         [figure]\nfigsize = [4, 3]\ndpi = 100\nframe_only = true\n[regions]\nextents = [\"map=0,40,0,30\"]\n"
    );
    std::fs::write(&job, content).expect("a job file");
    let out = folder.path("out");
    let outcome = mapfolio(["render", "--adapter=cpu", &text(&job), "--out", &text(&out)]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let [_, _, right, _] = decode(&out.join("map.png")).bounds(is_red).expect("a label");
    assert!((188..198).contains(&right), "{right}");
    let list = std::fs::read(out.join("map.png")).expect("a figure");
    let content = std::fs::read_to_string(&job).expect("the job");
    let table = content.replace("[\"white\", 1]", "{ color = \"white\", width = 1 }");
    assert_ne!(table, content);
    std::fs::write(&job, table).expect("a job file");
    let outcome = mapfolio(["render", "--adapter=cpu", &text(&job), "--out", &text(&out)]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(std::fs::read(out.join("map.png")).expect("a figure"), list);
    std::fs::write(&job, content.replace("[\"white\", 1]", "{ size = 1 }")).expect("a job file");
    let outcome = mapfolio(["render", "--adapter=cpu", &text(&job), "--out", &text(&out)]);
    assert!(outcome.code == Some(1) && outcome.stderr.contains("unknown field `size`"), "{}", outcome.stderr);
}
