//! mapfolio (tour to come)
pub mod batch;
pub mod demo;
pub mod error;
pub mod figure;
pub mod geo;
pub mod gpu;
pub mod job;
pub mod output;
pub mod plan;
pub mod scene;
pub mod source;
pub mod style;
pub use error::{Error, Result};
