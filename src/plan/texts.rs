//! Titles and file names: templates filled with what is known of region and raster.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime};

use super::lines::Lines;
use super::regions::Listed;
use super::{RasterPlan, annotations, datasets};
use crate::error::{Error, Result};
use crate::figure::Captions;
use crate::job::Job;
use crate::output::{Field, Format, NameTemplate, Template, UnknownField};
use crate::source::{BandSelection, Region, dataset_stem, plain_path};

/// How times are written where the template does not say.
const TIME_FORMAT: &str = "%Y-%m-%d %H:%M UTC";

/// The fields that every figure has.
const OF_FIGURE: [&str; 4] = ["name", "index", "raster", "band"];

/// The fields that a figure has if its raster tells.
const OF_RASTER: [&str; 3] = ["folder", "description", "time"];

/// The templates of a job's texts.
pub(super) struct Texts {
    /// None leaves the choice to the raster.
    title: Option<Template>,
    /// Whether a figure without a title in the middle gets one by default.
    has_default_title: bool,
    title_left: Option<Template>,
    title_right: Option<Template>,
    subtitle: Option<Template>,
    footer: Option<Template>,
    /// Those on the map or at places of the figure that have fields, with their keys.
    on_map: Vec<(String, Template)>,
    file_name: NameTemplate,
    several: Several,
}

/// What tells the figures of one region apart.
#[derive(Clone, Copy)]
struct Several {
    /// Datasets, where the regions' names do not tell them apart.
    datasets: bool,
    bands: bool,
    /// Datasets or bands, and with them perhaps times.
    rasters: bool,
}

impl Texts {
    /// Reads the templates. Without them, file names and titles tell what there is several of; where each raster is a
    /// region, by its name.
    ///
    /// # Errors
    /// [`Error::Value`] for a template that is none.
    pub(super) fn of(job: &Job, format: Format, are_regions: bool) -> Result<Self> {
        let datasets = datasets::may_be_several(job);
        let bands = match &job.raster.bands {
            Some(BandSelection::All) => true,
            Some(BandSelection::These(bands)) => bands.len() > 1,
            None => false,
        };
        let several = Several { datasets: datasets && !are_regions, bands, rasters: datasets || bands };
        let default_name = match (several.datasets, several.bands) {
            (false, false) => "{name}",
            (true, false) => "{raster}_{name}",
            (false, true) => "{band}_{name}",
            (true, true) => "{raster}_{band}_{name}",
        };
        let default_name = format!("{default_name}.{}", format.endings()[0]);
        let figure = &job.figure;
        let read = |text: &Option<String>, key| text.as_deref().map(|text| Template::parse(text, key)).transpose();
        let file_name = NameTemplate::parse(job.output.name.as_deref().unwrap_or(&default_name), "--name")?;
        Ok(Self {
            title: read(&figure.title, "--title")?,
            has_default_title: figure.title_left.is_none() && figure.title_right.is_none(),
            title_left: read(&figure.title_left, "--title-left")?,
            title_right: read(&figure.title_right, "--title-right")?,
            subtitle: read(&figure.subtitle, "--subtitle")?,
            footer: read(&figure.footer, "--footer")?,
            on_map: annotations::templates(job)?,
            file_name,
            several,
        })
    }

    /// A figure's title; None for none. `index` counts regions from 1.
    ///
    /// # Errors
    /// [`Error::Region`] for a field without a value.
    pub(super) fn title(&self, region: &Region, index: usize, raster: Option<&RasterPlan>) -> Result<Option<Box<str>>> {
        let own = region.title.as_deref().map(|text| Template::parse(text, "column title")).transpose()?;
        let default;
        let template = if let Some(template) = own.as_ref().or(self.title.as_ref()) {
            template
        } else if self.has_default_title {
            default = self.default_title(raster)?;
            &default
        } else {
            return Ok(None);
        };
        filled(template, "title", region, index, raster)
    }

    /// A figure's other texts; None if it has none.
    ///
    /// # Errors
    /// [`Error::Region`] for a field without a value.
    pub(super) fn captions(
        &self,
        region: &Region,
        index: usize,
        raster: Option<&RasterPlan>,
    ) -> Result<Option<Box<Captions>>> {
        let text = |template: &Option<Template>, what| match template {
            Some(template) => filled(template, what, region, index, raster),
            None => Ok(None),
        };
        let on_map = |(_, template): &(_, Template)| {
            filled(template, "text", region, index, raster).map(Option::unwrap_or_default)
        };
        let captions = Captions {
            title_left: text(&self.title_left, "left title")?,
            title_right: text(&self.title_right, "right title")?,
            subtitle: text(&self.subtitle, "subtitle")?,
            footer: text(&self.footer, "footer")?,
            on_map: self.on_map.iter().map(on_map).collect::<Result<_>>()?,
        };
        Ok(Some(captions).filter(|captions| !captions.is_empty()).map(Box::new))
    }

    /// Looks for fields that no figure can have, which are a fault of the job and not of its figures, and warns of columns
    /// that fields hide.
    ///
    /// # Errors
    /// [`Error::Value`] naming the template.
    pub(super) fn check<'a>(&'a self, regions: &[Listed]) -> Result<()> {
        let listed: Vec<&Region> = regions.iter().filter_map(|region| region.as_ref().ok()).collect();
        let has_column = |field: &str| listed.iter().any(|region| region.fields.get(field).is_some());
        let templates = [
            ("--title", &self.title),
            ("--title-left", &self.title_left),
            ("--title-right", &self.title_right),
            ("--subtitle", &self.subtitle),
            ("--footer", &self.footer),
        ];
        let of_figure = templates.into_iter().filter_map(|(key, template)| Some((key, template.as_ref()?)));
        let on_map = self.on_map.iter().map(|(key, template)| (key.as_str(), template));
        let fields = |(key, template): (&'a str, &'a Template)| template.fields().map(move |field| (key, field));
        let of_texts = of_figure.chain(on_map).flat_map(fields);
        for (key, field) in of_texts.chain(self.file_name.fields().map(|field| ("--name", field))) {
            let is_built_in = OF_FIGURE.contains(&field) || OF_RASTER.contains(&field);
            // Of regions of which none can be read nothing is known.
            if !is_built_in && !listed.is_empty() && !has_column(field) {
                let remedy = format!("use {}", fields_but(field, listed.first().copied()));
                return Err(Error::value(key, format!("{{{field}}}"), "is no field and no column", remedy));
            }
            if OF_FIGURE[1..].contains(&field) && has_column(field) {
                tracing::warn!("{key}: {{{field}}} is the figure's own; rename the column {field} to use that");
            }
        }
        Ok(())
    }

    /// A figure's file name.
    ///
    /// # Errors
    /// [`Error::Region`] for a name that cannot be a file's.
    pub(super) fn file_name(&self, region: &Region, index: usize, raster: Option<&RasterPlan>) -> Result<Box<str>> {
        let name = self.file_name.file_name(&region.place, |field| value_of(field, region, index, raster))?;
        Ok(name.into_boxed_str())
    }

    /// Lines of a region's texts, which do not depend on the raster; of a raster's whole extent without a region.
    pub(super) fn lines(&self, region: Option<&Region>) -> Lines {
        // What a raster says of itself is one line.
        let value =
            |field: &Field| Some(region.and_then(|region| region_value(field, region)).unwrap_or_else(|| "x".into()));
        let count = |template: &Option<Template>| {
            template.as_ref().and_then(|template| template.fill(value).ok()).map_or(0, |text| Lines::count(&text))
        };
        let own = region.and_then(|region| region.title.as_deref());
        let own = own.and_then(|text| Template::parse(text, "column title").ok());
        let title = if own.is_some() {
            count(&own)
        } else if self.title.is_none() && self.has_default_title {
            1
        } else {
            count(&self.title)
        };
        let title = title.max(count(&self.title_left)).max(count(&self.title_right));
        Lines { title, subtitle: count(&self.subtitle), footer: count(&self.footer) }
    }

    /// What a region's texts on the map say, with the longest names of the rasters, and with likely values for what is
    /// known once these are open; of a raster's whole extent without a region.
    pub(super) fn likely_on_map(&self, region: Option<&Region>, names: &LongestNames) -> Vec<String> {
        const DESCRIPTION: &str = "Temperature, 2 m";
        let value = |field: &Field| {
            let of_region = region.and_then(|region| region_value(field, region));
            let of_raster = || match &*field.name {
                "time" => time_text(long_date()?, field),
                "band" | "index" => Some("000".to_owned()),
                "folder" => Some(names.folder.clone()),
                "description" => Some(DESCRIPTION.to_owned()),
                _ => Some(names.stem.clone()),
            };
            of_region.or_else(of_raster)
        };
        self.on_map.iter().map(|(_, template)| template.fill(value).unwrap_or_default()).collect()
    }

    fn default_title(&self, raster: Option<&RasterPlan>) -> Result<Template> {
        let Several { datasets, bands, rasters } = self.several;
        let is_described = raster.is_some_and(|raster| !raster.description.is_empty());
        let is_dated = raster.is_some_and(|raster| raster.time.is_some());
        let parts = [
            (true, "{name}"),
            (datasets, "{raster}"),
            (bands && is_described, "{description}"),
            (bands && !is_described, "band {band}"),
            (rasters && is_dated, "{time}"),
        ];
        let told: Vec<_> = parts.into_iter().filter_map(|(is_told, part)| is_told.then_some(part)).collect();
        Template::parse(&told.join(", "), "--title")
    }
}

/// The longest of what the names of a job's datasets give texts, so that there is room for each.
#[derive(Default)]
pub(super) struct LongestNames {
    stem: String,
    folder: String,
}

impl LongestNames {
    pub(super) fn of(datasets: &[String]) -> Self {
        let longest = |texts: &mut dyn Iterator<Item = String>| texts.max_by_key(|text| text.chars().count());
        Self {
            stem: longest(&mut datasets.iter().map(|dataset| dataset_stem(dataset))).unwrap_or_default(),
            folder: longest(&mut datasets.iter().filter_map(|dataset| folder_of(dataset))).unwrap_or_default(),
        }
    }
}

/// A day with the longest of names and numbers: Wednesday, the 23rd of September, with two digits of all.
fn long_date() -> Option<NaiveDateTime> {
    NaiveDate::from_ymd_opt(2026, 9, 23)?.and_hms_opt(22, 44, 0)
}

/// A text with its fields filled in; None if nothing of it is seen.
fn filled(
    template: &Template,
    what: &str,
    region: &Region,
    index: usize,
    raster: Option<&RasterPlan>,
) -> Result<Option<Box<str>>> {
    let text = template.fill(|field| value_of(field, region, index, raster)).map_err(|UnknownField(field)| {
        let of_raster = raster.filter(|_| OF_RASTER.contains(&field.as_str())).map(of_raster).unwrap_or_default();
        Error::Region {
            place: region.place.clone(),
            problem: format!("the {what}'s field {{{field}}} has no value{of_raster}"),
            remedy: format!("use {}", fields_but(&field, [region])),
        }
    })?;
    Ok(Some(text.into_boxed_str()).filter(|text| !text.trim().is_empty()))
}

fn of_raster(raster: &RasterPlan) -> String {
    format!(" for band {} of raster {}", raster.band, raster.dataset)
}

/// The fields to use in place of one.
fn fields_but<'a>(field: &str, regions: impl IntoIterator<Item = &'a Region>) -> String {
    let built_in = OF_FIGURE.iter().chain(&OF_RASTER).copied();
    let columns = regions.into_iter().flat_map(|region| region.fields.columns());
    // Not all titles of columns can stand in braces.
    let usable = columns.filter(|column| !column.is_empty() && !column.contains(['{', '}', ':']));
    let mut fields: Vec<_> = built_in.chain(usable).filter(|other| *other != field).collect();
    let mut known = HashSet::new();
    fields.retain(|field| known.insert(*field));
    fields.into_iter().map(|field| format!("{{{field}}}")).collect::<Vec<_>>().join(", ")
}

/// The value of a field; a column of the regions comes before what a raster may say.
fn value_of(field: &Field, region: &Region, index: usize, raster: Option<&RasterPlan>) -> Option<String> {
    match field.name.as_str() {
        "index" => Some(index.to_string()),
        "raster" => Some(raster.map_or_else(String::new, |raster| dataset_stem(&raster.dataset))),
        "band" => Some(raster.map_or(1, |raster| raster.band).to_string()),
        _ if field.format.is_none() => region_value(field, region).or_else(|| raster_value(field, raster?)),
        _ => raster_value(field, raster?),
    }
}

fn region_value(field: &Field, region: &Region) -> Option<String> {
    match field.name.as_str() {
        "name" => Some(region.name.clone()),
        column => region.fields.get(column).map(str::to_owned),
    }
}

fn raster_value(field: &Field, raster: &RasterPlan) -> Option<String> {
    match field.name.as_str() {
        "description" => Some(one_line(&raster.description)).filter(|text| !text.is_empty()),
        "time" => time_text(raster.time?, field),
        "folder" => folder_of(&raster.dataset),
        _ => None,
    }
}

/// The folder that a dataset's file is in.
fn folder_of(dataset: &str) -> Option<String> {
    let folder = plain_path(dataset).and_then(Path::parent)?.file_name()?;
    Some(folder.to_string_lossy().into_owned())
}

/// A time as a field writes it.
fn time_text(time: NaiveDateTime, field: &Field) -> Option<String> {
    let format = field.format.as_deref().unwrap_or(TIME_FORMAT);
    let mut text = String::new();
    write!(text, "{}", time.and_utc().format(format)).is_ok().then_some(text)
}

/// Text of a file on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
