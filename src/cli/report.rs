//! Shows diagnostics in the face that was asked for, and sums up.

use super::{Common, Format};
use crate::diagnostic::{Diagnostics, Severity, Words, github, gitlab, json, sarif, terminal};
use crate::say;
use crate::source::Sources;
use std::fmt::Display;
use std::io::Write as _;
use std::path::Component;

/// Shows every diagnostic. People read them on standard error, errors first; programs take them from standard
/// output, in the order of the files.
pub fn show(common: &Common, diagnostics: &Diagnostics, sources: &Sources) {
    let (language, folder) = (common.language(sources), folder(common));
    match common.format {
        Format::Text => {
            for severity in [Severity::Error, Severity::Warning] {
                let silent = common.quiet && !common.strict && severity == Severity::Warning;
                for diagnostic in diagnostics.of(severity).filter(|_| !silent) {
                    let shown = terminal::render(diagnostic, sources, language, true);
                    narrate(format_args!("{shown}\n"));
                }
            }
        }
        Format::Json => diagnostics
            .iter()
            .for_each(|one| hand_over(json::render(one, sources, language))),
        Format::Github => diagnostics
            .iter()
            .for_each(|one| hand_over(github::render(one, sources, language, &folder))),
        Format::Gitlab => hand_over(gitlab::render(diagnostics, sources, language, &folder)),
        Format::Sarif => hand_over(sarif::render(diagnostics, sources, language, &folder)),
    }
}

/// The folder of the site as forges write paths: from where the program runs, which is the top of a repository
/// in its workflows. Nothing for one that lies elsewhere.
fn folder(common: &Common) -> String {
    let mut folder = String::new();
    for part in common.site.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => folder.push_str(&format!("{}/", name.to_string_lossy())),
            _ => return String::new(),
        }
    }
    folder
}

/// A line of data, on standard output. Whoever reads it may stop at any line (`| head`): no failure.
pub fn hand_over(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A line for people, on standard error. Nobody needs to listen to the end.
pub fn narrate(line: impl Display) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// "2 errors, 1 warning", or nothing.
pub fn counts(diagnostics: &Diagnostics) -> Option<Words> {
    let errors = match diagnostics.count(Severity::Error) {
        0 => None,
        1 => Some(say!("1 error")),
        n => Some(say!("{} errors", n)),
    };
    let warnings = match diagnostics.count(Severity::Warning) {
        0 => None,
        1 => Some(say!("1 warning")),
        n => Some(say!("{} warnings", n)),
    };
    match (errors, warnings) {
        (Some(errors), Some(warnings)) => Some(say!("{}, {}", errors, warnings)),
        (errors, warnings) => errors.or(warnings),
    }
}

/// What there is and what an editor can do next, in one line; nothing when nothing is wrong.
pub fn summary(common: &Common, diagnostics: &Diagnostics, sources: &Sources) -> Option<Words> {
    let counts = counts(diagnostics)?;
    let first = diagnostics.iter().min_by_key(|one| one.severity)?;
    if !common.forbids(diagnostics) {
        return Some(say!(
            "{}; the site can be published all the same; read more: plein explain {}",
            counts,
            first.code
        ));
    }
    let place = match first.place(sources) {
        (file, 0, _) => file,
        (file, line, _) => format!("{file}:{line}"),
    };
    Some(match diagnostics.has_errors() {
        true => say!(
            "{}; begin with {}, or read more: plein explain {}",
            counts,
            place,
            first.code
        ),
        false => say!(
            "{}, which `--strict` forbids; begin with {}, or read more: plein explain {}",
            counts,
            place,
            first.code
        ),
    })
}
