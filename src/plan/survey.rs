//! What all regions of a job are looked at for before any is laid out, whatever part of them is drawn: the figures of a
//! batch have one layout.

use std::sync::Arc;

use super::GraticulePlan;
use super::annotations::Largest;
use super::graticule::LabelRoom;
use super::lines::Lines;
use super::texts::Texts;
use crate::figure::Font;
use crate::job::Job;
use crate::source::Region;

/// What figures must have room for.
pub(super) struct Survey<'a, 't> {
    job: &'a Job,
    texts: &'t Texts,
    /// Of the longest texts.
    pub lines: Lines,
    /// Beside the maps, for labels of their lines.
    pub room: LabelRoom<'a>,
    /// On the maps, for texts that figures have of their own.
    pub largest: Largest,
}

impl<'a, 't> Survey<'a, 't> {
    pub(super) fn new(job: &'a Job, graticule: Option<&'a GraticulePlan>, texts: &'t Texts, font: &Arc<Font>) -> Self {
        let (room, largest) = (LabelRoom::new(graticule), Largest::new(Arc::clone(font)));
        Self { job, texts, lines: Lines::default(), room, largest }
    }

    /// Looks at a region, or at what is drawn of a raster's whole extent without one.
    pub(super) fn see(&mut self, region: Option<&Region>) {
        if let Some(region) = region {
            self.room.look_at(self.job, region);
        }
        self.largest.see(self.texts, region);
        self.lines = self.lines.max(self.texts.lines(region));
    }
}
