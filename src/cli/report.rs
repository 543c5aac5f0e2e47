//! Shows diagnostics in the face that was asked for, and sums up.

use super::{Common, Format};
use crate::diagnostic::{Diagnostics, Severity, github, json, terminal};
use crate::source::Sources;
use std::fmt::Display;
use std::io::Write as _;

/// Shows every diagnostic. People read them on standard error; programs take them from standard output.
pub fn show(common: &Common, diagnostics: &Diagnostics, sources: &Sources) {
    for diagnostic in diagnostics.iter() {
        match common.format {
            Format::Text | Format::Markdown | Format::Csv
                if common.quiet && diagnostic.severity == Severity::Warning => {}
            Format::Text | Format::Markdown | Format::Csv => narrate(format_args!(
                "{}\n",
                terminal::render(diagnostic, sources, true)
            )),
            Format::Json => hand_over(json::render(diagnostic, sources)),
            Format::Github => hand_over(github::render(diagnostic, sources)),
        }
    }
}

/// A line of data, on standard output. Whoever reads it may stop at any line (`| head`): no failure.
pub fn hand_over(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line of data in colours, on standard output; without them where nobody sees them.
pub fn show_line(line: impl Display) {
    let _ = writeln!(anstream::stdout(), "{line}");
}

/// A line for people, on standard error. Nobody needs to listen to the end.
pub fn narrate(line: impl Display) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// "2 errors, 1 warning", or nothing.
pub fn summary(diagnostics: &Diagnostics) -> Option<String> {
    let count = |severity, one: &str| match diagnostics.count(severity) {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {one}s")),
    };
    let parts: Vec<String> = [
        count(Severity::Error, "error"),
        count(Severity::Warning, "warning"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What an editor can do next, after errors.
pub fn next_step(diagnostics: &Diagnostics) -> Option<String> {
    let first = diagnostics.iter().find(|d| d.severity == Severity::Error)?;
    Some(format!(
        "nothing was written; mend the errors above, or read more: plein explain {}",
        first.code
    ))
}
