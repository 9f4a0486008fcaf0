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

    /// Replaces `image` by the colours, three bytes a pixel, without alpha and padding.
    pub fn unpad_rgb(self, padded: &[u8], image: &mut Vec<u8>) {
        image.resize(self.width_px as usize * self.height_px as usize * 3, 0);
        let rows = padded.chunks_exact(self.stride_bytes() as usize);
        for (row, rgb_row) in rows.zip(image.chunks_exact_mut(self.width_px as usize * 3)) {
            for (rgba, rgb) in row.chunks_exact(4).zip(rgb_row.chunks_exact_mut(3)) {
                rgb.copy_from_slice(&rgba[..3]);
            }
        }
    }
}

/// Buffers in the ring: one being drawn and one being read. A third gains no time, on lavapipe as on GPUs whose
/// frames take less than a millisecond, and costs an image.
pub(super) const RING_SLOTS: usize = 2;

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

    /// Waits for the content and replaces `image` by its colours, RGB8, tightly packed.
    pub(super) fn fetch(&mut self, context: &Context, image: &mut Vec<u8>) -> Result<()> {
        context.wait(self.pending.take())?;
        {
            let padded = self.buffer.slice(..).get_mapped_range().map_err(|e| context.error(e))?;
            self.rows.unpad_rgb(&padded, image);
        }
        self.buffer.unmap();
        Ok(())
    }
}
