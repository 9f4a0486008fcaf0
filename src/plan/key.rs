//! What a figure is made from, as a fingerprint: where it is that of an earlier run, the earlier figure will do.

use std::fmt::Write as _;

use super::{Figure, Plan};
use crate::manifest::{Key, KeyHasher};
use crate::source::{stamp_of_file, stamp_of_layer};

/// Makes the keys of a plan's figures. What they have in common is hashed once, before anything is read.
///
/// A key holds mapfolio's version, all settings, and the name, size and time of change of each file; what a file
/// holds is not read. Of datasets that are no file of this machine only the name counts.
#[derive(Clone)]
pub struct Keys {
    common: KeyHasher,
    /// That of the step asked for last: figures come step by step.
    step: Option<(u32, KeyHasher)>,
}

impl Keys {
    /// Hashes what all figures have in common.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let mut common = KeyHasher::default();
        feed(&mut common, format_args!("{} {:?} {}", env!("CARGO_PKG_VERSION"), plan.paper, plan.dpi));
        feed(&mut common, format_args!("{:?} {}", plan.file_format, plan.world_file));
        if let Some(scalebar) = &plan.scalebar {
            feed(&mut common, format_args!("{scalebar:?}"));
        }
        for (file, index) in plan.font.files() {
            feed(&mut common, format_args!("{} {index} {}", file.display(), stamp_of_file(file)));
        }
        for text in &plan.texts {
            feed(&mut common, format_args!("{text:?}"));
        }
        if let Some(arrow) = plan.north_arrow {
            feed(&mut common, format_args!("{arrow:?}"));
        }
        if let Some(graticule) = &plan.graticule {
            feed(&mut common, format_args!("{graticule:?}"));
        }
        for layer in &plan.layers {
            // The planes follow from the layers.
            feed(
                &mut common,
                format_args!("{} {:?} {:?} {:?}", layer.path.display(), layer.name, layer.filter, layer.tests),
            );
            for class in &layer.classes {
                feed(&mut common, format_args!("{:?}", class.style));
            }
            if let Some(labels) = &layer.labels {
                feed(&mut common, format_args!("{labels:?}"));
            }
            feed(&mut common, format_args!("{}", stamp_of_layer(&layer.path)));
        }
        Self { common, step: None }
    }

    /// The key of a figure.
    pub fn of(&mut self, plan: &Plan, figure: &Figure) -> Key {
        let mut hasher = match &self.step {
            Some((index, hasher)) if *index == figure.step => hasher.clone(),
            _ => {
                let hasher = self.of_step(plan, figure);
                self.step = Some((figure.step, hasher.clone()));
                hasher
            }
        };
        let view = plan.view_of(figure);
        feed(&mut hasher, format_args!("{:?} {:?} {}", view.view, figure.layout, figure.file));
        feed(&mut hasher, format_args!("{:?} {:?}", figure.title, figure.captions));
        hasher.finish()
    }

    fn of_step(&self, plan: &Plan, figure: &Figure) -> KeyHasher {
        let mut hasher = self.common.clone();
        let step = plan.step_of(figure);
        feed(&mut hasher, format_args!("{:?}", step.style));
        for raster in plan.rasters_of(figure) {
            let grid = &raster.grid.georeference;
            feed(&mut hasher, format_args!("{} {} {:?}", raster.dataset, raster.band, raster.encoding));
            feed(&mut hasher, format_args!("{:?} {:?} {:?}", grid, raster.coloring, raster.resampling));
            feed(&mut hasher, format_args!("{}", raster.stamp));
        }
        hasher
    }
}

/// Feeds a hasher, which takes any text.
fn feed(hasher: &mut KeyHasher, text: std::fmt::Arguments) {
    let _infallible = hasher.write_fmt(text);
    let _infallible = hasher.write_char('\0');
}
