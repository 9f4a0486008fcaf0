//! Colours of the values themselves, as files give them, cut into classes in such a way that each value has exactly
//! the colour that the file's own program gives it: a ramp of bytes has finitely many colours.

use super::levels::MAX_LEVELS;

/// No colour.
pub(super) const TRANSPARENT: [u8; 4] = [0; 4];

/// Classes of values from low to high, with a colour each.
///
/// Class 0 holds the values under the ramp and the last class those over it, both also where they share their
/// neighbour's colour. There are at most [`MAX_LEVELS`] breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct ColorRamp {
    breaks: Vec<f64>,
    colors: Vec<[u8; 4]>,
    limits: [f64; 2],
    form: RampForm,
    bad: Option<[u8; 4]>,
    has_under: bool,
    has_over: bool,
    stops: Vec<f64>,
    labels: Vec<RampLabel>,
}

/// What a legend of a ramp should look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RampForm {
    /// Colours that run into each other, at least somewhere.
    Continuous,
    /// One colour from each stop to the next.
    Steps,
    /// A colour for each single value, and none between.
    Categories,
}

/// What a file calls a value, or the values from this one on.
#[derive(Debug, Clone, PartialEq)]
pub struct RampLabel {
    /// The value, in the raster's unit; the lower end of a step's.
    pub value: f64,
    /// Its name.
    pub text: String,
}

impl ColorRamp {
    /// Where classes begin, in the raster's unit, strictly increasing: class i holds `breaks[i - 1] <= value <
    /// breaks[i]`. At least one.
    #[must_use]
    pub fn breaks(&self) -> &[f64] {
        &self.breaks
    }

    /// One RGBA colour a class with straight alpha, one more than breaks; those of values under and over at the ends.
    #[must_use]
    pub fn colors(&self) -> &[[u8; 4]] {
        &self.colors
    }

    /// The class of a value; 32-bit floats are widened before, as GDAL and GMT do. NaN has none: mask it first.
    #[must_use]
    pub fn class_of(&self, value: f64) -> usize {
        self.breaks.partition_point(|at| *at <= value)
    }

    /// The colour of a value.
    #[must_use]
    pub fn color_of(&self, value: f64) -> [u8; 4] {
        self.colors[self.class_of(value)]
    }

    /// The lowest and the highest value that the file gives a colour, for a colorbar's axis.
    #[must_use]
    pub fn limits(&self) -> [f64; 2] {
        self.limits
    }

    /// How its legend should look.
    #[must_use]
    pub fn form(&self) -> RampForm {
        self.form
    }

    /// The colour of cells without a value, where the file gives one.
    #[must_use]
    pub fn bad(&self) -> Option<[u8; 4]> {
        self.bad
    }

    /// Whether values under the limits have a colour that is not merely the first one: one to show in a colorbar.
    #[must_use]
    pub fn has_under(&self) -> bool {
        self.has_under
    }

    /// Whether values over the limits have a colour that is not merely the last one.
    #[must_use]
    pub fn has_over(&self) -> bool {
        self.has_over
    }

    /// The values that the file names, ascending: where ticks belong.
    #[must_use]
    pub fn stops(&self) -> &[f64] {
        &self.stops
    }

    /// The names that the file gives, by ascending value.
    #[must_use]
    pub fn labels(&self) -> &[RampLabel] {
        &self.labels
    }
}

/// What a ramp is besides its classes.
pub(super) struct RampTraits {
    pub(super) form: RampForm,
    pub(super) bad: Option<[u8; 4]>,
    pub(super) has_under: bool,
    pub(super) has_over: bool,
    /// Finite, at least one; need not be sorted.
    pub(super) stops: Vec<f64>,
    pub(super) labels: Vec<RampLabel>,
}

/// Why there is no ramp.
#[derive(Debug)]
pub(super) enum RampFault {
    /// More classes than a ramp may have.
    TooManyColors,
    /// Values that are one number, or no number, within the range that they are to span.
    NoRoom,
}

/// A ramp in the making: classes are added from low to high.
pub(super) struct RampBuilder {
    breaks: Vec<f64>,
    colors: Vec<[u8; 4]>,
}

impl RampBuilder {
    /// Begins with the colour of the values under the ramp.
    pub(super) fn new(under: [u8; 4]) -> Self {
        Self { breaks: Vec::new(), colors: vec![under] }
    }

    /// Gives values from `at` on a colour. `at` must not be below any before.
    pub(super) fn begin(&mut self, at: f64, color: [u8; 4]) {
        // -0 and 0 are one value.
        let at = at + 0.0;
        if self.breaks.last() == Some(&at) {
            self.colors.pop();
            self.breaks.pop();
        }
        if self.breaks.is_empty() || self.colors.last() != Some(&color) {
            self.push(at, color);
        }
    }

    /// Gives one value a colour and what is above it another; returns where that begins.
    pub(super) fn single(&mut self, value: f64, color: [u8; 4], above: [u8; 4]) -> f64 {
        let end = value.next_up();
        self.begin(value, color);
        self.begin(end, above);
        end
    }

    /// Gives the values from `first` to `last`, both included, the colours of `color_at`, none of whose channels may
    /// rise and fall between them. Each change of colour takes 64 evaluations.
    pub(super) fn run(&mut self, first: f64, last: f64, color_at: impl Fn(f64) -> [u8; 4]) {
        if first > last {
            return;
        }
        let mut color = color_at(first);
        let end = color_at(last);
        self.begin(first, color);
        let (mut at, last) = (order_key(first), order_key(last));
        while color != end && !self.is_full() {
            // The smallest value after `at` that has another colour.
            let (mut low, mut high) = (at + 1, last);
            while low < high {
                let middle = low.midpoint(high);
                if color_at(value_of_key(middle)) == color { low = middle + 1 } else { high = middle }
            }
            (at, color) = (low, color_at(value_of_key(low)));
            self.begin(value_of_key(low), color);
        }
    }

    /// Ends the ramp with the colour of the values from `at` on.
    pub(super) fn finish(mut self, at: f64, over: [u8; 4], traits: RampTraits) -> Result<ColorRamp, RampFault> {
        if self.breaks.last() == Some(&at) {
            self.colors.pop();
            self.breaks.pop();
        }
        self.push(at + 0.0, over);
        if self.breaks.len() > MAX_LEVELS {
            return Err(RampFault::TooManyColors);
        }
        if !self.breaks.is_sorted_by(|a, b| a < b) || !traits.stops.iter().all(|stop| stop.is_finite()) {
            return Err(RampFault::NoRoom);
        }
        let RampTraits { form, bad, has_under, has_over, mut stops, mut labels } = traits;
        stops.sort_by(f64::total_cmp);
        stops.dedup();
        labels.sort_by(|a, b| a.value.total_cmp(&b.value));
        let limits = [stops.first().copied().unwrap_or(at), stops.last().copied().unwrap_or(at)];
        let Self { breaks, colors } = self;
        Ok(ColorRamp { breaks, colors, limits, form, bad, has_under, has_over, stops, labels })
    }

    fn push(&mut self, at: f64, color: [u8; 4]) {
        if !self.is_full() {
            self.breaks.push(at);
            self.colors.push(color);
        }
    }

    /// Whether there are too many classes already: no endless work for a file of a million stops.
    fn is_full(&self) -> bool {
        self.breaks.len() > MAX_LEVELS
    }
}

const SIGN: u64 = 1 << 63;

/// An unsigned number that orders as floats do, neighbours being one apart.
fn order_key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

fn value_of_key(key: u64) -> f64 {
    f64::from_bits(if key & SIGN == 0 { !key } else { key ^ SIGN })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(stops: Vec<f64>) -> RampTraits {
        let form = RampForm::Continuous;
        RampTraits { form, bad: None, has_under: false, has_over: false, stops, labels: Vec::new() }
    }

    fn grey(value: f64) -> [u8; 4] {
        [value as u8, 0, 0, 255]
    }

    #[test]
    fn keys_order_as_floats_do() {
        let values = [f64::NEG_INFINITY, -1e300, -1.0, -f64::MIN_POSITIVE, -0.0, 0.0, 5e-324, 1.0, f64::INFINITY];
        assert!(values.windows(2).all(|pair| order_key(pair[0]) < order_key(pair[1])));
        for value in values {
            assert_eq!(value_of_key(order_key(value)).to_bits(), value.to_bits());
        }
        assert_eq!(order_key(1.0_f64.next_up()), order_key(1.0) + 1);
        assert_eq!(order_key((-1.0_f64).next_up()), order_key(-1.0) + 1);
    }

    #[test]
    fn a_run_breaks_where_the_colour_changes_and_nowhere_else() {
        let mut builder = RampBuilder::new(grey(9.0));
        builder.run(-0.5, 3.0, grey);
        let ramp = builder.finish(3.0_f64.next_up(), grey(7.0), traits(vec![-0.5, 3.0])).unwrap();
        assert_eq!(ramp.breaks(), [-0.5, 1.0, 2.0, 3.0, 3.0_f64.next_up()]);
        assert_eq!(ramp.colors().iter().map(|c| c[0]).collect::<Vec<_>>(), [9, 0, 1, 2, 3, 7]);
        for value in [-1.0_f64, -0.5, -0.0, 0.0, 0.999, 1.0, 2.5, 3.0] {
            let expected = if value < -0.5 { 9 } else { value.max(0.0) as u8 };
            assert_eq!(ramp.color_of(value)[0], expected, "{value}");
        }
    }

    #[test]
    fn the_ends_are_classes_even_where_they_share_a_colour() {
        let mut builder = RampBuilder::new(grey(1.0));
        builder.begin(0.0, grey(1.0));
        let ramp = builder.finish(2.0, grey(1.0), traits(vec![0.0, 2.0])).unwrap();
        assert_eq!((ramp.breaks(), ramp.colors().len(), ramp.limits()), (&[0.0, 2.0][..], 3, [0.0, 2.0]));
    }

    #[test]
    fn a_later_colour_of_the_same_value_counts() {
        let mut builder = RampBuilder::new(grey(0.0));
        builder.begin(1.0, grey(1.0));
        builder.begin(1.0, grey(2.0));
        let ramp = builder.finish(1.0, grey(3.0), traits(vec![1.0])).unwrap();
        assert_eq!((ramp.breaks(), ramp.color_of(1.0)), (&[1.0][..], grey(3.0)));
    }

    #[test]
    fn too_many_colours_end_soon_and_are_refused() {
        let mut builder = RampBuilder::new(grey(0.0));
        for k in 0..1_000_000 {
            builder.begin(f64::from(k), grey(f64::from(k % 2)));
        }
        assert!(builder.breaks.len() <= MAX_LEVELS + 1);
        assert!(builder.finish(1e6, grey(0.0), traits(vec![0.0])).is_err());
    }
}
