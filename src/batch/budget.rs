//! What a run may keep in memory: a limit that the user or the system sets is shared out before the first figure is
//! drawn, and what is kept to save time is kept only as far as it goes.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::error::{Error, Result};
use crate::gpu::READBACK_BUFFERS;
use crate::output::FileFormat;
use crate::plan::{Access, MemoryLimit, Plan, RasterPlan, megabytes};
use crate::source::block_cache_bytes;

/// What programs of a software adapter take once they are compiled, and its tables.
const CPU_ADAPTER_BYTES: u64 = 48 << 20;

/// What other adapters' drivers take in the memory of the process, beside what they have when the device is opened.
const GPU_ADAPTER_BYTES: u64 = 24 << 20;

/// What the program, the device and the outlines are taken to have where the system does not tell: what they have with
/// lavapipe and the outlines of a country's counties.
const UNKNOWN_BYTES: u64 = 150 << 20;

/// What is kept without a limit, of what lies in the memory of the process and what lies on a device of its own.
const USUAL_KEPT_BYTES: u64 = 96 << 20;
const USUAL_KEPT_BYTES_ON_DEVICE: u64 = 1 << 30;

/// What maps that wait to be drawn may take, beside the next one, without a limit. It is little but for areas.
const USUAL_AHEAD_BYTES: u64 = 64 << 20;

/// Bytes that a software adapter, which shares the program's memory, may hold tiles in, together with the blocks that
/// GDAL keeps.
const CPU_TILE_BYTES: u64 = 36 << 20;

/// Tiles get so much of it at least.
const FEWEST_CPU_TILE_BYTES: u64 = 16 << 20;

/// Bytes of tiles that other adapters may hold.
const GPU_TILE_BYTES: u64 = 1 << 30;

/// Even where a run may take little memory, its tiles get so much.
const FEWEST_TILE_BYTES: u64 = 2 << 20;

/// Strips or parts of tiles between the file and the adapter, and the adapter's copies of them.
const STAGING_BYTES: u64 = 12 << 20;

/// What may still be kept. Taking and giving back is exact to what is asked for, not to the byte of the allocator.
pub(super) struct Budget {
    left: AtomicI64,
    /// The same for what lies on the device; None if that shares the memory of the process.
    left_on_device: Option<AtomicI64>,
    ahead_bytes: u64,
    tile_bytes: u64,
    encoders: usize,
    /// Whether the threads that prepare views place lines, and not the device.
    pub lines_on_cpu: bool,
}

/// What is known when memory is shared out.
pub(super) struct Needs {
    /// Whether the adapter has the memory of the process.
    pub on_cpu: bool,
    pub lines_on_cpu: bool,
    /// What the process has now, the outlines and the device among it; None if the system does not tell.
    pub resident_bytes: Option<u64>,
}

impl Budget {
    /// The usual share where there is no limit, for a run of so many threads.
    pub(super) fn usual(plan: &Plan, on_cpu: bool, lines_on_cpu: bool) -> Self {
        let tile_bytes = if on_cpu {
            CPU_TILE_BYTES.saturating_sub(block_cache_bytes()).max(FEWEST_CPU_TILE_BYTES)
        } else {
            GPU_TILE_BYTES
        };
        let tile_bytes = plan.raster_memory.unwrap_or(tile_bytes).max(FEWEST_TILE_BYTES);
        Self {
            left: AtomicI64::new(USUAL_KEPT_BYTES as i64),
            left_on_device: (!on_cpu).then(|| AtomicI64::new(USUAL_KEPT_BYTES_ON_DEVICE as i64)),
            ahead_bytes: USUAL_AHEAD_BYTES,
            tile_bytes,
            encoders: plan.threads,
            lines_on_cpu,
        }
    }

    /// Shares out what a limit leaves.
    ///
    /// # Errors
    /// [`Error::Value`] with what the job needs, if that is more.
    pub(super) fn within(plan: &Plan, limit: &MemoryLimit, needs: &Needs) -> Result<Self> {
        let usual = Self::usual(plan, needs.on_cpu, needs.lines_on_cpu);
        let program = needs.resident_bytes.unwrap_or(UNKNOWN_BYTES)
            + if needs.on_cpu { CPU_ADAPTER_BYTES } else { GPU_ADAPTER_BYTES };
        let frames = frame_bytes(plan, needs.on_cpu);
        let image = image_bytes(plan);
        let rasters = raster_bytes(plan, needs.on_cpu) + STAGING_BYTES + block_cache_bytes();
        let least = program + frames + image + rasters;
        let Some(spare) = limit.bytes.checked_sub(least) else {
            let enough = megabytes(least + least / 50);
            return Err(Error::value(
                "memory",
                megabytes(limit.bytes),
                format!(
                    "allowed by {} is less than this job needs: {} for the program, the adapter and the outlines, {} for \
                     frames and images, {} for rasters",
                    limit.origin,
                    megabytes(program),
                    megabytes(frames + image),
                    megabytes(rasters)
                ),
                format!("give --max-memory at least {enough}, or draw smaller figures"),
            ));
        };
        let more = (spare / 4 / image.max(1)).min(usual.encoders as u64 - 1);
        let spare = spare - more * image;
        let ahead = USUAL_AHEAD_BYTES.min(spare / 4);
        let spare = spare - ahead;
        let of_steps = plan.steps.iter().filter_map(|step| step.raster.as_ref());
        let has_tiles = of_steps.chain(&plan.overlays).any(|raster| raster.access != Access::Whole);
        let tiles = if has_tiles { usual.tile_bytes.min(spare / 2) } else { 0 };
        let kept = if needs.on_cpu { spare - tiles } else { spare };
        Ok(Self {
            left: AtomicI64::new(kept.min(i64::MAX as u64) as i64),
            left_on_device: usual.left_on_device,
            ahead_bytes: ahead,
            tile_bytes: tiles.max(FEWEST_TILE_BYTES),
            encoders: more as usize + 1,
            lines_on_cpu: needs.lines_on_cpu,
        })
    }

    /// Bytes that the tiles of all rasters on the adapter may take.
    pub(super) fn tile_bytes(&self) -> u64 {
        self.tile_bytes
    }

    /// Bytes that maps that wait to be drawn may take, beside the next one. Each thread that prepares maps may hold one
    /// more, which is not counted; the share is so small that there is room for them.
    pub(super) fn ahead_bytes(&self) -> u64 {
        self.ahead_bytes
    }

    /// Threads that may encode at a time, each with an image in memory.
    pub(super) fn encoders(&self) -> usize {
        self.encoders
    }

    /// Takes so many bytes of the process' memory, if they are left.
    pub(super) fn take(&self, bytes: u64) -> bool {
        take(&self.left, bytes)
    }

    /// Gives back what was taken.
    pub(super) fn give_back(&self, bytes: u64) {
        self.left.fetch_add(bytes as i64, Ordering::Relaxed);
    }

    /// Takes so many bytes of the device's memory, if they are left.
    pub(super) fn take_on_device(&self, bytes: u64) -> bool {
        take(self.left_on_device.as_ref().unwrap_or(&self.left), bytes)
    }

    /// Gives back what was taken of the device's memory.
    pub(super) fn give_back_on_device(&self, bytes: u64) {
        self.left_on_device.as_ref().unwrap_or(&self.left).fetch_add(bytes as i64, Ordering::Relaxed);
    }
}

/// About what a plan's run will take where there is no limit, on an adapter that has the memory of the process.
#[must_use]
pub fn memory_estimate(plan: &Plan) -> u64 {
    let program = UNKNOWN_BYTES + CPU_ADAPTER_BYTES;
    program
        + frame_bytes(plan, true)
        + plan.threads as u64 * image_bytes(plan)
        + raster_bytes(plan, true)
        + STAGING_BYTES
        + block_cache_bytes()
}

fn take(left: &AtomicI64, bytes: u64) -> bool {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    let taken =
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes).filter(|l| *l >= 0));
    taken.is_ok()
}

/// What the largest figure's targets and readback buffers take of the process' memory.
fn frame_bytes(plan: &Plan, on_cpu: bool) -> u64 {
    const PX_BYTES: u64 = 4;
    // Of a device of its own only what is mapped counts.
    let targets = if on_cpu { 1 + (plan.planes.len() as u64).max(1) } else { 0 };
    largest_px(plan) * PX_BYTES * (targets + READBACK_BUFFERS as u64)
}

/// The largest figure as an image, and as a file that it was made into.
fn image_bytes(plan: &Plan) -> u64 {
    let px_bytes = if plan.paper.is_opaque() { 3 } else { 4 };
    // A noisy picture is hardly smaller when it is compressed. GDAL has another copy of that.
    let copies = if plan.file_format == FileFormat::Tiff { 3 } else { 2 };
    copies * px_bytes * largest_px(plan)
}

fn largest_px(plan: &Plan) -> u64 {
    let px = |[width, height]: [u32; 2]| u64::from(width) * u64::from(height);
    plan.figures.iter().map(|figure| px(figure.size_px())).max().unwrap_or(0)
}

/// What rasters that are held as a whole take: of those that lie over each other, in each place the one being drawn and
/// the next, if there is another.
fn raster_bytes(plan: &Plan, on_cpu: bool) -> u64 {
    if !on_cpu {
        return 0;
    }
    let bytes = |raster: &RasterPlan| if raster.access == Access::Whole { raster.bytes() } else { 0 };
    let of_steps = two_largest(plan.steps.iter().filter_map(|step| step.raster.as_ref()).map(bytes));
    let over = |place: usize| {
        let mut indices: Vec<_> = plan.steps.iter().filter_map(|step| step.overlays.get(place)).collect();
        indices.dedup();
        two_largest(indices.into_iter().map(|index| bytes(&plan.overlays[*index as usize])))
    };
    let places = plan.steps.iter().map(|step| step.overlays.len()).max().unwrap_or(0);
    of_steps + (0..places).map(over).sum::<u64>()
}

/// The sum of the two largest numbers.
fn two_largest(numbers: impl Iterator<Item = u64>) -> u64 {
    let mut largest = [0; 2];
    for number in numbers {
        if number > largest[0] {
            largest = [number, largest[0]];
        } else {
            largest[1] = largest[1].max(number);
        }
    }
    largest.iter().sum()
}

/// What the process takes now and has taken at most, in bytes; None where the system does not tell.
pub(super) fn resident_bytes(key: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}
