//! What is no longer there: events of which calendars still say that they do not take place, and
//! records that were given another file name.

use super::{Entry, EntryId, History, Reading};
use crate::content::parse::{self, Parsed};
use crate::source::front_matter::split;
use crate::source::past::{Past, since};
use crate::source::{Source, SourceId, Sources};
use crate::yaml;
use std::collections::BTreeSet;

/// What was removed and what was renamed not long ago.
#[derive(Default)]
pub struct Gone {
    /// Events that were still to come when they were removed, as they were at the last.
    pub removed: Vec<Entry>,
    /// Records as they were under another file name, and what they are now.
    pub renamed: Vec<(Entry, EntryId)>,
    /// Records of which nothing took the place, each with the path of its file.
    pub vanished: Vec<(String, Entry)>,
    /// Records that had another identifier not long ago, which nothing has now.
    pub identifiers: Vec<(EntryId, String)>,
}

/// Reads again what was removed. What was wrong with it is of no use to anybody any more.
pub fn read(reading: &Reading, past: &Past, sources: &Sources) -> Gone {
    let since = since(reading.now.utc_day());
    let old = past.removed.iter();
    let old = old
        .filter(|(_, gone)| gone.at > since && gone.at <= *reading.now)
        .filter(|(path, _)| sources.find(path).is_none())
        .map(|(path, gone)| Source {
            path: path.clone(),
            text: gone.text.as_str().into(),
        });
    let old = Sources::new(old.collect());
    let mut cache = parse::Cache::default();
    let parsed = parse::parse(&old, reading.config, &mut cache, &mut vec![]);
    let known = names(reading.parsed);
    let mut gone = Gone {
        identifiers: identifiers(reading.parsed, past, sources, &known),
        ..Gone::default()
    };
    for document in parsed.documents {
        let path = &old.get(document.versions[0].source).path;
        let Some(removed) = past.removed.get(path) else {
            continue;
        };
        let created = past.files.get(path).map_or(removed.at, |file| file.created);
        let history = History {
            created,
            updated: removed.at,
            revisions: past.files.get(path).map_or(1, |file| file.revisions),
        };
        let successor = removed.renamed_to.as_ref().and_then(|new| {
            let mut documents = reading.parsed.documents.iter();
            let same = |source| sources.get(source).path == *new;
            documents.position(|document| same(document.versions[0].source))
        });
        let is_known = known.contains(&(document.kind.folder, document.id.clone()));
        let mut entry = reading.entry(document, EntryId(u32::MAX), &mut vec![]);
        entry.history = history;
        entry.removed = true;
        let lay_ahead = entry
            .occurrences()
            .iter()
            .any(|occurrence| occurrence.end.timestamp() > removed.at);
        if let Some(n) = successor {
            gone.renamed.push((entry.clone(), EntryId(n as u32)));
        }
        if successor.is_none() && !is_known && !entry.unpublished {
            gone.vanished.push((path.clone(), entry.clone()));
        }
        // What nobody ever saw is not to be seen now that it is gone.
        if !is_known && lay_ahead && !entry.unpublished {
            gone.removed.push(entry);
        }
    }
    gone
}

type Names = BTreeSet<(&'static str, String)>;

/// The identifiers that records with dates had before they were edited: of several the first, by which most know them.
fn identifiers(
    parsed: &Parsed,
    past: &Past,
    sources: &Sources,
    known: &Names,
) -> Vec<(EntryId, String)> {
    let Some(changed) = &past.changed else {
        return vec![];
    };
    let all = parsed.documents.iter().enumerate();
    let found = all.filter_map(|(n, document)| {
        let path = &sources.get(document.versions.first()?.source).path;
        let changes = changed.get(path)?;
        // A file that was renamed is told of as such; one that has the identifier of before has lost nothing.
        let renamed = changes
            .iter()
            .rposition(|change| change.renamed_from.is_some());
        let (upon, since) = changes.split_at(renamed.map_or(0, |n| n + 1));
        let former = upon.last().and_then(|change| {
            let slug = slug(change.renamed_from.as_deref()?);
            Some(identifier(change.before.as_deref()?)?.unwrap_or_else(|| slug.to_owned()))
        });
        if former.is_some_and(|former| former == document.id) {
            return None;
        }
        let before = since
            .iter()
            .filter_map(|change| identifier(change.before.as_deref()?))
            .map(|id| id.unwrap_or_else(|| document.slug.clone()));
        let is_free = |id: &String| !known.contains(&(document.kind.folder, id.clone()));
        let old = before
            .into_iter()
            .find(|id| *id == document.id || is_free(id));
        Some((EntryId(n as u32), old.filter(|id| *id != document.id)?))
    });
    found.collect()
}

/// The name of a file of content, without its folder, language and ending.
fn slug(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// The identifier that a file states, if it can be read.
fn identifier(text: &str) -> Option<Option<String>> {
    let range = split(text).ok()?.yaml;
    let fields = yaml::parse(SourceId(0), text, range).0?;
    Some(
        fields
            .get("id")
            .and_then(yaml::Node::text)
            .map(str::to_owned),
    )
}

/// Folder and identifier of everything that is there, also of what cannot be read or is hidden.
fn names(parsed: &Parsed) -> Names {
    let read = parsed.documents.iter();
    let read = read.map(|document| (document.kind.folder, document.id.clone()));
    read.chain(parsed.failed.iter().cloned()).collect()
}
