//! The only place that names shader files.

use crate::style::Resampling;

/// One file of `shaders/`.
#[derive(Clone, Copy, Debug)]
struct File {
    name: &'static str,
    text: &'static str,
}

macro_rules! file {
    ($name:literal) => {
        File { name: $name, text: include_str!(concat!("../../shaders/", $name, ".wgsl")) }
    };
}

const COMMON: File = file!("common");
const COVERAGE: File = file!("coverage");
const FRAME: File = file!("frame");
const LEVELS: File = file!("levels");
const MEAN: File = file!("mean");

/// One WGSL program: the files that it is made of.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name on the GPU.
    pub name: &'static str,
    files: &'static [File],
}

impl Program {
    /// The whole source text.
    #[must_use]
    pub fn source(&self) -> String {
        self.files.iter().map(|file| file.text).collect::<Vec<_>>().join("\n")
    }

    /// The names of its files without their ending.
    pub fn file_names(&self) -> impl Iterator<Item = &'static str> {
        self.files.iter().map(|file| file.name)
    }

    /// The program that draws the map. Each resampling has its own, so that no adapter compiles what it does not need:
    /// on a software adapter the whole would take 10 MB of memory more.
    pub(super) fn frame(resampling: Resampling) -> Self {
        match resampling {
            Resampling::Nearest => FRAME_NEAREST,
            Resampling::Bilinear | Resampling::Cubic => FRAME_BETWEEN,
            Resampling::Average => FRAME_AVERAGE,
            Resampling::Mode => FRAME_MODE,
            Resampling::Max | Resampling::Min => FRAME_EXTREME,
        }
    }
}

pub(super) const PROJECT: Program = Program { name: "project", files: &[COMMON, file!("project")] };
pub(super) const LINE: Program = Program { name: "line", files: &[COMMON, file!("line")] };
pub(super) const MARKER: Program = Program { name: "marker", files: &[COMMON, file!("marker")] };
pub(super) const FILL: Program = Program { name: "fill", files: &[COMMON, file!("fill")] };
pub(super) const KEEP: Program = Program { name: "keep", files: &[COMMON, COVERAGE, file!("keep")] };
pub(super) const OUTLINE: Program = Program { name: "outline", files: &[COMMON, file!("outline")] };
pub(super) const OVERLAY: Program = Program { name: "overlay", files: &[file!("overlay")] };
const FRAME_NEAREST: Program = Program { name: "frame, nearest", files: &[COMMON, COVERAGE, FRAME, file!("nearest")] };
const FRAME_BETWEEN: Program =
    Program { name: "frame, between", files: &[COMMON, COVERAGE, FRAME, LEVELS, MEAN, file!("between")] };
const FRAME_AVERAGE: Program =
    Program { name: "frame, average", files: &[COMMON, COVERAGE, FRAME, LEVELS, MEAN, file!("average")] };
const FRAME_MODE: Program = Program { name: "frame, mode", files: &[COMMON, COVERAGE, FRAME, LEVELS, file!("mode")] };
const FRAME_EXTREME: Program =
    Program { name: "frame, extreme", files: &[COMMON, COVERAGE, FRAME, LEVELS, file!("extreme")] };

/// Every program, for the tests that validate them.
pub const PROGRAMS: [Program; 12] = [
    PROJECT,
    LINE,
    MARKER,
    FILL,
    KEEP,
    FRAME_NEAREST,
    FRAME_BETWEEN,
    FRAME_AVERAGE,
    FRAME_MODE,
    FRAME_EXTREME,
    OUTLINE,
    OVERLAY,
];
