//! From rasters and regions to figures: each region of each raster gets its file, its title and the map that fills its
//! box.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::intern::Recent;
use super::portion::Portion;
use super::regions::{self, Listed, Regions};
use super::stack::{Below, Overlays};
use super::steps::{Looked, RasterRequest, Styles, look_into};
use super::survey::Survey;
use super::texts::Texts;
use super::{Failure, Figure, MapView, Plan, RasterPlan, SheetMap, Step, TextPlan, coloring, datasets};
use crate::error::{Error, Result};
use crate::figure::{Captions, FigureStyle, Font};
use crate::geo::{Crs, Extent, Transformers, View};
use crate::job::{Adjustable, Job};
use crate::output::{collision, same_names};
use crate::scene::LevelKey;
use crate::source::Region;
use crate::style::{Layout, PixelBox, Resampling};

/// Fills a plan with what its shard draws of a job.
///
/// # Errors
/// Whatever keeps every figure from being drawn.
pub(super) fn lay_out(mut plan: Plan, job: &Job) -> Result<Plan> {
    coloring::check_has_raster(job)?;
    let all_names = datasets::of(&job.raster)?;
    let mut names = all_names.clone();
    let mut texts = Texts::of(job, plan.file_format.format(), false)?;
    let graticule = plan.graticule.clone();
    let font = Arc::clone(&plan.font);
    let mut survey = Survey::new(job, graticule.as_ref(), &texts, &all_names, &font);
    let regions = Regions::of(job, |region| survey.see(region))?;
    let Survey { lines, room, largest, .. } = survey;
    largest.tell(&mut plan.texts);
    match &regions {
        Regions::Listed(regions) => texts.check(regions)?,
        Regions::WholeRaster => {
            names = regions::select_rasters(job, names)?;
            texts = Texts::of(job, plan.file_format.format(), true)?;
        }
    }
    let names: Vec<Arc<str>> = names.into_iter().map(Arc::from).collect();
    let portion = Portion::of(plan.shard, names.len(), regions.count());
    let mine = &names[portion.datasets(names.len())];
    let as_it_is = |error| error;
    let request = RasterRequest::new(&job.raster, &job.colorbar, &as_it_is)?;
    plan.datasets.push(Arc::clone(&request.pool));
    let looked = look_into(&request, mine, plan.threads);
    let below = Below::of(job, &all_names, mine, &looked);
    let overlays = Overlays::look_into(job, &below, &mut plan)?;
    let map_crs = job.map.crs.as_deref().map(|definition| Crs::from_user(definition, "--crs")).transpose()?;
    let rasters = looked.iter().filter_map(|looked| Some(&looked.raster.as_ref().ok()?.grid.georeference));
    let edge_labels = room.of(map_crs.as_ref(), &regions, rasters, &Transformers::default());
    let styles = Styles::new(job, &plan.layers, plan.dpi, lines, edge_labels)?;
    let sheet = Sheet::new(job, &plan.font, texts, map_crs, regions);
    sheet.add_steps(&mut plan, styles, Found { portion, names: &names, looked, below, overlays })?;
    sheet.refuse_same_names(&mut plan);
    let of_styles = plan.steps.iter().flat_map(|step| step.style.texts());
    let fixed = plan.texts.iter().filter_map(TextPlan::fixed).map(Cow::Borrowed);
    plan.font.report(plan.figures.iter().flat_map(Figure::texts).map(Cow::Borrowed).chain(of_styles).chain(fixed));
    Ok(plan)
}

/// The rasters of a shard as they were found.
struct Found<'a> {
    portion: Portion,
    /// Those of all datasets.
    names: &'a [Arc<str>],
    looked: Vec<Looked>,
    below: Below,
    overlays: Overlays<'a>,
}

/// What all figures have in common.
struct Sheet<'a> {
    job: &'a Job,
    texts: Texts,
    /// None takes each raster's own.
    map_crs: Option<Crs>,
    regions: Regions,
    /// The names of the listed regions.
    names: Vec<Arc<str>>,
    layouts: RefCell<Layouts>,
    /// The same at the resolution at which names get their places.
    fine: RefCell<Layouts>,
    views: RefCell<HashMap<ViewKey, u32>>,
    /// The region of each of the plan's figures.
    rows: RefCell<Vec<u32>>,
    transformers: Transformers,
}

/// What tells maps apart: the system, the extent's bounds bit by bit, and the box, for labels may reach out of it.
type ViewKey = (Crs, [u64; 4], PixelBox);

/// Layouts by what they are made from, and those shrunk to a shape.
struct Layouts {
    font: Arc<Font>,
    /// Another resolution than the style's.
    dpi: Option<f64>,
    /// The common style of the step at hand, a size in inches, and the layout.
    known: Vec<(Arc<FigureStyle>, [u64; 2], Arc<Layout>)>,
    shrunk: Recent<Layout>,
}

impl<'a> Sheet<'a> {
    fn new(job: &'a Job, font: &Arc<Font>, texts: Texts, map_crs: Option<Crs>, regions: Regions) -> Self {
        let name = |region: &Listed| match region {
            Ok(region) => Arc::from(region.name.as_str()),
            Err(error) => Arc::from(place_of(error)),
        };
        let names = match &regions {
            Regions::Listed(regions) => regions.iter().map(name).collect(),
            Regions::WholeRaster => Vec::new(),
        };
        Self {
            job,
            texts,
            map_crs,
            regions,
            names,
            layouts: RefCell::new(Layouts::new(font, None)),
            fine: RefCell::new(Layouts::new(font, Some(SheetMap::DPI))),
            views: RefCell::default(),
            rows: RefCell::default(),
            transformers: Transformers::default(),
        }
    }

    /// Draws each raster with those over it, or the layers alone where there is none.
    ///
    /// # Errors
    /// For settings that fit no figure, and for the only raster if it cannot be drawn.
    fn add_steps(&self, plan: &mut Plan, mut styles: Styles, found: Found) -> Result<()> {
        let Found { portion, names, looked, below, overlays } = found;
        if names.is_empty() {
            let step = styles.step(None, &plan.overlays, Box::default())?;
            return self.add_step(plan, step, portion.rows_of(0));
        }
        let is_only = names.len() == 1 && looked.len() == 1;
        let first = portion.datasets(names.len()).start;
        for (index, Looked { dataset, band, raster }) in looked.into_iter().enumerate() {
            let (name, rows) = (&names[first + dataset], portion.rows_of(first + dataset));
            let stacked = raster.and_then(|raster| Ok((raster, overlays.over(&below, index)?)));
            match stacked {
                Ok((raster, over)) => {
                    let step = styles.step(Some(raster), &plan.overlays, over)?;
                    self.add_step(plan, step, rows)?;
                }
                // There is nothing else that could be drawn.
                Err(error) if is_only => return Err(Arc::into_inner(error).unwrap_or(Error::Stopped)),
                Err(error) => self.fail_all(plan, name, band, &error, rows),
            }
        }
        Ok(())
    }

    /// Draws a step on some of the regions.
    ///
    /// # Errors
    /// For settings that fit no figure.
    fn add_step(&self, plan: &mut Plan, step: Step, rows: Range<usize>) -> Result<()> {
        let map_crs = match (&self.map_crs, &step.raster) {
            (Some(crs), _) => crs.clone(),
            (None, Some(raster)) => raster.grid.georeference.crs.clone(),
            (None, None) => {
                return Err(Error::Missing {
                    key: "--crs".into(),
                    remedy: "without a raster the map needs a coordinate reference system, such as lcc or EPSG:3857"
                        .into(),
                });
            }
        };
        // What no layout fits, no figure does.
        self.layouts.borrow_mut().of(&step.style, step.style.figsize_in.into())?;
        let index = plan.steps.len() as u32;
        for row in rows {
            let whole;
            let (region, name) = match &self.regions {
                Regions::Listed(regions) => match &regions[row] {
                    Ok(region) => (region, Arc::clone(&self.names[row])),
                    Err(error) => {
                        let failure = Failure::of(&self.names[row], step.raster.as_ref(), None, Arc::clone(error));
                        plan.failures.push(failure);
                        continue;
                    }
                },
                Regions::WholeRaster => {
                    let Some(raster) = &step.raster else { continue };
                    whole = regions::whole_raster(raster, &map_crs, &self.transformers)?;
                    (&whole, Arc::from(whole.name.as_str()))
                }
            };
            let mut file = None;
            match self.draft(plan, &step, region, row + 1, &map_crs, &mut file) {
                Ok(draft) => {
                    plan.figures.push(draft.figure(name, index));
                    self.rows.borrow_mut().push(row as u32);
                }
                Err(error) => {
                    plan.failures.push(Failure::of(&name, step.raster.as_ref(), file, Arc::new(error)));
                }
            }
        }
        plan.steps.push(step);
        Ok(())
    }

    /// The figures of a raster that cannot be drawn.
    fn fail_all(
        &self,
        plan: &mut Plan,
        dataset: &Arc<str>,
        band: Option<usize>,
        error: &Arc<Error>,
        rows: Range<usize>,
    ) {
        for row in rows {
            let name = match &self.regions {
                Regions::Listed(_) => Arc::clone(&self.names[row]),
                Regions::WholeRaster => Arc::clone(dataset),
            };
            let (dataset, error) = (Some(Arc::clone(dataset)), Arc::clone(error));
            plan.failures.push(Failure { name, dataset, band, file: None, error });
        }
    }

    /// What a region makes of a figure; `file` is set as soon as it is known.
    fn draft(
        &self,
        plan: &mut Plan,
        step: &Step,
        region: &Region,
        index: usize,
        map_crs: &Crs,
        file: &mut Option<Box<str>>,
    ) -> Result<Draft> {
        let raster = step.raster.as_ref();
        let title = self.texts.title(region, index, raster)?;
        let captions = self.texts.captions(region, index, raster)?;
        let file = file.insert(self.texts.file_name(region, index, raster)?).clone();
        let crs = regions::crs_of(region, map_crs, &self.transformers)?;
        let extent = regions::extent_on_map(self.job, region, &crs, &self.transformers)?;
        let (layout, fitted) = self.fit(&self.layouts, &step.style, region, extent)?;
        let view = View { crs, extent: fitted, width_px: layout.map.width, height_px: layout.map.height };
        let sheet = |view: &View| match self.fit(&self.fine, &step.style, region, extent) {
            Ok((fine, shown)) => SheetMap::new(view, layout.map, &fine, &shown),
            // Few figures are so large.
            Err(_) => SheetMap::of_figure(&layout),
        };
        let view = self.view(plan, view, layout.map, sheet)?;
        Ok(Draft { title, captions, file, layout, view })
    }

    /// The index of a map among those that the plan has.
    fn view(
        &self,
        plan: &mut Plan,
        view: View,
        map_box: PixelBox,
        sheet: impl FnOnce(&View) -> SheetMap,
    ) -> Result<u32> {
        let key = (view.crs.clone(), view.extent.bounds().map(f64::to_bits), map_box);
        if let Some(index) = self.views.borrow().get(&key) {
            return Ok(*index);
        }
        let metres_per_px = view.finest_metres_per_px(&self.transformers)?.unwrap_or(1.0);
        let index = plan.views.len() as u32;
        let has_names = plan.layers.iter().any(|layer| layer.labels.is_some());
        let sheet = has_names.then(|| Box::new(sheet(&view)));
        plan.views.push(MapView { view, level: LevelKey::for_view(metres_per_px), metres_per_px, sheet });
        self.views.borrow_mut().insert(key, index);
        Ok(index)
    }

    /// Makes extent and box of one shape, as `--adjustable` says.
    fn fit(
        &self,
        layouts: &RefCell<Layouts>,
        style: &Arc<FigureStyle>,
        region: &Region,
        extent: Extent,
    ) -> Result<(Arc<Layout>, Extent)> {
        let mut layouts = layouts.borrow_mut();
        let full = match region.figsize {
            None => layouts.of(style, style.figsize_in.into())?,
            Some(size) => layouts.of(style, size).map_err(|e| figsize_fault(region, e))?,
        };
        if full.frame_only {
            return Ok((full, extent));
        }
        let layout = match self.job.map.adjustable.unwrap_or(Adjustable::Datalim) {
            Adjustable::Datalim => full,
            Adjustable::Box => {
                let shrunk = full.shrunk_to_aspect(extent.width() / extent.height()).map_err(|e| Error::Region {
                    place: region.place.clone(),
                    problem: e.to_string(),
                    remedy: "give the region another shape".into(),
                })?;
                let mut shrunk = Arc::new(shrunk);
                layouts.shrunk.share(&mut shrunk);
                shrunk
            }
        };
        // A shrunk box is of whole pixels, so the extent follows it by less than one.
        let aspect = f64::from(layout.map.width) / f64::from(layout.map.height);
        Ok((layout, extent.grown_to_aspect(aspect)))
    }

    /// Fails all figures whose file would also be another's.
    fn refuse_same_names(&self, plan: &mut Plan) {
        const MOST_NAMED: usize = 3;
        let rows = self.rows.borrow();
        let place = |index: usize| match plan.raster_of(&plan.figures[index]) {
            Some(raster) if plan.steps.len() > 1 => {
                format!(
                    "{}, band {} of raster {}",
                    self.regions.place(rows[index] as usize),
                    raster.band,
                    raster.dataset
                )
            }
            _ => self.regions.place(rows[index] as usize).to_owned(),
        };
        let mut failures = Vec::new();
        let mut is_refused = vec![false; plan.figures.len()];
        for group in same_names(plan.figures.iter().map(|figure| &*figure.file)) {
            for &index in &group {
                let figure = &plan.figures[index];
                let others = group.iter().filter(|other| **other != index).take(MOST_NAMED).map(|other| place(*other));
                let error = collision(&place(index), &figure.file, &others.collect::<Vec<_>>(), group.len() - 1);
                is_refused[index] = true;
                let file = Some(figure.file.clone());
                failures.push(Failure::of(&figure.name, plan.raster_of(figure), file, Arc::new(error)));
            }
        }
        plan.failures.extend(failures);
        let mut refused = is_refused.into_iter();
        plan.figures.retain(|_| refused.next() == Some(false));
    }
}

/// A figure of which only what the region says is known.
struct Draft {
    title: Option<Box<str>>,
    captions: Option<Box<Captions>>,
    file: Box<str>,
    layout: Arc<Layout>,
    view: u32,
}

impl Draft {
    /// The figure of a region's name in a step; how its rasters are sampled is chosen once all figures are known.
    fn figure(self, name: Arc<str>, step: u32) -> Figure {
        let Self { title, captions, file, layout, view } = self;
        let (resampling, finest_only, over) = (Resampling::default(), true, Box::default());
        Figure { name, title, captions, file, layout, step, view, resampling, finest_only, over }
    }
}

impl Layouts {
    fn new(font: &Arc<Font>, dpi: Option<f64>) -> Self {
        Self { font: Arc::clone(font), dpi, known: Vec::new(), shrunk: Recent::new() }
    }

    /// The layout of figures of a style and a size in inches.
    fn of(&mut self, style: &Arc<FigureStyle>, size: [f64; 2]) -> Result<Arc<Layout>> {
        let bits = size.map(f64::to_bits);
        let is_known = |(of, size, _): &&(Arc<FigureStyle>, _, _)| Arc::ptr_eq(of, style) && *size == bits;
        if let Some((_, _, layout)) = self.known.iter().find(is_known) {
            return Ok(Arc::clone(layout));
        }
        let dpi = self.dpi.unwrap_or(style.dpi);
        let sized = FigureStyle { figsize_in: size.into(), dpi, ..(**style).clone() };
        let mut layout = Arc::new(Layout::new(&sized.layout_spec(&self.font))?);
        if let Some((_, _, same)) = self.known.iter().find(|(_, _, known)| *known == layout) {
            layout = Arc::clone(same);
        }
        // Steps with scales of their own have styles of their own, of which none comes again.
        if self.known.last().is_some_and(|(of, _, _)| !Arc::ptr_eq(of, style)) {
            self.known.retain(|(_, size, _)| *size == bits);
            self.known.truncate(1);
        }
        self.known.push((Arc::clone(style), bits, Arc::clone(&layout)));
        Ok(layout)
    }
}

/// A layout that a region's own size leaves no room for.
fn figsize_fault(region: &Region, error: Error) -> Error {
    let (problem, remedy) = match error {
        Error::Value { value, problem, remedy, .. } => (format!("'{value}' {problem}"), remedy),
        other => (other.to_string(), "give another size".into()),
    };
    Error::Region { place: format!("{}, column figsize", region.place), problem, remedy }
}

/// A row that could not be read has no name but a place.
fn place_of(error: &Error) -> String {
    match error {
        Error::Region { place, .. } => place.clone(),
        other => other.to_string(),
    }
}

impl Failure {
    fn of(name: &Arc<str>, raster: Option<&RasterPlan>, file: Option<Box<str>>, error: Arc<Error>) -> Self {
        let (dataset, band) = (raster.map(|raster| Arc::clone(&raster.dataset)), raster.map(|raster| raster.band));
        Self { name: Arc::clone(name), dataset, band, file, error }
    }
}
