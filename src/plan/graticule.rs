//! The graticule of a plan: its lines' style and plane, and the room that its labels take beside all maps.

use super::regions::Regions;
use crate::error::{Error, Result};
use crate::figure::{Font, edge_room};
use crate::geo::{Crs, Division, Georeference, LineSpacing, Transformers};
use crate::job::{GraticuleJob, GraticuleLabelsJob, GraticuleStep, Job};
use crate::source::{Bounds, Region};
use crate::style::layout::{EdgeLabels, LABEL_SIZE_PT};
use crate::style::{
    Color, DegreeFormat, EdgeSides, GraticuleLabelStyle, GraticuleLabels, LayerStyle, LineStyle, Range,
};

/// Meridians and parallels.
#[derive(Clone, Debug, PartialEq)]
pub struct GraticulePlan {
    /// Where there are meridians.
    pub longitudes: LineSpacing,
    /// Where there are parallels.
    pub latitudes: LineSpacing,
    /// How lines are drawn.
    pub style: LayerStyle,
    /// The index of the lines' coverage plane; None if they are not seen.
    pub plane: Option<usize>,
    /// How labels look; None for none.
    pub labels: Option<GraticuleLabelStyle>,
}

/// matplotlib's `grid.color`, `grid.linewidth`.
const COLOR: &str = "#b0b0b0";
const LINEWIDTH_PT: f64 = 0.8;
/// Above the raster and below the layers.
const ZORDER: f64 = 1.0;

/// Metres in a degree of latitude, about.
const DEGREE_M: f64 = 111_000.0;

impl GraticulePlan {
    /// Reads a job's graticule; None if it has none.
    ///
    /// # Errors
    /// [`Error::Value`] naming the key for values that cannot be used.
    pub(super) fn of(job: &Job) -> Result<Option<Self>> {
        let Some(graticule) = &job.graticule else { return Ok(None) };
        let step = graticule.step.unwrap_or(GraticuleStep::Auto);
        if step == GraticuleStep::Off {
            return Ok(None);
        }
        let format = graticule.format.unwrap_or_default();
        let spacing = |axis: usize, key: &str, given: &Option<Vec<f64>>, most: f64| match (given, step) {
            (Some(list), _) => checked(key, list, most).map(LineSpacing::At),
            (None, GraticuleStep::Each(steps)) => Ok(LineSpacing::Every(steps[axis])),
            (None, _) => Ok(LineSpacing::Auto(division(format))),
        };
        Ok(Some(Self {
            longitudes: spacing(0, "longitudes", &graticule.longitudes, 360.0)?,
            latitudes: spacing(1, "latitudes", &graticule.latitudes, 90.0)?,
            style: line_style(graticule)?,
            plane: None,
            labels: label_style(graticule, format)?,
        }))
    }

    /// Whether lines come before those of a layer at this zorder.
    pub(super) fn is_below(&self, zorder: f64) -> bool {
        self.style.zorder <= zorder
    }
}

fn checked(key: &str, list: &[f64], most: f64) -> Result<Vec<f64>> {
    match list.iter().find(|at| !(-most..=most).contains(*at)) {
        Some(at) => {
            let remedy = format!("give degrees from -{most} to {most}");
            Err(Error::value(key_of(key), at, "is beyond the Earth", remedy))
        }
        None => Ok(list.to_vec()),
    }
}

fn key_of(key: &str) -> String {
    format!("[graticule] {key}")
}

fn division(format: DegreeFormat) -> Division {
    match format {
        DegreeFormat::Dms => Division::Sexagesimal,
        DegreeFormat::Degrees | DegreeFormat::Decimal => Division::Decimal,
    }
}

fn line_style(graticule: &GraticuleJob) -> Result<LayerStyle> {
    let linewidth_pt = Range::LENGTH_PT.check(key_of("linewidth"), graticule.linewidth, LINEWIDTH_PT)?;
    let color = Color::parse(&key_of("color"), graticule.color.as_deref().unwrap_or(COLOR))?;
    let alpha = Range::OPACITY.check(key_of("alpha"), graticule.alpha, color.a.into())? as f32;
    let alpha = if color == Color::NONE { color.a } else { alpha };
    let linestyle = match &graticule.linestyle {
        Some(text) => LineStyle::parse(&key_of("linestyle"), text)?,
        None => LineStyle::Solid,
    };
    let zorder = graticule.zorder.unwrap_or(ZORDER);
    if !zorder.is_finite() {
        return Err(Error::value(key_of("zorder"), zorder, "is not a finite number", "give a number"));
    }
    let edge = (alpha > 0.0 && linewidth_pt > 0.0).then_some(Color { a: alpha, ..color });
    let nothing = LayerStyle { face: None, marker_face: None, marker_edge: None, ..LayerStyle::default() };
    Ok(LayerStyle { edge, linewidth_pt, linestyle, zorder, ..nothing })
}

fn label_style(graticule: &GraticuleJob, format: DegreeFormat) -> Result<Option<GraticuleLabelStyle>> {
    let size_pt = Range::LENGTH_PT.check(key_of("labelsize"), graticule.labelsize, LABEL_SIZE_PT)?;
    let color = Color::parse(&key_of("labelcolor"), graticule.labelcolor.as_deref().unwrap_or("black"))?;
    let place = match graticule.labels.unwrap_or(GraticuleLabelsJob::Edges) {
        GraticuleLabelsJob::Edges => GraticuleLabels::Edges(EdgeSides::DEFAULT),
        GraticuleLabelsJob::Sides(sides) => GraticuleLabels::Edges(sides),
        GraticuleLabelsJob::Inline => GraticuleLabels::Inline,
        GraticuleLabelsJob::Off => return Ok(None),
    };
    Ok((size_pt > 0.0 && color.a > 0.0).then_some(GraticuleLabelStyle { place, size_pt, color, format }))
}

/// Finds the room that labels need beside the maps of a job, from all of its regions, whatever part of it is drawn.
pub(super) struct LabelRoom<'a> {
    graticule: Option<&'a GraticulePlan>,
    font: &'a Font,
    /// The least sides of regions, in units of the system that is named with them: a row's, the job's, or the map's.
    least: Vec<(Option<String>, f64)>,
}

impl<'a> LabelRoom<'a> {
    pub(super) fn new(graticule: Option<&'a GraticulePlan>, font: &'a Font) -> Self {
        Self { graticule, font, least: Vec::new() }
    }

    /// Takes note of how small a region is.
    pub(super) fn look_at(&mut self, job: &Job, region: &Region) {
        if self.graticule.is_none() {
            return;
        }
        let (system, side) = match &region.bounds {
            Bounds::Box(bounds) => {
                let [x0, x1, y0, y1] = bounds.numbers;
                let width = if x0 > x1 { 360.0 + x1 - x0 } else { x1 - x0 };
                let own = region.extent_crs.as_ref().or(job.regions.crs.as_ref()).or(region.crs.as_ref());
                (own.cloned(), width.min(y1 - y0))
            }
            Bounds::Around(around) => {
                let side_km = around.width_km.min(around.height_km);
                (Some("EPSG:4326".to_owned()), side_km * 1000.0 / DEGREE_M)
            }
            Bounds::OnMap(extent) => (region.crs.clone(), extent.width().min(extent.height())),
        };
        match self.least.iter_mut().find(|(known, _)| *known == system) {
            Some((_, known)) => *known = known.min(side),
            None => self.least.push((system, side)),
        }
    }

    /// The room, on maps of a system unless regions have their own; `rasters` are those that are shown as a whole.
    pub(super) fn of<'r>(
        &self,
        map_crs: Option<&Crs>,
        regions: &Regions,
        rasters: impl Iterator<Item = &'r Georeference>,
        transformers: &Transformers,
    ) -> EdgeLabels {
        let Some(graticule) = self.graticule else { return EdgeLabels::default() };
        let Some(labels) = &graticule.labels else { return EdgeLabels::default() };
        let degrees = |crs: &Crs, side: f64| {
            if crs.is_geographic() { side } else { side * crs.metres_per_unit() / DEGREE_M }
        };
        let mut sides_deg = Vec::new();
        let mut rasters = rasters.peekable();
        let map_crs = map_crs.cloned().or_else(|| rasters.peek().map(|raster| raster.crs.clone()));
        for (system, side) in &self.least {
            let crs = match system {
                // What is wrong with it costs the regions that name it.
                Some(definition) => transformers.crs(definition, "").ok(),
                None => map_crs.clone(),
            };
            sides_deg.extend(crs.map(|crs| degrees(&crs, *side)));
        }
        if matches!(regions, Regions::WholeRaster) {
            let side = |raster: &Georeference| {
                let [_, dx_column, dx_row, _, dy_column, dy_row] = raster.transform.0;
                let [columns, rows] = raster.size.map(f64::from);
                (columns * dx_column.hypot(dy_column)).min(rows * dx_row.hypot(dy_row))
            };
            sides_deg.extend(rasters.map(|raster| degrees(&raster.crs, side(raster))));
        }
        let spacings = [&graticule.longitudes, &graticule.latitudes];
        let mut steps: Vec<f64> =
            sides_deg.iter().flat_map(|side| spacings.iter().filter_map(|spacing| spacing.step(*side))).collect();
        steps.sort_unstable_by(f64::total_cmp);
        steps.dedup();
        let given = spacings.map(|spacing| match spacing {
            LineSpacing::At(list) => list.as_slice(),
            LineSpacing::Auto(_) | LineSpacing::Every(_) => &[],
        });
        edge_room(self.font, labels, &steps, given[0], given[1])
    }
}
