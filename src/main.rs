//! The command line.

use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Number of mimalloc's setting `purge_delay`, one of those that it calls stable.
#[cfg(feature = "mimalloc")]
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Keeps memory for a minute before the system gets it back. A build is over by then: given back after the usual
/// second it would be asked for anew, and each page cleared, which took a tenth of a large build. A preview goes on, and
/// gives it back.
#[cfg(feature = "mimalloc")]
#[expect(
    unsafe_code,
    reason = "the allocator has no other door to its settings"
)]
fn keep_memory() {
    // SAFETY: it sets a number, before there is a second thread.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, 60_000) }
}

fn main() -> ExitCode {
    #[cfg(feature = "mimalloc")]
    if !std::env::args_os().any(|argument| argument == "serve") {
        keep_memory();
    }
    plein::cli::run()
}
