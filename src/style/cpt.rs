//! GMT's colour palette tables (.cpt): slices of values with a colour or a blend of two each, or categories.
//!
//! The rules are those of GMT's reference, "Color palette tables"; what it leaves open is as GMT 6.4 does it.

use super::color_file::{Fault, stretched};
use super::cpt_lines::read_lines;
use super::cpt_paint::{MaybePaint, Paint};
use super::levels::MAX_LEVELS;
use super::ramp::{ColorRamp, RampBuilder, RampFault, RampForm, RampLabel, RampTraits, TRANSPARENT};

/// A colour palette table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cpt {
    pub(super) table: Table,
    /// `RANGE`: the values that a dynamic table is for.
    pub(super) range: Option<[f64; 2]>,
    pub(super) hinge: Option<Hinge>,
    /// Whether values outside are those inside by whole lengths of the table.
    pub(super) is_cyclic: bool,
    /// `B`, `F` and `N` where the file gives them.
    pub(super) background: Option<MaybePaint>,
    pub(super) foreground: Option<MaybePaint>,
    pub(super) nan: Option<MaybePaint>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Table {
    /// Each begins where the one before ends; at least one.
    Slices(Vec<Slice>),
    /// By ascending key, at least one.
    Categories(Vec<Category>),
}

/// The values from `low` to `high`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slice {
    pub(super) low: f64,
    pub(super) high: f64,
    /// The colours at both ends; nothing is drawn without.
    pub(super) paints: Option<[Paint; 2]>,
    /// The names of its lower end, or of the whole, and of its upper end.
    pub(super) labels: [Option<String>; 2],
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Category {
    pub(super) key: f64,
    pub(super) paint: MaybePaint,
    pub(super) label: Option<String>,
}

/// The value at which the two sides of a table meet, each to be stretched by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hinge {
    /// In the table.
    pub(super) in_table: f64,
    /// In the raster's unit.
    pub(super) in_data: f64,
    /// A soft hinge does not count until it is activated.
    pub(super) is_active: bool,
}

impl Cpt {
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        read_lines(text)
    }

    /// `+hHINGE`: the hinge is at this value of the raster.
    pub(super) fn activate_hinge(&mut self, in_data: f64) -> Result<(), Fault> {
        let fault = Fault::whole("it has no hinge, so that +h has no meaning", "leave out +h, or add # SOFT_HINGE");
        let hinge = self.hinge.as_mut().ok_or(fault)?;
        (hinge.in_data, hinge.is_active) = (in_data, true);
        Ok(())
    }

    /// Whether the table is stretched over the raster's range if no other is given.
    pub(super) fn needs_data_range(&self) -> bool {
        matches!(self.table, Table::Slices(_)) && self.range.is_none() && self.hinge.is_some() || self.is_cyclic
    }

    /// The ramp; `limits` or `data_range` are needed where [`Cpt::needs_data_range`] says so.
    pub(super) fn ramp(&self, limits: Option<[f64; 2]>, data_range: Option<[f64; 2]>) -> Result<ColorRamp, RampFault> {
        match &self.table {
            Table::Categories(categories) => self.categories(categories),
            Table::Slices(slices) => {
                let mut slices = slices.clone();
                if let Some(wanted) = limits.or(self.range).or(data_range.filter(|_| self.hinge.is_some())) {
                    self.stretch(&mut slices, wanted);
                }
                if let Some(covered) = data_range.or(limits).filter(|_| self.is_cyclic) {
                    slices = repeated(&slices, covered)?;
                }
                let has_room = |slice: &Slice| (slice.high - slice.low).recip().is_normal();
                if slices.iter().all(has_room) { self.slices(&slices) } else { Err(RampFault::NoRoom) }
            }
        }
    }

    /// Moves the slices so that they span `wanted`: on each side of an active hinge by themselves, and only those of one
    /// side if the hinge is not inside.
    fn stretch(&self, slices: &mut Vec<Slice>, wanted: [f64; 2]) {
        // A hinge is where two slices meet.
        let meets = |at: f64| slices.iter().skip(1).any(|slice| slice.low == at);
        let active = self.hinge.filter(|hinge| hinge.is_active && meets(hinge.in_table));
        let [vmin, vmax] = wanted;
        match active {
            Some(hinge) if hinge.in_data <= vmin => slices.retain(|slice| slice.low >= hinge.in_table),
            Some(hinge) if hinge.in_data >= vmax => slices.retain(|slice| slice.high <= hinge.in_table),
            _ => {}
        }
        let ends = [slices[0].low, slices[slices.len() - 1].high];
        let whole = stretched(ends, wanted);
        let sides = active.filter(|hinge| vmin < hinge.in_data && hinge.in_data < vmax).map(|hinge| {
            let below = stretched([ends[0], hinge.in_table], [vmin, hinge.in_data]);
            let above = stretched([hinge.in_table, ends[1]], [hinge.in_data, vmax]);
            move |value: f64| if value <= hinge.in_table { below(value) } else { above(value) }
        });
        for slice in slices {
            for end in [&mut slice.low, &mut slice.high] {
                *end = sides.as_ref().map_or_else(|| whole(*end), |sides| sides(*end));
            }
        }
    }

    fn slices(&self, slices: &[Slice]) -> Result<ColorRamp, RampFault> {
        // GMT's COLOR_BACKGROUND and COLOR_FOREGROUND are black and white.
        let bytes = |paint: &Option<MaybePaint>, otherwise| paint.map_or(otherwise, color_of);
        let (mut under, mut over) = (bytes(&self.background, BLACK), bytes(&self.foreground, WHITE));
        let last = &slices[slices.len() - 1];
        if self.is_cyclic {
            (under, over) = (color_at(&slices[0], slices[0].low), color_at(last, last.high));
        }
        let mut builder = RampBuilder::new(under);
        for (k, slice) in slices.iter().enumerate() {
            // A value between two slices is the upper one's.
            let end = if k + 1 < slices.len() { slice.high.next_down() } else { slice.high };
            let [from, to] = [0, 1].map(|k| slice.paints.map(|paints| paints[k]));
            let steps = from.zip(to).map_or(1, |(from, to)| from.steps_to(to));
            let mut begin = slice.low;
            for step in 1..=steps {
                let stop = slice.low + (end - slice.low) * (f64::from(step) / f64::from(steps));
                let stop = if step == steps { end } else { stop.min(end) };
                if begin <= stop {
                    builder.run(begin, stop, |value| color_at(slice, value));
                    begin = stop.next_up();
                }
            }
        }
        let is_stepped = slices.iter().all(|slice| slice.paints.is_none_or(|[from, to]| from == to));
        let traits = RampTraits {
            form: if is_stepped { RampForm::Steps } else { RampForm::Continuous },
            bad: self.nan.map(color_of),
            has_under: !self.is_cyclic,
            has_over: !self.is_cyclic,
            stops: slices.iter().flat_map(|slice| [slice.low, slice.high]).collect(),
            labels: slices.iter().flat_map(labels).collect(),
        };
        builder.finish(last.high.next_up(), over, traits)
    }

    /// Each key has its colour, all else that of NaN.
    fn categories(&self, categories: &[Category]) -> Result<ColorRamp, RampFault> {
        let none = self.nan.map_or(TRANSPARENT, color_of);
        let mut builder = RampBuilder::new(none);
        let mut end = f64::NEG_INFINITY;
        for category in categories {
            end = builder.single(category.key, color_of(category.paint), none);
        }
        let label = |category: &Category| {
            category.label.as_ref().map(|text| RampLabel { value: category.key, text: text.clone() })
        };
        let traits = RampTraits {
            form: RampForm::Categories,
            bad: self.nan.map(color_of),
            has_under: false,
            has_over: false,
            stops: categories.iter().map(|category| category.key).collect(),
            labels: categories.iter().filter_map(label).collect(),
        };
        builder.finish(end, none, traits)
    }
}

const BLACK: [u8; 4] = [0, 0, 0, 255];
const WHITE: [u8; 4] = [255; 4];

fn color_of(paint: MaybePaint) -> [u8; 4] {
    paint.map_or(TRANSPARENT, Paint::to_rgba8)
}

/// GMT's colour of a value in a slice, operation by operation.
fn color_at(slice: &Slice, value: f64) -> [u8; 4] {
    let share = (value - slice.low) * (1.0 / (slice.high - slice.low));
    slice.paints.map_or(TRANSPARENT, |[from, to]| from.blended(to, share))
}

fn labels(slice: &Slice) -> impl Iterator<Item = RampLabel> {
    let ends = [slice.low, slice.high];
    slice.labels.iter().zip(ends).filter_map(|(text, value)| text.clone().map(|text| RampLabel { value, text }))
}

/// A cyclic table as often as it takes to cover a range.
fn repeated(slices: &[Slice], [low, high]: [f64; 2]) -> Result<Vec<Slice>, RampFault> {
    let first = slices[0].low;
    let period = slices[slices.len() - 1].high - first;
    let (begin, end) = (((low - first) / period).floor(), ((high - first) / period).ceil());
    let count = (end - begin) * slices.len() as f64;
    if count.is_nan() || count > MAX_LEVELS as f64 {
        return Err(RampFault::TooManyColors);
    }
    // A maximum where a period ends begins another.
    let periods = (begin as i64)..=(end as i64);
    Ok(periods
        .flat_map(|k| {
            let (by, next) = (k as f64 * period, (k + 1) as f64 * period);
            let last = slices.len() - 1;
            slices.iter().enumerate().map(move |(i, slice)| {
                // Periods meet exactly.
                let high = if i == last { first + next } else { slice.high + by };
                Slice { low: if i == 0 { first + by } else { slice.low + by }, high, ..slice.clone() }
            })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::color_file::ColorFile;
    use super::*;
    use std::path::Path;

    fn file(text: &str) -> ColorFile {
        ColorFile::parse(Path::new("t.cpt"), text).unwrap()
    }

    #[test]
    fn a_table_without_signs_of_a_range_has_the_values_that_it_says() {
        let ramp = file("0 red 1 blue\n").ramp(None, Some([-9.0, 9.0])).unwrap();
        assert_eq!((ramp.limits(), ramp.has_under(), ramp.form()), ([0.0, 1.0], true, RampForm::Continuous));
        assert_eq!((ramp.color_of(-0.1), ramp.color_of(1.1), ramp.bad()), (BLACK, WHITE, None));
    }

    #[test]
    fn a_dynamic_table_takes_the_limits_then_its_range_then_the_datas() {
        let ranged = file("# HARD_HINGE\n# RANGE = -50/200\n-1 red 0 blue\n0 green 1 white\n");
        assert!(!ranged.needs_data_range());
        assert_eq!(ranged.ramp(None, Some([0.0, 9.0])).unwrap().stops(), [-50.0, 0.0, 200.0]);
        assert_eq!(ranged.ramp(Some([-4.0, 8.0]), None).unwrap().stops(), [-4.0, 0.0, 8.0]);
        let hinged = file("# HARD_HINGE\n-1 red 0 blue\n0 green 1 white\n");
        assert!(hinged.needs_data_range() && hinged.ramp(None, None).is_err());
        assert_eq!(hinged.ramp(None, Some([-3.0, 9.0])).unwrap().stops(), [-3.0, 0.0, 9.0]);
        assert_eq!(hinged.ramp(None, Some([3.0, 9.0])).unwrap().stops(), [3.0, 9.0], "only the upper side");
    }

    #[test]
    fn a_soft_hinge_counts_once_it_is_asked_for() {
        let Cpt { mut hinge, .. } = Cpt::parse("# SOFT_HINGE\n-1 red 0 blue\n0 green 1 white\n").unwrap();
        assert!(!hinge.take().unwrap().is_active);
        assert!(Cpt::parse("0 red 1 blue\n").unwrap().activate_hinge(0.0).is_err());
    }

    #[test]
    fn a_cyclic_table_repeats_as_far_as_the_values_reach() {
        let file = file("# CYCLIC\n0 10/0/0 1 20/0/0\n1 30/0/0 2 -\n");
        assert!(file.needs_data_range());
        let ramp = file.ramp(None, Some([-3.0, 6.0])).unwrap();
        for (value, red) in [(-3.0, 30), (-2.0, 10), (0.0, 10), (0.5, 15), (1.0, 30), (4.5, 15), (5.5, 30), (6.0, 10)] {
            assert_eq!(ramp.color_of(value)[0], red, "{value}");
        }
        assert!(file.ramp(None, Some([0.0, 1e9])).is_err());
    }

    #[test]
    fn skipped_slices_are_not_drawn_and_labels_are_kept() {
        let ramp = file("0 red 1 - ;low\n1 - 2 -\n2 blue@50 3 - U ;high;top\nN -\nB gray\n").ramp(None, None).unwrap();
        assert_eq!((ramp.color_of(1.5), ramp.bad(), ramp.form()), (TRANSPARENT, Some(TRANSPARENT), RampForm::Steps));
        assert_eq!((ramp.color_of(2.5), ramp.color_of(-1.0)), ([0, 0, 255, 128], [190, 190, 190, 255]));
        let labels: Vec<_> = ramp.labels().iter().map(|label| (label.value, label.text.as_str())).collect();
        assert_eq!(labels, [(0.0, "low"), (2.0, "high"), (3.0, "top")]);
    }

    #[test]
    fn small_gaps_are_roundings_of_their_writer() {
        let ramp = file("0 red 0.33333333333 blue\n0.33333333334 green 1 white\n").ramp(None, None).unwrap();
        assert_eq!(ramp.color_of(0.333_333_333_33), [0, 255, 0, 255]);
    }
}
