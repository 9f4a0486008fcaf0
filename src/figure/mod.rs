//! Everything of a figure but the map itself, drawn on the CPU into small patches that the GPU lays over each frame.
//!
//! [`FigureStyle`] says what stands around the maps of a batch; its [`LayoutSpec`](crate::style::layout::LayoutSpec)
//! gives the boxes. [`furniture`] draws what all figures share, once; [`title`] draws what each has of its own.

mod colorbar;
mod crowd;
mod face;
mod furniture;
mod locators;
mod notation;
mod overlay;
mod scripts;
mod swatches;
#[cfg(test)]
mod tests;
mod text;
mod ticks;

pub use colorbar::{BarShape, Colorbar, ColorbarScale};
pub use crowd::{Crowd, LabelBox};
pub use furniture::{FigureStyle, MapFrame, furniture, taken_boxes, title};
pub use locators::{auto_ticks, log_minor_ticks, log_ticks, symlog_ticks};
pub use notation::Notation;
pub use overlay::Overlay;
pub use swatches::{SwatchGroup, swatch_sheet};
pub use text::{Coverage, FittedLine, Font, TextExtent};
pub use ticks::{Tick, TickLabel, TickSet, place_ticks};

/// Colour of lines and letters: black.
const INK: [u8; 4] = [0, 0, 0, 255];
