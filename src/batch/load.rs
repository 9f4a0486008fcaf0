//! What is read once for all figures, and its way to the GPU.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender};

use super::latch::Latch;
use super::layers::Layers;
use super::send;
use super::tiles::{TileLink, Tiles, blend_of};
use crate::error::{Error, Result};
use crate::gpu::{
    Atlas, AtlasOptions, CellKind, Context, GpuRaster, LayerLook, LevelUniform, MapLayers, PlaneLook, RasterFormat,
    RasterLook, Renderer, RendererOptions, WholeRaster,
};
use crate::plan::{Access, Coloring, Plan, Plane, RasterPlan, wraps};
use crate::scene::{ClassTable, RawDomain};
use crate::source::{CellBlend, CellBuffer, Encoding, RasterSource, RawType, Strip, block_cache_bytes};
use crate::style::ValueMap;
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

/// How the raster comes.
pub(super) enum RasterLink {
    /// Its strips as they come, and where their memory goes back.
    Strips(Receiver<Strip>, Sender<CellBuffer>),
    /// Tiles when they are asked for.
    Tiles(TileLink),
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

/// Everything that is on the GPU before the first frame.
pub(super) struct Scene {
    pub renderer: Renderer,
    /// The raster's tiles, if it comes in tiles.
    pub tiles: Option<Tiles>,
}

impl Scene {
    /// Opens the device and uploads raster and layers.
    pub(super) fn upload(plan: &Plan, link: Option<RasterLink>, layers: &Latch<Layers>) -> Result<Self> {
        let context = Arc::new(Context::new(&plan.adapter)?);
        let (mut raster, mut tiles) = (None, None);
        if let (Some(raster_plan), Some(link)) = (&plan.raster, link) {
            let gpu_raster = match link {
                RasterLink::Strips(strips, buffers) => upload_raster(&context, raster_plan, strips, &buffers)?,
                RasterLink::Tiles(link) => {
                    let atlas = make_atlas(&context, plan, raster_plan)?;
                    let mut on_adapter = Tiles::new(link, atlas.slot_count(), raster_plan, blend_of(plan, raster_plan));
                    if let Access::Tiles { estimated, .. } = &raster_plan.access {
                        on_adapter.plan_for_all(estimated.clone());
                    }
                    tiles = Some(on_adapter);
                    GpuRaster::Paged(atlas)
                }
            };
            let [of_cells, of_means] = class_tables(raster_plan);
            raster = Some(RasterLook { raster: gpu_raster, of_cells, of_means });
        }
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
            outline_width_px: plan.line_px(LINE_WIDTH_PT) as f32,
        };
        let mut renderer = Renderer::new(context, &map_layers, &options)?;
        renderer.set_raster(raster)?;
        Ok(Self { renderer, tiles })
    }
}

fn upload_raster(
    context: &Context,
    plan: &RasterPlan,
    strips: Receiver<Strip>,
    buffers: &Sender<CellBuffer>,
) -> Result<GpuRaster> {
    let format = raster_format(plan, None);
    let mut gpu_raster = WholeRaster::new(context, plan.georeference.size, format, wraps(&plan.georeference))?;
    let mut rows = 0;
    for strip in strips {
        gpu_raster.write_rows(context, strip.first_row, strip.bytes())?;
        rows += strip.rows;
        // The reader may be done and gone.
        let _taken = buffers.send(strip.into_buffer());
    }
    if rows < plan.georeference.size[1] {
        // The reader has failed and knows why.
        return Err(Error::Stopped);
    }
    Ok(GpuRaster::Whole(gpu_raster))
}

/// Bytes that a software adapter, which shares the program's memory, may hold tiles in, together with the blocks that
/// GDAL keeps.
const CPU_TILE_BYTES: u64 = 36 << 20;

/// Tiles get so much of it at least.
const FEWEST_CPU_TILE_BYTES: u64 = 16 << 20;

/// Bytes of tiles that other adapters may hold.
const GPU_TILE_BYTES: u64 = 1 << 30;

fn make_atlas(context: &Context, plan: &Plan, raster: &RasterPlan) -> Result<Atlas> {
    let blend = blend_of(plan, raster);
    let pyramid = &raster.pyramid;
    let format = raster_format(raster, Some(blend));
    let tile_bytes = u64::from(pyramid.tile_cells()).pow(2) * u64::from(format.bytes);
    let Access::Tiles { estimated, budget_bytes } = &raster.access else { return Err(Error::Stopped) };
    let estimated = estimated.len() as u64;
    let usual = if context.adapter.kind == "CPU" {
        CPU_TILE_BYTES.saturating_sub(block_cache_bytes()).max(FEWEST_CPU_TILE_BYTES)
    } else {
        GPU_TILE_BYTES
    };
    let most = (budget_bytes.unwrap_or(usual) / tile_bytes).max(FEWEST_SLOTS);
    // The estimate may miss a tile here and there.
    let wanted = estimated + estimated / 16 + FEWEST_SLOTS;
    let levels = (0..pyramid.levels().len())
        .map(|k| LevelUniform {
            size_px: pyramid.levels()[k].size,
            per_cell: pyramid.levels()[k].per_cell.map(|share| share as f32),
            first_page: pyramid.first_page(k),
            tile_columns: pyramid.tiles(k)[0],
            ..LevelUniform::default()
        })
        .collect();
    let options = AtlasOptions {
        format,
        wraps: wraps(&raster.georeference),
        has_means: blend == CellBlend::Mean,
        tile_cells: pyramid.tile_cells(),
        levels,
        page_count: pyramid.page_count(),
        slot_count: wanted.min(most) as u32,
    };
    tracing::info!(slots = options.slot_count, estimated, tile_bytes, "tiles");
    Atlas::new(context, options)
}

/// Slots that one pixel's surroundings may need at once, and some more.
const FEWEST_SLOTS: u64 = 32;

/// How the cells' bits are kept and which of them mean "no data": as they are, or as tiles have them.
fn raster_format(plan: &RasterPlan, blend: Option<CellBlend>) -> RasterFormat {
    let encoding = plan.encoding;
    let kind = match (&plan.coloring, encoding.raw_type) {
        (Coloring::Table(_), _) => CellKind::Index,
        (Coloring::Colors, _) => CellKind::Color,
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
    let map = match &plan.coloring {
        Coloring::Values(map) => map,
        Coloring::Table(colors) => return [(); 2].map(|()| ClassTable::indexed(colors)),
        Coloring::Colors => return [(); 2].map(|()| ClassTable::indexed(&[])),
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
