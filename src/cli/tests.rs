//! What flags become, and that messages, help and job files know the same of them.

use clap::CommandFactory;
use mapfolio::job::{NormKind, Numbers, OverlayJob};
use mapfolio::style::{Resampling, ResamplingChoice};

use super::*;

fn flags(args: &[&str]) -> Result<Job, clap::Error> {
    let cli = Cli::try_parse_from(["mapfolio", "render"].iter().chain(args))?;
    match cli.command {
        Command::Render(args) => Ok(args.into_flags()),
        other => panic!("parsed as {other:?}"),
    }
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn negative_numbers_are_values() {
    let job = flags(&[
        "--levels",
        "-4:44:3",
        "--vmin",
        "-10",
        "--vmax=-1e-3",
        "--ticks",
        "-4,0",
        "--extent",
        "A=-1e6,1e6,-5e5,5e5",
    ])
    .expect("good flags");
    assert_eq!(job.raster.levels, Some(Numbers::Text("-4:44:3".into())));
    assert_eq!((job.raster.vmin, job.raster.vmax), (Some(-10.0), Some(-1e-3)));
    assert_eq!(job.colorbar.ticks, Some(Numbers::Text("-4,0".into())));
    assert_eq!(job.regions.extents, ["A=-1e6,1e6,-5e5,5e5"]);
}

#[test]
fn flags_of_every_kind_reach_the_job() {
    let job = flags(&[
        "job.toml",
        "--raster",
        "a.tif",
        "--norm",
        "boundary",
        "--extend",
        "both",
        "--resampling",
        "bilinear",
        "--layer",
        "a.shp:linewidth=0.45,edgecolor=#333",
        "--layer",
        "b.gpkg",
        "--crs",
        "+proj=lcc +lat_1=33",
        "--adjustable",
        "box",
        "--figsize",
        "14,9",
        "--frame-only",
        "--threads",
        "8",
        "--out",
        "maps",
    ])
    .expect("good flags");
    assert_eq!(job.raster.norm, Some(NormKind::Boundary));
    assert_eq!(job.raster.resampling, Some(ResamplingChoice::Always(Resampling::Bilinear)));
    assert_eq!(job.layers.len(), 2);
    assert_eq!(job.layers[0].options.linewidth_pt, Some(0.45));
    assert_eq!(job.figure.figsize, Some([14.0, 9.0]));
    assert_eq!(job.figure.frame_only, Some(true));
    assert_eq!(job.threads, NonZeroU32::new(8));
}

fn render() -> clap::Command {
    let command = Cli::command();
    command.find_subcommand("render").expect("a subcommand").clone()
}

#[test]
fn messages_know_flags_and_keys_by_both_names() {
    // What only the command line has, or what has one name in both.
    const OTHERS: [&str; 10] = [
        "--adapter",
        "--threads",
        "--max-memory",
        "--shard",
        "--resume",
        "--force",
        "--dry-run",
        "--json",
        "--progress",
        "--quiet",
    ];
    let flags: Vec<String> =
        render().get_arguments().filter_map(|arg| Some(format!("--{}", arg.get_long()?))).collect();
    for flag in flags.iter().filter(|flag| !OTHERS.contains(&flag.as_str())) {
        assert!(mapfolio::error::settings().iter().any(|(known, _)| known == flag), "{flag} has no key in messages");
    }
    for (flag, key) in mapfolio::error::settings() {
        assert!(flags.iter().any(|known| known == flag), "{flag} is no flag");
        // A value of a kind that no key takes: what is wrong must not be the key.
        let (table, key) = key.split_once(' ').unwrap_or((key, "no_such_key"));
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(&file, format!("{table}\n{key} = 1979-05-27\n")).expect("a job file");
        let message = Job::from_file(file.path()).expect_err("a date").to_string();
        assert_eq!(
            message.contains("unknown field"),
            key == "no_such_key" && *table != *"[[layer]]",
            "{table} {key}: {message}"
        );
    }
}

#[test]
fn help_lists_the_keys_of_layers_and_overlays() {
    let help = |id: &str| {
        let render = render();
        let arg = render.get_arguments().find(|arg| arg.get_id() == id).expect("a flag").clone();
        arg.get_help().expect("its help").to_string()
    };
    for (id, keys) in
        [("layer", LayerJob::flag_keys().collect::<Vec<_>>()), ("overlay", OverlayJob::flag_keys().collect())]
    {
        let help = help(id);
        let words: Vec<&str> = help.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        for key in keys {
            assert!(words.contains(&key), "--{id} --help does not name {key}");
        }
    }
}

#[test]
fn values_that_may_be_left_out_do_not_swallow_the_job_file() {
    for flag in ["--legend", "--north-arrow", "--scalebar", "--graticule", "--minor-ticks"] {
        for args in [&[flag, "job.toml"], &["job.toml", flag]] {
            let cli = Cli::try_parse_from(["mapfolio", "render"].iter().chain(args)).expect("good flags");
            let Command::Render(args) = cli.command else { panic!("another command") };
            assert_eq!(args.job, Some(PathBuf::from("job.toml")), "{flag}");
        }
    }
    let job = flags(&["--legend=lower left", "--graticule=10,5", "--minor-ticks=-5,5"]).expect("good flags");
    assert_eq!(job.legend.and_then(|legend| legend.loc).as_deref(), Some("lower left"));
}

#[test]
fn absent_flags_leave_the_job_file_alone() {
    assert_eq!(flags(&[]).expect("no flags"), Job::default());
}

#[test]
fn wrong_flags_are_errors_that_say_so() {
    for (args, part) in [
        (&["--vmin", "1", "--vmin", "2"][..], "cannot be used multiple times"),
        (&["--shard", "3/2"], "past the last shard"),
        (&["--band", "1,9:3"], "neither a band nor a range"),
        (&["--resume", "--force"], "cannot be used with"),
        (
            &["--norm", "cubic"],
            "possible values: linear, log, symlog, power, twoslope, centered, boundary, categorical",
        ),
        (&["--figsize", "14"], "width,height"),
        (&["--layer", "a.shp:colour=red"], "is not a layer option"),
        (&["--threads", "0"], "zero"),
        (&["--lut", "x"], "invalid digit"),
    ] {
        let message = flags(args).expect_err(part).to_string();
        assert!(message.contains(part), "{args:?}: {message}");
    }
}
