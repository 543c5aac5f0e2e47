//! Lists of entries: each has a page, feeds, a calendar and data.

use super::{EntryId, Site};
use crate::content::Kind;
use crate::content::vocabulary::Vocabulary;
use jiff::civil::Date;
use std::collections::BTreeMap;

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
}

/// A list of entries.
#[derive(Debug, Clone)]
pub struct Listing {
    /// What it gathers.
    pub scope: Scope,
    /// What it holds, in the order in which it is shown.
    pub entries: Vec<EntryId>,
}

impl Scope {
    /// The kind that it is limited to.
    pub fn kind(self) -> Option<&'static Kind> {
        match self {
            Scope::Kind(n) | Scope::Archive(n) | Scope::Year(n, _) | Scope::Month(n, ..) => {
                Some(&crate::content::KINDS[n])
            }
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
    for (n, kind) in crate::content::KINDS.iter().enumerate() {
        let of_kind: Vec<EntryId> = listed
            .iter()
            .copied()
            .filter(|id| site.entry(*id).kind == kind)
            .collect();
        if of_kind.is_empty() {
            continue;
        }
        listings.push(Listing {
            scope: Scope::Kind(n),
            entries: current_order(site, of_kind.clone()),
        });
        listings.extend(archive(site, n, &of_kind));
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
            let entries = listed
                .iter()
                .copied()
                .filter(|id| site.entry(*id).terms.contains(&(vocabulary, n)))
                .collect();
            listings.push(Listing {
                scope: Scope::Term(vocabulary, n),
                entries: newest_first(site, entries),
            });
        }
    }
    listings
}

/// The years and months of what has a day of its own.
fn archive(site: &Site, kind: usize, entries: &[EntryId]) -> Vec<Listing> {
    let mut months: BTreeMap<(i16, i8), Vec<EntryId>> = BTreeMap::new();
    for id in entries {
        for day in site.entry(*id).days() {
            let month = months.entry((day.year(), day.month())).or_default();
            if month.last() != Some(id) {
                month.push(*id);
            }
        }
    }
    if months.is_empty() {
        return vec![];
    }
    let mut listings = vec![Listing {
        scope: Scope::Archive(kind),
        entries: vec![],
    }];
    let mut years: BTreeMap<i16, Vec<EntryId>> = BTreeMap::new();
    for ((year, month), entries) in months {
        years.entry(year).or_default().extend(&entries);
        listings.push(Listing {
            scope: Scope::Month(kind, year, month),
            entries: by_first_day(site, entries, year, Some(month)),
        });
    }
    for (year, mut entries) in years {
        entries.sort();
        entries.dedup();
        listings.push(Listing {
            scope: Scope::Year(kind, year),
            entries: by_first_day(site, entries, year, None),
        });
    }
    listings
}

fn by_first_day(
    site: &Site,
    mut entries: Vec<EntryId>,
    year: i16,
    month: Option<i8>,
) -> Vec<EntryId> {
    let within = |day: &Date| day.year() == year && month.is_none_or(|month| day.month() == month);
    entries.sort_by_cached_key(|id| (site.entry(*id).days().find(within), *id));
    entries
}

/// Newest first: by publication, then first seen; feeds are in this order.
fn newest_first(site: &Site, mut entries: Vec<EntryId>) -> Vec<EntryId> {
    entries.sort_by_cached_key(|id| (std::cmp::Reverse(site.entry(*id).published()), *id));
    entries
}

/// What is coming soonest first, then what is over with the latest first, then the rest by title.
fn current_order(site: &Site, mut entries: Vec<EntryId>) -> Vec<EntryId> {
    let today = site.now.date();
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
        let over = entry
            .record()
            .period()
            .is_some_and(|period| !period.contains(today));
        (
            if over { 4 } else { 3 },
            None,
            None,
            site.sort_key(&entry.original().common.title),
            *id,
        )
    });
    entries
}
