//! From longitude and latitude to output pixels: the grid that places vertices in a view, and where it may not be
//! used.

use super::FixedLonLat;
use super::bends::{Bend, POLYNOMIAL_SHARE, bilinear_error};
use super::placer::Placer;
use super::quilt::{Function, Need, Quilt, UnitRect};
use super::{GRID_TOLERANCE_PX, GeoWindow, OUTSIDE_PX, UNITS_PER_DEGREE};

/// Squares of the window along each side: the smallest pieces that are told apart.
const UNITS: u32 = 64;

/// Cells of the grid in a square, along each side: the numbers to choose from.
const DENSITIES: [u32; 4] = [1, 2, 4, 8];

/// The share of the squares that may be beyond tolerance rather than have a finer grid.
const MOST_BEYOND: f64 = 0.01;

/// Output pixel coordinates on a regular grid of longitude and latitude, for bilinear interpolation.
///
/// It serves only what lies near the view, and there only where the map is whole and smooth:
/// [`is_good`](Self::is_good) tells.
pub struct ForwardGrid {
    /// What the grid covers. Vertices outside are not drawn.
    pub window: GeoWindow,
    /// Nodes along longitude and latitude; the first lies on the window's south-west corner.
    pub nodes: [u32; 2],
    /// Pixel coordinates of each node, row by row from the south; [`OUTSIDE_PX`] where none are needed or the map has
    /// no such point.
    pub values: Vec<[f32; 2]>,
    /// Largest error against PROJ of any point in a good box, in pixels: an upper bound.
    pub max_error_px: f64,
    /// Squares of [`UNITS`] by [`UNITS`] that are beyond tolerance.
    is_bad: Vec<bool>,
}

impl ForwardGrid {
    /// Where a position is on the view, in pixels, as `project.wgsl` places it: None where it is off the grid or the
    /// map. Between the nodes it is interpolated.
    #[must_use]
    pub fn place(&self, position: FixedLonLat) -> Option<[f32; 2]> {
        // Unsigned differences wrap by themselves; what lies west or south of the corner becomes very large.
        let corner = self.window.corner;
        let from_corner = [position.lon.wrapping_sub(corner.lon), position.lat.wrapping_sub(corner.lat)];
        let at = [0, 1].map(|k| from_corner[k].cast_unsigned() as f32 * self.cells_per_unit(k));
        let cells = self.nodes.map(|n| (n - 1) as f32);
        if at[0] > cells[0] || at[1] > cells[1] {
            return None;
        }
        let cell = [0, 1].map(|k| at[k].floor().min(cells[k] - 1.0));
        let first = cell[1] as usize * self.nodes[0] as usize + cell[0] as usize;
        let [sw, se, nw, ne] =
            [0, 1, self.nodes[0] as usize, self.nodes[0] as usize + 1].map(|k| self.values[first + k]);
        let is_outside = |p: &[f32; 2]| p[0].abs().max(p[1].abs()) > -OUTSIDE_PX / 2.0;
        if [sw, se, nw, ne].iter().any(is_outside) {
            return None;
        }
        let t = [at[0] - cell[0], at[1] - cell[1]];
        Some([0, 1].map(|k| {
            let (south, north) = (sw[k] + (se[k] - sw[k]) * t[0], nw[k] + (ne[k] - nw[k]) * t[0]);
            south + (north - south) * t[1]
        }))
    }

    /// Cells in one fixed unit of longitude (0) or latitude (1).
    #[must_use]
    pub fn cells_per_unit(&self, axis: usize) -> f32 {
        (f64::from(self.nodes[axis] - 1) / f64::from(self.window.size[axis])) as f32
    }

    /// Describes PROJ's way from the window to the view that `placer` serves.
    #[must_use]
    pub fn new(placer: &Placer, window: GeoWindow) -> Self {
        let target = Target { placer, corner: window.corner.to_degrees().into() };
        let unit = window.size.map(|size| f64::from(size) / UNITS_PER_DEGREE / f64::from(UNITS));
        let quilt = Quilt::new(&target, unit, [UNITS; 2]);
        let bends = Bends::of(&quilt, placer);
        let density = bends.densities();
        let mut grid = Self {
            window,
            nodes: density.map(|d| UNITS * d + 1),
            values: Vec::new(),
            max_error_px: 0.0,
            is_bad: vec![false; (UNITS * UNITS) as usize],
        };
        for (k, bend) in bends.0.iter().enumerate() {
            match bend {
                Bend::Smooth(bend) if error_px(*bend, density) <= GRID_TOLERANCE_PX => {
                    grid.max_error_px = grid.max_error_px.max(error_px(*bend, density));
                }
                Bend::Smooth(_) | Bend::Rough => grid.is_bad[k] = true,
                Bend::Skipped => {}
            }
        }
        grid.values = nodes(&quilt, density, [OUTSIDE_PX; 2], |value| value.map(|c| c as f32));
        grid
    }

    /// Whether the grid places all points of a box that lie near the view within [`GRID_TOLERANCE_PX`], and no seam of
    /// the map runs through them.
    #[must_use]
    pub fn is_good(&self, part: &GeoWindow) -> bool {
        let squares = |axis: usize, from: i64, size: u32| {
            let width = f64::from(self.window.size[axis]) / f64::from(UNITS);
            let at = |units: i64| (units as f64 / width).floor().clamp(-1.0, f64::from(UNITS)) as i64;
            let last = at(from + i64::from(size));
            at(from).max(0)..=last.min(i64::from(UNITS) - 1)
        };
        let east = i64::from(part.corner.lon.wrapping_sub(self.window.corner.lon) as u32);
        let is_turn = self.window.size[0] > u32::MAX - u32::MAX / 1000;
        if is_turn && east + i64::from(part.size[0]) > i64::from(self.window.size[0]) {
            // It goes round; the map's own seam may be where the window ends.
            return false;
        }
        // What begins west of a window that is no full turn.
        let east = if east > i64::from(self.window.size[0]) { east - (1 << 32) } else { east };
        let north = i64::from(part.corner.lat) - i64::from(self.window.corner.lat);
        let columns = squares(0, east, part.size[0]);
        squares(1, north, part.size[1])
            .all(|row| columns.clone().all(|column| !self.is_bad[(row * i64::from(UNITS) + column) as usize]))
    }
}

/// The exact function that the grid approximates, from degrees east and north of the corner.
struct Target<'a> {
    placer: &'a Placer<'a>,
    corner: [f64; 2],
}

impl Function<2> for Target<'_> {
    fn values(&self, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let lonlats: Vec<_> = points.iter().map(|p| [0, 1].map(|k| self.corner[k] + p[k])).collect();
        self.placer.place_degrees(&lonlats)
    }

    fn need(&self, _: UnitRect, values: &[[f64; 2]]) -> Need {
        let there = values.iter().filter(|v| !v[0].is_nan());
        let count = there.clone().count();
        if count == 0 || !self.placer.is_near(there.copied()) {
            return Need::Nothing;
        }
        if count < values.len() { Need::Split } else { Need::Within(GRID_TOLERANCE_PX * POLYNOMIAL_SHARE) }
    }
}

/// The quilt's values at the nodes of so many cells a square, row by row from the south, as `kept` has them; `outside`
/// where it has none.
fn nodes<T: Copy>(quilt: &Quilt<2>, density: [u32; 2], outside: T, kept: impl Fn([f64; 2]) -> T) -> Vec<T> {
    let [columns, rows] = density.map(|d| UNITS * d + 1);
    let mut values = vec![outside; (columns * rows) as usize];
    quilt.tabulate(density, &mut |[x, y], value| values[(y * columns + x) as usize] = kept(value));
    values
}

/// The greatest error of any point in a square of the grid, in pixels.
fn error_px(bend: [f64; 2], density: [u32; 2]) -> f64 {
    bilinear_error(bend, density) + GRID_TOLERANCE_PX * POLYNOMIAL_SHARE
}

/// The bends of all squares, row by row; those that lie beside the view are skipped.
struct Bends(Vec<Bend>);

impl Bends {
    fn of(quilt: &Quilt<2>, placer: &Placer) -> Self {
        let corners = nodes(quilt, [1; 2], [f64::NAN; 2], |value| value);
        let is_near = |k: u32| {
            let first = (k / UNITS * (UNITS + 1) + k % UNITS) as usize;
            let beyond = first + UNITS as usize + 1;
            placer.is_near([first, first + 1, beyond, beyond + 1].map(|k| corners[k]))
        };
        let seen = |(k, bend)| match bend {
            Bend::Smooth(_) if !is_near(k) => Bend::Skipped,
            bend => bend,
        };
        Self((0..).zip(quilt.bends()).map(seen).collect())
    }

    /// Cells in a square along longitude and latitude: the fewest that leave few squares beyond tolerance.
    fn densities(&self) -> [u32; 2] {
        // Each axis may take half of what polynomials leave.
        const SHARE: f64 = (1.0 - POLYNOMIAL_SHARE) / 2.0;
        let smooth = || self.0.iter().filter_map(|bend| if let Bend::Smooth(bend) = bend { Some(*bend) } else { None });
        let most = (smooth().count() as f64 * MOST_BEYOND) as usize;
        [0, 1].map(|axis| {
            let is_enough = |density: u32| {
                let mut alone = [0.0; 2];
                let beyond = smooth().filter(|bend| {
                    alone[axis] = bend[axis];
                    error_px(alone, [density; 2]) > GRID_TOLERANCE_PX * (POLYNOMIAL_SHARE + SHARE)
                });
                beyond.count() <= most
            };
            let finest = DENSITIES[DENSITIES.len() - 1];
            DENSITIES.into_iter().find(|density| is_enough(*density)).unwrap_or(finest)
        })
    }
}
