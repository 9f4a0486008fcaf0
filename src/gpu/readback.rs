//! From texture to memory: a ring of buffers, so that one frame is fetched while others are drawn.

use super::Context;
use crate::error::Result;

/// The layout of an RGBA8 image in a buffer: rows padded to wgpu's alignment for copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaddedRows {
    width_px: u32,
    height_px: u32,
}

impl PaddedRows {
    const BYTES_PER_PX: u32 = 4;

    /// The layout of an image of this size.
    #[must_use]
    pub fn new(width_px: u32, height_px: u32) -> Self {
        Self { width_px, height_px }
    }

    /// Bytes of a row's pixels.
    #[must_use]
    pub fn row_bytes(self) -> usize {
        (self.width_px * Self::BYTES_PER_PX) as usize
    }

    /// Bytes from one row to the next.
    #[must_use]
    pub fn stride_bytes(self) -> u32 {
        (self.width_px * Self::BYTES_PER_PX).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT)
    }

    /// Bytes of the whole buffer.
    #[must_use]
    pub fn buffer_bytes(self) -> u64 {
        u64::from(self.stride_bytes()) * u64::from(self.height_px)
    }

    /// Copies the rows without their padding to the end of `image`.
    pub fn unpad(self, padded: &[u8], image: &mut Vec<u8>) {
        for row in padded.chunks_exact(self.stride_bytes() as usize) {
            image.extend_from_slice(&row[..self.row_bytes()]);
        }
    }
}

/// Buffers in the ring: one being drawn, one waiting, one being read.
pub(super) const RING_SLOTS: usize = 3;

/// One buffer of the ring.
pub(super) struct Slot {
    buffer: wgpu::Buffer,
    rows: PaddedRows,
    pending: Option<wgpu::SubmissionIndex>,
}

impl Slot {
    pub(super) fn new(device: &wgpu::Device, rows: PaddedRows) -> Self {
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("readback"),
            size: rows.buffer_bytes(),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        Self { buffer, rows, pending: None }
    }

    pub(super) fn rows(&self) -> PaddedRows {
        self.rows
    }

    /// Records the copy of `texture` into this buffer.
    pub(super) fn record_copy(&self, encoder: &mut wgpu::CommandEncoder, texture: &wgpu::Texture) {
        let layout = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(self.rows.stride_bytes()),
            rows_per_image: None,
        };
        encoder.copy_texture_to_buffer(
            texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo { buffer: &self.buffer, layout },
            texture.size(),
        );
    }

    /// Asks for the buffer's content once the submission that fills it is done.
    pub(super) fn request(&mut self, submission: wgpu::SubmissionIndex) {
        // The outcome is seen when the range is read after the wait.
        self.buffer.map_async(wgpu::MapMode::Read, .., |_| {});
        self.pending = Some(submission);
    }

    /// Waits for the content and replaces `image` by it, tightly packed.
    pub(super) fn fetch(&mut self, context: &Context, image: &mut Vec<u8>) -> Result<()> {
        context.wait(self.pending.take())?;
        {
            let padded = self.buffer.slice(..).get_mapped_range().map_err(|e| context.error(e))?;
            image.clear();
            image.reserve(self.rows.row_bytes() * self.rows.height_px as usize);
            self.rows.unpad(&padded, image);
        }
        self.buffer.unmap();
        Ok(())
    }
}
