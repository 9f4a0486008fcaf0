//! What a colorbar shows of a ramp: its colours at the places where they are, as a norm that has such places.

use super::categories::Category;
use super::norm::{Extend, Norm};
use super::ramp::{ColorRamp, RampForm};

/// Colours along a colorbar of colours that run into each other: as many as matplotlib's colormaps have.
const SHADES: u32 = 256;

impl ColorRamp {
    /// The norm by which the ramp's values lie along a colorbar, and the colours of its classes there.
    #[must_use]
    pub fn legend(&self) -> (Norm, Vec<[u8; 4]>) {
        let stops = self.stops();
        match self.form() {
            RampForm::Categories => {
                let category =
                    |value: &f64| Category { value: *value, color: self.color_of(*value), name: self.name_of(*value) };
                let categories: Vec<_> = stops.iter().map(category).collect();
                let colors = categories.iter().map(|category| category.color).collect();
                (Norm::Categorical { categories }, colors)
            }
            RampForm::Steps if stops.len() > 1 => {
                let colors = stops.windows(2).map(|pair| self.color_of(pair[0].midpoint(pair[1]))).collect();
                (Norm::Boundary { levels: stops.to_vec(), extend: Extend::Neither }, colors)
            }
            RampForm::Steps | RampForm::Continuous => {
                let [vmin, vmax] = self.limits();
                let middle = |shade: u32| vmin + (vmax - vmin) * (f64::from(shade) + 0.5) / f64::from(SHADES);
                (Norm::Linear { vmin, vmax }, (0..SHADES).map(|shade| self.color_of(middle(shade))).collect())
            }
        }
    }

    /// What the file calls a value; empty if it has no name.
    fn name_of(&self, value: f64) -> String {
        let label = self.labels().iter().find(|label| label.value.to_bits() == value.to_bits());
        label.map_or_else(String::new, |label| label.text.clone())
    }
}
