//! Flags over a job file.

use super::{GraticuleJob, Job, LegendJob, MapJob, NorthArrowJob, OutputJob, RasterJob, RegionsJob, ScalebarJob};

impl Job {
    /// This job with every setting that `flags` gives in place of its own.
    ///
    /// Layers replace all layers, rasters all rasters, overlays all overlays, texts all texts, logos all logos, and a regions file or extents all regions; the rest goes key by key.
    #[must_use]
    pub fn overlaid_with(self, flags: Self) -> Self {
        let (own, over) = (self.raster, flags.raster);
        let (paths, list) = if over.is_given() { (over.paths, over.list) } else { (own.paths, own.list) };
        let raster = RasterJob {
            paths,
            list,
            subdatasets: over.subdatasets.or(own.subdatasets),
            crs: over.crs.or(own.crs),
            bands: over.bands.or(own.bands),
            cmap: over.cmap.or(own.cmap),
            lut: over.lut.or(own.lut),
            levels: over.levels.or(own.levels),
            vmin: over.vmin.or(own.vmin),
            vmax: over.vmax.or(own.vmax),
            norm: over.norm.or(own.norm),
            vcenter: over.vcenter.or(own.vcenter),
            halfrange: over.halfrange.or(own.halfrange),
            gamma: over.gamma.or(own.gamma),
            linthresh: over.linthresh.or(own.linthresh),
            linscale: over.linscale.or(own.linscale),
            categories: over.categories.or(own.categories),
            under: over.under.or(own.under),
            over: over.over.or(own.over),
            bad: over.bad.or(own.bad),
            extend: over.extend.or(own.extend),
            resampling: over.resampling.or(own.resampling),
            alpha: over.alpha.or(own.alpha),
            memory: over.memory.or(own.memory),
        };
        Self {
            raster,
            overlays: if flags.overlays.is_empty() { self.overlays } else { flags.overlays },
            layers: if flags.layers.is_empty() { self.layers } else { flags.layers },
            regions: self.regions.overlaid_with(flags.regions),
            map: MapJob {
                crs: flags.map.crs.or(self.map.crs),
                adjustable: flags.map.adjustable.or(self.map.adjustable),
                facecolor: flags.map.facecolor.or(self.map.facecolor),
            },
            figure: self.figure.overlaid_with(flags.figure),
            colorbar: self.colorbar.overlaid_with(flags.colorbar),
            graticule: merged(self.graticule, flags.graticule, GraticuleJob::overlaid_with),
            legend: merged(self.legend, flags.legend, LegendJob::overlaid_with),
            texts: if flags.texts.is_empty() { self.texts } else { flags.texts },
            logos: if flags.logos.is_empty() { self.logos } else { flags.logos },
            north_arrow: merged(self.north_arrow, flags.north_arrow, NorthArrowJob::overlaid_with),
            scalebar: merged(self.scalebar, flags.scalebar, ScalebarJob::overlaid_with),
            output: OutputJob {
                dir: flags.output.dir.or(self.output.dir),
                name: flags.output.name.or(self.output.name),
                format: flags.output.format.or(self.output.format),
                quality: flags.output.quality.or(self.output.quality),
                png_level: flags.output.png_level.or(self.output.png_level),
                png_palette: flags.output.png_palette.or(self.output.png_palette),
                world_file: flags.output.world_file.or(self.output.world_file),
                resume: flags.output.resume.or(self.output.resume),
                retry_failed: flags.output.retry_failed.or(self.output.retry_failed),
            },
            adapter: flags.adapter.or(self.adapter),
            threads: flags.threads.or(self.threads),
            max_memory: flags.max_memory.or(self.max_memory),
            shard: flags.shard.or(self.shard),
        }
    }
}

/// A table of the job file with that of the flags over it, where there are both.
fn merged<T>(own: Option<T>, flags: Option<T>, overlaid_with: fn(T, T) -> T) -> Option<T> {
    match (own, flags) {
        (Some(own), Some(flags)) => Some(overlaid_with(own, flags)),
        (own, flags) => flags.or(own),
    }
}

impl RegionsJob {
    fn overlaid_with(self, flags: Self) -> Self {
        let (only, crs) = (flags.only.or(self.only), flags.crs.or(self.crs));
        let has_regions = flags.path.is_some() || !flags.extents.is_empty();
        let (path, extents) = if has_regions { (flags.path, flags.extents) } else { (self.path, self.extents) };
        Self { path, only, extents, crs }
    }
}
