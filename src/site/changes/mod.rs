//! What changed not long ago, as far as people need to hear of it: the texts that a record had
//! before, compared with what they became.

pub mod difference;
#[cfg(test)]
mod tests;

use super::{Entry, EntryId, Gone, Reading};
use crate::content::parse;
use crate::source::past::{Changed, Past, told_since};
use crate::source::{Source, Sources};
use difference::{What, compare, lies_ahead};
use jiff::Timestamp;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What changed about a record in one go.
#[derive(Debug)]
pub struct Change {
    /// When it was published.
    pub at: Timestamp,
    /// Whose change it is.
    pub of: Of,
    /// What changed.
    pub what: Vec<What>,
}

/// Whose change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// A record.
    Entry(EntryId),
    /// What was removed, by its number in [`Gone::removed`].
    Removed(usize),
}

/// The changes of the last time, newest first. `None` where nobody knows whether there were any, or
/// where nothing has dates.
pub(super) fn read(
    reading: &Reading,
    past: &Past,
    sources: &Sources,
    entries: &[Entry],
    gone: &Gone,
) -> Option<Vec<Change>> {
    let dated = entries.iter().any(|entry| entry.timetable.is_some()) || !gone.removed.is_empty();
    let files = past.changed.as_ref().filter(|_| dated)?;
    let by_path: BTreeMap<&str, &Entry> = match files.is_empty() {
        true => BTreeMap::new(),
        false => entries
            .iter()
            .map(|entry| (&*sources.get(entry.original().source).path, entry))
            .collect(),
    };
    let of_file = |(path, changes): (&String, &Vec<Changed>)| {
        let entry = by_path.get(path.as_str()).filter(|e| !e.unpublished);
        entry.map(|entry| of_record(reading, path, changes, entry))
    };
    let found: Vec<Option<Vec<Change>>> = files.par_iter().map(of_file).collect();
    let mut found: Vec<Change> = found.into_iter().flatten().flatten().collect();
    found.extend(removals(entries, gone));
    let since = told_since(reading.now.utc_day());
    found.retain(|change| change.at > since && change.at <= *reading.now);
    found.sort_by_key(|change| (Reverse(change.at), change.of));
    Some(found)
}

/// What was removed while people still counted on it. A record that was renamed is still there.
fn removals<'a>(entries: &'a [Entry], gone: &'a Gone) -> impl Iterator<Item = Change> + 'a {
    let renamed: BTreeSet<_> = gone
        .renamed
        .iter()
        .filter(|(old, new)| {
            entries
                .get(new.0 as usize)
                .is_some_and(|new| same(old, new))
        })
        .map(|(old, _)| (old.kind.folder, &old.document_id))
        .collect();
    let removed = gone.removed.iter().enumerate();
    removed
        .filter(move |(_, e)| {
            e.takes_place() && !renamed.contains(&(e.kind.folder, &e.document_id))
        })
        .map(|(n, entry)| Change {
            at: entry.history.updated,
            of: Of::Removed(n),
            what: vec![What::Removed],
        })
}

/// Whether what a file became under another name is still the same. With an identifier of its own it
/// is another thing that merely looks like the old one.
fn same(old: &Entry, new: &Entry) -> bool {
    new.original().common.id.is_none() || new.document_id == old.document_id
}

/// What a file held from a moment on.
enum Held {
    /// Nothing that people could see.
    Nothing,
    /// Something with mistakes: the site stayed as it was.
    Mistakes,
    /// A record.
    Record(Box<Entry>),
}

/// The changes of one record, oldest first.
fn of_record(reading: &Reading, path: &str, changes: &[Changed], entry: &Entry) -> Vec<Change> {
    let current = || Held::Record(Box::new(entry.clone()));
    let text = |path: &str, text: &Option<String>| match text {
        Some(text) => held(reading, path, text),
        None => Held::Nothing,
    };
    let mut known = match changes.first() {
        Some(first) => text(first.renamed_from.as_deref().unwrap_or(path), &first.before),
        None => return vec![],
    };
    let (mut found, mut renamed) = (Vec::new(), false);
    for (n, change) in changes.iter().enumerate() {
        renamed |= change.renamed_from.is_some();
        let next = changes.get(n + 1);
        if next.is_some_and(|next| next.at == change.at) {
            // What a second change took back at once was never seen.
            continue;
        }
        let after = match next {
            Some(next) => text(next.renamed_from.as_deref().unwrap_or(path), &next.before),
            None if change.after.is_some() => text(path, &change.after),
            None => current(),
        };
        let what = match (&known, &after) {
            (_, Held::Mistakes) => continue,
            (Held::Mistakes, _) | (_, Held::Nothing) => vec![],
            (Held::Record(old), Held::Record(new)) if !renamed || same(old, new) => {
                compare(old, new, change.at)
            }
            (_, Held::Record(new)) => announced(new, change.at),
        };
        (known, renamed) = (after, false);
        if !what.is_empty() {
            found.push(Change {
                at: change.at,
                of: Of::Entry(entry.id),
                what,
            });
        }
    }
    found
}

/// Reads a text that a file held. What is wrong with it is of no use to anybody any more.
fn held(reading: &Reading, path: &str, text: &str) -> Held {
    let sources = Sources::new(vec![Source {
        path: path.to_owned(),
        text: text.into(),
    }]);
    let mut cache = parse::Cache::default();
    let parsed = parse::parse(&sources, reading.config, &mut cache, &mut vec![]);
    let Some(document) = parsed.documents.into_iter().next() else {
        return Held::Mistakes;
    };
    let entry = reading.entry(document, EntryId(u32::MAX), &mut vec![]);
    match entry.timetable {
        _ if entry.unpublished => Held::Nothing,
        None => Held::Mistakes,
        Some(_) => Held::Record(Box::new(entry)),
    }
}

fn announced(entry: &Entry, at: Timestamp) -> Vec<What> {
    let timetable = entry.timetable.as_ref();
    let ahead = timetable.filter(|timetable| lies_ahead(timetable, at) && entry.takes_place());
    let announced = ahead.map(|timetable| What::Announced(Box::new(timetable.clone())));
    announced.into_iter().collect()
}
