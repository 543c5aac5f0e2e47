//! `plein completions`: completions for a shell.

use super::Outcome;
use clap::CommandFactory as _;

/// Which shell.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Shell
    shell: clap_complete::Shell,
}

/// Prints them.
pub fn run(arguments: &Arguments) -> Outcome {
    clap_complete::generate(
        arguments.shell,
        &mut super::Arguments::command(),
        "plein",
        &mut std::io::stdout(),
    );
    Outcome::Fine
}
