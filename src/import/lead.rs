//! Links and pictures of every record lead to where they lie now, and the files that are needed for it come along.

use super::layout::Files;
use super::mapping::Mapping;
use super::matter::Note;
use super::media::{Media, is_medium};
use super::names::Placed;
use super::record::{Draft, Fate};
use super::report::Report;
use super::{Repository, body, links};
use crate::diagnostic::Language;
use crate::diagnostic::words::in_language;
use crate::phrase;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Leads links and pictures of every record to where they lie now; gives the files that are needed for it.
pub fn lead(
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
    let mut media = Media::new(files, &repository.layout, mapping.pictures);
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
            picture(draft, &address, file, report.language, &mut notes);
        }
        draft.notes.extend(notes);
    }
    if mapping.pictures {
        let why = phrase!("a picture or file that no text shows: it was not copied");
        report.skipped.extend(
            media
                .unseen()
                .into_iter()
                .map(|path| (path, why.to_owned())),
        );
    }
    others(files, repository, mapping, &media, report);
    media.sound(report)
}

/// Files that nobody looked at, so that none is silently left behind.
fn others(
    files: &Files,
    repository: &Repository,
    mapping: &Mapping,
    media: &Media,
    report: &mut Report,
) {
    let read = repository
        .originals
        .iter()
        .map(|original| original.path.split('#').next().unwrap_or(""));
    let told: BTreeSet<&str> = read
        .chain(
            report
                .skipped
                .iter()
                .chain(&report.left_out)
                .map(|(path, _)| path.as_str()),
        )
        .collect();
    let of = |path: &String| match is_medium(path) && !mapping.pictures {
        true => phrase!("a picture or file: the mapping says `pictures: false`"),
        false => phrase!("a file of another sort: settings, data, a program or a style sheet"),
    };
    let untold: Vec<&String> = files
        .keys()
        .filter(|path| !told.contains(path.as_str()) && !media.has(path))
        .collect();
    let untold: Vec<(String, String)> = untold
        .into_iter()
        .map(|path| (path.clone(), of(path).to_owned()))
        .collect();
    report.skipped.extend(untold);
}

/// The picture of a record: in its place, or told.
fn picture(
    draft: &mut Draft,
    address: &str,
    file: Option<String>,
    language: Language,
    notes: &mut Vec<Note>,
) {
    match (
        file,
        draft.fields.get_mut("image").and_then(Value::as_object_mut),
    ) {
        (Some(file), Some(image)) => {
            image.insert("file".to_owned(), json!(file));
            if !image.contains_key("alt") {
                notes.push(
                    Note::repaired(phrase!(
                        "a picture without a text counts as decoration: say what is to be seen"
                    ))
                    .about(address),
                );
                image.insert("alt".to_owned(), json!(""));
                draft.left.push(format!(
                    "alt: {}",
                    in_language(language, phrase!("say what is to be seen on the picture"))
                ));
            }
        }
        _ => {
            draft.fields.shift_remove("image");
            draft.left.push(format!(
                "image: {address} ({})",
                in_language(language, phrase!("is not among the files"))
            ));
            for (_, fate) in draft
                .fates
                .iter_mut()
                .filter(|(_, fate)| matches!(fate, Fate::Mapped(to) if to.starts_with("image")))
            {
                *fate = Fate::Lost(
                    phrase!("the picture is not among the files"),
                    address.to_owned(),
                );
            }
        }
    }
}
