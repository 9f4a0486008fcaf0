//! The regions of a job, and where each lies on a map.

use std::sync::Arc;

use super::RasterPlan;
use super::patterns::matches_glob;
use crate::error::{Error, Result};
use crate::geo::{Crs, Extent, Transformers, Unplaced};
use crate::job::Job;
use crate::source::{Around, Bounds, Region, dataset_stem, read_regions};

/// A region, or what is wrong with it.
pub(super) type Listed = Result<Region, Arc<Error>>;

/// What a job draws maps of.
pub(super) enum Regions {
    /// These, of which some may be faulty.
    Listed(Vec<Listed>),
    /// Each raster's whole extent.
    WholeRaster,
}

impl Regions {
    /// Reads the regions and has each looked at, also those that `--only` leaves out: it must not change how figures
    /// look. A raster's whole extent is looked at as None.
    ///
    /// # Errors
    /// For a file that cannot be read at all, and a pattern that fits nothing.
    pub(super) fn of(job: &Job, mut see: impl FnMut(Option<&Region>)) -> Result<Self> {
        let mut regions = match &job.regions.path {
            Some(path) => read_regions(path)?,
            None => Vec::new(),
        };
        regions.extend(job.regions.extents.iter().map(|text| Region::from_flag(text)));
        if regions.is_empty() {
            if !job.raster.is_given() {
                return Err(Error::Missing {
                    key: "--regions".into(),
                    remedy: "without a raster give --regions or --extent NAME=X0,X1,Y0,Y1".into(),
                });
            }
            see(None);
            return Ok(Self::WholeRaster);
        }
        regions.iter().flatten().for_each(|region| see(Some(region)));
        let selected = select(job, regions)?;
        Ok(Self::Listed(selected.into_iter().map(|region| region.map_err(Arc::new)).collect()))
    }

    /// Where a region was given, for messages.
    pub(super) fn place(&self, row: usize) -> &str {
        match self {
            Self::Listed(regions) => regions[row].as_ref().map_or("", |region| &region.place),
            Self::WholeRaster => WHOLE_RASTER,
        }
    }

    /// How many there are for each raster.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Listed(regions) => regions.len(),
            Self::WholeRaster => 1,
        }
    }
}

/// Keeps the regions whose name fits `--only`; rows without a name fit nothing.
fn select(job: &Job, regions: Vec<Result<Region>>) -> Result<Vec<Result<Region>>> {
    only(job, regions, |region, pattern| region.as_ref().is_ok_and(|region| matches_glob(pattern, &region.name)))
}

/// Of rasters that are regions themselves, keeps those whose name fits `--only`.
///
/// # Errors
/// If it fits none.
pub(super) fn select_rasters(job: &Job, names: Vec<String>) -> Result<Vec<String>> {
    only(job, names, |name, pattern| matches_glob(pattern, &dataset_stem(name)))
}

fn only<T>(job: &Job, mut items: Vec<T>, fits: impl Fn(&T, &str) -> bool) -> Result<Vec<T>> {
    let Some(pattern) = &job.regions.only else { return Ok(items) };
    let all = items.len();
    items.retain(|item| fits(item, pattern));
    if items.is_empty() {
        let remedy = "give a name; * stands for any text and ? for any letter";
        return Err(Error::value("--only", pattern, format!("fits none of the {all} regions"), remedy));
    }
    Ok(items)
}

/// Where a region was given that is a raster's own.
const WHOLE_RASTER: &str = "the raster's extent";

/// A raster's whole extent on a map.
///
/// # Errors
/// [`Error::Region`] if it has none.
pub(super) fn whole_raster(raster: &RasterPlan, map_crs: &Crs, transformers: &Transformers) -> Result<Region> {
    let place = WHOLE_RASTER;
    let fault = |problem: String| Error::Region {
        place: place.into(),
        problem,
        remedy: "give --regions or --extent NAME=X0,X1,Y0,Y1 in units of the map's CRS".into(),
    };
    let shown = raster.grid.georeference.extent_on(map_crs, transformers)?;
    let (extent, note) = shown.map_err(|unplaced| fault(unplaced.to_string()))?;
    if let Some(note) = note {
        tracing::warn!("the map's projection has no end where the raster goes: {note}; give --extent for more or less");
    }
    Ok(Region::whole(dataset_stem(&raster.dataset), extent, place))
}

/// The system of a region's map: its own or the common one.
pub(super) fn crs_of(region: &Region, map_crs: &Crs, transformers: &Transformers) -> Result<Crs> {
    match &region.crs {
        Some(definition) => transformers.crs(definition, &format!("{}, column crs", region.place)),
        None => Ok(map_crs.clone()),
    }
}

/// The region's extent in the map's system. Without a system of its own or the job's its numbers are the map's.
///
/// # Errors
/// [`Error::Region`] for an extent that the map cannot show.
pub(super) fn extent_on_map(job: &Job, region: &Region, map_crs: &Crs, transformers: &Transformers) -> Result<Extent> {
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
