//! A document becomes an entry: what it points at, and when it happens.

use super::now::Now;
use super::references::{self, Index};
use super::{Entry, EntryId, default_history, is_unpublished, timetable};
use crate::content::Document;
use crate::content::config::Config;
use crate::content::parse::Parsed;
use crate::content::vocabulary::{Term, Vocabulary};
use crate::diagnostic::Diagnostic;
use std::collections::BTreeMap;

/// What reading a document needs to know of all others.
pub(super) struct Reading<'a> {
    /// What is there.
    pub parsed: &'a Parsed,
    /// Their names.
    pub index: &'a Index<'a>,
    /// Topics and neighbourhoods.
    pub vocabularies: &'a BTreeMap<Vocabulary, Vec<Term>>,
    /// Those of them of which a part could not be read.
    pub unread: &'a [Vocabulary],
    /// The configuration.
    pub config: &'a Config,
    /// The moment of the build.
    pub now: &'a Now,
}

impl Reading<'_> {
    /// A document as an entry that knows what it points at and when it happens. What points back at it
    /// and where its links lead is known later, when all are read.
    pub(super) fn entry(
        &self,
        document: Document,
        id: EntryId,
        faults: &mut Vec<Diagnostic>,
    ) -> Entry {
        let references = references::resolve(&document, self.index, faults);
        let terms = references::terms(&document, self.vocabularies, self.unread, faults);
        let record = &document.versions[0].record;
        let timetable = record
            .schedule()
            .filter(|_| document.whole)
            .and_then(|s| timetable::resolve(&s, record.zone(), self.config, self.now, faults));
        let unpublished = is_unpublished(&document, self.now);
        Entry {
            id,
            kind: document.kind,
            document_id: document.id,
            slug: document.slug,
            versions: document.versions,
            references,
            referenced_by: vec![],
            terms,
            timetable,
            history: default_history(self.config),
            targets: vec![],
            unpublished,
            removed: false,
        }
    }
}
