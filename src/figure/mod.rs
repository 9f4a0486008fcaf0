//! Everything of a figure but the map itself, drawn on the CPU into small patches that the GPU lays over each frame.
//!
//! [`FigureStyle`] says what stands around the maps of a batch; its [`LayoutSpec`](crate::style::layout::LayoutSpec)
//! gives the boxes. [`furniture`] draws what all figures share, once; [`captions`] draws what each has of its own.

mod annotation;
mod captions;
mod colorbar;
mod crowd;
mod face;
mod furniture;
mod graticule;
mod halo;
mod label;
mod legend;
mod locators;
mod logo;
mod north_arrow;
mod notation;
mod overlay;
mod resize;
mod scalebar;
mod scripts;
mod swatch;
mod swatches;
#[cfg(test)]
mod tests;
mod text;
mod text_box;
mod text_warnings;
mod tick_format;
mod ticks;

pub use annotation::{Annotation, annotation};
pub use captions::{Captions, captions};
pub use colorbar::{BarAxis, BarShape, Colorbar, ColorbarScale, ColorbarStyle, ExtendFrac, MinorTicks, Spacing};
pub use crowd::Crowd;
pub use furniture::{FigureStyle, MapFrame, furniture, taken_boxes};
pub use graticule::{GraticuleSite, GraticuleTag, draw_graticule_labels, edge_room, place_graticule_labels};
pub use label::{LabelInk, LabelLook, LabelSize};
pub use legend::{LegendRoom, legend_room};
pub use locators::{auto_minor_ticks, auto_ticks, log_minor_ticks, log_ticks, symlog_minor_ticks, symlog_ticks};
pub use logo::{Logo, Picture};
pub use north_arrow::NorthArrow;
pub use notation::Notation;
pub use overlay::Overlay;
pub use scalebar::scale_bar;
pub use swatches::{SwatchGroup, swatch_sheet};
pub use text::{Coverage, FittedLine, Font, TextExtent};
pub use text_box::TextBox;
pub use text_warnings::Warning;
pub use tick_format::TickFormat;
pub use ticks::{Tick, TickLabel, TickSet, place_ticks};

/// Colour of lines and letters: black.
const INK: [u8; 4] = [0, 0, 0, 255];
