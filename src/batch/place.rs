//! Places lines on the CPU, for adapters that are the CPU: there a compute pass for each group of lines costs several
//! times what a loop in the threads that prepare views does, and holds up the one thread that draws.

use crate::geo::{FixedLonLat, ForwardGrid, OUTSIDE_PX};

/// Where lines are seen.
pub(super) struct Sight {
    /// Width and height of the map box in pixels.
    pub size_px: [f32; 2],
    /// How far beyond it a line's middle may run and still be seen, in pixels.
    pub reach_px: f32,
}

impl Sight {
    /// Whether a segment may be seen.
    fn sees(&self, a: [f32; 2], b: [f32; 2]) -> bool {
        (0..2).all(|k| a[k].max(b[k]) >= -self.reach_px && a[k].min(b[k]) <= self.size_px[k] + self.reach_px)
    }
}

/// Appends what is seen of polylines as polylines in pixels; both are separated, the former by
/// [`FixedLonLat::PEN_UP`], the latter by [`OUTSIDE_PX`].
pub(super) fn place_lines(
    grid: &ForwardGrid,
    sight: &Sight,
    vertices: impl Iterator<Item = FixedLonLat>,
    placed: &mut Vec<[f32; 2]>,
) {
    let mut last: Option<[f32; 2]> = None;
    // Whether the last place is the end of a segment that was appended.
    let mut is_open = false;
    for vertex in vertices {
        let place = if vertex == FixedLonLat::PEN_UP { None } else { grid.place(vertex) };
        if let (Some(from), Some(to)) = (last, place)
            && sight.sees(from, to)
        {
            if !is_open {
                placed.push(from);
            }
            placed.push(to);
            is_open = true;
        } else if std::mem::take(&mut is_open) {
            placed.push([OUTSIDE_PX; 2]);
        }
        last = place;
    }
    if is_open {
        placed.push([OUTSIDE_PX; 2]);
    }
}
