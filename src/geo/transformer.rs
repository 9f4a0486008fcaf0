//! The transformations between coordinate reference systems, each made once a thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use gdal::spatial_ref::{CoordTransform, CoordTransformOptions};

use super::Crs;
use crate::error::{Error, Result};

/// Moves points from one system to another on the thread that made it.
pub struct Transformer {
    /// None where source and target are the same. Never dropped: GDAL 3.6 keeps what is dropped for other threads to
    /// use, and crashes at times when the thread that made it has ended. There are few in a run.
    inner: Option<ManuallyDrop<CoordTransform>>,
}

impl Transformer {
    /// Prepares the transformation that PROJ holds best.
    ///
    /// # Errors
    /// [`Error::Transform`] if PROJ finds none.
    pub fn new(from: &Crs, to: &Crs) -> Result<Self> {
        if from == to {
            return Ok(Self { inner: None });
        }
        let build = || {
            let options = CoordTransformOptions::new()?;
            CoordTransform::new_with_options(&from.spatial_ref()?, &to.spatial_ref()?, &options)
        };
        let inner = build().map_err(|e| Error::Transform {
            from: from.to_string(),
            to: to.to_string(),
            problem: e.to_string(),
        })?;
        Ok(Self { inner: Some(ManuallyDrop::new(inner)) })
    }

    /// Transforms all points in place. A point that has no image becomes NaN in both coordinates.
    pub fn transform(&self, xs: &mut [f64], ys: &mut [f64]) {
        if let Some(inner) = &self.inner {
            // An error says only that some point failed; all results are written, failed ones as infinite.
            let _some_failed = inner.transform_coords(xs, ys, &mut []);
        }
        for (x, y) in xs.iter_mut().zip(ys) {
            if !(x.is_finite() && y.is_finite()) {
                (*x, *y) = (f64::NAN, f64::NAN);
            }
        }
    }

    /// Transforms one point.
    #[must_use]
    pub fn point(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let (mut x, mut y) = ([x], [y]);
        self.transform(&mut x, &mut y);
        x[0].is_finite().then_some((x[0], y[0]))
    }
}

/// The transformations that one thread has made so far, and the systems that it has read: making one takes as long as
/// using it on 2,000 points.
#[derive(Default)]
pub struct Transformers {
    made: RefCell<HashMap<(Crs, Crs), Rc<Transformer>>>,
    read: RefCell<HashMap<String, Crs>>,
}

impl Transformers {
    /// As [`Crs::from_user`], once for each definition.
    ///
    /// # Errors
    /// As there.
    pub fn crs(&self, definition: &str, key: &str) -> Result<Crs> {
        if let Some(known) = self.read.borrow().get(definition) {
            return Ok(known.clone());
        }
        let crs = Crs::from_user(definition, key)?;
        self.read.borrow_mut().insert(definition.to_owned(), crs.clone());
        Ok(crs)
    }

    /// The transformation from one system to another.
    ///
    /// # Errors
    /// [`Error::Transform`] if PROJ finds none.
    pub fn get(&self, from: &Crs, to: &Crs) -> Result<Rc<Transformer>> {
        let key = (from.clone(), to.clone());
        if let Some(known) = self.made.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let made = Rc::new(Transformer::new(from, to)?);
        self.made.borrow_mut().insert(key, Rc::clone(&made));
        Ok(made)
    }
}
