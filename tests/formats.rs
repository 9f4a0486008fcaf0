//! What users get from `--format` and the settings beside it: the same figure in every format, transparency that
//! composes, and runs that know when a file is no longer what is asked for.

mod support;

use std::path::Path;

use support::{Outcome, demo, file_names, mapfolio, text};

/// Settings of a whole figure of the demo's data: areas, outlines, a raster with gaps, text.
fn figure(folder: &Path, args: &[&str]) -> Outcome {
    let layer = |file: &str, style: &str| format!("--layer={}:{style}", text(&demo(file)));
    let mut all: Vec<String> = vec![
        "render".into(),
        format!("--raster={}", text(&demo("reflectivity.tif"))),
        layer("states.shp", "linewidth=1.25,facecolor=tab:blue,alpha=0.4,zorder=3"),
        layer("canada.shp", "linewidth=3,edgecolor=tab:red,alpha=0.5,zorder=4"),
        format!("--out={}", text(folder)),
    ];
    let usual =
        ["--crs=lcc", "--cmap=nws_reflectivity", "--levels=5:75:5", "--figsize=5,3.5", "--dpi=80", "--adapter=cpu"];
    let usual = usual.iter().filter(|u| !args.iter().any(|a| a.split('=').next() == u.split('=').next()));
    all.extend(usual.chain(args).map(ToString::to_string));
    if !args.iter().any(|arg| arg.starts_with("--extent")) {
        all.push("--extent=A=-2300000,2300000,-1500000,1500000".into());
    }
    mapfolio(&all)
}

fn drawn(folder: &Path, args: &[&str]) -> Outcome {
    let outcome = figure(folder, args);
    assert_eq!(outcome.code, Some(0), "{args:?}: {}", outcome.stderr);
    outcome
}

/// Red, green, blue and straight alpha by GDAL, a palette's colours among them.
fn pixels(file: &Path) -> Vec<[u8; 4]> {
    let dataset = gdal::Dataset::open(file).expect("a figure that GDAL reads");
    let (width, height) = dataset.raster_size();
    let read = |band: usize| {
        let band = dataset.rasterband(band).expect("a band");
        band.read_as::<u8>((0, 0), (width, height), (width, height), None).expect("pixels").data().to_vec()
    };
    if dataset.raster_count() == 1 {
        let table = dataset.rasterband(1).expect("a band").color_table().expect("a palette").entry_count();
        let colors: Vec<_> = (0..table)
            .map(|k| {
                let band = dataset.rasterband(1).expect("a band");
                let entry = band.color_table().expect("a palette").entry_as_rgb(k).expect("a colour");
                [entry.r, entry.g, entry.b, entry.a].map(|channel| channel as u8)
            })
            .collect();
        return read(1).into_iter().map(|index| colors[usize::from(index)]).collect();
    }
    let bands: Vec<_> = (1..=dataset.raster_count()).map(read).collect();
    let alpha = |k: usize| bands.get(3).map_or(255, |band| band[k]);
    (0..width * height).map(|k| [bands[0][k], bands[1][k], bands[2][k], alpha(k)]).collect()
}

#[test]
fn every_format_shows_the_same_figure() {
    for paper in [&[][..], &["--transparent"]] {
        let folder = tempfile::tempdir().expect("a folder");
        let draw = |args: &[&str]| {
            drawn(folder.path(), &[paper, args].concat());
        };
        draw(&[]);
        let expected = pixels(&folder.path().join("A.png"));
        assert_eq!(expected.iter().any(|pixel| pixel[3] < 255), !paper.is_empty());
        let cases = [
            (&["--format=webp"][..], "A.webp"),
            (&["--format=tiff"], "A.tif"),
            (&["--name={name}_t.TIFF"], "A_t.TIFF"),
            (&["--png-level=small", "--name=small.png"], "small.png"),
            (&["--png-palette", "--name=palette.png"], "palette.png"),
        ];
        for (args, file) in cases {
            draw(args);
            // The colour of what is transparent does not matter.
            let seen = |pixel: &[u8; 4]| if pixel[3] == 0 { [0; 4] } else { *pixel };
            let read = pixels(&folder.path().join(file));
            assert!(read.iter().map(seen).eq(expected.iter().map(seen)), "{file} {paper:?}");
        }
    }
}

#[test]
fn a_palette_is_lossless_and_smaller() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = ["--frame-only", "--resampling=nearest"];
    let raster = format!("--raster={}", text(&demo("reflectivity.tif")));
    for (name, more) in [("rgb.png", None), ("palette.png", Some("--png-palette"))] {
        let out = [format!("--out={}", text(folder.path())), format!("--name={name}"), raster.clone()];
        let map = ["render", "--levels=5:75:5", "--cmap=nws_reflectivity", "--adapter=cpu", "--figsize=4,3"]
            .map(String::from);
        let outcome = mapfolio(map.into_iter().chain(out).chain(plain.map(String::from)).chain(more.map(String::from)));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    }
    let [rgb, palette] = ["rgb.png", "palette.png"].map(|name| folder.path().join(name));
    assert!(pixels(&rgb) == pixels(&palette));
    let bytes = |path: &Path| std::fs::metadata(path).expect("a file").len();
    assert!(bytes(&palette) * 3 < bytes(&rgb) * 2, "{} and {} bytes", bytes(&palette), bytes(&rgb));
}

#[test]
fn jpeg_is_near_and_nearer_with_quality() {
    let folder = tempfile::tempdir().expect("a folder");
    drawn(folder.path(), &[]);
    let expected = pixels(&folder.path().join("A.png"));
    let mut last = f64::MAX;
    for (quality, most) in [("--quality=30", 12.0), ("--quality=90", 4.0), ("--quality=100", 1.0)] {
        drawn(folder.path(), &["--format=jpeg", quality]);
        let read = pixels(&folder.path().join("A.jpg"));
        let off = |(a, b): (&[u8; 4], &[u8; 4])| (0..3).map(|k| f64::from(a[k].abs_diff(b[k]))).sum::<f64>() / 3.0;
        let mean = read.iter().zip(&expected).map(off).sum::<f64>() / read.len() as f64;
        assert!(mean < most && mean < last, "{quality}: {mean} levels off");
        last = mean;
    }
}

/// A transparent figure on paper of a colour is what is drawn on such paper.
#[test]
fn transparent_figures_compose() {
    let globe =
        ["--crs=+proj=ortho +lat_0=35 +lon_0=-100 +datum=WGS84", "--extent=A=-7000000,7000000,-6600000,6600000"];
    for map in [&["--title=Über {name}", "--label=dBZ"][..], &globe, &["--frame-only"]] {
        let folder = tempfile::tempdir().expect("a folder");
        drawn(folder.path(), &[map, &["--transparent", "--name=clear.png"]].concat());
        let clear = pixels(&folder.path().join("clear.png"));
        assert!(clear.iter().any(|pixel| pixel[3] == 0) && clear.iter().any(|pixel| (1..255).contains(&pixel[3])));
        for (paper, [r, g, b]) in [("white", [255; 3]), ("black", [0; 3]), ("#3366cc", [0x33, 0x66, 0xcc])] {
            let flag = format!("--figure-facecolor={paper}");
            drawn(folder.path(), &[map, &["--facecolor=none", &flag, "--name=opaque.png"]].concat());
            let opaque = pixels(&folder.path().join("opaque.png"));
            let over = |top: u8, below: u8, alpha: u8| {
                let share = f64::from(alpha) / 255.0;
                (f64::from(top) * share + f64::from(below) * (1.0 - share)).round() as u8
            };
            let composed = clear.iter().map(|p| [over(p[0], r, p[3]), over(p[1], g, p[3]), over(p[2], b, p[3])]);
            let off = |(a, b): ([u8; 3], &[u8; 4])| (0..3).map(|k| a[k].abs_diff(b[k])).max().unwrap_or(0);
            let offs: Vec<u8> = composed.zip(&opaque).map(off).collect();
            let worst = offs.iter().max().expect("pixels");
            let far = offs.iter().filter(|off| **off > 1).count();
            println!("{map:?} on {paper}: {worst} at most, {far} of {} pixels over 1", offs.len());
            assert!(*worst <= 1, "{map:?} on {paper}: {worst} levels off, {far} pixels");
        }
    }
}

/// Cartopy's axes end at the map's outline: beyond it there is paper, whatever the map's colour.
#[test]
fn the_maps_colour_ends_where_the_map_does() {
    const RADIUS_M: f64 = 6_371_000.0;
    const HALF_PX: f64 = 100.0;
    const METRES_PER_PX: f64 = 70_000.0;
    for (settings, paper) in
        [(&["--figure-facecolor=#203040"][..], [0x20, 0x30, 0x40, 255]), (&["--transparent"], [0; 4])]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let half_m = HALF_PX * METRES_PER_PX;
        let mut args: Vec<String> = [
            "render",
            "--adapter=cpu",
            "--crs=+proj=ortho +lat_0=40 +lon_0=-100 +R=6371000",
            "--facecolor=#a0c0e0",
            "--frame-only",
            "--figsize=2,2",
            "--dpi=100",
            "--name=f.png",
        ]
        .map(str::to_owned)
        .into();
        args.extend(settings.iter().map(ToString::to_string));
        args.push(format!("--layer={}:facecolor=none,edgecolor=none", text(&demo("states.shp"))));
        args.push(format!("--extent=A={},{half_m},{},{half_m}", -half_m, -half_m));
        args.push(format!("--out={}", text(folder.path())));
        let outcome = mapfolio(&args);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let (mut inside, mut outside) = (0, 0);
        for (k, pixel) in pixels(&folder.path().join("f.png")).into_iter().enumerate() {
            let from_middle = |at: usize| (at as f64 + 0.5 - HALF_PX) * METRES_PER_PX;
            let radius_m = from_middle(k % 200).hypot(from_middle(k / 200));
            if (radius_m - RADIUS_M).abs() < 0.1 * METRES_PER_PX {
                continue;
            }
            let is_inside = radius_m < RADIUS_M;
            *(if is_inside { &mut inside } else { &mut outside }) += 1;
            let expected = if is_inside { [0xa0, 0xc0, 0xe0, 255] } else { paper };
            assert_eq!(pixel, expected, "pixel {}, {} with {settings:?}", k % 200, k / 200);
        }
        assert!(inside > 20_000 && outside > 10_000, "{inside} pixels inside, {outside} outside");
    }
}

#[test]
fn a_run_resumes_only_what_is_as_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let is_redrawn = |args: &[&str]| !drawn(folder.path(), &[args, &["--resume"]].concat()).stdout.is_empty();
    for args in [
        &["--name={name}.png"][..],
        &["--png-level=small"],
        &["--png-palette"],
        &["--facecolor=lightgray"],
        &["--figure-facecolor=lightgray"],
        &["--transparent"],
        &["--format=jpeg"],
        &["--format=jpeg", "--quality=80"],
        &["--format=webp"],
        &["--format=tiff"],
        &["--format=tiff", "--world-file"],
        &["--world-file"],
    ] {
        assert!(is_redrawn(args), "{args:?} is drawn for the first time");
        assert!(!is_redrawn(args), "{args:?} is there");
    }
    let beside = folder.path().join("A.pgw");
    std::fs::write(&beside, "0\n").expect("written");
    assert!(is_redrawn(&["--world-file"]), "its world file was changed");
    std::fs::remove_file(folder.path().join("A.png.aux.xml")).expect("it is there");
    let verified = mapfolio(["verify", &text(folder.path())]);
    assert!(
        verified.stdout.contains("A.png.aux.xml") && verified.stdout.contains("is not there"),
        "{}",
        verified.stdout
    );
    assert!(is_redrawn(&["--world-file"]), "its .aux.xml was removed");
    let written = file_names(folder.path());
    assert_eq!(
        written,
        ["A.jpg", "A.pgw", "A.png", "A.png.aux.xml", "A.tfw", "A.tif", "A.tif.aux.xml", "A.webp"],
        "and no temporary files"
    );
}

#[test]
fn folders_of_all_formats_are_verified_and_merged() {
    for (format, file) in [("jpeg", "A.jpg"), ("webp", "A.webp"), ("tiff", "A.tif")] {
        let folder = tempfile::tempdir().expect("a folder");
        drawn(folder.path(), &[&format!("--format={format}"), "--world-file"]);
        let verify = || mapfolio(["verify", &text(folder.path())]);
        assert_eq!(verify().code, Some(0), "{}", verify().stdout);
        let merged = mapfolio(["merge", &text(folder.path())]);
        assert_eq!(merged.code, Some(0), "{}", merged.stderr);
        let report = std::fs::read_to_string(folder.path().join("report.html")).expect("a report");
        assert!(report.contains(&format!("href=\"{file}\"")), "{format}");
        assert_eq!(report.contains("<img src"), format != "tiff", "{format}");
        assert_eq!(verify().code, Some(0), "after the merge: {}", verify().stdout);
        std::fs::copy(folder.path().join(file), folder.path().join(format!("stray-{file}"))).expect("copied");
        let verified = verify();
        assert!(verified.stdout.contains("stray") && verified.stdout.contains("in no manifest"), "{}", verified.stdout);
    }
}

#[test]
fn contradictions_are_told() {
    for (args, parts) in [
        (
            &["--format=jpeg", "--name={name}.png"][..],
            ["--format ([output] format): 'jpeg' is not what --name '{name}.png' ends in", ".jpg or .jpeg"],
        ),
        (
            &["--name={name}.gif"],
            ["--name ([output] name): '{name}.gif' does not end in .png", "end it with one of these"],
        ),
        (
            &["--quality=80"],
            ["--quality ([output] quality): '80' is for jpeg, and the figures are png", "--format jpeg"],
        ),
        (
            &["--format=webp", "--png-level=small"],
            ["--png-level ([output] png_level): 'small' is for png", "--format png"],
        ),
        (
            &["--format=jpeg", "--transparent"],
            ["--format ([output] format): 'jpeg' holds no transparency", "--figure-facecolor"],
        ),
        (&["--facecolor=stealblue"], ["--facecolor", "steelblue"]),
        (&["--figure-facecolor=#12"], ["--figure-facecolor", "hexadecimal"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let outcome = figure(folder.path(), args);
        assert_eq!(outcome.code, Some(1), "{args:?}: {}", outcome.stderr);
        assert!(parts.iter().all(|part| outcome.stderr.contains(part)), "{args:?}: {}", outcome.stderr);
    }
}
