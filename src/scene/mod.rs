//! What is drawn, made once for all views: outlines as simplified, chunked polylines, and the classes that
//! turn raw raster cells into colours.

mod arcs;
mod classes;
mod footprints;
mod level;
mod simplify;

pub use arcs::Arcs;
pub use classes::{ClassTable, RawDomain};
pub use footprints::{Look, MOST_SPAN, PixelRect, enlarges};
pub use level::{CHUNK_SEGMENTS, Chunk, Chunks, LevelKey, LineLevel};
pub use simplify::RankedArcs;
