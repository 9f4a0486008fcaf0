//! Bad input is told by its place, its fault and a remedy; it costs what depends on it and nothing else.

mod support;

use std::path::{Path, PathBuf};

use support::{Numbers, Outcome, Placement, TestRaster, decode, demo, file_names, mapfolio, text};

/// Nothing could start.
const NOTHING: i32 = 1;
/// The command line is not understood.
const USAGE: i32 = 2;
/// Some figures failed, the others are drawn.
const SOME: i32 = 3;

/// A folder with inputs, and a folder to draw into.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes an input and returns its path as text.
    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), bytes).expect("a written file");
        text(&self.path(name))
    }

    /// The first bytes of one of the demo's files.
    fn cut(&self, file: &str, bytes: usize) -> String {
        let whole = std::fs::read(demo(file)).expect("the demo's file");
        self.file(&format!("cut_{file}"), &whole[..bytes])
    }

    /// A raster that can be drawn.
    fn raster(&self) -> String {
        let place = Placement { crs: "EPSG:32615", transform: [4e5, 1e4, 0.0, 4.5e6, 0.0, -1e4], size: [40, 30] };
        let value = |column: usize, row: usize| Some((column + row) as f64);
        text(&TestRaster::write(self.path("good.tif"), place, Numbers::U8, value).path)
    }

    fn out(&self) -> PathBuf {
        self.path("out")
    }

    /// Draws small figures into the bench's folder.
    fn render(&self, args: &[&str]) -> Outcome {
        let out = format!("--out={}", text(&self.out()));
        mapfolio(["render", "--figsize=3,2", "--dpi=60", "--adapter=cpu", &out].iter().chain(args))
    }

    /// Renders and checks that it fails with this code, says all of `parts`, and leaves no file at all.
    fn fails(&self, args: &[&str], code: i32, parts: &[&str]) {
        let outcome = self.render(args);
        assert_told(&outcome, args, code, parts);
        assert_eq!(file_names(&self.out()), [""; 0], "{args:?} writes something");
    }
}

/// Checks the exit code and that stderr has an error with all of `parts`.
fn assert_told(outcome: &Outcome, args: &[&str], code: i32, parts: &[&str]) {
    let Outcome { stderr, .. } = outcome;
    assert_eq!(outcome.code, Some(code), "{args:?}\n{stderr}");
    assert!(!stderr.contains("panicked"), "{args:?}\n{stderr}");
    // Drivers write there too, so the program's own lines are told by their beginning.
    assert!(stderr.contains("error: "), "{args:?}\n{stderr}");
    for part in parts {
        assert!(stderr.contains(part), "{args:?} does not say '{part}':\n{stderr}");
    }
}

/// A map of the US outlines that can be drawn.
fn outlines() -> [String; 2] {
    [format!("--layer={}", text(&demo("states.shp"))), "--crs=lcc".to_owned()]
}

const GOOD_EXTENT: &str = "--extent=Good=-500000,500000,-400000,400000";

#[test]
fn rasters_that_cannot_be_drawn_are_named() {
    let bench = Bench::new();
    let cases = [
        (text(&bench.path("nosuch.tif")), vec!["nosuch.tif", "there is no such file", "check the path"]),
        (text(&bench.path("nosuch/a.tif")), vec!["a.tif", "nor a folder", "nosuch"]),
        (bench.file("text.tif", "hello\n"), vec!["text.tif", "not recognized as", "gdalinfo --formats"]),
        (bench.file("empty.tif", ""), vec!["empty.tif", "0 bytes", "write it again"]),
        (text(&demo("states.shp")), vec!["states.shp", "not a raster", "--layer"]),
    ];
    for (path, parts) in &cases {
        bench.fails(&[&format!("--raster={path}"), "--vmin=0", "--vmax=9", "--resampling=nearest"], NOTHING, parts);
    }
    let cut = bench.cut("reflectivity.tif", 200_000);
    let args = [&format!("--raster={cut}"), "--vmin=0", "--vmax=9", "--resampling=nearest"];
    // A raster that is damaged may still give some figures.
    bench.fails(&args, SOME, &["cut_reflectivity.tif", "cannot be read", "truncated"]);
    bench.fails(
        &[&format!("--raster={}", bench.raster()), "--band=2"],
        NOTHING,
        &["good.tif", "no band 2", "give band 1"],
    );
}

#[test]
fn a_raster_without_a_system_or_a_place_is_refused() {
    let bench = Bench::new();
    let write = |name: &str, place: Option<[f64; 6]>, crs: Option<&str>| {
        let driver = gdal::DriverManager::get_driver_by_name("GTiff").expect("GDAL writes GeoTIFF");
        let mut dataset = driver.create_with_band_type::<u8, _>(bench.path(name), 4, 3, 1).expect("a new file");
        if let Some(place) = place {
            dataset.set_geo_transform(&place).expect("a geotransform");
        }
        if let Some(crs) = crs {
            let srs = gdal::spatial_ref::SpatialRef::from_definition(crs).expect("a known system");
            dataset.set_spatial_ref(&srs).expect("a system");
        }
        dataset.close().expect("a whole file");
        format!("--raster={}", text(&bench.path(name)))
    };
    let no_system = write("no_system.tif", Some([0.0, 1.0, 0.0, 50.0, 0.0, -1.0]), None);
    bench.fails(&[&no_system], NOTHING, &["no_system.tif", "no coordinate reference system", "; give"]);
    let no_place = write("no_place.tif", None, Some("EPSG:4326"));
    bench.fails(&[&no_place], NOTHING, &["no_place.tif", "no geotransform", "; write"]);
}

#[test]
fn layers_that_cannot_be_drawn_fail_the_job_before_it_draws() {
    let bench = Bench::new();
    let cases = [
        (text(&bench.path("nosuch.shp")), vec!["nosuch.shp", "there is no such file", "check the path"]),
        (bench.file("empty.shp", ""), vec!["empty.shp", "0 bytes", "write it again"]),
        (
            bench.file("text.shp", "hello, I am not a shapefile, but long enough to be one\n".repeat(4)),
            vec!["text.shp", "not a shapefile"],
        ),
        (bench.cut("states.shp", 50_000), vec!["cut_states.shp", "has 50000", "truncated"]),
        (bench.file("table.csv", "name,n\nA,1\n"), vec!["table.csv", "no line, polygon or point", "; give"]),
        (text(&demo("reflectivity.tif")), vec!["reflectivity.tif", "as a layer", "ogrinfo --formats"]),
    ];
    for (path, parts) in &cases {
        let [states, crs] = outlines();
        bench.fails(&[&states, &format!("--layer={path}"), &crs, GOOD_EXTENT], NOTHING, parts);
    }
}

#[test]
fn regions_files_that_cannot_be_read_are_named() {
    let bench = Bench::new();
    let cases = [
        (text(&bench.path("nosuch.csv")), vec!["nosuch.csv", "cannot read", "No such file"]),
        (bench.file("empty.csv", ""), vec!["empty.csv", "is empty", "name the columns"]),
        (bench.file("header.csv", "name,x0,x1,y0,y1\n"), vec!["header.csv", "no rows", "add a row"]),
        (bench.file("no_ymax.csv", "name,xmin,xmax,ymin\nA,1,2,3\n"), vec!["no_ymax.csv", "no column ymax", "; give"]),
        (bench.file("no_name.csv", "x0,x1,y0,y1\n1,2,3,4\n"), vec!["no_name.csv", "no column 'name'", "; name"]),
        (
            bench.file("quote.csv", "name,x0,x1,y0,y1\n\"A,1,2,3,4\nB,1,2,3,4\n"),
            vec!["quote.csv", "never closed", "close it"],
        ),
    ];
    for (path, parts) in &cases {
        let [states, crs] = outlines();
        bench.fails(&[&states, &crs, &format!("--regions={path}")], NOTHING, parts);
    }
}

/// Rows of a regions file; each bad one with what must be said of it.
const ROWS: [(&str, &[&str]); 15] = [
    ("Good,-500000,500000,-400000,400000", &[]),
    ("Letters,-500000,5oo000,-400000,400000", &["row 3, column xmax", "'5oo000' is not a number", "; write"]),
    ("Missing,,500000,-400000,400000", &["row 4, column xmin", "missing", "; write"]),
    ("NaN,nan,500000,-400000,400000", &["row 5, column xmin", "'nan' is not a finite number"]),
    ("Infinite,-500000,inf,-400000,400000", &["row 6, column xmax", "'inf' is not a finite number"]),
    (
        "Inverted,500000,-500000,-400000,400000",
        &["row 7, columns xmin", "xmin = 500000 is greater", "; give xmin < xmax"],
    ),
    ("Upside down,-500000,500000,4,-4", &["row 8, columns", "ymin = 4 is greater", "ymin < ymax"]),
    ("Flat,0,0,-400000,400000", &["row 9, columns", "leave no size"]),
    ("Short,1,2,3", &["row 10", "4 fields", "5"]),
    ("Twin,-500000,500000,-400000,400000", &["row 11", "'Twin.png'", "row 12", "name of its own"]),
    ("twin,-500000,500000,-400000,400000", &["row 12", "'twin.png'", "row 11"]),
    ("../../x,-500000,500000,-400000,400000", &["row 13", "'../../x'", "leave the output folder"]),
    ("a/b,-500000,500000,-400000,400000", &["row 14", "'a/b'", "leave the output folder"]),
    ("CON,-500000,500000,-400000,400000", &["row 15", "'CON.png'", "device", "another name"]),
    ("Fine,-300000,300000,-200000,200000", &[]),
];

#[test]
fn bad_rows_cost_only_themselves() {
    let bench = Bench::new();
    let rows: Vec<&str> = ROWS.iter().map(|(row, _)| *row).collect();
    let path = bench.file("rows.csv", format!("name,xmin,xmax,ymin,ymax\n{}\n", rows.join("\n")));
    let [states, crs] = outlines();
    let args = [states.as_str(), &crs, &format!("--regions={path}")];
    let outcome = bench.render(&args);
    let message = |parts: &[&str]| {
        let mut lines = outcome.stderr.lines().filter(|line| line.starts_with("error: "));
        lines.any(|line| line.contains("rows.csv") && parts.iter().all(|part| line.contains(part)))
    };
    assert_told(&outcome, &args, SOME, &["13 of 15"]);
    for (row, parts) in ROWS.iter().filter(|(_, parts)| !parts.is_empty()) {
        assert!(message(parts), "no message has all of {parts:?} for {row}:\n{}", outcome.stderr);
    }
    assert_drawn(&bench, &["Fine.png", "Good.png"]);
    assert!(!bench.path("x.png").exists() && !bench.folder.path().join("../x.png").exists(), "a name left its folder");
}

/// Checks that exactly these files are there, and that each shows a map.
fn assert_drawn(bench: &Bench, names: &[&str]) {
    assert_eq!(file_names(&bench.out()), names);
    for name in names {
        let image = decode(&bench.out().join(name));
        assert_eq!((image.width, image.height), (180, 120), "{name}");
        assert!(image.rgb.iter().any(|rgb| rgb[0] < 100), "{name} is blank");
    }
}

#[test]
fn a_row_that_is_no_text_costs_only_itself() {
    let bench = Bench::new();
    let [states, crs] = outlines();
    let rows = b"name,x0,x1,y0,y1\nGood,-2e6,2e6,-1e6,1e6\n\xff,1,2,3,4\n";
    let args = [states, crs, format!("--regions={}", bench.file("bytes.csv", rows))];
    let args: Vec<&str> = args.iter().map(AsRef::as_ref).collect();
    assert_told(&bench.render(&args), &args, SOME, &["bytes.csv row 3", "not UTF-8 text", "save the file"]);
    assert_drawn(&bench, &["Good.png"]);
}

#[test]
fn systems_that_are_no_map_are_named() {
    let bench = Bench::new();
    let [states, _] = outlines();
    for crs in ["EPSG:5703", "EPSG:4978"] {
        let args = [states.as_str(), &format!("--crs={crs}"), "--extent=A=0,1,0,1"];
        bench.fails(&args, NOTHING, &[crs, "neither a projection nor longitude and latitude", "give EPSG:n"]);
    }
}

#[test]
fn raster_settings_without_a_raster_are_named() {
    let bench = Bench::new();
    let [states, crs] = outlines();
    for setting in ["--cmap=turbo", "--levels=1,2", "--label=x"] {
        let flag = setting.split('=').next().unwrap_or_default();
        let args = [states.as_str(), crs.as_str(), "--extent=A=0,1e6,0,1e6", setting];
        bench.fails(&args, NOTHING, &["--raster ([raster] path) is missing", flag]);
    }
}

#[test]
fn bad_extents_cost_only_themselves() {
    let [states, crs] = outlines();
    for (extent, parts) in [
        ("Bad", vec!["--extent 'Bad'", "no '='", "write NAME="]),
        ("Bad=0,1,0", vec!["'Bad=0,1,0'", "3 numbers"]),
        ("Bad=5,1,0,1", vec!["x0 = 5 is greater than x1 = 1", "write NAME="]),
        ("Bad=NaN,1,0,1", vec!["'NaN' is not a finite number"]),
        ("Bad=0,inf,0,1", vec!["'inf' is not a finite number"]),
        ("Bad=0,1e5,7,7", vec!["leave no size"]),
        ("a/b=0,1,0,1", vec!["'a/b'", "leave the output folder"]),
        ("=0,1,0,1", vec!["the name is empty"]),
        ("..=0,1,0,1", vec!["'..'", "means a folder"]),
        ("LPT1=0,1,0,1", vec!["LPT1", "device"]),
    ] {
        let bench = Bench::new();
        let bad = format!("--extent={extent}");
        let args = [states.as_str(), &crs, &bad, GOOD_EXTENT];
        assert_told(&bench.render(&args), &args, SOME, &parts);
        assert_drawn(&bench, &["Good.png"]);
        bench_is_clean_without_good(&bad, &parts);
    }
}

/// With only bad regions nothing is written.
fn bench_is_clean_without_good(bad: &str, parts: &[&str]) {
    let [states, crs] = outlines();
    Bench::new().fails(&[&states, &crs, bad], SOME, parts);
}

#[test]
fn settings_that_make_no_sense_are_named() {
    let bench = Bench::new();
    let raster = format!("--raster={}", bench.raster());
    for (settings, parts) in [
        (vec!["--cmap=tubro"], vec!["--cmap", "'tubro'", "nearest: turbo"]),
        (vec!["--cmap=Viridis"], vec!["--cmap", "'Viridis'", "viridis"]),
        (vec!["--levels=1,3,2"], vec!["--levels", "not increasing: 3 is followed by 2", "from low to high"]),
        (vec!["--levels=1,1"], vec!["--levels", "1 is followed by 1"]),
        (vec!["--levels=5"], vec!["--levels", "fewer than two"]),
        (vec!["--levels=0:9:0"], vec!["--levels", "not positive", "A:B:STEP"]),
        (vec!["--vmin=3", "--vmax=3"], vec!["--vmin", "'3'", "--vmax 3"]),
        (vec!["--vmin=nan", "--vmax=3"], vec!["--vmin", "NaN", "not finite"]),
        (vec!["--vmin=3", "--levels=1,2"], vec!["--vmin", "levels", "leave out"]),
        (vec!["--norm=boundary"], vec!["--levels ([raster] levels) is missing", "A:B:STEP"]),
        (vec!["--ticks=x"], vec!["--ticks", "'x'"]),
        (vec!["--crs=nonsense"], vec!["--crs", "'nonsense'", "EPSG:n"]),
        (vec!["--crs=EPSG:999999"], vec!["--crs", "'EPSG:999999'", "EPSG:n"]),
        (vec!["--crs=+proj=nosuch"], vec!["--crs", "'+proj=nosuch'", "EPSG:n"]),
        (vec!["--only=nosuch"], vec!["--only", "'nosuch'", "fits none"]),
        (vec!["--title={name"], vec!["--title", "'{name'", "without its '}'"]),
        (vec!["--name=../{name}.png"], vec!["--name", "names a folder", "--out"]),
        (vec!["--name={name}.gif"], vec!["--name", "does not end in .png", ".png"]),
    ] {
        let mut args = vec![raster.as_str()];
        args.extend(settings);
        bench.fails(&args, NOTHING, &parts);
    }
}

#[test]
fn sizes_that_make_no_figure_are_named() {
    let bench = Bench::new();
    let [states, crs] = outlines();
    for (size, parts) in [
        (vec!["--figsize=0,2"], vec!["--figsize", "'0,2'", "such as 14,9"]),
        (vec!["--figsize=nan,2"], vec!["--figsize", "such as 14,9"]),
        (vec!["--figsize=1e9,1e9"], vec!["--figsize", "pixels"]),
        (vec!["--figsize=4,3", "--dpi=0"], vec!["--dpi", "'0'", "such as 100"]),
        (vec!["--figsize=4,3", "--dpi=nan"], vec!["--dpi", "such as 100"]),
        (vec!["--figsize=0.2,0.2", "--dpi=100"], vec!["--figsize", "larger"]),
    ] {
        let out = format!("--out={}", text(&bench.out()));
        let mut args = vec!["render", &states, &crs, GOOD_EXTENT, &out];
        args.extend(size);
        assert_told(&mapfolio(&args), &args, NOTHING, &parts);
        assert_eq!(file_names(&bench.out()), [""; 0], "{args:?}");
    }
}

#[test]
fn an_adapter_that_is_not_there_is_told_with_those_that_are() {
    let bench = Bench::new();
    let [states, crs] = outlines();
    let out = format!("--out={}", text(&bench.out()));
    for adapter in ["nosuch", "77"] {
        let wanted = format!("--adapter={adapter}");
        let args = ["render", &states, &crs, GOOD_EXTENT, &out, &wanted];
        let remedy = "there are: 0 = ";
        assert_told(&mapfolio(args), &args, NOTHING, &["--adapter", adapter, "no such adapter", remedy]);
        assert_eq!(file_names(&bench.out()), [""; 0], "{args:?}");
    }
}

#[test]
fn job_files_are_told_by_line_and_key() {
    let bench = Bench::new();
    for (name, content, parts) in [
        ("key.toml", "[raster]\npath = \"x.tif\"\ncmpa = \"turbo\"\n", vec!["line 3", "cmpa", "cmap"]),
        ("table.toml", "[rastre]\npath = \"x.tif\"\n", vec!["line 1", "rastre", "raster"]),
        ("syntax.toml", "[raster\n", vec!["line 1", "]"]),
        ("kind.toml", "[raster]\nband = [2.5]\n", vec!["line 2", "band"]),
        ("choice.toml", "[raster]\nextend = \"up\"\n", vec!["line 2", "'up'", "both"]),
        ("layer.toml", "[[layer]]\npath = \"a.shp\"\nwidth = 3\n", vec!["line 3", "'width'", "linewidth"]),
        ("format.toml", "[output]\nformat = \"gif\"\n", vec!["line 2", "'gif'", "webp"]),
    ] {
        let path = bench.file(name, content);
        bench.fails(&[&path], NOTHING, &[&[name], parts.as_slice()].concat());
    }
    bench.fails(&[&text(&bench.path("nosuch.toml"))], NOTHING, &["nosuch.toml", "cannot read"]);
}

#[test]
fn what_is_not_there_yet_is_a_usage_error() {
    let bench = Bench::new();
    let [states, crs] = outlines();
    for flag in ["--shard=3/2", "--shard=2", "--band=1,9:3", "--nosuch"] {
        let name = flag.split('=').next().unwrap_or_default();
        bench.fails(&[&states, &crs, GOOD_EXTENT, flag], USAGE, &[name]);
    }
    for (flag, parts) in [
        ("--norm=asinh", ["'asinh'", "linear, log, symlog"]),
        ("--resampling=lanczos", ["'lanczos'", "auto, nearest, bilinear, cubic, average, mode"]),
        ("--max-memory=much", ["--max-memory", "300M"]),
        ("--extend=up", ["'up'", "neither, min, max, both"]),
        ("--adjustable=both", ["'both'", "datalim, box"]),
        ("--threads=0", ["--threads", "zero"]),
    ] {
        bench.fails(&[&states, &crs, GOOD_EXTENT, flag], USAGE, &parts);
    }
    for option in
        ["facecolor=rde", "linestyle=dashy", "where=", "colour=red", "linewidth=thin", "alpha=2", "markersize=-1"]
    {
        let layer = format!("{states}:{option}");
        let key = option.split('=').next().unwrap_or_default();
        bench.fails(&[&layer, &crs, GOOD_EXTENT], USAGE, &["states.shp", key]);
    }
    for command in ["animate", "nosuch"] {
        assert_told(&mapfolio([command]), &[command], USAGE, &[command]);
    }
}

#[test]
fn a_folder_that_cannot_be_made_stops_the_run() {
    let bench = Bench::new();
    let file = bench.file("file", "kept");
    let [states, crs] = outlines();
    for out in [format!("{file}/maps"), file.clone()] {
        let flag = format!("--out={out}");
        let args = ["render", &states, &crs, GOOD_EXTENT, &flag];
        assert_told(&mapfolio(args), &args, NOTHING, &["file", "cannot create"]);
        assert_eq!(std::fs::read(&file).expect("still there"), b"kept");
    }
}

#[test]
fn a_figure_that_cannot_be_written_leaves_nothing_and_the_others_are_drawn() {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.out().join("Taken.png/inner")).expect("a folder");
    let [states, crs] = outlines();
    let args = [states.as_str(), &crs, "--extent=Taken=0,100000,0,90000", GOOD_EXTENT];
    assert_told(&bench.render(&args), &args, SOME, &["Taken.png", "cannot write", "1 of 2"]);
    assert_eq!(file_names(&bench.out()), ["Good.png", "Taken.png"]);
    std::fs::remove_dir_all(bench.out().join("Taken.png")).expect("an empty folder");
    assert_drawn(&bench, &["Good.png"]);
}

#[test]
fn a_cause_is_told_once() {
    let bench = Bench::new();
    let [states, crs] = outlines();
    let regions = format!("--regions={}", text(&bench.path("nosuch.csv")));
    let outcome = bench.render(&[&states, &crs, &regions]);
    assert_eq!(outcome.stderr.matches("No such file").count(), 1, "{}", outcome.stderr);
}

#[test]
fn a_map_that_misses_the_raster_is_drawn_with_a_warning() {
    let bench = Bench::new();
    let outcome = bench.render(&[&format!("--raster={}", bench.raster()), "--extent=Far=-9e5,-8e5,1e5,2e5"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("warning: Far: the raster does not reach"), "{}", outcome.stderr);
    assert_eq!(file_names(&bench.out()), ["Far.png"]);
}

#[test]
fn programs_are_told_of_failures_as_json() {
    let bench = Bench::new();
    let [states, crs] = outlines();
    let args = [states.as_str(), &crs, "--extent=Bad=5,1,0,1", GOOD_EXTENT, "--json"];
    let outcome = bench.render(&args);
    assert_eq!(outcome.code, Some(SOME), "{}", outcome.stderr);
    let events: Vec<serde_json::Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
    let has = |status: &str, part: &str| {
        events.iter().any(|event| event["status"] == status && event.to_string().contains(part))
    };
    assert!(has("failed", "x0 = 5 is greater"), "{}", outcome.stdout);
    assert!(has("drawn", "Good.png"), "{}", outcome.stdout);
}

#[test]
fn the_bench_can_draw() {
    let bench = Bench::new();
    let [states, crs] = outlines();
    let outcome = bench.render(&[&states, &crs, GOOD_EXTENT]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_drawn(&bench, &["Good.png"]);
    let outcome = bench.render(&[&format!("--raster={}", bench.raster()), "--name=raster.png"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(Path::new(&bench.out()).join("raster.png").exists());
}
