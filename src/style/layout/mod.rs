//! Where the parts of a figure stand: one arithmetic from points to whole pixels, so that every stage agrees on the
//! boxes and a whole batch shares one layout.

mod pixel_box;
mod sides;
mod signed_box;
mod spec;
mod stack;
#[cfg(test)]
mod tests;

pub use self::pixel_box::PixelBox;
use self::sides::Sides;
pub use self::signed_box::SignedBox;
pub use self::spec::{BarBox, ColorbarSpec, EdgeLabels, Headings, LayoutSpec, Side, TextLines, Thickness};
use self::stack::{BarPart, Part};
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
/// Length of a tick mark, in points (matplotlib's `xtick.major.size`).
pub const TICK_LENGTH_PT: f64 = 3.5;
/// From a tick mark to its label, in points (matplotlib's `xtick.major.pad`).
pub const TICK_PAD_PT: f64 = 3.5;

/// A map with a shorter side than this shows nothing.
const MIN_MAP_PX: i64 = 16;
/// No adapter draws more pixels a side.
const MAX_FIGURE_PX: f64 = 32_768.0;
/// Nor more in all, in memory that can be had.
const MAX_FIGURE_AREA_PX: f64 = 16_384.0 * 16_384.0;
/// How often the thickness of bars of a given aspect follows the map that it leaves: then it changes by no pixel.
const ASPECT_ROUNDS: usize = 4;

/// A colorbar's boxes, from the map outward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColorbarLayout {
    /// The side of the map on which it stands.
    pub side: Side,
    /// The colours, extended ends included; never longer than the map's side.
    pub bar: PixelBox,
    /// The tick marks, on the bar's outer side and as long as it.
    pub ticks: PixelBox,
    /// The line of tick labels, as long as the figure; a column of them beside a vertical bar.
    pub tick_labels: PixelBox,
    /// The line of the label, as long as the figure; a horizontal bar's common exponent stands in it too.
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
    /// The subtitle's lines, under the title.
    pub subtitle: Option<PixelBox>,
    /// The lines below everything.
    pub footer: Option<PixelBox>,
    /// The colorbars with their ticks and texts, in the order of the [`LayoutSpec`].
    pub colorbars: Vec<ColorbarLayout>,
    /// Whether the map is the whole figure, with nothing around it.
    pub frame_only: bool,
    /// What all but the map was placed from.
    sides: Option<Sides>,
}

impl Layout {
    /// Divides a figure of floor(inches * dpi) pixels so that the map takes all that what stands around it leaves.
    ///
    /// # Errors
    /// [`Error::Value`] on `--figsize` or `--dpi` for a figure that has no pixels, too many of them, or none left for
    /// the map.
    pub fn new(spec: &LayoutSpec) -> Result<Self> {
        let (width_px, height_px) = figure_size_px(spec.figsize_in, spec.dpi)?;
        let bare = Self::bare(PixelBox { x: 0, y: 0, width: width_px, height: height_px }, spec.dpi);
        if spec.frame_only {
            return Ok(bare);
        }
        let figure = (i64::from(width_px), i64::from(height_px));
        let mut sides = Sides::new(spec, figure);
        let mut map_px = sides.left_of(figure);
        if spec.colorbars.iter().any(|needs| matches!(needs.bar.thickness, Thickness::Aspect(_))) {
            for _ in 0..ASPECT_ROUNDS {
                sides = Sides::new(spec, map_px);
                map_px = sides.left_of(figure);
            }
        }
        if map_px.0.min(map_px.1) < MIN_MAP_PX {
            return Err(too_small(spec.figsize_in, map_px));
        }
        let map = PixelBox::from_signed(sides.insets_px[0], sides.insets_px[2], map_px.0, map_px.1);
        Ok(Self { frame_only: false, ..bare }.around(map, sides))
    }

    /// A figure that is all map.
    fn bare(map: PixelBox, dpi: f64) -> Self {
        Self {
            width_px: map.width,
            height_px: map.height,
            dpi,
            map,
            title: None,
            subtitle: None,
            footer: None,
            colorbars: Vec::new(),
            frame_only: true,
            sides: None,
        }
    }

    /// The layout with `sides` around a map at this place.
    fn around(mut self, map: PixelBox, sides: Sides) -> Self {
        self.map = map;
        self.colorbars.clear();
        for stack in sides.stacks() {
            for (part, place) in stack.placed(map, (self.width_px, self.height_px)) {
                self.put(stack.side, part, place);
            }
        }
        self.sides = Some(sides);
        self
    }

    fn put(&mut self, side: Side, part: Part, place: PixelBox) {
        match part {
            Part::Gap => {}
            Part::Title => self.title = Some(place),
            Part::Subtitle => self.subtitle = Some(place),
            Part::Footer => self.footer = Some(place),
            Part::Colorbar(index, part) => {
                if self.colorbars.len() <= index {
                    self.colorbars.resize(index + 1, ColorbarLayout::default());
                }
                let bar = &mut self.colorbars[index];
                bar.side = side;
                match part {
                    BarPart::Bar => bar.bar = place,
                    BarPart::Ticks => bar.ticks = place,
                    BarPart::TickLabels => bar.tick_labels = place,
                    BarPart::Caption => bar.caption = Some(place),
                }
            }
        }
    }

    /// The layout with the map cut down to `aspect` (width over height) for `--adjustable box`, as matplotlib's
    /// `set_aspect(adjustable="box")` with anchor "C": the map keeps its centre, all that stands around it moves up to
    /// it, and colorbars take its sides' lengths. A frame-only layout stays as it is.
    ///
    /// # Errors
    /// [`Error::Value`] on `--adjustable` if `aspect` is not a positive number or leaves no map.
    pub fn shrunk_to_aspect(&self, aspect: f64) -> Result<Self> {
        let Some(sides) = &self.sides else { return Ok(self.clone()) };
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
        let map = PixelBox { x: self.map.x + spare_x / 2, y: self.map.y + spare_y / 2, width, height };
        Ok(self.clone().around(map, sides.clone()))
    }

    /// The whole figure.
    #[must_use]
    pub fn figure(&self) -> PixelBox {
        PixelBox { x: 0, y: 0, width: self.width_px, height: self.height_px }
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
