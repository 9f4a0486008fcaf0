//! A class table on the GPU.

use bytemuck::Zeroable as _;

use super::Context;
use super::memory::{storage_buffer, uniform_buffer};
use super::uniforms::{ClassesUniform, MAX_CLASSES, MAX_THRESHOLDS};
use crate::scene::{ClassLookup, ClassTable};

/// What the frame's pipelines must know of a class table.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClassConstants {
    /// See [`ClassLookup::most_in_bucket`].
    pub most_in_bucket: u32,
    /// Whether there are more colours than the uniform holds.
    pub has_many_colors: bool,
}

/// The buffers of one table. Software adapters load from uniform buffers several times as fast as from storage.
pub(super) struct ClassBuffers {
    pub table: wgpu::Buffer,
    /// All colours, if they are too many for the table: those of a raster of 16 bits with colours of its own.
    pub many_colors: wgpu::Buffer,
    pub constants: ClassConstants,
}

impl ClassBuffers {
    /// # Panics
    /// If there are more than [`MAX_THRESHOLDS`] thresholds.
    pub(super) fn new(context: &Context, table: &ClassTable) -> Self {
        let (thresholds, colors) = (table.threshold_keys(), table.colors());
        assert!(thresholds.len() <= MAX_THRESHOLDS, "{} thresholds, {MAX_THRESHOLDS} at most", thresholds.len());
        let lookup = ClassLookup::new(table);
        let has_many_colors = colors.len() > MAX_CLASSES;
        let mut uniform = ClassesUniform {
            first_key: lookup.first_key,
            gap_start: lookup.gap_start,
            gap_length: lookup.gap_length,
            bucket_log2: lookup.bucket_log2,
            span: lookup.span,
            class_shift: lookup.class_shift,
            last_class: colors.len() as u32 - 1,
            ..ClassesUniform::zeroed()
        };
        uniform.buckets[..lookup.buckets.len()].copy_from_slice(&lookup.buckets);
        uniform.thresholds.fill(u32::MAX);
        uniform.colors.fill(u32::from_le_bytes(colors[colors.len() - 1]));
        uniform.thresholds[..thresholds.len()].copy_from_slice(thresholds);
        for (place, color) in uniform.colors.iter_mut().zip(colors) {
            *place = u32::from_le_bytes(*color);
        }
        Self {
            table: uniform_buffer(context, "classes", &uniform),
            many_colors: storage_buffer(
                context,
                "numbered colours",
                if has_many_colors { colors } else { &colors[..1] },
            ),
            constants: ClassConstants { most_in_bucket: lookup.most_in_bucket, has_many_colors },
        }
    }
}
