//! What somebody may want to hear of: one facet of dated things, or two together.

use super::{Entry, EntryId, Site, TermRef};
use std::collections::BTreeMap;

/// Something by which dated things can be chosen. The order is that of addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// A topic or a neighbourhood.
    Term(TermRef),
    /// What they refer to: a space, an organiser, a programme, an initiative, an embassy.
    Entry(EntryId),
    /// A language spoken, as a tag of BCP 47.
    Language(String),
    /// Free of charge.
    Free,
    /// Accessible by wheelchair.
    Accessible,
}

impl Facet {
    /// What it is one of: nobody chooses two topics or two spaces at once.
    pub fn sort(&self, site: &Site) -> (u8, usize) {
        match self {
            Facet::Term((vocabulary, _)) => (0, *vocabulary as usize),
            Facet::Entry(id) => (1, site.entry(*id).kind.number()),
            Facet::Language(_) => (2, 0),
            Facet::Free => (3, 0),
            Facet::Accessible => (4, 0),
        }
    }
}

/// One or two facets, and what has all of them.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The facets, in the order of addresses.
    pub facets: Vec<Facet>,
    /// What has them, by number.
    pub entries: Vec<EntryId>,
}

/// The facets of something with dates.
pub fn facets(site: &Site, entry: &Entry) -> Vec<Facet> {
    let record = entry.record();
    let terms = entry.terms.iter().copied().map(Facet::Term);
    let entries = entry.references.iter().map(|(_, id)| Facet::Entry(*id));
    let spoken = record.spoken().iter();
    let languages = spoken.map(|tag| Facet::Language(tag.0.to_lowercase()));
    let free = record.free().filter(|free| *free).map(|_| Facet::Free);
    let mut facets: Vec<Facet> = terms
        .chain(entries)
        .chain(languages)
        .chain(free)
        .chain(is_accessible(site, entry).then_some(Facet::Accessible))
        .collect();
    facets.sort();
    facets.dedup();
    facets
}

/// By its own word, else by that of the space that it is in.
fn is_accessible(site: &Site, entry: &Entry) -> bool {
    let own = |entry: &Entry| entry.record().accessibility()?.wheelchair;
    let mut spaces = entry.targets("space").map(|id| site.entry(id));
    own(entry).or_else(|| spaces.find_map(own)).unwrap_or(false)
}

/// Every facet of something with dates, and every two that leave some of what each has by itself.
pub fn selections(site: &Site) -> Vec<Selection> {
    let mut one: BTreeMap<Facet, Vec<EntryId>> = BTreeMap::new();
    let mut two: BTreeMap<(Facet, Facet), Vec<EntryId>> = BTreeMap::new();
    let dated = site
        .entries
        .iter()
        .filter(|entry| entry.timetable.is_some());
    for entry in dated.filter(|entry| entry.record().listed()) {
        let facets = facets(site, entry);
        for (n, first) in facets.iter().enumerate() {
            one.entry(first.clone()).or_default().push(entry.id);
            let others = facets[n + 1..].iter();
            for second in others.filter(|second| second.sort(site) != first.sort(site)) {
                let both = (first.clone(), second.clone());
                two.entry(both).or_default().push(entry.id);
            }
        }
    }
    // The same events under a longer address help nobody.
    two.retain(|(first, second), both| {
        both.len() < one[first].len() && both.len() < one[second].len()
    });
    let one = one
        .into_iter()
        .map(|(facet, entries)| (vec![facet], entries));
    let two = two
        .into_iter()
        .map(|((a, b), entries)| (vec![a, b], entries));
    one.chain(two)
        .map(|(facets, entries)| Selection { facets, entries })
        .collect()
}
