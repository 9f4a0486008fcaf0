//! Logos stand where they should in their own colours, north arrows point where PROJ has north.

mod support;

use support::green_map::{MARGIN, draw, head, middle, png_file, red_share};
use support::{Folder, Image, LCC, Projection, View, decode, mapfolio, text};

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
        let image = draw(&folder, &format!("{head}[[logo]]\npath = \"{logo}\"\nloc = \"{loc}\"\n"));
        let (found, area) = middle(&image, red_share);
        assert!((area - 25.0 * 50.0).abs() <= 50.0, "{loc}: {area}");
        let off = [found[0] - x - 12.5, found[1] - y - 25.0];
        assert!(off.iter().all(|off| off.abs() <= 1.0), "{loc}: {off:?}");
    }
    let image = draw(&folder, &format!("{head}[[logo]]\npath = \"{logo}\"\nloc = \"center\"\nwidth = 7200\n"));
    assert_eq!(image.at(MARGIN + 250, MARGIN + 150), [0, 127, 128], "half of blue on lime");
    let (_, area) = middle(&image, red_share);
    let side: f64 = 300.0 - 2.0 * 6.944;
    assert!((area - side * side / 2.0).abs() < 2.0 * side, "never larger than the map: {area}");
    let image = draw(&folder, &format!("{head}[[logo]]\npath = \"{logo}\"\nloc = \"center\"\nalpha = 0.5\n"));
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
        let path = folder.put("red.toml", job);
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
        let image = draw(&folder, &format!("{head}[[logo]]\npath = \"{logo}\"\nwidth = 36\nloc = \"center\"\n"));
        let (found, area) = middle(&image, red_share);
        assert!((area - 2500.0).abs() <= 60.0 && (found[0] - 200.0).abs() < 1.0, "{format}: {area} at {found:?}");
    }
    let whole = std::fs::read(folder.path("map.jpg")).expect("a file");
    folder.put("cut.jpeg", &whole[..whole.len() - 40]);
    folder.put("cut.webp", &std::fs::read(folder.path("map.webp")).expect("a file")[..40]);
    let png = png_file(&folder, "whole.png", [20, 20], &[9; 1600]);
    folder.put("cut.png", &std::fs::read(png).expect("a file")[..60]);
    folder.put("text.png", "no picture");
    for (file, part) in [
        ("cut.jpeg", "is a JPEG file that cannot be read"),
        ("cut.webp", "is a WebP file that cannot be read"),
        ("cut.png", "is a PNG file that cannot be read"),
        ("text.png", "holds no PNG, JPEG or WebP picture; give a PNG, JPEG or WebP file"),
        ("none.png", "cannot read"),
    ] {
        let job = folder.put("job.toml", format!("{head}[[logo]]\npath = \"{file}\"\n"));
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
    assert!(manifest.contains("there is no north where the north arrow should stand"), "{manifest}");
}

#[test]
fn resume_draws_again_when_a_logo_or_a_text_is_another() {
    let folder = Folder::new();
    let view = View { name: "map".into(), extent: [0.0, 4.0, 0.0, 3.0], size_px: [400, 300] };
    let head = head(&folder, "EPSG:4326", &view);
    let resumed = |tables: &str| {
        let path = folder.put("job.toml", format!("{head}{tables}"));
        let out = text(&folder.path("out"));
        let outcome = mapfolio(["render", "--resume", "--adapter=cpu", &text(&path), "--out", &out]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        decode(&folder.path("out/map.png"))
    };
    let logo = text(&png_file(&folder, "logo.png", [1, 1], &[255, 0, 0, 255]));
    let tables = format!("[[logo]]\npath = \"{logo}\"\nwidth = 36\nloc = \"center\"\n");
    let at_middle = |image: &Image| image.at(MARGIN + 200, MARGIN + 150);
    assert_eq!(at_middle(&resumed(&tables)), [255, 0, 0]);
    png_file(&folder, "logo.png", [2, 2], &[0, 0, 255, 255].repeat(4));
    assert_eq!(at_middle(&resumed(&tables)), [0, 0, 255]);
    let with_text = resumed(&format!("{tables}[[text]]\nxy = [1, 1]\ntext = \"I\"\ncolor = \"red\"\nfontsize = 40\n"));
    assert!(middle(&with_text, red_share).1 > 0.0);
    let with_arrow = resumed(&format!("{tables}[north_arrow]\n"));
    assert!(middle(&with_arrow, red_share).1 == 0.0 && with_arrow.rgb[..].contains(&[0; 3]));
    assert_ne!(with_arrow.rgb, with_text.rgb);
}
