//! Everything that the home page shows.

use super::{Cards, Object, card, link};
use crate::content::KINDS;
use crate::content::schedule::Role;
use crate::content::vocabulary::Vocabulary;
use crate::site::listing::Scope;
use crate::site::timetable::Timetable;
use crate::site::{Entry, EntryId, Site};
use crate::theme::Theme;
use jiff::ToSpan;
use std::collections::BTreeSet;
use tera::{Map, Value};

/// Entries of a kind that the home page shows.
const SHOWN: usize = 6;
/// Occurrences in the agenda of the home page.
const AGENDA: usize = 8;

/// The value `home`.
pub fn home(site: &Site, theme: &Theme, cards: &Cards, language: usize) -> Value {
    let code = &site.codes[language];
    let coming = coming(site);
    let today = site.now.date();
    let show = |items: &[(EntryId, usize)]| -> Vec<Value> {
        let line = |(id, n): &(EntryId, usize)| {
            let entry = site.entry(*id);
            let card = cards.get(site, theme, language, *id);
            card::of_occurrence(card, site, entry, *n, theme.locale(code))
        };
        items.iter().map(line).collect()
    };
    let cards_of = |ids: &[EntryId]| -> Vec<Value> {
        let card = |id: &EntryId| cards.get(site, theme, language, *id);
        ids.iter().map(card).collect()
    };
    let starts = |(id, n): &(EntryId, usize)| {
        site.entry(*id).occurrences()[*n]
            .start
            .with_time_zone(site.now.time_zone().clone())
            .date()
    };
    let until = |last| {
        coming
            .iter()
            .take_while(|item| starts(item) <= last)
            .copied()
            .collect::<Vec<_>>()
    };
    let mut fields = Object::new()
        .set("today", show(&until(today)))
        .set("week", show(&until(today.saturating_add(6.days()))))
        .set("agenda", show(&coming[..coming.len().min(AGENDA)]))
        .list("asked", cards_of(&asked(site)))
        .list("news", cards_of(&news(site)))
        .set("topics", topics(site, code));
    let mut counts: Map = Map::default();
    for (n, kind) in KINDS.iter().enumerate() {
        let Some(listing) = site
            .listings
            .iter()
            .find(|listing| listing.scope == Scope::Kind(n))
        else {
            continue;
        };
        counts.insert(kind.folder.into(), listing.entries.len().into());
        let current: Vec<EntryId> = listing
            .entries
            .iter()
            .copied()
            .filter(|id| site.is_current(site.entry(*id)))
            .collect();
        fields = fields.set(
            kind.folder,
            featured(site, current)
                .iter()
                .map(|id| cards.get(site, theme, language, *id))
                .collect::<Vec<Value>>(),
        );
    }
    fields.set("counts", Value::from(counts)).into()
}

/// Every occurrence that is not over, soonest first.
fn coming(site: &Site) -> Vec<(EntryId, usize)> {
    let mut found = Vec::new();
    for entry in &site.entries {
        if entry
            .timetable
            .as_ref()
            .is_some_and(|t| t.role == Role::Gathering)
        {
            let upcoming = entry
                .occurrences()
                .iter()
                .enumerate()
                .filter(|(_, o)| o.end > site.now);
            found.extend(
                upcoming
                    .take(AGENDA + 8)
                    .map(|(n, o)| (o.start.timestamp(), entry.id, n)),
            );
        }
    }
    found.sort();
    found.into_iter().map(|(_, id, n)| (id, n)).collect()
}

/// What the city asks of people: calls and needs that are open, the soonest to close first.
fn asked(site: &Site) -> Vec<EntryId> {
    let asks = |entry: &&Entry| {
        let record = entry.record();
        let is_deadline = |t: &Timetable| t.role == Role::Deadline;
        let is_need = record.badge().is_some_and(|(_, value)| value == "need");
        let asks = is_need || entry.timetable.as_ref().is_some_and(is_deadline);
        asks && record.listed() && site.is_current(entry)
    };
    let mut found: Vec<&Entry> = site.entries.iter().filter(asks).collect();
    found.sort_by_key(|entry| {
        let until = entry.record().period().and_then(|period| period.until);
        (until.is_none(), until.map(|day| day.0), entry.id)
    });
    found.truncate(SHOWN);
    found.into_iter().map(|entry| entry.id).collect()
}

/// What is new, the latest first: half of it news with a day of its own, half of it records that were
/// added, no two of a kind. What people come to has its place in the agenda, and what is asked its own.
fn news(site: &Site) -> Vec<EntryId> {
    let is_told = |entry: &&Entry| {
        let scope = Scope::Kind(entry.kind.number());
        let has_list = site.listings.iter().any(|listing| listing.scope == scope);
        let record = entry.record();
        has_list && entry.timetable.is_none() && record.listed() && record.period().is_none()
    };
    let zone = site.now.time_zone();
    let day = |entry: &Entry| match entry.record().published() {
        Some(day) => day.0,
        None => entry.history.created.to_zoned(zone.clone()).date(),
    };
    let mut found: Vec<&Entry> = site.entries.iter().filter(is_told).collect();
    found.sort_by_cached_key(|entry| (std::cmp::Reverse(day(entry)), entry.id));
    let (mut news, mut added): (Vec<&Entry>, Vec<&Entry>) = found
        .into_iter()
        .partition(|entry| entry.record().published().is_some());
    let mut kinds = BTreeSet::new();
    added.retain(|entry| kinds.insert(entry.kind.number()));
    added.truncate(SHOWN / 2);
    news.truncate(SHOWN - added.len());
    news.extend(added);
    news.sort_by_cached_key(|entry| (std::cmp::Reverse(day(entry)), entry.id));
    news.into_iter().map(|entry| entry.id).collect()
}

/// The first few; what changed last comes first where no date orders them.
fn featured(site: &Site, mut ids: Vec<EntryId>) -> Vec<EntryId> {
    let dated = |id: &EntryId| site.entry(*id).days().next().is_some();
    if !ids.iter().any(dated) {
        ids.sort_by_cached_key(|id| {
            (
                site.entry(*id).original().common.image.is_none(),
                std::cmp::Reverse(site.entry(*id).history.updated),
                *id,
            )
        });
    }
    ids.truncate(SHOWN);
    ids
}

fn topics(site: &Site, language: &str) -> Vec<Value> {
    let topic = |n: usize| {
        let scope = Scope::Term(Vocabulary::Topics, n);
        let count = site
            .listings
            .iter()
            .find(|listing| listing.scope == scope)?
            .entries
            .len();
        let title = site.text(&site.terms(Vocabulary::Topics)[n].title, language);
        (count > 0).then(|| {
            Value::from(link(title, site.listing_path(scope, language)).set("count", count))
        })
    };
    let sorted = site.sorted_terms(Vocabulary::Topics, language).into_iter();
    sorted.filter_map(topic).collect()
}
