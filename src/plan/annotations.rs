//! Texts on maps and figures: what each says, or that figures say it, and how much room labels leave it.

use std::sync::Arc;

use super::texts::Texts;
use crate::error::{Error, Result};
use crate::figure::{Font, NorthArrow};
use crate::geo::Crs;
use crate::job::{Job, NorthArrowJob, TextCoords, TextJob};
use crate::output::Template;
use crate::source::Region;
use crate::style::TextStyle;

/// A text on every map or figure.
#[derive(Clone, Debug)]
pub struct TextPlan {
    /// Where it stands.
    pub place: TextPlace,
    /// How it looks.
    pub style: TextStyle,
    /// What it says.
    pub words: Words,
}

/// Where a text stands.
#[derive(Clone, Debug)]
pub enum TextPlace {
    /// At these coordinates of a system; on maps that do not show the place it is left out.
    Map(Crs, [f64; 2]),
    /// At these shares of the map's width and height, from its lower left corner.
    Axes([f64; 2]),
    /// At these shares of the figure's width and height, from its lower left corner.
    Figure([f64; 2]),
}

/// What a text says.
#[derive(Clone, Debug)]
pub enum Words {
    /// The same on all figures.
    Fixed(Box<str>),
    /// What a figure has for it.
    OfFigure {
        /// The index among its captions' texts on the map.
        index: usize,
        /// A text that is as wide and as high as the batch's largest, by which labels keep clear of it: maps must not
        /// depend on which of their figures is drawn first.
        largest: Box<str>,
    },
}

/// The texts of a job, in order; none for figures without furniture.
///
/// # Errors
/// [`Error::Value`] or [`Error::Crs`] naming the table and its key.
pub(super) fn of(job: &Job) -> Result<Vec<TextPlan>> {
    let mut own = 0;
    let mut plan = |(index, (text, (_, template))): (usize, (&TextJob, (String, Template)))| {
        let place = name(index);
        let words = if has_fields(&template) {
            own += 1;
            Words::OfFigure { index: own - 1, largest: Box::default() }
        } else {
            Words::Fixed(template.fill(|_| None).unwrap_or_default().into_boxed_str())
        };
        Ok(TextPlan { place: place_of(text, &place)?, style: text.style(&place)?, words })
    };
    let all = job.texts.iter().zip(all_templates(job)?).enumerate().map(&mut plan).collect::<Result<Vec<_>>>()?;
    Ok(if job.figure.frame_only.unwrap_or(false) { Vec::new() } else { all })
}

/// The north arrow; none for figures without furniture.
///
/// # Errors
/// As [`NorthArrowJob::arrow`].
pub(super) fn north_arrow(job: &Job) -> Result<Option<NorthArrow>> {
    let arrow = job.north_arrow.as_ref().map(NorthArrowJob::arrow).transpose()?;
    Ok(arrow.filter(|_| !job.figure.frame_only.unwrap_or(false)))
}

/// The templates of those texts that have fields, each with its name for messages.
///
/// # Errors
/// [`Error::Value`] for a template that is none.
pub(super) fn templates(job: &Job) -> Result<Vec<(String, Template)>> {
    Ok(all_templates(job)?.into_iter().filter(|(_, template)| has_fields(template)).collect())
}

/// The template of each text with its name for messages.
fn all_templates(job: &Job) -> Result<Vec<(String, Template)>> {
    let read = |(index, text): (usize, &TextJob)| {
        let key = format!("{}, text", name(index));
        Template::parse(&text.text, &key).map(|template| (key, template))
    };
    job.texts.iter().enumerate().map(read).collect()
}

/// Whether figures have a text of their own.
fn has_fields(template: &Template) -> bool {
    template.fields().next().is_some()
}

fn name(index: usize) -> String {
    format!("[[text]] {}", index + 1)
}

fn place_of(text: &TextJob, place: &str) -> Result<TextPlace> {
    let coords = text.coords.unwrap_or(TextCoords::Data);
    let fault = |problem: &str, remedy: &str| {
        Err(Error::value(format!("{place}, xy"), format!("{:?}", text.xy), problem, remedy))
    };
    if !text.xy.iter().all(|c| c.is_finite()) {
        return fault("is no place", "give two finite numbers");
    }
    if let (Some(crs), false) = (&text.crs, coords == TextCoords::Data) {
        let key = format!("{place}, crs");
        return Err(Error::value(key, crs, "says nothing of shares", "leave it out, or give coords = \"data\""));
    }
    Ok(match (coords, &text.crs) {
        (TextCoords::AxesFraction, _) => TextPlace::Axes(text.xy),
        (TextCoords::FigureFraction, _) => TextPlace::Figure(text.xy),
        (TextCoords::Data, Some(crs)) => TextPlace::Map(Crs::from_user(crs, &format!("{place}, crs"))?, text.xy),
        (TextCoords::Data, None) if text.xy[1].abs() > 90.0 => {
            return fault("has a latitude beyond a pole", "give longitude and latitude, or the system as crs");
        }
        (TextCoords::Data, None) => TextPlace::Map(Crs::wgs84(), text.xy),
    })
}

/// Finds out how large texts become that figures have of their own.
pub(super) struct Largest {
    font: Arc<Font>,
    /// Of each text its widest line with its width in ems, and most lines.
    found: Vec<(f32, String, usize)>,
}

impl Largest {
    pub(super) fn new(font: Arc<Font>) -> Self {
        Self { font, found: Vec::new() }
    }

    /// Looks at a region's texts, or at those of a raster's whole extent.
    pub(super) fn see(&mut self, texts: &Texts, region: Option<&Region>) {
        let texts = texts.likely_on_map(region);
        self.found.resize(texts.len(), (0.0, String::new(), 0));
        for ((width, widest, count), text) in self.found.iter_mut().zip(texts) {
            *count = text.lines().count().max(*count);
            for line in text.lines() {
                let own = self.font.measure(line, 1.0).width_px;
                if own > *width {
                    (*width, *widest) = (own, line.to_owned());
                }
            }
        }
    }

    /// Tells the plan's texts.
    pub(super) fn tell(self, plans: &mut [TextPlan]) {
        for plan in plans {
            if let Words::OfFigure { index, largest } = &mut plan.words
                && let Some((_, widest, count)) = self.found.get(*index)
            {
                *largest = vec![widest.as_str(); *count].join("\n").into_boxed_str();
            }
        }
    }
}
