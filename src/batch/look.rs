//! A raster as the frame's program sees it: how its cells' bits are kept, and the class of every number.

use crate::gpu::{CellKind, GpuRaster, RasterFormat, RasterLook};
use crate::plan::{Coloring, RasterPlan};
use crate::scene::{ClassTable, RawDomain};
use crate::source::{CellBlend, Encoding, RawType};
use crate::style::ValueMap;

/// A raster on the device with its colours.
pub(super) fn raster_look(plan: &RasterPlan, raster: GpuRaster) -> RasterLook {
    let [of_cells, of_means] = class_tables(plan);
    let bad = match &*plan.coloring {
        Coloring::Values(map) => map.bad(),
        Coloring::Table(_) | Coloring::Colors { .. } => [0; 4],
    };
    RasterLook { raster, of_cells, of_means, bad }
}

/// How the cells' bits are kept and which of them mean "no data": as they are, or as tiles have them.
pub(super) fn raster_format(plan: &RasterPlan, blend: Option<CellBlend>) -> RasterFormat {
    let encoding = plan.encoding;
    let kind = match (&*plan.coloring, encoding.raw_type) {
        (Coloring::Table(_), _) => CellKind::Index,
        (Coloring::Colors { .. }, _) => CellKind::Color,
        (_, RawType::U8 | RawType::U16 | RawType::U32) => CellKind::Unsigned,
        (_, RawType::I16 | RawType::I32) => CellKind::Signed,
        (_, RawType::F32) => CellKind::Float,
    };
    let bytes = blend.map_or(encoding.raw_type.bytes(), |blend| blend.cell_bytes(encoding.raw_type));
    let bits = |raw: f64| match encoding.raw_type {
        RawType::U8 | RawType::U16 | RawType::U32 => raw as u32,
        RawType::I16 if bytes == 2 => u32::from(raw as i16 as u16),
        RawType::I16 | RawType::I32 => raw as i32 as u32,
        RawType::F32 => (raw as f32).to_bits(),
    };
    RasterFormat { kind, bytes: bytes as u32, nodata_bits: encoding.nodata.map(bits) }
}

/// The class of every number that a cell holds, and of every number between them.
fn class_tables(plan: &RasterPlan) -> [ClassTable; 2] {
    let map = match &*plan.coloring {
        Coloring::Values(map) => map,
        Coloring::Table(colors) => return [(); 2].map(|()| ClassTable::indexed(colors)),
        Coloring::Colors { .. } => return [(); 2].map(|()| ClassTable::indexed(&[])),
    };
    let of_cells = match plan.encoding.raw_type {
        RawType::U8 => RawDomain::Unsigned { max: u32::from(u8::MAX) },
        RawType::U16 => RawDomain::Unsigned { max: u32::from(u16::MAX) },
        RawType::U32 => RawDomain::Unsigned { max: u32::MAX },
        RawType::I16 => RawDomain::Signed { min: i32::from(i16::MIN), max: i32::from(i16::MAX) },
        RawType::I32 => RawDomain::Signed { min: i32::MIN, max: i32::MAX },
        RawType::F32 => RawDomain::Float,
    };
    [of_cells, RawDomain::Float].map(|domain| class_table(plan.encoding, map, domain))
}

/// The class of every number of a domain, in matplotlib's arithmetic for the type of the values.
fn class_table(encoding: Encoding, map: &ValueMap, domain: RawDomain) -> ClassTable {
    let is_plain = encoding.scale == 1.0 && encoding.offset == 0.0;
    let is_narrow = !matches!(encoding.raw_type, RawType::I32 | RawType::U32);
    let class_of_raw = |raw: f64| match (is_plain && is_narrow, encoding.rounded) {
        // NumPy keeps unscaled numbers of up to 16 bits, and floats, in float32; scaled ones become float64.
        (true, false) => map.class_of_f32(raw as f32),
        // An f64 cell rounded up to its f32 may be in the class below; one on a level must be in the level's.
        (_, true) => map.class_of_f64(encoding.value(last_rounded_to(raw as f32))),
        (false, false) => map.class_of_f64(encoding.value(raw)),
    };
    ClassTable::new(domain, map.colors(), &class_of_raw)
}

/// The greatest `f64` that rounds to this `f32`.
fn last_rounded_to(raw: f32) -> f64 {
    f64::from(raw).midpoint(f64::from(raw.next_up())).next_down()
}
