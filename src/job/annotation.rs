//! The `[[text]]` tables of a job: texts at places of the map or the figure, as matplotlib's `annotate` puts them.

use serde::Deserialize;

use super::choices::{choice, pair};
use crate::error::{Error, Result};
use crate::style::{Choice, Color, HAlign, Halo, TextBox, TextStyle, VAlign};

/// One text.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextJob {
    /// What is written: a template with the title's fields, of one or more lines.
    pub text: String,
    /// Where it stands, as `coords` says.
    #[serde(deserialize_with = "pair")]
    pub xy: [f64; 2],
    /// What `xy` is; default `data`.
    #[serde(default, deserialize_with = "choice")]
    pub coords: Option<TextCoords>,
    /// Of `data`, the system of `xy`; default: longitude and latitude.
    pub crs: Option<String>,
    /// The size of its letters in points; default 10.
    pub fontsize: Option<f64>,
    /// The colour of its letters; default black.
    pub color: Option<String>,
    /// Which part of it is at `xy`: `left`, `center` or `right`; default `left`.
    #[serde(default, deserialize_with = "choice")]
    pub ha: Option<HAlign>,
    /// Which part of it is at `xy`: `top`, `center`, `baseline` or `bottom`; default `baseline`.
    #[serde(default, deserialize_with = "choice")]
    pub va: Option<VAlign>,
    /// By how much it is turned to the left, in degrees: a multiple of 90; default 0.
    pub rotation: Option<f64>,
    /// A light edge around its letters; default none.
    pub halo: Option<HaloJob>,
    /// A box behind it; default none.
    #[serde(rename = "box")]
    pub boxed: Option<TextBoxJob>,
}

choices! {
    /// What the place of a text is given in: names of matplotlib's `xycoords`.
    TextCoords {
        /// Coordinates of a system.
        Data = "data",
        /// Shares of the map's width and height from its lower left corner.
        AxesFraction = "axes fraction",
        /// Shares of the figure's width and height from its lower left corner.
        FigureFraction = "figure fraction",
    }
}

/// A light edge around letters.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HaloJob {
    /// Its colour; default white.
    pub color: Option<String>,
    /// How far it reaches beyond the letters, in points; default 1.5.
    pub width: Option<f64>,
}

/// A box behind a text (matplotlib's `bbox`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextBoxJob {
    /// What it is filled with; default white.
    pub facecolor: Option<String>,
    /// The line around it; default none.
    pub edgecolor: Option<String>,
    /// Its opacity, 0 to 1; default 1.
    pub alpha: Option<f64>,
    /// How far it reaches beyond the text, in points; default 4.
    pub pad: Option<f64>,
}

/// Letters are at most so large, and lines around them at most so wide, in points.
const MOST_PT: f64 = 1000.0;

impl TextJob {
    /// Reads `X,Y:TEXT`, as `--text` takes it.
    ///
    /// # Errors
    /// [`Error::Value`] for another form.
    pub fn from_flag(text: &str) -> Result<Self> {
        let fault =
            |problem: &str| Error::value("--text", text, problem, "give LON,LAT:TEXT, such as 15.3,50.1:Turnov");
        let (place, words) = text.split_once(':').ok_or_else(|| fault("has no colon"))?;
        let (x, y) = place.split_once(',').ok_or_else(|| fault("has no comma before its colon"))?;
        let number = |part: &str| {
            let number = part.trim().parse::<f64>().ok().filter(|number| number.is_finite());
            number.ok_or_else(|| fault(&format!("has '{}' in place of a number", part.trim())))
        };
        Ok(Self { text: words.to_owned(), xy: [number(x)?, number(y)?], ..Self::default() })
    }

    /// How it looks; `place` names it in messages.
    ///
    /// # Errors
    /// [`Error::Value`] naming the key whose value cannot be used.
    pub fn style(&self, place: &str) -> Result<TextStyle> {
        let usual = TextStyle::default();
        let key = |name: &str| format!("{place}, {name}");
        let color = |name: &str, text: &Option<String>, usual: [u8; 4]| match text {
            Some(text) => Color::parse(&key(name), text).map(Color::to_rgba8),
            None => Ok(usual),
        };
        let within = |name: &str, value: Option<f64>, usual: f64, [least, most]: [f64; 2]| match value {
            Some(value) if !(least..=most).contains(&value) => {
                Err(Error::value(key(name), value, "cannot be used", format!("give a number from {least} to {most}")))
            }
            value => Ok(value.unwrap_or(usual)),
        };
        let halo = |halo: &HaloJob| {
            let usual = Halo::default();
            let width_pt = within("halo.width", halo.width, usual.width_pt, [0.0, MOST_PT])?;
            let color = halo.color.as_ref().map(|text| Color::parse(&key("halo.color"), text)).transpose()?;
            Ok(Halo { color: color.unwrap_or(usual.color), width_pt }.seen())
        };
        let boxed = |boxed: &TextBoxJob| {
            let alpha = within("box.alpha", boxed.alpha, 1.0, [0.0, 1.0])?;
            let faded = |[r, g, b, a]: [u8; 4]| [r, g, b, (f64::from(a) * alpha).round() as u8];
            Ok(TextBox {
                face: faded(color("box.facecolor", &boxed.facecolor, [255; 4])?),
                edge: faded(color("box.edgecolor", &boxed.edgecolor, [0; 4])?),
                pad_pt: within("box.pad", boxed.pad, 4.0, [0.0, MOST_PT])?,
            })
        };
        Ok(TextStyle {
            fontsize_pt: within("fontsize", self.fontsize, usual.fontsize_pt, [1.0, MOST_PT])?,
            color: color("color", &self.color, usual.color)?,
            ha: self.ha.unwrap_or_default(),
            va: self.va.unwrap_or_default(),
            quarter_turns: quarter_turns(self.rotation.unwrap_or(0.0))
                .map_err(|problem| Error::value(key("rotation"), self.rotation.unwrap_or(0.0), problem, QUARTERS))?,
            halo: self.halo.as_ref().map(halo).transpose()?.flatten(),
            boxed: self.boxed.as_ref().map(boxed).transpose()?,
        })
    }
}

const QUARTERS: &str = "give 0, 90, 180 or 270 degrees";

fn quarter_turns(degrees: f64) -> Result<u8, &'static str> {
    let turns = degrees / 90.0;
    if turns.fract() == 0.0 { Ok(turns.rem_euclid(4.0) as u8) } else { Err("is no quarter turn") }
}
