//! Buffers and textures that take what each frame brings, and how they are made.

use super::Context;

/// A buffer that is replaced by a larger one when its content outgrows it.
pub(super) struct GrowingBuffer {
    label: &'static str,
    usage: wgpu::BufferUsages,
    pub buffer: wgpu::Buffer,
}

impl GrowingBuffer {
    const FIRST_BYTES: usize = 1 << 16;

    pub(super) fn new(device: &wgpu::Device, label: &'static str, usage: wgpu::BufferUsages) -> Self {
        Self { label, usage, buffer: buffer(device, label, Self::FIRST_BYTES, usage) }
    }

    /// Replaces the content; true if the buffer is a new one, so that its bind groups must be made again.
    pub(super) fn write(&mut self, context: &Context, bytes: &[u8]) -> bool {
        self.write_from(context, bytes, 0)
    }

    /// The same where the first `known` bytes, a multiple of 4, are there already.
    pub(super) fn write_from(&mut self, context: &Context, bytes: &[u8], known: usize) -> bool {
        let outgrown = bytes.len() as u64 > self.buffer.size();
        if outgrown {
            let size = bytes.len().next_power_of_two();
            self.buffer = buffer(&context.device, self.label, size, self.usage);
        }
        let known = if outgrown { 0 } else { known };
        context.queue.write_buffer(&self.buffer, known as u64, &bytes[known..]);
        outgrown
    }
}

/// A texture of four floats a texel that is replaced by a larger one when its content outgrows it.
pub(super) struct GrowingTexture {
    label: &'static str,
    texture: wgpu::Texture,
}

impl GrowingTexture {
    const FIRST_SIZE: [u32; 2] = [128, 64];
    const TEXEL_BYTES: u32 = size_of::<[f32; 4]>() as u32;

    pub(super) fn new(device: &wgpu::Device, label: &'static str) -> Self {
        Self { label, texture: float_texture(device, label, Self::FIRST_SIZE) }
    }

    /// Replaces as many rows of as many texels; true if the texture is a new one, so that its bind groups must be made
    /// again.
    pub(super) fn write(&mut self, context: &Context, size: [u32; 2], texels: &[[f32; 4]]) -> bool {
        let before = [self.texture.width(), self.texture.height()];
        let outgrown = (0..2).any(|k| size[k] > before[k]);
        if outgrown {
            let size = [0, 1].map(|k| size[k].max(before[k]));
            self.texture = float_texture(&context.device, self.label, size);
        }
        let bytes_per_row = Some(size[0] * Self::TEXEL_BYTES);
        context.queue.write_texture(
            self.texture.as_image_copy(),
            bytemuck::cast_slice(texels),
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row, rows_per_image: None },
            wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
        );
        outgrown
    }

    pub(super) fn view(&self) -> wgpu::TextureView {
        self.texture.create_view(&wgpu::TextureViewDescriptor { label: Some(self.label), ..Default::default() })
    }
}

fn float_texture(device: &wgpu::Device, label: &str, size: [u32; 2]) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Rgba32Float,
        usage: wgpu::TextureUsages::COPY_DST | wgpu::TextureUsages::TEXTURE_BINDING,
        view_formats: &[],
    })
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
pub(super) fn storage_buffer<T: bytemuck::NoUninit>(context: &Context, label: &str, contents: &[T]) -> wgpu::Buffer {
    filled_buffer(context, label, contents, wgpu::BufferUsages::STORAGE)
}

/// A buffer with this content.
///
/// The queue writes it: wgpu's own way to make a filled buffer panics if the device is gone.
pub(super) fn filled_buffer<T: bytemuck::NoUninit>(
    context: &Context,
    label: &str,
    contents: &[T],
    usage: wgpu::BufferUsages,
) -> wgpu::Buffer {
    let bytes: &[u8] = bytemuck::cast_slice(contents);
    let made = buffer(&context.device, label, bytes.len(), usage);
    context.queue.write_buffer(&made, 0, bytes);
    made
}

/// A uniform buffer with this content.
pub(super) fn uniform_buffer<T: bytemuck::NoUninit>(context: &Context, label: &str, value: &T) -> wgpu::Buffer {
    let made = buffer(&context.device, label, size_of::<T>(), wgpu::BufferUsages::UNIFORM);
    context.queue.write_buffer(&made, 0, bytemuck::bytes_of(value));
    made
}
