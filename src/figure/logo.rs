//! Pictures on the map or at the figure's edges, such as an institute's logo.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::overlay::Overlay;
use super::resize::resized;
use crate::output::Image;
use crate::style::layout::{Layout, POINTS_PER_INCH, PixelBox};
use crate::style::{Along, BoxLoc};

/// A picture and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Logo {
    /// What is drawn.
    pub picture: Picture,
    /// Whether it stands in the figure; in the map's box else.
    pub in_figure: bool,
    /// The sides that it keeps to.
    pub loc: BoxLoc,
    /// Its width in points; None for a point a pixel.
    pub width_pt: Option<f64>,
    /// Its opacity, 0 to 1, which multiplies its own.
    pub alpha: f64,
}

/// A picture from a file. Copies share their pixels; two are equal if they do.
#[derive(Clone)]
pub struct Picture(Arc<Shared>);

struct Shared {
    path: PathBuf,
    stamp: String,
    image: Image,
    /// At the size that was asked for last.
    resized: Mutex<Option<Resized>>,
}

/// A size and the premultiplied pixels of that.
type Resized = ([u32; 2], Arc<[u8]>);

impl Picture {
    /// An RGBA picture; `stamp` tells what the file was like when it was read.
    #[must_use]
    pub fn new(path: PathBuf, stamp: String, image: Image) -> Self {
        Self(Arc::new(Shared { path, stamp, image, resized: Mutex::default() }))
    }

    /// Premultiplied pixels at a size: figures of many shapes have the same logo.
    fn resized(&self, size: [u32; 2]) -> Arc<[u8]> {
        let mut known = self.0.resized.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((of, pixels)) if *of == size => Arc::clone(pixels),
            _ => {
                let pixels: Arc<[u8]> = resized(&self.0.image, size).into();
                *known = Some((size, Arc::clone(&pixels)));
                pixels
            }
        }
    }
}

impl PartialEq for Picture {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Picture {
    /// What tells files apart, not their pixels: this is part of the fingerprint of a figure.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("Picture").field(&self.0.path).field(&self.0.stamp).finish()
    }
}

impl Logo {
    /// The pixels that it takes: in its place, as large as asked for but never larger than the box that it stands in.
    #[must_use]
    pub(super) fn area(&self, layout: &Layout) -> PixelBox {
        let within = if self.in_figure { layout.figure() } else { layout.map };
        let own = self.picture.0.image.size_px().map(f64::from);
        let pad = layout.px(BoxLoc::PAD_PT);
        let room = [within.width, within.height].map(|side| (f64::from(side) - 2.0 * pad).max(1.0));
        let width = self.width_pt.map_or(own[0] * layout.dpi / POINTS_PER_INCH, |width| layout.px(width));
        let asked = [width, width * own[1] / own[0]];
        let scale = (room[0] / asked[0]).min(room[1] / asked[1]).min(1.0);
        let size = asked.map(|side| (side * scale).round().max(1.0));
        let start = |along: Along, side: u32, size: f64| {
            let side = f64::from(side);
            along.start(side, size, pad).clamp(0.0, (side - size).max(0.0)).round() as u32
        };
        PixelBox {
            x: within.x + start(self.loc.across, within.width, size[0]),
            y: within.y + start(self.loc.down, within.height, size[1]),
            width: size[0] as u32,
            height: size[1] as u32,
        }
    }

    /// Draws it.
    #[must_use]
    pub(super) fn draw(&self, layout: &Layout) -> Overlay {
        let area = self.area(layout);
        let pixels = self.picture.resized([area.width, area.height]);
        let faded = |value: &u8| (f64::from(*value) * self.alpha).round() as u8;
        let rgba = if self.alpha == 1.0 { pixels.to_vec() } else { pixels.iter().map(faded).collect() };
        Overlay { x: area.x, y: area.y, width: area.width, height: area.height, rgba }
    }
}
