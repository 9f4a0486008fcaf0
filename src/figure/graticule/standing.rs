//! How a label stands to the place that it belongs to.

use super::crossings::Crossing;
use crate::figure::text::Coverage;
use crate::style::Layout;
use crate::style::layout::Side;

/// From the frame to a label, in points.
pub(super) const PAD_PT: f64 = 4.0;

/// From the edge of the map to a label within it, in points.
const INSIDE_PAD_PT: f64 = 3.0;

/// How often a label beside an outline is moved on, and by how many points, until it is off the map.
const OUTLINE_STEPS: u32 = 12;
const OUTLINE_STEP_PT: f64 = 1.5;

/// A place for a label: a point of the figure, and where in the label's box it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    /// In pixels of the figure.
    point: [f64; 2],
    /// Shares of the box's width and height at which the point lies: 0, 0 is its top left corner.
    share: [f64; 2],
}

impl Stand {
    /// Beside the frame of a map box.
    pub(super) fn beside_box(crossing: &Crossing, layout: &Layout) -> Self {
        let pad = layout.px(PAD_PT) + f64::from(layout.outer_line_px());
        let [x, y] = in_figure(crossing.point, layout);
        let (map, [left, top]) = (layout.map, [layout.map.x, layout.map.y].map(f64::from));
        match crossing.side {
            Side::Left => Self { point: [left - pad, y], share: [1.0, 0.5] },
            Side::Right => Self { point: [f64::from(map.right()) + pad, y], share: [0.0, 0.5] },
            Side::Top => Self { point: [x, top - pad], share: [0.5, 1.0] },
            Side::Bottom => Self { point: [x, f64::from(map.bottom()) + pad], share: [0.5, 0.0] },
        }
    }

    /// Beyond a map's own outline, nearer ones first.
    pub(super) fn beyond_outline(crossing: &Crossing, layout: &Layout) -> Vec<Self> {
        let from = in_figure(crossing.point, layout);
        let out = crossing.outward;
        // The side of the box that faces the map is at the place.
        let share = out.map(|c| 0.5 - 0.5 * (2.0 * c).clamp(-1.0, 1.0));
        let stand = |k: u32| {
            let pad = layout.px(PAD_PT + f64::from(k) * OUTLINE_STEP_PT);
            Self { point: [0, 1].map(|k| from[k] + pad * out[k]), share }
        };
        (0..OUTLINE_STEPS).map(stand).collect()
    }

    /// Within the map on the line that leaves it there, nearer ones to the edge first.
    pub(super) fn within_edge(crossing: &Crossing, layout: &Layout) -> Vec<Self> {
        let from = in_figure(crossing.point, layout);
        let out = crossing.outward;
        let share = out.map(|c| 0.5 + 0.5 * (2.0 * c).clamp(-1.0, 1.0));
        let stand = |k: u32| {
            let pad = layout.px(INSIDE_PAD_PT + f64::from(k) * OUTLINE_STEP_PT);
            Self { point: [0, 1].map(|k| from[k] - pad * out[k]), share }
        };
        (0..OUTLINE_STEPS).map(stand).collect()
    }

    /// About a point of the map box.
    pub(super) fn about(point: [f64; 2], layout: &Layout) -> Self {
        Self { point: in_figure(point, layout), share: [0.5; 2] }
    }

    /// The top left corner of an ink whose baseline is at 0 and whose digits are so high. The box has the digits' height:
    /// of labels side by side all baselines are on one line.
    pub(super) fn corner(&self, ink: &Coverage, digit_px: f64) -> [i64; 2] {
        let left = self.point[0] - self.share[0] * ink.width as f64;
        let baseline = self.point[1] + (1.0 - self.share[1]) * digit_px;
        [left.round() as i64, baseline.round() as i64 + ink.y]
    }
}

fn in_figure([x, y]: [f64; 2], layout: &Layout) -> [f64; 2] {
    [f64::from(layout.map.x) + x, f64::from(layout.map.y) + y]
}
