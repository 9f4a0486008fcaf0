//! The sheet that a map is on: its size, its colours and the texts above and below the map.

use std::path::PathBuf;

use serde::Deserialize;

use super::choices::some_pair;

/// The sheet that a map is on.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FigureJob {
    /// Width and height in inches.
    #[serde(deserialize_with = "some_pair")]
    pub figsize: Option<[f64; 2]>,
    /// Pixels an inch.
    pub dpi: Option<f64>,
    /// A template with fields such as `{name}`, centred over the map; without one the figure's name, unless there is a
    /// title at the left or right.
    pub title: Option<String>,
    /// A template over the map's left end (matplotlib's `set_title(loc="left")`).
    pub title_left: Option<String>,
    /// A template over the map's right end (matplotlib's `set_title(loc="right")`).
    pub title_right: Option<String>,
    /// A template between titles and map, in smaller letters.
    pub subtitle: Option<String>,
    /// A template at the figure's lower edge, in small letters: sources, copyright.
    pub footer: Option<String>,
    /// Size of the titles' letters in points; default 16.
    pub titlesize: Option<f64>,
    /// Size of the subtitle's letters in points; default 11.
    pub subtitlesize: Option<f64>,
    /// Size of the footer's letters in points; default 8.
    pub footersize: Option<f64>,
    /// Font files for characters that DejaVu Sans lacks, asked in this order.
    pub fonts: Vec<PathBuf>,
    /// Only the map, stretched over the whole image.
    pub frame_only: Option<bool>,
    /// The colour around the map, and below it where the map's is not opaque, as matplotlib's `figure.facecolor`; default
    /// white.
    pub facecolor: Option<String>,
    /// Whether both colours are `none` unless they are given, as matplotlib's `savefig.transparent`.
    pub transparent: Option<bool>,
}

impl FigureJob {
    pub(super) fn overlaid_with(self, flags: Self) -> Self {
        Self {
            figsize: flags.figsize.or(self.figsize),
            dpi: flags.dpi.or(self.dpi),
            title: flags.title.or(self.title),
            title_left: flags.title_left.or(self.title_left),
            title_right: flags.title_right.or(self.title_right),
            subtitle: flags.subtitle.or(self.subtitle),
            footer: flags.footer.or(self.footer),
            titlesize: flags.titlesize.or(self.titlesize),
            subtitlesize: flags.subtitlesize.or(self.subtitlesize),
            footersize: flags.footersize.or(self.footersize),
            fonts: if flags.fonts.is_empty() { self.fonts } else { flags.fonts },
            frame_only: flags.frame_only.or(self.frame_only),
            facecolor: flags.facecolor.or(self.facecolor),
            transparent: flags.transparent.or(self.transparent),
        }
    }
}
