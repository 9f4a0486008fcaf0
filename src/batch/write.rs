//! From finished frames to files.

use std::sync::Mutex;
use std::sync::mpsc::Receiver;

use super::budget::Budget;
use super::clock::timed;
use super::draw::Frame;
use super::latch::Latch;
use super::next_of;
use super::recorder::{Findings, Recorder, Written};
use crate::error::{Error, Result};
use crate::geo::{Crs, Georeference};
use crate::manifest::{Beside, FileHash};
use crate::output::{
    Channels, Companion, FigureEncoder, FigureMeta, FileFormat, Image, Unpublished, aux_file, geotiff_holds, world_file,
};
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
    let mut writer = Writer { plan, encoder: FigureEncoder::new(plan.file_format), pixels: Vec::new(), held: None };
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
    encoder: FigureEncoder,
    /// The memory of an image.
    pixels: Vec<u8>,
    /// The last map's system, and whether `GeoTIFF` can tell it.
    held: Option<(Crs, bool)>,
}

impl Writer<'_> {
    /// Encodes a frame and writes it, and what is to stand beside it, under temporary names.
    fn write(&mut self, figure: &Figure, frame: Frame, findings: &mut Findings) -> Result<Written> {
        let Self { plan, encoder, pixels, held } = self;
        let times = &mut findings.times;
        let channels = if plan.paper.is_opaque() { Channels::Rgb } else { Channels::Rgba };
        timed(&mut times.read_back, || match channels {
            Channels::Rgb => frame.pixels.copy_rgb(pixels),
            Channels::Rgba => frame.pixels.copy_straight(pixels),
        });
        // The device may have the buffer back.
        drop(frame);
        let image = Image::new(figure.size_px(), channels, std::mem::take(pixels));
        let (path, place) = (plan.path_of(figure), plan.place_of(figure));
        let title = figure.title.as_deref().unwrap_or(&figure.name);
        let meta = FigureMeta { path: &path, dpi: plan.dpi, title, place: Some(&place) };
        let encoded = timed(&mut times.encode, || encoder.encode(&image, &meta));
        *pixels = image.into_bytes();
        let bytes = encoded?;
        timed(&mut times.write, || {
            let (hash, length) = (FileHash::of(bytes), bytes.len());
            let file = Unpublished::write(&path, plan.shard, bytes)?;
            Ok(Written { file, hash, bytes: length, beside: write_beside(plan, held, figure, &place)? })
        })
    }
}

/// Writes what tells where a figure lies, if its own file does not or it is asked for, under temporary names. `held` is
/// the last map's system, and whether `GeoTIFF` can tell it.
fn write_beside(
    plan: &Plan,
    held: &mut Option<(Crs, bool)>,
    figure: &Figure,
    place: &Georeference,
) -> Result<Vec<(Unpublished, Beside)>> {
    let mut companions = Vec::new();
    let mut needs_aux = plan.world_file;
    if plan.world_file {
        companions.push(world_file(&figure.file, place));
    } else if plan.file_format == FileFormat::Tiff {
        let known = held.take().filter(|(crs, _)| *crs == place.crs);
        let (_, holds) = held.insert(known.unwrap_or_else(|| (place.crs.clone(), geotiff_holds(&place.crs))));
        needs_aux = !*holds;
    }
    if needs_aux {
        companions.push(aux_file(&figure.file, place)?);
    }
    let write = |Companion { name, text }: Companion| {
        let file = Unpublished::write(&plan.out_dir.join(&name), plan.shard, text.as_bytes())?;
        Ok((file, Beside { name, sha256: FileHash::of(text.as_bytes()) }))
    };
    companions.into_iter().map(write).collect()
}
