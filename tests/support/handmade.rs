//! Views made by hand for tests that drive the renderer without the engine around it.

use std::sync::Arc;

use mapfolio::geo::{InverseGrid, UNIT_PX};
use mapfolio::gpu::{AdapterChoice, CellKind, Context, GpuRaster, RasterFormat, RasterLook, WholeRaster};
use mapfolio::scene::{ClassTable, RawDomain};
use mapfolio::style::PixelBox;

/// Size of the figures.
pub(crate) const FIGURE_PX: [u32; 2] = [90, 70];
/// Where their maps are.
pub(crate) const MAP: PixelBox = PixelBox { x: 10, y: 5, width: 64, height: 48 };

/// A software adapter.
pub(crate) fn context() -> Arc<Context> {
    Arc::new(Context::new(&AdapterChoice::Cpu).expect("a software adapter"))
}

/// A grid that puts each pixel of the map box on the cell of its own column and row.
pub(crate) fn one_to_one() -> InverseGrid {
    let units = [MAP.width, MAP.height].map(|size| size.div_ceil(UNIT_PX));
    let nodes = units.map(|n| n + 1);
    let place = |k: u32| [k % nodes[0], k / nodes[0]].map(|n| (n * UNIT_PX) as f32);
    InverseGrid {
        pitch_px: UNIT_PX,
        nodes,
        base_px: [0; 2],
        values: (0..nodes[0] * nodes[1]).map(place).collect(),
        unit_columns: units[0],
        patch_of_unit: vec![0; (units[0] * units[1]) as usize],
        patches: Vec::new(),
        max_error_px: 0.0,
    }
}

/// Cells of one byte.
pub(crate) const BYTES: RasterFormat = RasterFormat { kind: CellKind::Unsigned, bytes: 1, nodata_bits: None };

/// The number in a cell of a raster; rasters differ by `seed`.
pub(crate) fn number(cell: u32, seed: u32) -> u8 {
    ((cell * 7 + seed * 31) % 251) as u8
}

/// All rows of a raster of the map's size.
pub(crate) fn rows(seed: u32) -> Vec<u8> {
    (0..MAP.width * MAP.height).map(|cell| number(cell, seed)).collect()
}

/// A raster on the device.
pub(crate) fn raster(context: &Context, seed: u32) -> WholeRaster {
    let mut raster = WholeRaster::new(context, [MAP.width, MAP.height], BYTES, false).expect("room");
    raster.write_rows(context, 0, &rows(seed)).expect("written rows");
    raster
}

/// Each number is a shade of its own.
pub(crate) fn look(raster: WholeRaster) -> RasterLook {
    let shades: Vec<_> = (0..=255).map(|shade| [shade, 255 - shade, 7, 255]).collect();
    let table = ClassTable::new(RawDomain::Unsigned { max: 255 }, &shades, &|raw| raw as usize);
    RasterLook { raster: GpuRaster::Whole(raster), of_means: table.clone(), of_cells: table, bad: [0; 4] }
}
