//! Where the parts of a figure stand: one arithmetic from points to whole pixels, so that every stage agrees on the
//! boxes and a whole batch shares one layout.

use crate::error::{Error, Result};

/// Points in an inch, the typographic unit of every size in a figure.
pub const POINTS_PER_INCH: f64 = 72.0;
/// Size of the tick labels and of the colorbar's label, in points (matplotlib's `font.size`).
pub const LABEL_SIZE_PT: f64 = 10.0;
/// Width of the map frame, the colorbar's outline and its tick marks, in points (matplotlib's `axes.linewidth`).
pub const LINE_WIDTH_PT: f64 = 0.8;
/// From the top of a line of text to its baseline, in ems: the height of `DejaVu Sans`'s "l".
pub const LINE_ASCENT_EM: f64 = 0.76;
/// From the baseline of a line of text to its bottom, in ems: the depth of `DejaVu Sans`'s "p".
pub const LINE_DESCENT_EM: f64 = 0.24;
/// From one baseline to the next, in ems (matplotlib's `linespacing`).
pub const LINE_SPACING_EM: f64 = 1.2;

/// Blank paper at each side of the figure, in points.
const MARGIN_PT: f64 = 9.0;
/// Blank paper under the last line of text: less than a margin, for few letters reach its bottom.
const BOTTOM_MARGIN_PT: f64 = 7.0;
/// Blank paper beyond the widest end tick label, in points.
const OVERHANG_MARGIN_PT: f64 = 3.0;
/// From the title's lowest letters to the map, in points; its baseline is then about matplotlib's 6 above the map.
const TITLE_GAP_PT: f64 = 2.5;
/// From the map to the colorbar, in points.
const COLORBAR_GAP_PT: f64 = 8.0;
/// The colorbar's thickness as a share of the figure's height: 12 points in a figure of 9 inches.
const COLORBAR_SHARE: f64 = 12.0 / (9.0 * POINTS_PER_INCH);
/// Bounds of the colorbar's thickness, in points.
const COLORBAR_PT: (f64, f64) = (9.0, 18.0);
/// Length of a tick mark, in points (matplotlib's `xtick.major.size`).
const TICK_LENGTH_PT: f64 = 3.5;
/// From a tick mark to its label, in points (matplotlib's `xtick.major.pad`).
const TICK_PAD_PT: f64 = 3.5;
/// From the tick labels to the colorbar's label, in points (matplotlib's `axes.labelpad`).
const CAPTION_PAD_PT: f64 = 4.0;
/// A map with a shorter side than this shows nothing.
const MIN_MAP_PX: i64 = 16;
/// No adapter draws more pixels a side.
const MAX_FIGURE_PX: f64 = 32_768.0;
/// Nor more in all, in memory that can be had.
const MAX_FIGURE_AREA_PX: f64 = 16_384.0 * 16_384.0;

/// A rectangle of whole pixels; the origin is the figure's top left corner and y runs down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PixelBox {
    /// Left edge, in pixels.
    pub x: u32,
    /// Top edge, in pixels.
    pub y: u32,
    /// Width, in pixels.
    pub width: u32,
    /// Height, in pixels.
    pub height: u32,
}

impl PixelBox {
    /// The first pixel column to the right of the box.
    #[must_use]
    pub fn right(self) -> u32 {
        self.x + self.width
    }

    /// The first pixel row under the box.
    #[must_use]
    pub fn bottom(self) -> u32 {
        self.y + self.height
    }

    /// The box's middle between left and right, in pixels.
    #[must_use]
    pub fn centre_x(self) -> f64 {
        f64::from(self.x) + f64::from(self.width) / 2.0
    }
}

/// What a figure holds, as far as its boxes depend on it.
#[derive(Clone, Debug, PartialEq)]
pub struct LayoutSpec {
    /// Width and height of the figure, in inches.
    pub figsize_in: (f64, f64),
    /// Pixels in an inch.
    pub dpi: f64,
    /// Size of the title, in points.
    pub title_size_pt: f64,
    /// Lines of text to keep room for above the map; 0 for a figure without a title.
    pub title_lines: u32,
    /// The colorbar's needs; `None` for a figure without a colorbar.
    pub colorbar: Option<ColorbarSpec>,
    /// The map box is the whole figure; everything else here but the size is ignored.
    pub frame_only: bool,
}

/// What a colorbar holds, as far as boxes depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColorbarSpec {
    /// Whether a line for the label, or for the ticks' common exponent, stands under the tick labels.
    pub has_caption: bool,
    /// How far the widest tick label reaches beyond the bar's end, in points.
    pub overhang_pt: f64,
}

/// The colorbar's boxes, from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColorbarLayout {
    /// The colours, extended ends included; exactly as wide as the map.
    pub bar: PixelBox,
    /// The tick marks, hanging from the bar.
    pub ticks: PixelBox,
    /// The line of tick labels, as wide as the figure.
    pub tick_labels: PixelBox,
    /// The line of the label and the common exponent, as wide as the figure.
    pub caption: Option<PixelBox>,
}

/// The boxes of one figure, in whole pixels; the same for every figure of a batch unless the map is shrunk.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Width of the figure, in pixels.
    pub width_px: u32,
    /// Height of the figure, in pixels.
    pub height_px: u32,
    /// Pixels in an inch.
    pub dpi: f64,
    /// The map, without its frame, of which the greater half stands outside.
    pub map: PixelBox,
    /// The title's lines.
    pub title: Option<PixelBox>,
    /// The colorbar with its ticks and texts.
    pub colorbar: Option<ColorbarLayout>,
    /// Whether the map is the whole figure, with nothing around it.
    pub frame_only: bool,
}

impl Layout {
    /// Divides a figure of floor(inches * dpi) pixels so that the map takes all that title and colorbar leave.
    ///
    /// # Errors
    /// [`Error::Value`] on `--figsize` or `--dpi` for a figure that has no pixels, too many of them, or none left for
    /// the map.
    pub fn new(spec: &LayoutSpec) -> Result<Self> {
        let (width_px, height_px) = figure_size_px(spec.figsize_in, spec.dpi)?;
        if spec.frame_only {
            let map = PixelBox { x: 0, y: 0, width: width_px, height: height_px };
            return Ok(Self { width_px, height_px, dpi: spec.dpi, map, title: None, colorbar: None, frame_only: true });
        }
        let px = |points: f64| (points * spec.dpi / POINTS_PER_INCH).round().max(0.0) as i64;

        // 1. The title, from the top down.
        let margin = px(MARGIN_PT).max(outer_line_px(spec.dpi).into());
        let overhang_pt = spec.colorbar.map_or(0.0, |bar| bar.overhang_pt + OVERHANG_MARGIN_PT);
        let side = margin.max(px(overhang_pt));
        let title_height = px(title_height_em(spec.title_lines) * spec.title_size_pt);
        let top = if spec.title_lines == 0 { margin } else { margin + title_height + px(TITLE_GAP_PT) };

        // 2. The colorbar, whose rows are known relative to its top.
        let rows = spec.colorbar.map(|bar| ColorbarRows::new(&px, bar, spec.figsize_in.1));
        let bottom = rows.as_ref().map_or(margin, |rows| px(COLORBAR_GAP_PT) + rows.height);

        // 3. The map takes the rest.
        let (figure_width, figure_height) = (i64::from(width_px), i64::from(height_px));
        let map_size = (figure_width - 2 * side, figure_height - top - bottom);
        if map_size.0.min(map_size.1) < MIN_MAP_PX {
            return Err(too_small(spec.figsize_in, map_size));
        }
        let map = boxed(side, top, map_size.0, map_size.1);
        let title = (spec.title_lines > 0).then(|| boxed(margin, margin, figure_width - 2 * margin, title_height));
        let bar_top = i64::from(map.bottom()) + px(COLORBAR_GAP_PT);
        let colorbar = rows.map(|rows| rows.placed(map, bar_top, figure_width));
        Ok(Self { width_px, height_px, dpi: spec.dpi, map, title, colorbar, frame_only: false })
    }

    /// The layout with the map cut down to `aspect` (width over height) for `--adjustable box`, as matplotlib's
    /// `set_aspect(adjustable="box")` with anchor "C": the map keeps its centre, title and colorbar move up to it, and
    /// the colorbar takes its width. A frame-only layout stays as it is.
    ///
    /// # Errors
    /// [`Error::Value`] on `--adjustable` if `aspect` is not a positive number or leaves no map.
    pub fn shrunk_to_aspect(&self, aspect: f64) -> Result<Self> {
        if self.frame_only {
            return Ok(self.clone());
        }
        if !(aspect.is_finite() && aspect > 0.0) {
            let problem = format!("cannot keep a width/height ratio of {aspect}");
            return Err(Error::value("--adjustable", "box", problem, "give an extent with a width and a height"));
        }
        let (full_width, full_height) = (f64::from(self.map.width), f64::from(self.map.height));
        let width = (full_height * aspect).round().min(full_width) as u32;
        let height = (full_width / aspect).round().min(full_height) as u32;
        if i64::from(width.min(height)) < MIN_MAP_PX {
            let problem = format!("leaves a map of {width}x{height} px");
            let remedy = "use datalim or an extent nearer to the figure's shape";
            return Err(Error::value("--adjustable", "box", problem, remedy));
        }
        let (spare_x, spare_y) = (self.map.width - width, self.map.height - height);
        let (down, up) = (spare_y / 2, spare_y - spare_y / 2);
        let map = PixelBox { x: self.map.x + spare_x / 2, y: self.map.y + down, width, height };
        let title = self.title.map(|title| PixelBox { y: title.y + down, ..title });
        let raised = |part: PixelBox| PixelBox { y: part.y - up, ..part };
        let narrowed = |part: PixelBox| PixelBox { x: map.x, y: part.y - up, width, ..part };
        let colorbar = self.colorbar.map(|parts| ColorbarLayout {
            bar: narrowed(parts.bar),
            ticks: narrowed(parts.ticks),
            tick_labels: raised(parts.tick_labels),
            caption: parts.caption.map(raised),
        });
        Ok(Self { map, title, colorbar, ..self.clone() })
    }

    /// A length in points as pixels, unrounded.
    #[must_use]
    pub fn px(&self, points: f64) -> f64 {
        points * self.dpi / POINTS_PER_INCH
    }

    /// Thickness of frame, outline and tick marks: whole pixels, so that they are crisp, and never none.
    #[must_use]
    pub fn line_px(&self) -> u32 {
        line_px(self.dpi)
    }

    /// The part of a line's thickness that stands outside the box that it frames: the greater half, so that a line of
    /// one pixel covers nothing of the map.
    #[must_use]
    pub fn outer_line_px(&self) -> u32 {
        outer_line_px(self.dpi)
    }
}

/// Heights of the colorbar's parts, in pixels.
struct ColorbarRows {
    bar: i64,
    tick: i64,
    pad: i64,
    line: i64,
    caption_pad: Option<i64>,
    height: i64,
}

impl ColorbarRows {
    fn new(px: &impl Fn(f64) -> i64, spec: ColorbarSpec, figure_height_in: f64) -> Self {
        let thickness_pt = COLORBAR_SHARE * figure_height_in * POINTS_PER_INCH;
        let bar = px(thickness_pt.clamp(COLORBAR_PT.0, COLORBAR_PT.1));
        let (tick, pad) = (px(TICK_LENGTH_PT), px(TICK_PAD_PT));
        let line = px(LABEL_SIZE_PT * (LINE_ASCENT_EM + LINE_DESCENT_EM));
        let caption_pad = spec.has_caption.then(|| px(CAPTION_PAD_PT));
        let caption = caption_pad.map_or(0, |pad| pad + line);
        Self { bar, tick, pad, line, caption_pad, height: bar + tick + pad + line + caption + px(BOTTOM_MARGIN_PT) }
    }

    fn placed(&self, map: PixelBox, top: i64, figure_width: i64) -> ColorbarLayout {
        let (x, width) = (i64::from(map.x), i64::from(map.width));
        let ticks_top = top + self.bar;
        let labels_top = ticks_top + self.tick + self.pad;
        ColorbarLayout {
            bar: boxed(x, top, width, self.bar),
            ticks: boxed(x, ticks_top, width, self.tick),
            tick_labels: boxed(0, labels_top, figure_width, self.line),
            caption: self.caption_pad.map(|pad| boxed(0, labels_top + self.line + pad, figure_width, self.line)),
        }
    }
}

fn figure_size_px(figsize_in: (f64, f64), dpi: f64) -> Result<(u32, u32)> {
    if !(dpi.is_finite() && dpi > 0.0) {
        return Err(Error::value("--dpi", dpi, "is not a resolution", "give a positive number, such as 100"));
    }
    let (width, height) = ((figsize_in.0 * dpi).floor(), (figsize_in.1 * dpi).floor());
    let usable = |size: f64| (1.0..=MAX_FIGURE_PX).contains(&size);
    if !(usable(width) && usable(height)) {
        let problem = format!("at --dpi {dpi} is not a figure of 1 to {MAX_FIGURE_PX} pixels a side");
        let remedy = "give width,height in inches, such as 14,9";
        return Err(Error::value("--figsize", figsize_text(figsize_in), problem, remedy));
    }
    if width * height > MAX_FIGURE_AREA_PX {
        let problem = format!("at --dpi {dpi} is {width} x {height} pixels, more than {MAX_FIGURE_AREA_PX} in all");
        return Err(Error::value("--figsize", figsize_text(figsize_in), problem, "lower --dpi or --figsize"));
    }
    Ok((width as u32, height as u32))
}

fn title_height_em(lines: u32) -> f64 {
    LINE_ASCENT_EM + LINE_DESCENT_EM + f64::from(lines.saturating_sub(1)) * LINE_SPACING_EM
}

fn line_px(dpi: f64) -> u32 {
    (LINE_WIDTH_PT * dpi / POINTS_PER_INCH).round().max(1.0) as u32
}

fn outer_line_px(dpi: f64) -> u32 {
    line_px(dpi).div_ceil(2)
}

fn figsize_text(figsize_in: (f64, f64)) -> String {
    format!("{},{}", figsize_in.0, figsize_in.1)
}

fn too_small(figsize_in: (f64, f64), map_size: (i64, i64)) -> Error {
    let (width, height) = (map_size.0.max(0), map_size.1.max(0));
    Error::value(
        "--figsize",
        figsize_text(figsize_in),
        format!("leaves a map of {width}x{height} px beside title and colorbar"),
        format!("give a larger size, so that the map has at least {MIN_MAP_PX} px a side, or --frame-only"),
    )
}

/// A box from signed arithmetic that is known to have stayed inside the figure.
fn boxed(x: i64, y: i64, width: i64, height: i64) -> PixelBox {
    let px = |value: i64| u32::try_from(value.max(0)).unwrap_or(u32::MAX);
    PixelBox { x: px(x), y: px(y), width: px(width), height: px(height) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spec(figsize_in: (f64, f64), dpi: f64) -> LayoutSpec {
        let colorbar = Some(ColorbarSpec { has_caption: true, overhang_pt: 8.0 });
        LayoutSpec { figsize_in, dpi, title_size_pt: 16.0, title_lines: 1, colorbar, frame_only: false }
    }

    /// Every box of a layout, named for failure messages.
    fn boxes(layout: &Layout) -> Vec<(&'static str, PixelBox)> {
        let mut all = vec![("map", layout.map)];
        all.extend(layout.title.map(|title| ("title", title)));
        if let Some(parts) = layout.colorbar {
            all.extend([("bar", parts.bar), ("ticks", parts.ticks), ("tick labels", parts.tick_labels)]);
            all.extend(parts.caption.map(|caption| ("caption", caption)));
        }
        all
    }

    fn assert_sound(layout: &Layout) {
        for (name, part) in boxes(layout) {
            assert!(part.right() <= layout.width_px && part.bottom() <= layout.height_px, "{name} leaves: {layout:?}");
        }
        if let Some(title) = layout.title {
            assert!(title.bottom() <= layout.map.y, "title over map: {layout:?}");
        }
        if let Some(parts) = layout.colorbar {
            assert_eq!((parts.bar.x, parts.bar.width), (layout.map.x, layout.map.width), "bar as wide as map");
            assert!(layout.map.bottom() <= parts.bar.y && parts.bar.bottom() == parts.ticks.y);
            assert!(parts.ticks.bottom() <= parts.tick_labels.y);
        }
    }

    #[test]
    fn a_14x9_figure_at_100_dpi_gives_the_map_most_of_the_paper() {
        let layout = Layout::new(&spec((14.0, 9.0), 100.0)).expect("a usable size");
        assert_eq!((layout.width_px, layout.height_px), (1400, 900));
        assert!(layout.map.width >= 1360 && layout.map.height >= 770, "{:?}", layout.map);
        assert_eq!((layout.line_px(), layout.outer_line_px()), (1, 1));
        assert_sound(&layout);
    }

    #[test]
    fn absent_parts_take_no_room() {
        let bare = LayoutSpec { title_lines: 0, colorbar: None, ..spec((6.0, 4.0), 72.0) };
        let layout = Layout::new(&bare).expect("a usable size");
        assert_eq!(layout.map, PixelBox { x: 9, y: 9, width: 414, height: 270 });
        assert_eq!((layout.title, layout.colorbar), (None, None));
    }

    #[test]
    fn frame_only_is_all_map_at_any_size() {
        let tiny = LayoutSpec { frame_only: true, ..spec((0.07, 0.05), 100.0) };
        let layout = Layout::new(&tiny).expect("one pixel is enough");
        assert_eq!(layout.map, PixelBox { x: 0, y: 0, width: 7, height: 5 });
        assert_eq!(layout.shrunk_to_aspect(1.0).expect("unchanged"), layout);
    }

    #[test]
    fn sizes_that_cannot_be_drawn_name_the_flag() {
        for (figsize, dpi, flag) in [
            ((0.5, 0.5), 100.0, "--figsize: '0.5,0.5' leaves a map of"),
            ((f64::NAN, 9.0), 100.0, "--figsize"),
            ((-14.0, 9.0), 100.0, "--figsize"),
            ((700.0, 9.0), 100.0, "--figsize"),
            ((14.0, 9.0), 0.0, "--dpi"),
            ((14.0, 9.0), f64::INFINITY, "--dpi"),
        ] {
            let message = Layout::new(&spec(figsize, dpi)).expect_err("must be refused").to_string();
            assert!(message.starts_with(flag), "{message}");
        }
    }

    #[test]
    fn a_ratio_that_leaves_no_map_is_refused() {
        let layout = Layout::new(&spec((14.0, 9.0), 100.0)).expect("a usable size");
        for aspect in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-3, 1e3] {
            assert!(layout.shrunk_to_aspect(aspect).is_err(), "{aspect}");
        }
    }

    proptest! {
        #[test]
        fn boxes_stay_inside_and_apart(
            width in 0.1..40.0, height in 0.1..30.0, dpi in 1.0..1200.0, lines in 0u32..4, overhang_pt in 0.0..40.0,
            has_caption: bool, has_colorbar: bool, aspect in 0.05..20.0,
        ) {
            let colorbar = has_colorbar.then_some(ColorbarSpec { has_caption, overhang_pt });
            let wanted = LayoutSpec { title_lines: lines, colorbar, ..spec((width, height), dpi) };
            if let Ok(layout) = Layout::new(&wanted) {
                assert_sound(&layout);
                if let Ok(shrunk) = layout.shrunk_to_aspect(aspect) {
                    assert_sound(&shrunk);
                    let drawn = f64::from(shrunk.map.width) / f64::from(shrunk.map.height);
                    prop_assert!((drawn / aspect - 1.0).abs() < 1.0 / 16.0);
                    prop_assert!(shrunk.map.width == layout.map.width || shrunk.map.height == layout.map.height);
                }
            }
        }
    }
}
