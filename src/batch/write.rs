//! From finished frames to files.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender};

use super::clock::timed;
use super::draw::Frame;
use super::next_of;
use super::recorder::Recorder;
use crate::error::{Error, Result};
use crate::manifest::FileHash;
use crate::output::{PngEncoder, PngMeta, Unpublished};
use crate::plan::{Figure, Keys, Plan};

/// Encodes and writes frames, sharing them with other threads, until there are no more.
pub(super) fn write_frames(recorder: &Recorder, frames: &Mutex<Receiver<Frame>>, spare_images: &Sender<Vec<u8>>) {
    let plan = recorder.plan;
    let (mut encoder, mut keys) = (PngEncoder::default(), Keys::new(plan));
    let prefix = plan.shard.temporary_prefix();
    while let Some(mut frame) = next_of(frames) {
        let figure = &plan.figures[frame.figure];
        let written = write(plan, figure, &mut encoder, &prefix, &mut frame);
        // The GPU's thread may be done and gone.
        let _taken = spare_images.send(frame.image.into_raw());
        match written.and_then(|file| recorder.publish(figure, &frame.findings, &mut keys, file)) {
            // A stopped run says itself why.
            Ok(()) | Err(Error::Stopped) => {}
            Err(error) => recorder.fail(figure, &error, &frame.findings),
        }
    }
}

/// Encodes a frame and writes it under a temporary name.
fn write(
    plan: &Plan,
    figure: &Figure,
    encoder: &mut PngEncoder,
    prefix: &str,
    frame: &mut Frame,
) -> Result<(Unpublished, FileHash, usize)> {
    let path = plan.path_of(figure);
    let title = figure.title.as_deref().unwrap_or(&figure.name);
    let meta = PngMeta { path: &path, dpi: plan.dpi, title };
    let times = &mut frame.findings.times;
    let bytes = timed(&mut times.encode, || encoder.encode(&frame.image, &meta))?;
    timed(&mut times.write, || {
        let hash = FileHash::of(bytes);
        Ok((Unpublished::write(&path, prefix, bytes)?, hash, bytes.len()))
    })
}
