//! The furniture that figures share, drawn once for each layout.

use std::sync::Arc;

use crate::figure::{FigureStyle, Font, MapFrame, Overlay, furniture};
use crate::style::Layout;

/// The furniture of the layouts at hand: as a rule, of all figures.
#[derive(Default)]
pub(super) struct SharedFurniture {
    last_id: u64,
    /// The one that was needed last is at the back.
    known: Vec<Furnished>,
}

struct Furnished {
    id: u64,
    style: Arc<FigureStyle>,
    layout: Arc<Layout>,
    frame: MapFrame,
    patches: Vec<Overlay>,
}

impl SharedFurniture {
    /// Figures with and without an outline of their own, and those of a few sizes, may take turns.
    const MOST: usize = 4;

    /// The furniture of a layout, with a number that no other has.
    pub(super) fn of(
        &mut self,
        font: &Font,
        style: &Arc<FigureStyle>,
        layout: &Arc<Layout>,
        frame: MapFrame,
    ) -> (u64, &[Overlay]) {
        let is_it = |f: &Furnished| Arc::ptr_eq(&f.style, style) && Arc::ptr_eq(&f.layout, layout) && f.frame == frame;
        let furnished = if let Some(at) = self.known.iter().position(is_it) {
            self.known.remove(at)
        } else {
            self.last_id += 1;
            let patches = furniture(font, style, layout, frame);
            let (style, layout) = (Arc::clone(style), Arc::clone(layout));
            Furnished { id: self.last_id, style, layout, frame, patches }
        };
        if self.known.len() == Self::MOST {
            self.known.remove(0);
        }
        self.known.push(furnished);
        let Furnished { id, patches, .. } = &self.known[self.known.len() - 1];
        (*id, patches)
    }
}
