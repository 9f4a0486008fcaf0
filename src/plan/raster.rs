//! A raster of a plan: a band that was looked into, and how its cells become colours.

use std::sync::Arc;

use chrono::NaiveDateTime;

use super::Access;
use crate::error::{Error, Result};
use crate::geo::Georeference;
use crate::source::{DatasetPool, Encoding, Pyramid, RasterSource, stamp_of_dataset};
use crate::style::{ResamplingChoice, ValueMap};

/// A raster's band and how its cells become colours.
#[derive(Clone)]
pub struct RasterPlan {
    /// The dataset's name as given to GDAL.
    pub dataset: Arc<str>,
    /// What its files looked like before it was opened, by [`stamp_of_dataset`].
    pub stamp: Arc<str>,
    /// The band, counted from 1.
    pub band: usize,
    /// What the file calls the band; empty if it gives no description.
    pub description: Arc<str>,
    /// When its values are valid, in UTC, if the file says so.
    pub time: Option<NaiveDateTime>,
    /// The unit of the values; empty if the file gives none.
    pub unit: Arc<str>,
    /// Where its cells lie.
    pub grid: Arc<RasterGrid>,
    /// How cells become values.
    pub encoding: Encoding,
    /// How cells become colours.
    pub coloring: Arc<Coloring>,
    /// The least and the greatest value, if all cells were looked at.
    pub range: Option<[f64; 2]>,
    /// How the figures' resampling is chosen.
    pub resampling: ResamplingChoice,
    /// How it comes to the adapter.
    pub access: Access,
    /// Where its dataset may be open.
    pub datasets: Arc<DatasetPool>,
}

/// Where a raster's cells lie and at which resolutions they can be read; many rasters have the same.
#[derive(Clone, Debug, PartialEq)]
pub struct RasterGrid {
    /// Its own cells.
    pub georeference: Georeference,
    /// Its resolutions in tiles.
    pub pyramid: Pyramid,
}

/// How cells become colours.
#[derive(Clone, Debug, PartialEq)]
pub enum Coloring {
    /// By the value.
    Values(ValueMap),
    /// Cells are numbers of these colours.
    Table(Vec<[u8; 4]>),
    /// Cells are colours, each as opaque as it is times `alpha`, 0 to 1.
    Colors {
        /// See there.
        alpha: f64,
    },
}

impl Coloring {
    /// Whether numbers stand for kinds of things or for colours, so that none is between two of them.
    #[must_use]
    pub fn is_of_kinds(&self) -> bool {
        match self {
            Self::Values(map) => map.norm().is_of_kinds(),
            Self::Table(_) => true,
            Self::Colors { .. } => false,
        }
    }
}

impl RasterPlan {
    /// Bytes of all its cells as the file has them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let [columns, rows] = self.grid.georeference.size.map(u64::from);
        columns * rows * self.encoding.raw_type.bytes() as u64
    }

    /// The open band, to be read as it was planned.
    ///
    /// # Errors
    /// As [`RasterSource::open_with`], and if the file is no longer what it was.
    pub fn open(&self) -> Result<RasterSource> {
        let changed = || Error::Raster {
            dataset: self.dataset.to_string(),
            problem: "it is no longer what it was when the run began".into(),
            remedy: "run again when it is written".into(),
        };
        let opened = self.datasets.take(&self.dataset)?;
        // A dataset that is open shows what was there when it was opened, and the key of a figure says the same.
        if stamp_of_dataset(&self.dataset) != *self.stamp {
            return Err(changed());
        }
        let mut source = RasterSource::of_band(opened, self.band).map_err(|(_, error)| error)?;
        if let Coloring::Colors { alpha } = *self.coloring {
            source.read_own_colors(alpha);
        }
        let info = source.info();
        if info.georeference() != self.grid.georeference || info.encoding != self.encoding {
            return Err(changed());
        }
        Ok(source)
    }
}
