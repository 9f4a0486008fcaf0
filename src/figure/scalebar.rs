//! The scale bar in the map's box: a length on the ground, with its text above.

use super::INK;
use super::legend::{BORDER_PAD, draw_frame, placed};
use super::overlay::Overlay;
use super::text::{Coverage, Font};
use crate::style::layout::{LINE_ASCENT_EM, Layout, PixelBox, SignedBox};
use crate::style::{Choice as _, Halo, ScaleBar, ScaleBarLook, ScaleLength};

/// Height of the bar, or of a line's ticks, in points.
const BAR_PT: f64 = 5.0;
/// From the lowest letters to the bar, in points.
const TEXT_GAP_PT: f64 = 3.0;
/// Room between neighbouring numbers, in ems.
const NUMBER_GAP_EM: f64 = 0.7;
const PAPER: [u8; 4] = [255; 4];

/// A scale bar with its place in a layout.
struct Plan {
    /// The box round all of it.
    area: PixelBox,
    /// The bar.
    bar: PixelBox,
    baseline: i64,
    em_px: f64,
    /// Shares of the bar and the number over each; the last has the unit behind it.
    numbers: Vec<(f64, String)>,
    unit: String,
}

impl Plan {
    /// None if the map's box has no room for it.
    fn new(font: &Font, style: &ScaleBar, length: ScaleLength, width_px: f64, layout: &Layout) -> Option<Self> {
        let em_px = layout.px(style.fontsize_pt);
        let width_of = |text: &str| f64::from(font.measure(text, em_px as f32).width_px);
        let bar_width = width_px.round().max(1.0);
        let end = length.value.to_string();
        let unit = format!(" {}", length.units.name());
        let [zero_half, end_half] = ["0", &end].map(|text| width_of(text) / 2.0);
        let pad = BORDER_PAD * em_px;
        let bar_height = layout.px(BAR_PT).round().max(3.0);
        let down = (pad + LINE_ASCENT_EM * em_px).round();
        let gap = layout.px(TEXT_GAP_PT).round();
        let before = (pad + zero_half).round();
        let size = [before + bar_width + end_half + width_of(&unit) + pad, down + gap + bar_height + pad];
        let area = placed(layout, size.map(f64::ceil), style.loc, em_px);
        if !SignedBox::from(layout.map).holds(area.into()) || f64::from(area.width) < size[0] {
            return None;
        }
        let baseline = i64::from(area.y) + down as i64;
        let [left, top] = [area.x + before as u32, area.y + (down + gap) as u32];
        let bar = PixelBox { x: left, y: top, width: bar_width as u32, height: bar_height as u32 };
        let mut numbers = vec![(0.0, "0".to_owned()), (1.0, end)];
        let middle = (length.value / 2.0).to_string();
        let fits = bar_width / 2.0 >= width_of(&middle) / 2.0 + zero_half.max(end_half) + NUMBER_GAP_EM * em_px;
        if fits && length.segments().is_multiple_of(2) {
            numbers.insert(1, (0.5, middle));
        }
        if bar_width < zero_half + end_half + NUMBER_GAP_EM * em_px {
            numbers.remove(0);
        }
        Some(Self { area, bar, baseline, em_px, numbers, unit })
    }
}

impl Plan {
    fn draw_numbers(&self, patch: &mut Overlay, font: &Font) {
        let em_px = self.em_px as f32;
        for (share, number) in &self.numbers {
            let half = f64::from(font.measure(number, em_px).width_px) / 2.0;
            let left = (f64::from(self.bar.x) + share * f64::from(self.bar.width) - half).round() as i64;
            let text = if *share == 1.0 { format!("{number}{}", self.unit) } else { number.clone() };
            patch.paint(&font.draw(&text, em_px, left, self.baseline), INK);
        }
    }
}

/// Draws a scale bar of a length that is `width_px` pixels long on the map, and tells what room it takes. None if the
/// map's box has no room for it.
#[must_use]
pub fn scale_bar(
    font: &Font,
    style: &ScaleBar,
    length: ScaleLength,
    width_px: f64,
    layout: &Layout,
) -> Option<(Overlay, SignedBox)> {
    let plan = Plan::new(font, style, length, width_px, layout)?;
    let mut patch = Overlay::transparent(plan.area);
    if style.frameon {
        draw_frame(&mut patch, plan.area, plan.em_px, style.framealpha, layout.px(0.5));
    }
    let draw = |patch: &mut Overlay| {
        match style.look {
            ScaleBarLook::Segments => draw_segments(patch, plan.bar, length.segments(), layout.line_px()),
            ScaleBarLook::Line => draw_line(patch, &plan, layout.line_px()),
        }
        plan.draw_numbers(patch, font);
    };
    if !style.frameon {
        let (mut ink, halo) = (Overlay::transparent(plan.area), Halo::default());
        draw(&mut ink);
        patch.paint(&shape_of(&ink).widened(layout.px(halo.width_pt)), halo.color.to_rgba8());
    }
    draw(&mut patch);
    Some((patch, plan.area.into()))
}

/// A patch's ink, whatever its colours.
fn shape_of(patch: &Overlay) -> Coverage {
    let values = patch.rgba.chunks_exact(4).map(|pixel| pixel[3]).collect();
    let (width, height) = (patch.width as usize, patch.height as usize);
    Coverage { x: patch.x.into(), y: patch.y.into(), width, height, values }
}

fn fill(patch: &mut Overlay, [left, top, right, bottom]: [u32; 4], color: [u8; 4]) {
    for y in i64::from(top)..i64::from(bottom) {
        for x in i64::from(left)..i64::from(right) {
            patch.blend(x, y, color, 1.0);
        }
    }
}

/// The first segment is black; the white ones have a black outline, whose outer edge is the bar's end.
fn draw_segments(patch: &mut Overlay, bar: PixelBox, count: u32, line: u32) {
    fill(patch, [bar.x, bar.y, bar.right(), bar.bottom()], INK);
    let edge = |index: u32| bar.x + (f64::from(bar.width) * f64::from(index) / f64::from(count)).round() as u32;
    for index in (1..count).step_by(2) {
        let right = if index + 1 == count { bar.right().saturating_sub(line) } else { edge(index + 1) };
        fill(patch, [edge(index), bar.y + line, right, bar.bottom().saturating_sub(line)], PAPER);
    }
}

/// A line along the bar's lower edge with a tick under each number, those of the ends within the bar.
fn draw_line(patch: &mut Overlay, plan: &Plan, line: u32) {
    let bar = plan.bar;
    fill(patch, [bar.x, bar.bottom().saturating_sub(line), bar.right(), bar.bottom()], INK);
    for share in plan.numbers.iter().map(|(share, _)| *share).chain([0.0]) {
        let left = bar.x + (share * f64::from(bar.width.saturating_sub(line))).round() as u32;
        fill(patch, [left, bar.y, (left + line).min(bar.right()), bar.bottom()], INK);
    }
}
