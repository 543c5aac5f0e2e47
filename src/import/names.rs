//! What the files of records are called: one name for each, translations beside their original.

use super::layout::Original;
use super::matter::Note;
use super::record::Draft;
use super::report::Report;
use super::slug;
use crate::phrase;
use std::collections::{BTreeMap, BTreeSet};

/// Where a record goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The last part of its address.
    pub slug: String,
    /// Its language, if it is a translation.
    pub language: Option<String>,
    /// Its file.
    pub path: String,
}

/// Gives every record its file. `languages` are those of the site, the default one first.
pub fn places(
    originals: &[Original],
    drafts: &[Option<Draft>],
    languages: &[String],
    report: &mut Report,
) -> Vec<Option<Placed>> {
    let mut groups: BTreeMap<(usize, String, String), Vec<usize>> = BTreeMap::new();
    for (n, (original, draft)) in originals.iter().zip(drafts).enumerate() {
        let Some(draft) = draft else { continue };
        let key = (
            draft.kind.number(),
            original.folder.to_lowercase(),
            original.long_name.to_lowercase(),
        );
        groups.entry(key).or_default().push(n);
    }
    let default = languages.first().map_or("", String::as_str);
    let mut taken: BTreeSet<(usize, String)> = BTreeSet::new();
    let mut places: Vec<Option<Placed>> = vec![None; originals.len()];
    for ((kind, ..), mut members) in groups {
        let rank = |n: &usize| {
            let language = originals
                .get(*n)
                .and_then(|o| o.language.as_deref())
                .unwrap_or(default);
            languages
                .iter()
                .position(|known| known == language)
                .unwrap_or(languages.len())
        };
        members.sort_by_key(rank);
        let mut first: Option<String> = None;
        let mut used = BTreeSet::new();
        for n in members {
            let (Some(original), Some(Some(draft))) = (originals.get(n), drafts.get(n)) else {
                continue;
            };
            let language = original.language.as_deref().unwrap_or(default);
            let folder = draft.kind.folder;
            let translates = language != default
                && languages.iter().any(|known| known == language)
                && used.insert(language.to_owned());
            if let (Some(slug), true) = (&first, translates) {
                let path = format!("content/{folder}/{slug}.{language}.md");
                places[n] = Some(Placed {
                    slug: slug.clone(),
                    language: Some(language.to_owned()),
                    path,
                });
                continue;
            }
            if language != default {
                let what = if first.is_some() {
                    phrase!("a language that the site does not have: a record of its own")
                } else {
                    phrase!("there is no original in the default language: it became one")
                };
                report.note(&original.path, &Note::repaired(what).about(language));
            }
            let wished = if first.is_some() {
                format!("{}-{language}", draft.slug)
            } else {
                draft.slug.clone()
            };
            let slug = free(&wished, original, kind, &mut taken);
            if slug != draft.slug {
                report.note(
                    &original.path,
                    &Note::repaired(phrase!("a name that was taken got something behind it"))
                        .about(&slug),
                );
            }
            first.get_or_insert(slug.clone());
            places[n] = Some(Placed {
                path: format!("content/{folder}/{slug}.md"),
                slug,
                language: None,
            });
        }
    }
    places
}

/// A name that no other record of the kind has: its own, with its date, with its folder, with a number.
fn free(
    wished: &str,
    original: &Original,
    kind: usize,
    taken: &mut BTreeSet<(usize, String)>,
) -> String {
    let base = if wished.is_empty() {
        "x".to_owned()
    } else {
        wished.to_owned()
    };
    let folder = original.folder.rsplit('/').next().unwrap_or("");
    let tried = [
        base.clone(),
        slug::slug(&original.long_name),
        slug::slug(&format!("{folder} {base}")),
    ];
    let numbered = (2..).map(|n| format!("{base}-{n}"));
    let mut names = tried
        .into_iter()
        .chain(numbered)
        .filter(|name| !name.is_empty());
    let found = names.find(|name| taken.insert((kind, name.clone())));
    found.unwrap_or(base)
}
