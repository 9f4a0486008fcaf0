//! From finished frames to files.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender};

use super::draw::Frame;
use super::event::Event;
use super::{next_of, report};
use crate::error::Result;
use crate::output::{Image, PngEncoder, PngMeta, write_atomic};
use crate::plan::{Figure, Plan};

/// Encodes and writes frames, sharing them with other threads, until there are no more.
pub(super) fn write_frames(
    plan: &Plan,
    frames: &Mutex<Receiver<Frame>>,
    spare_images: &Sender<Vec<u8>>,
    events: &Sender<Event>,
) {
    let mut encoder = PngEncoder::default();
    while let Some(frame) = next_of(frames) {
        let figure = &plan.figures[frame.figure];
        let written = write(plan, figure, &mut encoder, &frame.image);
        // The GPU's thread may be done and gone.
        let _taken = spare_images.send(frame.image.into_raw());
        let event = match written {
            Ok(()) => Event::Drawn {
                name: figure.name.clone(),
                path: figure.path.clone(),
                warnings: frame.warnings,
                projection_error_px: frame.projection_error_px,
                resampling: plan.raster.as_ref().map(|_| figure.resampling),
            },
            Err(error) => Event::Failed { name: figure.name.clone(), error },
        };
        report(events, event);
    }
}

fn write(plan: &Plan, figure: &Figure, encoder: &mut PngEncoder, image: &Image) -> Result<()> {
    let meta = PngMeta {
        path: &figure.path,
        dpi: plan.figure_style.dpi,
        title: figure.title.as_deref().unwrap_or(&figure.name),
    };
    write_atomic(&figure.path, encoder.encode(image, &meta)?)
}
