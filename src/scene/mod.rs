//! What is drawn, made once for all views: outlines as simplified, chunked polylines, areas as chunked triangles, and
//! the classes that turn raw raster cells into colours.

mod arcs;
mod class_lookup;
mod classes;
mod dashes;
mod fill;
mod footprints;
mod level;
mod pole;
mod rings;
mod simplify;
mod split;

pub use arcs::{Arcs, ClassArcs};
pub use class_lookup::{ClassLookup, MOST_BUCKETS};
pub use classes::{ClassTable, RawDomain};
pub use dashes::DashCutter;
pub use fill::{CHUNK_TRIANGLES, CHUNK_VERTICES, FillChunk, FillLevel, FillMesh};
pub use footprints::{Look, MOST_EXTREME_SPAN, MOST_SPAN, enlarges, widest_span};
pub use level::{CHUNK_SEGMENTS, Chunk, Chunks, LevelKey, LineLevel};
pub use pole::{clipped_ring, doubled_area, is_within, roomiest_point};
pub use rings::Rings;
pub use simplify::RankedArcs;
pub use split::{Place, split_and_place};
