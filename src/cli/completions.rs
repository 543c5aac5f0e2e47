//! `plein completions`: completions for a shell.

use super::Outcome;
use clap::CommandFactory as _;
use std::io::Write as _;

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
    // A closed pipe is no failure.
    let _ = std::io::stdout().write_all(&script);
    Outcome::Fine
}
