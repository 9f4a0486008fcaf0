//! From regions to figures: each row gets its file, its title and the view that fills its map box.

use std::cell::RefCell;

use super::{Failure, Figure, Plan, RasterPlan};
use crate::error::{Error, Result};
use crate::figure::{FigureStyle, Font};
use crate::geo::{Crs, Extent, Transformers, Unplaced, View};
use crate::job::{Adjustable, Job};
use crate::output::{NameTemplate, Template, UnknownField, check_collisions};
use crate::scene::LevelKey;
use crate::source::{Around, Bounds, Region, dataset_stem, read_regions};
use crate::style::{Layout, Resampling};

/// The regions of a job with their texts.
pub(super) struct Regions {
    rows: Vec<Result<Row>>,
}

/// One region with its texts filled in.
struct Row {
    region: Region,
    title: Option<String>,
    file_name: String,
}

impl Regions {
    /// Reads the regions, or takes the raster's whole extent if there are none.
    ///
    /// # Errors
    /// For a file that cannot be read at all, a pattern that fits nothing, and bad templates.
    pub(super) fn of(job: &Job, raster: Option<&RasterPlan>, map_crs: &Crs) -> Result<Self> {
        let regions = select(job, read(job, raster, map_crs)?)?;
        let texts = Texts::of(job)?;
        let with_texts = |(index, region): (usize, Result<Region>)| region.and_then(|r| texts.fill(r, index + 1));
        Ok(Self { rows: regions.into_iter().enumerate().map(with_texts).collect() })
    }

    /// Lines of the longest title.
    pub(super) fn most_title_lines(&self) -> u32 {
        let lines = |row: &Row| row.title.as_ref().map_or(0, |title| title.lines().count());
        self.rows.iter().flatten().map(lines).max().unwrap_or(0) as u32
    }
}

fn read(job: &Job, raster: Option<&RasterPlan>, map_crs: &Crs) -> Result<Vec<Result<Region>>> {
    let mut regions = match &job.regions.path {
        Some(path) => read_regions(path)?,
        None => Vec::new(),
    };
    regions.extend(job.regions.extents.iter().map(|text| Region::from_flag(text)));
    if regions.is_empty() {
        regions.push(Ok(whole_raster(job, raster, map_crs)?));
    }
    Ok(regions)
}

/// Keeps the regions whose name fits `--only`; rows without a name fit nothing.
fn select(job: &Job, mut regions: Vec<Result<Region>>) -> Result<Vec<Result<Region>>> {
    if let Some(pattern) = &job.regions.only {
        let all = regions.len();
        regions.retain(|region| region.as_ref().is_ok_and(|r| matches_glob(pattern, &r.name)));
        if regions.is_empty() {
            let problem = format!("fits none of the {all} regions");
            return Err(Error::value(
                "--only",
                pattern,
                problem,
                "give a name; * stands for any text and ? for any letter",
            ));
        }
    }
    Ok(regions)
}

/// The raster's whole extent on the map.
fn whole_raster(job: &Job, raster: Option<&RasterPlan>, map_crs: &Crs) -> Result<Region> {
    let Some(raster) = raster else {
        return Err(Error::Missing {
            key: "--regions".into(),
            remedy: "without a raster give --regions or --extent NAME=X0,X1,Y0,Y1".into(),
        });
    };
    let name = job.raster.path.as_deref().map_or_else(String::new, dataset_stem);
    let place = "the raster's extent";
    let fault = |problem: String| Error::Region {
        place: place.into(),
        problem,
        remedy: "give --regions or --extent NAME=X0,X1,Y0,Y1 in units of the map's CRS".into(),
    };
    let shown = raster.georeference.extent_on(map_crs, &Transformers::default())?;
    let (extent, note) = shown.map_err(|unplaced| fault(unplaced.to_string()))?;
    if let Some(note) = note {
        tracing::warn!("the map's projection has no end where the raster goes: {note}; give --extent for more or less");
    }
    Ok(Region::whole(name, extent, place))
}

/// The templates of a job's texts.
struct Texts {
    title: Template,
    file_name: NameTemplate,
    raster: String,
    band: String,
}

impl Texts {
    fn of(job: &Job) -> Result<Self> {
        Ok(Self {
            title: Template::parse(job.figure.title.as_deref().unwrap_or("{name}"), "--title")?,
            file_name: NameTemplate::parse(job.output.name.as_deref().unwrap_or("{name}.png"), "--name")?,
            raster: job.raster.path.as_deref().map_or_else(String::new, dataset_stem),
            band: job.raster.band.clone().unwrap_or_default().to_string(),
        })
    }

    fn fill(&self, region: Region, index: usize) -> Result<Row> {
        let value_of = |field: &str| match field {
            "name" => Some(region.name.clone()),
            "raster" => Some(self.raster.clone()),
            "band" => Some(self.band.clone()),
            "index" => Some(index.to_string()),
            column => region.columns.get(column).cloned(),
        };
        let own_title = region.title.as_deref().map(|text| Template::parse(text, "column title")).transpose()?;
        let title = own_title.as_ref().unwrap_or(&self.title).fill(value_of).map_err(|UnknownField(field)| {
            let columns: Vec<_> = region.columns.keys().map(|c| format!("{{{c}}}")).collect();
            Error::Region {
                place: region.place.clone(),
                problem: format!("the title's field {{{field}}} has no value"),
                remedy: format!("use {{name}}, {{raster}}, {{band}}, {{index}} or a column: {}", columns.join(", ")),
            }
        })?;
        let file_name = self.file_name.file_name(&region.place, value_of)?;
        Ok(Row { title: Some(title).filter(|t| !t.trim().is_empty()), file_name, region })
    }
}

/// Puts each region on the layout; those that cannot be drawn become failures.
pub(super) fn lay_out(plan: &mut Plan, job: &Job, regions: Regions, map_crs: &Crs, layout: &Layout) {
    let named = |row: &Row| (row.region.place.clone(), row.file_name.clone());
    let names: Vec<_> = regions.rows.iter().flatten().map(named).collect();
    let mut collisions = check_collisions(&names).into_iter();
    let sheet =
        Sheet { plan, job, map_crs, layout, other_layouts: RefCell::default(), transformers: Transformers::default() };
    let (mut figures, mut failures) = (Vec::new(), Vec::new());
    for row in regions.rows {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                failures.push(Failure { name: place_of(&error), error });
                continue;
            }
        };
        let name = row.region.name.clone();
        let figure = match collisions.next().flatten() {
            Some(collision) => Err(collision),
            None => sheet.figure(row),
        };
        match figure {
            Ok(figure) => figures.push(figure),
            Err(error) => failures.push(Failure { name, error }),
        }
    }
    (plan.figures, plan.failures) = (figures, failures);
}

/// A row that could not be read has no name but a place.
fn place_of(error: &Error) -> String {
    match error {
        Error::Region { place, .. } => place.clone(),
        other => other.to_string(),
    }
}

/// What all figures have in common.
struct Sheet<'a> {
    plan: &'a Plan,
    job: &'a Job,
    map_crs: &'a Crs,
    layout: &'a Layout,
    /// The layouts of the figure sizes that regions have of their own, in inches.
    other_layouts: RefCell<Vec<([f64; 2], Layout)>>,
    transformers: Transformers,
}

impl Sheet<'_> {
    fn figure(&self, row: Row) -> Result<Figure> {
        let Row { region, title, file_name } = row;
        let crs = match &region.crs {
            Some(definition) => self.transformers.crs(definition, &format!("{}, column crs", region.place))?,
            None => self.map_crs.clone(),
        };
        let extent = extent_on_map(self.job, &region, &crs, &self.transformers)?;
        let (layout, extent) = self.fit(&region, extent)?;
        let view = View { crs, extent, width_px: layout.map.width, height_px: layout.map.height };
        let metres_per_px = view.finest_metres_per_px(&self.transformers)?.unwrap_or(1.0);
        Ok(Figure {
            name: region.name,
            title,
            path: self.plan.out_dir.join(file_name),
            view,
            layout,
            resampling: Resampling::default(),
            level: LevelKey::for_view(metres_per_px),
            metres_per_px,
        })
    }

    /// The layout of the region's own figure size, or else of all.
    fn layout_for(&self, region: &Region) -> Result<Layout> {
        let Some(size) = region.figsize else { return Ok(self.layout.clone()) };
        let mut known = self.other_layouts.borrow_mut();
        if let Some((_, layout)) = known.iter().find(|(of, _)| *of == size) {
            return Ok(layout.clone());
        }
        let style = FigureStyle { figsize_in: size.into(), ..self.plan.figure_style.clone() };
        let layout = Layout::new(&style.layout_spec(Font::embedded())).map_err(|e| {
            let (problem, remedy) = match e {
                Error::Value { value, problem, remedy, .. } => (format!("'{value}' {problem}"), remedy),
                other => (other.to_string(), "give another size".into()),
            };
            Error::Region { place: format!("{}, column figsize", region.place), problem, remedy }
        })?;
        known.push((size, layout.clone()));
        Ok(layout)
    }

    /// Makes extent and box of one shape, as `--adjustable` says.
    fn fit(&self, region: &Region, extent: Extent) -> Result<(Layout, Extent)> {
        let full = self.layout_for(region)?;
        if full.frame_only {
            return Ok((full, extent));
        }
        let layout = match self.job.map.adjustable.unwrap_or(Adjustable::Datalim) {
            Adjustable::Datalim => full,
            Adjustable::Box => full.shrunk_to_aspect(extent.width() / extent.height()).map_err(|e| Error::Region {
                place: region.place.clone(),
                problem: e.to_string(),
                remedy: "give the region another shape".into(),
            })?,
        };
        // A shrunk box is of whole pixels, so the extent follows it by less than one.
        let aspect = f64::from(layout.map.width) / f64::from(layout.map.height);
        Ok((layout, extent.grown_to_aspect(aspect)))
    }
}

/// The region's extent in the map's system. Without a system of its own or the job's its numbers are the map's.
fn extent_on_map(job: &Job, region: &Region, map_crs: &Crs, transformers: &Transformers) -> Result<Extent> {
    let fault = |problem: String, remedy: &str| Error::Region {
        place: region.place.clone(),
        problem,
        remedy: remedy.to_owned(),
    };
    match &region.bounds {
        Bounds::OnMap(extent) => Ok(*extent),
        Bounds::Around(Around { lon, lat, width_km, height_km }) => {
            let size_m = [width_km * 1000.0, height_km * 1000.0];
            let extent = Extent::around([*lon, *lat], size_m, map_crs, transformers)?;
            extent.map_err(|problem| fault(problem, "give a place that the map's projection can show, or another crs"))
        }
        Bounds::Box(bounds) => {
            let own = match (&region.extent_crs, &job.regions.crs) {
                (Some(definition), _) => {
                    transformers.crs(definition, &format!("{}, column extent_crs", region.place))?
                }
                (None, Some(definition)) => transformers.crs(definition, "--extent-crs")?,
                (None, None) => map_crs.clone(),
            };
            let extent = bounds.extent(own.is_geographic())?;
            let remedy = match extent.reprojected(&own, map_crs, transformers)? {
                Ok(on_map) => return Ok(on_map),
                Err(unplaced @ Unplaced::Endless(_)) => (unplaced, "end the region before that, or give another crs"),
                Err(unplaced) => (unplaced, "give an extent that the map's projection can show, or another crs"),
            };
            Err(fault(remedy.0.to_string(), remedy.1))
        }
    }
}

/// Whether a pattern with `*` (any text) and `?` (any character) fits the whole name.
fn matches_glob(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // `fits[i]`: the pattern so far fits the first i characters.
    let mut fits: Vec<bool> = (0..=name.len()).map(|i| i == 0).collect();
    for p in pattern {
        let before = fits.clone();
        for i in 0..fits.len() {
            fits[i] = match p {
                '*' => before[i] || (i > 0 && fits[i - 1]),
                _ => i > 0 && before[i - 1] && (p == '?' || p == name[i - 1]),
            };
        }
    }
    fits[name.len()]
}

#[cfg(test)]
mod tests {
    use super::matches_glob;

    #[test]
    fn patterns_fit_whole_names() {
        for (pattern, name, fits) in [
            ("CONUS", "CONUS", true),
            ("CONUS", "CONUS2", false),
            ("*", "", true),
            ("N*", "Northern Plains", true),
            ("*Plains", "Northern Plains", true),
            ("*Plains", "Northern Plains West", false),
            ("?owa", "Iowa", true),
            ("?owa", "owa", false),
            ("*a*a*", "Alabama", true),
            ("S?o*", "São Tomé", true),
        ] {
            assert_eq!(matches_glob(pattern, name), fits, "{pattern} on {name}");
        }
    }
}
