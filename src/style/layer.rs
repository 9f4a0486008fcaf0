//! The style of a vector layer, and the flag that gives it.

use std::path::PathBuf;

use super::color::Color;
use super::layer_classes::{COLUMN_KEYS, ColumnOptions};
use super::layer_labels::{LABEL_KEYS, LabelOptions};
use super::linestyle::LineStyle;
use super::marker::{Marker, MarkerPath};
use super::nearest::unknown_name;
use super::option_list::{self, at_comma_from, split_options};
use crate::error::{Error, Result};

/// The options of a layer, as flags and job files name them.
pub const LAYER_KEYS: [&str; 23] = [
    "edgecolor",
    "linewidth",
    "facecolor",
    "linestyle",
    "alpha",
    "zorder",
    "marker",
    "markersize",
    "column",
    "levels",
    "cmap",
    "extend",
    "linewidths",
    "markersizes",
    "label",
    "labels",
    "labelsize",
    "labelcolor",
    "halo",
    "labelpriority",
    "labelplacement",
    "layer",
    "where",
];

/// How a layer's lines, areas and points are drawn. Colours hold their opacity; None draws nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerStyle {
    /// Colour of lines and of polygons' edges.
    pub edge: Option<Color>,
    /// Colour within polygons.
    pub face: Option<Color>,
    /// Colour within points' markers.
    pub marker_face: Option<Color>,
    /// Colour of the outlines of points' markers, and of markers that are nothing but strokes.
    pub marker_edge: Option<Color>,
    /// The width of lines, edges and markers' outlines in points, 1/72 inch.
    pub linewidth_pt: f64,
    /// Dashes of lines and edges; markers' outlines are never dashed.
    pub linestyle: LineStyle,
    /// What points are drawn as.
    pub marker: Marker,
    /// The size of a point's marker in points: a disc's diameter.
    pub markersize_pt: f64,
    /// Layers are drawn from low to high; the raster is at 0 and ties keep the order given.
    pub zorder: f64,
}

impl Default for LayerStyle {
    fn default() -> Self {
        LayerOptions::default().style()
    }
}

/// What the user said about a layer; the rest is left to the defaults.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LayerOptions {
    /// The colour of lines and edges; default black.
    pub edgecolor: Option<Color>,
    /// The colour of areas (default `none`) and of points (default: the edge's).
    pub facecolor: Option<Color>,
    /// The line's width in points; default 1, matplotlib's `patch.linewidth`.
    pub linewidth_pt: Option<f64>,
    /// The dashes; default solid.
    pub linestyle: Option<LineStyle>,
    /// The opacity, 0 to 1; as in matplotlib it replaces the colours' own, which are the default.
    pub alpha: Option<f64>,
    /// The drawing order; default 1.5, cartopy's for features.
    pub zorder: Option<f64>,
    /// What points are drawn as; default discs.
    pub marker: Option<Marker>,
    /// The size of points in points; default 6, matplotlib's `lines.markersize`.
    pub markersize_pt: Option<f64>,
    /// The name of the layer to draw, for datasets with several.
    pub layer: Option<String>,
    /// What the legend calls it; default: it is not in the legend.
    pub label: Option<String>,
    /// The attribute that gives features their looks.
    pub by_column: ColumnOptions,
    /// What its features are called on the map.
    pub labels: LabelOptions,
    /// Draws only features for which this condition in GDAL's SQL holds.
    pub filter: Option<String>,
}

impl LayerStyle {
    /// No line or point is wider, in points.
    #[must_use]
    pub fn widest_pt(&self) -> f64 {
        // Markers reach further along their diagonals, and their outlines at sharp corners.
        let [of_size, of_width] = if self.marker == Marker::Circle { [1.0; 2] } else { [1.5, 2.5] };
        of_size * self.markersize_pt + of_width * self.linewidth_pt
    }
}

impl LayerOptions {
    /// The style, with matplotlib's and cartopy's defaults where nothing was said.
    #[must_use]
    pub fn style(&self) -> LayerStyle {
        // matplotlib.colors.to_rgba: an alpha replaces the colour's, except that of 'none'.
        let seen = |color: Color| {
            let opacity = self.alpha.map_or(color.a, |alpha| alpha as f32);
            (color != Color::NONE && opacity > 0.0).then_some(Color { a: opacity, ..color })
        };
        let linewidth_pt = self.linewidth_pt.unwrap_or(1.0);
        let edgecolor = self.edgecolor.unwrap_or(Color::BLACK);
        let edge = seen(edgecolor).filter(|_| linewidth_pt > 0.0);
        let marker = self.marker.unwrap_or_default();
        let [marker_face, marker_edge] = match marker.path() {
            // There is nothing but the outline, so that it has whichever colour is given.
            MarkerPath::Strokes(_) => {
                let given = [self.edgecolor, self.facecolor].into_iter().flatten();
                let color = given.clone().find(|color| *color != Color::NONE).or(given.clone().next());
                let color = color.unwrap_or(Color::BLACK);
                [None, seen(color).filter(|_| linewidth_pt > 0.0)]
            }
            MarkerPath::Pixel => [seen(self.facecolor.unwrap_or(edgecolor)), None],
            // An outline is drawn where the user tells it from the inside.
            MarkerPath::Disc(_) | MarkerPath::Polygon(..) => {
                let has_outline = self.edgecolor.is_some() && self.facecolor.is_some();
                [seen(self.facecolor.unwrap_or(edgecolor)), edge.filter(|_| has_outline)]
            }
        };
        LayerStyle {
            edge,
            face: self.facecolor.and_then(seen),
            marker_face,
            marker_edge,
            linewidth_pt,
            linestyle: self.linestyle.clone().unwrap_or_default(),
            marker,
            markersize_pt: self.markersize_pt.unwrap_or(6.0),
            zorder: self.zorder.unwrap_or(1.5),
        }
    }

    /// These options with what is said of a class in place of their own.
    #[must_use]
    pub fn with(&self, class: &Self) -> Self {
        Self {
            edgecolor: class.edgecolor.or(self.edgecolor),
            facecolor: class.facecolor.or(self.facecolor),
            linewidth_pt: class.linewidth_pt.or(self.linewidth_pt),
            linestyle: class.linestyle.clone().or_else(|| self.linestyle.clone()),
            alpha: class.alpha.or(self.alpha),
            marker: class.marker.or(self.marker),
            markersize_pt: class.markersize_pt.or(self.markersize_pt),
            label: class.label.clone(),
            ..self.clone()
        }
    }

    /// Sets the option `key` to `value`, both as a user writes them.
    ///
    /// `flag` is where they stand, such as `--layer states.shp`; errors begin with it.
    ///
    /// # Errors
    /// The key is unknown, or the value is not one of its values.
    pub fn set(&mut self, flag: &str, key: &str, value: &str) -> Result<()> {
        let place = format!("{flag}: {key}");
        match key {
            "edgecolor" => self.edgecolor = Some(Color::parse(&place, value)?),
            "facecolor" => self.facecolor = Some(Color::parse(&place, value)?),
            "linewidth" => self.linewidth_pt = Some(at_least_zero(&place, value)?),
            "marker" => self.marker = Some(Marker::parse(&place, value)?),
            "markersize" => self.markersize_pt = Some(at_least_zero(&place, value)?),
            "linestyle" => self.linestyle = Some(LineStyle::parse(&place, value)?),
            "alpha" => self.alpha = Some(opacity(&place, value)?),
            "zorder" => self.zorder = Some(number(&place, value, "give a number")?),
            "label" => self.label = Some(value.to_owned()),
            "layer" => self.layer = Some(not_empty(&place, value, "give the layer's name")?),
            "where" => self.filter = Some(not_empty(&place, value, "give a condition such as POP > 1000")?),
            "color" | "colour" => {
                let remedy = "give edgecolor for lines and edges, facecolor for areas and points";
                return Err(Error::value(flag, key, "is not a layer option", remedy));
            }
            key if LABEL_KEYS.contains(&key) => self.labels.set(&place, key, value)?,
            key if COLUMN_KEYS.contains(&key) => self.by_column.set(&place, key, value)?,
            _ => {
                return Err(unknown_name(
                    flag,
                    "layer option",
                    key,
                    LAYER_KEYS,
                    &format!("give one of {}", LAYER_KEYS.join(", ")),
                ));
            }
        }
        Ok(())
    }
}

/// The file and options of `--layer PATH[:key=val,..]`.
///
/// A path may hold colons: the options begin after the first colon that is followed by a known key and an equals sign,
/// or else the last one followed by a word and an equals sign. Commas within parentheses separate nothing. `where`
/// takes all that follows it, so it comes last.
///
/// # Errors
/// The path is empty, or an option is unknown or has a wrong value.
pub fn parse_layer_flag(text: &str) -> Result<(PathBuf, LayerOptions)> {
    let (path, list) = split_options(text, &LAYER_KEYS);
    if path.is_empty() {
        return Err(Error::value("--layer", text, "has no path", "give PATH or PATH:key=value,.."));
    }
    let flag = format!("--layer {path}");
    let mut options = LayerOptions::default();
    for option in option_list::options(&flag, list, layer_option) {
        let (key, value) = option?;
        options.set(&flag, key, value)?;
    }
    Ok((PathBuf::from(path), options))
}

/// The first option of a layer's list, and the list after it.
fn layer_option(list: &str) -> (&str, Option<&str>) {
    if list.split_once('=').is_some_and(|(key, _)| key.trim() == "where") {
        return (list, None);
    }
    // One of the markers is a comma.
    let value = list.find("marker=,").filter(|at| list[..*at].trim().is_empty()).map_or(0, |at| at + "marker=,".len());
    at_comma_from(list, value)
}

fn not_empty(place: &str, value: &str, remedy: &str) -> Result<String> {
    if value.is_empty() {
        return Err(Error::value(place, value, "is empty", remedy));
    }
    Ok(value.to_owned())
}

fn number(place: &str, value: &str, remedy: &str) -> Result<f64> {
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err(Error::value(place, value, "is not a finite number", remedy)),
    }
}

fn at_least_zero(place: &str, value: &str) -> Result<f64> {
    let remedy = "give a width in points, 0 or more";
    match number(place, value, remedy)? {
        width if width >= 0.0 => Ok(width),
        _ => Err(Error::value(place, value, "is negative", remedy)),
    }
}

fn opacity(place: &str, value: &str) -> Result<f64> {
    let remedy = "give an opacity from 0 to 1";
    match number(place, value, remedy)? {
        alpha if (0.0..=1.0).contains(&alpha) => Ok(alpha),
        _ => Err(Error::value(place, value, "is outside 0 to 1", remedy)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (String, LayerStyle) {
        let (path, options) = parse_layer_flag(text).unwrap();
        (path.display().to_string(), options.style())
    }

    fn fails(text: &str) -> String {
        parse_layer_flag(text).unwrap_err().to_string()
    }

    #[test]
    fn without_options_the_defaults_are_cartopys() {
        let style = LayerStyle {
            edge: Some(Color::BLACK),
            face: None,
            marker_face: Some(Color::BLACK),
            marker_edge: None,
            linewidth_pt: 1.0,
            linestyle: LineStyle::Solid,
            marker: Marker::Circle,
            markersize_pt: 6.0,
            zorder: 1.5,
        };
        assert_eq!(parsed("states.shp"), ("states.shp".into(), style));
    }

    #[test]
    fn options_are_read() {
        let (path, style) =
            parsed("a/b.shp:edgecolor=tab:blue,linewidth=0.45, alpha=0.5 ,zorder=-2,facecolor=none,linestyle=--");
        assert_eq!(path, "a/b.shp");
        assert_eq!(style.edge, Some(Color { a: 0.5, ..Color::from_rgba8([0x1f, 0x77, 0xb4, 255]) }));
        assert_eq!((style.linewidth_pt, style.face, style.zorder), (0.45, None, -2.0));
        assert!(matches!(style.linestyle, LineStyle::Dashes { .. }));
        let (_, style) = parsed("a.shp:linestyle=(0,(5,1,1,1)),markersize=3,linestyle=:,layer=roads");
        assert_eq!(style.markersize_pt, 3.0);
        assert!(matches!(style.linestyle, LineStyle::Dashes { .. }));
    }

    #[test]
    fn where_takes_the_rest_of_the_flag() {
        for condition in [
            "NAME = 'a,b'",
            "POP>=1000 AND (\"KIND\" IN ('x','y') OR note LIKE '%:alpha=1%')",
            "layer=3,zorder=2",
            "t = 'C:q=1'",
        ] {
            let (path, options) = parse_layer_flag(&format!("a.gpkg:alpha=0.5,layer=b, where = {condition}")).unwrap();
            assert_eq!(path.to_str(), Some("a.gpkg"));
            assert_eq!((options.filter.as_deref(), options.alpha), (Some(condition), Some(0.5)));
            assert_eq!(options.layer.as_deref(), Some("b"));
        }
    }

    #[test]
    fn points_have_a_ring_where_it_differs_from_the_disc() {
        let [black, red, blue] = [Color::BLACK, Color::opaque(1.0, 0.0, 0.0), Color::opaque(0.0, 0.0, 1.0)];
        for (options, face, marker_face, marker_edge) in [
            ("alpha=1", None, Some(black), None),
            ("edgecolor=red", None, Some(red), None),
            ("facecolor=red", Some(red), Some(red), None),
            ("facecolor=red,edgecolor=blue", Some(red), Some(red), Some(blue)),
            ("facecolor=none,edgecolor=blue", None, None, Some(blue)),
            ("facecolor=red,edgecolor=none", Some(red), Some(red), None),
            ("facecolor=red,edgecolor=blue,linewidth=0", Some(red), Some(red), None),
        ] {
            let style = parsed(&format!("a.shp:{options}")).1;
            assert_eq!(
                (style.face, style.marker_face, style.marker_edge),
                (face, marker_face, marker_edge),
                "{options}"
            );
        }
    }

    #[test]
    fn colons_in_paths_stay_there() {
        for path in [
            r"C:\maps\states.shp",
            "/vsizip//vsicurl/https://host/a.zip/b.shp",
            "/vsicurl/https://host:8080/x?y=1",
            "GPKG:file.gpkg:borders",
        ] {
            assert_eq!(parsed(path).0, path);
            let (with_options, style) = parsed(&format!("{path}:linewidth=2,edgecolor=tab:red"));
            assert_eq!((with_options.as_str(), style.linewidth_pt), (path, 2.0));
        }
    }

    #[test]
    fn alpha_replaces_the_colours_own_but_not_that_of_none() {
        for (options, alpha) in [
            ("edgecolor=#ff000033", Some(0.2)),
            ("edgecolor=#ff000033,alpha=1", Some(1.0)),
            ("edgecolor=red,alpha=0.3", Some(0.3)),
            ("edgecolor=none,alpha=1", None),
            ("edgecolor=red,alpha=0", None),
        ] {
            let style = parsed(&format!("a.shp:{options}")).1;
            assert_eq!(style.edge.map(|color| color.a), alpha, "{options}");
        }
    }

    #[test]
    fn wrong_options_name_the_layer_the_key_and_the_remedy() {
        for (text, expected) in [
            ("a.shp:linewdth=2", "nearest: linewidth"),
            ("a.shp:q=2", "give one of edgecolor, linewidth"),
            ("a.shp:linewidth=2,dashed", "'dashed' is not an option"),
            ("a.shp:linewidth=2,", "'' is not an option"),
            ("a.shp:linewidth=thin", "--layer a.shp: linewidth: 'thin'"),
            ("a.shp:linewidth=-1", "negative"),
            ("a.shp:linewidth=inf", "not a finite number"),
            ("a.shp:markersize=-1", "--layer a.shp: markersize: '-1' is negative"),
            ("a.shp:linestyle=dashy", "--layer a.shp: linestyle: 'dashy' is not a line style"),
            ("a.shp:linestyle=(0,(1,2)", "is not a line style"),
            ("a.shp:alpha=2", "outside 0 to 1"),
            ("a.shp:zorder=nan", "not a finite number"),
            ("a.shp:edgecolor=rde", "--layer a.shp: edgecolor"),
            ("a.shp:facecolor=rde", "--layer a.shp: facecolor"),
            ("a.shp:layer=", "layer: '' is empty"),
            ("a.shp:where=", "where: '' is empty"),
            ("", "has no path"),
            (":linewidth=2", "has no path"),
        ] {
            let message = fails(text);
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
