//! Lists of entries: each has a page, feeds, a calendar and data.

use super::{EntryId, Site, TermRef};
use crate::content::Kind;
use crate::content::vocabulary::Vocabulary;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// What a list gathers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everything; the home page.
    Site,
    /// All of a kind, by its number in `KINDS`.
    Kind(usize),
    /// All about a topic or in a neighbourhood, by the term's number.
    Term(Vocabulary, usize),
    /// The topics or neighbourhoods themselves.
    Terms(Vocabulary),
    /// The years of a kind.
    Archive(usize),
    /// What of a kind falls in a year.
    Year(usize, i16),
    /// What of a kind falls in a month.
    Month(usize, i16, i8),
    /// What gathers in the week that begins on this Monday.
    Week(usize, Date),
}

/// A list of entries.
#[derive(Debug, Clone)]
pub struct Listing {
    /// What it gathers.
    pub scope: Scope,
    /// What it holds, in the order in which the default language shows it.
    pub entries: Vec<EntryId>,
}

impl Scope {
    /// The kind that it is limited to.
    pub fn kind(self) -> Option<&'static Kind> {
        match self {
            Scope::Kind(n)
            | Scope::Archive(n)
            | Scope::Year(n, _)
            | Scope::Month(n, ..)
            | Scope::Week(n, _) => Some(&crate::content::KINDS[n]),
            _ => None,
        }
    }

    /// The first and the last day of a month or a week.
    pub fn days(self) -> Option<(Date, Date)> {
        match self {
            Scope::Month(_, year, month) => {
                let first = Date::new(year, month, 1).ok()?;
                Some((first, first.last_of_month()))
            }
            Scope::Week(_, monday) => Some((monday, monday.saturating_add(6.days()))),
            _ => None,
        }
    }

    /// Whether people subscribe to it: it has feeds and a calendar of its own.
    pub fn has_feeds(self) -> bool {
        matches!(self, Scope::Site | Scope::Kind(_) | Scope::Term(..))
    }
}

/// Every list of a site.
pub fn listings(site: &Site) -> Vec<Listing> {
    let listed: Vec<EntryId> = site
        .entries
        .iter()
        .filter(|e| e.record().listed())
        .map(|e| e.id)
        .collect();
    let mut listings = vec![Listing {
        scope: Scope::Site,
        entries: newest_first(site, listed.clone()),
    }];
    let mut by_kind = vec![vec![]; crate::content::KINDS.len()];
    let mut by_term = BTreeMap::<TermRef, Vec<EntryId>>::new();
    for id in &listed {
        let entry = site.entry(*id);
        by_kind[entry.kind.number()].push(*id);
        for term in &entry.terms {
            by_term.entry(*term).or_default().push(*id);
        }
    }
    for (n, of_kind) in by_kind.into_iter().enumerate() {
        if of_kind.is_empty() {
            continue;
        }
        let archive = archive(site, n, &of_kind);
        listings.push(Listing {
            scope: Scope::Kind(n),
            entries: current_order(site, of_kind, site.config.default_language()),
        });
        listings.extend(archive);
    }
    for vocabulary in Vocabulary::ALL {
        let terms = site.terms(vocabulary);
        if !terms.is_empty() {
            listings.push(Listing {
                scope: Scope::Terms(vocabulary),
                entries: vec![],
            });
        }
        for n in 0..terms.len() {
            let of_term = by_term.remove(&(vocabulary, n)).unwrap_or_default();
            listings.push(Listing {
                scope: Scope::Term(vocabulary, n),
                entries: newest_first(site, of_term),
            });
        }
    }
    listings
}

/// The years and months of what has a day of its own, and the weeks where people gather.
fn archive(site: &Site, kind: usize, entries: &[EntryId]) -> Vec<Listing> {
    let calendar = site.calendars.contains(&kind);
    let mut months = BTreeMap::<(i16, i8), Dated>::new();
    let mut weeks = BTreeMap::<Date, Dated>::new();
    if calendar {
        // There is always a page for today, also when nothing happens.
        let today = site.now.date();
        months.insert((today.year(), today.month()), vec![]);
        weeks.insert(monday(today), vec![]);
    }
    for id in entries {
        for day in site.entry(*id).days() {
            file(months.entry((day.year(), day.month())), day, *id);
            if calendar {
                file(weeks.entry(monday(day)), day, *id);
            }
        }
    }
    if months.is_empty() {
        return vec![];
    }
    let mut years = BTreeMap::<i16, Dated>::new();
    for ((year, _), dated) in &months {
        // The month of today leads to its year, also when nothing happens in it.
        years.entry(*year).or_default();
        for (day, id) in dated {
            file(years.entry(*year), *day, *id);
        }
    }
    let months = months
        .into_iter()
        .map(|((year, month), dated)| (Scope::Month(kind, year, month), dated));
    let weeks = weeks
        .into_iter()
        .map(|(monday, dated)| (Scope::Week(kind, monday), dated));
    let years = years
        .into_iter()
        .map(|(year, dated)| (Scope::Year(kind, year), dated));
    std::iter::once((Scope::Archive(kind), vec![]))
        .chain(months)
        .chain(weeks)
        .chain(years)
        .map(|(scope, dated)| Listing {
            scope,
            entries: by_day(dated),
        })
        .collect()
}

/// Entries with a day under which each is filed.
type Dated = Vec<(Date, EntryId)>;

/// Files an entry under a day, unless it was the last one that was filed there.
fn file<K: Ord>(place: Entry<'_, K, Dated>, day: Date, id: EntryId) {
    let dated = place.or_default();
    if dated.last().is_none_or(|(_, last)| *last != id) {
        dated.push((day, id));
    }
}

/// Each entry once, by the first of its days.
fn by_day(mut dated: Dated) -> Vec<EntryId> {
    dated.sort();
    let mut seen = BTreeSet::new();
    dated.retain(|(_, id)| seen.insert(*id));
    dated.into_iter().map(|(_, id)| id).collect()
}

/// The Monday of a day's week; weeks are those of ISO 8601.
pub fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

/// Newest first: by publication, then first seen; feeds are in this order.
fn newest_first(site: &Site, mut entries: Vec<EntryId>) -> Vec<EntryId> {
    entries.sort_by_cached_key(|id| (std::cmp::Reverse(site.entry(*id).published()), *id));
    entries
}

/// The place of each entry, by its number, in the order in which a language shows the entries of a kind.
pub struct Order(Vec<u32>);

impl Order {
    /// Works it out, once for all lists.
    pub fn new(site: &Site, language: &str) -> Self {
        let kinds = site.listings.iter();
        let kinds = kinds.filter(|listing| matches!(listing.scope, Scope::Kind(_)));
        let mut ordered: Vec<EntryId> = kinds.flat_map(|kind| kind.entries.clone()).collect();
        if language != site.config.default_language() {
            ordered = current_order(site, ordered, language);
        }
        let mut places = vec![0; site.entries.len()];
        for (place, id) in (0..).zip(ordered) {
            places[id.0 as usize] = place;
        }
        Order(places)
    }

    /// What a list holds, in the order in which the language shows it.
    pub fn of(&self, listing: &Listing) -> Vec<EntryId> {
        let mut entries = listing.entries.clone();
        if matches!(listing.scope, Scope::Kind(_) | Scope::Term(..)) {
            entries.sort_by_key(|id| self.0[id.0 as usize]);
        }
        entries
    }
}

/// What is coming soonest first, then what is over with the latest first, then the rest by title.
fn current_order(site: &Site, mut entries: Vec<EntryId>, language: &str) -> Vec<EntryId> {
    entries.sort_by_cached_key(|id| {
        let entry = site.entry(*id);
        if let Some(next) = entry.next(&site.now) {
            return (0, Some(next.start.datetime()), None, Vec::new(), *id);
        }
        if let Some(day) = entry.record().published() {
            return (1, None, Some(std::cmp::Reverse(day.0)), Vec::new(), *id);
        }
        if let Some(last) = entry.days().last() {
            return (2, None, Some(std::cmp::Reverse(last)), Vec::new(), *id);
        }
        (
            if site.is_current(entry) { 3 } else { 4 },
            None,
            None,
            site.sort_key(&entry.version(language).common.title, language),
            *id,
        )
    });
    entries
}
