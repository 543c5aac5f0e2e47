//! Addresses on the old site that go on leading to the records: as their `aliases`, where no other page has them.

use super::Repository;
use super::former::{addresses, same};
use super::layout::Original;
use super::matter::Note;
use super::names::Placed;
use super::record::Draft;
use super::report::Report;
use super::site::Site;
use crate::phrase;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The most addresses that a record keeps.
const MOST: usize = 12;

/// Puts the former addresses of each document into its record; `words` stand before the records of each kind. Those of a translation lead to the original.
pub fn keep(
    repository: &Repository,
    drafts: &mut [Option<Draft>],
    places: &[Option<Placed>],
    site: &Site,
    words: &BTreeMap<&'static str, String>,
    report: &mut Report,
) {
    let mut taken: BTreeSet<String> = words.values().map(|word| format!("/{word}")).collect();
    taken.extend(words.values().flat_map(|word| {
        site.languages
            .iter()
            .map(move |code| format!("/{code}/{word}"))
    }));
    let records = || {
        drafts
            .iter()
            .zip(places)
            .filter_map(|(draft, placed)| Some((draft.as_ref()?, placed.as_ref()?)))
    };
    for (draft, placed) in records() {
        let word = words.get(draft.kind.folder).map_or("", String::as_str);
        let address = format!("/{word}/{}", placed.slug).replace("//", "/");
        taken.extend(
            site.languages
                .iter()
                .map(|code| format!("/{code}{address}")),
        );
        taken.insert(address);
    }
    let records: BTreeMap<(usize, String), usize> = records_by_place(drafts, places);
    // Translations last: their addresses lead to a record that has its own by then.
    let translates = |n: usize| {
        places
            .get(n)
            .and_then(Option::as_ref)
            .is_some_and(|placed| placed.language.is_some())
    };
    let mut order: Vec<(usize, &Original)> = repository.originals.iter().enumerate().collect();
    order.sort_by_key(|(n, _)| translates(*n));
    for (n, original) in order {
        let (Some(Some(draft)), Some(Some(placed))) = (drafts.get(n), places.get(n)) else {
            continue;
        };
        let record = records
            .get(&(draft.kind.number(), placed.slug.clone()))
            .copied()
            .unwrap_or(n);
        let own = draft.fields.get("aliases").and_then(Value::as_array);
        let own = own.cloned().unwrap_or_default();
        let told = ["aliases", "redirect_from"]
            .iter()
            .any(|name| original.fields.contains_key(*name));
        let own = own.into_iter().filter(|_| !told);
        let own = own.filter_map(|path| path.as_str().map(str::to_owned));
        let mut free: Vec<String> = Vec::new();
        let own_end = format!("/{}", placed.slug);
        for path in addresses(original, &repository.layout)
            .into_iter()
            .chain(own)
        {
            let known = same(&path).to_lowercase();
            if known.is_empty()
                || free.len() >= MOST
                || site
                    .languages
                    .iter()
                    .any(|code| known == format!("/{code}"))
            {
                continue;
            }
            if taken.insert(known.clone()) {
                free.push(path);
            } else if !known.ends_with(&own_end)
                && !free
                    .iter()
                    .any(|one| same(one).eq_ignore_ascii_case(same(&path)))
            {
                report.note(
                    &original.path,
                    &Note::repaired(phrase!("an old address is that of a page now")).about(&path),
                );
            }
        }
        if let Some(Some(draft)) = drafts.get_mut(n) {
            draft.fields.shift_remove("aliases");
        }
        let Some(Some(draft)) = drafts.get_mut(record).filter(|_| !free.is_empty()) else {
            continue;
        };
        report.note(
            &original.path,
            &Note::repaired(phrase!("its old address leads to the new one")),
        );
        let all = draft.fields.entry("aliases").or_insert_with(|| json!([]));
        if let Some(all) = all.as_array_mut() {
            all.extend(free.into_iter().map(Value::String));
        }
    }
}

/// The number of the original that each record is written in, by kind and slug.
fn records_by_place(
    drafts: &[Option<Draft>],
    places: &[Option<Placed>],
) -> BTreeMap<(usize, String), usize> {
    let each = drafts.iter().zip(places).enumerate();
    let records = each.filter_map(|(n, (draft, placed))| {
        let (draft, placed) = (draft.as_ref()?, placed.as_ref()?);
        placed
            .language
            .is_none()
            .then(|| ((draft.kind.number(), placed.slug.clone()), n))
    });
    records.collect()
}
