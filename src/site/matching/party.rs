//! What the rule knows of a record: of ours, and of those of other cities.

use super::in_order;
use crate::content::Period;
use crate::content::exchange::{Category, Part};
use crate::content::schedule::Role;
use crate::content::vocabulary::Vocabulary;
use crate::site::network::{Foreign, ForeignId};
use crate::site::{Entry, EntryId, Site};

/// What the rule knows of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Party<T = EntryId> {
    pub id: T,
    /// Its kind and identifier: the order among those that fit equally well.
    pub name: (usize, String),
    pub part: Part,
    pub categories: Vec<Category>,
    /// Numbers of topics, in order.
    pub topics: Vec<usize>,
    /// How many topics it names itself: one of another city may be two of ours.
    pub named: usize,
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
    /// Whether another city has it.
    pub abroad: bool,
}

impl Party<EntryId> {
    /// An entry that takes part in the exchange and may be seen by all.
    pub(super) fn of(site: &Site, entry: &Entry) -> Option<Party> {
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
        let languages = exchange.languages.iter().map(|tag| primary(&tag.0));
        let owners = exchange.owners.iter();
        let topics = in_order(within(Vocabulary::Topics));
        Some(Party {
            id: entry.id,
            name: (entry.kind.number(), entry.document_id.clone()),
            part: exchange.part,
            categories: in_order(exchange.categories.iter().copied()),
            named: topics.len(),
            topics,
            neighbourhood,
            city: city.map(str::to_lowercase),
            period: record.period(),
            languages: in_order(languages),
            owners: owners.flat_map(|field| entry.targets(field)).collect(),
            bound: exchange.bound,
            abroad: false,
        })
    }
}

impl Party<ForeignId> {
    /// A record of another city that takes part in the exchange. What is our own, or began as our own, does not:
    /// nobody is sent to themselves by way of another city.
    pub(super) fn of(site: &Site, id: ForeignId, foreign: &Foreign, city: &str) -> Option<Self> {
        let record = foreign.facts.as_ref()?;
        let exchange = record.exchange()?;
        let own = site.config.absolute("/");
        let begun_here = ["id", "adopted_from"].iter().any(|name| {
            let text = foreign.record[*name].as_str();
            text.is_some_and(|text| text.starts_with(&own))
        });
        if begun_here || foreign.is_over(&site.now) {
            return None;
        }
        let languages = exchange.languages.iter().map(|tag| primary(&tag.0));
        let key = foreign.record["harvest"]["key"].as_str();
        let place = foreign.record["location"]["city"].as_str();
        Some(Party {
            id,
            name: (
                foreign.kind.number(),
                format!("{}/{}", foreign.city, key.unwrap_or_default()),
            ),
            part: exchange.part,
            categories: in_order(exchange.categories.iter().copied()),
            topics: foreign.filed.topics.clone(),
            named: foreign.filed.own,
            neighbourhood: None,
            city: Some(place.unwrap_or(city).to_lowercase()),
            period: record.period(),
            languages: in_order(languages),
            owners: vec![],
            bound: exchange.bound,
            abroad: true,
        })
    }
}

/// The first part of a language tag.
fn primary(tag: &str) -> String {
    tag.split('-').next().unwrap_or(tag).to_lowercase()
}
