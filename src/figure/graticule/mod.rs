//! The labels of a graticule: which of its lines are labelled where, so that none lies on another, and their ink.

mod crossings;
mod room;
mod standing;

use std::collections::HashMap;
use std::sync::Arc;

use self::crossings::{Crossing, Edges};
use self::standing::Stand;
use super::crowd::Crowd;
use super::halo::halo_beyond_px;
use super::overlay::Overlay;
use super::text::{Coverage, Font};
use crate::error::Result;
use crate::geo::{Domain, Graticule, GraticuleLine, LineKind, Transformers, View};
use crate::style::layout::Side;
use crate::style::{EdgeSides, GraticuleLabelStyle, GraticuleLabels, Halo, Layout, SignedBox};

/// Least blank between two labels, beside and above each other, in ems.
const GAP_EM: f64 = 0.35;
const LINE_GAP_EM: f64 = 0.15;

/// Lines that end so near to each other at a map's outline meet there, in ems.
const MEETING_EM: f64 = 0.5;

/// Labels are thinned out if more than one in so many lies on its neighbour.
const MOST_CLASHES: usize = 5;

/// At least one line in so many is labelled.
const MOST_STRIDE: i64 = 12;

/// Most places on a line that a label within the map is tried at.
const MOST_TRIES: usize = 8;

/// The map whose lines are labelled.
pub struct GraticuleSite<'a> {
    /// Its lines.
    pub graticule: &'a Graticule,
    /// What it shows.
    pub view: &'a View,
    /// Where it shows the Earth.
    pub domain: &'a Domain,
    /// The figure that it is in.
    pub layout: &'a Layout,
    /// How labels look.
    pub style: &'a GraticuleLabelStyle,
    /// Ways between systems.
    pub transformers: &'a Transformers,
}

/// A label and its place.
#[derive(Clone, Debug)]
pub struct GraticuleTag {
    /// What it says.
    pub text: String,
    /// The line that it belongs to, by its index in the graticule.
    pub line: usize,
    /// The place on that line, in pixels of the figure.
    pub anchor_px: [f64; 2],
    /// The side of the map that it stands at; None within the map, on its line.
    pub side: Option<Side>,
    /// Whether it stands within the map, with a light edge.
    pub is_inside: bool,
    /// The pixels that its ink takes.
    pub area: SignedBox,
    ink: Coverage,
}

/// Places the labels of a map, each at a free place of `crowd`, which it takes. Labels for which there is none are left
/// out.
///
/// Longitudes stand below and above the map and latitudes at its left and right, on the sides that are asked for. A line
/// that meets none of these is labelled where it meets another side that is asked for. Lines that never leave the map
/// box, and on views of a pole those that leave it elsewhere, have their labels within the map.
///
/// # Errors
/// [`crate::Error::Transform`] if the view's system has no way to longitude and latitude.
pub fn place_graticule_labels(site: &GraticuleSite, font: &Font, crowd: &mut Crowd) -> Result<Vec<GraticuleTag>> {
    let mut placing = Placing { site, crowd, inks: Inks::new(font, site), tags: Vec::new() };
    match site.style.place {
        GraticuleLabels::Inline => placing.label_inline(&(0..site.graticule.lines.len()).collect::<Vec<_>>())?,
        GraticuleLabels::Edges(sides) => placing.label_edges(sides)?,
    }
    Ok(placing.tags)
}

/// The ink of labels as patches.
#[must_use]
pub fn draw_graticule_labels(labels: &[GraticuleTag], style: &GraticuleLabelStyle, layout: &Layout) -> Vec<Overlay> {
    let color = style.color.to_rgba8();
    let drawn = labels.iter().filter_map(|label| {
        let halo = label.is_inside.then(|| halo_of(&label.ink, layout));
        let around = halo.as_ref().unwrap_or(&label.ink);
        let mut patch = Overlay::transparent(around.area().clipped(layout)?);
        if let Some(halo) = &halo {
            patch.paint(halo, Halo::default().color.to_rgba8());
        }
        patch.paint(&label.ink, color);
        Some(patch)
    });
    drawn.collect()
}

/// The room that labels at the edges of a map take beside it.
pub use self::room::edge_room;

/// Whole pixels by which the light edge reaches beyond letters.
fn halo_px(layout: &Layout) -> i64 {
    halo_beyond_px(layout.px(Halo::default().width_pt))
}

/// The light edge around letters, under them too.
fn halo_of(ink: &Coverage, layout: &Layout) -> Coverage {
    ink.widened(layout.px(Halo::default().width_pt))
}

/// The labels of a map while they are placed.
struct Placing<'a, 'b> {
    site: &'a GraticuleSite<'b>,
    crowd: &'a mut Crowd,
    inks: Inks<'a>,
    tags: Vec<GraticuleTag>,
}

impl Placing<'_, '_> {
    fn label_edges(&mut self, sides: EdgeSides) -> Result<()> {
        let GraticuleSite { graticule, domain, layout, .. } = self.site;
        let size = [layout.map.width, layout.map.height].map(f64::from);
        let edges = Edges { size, domain };
        let mut found: Vec<_> = graticule.lines.iter().map(|line| edges.crossings(line)).collect();
        self.drop_meetings(&mut found);
        let (mut first, mut second, mut inside, mut closed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (line, crossings) in found.iter().enumerate() {
            let is_own = |side: Side| side.is_horizontal() == (graticule.lines[line].kind == LineKind::Meridian);
            let own: Vec<_> = crossings.iter().filter(|c| sides.has(c.side) && is_own(c.side)).collect();
            if !own.is_empty() {
                first.extend(own.into_iter().map(|crossing| (line, crossing)));
                continue;
            }
            let other: Vec<_> = crossings.iter().filter(|c| sides.has(c.side)).collect();
            match (other.first(), crossings.iter().find(|crossing| !crossing.is_outline)) {
                (Some(crossing), _) => second.push((line, *crossing)),
                (None, Some(crossing)) if graticule.shows_pole || layout.frame_only => inside.push((line, crossing)),
                (None, Some(_)) => {}
                (None, None) => closed.push(line),
            }
        }
        for group in [self.thinned(first), second] {
            for (line, crossing) in group {
                self.label_outside(line, crossing);
            }
        }
        for (line, crossing) in inside {
            self.label_inside(line, crossing);
        }
        self.label_inline(&closed)
    }

    /// Drops ends in which several lines meet, as meridians do in a pole on the map's outline: a label would be everyone's.
    fn drop_meetings(&self, found: &mut [Vec<Crossing>]) {
        let near_px = MEETING_EM * self.inks.em_px;
        let ends: Vec<(usize, [f64; 2])> = found
            .iter()
            .enumerate()
            .flat_map(|(line, crossings)| crossings.iter().filter(|c| c.is_outline).map(move |c| (line, c.point)))
            .collect();
        let lines = &self.site.graticule.lines;
        for (line, crossings) in found.iter_mut().enumerate() {
            let is_other =
                |other: usize| lines[other].kind == lines[line].kind && lines[other].degrees != lines[line].degrees;
            let meets = |point: [f64; 2]| {
                let is_near = |end: [f64; 2]| (end[0] - point[0]).hypot(end[1] - point[1]) < near_px;
                ends.iter().any(|(other, end)| is_near(*end) && is_other(*other))
            };
            crossings.retain(|crossing| !(crossing.is_outline && meets(crossing.point)));
        }
    }

    /// The labels of one side after the other, along each; where there is no room for most of a side's, every second or
    /// third of its lines and so on, counted from the prime meridian or the equator.
    fn thinned<'c>(&mut self, mut group: Vec<(usize, &'c Crossing)>) -> Vec<(usize, &'c Crossing)> {
        group.sort_by(|(_, a), (_, b)| along(a).partial_cmp(&along(b)).unwrap_or(std::cmp::Ordering::Equal));
        let mut kept = Vec::new();
        for side in group.chunk_by(|(_, a), (_, b)| a.side == b.side) {
            let areas: Vec<_> = side.iter().map(|(line, crossing)| self.usual_area(*line, crossing)).collect();
            let steps: Vec<_> =
                side.iter().map(|(line, _)| self.site.graticule.steps_to(&self.site.graticule.lines[*line])).collect();
            let every = |stride: i64| {
                let steps = &steps;
                (0..side.len()).filter(move |k| steps[*k].is_none_or(|step| step % stride == 0))
            };
            let is_roomy = |stride: &i64| {
                let areas: Vec<_> = every(*stride).map(|k| areas[k]).collect();
                let clashes = areas.windows(2).filter(|pair| pair[0].overlaps(pair[1])).count();
                clashes * MOST_CLASHES <= areas.len()
            };
            let stride = (1..=MOST_STRIDE).find(is_roomy).unwrap_or(1);
            kept.extend(every(stride).map(|k| side[k]));
        }
        kept
    }

    /// The box of a label at its first place, with the blank that it needs.
    fn usual_area(&mut self, line: usize, crossing: &Crossing) -> SignedBox {
        let layout = self.site.layout;
        let stand = if crossing.is_outline {
            Stand::beyond_outline(crossing, layout)[0]
        } else {
            Stand::beside_box(crossing, layout)
        };
        let (_, ink) = self.inks.of(&self.site.graticule.lines[line]);
        let [x, y] = stand.corner(&ink, self.inks.digit_px);
        self.inks.with_gap(Coverage { x, y, values: Vec::new(), ..*ink }.area())
    }

    /// Puts a label beside the map.
    fn label_outside(&mut self, line: usize, crossing: &Crossing) {
        if self.site.layout.frame_only && !crossing.is_outline {
            self.label_inside(line, crossing);
            return;
        }
        let stands = if crossing.is_outline {
            Stand::beyond_outline(crossing, self.site.layout)
        } else {
            vec![Stand::beside_box(crossing, self.site.layout)]
        };
        let is_free = |this: &Self, area: SignedBox| !crossing.is_outline || !this.is_on_map(area);
        self.put(line, crossing.point, Some(crossing.side), false, &stands, is_free);
    }

    /// Puts a label into the map, beside the place where its line leaves it.
    fn label_inside(&mut self, line: usize, crossing: &Crossing) {
        let stands = Stand::within_edge(crossing, self.site.layout);
        self.put(line, crossing.point, Some(crossing.side), true, &stands, Self::is_within_map);
    }

    /// Puts labels onto their lines, within the map.
    fn label_inline(&mut self, lines: &[usize]) -> Result<()> {
        let GraticuleSite { graticule, view, transformers, .. } = self.site;
        for &line in lines.iter().filter(|line| !graticule.lines[**line].strokes.is_empty()) {
            let places = graticule.places_between(&graticule.lines[line], view, transformers)?;
            for place in places.into_iter().take(MOST_TRIES) {
                let stand = Stand::about(place, self.site.layout);
                if self.put(line, place, None, true, &[stand], Self::is_within_map) {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Puts a label to the first of some places that is free and fits; whether there was one.
    fn put(
        &mut self,
        line: usize,
        point: [f64; 2],
        side: Option<Side>,
        is_inside: bool,
        stands: &[Stand],
        fits: impl Fn(&Self, SignedBox) -> bool,
    ) -> bool {
        let (text, ink) = self.inks.of(&self.site.graticule.lines[line]);
        for stand in stands {
            let at = stand.corner(&ink, self.inks.digit_px);
            let ink = Coverage { x: at[0], y: at[1], ..(*ink).clone() };
            let area = ink.area();
            let apart = self.inks.with_gap(area);
            // Labels of different sides meet only at the map's corners, and are not read as one there.
            let has_gap = self.tags.iter().all(|tag| tag.side != side || !tag.area.overlaps(apart));
            if !(has_gap && fits(self, area) && self.crowd.is_free(area)) {
                continue;
            }
            self.crowd.block(area);
            let map = self.site.layout.map;
            let anchor_px = [f64::from(map.x) + point[0], f64::from(map.y) + point[1]];
            self.tags.push(GraticuleTag { text, line, anchor_px, side, is_inside, area, ink });
            return true;
        }
        false
    }

    /// Whether any of the Earth, or the outline around it, lies in a box.
    fn is_on_map(&self, area: SignedBox) -> bool {
        let outline_px = i64::from(self.site.layout.outer_line_px());
        let map = self.site.layout.map;
        let area = area.grown(outline_px);
        let (left, top) = (i64::from(map.x), i64::from(map.y));
        let columns = area.left.max(left)..area.right.min(map.right().into());
        (area.top.max(top)..area.bottom.min(map.bottom().into()))
            .any(|y| columns.clone().any(|x| self.site.domain.shows([x - left, y - top])))
    }

    /// Whether a box with its light edge lies in the map.
    fn is_within_map(&self, area: SignedBox) -> bool {
        let map = self.site.layout.map;
        let area = area.grown(halo_px(self.site.layout));
        let (left, top) = (i64::from(map.x), i64::from(map.y));
        let corners = [area.left, area.right - 1].into_iter().flat_map(|x| [[x, area.top], [x, area.bottom - 1]]);
        SignedBox::from(map).holds(area)
            && corners.into_iter().all(|[x, y]| self.site.domain.shows([x - left, y - top]))
    }
}

/// Orders crossings: side by side, along each.
fn along(crossing: &Crossing) -> (u8, f64) {
    let [x, y] = crossing.point;
    match crossing.side {
        Side::Bottom => (0, x),
        Side::Left => (1, -y),
        Side::Top => (2, x),
        Side::Right => (3, -y),
    }
}

/// What labels say and their ink, each drawn once a map.
struct Inks<'a> {
    font: &'a Font,
    style: &'a GraticuleLabelStyle,
    em_px: f64,
    /// Height of digits above the baseline.
    digit_px: f64,
    drawn: HashMap<String, Arc<Coverage>>,
}

impl<'a> Inks<'a> {
    fn new(font: &'a Font, site: &GraticuleSite<'a>) -> Self {
        let em_px = site.layout.px(site.style.size_pt);
        let digit_px = f64::from(font.measure("0", em_px as f32).ascent_px);
        Self { font, style: site.style, em_px, digit_px, drawn: HashMap::new() }
    }

    /// A box with the blank that neighbours leave to it.
    fn with_gap(&self, area: SignedBox) -> SignedBox {
        let [aside, above] = [GAP_EM, LINE_GAP_EM].map(|em| (em * self.em_px).ceil() as i64);
        let SignedBox { left, top, right, bottom } = area;
        SignedBox { left: left - aside, top: top - above, right: right + aside, bottom: bottom + above }
    }

    /// A line's text, and its ink about the origin.
    fn of(&mut self, line: &GraticuleLine) -> (String, Arc<Coverage>) {
        let text = match line.kind {
            LineKind::Meridian => self.style.format.longitude(line.degrees),
            LineKind::Parallel => self.style.format.latitude(line.degrees),
        };
        let draw = || Arc::new(self.font.draw(&text, self.em_px as f32, 0, 0));
        let ink = Arc::clone(self.drawn.entry(text.clone()).or_insert_with(draw));
        (text, ink)
    }
}
