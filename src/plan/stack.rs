//! The rasters drawn over a job's own: which of them lies over which step.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::steps::{Looked, RasterRequest, look_into};
use super::{Plan, datasets};
use crate::error::{Error, Result, flags_as_keys};
use crate::job::{Job, OverlayJob};
use crate::source::BandSelection;

/// The rasters that others are drawn over.
pub(super) struct Below {
    /// How many datasets the job has.
    datasets: usize,
    /// How many bands of each are drawn, if the job says so.
    bands: Option<usize>,
    /// The numbers of the datasets that were looked into; none in a job without overlays.
    numbers: Vec<usize>,
    /// For each raster looked into, the index of its dataset, its place among that one's bands, and how many these are.
    places: Vec<[usize; 3]>,
}

impl Below {
    /// Of `all` datasets of the job, the `mine` were looked into.
    pub(super) fn of(job: &Job, all: &[String], mine: &[Arc<str>], looked: &[Looked]) -> Self {
        let datasets = all.len();
        let number_of: HashMap<&str, usize> = match &job.overlays[..] {
            [] => HashMap::new(),
            _ => (0..).zip(all).map(|(number, name)| (name.as_str(), number)).collect(),
        };
        let numbers = mine.iter().filter_map(|name| number_of.get(&**name).copied()).collect();
        let bands = match &job.raster.bands {
            None => Some(1),
            Some(BandSelection::These(bands)) => Some(bands.len()),
            // Of one dataset all bands are known now.
            Some(BandSelection::All) => (datasets == 1).then_some(looked.len()),
        };
        let mut places = Vec::new();
        for of_dataset in looked.chunk_by(|a, b| a.dataset == b.dataset) {
            places.extend((0..of_dataset.len()).map(|band| [of_dataset[0].dataset, band, of_dataset.len()]));
        }
        Self { datasets, bands, numbers, places }
    }

    /// The steps of the whole job, if they are known.
    fn steps(&self) -> Option<usize> {
        Some(self.datasets * self.bands?)
    }
}

/// The rasters over the steps.
pub(super) struct Overlays<'a>(Vec<Overlay<'a>>);

/// What one `[[overlay]]` draws.
struct Overlay<'a> {
    job: &'a OverlayJob,
    pairing: Pairing,
    /// The index of each raster in the plan, or why it cannot be drawn; dataset by dataset.
    found: Vec<Result<u32, Arc<Error>>>,
    /// Those of each dataset.
    of_dataset: Vec<Range<usize>>,
}

/// Which raster lies over which step.
#[derive(Clone, Copy, PartialEq)]
enum Pairing {
    /// One over all of them.
    Common,
    /// Each dataset's over those of the dataset with the same number: one over all, or band by band.
    Datasets,
    /// One after another.
    Steps,
}

impl<'a> Overlays<'a> {
    /// Looks into the overlays of the steps that a plan will have, and adds them to it.
    ///
    /// # Errors
    /// For settings that no raster could fit, and rasters that cannot be told which step they belong to; for one over all
    /// steps that cannot be drawn.
    pub(super) fn look_into(job: &'a Job, below: &Below, plan: &mut Plan) -> Result<Self> {
        job.overlays.iter().map(|overlay| Overlay::look_into(overlay, below, plan)).collect::<Result<_>>().map(Self)
    }

    /// The rasters over one of those looked into, lowest first.
    ///
    /// # Errors
    /// Why one of them cannot be drawn.
    pub(super) fn over(&self, below: &Below, index: usize) -> Result<Box<[u32]>, Arc<Error>> {
        self.0.iter().map(|overlay| overlay.over(below, index)).collect()
    }
}

impl<'a> Overlay<'a> {
    fn look_into(job: &'a OverlayJob, below: &Below, plan: &mut Plan) -> Result<Self> {
        let fault = |error| fault_of(job, error);
        let request = RasterRequest::new(&job.raster, &job.colorbar, &fault)?;
        let all: Vec<Arc<str>> = datasets::of(&job.raster).map_err(fault)?.into_iter().map(Arc::from).collect();
        let by_dataset = all.len() == below.datasets;
        // A shard looks only into what lies over its own.
        let needed: Vec<Arc<str>> =
            if by_dataset { below.numbers.iter().map(|number| Arc::clone(&all[*number])).collect() } else { all };
        let looked = look_into(&request, &needed, plan.threads);
        let is_common = looked.len() == 1 && needed.len() == 1 && !(by_dataset && below.datasets > 1);
        let pairing = match (is_common, by_dataset) {
            (true, _) => Pairing::Common,
            (false, true) => Pairing::Datasets,
            (false, false) => Pairing::Steps,
        };
        plan.datasets.push(Arc::clone(&request.pool));
        let (mut found, mut of_dataset) = (Vec::new(), vec![0..0; needed.len()]);
        for Looked { dataset, raster, .. } in looked {
            let of_dataset: &mut Range<usize> = &mut of_dataset[dataset];
            let first = if of_dataset.end == 0 { found.len() } else { of_dataset.start };
            *of_dataset = first..found.len() + 1;
            found.push(match raster {
                Ok(raster) => {
                    plan.overlays.push(raster);
                    Ok(plan.overlays.len() as u32 - 1)
                }
                // There is nothing else that could be drawn.
                Err(error) if is_common => return Err(Arc::into_inner(error).unwrap_or(Error::Stopped)),
                Err(error) => Err(error),
            });
        }
        let overlay = Self { job, pairing, found, of_dataset };
        overlay.check(below)?;
        Ok(overlay)
    }

    /// Whether its rasters are one, or as many as there are below.
    fn check(&self, below: &Below) -> Result<()> {
        let count = self.found.len();
        match (self.pairing, below.steps()) {
            // Those of one dataset fail alone.
            (Pairing::Datasets, Some(steps)) if below.datasets == 1 && count != 1 && count != steps => {
                Err(self.wrong_bands(count, steps))
            }
            (Pairing::Common | Pairing::Datasets, _) => Ok(()),
            (Pairing::Steps, Some(steps)) if steps == count => Ok(()),
            (Pairing::Steps, steps) => {
                let many = steps.map_or_else(|| "all bands of all rasters".to_owned(), |steps| format!("the {steps}"));
                Err(Error::value(
                    place_of(self.job, "path"),
                    format!("{count} rasters"),
                    format!("are neither one nor as many as {many} that they are drawn over"),
                    format!("give one for all, or a dataset for each of the {} below", below.datasets),
                ))
            }
        }
    }

    fn wrong_bands(&self, bands: usize, under: usize) -> Error {
        Error::value(
            place_of(self.job, "band"),
            format!("{bands} bands"),
            format!("are neither one nor as many as the {under} that they are drawn over"),
            "give one band for all, or one for each",
        )
    }

    /// The raster over one of those below.
    fn over(&self, below: &Below, index: usize) -> Result<u32, Arc<Error>> {
        let [dataset, band, bands] = below.places[index];
        let found = match self.pairing {
            Pairing::Common => self.found.first(),
            Pairing::Datasets => {
                let own = &self.found[self.of_dataset[dataset].clone()];
                match own.len() {
                    1 => own.first(),
                    n if n == bands => own.get(band),
                    n => return Err(Arc::new(self.wrong_bands(n, bands))),
                }
            }
            Pairing::Steps => self.found.get(below.numbers[dataset] * below.bands.unwrap_or(1) + band),
        };
        found.cloned().unwrap_or(Err(Arc::new(Error::Stopped)))
    }
}

/// Where a setting of an overlay stands, for messages.
fn place_of(job: &OverlayJob, key: &str) -> String {
    let name = match (&job.raster.paths[..], &job.raster.list) {
        ([path, ..], _) => path.clone(),
        ([], list) => list.as_ref().map_or_else(String::new, |list| list.display().to_string()),
    };
    format!("overlay {name}: {key}")
}

/// An error that names the flags of the map's raster, as one that names the keys of an overlay.
pub(super) fn fault_of(job: &OverlayJob, error: Error) -> Error {
    let bare = |text: String| flags_as_keys(&text);
    let place = |key: String| place_of(job, &flags_as_keys(key.rsplit("] ").next().unwrap_or(&key)));
    match error {
        Error::Value { key, value, problem, remedy } => Error::value(place(key), value, bare(problem), bare(remedy)),
        Error::UnknownName { key, kind, name, nearest } => Error::UnknownName { key: place(key), kind, name, nearest },
        Error::Missing { key, remedy } => Error::Missing { key: place(key), remedy: bare(remedy) },
        Error::Crs { key, definition, problem } => Error::Crs { key: place(key), definition, problem },
        Error::Raster { dataset, problem, remedy } => Error::Raster { dataset, problem, remedy: bare(remedy) },
        other => other,
    }
}
