//! The only place that names shader files.

/// One WGSL program: the shared code and the program's own.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// File name without its ending, also the label on the GPU.
    pub name: &'static str,
    common: &'static str,
    own: &'static str,
}

impl Program {
    /// The whole source text.
    #[must_use]
    pub fn source(&self) -> String {
        format!("{}\n{}", self.common, self.own)
    }
}

const COMMON: &str = include_str!("../../shaders/common.wgsl");

pub(super) const PROJECT: Program =
    Program { name: "project", common: COMMON, own: include_str!("../../shaders/project.wgsl") };
pub(super) const LINE: Program = Program { name: "line", common: COMMON, own: include_str!("../../shaders/line.wgsl") };
pub(super) const FILL: Program = Program { name: "fill", common: COMMON, own: include_str!("../../shaders/fill.wgsl") };
pub(super) const FRAME: Program =
    Program { name: "frame", common: COMMON, own: include_str!("../../shaders/frame.wgsl") };
pub(super) const OUTLINE: Program =
    Program { name: "outline", common: "", own: include_str!("../../shaders/outline.wgsl") };
pub(super) const OVERLAY: Program =
    Program { name: "overlay", common: "", own: include_str!("../../shaders/overlay.wgsl") };

/// Every program, for the tests that validate them.
pub const PROGRAMS: [Program; 6] = [PROJECT, LINE, FILL, FRAME, OUTLINE, OVERLAY];
