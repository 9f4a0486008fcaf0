//! One figure on the device: its raster, what its layers cover, and the passes that draw it.

use std::sync::Arc;
use std::time::Duration;

use super::budget::Budget;
use super::clock::timed;
use super::draw::{Drawing, OnDevice, figures_of_step, is_of_device};
use super::latch::Latch;
use super::prepare::Prepared;
use super::recorder::Findings;
use super::scene::Scene;
use super::tiles::Tiles;
use super::view_layers::SeenLayers;
use super::views::{self, ViewCache, ViewData};
use crate::error::{Error, Result};
use crate::figure::MapFrame;
use crate::geo::{InverseGrid, Transformers};
use crate::gpu::{Coverage, FrameInput, KeptCoverage, Renderer};
use crate::plan::{Figure, Plan};

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
        findings.data_range = self.raster.range;
        let frame = if view.outline.is_empty() { MapFrame::Box } else { MapFrame::Outline };
        let Scene { renderer, kept } = &mut self.scene;
        let coverage = kept.get(&figure.view);
        let input = FrameInput {
            figure_px: figure.size_px(),
            map_box: figure.layout.map,
            inverse: view.inverse.as_ref(),
            resampling: figure.resampling,
            finest_only: figure.finest_only,
            forward: layers.forward.as_ref(),
            visible: &layers.visible,
            fills: &layers.fills,
            placed: &layers.placed,
            coverage: coverage.map_or(Coverage::Drawn, Coverage::Kept),
            outline: &view.outline,
            furniture: self.furniture.of(&plan.font, &plan.step_of(figure).style, &figure.layout, frame),
            on_map: &view.furniture,
            own: &prepared.furniture,
        };
        if self.raster.step.is_some() {
            tracing::info!(figure = &*figure.name, resampling = figure.resampling.name(), "drawing");
        }
        let keeps = coverage.is_none() && !plan.layers.is_empty() && self.stage.views.is_used_again(figure.view);
        let cells = match (&mut self.raster.tiles, &view.inverse) {
            (Some(tiles), Some(grid)) => Some(Cells { tiles, grid, plan, figure: prepared.figure }),
            _ => None,
        };
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

    /// Brings the raster of a figure's step to the device, and asks for the one after it. The inner error is the
    /// raster's.
    fn switch_to(&mut self, figure: usize) -> Result<Result<(), Arc<Error>>> {
        let Self { stage, scene, raster, .. } = self;
        let step = stage.plan.figures[figure].step as usize;
        match &raster.step {
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
        stage.ask_for(figure, &device, None);
        let Some(loader) = &mut stage.loader else { return Ok(Ok(())) };
        let (mut spare, mut there) = (None, Ok(()));
        *raster = OnDevice::default();
        match loader.take()? {
            Ok(loaded) => {
                spare = scene.renderer.set_raster(Some(loaded.look))?;
                (raster.tiles, raster.range) = (loaded.tiles, loaded.range);
            }
            Err(error @ Error::Stopped) => return Err(error),
            Err(error) if is_of_device(&error) => return Err(error),
            Err(error) => there = Err(Arc::new(error)),
        }
        raster.step = Some((step, there.clone()));
        if let Some(figures) = figures_of_step(stage.plan, figure) {
            stage.ask_for(figures.end, &device, spare);
        }
        Ok(there)
    }
}

/// A figure whose raster comes in tiles.
struct Cells<'a> {
    tiles: &'a mut Tiles,
    grid: &'a InverseGrid,
    plan: &'a Plan,
    figure: usize,
}

/// Records a frame and submits it. With a budget, what its layers cover is kept if there is room. The inner error is
/// the figure's own.
fn record(
    renderer: &mut Renderer,
    input: &FrameInput,
    budget: Option<&Budget>,
    cells: Option<Cells>,
    transformers: &Transformers,
) -> Result<Result<Option<KeptCoverage>>> {
    renderer.begin(input)?;
    let bytes = renderer.coverage_bytes(&input.map_box);
    let roomy = budget.filter(|budget| budget.take_on_device(bytes));
    let kept = roomy.map(|_| renderer.keep_coverage()).transpose()?;
    match cells {
        None => renderer.draw_part(None),
        Some(Cells { tiles, grid, plan, figure }) => {
            if let Err(error) = tiles.draw(renderer, plan, figure, grid, transformers)? {
                renderer.abandon();
                roomy.inspect(|budget| budget.give_back_on_device(bytes));
                return Ok(Err(error));
            }
        }
    }
    renderer.finish(input).map(|()| Ok(kept))
}
