//! The horizontal colorbar: its scale, the shape of its bar and its drawing, after matplotlib's
//! `colorbar(orientation="horizontal", spacing="uniform")`.

use super::INK;
use super::overlay::Overlay;
use super::text::Font;
use super::ticks::{TickSet, place_ticks};
use crate::style::layout::{ColorbarLayout, LABEL_SIZE_PT, LINE_ASCENT_EM, Layout, PixelBox};
use crate::style::{Category, Norm};

/// Length of an extended end, as a share of the bar between the ends (matplotlib's `extendfrac`).
const EXTEND_SHARE: f64 = 0.05;
/// Length of a minor tick mark as a share of a major one's (matplotlib's `xtick.minor.size`, 2 of 3.5 points).
const MINOR_TICK_SHARE: f64 = 2.0 / 3.5;
/// Vertical strips of a pixel in which a slanted end's coverage is summed; within a strip it is exact.
const STRIPS: u32 = 16;

/// What a colorbar shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Colorbar {
    /// The values from end to end.
    pub scale: ColorbarScale,
    /// Straight RGBA of each class from low to high, all equally wide; the extended ends are not among them.
    pub colors: Vec<[u8; 4]>,
    /// Colour of the pointed end for values below the scale; `None` draws none.
    pub under: Option<[u8; 4]>,
    /// Colour of the pointed end for values above the scale; `None` draws none.
    pub over: Option<[u8; 4]>,
    /// Values to mark; `None` leaves the choice to the scale.
    pub ticks: Option<Vec<f64>>,
    /// Text under the tick labels.
    pub label: Option<String>,
}

impl Colorbar {
    /// Its label and the names of its categories.
    pub(super) fn texts(&self) -> Vec<String> {
        let names = (0..).map_while(|index| self.scale.category(index));
        self.label.iter().cloned().chain(names).collect()
    }
}

/// How values lie along a colorbar: as its norm has them, the classes of a boundary norm and the categories of a
/// categorical one all equally wide.
#[derive(Clone, Debug, PartialEq)]
pub struct ColorbarScale(pub Norm);

impl ColorbarScale {
    /// The values at the two ends. Categories count as 0, 1 and so on, in the middles of their fields.
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        match &self.0 {
            Norm::Categorical { categories } => (-0.5, categories.len() as f64 - 0.5),
            norm => norm.limits(),
        }
    }

    /// Where a value lies between the ends, 0 to 1; `None` outside. Between two levels of a boundary norm it is
    /// interpolated, as matplotlib does.
    #[must_use]
    pub fn fraction(&self, value: f64) -> Option<f64> {
        let (low, high) = self.interval();
        let slack = 1e-10 * (high - low).abs();
        if !(low - slack..=high + slack).contains(&value) {
            return None;
        }
        match &self.0 {
            Norm::Boundary { levels, .. } => {
                let above = levels.partition_point(|level| *level <= value).clamp(1, levels.len().max(2) - 1);
                let (left, right) = (levels.get(above - 1)?, levels.get(above)?);
                let within = ((value - left) / (right - left)).clamp(0.0, 1.0);
                Some(((above - 1) as f64 + within) / (levels.len() - 1) as f64)
            }
            Norm::Categorical { .. } => Some((value - low) / (high - low)),
            norm => norm.position(value.clamp(low, high)).map(|fraction| fraction.clamp(0.0, 1.0)),
        }
    }

    /// The name of a category, if the scale is one of categories.
    #[must_use]
    pub fn category(&self, index: usize) -> Option<String> {
        match &self.0 {
            Norm::Categorical { categories } => categories.get(index).map(Category::label),
            _ => None,
        }
    }
}

/// The outline of a bar: a rectangle whose ends may be pointed. The ends are whole pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BarShape {
    area: PixelBox,
    /// Length of the pointed end at the left; 0 for a square one.
    under_px: u32,
    /// Length of the pointed end at the right; 0 for a square one.
    over_px: u32,
}

impl BarShape {
    /// The shape of a colorbar in the box of its bar; pointed ends lie inside the box.
    #[must_use]
    pub fn new(colorbar: &Colorbar, area: PixelBox) -> Self {
        let (under, over) = (u32::from(colorbar.under.is_some()), u32::from(colorbar.over.is_some()));
        let whole = 1.0 + EXTEND_SHARE * f64::from(under + over);
        let end_px = (EXTEND_SHARE * f64::from(area.width) / whole).round() as u32;
        Self { area, under_px: under * end_px, over_px: over * end_px }
    }

    /// Width of the bar between its extended ends, in pixels.
    #[must_use]
    pub fn inner_width_px(&self) -> f64 {
        f64::from(self.area.width - self.under_px - self.over_px)
    }

    /// The column, unrounded, of a fraction of the scale.
    #[must_use]
    pub fn position(&self, fraction: f64) -> f64 {
        f64::from(self.area.x + self.under_px) + fraction * self.inner_width_px()
    }

    /// The first column of a tick mark of `width_px`: its middle is within half a pixel of `x_px`. Where two columns are
    /// equally near, the one farther from the bar's middle, so that the end ticks continue the outline's ends.
    pub(super) fn mark_left(&self, x_px: f64, width_px: u32) -> i64 {
        let exact = x_px - f64::from(width_px) / 2.0;
        let nearest = if x_px < self.area.centre_x() { (exact - 0.5).ceil() } else { (exact + 0.5).floor() };
        nearest as i64
    }

    /// The colour of a pixel column. A class boundary is thereby rounded to whole pixels: a column has the class in
    /// which its middle lies.
    fn colour(&self, colorbar: &Colorbar, column: u32) -> Option<[u8; 4]> {
        let inner = i64::from(column) - i64::from(self.area.x + self.under_px);
        let classes = colorbar.colors.len();
        let share = (inner as f64 + 0.5) / self.inner_width_px();
        if share < 0.0 {
            colorbar.under
        } else if share >= 1.0 {
            colorbar.over
        } else {
            colorbar.colors.get(((share * classes as f64) as usize).min(classes.saturating_sub(1))).copied()
        }
    }

    /// Share of a pixel inside the shape when its outline is moved outwards by `grown_px` (inwards if negative). Points
    /// are cut off where they would leave the grown box.
    fn coverage(&self, column: i64, row: i64, grown_px: f64) -> f32 {
        let middle = f64::from(self.area.y) + f64::from(self.area.height) / 2.0;
        let (top, bottom) = (row as f64 - middle, row as f64 + 1.0 - middle);
        let covered = (0..STRIPS).map(|strip| {
            let x = column as f64 + (f64::from(strip) + 0.5) / f64::from(STRIPS);
            let half = self.half_height(x, grown_px);
            (bottom.min(half) - top.max(-half)).max(0.0)
        });
        (covered.sum::<f64>() / f64::from(STRIPS)) as f32
    }

    /// Whether a column has the bar's full height, and does so when the outline moves by `line_px` either way.
    fn is_straight(&self, column: i64, line_px: i64) -> bool {
        // A point's slant moves its base along the bar by less than the bar's height.
        let reach = |end_px: u32| if end_px == 0 { line_px } else { i64::from(end_px + self.area.height) };
        let left = i64::from(self.area.x) + reach(self.under_px);
        let right = i64::from(self.area.right()) - reach(self.over_px);
        (left..right).contains(&column)
    }

    /// Half the height of the grown shape at a column.
    fn half_height(&self, x: f64, grown_px: f64) -> f64 {
        let half = f64::from(self.area.height) / 2.0;
        let (from_left, from_right) = (x - f64::from(self.area.x), f64::from(self.area.right()) - x);
        if from_left < -grown_px || from_right < -grown_px {
            return 0.0;
        }
        let slant = |distance: f64, length_px: u32| {
            if length_px == 0 {
                return f64::INFINITY;
            }
            let slope = half / f64::from(length_px);
            distance * slope + grown_px * (slope * slope + 1.0).sqrt()
        };
        let ends = slant(from_left, self.under_px).min(slant(from_right, self.over_px));
        ends.min(half + grown_px).max(0.0)
    }
}

/// Draws a colorbar with outline, ticks and texts as one patch.
#[must_use]
pub(super) fn draw(font: &Font, colorbar: &Colorbar, layout: &Layout) -> Option<Overlay> {
    let parts = layout.colorbar?;
    let mut patch = Overlay::transparent(block(layout, &parts));
    let set = place_ticks(font, colorbar, layout);
    draw_bar(&mut patch, colorbar, layout, parts.bar);
    draw_ticks(&mut patch, &set, layout, &parts);
    draw_tick_labels(&mut patch, font, &set, layout, &parts);
    draw_caption(&mut patch, font, colorbar, &set, layout, &parts);
    patch.trimmed()
}

/// From the outline's upper edge to the figure's lower edge.
fn block(layout: &Layout, parts: &ColorbarLayout) -> PixelBox {
    let y = parts.bar.y.saturating_sub(layout.outer_line_px());
    PixelBox { x: 0, y, width: layout.width_px, height: layout.height_px - y }
}

fn draw_bar(patch: &mut Overlay, colorbar: &Colorbar, layout: &Layout, bar: PixelBox) {
    let shape = BarShape::new(colorbar, bar);
    let outer = i64::from(layout.outer_line_px());
    let inner = i64::from(layout.line_px()) - outer;
    let rows = i64::from(bar.y) - outer..i64::from(bar.bottom()) + outer;
    // Shares of fill and line down a column. The fill ends under the middle of the line, so that no paper shines
    // through where both end in a pixel.
    let profile = |column: i64| -> Vec<(f32, f32)> {
        let grown = |row: i64, by: f64| shape.coverage(column, row, by);
        let line = |row: i64| grown(row, outer as f64) - grown(row, -inner as f64);
        rows.clone().map(|row| (grown(row, (outer - inner) as f64 / 2.0), line(row))).collect()
    };
    let straight = profile(bar.centre_x() as i64);
    for column in i64::from(bar.x) - outer..i64::from(bar.right()) + outer {
        let own = (!shape.is_straight(column, inner)).then(|| profile(column));
        let colour = u32::try_from(column).ok().and_then(|column| shape.colour(colorbar, column));
        for (row, (fill, line)) in rows.clone().zip(own.as_ref().unwrap_or(&straight)) {
            if let Some(colour) = colour {
                patch.blend(column, row, colour, *fill);
            }
            patch.blend(column, row, INK, *line);
        }
    }
}

fn draw_ticks(patch: &mut Overlay, set: &TickSet, layout: &Layout, parts: &ColorbarLayout) {
    let width = i64::from(layout.line_px());
    let top = i64::from(parts.ticks.y);
    let minor_bottom = top + (f64::from(parts.ticks.height) * MINOR_TICK_SHARE).round() as i64;
    let major = set.ticks.iter().map(|tick| (tick.mark_left, i64::from(parts.ticks.bottom())));
    let minor = set.minor_left.iter().map(|left| (*left, minor_bottom));
    for (left, bottom) in major.chain(minor) {
        for row in top..bottom {
            for column in left..left + width {
                patch.blend(column, row, INK, 1.0);
            }
        }
    }
}

fn draw_tick_labels(patch: &mut Overlay, font: &Font, set: &TickSet, layout: &Layout, parts: &ColorbarLayout) {
    let em_px = layout.px(LABEL_SIZE_PT);
    let baseline = baseline(parts.tick_labels, em_px);
    for label in set.ticks.iter().filter_map(|tick| tick.label.as_ref()) {
        let ink = font.draw(&label.text, em_px as f32, label.left_px.round() as i64, baseline);
        patch.paint(&ink, INK);
    }
}

/// The label under the bar's middle and the common exponent under its right end, as matplotlib's offset text.
fn draw_caption(
    patch: &mut Overlay,
    font: &Font,
    colorbar: &Colorbar,
    set: &TickSet,
    layout: &Layout,
    parts: &ColorbarLayout,
) {
    let Some(row) = parts.caption else { return };
    let em_px = layout.px(LABEL_SIZE_PT) as f32;
    let baseline = baseline(row, f64::from(em_px));
    let (figure_px, middle) = (layout.width_px as f32, parts.bar.centre_x() as f32);
    let mut half_room = middle.min(figure_px - middle) - em_px / 4.0;
    if let Some(exponent) = &set.exponent {
        let left = (parts.bar.right() as f32 - font.measure(exponent, em_px).width_px).max(0.0);
        patch.paint(&font.draw(exponent, em_px, left.round() as i64, baseline), INK);
        half_room = half_room.min(left - em_px - middle);
    }
    if let Some(label) = &colorbar.label {
        let fitted = font.fit(label, em_px, 2.0 * half_room.max(0.0));
        let left = middle - font.measure(&fitted.text, fitted.em_px).width_px / 2.0;
        patch.paint(&font.draw(&fitted.text, fitted.em_px, left.round() as i64, baseline), INK);
    }
}

/// The baseline of a line of text in its box, on a whole pixel row.
fn baseline(row: PixelBox, em_px: f64) -> i64 {
    i64::from(row.y) + (LINE_ASCENT_EM * em_px).round() as i64
}
