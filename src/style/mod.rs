//! How things look: colours, colormaps, norms and line styles, as matplotlib and cartopy name and compute them.
//!
//! Data and arithmetic only. The figure asks a [`ValueMap`] which class a cell belongs to and which colour the
//! class has; a layer's outline is described by a [`LayerStyle`].

mod categories;
mod color;
mod color_file;
mod color_list;
mod colormap;
mod colormap_data;
mod colormap_functions;
mod colormap_groups;
mod cpt;
mod cpt_lines;
mod cpt_paint;
mod degrees;
mod graticule;
mod layer;
mod layer_classes;
mod layer_labels;
pub mod layout;
mod legend;
mod levels;
mod linestyle;
mod marker;
mod marker_shape;
mod named_colors;
mod nearest;
mod norm;
mod norm_checks;
mod position;
mod qgis_map;
mod ramp;
mod ramp_legend;
mod relief;
mod resampling;
mod scalebar;
mod text_style;
mod value_map;
mod x11_colors;

pub use categories::{Category, parse_categories, sorted_categories};
pub use color::Color;
pub use color_file::ColorFile;
pub use colormap::Colormap;
pub use colormap_groups::{ColormapGroup, colormap_groups};
pub use degrees::DegreeFormat;
pub use graticule::{EdgeSides, GraticuleLabelStyle, GraticuleLabels};
pub use layer::{LAYER_KEYS, LayerOptions, LayerStyle, parse_layer_flag};
pub(crate) use layer::{next_option, split_options};
pub use layer_classes::{ClassOptions, ColumnOptions};
pub use layer_labels::{Anchor, Halo, LabelOptions, LabelStyle};
pub use layout::{Layout, PixelBox};
pub use legend::{Legend, LegendEntry, LegendLoc, LegendStyle, Swatch};
pub use levels::{MAX_LEVELS, parse_levels, parse_ticks};
pub use linestyle::LineStyle;
pub use marker::{Marker, MarkerJoin, MarkerPath};
pub use marker_shape::{MOST_EDGES, MarkerShape, MarkerShapes};
pub(crate) use nearest::unknown_name;
pub use norm::{Extend, Norm, room_about};
pub use ramp::{ColorRamp, RampForm, RampLabel};
pub use resampling::{Resampling, ResamplingChoice};
pub use scalebar::{ScaleBar, ScaleBarLook, ScaleLength, ScaleUnits};
pub use text_style::{HAlign, TextBox, TextStyle, VAlign};
pub use value_map::{Extremes, ValueMap, faded};
