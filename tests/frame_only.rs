//! A map alone: nothing stands on it or around it, and what was asked for in vain is told once.

mod support;

use support::{Folder, decode, file_names, mapfolio, text};

const MAP: &str = "[map]\ncrs = \"EPSG:4326\"\nfacecolor = \"lime\"\n[regions]\nextents = [\"a=0,4,0,3\", \"b=1,5,0,3\"]\n\
                   [figure]\nfigsize = [4, 3]\nframe_only = true\n";

fn render(folder: &Folder, job: &str) -> support::Outcome {
    let path = folder.path("job.toml");
    std::fs::write(&path, job).expect("written");
    let outcome = mapfolio(["render", "--adapter=cpu", &text(&path), "--out", &text(&folder.path("out"))]);
    assert_eq!(outcome.code, Some(0), "{job}\n{}", outcome.stderr);
    outcome
}

#[test]
fn furniture_that_is_asked_for_is_left_out_and_told_once_a_run() {
    let folder = Folder::new();
    let layer = folder.path("point.geojson");
    std::fs::write(&layer, r#"{"type":"Point","coordinates":[50,50]}"#).expect("written");
    let job = format!(
        "{MAP}subtitle = \"s\"\nfooter = \"漢\"\n[legend]\n[scalebar]\n[north_arrow]\n[graticule]\ncolor = \"none\"\n\
         [[text]]\ntext = \"words\"\nxy = [2, 2]\n[[layer]]\npath = \"{}\"\nlabel = \"points\"\n",
        text(&layer)
    );
    let outcome = render(&folder, &job);
    let told = "--frame-only draws the map alone and leaves out subtitle, footer, [legend], [scalebar], [[text]], \
                [north_arrow]\n";
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    assert!(outcome.stderr.ends_with(told), "{}", outcome.stderr);
    assert_eq!(file_names(&folder.path("out")), ["a.png", "b.png"]);
    for name in ["a.png", "b.png"] {
        let image = decode(&folder.path("out").join(name));
        assert!(image.rgb.iter().all(|rgb| *rgb == [0, 255, 0]), "{name} is not all map");
    }
}

#[test]
fn a_map_alone_by_itself_is_told_nothing_of() {
    let folder = Folder::new();
    assert_eq!(render(&folder, &format!("{MAP}title = \"{{name}}\"\n[graticule]\n")).stderr, "");
}
