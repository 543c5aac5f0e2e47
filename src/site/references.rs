//! References between records, and from records to topics and neighbourhoods, both ways.

use super::{EntryId, TermRef};
use crate::content::parse::Parsed;
use crate::content::shape::shape;
use crate::content::vocabulary::{Term, Vocabulary};
use crate::content::{Document, KINDS};
use crate::diagnostic::{Diagnostic, nearest, words};
use crate::say;
use std::collections::{BTreeMap, BTreeSet};

/// Finds documents by folder and identifier, or folder and slug.
pub struct Index<'a> {
    by_name: BTreeMap<(&'static str, &'a str), EntryId>,
    failed: &'a BTreeSet<(&'static str, String)>,
}

impl<'a> Index<'a> {
    /// Indexes the documents in their order; two with one identifier are a fault.
    pub fn new(parsed: &'a Parsed, faults: &mut Vec<Diagnostic>) -> Self {
        let mut by_name: BTreeMap<(&'static str, &'a str), EntryId> = BTreeMap::new();
        for (n, document) in parsed.documents.iter().enumerate() {
            if let Some(first) =
                by_name.insert((document.kind.folder, &document.id), EntryId(n as u32))
            {
                faults.push(duplicate(document, &parsed.documents[first.0 as usize]));
            }
        }
        for (n, document) in parsed.documents.iter().enumerate() {
            by_name
                .entry((document.kind.folder, &document.slug))
                .or_insert(EntryId(n as u32));
        }
        Self {
            by_name,
            failed: &parsed.failed,
        }
    }

    /// The document with this identifier or slug in a folder.
    pub fn find(&self, folder: &str, name: &str) -> Option<EntryId> {
        let kind = KINDS.iter().find(|kind| kind.folder == folder)?;
        self.by_name.get(&(kind.folder, name)).copied()
    }

    fn is_failed(&self, folder: &str, name: &str) -> bool {
        self.failed
            .iter()
            .any(|(known, slug)| *known == folder && slug == name)
    }

    /// Every name that may stand in a field, with its folder or without.
    fn names(&self, folders: &[&str], with_folder: bool) -> Vec<String> {
        let within = self
            .by_name
            .keys()
            .filter(|(folder, _)| folders.contains(folder));
        within
            .map(|(folder, name)| match with_folder {
                true => format!("{folder}/{name}"),
                false => (*name).to_owned(),
            })
            .collect()
    }
}

fn duplicate(second: &Document, first: &Document) -> Diagnostic {
    let span = |document: &Document| {
        let version = &document.versions[0];
        version
            .common
            .id
            .as_ref()
            .map_or(crate::source::Span::new(version.source, 0, 3), |id| id.span)
    };
    Diagnostic::error(
        "content/duplicate-id",
        say!(
            "two records of `{}` have the identifier `{}`",
            second.kind.folder,
            second.id
        ),
    )
    .at(span(second), "the second")
    .at(span(first), "the first")
    .help("give one of them another `id`; keep the one that was published first")
}

/// What a document points at: field and entry. Whatever does not resolve is a fault.
pub fn resolve(
    document: &Document,
    index: &Index,
    faults: &mut Vec<Diagnostic>,
) -> Vec<(&'static str, EntryId)> {
    let shape = shape(document.kind);
    let mut found = Vec::new();
    for (field, reference) in document.versions[0].record.links() {
        let allowed = shape.references.get(field).map_or(&[][..], Vec::as_slice);
        let any = allowed.iter().any(|folder| folder == "*");
        let allowed: Vec<&str> = if any {
            KINDS.iter().map(|kind| kind.folder).collect()
        } else {
            allowed.iter().map(String::as_str).collect()
        };
        let (folder, name) = reference.value.parts();
        let written = &reference.value.0;
        let title = &document.versions[0].common.title.0;
        if let Some(folder) = folder
            && !allowed.contains(&folder)
        {
            let message = say!(
                "`{}` of `{}` cannot name something in `{}`",
                field,
                title,
                folder
            );
            let help = match nearest(folder, allowed.iter().copied()) {
                Some(near) => say!("did you mean `{}/{}`?", near, name),
                None => say!("it names a file in {}", folders_of(&allowed)),
            };
            faults.push(
                Diagnostic::error("site/wrong-kind", message)
                    .at(reference.span, "in the wrong folder")
                    .help(help),
            );
            continue;
        }
        let folders: Vec<&str> = folder.map_or(allowed.clone(), |folder| vec![folder]);
        let hits: Vec<(&str, EntryId)> = folders
            .iter()
            .filter_map(|f| index.find(f, name).map(|id| (*f, id)))
            .collect();
        match hits.as_slice() {
            [(_, id)] => found.push((field, *id)),
            [] if folders.iter().any(|folder| index.is_failed(folder, name)) => {}
            [] => {
                let names = index.names(&folders, folder.is_some());
                let message = say!("`{}` points to `{}`, which does not exist", title, written);
                let fault = Diagnostic::error("site/unresolved-reference", message)
                    .at(reference.span, "not found");
                let help = match nearest(written, names.iter().map(String::as_str)) {
                    Some(near) => say!("did you mean `{}`?", near),
                    None => say!("`{}` names a file in {}", field, folders_of(&folders)),
                };
                faults.push(fault.help(help));
            }
            several => {
                let choices: Vec<String> = several
                    .iter()
                    .map(|(folder, _)| format!("`{folder}/{name}`"))
                    .collect();
                let message = say!("`{}` is the name of {} records", written, several.len());
                let fault = Diagnostic::error("site/ambiguous-reference", message)
                    .at(reference.span, "which of them?");
                faults.push(fault.help(say!("write {}", words::either(choices))));
            }
        }
    }
    found
}

fn folders_of(folders: &[&str]) -> String {
    let folders: Vec<String> = folders.iter().map(|f| format!("`content/{f}/`")).collect();
    folders.join(", ")
}

/// The topics and the neighbourhood of a document.
///
/// What a vocabulary lacks that could not be read is not also wrong.
pub fn terms(
    document: &Document,
    vocabularies: &BTreeMap<Vocabulary, Vec<Term>>,
    unread: &[Vocabulary],
    faults: &mut Vec<Diagnostic>,
) -> Vec<TermRef> {
    let common = &document.versions[0].common;
    let topics = common.topics.iter().map(|id| (Vocabulary::Topics, id));
    let place = common
        .neighbourhood
        .iter()
        .map(|id| (Vocabulary::Neighbourhoods, id));
    // It says where something holds, not where the record is to be found.
    let area = document.versions[0]
        .record
        .exchange()
        .and_then(|it| it.area);
    let area = area.map(|id| (Vocabulary::Neighbourhoods, id));
    let filed = topics.chain(place).map(|term| (term, true));
    let mut found = Vec::new();
    for ((vocabulary, id), filed) in filed.chain(area.map(|term| (term, false))) {
        let terms = &vocabularies[&vocabulary];
        if let Some(n) = terms.iter().position(|term| term.id.value == id.value) {
            if filed && !found.contains(&(vocabulary, n)) {
                found.push((vocabulary, n));
            }
            continue;
        }
        if unread.contains(&vocabulary) {
            continue;
        }
        let message = say!("`{}` is not in `{}`", id.value.0, vocabulary.path());
        let fault = Diagnostic::error("content/unknown-term", message).at(id.span, "unknown");
        let help = match nearest(&id.value, terms.iter().map(|term| &*term.id.value.0)) {
            Some(near) => say!("did you mean `{}`?", near),
            None => say!(
                "add it to `{}`, or choose one from there",
                vocabulary.path()
            ),
        };
        faults.push(fault.help(help));
    }
    found
}
