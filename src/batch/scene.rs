//! What is on the device for all figures: the outlines, and what of maps is kept there.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::layers::Layers;
use crate::error::{Error, Result};
use crate::gpu::{Context, KeptCoverage, LayerLook, MAX_PLANES, MapLayers, PlaneLook, Renderer, RendererOptions};
use crate::plan::{Plan, Plane};
use crate::style::layout::LINE_WIDTH_PT;

/// A device with everything that all figures share.
pub(super) struct Scene {
    pub renderer: Renderer,
    /// What layers cover on maps that are drawn again, by the map's index.
    pub kept: HashMap<u32, KeptCoverage>,
}

impl Scene {
    /// Uploads the layers, without the lines that are placed on the CPU if that draws.
    ///
    /// # Errors
    /// [`Error::Value`] for layers of more colours in turn than there are planes, [`Error::Gpu`] and
    /// [`Error::DeviceLost`] if the device fails.
    pub(super) fn new(plan: &Plan, context: Arc<Context>, layers: &Layers, on_cpu: bool) -> Result<Self> {
        let planes = UsedPlanes::of(layers)?;
        let strokes = layers
            .strokes
            .iter()
            .map(|s| (LayerLook { plane: planes.number(s.look.plane), ..s.look.clone() }, s.on_gpu(on_cpu)));
        let fills = layers.fills.iter().map(|(plane, levels)| (planes.number(*plane), levels));
        let map_layers = MapLayers { strokes: strokes.collect(), fills: fills.collect() };
        let mut before = None;
        let look = |plane: &Plane| {
            let is_joined = plane.neighbours.is_some() && before == plane.neighbours;
            before = plane.neighbours;
            PlaneLook { color: plane.color.to_array(), of_areas: plane.of_areas, is_joined }
        };
        let options = RendererOptions {
            facecolor: plan.paper.premultiplied_map(),
            paper: plan.paper.premultiplied_figure(),
            planes: planes.of_plan(plan).map(look).collect(),
            planes_below: planes.of_plan(plan).filter(|plane| plane.below_raster).count(),
            outline_width_px: plan.line_px(LINE_WIDTH_PT) as f32,
        };
        Ok(Self { renderer: Renderer::new(context, &map_layers, &options)?, kept: HashMap::new() })
    }
}

/// The planes into which something is drawn: what a file holds is known only when it is read.
struct UsedPlanes(Vec<usize>);

impl UsedPlanes {
    fn of(layers: &Layers) -> Result<Self> {
        let all = layers.strokes.iter().map(|s| s.look.plane).chain(layers.fills.iter().map(|(plane, _)| *plane));
        let used: Vec<_> = all.collect::<BTreeSet<_>>().into_iter().collect();
        if used.len() > MAX_PLANES {
            return Err(Error::value(
                "--layer",
                format!("{} colours", used.len()),
                "are too many: so often the colour changes from layer to layer and class to class of what they hold",
                format!(
                    "use at most {MAX_PLANES}, with one colour for several classes, or one zorder for layers of one colour"
                ),
            ));
        }
        Ok(Self(used))
    }

    /// The number of a plan's plane among those used.
    fn number(&self, plane: usize) -> usize {
        self.0.binary_search(&plane).expect("every layer's plane is among those used")
    }

    fn of_plan<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = &'a Plane> {
        self.0.iter().map(|plane| &plan.planes[*plane])
    }
}
