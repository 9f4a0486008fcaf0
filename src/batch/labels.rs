//! The names of a layer's features, made ready once: their texts in the order in which they get their places, and what
//! is needed of the features' shapes to find these.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use crate::figure::{Font, LabelInk, LabelLook, LabelSize, TextExtent};
use crate::geo::{FixedLonLat, GeoWindow};
use crate::plan::{LabelPlan, LayerPlan, Plan, marker_reach_pt};
use crate::scene::{
    bounding_window, doubled_area, flattened, longitude_shrink, roomiest_point, simplified_ring, unrolled,
    unrolled_from,
};
use crate::source::{FeatureLabel, Outlines};
use crate::style::{Anchor, MarkerReach};

/// The labels of one layer, those that come first in front.
pub(super) struct LayerLabels {
    pub font: Arc<Font>,
    pub look: LabelLook,
    /// The size in points: places are chosen in these.
    pub size: LabelSize,
    pub placement: Vec<Anchor>,
    /// How far the markers of each class reach, in points.
    pub reaches: Vec<MarkerReach>,
    pub labels: Vec<Label>,
}

/// A point of a feature.
#[derive(Clone, Copy)]
pub(super) struct Dot {
    pub at: FixedLonLat,
    pub class: u16,
}

/// What one feature is called, and where it is.
pub(super) struct Label {
    /// Empty for a feature whose marker is all there is to be seen of it.
    pub text: String,
    pub dots: Vec<Dot>,
    pub lines: Vec<Line>,
    /// The largest first.
    pub areas: Vec<Area>,
    extent: OnceLock<TextExtent>,
    ink: OnceLock<Option<LabelInk>>,
}

/// A line, in pieces of equal length.
pub(super) struct Line {
    pub points: Vec<FixedLonLat>,
    pub window: GeoWindow,
}

/// A polygon, simplified to what matters for a name.
pub(super) struct Area {
    /// The outer ring first.
    pub rings: Vec<Vec<FixedLonLat>>,
    pub window: GeoWindow,
    /// In square degrees, as if at the equator.
    size: f64,
    pole: OnceLock<Option<FixedLonLat>>,
}

/// A feature's lesser parts have no names.
const MOST_PARTS: usize = 8;

impl LayerLabels {
    /// Takes what labels need from the outlines, before these are taken apart.
    pub(super) fn new(plan: &Plan, layer: &LayerPlan, labels: &LabelPlan, outlines: &mut Outlines) -> Self {
        let style = &labels.style;
        let look = LabelLook {
            em_px: plan.line_px(style.size_pt),
            color: style.color.to_rgba8(),
            halo: style.halo.map(|halo| (halo.color.to_rgba8(), plan.line_px(halo.width_pt))),
        };
        let size = LabelSize { em: style.size_pt, halo: style.halo.map_or(0.0, |halo| halo.width_pt) };
        let reaches = layer.classes.iter().map(|class| marker_reach_pt(&class.style).unwrap_or_default());
        let mut found: Vec<(Option<f64>, Label)> = Vec::new();
        for feature in std::mem::take(&mut outlines.labels) {
            let text = text_of(labels, &feature).unwrap_or_default();
            if text.is_empty() && feature.dots.is_empty() {
                continue;
            }
            let label = Label::new(text, &feature, outlines);
            // Of areas the larger come first, if nothing else is said.
            let size = label.areas.iter().map(|area| area.size).sum::<f64>();
            let priority = if labels.columns.priority.is_some() {
                feature.priority
            } else {
                Some(size).filter(|size| *size > 0.0)
            };
            found.push((priority, label));
        }
        // Features of equal rank keep the order of the file.
        found.sort_by(|(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) => b.total_cmp(a),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        });
        Self {
            font: Arc::clone(&plan.font),
            look,
            size,
            placement: style.placement.clone(),
            reaches: reaches.collect(),
            labels: found.into_iter().map(|(_, label)| label).collect(),
        }
    }
}

/// The text of a feature's label; None where none of its columns holds anything.
fn text_of(labels: &LabelPlan, feature: &FeatureLabel) -> Option<String> {
    let columns = labels.columns.columns.iter();
    let value_of = |name: &str| {
        let of_column = columns.clone().zip(&feature.values).find(|(column, _)| column.as_str() == name);
        of_column.and_then(|(_, value)| value.as_deref()).unwrap_or_default()
    };
    if feature.values.iter().flatten().all(|value| value.trim().is_empty()) {
        return None;
    }
    let text = labels.template.fill(|field| Some(value_of(&field.name).to_owned())).ok()?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

impl Label {
    fn new(text: String, feature: &FeatureLabel, outlines: &Outlines) -> Self {
        let part = |k: usize| &outlines.points[outlines.part_starts[k] as usize..outlines.part_starts[k + 1] as usize];
        let polygon = |k: usize| outlines.polygons.get(k).copied().unwrap_or(Outlines::LINE);
        let mut lines = Vec::new();
        let mut areas: Vec<Area> = Vec::new();
        let mut last = Outlines::LINE;
        for k in feature.parts.clone().filter(|_| !text.is_empty()) {
            let number = polygon(k);
            if number == Outlines::LINE {
                lines.push(Line::new(part(k)));
            } else if let Some(area) = areas.last_mut().filter(|_| number == last) {
                area.rings.push(simplified_ring(part(k)));
            } else {
                areas.push(Area::new(part(k)));
            }
            last = number;
        }
        areas.sort_by(|a, b| b.size.total_cmp(&a.size));
        areas.truncate(MOST_PARTS);
        let class = |k: usize| outlines.dot_classes.get(k).copied().unwrap_or(0);
        let dots = feature.dots.clone().map(|k| Dot { at: outlines.dots[k], class: class(k) }).collect();
        Self { text, dots, lines, areas, extent: OnceLock::new(), ink: OnceLock::new() }
    }

    /// Its lengths in points.
    pub(super) fn extent(&self, layer: &LayerLabels) -> &TextExtent {
        self.extent.get_or_init(|| layer.font.measure(&self.text, layer.size.em as f32))
    }

    /// The letters, drawn when they are needed for the first time.
    pub(super) fn ink(&self, layer: &LayerLabels) -> Option<&LabelInk> {
        self.ink.get_or_init(|| layer.look.draw(&layer.font, &self.text)).as_ref()
    }
}

impl Line {
    /// Pieces of a line, by length.
    const PIECES: usize = 48;

    fn new(points: &[FixedLonLat]) -> Self {
        let degrees = unrolled(points);
        let lengths: Vec<f64> = degrees.windows(2).map(|w| ground_distance(w[0], w[1])).collect();
        let piece = lengths.iter().sum::<f64>() / Self::PIECES as f64;
        let mut even = vec![points[0]];
        let mut left = piece;
        for (k, length) in lengths.iter().enumerate() {
            let mut along = left;
            while along < *length && piece > 0.0 {
                let at = |axis: usize| degrees[k][axis] + (degrees[k + 1][axis] - degrees[k][axis]) * along / length;
                even.extend(FixedLonLat::from_degrees(at(0), at(1)));
                along += piece;
            }
            left = along - length;
        }
        even.extend(points.last());
        Self { window: window_of(points), points: even }
    }
}

impl Area {
    fn new(outer: &[FixedLonLat]) -> Self {
        let degrees = flattened(&unrolled(outer));
        Self {
            rings: vec![simplified_ring(outer)],
            window: window_of(outer),
            size: doubled_area(&degrees).abs() / 2.0,
            pole: OnceLock::new(),
        }
    }

    /// Where a text that is `aspect` times as wide as high has most room.
    pub(super) fn pole(&self, aspect: f64) -> Option<FixedLonLat> {
        const PRECISION: f64 = 0.02;
        let find = || {
            let first = *self.rings.first()?.first()?;
            let rings: Vec<Vec<[f64; 2]>> = self.rings.iter().map(|ring| unrolled_from(first, ring)).collect();
            let lats = rings.first()?.iter().map(|p| p[1]);
            let [low, high] = [lats.clone().fold(90.0, f64::min), lats.fold(-90.0, f64::max)];
            let shrink = longitude_shrink(low.midpoint(high)) / aspect;
            let flat: Vec<Vec<_>> =
                rings.iter().map(|ring| ring.iter().map(|p| [p[0] * shrink, p[1]]).collect()).collect();
            let (point, _) = roomiest_point(&flat, PRECISION * (high - low))?;
            FixedLonLat::from_degrees(point[0] / shrink, point[1])
        };
        *self.pole.get_or_init(find)
    }
}

fn ground_distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    ((b[0] - a[0]) * longitude_shrink(a[1].midpoint(b[1]))).hypot(b[1] - a[1])
}

/// A box around points that follow each other; an empty one for none.
pub(super) fn window_of(points: &[FixedLonLat]) -> GeoWindow {
    let nowhere = GeoWindow { corner: FixedLonLat { lon: 0, lat: 0 }, size: [0, 0] };
    bounding_window(points).unwrap_or(nowhere)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(points: &[[f64; 2]]) -> Vec<FixedLonLat> {
        points.iter().map(|p| FixedLonLat::from_degrees(p[0], p[1]).expect("on Earth")).collect()
    }

    #[test]
    fn an_area_across_the_antimeridian_has_its_pole_within() {
        let ring = fixed(&[[170.0, 0.0], [-170.0, 0.0], [-170.0, 8.0], [170.0, 8.0], [170.0, 0.0]]);
        let area = Area::new(&ring);
        let (lon, lat) = area.pole(1.0).expect("a pole").to_degrees();
        assert!((lat - 4.0).abs() < 0.2 && lon.abs() > 173.0, "{lon} {lat}");
        assert!((area.size - 160.0).abs() < 1.0, "{}", area.size);
        let window = window_of(&ring);
        assert!((f64::from(window.size[0]) / f64::from(u32::MAX) * 360.0 - 20.0).abs() < 1e-6);
    }

    #[test]
    fn lines_are_cut_into_pieces_of_one_length() {
        let line = Line::new(&fixed(&[[0.0, 0.0], [30.0, 0.0], [30.0, 30.0]]));
        assert!((Line::PIECES..=Line::PIECES + 2).contains(&line.points.len()), "{}", line.points.len());
        let degrees = unrolled(&line.points);
        for w in degrees.windows(2).take(Line::PIECES - 1) {
            let length = (w[1][0] - w[0][0]).abs() + (w[1][1] - w[0][1]).abs();
            assert!(length < 1.5, "{w:?}");
        }
    }
}
