//! What a region shows, as it was given: whether a box may cross the antimeridian is known only with its system.

use std::sync::Arc;

use super::region_columns::{BoundsColumns, Columns};
use super::regions::region_fault;
use crate::error::Result;
use crate::geo::Extent;

/// The bounds' names where no columns name them, in the order of matplotlib's `set_extent`.
pub(super) const BOUND_NAMES: [&str; 4] = ["x0", "x1", "y0", "y1"];

/// What a region shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Bounds {
    /// A box in the system of the extents.
    Box(BoxBounds),
    /// A size on the ground about a place.
    Around(Around),
    /// What is already on the map.
    OnMap(Extent),
}

/// Four numbers and where they were given.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxBounds {
    /// x0, x1, y0, y1 as given: all finite, and only x0 may be greater than x1.
    pub numbers: [f64; 4],
    /// File, row and column, or flag.
    pub(super) place: String,
    /// The same for all rows of a file.
    pub(super) terms: Arc<BoundsTerms>,
}

/// How messages speak of a box's numbers.
#[derive(Debug, PartialEq)]
pub(super) struct BoundsTerms {
    /// What the file or flag calls them.
    pub names: [String; 4],
    /// How to write them.
    pub remedy: String,
}

impl BoundsTerms {
    /// What the columns of a box are called, and how they are to be filled.
    pub(super) fn of(columns: &Columns) -> Self {
        match columns.bounds {
            BoundsColumns::Apart(apart) => {
                let names = apart.map(|column| columns.names[column].clone());
                let remedy = format!("give {} < {} and {} < {}", names[0], names[1], names[2], names[3]);
                Self { names, remedy }
            }
            BoundsColumns::Together(_) | BoundsColumns::Around(_) => {
                Self { names: BOUND_NAMES.map(str::to_owned), remedy: "write [x0, x1, y0, y1]".to_owned() }
            }
        }
    }
}

impl BoxBounds {
    /// Checks all that can be checked without their system.
    pub(super) fn checked(self) -> Result<Bounds> {
        let [x0, x1, y0, y1] = self.numbers;
        self.named(Extent::new(x0.min(x1), x0.max(x1), y0, y1), &self.terms.remedy)?;
        Ok(Bounds::Box(self))
    }

    /// The box. Longitudes in degrees may run across the antimeridian, from west to a lesser east, and span a full turn
    /// at most.
    ///
    /// # Errors
    /// [`crate::Error::Region`] naming the numbers that make no box.
    pub fn extent(&self, is_geographic: bool) -> Result<Extent> {
        let [x0, x1, y0, y1] = self.numbers;
        if !is_geographic {
            return self.named(Extent::new(x0, x1, y0, y1), &self.terms.remedy);
        }
        let remedy = if x1 - x0 > 360.0 { "give a full turn or less" } else { &self.terms.remedy };
        self.named(Extent::of_degrees(x0, x1, y0, y1), remedy)
    }

    fn named(&self, extent: Result<Extent, String>, remedy: &str) -> Result<Extent> {
        extent.map_err(|problem| {
            let renamed = BOUND_NAMES.iter().zip(&self.terms.names).fold(problem, |p, (from, to)| p.replace(from, to));
            region_fault(&self.place, renamed, remedy)
        })
    }
}

/// A place and a size on the ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
    /// Longitude of the middle, in WGS 84 degrees.
    pub lon: f64,
    /// Latitude of the middle, in WGS 84 degrees.
    pub lat: f64,
    /// Width in kilometres along the map's x at the middle.
    pub width_km: f64,
    /// Height in kilometres along the map's y at the middle.
    pub height_km: f64,
}

impl Around {
    pub(super) fn checked(self, place: &str) -> Result<Bounds> {
        let fault = |column: &str, problem: String, remedy: &str| {
            Err(region_fault(format!("{place}, column {column}"), problem, remedy))
        };
        let Self { lon, lat, width_km, height_km } = self;
        if !(-360.0..=360.0).contains(&lon) {
            return fault("lon", format!("{lon} is no longitude"), "write degrees from -180 to 180 or from 0 to 360");
        }
        if !(-90.0..=90.0).contains(&lat) {
            return fault("lat", format!("{lat} is no latitude"), "write degrees from -90 to 90");
        }
        for (column, size) in [("width_km", width_km), ("height_km", height_km)] {
            if size <= 0.0 {
                return fault(column, format!("{size} is not a size"), "write kilometres on the ground, more than 0");
            }
        }
        Ok(Bounds::Around(self))
    }
}
