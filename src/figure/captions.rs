//! What is written above and below a map, drawn for each figure: titles, subtitle, footer.

use super::overlay::Overlay;
use super::text::Font;
use super::{FigureStyle, INK};
use crate::style::layout::{LINE_ASCENT_EM, LINE_SPACING_EM, Layout, PixelBox, SignedBox, TextLines};

/// Blank room between two titles on one line, in ems.
const TITLE_GAP_EM: f64 = 1.0;

/// A figure's texts but for the title in the middle; each may have several lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captions {
    /// Over the map's left end.
    pub title_left: Option<Box<str>>,
    /// Over the map's right end.
    pub title_right: Option<Box<str>>,
    /// Below the titles.
    pub subtitle: Option<Box<str>>,
    /// At the figure's lower edge.
    pub footer: Option<Box<str>>,
    /// What its texts on the map or at places of the figure say, in the order of the batch's; empty for those of which
    /// nothing is seen.
    pub on_map: Box<[Box<str>]>,
}

impl Captions {
    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        [&self.title_left, &self.title_right, &self.subtitle, &self.footer]
            .into_iter()
            .filter_map(|text| text.as_deref())
            .chain(self.on_map.iter().map(|text| &**text))
    }
}

/// Draws a figure's texts; each that has no room in the layout is left out. A line that is too wide is made smaller, to
/// 60 % at most, and then ends in an ellipsis. Lines beyond the layout's join the last one.
#[must_use]
pub fn captions(
    font: &Font,
    style: &FigureStyle,
    layout: &Layout,
    title: Option<&str>,
    others: Option<&Captions>,
) -> Vec<Overlay> {
    let none = Captions::default();
    let others = others.unwrap_or(&none);
    let [left, right, subtitle, footer] =
        [&others.title_left, &others.title_right, &others.subtitle, &others.footer].map(|text| text.as_deref());
    let titles = Titles { left, middle: title, right }.draw(font, style, layout);
    let subtitle = subtitle.zip(layout.subtitle).and_then(|(text, area)| {
        // It stands below the title that there is.
        let align = if title.is_none() && left.is_some() { Align::Left } else { Align::Middle };
        let block = Block { area, text: style.headings.subtitle, stands: Stands::Top };
        block.draw(font, layout, &[(text, align, area.width.into())])
    });
    let footer = footer.zip(layout.footer).and_then(|(text, area)| {
        let block = Block { area, text: style.headings.footer, stands: Stands::Top };
        block.draw(font, layout, &[(text, Align::Left, f64::from(area.right().saturating_sub(layout.map.x)))])
    });
    [titles, subtitle, footer].into_iter().flatten().collect()
}

/// The titles of a figure, which share their lines.
struct Titles<'a> {
    left: Option<&'a str>,
    middle: Option<&'a str>,
    right: Option<&'a str>,
}

impl Titles<'_> {
    fn draw(&self, font: &Font, style: &FigureStyle, layout: &Layout) -> Option<Overlay> {
        let area = layout.title?;
        let widths = self.widths_px(font, style, layout, area);
        let texts = [(self.left, Align::Left), (self.middle, Align::Middle), (self.right, Align::Right)];
        let texts: Vec<_> =
            texts.into_iter().zip(widths).filter_map(|((text, align), width)| Some((text?, align, width))).collect();
        // Shorter titles than the batch's longest stand directly above the map.
        let block = Block { area, text: style.headings.title, stands: Stands::Bottom };
        block.draw(font, layout, &texts)
    }

    /// The widths that the titles may have: their own, or if they would touch each other a share of those.
    fn widths_px(&self, font: &Font, style: &FigureStyle, layout: &Layout, area: PixelBox) -> [f64; 3] {
        let em_px = layout.px(style.headings.title.size_pt);
        let widest = |text: Option<&str>| {
            let lines = text.map(|text| merged_lines(text, style.headings.title.lines)).unwrap_or_default();
            let width = |line: &String| f64::from(font.measure(line, em_px as f32).width_px);
            lines.iter().map(width).fold(0.0, f64::max)
        };
        let [left, middle, right] = [self.left, self.middle, self.right].map(widest);
        if left.max(right) == 0.0 {
            return [0.0, area.width.into(), 0.0];
        }
        let (own, room) = if middle > 0.0 {
            // The one in the middle stays there, so the others have equal room.
            (middle + 2.0 * left.max(right), f64::from(layout.map.width) - 2.0 * TITLE_GAP_EM * em_px)
        } else {
            let gap = if left.min(right) > 0.0 { TITLE_GAP_EM * em_px } else { 0.0 };
            (left + right, f64::from(layout.map.width) - gap)
        };
        let share = (room.max(0.0) / own).min(1.0);
        // What fits as it is must not be made smaller by rounding.
        let slack_px = if share == 1.0 { 1.0 } else { 0.0 };
        [left, middle, right].map(|width| width * share + slack_px)
    }
}

/// Where a line stands between the map's ends.
#[derive(Clone, Copy)]
enum Align {
    Left,
    Middle,
    Right,
}

/// At which end of its box a text with fewer lines than there is room for stands.
#[derive(Clone, Copy)]
enum Stands {
    Top,
    Bottom,
}

/// A box of lines of one size.
struct Block {
    area: PixelBox,
    text: TextLines,
    stands: Stands,
}

impl Block {
    /// Draws texts, each with its place and the width that it may have in pixels.
    fn draw(&self, font: &Font, layout: &Layout, texts: &[(&str, Align, f64)]) -> Option<Overlay> {
        let em_px = layout.px(self.text.size_pt);
        let mut patch = Overlay::transparent(self.with_deep_letters(layout, em_px).clipped(layout)?);
        for &(text, align, width_px) in texts {
            let lines = merged_lines(text, self.text.lines);
            let unused = match self.stands {
                Stands::Top => 0.0,
                Stands::Bottom => f64::from(self.text.lines.max(1)) - lines.len() as f64,
            };
            for (index, line) in lines.iter().enumerate() {
                let fitted = font.fit(line, em_px as f32, width_px as f32);
                let own_px = f64::from(font.measure(&fitted.text, fitted.em_px).width_px);
                let left = self.left_px(layout.map, align, own_px);
                let down = LINE_ASCENT_EM + (unused + index as f64) * LINE_SPACING_EM;
                let baseline = i64::from(self.area.y) + (down * em_px).round() as i64;
                patch.paint(&font.draw(&fitted.text, fitted.em_px, left.round() as i64, baseline), INK);
            }
        }
        patch.trimmed()
    }

    /// The left end of a line, as far as the box goes.
    fn left_px(&self, map: PixelBox, align: Align, width_px: f64) -> f64 {
        let (least, most) = (f64::from(self.area.x), f64::from(self.area.right()) - width_px);
        let left = match align {
            Align::Left => f64::from(map.x),
            Align::Middle => map.centre_x() - width_px / 2.0,
            Align::Right => f64::from(map.right()) - width_px,
        };
        left.clamp(least, most.max(least))
    }

    /// As wide as the figure, with half an em more above and below for accents and deep letters.
    fn with_deep_letters(&self, layout: &Layout, em_px: f64) -> SignedBox {
        let grown = SignedBox::from(self.area).grown((em_px / 2.0).ceil() as i64);
        SignedBox { left: 0, right: layout.width_px.into(), ..grown }
    }
}

/// The text's lines, at most `most`; the last holds all that remains.
fn merged_lines(text: &str, most: u32) -> Vec<String> {
    let most = most.max(1) as usize;
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let (kept, rest) = lines.split_at(lines.len().min(most - 1));
    let rest = (!rest.is_empty()).then(|| rest.join(" "));
    kept.iter().map(|line| (*line).to_owned()).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::tests::layout_of;

    fn style() -> FigureStyle {
        crate::figure::tests::style((6.0, 4.0), 100.0, None)
    }

    /// With room for so many lines of title, subtitle and footer.
    fn with_lines([title, subtitle, footer]: [u32; 3]) -> FigureStyle {
        let mut style = style();
        let headings = &mut style.headings;
        [headings.title.lines, headings.subtitle.lines, headings.footer.lines] = [title, subtitle, footer];
        style
    }

    fn title(style: &FigureStyle, layout: &Layout, text: &str) -> Option<Overlay> {
        captions(Font::embedded(), style, layout, Some(text), None).pop()
    }

    /// Runs of columns with ink, apart by more than a title's widest gap within.
    fn runs(patch: &Overlay, gap_px: u32) -> Vec<[u32; 2]> {
        let has_ink = |x: u32| (0..patch.height).any(|y| patch.rgba[((y * patch.width + x) * 4 + 3) as usize] > 0);
        let mut runs: Vec<[u32; 2]> = Vec::new();
        for x in (0..patch.width).filter(|x| has_ink(*x)).map(|x| x + patch.x) {
            match runs.last_mut() {
                Some(run) if x - run[1] < gap_px => run[1] = x + 1,
                _ => runs.push([x, x + 1]),
            }
        }
        runs
    }

    #[test]
    fn titles_are_centred_over_the_map_and_stay_on_the_paper() {
        let style = style();
        let layout = layout_of(&style);
        let short = title(&style, &layout, "NIHON").expect("ink");
        let middle = f64::from(short.x) + f64::from(short.width) / 2.0;
        assert!((middle - layout.map.centre_x()).abs() <= 1.5);
        assert!(short.y >= 10 && short.y + short.height <= layout.map.y, "above the map");
        let long = title(&style, &layout, &"Very long titles ".repeat(20)).expect("ink");
        assert!(long.x + long.width <= layout.width_px && long.width <= layout.width_px - 20);
        assert_eq!(title(&style, &layout, "  "), None);
        let two = with_lines([2, 0, 0]);
        let layout = layout_of(&two);
        let low = title(&two, &layout, "NIHON").expect("ink");
        let high = title(&two, &layout, "NIHON\nNIHON\nand more").expect("ink");
        assert_eq!(layout.map.y - low.y - low.height, {
            let one = layout_of(&with_lines([1, 0, 0]));
            one.map.y - short.y - short.height
        });
        assert!(high.y < low.y && high.height > 2 * low.height);
    }

    #[test]
    fn titles_at_the_sides_end_with_the_map_and_never_touch_the_middle_one() {
        let style = style();
        let layout = layout_of(&style);
        let sides = |left: &str, right: &str| Captions {
            title_left: Some(left.into()),
            title_right: Some(right.into()),
            ..Captions::default()
        };
        let draw = |title, others: &Captions| captions(Font::embedded(), &style, &layout, title, Some(others));
        // Letters with upright stems: their ink begins within two pixels of where they stand.
        let short = draw(Some("HIH"), &sides("HH", "IH")).pop().expect("ink");
        let found = runs(&short, 12);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0][0].abs_diff(layout.map.x) <= 3 && found[2][1].abs_diff(layout.map.right()) <= 3, "{found:?}");
        assert!((f64::from(found[1][0] + found[1][1]) / 2.0 - layout.map.centre_x()).abs() <= 1.5);
        let word = "HIHIHIHIHIHIHIHIHI";
        for (middle, left, right, count) in [
            (Some(word), word, word, 3),
            (Some("H"), &*word.repeat(4), "H", 3),
            (None, &*word.repeat(3), &*word.repeat(5), 2),
            (None, &*word.repeat(2), "", 1),
        ] {
            let patch = draw(middle, &sides(left, right)).pop().expect("ink");
            assert_eq!(runs(&patch, 12).len(), count, "{middle:?}, {left}, {right}");
            assert!(patch.x >= layout.map.x && patch.x + patch.width <= layout.map.right());
        }
    }

    #[test]
    fn a_subtitle_stands_between_title_and_map_and_a_footer_below_all() {
        let style = with_lines([1, 1, 2]);
        let layout = layout_of(&style);
        let others = Captions {
            subtitle: Some("HHH".into()),
            footer: Some("HHH\nHHH".into()),
            title_left: Some("HH".into()),
            ..Captions::default()
        };
        let [title, subtitle, footer] =
            captions(Font::embedded(), &style, &layout, Some("HIH"), Some(&others)).try_into().expect("three patches");
        assert!(title.y + title.height < subtitle.y && subtitle.y + subtitle.height < layout.map.y);
        assert!(footer.y > layout.map.bottom() && footer.y + footer.height < layout.height_px);
        assert!(footer.x.abs_diff(layout.map.x) <= 2);
        let middle = f64::from(subtitle.x) + f64::from(subtitle.width) / 2.0;
        assert!((middle - layout.map.centre_x()).abs() <= 1.0);
        let [_, subtitle, _] =
            captions(Font::embedded(), &style, &layout, None, Some(&others)).try_into().expect("three patches");
        assert!(subtitle.x.abs_diff(layout.map.x) <= 2, "below the title at the left");
    }
}
