//! Tiles of a raster in the slots of a texture array, and the table that says which slot a page is in.

use std::ops::Range;

use super::Context;
use super::raster::{RasterFormat, RasterShape, TileShape};
use super::uniforms::LevelUniform;
use crate::error::Result;

/// Pages in a row of the page table; `PAGE_COLUMNS` in `frame.wgsl`.
pub const PAGE_COLUMNS: u32 = 1024;

/// What stands in the table for a page that is in no slot; `NO_SLOT` in `frame.wgsl`.
pub const NO_SLOT: u32 = u32::MAX;

/// Bytes that go to the device before those sent earlier are waited for; it keeps copies of them until then.
const BYTES_IN_FLIGHT: usize = 2 << 20;

/// What an atlas is made for.
#[derive(Clone, Debug)]
pub struct AtlasOptions {
    /// How cells are stored.
    pub format: RasterFormat,
    /// Whether the raster's last column is followed by its first.
    pub wraps: bool,
    /// Whether the levels but the first hold floats.
    pub has_means: bool,
    /// Cells along a side of a tile.
    pub tile_cells: u32,
    /// The raster's levels.
    pub levels: Vec<LevelUniform>,
    /// How many pages there are.
    pub page_count: u32,
    /// How many tiles it can hold.
    pub slot_count: u32,
}

/// Tiles on the device.
pub struct Atlas {
    options: AtlasOptions,
    slot_columns: u32,
    tiles: wgpu::Texture,
    pages: wgpu::Texture,
    slot_of_page: Vec<u32>,
    /// Rows of the page table that the device does not have yet.
    changed_rows: Range<u32>,
    bytes_in_flight: usize,
    in_flight: Option<wgpu::SubmissionIndex>,
}

impl Atlas {
    /// Makes room for tiles.
    ///
    /// # Errors
    /// [`crate::Error::Gpu`] if the device has no room for them.
    pub fn new(context: &Context, options: AtlasOptions) -> Result<Self> {
        // Small layers waste few slots; their number is limited.
        const SMALL_LAYER: u32 = 8;
        let limits = context.device.limits();
        let most_columns = (limits.max_texture_dimension_2d / options.tile_cells).max(1);
        let layers = |columns: u32| options.slot_count.div_ceil(columns * columns);
        let mut slot_columns = SMALL_LAYER.min(most_columns).min(options.slot_count.isqrt() + 1);
        while layers(slot_columns) > limits.max_texture_array_layers.min(256) && slot_columns < most_columns {
            slot_columns = (2 * slot_columns).min(most_columns);
        }
        // wgpu's OpenGL backend reads nothing from an array of one layer.
        let layers =
            layers(slot_columns).clamp(if context.is_opengl() { 2 } else { 1 }, limits.max_texture_array_layers);
        let side = slot_columns * options.tile_cells;
        let texture = |label, size: [u32; 3], format| {
            context.device.create_texture(&wgpu::TextureDescriptor {
                label: Some(label),
                size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: size[2] },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format,
                usage: wgpu::TextureUsages::COPY_DST | wgpu::TextureUsages::TEXTURE_BINDING,
                view_formats: &[],
            })
        };
        let page_rows = options.page_count.div_ceil(PAGE_COLUMNS).max(1);
        let atlas = Self {
            tiles: texture("tiles", [side, side, layers], options.format.texture_format()),
            pages: texture("pages", [PAGE_COLUMNS, page_rows, 1], wgpu::TextureFormat::R32Uint),
            slot_of_page: vec![NO_SLOT; (PAGE_COLUMNS * page_rows) as usize],
            changed_rows: 0..page_rows,
            slot_columns,
            bytes_in_flight: 0,
            in_flight: None,
            options,
        };
        context.check()?;
        Ok(atlas)
    }

    /// An atlas without tiles, for rasters that need none.
    ///
    /// # Errors
    /// As [`Atlas::new`].
    pub(super) fn none(context: &Context) -> Result<Self> {
        let format = RasterFormat { bytes: 1, ..RasterFormat::default() };
        let (levels, tile_cells, page_count, slot_count) = (Vec::new(), 1, 1, 1);
        let [wraps, has_means] = [false; 2];
        Self::new(context, AtlasOptions { format, wraps, has_means, tile_cells, levels, page_count, slot_count })
    }

    /// Bytes of a tile.
    #[must_use]
    pub fn tile_bytes(&self) -> u32 {
        self.options.tile_cells.pow(2) * self.options.format.bytes
    }

    /// Cells along a side of a tile.
    #[must_use]
    pub fn tile_cells(&self) -> u32 {
        self.options.tile_cells
    }

    /// How many tiles it can hold.
    #[must_use]
    pub fn slot_count(&self) -> u32 {
        (self.slot_columns.pow(2) * self.tiles.depth_or_array_layers()).min(self.options.slot_count)
    }

    /// Says that a page is in a slot, or in none.
    pub fn set_page(&mut self, page: u32, slot: Option<u32>) {
        self.slot_of_page[page as usize] = slot.unwrap_or(NO_SLOT);
        let row = page / PAGE_COLUMNS;
        self.changed_rows = if self.changed_rows.is_empty() {
            row..row + 1
        } else {
            self.changed_rows.start.min(row)..self.changed_rows.end.max(row + 1)
        };
    }

    /// Writes cells, row by row without gaps, into a part of a slot.
    ///
    /// # Errors
    /// As [`Context::check`].
    pub fn write(
        &mut self,
        context: &Context,
        slot: u32,
        corner: [u32; 2],
        size: [u32; 2],
        bytes: &[u8],
    ) -> Result<()> {
        let per_layer = self.slot_columns.pow(2);
        let in_layer = [slot % per_layer % self.slot_columns, slot % per_layer / self.slot_columns];
        let [x, y] = [0, 1].map(|k| in_layer[k] * self.options.tile_cells + corner[k]);
        let origin = wgpu::Origin3d { x, y, z: slot / per_layer };
        write_texture(context, &self.tiles, origin, size, size[0] * self.options.format.bytes, bytes);
        self.bytes_in_flight += bytes.len();
        if self.bytes_in_flight < BYTES_IN_FLIGHT {
            return Ok(());
        }
        self.bytes_in_flight = 0;
        match self.in_flight.replace(context.queue.submit([])) {
            Some(earlier) => context.wait(Some(earlier)),
            None => Ok(()),
        }
    }

    /// Brings the device's page table up to date, for what is submitted from now on.
    pub fn flush_pages(&mut self, context: &Context) {
        let rows = std::mem::take(&mut self.changed_rows);
        if rows.is_empty() {
            return;
        }
        let [first, end] = [rows.start, rows.end].map(|row| (row * PAGE_COLUMNS) as usize);
        let bytes = bytemuck::cast_slice(&self.slot_of_page[first..end]);
        let origin = wgpu::Origin3d { x: 0, y: rows.start, z: 0 };
        let size = [PAGE_COLUMNS, rows.end - rows.start];
        write_texture(context, &self.pages, origin, size, PAGE_COLUMNS * 4, bytes);
    }

    pub(super) fn shape(&self) -> RasterShape {
        RasterShape {
            format: self.options.format,
            wraps: self.options.wraps,
            tiles: Some(TileShape { tile_cells: self.options.tile_cells, slot_columns: self.slot_columns }),
            level_count: self.options.levels.len(),
            has_means: self.options.has_means,
        }
    }

    pub(super) fn levels(&self) -> &[LevelUniform] {
        &self.options.levels
    }

    /// The page table and the tiles.
    pub(super) fn views(&self) -> [wgpu::TextureView; 2] {
        let view = |texture: &wgpu::Texture, label, dimension| {
            texture.create_view(&wgpu::TextureViewDescriptor {
                label: Some(label),
                dimension: Some(dimension),
                ..Default::default()
            })
        };
        [
            view(&self.pages, "pages", wgpu::TextureViewDimension::D2),
            view(&self.tiles, "tiles", wgpu::TextureViewDimension::D2Array),
        ]
    }
}

fn write_texture(
    context: &Context,
    texture: &wgpu::Texture,
    origin: wgpu::Origin3d,
    size: [u32; 2],
    row_bytes: u32,
    bytes: &[u8],
) {
    let mut target = texture.as_image_copy();
    target.origin = origin;
    let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row_bytes), rows_per_image: None };
    let size = wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 };
    context.queue.write_texture(target, bytes, layout, size);
}
