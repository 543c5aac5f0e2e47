//! `plein explain`: the story of a mistake.

use super::{Outcome, report};
use crate::diagnostic::{nearest, stories};
use std::io::Write as _;

/// Which mistake.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Code of the mistake, such as `event/ends-before-start`; all codes when left out
    code: Option<String>,
}

/// Prints the story, or the list of codes.
pub fn run(arguments: &Arguments) -> Outcome {
    let Some(code) = &arguments.code else {
        print(
            &stories::codes()
                .map(|code| format!("{code}\n"))
                .collect::<String>(),
        );
        return Outcome::Fine;
    };
    match stories::story(code) {
        Some(story) => {
            print(story);
            Outcome::Fine
        }
        None => {
            let hint = nearest(code, stories::codes()).map_or(String::new(), |near| {
                format!("\n  = help: did you mean `{near}`?")
            });
            report::narrate(format_args!(
                "error: there is no mistake with the code `{code}`{hint}"
            ));
            Outcome::ContentIsWrong
        }
    }
}

/// A closed pipe is no failure.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
