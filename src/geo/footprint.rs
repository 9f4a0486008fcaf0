//! The bounding box that a box in one system has on a map in another, with poles, seams and the limb of a globe
//! within it.
//!
//! The box is sampled on a lattice, edges and interior; where a sample has an image and its neighbour has none, the
//! limb between them is found by bisection; and from the best samples in each of the four directions a compass search
//! climbs with ever smaller steps until no more than 1e-7 of the box's size on the map can be gained.

use super::climber::{AROUND, Climber, Direction, GAIN, INSET, Sample, inset};
use super::limb::{close_in, pairs_across};
use super::placing::{Patch, Placing, Reach, Turn};
use super::round_trip::wrapped;
use super::{Crs, Extent, Georeference, Transformers};
use crate::error::Result;

/// Samples along each side of the box.
const SAMPLES: usize = 21;
/// Samples along each side where the map shows so little of the box that the first ones miss most of it.
const MOST_SAMPLES: usize = 8 * (SAMPLES - 1) + 1;
/// With fewer images than this the samples are too coarse.
const ENOUGH_IMAGES: usize = 40;
/// Halvings between a sample with an image and one without.
const BISECTIONS: u32 = 30;
/// A search that has not ended by then follows something that is no limit.
const MOST_ROUNDS: u32 = 200;
/// Searches begin at up to so many samples in each direction, if they are as high as the highest but for this share.
const STARTS: (usize, f64) = (3, 0.01);
/// Where the map rises by this share of its size within [`ENDLESS_STEP`] of the box's sides, it rises without end.
const ENDLESS_RISE: f64 = 0.05;
const ENDLESS_STEP: f64 = 1e-6;
/// No map of a planet that has an end reaches as far, in whatever unit; at the horizon of a gnomonic map all points
/// rise alike, and this tells.
const FARTHEST: f64 = 1e12;
/// Lengths may be stretched so many times on a map that has no end: Mercator's then reaches to latitude 85, as the
/// tiles of the web do.
const MOST_STRETCH: f64 = 12.0;

/// Why a box has no bounding box on a map. Shown as the rest of a sentence that begins with the box.
#[derive(Clone, Debug, PartialEq)]
pub enum Unplaced {
    /// No point of it has an image.
    Nowhere,
    /// Its image goes on without end towards this point, in the box's own system.
    Endless([f64; 2]),
    /// Its image is no box of finite size.
    Degenerate(String),
}

impl std::fmt::Display for Unplaced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nowhere => f.write_str("no point of it is on the map: the projection has no image of any"),
            Self::Endless([x, y]) => {
                let [x, y] = [x, y].map(|v| (v * 1e4).round() / 1e4);
                write!(f, "the map goes on without end towards its point x = {x}, y = {y}")
            }
            Self::Degenerate(problem) => write!(f, "its image on the map has no use: {problem}"),
        }
    }
}

impl Extent {
    /// The bounding box in `to` of all of this box that has an image there.
    ///
    /// Each bound is within 1e-6 of the longer side of the true one, unless the box holds detail that 21 samples a
    /// side miss. On a map of longitude and latitude the box may begin anywhere and run across the antimeridian; it is
    /// -180 to 180 wide if a pole is inside.
    ///
    /// # Errors
    /// [`crate::Error::Transform`] if there is no operation between the systems; `Ok(Err(..))` if the box has no
    /// bounding box on the map.
    pub fn reprojected(&self, from: &Crs, to: &Crs, transformers: &Transformers) -> Result<Result<Self, Unplaced>> {
        let [x0, _, y0, _] = self.bounds();
        let patch = Patch { origin: [x0, y0], along_u: [self.width(), 0.0], along_v: [0.0, self.height()] };
        if from == to {
            return Ok(Ok(*self));
        }
        Ok(Footprint { placing: Placing::new(patch, from, to, transformers)?, to }.extent())
    }
}

impl Georeference {
    /// The bounding box in `to` of the whole raster, as [`Extent::reprojected`] finds it. Where the map has no end, it
    /// is that of the part within the area that `to` is meant for, or else of the part that is stretched at most 12
    /// times, and a text says so.
    ///
    /// # Errors
    /// As [`Extent::reprojected`].
    pub fn extent_on(
        &self,
        to: &Crs,
        transformers: &Transformers,
    ) -> Result<Result<(Extent, Option<String>), Unplaced>> {
        if self.crs == *to {
            return Ok(self.extent().map(|extent| (extent, None)).map_err(Unplaced::Degenerate));
        }
        let [columns, rows] = self.size.map(f64::from);
        let [x0, a, b, y0, d, e] = self.transform.0;
        let patch = Patch { origin: [x0, y0], along_u: [columns * a, columns * d], along_v: [rows * b, rows * e] };
        shown_part(patch, &self.crs, to, transformers)
    }
}

fn shown_part(
    patch: Patch,
    from: &Crs,
    to: &Crs,
    transformers: &Transformers,
) -> Result<Result<(Extent, Option<String>), Unplaced>> {
    let mut footprint = Footprint { placing: Placing::new(patch, from, to, transformers)?, to };
    let mut outcome = footprint.extent();
    let area = to.area_of_use();
    let reaches = [area.map(Reach::Within), Some(Reach::stretch(MOST_STRETCH, to))];
    let mut note = None;
    for reach in reaches.into_iter().flatten() {
        if !matches!(outcome, Err(Unplaced::Endless(_))) {
            break;
        }
        note = Some(match reach {
            Reach::Within([west, south, east, north]) => {
                format!(
                    "only what lies within longitudes {west} to {east} and latitudes {south} to {north}, which the system is meant for, is shown"
                )
            }
            _ => format!("only what is stretched less than {MOST_STRETCH} times is shown"),
        });
        footprint.placing.reach = reach;
        footprint.placing.turn.set(Turn::AsIs);
        outcome = footprint.extent();
    }
    Ok(outcome.map(|extent| (extent, note)))
}

/// A box on its way to a map.
struct Footprint<'a> {
    placing: Placing,
    to: &'a Crs,
}

impl Footprint<'_> {
    fn extent(&mut self) -> Result<Extent, Unplaced> {
        self.placing.smooth_out();
        let mut samples = self.samples();
        if samples.is_empty() {
            return Err(Unplaced::Nowhere);
        }
        let poles = if self.to.is_geographic() { self.settle_turn(&mut samples) } else { [false; 2] };
        let size = Direction::ALL.map(|d| d.bound(highest(&samples, d)));
        let size = (size[1] - size[0]).max(size[3] - size[2]);
        let mut climbers: Vec<_> = Direction::ALL.iter().flat_map(|&d| starts(&samples, d, size)).collect();
        self.climb(&mut climbers, size);
        let best = Direction::ALL.map(|d| {
            let own = climbers.iter().filter(|c| c.direction.0 == d.0);
            own.fold(None::<&Climber>, |best, c| match best {
                Some(best) if best.height >= c.height => Some(best),
                _ => Some(c),
            })
        });
        let mut bounds = [0.0; 4];
        for (bound, climber) in bounds.iter_mut().zip(best) {
            let Some(climber) = climber else { return Err(Unplaced::Nowhere) };
            *bound = climber.direction.bound(climber.height);
        }
        let size = (bounds[1] - bounds[0]).max(bounds[3] - bounds[2]);
        for climber in best.into_iter().flatten() {
            if self.rises_without_end(climber, size) {
                return Err(Unplaced::Endless(self.placing.source(climber.sample.uv)));
            }
        }
        for (bound, climber) in bounds.iter_mut().zip(best.into_iter().flatten()) {
            *bound = self.on_the_edge(climber, size);
        }
        if matches!(self.placing.turn.get(), Turn::From(_)) {
            let turns = ((bounds[0] + 180.0) / 360.0).floor() * 360.0;
            (bounds[0], bounds[1]) = (bounds[0] - turns, bounds[1] - turns);
        }
        if poles.contains(&true) {
            (bounds[0], bounds[1]) = (-180.0, 180.0);
        }
        bounds[2] = if poles[0] { -90.0 } else { bounds[2] };
        bounds[3] = if poles[1] { 90.0 } else { bounds[3] };
        let [x0, x1, y0, y1] = bounds;
        Extent::new(x0, x1, y0, y1).map_err(Unplaced::Degenerate)
    }

    /// A lattice of samples that have an image, and points on the limb between those and the others.
    fn samples(&self) -> Vec<Sample> {
        let mut side = SAMPLES;
        loop {
            let last = (side - 1) as f64;
            let share = |k: usize| inset(k as f64 / last);
            let uv: Vec<_> = (0..side * side).map(|k| [share(k % side), share(k / side)]).collect();
            let images = self.placing.place(&uv);
            let found = images.iter().filter(|image| image[0].is_finite()).count();
            if found >= ENOUGH_IMAGES || side >= MOST_SAMPLES {
                let sample = |(&uv, &image): (&[f64; 2], &[f64; 2])| Sample { uv, image };
                let all: Vec<_> = uv.iter().zip(&images).map(sample).collect();
                let mut samples: Vec<_> = all.iter().copied().filter(|s| s.image[0].is_finite()).collect();
                if found < all.len() {
                    samples.extend(self.limb(&all, side));
                }
                self.add_antipode(&mut samples);
                return samples;
            }
            side = 2 * side - 1;
        }
    }

    /// The last points with an image on the way from samples with one to neighbours without.
    fn limb(&self, all: &[Sample], side: usize) -> Vec<Sample> {
        let has_image: Vec<_> = all.iter().map(|s| s.image[0].is_finite()).collect();
        let mut intervals: Vec<_> =
            pairs_across(&has_image, side).into_iter().map(|pair| pair.map(|k| all[k].uv)).collect();
        close_in(&mut intervals, BISECTIONS, &|uv| {
            self.placing.place(uv).iter().map(|image| image[0].is_finite()).collect()
        });
        let inner: Vec<_> = intervals.into_iter().map(|[inner, _]| inner).collect();
        let images = self.placing.place(&inner);
        inner.into_iter().zip(images).map(|(uv, image)| Sample { uv, image }).collect()
    }

    /// Adds samples around the place opposite to the middle of a round map, which becomes its whole rim.
    fn add_antipode(&self, samples: &mut Vec<Sample>) {
        /// Angles from the place in radians, and samples at each.
        const RINGS: [(f64, usize); 3] = [(0.1, 256), (0.01, 256), (1e-3, 4096)];
        const ROUND: f64 = 0.05;
        for (radius, count) in RINGS {
            let [x0, x1, y0, y1] = Direction::ALL.map(|d| d.bound(highest(samples, d)));
            let is_round = ((x1 - x0) - (y1 - y0)).abs() <= ROUND * (x1 - x0);
            if self.to.is_geographic() || !is_round {
                return;
            }
            let mut uv = self.placing.around_antipode([x0.midpoint(x1), y0.midpoint(y1)], radius, count);
            uv.retain(|uv| uv.iter().all(|share| (INSET..=1.0 - INSET).contains(share)));
            let images = self.placing.place(&uv);
            let placed = uv.into_iter().zip(images).map(|(uv, image)| Sample { uv, image });
            let before = samples.len();
            samples.extend(placed.filter(|s| s.image[0].is_finite()));
            if samples.len() == before {
                return;
            }
        }
    }

    /// Chooses the turn of longitudes on a map of longitude and latitude so that the image is in one piece, and tells
    /// whether the box holds the south and the north pole.
    fn settle_turn(&self, samples: &mut [Sample]) -> [bool; 2] {
        let near = |s: &Sample| {
            let [x, y] = self.placing.source(s.uv);
            let turn = wrapped(s.image[0] - x, 0.0);
            turn.abs() < 30.0 && (s.image[1] - y).abs() < 1.0
        };
        let (turn, poles) = if self.placing.is_source_geographic() && samples.iter().all(near) {
            (Turn::NearSource, [false; 2])
        } else {
            let poles = [-90.0, 90.0].map(|lat| self.holds_pole(lat));
            let seam = if poles.contains(&true) { -180.0 } else { widest_gap(samples) };
            (Turn::From(seam), poles)
        };
        self.placing.turn.set(turn);
        for sample in samples {
            let [x, y] = sample.image;
            let from = match turn {
                Turn::From(lon) => lon,
                _ => self.placing.source(sample.uv)[0] - 180.0,
            };
            sample.image = [(x - from).rem_euclid(360.0) + from, y];
        }
        poles
    }

    fn holds_pole(&self, lat: f64) -> bool {
        self.placing.share_of([0.0, lat]).is_some_and(|uv| {
            let inside = uv.iter().all(|share| (0.0..=1.0).contains(share));
            // Beyond the edge of its projection a box holds nothing.
            inside && self.placing.place(&[uv])[0][1].is_finite()
        })
    }

    /// Moves all climbers up until they can gain no more.
    fn climb(&self, climbers: &mut [Climber], size: f64) {
        for _ in 0..MOST_ROUNDS {
            let active: Vec<_> = (0..climbers.len()).filter(|&i| !climbers[i].is_done).collect();
            if active.is_empty() {
                return;
            }
            let uv: Vec<_> = active.iter().flat_map(|&i| climbers[i].neighbours()).collect();
            let images = self.placing.place(&uv);
            for (i, (uv, images)) in active.into_iter().zip(uv.chunks_exact(AROUND).zip(images.chunks_exact(AROUND))) {
                climbers[i].step_up(uv, images, size);
            }
        }
    }

    /// Whether the map is far lower all around the point that a climber found.
    fn rises_without_end(&self, climber: &Climber, size: f64) -> bool {
        const RING: usize = 16;
        if climber.height.abs() > FARTHEST {
            return true;
        }
        let uv = climber.sample.uv;
        let around: Vec<_> = (0..RING)
            .map(|k| k as f64 / RING as f64 * std::f64::consts::TAU)
            .map(|angle| [angle.cos(), angle.sin()])
            .map(|step| {
                [0, 1].map(|k| match uv[k] {
                    // An edge may be a pole, all of whose points rise alike: look inwards.
                    share if share < ENDLESS_STEP => share + ENDLESS_STEP * step[k].abs().max(0.5),
                    share if share > 1.0 - ENDLESS_STEP => share - ENDLESS_STEP * step[k].abs().max(0.5),
                    share => share + ENDLESS_STEP * step[k],
                })
            })
            .collect();
        let heights = self.placing.place(&around).into_iter().map(|image| climber.direction.height(image));
        let beside = heights.filter(|h| h.is_finite()).fold(f64::NEG_INFINITY, f64::max);
        // At the tip of a sliver there is nothing beside it to compare with.
        beside.is_finite() && climber.height - beside > ENDLESS_RISE * size
    }

    /// The bound that a climber found; on the box's very edge if it stands beside it and the map goes on there.
    fn on_the_edge(&self, climber: &Climber, size: f64) -> f64 {
        let edge = climber.sample.uv.map(|share| match share {
            share if share <= INSET => 0.0,
            share if share >= 1.0 - INSET => 1.0,
            share => share,
        });
        let height = climber.direction.height(self.placing.place(&[edge])[0]);
        let is_beside = (height - climber.height).abs() <= GAIN * size;
        climber.direction.bound(if is_beside { height } else { climber.height })
    }
}

fn highest(samples: &[Sample], direction: Direction) -> f64 {
    samples.iter().map(|s| direction.height(s.image)).fold(f64::NEG_INFINITY, f64::max)
}

/// The highest samples in a direction, none beside another.
fn starts(samples: &[Sample], direction: Direction, size: f64) -> Vec<Climber> {
    let highest = highest(samples, direction);
    let height = |s: &Sample| direction.height(s.image);
    let mut high: Vec<_> = samples.iter().filter(|s| height(s) >= highest - STARTS.1 * size).collect();
    high.sort_by(|a, b| height(b).total_cmp(&height(a)));
    let spacing = 1.0 / (SAMPLES - 1) as f64;
    let mut chosen: Vec<Climber> = Vec::new();
    for sample in high {
        let apart = |c: &Climber| (0..2).any(|k| (c.start[k] - sample.uv[k]).abs() > 1.5 * spacing);
        if chosen.iter().all(apart) {
            chosen.push(Climber::new(*sample, direction, spacing / 2.0));
            if chosen.len() == STARTS.0 {
                break;
            }
        }
    }
    chosen
}

/// The middle of the widest gap between longitudes: where a map may be cut without cutting the image.
fn widest_gap(samples: &[Sample]) -> f64 {
    let mut lons: Vec<_> = samples.iter().map(|s| wrapped(s.image[0], 0.0)).collect();
    lons.sort_by(f64::total_cmp);
    let around = lons.first().map(|first| first + 360.0);
    let nexts = lons.iter().skip(1).copied().chain(around);
    let (gap, middle) = lons
        .iter()
        .zip(nexts)
        .map(|(a, b)| (b - a, a.midpoint(b)))
        .fold((0.0, -180.0), |widest, g| if g.0 > widest.0 { g } else { widest });
    if gap > 0.0 { middle } else { -180.0 }
}
