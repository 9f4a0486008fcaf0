//! Texts, images and north arrows on maps stand where matplotlib and PROJ have them, and mistakes get clear messages.

mod support;

use std::path::PathBuf;

use mapfolio::figure::{Font, Overlay, annotation};
use mapfolio::style::layout::LayoutSpec;
use mapfolio::style::{Color, HAlign, Halo, Layout, TextBox, TextStyle, VAlign};
use support::{Folder, Image, LCC, Projection, View, decode, mapfolio, text};

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

fn put(folder: &Folder, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path(name);
    std::fs::write(&path, content).expect("a written file");
    path
}

/// The margin around a map without a title at 100 dpi, in pixels.
const MARGIN: usize = 13;

/// A job of green maps of a view in its map's system, each `size_px` large in a figure without other furniture. A layer
/// far from everything gives it something to draw.
fn head(folder: &Folder, crs: &str, view: &View) -> String {
    let inches = view.size_px.map(|px| (px + 2 * MARGIN) as f64 / 100.0 + 1e-6);
    let point = put(folder, "far.geojson", r#"{"type":"Point","coordinates":[0.001,-89.9]}"#);
    let [x0, x1, y0, y1] = view.extent;
    format!(
        "[map]\ncrs = \"{crs}\"\nfacecolor = \"lime\"\n[figure]\nfigsize = [{}, {}]\ntitle = \"\"\n[regions]\n\
         extents = [\"map={x0},{x1},{y0},{y1}\"]\n[[layer]]\npath = \"{}\"\nmarkersize = 0.01\n",
        inches[0],
        inches[1],
        text(&point)
    )
}

/// Draws a job's only map.
fn draw(folder: &Folder, job: &str) -> Image {
    let path = put(folder, "job.toml", job);
    let outcome = mapfolio(["render", "--adapter=cpu", &text(&path), "--out", &text(&folder.path("out"))]);
    assert_eq!(outcome.code, Some(0), "{job}\n{}", outcome.stderr);
    decode(&folder.path("out/map.png"))
}

/// The middle of what `share` tells to be there, in pixels of the map's box, and how much there is.
fn middle(image: &Image, share: impl Fn([u8; 3]) -> f64) -> ([f64; 2], f64) {
    let (mut sum, mut x_sum, mut y_sum) = (0.0, 0.0, 0.0);
    for row in 0..image.height {
        for column in 0..image.width {
            let share = share(image.at(column, row));
            sum += share;
            x_sum += share * (column as f64 + 0.5 - MARGIN as f64);
            y_sum += share * (row as f64 + 0.5 - MARGIN as f64);
        }
    }
    ([x_sum / sum, y_sum / sum], sum)
}

fn red_share([r, g, b]: [u8; 3]) -> f64 {
    if r > 128 && g < 128 && b < 128 { 1.0 } else { 0.0 }
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
        job += &format!("[[text]]\nxy = {xy}\n{MARK}");
    }
    job += &format!("[[text]]\ncrs = \"{ortho}\"\nxy = [6.5e6, 0]\n{MARK}");
    assert_eq!(middle(&draw(&folder, &job), red_share).1, 0.0);
}

#[test]
fn texts_with_fields_are_each_figures_own() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let regions = put(&folder, "r.csv", "name,x0,x1,y0,y1,note\nA,0,4,0,3,i\nB,0,4,0,3,iiiiiiiiii\nC,0,4,0,3,\n");
    let job = head(&folder, "EPSG:4326", &view)
        .replace("extents = [\"map=0,4,0,3\"]", &format!("path = \"{}\"", text(&regions)))
        + "[[text]]\ntext = \"{note}\"\ncoords = \"axes fraction\"\nxy = [0.02, 0.5]\ncolor = \"red\"\nfontsize = 20\n\
           [[text]]\ntext = \"{{n}}\"\ncoords = \"axes fraction\"\nxy = [0.5, 0.8]\ncolor = \"blue\"\nfontsize = 20\n";
    let path = put(&folder, "job.toml", job);
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

/// A PNG of 8 bits a channel.
fn png_file(folder: &Folder, name: &str, [width, height]: [u32; 2], rgba: &[u8]) -> PathBuf {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().expect("a header").write_image_data(rgba).expect("pixels");
    put(folder, name, bytes)
}

#[test]
fn logos_stand_at_their_places_in_their_colours_whatever_the_format() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let head = head(&folder, "EPSG:4326", &view);
    // A square of 36 pixels: 36 points, 50 px at 100 dpi. Half red, half let through by half.
    let pixel = |x: usize| if x < 18 { [255, 0, 0, 255] } else { [0, 0, 255, 128] };
    let pixels: Vec<u8> = (0..36 * 36).flat_map(|k| pixel(k % 36)).collect();
    let logo = text(&png_file(&folder, "logo.png", [36, 36], &pixels));
    // 5 points are 6.9 pixels.
    let (near, far) = (6.944, |side: f64| side - 6.944 - 50.0);
    for (loc, [x, y]) in [
        ("upper left", [near, near]),
        ("lower right", [far(400.0), far(300.0)]),
        ("center", [175.0, 125.0]),
        ("right", [far(400.0), 125.0]),
        ("figure upper right", [far(426.0) - 13.0, near - 13.0]),
        ("figure lower center", [188.0 - 13.0, far(326.0) - 13.0]),
    ] {
        let image = draw(&folder, &format!("{head}[[image]]\npath = \"{logo}\"\nloc = \"{loc}\"\n"));
        let (found, area) = middle(&image, red_share);
        assert!((area - 25.0 * 50.0).abs() <= 50.0, "{loc}: {area}");
        let off = [found[0] - x - 12.5, found[1] - y - 25.0];
        assert!(off.iter().all(|off| off.abs() <= 1.0), "{loc}: {off:?}");
    }
    let image = draw(&folder, &format!("{head}[[image]]\npath = \"{logo}\"\nloc = \"center\"\nwidth = 7200\n"));
    assert_eq!(image.at(MARGIN + 250, MARGIN + 150), [0, 127, 128], "half of blue on lime");
    let (_, area) = middle(&image, red_share);
    let side: f64 = 300.0 - 2.0 * 6.944;
    assert!((area - side * side / 2.0).abs() < 2.0 * side, "never larger than the map: {area}");
    let image = draw(&folder, &format!("{head}[[image]]\npath = \"{logo}\"\nloc = \"center\"\nalpha = 0.5\n"));
    assert_eq!(image.at(MARGIN + 187, MARGIN + 150), [128, 127, 0], "half of red on lime");
}

#[test]
fn logos_of_webp_and_jpeg_are_read_and_broken_files_are_told_of() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let head = head(&folder, "EPSG:4326", &view);
    // A picture from the program itself in each format: a map of one colour.
    for (format, ending) in [("webp", "webp"), ("jpeg", "jpg")] {
        let job = head.replace("lime", "red");
        let path = put(&folder, "red.toml", job);
        let out = text(&folder.path(""));
        let outcome = mapfolio([
            "render",
            "--adapter=cpu",
            "--frame-only",
            "--figsize=0.72,0.72",
            &text(&path),
            "--out",
            &out,
            "--format",
            format,
        ]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let logo = text(&folder.path(&format!("map.{ending}")));
        let image = draw(&folder, &format!("{head}[[image]]\npath = \"{logo}\"\nwidth = 36\nloc = \"center\"\n"));
        let (found, area) = middle(&image, red_share);
        assert!((area - 2500.0).abs() <= 60.0 && (found[0] - 200.0).abs() < 1.0, "{format}: {area} at {found:?}");
    }
    let whole = std::fs::read(folder.path("map.jpg")).expect("a file");
    put(&folder, "cut.jpeg", &whole[..whole.len() - 40]);
    put(&folder, "cut.webp", &std::fs::read(folder.path("map.webp")).expect("a file")[..40]);
    let png = png_file(&folder, "whole.png", [20, 20], &[9; 1600]);
    put(&folder, "cut.png", &std::fs::read(png).expect("a file")[..60]);
    put(&folder, "text.png", "no picture");
    for (file, part) in [
        ("cut.jpeg", "is a JPEG file that cannot be read"),
        ("cut.webp", "is a WebP file that cannot be read"),
        ("cut.png", "is a PNG file that cannot be read"),
        ("text.png", "holds no PNG, JPEG or WebP picture; give a PNG, JPEG or WebP file"),
        ("none.png", "cannot read"),
    ] {
        let job = put(&folder, "job.toml", format!("{head}[[image]]\npath = \"{file}\"\n"));
        let outcome = mapfolio(["render", &text(&job), "--out", &text(&folder.path("bad"))]);
        assert_eq!(outcome.code, Some(1), "{file}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(part) && outcome.stderr.contains(file), "{file}: {}", outcome.stderr);
        assert!(!folder.path("bad/map.png").exists());
    }
}

#[test]
fn the_north_arrow_points_along_the_meridian_within_a_tenth_of_a_degree() {
    let polar = "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +datum=WGS84";
    let cases = [
        ("EPSG:4326", [-20.0, 40.0, 20.0, 60.0], "upper left"),
        ("EPSG:3857", [-1e6, 3e6, 4e6, 7e6], "center"),
        (LCC, [-2.5e6, 2.5e6, -1.5e6, 1.5e6], "upper left"),
        (LCC, [-2.5e6, 2.5e6, -1.5e6, 1.5e6], "lower right"),
        (polar, [-3e6, 3e6, -2e6, 2e6], "upper right"),
        (polar, [-3e6, 3e6, -2e6, 2e6], "lower left"),
        ("+proj=ortho +lat_0=20 +lon_0=100 +datum=WGS84", [-4e6, 4e6, -3e6, 3e6], "upper left"),
        ("+proj=robin +datum=WGS84", [5e6, 14e6, 0.0, 6.75e6], "upper right"),
        ("+proj=laea +lat_0=52 +lon_0=10 +ellps=GRS80", [-3e6, 3e6, -2e6, 2e6], "lower left"),
        ("+proj=omerc +lat_0=40 +lonc=10 +alpha=35 +gamma=0 +datum=WGS84", [-1e6, 1e6, -7e5, 7e5], "center"),
    ];
    for (crs, extent, loc) in cases {
        let height = (0.5 + 600.0 * (extent[3] - extent[2]) / (extent[1] - extent[0])) as usize;
        let view = View { name: "map".into(), extent, size_px: [600, height] };
        let folder = Folder::new();
        let job = format!("{}[north_arrow]\nloc = \"{loc}\"\nsize = 144\n", head(&folder, crs, &view));
        let image = draw(&folder, &job);
        // 144 points and 5 to the edge.
        let half = 200.0 / 2.0 + 6.944;
        let along = |side: usize, low: &str, high: &str| match side as f64 {
            _ if loc.contains(low) => half,
            side if loc.contains(high) => side - half,
            side => side / 2.0,
        };
        let place = [along(600, "left", "right"), along(height, "upper", "lower")];
        let expected = meridian(crs, &view, place);
        let found = needle(&image, place);
        let off = (found - expected + 180.0).rem_euclid(360.0) - 180.0;
        println!("{crs}, {loc}: {found:.2} degrees, off by {off:.2}");
        assert!(off.abs() < 0.1, "{crs}, {loc}: {found} degrees, not {expected}");
    }
}

#[test]
fn resume_draws_again_when_a_logo_or_a_text_is_another() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let head = head(&folder, "EPSG:4326", &view);
    let resumed = |tables: &str| {
        let path = put(&folder, "job.toml", format!("{head}{tables}"));
        let out = text(&folder.path("out"));
        let outcome = mapfolio(["render", "--resume", "--adapter=cpu", &text(&path), "--out", &out]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        decode(&folder.path("out/map.png"))
    };
    let logo = text(&png_file(&folder, "logo.png", [1, 1], &[255, 0, 0, 255]));
    let tables = format!("[[image]]\npath = \"{logo}\"\nwidth = 36\nloc = \"center\"\n");
    let at_middle = |image: &Image| image.at(MARGIN + 200, MARGIN + 150);
    assert_eq!(at_middle(&resumed(&tables)), [255, 0, 0]);
    png_file(&folder, "logo.png", [2, 2], &[0, 0, 255, 255].repeat(4));
    assert_eq!(at_middle(&resumed(&tables)), [0, 0, 255]);
    let with_text = resumed(&format!("{tables}[[text]]\nxy = [1, 1]\n{MARK}"));
    assert!(middle(&with_text, red_share).1 > 0.0);
    let with_arrow = resumed(&format!("{tables}[north_arrow]\n"));
    assert!(middle(&with_arrow, red_share).1 == 0.0 && with_arrow.rgb[..].contains(&[0; 3]));
    assert_ne!(with_arrow.rgb, with_text.rgb);
}

/// The direction to the north by PROJ, in degrees from upward to the right.
fn meridian(crs: &str, view: &View, px: [f64; 2]) -> f64 {
    let [lon, lat] = Projection::new(crs, "EPSG:4326").point(view.map_from_px(px));
    let ends =
        [[lon, lat], [lon, lat + 0.01]].map(|place| view.px_from_map(Projection::new("EPSG:4326", crs).point(place)));
    (ends[1][0] - ends[0][0]).atan2(ends[0][1] - ends[1][1]).to_degrees()
}

/// The direction of an arrow on lime from the middle of its needle to that of its letter, which is even about its middle:
/// what is not lime falls into two parts.
fn needle(image: &Image, place: [f64; 2]) -> f64 {
    let share = |[r, g, b]: [u8; 3]| (f64::from(r.max(b)) + 255.0 - f64::from(g)) / 255.0;
    let inked = |column: usize, row: usize| {
        let off = [column as f64 + 0.5 - place[0] - MARGIN as f64, row as f64 + 0.5 - place[1] - MARGIN as f64];
        off[0].hypot(off[1]) < 104.0 && share(image.at(column, row)) > 0.02
    };
    let mut is_seen = vec![false; image.width * image.height];
    let mut parts = Vec::new();
    for start in 0..is_seen.len() {
        let (mut stack, mut sums) = (vec![start], [0.0; 3]);
        while let Some(k) = stack.pop() {
            let (column, row) = (k % image.width, k / image.width);
            if is_seen[k] || !inked(column, row) {
                continue;
            }
            is_seen[k] = true;
            // White and black weigh the same.
            let weight = share(image.at(column, row)).min(1.0);
            sums = [sums[0] + weight, sums[1] + weight * column as f64, sums[2] + weight * row as f64];
            stack.extend([k - 1, k + 1, k - image.width, k + image.width]);
        }
        if sums[0] > 0.0 {
            parts.push(sums);
        }
    }
    parts.sort_by(|a, b| b[0].total_cmp(&a[0]));
    let [needle, letter] = *parts else { panic!("{} parts", parts.len()) };
    let middle = |[sum, x, y]: [f64; 3]| [x / sum, y / sum];
    let (from, to) = (middle(needle), middle(letter));
    (to[0] - from[0]).atan2(from[1] - to[1]).to_degrees()
}

#[test]
fn an_arrow_beyond_the_earth_is_a_warning_and_is_not_drawn() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [-7e6, 7e6, -7e6, 7e6], size_px: [400, 400] };
    let job = head(&folder, "+proj=ortho +lat_0=40 +lon_0=10 +datum=WGS84", &view) + "[north_arrow]\n";
    let image = draw(&folder, &job);
    let plain = draw(&folder, job.trim_end_matches("[north_arrow]\n"));
    assert!(image.rgb == plain.rgb, "no arrow");
    draw(&folder, &job);
    let manifest = std::fs::read_to_string(folder.path("out/manifest.jsonl")).expect("a manifest");
    assert!(manifest.contains("north arrow's place is not on the Earth"), "{manifest}");
}

#[test]
fn labels_keep_clear_of_texts_pictures_and_the_arrow() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let named = r#"{"type":"Feature","properties":{"NAME":"Xi"},"geometry":{"type":"Point","coordinates":[2,1.5]}}"#;
    let point = text(&put(&folder, "named.geojson", named));
    let layer = format!("[[layer]]\npath = \"{point}\"\nlabels = \"NAME\"\nlabelcolor = \"blue\"\nmarkersize = 0.01\n");
    let head = head(&folder, "EPSG:4326", &view) + &layer;
    let logo = text(&png_file(&folder, "logo.png", [1, 1], &[255, 0, 0, 128]));
    let text_table = |words: &str| {
        let place = "xy = [2, 1.5]\nha = \"center\"\nva = \"center\"\nbox = { facecolor = \"none\", pad = 60 }\n";
        format!("[[text]]\ntext = \"{words}\"\n{place}")
    };
    let blue = |tables: &str| {
        let image = draw(&folder, &format!("{head}{tables}"));
        middle(&image, |[r, g, b]| if b > 96 && r < 160 && g < 160 { 1.0 } else { 0.0 }).1
    };
    assert!(blue("") > 20.0, "a label");
    for tables in [
        text_table("."),
        text_table("{name}"),
        format!("[[image]]\npath = \"{logo}\"\nloc = \"center\"\nwidth = 100\n"),
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
            &["[[text]] 1, fontsize: '0' cannot be used; give a number from 1"],
        ),
        ("[[text]]\ntext = \"a\"\nxy = [1, 2]\nhalo = { color = \"blck\" }\n", &["[[text]] 1, halo.color", "black"]),
        ("[[text]]\ntext = \"a\"\nxy = [1, 2]\nbox = { alpha = 3 }\n", &["[[text]] 1, box.alpha: '3' cannot be used"]),
        ("[[text]]\ntext = \"a\"\nxy = [1, 2]\ncrs = \"EPSG:0\"\n", &["[[text]] 1, crs: 'EPSG:0'"]),
        (
            "[[text]]\ntext = \"a\"\nxy = [0.1, 0.2]\ncoords = \"figure fraction\"\ncrs = \"EPSG:3857\"\n",
            &["[[text]] 1, crs", "shares"],
        ),
        ("[[image]]\nloc = \"center\"\n", &["missing field `path`"]),
        (
            "[[image]]\npath = \"a.png\"\nloc = \"figure uper right\"\n",
            &["[[image]] 1, loc: unknown place of an image 'uper right'", "upper right"],
        ),
        ("[[image]]\npath = \"a.png\"\nwidth = -1\n", &["[[image]] 1, width: '-1' is no width; give points"]),
        ("[north_arrow]\nloc = \"best\"\n", &["north_arrow.loc: 'best' is not a place of a north arrow", "upper left"]),
        ("[north_arrow]\nsize = 0\n", &["north_arrow.size: '0' cannot be used; give points"]),
    ] {
        let path = put(&folder, "bad.toml", format!("{head}{tables}"));
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
