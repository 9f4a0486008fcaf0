//! What the legend says: of each layer and class that has a label, and of the raster's categories.

use super::{Coloring, LayerClass, LayerPlan};
use crate::error::{Error, Result};
use crate::job::Job;
use crate::style::{Category, Legend, LegendEntry, LegendStyle, Norm, Swatch};

/// The legend of all figures but for what their rasters add to it.
pub(super) struct Legends {
    style: LegendStyle,
    has_categories: bool,
    of_layers: Vec<LegendEntry>,
}

impl Legends {
    /// None if the job asks for no legend.
    ///
    /// # Errors
    /// For settings without sense, and a legend that would say nothing.
    pub(super) fn new(job: &Job, layers: &[LayerPlan]) -> Result<Option<Self>> {
        let Some(legend) = &job.legend else { return Ok(None) };
        let of_layers: Vec<_> = layers.iter().flat_map(entries).collect();
        let has_categories = legend.categories.unwrap_or(false);
        let style = legend.style()?;
        if of_layers.is_empty() && !has_categories {
            let remedy = "a legend has the layers' and classes' labels: give one, such as --layer a.shp:label=Roads";
            return Err(Error::Missing { key: "label".into(), remedy: remedy.into() });
        }
        Ok(Some(Self { style, has_categories, of_layers }))
    }

    /// The legend of figures that show rasters in these colours, from the lowest to the highest.
    ///
    /// # Errors
    /// [`Error::Missing`] where it is to have categories, and none of the rasters has any.
    pub(super) fn of<'c>(&self, colorings: impl Iterator<Item = &'c Coloring>) -> Result<Legend> {
        let mut entries = self.of_layers.clone();
        if !self.has_categories {
            return Ok(Legend { style: self.style.clone(), entries });
        }
        for coloring in colorings {
            let Coloring::Values(map) = coloring else { continue };
            let (Norm::Categorical { categories }, colors) = map.legend() else { continue };
            let entry = |(color, label)| LegendEntry { label, swatch: Some(Swatch::Color(color)) };
            entries.extend(colors.into_iter().zip(categories.iter().map(Category::label)).map(entry));
        }
        if entries.len() == self.of_layers.len() {
            let remedy = "--legend-categories lists what --norm categorical tells apart: give --categories \
                          1=navy:Water,2=green:Forest and the like, or leave it out";
            return Err(Error::Missing { key: "--categories".into(), remedy: remedy.into() });
        }
        Ok(Legend { style: self.style.clone(), entries })
    }
}

/// The entries of one layer: a heading if it has a label and classes.
fn entries(layer: &LayerPlan) -> Vec<LegendEntry> {
    let heading = layer.heading.iter().map(|label| LegendEntry { label: label.clone(), swatch: None });
    let entry = |class: &LayerClass| {
        let label = class.label.clone()?;
        Some(LegendEntry { label, swatch: Some(swatch(layer, class)) })
    };
    heading.chain(layer.classes.iter().filter_map(entry)).collect()
}

/// The sample of a class, by what its file holds.
fn swatch(layer: &LayerPlan, class: &LayerClass) -> Swatch {
    let style = class.style.clone();
    match layer.shapes {
        shapes if shapes.areas && class.planes.face.is_some() => Swatch::Area(style),
        shapes if shapes.areas || shapes.lines => Swatch::Line(style),
        _ => Swatch::Point(style),
    }
}
