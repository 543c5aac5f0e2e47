//! `plein completions`: completions for a shell.

use super::{Outcome, report};
use clap::CommandFactory as _;

/// Which shell.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Shell
    shell: clap_complete::Shell,
}

/// Prints them.
pub fn run(arguments: &Arguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut super::Arguments::command(),
        "plein",
        &mut script,
    );
    report::hand_over(String::from_utf8_lossy(&script).trim_end());
    Outcome::Fine
}
