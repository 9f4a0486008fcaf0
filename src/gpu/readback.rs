//! From texture to memory: a few buffers, so that one frame is read while others are drawn.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

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

    /// Replaces `image` by the pixels, four bytes each, straight in place of premultiplied alpha, without padding.
    pub fn unpad_straight(self, padded: &[u8], image: &mut Vec<u8>) {
        let width = self.width_px as usize;
        image.resize(width * self.height_px as usize * 4, 0);
        let rows = padded.chunks_exact(self.stride_bytes() as usize);
        for (row, straight_row) in rows.zip(image.chunks_exact_mut(width * 4)) {
            let (pixels, straight) = (row[..width * 4].as_chunks().0, straight_row.as_chunks_mut().0);
            for (pixel, straight) in pixels.iter().zip(straight) {
                *straight = with_straight_alpha(*pixel);
            }
        }
    }
}

/// The nearest colour that gives the pixel when it is multiplied by its alpha.
fn with_straight_alpha(pixel: [u8; 4]) -> [u8; 4] {
    match pixel[3] {
        0 => [0; 4],
        255 => pixel,
        alpha => {
            let straight = |channel: u8| {
                let alpha = u32::from(alpha);
                ((u32::from(channel) * 255 + alpha / 2) / alpha).min(255) as u8
            };
            [straight(pixel[0]), straight(pixel[1]), straight(pixel[2]), alpha]
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

/// Frames that may be in flight: one being drawn and one being waited for. A third gains no time, on lavapipe as on
/// GPUs whose frames take less than a millisecond, and costs an image.
pub(super) const FRAMES_IN_FLIGHT: usize = 2;

/// Buffers of one size, at most: those of the frames in flight, and one that is being read.
pub const READBACK_BUFFERS: usize = FRAMES_IN_FLIGHT + 1;

/// Frames on their way from the device to those who read them, in buffers that come back.
pub(super) struct Readback {
    rows: PaddedRows,
    made: usize,
    pending: VecDeque<Pending>,
    returned: Arc<Returned>,
}

/// A frame that the device is drawing.
struct Pending {
    buffer: wgpu::Buffer,
    /// None once it was waited for.
    submission: Option<wgpu::SubmissionIndex>,
}

/// Buffers that no one uses.
#[derive(Default)]
struct Returned {
    buffers: Mutex<Vec<wgpu::Buffer>>,
    changed: Condvar,
}

impl Returned {
    fn give(&self, buffer: wgpu::Buffer) {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
        self.changed.notify_one();
    }

    /// A buffer, if there is one, or if `waits` as soon as there is one.
    fn take(&self, waits: bool) -> Option<wgpu::Buffer> {
        let mut buffers = self.buffers.lock().unwrap_or_else(PoisonError::into_inner);
        while waits && buffers.is_empty() {
            buffers = self.changed.wait(buffers).unwrap_or_else(PoisonError::into_inner);
        }
        buffers.pop()
    }
}

impl Readback {
    /// For frames of this size; buffers are made when they are needed.
    pub(super) fn new(rows: PaddedRows) -> Self {
        Self { rows, made: 0, pending: VecDeque::new(), returned: Arc::default() }
    }

    pub(super) fn rows(&self) -> PaddedRows {
        self.rows
    }

    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// A buffer for the next frame. If all are in use, whoever reads one is waited for.
    pub(super) fn buffer(&mut self, device: &wgpu::Device) -> wgpu::Buffer {
        if let Some(buffer) = self.returned.take(self.made == READBACK_BUFFERS) {
            return buffer;
        }
        self.made += 1;
        device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("readback"),
            size: self.rows.buffer_bytes(),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        })
    }

    /// Records the copy of `texture` into a buffer.
    pub(super) fn record_copy(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        texture: &wgpu::Texture,
        buffer: &wgpu::Buffer,
    ) {
        let layout = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(self.rows.stride_bytes()),
            rows_per_image: None,
        };
        let target = wgpu::TexelCopyBufferInfo { buffer, layout };
        encoder.copy_texture_to_buffer(texture.as_image_copy(), target, texture.size());
    }

    /// Asks for a buffer's content once the submission that fills it is done.
    pub(super) fn request(&mut self, buffer: wgpu::Buffer, submission: wgpu::SubmissionIndex) {
        // The outcome is seen when the range is read after the wait.
        buffer.map_async(wgpu::MapMode::Read, .., |_| {});
        self.pending.push_back(Pending { buffer, submission: Some(submission) });
    }

    /// Waits for the oldest frame.
    pub(super) fn wait_oldest(&mut self, context: &Context) -> Result<()> {
        match self.pending.front_mut().and_then(|oldest| oldest.submission.take()) {
            Some(submission) => context.wait(Some(submission)),
            None => Ok(()),
        }
    }

    /// Hands on the oldest frame.
    ///
    /// # Panics
    /// If no frame is pending.
    pub(super) fn take_oldest(&mut self, context: &Context) -> Result<FramePixels> {
        let waited = self.wait_oldest(context);
        let Pending { buffer, .. } = self.pending.pop_front().expect("a frame is pending");
        waited?;
        let view = buffer.slice(..).get_mapped_range().map_err(|e| context.error(e))?;
        let pixels = FramePixels {
            rows: self.rows,
            view: Some(view),
            buffer: Some(buffer),
            returned: Arc::clone(&self.returned),
        };
        // What was drawn while the device was going may be anything.
        context.check().map(|()| pixels)
    }
}

/// A finished frame in a buffer, which is free for another frame when this is dropped, on whatever thread.
pub struct FramePixels {
    rows: PaddedRows,
    view: Option<wgpu::BufferView>,
    buffer: Option<wgpu::Buffer>,
    returned: Arc<Returned>,
}

impl FramePixels {
    /// Replaces `image` by the pixels, RGB8, tightly packed, of a frame that is opaque: what is not drawn has the paper's
    /// colour.
    pub fn copy_rgb(&self, image: &mut Vec<u8>) {
        if let Some(padded) = &self.view {
            self.rows.unpad_rgb(padded, image);
        }
    }

    /// Replaces `image` by the pixels, RGBA8 with straight alpha, tightly packed, for figures on paper that is not
    /// opaque.
    pub fn copy_straight(&self, image: &mut Vec<u8>) {
        if let Some(padded) = &self.view {
            self.rows.unpad_straight(padded, image);
        }
    }
}

impl Drop for FramePixels {
    fn drop(&mut self) {
        // A buffer is unmapped when no one looks at it.
        drop(self.view.take());
        if let Some(buffer) = self.buffer.take() {
            buffer.unmap();
            self.returned.give(buffer);
        }
    }
}
