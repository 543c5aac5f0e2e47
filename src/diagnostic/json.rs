//! The face for programs: one JSON object a line.

use super::words::Language;
use super::{Diagnostic, Severity};
use crate::source::Sources;
use serde_json::json;

/// One diagnostic as a JSON object: code, severity, file, line, column (both from 1), end line and
/// column, the offending text, message, help and the other places it points at.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, language: Language) -> String {
    let (file, line, column) = diagnostic.place(sources);
    let mut value = json!({
        "code": diagnostic.code,
        "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "file": file, "line": line, "column": column,
        "message": diagnostic.message.to(language),
    });
    if let Some(label) = diagnostic.labels.first() {
        let (end_line, end_column) = sources.position(label.span.source, label.span.range().end);
        value["endLine"] = end_line.into();
        value["endColumn"] = end_column.into();
        value["text"] = sources.snippet(label.span).into();
        value["label"] = label.text.to(language).into();
    }
    if let Some(help) = &diagnostic.help {
        value["help"] = help.to(language).into();
    }
    let related = diagnostic.labels.iter().skip(1).map(|label| {
        let (line, column) = sources.position(label.span.source, label.span.range().start);
        json!({ "file": sources.get(label.span.source).path, "line": line, "column": column, "label": label.text.to(language) })
    });
    let related: Vec<_> = related.collect();
    if !related.is_empty() {
        value["related"] = related.into();
    }
    value.to_string()
}
