//! Who can be of use to whom: needs with offers, spaces, calls and practices. docs/matching.md tells
//! the rule to people; this is the same rule.
//!
//! It is pure: what takes part and which day it is go in, and matches come out, with what was found
//! in common. Nobody looks at every pair: whatever is enough for a match has two things in common
//! that an index finds together.

use super::{Entry, EntryId, Site};
use crate::content::Period;
use crate::content::exchange::{Category, Part};
use crate::content::schedule::Role;
use crate::content::vocabulary::Vocabulary;
use jiff::ToSpan;
use jiff::civil::Date;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// Most matches with one part that an entry keeps.
const KEPT: usize = 5;
/// For the same sort of thing.
const CATEGORY: u8 = 8;
/// For a topic in common, and for a second one.
const TOPIC: u8 = 8;
const SECOND_TOPIC: u8 = 4;
/// For the same neighbourhood; where that is not known, for the same city.
const NEIGHBOURHOOD: u8 = 4;
const CITY: u8 = 1;
/// For time enough to find one another.
const PERIOD: u8 = 1;
/// For a language in common.
const LANGUAGE: u8 = 1;
/// What is enough: two of category, topic, and neighbourhood or second topic. No one of them is, with
/// all the rest.
const ENOUGH: u8 = 12;
/// Category and topic.
const GOOD: u8 = 16;
/// Category, topic, and neighbourhood or second topic.
const STRONG: u8 = 20;
/// Days that are enough to find one another, today among them.
const DAYS: i64 = 14;

/// What two records have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The sort of thing that one asks and the other has.
    Category(Category),
    /// Topics, by number.
    Topics(Vec<usize>),
    /// The neighbourhood, by number.
    Neighbourhood(usize),
    /// The city, where the neighbourhoods differ or are not known.
    City,
    /// Both hold until this day at least; `None` when neither ends.
    Period(Option<Date>),
    /// Languages, by the first part of their tags.
    Languages(Vec<String>),
}

/// How well two records fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Strength {
    Possible,
    Good,
    Strong,
}

impl Strength {
    /// Its name in interface texts.
    pub fn name(self) -> &'static str {
        match self {
            Strength::Possible => "possible",
            Strength::Good => "good",
            Strength::Strong => "strong",
        }
    }
}

/// Somebody who can be of use, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The other.
    pub with: EntryId,
    /// The other's part.
    pub part: Part,
    /// How well they fit, to order by.
    pub score: u8,
    /// What they have in common, what counts most first.
    pub reasons: Vec<Reason>,
}

impl Match {
    /// How well they fit, in one word.
    pub fn strength(&self) -> Strength {
        match self.score {
            STRONG.. => Strength::Strong,
            GOOD.. => Strength::Good,
            _ => Strength::Possible,
        }
    }
}

/// What the rule knows of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Party {
    pub id: EntryId,
    /// Its kind and identifier: the order among those that fit equally well.
    pub name: (usize, String),
    pub part: Part,
    pub categories: Vec<Category>,
    /// Numbers of topics, in order.
    pub topics: Vec<usize>,
    pub neighbourhood: Option<usize>,
    /// In lower case.
    pub city: Option<String>,
    pub period: Option<Period>,
    /// First parts of the tags, in order.
    pub languages: Vec<String>,
    /// Whose it is.
    pub owners: Vec<EntryId>,
    /// Whether people have to come to it, or it to them.
    pub bound: bool,
}

impl Party {
    /// An entry that takes part in the exchange and may be seen by all.
    fn of(site: &Site, entry: &Entry) -> Option<Party> {
        let record = entry.record();
        let exchange = record.exchange()?;
        let deadline = record.schedule().filter(|it| it.role == Role::Deadline);
        let closed = deadline.is_some_and(|it| site.has_passed(entry, &it.start.value));
        if entry.unpublished || entry.removed || closed || !record.listed() {
            return None;
        }
        let terms = site.terms(Vocabulary::Neighbourhoods);
        let stated = exchange
            .area
            .and_then(|area| terms.iter().position(|term| term.id.value == area.value));
        let within = |wanted| {
            let terms = entry.terms.iter();
            terms.filter_map(move |(known, n)| (*known == wanted).then_some(*n))
        };
        let neighbourhood = stated.or_else(|| within(Vocabulary::Neighbourhoods).next());
        let city = neighbourhood
            .and_then(|n| terms.get(n)?.city.as_deref())
            .or_else(|| record.location()?.city.as_deref());
        let primary = |tag: &str| tag.split('-').next().unwrap_or(tag).to_lowercase();
        let languages = exchange.languages.iter().map(|tag| primary(&tag.0));
        let owners = exchange.owners.iter();
        Some(Party {
            id: entry.id,
            name: (entry.kind.number(), entry.document_id.clone()),
            part: exchange.part,
            categories: in_order(exchange.categories.iter().copied()),
            topics: in_order(within(Vocabulary::Topics)),
            neighbourhood,
            city: city.map(str::to_lowercase),
            period: record.period(),
            languages: in_order(languages),
            owners: owners.flat_map(|field| entry.targets(field)).collect(),
            bound: exchange.bound,
        })
    }

    /// Whether it holds on a day.
    fn holds(&self, today: Date) -> bool {
        self.period.is_none_or(|period| period.contains(today))
    }

    /// No match of it can score more.
    fn most(&self) -> u8 {
        let all = Shared {
            category: self
                .categories
                .iter()
                .copied()
                .find(|sort| *sort != Category::Other),
            topics: self.topics.len(),
            neighbourhood: self.neighbourhood.is_some(),
            city: self.neighbourhood.is_none() && self.city.is_some(),
            period: self.period.map(|_| None),
            language: !self.languages.is_empty(),
        };
        all.score()
    }

    /// By what it can be found: any two things that are enough together.
    fn keys(&self) -> Vec<Key> {
        let mut keys = Vec::new();
        for (n, topic) in self.topics.iter().enumerate() {
            let sorts = self.categories.iter();
            keys.extend(sorts.map(|category| Key::TopicCategory(*topic, *category)));
            keys.extend(
                self.neighbourhood
                    .map(|place| Key::TopicPlace(*topic, place)),
            );
            let rest = self.topics.iter().skip(n + 1);
            keys.extend(rest.map(|other| Key::Topics(*topic, *other)));
        }
        if let Some(place) = self.neighbourhood {
            let sorts = self.categories.iter();
            keys.extend(sorts.map(|category| Key::CategoryPlace(*category, place)));
        }
        keys
    }
}

fn in_order<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items.dedup();
    items
}

/// Two things that records can have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    TopicCategory(usize, Category),
    TopicPlace(usize, usize),
    Topics(usize, usize),
    CategoryPlace(Category, usize),
}

/// What each entry of a site matches, best first within each part; only those that match anything.
pub(super) fn of_site(site: &Site) -> BTreeMap<EntryId, Vec<Match>> {
    let parties = site.entries.iter().filter_map(|e| Party::of(site, e));
    matches(parties.collect(), site.now.date(), KEPT)
}

/// What each matches on a day, the best few of each part, whatever order they came in.
pub(super) fn matches(
    mut parties: Vec<Party>,
    today: Date,
    kept: usize,
) -> BTreeMap<EntryId, Vec<Match>> {
    parties.retain(|party| party.holds(today));
    parties.sort_by(|a, b| a.name.cmp(&b.name));
    let mut index: Vec<(Part, Key, usize)> = parties
        .iter()
        .enumerate()
        .flat_map(|(n, party)| {
            party
                .keys()
                .into_iter()
                .map(move |key| (party.part, key, n))
        })
        .collect();
    index.par_sort_unstable();
    let found: Vec<(EntryId, Vec<Match>)> = parties
        .par_iter()
        .map(|party| (party.id, best(party, &parties, &index, today, kept)))
        .collect();
    let found = found.into_iter();
    found.filter(|(_, matches)| !matches.is_empty()).collect()
}

/// The best few of each part for one.
fn best(
    party: &Party,
    parties: &[Party],
    index: &[(Part, Key, usize)],
    today: Date,
    kept: usize,
) -> Vec<Match> {
    let (keys, most) = (party.keys(), party.most());
    let with = |part: Part| {
        let mut found: Vec<(Reverse<u8>, usize)> = Vec::new();
        let mut perfect = 0;
        for n in candidates(index, part, &keys) {
            let shared = parties
                .get(n)
                .and_then(|other| Shared::of(party, other, today));
            if let Some(shared) = shared.filter(Shared::is_enough) {
                let score = shared.score();
                found.push((Reverse(score), n));
                perfect += usize::from(score == most);
            }
            // They come in the order in which equals are shown: none that follows can come before.
            if perfect == kept {
                break;
            }
        }
        found.sort_unstable();
        found.truncate(kept);
        let other = |(_, n): (_, usize)| weigh(party, parties.get(n)?, today);
        found.into_iter().filter_map(other)
    };
    let partners = party.part.partners().iter();
    partners.flat_map(|part| with(*part)).collect()
}

/// Who of a part has any of these keys: each once, in order.
fn candidates(index: &[(Part, Key, usize)], part: Part, keys: &[Key]) -> Vec<usize> {
    let of_key = |key: &Key| {
        let from = index.partition_point(|(p, k, _)| (*p, *k) < (part, *key));
        let until = index.partition_point(|(p, k, _)| (*p, *k) <= (part, *key));
        index.get(from..until).unwrap_or_default()
    };
    in_order(keys.iter().flat_map(of_key).map(|(.., n)| *n))
}

/// What two have in common, when that is enough: the same whichever of the two asks.
fn weigh(one: &Party, other: &Party, today: Date) -> Option<Match> {
    let shared = Shared::of(one, other, today)?;
    shared.is_enough().then(|| Match {
        with: other.id,
        part: other.part,
        score: shared.score(),
        reasons: shared.reasons(one, other),
    })
}

/// What two have in common, counted only: most pairs are looked at no further.
struct Shared {
    category: Option<Category>,
    topics: usize,
    neighbourhood: bool,
    city: bool,
    period: Option<Option<Date>>,
    language: bool,
}

impl Shared {
    /// `None` for two that cannot be of use to one another, whatever they share.
    fn of(one: &Party, other: &Party, today: Date) -> Option<Shared> {
        // What is no notice has its sort by nature: it says nothing of what this one is about.
        let notices = one.part.is_notice() && other.part.is_notice();
        let topics = common(&one.topics, &other.topics).count();
        if topics == 0 && !notices {
            return None;
        }
        let strangers = !one.owners.iter().any(|owner| other.owners.contains(owner));
        let both_hold = one.holds(today) && other.holds(today);
        if !strangers || !both_hold || !within_reach(one, other) {
            return None;
        }
        let neighbourhood = one.neighbourhood.is_some() && one.neighbourhood == other.neighbourhood;
        Some(Shared {
            category: category(one, other)?,
            topics,
            neighbourhood,
            city: !neighbourhood && one.city.is_some() && one.city == other.city,
            period: period(one, other, today),
            language: common(&one.languages, &other.languages).next().is_some(),
        })
    }

    fn is_enough(&self) -> bool {
        self.score() >= ENOUGH
    }

    fn score(&self) -> u8 {
        let when = |holds: bool, points: u8| if holds { points } else { 0 };
        when(self.category.is_some(), CATEGORY)
            + when(self.topics > 0, TOPIC)
            + when(self.topics > 1, SECOND_TOPIC)
            + when(self.neighbourhood, NEIGHBOURHOOD)
            + when(self.city, CITY)
            + when(self.period.is_some(), PERIOD)
            + when(self.language, LANGUAGE)
    }

    fn reasons(&self, one: &Party, other: &Party) -> Vec<Reason> {
        let topics = || common(&one.topics, &other.topics).copied().collect();
        let languages = || common(&one.languages, &other.languages).cloned().collect();
        let place = one.neighbourhood.filter(|_| self.neighbourhood);
        let reasons = [
            self.category.map(Reason::Category),
            (self.topics > 0).then(|| Reason::Topics(topics())),
            place.map(Reason::Neighbourhood),
            self.city.then_some(Reason::City),
            self.period.map(Reason::Period),
            self.language.then(|| Reason::Languages(languages())),
        ];
        reasons.into_iter().flatten().collect()
    }
}

/// The sort of thing that one asks and the other has. `None` when they say that these differ. Who does
/// not say fits by what is left; "something else" may be anything, but no place and no lesson.
fn category(one: &Party, other: &Party) -> Option<Option<Category>> {
    let open = |party: &Party, to: &Party| {
        let to_all = to.part.is_notice() || to.categories.is_empty();
        party.categories.is_empty() || (to_all && party.categories.contains(&Category::Other))
    };
    let mut shared = common(&one.categories, &other.categories).copied();
    let named = shared.find(|sort| *sort != Category::Other);
    (named.is_some() || open(one, other) || open(other, one)).then_some(named)
}

/// Whether they are not in two cities while one would have to come to the other.
fn within_reach(one: &Party, other: &Party) -> bool {
    let apart = one.city.is_some() && other.city.is_some() && one.city != other.city;
    !(apart && one.bound && other.bound)
}

/// Until when both hold, when there is time enough; nothing where one of them has no period at all.
fn period(one: &Party, other: &Party, today: Date) -> Option<Option<Date>> {
    let ends = [one.period?.until, other.period?.until];
    let until = ends.into_iter().flatten().map(|day| day.0).min();
    let enough = today.saturating_add((DAYS - 1).days());
    until.is_none_or(|last| last >= enough).then_some(until)
}

fn common<'a, T: Ord>(one: &'a [T], other: &'a [T]) -> impl Iterator<Item = &'a T> {
    one.iter().filter(|item| other.contains(item))
}
