//! Where a map stands on the sheet in points, at one resolution for all: what is chosen there, such as the places of names,
//! does not depend on the figure's own resolution, whose boxes are of whole pixels.

use crate::geo::{Extent, View};
use crate::style::{Layout, PixelBox, layout::POINTS_PER_INCH};

/// A map on the sheet, in points from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SheetMap {
    /// Left, top, right and bottom edge.
    pub edges_pt: [f64; 4],
    /// Points in a pixel of the figure, along each axis.
    scale: [f64; 2],
    /// The figure's corner.
    shift: [f64; 2],
}

impl SheetMap {
    /// Pixels in an inch of the layout from which it is made: in whole pixels of that the largest figures can be had too.
    pub(super) const DPI: f64 = 360.0;

    /// The map as its figure has it.
    #[must_use]
    pub fn of_figure(layout: &Layout) -> Self {
        let scale = POINTS_PER_INCH / layout.dpi;
        Self { edges_pt: edges(layout.map).map(|edge| edge * scale), scale: [scale; 2], shift: [0.0; 2] }
    }

    /// The map in another layout, where it shows `extent`; `view` fills `map` in the figure.
    pub(super) fn new(view: &View, map: PixelBox, layout: &Layout, extent: &Extent) -> Self {
        let edges_pt = Self::of_figure(layout).edges_pt;
        let [left, top, right, bottom] = edges_pt;
        let ([x0, _, _, y1], [own_x0, _, _, own_y1]) = (extent.bounds(), view.extent.bounds());
        let per_unit = [(right - left) / extent.width(), (bottom - top) / extent.height()];
        let units = [view.extent.width() / f64::from(map.width), view.extent.height() / f64::from(map.height)];
        let scale = [per_unit[0] * units[0], per_unit[1] * units[1]];
        let corner = [left + (own_x0 - x0) * per_unit[0], top + (y1 - own_y1) * per_unit[1]];
        let shift = [corner[0] - f64::from(map.x) * scale[0], corner[1] - f64::from(map.y) * scale[1]];
        Self { edges_pt, scale, shift }
    }

    /// The place on the sheet of a place in the figure.
    #[must_use]
    pub fn pt_from_px(&self, px: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|k| px[k] * self.scale[k] + self.shift[k])
    }

    /// The place in the figure of a place on the sheet.
    #[must_use]
    pub fn px_from_pt(&self, pt: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|k| (pt[k] - self.shift[k]) / self.scale[k])
    }
}

fn edges(area: PixelBox) -> [f64; 4] {
    [area.x, area.y, area.right(), area.bottom()].map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::Crs;
    use crate::style::layout::{Headings, LayoutSpec, TextLines};

    fn layout(dpi: f64) -> Layout {
        let headings = Headings { title: TextLines { size_pt: 14.0, lines: 1 }, ..Headings::default() };
        let spec = LayoutSpec { figsize_in: (7.3, 5.1), dpi, headings, ..LayoutSpec::default() };
        Layout::new(&spec).expect("a layout")
    }

    #[test]
    fn a_place_of_the_map_is_at_one_place_of_the_sheet_whatever_the_resolution() {
        let wanted = Extent::new(0.0, 10.0, 0.0, 30.0).expect("an extent");
        let fitted =
            |layout: &Layout| wanted.grown_to_aspect(f64::from(layout.map.width) / f64::from(layout.map.height));
        let fine = layout(SheetMap::DPI);
        let places = [72.0, 100.0, 150.0, 300.0].map(|dpi| {
            let own = layout(dpi);
            let [width_px, height_px] = [own.map.width, own.map.height];
            let crs = Crs::from_user("EPSG:3857", "test").expect("a system");
            let view = View { crs, extent: fitted(&own), width_px, height_px };
            let sheet = SheetMap::new(&view, own.map, &fine, &fitted(&fine));
            let (mut xs, mut ys) = (vec![2.5], vec![22.0]);
            view.px_from_map(&mut xs, &mut ys);
            let px = [xs[0] + f64::from(own.map.x), ys[0] + f64::from(own.map.y)];
            let pt = sheet.pt_from_px(px);
            assert!([0, 1].iter().all(|k| (sheet.px_from_pt(pt)[*k] - px[*k]).abs() < 1e-9));
            assert!([0, 1].iter().all(|k| (pt[*k] - px[*k] * 72.0 / dpi).abs() < 1.0), "{pt:?} {px:?}");
            pt
        });
        for place in places {
            assert!([0, 1].iter().all(|k| (place[*k] - places[0][*k]).abs() < 1e-9), "{places:?}");
        }
    }
}
