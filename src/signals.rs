//! Signals that end a run: the first is a request, the second is obeyed at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use mapfolio::batch::Interrupt;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Has SIGINT and SIGTERM ask for a run's end.
pub(crate) fn ask_for_end(interrupt: &Interrupt) -> io::Result<()> {
    for signal in [SIGINT, SIGTERM] {
        let was_asked = Arc::new(AtomicBool::new(false));
        // In this order, so that the first signal does not end the process.
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&was_asked))?;
        flag::register(signal, was_asked)?;
        flag::register_usize(signal, interrupt.signal_flag(), signal as usize)?;
    }
    Ok(())
}
