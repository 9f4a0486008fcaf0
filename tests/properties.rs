//! What must hold for any input, tried on random ones, always the same. `PROPTEST_CASES=5000` searches longer, and
//! elsewhere each time.

mod properties {
    pub(crate) mod geometry;
    pub(crate) mod grids;
    pub(crate) mod pixels;
    pub(crate) mod world;
}
mod support;

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

/// Few cases and always the same, so that the tests stay quick, unless the environment asks for a number.
fn config() -> ProptestConfig {
    const FEW: u32 = 64;
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() {
        return default;
    }
    ProptestConfig { cases: FEW, rng_seed: RngSeed::Fixed(0), ..default }
}
