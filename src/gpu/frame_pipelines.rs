//! The pipelines that draw the map box: one for each set of constants, made when the first such frame comes and kept,
//! so that going back to a raster of a known shape compiles nothing.

use std::collections::BTreeMap;

use super::layouts::Layouts;
use super::pipelines::{FRAME_FORMAT, MapConstants, Pass, render_pipeline};
use super::raster::CellKind;
use super::raster_look::RasterConstants;
use super::shaders::Program;
use crate::style::Resampling;

/// What may differ from frame to frame and is a constant of the pipeline all the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameKind {
    /// Whether the view's grid has patches.
    pub has_patches: bool,
    /// Whether its coverage was kept.
    pub is_kept: bool,
    /// How its pixels are made of cells.
    pub resampling: Resampling,
    /// Whether only the raster's own cells are looked at.
    pub finest_only: bool,
    pub raster: RasterConstants,
    /// Which of the map's passes it is.
    pub pass: StackPass,
}

/// One of the passes that draw the rasters of a map over each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct StackPass {
    /// It draws what lies below all rasters.
    pub is_first: bool,
    /// It draws what lies above them.
    pub is_last: bool,
}

/// The constants by their names in `frame.wgsl`.
type Constants = [(&'static str, u32); 26];

/// Pipelines by their constants.
pub(super) struct FramePipelines {
    map: MapConstants,
    made: BTreeMap<Constants, wgpu::RenderPipeline>,
}

impl FramePipelines {
    pub(super) fn new(map: MapConstants) -> Self {
        Self { map, made: BTreeMap::new() }
    }

    /// The pipeline for frames of this kind.
    pub(super) fn of_kind(
        &mut self,
        device: &wgpu::Device,
        layouts: &Layouts,
        kind: &FrameKind,
    ) -> wgpu::RenderPipeline {
        let constants = named(&self.map, kind);
        let make = || {
            let groups = [&layouts.frame_view, &layouts.frame_raster, &layouts.frame_planes];
            let pass = Pass::new(Program::frame(kind.resampling), ["cover", "frame"], FRAME_FORMAT);
            let over = (!kind.pass.is_first).then_some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING);
            render_pipeline(device, &pass.blended(over), &groups, &constants.map(|(name, value)| (name, value.into())))
        };
        self.made.entry(constants).or_insert_with(make).clone()
    }
}

fn named(map: &MapConstants, kind: &FrameKind) -> Constants {
    let [areas_low, areas_high] = map.area_constants();
    let [joined_low, joined_high] = map.joined_constants();
    let FrameKind { has_patches, is_kept, resampling, finest_only, raster, pass } = *kind;
    let shape = raster.shape.unwrap_or_default();
    let cell_kind = match shape.format.kind {
        CellKind::Unsigned | CellKind::Index => 0,
        CellKind::Signed => 1,
        CellKind::Float => 2,
        CellKind::Color => 3,
    };
    let classes = raster.classes[usize::from(resampling.makes_new_values())];
    let resampling_number = match resampling {
        Resampling::Nearest => 0,
        Resampling::Bilinear => 1,
        Resampling::Cubic => 2,
        Resampling::Average => 3,
        Resampling::Mode => 4,
        Resampling::Max => 5,
        Resampling::Min => 6,
    };
    [
        ("HAS_RASTER", raster.shape.is_some().into()),
        ("IS_OPAQUE", (map.is_opaque && pass.is_first).into()),
        ("HAS_PATCHES", has_patches.into()),
        ("IS_KEPT", is_kept.into()),
        ("KIND", cell_kind),
        ("SIGN_SHIFT", 32 - 8 * shape.format.bytes.max(1)),
        ("HAS_NODATA", shape.format.nodata_bits.is_some().into()),
        ("HAS_BAD_COLOR", raster.has_bad_color.into()),
        ("RESAMPLING", resampling_number),
        ("WRAPS", shape.wraps.into()),
        ("PAGED", shape.tiles.is_some().into()),
        ("TILE_CELLS", shape.tiles.map_or(1, |tiles| tiles.tile_cells)),
        ("SLOT_COLUMNS", shape.tiles.map_or(1, |tiles| tiles.slot_columns)),
        ("LEVEL_COUNT", if finest_only { 1 } else { shape.level_count as u32 }),
        ("HAS_MEANS", shape.has_means.into()),
        ("IS_INDEXED", (shape.format.kind == CellKind::Index).into()),
        ("HAS_MANY_COLORS", classes.has_many_colors.into()),
        ("MOST_IN_BUCKET", classes.most_in_bucket),
        ("PLANE_COUNT", map.plane_count as u32),
        ("PLANES_BELOW", map.planes_below as u32),
        ("HAS_BELOW", pass.is_first.into()),
        ("HAS_ABOVE", pass.is_last.into()),
        areas_low,
        areas_high,
        joined_low,
        joined_high,
    ]
}
