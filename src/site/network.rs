//! What other cities have: the records that were harvested from them, as they lie in the folder.
//!
//! They are no entries of this site: they have no page here and no place in its data. They are shown with where they
//! come from, and lead there.

pub use super::foreign::Foreign;
use super::foreign::Reading;
use super::lock::{self, Lock, Remembered};
use super::mapped::Mapping;
use super::now::Now;
use super::twins;
use super::{Entry, EntryId, Site};
use crate::content::config::Config;
use crate::content::embassy;
use crate::content::vocabulary::Term;
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::source::{Source, SourceId, Sources, Span};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// Where they lie: a folder for each embassy, by its identifier.
pub const FOLDER: &str = "data/harvest/";

/// Number of a record in [`Network::all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignId(pub u32);

/// What was harvested of all cities.
#[derive(Clone, Default)]
pub struct Network {
    /// By city; within it by kind, then by time and title.
    all: Vec<Foreign>,
    cities: BTreeMap<String, Range<usize>>,
    /// By the identifier of what was adopted: what says that it was.
    adopted: BTreeMap<String, Vec<ForeignId>>,
    /// By the number of a topic.
    on_topic: BTreeMap<usize, Vec<ForeignId>>,
    embassies: BTreeMap<String, EntryId>,
    lock: Lock,
}

impl Network {
    /// What a city has, by kind, then by time and title.
    pub fn of(&self, city: &str) -> &[Foreign] {
        let range = self.cities.get(city).cloned().unwrap_or_default();
        self.all.get(range).unwrap_or_default()
    }

    /// What every city has.
    pub fn all(&self) -> &[Foreign] {
        &self.all
    }

    /// The record with this number.
    pub fn get(&self, id: ForeignId) -> &Foreign {
        &self.all[id.0 as usize]
    }

    /// The numbers of what a city has.
    pub fn ids_of(&self, city: &str) -> impl Iterator<Item = ForeignId> {
        let range = self.cities.get(city).cloned().unwrap_or_default();
        range.map(|n| ForeignId(n as u32))
    }

    /// What other cities have on a topic of ours, by its number.
    pub fn on_topic(&self, topic: usize) -> impl Iterator<Item = &Foreign> {
        let found = self.on_topic.get(&topic).into_iter().flatten();
        found.map(|id| self.get(*id))
    }

    /// The embassy of a city.
    pub fn embassy(&self, city: &str) -> Option<EntryId> {
        self.embassies.get(city).copied()
    }

    /// Whether nothing was ever harvested.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.lock.sources.is_empty()
    }

    /// Every source of every city.
    pub fn every_source(&self) -> &[Remembered] {
        &self.lock.sources
    }

    /// Where that comes from, and since when.
    pub fn sources<'a>(&'a self, city: &'a str) -> impl Iterator<Item = &'a Remembered> {
        self.lock
            .sources
            .iter()
            .filter(move |source| source.city == city)
    }

    /// The source that a record was read from.
    pub fn source(&self, foreign: &Foreign) -> Option<&Remembered> {
        self.lock.of_part(&foreign.city, foreign.part())
    }

    /// Records of other cities that say that they were adopted from an entry of this site.
    pub fn adoptions<'a>(&'a self, site: &Site, entry: &Entry) -> Vec<&'a Foreign> {
        let own = site.config.absolute(&super::permalink::id_path(entry));
        let found = self.adopted.get(&own).into_iter().flatten();
        found.map(|id| self.get(*id)).collect()
    }
}

/// Reads what was harvested. A file that cannot be read is told, and left out.
pub fn read(
    sources: &Sources,
    config: &Config,
    (topics, entries): (&[Term], &[Entry]),
    now: &Now,
    faults: &mut Vec<Diagnostic>,
) -> Network {
    let embassies = entries.iter().filter(|it| *it.kind == embassy::KIND);
    let mut network = Network {
        lock: lock::parse(sources, faults),
        embassies: embassies
            .map(|entry| (entry.document_id.clone(), entry.id))
            .collect(),
        ..Network::default()
    };
    let files: Vec<(SourceId, &Source)> = sources
        .iter()
        .filter(|(_, source)| source.path.starts_with(FOLDER) && source.path.ends_with(".json"))
        .collect();
    if files.is_empty() {
        return network;
    }
    let reading = Reading {
        lock: &network.lock,
        mapping: Mapping::new(topics, config.default_language()),
        config,
        now,
    };
    let read: Vec<_> = files
        .par_iter()
        .map(|(id, source)| (*id, *source, reading.foreign(source)))
        .collect();
    let mut cities: BTreeMap<String, Vec<Foreign>> = BTreeMap::new();
    for (id, source, foreign) in read {
        match foreign {
            Some(foreign) => cities
                .entry(foreign.city.clone())
                .or_default()
                .push(foreign),
            None => faults.push(unreadable(id, source)),
        }
    }
    for (city, mut records) in cities {
        join(&mut records);
        records.sort_by_cached_key(|foreign| {
            let next = foreign.next(now).map(|time| time.start.timestamp());
            (
                foreign.kind.number(),
                next,
                std::cmp::Reverse(foreign.record["date"].as_str().map(str::to_owned)),
                foreign
                    .text("title", &[])
                    .map(|(_, title)| title.to_owned()),
            )
        });
        let from = network.all.len();
        network.all.extend(records);
        network.cities.insert(city, from..network.all.len());
    }
    for (n, foreign) in network.all.iter().enumerate() {
        let id = ForeignId(n as u32);
        if let Some(from) = foreign.record["adopted_from"].as_str() {
            network.adopted.entry(from.to_owned()).or_default().push(id);
        }
        for topic in &foreign.filed.topics {
            network.on_topic.entry(*topic).or_default().push(id);
        }
    }
    network
}

/// Joins what several sources of a city tell of one thing. The first one stands for all.
fn join(records: &mut Vec<Foreign>) {
    let day = |foreign: &Foreign| Some(foreign.timetable.as_ref()?.start.date());
    let known: Vec<twins::Known> = records.iter().map(|it| (&it.record, day(it))).collect();
    let groups = twins::groups(&known);
    let mut left: Vec<Option<Foreign>> = records.drain(..).map(Some).collect();
    records.extend(groups.iter().filter_map(|group| {
        let mut all = group.iter().filter_map(|n| left[*n].take());
        let mut first = all.next()?;
        first.also.extend(all.map(|other| other.record));
        Some(first)
    }));
}

fn unreadable(id: SourceId, source: &Source) -> Diagnostic {
    let end = source.text.lines().next().unwrap_or_default().len();
    Diagnostic::warning(
        "harvest/unreadable",
        say!("this is no record of another city, so it is not shown"),
    )
    .at(Span::new(id, 0, end), "not as `plein harvest` writes it")
    .help("remove the file and run `plein harvest`: such files are not written by hand")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_two_sources_tell_of_one_day_is_shown_once() {
        let event = |from: &str, title: &str, day: &str| {
            let record = json!({ "kind": "event", "title": { "en": title }, "start": day, "all_day": true, "timezone": "UTC",
                "harvest": { "key": format!("{from}{title}{day}"), "from": [from] } });
            let text = record.to_string().into();
            Source {
                path: format!("data/harvest/riga/events/{}-{from}-{day}.json", title.len()),
                text,
            }
        };
        let files = vec![
            event("a", "Opening of the seed library", "2026-12-05"),
            event("b", "Opening of the seed library!", "2026-12-05"),
            event("a", "Repair", "2026-12-06"),
            event("a", "Repair!", "2026-12-06"),
            event("b", "Repair", "2026-12-13"),
            Source {
                path: "data/site.yaml".into(),
                text: "title: x\nurl: https://x.example\nlanguages: [en]\ntimezone: UTC\n".into(),
            },
        ];
        let sources = Sources::new(files);
        let config = crate::content::config::parse(&sources, &mut vec![]).unwrap();
        let now = "2026-12-01T00:00:00+00:00[UTC]".parse::<jiff::Zoned>();
        let now = now.unwrap().into();
        let mut faults = vec![];
        let network = read(&sources, &config, (&[], &[]), &now, &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        let also: Vec<usize> = network.of("riga").iter().map(|it| it.also.len()).collect();
        assert_eq!(also, [1, 0, 0, 0]);
    }
}
