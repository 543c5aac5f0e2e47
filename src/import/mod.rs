//! Content of other generators, calendars and tables as content of Plein: pure, from bytes to files.
//!
//! [`suggest()`] proposes a mapping from what stands in a repository, [`import()`] follows one. Whatever a file holds,
//! it is read, repaired or told; what Plein itself refuses of the result is taken out again before it is written.

mod aliases;
pub mod archive;
pub mod body;
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
pub mod lesser;
pub mod links;
pub mod mapping;
pub mod matter;
pub mod media;
pub mod moment;
pub mod names;
pub mod ods;
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
pub mod write;
pub mod xlsx;
pub mod xml;
mod yaml;

use crate::content::Kind;
use crate::source::disk::Folder;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use layout::{Files, Layout, Original};
use mapping::Mapping;
use matter::Note;
use names::Placed;
use rayon::prelude::*;
use record::{Draft, Fate, Manner};
use report::Report;
use serde_json::{Value, json};
use std::collections::BTreeMap;
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
        match path.rsplit('.').next().map(str::to_lowercase).as_deref() {
            Some("ics" | "ical" | "ifb") if wanted => {
                originals.extend(calendar::events(path, bytes))
            }
            Some("csv" | "tsv") if wanted => originals.extend(table::csv(path, bytes)),
            Some("xlsx" | "xlsm" | "ods") if wanted => match table::workbook(path, bytes) {
                Some((rows, without)) => {
                    originals.extend(rows);
                    skipped.extend(without);
                }
                None => broken.push((
                    path.clone(),
                    "the workbook is damaged, or locked with a password",
                )),
            },
            Some("xls" | "xlsb" | "numbers") if wanted => {
                broken.push((
                    path.clone(),
                    "a workbook of another sort: save it as .xlsx, .ods or .csv",
                ));
            }
            Some(
                "ics" | "ical" | "ifb" | "csv" | "tsv" | "xlsx" | "xlsm" | "ods" | "xls" | "xlsb",
            ) => {
                skipped.push((path.clone(), "a calendar or table: a mapping takes it along that names it, with `#*` behind it"));
            }
            Some("yml" | "yaml" | "json" | "toml") if data::is_data(path) => {
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
                    skipped.push((path.clone(), "data for templates: a mapping takes it along that names it, with `#*` behind a list"));
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

/// A mapping for a repository, as a file.
pub fn suggest(repository: &Repository) -> String {
    suggest::suggest(&repository.originals, &repository.layout)
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
) -> Imported {
    let mut report = Report {
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
    };
    let mut drafts = drafts(repository, mapping, &manner, &mut report);
    let places = names::places(&repository.originals, &drafts, &site.languages, &mut report);
    let topics = site::topics(&mut drafts, &places, target, mapping, &mut report);
    let media = lead(
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
            lesser::first_reasons(&mut draft, &before);
            draft.notes.push(match original.index {
                true => Note::repaired("the text about a whole folder became a page"),
                false => Note::lost(why),
            });
        }
        let title = draft
            .fields
            .get("title")
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned();
        draft.body = body::plain(original, &draft.body, &title, mapping, &mut draft.notes);
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
                "the mapping says `kind: none`".to_owned(),
            )),
            None => report.skipped.push((
                original.path.clone(),
                "no folder of the mapping holds it".to_owned(),
            )),
        }
    }
    drafts
}

/// Leads links and pictures of every record to where they lie now; gives the files that are needed for it.
fn lead(
    files: &Files,
    repository: &Repository,
    mapping: &Mapping,
    drafts: &mut [Option<Draft>],
    places: &[Option<Placed>],
    report: &mut Report,
) -> BTreeMap<String, Arc<[u8]>> {
    let index = links::Index::new(
        &repository.originals,
        files,
        &repository.layout,
        mapping.old_site.as_deref(),
    );
    let kinds: Vec<Option<&'static str>> = drafts
        .iter()
        .map(|draft| draft.as_ref().map(|draft| draft.kind.folder))
        .collect();
    let place = |n: usize| {
        let placed = places.get(n)?.as_ref()?;
        Some((
            (*kinds.get(n)?.as_ref()?).to_owned(),
            format!("{}.md", placed.slug),
        ))
    };
    let mut media = media::Media::new(files, &repository.layout, mapping.pictures);
    for (original, draft) in repository.originals.iter().zip(drafts.iter_mut()) {
        let Some(draft) = draft else { continue };
        let mut notes = Vec::new();
        draft.body = body::linked(
            &draft.body,
            original,
            &index,
            &place,
            &mut |path| media.take(path),
            &mut notes,
        );
        let found = draft
            .fields
            .get("image")
            .and_then(|image| image.get("file")?.as_str().map(str::to_owned));
        if let Some(address) = found {
            let file = match index.find(original, &address, true) {
                links::Found::File(path) => media.take(&path),
                _ => None,
            };
            picture(draft, &address, file, &mut notes);
        }
        draft.notes.extend(notes);
    }
    if mapping.pictures {
        let why = "a picture or file that no text shows: it was not copied";
        report.skipped.extend(
            media
                .unseen()
                .into_iter()
                .map(|path| (path, why.to_owned())),
        );
    }
    media.sound(report)
}

/// The picture of a record: in its place, or told.
fn picture(draft: &mut Draft, address: &str, file: Option<String>, notes: &mut Vec<Note>) {
    match (
        file,
        draft.fields.get_mut("image").and_then(Value::as_object_mut),
    ) {
        (Some(file), Some(image)) => {
            image.insert("file".to_owned(), json!(file));
            if !image.contains_key("alt") {
                notes.push(
                    Note::repaired(
                        "a picture without a text counts as decoration: say what is to be seen",
                    )
                    .about(address),
                );
                image.insert("alt".to_owned(), json!(""));
                draft
                    .left
                    .push("alt: say what is to be seen on the picture".to_owned());
            }
        }
        _ => {
            draft.fields.shift_remove("image");
            draft
                .left
                .push(format!("image: {address} (is not among the files)"));
            for (_, fate) in draft
                .fates
                .iter_mut()
                .filter(|(_, fate)| matches!(fate, Fate::Mapped(to) if to.starts_with("image")))
            {
                *fate = Fate::Lost("the picture is not among the files", address.to_owned());
            }
        }
    }
}

/// A file of the new site, and where it comes from.
struct Text {
    original: String,
    pattern: String,
    text: String,
}

/// The files of all records, by path.
fn texts(
    originals: &[Original],
    drafts: &mut [Option<Draft>],
    places: &[Option<Placed>],
    report: &mut Report,
) -> BTreeMap<String, Text> {
    let mut texts = BTreeMap::new();
    for ((original, draft), placed) in originals.iter().zip(drafts.iter_mut()).zip(places) {
        let (Some(draft), Some(placed)) = (draft, placed) else {
            continue;
        };
        if placed.language.is_some() {
            // A translation holds words only: facts stand in the original.
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
            text: write::file(&draft.fields, &draft.left, &draft.body),
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
    let repaired = repair::repaired(new, &media, target, now);
    let origin = |path: &str| {
        from.get(path)
            .map_or_else(|| path.to_owned(), |(original, _)| original.clone())
    };
    for (path, what) in &repaired.taken {
        let (about, why) = what.rsplit_once(": ").unwrap_or(("", what));
        report.tell(
            &origin(path),
            true,
            "Plein refuses it, so it stands in a comment or as plain text",
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
