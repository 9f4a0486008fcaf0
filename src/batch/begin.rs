//! One figure on the device: its rasters, what its layers cover, and the passes that draw it.

use std::sync::Arc;
use std::time::Duration;

use super::budget::Budget;
use super::clock::timed;
use super::draw::{Drawing, Held, figures_of_step, is_of_device};
use super::latch::Latch;
use super::loader::Loaded;
use super::prepare::Prepared;
use super::recorder::Findings;
use super::scene::Scene;
use super::view_layers::SeenLayers;
use super::views::{self, ViewCache, ViewData};
use crate::error::{Error, Result};
use crate::figure::MapFrame;
use crate::geo::{InverseGrid, Transformers};
use crate::gpu::{Coverage, FrameInput, KeptCoverage, RasterOver, Renderer};
use crate::plan::{Figure, Plan, Sampling};

impl Drawing<'_> {
    /// Draws a figure's frame up to its pixels' readback. The inner error is the figure's own.
    pub(super) fn begin(
        &mut self,
        prepared: &Prepared,
        view: &ViewData,
        findings: &mut Findings,
        time: &mut Duration,
    ) -> Result<Result<(), Arc<Error>>> {
        let plan = self.stage.plan;
        let figure = &plan.figures[prepared.figure];
        match self.scene.renderer.check_size(figure.size_px()) {
            Ok(()) => {}
            Err(error @ Error::DeviceLost { .. }) => return Err(error),
            Err(error) => return Ok(Err(Arc::new(error))),
        }
        if let Err(error) = self.switch_to(prepared.figure)? {
            return Ok(Err(error));
        }
        let layers = self.layers_of(figure, view)?;
        findings.projection_error_px = view.projection_error_px;
        findings.warnings = view.warnings.iter().chain(&prepared.warnings).cloned().collect();
        findings.data_ranges = self.rasters.held.iter().map(|held| held.as_ref().and_then(|held| held.range)).collect();
        let frame = if view.outline.is_empty() { MapFrame::Box } else { MapFrame::Outline };
        let Scene { renderer, kept } = &mut self.scene;
        let coverage = kept.get(&figure.view);
        let (lowest, over) = view.rasters.split_first().map_or((None, &[][..]), |(first, over)| (Some(first), over));
        let over: Vec<_> = over
            .iter()
            .zip(&figure.over)
            .map(|(inverse, Sampling { resampling, finest_only })| RasterOver {
                inverse,
                resampling: *resampling,
                finest_only: *finest_only,
            })
            .collect();
        let input = FrameInput {
            figure_px: figure.size_px(),
            map_box: figure.layout.map,
            inverse: lowest,
            resampling: figure.resampling,
            finest_only: figure.finest_only,
            over: &over,
            forward: layers.forward.as_ref(),
            visible: &layers.visible,
            fills: &layers.fills,
            placed: &layers.placed,
            coverage: coverage.map_or(Coverage::Drawn, Coverage::Kept),
            beyond: &view.beyond,
            outline: &view.outline,
            furniture: self.furniture.of(&plan.font, &plan.step_of(figure).style, &figure.layout, frame),
            on_map: &view.furniture,
            own: &prepared.furniture,
        };
        if self.rasters.step.is_some() {
            tracing::info!(figure = &*figure.name, resampling = figure.resampling.name(), "drawing");
        }
        let keeps = coverage.is_none() && !plan.planes.is_empty() && self.stage.views.is_used_again(figure.view);
        let cells = Cells { rasters: &mut self.rasters.held, grids: &view.rasters, plan, figure: prepared.figure };
        let budget = keeps.then_some(&*self.budget);
        match timed(time, || record(renderer, &input, budget, cells, &self.transformers))? {
            Err(error) => return Ok(Err(Arc::new(error))),
            Ok(None) => {}
            Ok(Some(coverage)) => {
                kept.insert(figure.view, coverage);
                ViewCache::drop_layers(view, &self.budget);
            }
        }
        Ok(Ok(()))
    }

    /// What is seen of the layers, unless what they cover is kept.
    fn layers_of(&self, figure: &Figure, view: &ViewData) -> Result<Arc<SeenLayers>> {
        if self.scene.kept.contains_key(&figure.view) {
            return Ok(Arc::default());
        }
        if let Some(layers) = view.layers() {
            return Ok(layers);
        }
        // It was kept on a device that is gone.
        let view = views::prepare(self.stage.plan, figure, self.stage.layers, self.stage.budget, &self.transformers)?;
        Ok(view.layers().unwrap_or_default())
    }

    /// Brings the rasters of a figure's step to the device, and asks for those of the one after it. The inner error is
    /// that of one of the rasters.
    fn switch_to(&mut self, figure: usize) -> Result<Result<(), Arc<Error>>> {
        let Self { stage, scene, rasters, .. } = self;
        let step = stage.plan.figures[figure].step as usize;
        match &rasters.step {
            Some((current, there)) if *current == step => return Ok(there.clone()),
            _ if stage.loader.is_none() => return Ok(Ok(())),
            _ => {}
        }
        let device = Arc::new(Latch::there(Arc::clone(&self.context)));
        if let Some(loader) = &mut stage.loader
            && loader.asked().is_some_and(|asked| asked != step)
        {
            // All figures of that step were left out.
            let _unused = loader.take()?;
        }
        stage.ask_for(figure, &device, rasters, Vec::new());
        let Some(loader) = &mut stage.loader else { return Ok(Ok(())) };
        let (mut spare, mut there) = (Vec::new(), Ok(()));
        rasters.step = None;
        rasters.keep_of(&stage.plan.stack(step));
        match loader.take()? {
            Ok(loaded) => {
                for Loaded { place, id, look, tiles, range } in loaded {
                    spare.extend(scene.renderer.set_raster(place, Some(look))?.map(|before| (place, before)));
                    rasters.held[place] = Some(Held { id, tiles, range });
                }
            }
            Err(error @ Error::Stopped) => return Err(error),
            Err(error) if is_of_device(&error) => return Err(error),
            Err(error) => there = Err(Arc::new(error)),
        }
        rasters.step = Some((step, there.clone()));
        if let Some(figures) = figures_of_step(stage.plan, figure) {
            stage.ask_for(figures.end, &device, rasters, spare);
        }
        Ok(there)
    }
}

/// The rasters of a figure, some of which may come in tiles.
struct Cells<'a> {
    rasters: &'a mut [Option<Held>],
    grids: &'a [InverseGrid],
    plan: &'a Plan,
    figure: usize,
}

impl Cells<'_> {
    /// Draws one raster after another. The inner error is the figure's own.
    fn draw(self, renderer: &mut Renderer, transformers: &Transformers) -> Result<Result<()>> {
        for place in 0..self.grids.len().max(1) {
            let held = self.rasters.get_mut(place).and_then(Option::as_mut);
            let Some((tiles, grid)) = held.and_then(|held| held.tiles.as_mut()).zip(self.grids.get(place)) else {
                renderer.draw_part(place, None);
                continue;
            };
            if let Err(error) = tiles.draw(renderer, self.plan, self.figure, grid, transformers)? {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }
}

/// Records a frame and submits it. With a budget, what its layers cover is kept if there is room. The inner error is
/// the figure's own.
fn record(
    renderer: &mut Renderer,
    input: &FrameInput,
    budget: Option<&Budget>,
    cells: Cells,
    transformers: &Transformers,
) -> Result<Result<Option<KeptCoverage>>> {
    renderer.begin(input)?;
    let bytes = renderer.coverage_bytes(&input.map_box);
    let roomy = budget.filter(|budget| budget.take_on_device(bytes));
    let kept = roomy.map(|_| renderer.keep_coverage()).transpose()?;
    if let Err(error) = cells.draw(renderer, transformers)? {
        renderer.abandon();
        roomy.inspect(|budget| budget.give_back_on_device(bytes));
        return Ok(Err(error));
    }
    renderer.finish(input).map(|()| Ok(kept))
}
