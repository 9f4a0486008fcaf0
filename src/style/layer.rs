//! The style of an outline layer, and the flag that gives it.

use std::path::PathBuf;

use super::color::Color;
use super::nearest::unknown_name;
use crate::error::{Error, Result};

const KEYS: [&str; 8] = ["edgecolor", "linewidth", "facecolor", "linestyle", "alpha", "zorder", "where", "layer"];

/// How a layer's outlines are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerStyle {
    /// The line's colour, opaque: its opacity is in `alpha`.
    pub edgecolor: Color,
    /// The line's width in points, 1/72 inch.
    pub linewidth_pt: f64,
    /// The layer's opacity, 0 to 1; 0 where the edge colour is `none`.
    pub alpha: f64,
    /// Layers are drawn from low to high; the raster is at 0 and ties keep the order given.
    pub zorder: f64,
}

impl Default for LayerStyle {
    fn default() -> Self {
        LayerOptions::default().style()
    }
}

/// What the user said about a layer; the rest is left to the defaults.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LayerOptions {
    /// The line's colour; default black.
    pub edgecolor: Option<Color>,
    /// The line's width in points; default 1, matplotlib's `patch.linewidth`.
    pub linewidth_pt: Option<f64>,
    /// The opacity, 0 to 1; as in matplotlib it replaces the colour's own, which is the default.
    pub alpha: Option<f64>,
    /// The drawing order; default 1.5, cartopy's for features.
    pub zorder: Option<f64>,
}

impl LayerOptions {
    /// The style, with matplotlib's and cartopy's defaults where nothing was said.
    #[must_use]
    pub fn style(&self) -> LayerStyle {
        let color = self.edgecolor.unwrap_or(Color::BLACK);
        // matplotlib.colors.to_rgba: an alpha replaces the colour's, except that of 'none'.
        let own_alpha = f64::from(color.a);
        LayerStyle {
            edgecolor: Color { a: 1.0, ..color },
            linewidth_pt: self.linewidth_pt.unwrap_or(1.0),
            alpha: if color == Color::NONE { 0.0 } else { self.alpha.unwrap_or(own_alpha) },
            zorder: self.zorder.unwrap_or(1.5),
        }
    }

    /// Sets the option `key` to `value`, both as a user writes them.
    ///
    /// `flag` is where they stand, such as `--layer states.shp`; errors begin with it.
    ///
    /// # Errors
    /// The key is unknown or not available yet, or the value is not one of its values.
    pub fn set(&mut self, flag: &str, key: &str, value: &str) -> Result<()> {
        let place = format!("{flag}: {key}");
        match key {
            "edgecolor" => self.edgecolor = Some(Color::parse(&place, value)?),
            "linewidth" => self.linewidth_pt = Some(at_least_zero(&place, value)?),
            "alpha" => self.alpha = Some(opacity(&place, value)?),
            "zorder" => self.zorder = Some(number(&place, value, "give a number")?),
            "facecolor" if value.eq_ignore_ascii_case("none") => {}
            "facecolor" => return Err(not_yet(&place, value, "'none'")),
            "linestyle" if matches!(value, "solid" | "-") => {}
            "linestyle" => return Err(not_yet(&place, value, "'solid'")),
            "where" | "layer" => {
                return Err(Error::value(place, value, "is not available yet", format!("leave {key} out")));
            }
            _ => {
                return Err(unknown_name(flag, "layer option", key, KEYS, &format!("give one of {}", KEYS.join(", "))));
            }
        }
        Ok(())
    }
}

/// The file and options of `--layer PATH[:key=val,..]`.
///
/// A path may hold colons: the options begin after the last colon that is followed by a word and an equals sign.
///
/// # Errors
/// The path is empty, or an option is unknown, not available yet or has a wrong value.
pub fn parse_layer_flag(text: &str) -> Result<(PathBuf, LayerOptions)> {
    let (path, list) = split_options(text);
    if path.is_empty() {
        return Err(Error::value("--layer", text, "has no path", "give PATH or PATH:key=value,.."));
    }
    let flag = format!("--layer {path}");
    let mut options = LayerOptions::default();
    for item in list.into_iter().flat_map(|list| list.split(',')) {
        let Some((key, value)) = item.split_once('=') else {
            return Err(Error::value(flag, item, "is not an option", "give key=value, separated by commas"));
        };
        options.set(&flag, key.trim(), value.trim())?;
    }
    Ok((PathBuf::from(path), options))
}

/// The path, and what follows the last colon that begins an option.
fn split_options(text: &str) -> (&str, Option<&str>) {
    text.rmatch_indices(':')
        .map(|(at, colon)| (&text[..at], &text[at + colon.len()..]))
        .find(|(_, after)| begins_an_option(after))
        .map_or((text, None), |(path, list)| (path, Some(list)))
}

fn begins_an_option(text: &str) -> bool {
    let key = text.split_once('=').map_or("", |(key, _)| key.trim());
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
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

fn not_yet(place: &str, value: &str, only: &str) -> Error {
    Error::value(place, value, "is not available yet", format!("only {only} is; leave it out or give that"))
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
        let style = LayerStyle { edgecolor: Color::BLACK, linewidth_pt: 1.0, alpha: 1.0, zorder: 1.5 };
        assert_eq!(parsed("states.shp"), ("states.shp".into(), style));
    }

    #[test]
    fn options_are_read() {
        let (path, style) =
            parsed("a/b.shp:edgecolor=tab:blue,linewidth=0.45, alpha=0.5 ,zorder=-2,facecolor=none,linestyle=-");
        assert_eq!(path, "a/b.shp");
        assert_eq!(style.edgecolor, Color::from_rgba8([0x1f, 0x77, 0xb4, 255]));
        assert_eq!((style.linewidth_pt, style.alpha, style.zorder), (0.45, 0.5, -2.0));
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
            ("edgecolor=#ff000033", 0.2),
            ("edgecolor=#ff000033,alpha=1", 1.0),
            ("edgecolor=red,alpha=0.3", 0.3),
            ("edgecolor=none,alpha=1", 0.0),
        ] {
            let style = parsed(&format!("a.shp:{options}")).1;
            assert!((style.alpha - alpha).abs() < 1e-7 && style.edgecolor.a >= 1.0, "{options}: {style:?}");
        }
    }

    #[test]
    fn what_is_not_there_yet_is_an_error() {
        for option in
            ["where=STATE='NY'", "where=A IN (1,2)", "layer=x", "linestyle=dashed", "linestyle=--", "facecolor=red"]
        {
            let message = fails(&format!("a.shp:{option}"));
            assert!(message.starts_with("--layer a.shp: ") && message.contains("is not available yet"), "{message}");
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
            ("a.shp:alpha=2", "outside 0 to 1"),
            ("a.shp:zorder=nan", "not a finite number"),
            ("a.shp:edgecolor=rde", "--layer a.shp: edgecolor"),
            ("", "has no path"),
            (":linewidth=2", "has no path"),
        ] {
            let message = fails(text);
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
