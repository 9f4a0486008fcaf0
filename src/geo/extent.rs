//! A rectangle in map coordinates.

/// No map reaches as far, in whatever unit; larger numbers would overflow on their way to pixels.
const FARTHEST: f64 = 1e30;

/// A rectangle in the units of some coordinate reference system, x to the right and y up.
///
/// Always finite with `x0 < x1` and `y0 < y1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    x0: f64,
    x1: f64,
    y0: f64,
    y1: f64,
}

impl Extent {
    /// Checks and keeps the four bounds, in the order that matplotlib's `set_extent` takes.
    ///
    /// # Errors
    /// A sentence part that says which bound is wrong, for the caller to put the place in front.
    pub fn new(x0: f64, x1: f64, y0: f64, y1: f64) -> Result<Self, String> {
        for (name, v) in [("x0", x0), ("x1", x1), ("y0", y0), ("y1", y1)] {
            if !v.is_finite() {
                return Err(format!("{name} is {v}, not a finite number"));
            }
            if v.abs() > FARTHEST {
                return Err(format!("{name} is {v}, far beyond any map"));
            }
        }
        for (low, high, a, b) in [("x0", "x1", x0, x1), ("y0", "y1", y0, y1)] {
            if a > b {
                return Err(format!("{low} = {a} is greater than {high} = {b}"));
            }
            if a == b || (b - a) <= 4.0 * f64::EPSILON * a.abs().max(b.abs()) {
                return Err(format!("{low} = {a} and {high} = {b} leave no size"));
            }
        }
        Ok(Self { x0, x1, y0, y1 })
    }

    /// The bounds `x0, x1, y0, y1`.
    #[must_use]
    pub fn bounds(&self) -> [f64; 4] {
        [self.x0, self.x1, self.y0, self.y1]
    }

    /// Width in map units.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    /// Height in map units.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    /// Grows the shorter side about the centre until width / height is `aspect`: matplotlib's
    /// `set_aspect("equal", adjustable="datalim")`.
    #[must_use]
    pub fn grown_to_aspect(&self, aspect: f64) -> Self {
        let (w, h) = (self.width(), self.height());
        let (w, h) = if w < h * aspect { (h * aspect, h) } else { (w, w / aspect) };
        let (cx, cy) = (self.x0.midpoint(self.x1), self.y0.midpoint(self.y1));
        Self { x0: cx - w / 2.0, x1: cx + w / 2.0, y0: cy - h / 2.0, y1: cy + h / 2.0 }
    }

    /// A box of longitudes from `west` to `east` and latitudes, in degrees. With `west` greater than `east` it crosses
    /// the antimeridian, and `x1` is beyond 180.
    ///
    /// # Errors
    /// As [`Extent::new`], and if the box is wider than 360 degrees.
    pub fn of_degrees(west: f64, east: f64, south: f64, north: f64) -> Result<Self, String> {
        // A full turn as a difference of decimal fractions may come out a little more.
        const MOST_WIDTH_DEG: f64 = 360.0 * (1.0 + 4.0 * f64::EPSILON);
        if west > east && west <= east + 360.0 {
            return Self::new(west, east + 360.0, south, north);
        }
        let extent = Self::new(west, east, south, north)?;
        if extent.width() > MOST_WIDTH_DEG {
            return Err(format!("x0 = {west} and x1 = {east} are more than 360 degrees apart"));
        }
        Ok(extent)
    }
}
