//! What others file their records under, as topics of our own.
//!
//! What both call the same in vocabularies of others (`maps_to`) is the same topic; where that leaves several, or says
//! nothing, so are names that are written alike. Nothing is guessed from what merely sounds alike.

use super::lock::Topic;
use crate::content::vocabulary::Term;
use std::collections::{BTreeMap, BTreeSet};

/// Topics of ours, as a record of somebody else has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filed {
    /// Their numbers, in order.
    pub topics: Vec<usize>,
    /// How many topics of its own these are: one of theirs may be two of ours.
    pub own: usize,
}

/// Our topics, by all that others may call them.
#[derive(Debug, Default)]
pub struct Mapping {
    by_iri: BTreeMap<String, Vec<usize>>,
    /// By language, which is empty for identifiers, and name.
    by_name: BTreeMap<(String, String), Vec<usize>>,
    by_any_name: BTreeMap<String, Vec<usize>>,
}

impl Mapping {
    /// Learns what our topics are called, and what they map to.
    pub fn new(terms: &[Term], default: &str) -> Self {
        let mut mapping = Mapping::default();
        for (n, term) in terms.iter().enumerate() {
            for iri in &term.maps_to {
                add(&mut mapping.by_iri, iri_key(iri), n);
            }
            let titles = term.title.0.iter();
            let titles = titles.map(|(code, title)| match code.as_str() {
                "" => (default, title.as_str()),
                code => (code, title.as_str()),
            });
            for (code, name) in titles.chain([("", term.id.value.0.as_str())]) {
                let key = (primary(code), name_key(name));
                add(&mut mapping.by_name, key.clone(), n);
                add(&mut mapping.by_any_name, key.1, n);
            }
        }
        mapping
    }

    /// Our topics for those of a record: identifiers, of which `known` may say what they mean, addresses or plain words.
    pub fn of<'a>(&self, theirs: impl Iterator<Item = &'a str>, known: &[Topic]) -> Filed {
        let mut topics = BTreeSet::new();
        let mut own = 0;
        let theirs: BTreeSet<&str> = theirs.collect();
        for one in theirs {
            let found = match known.iter().find(|topic| topic.id == one) {
                Some(topic) => self.meant(topic),
                None => self.said(one),
            };
            own += usize::from(!found.is_empty());
            topics.extend(found);
        }
        let topics = topics.into_iter().collect();
        Filed { topics, own }
    }

    /// A topic of which its site says what it means.
    fn meant(&self, topic: &Topic) -> BTreeSet<usize> {
        let mapped = topic
            .maps_to
            .iter()
            .filter_map(|iri| self.by_iri.get(&iri_key(iri)));
        let mapped: BTreeSet<usize> = mapped.flatten().copied().collect();
        let titles = topic.title.iter();
        let titles = titles.map(|(code, title)| (primary(code), name_key(title)));
        let named = titles.chain([(String::new(), name_key(&topic.id))]);
        let named = named.filter_map(|key| self.by_name.get(&key));
        let named: BTreeSet<usize> = named.flatten().copied().collect();
        let both: BTreeSet<usize> = mapped.intersection(&named).copied().collect();
        match () {
            () if !both.is_empty() => both,
            () if !mapped.is_empty() => mapped,
            () => named,
        }
    }

    /// An address or a word of which nobody says more.
    fn said(&self, word: &str) -> BTreeSet<usize> {
        let found = self
            .by_iri
            .get(&iri_key(word))
            .filter(|_| is_iri(word))
            .or_else(|| self.by_any_name.get(&name_key(word)));
        found.into_iter().flatten().copied().collect()
    }
}

fn add<K: Ord>(known: &mut BTreeMap<K, Vec<usize>>, key: K, n: usize) {
    let numbers = known.entry(key).or_default();
    if !numbers.contains(&n) {
        numbers.push(n);
    }
}

fn is_iri(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// The same for `http` and `https`, with and without `www.` or a slash at the end, and for the page of a notion on
/// Wikidata, which people copy for the notion.
fn iri_key(iri: &str) -> String {
    let rest = iri.split_once("://").map_or(iri, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let rest = rest.trim_end_matches('/');
    match rest.strip_prefix("wikidata.org/wiki/") {
        Some(notion) => format!("wikidata.org/entity/{notion}"),
        None => rest.to_owned(),
    }
}

/// Letters and digits of a name, small: `Open-Data` is `open data`, and so is `#OpenData`.
fn name_key(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn primary(code: &str) -> String {
    code.split('-').next().unwrap_or(code).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::vocabulary::{self, Vocabulary};
    use crate::source::{Source, Sources};
    use proptest::prelude::*;

    const OURS: &str = "
- id: circulair
  title: {nl: Circulair, en: Circular}
  maps_to: [http://theme.example/ENVI]
- id: groen
  title: {nl: Groen, en: Green}
  maps_to: [http://theme.example/ENVI, 'https://www.wikidata.org/wiki/Q1']
- id: voedsel
  title: {nl: Voedsel, en: Food}
  maps_to: [http://theme.example/AGRI]
- id: kunst
  title: {nl: Kunst}
";

    fn mapping() -> Mapping {
        let file = Source {
            path: Vocabulary::Topics.path().into(),
            text: OURS.into(),
        };
        let mut faults = vec![];
        let read = vocabulary::parse(&Sources::new(vec![file]), &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        Mapping::new(&read[&Vocabulary::Topics], "nl")
    }

    fn topic(id: &str, title: &[(&str, &str)], maps_to: &[&str]) -> Topic {
        let title = title
            .iter()
            .map(|(code, text)| ((*code).to_owned(), (*text).to_owned()));
        Topic {
            id: id.to_owned(),
            title: title.collect(),
            maps_to: maps_to.iter().map(|iri| (*iri).to_owned()).collect(),
        }
    }

    #[track_caller]
    fn of(theirs: &[&str], known: &[Topic], expected: &[usize], own: usize) {
        let found = mapping().of(theirs.iter().copied(), known);
        assert_eq!((&found.topics[..], found.own), (expected, own));
    }

    #[test]
    fn what_maps_to_the_same_is_the_same_topic_whatever_it_is_called() {
        let known = [topic(
            "comida",
            &[("pt", "Comida")],
            &["https://theme.example/AGRI/"],
        )];
        of(&["comida"], &known, &[2], 1);
        of(&["comida"], &[], &[], 0);
        of(&["http://www.wikidata.org/entity/Q1"], &[], &[1], 1);
    }

    #[test]
    fn of_two_that_map_to_the_same_the_name_tells_which() {
        let envi = ["http://theme.example/ENVI"];
        of(
            &["verde"],
            &[topic("verde", &[("en", "Green")], &envi)],
            &[1],
            1,
        );
        of(
            &["clima"],
            &[topic("clima", &[("en", "Climate")], &envi)],
            &[0, 1],
            1,
        );
    }

    #[test]
    fn what_maps_to_nothing_is_known_by_its_name_in_the_same_language() {
        of(&["x"], &[topic("x", &[("nl", "kunst")], &[])], &[3], 1);
        of(&["x"], &[topic("x", &[("sv", "Kunst")], &[])], &[], 0);
        of(&["#Food", "soup", "food"], &[], &[2], 2);
        of(&["groen", "voedsel"], &[], &[1, 2], 2);
    }

    proptest! {
        #[test]
        fn whatever_they_say_these_are_topics_of_ours(
            theirs in prop::collection::vec("(groen|food|https?://theme.example/(ENVI|AGRI)/?|\\PC{0,8})", 0..6),
            title in "(Green|Kunst|\\PC{0,8})", iri in "(http://theme.example/ENVI|\\PC{0,8})",
        ) {
            let known: Vec<Topic> = theirs.iter().step_by(2).map(|id| topic(id, &[("en", &title)], &[&iri])).collect();
            let found = mapping().of(theirs.iter().map(String::as_str), &known);
            prop_assert!(found.topics.is_sorted() && found.topics.iter().all(|n| *n < 4));
            prop_assert!(found.own <= theirs.len());
            prop_assert_eq!(found.own == 0, found.topics.is_empty());
            let turned = mapping().of(theirs.iter().rev().map(String::as_str), &known);
            prop_assert_eq!(found, turned);
        }
    }
}
