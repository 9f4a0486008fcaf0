//! A view's raster coordinates in a few strokes: enough to tell how large cells are and about which of them are seen,
//! long before the view is drawn.

use super::round_trip::wrapped;
use super::{Georeference, InverseGrid, OUTSIDE_PX, Transformers, View};
use crate::error::Result;

/// Nodes along the longer side of a view.
const NODES: u32 = 17;

impl InverseGrid {
    /// Samples PROJ at a few points of the view only. Between them it is bilinear, with no bound of its error and no
    /// patches; nothing is said of cells with a node outside the projection, nor of those that a seam runs through.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if there is no operation from the view's system to the raster's.
    pub fn sketch(view: &View, raster: &Georeference, transformers: &Transformers) -> Result<Self> {
        let pitch_px = view.width_px.max(view.height_px).div_ceil(NODES - 1).max(1);
        let nodes = view.size_px().map(|size| size.div_ceil(pitch_px) + 1);
        let at = |k: u32| f64::from(k * pitch_px);
        let mut xs: Vec<f64> = (0..nodes[1]).flat_map(|_| (0..nodes[0]).map(at)).collect();
        let mut ys: Vec<f64> = (0..nodes[1]).flat_map(|j| (0..nodes[0]).map(move |_| at(j))).collect();
        view.map_from_px(&mut xs, &mut ys);
        transformers.get(&view.crs, &raster.crs)?.transform(&mut xs, &mut ys);
        let [middle, _] =
            raster.transform.map_from_px(f64::from(raster.size[0]) / 2.0, f64::from(raster.size[1]) / 2.0);
        let wraps = raster.crs.is_geographic();
        let value = |(x, y): (f64, f64)| {
            if !x.is_finite() || !y.is_finite() {
                return [OUTSIDE_PX; 2];
            }
            let x = if wraps { wrapped(x, middle) } else { x };
            let most = f64::from(OUTSIDE_PX) / -4.0;
            raster.transform.px_from_map(x, y).map(|v| v.clamp(-most, most) as f32)
        };
        let values = xs.into_iter().zip(ys).map(value).collect();
        Ok(Self {
            pitch_px,
            nodes,
            base_px: [0; 2],
            values,
            unit_columns: 0,
            patch_of_unit: Vec::new(),
            patches: Vec::new(),
            max_error_px: f64::NAN,
        })
    }
}
