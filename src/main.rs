//! The command line.

#![cfg_attr(
    feature = "mimalloc",
    expect(
        clippy::disallowed_methods,
        reason = "edge: which command it is, before anything allocates"
    )
)]

use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    plein::cli::run()
}
