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
        let width = self.width_px as usize;
        image.resize(width * self.height_px as usize * 3, 0);
        let rows = padded.chunks_exact(self.stride_bytes() as usize);
        for (row, rgb_row) in rows.zip(image.chunks_exact_mut(width * 3)) {
            let (fours, rest) = row[..width * 4].as_chunks();
            let (rgb_fours, rgb_rest) = rgb_row.as_chunks_mut();
            for (four, rgb_four) in fours.iter().zip(rgb_fours) {
                *rgb_four = without_alpha(four);
            }
            for (rgba, rgb) in rest.chunks_exact(4).zip(rgb_rest.chunks_exact_mut(3)) {
                rgb.copy_from_slice(&rgba[..3]);
            }
        }
    }
}

/// Four pixels without their alpha. Whole words take half the time that single bytes take, little more than copying.
fn without_alpha(pixels: &[u8; 16]) -> [u8; 12] {
    let [a, b, c, d]: [u32; 4] = bytemuck::cast(*pixels);
    let [a, b, c, d] = [a.to_le(), b.to_le(), c.to_le(), d.to_le()];
    let [x, y, z] = [a & 0xff_ffff | b << 24, b >> 8 & 0xffff | c << 16, c >> 16 & 0xff | d << 8];
    bytemuck::cast([x.to_le(), y.to_le(), z.to_le()])
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

    /// Waits for the content.
    pub(super) fn wait(&mut self, context: &Context) -> Result<()> {
        match self.pending.take() {
            Some(submission) => context.wait(Some(submission)),
            None => Ok(()),
        }
    }

    /// Waits for the content and replaces `image` by its colours, RGB8, tightly packed.
    pub(super) fn read(&mut self, context: &Context, image: &mut Vec<u8>) -> Result<()> {
        self.wait(context)?;
        {
            let padded = self.buffer.slice(..).get_mapped_range().map_err(|e| context.error(e))?;
            self.rows.unpad_rgb(&padded, image);
        }
        self.buffer.unmap();
        // What was read while the device was going may be anything.
        context.check()
    }
}
