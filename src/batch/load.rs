//! What is read once for all figures, and its way to the GPU.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, Sender, SyncSender};

use super::latch::Latch;
use super::layers::Layers;
use super::send;
use crate::error::{Error, Result};
use crate::gpu::{
    CellKind, Context, GpuRaster, LayerLook, MapLayers, PlaneLook, RasterFormat, Renderer, RendererOptions, Resampling,
};
use crate::plan::{Plan, Plane, RasterPlan};
use crate::scene::{ClassTable, RawDomain};
use crate::source::{CellBuffer, Encoding, RasterSource, RawType, Strip};
use crate::style::layout::LINE_WIDTH_PT;

/// Reads the whole raster, in buffers that come back from the upload.
pub(super) fn read_raster(
    source: &RasterSource,
    strips: &SyncSender<Strip>,
    buffers: &Receiver<CellBuffer>,
) -> Result<()> {
    let mut fresh = super::STRIPS;
    let take_buffer = || {
        if let Some(left) = fresh.checked_sub(1) {
            fresh = left;
            return Ok(CellBuffer::default());
        }
        buffers.recv().map_err(|_| Error::Stopped)
    };
    let range = source.read_strips(true, take_buffer, |strip| send(strips.send(strip)))?;
    if range.is_none() {
        tracing::warn!("raster {}: no cell has a value; the maps are empty", source.info().dataset);
    }
    Ok(())
}

/// The raster's strips as they come, and where their memory goes back.
pub(super) struct RasterStrips {
    pub strips: Receiver<Strip>,
    pub buffers: Sender<CellBuffer>,
}

/// Opens the device and uploads raster and layers: everything that is on the GPU before the first frame.
pub(super) fn upload(plan: &Plan, raster: RasterStrips, layers: &Latch<Layers>) -> Result<Renderer> {
    let context = Context::new(&plan.adapter)?;
    let gpu_raster = match &plan.raster {
        Some(raster_plan) => Some(upload_raster(&context, raster_plan, raster)?),
        None => None,
    };
    let layers = layers.wait().ok_or(Error::Stopped)?;
    let planes = UsedPlanes::of(&layers);
    let strokes =
        layers.strokes.iter().map(|s| (LayerLook { plane: planes.number(s.look.plane), ..s.look }, s.on_gpu()));
    let fills = layers.fills.iter().map(|(plane, levels)| (planes.number(*plane), levels));
    let map_layers = MapLayers { strokes: strokes.collect(), fills: fills.collect() };
    let look = |plane: &Plane| PlaneLook { color: plane.color.to_array(), of_areas: plane.of_areas };
    let options = RendererOptions {
        facecolor: plan.facecolor.to_array(),
        planes: planes.of_plan(plan).map(look).collect(),
        planes_below: planes.of_plan(plan).filter(|plane| plane.below_raster).count(),
        resampling: plan.raster.as_ref().map(|r| r.resampling).unwrap_or_default(),
        outline_width_px: plan.line_px(LINE_WIDTH_PT) as f32,
    };
    let raster = gpu_raster.as_ref().map(|(raster, classes)| (raster, classes));
    Renderer::new(context, raster, &map_layers, &options)
}

/// The planes into which something is drawn: what a file holds is known only when it is read.
struct UsedPlanes(Vec<usize>);

impl UsedPlanes {
    fn of(layers: &Layers) -> Self {
        let all = layers.strokes.iter().map(|s| s.look.plane).chain(layers.fills.iter().map(|(plane, _)| *plane));
        Self(all.collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// The number of a plan's plane among those used.
    fn number(&self, plane: usize) -> usize {
        self.0.binary_search(&plane).expect("every layer's plane is among those used")
    }

    fn of_plan<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = &'a Plane> {
        self.0.iter().map(|plane| &plan.planes[*plane])
    }
}

fn upload_raster(context: &Context, plan: &RasterPlan, raster: RasterStrips) -> Result<(GpuRaster, ClassTable)> {
    let mut gpu_raster = GpuRaster::new(context, plan.georeference.size, raster_format(&plan.encoding))?;
    let mut rows = 0;
    for strip in raster.strips {
        gpu_raster.write_rows(context, strip.first_row, strip.bytes())?;
        rows += strip.rows;
        // The reader may be done and gone.
        let _taken = raster.buffers.send(strip.into_buffer());
    }
    if rows < plan.georeference.size[1] {
        // The reader has failed and knows why.
        return Err(Error::Stopped);
    }
    Ok((gpu_raster, class_table(plan)))
}

/// How the cells' bits are kept and which of them mean "no data".
fn raster_format(encoding: &Encoding) -> RasterFormat {
    let kind = match encoding.raw_type {
        RawType::U8 | RawType::U16 | RawType::U32 => CellKind::Unsigned,
        RawType::I16 | RawType::I32 => CellKind::Signed,
        RawType::F32 => CellKind::Float,
    };
    let bits = |raw: f64| match encoding.raw_type {
        RawType::U8 | RawType::U16 | RawType::U32 => raw as u32,
        RawType::I16 => u32::from(raw as i16 as u16),
        RawType::I32 => raw as i32 as u32,
        RawType::F32 => (raw as f32).to_bits(),
    };
    RasterFormat { kind, bytes: encoding.raw_type.bytes() as u32, nodata_bits: encoding.nodata.map(bits) }
}

/// The class of every raw number, in matplotlib's arithmetic for the type of the values.
fn class_table(plan: &RasterPlan) -> ClassTable {
    let encoding = plan.encoding;
    let between_cells = plan.resampling != Resampling::Nearest;
    let domain = match encoding.raw_type {
        _ if between_cells => RawDomain::Float,
        RawType::U8 => RawDomain::Unsigned { max: u32::from(u8::MAX) },
        RawType::U16 => RawDomain::Unsigned { max: u32::from(u16::MAX) },
        RawType::U32 => RawDomain::Unsigned { max: u32::MAX },
        RawType::I16 => RawDomain::Signed { min: i32::from(i16::MIN), max: i32::from(i16::MAX) },
        RawType::I32 => RawDomain::Signed { min: i32::MIN, max: i32::MAX },
        RawType::F32 => RawDomain::Float,
    };
    let is_plain = encoding.scale == 1.0 && encoding.offset == 0.0;
    let is_narrow = !matches!(encoding.raw_type, RawType::I32 | RawType::U32);
    let map = &plan.value_map;
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
