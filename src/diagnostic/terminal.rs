//! The face for people: the words in their line, an arrow under them, and the mend.

use super::words::{Language, Words};
use super::{Diagnostic, Severity};
use crate::phrase;
use crate::source::{SourceId, Sources};
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

/// One diagnostic as the terminal shows it; ANSI colours when `colour` is set.
pub fn render(
    diagnostic: &Diagnostic,
    sources: &Sources,
    language: Language,
    colour: bool,
) -> String {
    let say = |text: &'static str| Words::from(text).to(language);
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR.with_name(say(phrase!("error"))),
        Severity::Warning => Level::WARNING.with_name(say(phrase!("warning"))),
    };
    let mut elements: Vec<Element> = Vec::new();
    for source in sources_of(diagnostic) {
        elements.push(snippet(diagnostic, sources, language, source).into());
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
        let level = Level::HELP.with_name(say(phrase!("help")));
        elements.push(level.message(help.to(language)).into());
    }
    let title = level
        .primary_title(diagnostic.message.to(language))
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
    language: Language,
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
            annotation.label(label.text.to(language))
        }
    });
    Snippet::source(&*file.text)
        .path(file.path.as_str())
        .annotations(annotations)
}
