//! A folder with a few rasters and regions to draw again and again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use mapfolio::batch::{self, Event, RunOptions, Summary};
use mapfolio::job::Job;
use mapfolio::plan::Plan;

use crate::support::{Numbers, Outcome, Placement, TestRaster, demo, file_names, hash, mapfolio, text};

/// Columns and rows of the rasters: several tiles.
const SIZE: [usize; 2] = [300, 200];

/// Files by name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Inputs, and folders to draw into.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    /// So many rasters on one grid, a0.tif and so on, and four regions.
    pub(crate) fn new(rasters: usize) -> Self {
        let bench = Self { folder: tempfile::tempdir().expect("a folder") };
        for index in 0..rasters {
            bench.write_raster(&format!("a{index}.tif"), index);
        }
        let regions = "name,xmin,xmax,ymin,ymax\nWest,-2000000,-600000,-900000,900000\nEast,600000,2000000,-900000,900000\n\
                       Middle,-500000,500000,-400000,400000\nAll,-2400000,2400000,-1600000,1500000\n";
        std::fs::write(bench.path("regions.csv"), regions).expect("a written file");
        bench
    }

    pub(crate) fn write_raster(&self, name: &str, seed: usize) {
        let place = Placement { crs: "EPSG:4326", transform: [-130.0, 0.24, 0.0, 52.0, 0.0, -0.16], size: SIZE };
        let value = |column: usize, row: usize| Some((hash(column / 5 + 97 * seed, row / 5) % 100) as f64);
        TestRaster::write(self.path(name), place, Numbers::U8, value);
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The flags of all runs, drawing into a folder of this name.
    pub(crate) fn args(&self, out: &str) -> Vec<String> {
        let mut args = ["render", "--adapter=cpu", "--figsize=3,2", "--dpi=60", "--crs=lcc", "--levels=0:100:10"]
            .map(str::to_owned)
            .to_vec();
        args.extend([
            format!("--raster={}", text(&self.path("a*.tif"))),
            format!("--regions={}", text(&self.path("regions.csv"))),
            format!("--layer={}:linewidth=1", text(&demo("states.shp"))),
            format!("--out={}", text(&self.path(out))),
        ]);
        args
    }

    /// Draws with these flags besides.
    pub(crate) fn render(&self, out: &str, more: &[&str]) -> Outcome {
        mapfolio(self.args(out).into_iter().chain(more.iter().map(ToString::to_string)))
    }

    /// Draws everything, and reads what was written.
    pub(crate) fn draw(&self, out: &str, more: &[&str]) -> Files {
        let outcome = self.render(out, more);
        assert_eq!(outcome.code, Some(0), "{more:?}\n{}", outcome.stderr);
        self.files(out)
    }

    /// Draws three rasters in this process, and returns the errors of figures that failed.
    pub(crate) fn run(&self, out: &str, options: &RunOptions) -> (Summary, Vec<String>) {
        run(self.plan(out), options)
    }

    /// What is to be drawn of three rasters.
    pub(crate) fn plan(&self, out: &str) -> Plan {
        let job = format!(
            "adapter = \"cpu\"\n[raster]\npath = [\"a0.tif\", \"a1.tif\", \"a2.tif\"]\nlevels = \"0:100:10\"\n\
             [[layer]]\npath = {:?}\nlinewidth = 1\n[regions]\npath = \"regions.csv\"\n[map]\ncrs = \"lcc\"\n\
             [figure]\nfigsize = [3, 2]\ndpi = 60\n[output]\ndir = {out:?}\n",
            text(&demo("states.shp"))
        );
        std::fs::write(self.path("job.toml"), job).expect("a job");
        Plan::new(&Job::from_file(&self.path("job.toml")).expect("a job")).expect("a plan")
    }

    /// Starts the program and does not wait for it.
    pub(crate) fn start(&self, out: &str, more: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_mapfolio"))
            .args(self.args(out))
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts")
    }

    /// The figures in a folder.
    pub(crate) fn files(&self, out: &str) -> Files {
        let folder = self.path(out);
        let read = |name: String| (name.clone(), std::fs::read(folder.join(name)).expect("a readable file"));
        file_names(&folder).into_iter().map(read).collect()
    }

    /// The lines of a manifest of a kind.
    pub(crate) fn lines(&self, manifest: &str, event: &str) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.path(manifest)).expect("a manifest");
        let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        lines.filter(|line| line["event"] == event).collect()
    }
}

/// Draws a plan in this process, and returns the errors of figures that failed.
pub(crate) fn run(plan: Plan, options: &RunOptions) -> (Summary, Vec<String>) {
    let mut errors = Vec::new();
    let summary = batch::run(plan, options, &mut |event: Event| {
        if let Event::Failed { record } = event {
            errors.push(record.error.unwrap_or_default());
        }
    });
    (summary.expect("a run"), errors)
}

/// The last line of a run's events, which sums it up.
pub(crate) fn summary(outcome: &Outcome) -> serde_json::Value {
    let line = outcome.stdout.lines().next_back().unwrap_or_else(|| panic!("no events\n{}", outcome.stderr));
    serde_json::from_str(line).expect("JSON")
}

pub(crate) fn assert_same(files: &Files, expected: &Files, what: &str) {
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(files), names(expected), "{what}: other files");
    let differing: Vec<_> = files.iter().filter(|(name, bytes)| expected[*name] != **bytes).map(|(n, _)| n).collect();
    assert!(differing.is_empty(), "{what}: {differing:?} differ");
}

/// Names of temporary files: what a run must not leave behind.
pub(crate) fn left_behind(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
    names.filter(|name| name.starts_with(".mapfolio")).collect()
}
