//! The program: flags in, figures out, and an exit code that tells how it went.

mod cli;
mod listing;
mod progress;
mod signals;

use std::io::{IsTerminal as _, Write as _, stderr, stdout};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;
use mapfolio::batch::{self, Event, RunOptions};
use mapfolio::gpu;
use mapfolio::job::Job;
use mapfolio::plan::Plan;
use mapfolio::{demo, geo, manifest, source, style};
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command, MergeArgs, ReportArgs, VerifyArgs};
use crate::progress::Reporter;

/// Nothing could start: a bad job, no adapter.
const NOTHING_STARTED: u8 = 1;
/// Some figures failed; the rest are drawn. Usage errors are clap's 2.
const SOME_FAILED: u8 = 3;
/// What shells add to a signal's number.
const SIGNALLED: u8 = 128;

/// How a command that did its work ended.
enum Ending {
    Complete,
    Incomplete,
    Signalled(usize),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log(&cli.report);
    geo::install_gdal_log();
    match without_device_selection(|| run(cli)) {
        Ok(Ending::Complete) => ExitCode::SUCCESS,
        Ok(Ending::Incomplete) => ExitCode::from(SOME_FAILED),
        Ok(Ending::Signalled(signal)) => ExitCode::from(SIGNALLED + signal as u8),
        Err(error) => {
            // A reader who has gone, as in `| head`, needs no message.
            if !is_broken_pipe(&error) {
                progress::to_stderr(&format!("error: {}", message(&error)));
            }
            ExitCode::from(NOTHING_STARTED)
        }
    }
}

/// Mesa's device selection layer serves desktops; where there is no desktop it prints an error at every start.
fn without_device_selection<T>(work: impl FnOnce() -> T) -> T {
    if std::env::var_os("XDG_RUNTIME_DIR").is_some() {
        return work();
    }
    with_variable("NODEVICE_SELECT", "1", work)
}

/// Has Mesa's software adapter use as many threads as the user asked for, unless the environment says how many.
fn with_adapter_threads<T>(job: &Job, work: impl FnOnce() -> T) -> T {
    const VARIABLE: &str = "LP_NUM_THREADS";
    match job.threads {
        Some(threads) if std::env::var_os(VARIABLE).is_none() => with_variable(VARIABLE, &threads.to_string(), work),
        _ => work(),
    }
}

/// Adds to the environment while no other thread is there that could read it.
fn with_variable<T>(name: &str, value: &str, work: impl FnOnce() -> T) -> T {
    temp_env::with_var(name, Some(value), work)
}

fn run(cli: Cli) -> anyhow::Result<Ending> {
    match cli.command {
        Command::Render(args) if !args.is_dry_run() => {
            let job = args.into_job()?;
            with_adapter_threads(&job, || draw(&job, &cli.report))
        }
        Command::Render(args) | Command::Plan(args) => {
            let mut plan = Plan::new(&args.into_job()?)?;
            plan.settle_access();
            Ok(listing::list(&plan, cli.report.json)?)
        }
        Command::Demo(args) => {
            // The data lives in the binary; GDAL and the shapefile reader want files.
            let data = demo::Data::unpack()?;
            let job = data.job(&args.dir)?.overlaid_with(args.machine.into_job());
            with_adapter_threads(&job, || draw(&job, &cli.report))
        }
        Command::Verify(args) => verify(&args),
        Command::Merge(args) => merge(&args),
        Command::Adapters => list_adapters(),
        Command::Colormaps(args) => match &args.out {
            Some(path) => {
                listing::draw_colormaps(&args.names, path)?;
                list([path.display()])
            }
            None => list(style::Colormap::names()),
        },
        Command::Layers => list_layers(),
    }
}

/// Draws a job and tells about each figure.
fn draw(job: &Job, report: &ReportArgs) -> anyhow::Result<Ending> {
    let options = RunOptions::default();
    let plan = Plan::new(job)?;
    // Until here a signal ends the program at once: nothing is begun.
    signals::ask_for_end(&options.interrupt).context("signals cannot be waited for")?;
    let mut reporter = Reporter::new(report, plan.figures.len() + plan.failures.len());
    let mut told = Ok(());
    let summary = batch::run(plan, &options, &mut |event: Event| {
        if told.is_ok() {
            told = reporter.tell(&event);
        }
    });
    let told = told.and_then(|()| reporter.finish(summary.as_ref().ok()));
    let summary = summary?;
    match told {
        // A reader who has gone, as in `| head`, has seen enough; the maps are there all the same.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => {}
        told => told.context("the maps are drawn, but stdout cannot be written to")?,
    }
    Ok(match summary.signal {
        Some(signal) => Ending::Signalled(signal),
        None if summary.is_complete() => Ending::Complete,
        None => Ending::Incomplete,
    })
}

/// Checks what a manifest says.
fn verify(args: &VerifyArgs) -> anyhow::Result<Ending> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let report = manifest::verify(&args.dir, threads)?;
    print(&report)?;
    Ok(if report.all_good() { Ending::Complete } else { Ending::Incomplete })
}

/// Joins shards.
fn merge(args: &MergeArgs) -> anyhow::Result<Ending> {
    let report = manifest::merge(&args.dirs, args.out.as_deref())?;
    print(&report)?;
    Ok(if report.all_good() && report.failed == 0 { Ending::Complete } else { Ending::Incomplete })
}

fn print(text: &impl std::fmt::Display) -> std::io::Result<()> {
    writeln!(stdout().lock(), "{text}")
}

fn list_adapters() -> anyhow::Result<Ending> {
    let adapters = gpu::Context::adapters();
    let lines = adapters.iter().enumerate().map(|(number, adapter)| {
        format!("{number}: {} ({}, {}, {})", adapter.name, adapter.kind, adapter.backend, adapter.driver)
    });
    list(lines)
}

fn list_layers() -> anyhow::Result<Ending> {
    let columns = |columns: &[&str]| match columns {
        [] => String::new(),
        some => format!(" ({})", some.join(", ")),
    };
    list(
        source::bundled_layers()
            .iter()
            .map(|layer| format!(":{}: {}{}", layer.name, layer.what, columns(layer.columns))),
    )
}

fn list(lines: impl IntoIterator<Item = impl std::fmt::Display>) -> anyhow::Result<Ending> {
    let mut out = stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(Ending::Complete)
}

/// Warnings and errors by default; `RUST_LOG` has the last word.
fn start_log(report: &ReportArgs) {
    let level = match (report.quiet, report.verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "mapfolio=info,warn",
        (false, _) => "mapfolio=debug,info",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let colored = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(colored)
        .without_time()
        .log_internal_errors(false)
        .init();
}

/// Our own errors name their causes themselves.
fn message(error: &anyhow::Error) -> String {
    error.downcast_ref::<mapfolio::Error>().map_or_else(|| format!("{error:#}"), ToString::to_string)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}
