//! Job files: what is read, what flags override, and what is said of mistakes.

use std::path::{Path, PathBuf};

use mapfolio::job::{Adjustable, Job, LayerJob, NormKind, Numbers};
use mapfolio::output::{Format, PngLevel};
use mapfolio::source::{BandChoice, BandSelection};
use mapfolio::style::{BoxLoc, Color, Extend, LayerOptions, LineStyle, Resampling, ResamplingChoice};
use mapfolio::{Error, Result};

/// Reads a job file of this text; with the folder that it was in.
fn job(text: &str) -> Result<(Job, PathBuf)> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("job.toml");
    std::fs::write(&path, text).expect("a file");
    Job::from_file(&path).map(|job| (job, folder.path().to_owned()))
}

fn read(text: &str) -> (Job, PathBuf) {
    job(text).unwrap_or_else(|e| panic!("{e}"))
}

const WHOLE: &str = r#"
adapter = "cpu"
threads = 4

[raster]
path = "data/t.tif"
band = 2
cmap = "turbo"
levels = [-4, -1.5, 2]
vmin = -4
vmax = 2.0
norm = "boundary"
extend = "both"
resampling = "bilinear"

[[layer]]
path = "shapes/counties.shp"
edgecolor = "black"
linewidth = 0.45
alpha = 1
facecolor = "none"
linestyle = "solid"

[[layer]]
path = "/data/states.shp"
zorder = -3

[regions]
path = "regions.csv"
only = "N*"
extents = ["A=0,1,0,1"]

[map]
crs = "lcc"
adjustable = "box"
facecolor = "lightgray"

[figure]
figsize = [14, 9]
dpi = 100
title = "{name}"
frame_only = false
facecolor = "none"
transparent = true

[colorbar]
ticks = "-4:44:3"
label = "degC"

[legend]
loc = "lower left"
ncols = 2
title = "Kinds"
frameon = false
framealpha = 0.5
fontsize = 8
categories = true

[output]
dir = "maps"
name = "{name}.png"
format = "jpeg"
quality = 80
png_level = "small"
png_palette = true
world_file = true
"#;

#[test]
fn pairs_are_two_numbers() {
    for (table, count) in [
        ("[figure]\nfigsize = [6, 4, 3]\n", 3),
        ("[[text]]\ntext = \"a\"\nxy = [0, 50, 1]\n", 3),
        ("[figure]\nfigsize = [6]\n", 1),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("job.toml");
        std::fs::write(&path, table).expect("written");
        let message = Job::from_file(&path).expect_err(table).to_string();
        assert!(message.contains(&format!("two numbers belong here, not {count}")), "{message}");
    }
}

#[test]
fn every_key_is_read_and_paths_are_relative_to_the_file() {
    let (job, folder) = read(WHOLE);
    assert_eq!(job.adapter.as_deref(), Some("cpu"));
    assert_eq!(job.threads.map(std::num::NonZero::get), Some(4));
    assert_eq!(job.raster.paths.iter().map(Path::new).collect::<Vec<_>>(), [folder.join("data/t.tif")]);
    let second = BandSelection::These(vec![BandChoice::Number(2)]);
    assert_eq!((job.raster.bands, job.raster.cmap), (Some(second), Some("turbo".into())));
    assert_eq!(job.raster.levels, Some(Numbers::List(vec![-4.0, -1.5, 2.0])));
    assert_eq!((job.raster.vmin, job.raster.vmax), (Some(-4.0), Some(2.0)));
    assert_eq!((job.raster.norm, job.raster.extend), (Some(NormKind::Boundary), Some(Extend::Both)));
    assert_eq!(job.raster.resampling, Some(ResamplingChoice::Always(Resampling::Bilinear)));
    assert_eq!((job.regions.path, job.regions.only.as_deref()), (Some(folder.join("regions.csv")), Some("N*")));
    assert_eq!(job.regions.extents, ["A=0,1,0,1"]);
    assert_eq!((job.map.crs.as_deref(), job.map.adjustable), (Some("lcc"), Some(Adjustable::Box)));
    assert_eq!((job.figure.figsize, job.figure.dpi), (Some([14.0, 9.0]), Some(100.0)));
    assert_eq!((job.figure.title.as_deref(), job.figure.frame_only), (Some("{name}"), Some(false)));
    assert_eq!(job.colorbar.ticks, Some(Numbers::Text("-4:44:3".into())));
    assert_eq!(job.colorbar.label.as_deref(), Some("degC"));
    let legend = job.legend.expect("a legend");
    let style = legend.style().expect("a sound legend");
    assert_eq!((style.loc, style.ncols), (BoxLoc::LOWER_LEFT, 2));
    assert_eq!((style.title.as_deref(), style.frameon, style.framealpha), (Some("Kinds"), false, 0.5));
    assert_eq!((style.fontsize_pt, legend.categories), (8.0, Some(true)));
    assert_eq!((job.output.dir, job.output.name.as_deref()), (Some(folder.join("maps")), Some("{name}.png")));
    assert_eq!((job.map.facecolor.as_deref(), job.figure.facecolor.as_deref()), (Some("lightgray"), Some("none")));
    assert_eq!((job.figure.transparent, job.output.format), (Some(true), Some(Format::Jpeg)));
    assert_eq!((job.output.quality, job.output.png_level), (Some(80), Some(PngLevel::Small)));
    assert_eq!((job.output.png_palette, job.output.world_file), (Some(true), Some(true)));
}

#[test]
fn layers_have_options_and_keep_their_order() {
    let (job, folder) = read(WHOLE);
    let counties = LayerOptions {
        edgecolor: Some(Color::BLACK),
        linewidth_pt: Some(0.45),
        alpha: Some(1.0),
        facecolor: Some(Color::NONE),
        linestyle: Some(LineStyle::Solid),
        ..LayerOptions::default()
    };
    let states = LayerOptions { zorder: Some(-3.0), ..LayerOptions::default() };
    assert_eq!(
        job.layers,
        [
            LayerJob { path: folder.join("shapes/counties.shp"), options: counties, classes: Vec::new() },
            LayerJob { path: "/data/states.shp".into(), options: states, classes: Vec::new() },
        ]
    );
}

#[test]
fn numbers_are_a_list_or_text() {
    for text in ["[1, 2.5, 4]", "'1, 2.5, 4'", "'1:4:1.5'"] {
        let (job, _) = read(&format!("[raster]\nlevels = {text}\n[colorbar]\nticks = {text}\n"));
        let [raster, colorbar] = [job.raster.levels, job.colorbar.ticks].map(|n| n.expect("numbers"));
        assert_eq!(raster.levels().expect("levels"), [1.0, 2.5, 4.0], "{text}");
        assert_eq!(colorbar.ticks().expect("ticks"), [1.0, 2.5, 4.0], "{text}");
    }
}

#[test]
fn names_that_are_no_paths_stay_as_they_are() {
    let (job, _) = read("[raster]\npath = '/vsizip/a.zip/t.tif'\n[map]\ncrs = 'EPSG:5070'\n");
    assert_eq!(job.raster.paths, ["/vsizip/a.zip/t.tif"]);
    assert_eq!(job.map.crs.as_deref(), Some("EPSG:5070"));
}

#[test]
fn the_name_of_a_prj_file_is_a_path() {
    let (job, folder) = read("[map]\ncrs = 'my.prj'\n");
    assert_eq!(job.map.crs.as_deref().map(Path::new), Some(folder.join("my.prj").as_path()));
}

#[test]
fn systems_of_raster_and_extents_are_read_as_the_maps() {
    let (job, folder) = read("[raster]\ncrs = 'r.prj'\n[regions]\ncrs = 'EPSG:4326'\n");
    assert_eq!(job.raster.crs.as_deref().map(Path::new), Some(folder.join("r.prj").as_path()));
    assert_eq!(job.regions.crs.as_deref(), Some("EPSG:4326"));
    let (job, folder) = read("[regions]\ncrs = 'e.PRJ'\n");
    assert_eq!(job.regions.crs.as_deref().map(Path::new), Some(folder.join("e.PRJ").as_path()));
}

#[test]
fn a_band_is_a_number_or_a_description() {
    for (text, band) in [
        ("3", BandChoice::Number(3)),
        ("'3'", BandChoice::Number(3)),
        ("'2 m temperature'", BandChoice::Description("2 m temperature".into())),
    ] {
        assert_eq!(
            read(&format!("[raster]\nband = {text}\n")).0.raster.bands,
            Some(BandSelection::These(vec![band])),
            "{text}"
        );
    }
}

#[test]
fn an_empty_job_asks_for_nothing() {
    assert_eq!(read("").0, Job::default());
}

/// Checks that a text is refused as a job file, with its name and all of `parts` in the message.
fn assert_refused(text: &str, parts: &[&str]) {
    let error = job(text).expect_err(text);
    assert!(matches!(error, Error::JobFile { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains("job.toml: "), "{message}");
    for part in parts {
        assert!(message.contains(part), "no '{part}' for\n{text}in\n{message}");
    }
}

#[test]
fn mistakes_are_named_with_their_place() {
    for (text, parts) in [
        ("[raster]\ncmpa = 'turbo'\n", ["line 2, column 1", "unknown field `cmpa`", "`cmap`"]),
        ("[rastr]\n", ["line 1, column 2", "unknown field `rastr`", "`raster`"]),
        ("[output]\nformt = 'webp'\n", ["line 2, column 1", "unknown field `formt`", "`dir`"]),
        ("[output]\nformat = 'gif'\n", ["line 2, column 10", "'gif' is not one of", "png, jpeg, webp, tiff"]),
        ("[raster]\nband = [1.5]\n", ["line 2, column 8", "a band's number", "description"]),
        ("[raster]\nnorm = 'asinh'\n", ["line 2, column 8", "'asinh' is not one of", "linear, log, symlog"]),
        ("[raster]\nextend = 'up'\n", ["line 2, column 10", "'up' is not one of", "neither, min, max, both"]),
        ("[raster]\nresampling = 1\n", ["line 2, column 14", "invalid type: integer `1`", "string"]),
        ("[map]\nadjustable = 'no'\n", ["line 2, column 14", "'no' is not one of", "datalim, box"]),
        ("[raster]\nlevels = 3\n", ["line 2, column 10", "invalid type: integer `3`", "a list of numbers or a text"]),
        ("[raster]\nlevels = [1, 'x']\n", ["line 2, column 14", "invalid type: string \"x\"", "f64"]),
        ("[figure]\nfigsize = [14]\n", ["line 2, column 11", "invalid length 1", "2"]),
        ("threads = 0\n", ["line 1, column 11", "invalid value: integer `0`", "nonzero"]),
        ("[raster\n", ["line 1, column 8", "[raster", "]"]),
        ("[raster]\nvmin = 1\nvmin = 2\n", ["line 3, column 1", "vmin", "duplicate key"]),
    ] {
        assert_refused(text, &parts);
    }
}

#[test]
fn mistakes_in_layers_are_named_with_their_place() {
    for (line, parts) in [
        ("width = 3", ["column 9", "'width' is not a layer option", "linewidth"]),
        ("edgecolour = 'red'", ["column 14", "'edgecolour'", "edgecolor"]),
        ("edgecolor = 'nocolour'", ["column 13", "edgecolor", "'nocolour'"]),
        ("linewidth = -1", ["column 13", "linewidth: '-1' is negative", "points, 0 or more"]),
        ("linewidth = 'thin'", ["column 13", "linewidth: 'thin' is not a finite number", "points, 0 or more"]),
        ("linewidth = true", ["column 13", "invalid type: boolean `true`", "linewidth as a text or a number"]),
        ("linewidth = [1]", ["column 13", "invalid type: sequence", "linewidth as a text or a number"]),
        ("alpha = 1.5", ["column 9", "alpha: '1.5' is outside 0 to 1", "from 0 to 1"]),
        ("zorder = nan", ["column 10", "zorder: 'NaN' is not a finite number", "give a number"]),
        ("facecolor = 'rde'", ["column 13", "facecolor", "'rde'"]),
        ("linestyle = 'dashy'", ["column 13", "linestyle: 'dashy' is not a line style", "dashdot"]),
        ("where = ''", ["column 9", "where: '' is empty", "POP > 1000"]),
    ] {
        // The second of two layers is wrong.
        let text = format!("[[layer]]\npath = 'a.shp'\n\n[[layer]]\n# Counties\n{line}\npath = 'b.shp'\n");
        assert_refused(&text, &[&["line 6"], parts.as_slice()].concat());
    }
    assert_refused("[[layer]]\npath = 'a.shp'\n[[layer]]\nalpha = 1\n", &["line 3, column 1", "missing field `path`"]);
    assert_refused("[[layer]]\npath = 3\n", &["line 2, column 8", "invalid type: integer `3`", "path"]);
    assert_refused("[layer]\npath = 'a.shp'\n", &["line 1, column 1", "invalid type: map", "sequence"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let message = Job::from_file(Path::new("no/such/job.toml")).expect_err("no file").to_string();
    assert!(message.starts_with("no/such/job.toml: cannot read: "), "{message}");
}

#[test]
fn flags_override_key_by_key_and_lists_as_a_whole() {
    let (file, _) = read(WHOLE);
    assert_eq!(file.clone().overlaid_with(Job::default()), file);
    assert_eq!(Job::default().overlaid_with(file.clone()), file);
    let mut flags = Job::default();
    flags.raster.cmap = Some("viridis".into());
    flags.figure.dpi = Some(50.0);
    flags.regions.extents = vec!["B=0,2,0,2".into()];
    flags.layers = vec![LayerJob::from_flag("x.shp:alpha=0.5").unwrap_or_else(|e| panic!("{e}"))];
    let both = file.clone().overlaid_with(flags.clone());
    assert_eq!(both.raster.cmap, Some("viridis".into()));
    assert_eq!(both.raster.levels, file.raster.levels);
    assert_eq!((both.figure.dpi, both.figure.figsize), (Some(50.0), file.figure.figsize));
    assert_eq!(both.layers, flags.layers);
    assert_eq!((both.regions.path, both.regions.extents), (None, flags.regions.extents));
    assert_eq!(both.regions.only.as_deref(), Some("N*"), "a pattern applies to whatever regions there are");
}

#[test]
fn a_flag_says_the_same_of_a_layer_as_a_file() {
    let flag = "/data/a.shp:edgecolor=#333,linewidth=0.45,alpha=0.5,zorder=-1,facecolor=none,linestyle=(1,(5,1)),\
                markersize=4,layer=b,where=POP > 3 AND NAME IN ('x','y,z')";
    let table = "[[layer]]\npath = '/data/a.shp'\nedgecolor = '#333'\nlinewidth = 0.45\nalpha = 0.5\nzorder = -1\n\
                 facecolor = 'none'\nlinestyle = '(1,(5,1))'\nmarkersize = 4\nlayer = 'b'\n\
                 where = \"POP > 3 AND NAME IN ('x','y,z')\"\n";
    assert_eq!(read(table).0.layers, [LayerJob::from_flag(flag).unwrap_or_else(|e| panic!("{e}"))]);
}
