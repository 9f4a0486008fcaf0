//! What many steps and figures have in common, kept once.

use std::sync::Arc;

/// Equal values that follow each other closely become one.
pub(super) struct Recent<T> {
    kept: Vec<Arc<T>>,
}

impl<T: PartialEq> Recent<T> {
    /// More would take time to compare where all are different.
    const MOST: usize = 16;

    pub(super) fn new() -> Self {
        Self { kept: Vec::new() }
    }

    /// Replaces a value by one that is equal to it, if one is known.
    pub(super) fn share(&mut self, value: &mut Arc<T>) {
        if let Some(known) = self.kept.iter().rev().find(|known| **known == *value) {
            *value = Arc::clone(known);
            return;
        }
        if self.kept.len() == Self::MOST {
            self.kept.remove(0);
        }
        self.kept.push(Arc::clone(value));
    }
}
