//! Who can be of use to whom: needs with offers, spaces, calls and practices. docs/matching.md tells
//! the rule to people; this is the same rule.
//!
//! It is pure: what takes part and which day it is go in, and matches come out, with what was found
//! in common. Nobody looks at every pair: whatever is enough for a match has two things in common
//! that an index finds together.

use super::network::ForeignId;
use super::{Entry, EntryId, Site};
use crate::content::exchange::{Category, Part};
use jiff::ToSpan;
use jiff::civil::Date;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

mod party;
#[cfg(test)]
mod tests;

use party::Party;

/// Most matches with one part that an entry keeps, and most of those in other cities.
const KEPT: usize = 5;
const KEPT_ABROAD: usize = 3;
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
pub struct Match<T = EntryId> {
    /// The other.
    pub with: T,
    /// The other's part.
    pub part: Part,
    /// How well they fit, to order by.
    pub score: u8,
    /// What they have in common, what counts most first.
    pub reasons: Vec<Reason>,
}

impl<T> Match<T> {
    /// How well they fit, in one word.
    pub fn strength(&self) -> Strength {
        match self.score {
            STRONG.. => Strength::Strong,
            GOOD.. => Strength::Good,
            _ => Strength::Possible,
        }
    }
}

/// Who fits somebody, by who that is; best first within each part.
type Found<A, B> = BTreeMap<A, Vec<Match<B>>>;

impl<T> Party<T> {
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
            topics: self.topics.len().min(self.named),
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

impl Site {
    /// Who can be of use to an entry, and why: the best few of each part.
    pub fn matches(&self, entry: &Entry) -> &[Match] {
        self.matches.own.get(&entry.id).map_or(&[], Vec::as_slice)
    }

    /// Who in other cities can be of use to an entry, and why: the best few of each part.
    pub fn matches_abroad(&self, entry: &Entry) -> &[Match<ForeignId>] {
        self.matches
            .abroad
            .get(&entry.id)
            .map_or(&[], Vec::as_slice)
    }

    /// Who here can be of use to what another city has, and why.
    pub fn matches_of(&self, foreign: ForeignId) -> &[Match] {
        self.matches
            .from_abroad
            .get(&foreign)
            .map_or(&[], Vec::as_slice)
    }
}

/// Two things that records can have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    TopicCategory(usize, Category),
    TopicPlace(usize, usize),
    Topics(usize, usize),
    CategoryPlace(Category, usize),
}

/// All matches of a site; only of those that match anything.
#[derive(Default)]
pub(super) struct Matches {
    /// Of its own records with one another.
    own: Found<EntryId, EntryId>,
    /// Of its own records with what other cities have.
    abroad: Found<EntryId, ForeignId>,
    /// The same, from the other side.
    from_abroad: Found<ForeignId, EntryId>,
}

impl Matches {
    /// Works them out.
    pub(super) fn of(site: &Site) -> Self {
        let ours = site.entries.iter();
        let ours = ours.filter_map(|entry| Party::<EntryId>::of(site, entry));
        let ours: Vec<Party> = ours.collect();
        let theirs = parties_abroad(site);
        let today = site.now.date();
        Matches {
            own: matches(&ours, today, KEPT),
            abroad: across(&ours, &theirs, today, KEPT_ABROAD),
            from_abroad: across(&theirs, &ours, today, KEPT_ABROAD),
        }
    }
}

/// What other cities have that takes part, of the cities that have an embassy here.
fn parties_abroad(site: &Site) -> Vec<Party<ForeignId>> {
    if site.network.all().is_empty() {
        return vec![];
    }
    let embassies = site
        .entries
        .iter()
        .filter(|entry| *entry.kind == crate::content::embassy::KIND && !entry.removed);
    let theirs = embassies.flat_map(|embassy| {
        let data = embassy.data(&site.codes[0]);
        let city = data["city"].as_str().unwrap_or_default().to_owned();
        let ids = site.network.ids_of(&embassy.document_id);
        ids.filter_map(move |id| Party::<ForeignId>::of(site, id, site.network.get(id), &city))
    });
    theirs.collect()
}

/// What each matches on a day, the best few of each part, whatever order they came in.
fn matches(parties: &[Party], today: Date, kept: usize) -> Found<EntryId, EntryId> {
    across(parties, parties, today, kept)
}

/// What each of one side matches on the other on a day, the best few of each part, whatever order they came in.
fn across<A, B>(ours: &[Party<A>], theirs: &[Party<B>], today: Date, kept: usize) -> Found<A, B>
where
    A: Copy + Ord + Send + Sync,
    B: Copy + Send + Sync,
{
    let theirs = theirs.iter().filter(|party| party.holds(today));
    let mut theirs: Vec<&Party<B>> = theirs.collect();
    theirs.sort_by(|a, b| a.name.cmp(&b.name));
    let mut index: Vec<(Part, Key, usize)> = theirs
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
    let found: Vec<(A, Vec<Match<B>>)> = ours
        .par_iter()
        .filter(|party| party.holds(today))
        .map(|party| (party.id, best(party, &theirs, &index, today, kept)))
        .collect();
    let found = found.into_iter();
    found.filter(|(_, matches)| !matches.is_empty()).collect()
}

/// The best few of each part for one.
fn best<A, B: Copy>(
    party: &Party<A>,
    parties: &[&Party<B>],
    index: &[(Part, Key, usize)],
    today: Date,
    kept: usize,
) -> Vec<Match<B>> {
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
fn weigh<A, B: Copy>(one: &Party<A>, other: &Party<B>, today: Date) -> Option<Match<B>> {
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
    fn of<A, B>(one: &Party<A>, other: &Party<B>, today: Date) -> Option<Shared> {
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
            topics: topics.min(one.named).min(other.named),
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

    fn reasons<A, B>(&self, one: &Party<A>, other: &Party<B>) -> Vec<Reason> {
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
fn category<A, B>(one: &Party<A>, other: &Party<B>) -> Option<Option<Category>> {
    let open = |(own, to, part): (&[Category], &[Category], Part)| {
        let to_all = part.is_notice() || to.is_empty();
        own.is_empty() || (to_all && own.contains(&Category::Other))
    };
    let one_to_other = (&*one.categories, &*other.categories, other.part);
    let other_to_one = (&*other.categories, &*one.categories, one.part);
    let mut shared = common(&one.categories, &other.categories).copied();
    let named = shared.find(|sort| *sort != Category::Other);
    (named.is_some() || open(one_to_other) || open(other_to_one)).then_some(named)
}

/// Whether they are not in two cities while one would have to come to the other. Of what another city has, nobody
/// takes it that it is near.
fn within_reach<A, B>(one: &Party<A>, other: &Party<B>) -> bool {
    let apart = match (&one.city, &other.city) {
        (Some(one), Some(other)) => one != other,
        _ => one.abroad != other.abroad,
    };
    !(apart && one.bound && other.bound)
}

/// Until when both hold, when there is time enough; nothing where one of them has no period at all.
fn period<A, B>(one: &Party<A>, other: &Party<B>, today: Date) -> Option<Option<Date>> {
    let ends = [one.period?.until, other.period?.until];
    let until = ends.into_iter().flatten().map(|day| day.0).min();
    let enough = today.saturating_add((DAYS - 1).days());
    until.is_none_or(|last| last >= enough).then_some(until)
}

fn common<'a, T: Ord>(one: &'a [T], other: &'a [T]) -> impl Iterator<Item = &'a T> {
    one.iter().filter(|item| other.contains(item))
}
