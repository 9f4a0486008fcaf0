//! Coverage that is kept on the device, for further rasters on the same view: lines, points and areas are drawn once.

use super::frame::Renderer;
use super::layouts::bind_group;
use super::passes::begin_pass;
use super::pipelines::KEPT_FORMAT;
use super::targets::PlaneTexture;
use crate::error::Result;
use crate::style::PixelBox;

/// What a view's layers cover of each pixel of the map box: a byte a pixel and plane. The map's own outline is not part
/// of it.
pub struct KeptCoverage {
    size_px: [u32; 2],
    bytes: u64,
    pub(super) group: wgpu::BindGroup,
}

impl KeptCoverage {
    /// Bytes that it takes on the device.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// Where a frame's coverage comes from. The pixels are the same.
#[derive(Clone, Copy, Default)]
pub enum Coverage<'a> {
    /// It is drawn with the frame.
    #[default]
    Drawn,
    /// It was drawn with an earlier frame of the same view, and kept.
    Kept(&'a KeptCoverage),
}

impl<'a> Coverage<'a> {
    /// What was kept.
    ///
    /// # Panics
    /// If it is that of a map box of another size.
    pub(super) fn kept(self, map_box: &PixelBox) -> Option<&'a KeptCoverage> {
        let Self::Kept(kept) = self else { return None };
        assert_eq!(kept.size_px, [map_box.width, map_box.height], "the size of the map box and of its coverage");
        Some(kept)
    }
}

impl Renderer {
    /// Bytes that the coverage of a view with this map box takes on the device.
    #[must_use]
    pub fn coverage_bytes(&self, map_box: &PixelBox) -> u64 {
        let layers = PlaneTexture::layers(&self.context, self.planes.len());
        u64::from(map_box.width) * u64::from(map_box.height) * u64::from(layers)
    }

    /// Keeps the coverage of the frame that was begun. It is there for frames that begin after this one is finished.
    ///
    /// # Errors
    /// As [`super::Context::check`].
    ///
    /// # Panics
    /// If no frame was begun, or if its own coverage was kept.
    pub fn keep_coverage(&mut self) -> Result<KeptCoverage> {
        let open = self.open.as_mut().expect("coverage is kept of a frame that was begun");
        assert!(open.is_drawn, "coverage is kept once");
        let targets = self.targets.as_ref().expect("an open frame has targets");
        let pipeline = self.pipelines.keep(&self.context.device);
        let map_box = open.map_box;
        let size_px = [map_box.width, map_box.height];
        let texture = PlaneTexture::new(&self.context, "kept coverage", size_px, self.planes.len(), KEPT_FORMAT);
        for plane in 0..self.planes.len() as u32 {
            let clear = wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT);
            let mut pass = begin_pass(&mut open.encoder, "keep", &texture.layer(plane), clear);
            pass.set_pipeline(&pipeline);
            pass.set_bind_group(0, self.grids.frame_group(0), &[]);
            pass.set_bind_group(1, &self.rasters[0].groups[0], &[]);
            pass.set_bind_group(2, &targets.planes_group, &[]);
            pass.draw(3 * plane..3 * plane + 3, 0..1);
        }
        let all = texture.all();
        let [colors, view] = [targets.colors.as_entire_binding(), wgpu::BindingResource::TextureView(&all)];
        let resources = [colors, view.clone(), view.clone(), view];
        let group = bind_group(&self.context.device, "kept planes", &self.pipelines.layouts.frame_planes, &resources);
        let bytes = self.coverage_bytes(&map_box);
        self.context.check()?;
        Ok(KeptCoverage { size_px, bytes, group })
    }
}
