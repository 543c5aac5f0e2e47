//! The face for GitLab: a report of Code Quality, which it shows beside the lines of a merge request.

use super::words::Language;
use super::{Diagnostics, Severity};
use crate::source::Sources;
use serde_json::{Value, json};

/// All diagnostics of the site in `folder` of the repository as one report: a list of what was found, each with a fingerprint by which GitLab knows
/// it again when its line has moved.
pub fn render(
    diagnostics: &Diagnostics,
    sources: &Sources,
    language: Language,
    folder: &str,
) -> String {
    let fingerprints = diagnostics.fingerprints(sources);
    let found = diagnostics.iter().zip(fingerprints);
    let found = found.map(|(diagnostic, fingerprint)| {
        let (path, line, _) = diagnostic.place(sources);
        json!({
            "description": diagnostic.told(language, "; "),
            "check_name": diagnostic.code,
            "fingerprint": fingerprint,
            "severity": match diagnostic.severity { Severity::Error => "major", Severity::Warning => "minor" },
            "location": { "path": format!("{folder}{path}"), "lines": { "begin": line.max(1) } },
        })
    });
    format!("{:#}", found.collect::<Value>())
}
