//! Content of other generators, calendars and tables as content of Plein: pure, from bytes to files.
//!
//! [`suggest()`] proposes a mapping from what stands in a repository, [`import()`] follows one. Whatever a file holds,
//! it is read, repaired or told; what Plein itself refuses of the result is taken out again before it is written.

mod aliases;
pub mod archive;
mod below;
mod beside;
pub mod body;
// Calendars are read as harvest reads them.
#[cfg(feature = "harvest")]
pub mod calendar;
pub mod call;
pub mod cells;
pub mod clock;
pub mod convert;
pub mod data;
pub mod defaults;
pub mod detect;
pub mod documents;
pub mod former;
pub mod guess;
pub mod known;
pub mod layout;
mod lead;
pub mod lesser;
pub mod links;
pub mod mapping;
pub mod matter;
pub mod media;
pub mod moment;
pub mod names;
pub mod ods;
pub mod parts;
pub mod patterns;
pub mod record;
pub mod repair;
pub mod report;
mod schedule;
pub mod shortcodes;
pub mod site;
pub mod slug;
pub mod span;
pub mod suggest;
pub mod syntax;
pub mod table;
mod toml;
mod wording;
pub mod write;
pub mod xlsx;
pub mod xml;
mod yaml;

use crate::content::Kind;
use crate::diagnostic::Language;
use crate::phrase;
use crate::source::disk::Folder;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use layout::{Files, Layout, Original};
use mapping::Mapping;
use matter::Note;
use names::Placed;
use rayon::prelude::*;
use record::{Draft, Manner};
use report::Report;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is read of a repository, before anything is mapped.
pub struct Repository {
    /// What it is.
    pub layout: Layout,
    /// Its documents.
    pub originals: Vec<Original>,
    /// Files that are none.
    pub skipped: Vec<layout::Skipped>,
    /// Files that should be, and cannot be read.
    pub broken: Vec<layout::Skipped>,
}

/// Reads a repository. Calendars and tables are read where there is nothing else, and where a mapping names them.
pub fn read(files: &Files, mapping: Option<&Mapping>) -> Repository {
    let layout = layout::look(files);
    let (mut originals, mut skipped) = documents::read(files, &layout);
    let mut broken = Vec::new();
    for (path, bytes) in files {
        let named = |mapping: &Mapping| {
            let from = mapping
                .folders
                .iter()
                .filter_map(|folder| folder.from.split_once('#'));
            from.into_iter().any(|(from, _)| mapping::fits(from, path))
        };
        let wanted = match mapping {
            Some(mapping) => named(mapping),
            None => layout.generator == layout::Generator::Folder,
        };
        let ending = path.rsplit('.').next().map(str::to_lowercase);
        let ending = ending.as_deref().unwrap_or("");
        match wanted.then(|| rows(ending, path, bytes)).flatten() {
            Some(Ok((found, without))) => {
                originals.extend(found);
                skipped.extend(without);
                continue;
            }
            Some(Err(why)) => {
                broken.push((path.clone(), why));
                continue;
            }
            None => {}
        }
        match ending {
            "ics" | "ical" | "ifb" | "csv" | "tsv" | "xlsx" | "xlsm" | "ods" | "xls" | "xlsb" => {
                skipped.push((path.clone(), phrase!("a calendar or table: a mapping takes it along that names it, with `#*` behind it")));
            }
            "yml" | "yaml" | "json" | "toml"
                if data::is_data(path) || data::is_list(path, &layout) =>
            {
                let wanted = match mapping {
                    Some(mapping) => mapping.wants(path),
                    None => data::likely(path).is_some(),
                };
                let found = if wanted {
                    data::documents(path, files)
                } else {
                    vec![]
                };
                if found.is_empty() {
                    skipped.push((path.clone(), phrase!("data for templates: a mapping takes it along that names it, with `#*` behind a list")));
                }
                originals.extend(found);
            }
            _ => {}
        }
    }
    Repository {
        layout,
        originals,
        skipped,
        broken,
    }
}

/// Documents and what stays where it is, or why neither can be told.
type Rows = Result<(Vec<Original>, Vec<layout::Skipped>), &'static str>;

/// What stands in a calendar or table, and what of it stays where it is; or why it cannot be read. `None` for other files.
fn rows(ending: &str, path: &str, bytes: &[u8]) -> Option<Rows> {
    Some(match ending {
        "ics" | "ical" | "ifb" => events(path, bytes),
        "csv" | "tsv" => Ok((table::csv(path, bytes), vec![])),
        "xlsx" | "xlsm" | "ods" => table::workbook(path, bytes).ok_or(phrase!(
            "the workbook is damaged, or locked with a password"
        )),
        "xls" | "xlsb" | "numbers" => Err(phrase!(
            "a workbook of another sort: save it as .xlsx, .ods or .csv"
        )),
        _ => return None,
    })
}

#[cfg(feature = "harvest")]
fn events(path: &str, bytes: &[u8]) -> Rows {
    Ok(calendar::events(path, bytes))
}

#[cfg(not(feature = "harvest"))]
fn events(_: &str, _: &[u8]) -> Rows {
    Err(phrase!(
        "this program was built without what reads calendars (the feature `harvest`)"
    ))
}

/// A mapping for a repository, as a file.
pub fn suggest(repository: &Repository, language: Language) -> String {
    suggest::suggest(&repository.originals, &repository.layout, language)
}

/// What an import makes.
pub struct Imported {
    /// New files by their path in the site.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What was made, repaired and lost.
    pub report: Report,
}

/// Makes records of a repository's documents, for a site.
pub fn import(
    files: &Files,
    repository: &Repository,
    mapping: &Mapping,
    target: &Folder,
    now: Timestamp,
    language: Language,
) -> Imported {
    let mut report = Report {
        language,
        generator: repository.layout.generator.name(),
        ..Report::default()
    };
    report.skipped.extend(
        repository
            .skipped
            .iter()
            .map(|(path, why)| (path.clone(), (*why).to_owned())),
    );
    let broken = repository
        .broken
        .iter()
        .map(|(path, why)| (path.clone(), (*why).to_owned()));
    report.left_out.extend(broken);
    let site = site::Site::of(target, mapping, &repository.layout);
    let zone = TimeZone::get(&site.timezone).unwrap_or(TimeZone::UTC);
    let manner = Manner {
        zone: &zone,
        zone_name: &site.timezone,
        day_first: mapping.day_first,
        language,
    };
    let mut drafts = drafts(repository, mapping, &manner, &mut report);
    let places = names::places(&repository.originals, &drafts, &site.languages, &mut report);
    let topics = site::topics(&mut drafts, &places, target, mapping, &mut report);
    let media = lead::lead(
        files,
        repository,
        mapping,
        &mut drafts,
        &places,
        &mut report,
    );
    if mapping.old_addresses {
        let words = site.words(target);
        aliases::keep(repository, &mut drafts, &places, &site, &words, &mut report);
    }
    let texts = texts(&repository.originals, &mut drafts, &places, &mut report);
    finish(texts, media, &site, &topics, target, now, report)
}

/// A record of each document that the mapping has a kind for.
fn drafts(
    repository: &Repository,
    mapping: &Mapping,
    manner: &Manner,
    report: &mut Report,
) -> Vec<Option<Draft>> {
    let one = |original: &Original| {
        let (_, folder) = mapping.folder(&original.path)?;
        let kind = folder.kind.0?;
        let mut draft = record::draft(original, folder, kind, manner);
        if let Some((kind, why)) = lesser::lesser(&draft, original, folder, manner) {
            let before = std::mem::take(&mut draft.fates);
            draft = record::draft(original, &lesser::other(folder), kind, manner);
            lesser::first_reasons(&mut draft, &before, manner.language);
            draft.notes.push(match original.index {
                true => Note::repaired(phrase!("the text about a whole folder became a page")),
                false => Note::lost(why),
            });
        }
        let title = draft
            .fields
            .get("title")
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned();
        draft.body = body::plain(
            original,
            &draft.body,
            &title,
            (mapping, &repository.layout),
            &mut draft.notes,
        );
        Some(draft)
    };
    let drafts: Vec<Option<Draft>> = repository.originals.par_iter().map(one).collect();
    for (original, draft) in repository.originals.iter().zip(&drafts) {
        match mapping.folder(&original.path) {
            Some((_, folder)) if draft.is_some() => {
                report.folders.entry(folder.from.clone()).or_default().found += 1
            }
            Some(_) => report.skipped.push((
                original.path.clone(),
                phrase!("the mapping says `kind: none`").to_owned(),
            )),
            None => report.skipped.push((
                original.path.clone(),
                phrase!("no folder of the mapping holds it").to_owned(),
            )),
        }
    }
    drafts
}

/// A file of the new site, and where it comes from.
struct Text {
    original: String,
    pattern: String,
    text: String,
}

/// The fields of records that have a translation, by kind and name.
fn translated(
    drafts: &[Option<Draft>],
    places: &[Option<Placed>],
) -> BTreeMap<(usize, String), Map<String, Value>> {
    let each = || {
        drafts
            .iter()
            .zip(places)
            .filter_map(|(draft, placed)| Some((draft.as_ref()?, placed.as_ref()?)))
    };
    let key = |draft: &Draft, placed: &Placed| (draft.kind.number(), placed.slug.clone());
    let wanted: BTreeSet<(usize, String)> = each()
        .filter(|(_, placed)| placed.language.is_some())
        .map(|(draft, placed)| key(draft, placed))
        .collect();
    let originals = each().filter(|(_, placed)| placed.language.is_none());
    let found = originals.map(|(draft, placed)| (key(draft, placed), draft.fields.clone()));
    found.filter(|(key, _)| wanted.contains(key)).collect()
}

/// The files of all records, by path.
fn texts(
    originals: &[Original],
    drafts: &mut [Option<Draft>],
    places: &[Option<Placed>],
    report: &mut Report,
) -> BTreeMap<String, Text> {
    let mut texts = BTreeMap::new();
    let facts = translated(drafts, places);
    for ((original, draft), placed) in originals.iter().zip(drafts.iter_mut()).zip(places) {
        let (Some(draft), Some(placed)) = (draft, placed) else {
            continue;
        };
        if placed.language.is_some() {
            // A translation holds words only: facts stand in the original.
            lesser::differing(
                draft,
                original,
                facts.get(&(draft.kind.number(), placed.slug.clone())),
            );
            draft
                .fields
                .retain(|name, _| matches!(name.as_str(), "title" | "summary"));
            draft.left.clear();
        }
        for (name, group) in [
            ("contact", "name"),
            ("location", "name"),
            ("registration", "url"),
        ] {
            let empty = draft
                .fields
                .get(name)
                .and_then(Value::as_object)
                .is_some_and(serde_json::Map::is_empty);
            if empty && !group.is_empty() {
                draft.fields.shift_remove(name);
            }
        }
        for note in original.notes.iter().chain(&draft.notes) {
            report.note(&original.path, note);
        }
        report.fates(&draft.pattern, &draft.fates);
        let text = Text {
            original: original.path.clone(),
            pattern: draft.pattern.clone(),
            text: write::file(&draft.fields, &draft.left, &draft.body, report.language),
        };
        texts.insert(placed.path.clone(), text);
    }
    texts
}

/// Takes out what Plein refuses, and adds what the site needs beside its records.
fn finish(
    texts: BTreeMap<String, Text>,
    media: BTreeMap<String, Arc<[u8]>>,
    site: &site::Site,
    topics: &str,
    target: &Folder,
    now: Timestamp,
    mut report: Report,
) -> Imported {
    let from: BTreeMap<String, (String, String)> = texts
        .iter()
        .map(|(path, text)| (path.clone(), (text.original.clone(), text.pattern.clone())))
        .collect();
    let exists = |path: &str| target.sources.find(path).is_some();
    let mut new: BTreeMap<String, String> = BTreeMap::new();
    for (path, text) in texts {
        match exists(&path) {
            true => report.exist.push(path),
            false => drop(new.insert(path, text.text)),
        }
    }
    let beside = site.files(topics, target);
    new.extend(
        beside
            .iter()
            .map(|(path, text)| (path.clone(), text.clone())),
    );
    report.beside.extend(beside.keys().cloned());
    let repaired = repair::repaired(new, &media, target, (now, report.language));
    let origin = |path: &str| {
        from.get(path)
            .map_or_else(|| path.to_owned(), |(original, _)| original.clone())
    };
    for (path, what) in &repaired.taken {
        let (about, why) = what.rsplit_once(": ").unwrap_or(("", what));
        report.tell(
            &origin(path),
            true,
            phrase!("Plein refuses it, so it stands in a comment or as plain text"),
            &format!("{about}: {why}"),
        );
    }
    report.left_out.extend(
        repaired
            .out
            .iter()
            .map(|(path, why)| (origin(path), why.clone())),
    );
    report.site = repaired.beside;
    let back: BTreeMap<&String, &String> =
        repaired.moved.iter().map(|(old, new)| (new, old)).collect();
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (path, text) in &repaired.texts {
        let mut old = path;
        while let Some(before) = back.get(old).filter(|before| **before != old) {
            old = before;
        }
        if let Some((_, pattern)) = from.get(old) {
            let kind = path
                .split('/')
                .nth(1)
                .and_then(Kind::in_folder)
                .map_or("", |kind| kind.folder);
            *report
                .folders
                .entry(pattern.clone())
                .or_default()
                .made
                .entry(kind)
                .or_default() += 1;
        }
        if let Some((original, _)) = from.get(old) {
            report.made.push((original.clone(), path.clone()));
        }
        files.insert(path.clone(), text.clone().into_bytes());
    }
    for (name, bytes) in media {
        let path = format!("content/{name}");
        if !target.media.contains_key(&name) {
            files.insert(path, bytes.to_vec());
        }
    }
    report.files = files.len();
    Imported { files, report }
}
