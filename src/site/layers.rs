//! Pages under pages: which lie above one, and which have no end.

use super::{Entry, EntryId, Site};
use crate::content::Document;
use crate::diagnostic::Diagnostic;
use crate::say;
use std::collections::BTreeSet;

impl Site {
    /// The records that an entry lies under, the uppermost first.
    pub fn above(&self, entry: &Entry) -> Vec<&Entry> {
        let (mut found, _) = climb(&self.entries, entry);
        found.reverse();
        found
    }
}

/// What an entry lies under, the nearest first, and whether it lies under itself.
fn climb<'a>(entries: &'a [Entry], entry: &Entry) -> (Vec<&'a Entry>, bool) {
    let next = |of: &Entry| of.targets(of.record().below()?).next();
    let mut found: Vec<&Entry> = Vec::new();
    let mut above = next(entry);
    while let Some(it) = above.and_then(|id: EntryId| entries.get(id.0 as usize)) {
        if it.id == entry.id {
            return (found, true);
        }
        if found.iter().any(|known| known.id == it.id) {
            break;
        }
        found.push(it);
        above = next(it);
    }
    (found, false)
}

/// Pages that lie under one another have no address. Each ring is told once, at its first page.
pub fn check(entries: &[Entry], faults: &mut Vec<Diagnostic>) {
    for entry in entries {
        let (ring, closed) = climb(entries, entry);
        if !closed || ring.iter().any(|other| other.id < entry.id) {
            continue;
        }
        let field = entry.record().below();
        let places = |of: &Entry| {
            let links = of.record().links();
            let own = links.into_iter().find(|(name, _)| Some(*name) == field);
            own.map(|(_, reference)| reference.span)
        };
        let title = &entry.original().common.title.0;
        let message = say!("`{}` lies under itself", title);
        let mut fault = Diagnostic::error("site/page-loop", message);
        if let Some(span) = places(entry) {
            fault = fault.at(span, "it lies under this");
        }
        for span in ring.into_iter().filter_map(places) {
            fault = fault.at(span, "which lies under this");
        }
        let field = field.unwrap_or_default();
        let help = say!("take `{}` out of the page that is to be at the top", field);
        faults.push(fault.help(help));
    }
}

/// Hides what lies under what is hidden: its address would be another one until that is shown.
pub fn hide_below(
    mut hidden: Vec<Document>,
    mut shown: Vec<Document>,
) -> (Vec<Document>, Vec<Document>) {
    let names = |documents: &[Document]| -> BTreeSet<(&'static str, String)> {
        let names = documents
            .iter()
            .flat_map(|d| [d.id.clone(), d.slug.clone()].map(|name| (d.kind.folder, name)));
        names.collect()
    };
    let mut new = names(&hidden);
    while !new.is_empty() {
        let is_below = |document: &Document| {
            let record = &document.versions[0].record;
            let links = record.links().into_iter();
            let mut above = links.filter(|(field, _)| record.below() == Some(field));
            above.any(|(_, link)| {
                let (folder, name) = link.value.parts();
                let folder = folder.unwrap_or(document.kind.folder);
                new.iter().any(|(f, n)| *f == folder && n == name)
            })
        };
        let (more, rest): (Vec<_>, Vec<_>) = shown.into_iter().partition(is_below);
        new = names(&more);
        shown = rest;
        hidden.extend(more);
    }
    (hidden, shown)
}
