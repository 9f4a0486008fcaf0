//! The labels of a layer's features: which columns they are made of, and how they look.

use crate::error::{Error, Result};
use crate::job::LayerJob;
use crate::output::Template;
use crate::source::LabelColumns;
use crate::style::layout::POINTS_PER_INCH;
use crate::style::{LabelStyle, LayerStyle, MarkerReach};

/// What a layer's features are called on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelPlan {
    /// The text; its fields are the columns.
    pub template: Template,
    /// The columns that are read for it, each once.
    pub columns: LabelColumns,
    /// How it looks.
    pub style: LabelStyle,
    /// How far markers reach from their points.
    pub marker: MarkerReach,
}

/// The labels that a job asks for on figures of so many pixels an inch.
///
/// # Errors
/// For a text that is no template, and for looks without a text.
pub(super) fn of(layer: &LayerJob, dpi: f64) -> Result<Option<LabelPlan>> {
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
    let of_class = layer.classes.iter().map(|class| layer.options.with(&class.options));
    let styles = std::iter::once(layer.options.clone()).chain(of_class).map(|options| options.style());
    let marker = styles.filter_map(|style| marker_reach(&style, dpi)).reduce(MarkerReach::and);
    Ok(Some(LabelPlan {
        template,
        columns: LabelColumns { columns, priority: options.priority.clone() },
        style: options.style(marker.is_some()),
        marker: marker.unwrap_or_default(),
    }))
}

/// How far a layer's markers reach; None if there are none to be seen.
fn marker_reach(style: &LayerStyle, dpi: f64) -> Option<MarkerReach> {
    let is_drawn = style.markersize_pt > 0.0 && (style.marker_face.is_some() || style.marker_edge.is_some());
    let px = |points: f64| points * dpi / POINTS_PER_INCH;
    let line_px = style.marker_edge.map(|_| px(style.linewidth_pt));
    is_drawn.then(|| MarkerReach::new(style.marker, px(style.markersize_pt), line_px))
}
