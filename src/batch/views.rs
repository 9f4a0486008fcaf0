//! What the CPU works out for each map before the GPU can draw it, once for all rasters on it: where the map has
//! points, its projection grids, and what is seen of the layers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::budget::Budget;
use super::graticule;
use super::latch::Latch;
use super::layers::Layers;
use super::map_furniture::{self, Site};
use super::view_layers::{SeenLayers, ViewPlaces};
use crate::error::{Error, Result};
use crate::figure::Overlay;
use crate::geo::{
    Domain, ForwardGrid, GeoWindow, Graticule, InverseGrid, OUTSIDE_PX, PixelRect, Placer, Precision, Transformers,
};
use crate::plan::{Figure, MapView, Plan};
use crate::scene::{MOST_EXTREME_SPAN, widest_span};
use crate::style::Resampling;

/// A map ready to be drawn with rasters on one grid.
pub(super) struct ViewData {
    /// Where its pixels lie on each raster, from the lowest to the highest.
    pub rasters: Vec<InverseGrid>,
    /// Where in its box there is no map; not told where that is of the map's colour.
    pub beyond: Vec<PixelRect>,
    /// The map's own outline; empty if it fills the box.
    pub outline: Vec<[f32; 2]>,
    /// Labels and the like.
    pub furniture: Vec<Overlay>,
    pub warnings: Vec<String>,
    /// Upper bound of the error against PROJ of what the grids place, in pixels.
    pub projection_error_px: f64,
    seen: Mutex<Seen>,
}

/// What is seen of the layers.
struct Seen {
    /// None once what they cover is kept on the device.
    layers: Option<Arc<SeenLayers>>,
    /// What the budget gave for them.
    bytes: u64,
}

impl Seen {
    fn layer_bytes(&self) -> u64 {
        self.layers.as_ref().map_or(0, |layers| layers.bytes())
    }
}

impl ViewData {
    /// What is seen of the layers, unless it was given up.
    pub(super) fn layers(&self) -> Option<Arc<SeenLayers>> {
        self.seen().layers.clone()
    }

    /// Bytes of what is seen of the layers.
    pub(super) fn layer_bytes(&self) -> u64 {
        self.seen().layer_bytes()
    }

    /// Takes from a budget what the map has in memory, if there is so much.
    fn take_from(&self, budget: &Budget) -> bool {
        let mut seen = self.seen();
        let of_layers = seen.layer_bytes();
        let is_taken = budget.take(self.own_bytes() + of_layers);
        if is_taken {
            seen.bytes = of_layers;
        }
        is_taken
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of all but the layers.
    fn own_bytes(&self) -> u64 {
        let of_grid = |grid: &InverseGrid| {
            size_of_val(grid.values.as_slice())
                + size_of_val(grid.patches.as_slice())
                + size_of_val(grid.patch_of_unit.as_slice())
        };
        let inverse: usize = self.rasters.iter().map(of_grid).sum();
        let furniture: usize = self.furniture.iter().map(|patch| patch.rgba.len()).sum();
        let edge = size_of_val(self.outline.as_slice()) + size_of_val(self.beyond.as_slice());
        (inverse + furniture + edge) as u64
    }
}

/// Which data: of a map, and of rasters on grids (by their addresses), each as exact as single cells need it or not.
type Key = (u32, Box<[(usize, bool)]>);

type Made = Result<Arc<ViewData>, Arc<Error>>;

/// Maps that several rasters are drawn on, as far as memory goes: those that came first stay, for all come round again
/// in the same order.
pub(super) struct ViewCache {
    /// How many figures are drawn on each map.
    uses: Vec<u32>,
    kept: Mutex<HashMap<Key, Arc<OnceLock<Made>>>>,
}

impl ViewCache {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut uses = vec![0; plan.views.len()];
        for figure in &plan.figures {
            uses[figure.view as usize] += 1;
        }
        Self { uses, kept: Mutex::default() }
    }

    /// Whether several figures are drawn on a map.
    pub(super) fn is_used_again(&self, view: u32) -> bool {
        self.uses[view as usize] > 1
    }

    /// A figure's map, from memory or made by `make`; who needs it meanwhile waits.
    pub(super) fn get(
        &self,
        plan: &Plan,
        figure: &Figure,
        budget: &Latch<Budget>,
        make: impl FnOnce() -> Result<ViewData>,
    ) -> Made {
        let make = || make().map(Arc::new).map_err(Arc::new);
        if !self.is_used_again(figure.view) {
            return make();
        }
        let of_cells = |place| precision_of(figure.sampling(place).resampling) == Precision::Cells;
        let grids = plan.rasters_of(figure).enumerate();
        let key: Key =
            (figure.view, grids.map(|(k, raster)| (Arc::as_ptr(&raster.grid) as usize, of_cells(k))).collect());
        let slot = Arc::clone(self.lock().entry(key.clone()).or_default());
        let mut is_new = false;
        let made = slot.get_or_init(|| {
            is_new = true;
            make()
        });
        let fits = |data: &Arc<ViewData>| budget.wait().is_some_and(|budget| data.take_from(&budget));
        if is_new && !made.as_ref().is_ok_and(fits) {
            self.lock().remove(&key);
        }
        made.clone()
    }

    /// Gives up what is seen of the layers on a map: what they cover is kept on the device.
    pub(super) fn drop_layers(data: &ViewData, budget: &Budget) {
        let mut seen = data.seen();
        seen.layers = None;
        budget.give_back(std::mem::take(&mut seen.bytes));
    }

    /// Forgets all maps: what the device kept is gone.
    pub(super) fn clear(&self, budget: &Budget) {
        for slot in self.lock().drain().map(|(_, slot)| slot) {
            if let Some(Ok(data)) = slot.get() {
                budget.give_back(data.own_bytes() + data.seen().bytes);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<OnceLock<Made>>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Works out a figure's map.
///
/// # Errors
/// [`Error::Transform`] where PROJ finds no way, [`Error::Stopped`] if the layers could not be read.
pub(super) fn prepare(
    plan: &Plan,
    figure: &Figure,
    layers: &Latch<Layers>,
    budget: &Latch<Budget>,
    transformers: &Transformers,
) -> Result<ViewData> {
    let mut warnings = Vec::new();
    let map = plan.view_of(figure);
    let view = &map.view;
    let domain = Domain::of(view, transformers)?;
    let mut rasters = Vec::new();
    for (place, raster) in plan.rasters_of(figure).enumerate() {
        let georeference = &raster.grid.georeference;
        let resampling = figure.sampling(place).resampling;
        let grid = InverseGrid::new(view, &domain, georeference, precision_of(resampling), transformers)?;
        if resampling.is_extreme() {
            check_span(resampling, &grid, georeference.size)?;
        }
        if !grid.touches(georeference.size) {
            // Rasters on one grid share what is worked out here, so it has a number and no name.
            let which = if place == 0 { "the raster".to_owned() } else { format!("overlay {place}") };
            warnings.push(format!("{which} does not reach the extent {}", map.extent_text()));
        }
        rasters.push(grid);
    }
    let graticule = graticule::of_map(plan, map, &domain, transformers)?;
    let lines = graticule.as_ref().map(Graticule::polylines).unwrap_or_default();
    let mut seen = None;
    if plan.layers.is_empty() && !lines.is_empty() {
        seen = Some(SeenLayers::of_graticule(map, &*layers.wait().ok_or(Error::Stopped)?, &lines));
    } else if !plan.layers.is_empty() {
        match see_layers(plan, map, layers, &lines, budget, transformers)? {
            Some(layers) => seen = Some(layers),
            None => warnings.push(format!("no point of the Earth is in the extent {}", map.extent_text())),
        }
    }
    let labelled = plan.layers.iter().any(|layer| layer.labels.is_some());
    let layers = if labelled { Some(layers.wait().ok_or(Error::Stopped)?) } else { None };
    let graticule = graticule.as_ref();
    let site = Site { plan, figure, domain: &domain, graticule, transformers, layers: layers.as_deref() };
    let furniture = map_furniture::draw(&site, &mut warnings)?;
    let beyond = if plan.paper.differs_beyond_maps() { domain.beyond() } else { Vec::new() };
    let outline = if figure.layout.frame_only { Vec::new() } else { separated(&crisp(domain.outline())) };
    let seen: SeenLayers = seen.unwrap_or_default();
    let errors = rasters.iter().map(|g| g.max_error_px).chain(seen.forward.as_ref().map(|g| g.max_error_px));
    let projection_error_px = errors.fold(0.0, f64::max);
    let seen = Mutex::new(Seen { layers: Some(Arc::new(seen)), bytes: 0 });
    Ok(ViewData { rasters, beyond, outline, furniture, warnings, projection_error_px, seen })
}

/// Triangles' edges on a view are at most this share of what it shows: larger ones are split, smaller ones would be
/// many.
const LONGEST_EDGE_SHARE: f64 = 1.0 / 16.0;

/// What the view shows of all layers; None if it shows no point of the Earth.
fn see_layers(
    plan: &Plan,
    map: &MapView,
    layers: &Latch<Layers>,
    lines: &[[f32; 2]],
    budget: &Latch<Budget>,
    transformers: &Transformers,
) -> Result<Option<SeenLayers>> {
    let view = &map.view;
    let line_m = map.metres_per_px * plan.widest_line_px();
    let mut margin_m = map.level.longest_segment_m() + line_m;
    let Some(mut window) = GeoWindow::of_view(view, margin_m, transformers)? else { return Ok(None) };
    let mut longest_px = map.longest_segment_px();
    let mut longest_edge_m = 0.0;
    if plan.has_areas() {
        longest_edge_m = map.level.longest_edge_m().max(LONGEST_EDGE_SHARE * window.height_m().max(window.width_m()));
        margin_m = longest_edge_m + line_m;
        window = GeoWindow::of_view(view, margin_m, transformers)?.unwrap_or(window);
        let size_px = view.width_px.max(view.height_px);
        longest_px = longest_px.max(f64::from(size_px));
    }
    let placer = Placer::new(view, longest_px, transformers)?;
    let grid = ForwardGrid::new(&placer, window);
    let layers = layers.wait().ok_or(Error::Stopped)?;
    let lines_on_cpu = budget.wait().ok_or(Error::Stopped)?.lines_on_cpu;
    let places = ViewPlaces { map, grid, placer, longest_edge_m, lines_on_cpu };
    Ok(Some(SeenLayers::new(places, &layers, lines)))
}

/// The straight edges of an outline moved to the middles of the nearest pixels, where they are drawn without blur, as the
/// frame of a map box is.
fn crisp(outline: &[[[f32; 2]; 2]]) -> Vec<[[f32; 2]; 2]> {
    /// Curves have no such piece within a share of a pixel.
    const LEAST_PX: f32 = 64.0;
    const SHARES: f32 = 64.0;
    let line_of = |[a, b]: &[[f32; 2]; 2], axis: usize| {
        let at = |p: &[f32; 2]| (p[axis] * SHARES).round() as i64;
        (at(a) == at(b)).then(|| at(a))
    };
    let mut crisp = outline.to_vec();
    for axis in 0..2 {
        let mut lengths: HashMap<i64, f32> = HashMap::new();
        for segment in outline {
            if let Some(line) = line_of(segment, axis) {
                *lengths.entry(line).or_default() += (segment[1][1 - axis] - segment[0][1 - axis]).abs();
            }
        }
        for (segment, moved) in outline.iter().zip(&mut crisp) {
            if line_of(segment, axis).is_some_and(|line| lengths[&line] >= LEAST_PX) {
                for point in moved {
                    point[axis] = (point[axis] - 0.5).round() + 0.5;
                }
            }
        }
    }
    crisp
}

/// Segments as polylines.
fn separated(segments: &[[[f32; 2]; 2]]) -> Vec<[f32; 2]> {
    segments.iter().flat_map(|&[a, b]| [a, b, [OUTSIDE_PX; 2]]).collect()
}

/// Refuses maps whose pixels are of more cells than are looked at.
fn check_span(resampling: Resampling, grid: &InverseGrid, size: [u32; 2]) -> Result<()> {
    let span = widest_span(grid, size);
    if span <= f64::from(MOST_EXTREME_SPAN) {
        return Ok(());
    }
    let problem =
        format!("looks at {MOST_EXTREME_SPAN} cells along a pixel, and on this map pixels are {span:.0} cells wide");
    let remedy = "draw a smaller area or a larger figure, or a coarser raster made by gdalwarp";
    Err(Error::value("--resampling", resampling.name(), problem, remedy))
}

/// Pixels of cells' own values must be on the right one, others need not tell cells apart.
fn precision_of(resampling: Resampling) -> Precision {
    if resampling == Resampling::Nearest { Precision::Cells } else { Precision::Pixels }
}
