//! Every shader is valid WGSL for a device without optional features, and every uniform block has the same
//! fields at the same offsets in Rust as in WGSL.

use std::collections::BTreeSet;
use std::mem::offset_of;

use mapfolio::gpu::{
    ClassesUniform, FigureUniform, LayerUniform, LevelUniform, MAX_PLANES, MarkerUniform, PROGRAMS, PlanesUniform,
    RasterUniform, ViewUniform,
};

/// A field's name and offset in bytes.
type Field = (&'static str, usize);

fn parse(source: &str) -> naga::Module {
    naga::front::wgsl::parse_str(source).unwrap_or_else(|e| panic!("{}", e.emit_to_string(source)))
}

#[test]
fn all_programs_are_valid() {
    for program in PROGRAMS {
        let source = program.source();
        let module = parse(&source);
        let mut validator =
            naga::valid::Validator::new(naga::valid::ValidationFlags::all(), naga::valid::Capabilities::empty());
        if let Err(e) = validator.validate(&module) {
            panic!("{}.wgsl: {}", program.name, e.emit_to_string(&source));
        }
    }
}

#[test]
fn every_shader_file_belongs_to_a_program() {
    let mut files: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/shaders"))
        .expect("the folder shaders")
        .map(|f| f.expect("a file").file_name().to_string_lossy().replace(".wgsl", ""))
        .collect();
    files.sort();
    let named: BTreeSet<String> = PROGRAMS.iter().flat_map(|p| p.file_names().map(str::to_owned)).collect();
    assert_eq!(files, named.into_iter().collect::<Vec<_>>());
}

/// Compares a block in all programs that have it; at least one must.
fn assert_same_layout(block: &str, size: usize, fields: &[Field]) {
    let mut found = 0;
    for program in PROGRAMS {
        let module = parse(&program.source());
        for (_, ty) in module.types.iter().filter(|(_, t)| t.name.as_deref() == Some(block)) {
            let naga::TypeInner::Struct { members, span } = &ty.inner else { panic!("{block} is no struct") };
            let wgsl: Vec<(&str, usize)> =
                members.iter().map(|m| (m.name.as_deref().unwrap_or("?"), m.offset as usize)).collect();
            assert_eq!(wgsl, fields, "{block} in {}.wgsl", program.name);
            assert_eq!(*span as usize, size, "size of {block} in {}.wgsl", program.name);
            found += 1;
        }
    }
    assert!(found > 0, "no program has a block {block}");
}

macro_rules! fields {
    ($block:ty: $($field:ident),+) => { &[$((stringify!($field), offset_of!($block, $field))),+] };
}

#[test]
fn blocks_have_the_same_layout_in_rust_and_wgsl() {
    assert_same_layout(
        "View",
        size_of::<ViewUniform>(),
        fields!(ViewUniform:
        box_origin_px, box_size_px, inverse_base_px, inverse_pitch_log2, unit_columns,
        forward_nodes, forward_corner, forward_cells_per_unit, guard_px, unused),
    );
    assert_same_layout(
        "Raster",
        size_of::<RasterUniform>(),
        fields!(RasterUniform:
        nodata_bits, bad_color, unused_a, unused_b, facecolor, levels),
    );
    assert_same_layout(
        "Level",
        size_of::<LevelUniform>(),
        fields!(LevelUniform: size_px, per_cell, first_page, tile_columns, unused),
    );
    assert_same_layout(
        "Classes",
        size_of::<ClassesUniform>(),
        fields!(ClassesUniform:
        first_key, gap_start, gap_length, bucket_log2, span, class_shift, last_class, unused,
        buckets, thresholds, colors),
    );
    assert_same_layout("Planes", size_of::<PlanesUniform>(), fields!(PlanesUniform: colors));
    assert_same_layout(
        "Layer",
        size_of::<LayerUniform>(),
        fields!(LayerUniform:
        vertex_count, segments_per_chunk, half_width_px, hole_radius_px, is_placed, unused_a, unused_b, unused_c),
    );
    assert_same_layout(
        "Marker",
        size_of::<MarkerUniform>(),
        fields!(MarkerUniform: edge_count, reach_px, unused, edges),
    );
    assert_same_layout("Figure", size_of::<FigureUniform>(), fields!(FigureUniform: size_px, unused));
}

#[test]
fn the_number_of_planes_is_the_same_in_rust_and_wgsl() {
    let declared = format!("const MAX_PLANES: u32 = {MAX_PLANES}u;");
    assert!(PROGRAMS.iter().any(|p| p.source().contains(&declared)), "no program says {declared}");
    assert!(PROGRAMS.iter().any(|p| p.source().contains(&format!("array<vec4<f32>, {MAX_PLANES}>"))));
}

#[test]
fn numbers_of_both_sides_agree() {
    let sources: String = PROGRAMS.iter().map(mapfolio::gpu::Program::source).collect();
    for declared in [
        format!("@workgroup_size({})", mapfolio::gpu::WORKGROUP),
        format!("const UNIT_PX: u32 = {}u;", mapfolio::geo::UNIT_PX),
        format!("const CORNERS_PER_SEGMENT: u32 = {}u;", mapfolio::gpu::CORNERS_PER_SEGMENT),
        format!("const VERTICES_PER_TRIANGLE: u32 = {}u;", mapfolio::gpu::VERTICES_PER_TRIANGLE),
        format!("const TRIANGLES_PER_CHUNK: u32 = {}u;", mapfolio::scene::CHUNK_TRIANGLES),
        format!("const VERTICES_PER_CHUNK: u32 = {}u;", mapfolio::scene::CHUNK_VERTICES),
        format!("levels: array<Level, {}>", mapfolio::source::MAX_RASTER_LEVELS),
        format!("const MOST_SPAN: f32 = {:?};", mapfolio::scene::MOST_SPAN),
        format!("const MOST_EXTREME_SPAN: f32 = {:?};", mapfolio::scene::MOST_EXTREME_SPAN),
        format!("const MAX_CLASSES: u32 = {}u;", mapfolio::gpu::MAX_CLASSES),
        format!("const PAGE_COLUMNS: u32 = {}u;", mapfolio::gpu::PAGE_COLUMNS),
        format!("const MOST_EDGES: u32 = {}u;", mapfolio::style::MOST_EDGES),
        format!("const NO_SLOT: u32 = {:#x}u;", mapfolio::gpu::NO_SLOT),
    ] {
        assert!(sources.contains(&declared), "no program says {declared}");
    }
    let marks_outside = sources.split("const OUTSIDE_PX: f32 = ").nth(1).and_then(|rest| rest.split(';').next());
    let marks_outside: f32 = marks_outside.and_then(|text| text.parse().ok()).expect("OUTSIDE_PX in common.wgsl");
    assert!(mapfolio::geo::OUTSIDE_PX.abs() > marks_outside, "what the grids mark as outside must be seen as such");
}
