//! The search for the point of a box that lies farthest out on a map, by looking around and at the quadratic function
//! through what is seen there.

/// The box's own edge may lie on the map's seam, where its points belong to either side; so it is sampled within, by
/// this share of its sides.
pub(super) const INSET: f64 = 1e-9;
/// The search ends when it can gain no more than this share of the map's size.
pub(super) const GAIN: f64 = 1e-7;
/// The first steps of the search are taken even if they promise nothing, for the samples are far apart.
const LEAST_HALVINGS: u32 = 6;
/// Steps are halved until they are this share of the box's sides.
const LEAST_STEP: f64 = 1e-10;
/// Points that a search looks at in each round.
pub(super) const AROUND: usize = 9;
/// No proposal is farther away than so many steps.
const FARTHEST_WAY: f64 = 16.0;
/// After so many moves in a row steps become longer again.
const MOVES_BEFORE_LONGER: u32 = 2;

/// A point of the box, as shares along its sides, and its image.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub uv: [f64; 2],
    pub image: [f64; 2],
}

/// One of the four bounds: to the left, right, bottom, top.
#[derive(Clone, Copy)]
pub(super) struct Direction(pub usize);

impl Direction {
    pub(super) const ALL: [Self; 4] = [Self(0), Self(1), Self(2), Self(3)];

    /// How far an image lies in this direction. NaN for none.
    pub(super) fn height(self, image: [f64; 2]) -> f64 {
        let along = image[self.0 / 2];
        if self.0.is_multiple_of(2) { -along } else { along }
    }

    pub(super) fn bound(self, height: f64) -> f64 {
        if self.0.is_multiple_of(2) { -height } else { height }
    }
}

/// A share along a side, kept off the box's very edge.
pub(super) fn inset(share: f64) -> f64 {
    share.clamp(INSET, 1.0 - INSET)
}

/// A compass search for the highest point in one direction.
pub(super) struct Climber {
    pub direction: Direction,
    pub start: [f64; 2],
    pub sample: Sample,
    pub height: f64,
    step: f64,
    halvings: u32,
    /// A point that may be higher than all neighbours.
    proposal: [f64; 2],
    /// Moves since the last halving.
    moves: u32,
    pub is_done: bool,
}

impl Climber {
    pub(super) fn new(sample: Sample, direction: Direction, step: f64) -> Self {
        let height = direction.height(sample.image);
        Self {
            direction,
            start: sample.uv,
            sample,
            height,
            step,
            halvings: 0,
            moves: 0,
            proposal: sample.uv,
            is_done: false,
        }
    }

    /// The eight points around, within the box, first left, right, below and above; and the one proposed.
    pub(super) fn neighbours(&self) -> [[f64; 2]; AROUND] {
        const WAYS: [[f64; 2]; 8] =
            [[-1., 0.], [1., 0.], [0., -1.], [0., 1.], [-1., -1.], [1., -1.], [-1., 1.], [1., 1.]];
        let mut around = [self.proposal; AROUND];
        for (point, way) in around.iter_mut().zip(WAYS) {
            *point = [0, 1].map(|k| inset(self.sample.uv[k] + way[k] * self.step));
        }
        around
    }

    /// Moves to the highest neighbour, or makes the step shorter; with the heights of [`neighbours`](Self::neighbours).
    pub(super) fn step_up(&mut self, uv: &[[f64; 2]], images: &[[f64; 2]], size: f64) {
        let heights: Vec<_> = images.iter().map(|image| self.direction.height(*image)).collect();
        let model = self.model(uv, &heights, size);
        let own = self.sample.uv;
        self.proposal = [0, 1].map(|k| inset(own[k] + model.way[k].clamp(-FARTHEST_WAY, FARTHEST_WAY) * self.step));
        let mut best = None;
        for (k, height) in heights.iter().enumerate() {
            if *height > best.map_or(self.height, |b: usize| heights[b]) {
                best = Some(k);
            }
        }
        if let Some(k) = best {
            let gained = heights[k] - self.height;
            self.sample = Sample { uv: uv[k], image: images[k] };
            self.height = heights[k];
            // Steps that gain nothing to speak of are too small to follow far.
            if gained > GAIN * size {
                self.moves += 1;
                if self.moves.is_multiple_of(MOVES_BEFORE_LONGER) && self.halvings > 0 {
                    self.step *= 2.0;
                    self.halvings -= 1;
                }
                return;
            }
        }
        self.moves = 0;
        self.is_done = (self.halvings >= LEAST_HALVINGS && model.gain <= GAIN * size) || self.step <= LEAST_STEP;
        self.step /= 2.0;
        self.halvings += 1;
    }

    /// The quadratic function through the neighbours: where it is highest and how much is gained there if the map is
    /// smooth. Along a ridge that runs between the eight ways only this gets on.
    fn model(&self, uv: &[[f64; 2]], heights: &[f64], size: f64) -> Model {
        let own = self.sample.uv;
        let [slope, bend] = [0, 1].map(|what| {
            [0, 1].map(|axis| {
                let [low, high] = [heights[2 * axis], heights[2 * axis + 1]];
                let is_at_edge = uv[2 * axis][axis] == own[axis] || uv[2 * axis + 1][axis] == own[axis];
                match what {
                    _ if is_at_edge => 0.0,
                    0 => (high - low) / 2.0,
                    _ => 2.0 * self.height - low - high,
                }
            })
        });
        let twist = (heights[4] + heights[7] - heights[5] - heights[6]) / 4.0;
        let is_flat = [0, 1].map(|k| slope[k].abs().max(bend[k].abs()) <= 1e-13 * size);
        let (way, gain) = match is_flat {
            [true, true] => ([0.0; 2], 0.0),
            [false, true] => ([slope[0] / bend[0], 0.0], slope[0].powi(2) / (2.0 * bend[0])),
            [true, false] => ([0.0, slope[1] / bend[1]], slope[1].powi(2) / (2.0 * bend[1])),
            [false, false] => {
                let determinant = bend[0] * bend[1] - twist * twist;
                let way = [
                    (slope[0] * bend[1] + slope[1] * twist) / determinant,
                    (slope[1] * bend[0] + slope[0] * twist) / determinant,
                ];
                (way, (slope[0] * way[0]).midpoint(slope[1] * way[1]))
            }
        };
        // Beside a limb or a seam, or where it is no summit, the function says nothing.
        let is_summit = gain >= 0.0 && way.iter().all(|w| w.is_finite());
        if is_summit { Model { way, gain } } else { Model { way: [0.0; 2], gain: f64::INFINITY } }
    }
}

/// Where a climber's neighbours say that the summit is, in its steps, and how much higher.
struct Model {
    way: [f64; 2],
    gain: f64,
}
