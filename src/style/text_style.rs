//! How a text on a map or a figure looks and where it stands beside its point, in matplotlib's terms.

use super::choice::Choice;
use super::layer_labels::Halo;

/// Which part of a text is at its point, from left to right (matplotlib's `horizontalalignment`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HAlign {
    /// Its left edge.
    #[default]
    Left,
    /// Its middle.
    Center,
    /// Its right edge.
    Right,
}

impl Choice for HAlign {
    const ALL: &'static [(&'static str, Self)] =
        &[("left", Self::Left), ("center", Self::Center), ("right", Self::Right)];
}

/// Which part of a text is at its point, from the top down (matplotlib's `verticalalignment`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VAlign {
    /// Its upper edge.
    Top,
    /// Its middle.
    Center,
    /// The line that its letters, of several lines the lowest, stand on.
    #[default]
    Baseline,
    /// Its lower edge.
    Bottom,
}

impl Choice for VAlign {
    const ALL: &'static [(&'static str, Self)] =
        &[("top", Self::Top), ("center", Self::Center), ("baseline", Self::Baseline), ("bottom", Self::Bottom)];
}

/// A box behind a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextBox {
    /// What it is filled with, straight RGBA.
    pub face: [u8; 4],
    /// The colour of a line around it, straight RGBA.
    pub edge: [u8; 4],
    /// How far it reaches beyond the text's lines, in points.
    pub pad_pt: f64,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    /// The size of its letters, in points an em.
    pub fontsize_pt: f64,
    /// The colour of its letters, straight RGBA.
    pub color: [u8; 4],
    /// Which part of it is at its point, from left to right; its lines are aligned alike.
    pub ha: HAlign,
    /// Which part of it is at its point, from the top down.
    pub va: VAlign,
    /// By how many quarter turns to the left it is turned, 0 to 3. What stands at the point is a part of the turned
    /// text.
    pub quarter_turns: u8,
    /// None for letters without an edge.
    pub halo: Option<Halo>,
    /// None for a text without a box.
    pub boxed: Option<TextBox>,
}

impl Default for TextStyle {
    /// matplotlib's `font.size` and `text.color`, and the alignment of its texts.
    fn default() -> Self {
        Self {
            fontsize_pt: 10.0,
            color: [0, 0, 0, 255],
            ha: HAlign::default(),
            va: VAlign::default(),
            quarter_turns: 0,
            halo: None,
            boxed: None,
        }
    }
}
