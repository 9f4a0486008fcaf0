//! The labels of a layer's features: which columns they are made of, and how they look.

use crate::error::{Error, Result};
use crate::job::LayerJob;
use crate::output::Template;
use crate::source::LabelColumns;
use crate::style::{LabelStyle, LayerOptions, LayerStyle, MarkerReach};

/// What a layer's features are called on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelPlan {
    /// The text; its fields are the columns.
    pub template: Template,
    /// The columns that are read for it, each once.
    pub columns: LabelColumns,
    /// How it looks.
    pub style: LabelStyle,
}

/// The labels that a job asks for; `classes` are the options of the layer's classes.
///
/// # Errors
/// For a text that is no template, and for looks without a text.
pub(super) fn of(layer: &LayerJob, classes: &[LayerOptions]) -> Result<Option<LabelPlan>> {
    let options = &layer.options.labels;
    let place = format!("layer {}", layer.path.display());
    if let Some(key) = options.given_in_vain() {
        let remedy = format!("{key} needs it: give the column with the features' names, or leave {key} out");
        return Err(Error::Missing { key: format!("{place}: labels"), remedy });
    }
    let Some(text) = &options.text else { return Ok(None) };
    let has_fields = text.contains(['{', '}']);
    let template = if has_fields { text.clone() } else { format!("{{{text}}}") };
    let template = Template::parse(&template, &format!("{place}: labels"))?;
    let mut columns: Vec<String> = template.fields().map(str::to_owned).collect();
    columns.sort_unstable();
    columns.dedup();
    if columns.is_empty() {
        let remedy = "name a column, as in {name}: every feature would be called the same";
        return Err(Error::value(format!("{place}: labels"), text, "has no column", remedy));
    }
    let has_markers = classes.iter().any(|class| marker_reach_pt(&class.style()).is_some());
    Ok(Some(LabelPlan {
        template,
        columns: LabelColumns { columns, priority: options.priority.clone() },
        style: options.style(has_markers),
    }))
}

/// How far the markers of a style reach from their points, in points of 1/72 inch; None if there are none to be seen.
#[must_use]
pub fn marker_reach_pt(style: &LayerStyle) -> Option<MarkerReach> {
    let is_drawn = style.markersize_pt > 0.0 && (style.marker_face.is_some() || style.marker_edge.is_some());
    let line_pt = style.marker_edge.map(|_| style.linewidth_pt);
    is_drawn.then(|| MarkerReach::new(style.marker, style.markersize_pt, line_pt))
}
