//! A sheet of colormaps to choose from: groups in columns, each name left of its colours.

use super::INK;
use super::overlay::Overlay;
use super::text::Font;
use crate::output::{Channels, Image};
use crate::style::Colormap;
use crate::style::layout::PixelBox;

const MARGIN: u32 = 28;
/// From one bar to the next, and the bar in it.
const PITCH: u32 = 24;
const BAR_HEIGHT: u32 = 18;
/// A pixel a colour of matplotlib's usual 256.
const BAR_WIDTH: u32 = 256;
const NAME_GAP: u32 = 10;
const COLUMN_GAP: u32 = 44;
/// A heading with the room above and below it.
const HEADING_HEIGHT: u32 = 46;
const NAME_EM: f32 = 14.0;
const HEADING_EM: f32 = 17.0;
/// Groups of a sheet up to so many rows stay in one column.
const ROWS_OF_A_COLUMN: usize = 24;
const MOST_COLUMNS: usize = 3;
const GREY: [u8; 4] = [110, 110, 110, 255];
const OUTLINE: [u8; 4] = [0, 0, 0, 60];
/// Under colours that let something through.
const CHECKS: [[u8; 4]; 2] = [[255; 4], [214, 214, 214, 255]];
const CHECK_PX: u32 = 6;

/// Colormaps under a heading.
#[derive(Clone, Debug)]
pub struct SwatchGroup {
    /// The heading; empty for none.
    pub title: String,
    /// The colormaps, from the top down.
    pub colormaps: Vec<Colormap>,
}

/// Groups that stand below each other.
#[derive(Default)]
struct Column<'a> {
    groups: Vec<&'a SwatchGroup>,
    /// In pixels.
    height: u32,
}

/// Draws a sheet. Names that are too long for a column are set smaller or cut.
#[must_use]
pub fn swatch_sheet(groups: &[SwatchGroup]) -> Image {
    let columns = columns(groups);
    let widths: Vec<u32> = columns.iter().map(Column::name_width).collect();
    let bars = columns.len() as u32 * (NAME_GAP + BAR_WIDTH + COLUMN_GAP) - COLUMN_GAP;
    let width = 2 * MARGIN + widths.iter().sum::<u32>() + bars;
    let height = 2 * MARGIN + columns.iter().map(|column| column.height).max().unwrap_or(0);
    let mut sheet = Overlay::filled(PixelBox { x: 0, y: 0, width, height }, [255; 4]);
    let mut left = MARGIN;
    for (column, name_width) in columns.iter().zip(widths) {
        let x = left + name_width + NAME_GAP;
        let mut y = MARGIN;
        for group in &column.groups {
            draw_group(&mut sheet, group, x, y, name_width);
            y += group_height(group);
        }
        left = x + BAR_WIDTH + COLUMN_GAP;
    }
    let rgb = sheet.rgba.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
    Image::new([width, height], Channels::Rgb, rgb)
}

/// Gives each group to the column with most room, in order.
fn columns(groups: &[SwatchGroup]) -> Vec<Column<'_>> {
    let rows: usize = groups.iter().map(|group| group.colormaps.len()).sum();
    let count = rows.div_ceil(ROWS_OF_A_COLUMN).clamp(1, MOST_COLUMNS).min(groups.len().max(1));
    let mut columns: Vec<Column> = std::iter::repeat_with(Column::default).take(count).collect();
    for group in groups {
        if let Some(column) = columns.iter_mut().min_by_key(|column| column.height) {
            column.groups.push(group);
            column.height += group_height(group);
        }
    }
    columns
}

impl Column<'_> {
    /// The room for its names, in pixels.
    fn name_width(&self) -> u32 {
        let names = self.groups.iter().flat_map(|group| &group.colormaps).map(Colormap::name);
        let widths = names.map(|name| Font::embedded().measure(name, NAME_EM).width_px.ceil() as u32);
        widths.max().unwrap_or(0).clamp(60, BAR_WIDTH)
    }
}

fn group_height(group: &SwatchGroup) -> u32 {
    heading_height(group) + group.colormaps.len() as u32 * PITCH
}

fn heading_height(group: &SwatchGroup) -> u32 {
    if group.title.is_empty() { 0 } else { HEADING_HEIGHT }
}

fn draw_group(sheet: &mut Overlay, group: &SwatchGroup, x: u32, y: u32, name_width: u32) {
    if !group.title.is_empty() {
        // Room above, so that a heading is nearer to its own bars than to those before.
        let baseline = i64::from(y + HEADING_HEIGHT) - 12;
        sheet.paint(&Font::embedded().draw(&group.title, HEADING_EM, i64::from(x), baseline), INK);
    }
    let first = y + heading_height(group);
    for (colormap, y) in group.colormaps.iter().zip((first..).step_by(PITCH as usize)) {
        draw_name(sheet, colormap.name(), x, y, name_width);
        draw_bar(sheet, colormap, x, y);
    }
}

/// A name that ends beside its bar, its letters in the middle of the bar's height.
fn draw_name(sheet: &mut Overlay, name: &str, x: u32, y: u32, name_width: u32) {
    let font = Font::embedded();
    let line = font.fit(name, NAME_EM, name_width as f32);
    let extent = font.measure(&line.text, line.em_px);
    // The height of an x, so that names with and without tall letters stand on one line.
    let baseline = i64::from(y + BAR_HEIGHT / 2) + (0.5 * font.measure("x", line.em_px).ascent_px).round() as i64;
    let left = i64::from(x) - i64::from(NAME_GAP) - extent.width_px.ceil() as i64;
    sheet.paint(&font.draw(&line.text, line.em_px, left, baseline), GREY);
}

fn draw_bar(sheet: &mut Overlay, colormap: &Colormap, x: u32, y: u32) {
    let colors = colormap.resampled(colormap.len());
    for column in 0..BAR_WIDTH {
        let color = colors[column as usize * colors.len() / BAR_WIDTH as usize];
        for row in 0..BAR_HEIGHT {
            let (x, y) = (i64::from(x + column), i64::from(y + row));
            let check = CHECKS[((column / CHECK_PX + row / CHECK_PX) % 2) as usize];
            sheet.blend(x, y, check, 1.0);
            sheet.blend(x, y, color, 1.0);
            // White ends would be lost on white paper.
            if column == 0 || column == BAR_WIDTH - 1 || row == 0 || row == BAR_HEIGHT - 1 {
                sheet.blend(x, y, OUTLINE, 1.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(title: &str, names: &[&str]) -> SwatchGroup {
        let colormaps = names.iter().map(|name| Colormap::from_text(name, "--cmap").expect("a colormap")).collect();
        SwatchGroup { title: title.into(), colormaps }
    }

    #[test]
    fn bars_have_their_colormaps_colours() {
        let sheet = swatch_sheet(&[group("", &["viridis", "tab10", "red,#00000000"])]);
        let [width, height] = sheet.size_px();
        let x = width - MARGIN - BAR_WIDTH;
        let at = |column: u32, bar: u32| {
            let index = (MARGIN + bar * PITCH + BAR_HEIGHT / 2) * width + x + column;
            sheet.bytes().as_chunks::<3>().0[index as usize]
        };
        let viridis = Colormap::by_name("viridis", "--cmap").expect("a colormap").resampled(256);
        for column in 1..BAR_WIDTH - 1 {
            assert_eq!(at(column, 0), viridis[column as usize][..3], "column {column}");
        }
        assert_eq!((at(3, 1), at(253, 1), at(100, 2)), ([31, 119, 180], [23, 190, 207], [255, 0, 0]));
        assert!(CHECKS.iter().any(|check| at(200, 2) == check[..3]), "what lets through is seen to");
        assert_eq!(height, 2 * MARGIN + 3 * PITCH);
    }

    #[test]
    fn any_number_of_colormaps_and_any_name_fits() {
        assert!(swatch_sheet(&[]).size_px()[0] > 0);
        let long = "white,navy,".repeat(40) + "red";
        let many: Vec<&str> = std::iter::repeat_n("viridis", 200).collect();
        let sheet = swatch_sheet(&[group("Many", &many), group("Long", &[&long])]);
        assert!(sheet.size_px()[0] < 2000 && sheet.size_px()[1] > 200 * PITCH);
    }
}
