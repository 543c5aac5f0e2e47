//! The face for people: the words in their line, an arrow under them, and the mend.

use super::{Diagnostic, Severity};
use crate::source::{SourceId, Sources};
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

/// One diagnostic as the terminal shows it; ANSI colours when `colour` is set.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut elements: Vec<Element> = Vec::new();
    for source in sources_of(diagnostic) {
        elements.push(snippet(diagnostic, sources, source).into());
    }
    if diagnostic.labels.is_empty()
        && let Some(file) = &diagnostic.file
    {
        let origin = Origin::path(file.path.as_str());
        elements.push(match file.line {
            0 => origin.into(),
            line => origin.line(line).char_column(file.column.max(1)).into(),
        });
    }
    if let Some(help) = &diagnostic.help {
        elements.push(Level::HELP.message(help.as_str()).into());
    }
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code);
    let report: &[Group] = &[title.elements(elements)];
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.render(report)
}

/// The sources that a diagnostic points into, each once, the main one first.
fn sources_of(diagnostic: &Diagnostic) -> Vec<SourceId> {
    let mut ids = Vec::new();
    for label in &diagnostic.labels {
        if !ids.contains(&label.span.source) {
            ids.push(label.span.source);
        }
    }
    ids
}

fn snippet<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    source: SourceId,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let file = sources.get(source);
    let labels = diagnostic
        .labels
        .iter()
        .enumerate()
        .filter(|(_, label)| label.span.source == source);
    let annotations = labels.map(|(n, label)| {
        let kind = if n == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let end = label.span.range().end.min(file.text.len());
        let start = label.span.range().start.min(end);
        let annotation = kind.span(start..end);
        if label.text.is_empty() {
            annotation
        } else {
            annotation.label(label.text.as_str())
        }
    });
    Snippet::source(&*file.text)
        .path(file.path.as_str())
        .annotations(annotations)
}
