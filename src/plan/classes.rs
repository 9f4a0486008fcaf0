//! The classes of a layer: which features each has, how it is drawn and what the legend calls it.

use crate::error::{Error, Result};
use crate::job::LayerJob;
use crate::source::{ClassTest, FeatureClasses, LayerShapes, layer_shapes};
use crate::style::{ClassOptions, Color, Colormap, ColumnOptions, Extremes, LayerOptions, Norm, ValueMap};

/// The colours of levels where none are given, matplotlib's `image.cmap`.
const DEFAULT_COLORMAP: &str = "viridis";

/// More classes are refused: each is drawn on its own.
const MOST_CLASSES: usize = 1024;

/// A layer's classes in the order in which they are drawn.
pub(super) struct Classes {
    /// How its features are told apart; None for a layer of one class.
    pub tests: Option<FeatureClasses>,
    /// How each class is drawn.
    pub options: Vec<LayerOptions>,
    /// What shapes the file may hold: all kinds if there are neither classes nor a label, for then it was not looked at.
    pub shapes: LayerShapes,
}

/// The classes that a job asks for.
///
/// # Errors
/// For settings that do not go together, and a file that cannot be opened if there are classes.
pub(super) fn of(layer: &LayerJob) -> Result<Classes> {
    let place = format!("layer {}", layer.path.display());
    let column = &layer.options.by_column;
    check_goes_together(&place, layer)?;
    if layer.classes.is_empty() && column.levels.is_none() {
        // A legend shows a layer as what it is.
        let shapes = match &layer.options.label {
            Some(_) => layer_shapes(&layer.path, layer.options.layer.as_deref())?,
            None => LayerShapes { points: true, lines: true, areas: true },
        };
        return Ok(Classes { tests: None, options: vec![layer.options.clone()], shapes });
    }
    let shapes = layer_shapes(&layer.path, layer.options.layer.as_deref())?;
    let mut all = match &column.levels {
        Some(levels) => graduated(&place, &layer.options, levels, shapes)?,
        None => Vec::new(),
    };
    for (index, class) in layer.classes.iter().enumerate() {
        let test = test_of(&place, column, class, index + 1 == layer.classes.len())?;
        all.push((test, layer.options.with(&class.options)));
    }
    if all.len() > MOST_CLASSES {
        return Err(Error::value(place, all.len(), "classes are too many", format!("give at most {MOST_CLASSES}")));
    }
    let (tests, options) = all.into_iter().unzip();
    Ok(Classes { tests: Some(FeatureClasses { column: column.column.clone(), tests }), options, shapes })
}

/// Refuses options without those that they need.
fn check_goes_together(place: &str, layer: &LayerJob) -> Result<()> {
    let missing = |key: &str, remedy: String| Err(Error::Missing { key: format!("{place}: {key}"), remedy });
    let column = &layer.options.by_column;
    let has_values = layer.classes.iter().any(|class| !class.values.is_empty());
    let needs_levels = [
        ("cmap", column.cmap.is_some()),
        ("extend", column.extend.is_some()),
        ("linewidths", column.linewidths_pt.is_some()),
        ("markersizes", column.markersizes_pt.is_some()),
    ];
    match (&column.levels, &column.column) {
        (None, _) if needs_levels.iter().any(|(_, is_given)| *is_given) => {
            let key = needs_levels.iter().find(|(_, is_given)| *is_given).map_or("", |(key, _)| key);
            missing("levels", format!("{key} needs them: give boundaries of a column's numbers, or leave {key} out"))
        }
        (Some(_), None) => missing("column", "give the name of the column whose numbers the levels divide".into()),
        (None, None) if has_values => missing("column", "give the name of the column that holds the values".into()),
        (None, Some(_)) if !has_values => {
            missing("levels", "give boundaries of the column's numbers, or classes with value in a job file".into())
        }
        _ => Ok(()),
    }
}

fn test_of(place: &str, column: &ColumnOptions, class: &ClassOptions, is_last: bool) -> Result<ClassTest> {
    let fault =
        |value: &str, problem: &str, remedy: &str| Err(Error::value(format!("{place}: class"), value, problem, remedy));
    match (&class.options.filter, class.values.as_slice()) {
        (Some(condition), [_, ..]) => fault(condition, "stands beside a value", "give a class either value or where"),
        (None, []) if is_last => Ok(ClassTest::Rest),
        (None, []) => {
            let label = class.options.label.as_deref().unwrap_or_default();
            fault(label, "has neither value nor where and takes all that is left", "put it last")
        }
        (condition, values) if column.levels.is_some() => {
            let given = condition.clone().unwrap_or_else(|| values.join(", "));
            let remedy = "leave levels out, or value and where: then the class has the features without a number";
            fault(&given, "is another class than those of the levels", remedy)
        }
        (Some(condition), []) => Ok(ClassTest::Where(condition.clone())),
        (None, values) => Ok(ClassTest::Values(values.to_vec())),
    }
}

/// A class between each two levels, and those beyond if the ends are extended.
fn graduated(
    place: &str,
    layer: &LayerOptions,
    levels: &[f64],
    shapes: LayerShapes,
) -> Result<Vec<(ClassTest, LayerOptions)>> {
    let column = &layer.by_column;
    let extend = column.extend.unwrap_or_default();
    let below = extend.below().then_some(f64::NEG_INFINITY);
    let above = extend.above().then_some(f64::INFINITY);
    let edges: Vec<f64> = below.into_iter().chain(levels.iter().copied()).chain(above).collect();
    let count = edges.len() - 1;
    for (key, list) in [("linewidths", &column.linewidths_pt), ("markersizes", &column.markersizes_pt)] {
        if let Some(list) = list.as_ref().filter(|list| list.len() != count) {
            let problem = format!("numbers are not one for each of {count} classes");
            let remedy = "give as many, from the lowest class to the highest";
            return Err(Error::value(format!("{place}: {key}"), list.len(), problem, remedy));
        }
    }
    let colors = colors(place, column, levels)?;
    let class = |k: usize| {
        let mut options = LayerOptions { label: Some(label(edges[k], edges[k + 1])), ..layer.clone() };
        if let Some(color) = colors.get(k) {
            paint(&mut options, Color::from_rgba8(*color), shapes);
        }
        let size = |list: &Option<Vec<f64>>| list.as_ref().map(|list| list[k]);
        options.linewidth_pt = size(&column.linewidths_pt).or(layer.linewidth_pt);
        options.markersize_pt = size(&column.markersizes_pt).or(layer.markersize_pt);
        // Values beyond the ends belong to the first and the last class, as a raster's do.
        let low = if k == 0 { f64::NEG_INFINITY } else { edges[k] };
        let high = if k + 1 == count { f64::INFINITY } else { edges[k + 1] };
        (ClassTest::Between([low, high]), options)
    };
    Ok((0..count).map(class).collect())
}

/// The colour of each class, extended ends included; none if only sizes differ.
fn colors(place: &str, column: &ColumnOptions, levels: &[f64]) -> Result<Vec<[u8; 4]>> {
    let has_sizes = column.linewidths_pt.is_some() || column.markersizes_pt.is_some();
    if column.cmap.is_none() && has_sizes {
        return Ok(Vec::new());
    }
    let cmap = column.cmap.as_deref().unwrap_or(DEFAULT_COLORMAP);
    let colormap = Colormap::from_text(cmap, &format!("{place}: cmap"))?;
    let extend = column.extend.unwrap_or_default();
    let map = ValueMap::new(Norm::boundary(levels.to_vec(), extend)?, &colormap, Extremes::default())?;
    let under = extend.below().then(|| map.under());
    let over = extend.above().then(|| map.over());
    Ok(under.into_iter().chain(map.inner_colors()).chain(over).collect())
}

/// Gives a class its colour: areas and points inside, lines as such. Areas have no edge unless one is asked for: of
/// small ones it would be all that is seen.
fn paint(options: &mut LayerOptions, color: Color, shapes: LayerShapes) {
    let is_stroke = options.marker.is_some_and(|marker| !marker.is_filled());
    if shapes.lines || (shapes.points && is_stroke) {
        options.edgecolor = Some(color);
    } else if shapes.areas && options.edgecolor.is_none() {
        options.edgecolor = Some(Color::NONE);
    }
    if shapes.areas || shapes.points {
        options.facecolor = Some(color);
    }
}

/// What the legend calls the numbers between two levels.
fn label(low: f64, high: f64) -> String {
    let text = |number: f64| number.to_string().replace('-', "\u{2212}");
    match (low.is_finite(), high.is_finite()) {
        (false, _) => format!("< {}", text(high)),
        (_, false) => format!("≥ {}", text(low)),
        _ => format!("{} – {}", text(low), text(high)),
    }
}
