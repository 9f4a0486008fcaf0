//! Layers that the program carries: what `:states` and the others draw is what the files that they come from draw.

mod support;

use std::path::Path;

use mapfolio::source::{Selection, bundled_layers, read_features};
use support::{Folder, Image, decode, demo, mapfolio, text};

/// Draws one view of a layer.
fn draw(folder: &Folder, layer: &str, crs: &str, extent: &str) -> Image {
    let out = folder.path("out");
    let outcome = mapfolio([
        "render",
        "--adapter=cpu",
        "--frame-only",
        "--figsize=6,4",
        &format!("--layer={layer}"),
        &format!("--crs={crs}"),
        &format!("--extent=map={extent}"),
        &format!("--out={}", text(&out)),
    ]);
    assert_eq!(outcome.code, Some(0), "{layer}\n{}", outcome.stderr);
    decode(&out.join("map.png"))
}

const CONUS: &str = "-2450000,2400000,-1650000,1500000";

#[test]
fn they_draw_the_same_as_the_files_of_the_same_data() {
    let folder = Folder::new();
    for (file, layer, extent) in [
        ("states.shp", ":states", CONUS),
        ("counties.shp", ":counties", "1137000,2474000,52000,1258000"),
        ("canada.shp", ":countries:where=name = 'Canada'", "-2450000,2400000,500000,4500000"),
        ("mexico.shp", ":countries:where=name IN ('Mexico')", "-1450000,1400000,-2650000,-500000"),
    ] {
        let of_file = draw(&folder, &text(&demo(file)), "lcc", extent);
        let bundled = draw(&folder, layer, "lcc", extent);
        let ink = of_file.rgb.iter().filter(|rgb| rgb[0] < 128).count();
        assert!(ink > 500, "{file}: {ink}");
        assert!(of_file.rgb == bundled.rgb, "{layer} differs from {file}");
    }
}

#[test]
fn each_holds_what_it_says_and_has_its_columns() {
    for layer in bundled_layers() {
        let path = format!(":{}", layer.name);
        let all = read_features(Path::new(&path), &Selection::default()).expect("a layer");
        assert!(all.points.len() + all.dots.len() > 5000, "{path}");
        assert!(all.warnings.is_empty(), "{path}: {:?}", all.warnings);
        for column in layer.columns {
            let filter = format!("{column} IS NOT NULL");
            let selection = Selection { filter: Some(&filter), ..Selection::default() };
            let some = read_features(Path::new(&path), &selection).expect("a selection");
            // Some countries have no number.
            let [some, all] = [&some, &all].map(|outlines| outlines.points.len() + outlines.dots.len());
            assert!(some * 100 >= all * 98, "{path}: {column} is there for {some} of {all} points");
        }
    }
}

#[test]
fn a_selection_is_gdals() {
    let count = |condition: &str| {
        let selection = Selection { filter: Some(condition), ..Selection::default() };
        read_features(Path::new(":cities"), &selection).expect("a selection").dots.len()
    };
    // The largest cities of 2010 or so, by Natural Earth's reckoning.
    assert_eq!(count("name IN ('Tokyo', 'New York') AND pop > 1e7"), 2);
    assert_eq!(count("country = 'Iceland' AND name = 'Reykjavík'"), 1);
    assert_eq!(count("pop >= 1000000") + count("pop < 1000000"), 5227);
    let bad = Selection { filter: Some("population > 5"), ..Selection::default() };
    let message = read_features(Path::new(":cities"), &bad).expect_err("no such column").to_string();
    assert!(message.contains(":cities") && message.contains("its fields are name, pop, country"), "{message}");
}

#[test]
fn areas_across_seams_and_poles_are_filled_on_their_own_side() {
    let folder = Folder::new();
    let layer = ":land:facecolor=black,edgecolor=none";
    let south = draw(&folder, layer, "EPSG:3031", "-6000000,6000000,-4000000,4000000");
    let at = |image: &Image, x: usize, y: usize| image.at(x, y)[0];
    assert_eq!([at(&south, 300, 200), at(&south, 340, 230)], [0, 0], "the pole and the plateau are land");
    assert_eq!([at(&south, 30, 380), at(&south, 560, 20)], [255, 255], "the sea is not");
    let pacific = draw(&folder, layer, "+proj=eqc +lon_0=180 +datum=WGS84", "-12000000,12000000,-8000000,8000000");
    let px = |lon: f64, lat: f64| {
        let metres = |degrees: f64| degrees.to_radians() * 6_378_137.0;
        let x = (metres((lon - 180.0).rem_euclid(360.0)) + 12e6) / 24e6 * 600.0;
        let x = if x > 600.0 { x - metres(360.0) / 24e6 * 600.0 } else { x };
        (x as usize, ((8e6 - metres(lat)) / 16e6 * 400.0) as usize)
    };
    for (lon, lat, is_land) in
        [(179.0, 67.5, true), (-175.0, 66.5, true), (-179.0, 40.0, false), (170.0, -10.0, false), (134.0, -25.0, true)]
    {
        let (x, y) = px(lon, lat);
        assert_eq!(at(&pacific, x, y) == 0, is_land, "{lon} {lat} at {x} {y}");
    }
}

#[test]
fn unknown_names_are_answered_with_those_there_are() {
    let outcome = mapfolio(["render", "--layer=:state", "--extent=a=0,1,0,1", "--crs=EPSG:4326"]);
    assert_eq!(outcome.code, Some(1));
    for part in [":state: there is no bundled layer", ":states, :counties, :countries", "./:state for a file"] {
        assert!(outcome.stderr.contains(part), "{part}: {}", outcome.stderr);
    }
    let listed = mapfolio(["layers"]);
    assert_eq!(listed.code, Some(0));
    for layer in bundled_layers() {
        assert!(listed.stdout.contains(&format!(":{}: {}", layer.name, layer.what)), "{}", listed.stdout);
    }
}

#[test]
fn a_job_file_names_them_and_resume_knows_them() {
    let folder = Folder::new();
    let job = folder.path("job.toml");
    let write = |width: f64| {
        let text = format!(
            "[[layer]]\npath = \":states\"\nlinewidth = {width}\n[map]\ncrs = \"lcc\"\n[figure]\nfigsize = [4, 3]\n\
             [regions]\nextents = [\"map={CONUS}\"]\n"
        );
        std::fs::write(&job, text).expect("a job file");
    };
    let out = text(&folder.path("out"));
    let render = || {
        let outcome = mapfolio(["render", "--adapter=cpu", "--json", "--resume", &text(&job), "--out", &out]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        outcome.stdout.matches("\"status\":\"drawn\"").count()
    };
    write(1.0);
    assert_eq!((render(), render()), (1, 0));
    write(2.0);
    assert_eq!((render(), render()), (1, 0), "another width is another figure");
}
