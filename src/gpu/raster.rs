//! The raster on the GPU: its cells in their native bits, and the table that gives them colours.

use super::Context;
use super::atlas::Atlas;
use super::uniforms::{LevelUniform, RasterUniform};
use crate::error::Result;

/// About how many bytes go to the GPU at a time; the adapter makes a copy of as many.
const PIECE_BYTES: u32 = 1 << 20;

/// How the bits of a cell become a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellKind {
    /// An unsigned integer.
    #[default]
    Unsigned,
    /// A two's complement integer.
    Signed,
    /// An IEEE 754 float of 32 bits.
    Float,
    /// An unsigned integer that is the number of a colour.
    Index,
    /// A colour, RGBA8 with straight alpha, red in the lowest byte.
    Color,
}

/// How cells are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RasterFormat {
    /// What the bits mean.
    pub kind: CellKind,
    /// Bytes of a cell: 1, 2 or 4.
    pub bytes: u32,
    /// The bits of a cell without a value, zero-extended to 32.
    pub nodata_bits: Option<u32>,
}

impl RasterFormat {
    pub(super) fn texture_format(self) -> wgpu::TextureFormat {
        match self.bytes {
            1 => wgpu::TextureFormat::R8Uint,
            2 => wgpu::TextureFormat::R16Uint,
            _ => wgpu::TextureFormat::R32Uint,
        }
    }
}

/// How the cells of a raster lie in their textures: what the frame's program must know.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RasterShape {
    pub format: RasterFormat,
    /// Whether the last column is followed by the first.
    pub wraps: bool,
    /// None if all cells are in one texture.
    pub tiles: Option<TileShape>,
    pub level_count: usize,
    /// Whether the levels but the first hold floats.
    pub has_means: bool,
}

/// How tiles lie in the atlas.
#[derive(Clone, Copy, Debug)]
pub(super) struct TileShape {
    /// Cells along a side of a tile.
    pub tile_cells: u32,
    /// Slots along a side of a layer.
    pub slot_columns: u32,
}

/// A raster on the device.
pub enum GpuRaster {
    /// All of it, at its own resolution.
    Whole(WholeRaster),
    /// Tiles of some of its levels.
    Paged(Atlas),
}

impl GpuRaster {
    pub(super) fn shape(&self) -> RasterShape {
        match self {
            Self::Whole(raster) => raster.shape(),
            Self::Paged(atlas) => atlas.shape(),
        }
    }

    /// The uniform, but for what is not the raster's.
    pub(super) fn uniform(&self) -> RasterUniform {
        let mut uniform = RasterUniform {
            nodata_bits: self.shape().format.nodata_bits.unwrap_or_default(),
            ..RasterUniform::default()
        };
        match self {
            Self::Whole(raster) => {
                let size_px = [raster.texture.width(), raster.texture.height()];
                uniform.levels[0] = LevelUniform { size_px, per_cell: [1.0; 2], ..LevelUniform::default() };
            }
            Self::Paged(atlas) => uniform.levels[..atlas.levels().len()].copy_from_slice(atlas.levels()),
        }
        uniform
    }
}

/// A whole raster being filled or drawn.
pub struct WholeRaster {
    texture: wgpu::Texture,
    format: RasterFormat,
    wraps: bool,
    in_flight: Option<wgpu::SubmissionIndex>,
}

impl WholeRaster {
    /// Makes room for a raster; `wraps` if its last column is followed by its first.
    ///
    /// # Errors
    /// [`crate::Error::Gpu`] if it is larger than the adapter's textures or memory.
    pub fn new(context: &Context, size_px: [u32; 2], format: RasterFormat, wraps: bool) -> Result<Self> {
        let most = context.device.limits().max_texture_dimension_2d;
        if size_px.iter().any(|s| *s > most) {
            return Err(context.error(format!(
                "the raster's {} x {} cells do not fit; the adapter holds {most} x {most}: give a smaller raster or \
                 an overview of it (gdal_translate -outsize)",
                size_px[0], size_px[1]
            )));
        }
        let texture = context.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("raster"),
            size: extent(size_px),
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: format.texture_format(),
            usage: wgpu::TextureUsages::COPY_DST | wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        });
        context.check()?;
        Ok(Self { texture, format, wraps, in_flight: None })
    }

    /// A raster of one cell for figures without one.
    ///
    /// # Errors
    /// As [`WholeRaster::new`].
    pub fn none(context: &Context) -> Result<Self> {
        Self::new(context, [1, 1], RasterFormat { bytes: 1, ..RasterFormat::default() }, false)
    }

    /// Makes it the place of another raster, if that is as large and its cells take as many bytes; false if not. The
    /// rows are then to be written again from the first on, by any thread, even while frames of the old ones are drawn.
    pub fn refit(&mut self, size_px: [u32; 2], format: RasterFormat, wraps: bool) -> bool {
        let fits = size_px == [self.texture.width(), self.texture.height()]
            && format.texture_format() == self.texture.format();
        if fits {
            (self.format, self.wraps) = (format, wraps);
        }
        fits
    }

    /// Uploads whole rows, tightly packed in native byte order, in pieces of which at most two are in flight.
    ///
    /// # Errors
    /// As [`Context::check`].
    ///
    /// # Panics
    /// If `bytes` is not a whole number of rows within the raster.
    pub fn write_rows(&mut self, context: &Context, first_row: u32, bytes: &[u8]) -> Result<()> {
        let row_bytes = self.texture.width() * self.format.bytes;
        let rows = bytes.len() as u32 / row_bytes;
        assert!(
            bytes.len() as u32 == rows * row_bytes && first_row + rows <= self.texture.height(),
            "a strip of {} bytes from row {first_row} does not fit rows of {row_bytes} bytes",
            bytes.len()
        );
        let rows_per_piece = (PIECE_BYTES / row_bytes).max(1);
        let pieces = bytes.chunks((rows_per_piece * row_bytes) as usize);
        for (first_row, piece) in (first_row..).step_by(rows_per_piece as usize).zip(pieces) {
            self.write_piece(context, first_row, piece, row_bytes)?;
        }
        Ok(())
    }

    fn write_piece(&mut self, context: &Context, first_row: u32, bytes: &[u8], row_bytes: u32) -> Result<()> {
        let mut target = self.texture.as_image_copy();
        target.origin.y = first_row;
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row_bytes), rows_per_image: None };
        let size = extent([self.texture.width(), bytes.len() as u32 / row_bytes]);
        context.queue.write_texture(target, bytes, layout, size);
        let submission = context.queue.submit([]);
        if let Some(previous) = self.in_flight.replace(submission) {
            context.wait(Some(previous))?;
        }
        Ok(())
    }

    pub(super) fn view(&self) -> wgpu::TextureView {
        self.texture.create_view(&wgpu::TextureViewDescriptor { label: Some("raster"), ..Default::default() })
    }

    pub(super) fn shape(&self) -> RasterShape {
        RasterShape { format: self.format, wraps: self.wraps, tiles: None, level_count: 1, has_means: false }
    }
}

fn extent(size_px: [u32; 2]) -> wgpu::Extent3d {
    wgpu::Extent3d { width: size_px[0], height: size_px[1], depth_or_array_layers: 1 }
}
