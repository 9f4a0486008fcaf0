//! mapfolio renders many regional maps from data that is loaded once.
//!
//! A raster and outlines go to the GPU once; every region is only another view, drawn off-screen and finished as a
//! map figure. The way from what a user asks for to the files:
//!
//! 1. A [`job::Job`] is what was asked, from a TOML file and flags, unchecked.
//! 2. [`plan::Plan::new`] resolves it: it looks into the rasters ([`source::RasterSource`]), settles how the values of
//!    each band become colours ([`style::ValueMap`], by a [`style::Norm`] or a [`style::ColorFile`]), which makes it a [`plan::Step`], reads the regions
//!    ([`source::read_regions`]), and makes a [`plan::Figure`] of each step on each region's [`plan::MapView`]. Of a job
//!    that is divided among machines it does so for one [`manifest::Shard`]. What is wrong with one figure stays with
//!    it.
//! 3. [`batch::run`] is the engine, the only place where stages meet; each has threads of its own:
//!    - what an earlier run has drawn of the same inputs ([`plan::Keys`]) is left out ([`manifest::Done`]);
//!    - raster after raster is streamed to a [`gpu::GpuRaster`] in its native type, or as tiles of the levels of its
//!      [`source::Pyramid`] that views need, and its colours become a [`scene::ClassTable`] of raw numbers;
//!    - layers ([`source::read_features`]) are points, and lines and rings that are cut into [`scene::Arcs`] so that
//!      shared borders are there once, ranked by importance ([`scene::RankedArcs`]) and selected into
//!      [`scene::LineLevel`]s and, as triangles, [`scene::FillLevel`]s for the scales needed;
//!    - for each view PROJ tells where the map is ([`geo::Domain`]) and fills two grids: a [`geo::InverseGrid`] from
//!      output pixels to raster pixels and a [`geo::ForwardGrid`] from longitude and latitude to output pixels; where
//!      neither will do, at seams and poles, a [`geo::Placer`] places pixels and lines one by one;
//!    - a map's own furniture is placed one after another in what is left of its room ([`figure::Crowd`]): texts and
//!      arrow, scale bar, the labels of its [`geo::Graticule`], and the names of features where readers tell them apart;
//!      what stands around it is laid out as stacks of strips ([`style::layout`]) and drawn once for each layout;
//!    - a [`gpu::Renderer`] draws rasters, one or several over each other, outlines and furniture ([`figure`]) in a few
//!      passes and reads the frame back;
//!    - [`output`] encodes it and writes it under its final name only when it is complete.
//! 4. Every figure's fate is a line of the [`manifest`] and a [`batch::Event`], and the [`batch::Summary`] becomes the
//!    exit code. [`manifest::verify`] and [`manifest::merge`] work on what runs leave.
//!
//! Imports point one way:
//! `error <- geo, manifest <- style, source, output <- scene, figure <- gpu <- job, plan <- batch, demo <- main`.
//! Absolute coordinates are `f64` and stay on the CPU; below the upload line there are only pixels, cells and
//! fixed-point longitudes and latitudes ([`geo::FixedLonLat`]).

pub mod batch;
pub mod demo;
pub mod error;
pub mod figure;
pub mod geo;
pub mod gpu;
pub mod job;
pub mod manifest;
pub mod output;
pub mod plan;
mod room;
pub mod scene;
pub mod source;
pub mod style;

pub use error::{Error, Result};
