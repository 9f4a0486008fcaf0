//! Which names stand where on one map: each in turn takes the best place that is left to it, or none.

use std::sync::LazyLock;

use super::labels::{Area, Label, LayerLabels};
use crate::figure::{Crowd, Overlay, TextExtent};
use crate::geo::{FixedLonLat, GeoWindow, Placer};
use crate::scene::{clipped_ring, doubled_area, is_within, roomiest_point};
use crate::style::{Anchor, MarkerReach, PixelBox, SignedBox};

/// The map whose features are named.
pub(super) struct LabelSite<'a> {
    /// What the view shows of the Earth.
    pub window: GeoWindow,
    pub placer: &'a Placer<'a>,
    /// Where the map is in the figure.
    pub map: PixelBox,
    pub metres_per_px: f64,
}

/// Around letters no others are written.
const MARGIN_EM: f64 = 0.1;

/// The names of a map.
#[derive(Default)]
pub(super) struct Names<'a> {
    /// All halos, then all letters.
    pub patches: Vec<Overlay>,
    pub texts: Vec<&'a str>,
}

/// Draws the names that have a place. Layers that are drawn last come first.
pub(super) fn draw<'a>(site: &LabelSite, layers: &'a [LayerLabels], crowd: &mut Crowd) -> Names<'a> {
    let mut seen: Vec<Vec<Seen>> = layers.iter().map(|layer| site.see(layer)).collect();
    let fixed = crowd.clone();
    let mut markers = crowd.clone();
    for (layer, labels) in layers.iter().zip(&seen) {
        for dot in labels.iter().flat_map(|label| &label.dots) {
            for taken in marker_boxes(*dot, layer) {
                markers.block(taken);
            }
        }
    }
    let mut names = Names::default();
    let mut letters = Vec::new();
    for (layer, labels) in layers.iter().zip(&mut seen).rev() {
        let mut places = Places { site, layer, fixed: &fixed, crowd, markers: &markers, lines_named: Vec::new() };
        for seen in labels.drain(..) {
            let Some(origin) = places.find(&seen) else { continue };
            let Some(ink) = seen.label.ink(layer) else { continue };
            names.patches.extend(ink.halo_at(origin));
            letters.extend(ink.letters_at(origin));
            names.texts.push(seen.label.text.as_str());
        }
    }
    names.patches.extend(letters);
    names
}

/// A name whose feature may be seen, and the places of its points in the figure.
struct Seen<'a> {
    label: &'a Label,
    dots: Vec<[f64; 2]>,
}

impl LabelSite<'_> {
    /// The labels of features that may be seen, in their order.
    fn see<'a>(&self, layer: &'a LayerLabels) -> Vec<Seen<'a>> {
        let is_near = |dot: &FixedLonLat| self.window.overlaps(&GeoWindow { corner: *dot, size: [0, 0] });
        let mut near: Vec<FixedLonLat> = Vec::new();
        let mut found: Vec<(&Label, usize)> = Vec::new();
        for label in &layer.labels {
            let first = near.len();
            near.extend(label.dots.iter().filter(|dot| is_near(dot)));
            let has_shape = label.lines.iter().any(|line| line.window.overlaps(&self.window))
                || label.areas.iter().any(|area| area.window.overlaps(&self.window));
            if near.len() > first || has_shape {
                found.push((label, near.len() - first));
            }
        }
        let mut places = self.place(&near).into_iter();
        let seen = |(label, count): (&'a Label, usize)| {
            let dots = places.by_ref().take(count).filter(|place| self.shows(*place)).collect();
            Seen { label, dots }
        };
        found.into_iter().map(seen).collect()
    }

    /// Places in the figure; NaN where the map has none.
    fn place(&self, points: &[FixedLonLat]) -> Vec<[f64; 2]> {
        let [left, top] = [self.map.x, self.map.y].map(f64::from);
        self.placer.place(points).into_iter().map(|[x, y]| [x + left, y + top]).collect()
    }

    /// Whether a place is on the map.
    fn shows(&self, [x, y]: [f64; 2]) -> bool {
        let [low, high] = self.corners();
        x >= low[0] && x <= high[0] && y >= low[1] && y <= high[1]
    }

    fn corners(&self) -> [[f64; 2]; 2] {
        let map = self.map;
        [[map.x, map.y], [map.right(), map.bottom()]].map(|corner| corner.map(f64::from))
    }

    /// Whether an area is so small on the map that a text cannot fit into it.
    fn is_too_small(&self, area: &Area, extent: &TextExtent) -> bool {
        let height_px = area.window.height_m() / self.metres_per_px;
        let width_px = area.window.width_m() / self.metres_per_px;
        width_px < SMALLEST_SHARE * f64::from(extent.width_px)
            || height_px.hypot(width_px) < f64::from(extent.ascent_px)
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

/// What a marker at a place takes.
fn marker_boxes([x, y]: [f64; 2], layer: &LayerLabels) -> [SignedBox; 2] {
    let around =
        |[left, top, right, bottom]: [f64; 4]| SignedBox::around([x + left, y + top], [right - left, bottom - top]);
    layer.marker.boxes_px().map(around)
}

/// The places of one layer's labels.
struct Places<'a> {
    site: &'a LabelSite<'a>,
    layer: &'a LayerLabels,
    /// What is there besides names.
    fixed: &'a Crowd,
    /// That, and names and their markers.
    crowd: &'a mut Crowd,
    /// What is there besides names, and all markers.
    markers: &'a Crowd,
    /// Texts of lines that have a place: rivers and roads come in many features.
    lines_named: Vec<String>,
}

impl Places<'_> {
    /// The origin of a label, if there is a place for it. A feature is named once, however many parts it has.
    fn find(&mut self, seen: &Seen) -> Option<[i64; 2]> {
        let label = seen.label;
        self.beside_dots(label, &seen.dots).or_else(|| self.within_areas(label)).or_else(|| self.along_lines(label))
    }

    fn beside_dots(&mut self, label: &Label, dots: &[[f64; 2]]) -> Option<[i64; 2]> {
        let layer = self.layer;
        let extent = label.extent(layer);
        let origins: Vec<_> = dots
            .iter()
            .flat_map(|dot| layer.placement.iter().map(move |anchor| (*dot, *anchor)))
            .map(|(dot, anchor)| (dot, layer.look.origin(extent, dot, anchor, layer.marker)))
            .collect();
        let candidates: Vec<_> = origins.iter().map(|(_, origin)| *origin).collect();
        let origin = self.take_first(extent, &candidates)?;
        // No name that comes later may stand on the marker of this one.
        let (dot, _) = origins.iter().find(|(_, other)| *other == origin)?;
        for taken in marker_boxes(*dot, layer) {
            self.crowd.block(taken);
        }
        Some(origin)
    }

    fn within_areas(&mut self, label: &Label) -> Option<[i64; 2]> {
        let site = self.site;
        let extent = label.extent(self.layer);
        let seen = |area: &&Area| area.window.overlaps(&site.window) && !site.is_too_small(area, extent);
        label.areas.iter().filter(seen).find_map(|area| self.within(area, extent))
    }

    /// The pole of inaccessibility, or, of an area that is partly seen or taken, that of what is seen, or a line above
    /// or below.
    fn within(&mut self, area: &Area, extent: &TextExtent) -> Option<[i64; 2]> {
        let site = self.site;
        let height_px = f64::from(extent.ascent_px).max(1.0);
        let aspect = (f64::from(extent.width_px) / height_px).clamp(1.0, 8.0);
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
        let whole = poles.iter().copied().filter(|pole| site.shows(*pole));
        if let Some(origin) = whole.clone().find_map(|middle| self.around(middle, extent, &rings, least)) {
            return Some(origin);
        }
        let squeezed: Vec<Vec<_>> =
            rings.iter().map(|ring| ring.iter().map(|p| [p[0] / aspect, p[1]]).collect()).collect();
        let (middle, _) = roomiest_point(&squeezed, 1.0)?;
        self.around([middle[0] * aspect, middle[1]], extent, &rings, least)
    }

    /// The nearest free place about a point of an area: one where all of the text is within, or else enough of it.
    fn around(
        &mut self,
        middle: [f64; 2],
        extent: &TextExtent,
        rings: &[Vec<[f64; 2]>],
        least_share: f64,
    ) -> Option<[i64; 2]> {
        let look = self.layer.look;
        let step = [f64::from(extent.width_px) / 4.0, look.em_px / 2.0];
        let origin = |[east, south]: [i8; 2]| {
            let at = [middle[0] + f64::from(east) * step[0], middle[1] + f64::from(south) * step[1]];
            look.origin(extent, at, Anchor::MIDDLE, MarkerReach::default())
        };
        let mut best: Option<(u8, [i64; 2])> = None;
        for origin in STEPS_AROUND.iter().map(|steps| origin(*steps)) {
            if !self.is_free(extent, origin) {
                continue;
            }
            let share = share_within(origin, extent, rings);
            let faults = u8::from(share < 1.0) * 2 + u8::from(self.covers_marker(extent, origin));
            if share >= least_share && best.is_none_or(|(least, _)| faults < least) {
                best = Some((faults, origin));
            }
            if faults == 0 {
                break;
            }
        }
        let (_, origin) = best?;
        self.take(extent, origin);
        Some(origin)
    }

    /// The middle of the longest stretch that is seen, if it is longer than the text.
    fn along_lines(&mut self, label: &Label) -> Option<[i64; 2]> {
        if label.lines.is_empty() || self.lines_named.contains(&label.text) {
            return None;
        }
        let site = self.site;
        let extent = label.extent(self.layer);
        let mut longest: (f64, Vec<[f64; 2]>) = (f64::from(extent.width_px), Vec::new());
        for line in label.lines.iter().filter(|line| line.window.overlaps(&site.window)) {
            for stretch in stretches(&site.place(&line.points), site.corners()) {
                let length = length_px(&stretch);
                if length > longest.0 {
                    longest = (length, stretch);
                }
            }
        }
        let look = &self.layer.look;
        let none = MarkerReach::default();
        let candidates: Vec<_> = [0.5, 0.35, 0.65, 0.2, 0.8]
            .into_iter()
            .filter_map(|share| point_along(&longest.1, share * longest.0))
            .map(|at| look.origin(extent, at, Anchor::MIDDLE, none))
            .collect();
        let origin = self.take_first(extent, &candidates)?;
        self.lines_named.push(label.text.clone());
        Some(origin)
    }

    /// Takes the first free place: one that covers no marker, or else any.
    fn take_first(&mut self, extent: &TextExtent, origins: &[[i64; 2]]) -> Option<[i64; 2]> {
        let mut free = origins.iter().copied().filter(|origin| self.is_free(extent, *origin));
        let first = free.next()?;
        let origin =
            std::iter::once(first).chain(free).find(|origin| !self.covers_marker(extent, *origin)).unwrap_or(first);
        self.take(extent, origin);
        Some(origin)
    }

    fn take(&mut self, extent: &TextExtent, origin: [i64; 2]) {
        let look = &self.layer.look;
        let margin_px = (MARGIN_EM * look.em_px).ceil() as i64;
        self.crowd.block(look.letters(extent, origin).grown(margin_px));
    }

    /// Whether letters are on a marker; their halo may be.
    fn covers_marker(&self, extent: &TextExtent, origin: [i64; 2]) -> bool {
        !self.markers.is_free(self.layer.look.letters(extent, origin).grown(-1))
    }

    /// Whether the letters are on no others, and with their halo on the map and on none of its furniture.
    fn is_free(&self, extent: &TextExtent, origin: [i64; 2]) -> bool {
        let look = &self.layer.look;
        let room = look.room(extent, origin);
        SignedBox::from(self.site.map).holds(room)
            && self.fixed.is_free(room)
            && self.crowd.is_free(look.letters(extent, origin))
    }
}

/// How much of a text is within rings, from a few points of it.
fn share_within([x, baseline]: [i64; 2], extent: &TextExtent, rings: &[Vec<[f64; 2]>]) -> f64 {
    const COLUMNS: u32 = 9;
    const ROWS: u32 = 3;
    let [width, ascent] = [extent.width_px, extent.ascent_px].map(f64::from);
    let at = |k: u32, count: u32| f64::from(k) / f64::from(count - 1);
    let points = (0..COLUMNS).flat_map(|i| (0..ROWS).map(move |j| (i, j)));
    let within = points.filter(|(i, j)| {
        is_within([x as f64 + width * at(*i, COLUMNS), baseline as f64 - ascent * at(*j, ROWS)], rings)
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

fn length_px(line: &[[f64; 2]]) -> f64 {
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
        assert_eq!(length_px(&found[0]), 90.0);
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
        let extent = TextExtent { width_px: 80.0, ascent_px: 10.0, descent_px: 0.0 };
        let half = vec![vec![[40.0, 0.0], [200.0, 0.0], [200.0, 100.0], [40.0, 100.0]]];
        let share = share_within([0, 50], &extent, &half);
        assert!((share - 0.5).abs() < 0.12, "{share}");
    }
}
