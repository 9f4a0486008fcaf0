//! A queue into which several threads put numbered items, and from which one takes them in the order of their numbers.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Items 0, 1, 2 and so on. Of those to come it holds no more than a few, whichever thread is slow, and no more bytes
/// than those who put them in say.
pub(super) struct OrderedQueue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    capacity: usize,
}

struct State<T> {
    /// The number of the item to be taken next.
    next: usize,
    waiting: BTreeMap<usize, (T, u64)>,
    /// Bytes of those that wait.
    bytes: u64,
    /// Threads that may still put items in.
    writers: usize,
    is_closed: bool,
}

impl<T> OrderedQueue<T> {
    /// A queue of which `capacity` items may wait, filled by so many threads, each of which holds a
    /// [`writer`](Self::writer).
    pub(super) fn new(capacity: usize, writers: usize) -> Self {
        let state = State { next: 0, waiting: BTreeMap::new(), bytes: 0, writers, is_closed: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), capacity: capacity.max(1) }
    }

    /// Puts in an item of so many bytes as soon as there is room: those that wait, this one among them, may have
    /// `most_bytes` together, which is known only when the first of them are made. False if no one takes items any more.
    pub(super) fn push(&self, number: usize, item: T, bytes: u64, most_bytes: u64) -> bool {
        // The next item always has room, so that the others cannot keep it out.
        let has_room = |state: &State<T>| {
            number == state.next || (number < state.next + self.capacity && state.bytes + bytes <= most_bytes)
        };
        let mut state = self.lock();
        while !has_room(&state) && !state.is_closed {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.is_closed {
            return false;
        }
        state.bytes += bytes;
        state.waiting.insert(number, (item, bytes));
        self.changed.notify_all();
        true
    }

    /// Takes the next item; None if it will never come.
    pub(super) fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            let next = state.next;
            if let Some((item, bytes)) = state.waiting.remove(&next) {
                state.next += 1;
                state.bytes -= bytes;
                self.changed.notify_all();
                return Some(item);
            }
            if state.writers == 0 || state.is_closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Says by its end that a thread puts no more items in.
    pub(super) fn writer(&self) -> Writer<'_, T> {
        Writer(self)
    }

    /// Says that no one takes items any more.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that may put items in.
pub(super) struct Writer<'a, T>(&'a OrderedQueue<T>);

impl<T> Drop for Writer<'_, T> {
    fn drop(&mut self) {
        self.0.lock().writers -= 1;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn items_come_in_order_whoever_puts_them_in() {
        const THREADS: usize = 4;
        let (queue, next) = (OrderedQueue::new(3, THREADS), AtomicUsize::new(0));
        let taken = std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let _end = queue.writer();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= 1000 {
                            break;
                        }
                        if number % 7 == 0 {
                            std::thread::yield_now();
                        }
                        assert!(queue.push(number, number, 1, 2), "someone takes items");
                    }
                });
            }
            std::iter::from_fn(|| queue.pop()).collect::<Vec<_>>()
        });
        assert_eq!(taken, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn items_wait_for_room_for_their_bytes_but_for_the_next() {
        let queue = OrderedQueue::new(4, 1);
        assert!(queue.push(1, 1, 6, 10));
        std::thread::scope(|scope| {
            let third = scope.spawn(|| queue.push(2, 2, 6, 10));
            // However many bytes it has.
            assert!(queue.push(0, 0, 100, 10));
            assert_eq!(queue.pop(), Some(0));
            assert!(!third.is_finished(), "there is no room for the third yet");
            assert_eq!([queue.pop(), queue.pop()], [Some(1), Some(2)]);
            assert!(third.join().expect("no panic"));
        });
    }

    #[test]
    fn a_closed_queue_lets_no_one_wait() {
        let queue = OrderedQueue::new(1, 1);
        std::thread::scope(|scope| {
            let pushed = scope.spawn(|| queue.push(5, (), 0, 0));
            queue.close();
            assert!(!pushed.join().expect("no panic"));
        });
        assert_eq!(queue.pop(), None);
    }
}
