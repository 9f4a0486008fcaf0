//! What the renderer is given: once for all frames, and with each frame.

use std::collections::BTreeMap;

use super::fills::VisibleFill;
use super::kept::Coverage;
use super::lines::LayerLook;
use crate::figure::Overlay;
use crate::geo::{ForwardGrid, InverseGrid, PixelRect};
use crate::scene::{FillLevel, LevelKey, LineLevel};
use crate::style::{PixelBox, Resampling};

/// What stays the same for all frames.
pub struct RendererOptions {
    /// Colour of the map where nothing is drawn, over the paper's; premultiplied alpha.
    pub facecolor: [f32; 4],
    /// Colour of the figure around the map, premultiplied alpha. Frames are opaque if it is.
    pub paper: [f32; 4],
    /// The coverage planes from the lowest; at most [`super::MAX_PLANES`].
    pub planes: Vec<PlaneLook>,
    /// How many of the planes lie under the raster.
    pub planes_below: usize,
    /// Width of the map's own outline in pixels.
    pub outline_width_px: f32,
}

/// One coverage plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneLook {
    /// Its colour, straight alpha.
    pub color: [f32; 4],
    /// Whether it holds areas, and not strokes.
    pub of_areas: bool,
    /// Whether its areas share their borders with those of the plane before.
    pub is_joined: bool,
}

/// The layers of a map, in no order: what is drawn over what is the planes' affair.
#[derive(Default)]
pub struct MapLayers<'a> {
    /// Lines, dashes and points.
    pub strokes: Vec<(LayerLook, &'a BTreeMap<LevelKey, LineLevel>)>,
    /// Areas and their plane.
    pub fills: Vec<(usize, &'a BTreeMap<LevelKey, FillLevel>)>,
}

/// What is drawn in one frame.
pub struct FrameInput<'a> {
    /// Size of the figure in pixels.
    pub figure_px: [u32; 2],
    /// Where the map goes.
    pub map_box: PixelBox,
    /// Raster coordinates of the map box's pixels; None where there is no raster.
    pub inverse: Option<&'a InverseGrid>,
    /// How pixels are made of the raster's cells.
    pub resampling: Resampling,
    /// Whether only the raster's own cells are looked at, and not coarser levels.
    pub finest_only: bool,
    /// The rasters over it, lowest first; below all layers that lie over the raster.
    pub over: &'a [RasterOver<'a>],
    /// Whether what the layers cover is drawn, or was kept when another frame of this view was drawn: what follows of
    /// the layers is not looked at then.
    pub coverage: Coverage<'a>,
    /// Pixel coordinates of longitudes and latitudes; None where no outline is seen.
    pub forward: Option<&'a ForwardGrid>,
    /// What is seen of each layer; nothing without a forward grid.
    pub visible: &'a [VisibleLayer],
    /// What is seen of each layer's areas.
    pub fills: &'a [VisibleFill],
    /// Strokes of each layer that are placed already, in pixels of the map box, polylines separated by
    /// [`crate::geo::OUTSIDE_PX`]; none, or as many lists as there are layers of strokes.
    pub placed: &'a [Vec<[f32; 2]>],
    /// Where in the map box there is no map, and so nothing but paper; it need not be told where both have one colour.
    pub beyond: &'a [PixelRect],
    /// The map's own outline, in the same form; empty where its frame is that of the box.
    pub outline: &'a [[f32; 2]],
    /// Furniture that many figures share; uploaded only when the number changes.
    pub furniture: (u64, &'a [Overlay]),
    /// What stands on the map and belongs to its place on the Earth, over the shared furniture.
    pub on_map: &'a [Overlay],
    /// The figure's own furniture, over all else.
    pub own: &'a [Overlay],
}

/// A raster over the map's own.
#[derive(Clone, Copy)]
pub struct RasterOver<'a> {
    /// Its coordinates of the map box's pixels.
    pub inverse: &'a InverseGrid,
    /// How pixels are made of its cells.
    pub resampling: Resampling,
    /// Whether only its own cells are looked at.
    pub finest_only: bool,
}

impl FrameInput<'_> {
    /// The grids of the map's rasters, lowest first.
    pub(super) fn grids(&self) -> impl Iterator<Item = Option<&InverseGrid>> {
        [self.inverse].into_iter().chain(self.over.iter().map(|raster| Some(raster.inverse)))
    }

    /// How pixels are made of the cells of one of the map's rasters, and whether only its own cells are looked at.
    pub(super) fn sampling(&self, place: usize) -> (Resampling, bool) {
        match place.checked_sub(1).map(|over| &self.over[over]) {
            None => (self.resampling, self.finest_only),
            Some(over) => (over.resampling, over.finest_only),
        }
    }
}

/// The part of one layer that a view shows.
#[derive(Clone, Debug)]
pub struct VisibleLayer {
    /// Index of the layer.
    pub layer: usize,
    /// The level to draw.
    pub level: LevelKey,
    /// The first segment of each chunk that may be seen.
    pub chunks: Vec<u32>,
}
