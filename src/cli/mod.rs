//! The command line: flags become a [`Job`], and nothing else in the program knows of them.

mod annotation;
mod captions;
mod colorbar;
mod graticule;
mod legend;
mod overlay;
mod raster;
mod scalebar;

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use mapfolio::Result;
use mapfolio::job::{Adjustable, FigureJob, Job, LayerJob, MapJob, MemorySize, OutputJob, RegionsJob};
use mapfolio::manifest::Shard;
use mapfolio::output::{Format, PngLevel};
use mapfolio::style::Choice;

use self::annotation::AnnotationArgs;
use self::captions::CaptionArgs;
use self::colorbar::ColorbarArgs;
use self::graticule::GraticuleArgs;
use self::legend::LegendArgs;
use self::overlay::OverlayArgs;
use self::raster::RasterArgs;
use self::scalebar::ScalebarArgs;

/// Renders many regional maps from a raster and outlines that are loaded once.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Draw the maps of a job
    Render(Box<RenderArgs>),
    /// List the figures of a job with their sizes and the memory that they take; draw nothing
    Plan(Box<RenderArgs>),
    /// Check the figures in a folder against its manifest
    Verify(VerifyArgs),
    /// Join the manifests of all shards, in one folder or several, into a manifest and a report
    Merge(MergeArgs),
    /// Draw the bundled demo of 12 regions; needs no input
    Demo(DemoArgs),
    /// List the adapters that can draw
    Adapters,
    /// List the colormaps, or draw a sheet of them
    Colormaps(ColormapsArgs),
    /// List the bundled layers, such as --layer :states, and their columns
    Layers,
}

/// What is told about the work.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Write an event a figure to stdout, as JSON lines
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Progress on stderr; auto: on a terminal
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Progress::Auto)]
    pub(crate) progress: Progress,
    /// Only errors on stderr
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// More on stderr; -vv for all
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    Auto,
    Always,
    Never,
}

/// What draws, and how much of the machine it may use.
#[derive(Debug, Args)]
pub(crate) struct MachineArgs {
    /// auto, cpu, gpu, a number or part of a name from mapfolio adapters [default: auto]
    #[arg(long, value_name = "ADAPTER")]
    adapter: Option<String>,
    /// Threads to use [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroU32>,
    /// Most memory the run may use, such as 300M or 2G [default: 90 % of the control group's, if it has a limit]
    #[arg(long, value_name = "SIZE")]
    max_memory: Option<MemorySize>,
}

/// Which of the figures are drawn.
#[derive(Debug, Args)]
#[command(next_help_heading = "Batches")]
struct BatchArgs {
    /// Draw part I of N; rasters stay together [default: that of a Slurm array or an indexed Kubernetes job, else all]
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Leave out figures that are there, whole and of the same inputs
    #[arg(long, conflicts_with_all = ["force", "retry_failed"])]
    resume: bool,
    /// Draw all figures anew, even if the job file says resume
    #[arg(long, conflicts_with = "retry_failed")]
    force: bool,
    /// Draw only what this manifest does not list as drawn, or is not there
    #[arg(long, value_name = "MANIFEST")]
    retry_failed: Option<PathBuf>,
    /// As mapfolio plan
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The figures' folder
    #[arg(default_value = ".")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// The folders of the shards
    #[arg(required = true, value_name = "DIR")]
    pub(crate) dirs: Vec<PathBuf>,
    /// Where manifest.jsonl and report.html go [default: the first folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ColormapsArgs {
    /// What to draw: names, or colours as --cmap takes them [default: all]
    #[arg(value_name = "NAME", requires = "out")]
    pub(crate) names: Vec<String>,
    /// PNG file to draw them into
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder to draw into
    #[arg(default_value = "mapfolio-demo")]
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) machine: MachineArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    /// Job file with the same settings; flags override it
    #[arg(value_name = "JOB.toml")]
    job: Option<PathBuf>,
    #[command(flatten)]
    raster: RasterArgs,
    #[command(flatten)]
    overlay: OverlayArgs,
    #[command(flatten)]
    map: MapArgs,
    #[command(flatten)]
    captions: CaptionArgs,
    #[command(flatten)]
    figure: FigureArgs,
    #[command(flatten)]
    colorbar: ColorbarArgs,
    #[command(flatten)]
    graticule: GraticuleArgs,
    #[command(flatten)]
    legend: LegendArgs,
    #[command(flatten)]
    scalebar: ScalebarArgs,
    #[command(flatten)]
    annotation: AnnotationArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    batch: BatchArgs,
    #[command(flatten)]
    machine: MachineArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Map")]
#[expect(clippy::doc_markdown, reason = "the help shows backticks as they are")]
struct MapArgs {
    /// Points, lines or polygons, PATH[:key=value,..], or a bundled layer such as :states, see mapfolio layers; keys
    /// edgecolor, facecolor, linewidth and markersize (points), linestyle, marker (matplotlib's), alpha, zorder, label, layer (name), and last where (OGR SQL, takes the rest); by
    /// an attribute's numbers column, levels, cmap, extend, linewidths, markersizes, lists in parentheses; names of
    /// features by labels (a column, or a text with {columns}), labelsize, labelcolor, halo, labelpriority,
    /// labelplacement; repeatable
    #[arg(long, value_name = "LAYER", value_parser = LayerJob::from_flag)]
    layer: Vec<LayerJob>,
    /// CSV of regions: name and x0,x1,y0,y1 or xmin,xmax,ymin,ymax or west,east,south,north or region or
    /// lon,lat,width_km,height_km; optional crs, extent_crs, title, figsize
    #[arg(long, value_name = "CSV")]
    regions: Option<PathBuf>,
    /// A region without a file, in units of --extent-crs; repeatable
    #[arg(long, value_name = "NAME=X0,X1,Y0,Y1")]
    extent: Vec<String>,
    /// System of the extents, as --crs; a lon/lat box may have west > east [default: the map's]
    #[arg(long, value_name = "CRS", allow_hyphen_values = true)]
    extent_crs: Option<String>,
    /// Draw only regions whose name fits, with * and ?
    #[arg(long, value_name = "GLOB")]
    only: Option<String>,
    /// Map projection: EPSG:n, PROJ string, WKT, PROJJSON, .prj file, or lcc [default: the raster's]
    #[arg(long, value_name = "CRS", allow_hyphen_values = true)]
    crs: Option<String>,
    /// Grow the extent to fill the box, or shrink the box [default: datalim]
    #[arg(long, value_name = "WHAT", value_parser = choice::<Adjustable>())]
    adjustable: Option<Adjustable>,
    /// The map's colour where nothing is drawn, none for the figure's; matplotlib's names and forms [default: white]
    #[arg(long, value_name = "COLOR")]
    facecolor: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Figure")]
struct FigureArgs {
    /// Width and height in inches [default: 14,9]
    #[arg(long, value_name = "W,H", value_parser = size, allow_hyphen_values = true)]
    figsize: Option<[f64; 2]>,
    /// Pixels an inch [default: 100]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    dpi: Option<f64>,
    /// Only the map, stretched over the whole image
    #[arg(long)]
    frame_only: bool,
    /// Colour around the map, and below it where the map's is not opaque [default: white]
    #[arg(long, value_name = "COLOR")]
    figure_facecolor: Option<String>,
    /// Map and figure have no colour of their own unless it is given: only what is drawn is opaque
    #[arg(long)]
    transparent: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
struct OutputArgs {
    /// Folder to draw into [default: the current one]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// File names with the fields of --title [default: {name}.png, with several rasters {raster}_{name}.png]
    #[arg(long, value_name = "TEMPLATE")]
    name: Option<String>,
    /// All but jpeg are lossless; tiff is a GeoTIFF, which holds the map's place [default: as --name ends, else png]
    #[arg(long, value_name = "FORMAT", value_parser = choice::<Format>())]
    format: Option<Format>,
    /// Of JPEG, 1 to 100 [default: 90]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    quality: Option<u8>,
    /// PNG files in little time, or of two fifths to two thirds of the size in 20 to 30 times that [default: fast]
    #[arg(long, value_name = "LEVEL", value_parser = choice::<PngLevel>())]
    png_level: Option<PngLevel>,
    /// Give PNG figures of at most 256 colours a palette
    #[arg(long)]
    png_palette: bool,
    /// Write a world file, such as NAME.pgw, and NAME.png.aux.xml with the map's system beside each figure
    #[arg(long)]
    world_file: bool,
}

impl MachineArgs {
    /// A job that says only this.
    pub(crate) fn into_job(self) -> Job {
        Job { adapter: self.adapter, threads: self.threads, max_memory: self.max_memory, ..Job::default() }
    }
}

impl RenderArgs {
    /// The job file, if one is named, with the flags over it.
    pub(crate) fn into_job(self) -> Result<Job> {
        let file = self.job.as_deref().map(Job::from_file).transpose()?.unwrap_or_default();
        Ok(file.overlaid_with(self.into_flags()))
    }

    /// Whether nothing is to be drawn.
    pub(crate) fn is_dry_run(&self) -> bool {
        self.batch.dry_run
    }

    fn into_flags(self) -> Job {
        let Self {
            raster,
            overlay,
            map,
            captions,
            figure,
            colorbar,
            graticule,
            legend,
            scalebar,
            annotation,
            output,
            batch,
            machine,
            ..
        } = self;
        Job {
            raster: raster.into_job(),
            overlays: overlay.into_job(),
            layers: map.layer,
            regions: RegionsJob { path: map.regions, only: map.only, extents: map.extent, crs: map.extent_crs },
            map: MapJob { crs: map.crs, adjustable: map.adjustable, facecolor: map.facecolor },
            figure: FigureJob {
                figsize: figure.figsize,
                dpi: figure.dpi,
                frame_only: figure.frame_only.then_some(true),
                facecolor: figure.figure_facecolor,
                transparent: figure.transparent.then_some(true),
                ..captions.into_job()
            },
            colorbar: colorbar.into_job(),
            graticule: graticule.into_job(),
            legend: legend.into_job(),
            scalebar: scalebar.into_job(),
            north_arrow: annotation.north_arrow(),
            texts: annotation.text,
            logos: annotation.logo,
            output: OutputJob {
                dir: output.out,
                name: output.name,
                format: output.format,
                quality: output.quality,
                png_level: output.png_level,
                png_palette: output.png_palette.then_some(true),
                world_file: output.world_file.then_some(true),
                resume: if batch.force { Some(false) } else { batch.resume.then_some(true) },
                retry_failed: batch.retry_failed,
            },
            shard: batch.shard,
            ..machine.into_job()
        }
    }
}

/// Reads one of a setting's few names.
fn choice<T: Choice + Send + Sync>() -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(T::ALL.iter().map(|(name, _)| *name))
        .try_map(|name| T::from_name(&name).ok_or("not one of the possible values"))
}

/// Reads `W,H`.
fn size(text: &str) -> Result<[f64; 2], String> {
    let (width, height) = text.split_once(',').ok_or("write width,height in inches, such as 14,9")?;
    let number = |part: &str| part.trim().parse().map_err(|_| format!("'{part}' is not a number"));
    Ok([number(width)?, number(height)?])
}

#[cfg(test)]
mod tests;
