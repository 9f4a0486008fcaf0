//! Layers drawn in classes: each feature is drawn as the class that its attributes put it in, and classes meet without a
//! seam.

mod support;

use std::path::{Path, PathBuf};

use support::geojson::{geojson, geometry};
use support::{Folder, Image, decode, demo, mapfolio, text};

const RED: [u8; 3] = [255, 0, 0];
const LIME: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255; 3];

/// Ten pixels a degree.
const HEAD: &str = "[map]\ncrs = \"EPSG:4326\"\n[figure]\nfigsize = [4, 1]\ndpi = 50\nframe_only = true\n\
                    [regions]\nextents = [\"map=0,20,0,5\"]\n";

fn job(folder: &Folder, head: &str, layers: &str) -> PathBuf {
    folder.put("job.toml", format!("{head}{layers}"))
}

/// Draws the one map of a job.
fn draw(folder: &Folder, head: &str, layers: &str) -> Image {
    let out = folder.path("out");
    let job = job(folder, head, layers);
    let outcome = mapfolio(["render", "--adapter=cpu", &text(&job), "--out", &text(&out)]);
    assert_eq!(outcome.code, Some(0), "{layers}\n{}", outcome.stderr);
    decode(&out.join("map.png"))
}

/// What the program says of a job that cannot be drawn.
fn refusal(folder: &Folder, layers: &str) -> String {
    let job = job(folder, HEAD, layers);
    let outcome = mapfolio(["render", "--adapter=cpu", &text(&job), "--out", &text(&folder.path("out"))]);
    assert_eq!(outcome.code, Some(1), "{layers}\n{}", outcome.stderr);
    outcome.stderr
}

/// A row of squares of two degrees, the first from 1 to 3 degrees east, with these properties.
fn squares(folder: &Folder, properties: &[&str]) -> String {
    let square = |k: usize| {
        let (west, east) = (1 + 3 * k, 3 + 3 * k);
        let ring = format!("[[[{west},1],[{east},1],[{east},3],[{west},3],[{west},1]]]");
        (properties[k], geometry("Polygon", &ring))
    };
    let path = folder.put("squares.geojson", geojson((0..properties.len()).map(square)));
    format!("[[layer]]\npath = \"{}\"\n", text(&path))
}

/// The colours within the squares.
fn colors<const N: usize>(image: &Image) -> [[u8; 3]; N] {
    std::array::from_fn(|k| image.at(20 + 30 * k, 30))
}

#[test]
fn features_are_drawn_as_the_class_of_their_value() {
    let folder = Folder::new();
    let kinds = [r#""kind":"a""#, r#""kind":"b""#, r#""kind":"c""#, r#""kind":null"#, r#""kind":"d""#];
    let layer = squares(&folder, &kinds) + "column = \"KIND\"\nedgecolor = \"none\"\n";
    let classes = "[[layer.class]]\nvalue = \"a\"\nfacecolor = \"red\"\n\
                   [[layer.class]]\nvalue = [\"c\", \"d\"]\nfacecolor = \"lime\"\n";
    let image = draw(&folder, HEAD, &format!("{layer}{classes}"));
    assert_eq!(colors(&image), [RED, WHITE, LIME, WHITE, LIME], "what is of no class is not drawn");
    let rest = "[[layer.class]]\nfacecolor = \"blue\"\n";
    let image = draw(&folder, HEAD, &format!("{layer}{classes}{rest}"));
    assert_eq!(colors(&image), [RED, BLUE, LIME, BLUE, LIME], "the last class has all that is left");
}

#[test]
fn conditions_and_numbers_make_classes_and_the_first_that_fits_counts() {
    let folder = Folder::new();
    let layer = squares(&folder, &[r#""n":1,"s":"x""#, r#""n":2.5,"s":"x""#, r#""n":3,"s":"y""#, r#""n":4,"s":"y""#]);
    let layer = layer + "column = \"n\"\nedgecolor = \"none\"\nfacecolor = \"blue\"\n";
    let classes = "[[layer.class]]\nvalue = [2.5, 4]\nfacecolor = \"lime\"\n\
                   [[layer.class]]\nwhere = \"s = 'x' OR n = 4\"\nfacecolor = \"red\"\n[[layer.class]]\n";
    let image = draw(&folder, HEAD, &format!("{layer}{classes}"));
    assert_eq!(colors(&image), [RED, LIME, BLUE, LIME]);
    let image = draw(&folder, HEAD, &format!("{layer}where = \"n > 2\"\n{classes}"));
    assert_eq!(colors(&image), [WHITE, LIME, BLUE, LIME], "a layer's own condition holds for all classes");
}

#[test]
fn levels_are_those_of_a_boundary_norm() {
    let folder = Folder::new();
    let numbers = [r#""n":-9"#, r#""n":10"#, r#""n":19.999"#, r#""n":20"#, r#""n":99"#, r#""n":null"#];
    let layer = squares(&folder, &numbers) + "column = \"n\"\nlevels = [0, 10, 20]\n";
    let image = draw(&folder, HEAD, &format!("{layer}cmap = [\"red\", \"blue\"]\n"));
    assert_eq!(colors(&image), [RED, BLUE, BLUE, BLUE, BLUE, WHITE]);
    let extended = "cmap = \"black,red,blue,lime\"\nextend = \"both\"\n[[layer.class]]\nfacecolor = \"0.2\"\n";
    let image = draw(&folder, HEAD, &format!("{layer}{extended}"));
    assert_eq!(colors(&image), [[0; 3], BLUE, BLUE, LIME, LIME, [51; 3]], "and the last class has those without");
    // plt.get_cmap("viridis", 2)
    let image = draw(&folder, HEAD, &layer);
    let [low, high] = [[68, 1, 84], [253, 231, 36]];
    assert_eq!(colors(&image), [low, high, high, high, high, WHITE]);
}

#[test]
fn a_flag_can_say_it_too() {
    let folder = Folder::new();
    squares(&folder, &[r#""n":1"#, r#""n":11"#]);
    let path = text(&folder.path("squares.geojson"));
    let job = job(&folder, HEAD, "");
    let layer = format!("--layer={path}:column=n,levels=(0,10,20),cmap=(red,blue),zorder=2");
    let outcome = mapfolio(["render", &text(&job), "--adapter=cpu", &layer, "--out", &text(&folder.path("out"))]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(colors(&decode(&folder.path("out/map.png"))), [RED, BLUE]);
}

#[test]
fn neighbours_leave_nothing_of_the_ground_between_them() {
    let folder = Folder::new();
    let area = |n: u32, ring: &str| (format!(r#""n":{n}"#), geometry("Polygon", &format!("[{ring}]")));
    let (left, right) = ("[[1,1],[8,1],[11,4],[1,4],[1,1]]", "[[8,1],[19,1],[19,4],[11,4],[8,1]]");
    let path = folder.put("areas.geojson", geojson([area(0, left), area(1, right)]));
    let layer = format!("[[layer]]\npath = \"{}\"\ncolumn = \"n\"\nlevels = [0, 1, 2]\n", text(&path));
    for (colors, alpha, green) in [("red,blue", 1.0, 0_i32), ("red,blue", 0.5, 128)] {
        let image = draw(&folder, HEAD, &format!("{layer}cmap = \"{colors}\"\nalpha = {alpha}\n"));
        let mut mixed = 0;
        for row in 12..38 {
            for column in 15..185 {
                let [r, g, b] = image.at(column, row).map(i32::from);
                assert!((g - green).abs() <= 1, "{column}, {row}: the ground has {g} of green, not {green}");
                assert!((r + b - 255 - green).abs() <= 2, "{column}, {row}: {r} and {b}");
                mixed += i32::from(r > green + 20 && b > green + 20);
            }
        }
        assert!(mixed > 15, "{mixed} pixels on the border");
    }
}

#[test]
fn borders_that_classes_share_are_drawn_as_those_of_one_layer() {
    let folder = Folder::new();
    let head = HEAD.replace("map=0,20,0,5", "map=-115,-75,32,42");
    let states = format!("[[layer]]\npath = \"{}\"\nalpha = 0.5\n", text(&demo("states.shp")));
    let whole = draw(&folder, &head, &states);
    let classes = "column = \"name\"\n[[layer.class]]\nvalue = [\"Utah\", \"Kansas\", \"Ohio\"]\n[[layer.class]]\n";
    assert!(draw(&folder, &head, &format!("{states}{classes}")).rgb == whole.rgb, "no border is darker or misplaced");
    let one = draw(&folder, &head, &format!("{states}where = \"name = 'Utah'\"\n"));
    let class = "column = \"name\"\n[[layer.class]]\nvalue = \"Utah\"\n";
    let of_class = draw(&folder, &head, &format!("{states}{class}"));
    let ink = |image: &Image| image.rgb.iter().map(|rgb| u64::from(255 - rgb[0])).sum::<u64>();
    assert!(ink(&of_class).abs_diff(ink(&one)) * 200 < ink(&one), "{} and {}", ink(&of_class), ink(&one));
    assert!(ink(&of_class) * 10 < ink(&whole));
}

#[test]
fn lines_have_a_width_and_points_a_size_a_class() {
    let folder = Folder::new();
    let feature = |n: u32, kind: &str, coordinates: &str| (format!(r#""n":{n}"#), geometry(kind, coordinates));
    let write = |name: &str, features: [(String, String); 2]| {
        let path = folder.put(name, geojson(features));
        format!("[[layer]]\npath = \"{}\"\ncolumn = \"n\"\nlevels = [0, 1, 2]\n", text(&path))
    };
    let darkness = |image: &Image, columns: std::ops::Range<usize>| -> f64 {
        let pixels = columns.flat_map(|column| (0..50).map(move |row| (column, row)));
        pixels.map(|(column, row)| 1.0 - f64::from(image.at(column, row)[0]) / 255.0).sum()
    };
    let lines = [feature(0, "LineString", "[[2,0],[2,5]]"), feature(1, "LineString", "[[12,0],[12,5]]")];
    let image = draw(&folder, HEAD, &(write("lines.geojson", lines) + "linewidths = [1, 4]\n"));
    let widths = [darkness(&image, 0..100), darkness(&image, 100..200)].map(|ink| ink / 50.0 / 50.0 * 72.0);
    assert!((widths[0] - 1.0).abs() < 0.05 && (widths[1] - 4.0).abs() < 0.05, "{widths:?} points");
    let points = [feature(0, "Point", "[2,2]"), feature(1, "Point", "[12,2]")];
    let layer = write("points.geojson", points) + "marker = \"s\"\nmarkersizes = [6, 20]\n";
    let image = draw(&folder, HEAD, &layer);
    let sides = [darkness(&image, 0..100), darkness(&image, 100..200)].map(|ink| ink.sqrt() / 50.0 * 72.0);
    assert!((sides[0] - 6.0).abs() < 0.1 && (sides[1] - 20.0).abs() < 0.1, "{sides:?} points");
}

#[test]
fn what_cannot_be_is_named_with_its_place_and_remedy() {
    let folder = Folder::new();
    let layer = squares(&folder, &[r#""n":1,"s":"x""#]);
    for (options, parts) in [
        ("column = \"m\"\nlevels = [0, 1]\n", &["it has no column m", "its columns are n, s"][..]),
        ("column = \"s\"\nlevels = [0, 1]\n", &["its column s holds no numbers"]),
        ("column = \"n\"\n", &["levels is missing", "give boundaries of the column's numbers"]),
        ("levels = [0, 1]\n", &["column is missing"]),
        ("levels = [1, 0]\n", &["layer: levels", "1,0"]),
        ("column = \"n\"\ncmap = \"virdis\"\nlevels = [0, 1]\n", &["cmap: unknown colormap 'virdis'", "viridis"]),
        ("cmap = \"viridis\"\n", &["levels is missing; cmap needs them"]),
        ("column = \"n\"\nlevels = [0, 1, 2]\nlinewidths = [1]\n", &["linewidths: '1'", "2 classes"]),
        ("[[layer.class]]\nvalue = 3\n", &["column is missing"]),
        ("column = \"n\"\n[[layer.class]]\nvalue = \"x\"\n", &["holds numbers, and value = x is none"]),
        ("[[layer.class]]\n[[layer.class]]\n", &["takes all that is left; put it last"]),
        ("column = \"n\"\n[[layer.class]]\nvalue = 1\nwhere = \"n = 1\"\n", &["either value or where"]),
        ("[[layer.class]]\nwhere = \"q = 1\"\n", &["does not understand the condition where=q = 1"]),
        ("[[layer.class]]\ncolour = \"red\"\n", &["'colour' is not an option of a class", "facecolor"]),
        ("[[layer.class]]\nfacecolor = \"rde\"\n", &["layer.class: facecolor: 'rde' is not a colour"]),
        ("marker = \"O\"\n", &["layer: marker: 'O' is not a marker"]),
    ] {
        let message = refusal(&folder, &format!("{layer}{options}"));
        assert!(parts.iter().all(|part| message.contains(part)), "{options}: {message}");
    }
}

/// What counts is what the file holds: a table of all kinds of warnings is longer than a night's.
#[test]
fn many_classes_are_drawn_as_long_as_few_are_used() {
    let folder = Folder::new();
    let levels: Vec<_> = (0..=100).map(|k| k.to_string()).collect();
    let classes = format!("column = \"n\"\nlevels = [{}]\n", levels.join(","));
    let layer = squares(&folder, &[r#""n":7"#, r#""n":93"#]);
    draw(&folder, HEAD, &format!("{layer}{classes}"));
    let all: Vec<_> = (0..60).map(|k| format!("\"n\":{k}")).collect();
    let layer = squares(&folder, &all.iter().map(String::as_str).collect::<Vec<_>>());
    let message = refusal(&folder, &format!("{layer}{classes}"));
    assert!(message.contains("'60 colours' are too many") && message.contains("at most 48"), "{message}");
}

#[test]
fn a_shapefile_without_its_attributes_is_told() {
    let folder = Folder::new();
    let copy = |ending: &str| {
        let from = demo("states.shp").with_extension(ending);
        std::fs::copy(from, folder.path(&format!("states.{ending}"))).expect("a copy");
    };
    ["shp", "prj", "shx"].into_iter().for_each(copy);
    let path: &Path = &folder.path("states.shp");
    let layer = format!("[[layer]]\npath = \"{}\"\ncolumn = \"name\"\n[[layer.class]]\nvalue = \"Utah\"\n", text(path));
    let message = refusal(&folder, &layer);
    assert!(message.contains("states.shp: its .dbf") && message.contains("its classes need it; put"), "{message}");
}
