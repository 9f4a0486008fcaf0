//! Buffers, and how they are made.

use super::Context;

/// A storage buffer that is replaced by a larger one when its content outgrows it.
pub(super) struct GrowingBuffer {
    label: &'static str,
    pub buffer: wgpu::Buffer,
}

impl GrowingBuffer {
    const FIRST_BYTES: usize = 1 << 16;

    pub(super) fn new(device: &wgpu::Device, label: &'static str) -> Self {
        Self { label, buffer: buffer(device, label, Self::FIRST_BYTES, wgpu::BufferUsages::STORAGE) }
    }

    /// Replaces the content; true if the buffer is a new one, so that its bind groups must be made again.
    pub(super) fn write(&mut self, context: &Context, bytes: &[u8]) -> bool {
        let outgrown = bytes.len() as u64 > self.buffer.size();
        if outgrown {
            let size = bytes.len().next_power_of_two();
            self.buffer = buffer(&context.device, self.label, size, wgpu::BufferUsages::STORAGE);
        }
        context.queue.write_buffer(&self.buffer, 0, bytes);
        outgrown
    }
}

/// A buffer that the queue can write to.
pub(super) fn buffer(device: &wgpu::Device, label: &str, bytes: usize, usage: wgpu::BufferUsages) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some(label),
        size: bytes as u64,
        usage: usage | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

/// A storage buffer with this content.
///
/// The queue writes it: wgpu's own way to make a filled buffer panics if the device is gone.
pub(super) fn storage_buffer<T: bytemuck::NoUninit>(context: &Context, label: &str, contents: &[T]) -> wgpu::Buffer {
    let bytes: &[u8] = bytemuck::cast_slice(contents);
    let made = buffer(&context.device, label, bytes.len(), wgpu::BufferUsages::STORAGE);
    context.queue.write_buffer(&made, 0, bytes);
    made
}

/// A uniform buffer with this content.
pub(super) fn uniform_buffer<T: bytemuck::NoUninit>(context: &Context, label: &str, value: &T) -> wgpu::Buffer {
    let made = buffer(&context.device, label, size_of::<T>(), wgpu::BufferUsages::UNIFORM);
    context.queue.write_buffer(&made, 0, bytemuck::bytes_of(value));
    made
}
