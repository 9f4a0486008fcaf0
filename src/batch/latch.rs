//! A value that one stage makes and others wait for.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// A value that is there once and for all, or never will be.
pub(super) struct Latch<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

enum State<T> {
    Pending,
    Ready(Arc<T>),
    /// Whoever should have made it has failed.
    Failed,
}

impl<T> Latch<T> {
    pub(super) fn new() -> Self {
        Self { state: Mutex::new(State::Pending), changed: Condvar::new() }
    }

    /// Makes the value and lets those who wait go on; without it if making it failed, were it by a panic.
    ///
    /// # Errors
    /// The failure, as it came.
    pub(super) fn make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let _promise = Promise(self);
        self.set(make())
    }

    /// A value that no one has to wait for.
    pub(super) fn there(value: Arc<T>) -> Self {
        Self { state: Mutex::new(State::Ready(value)), changed: Condvar::new() }
    }

    fn set<E>(&self, made: Result<T, E>) -> Result<Arc<T>, E> {
        let (state, outcome) = match made {
            Ok(value) => {
                let value = Arc::new(value);
                (State::Ready(Arc::clone(&value)), Ok(value))
            }
            Err(e) => (State::Failed, Err(e)),
        };
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
        self.changed.notify_all();
        outcome
    }

    /// Says that the value will never be there, unless it is.
    pub(super) fn fail(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Pending) {
            *state = State::Failed;
            self.changed.notify_all();
        }
    }

    /// Waits for the value; None if it will never be there.
    pub(super) fn wait(&self) -> Option<Arc<T>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match &*state {
                State::Ready(value) => return Some(Arc::clone(value)),
                State::Failed => return None,
                State::Pending => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// Lets those who wait go on, whatever happens.
struct Promise<'a, T>(&'a Latch<T>);

impl<T> Drop for Promise<'_, T> {
    fn drop(&mut self) {
        self.0.fail();
    }
}
