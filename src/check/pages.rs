//! Links of rendered pages that lead nowhere: of bodies, of fields and of templates.

use super::scan::{Reference, percent_decoded};
use super::{Check, Look, Rule, place};
use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::output::Subject;
use crate::site::Entry;
use crate::site::links::Target;
use crate::source::{SourceId, Span};
use crate::{phrase, say};
use std::collections::BTreeMap;

/// A link to an address of this site where nothing is.
pub const ADDRESS: Rule = Rule {
    code: "check/broken-address",
    check: Check::OfPages(addresses),
};

/// A link to a place that the page lacks.
pub const ANCHOR: Rule = Rule {
    code: "check/broken-anchor",
    check: Check::OfPages(anchors),
};

/// The mend of a link to nothing in particular.
const OTHERWISE: &str = phrase!(
    "`plein plan` lists every address of the site; a heading has the place of its words, in lower case with hyphens"
);

fn addresses(look: &Look) -> Vec<Diagnostic> {
    tell(look, ADDRESS.code, &look.found.addresses, |reference| {
        let known = look.plan.iter().map(|artifact| artifact.path.as_str());
        let help = nearest(&reference.path, known);
        let message = say!("this leads nowhere: `{}`", reference.written);
        (message, help.map(str::to_owned))
    })
}

fn anchors(look: &Look) -> Vec<Diagnostic> {
    tell(look, ANCHOR.code, &look.found.anchors, |reference| {
        let anchor = reference.anchor.as_deref().unwrap_or("");
        let message = say!("the page `{}` has no place `#{}`", reference.path, anchor);
        (message, near_heading(look, &reference.path, anchor))
    })
}

/// The heading of a record's page that may be meant.
fn near_heading(look: &Look, path: &str, anchor: &str) -> Option<String> {
    let artifact = look.plan.find(path)?;
    let Subject::Entry(id) = artifact.subject else {
        return None;
    };
    let code = look.press.site.codes.get(artifact.language?)?;
    let headings = &look.press.site.entry(id).version(code).body.headings;
    let near = nearest(anchor, headings.iter().map(|heading| heading.id.as_str()));
    near.map(|near| format!("#{near}"))
}

/// One message for each place where an editor or a template wrote a link. What stands on many pages comes
/// from one template.
fn tell(
    look: &Look,
    code: &'static str,
    found: &[Reference],
    message: impl Fn(&Reference) -> (Words, Option<String>),
) -> Vec<Diagnostic> {
    let mut told: Vec<Diagnostic> = Vec::new();
    let mut others: BTreeMap<&str, Vec<&Reference>> = BTreeMap::new();
    let mut found: Vec<&Reference> = found.iter().collect();
    found.sort_by_key(|reference| reference.language);
    for reference in found {
        match written_by_an_editor(look, reference) {
            // The copies of a page that is not translated hold the same link.
            Some(span) if told.iter().any(|fault| is_at(fault, span)) => {}
            Some(span) => {
                let (message, near) = message(reference);
                let help = near.map(|near| say!("did you mean `{}`?", near));
                let help = help.unwrap_or_else(|| OTHERWISE.into());
                let fault = Diagnostic::warning(code, message);
                told.push(fault.at(span, "not found").help(help));
            }
            None => others
                .entry(&reference.written)
                .or_default()
                .push(reference),
        }
    }
    for (written, references) in others {
        let Some(first) = references.first() else {
            continue;
        };
        let (message, near) = message(first);
        let message = match references.len() {
            1 => say!("{}, on the page `{}`", message, first.page),
            n => say!("{}, on {} pages, such as `{}`", message, n, first.page),
        };
        let fault = Diagnostic::warning(code, message);
        let fault = match in_theme(look, written) {
            Some((file, line, column)) => fault.in_file(file).on_line(line, column),
            None => {
                let page = look.plan.find(&first.page);
                fault.in_file(page.map_or(String::new(), |page| page.file()))
            }
        };
        let mend = say!("mend the template that writes it, or make what it leads to");
        told.push(fault.help(match near {
            Some(near) => say!("{}; did you mean `{}`?", mend, near),
            None => mend,
        }));
    }
    told
}

fn is_at(fault: &Diagnostic, span: Span) -> bool {
    fault.labels.first().is_some_and(|label| label.span == span)
}

/// Where a record holds the link, in its body or in a field.
fn written_by_an_editor(look: &Look, reference: &Reference) -> Option<Span> {
    let Subject::Entry(id) = reference.subject else {
        return None;
    };
    let entry = look.press.site.entry(id);
    let code = look.press.site.codes.get(reference.language?)?;
    let is_it = |version: &&crate::content::Version| version.language == *code;
    let number = entry.versions.iter().position(|version| is_it(&version));
    let number = number.unwrap_or(0);
    let source = entry.versions.get(number)?.source;
    let body = place::body(look.sources, source);
    let links = body.links.iter().map(|link| (&link.target, link.span));
    let pictures = body.pictures.iter().map(|link| (&link.target, link.span));
    let mut all = links.chain(pictures);
    let found = all.find(|(target, span)| {
        **target == reference.written || leads(look, entry, number, *span, reference)
    });
    found
        .map(|(_, span)| span)
        .or_else(|| in_field(look, source, &reference.written))
}

/// Whether a link of a body to a record is the one on the page.
fn leads(look: &Look, entry: &Entry, number: usize, span: Span, reference: &Reference) -> bool {
    let links = entry
        .versions
        .get(number)
        .map(|version| &version.body.links);
    let position = links.and_then(|links| links.iter().position(|link| link.span == span));
    let targets = entry.targets.get(number);
    let target = position.and_then(|n| targets.and_then(|targets| targets.get(n)));
    let site = &look.press.site;
    let code = reference.language.and_then(|n| site.codes.get(n));
    match (target, code) {
        (Some(Target::Entry(id, rest)), Some(code)) => {
            let anchor = rest
                .split_once('#')
                .map(|(_, anchor)| percent_decoded(anchor));
            site.path(site.entry(*id), code) == reference.path && anchor == reference.anchor
        }
        _ => false,
    }
}

/// Where a field of the front matter holds exactly this.
fn in_field(look: &Look, source: SourceId, written: &str) -> Option<Span> {
    let root = place::fields(look.sources, source)?;
    let mut found = None;
    place::texts(&root, &mut |text, span| {
        if text == written {
            found.get_or_insert(span);
        }
    });
    found
}

/// The first place in a template of the site that holds an address in quotes.
fn in_theme(look: &Look, written: &str) -> Option<(String, usize, usize)> {
    let quoted = [format!("\"{written}\""), format!("'{written}'")];
    look.theme.iter().find_map(|(path, bytes)| {
        let text = std::str::from_utf8(bytes).ok()?;
        let byte = quoted
            .iter()
            .find_map(|quoted| text.find(quoted.as_str()))?
            + 1;
        let before = &text[..byte];
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Some((path.clone(), before.matches('\n').count() + 1, column))
    })
}
