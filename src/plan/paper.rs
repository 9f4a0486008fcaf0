//! What figures are drawn on: the colours below everything, or none.

use crate::error::Result;
use crate::job::Job;
use crate::style::Color;

/// The colours below everything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paper {
    /// Of the whole figure, as matplotlib's `figure.facecolor`.
    pub figure: Color,
    /// Of the map, over the figure's, as matplotlib's `axes.facecolor`.
    pub map: Color,
}

impl Paper {
    /// Reads a job's colours, which are white if it has none. As with matplotlib's `savefig(transparent=True)`, a
    /// transparent figure has no colours but those that are given.
    ///
    /// # Errors
    /// [`crate::Error::Value`] or [`crate::Error::UnknownName`] naming the flag.
    pub(super) fn of(job: &Job) -> Result<Self> {
        let default = if job.figure.transparent == Some(true) { Color::NONE } else { Color::WHITE };
        let color = |key: &str, text: &Option<String>| match text {
            Some(text) => Color::parse(key, text),
            None => Ok(default),
        };
        Ok(Self {
            figure: color("--figure-facecolor", &job.figure.facecolor)?,
            map: color("--facecolor", &job.map.facecolor)?,
        })
    }

    /// The figure's colour, premultiplied alpha.
    #[must_use]
    pub fn premultiplied_figure(&self) -> [f32; 4] {
        self.figure.premultiplied_over(Color::NONE)
    }

    /// The map's colour over the figure's, premultiplied alpha.
    #[must_use]
    pub fn premultiplied_map(&self) -> [f32; 4] {
        self.map.premultiplied_over(self.figure)
    }

    /// Whether it is seen where a map ends within its box: as with cartopy, it has its colour only inside its outline.
    #[must_use]
    pub fn differs_beyond_maps(&self) -> bool {
        self.premultiplied_map() != self.premultiplied_figure()
    }

    /// Whether figures cover all that they lie on.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        self.figure.a == 1.0
    }
}
