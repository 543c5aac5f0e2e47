//! The face for whatever reads SARIF 2.1.0, such as code scanning on a forge, editors and dashboards.

use super::words::Language;
use super::{Diagnostic, Diagnostics, Label, Severity, stories};
use crate::source::Sources;
use serde_json::{Value, json};

/// Where the form is described.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The folder that all paths begin from: that of the repository.
const ROOT: &str = "%SRCROOT%";

/// All diagnostics of the site in `folder` of the repository as one log, with every rule that there is.
pub fn render(
    diagnostics: &Diagnostics,
    sources: &Sources,
    language: Language,
    folder: &str,
) -> String {
    let teller = Teller {
        sources,
        language,
        folder,
    };
    let fingerprints = diagnostics.fingerprints(sources);
    let results = diagnostics.iter().zip(fingerprints);
    let results: Value = results
        .map(|(diagnostic, print)| teller.result(diagnostic, &print))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Plein",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": stories::codes().map(rule).collect::<Value>(),
            } },
            "language": language.code(),
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A code as a rule: the first sentence of its story, and the whole of it.
fn rule(code: &str) -> Value {
    let story = stories::story(code).unwrap_or("");
    let first = story.split("\n\n").next().unwrap_or("");
    let first = first.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = first.split_inclusive(". ").next().unwrap_or("").trim_end();
    let words = story.split("\n```").next().unwrap_or("").trim();
    let warns = story.contains(&format!("warning[{code}]"));
    let severity = if warns {
        Severity::Warning
    } else {
        Severity::Error
    };
    json!({
        "id": code,
        "shortDescription": { "text": first },
        "help": { "text": words, "markdown": story },
        "defaultConfiguration": { "level": level(severity) },
    })
}

/// Where things stand and in which language they are told.
struct Teller<'a> {
    sources: &'a Sources,
    language: Language,
    folder: &'a str,
}

impl Teller<'_> {
    fn result(&self, diagnostic: &Diagnostic, print: &str) -> Value {
        let mut result = json!({
            "ruleId": diagnostic.code,
            "level": level(diagnostic.severity),
            "message": { "text": diagnostic.told(self.language, "\n") },
            "partialFingerprints": { "plein/v1": print },
        });
        if let Some(index) = stories::codes().position(|code| code == diagnostic.code) {
            result["ruleIndex"] = index.into();
        }
        let mut places = diagnostic.labels.iter().map(|label| self.location(label));
        match (places.next(), &diagnostic.file) {
            (Some(first), _) => result["locations"] = json!([first]),
            (None, Some(file)) => {
                let mut place = json!({ "artifactLocation": self.artifact(&file.path) });
                if file.line > 0 {
                    place["region"] =
                        json!({ "startLine": file.line, "startColumn": file.column.max(1) });
                }
                result["locations"] = json!([{ "physicalLocation": place }]);
            }
            (None, None) => {}
        }
        let related: Vec<Value> = places.collect();
        if !related.is_empty() {
            result["relatedLocations"] = related.into();
        }
        result
    }

    /// A place with the words beside it. Ends are those of the standard: the column after the last letter.
    fn location(&self, label: &Label) -> Value {
        let (source, range) = (label.span.source, label.span.range());
        let (line, column) = self.sources.position(source, range.start);
        let (end_line, end_column) = self.sources.position(source, range.end);
        let mut place = json!({ "physicalLocation": {
            "artifactLocation": self.artifact(&self.sources.get(source).path),
            "region": {
                "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
            },
        } });
        if !label.text.is_empty() {
            place["message"] = json!({ "text": label.text.to(self.language) });
        }
        place
    }

    /// A path as the reference of a URI: what has a meaning in one is written in hexadecimal.
    fn artifact(&self, path: &str) -> Value {
        let mut uri = String::with_capacity(path.len());
        for byte in self.folder.bytes().chain(path.bytes()) {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                    uri.push(byte.into());
                }
                _ => uri.push_str(&format!("%{byte:02X}")),
            }
        }
        json!({ "uri": uri, "uriBaseId": ROOT })
    }
}
