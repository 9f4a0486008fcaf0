//! Files are hashed on several threads at once, with a few of them in memory at a time.

use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Results that may wait to be taken.
const RESULTS_AHEAD: usize = 64;

/// Does `work` on each item on some threads and gives the results, in the order in which they come, to `take` on this
/// one.
pub(super) fn in_parallel<T: Send, R: Send>(
    items: impl Iterator<Item = T> + Send,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
    take: impl FnMut(R),
) {
    let items = &Mutex::new(items);
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let (results_tx, results_rx) = sync_channel(RESULTS_AHEAD);
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (results_tx, work) = (results_tx.clone(), &work);
            scope.spawn(move || {
                while let Some(item) = next() {
                    // The receiver outlives all senders.
                    let _taken = results_tx.send(work(item));
                }
            });
        }
        drop(results_tx);
        results_rx.into_iter().for_each(take);
    });
}
