//! Where in a view the map has points at all: inside the limb of a globe, the outline of a world map, and not in
//! the gaps of an interrupted one.

use std::collections::BTreeSet;

use super::bends::POLYNOMIAL_SHARE;
use super::chebyshev::least_slopes;
use super::outline::{Lattice, outline_of};
use super::quilt::{Function, Need, PieceKind, Quilt, UnitRect};
use super::round_trip::{FULL_TURN_DEG, ROUND_TRIP_PX, RoundTrip};
use super::{GRID_TOLERANCE_PX, PixelRect, Transformers, View};
use crate::error::Result;

/// Side of the squares that are wholly inside, wholly outside, or known pixel by pixel, in pixels.
pub const UNIT_PX: u32 = 16;

/// The share of a pixel by which points of a piece without a tear may lie elsewhere than a smooth function has them.
const TEAR_PX: f64 = GRID_TOLERANCE_PX * POLYNOMIAL_SHARE;

/// Of a view with no more squares than this, each pixel is looked at before it is said to show nothing of the Earth.
const MOST_SEARCHED: usize = 1 << 14;

/// The part of a view that shows the Earth.
pub struct Domain {
    units: [u32; 2],
    states: Vec<State>,
    masks: Vec<Mask>,
    outline: Vec<[[f32; 2]; 2]>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Inside,
    Outside,
    /// Some pixels may be inside; the index of the mask.
    Mixed(u32),
}

/// Bit i of entry j: whether the centre of the square's pixel in column i, row j is inside.
type Mask = [u16; UNIT_PX as usize];

impl Domain {
    /// Finds out by PROJ's way there and back, pixel by pixel only where the map ends or is torn.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if the map's system has no way to longitude and latitude.
    pub fn of(view: &View, transformers: &Transformers) -> Result<Self> {
        let earth = Earth::new(view, transformers)?;
        let units = view.size_px().map(|size| size.div_ceil(UNIT_PX));
        let quilt = Quilt::new(&earth, [f64::from(UNIT_PX); 2], units);
        let mut states = vec![State::Outside; (units[0] * units[1]) as usize];
        let mut rough = Vec::new();
        for piece in &quilt.pieces {
            for [x, y] in piece.rect.units() {
                let k = (y * units[0] + x) as usize;
                match piece.kind {
                    PieceKind::Smooth(_) => states[k] = State::Inside,
                    PieceKind::Skipped => {}
                    PieceKind::Rough => {
                        states[k] = State::Mixed(rough.len() as u32);
                        rough.push([x, y]);
                    }
                }
            }
        }
        if states.len() <= MOST_SEARCHED && states.iter().all(|state| *state == State::Outside) {
            // A globe may be smaller than the distance of the points so far.
            let all: Vec<_> = UnitRect { first: [0; 2], size: units }.units().collect();
            let masks = earth.masks(&all);
            rough =
                all.into_iter().zip(masks).filter(|(_, mask)| mask.iter().any(|row| *row != 0)).map(|m| m.0).collect();
            for (k, [x, y]) in rough.iter().enumerate() {
                states[(y * units[0] + x) as usize] = State::Mixed(k as u32);
            }
        }
        let masks = earth.masks(&rough);
        let mut domain = Self { units, states, masks, outline: Vec::new() };
        // The map's edge may leave a torn square where none of the next one's points shows it.
        let mut fresh = rough.clone();
        while !fresh.is_empty() {
            fresh = domain.squares_beside_the_edge(&fresh);
            for (unit, mask) in fresh.iter().zip(earth.masks(&fresh)) {
                domain.set_mask(*unit, mask);
            }
            rough.extend(&fresh);
        }
        if !domain.states.iter().all(|state| *state == State::Inside) {
            let size = view.size_px().map(f64::from);
            domain.outline = outline_of(&domain, size, &rough, &|points| earth.are_inside(points));
        }
        Ok(domain)
    }

    /// Squares that are said to be wholly inside or outside, but lie beside pixels of the torn squares `torn` that are
    /// not.
    fn squares_beside_the_edge(&self, torn: &[[u32; 2]]) -> Vec<[u32; 2]> {
        const LAST: u32 = UNIT_PX - 1;
        let mut found = BTreeSet::new();
        for &[x, y] in torn {
            let row = |j: u32| (0..UNIT_PX).map(move |i| [i, j]).collect::<Vec<_>>();
            let column = |i: u32| (0..UNIT_PX).map(move |j| [i, j]).collect::<Vec<_>>();
            let sides = [
                (x.checked_sub(1).map(|x| [x, y]), column(0)),
                ((x + 1 < self.units[0]).then_some([x + 1, y]), column(LAST)),
                (y.checked_sub(1).map(|y| [x, y]), row(0)),
                ((y + 1 < self.units[1]).then_some([x, y + 1]), row(LAST)),
            ];
            for (neighbour, pixels) in sides {
                let Some(neighbour) = neighbour else { continue };
                let claim = match self.state(neighbour) {
                    State::Inside => true,
                    State::Outside => false,
                    State::Mixed(_) => continue,
                };
                let is_inside = |[i, j]: [u32; 2]| self.holds_px([x * UNIT_PX + i, y * UNIT_PX + j]);
                if pixels.into_iter().any(|pixel| is_inside(pixel) != claim) {
                    found.insert(neighbour);
                }
            }
        }
        found.into_iter().collect()
    }

    fn set_mask(&mut self, [x, y]: [u32; 2], mask: Mask) {
        self.states[(y * self.units[0] + x) as usize] = State::Mixed(self.masks.len() as u32);
        self.masks.push(mask);
    }

    /// Squares of [`UNIT_PX`] along x and y.
    #[must_use]
    pub fn units(&self) -> [u32; 2] {
        self.units
    }

    /// The edge of the part that shows the Earth, as segments in pixels of the view; empty if the view shows
    /// nothing else. Where that part reaches the view's own edge, the edge is that.
    #[must_use]
    pub fn outline(&self) -> &[[[f32; 2]; 2]] {
        &self.outline
    }

    /// The pixels that show nothing of the Earth, by their centres, as rectangles that do not overlap; those in the last
    /// squares may reach beyond the view.
    #[must_use]
    pub fn beyond(&self) -> Vec<PixelRect> {
        let mut found: Vec<PixelRect> = Vec::new();
        for unit in (UnitRect { first: [0; 2], size: self.units }).units() {
            let [x, y] = unit.map(|at| at * UNIT_PX);
            match self.state(unit) {
                State::Inside => {}
                State::Outside => match found.last_mut() {
                    Some(last)
                        if last.size[1] == UNIT_PX && [last.corner[0] + last.size[0], last.corner[1]] == [x, y] =>
                    {
                        last.size[0] += UNIT_PX;
                    }
                    _ => found.push(PixelRect { corner: [x, y], size: [UNIT_PX; 2] }),
                },
                State::Mixed(mask) => {
                    for (row, inside) in (y..).zip(self.masks[mask as usize]) {
                        let of_run =
                            |[start, length]: [u32; 2]| PixelRect { corner: [x + start, row], size: [length, 1] };
                        found.extend(runs(!inside).map(of_run));
                    }
                }
            }
        }
        found
    }

    /// Whether a pixel of the view shows the Earth, by its centre. Far beyond the view none does.
    #[must_use]
    pub fn shows(&self, pixel: [i64; 2]) -> bool {
        let inside = |k: usize| u32::try_from(pixel[k]).ok().filter(|at| *at < self.units[k] * UNIT_PX);
        matches!((inside(0), inside(1)), (Some(x), Some(y)) if self.holds_px([x, y]))
    }

    /// Whether all pixels of a rectangle of squares are alike inside or outside; None if not, or not known.
    pub(super) fn uniform(&self, rect: UnitRect) -> Option<bool> {
        let mut found = None;
        for [x, y] in rect.units() {
            let is_inside = match self.state([x, y]) {
                State::Inside => true,
                State::Outside => false,
                State::Mixed(_) => return None,
            };
            if found.replace(is_inside).is_some_and(|other| other != is_inside) {
                return None;
            }
        }
        found
    }

    /// Whether the centre of a pixel is inside. The pixel may lie beyond the view in the last squares.
    pub(super) fn holds_px(&self, [x, y]: [u32; 2]) -> bool {
        match self.state([x / UNIT_PX, y / UNIT_PX]) {
            State::Inside => true,
            State::Outside => false,
            State::Mixed(mask) => self.masks[mask as usize][(y % UNIT_PX) as usize] >> (x % UNIT_PX) & 1 == 1,
        }
    }

    /// Whether a square is wholly inside.
    pub(super) fn is_inside(&self, unit: [u32; 2]) -> bool {
        self.state(unit) == State::Inside
    }

    fn state(&self, [x, y]: [u32; 2]) -> State {
        self.states[(y * self.units[0] + x) as usize]
    }
}

/// Where the set bits of a row stand together: the first and how many.
fn runs(mut bits: u16) -> impl Iterator<Item = [u32; 2]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if bits == 0 {
            return None;
        }
        let start = at + bits.trailing_zeros();
        bits >>= bits.trailing_zeros();
        let length = bits.trailing_ones();
        bits = bits.checked_shr(length).unwrap_or(0);
        at = start + length;
        Some([start, length])
    })
}

/// The map's points as points of the unit sphere, where there is no seam at the antimeridian or a pole.
struct Earth<'a> {
    view: &'a View,
    round_trip: RoundTrip,
}

impl<'a> Earth<'a> {
    fn new(view: &'a View, transformers: &Transformers) -> Result<Self> {
        Ok(Self { view, round_trip: RoundTrip::new(&view.crs, transformers)? })
    }

    fn are_inside(&self, points: &[[f64; 2]]) -> Vec<bool> {
        self.values(points).iter().map(|v| !v[0].is_nan()).collect()
    }

    fn masks(&self, units: &[[u32; 2]]) -> Vec<Mask> {
        let centre = |unit: u32, within: u32| f64::from(unit * UNIT_PX + within) + 0.5;
        let points: Vec<_> = units
            .iter()
            .flat_map(|&[x, y]| (0..UNIT_PX * UNIT_PX).map(move |k| [centre(x, k % UNIT_PX), centre(y, k / UNIT_PX)]))
            .collect();
        let inside = self.are_inside(&points);
        let row = |row: &[bool]| row.iter().rev().fold(0, |bits, is| bits << 1 | u16::from(*is));
        inside
            .chunks_exact((UNIT_PX * UNIT_PX) as usize)
            .map(|unit| std::array::from_fn(|j| row(&unit[j * UNIT_PX as usize..][..UNIT_PX as usize])))
            .collect()
    }

    /// On a map of longitude and latitude every point leads back; it ends at the poles and after one turn.
    fn is_beyond_lonlat(&self, x: f64, y: f64) -> bool {
        const POLE_DEG: f64 = 90.0;
        let [x0, x1, _, _] = self.view.extent.bounds();
        y.abs() > POLE_DEG || (x - x0.midpoint(x1)).abs() > FULL_TURN_DEG / 2.0
    }
}

impl Function<3> for Earth<'_> {
    fn values(&self, points: &[[f64; 2]]) -> Vec<[f64; 3]> {
        let mut xs: Vec<_> = points.iter().map(|p| p[0]).collect();
        let mut ys: Vec<_> = points.iter().map(|p| p[1]).collect();
        self.view.map_from_px(&mut xs, &mut ys);
        if self.view.crs.is_geographic() {
            let value =
                |(&x, &y): (&f64, &f64)| if self.is_beyond_lonlat(x, y) { [f64::NAN; 3] } else { on_sphere(x, y) };
            return xs.iter().zip(&ys).map(value).collect();
        }
        let [lons, lats] = self.round_trip.go(&mut xs, &mut ys);
        self.view.px_from_map(&mut xs, &mut ys);
        let value = |k: usize| {
            let off = (xs[k] - points[k][0]).abs().max((ys[k] - points[k][1]).abs());
            // NaN is never small.
            if off <= ROUND_TRIP_PX { on_sphere(lons[k], lats[k]) } else { [f64::NAN; 3] }
        };
        (0..points.len()).map(value).collect()
    }

    fn need(&self, rect: UnitRect, values: &[[f64; 3]]) -> Need {
        let missing = values.iter().filter(|v| v[0].is_nan()).count();
        match missing {
            0 => {
                // Along one axis the Earth may not turn at all, as at the pole of a map of longitude and latitude.
                let [x, y] = least_slopes(rect.size.map(|units| f64::from(units * UNIT_PX)), values);
                Need::Within(TEAR_PX * x.max(y))
            }
            n if n == values.len() => Need::Nothing,
            _ => Need::Split,
        }
    }
}

fn on_sphere(lon_deg: f64, lat_deg: f64) -> [f64; 3] {
    let ((sin_lon, cos_lon), (sin_lat, cos_lat)) = (lon_deg.to_radians().sin_cos(), lat_deg.to_radians().sin_cos());
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

impl Lattice for Domain {
    fn units(&self) -> [u32; 2] {
        self.units
    }

    fn is_inside(&self, unit: [u32; 2]) -> bool {
        self.is_inside(unit)
    }
}
