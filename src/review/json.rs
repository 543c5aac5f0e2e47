//! The face for programs: one JSON object.

use super::Review;
use super::records::{Changed, Sort};
use super::{addresses::Addresses, files};
use crate::diagnostic::words::Language;
use crate::diagnostic::{Diagnostic, json};
use crate::source::Sources;
use serde_json::{Map, Value, json};

/// The version of this format: it grows when a program that reads it would have to change.
const VERSION: u32 = 1;

/// Everything that changes. `docs/review.md` tells what the fields mean.
pub fn render(review: &Review, sources: &Sources) -> String {
    let [before, after] = &review.names;
    let mut files = Map::new();
    for (sort, found) in &review.files {
        let found = json!({
            "changed": found.changed, "added": found.added, "removed": found.removed,
        });
        files.insert(file_sort(*sort).to_owned(), found);
    }
    let mut value = json!({
        "version": VERSION,
        "before": before,
        "after": after,
        "language": review.words.code(),
        "builds": review.builds,
        "doubtful": review.doubtful,
        "summary": review.summary(),
        "records": review.records.iter().map(record).collect::<Vec<_>>(),
        "addresses": addresses(&review.addresses),
        "files": files,
        "diagnostics": review.faults.iter().map(|f| fault(f, sources, review.words.language())).collect::<Vec<_>>(),
    });
    if let Some(preview) = &review.preview {
        value["preview"] = preview.clone().into();
    }
    // A JSON value always serialises.
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

fn record(record: &Changed) -> Value {
    let fields = record.fields.iter().map(|field| {
        let mut value = json!({ "name": field.name });
        for (key, side) in [("before", &field.before), ("after", &field.after)] {
            if let Some(side) = side {
                value[key] = side.clone();
            }
        }
        value
    });
    let mut value = json!({
        "change": sort(record.sort),
        "kind": record.kind.name,
        "id": record.id,
        "title": record.title,
        "file": record.file,
    });
    let places = [
        ("path", &record.path),
        ("formerPath", &record.was),
        ("redirectsTo", &record.leads_to),
    ];
    for (key, place) in places {
        if let Some(place) = place {
            value[key] = place.clone().into();
        }
    }
    let lists = [
        ("sentences", json!(record.sentences)),
        ("fields", fields.collect()),
        ("reworded", json!(record.reworded)),
        ("translated", json!(record.translated)),
        ("untranslated", json!(record.untranslated)),
    ];
    for (key, list) in lists {
        if list.as_array().is_some_and(|list| !list.is_empty()) {
            value[key] = list;
        }
    }
    value
}

fn addresses(found: &Addresses) -> Value {
    let removed = found.removed.iter().map(|(path, to)| match to {
        Some(to) => json!({ "path": path, "redirectsTo": to }),
        None => json!({ "path": path }),
    });
    json!({ "added": found.added, "removed": removed.collect::<Vec<_>>() })
}

fn fault(fault: &Diagnostic, sources: &Sources, language: Language) -> Value {
    serde_json::from_str(&json::render(fault, sources, language)).unwrap_or_default()
}

fn sort(sort: Sort) -> &'static str {
    match sort {
        Sort::Moved => "moved",
        Sort::Cancelled => "cancelled",
        Sort::Postponed => "postponed",
        Sort::Otherwise => "partly_changed",
        Sort::New => "new",
        Sort::Removed => "removed",
        Sort::Renamed => "renamed",
        Sort::Retitled => "retitled",
        Sort::Edited => "edited",
        Sort::Reworded => "reworded",
    }
}

fn file_sort(sort: files::Sort) -> &'static str {
    match sort {
        files::Sort::Feeds => "feeds",
        files::Sort::Calendars => "calendars",
        files::Sort::Data => "data",
    }
}
