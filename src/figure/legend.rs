//! The legend in the map's box: what layers and categories look like and what they are called, laid out as matplotlib's
//! `legend` lays it out.

use super::INK;
use super::overlay::Overlay;
use super::swatch;
use super::text::Font;
use crate::style::layout::{LINE_ASCENT_EM, LINE_DESCENT_EM, Layout, PixelBox, SignedBox};
use crate::style::{Along, BoxLoc, Legend, LegendEntry, Swatch};

/// From the map's edge to the frame, in ems of the legend's text (`legend.borderaxespad`).
const BORDER_AXES_PAD: f64 = 0.5;
/// From the frame to what is in it (`legend.borderpad`).
pub(super) const BORDER_PAD: f64 = 0.4;
/// Between lines (`legend.labelspacing`).
const LABEL_SPACING: f64 = 0.5;
/// The width of a swatch (`legend.handlelength`).
pub(super) const HANDLE_LENGTH: f64 = 2.0;
/// From a swatch to its text (`legend.handletextpad`).
const HANDLE_TEXT_PAD: f64 = 0.8;
/// Between columns (`legend.columnspacing`).
const COLUMN_SPACING: f64 = 2.0;
/// The radius of the frame's corners (`fancybox`).
const ROUNDING: f64 = 0.2;
/// The frame's width in points (`patch.linewidth`) and its grey (`legend.edgecolor`).
const FRAME_PT: f64 = 1.0;
const FRAME_GREY: u8 = 204;

/// Where the parts of a legend are, in pixels.
struct Plan<'a> {
    /// What all of it takes, whether or not the figure is so large.
    size: [f64; 2],
    /// The frame.
    area: PixelBox,
    em_px: f64,
    /// The title's left edge and baseline.
    title: Option<(&'a str, [i64; 2])>,
    /// Each entry's left edge and baseline.
    entries: Vec<(&'a LegendEntry, [i64; 2])>,
}

impl<'a> Plan<'a> {
    /// None for a legend without entries.
    fn new(font: &Font, legend: &'a Legend, layout: &Layout) -> Option<Self> {
        let em_px = layout.px(legend.style.fontsize_pt);
        let px = |ems: f64| ems * em_px;
        let width_of = |text: &str| f64::from(font.measure(text, em_px as f32).width_px);
        let entry_width = |entry: &LegendEntry| match entry.swatch {
            Some(_) => px(HANDLE_LENGTH + HANDLE_TEXT_PAD) + width_of(&entry.label),
            None => width_of(&entry.label),
        };
        let columns = columns(&legend.entries, legend.style.ncols);
        let widest = |column: &&[LegendEntry]| column.iter().map(entry_width).fold(0.0, f64::max);
        let widths: Vec<f64> = columns.iter().map(widest).collect();
        let entries_width = widths.iter().sum::<f64>() + px(COLUMN_SPACING) * columns.len().saturating_sub(1) as f64;
        let rows = columns.iter().map(|column| column.len()).max()?;
        let pitch = px(LINE_ASCENT_EM + LINE_DESCENT_EM + LABEL_SPACING);
        let title = legend.style.title.as_deref();
        let title_width = title.map_or(0.0, width_of);
        let lines = rows + usize::from(title.is_some());
        let inner_width = entries_width.max(title_width);
        let size = [inner_width + px(2.0 * BORDER_PAD), pitch * lines as f64 - px(LABEL_SPACING - 2.0 * BORDER_PAD)];
        let size = size.map(f64::ceil);
        let area = placed(layout, size, legend.style.loc, em_px);
        let baseline = |line: usize| {
            let down = px(BORDER_PAD + LINE_ASCENT_EM) + pitch * line as f64;
            i64::from(area.y) + down.round() as i64
        };
        let at = |x: f64| i64::from(area.x) + x.round() as i64;
        let middle = (f64::from(area.width) - title_width) / 2.0;
        let first = usize::from(title.is_some());
        let mut x = px(BORDER_PAD) + (inner_width - entries_width) / 2.0;
        let mut entries = Vec::new();
        for (column, width) in columns.iter().zip(widths) {
            entries.extend(column.iter().enumerate().map(|(row, entry)| (entry, [at(x), baseline(first + row)])));
            x += width + px(COLUMN_SPACING);
        }
        Some(Self { size, area, em_px, title: title.map(|text| (text, [at(middle), baseline(0)])), entries })
    }
}

/// The entries of each column: as numpy's `array_split` divides them.
fn columns(entries: &[LegendEntry], ncols: usize) -> Vec<&[LegendEntry]> {
    let count = ncols.clamp(1, entries.len().max(1));
    let (each, more) = (entries.len() / count, entries.len() % count);
    let mut rest = entries;
    let mut take = |k: usize| {
        let (column, after) = rest.split_at(each + usize::from(k < more));
        rest = after;
        column
    };
    (0..count).map(&mut take).filter(|column| !column.is_empty()).collect()
}

/// The box of a size in pixels at its place in the map, within the figure in any case.
pub(super) fn placed(layout: &Layout, [width, height]: [f64; 2], loc: BoxLoc, em_px: f64) -> PixelBox {
    let pad = BORDER_AXES_PAD * em_px;
    let place = |along: Along, start: u32, room: u32, size: f64, most: u32| {
        let from = along.start(room.into(), size, pad);
        (f64::from(start) + from).round().clamp(0.0, (f64::from(most) - size).max(0.0)) as u32
    };
    let map = layout.map;
    let x = place(loc.across, map.x, map.width, width, layout.width_px);
    let y = place(loc.down, map.y, map.height, height, layout.height_px);
    let fit = |size: f64, from: u32, most: u32| (size as u32).min(most - from);
    PixelBox { x, y, width: fit(width, x, layout.width_px), height: fit(height, y, layout.height_px) }
}

/// The room that a legend takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegendRoom {
    /// Its box, as far as the figure goes, with its frame.
    pub area: SignedBox,
    /// Whether the map's box is large enough for all of it.
    pub fits_map: bool,
}

/// The room that a legend takes in a layout; None for one without entries.
#[must_use]
pub fn legend_room(font: &Font, legend: &Legend, layout: &Layout) -> Option<LegendRoom> {
    let line = layout.px(FRAME_PT).ceil() as i64;
    let plan = Plan::new(font, legend, layout)?;
    let fits_map = plan.size[0] <= f64::from(layout.map.width) && plan.size[1] <= f64::from(layout.map.height);
    Some(LegendRoom { area: SignedBox::from(plan.area).grown(line), fits_map })
}

/// Draws a legend as one patch.
#[must_use]
pub(super) fn draw(font: &Font, legend: &Legend, layout: &Layout) -> Option<Overlay> {
    let plan = Plan::new(font, legend, layout)?;
    let mut patch = Overlay::transparent(with_frame(&plan, layout).clipped(layout)?);
    if legend.style.frameon {
        draw_frame(&mut patch, plan.area, plan.em_px, legend.style.framealpha, layout.px(FRAME_PT));
    }
    let em_px = plan.em_px as f32;
    if let Some((text, [x, baseline])) = plan.title {
        patch.paint(&font.draw(text, em_px, x, baseline), INK);
    }
    for (entry, [left, baseline]) in &plan.entries {
        let mut text_left = *left;
        if let Some(sample) = &entry.swatch {
            swatch::draw(&mut patch, sample, layout, [*left as f64, *baseline as f64], plan.em_px);
            text_left += ((HANDLE_LENGTH + HANDLE_TEXT_PAD) * plan.em_px).round() as i64;
        }
        patch.paint(&font.draw(&entry.label, em_px, text_left, *baseline), INK);
    }
    patch.trimmed()
}

/// The legend's box with its frame's outer half, and what large markers reach beyond it.
fn with_frame(plan: &Plan, layout: &Layout) -> SignedBox {
    let marker_px = |(entry, _): &(&LegendEntry, [i64; 2])| match &entry.swatch {
        Some(Swatch::Point(style)) => layout.px(style.widest_pt()) / 2.0,
        _ => 0.0,
    };
    let more = plan.entries.iter().map(marker_px).fold(layout.px(FRAME_PT), f64::max);
    SignedBox::from(plan.area).grown(more.ceil() as i64)
}

/// matplotlib's `FancyBboxPatch` with corners that are round by the size of its text: white, under a line of light grey, both of one opacity.
/// The line is of whole pixels along the straight edges, just within the frame.
pub(super) fn draw_frame(patch: &mut Overlay, frame: PixelBox, em_px: f64, alpha: f64, width_px: f64) {
    let opacity = (alpha * 255.0).round() as u8;
    let line_px = width_px.round().max(1.0);
    let radius = ROUNDING * em_px;
    let area = patch.area();
    for y in area.y..area.bottom() {
        for x in area.x..area.right() {
            let distance = outside(frame, radius, [f64::from(x) + 0.5, f64::from(y) + 0.5]);
            let (x, y) = (i64::from(x), i64::from(y));
            patch.blend(x, y, [255, 255, 255, opacity], within(-distance));
            let line = within(-distance) - within(-line_px - distance);
            patch.blend(x, y, [FRAME_GREY, FRAME_GREY, FRAME_GREY, opacity], line);
        }
    }
}

/// The share of a pixel whose centre is so far on this side of an edge.
fn within(distance: f64) -> f32 {
    (distance + 0.5).clamp(0.0, 1.0) as f32
}

/// How far a point is outside a box with round corners; negative within.
fn outside(area: PixelBox, radius: f64, [x, y]: [f64; 2]) -> f64 {
    let half = [f64::from(area.width) / 2.0, f64::from(area.height) / 2.0];
    let centre = [f64::from(area.x) + half[0], f64::from(area.y) + half[1]];
    let from = [(x - centre[0]).abs() - half[0] + radius, (y - centre[1]).abs() - half[1] + radius];
    let beyond = from[0].max(0.0).hypot(from[1].max(0.0));
    beyond + from[0].max(from[1]).min(0.0) - radius
}
