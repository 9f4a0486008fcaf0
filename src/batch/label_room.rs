//! The room that one map has for names: what they must keep clear of, and how well a place for one is told from those of
//! other features. All in points, so that what stands where does not depend on the figure's resolution.

use crate::figure::{Crowd, LabelSize, TextBox};
use crate::plan::SheetMap;
use crate::style::{Anchor, MarkerReach, SignedBox};

/// Between two names, beside and above each other: less, and names on one line read as one.
const BETWEEN_EM: [f64; 2] = [0.3, 0.12];

/// Between a halo and the edge of the map or its furniture: as much as is lost by rounding at 72 dpi.
const BESIDE_FURNITURE_PT: f64 = 0.75;

/// No more of a marker may be under names, as the share of a square about it: of a triangle that is a third.
const MOST_COVERED: f64 = 0.2;

/// So many times as far as its own marker must all others seem to be from a name.
const TOLD_APART: f64 = 1.75;

/// The more they are farther, up to so much, the better.
const CLEAR_EM: f64 = 0.45;

/// What stands on the line of a name is read with it sooner than what stands above or below, as if it were so much nearer.
const ALONG: f64 = 0.5;

/// Distances in points that differ by less are the same.
const SAME_PT: f64 = 1e-6;

/// The marker of a feature.
#[derive(Clone, Copy)]
pub(super) struct Marker {
    pub at: [f64; 2],
    pub reach: f64,
    pub feature: usize,
}

/// A place for a name.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    /// What it stands beside or on, and how.
    pub point: [f64; 2],
    pub anchor: Anchor,
    pub reach: MarkerReach,
    /// The feature whose point that is; None for a place within an area or on a line.
    pub beside: Option<usize>,
    pub letters: TextBox,
    pub size: LabelSize,
}

impl Spot {
    fn with_halo(&self) -> TextBox {
        self.letters.grown([self.size.halo; 2])
    }

    /// The letters and half of what must be between them and others.
    fn claim(&self) -> TextBox {
        self.letters.grown(BETWEEN_EM.map(|share| share * self.size.em / 2.0))
    }

    fn own(&self) -> Option<Marker> {
        self.beside.map(|feature| Marker { at: self.point, reach: self.reach.farthest(), feature })
    }
}

impl Marker {
    /// How far it is from letters, and how far it seems to be for a reader; 0 if it touches them.
    fn away(&self, letters: &TextBox) -> (f64, f64) {
        let [x, y] = letters.way_to(self.at);
        let middle = x.hypot(y);
        let edge = (middle - self.reach).max(0.0);
        (edge, if edge > 0.0 { edge * (ALONG * x).hypot(y) / middle } else { 0.0 })
    }

    /// Whether another marker is so much on this one that no name could tell them apart.
    fn is_under(&self, other: &Self) -> bool {
        let [x, y] = [0, 1].map(|k| self.at[k] - other.at[k]);
        x.hypot(y) <= self.reach / 2.0
    }
}

/// What is taken on a map.
pub(super) struct Room<'a> {
    sheet: &'a SheetMap,
    furniture: &'a Crowd,
    /// Halos stay within.
    map: TextBox,
    markers: Vec<Marker>,
    most_reach: f64,
    /// How much of each marker is under names.
    covered: Vec<f64>,
    markers_at: Cells,
    /// The places of names.
    taken: Vec<Option<Spot>>,
    taken_at: Cells,
}

impl<'a> Room<'a> {
    /// A map with markers, for so many names.
    pub(super) fn new(sheet: &'a SheetMap, furniture: &'a Crowd, markers: Vec<Marker>, names: usize) -> Self {
        let [left, top, right, bottom] = sheet.edges_pt;
        let edges = TextBox { left, top, right, bottom };
        let mut markers_at = Cells::new(edges);
        for (k, marker) in markers.iter().enumerate() {
            let [x, y] = marker.at;
            markers_at.add(TextBox { left: x, top: y, right: x, bottom: y }, k);
        }
        Self {
            sheet,
            furniture,
            map: edges.grown([-BESIDE_FURNITURE_PT; 2]),
            most_reach: markers.iter().map(|marker| marker.reach).fold(0.0, f64::max),
            covered: vec![0.0; markers.len()],
            markers,
            markers_at,
            taken: vec![None; names],
            taken_at: Cells::new(edges),
        }
    }

    /// The place of a name.
    pub(super) fn spot_of(&self, name: usize) -> Option<&Spot> {
        self.taken[name].as_ref()
    }

    /// What may be said against a place: 0 if nothing; None if a name cannot stand there, for it would leave the map,
    /// stand on furniture, hide a marker, or be nearer to another feature's marker than to its own.
    pub(super) fn fault(&self, spot: &Spot) -> Option<f64> {
        let room = spot.with_halo();
        if !self.map.holds(room) || !self.is_off_furniture(room) {
            return None;
        }
        let own = spot.own();
        let (own_away, own_seems) = own.map_or((0.0, 0.0), |own| own.away(&spot.letters));
        let (least_seems, clear) = (TOLD_APART * own_seems, CLEAR_EM * spot.size.em);
        let beyond = self.most_reach + own.map_or(0.0, |_| own_away.max((least_seems + clear) / ALONG));
        let mut fault = 0.0;
        for k in self.markers_at.near(room.grown([beyond; 2])) {
            let marker = &self.markers[k];
            let is_own_feature = own.is_some_and(|own| own.feature == marker.feature);
            if is_own_feature && marker.at == spot.point {
                continue;
            }
            let share = room.share_of_square(marker.at, marker.reach);
            if share > 0.0 && self.covered[k] + share > MOST_COVERED {
                return None;
            }
            fault += share;
            if is_own_feature || own.is_none_or(|own| own.is_under(marker)) {
                continue;
            }
            let (away, seems) = marker.away(&spot.letters);
            if away < own_away - SAME_PT || seems < least_seems - SAME_PT {
                return None;
            }
            fault += (1.0 - (seems - least_seems) / clear).clamp(0.0, 1.0);
        }
        Some(fault)
    }

    /// Whether no other name is there.
    pub(super) fn is_free(&self, spot: &Spot) -> bool {
        self.names_at(spot).next().is_none()
    }

    /// The only name that is there; None if there are others, or none.
    pub(super) fn only_name_at(&self, spot: &Spot) -> Option<usize> {
        let first = self.names_at(spot).next()?;
        self.names_at(spot).all(|other| other == first).then_some(first)
    }

    /// The names there; one may come several times.
    fn names_at(&self, spot: &Spot) -> impl Iterator<Item = usize> {
        let claim = spot.claim();
        let is_there = move |name: &usize| self.taken[*name].is_some_and(|other| other.claim().overlaps(claim));
        self.taken_at.near(claim).filter(is_there)
    }

    /// Gives a name its place.
    pub(super) fn take(&mut self, name: usize, spot: Spot) {
        self.taken_at.add(spot.claim(), name);
        self.taken[name] = Some(spot);
        self.cover(&spot, 1.0);
    }

    /// Takes a name's place from it.
    pub(super) fn release(&mut self, name: usize) -> Option<Spot> {
        let spot = self.taken[name].take()?;
        self.taken_at.remove(spot.claim(), name);
        self.cover(&spot, -1.0);
        Some(spot)
    }

    fn cover(&mut self, spot: &Spot, factor: f64) {
        let room = spot.with_halo();
        for k in self.markers_at.near(room.grown([self.most_reach; 2])) {
            self.covered[k] += factor * room.share_of_square(self.markers[k].at, self.markers[k].reach);
        }
    }

    fn is_off_furniture(&self, room: TextBox) -> bool {
        let room = room.grown([BESIDE_FURNITURE_PT; 2]);
        let [left, top] = self.sheet.px_from_pt([room.left, room.top]).map(|c| c.round() as i64);
        let [right, bottom] = self.sheet.px_from_pt([room.right, room.bottom]).map(|c| c.round() as i64);
        self.furniture.is_free(SignedBox { left, top, right, bottom })
    }
}

/// What lies in which part of a map.
struct Cells {
    corner: [f64; 2],
    columns: usize,
    rows: usize,
    items: Vec<Vec<usize>>,
}

impl Cells {
    /// The side of a part in points: the height of three lines of text.
    const SIDE_PT: f64 = 30.0;

    fn new(map: TextBox) -> Self {
        let count = |length: f64| (length / Self::SIDE_PT).max(0.0) as usize + 1;
        let (columns, rows) = (count(map.right - map.left), count(map.bottom - map.top));
        Self { corner: [map.left, map.top], columns, rows, items: vec![Vec::new(); columns * rows] }
    }

    fn add(&mut self, place: TextBox, item: usize) {
        for cell in self.within(place) {
            self.items[cell].push(item);
        }
    }

    fn remove(&mut self, place: TextBox, item: usize) {
        for cell in self.within(place) {
            self.items[cell].retain(|other| *other != item);
        }
    }

    /// All that may be in a box, and what is near it; what is larger than a point may come several times.
    fn near(&self, place: TextBox) -> impl Iterator<Item = usize> {
        self.within(place).flat_map(|cell| self.items[cell].iter().copied())
    }

    fn within(&self, place: TextBox) -> impl Iterator<Item = usize> + use<> {
        let at = |value: f64, corner: f64, count: usize| {
            (((value - corner) / Self::SIDE_PT).max(0.0) as usize).min(count - 1)
        };
        let [x, y] = self.corner;
        let columns = at(place.left, x, self.columns)..at(place.right, x, self.columns) + 1;
        let width = self.columns;
        let rows = at(place.top, y, self.rows)..at(place.bottom, y, self.rows) + 1;
        rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
    }
}
