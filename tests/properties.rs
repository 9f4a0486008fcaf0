//! What must hold for any input, tried on random ones. `PROPTEST_CASES=5000` searches longer.

mod properties {
    pub(crate) mod geometry;
    pub(crate) mod grids;
    pub(crate) mod pixels;
}
mod support;

use proptest::prelude::ProptestConfig;

/// Few cases, so that the tests stay quick, unless the environment asks for a number.
fn config() -> ProptestConfig {
    const FEW: u32 = 64;
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { FEW };
    ProptestConfig { cases, failure_persistence: None, ..default }
}
