//! From finished frames to files.

use std::sync::Mutex;
use std::sync::mpsc::Receiver;

use super::budget::Budget;
use super::clock::timed;
use super::draw::Frame;
use super::latch::Latch;
use super::next_of;
use super::recorder::{Findings, Recorder};
use crate::error::{Error, Result};
use crate::manifest::FileHash;
use crate::output::{Image, PngEncoder, PngMeta, Unpublished};
use crate::plan::{Figure, Keys, Plan};

/// Encodes and writes frames, sharing them with other threads, until there are no more. Of these threads, as many work
/// as there is memory for: this is the one of a number, from 0.
pub(super) fn write_frames(
    recorder: &Recorder,
    mut keys: Keys,
    budget: &Latch<Budget>,
    number: usize,
    frames: &Mutex<Receiver<Frame>>,
) {
    if budget.wait().is_none_or(|budget| number >= budget.encoders()) {
        return;
    }
    let plan = recorder.plan;
    let mut writer = Writer { plan, encoder: PngEncoder::default(), rgb: Vec::new() };
    while let Some(frame) = next_of(frames) {
        let figure = &plan.figures[frame.figure];
        let mut findings = frame.findings.clone();
        match writer
            .write(figure, frame, &mut findings)
            .and_then(|file| recorder.publish(figure, &findings, &mut keys, file))
        {
            // A stopped run says itself why.
            Ok(()) | Err(Error::Stopped) => {}
            Err(error) => recorder.fail(figure, &error, &findings),
        }
    }
}

/// What one thread uses again and again.
struct Writer<'a> {
    plan: &'a Plan,
    encoder: PngEncoder,
    /// The memory of an image.
    rgb: Vec<u8>,
}

impl Writer<'_> {
    /// Encodes a frame and writes it under a temporary name.
    fn write(
        &mut self,
        figure: &Figure,
        frame: Frame,
        findings: &mut Findings,
    ) -> Result<(Unpublished, FileHash, usize)> {
        let Self { plan, encoder, rgb } = self;
        let times = &mut findings.times;
        timed(&mut times.read_back, || frame.pixels.copy_rgb(rgb));
        // The device may have the buffer back.
        drop(frame);
        let [width, height] = figure.size_px();
        let image = Image::from_raw(width, height, std::mem::take(rgb)).expect("a frame has the figure's pixels");
        let path = plan.path_of(figure);
        let title = figure.title.as_deref().unwrap_or(&figure.name);
        let meta = PngMeta { path: &path, dpi: plan.dpi, title };
        let encoded = timed(&mut times.encode, || encoder.encode(&image, &meta));
        *rgb = image.into_raw();
        let bytes = encoded?;
        timed(&mut times.write, || {
            let hash = FileHash::of(bytes);
            Ok((Unpublished::write(&path, plan.shard, bytes)?, hash, bytes.len()))
        })
    }
}
