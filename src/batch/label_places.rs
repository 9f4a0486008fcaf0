//! Which names stand where on one map: each in turn takes the best place that is left to it, or none.

use std::sync::LazyLock;

use super::label_room::{Marker, Room, Spot};
use super::labels::{Area, Dot, Label, LayerLabels};
use crate::figure::{Crowd, LabelSize, Overlay, TextBox, TextExtent};
use crate::geo::{FixedLonLat, GeoWindow, Placer};
use crate::plan::SheetMap;
use crate::scene::{clipped_ring, doubled_area, is_within, roomiest_point};
use crate::style::{Anchor, MarkerReach};

/// The map whose features are named.
pub(super) struct LabelSite<'a> {
    /// What the view shows of the Earth.
    pub window: GeoWindow,
    pub placer: &'a Placer<'a>,
    /// The map's corner in the figure, in pixels.
    pub corner: [f64; 2],
    /// Where names get their places.
    pub sheet: SheetMap,
    pub px_per_pt: f64,
    pub metres_per_pt: f64,
}

/// The names of a map.
#[derive(Default)]
pub(super) struct Names<'a> {
    /// All halos, then all letters.
    pub patches: Vec<Overlay>,
    pub texts: Vec<&'a str>,
}

/// Draws the names that have a place on none of the `furniture`. Of layers, those that are drawn last come first.
pub(super) fn draw<'a>(site: &LabelSite, layers: &'a [LayerLabels], furniture: &Crowd) -> Names<'a> {
    let seen: Vec<Seen<'a>> = layers.iter().rev().flat_map(|layer| site.see(layer)).collect();
    let markers = seen.iter().enumerate().flat_map(|(feature, seen)| {
        let marker = move |(at, reach): &([f64; 2], MarkerReach)| Marker { at: *at, reach: reach.farthest(), feature };
        seen.dots.iter().map(marker).filter(|marker| marker.reach > 0.0)
    });
    let room = Room::new(&site.sheet, furniture, markers.collect(), seen.len());
    let mut places = Places { site, room, seen: &seen, lines_named: Vec::new() };
    for name in 0..seen.len() {
        places.name(name);
    }
    for name in 0..seen.len() {
        places.make_room_for(name);
    }
    let mut names = Names::default();
    let mut letters = Vec::new();
    for (name, Seen { layer, label, .. }) in seen.iter().enumerate() {
        let Some(spot) = places.room.spot_of(name) else { continue };
        let Some(ink) = label.ink(layer) else { continue };
        let origin = site.origin(layer, label.extent(layer), spot);
        names.patches.extend(ink.halo_at(origin));
        letters.extend(ink.letters_at(origin));
        names.texts.push(label.text.as_str());
    }
    names.patches.extend(letters);
    names
}

/// A name whose feature may be seen.
struct Seen<'a> {
    layer: &'a LayerLabels,
    label: &'a Label,
    /// The places of its points on the sheet, and how far their markers reach, in points.
    dots: Vec<([f64; 2], MarkerReach)>,
}

impl LabelSite<'_> {
    /// The labels of features that may be seen, in their order.
    fn see<'a>(&self, layer: &'a LayerLabels) -> Vec<Seen<'a>> {
        let is_near = |dot: &&Dot| self.window.overlaps(&GeoWindow { corner: dot.at, size: [0, 0] });
        let (mut near, mut reaches): (Vec<FixedLonLat>, Vec<MarkerReach>) = (Vec::new(), Vec::new());
        let mut found: Vec<(&Label, usize)> = Vec::new();
        for label in &layer.labels {
            let first = near.len();
            for dot in label.dots.iter().filter(is_near) {
                near.push(dot.at);
                reaches.push(layer.reaches.get(usize::from(dot.class)).copied().unwrap_or_default());
            }
            let has_shape = label.lines.iter().any(|line| line.window.overlaps(&self.window))
                || label.areas.iter().any(|area| area.window.overlaps(&self.window));
            if near.len() > first || has_shape {
                found.push((label, near.len() - first));
            }
        }
        let mut places = self.place(&near).into_iter().zip(reaches);
        let seen = |(label, count): (&'a Label, usize)| {
            let dots = places.by_ref().take(count).filter(|(place, _)| self.shows(*place)).collect();
            Seen { layer, label, dots }
        };
        found.into_iter().map(seen).collect()
    }

    /// Places on the sheet, in points; NaN where the map has none.
    fn place(&self, points: &[FixedLonLat]) -> Vec<[f64; 2]> {
        let [left, top] = self.corner;
        self.placer.place(points).into_iter().map(|[x, y]| self.sheet.pt_from_px([x + left, y + top])).collect()
    }

    /// Whether a place is on the map.
    fn shows(&self, [x, y]: [f64; 2]) -> bool {
        let [left, top, right, bottom] = self.sheet.edges_pt;
        x >= left && x <= right && y >= top && y <= bottom
    }

    fn corners(&self) -> [[f64; 2]; 2] {
        let [left, top, right, bottom] = self.sheet.edges_pt;
        [[left, top], [right, bottom]]
    }

    /// Whether an area is so small on the map that a text cannot fit into it.
    fn is_too_small(&self, area: &Area, extent: &TextExtent) -> bool {
        let height = area.window.height_m() / self.metres_per_pt;
        let width = area.window.width_m() / self.metres_per_pt;
        width < SMALLEST_SHARE * f64::from(extent.width_px) || height.hypot(width) < f64::from(extent.ascent_px)
    }

    /// The pixel of the figure at which a name begins that has a place.
    fn origin(&self, layer: &LayerLabels, extent: &TextExtent, spot: &Spot) -> [i64; 2] {
        let length_px = |points: f32| (f64::from(points) * self.px_per_pt) as f32;
        let extent = TextExtent {
            width_px: length_px(extent.width_px),
            ascent_px: length_px(extent.ascent_px),
            descent_px: length_px(extent.descent_px),
        };
        let reach = spot.reach.times(self.px_per_pt);
        layer.look.origin(&extent, self.sheet.px_from_pt(spot.point), spot.anchor, reach)
    }
}

/// An area whose box is narrower than this share of a name cannot hold enough of it.
const SMALLEST_SHARE: f64 = 0.6;

/// So much of a name must be within its area.
const SHARE_WITHIN: f64 = 0.7;

/// And so much if the area is cut by the map's edge: beside a sliver a name would seem to be its neighbour's.
const SHARE_WITHIN_CUT: f64 = 0.95;

/// Where names of areas are tried: in steps of a quarter of the text's width to the east and half its height to the
/// south, the nearest first.
static STEPS_AROUND: LazyLock<Vec<[i8; 2]>> = LazyLock::new(|| {
    // As far as the text is wide, or four times its height.
    const MOST: i8 = 8;
    let all = (-MOST..=MOST).flat_map(|south| (-MOST..=MOST).map(move |east| [east, south]));
    let distance = |steps: &[i8; 2]| 2 * steps[0].abs() + steps[1].abs();
    let mut near: Vec<_> = all.filter(|steps| distance(steps) <= MOST).collect();
    near.sort_by_key(distance);
    near
});

/// The places of a map's names.
struct Places<'a> {
    site: &'a LabelSite<'a>,
    room: Room<'a>,
    seen: &'a [Seen<'a>],
    /// Lines that have a name: rivers and roads come in many features.
    lines_named: Vec<usize>,
}

impl Places<'_> {
    /// Gives a name its place, if there is one. A feature is named once, however many parts it has.
    fn name(&mut self, name: usize) {
        let Seen { layer, label, .. } = &self.seen[name];
        if label.text.is_empty() {
            return;
        }
        let of_points = self.best(self.beside_dots(name));
        if let Some(spot) = of_points.or_else(|| self.within_areas(layer, label)) {
            self.room.take(name, spot);
        } else if let Some(spot) = self.along_lines(layer, label) {
            self.room.take(name, spot);
            self.lines_named.push(name);
        }
    }

    /// Makes room for the name of a point where another stands that has a place elsewhere, as good as its own.
    fn make_room_for(&mut self, name: usize) {
        if self.room.spot_of(name).is_some() || self.seen[name].label.text.is_empty() {
            return;
        }
        let spots: Vec<Spot> = self.beside_dots(name).filter(|spot| self.room.fault(spot).is_some()).collect();
        for spot in spots {
            let Some(other) = self.room.only_name_at(&spot) else { continue };
            let Some(left) = self.room.release(other) else { continue };
            let most = self.room.fault(&left).unwrap_or(0.0) + SAME_FAULT;
            // Without the other, markers may be covered less, never more.
            self.room.take(name, spot);
            let moved = self.best(self.beside_dots(other));
            if let Some(moved) = moved.filter(|moved| self.room.fault(moved).is_some_and(|fault| fault <= most)) {
                self.room.take(other, moved);
                return;
            }
            self.room.release(name);
            self.room.take(other, left);
        }
    }

    /// The first place that nothing can be said against, or else the one with the least fault.
    fn best(&self, spots: impl Iterator<Item = Spot>) -> Option<Spot> {
        let mut best: Option<(f64, Spot)> = None;
        for spot in spots.filter(|spot| self.room.is_free(spot)) {
            let Some(fault) = self.room.fault(&spot) else { continue };
            if fault == 0.0 {
                return Some(spot);
            }
            if best.is_none_or(|(least, _)| fault < least - SAME_FAULT) {
                best = Some((fault, spot));
            }
        }
        best.map(|(_, spot)| spot)
    }

    /// The places beside a feature's points, the preferred ones first.
    fn beside_dots(&self, name: usize) -> impl Iterator<Item = Spot> {
        let Seen { layer, label, dots } = &self.seen[name];
        let spot = move |point: [f64; 2], reach: MarkerReach, anchor: Anchor| Spot {
            beside: Some(name),
            ..spot(layer, label, point, reach, anchor)
        };
        dots.iter()
            .flat_map(move |(point, reach)| layer.placement.iter().map(move |anchor| spot(*point, *reach, *anchor)))
    }

    fn within_areas(&self, layer: &LayerLabels, label: &Label) -> Option<Spot> {
        let site = self.site;
        let extent = label.extent(layer);
        let seen = |area: &&Area| area.window.overlaps(&site.window) && !site.is_too_small(area, extent);
        label.areas.iter().filter(seen).find_map(|area| self.within(area, layer, label))
    }

    /// The pole of inaccessibility, or, of an area that is partly seen or taken, that of what is seen, or a line above
    /// or below.
    fn within(&self, area: &Area, layer: &LayerLabels, label: &Label) -> Option<Spot> {
        let site = self.site;
        let extent = label.extent(layer);
        let height = f64::from(extent.ascent_px).max(1.0);
        let aspect = (f64::from(extent.width_px) / height).clamp(1.0, 8.0);
        let pole = area.pole(aspect);
        let mut points: Vec<FixedLonLat> = pole.into_iter().collect();
        points.extend(area.rings.iter().flatten());
        let placed = site.place(&points);
        let (poles, mut rest) = placed.split_at(pole.iter().len());
        let [low, high] = site.corners();
        let mut rings: Vec<Vec<[f64; 2]>> = Vec::new();
        let is_whole = placed.iter().all(|place| site.shows(*place));
        let least = if is_whole { SHARE_WITHIN } else { SHARE_WITHIN_CUT };
        for ring in &area.rings {
            let (own, behind) = rest.split_at(ring.len());
            rest = behind;
            let own: Vec<_> = own.iter().copied().filter(|p| p[0].is_finite()).collect();
            rings.push(clipped_ring(&own, low, high));
        }
        if doubled_area(rings.first()?).abs() < 1.0 {
            return None;
        }
        let spot = |middle: [f64; 2]| spot(layer, label, middle, MarkerReach::default(), Anchor::MIDDLE);
        let whole = poles.iter().copied().filter(|pole| site.shows(*pole));
        if let Some(spot) = whole.clone().find_map(|middle| self.around(middle, &spot, &rings, least)) {
            return Some(spot);
        }
        let squeezed: Vec<Vec<_>> =
            rings.iter().map(|ring| ring.iter().map(|p| [p[0] / aspect, p[1]]).collect()).collect();
        let (middle, _) = roomiest_point(&squeezed, 1.0)?;
        self.around([middle[0] * aspect, middle[1]], &spot, &rings, least)
    }

    /// The nearest free place about a point of an area: one where all of the text is within, or else enough of it.
    fn around(
        &self,
        middle: [f64; 2],
        spot: &impl Fn([f64; 2]) -> Spot,
        rings: &[Vec<[f64; 2]>],
        least_share: f64,
    ) -> Option<Spot> {
        let Spot { letters, size, .. } = spot(middle);
        let step = [(letters.right - letters.left) / 4.0, size.em / 2.0];
        let at =
            |[east, south]: &[i8; 2]| [middle[0] + f64::from(*east) * step[0], middle[1] + f64::from(*south) * step[1]];
        let mut best: Option<(f64, Spot)> = None;
        for spot in STEPS_AROUND.iter().map(|steps| spot(at(steps))).filter(|spot| self.room.is_free(spot)) {
            let Some(fault) = self.room.fault(&spot) else { continue };
            let share = share_within(&spot.letters, rings);
            // To be within matters more than all else.
            let fault = fault.min(1.0) + if share < 1.0 { 2.0 } else { 0.0 };
            if share >= least_share && best.is_none_or(|(least, _)| fault < least - SAME_FAULT) {
                best = Some((fault, spot));
            }
            if fault == 0.0 {
                break;
            }
        }
        best.map(|(_, spot)| spot)
    }

    /// The middle of the longest stretch that is seen, if it is longer than the text.
    fn along_lines(&self, layer: &LayerLabels, label: &Label) -> Option<Spot> {
        let is_named = |other: &usize| {
            let other = &self.seen[*other];
            std::ptr::eq(other.layer, layer) && other.label.text == label.text
        };
        if label.lines.is_empty() || self.lines_named.iter().any(is_named) {
            return None;
        }
        let site = self.site;
        let mut longest: (f64, Vec<[f64; 2]>) = (f64::from(label.extent(layer).width_px), Vec::new());
        for line in label.lines.iter().filter(|line| line.window.overlaps(&site.window)) {
            for stretch in stretches(&site.place(&line.points), site.corners()) {
                let length = length_of(&stretch);
                if length > longest.0 {
                    longest = (length, stretch);
                }
            }
        }
        let points = [0.5, 0.35, 0.65, 0.2, 0.8].into_iter();
        let points = points.filter_map(|share| point_along(&longest.1, share * longest.0));
        self.best(points.map(|at| spot(layer, label, at, MarkerReach::default(), Anchor::MIDDLE)))
    }
}

/// Faults that differ by less are the same.
const SAME_FAULT: f64 = 1e-6;

/// A place on or beside a point.
fn spot(layer: &LayerLabels, label: &Label, point: [f64; 2], reach: MarkerReach, anchor: Anchor) -> Spot {
    let (size, extent) = (layer.size, label.extent(layer));
    let letters = LabelSize::letters(extent, size.origin(extent, point, anchor, reach));
    Spot { point, anchor, reach, beside: None, letters, size }
}

/// How much of a text is within rings, from a few points of it.
fn share_within(letters: &TextBox, rings: &[Vec<[f64; 2]>]) -> f64 {
    const COLUMNS: u32 = 9;
    const ROWS: u32 = 3;
    let at = |low: f64, high: f64, k: u32, count: u32| low + (high - low) * f64::from(k) / f64::from(count - 1);
    let points = (0..COLUMNS).flat_map(|i| (0..ROWS).map(move |j| (i, j)));
    let within = points.filter(|(i, j)| {
        let x = at(letters.left, letters.right, *i, COLUMNS);
        is_within([x, at(letters.bottom, letters.top, *j, ROWS)], rings)
    });
    within.count() as f64 / f64::from(COLUMNS * ROWS)
}

/// Longer steps of a line than so many of the box's longer sides are jumps over a seam of the map.
const LONGEST_STEP_BOXES: f64 = 2.0;

/// The stretches of a line within a box.
fn stretches(line: &[[f64; 2]], [low, high]: [[f64; 2]; 2]) -> Vec<Vec<[f64; 2]>> {
    let longest_px = LONGEST_STEP_BOXES * (high[0] - low[0]).max(high[1] - low[1]).max(1.0);
    let mut all: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut is_open = false;
    for pair in line.windows(2) {
        let is_whole = pair.iter().flatten().all(|c| c.is_finite());
        let jumps = (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]) > longest_px;
        let Some([from, to]) = clipped_segment(pair[0], pair[1], low, high).filter(|_| is_whole && !jumps) else {
            is_open = false;
            continue;
        };
        match all.last_mut().filter(|_| is_open && from == pair[0]) {
            Some(stretch) => stretch.push(to),
            None => all.push(vec![from, to]),
        }
        is_open = to == pair[1];
    }
    all
}

/// The part of a segment within a box: Liang and Barsky, 1984.
fn clipped_segment(a: [f64; 2], b: [f64; 2], low: [f64; 2], high: [f64; 2]) -> Option<[[f64; 2]; 2]> {
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    for k in 0..2 {
        let way = b[k] - a[k];
        for (towards, room) in [(-way, a[k] - low[k]), (way, high[k] - a[k])] {
            if towards == 0.0 && room < 0.0 {
                return None;
            }
            let share = room / towards;
            if towards < 0.0 {
                first = first.max(share);
            } else if towards > 0.0 {
                last = last.min(share);
            }
        }
    }
    let at = |share: f64| [0, 1].map(|k| a[k] + (b[k] - a[k]) * share);
    let start = if first > 0.0 { at(first) } else { a };
    let end = if last < 1.0 { at(last) } else { b };
    (first < last).then_some([start, end])
}

fn length_of(line: &[[f64; 2]]) -> f64 {
    line.windows(2).map(|w| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1])).sum()
}

/// The point of a line at a length from its start.
fn point_along(line: &[[f64; 2]], length: f64) -> Option<[f64; 2]> {
    let mut left = length;
    for w in line.windows(2) {
        let own = (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1]);
        if own >= left && own > 0.0 {
            return Some([0, 1].map(|k| w[0][k] + (w[1][k] - w[0][k]) * left / own));
        }
        left -= own;
    }
    line.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: [[f64; 2]; 2] = [[0.0, 0.0], [100.0, 50.0]];

    #[test]
    fn stretches_are_what_is_within_the_box() {
        let line = [[-10.0, 10.0], [10.0, 10.0], [50.0, 10.0], [50.0, 80.0], [90.0, 80.0], [90.0, 20.0]];
        let found = stretches(&line, BOX);
        assert_eq!(
            found,
            [vec![[0.0, 10.0], [10.0, 10.0], [50.0, 10.0], [50.0, 50.0]], vec![[90.0, 50.0], [90.0, 20.0]]]
        );
        assert_eq!(length_of(&found[0]), 90.0);
        assert_eq!(point_along(&found[0], 60.0), Some([50.0, 20.0]));
        assert_eq!(stretches(&[[10.0, 10.0], [f64::NAN; 2], [20.0, 10.0]], BOX).len(), 0);
    }

    #[test]
    fn a_segment_through_a_box_is_cut_at_both_ends() {
        let [low, high] = BOX;
        assert_eq!(clipped_segment([-50.0, 25.0], [150.0, 25.0], low, high), Some([[0.0, 25.0], [100.0, 25.0]]));
        assert_eq!(clipped_segment([-50.0, 60.0], [150.0, 60.0], low, high), None);
        assert_eq!(clipped_segment([-10.0, 0.0], [-10.0, 50.0], low, high), None);
    }

    #[test]
    fn the_share_of_a_text_within_an_area_is_found() {
        let letters = TextBox { left: 0.0, top: 40.0, right: 80.0, bottom: 50.0 };
        let half = vec![vec![[40.0, 0.0], [200.0, 0.0], [200.0, 100.0], [40.0, 100.0]]];
        let share = share_within(&letters, &half);
        assert!((share - 0.5).abs() < 0.12, "{share}");
    }
}
