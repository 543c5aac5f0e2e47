//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    plein::cli::run()
}
