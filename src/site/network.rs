//! What other cities have: the records that were harvested from them, as they lie in the folder.
//!
//! They are no entries of this site: they have no page here and no place in its data. They are shown with where they
//! come from, and lead there.

use super::lock::{self, Lock, Remembered, Topic};
use super::mapped::{Filed, Mapping};
use super::timetable::{self, Occurrence, Timetable};
use super::{Entry, EntryId, Site};
use crate::content::config::Config;
use crate::content::fields::Zone;
use crate::content::rule::Rule;
use crate::content::schedule::{Change, Recurrence, Repeat, Role, Schedule, Status};
use crate::content::shape::shape;
use crate::content::time::Moment;
use crate::content::vocabulary::Term;
use crate::content::{KINDS, Kind, Record, embassy};
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::source::{Source, SourceId, Sources, Span, Spanned};
use jiff::{Timestamp, Zoned};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Where they lie: a folder for each embassy, by its identifier.
pub const FOLDER: &str = "data/harvest/";

/// Number of a record in [`Network::all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignId(pub u32);

/// A record of another city.
#[derive(Clone)]
pub struct Foreign {
    /// The identifier of the embassy of its city.
    pub city: String,
    /// Which kind it is.
    pub kind: &'static Kind,
    /// As it was harvested, shaped as its kind is published.
    pub record: Value,
    /// When it happens, for what gathers people.
    pub timetable: Option<Timetable>,
    /// What it is about, in topics of ours.
    pub filed: Filed,
    /// The same as a record of its kind, without texts and references: for what takes part in the exchange.
    pub facts: Option<Arc<dyn Record>>,
    /// The same thing as other sources of the city tell of it.
    pub also: Vec<Value>,
}

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

impl Foreign {
    /// The next time that is not over.
    pub fn next(&self, now: &Zoned) -> Option<&Occurrence> {
        let times = self.timetable.as_ref()?.occurrences.iter();
        times.into_iter().find(|time| time.end > *now)
    }

    /// A text in a language, with the language in which it is: that one, else the default of the site, else English,
    /// else whichever there is.
    pub fn text<'a>(&'a self, field: &str, wanted: &[&str]) -> Option<(&'a str, &'a str)> {
        let texts = self.record[field].as_object()?;
        let known = wanted
            .iter()
            .chain(&["en"])
            .find_map(|code| texts.get_key_value(*code));
        let (code, text) = known.or_else(|| texts.iter().next())?;
        Some((code, text.as_str()?))
    }

    /// Its page at home, in a language where there is one.
    pub fn url(&self, wanted: &[&str]) -> Option<&str> {
        self.text("url", wanted).map(|(_, url)| url)
    }

    /// Whether there is nothing left to do about it: the last day, or the last moment, has passed.
    pub fn is_over(&self, now: &Zoned) -> bool {
        if self.timetable.is_some() {
            return self.next(now).is_none();
        }
        let last = ["deadline", "valid_until", "end", "start"]
            .iter()
            .find_map(|name| self.record[*name].as_str());
        let Some(last) = last else { return false };
        match last.parse::<Timestamp>() {
            Ok(moment) => moment <= now.timestamp(),
            Err(_) => last
                .get(..10)
                .is_some_and(|day| *day < *now.date().to_string()),
        }
    }

    /// Latitude and longitude, and whether that is the very place.
    pub fn point(&self) -> Option<((f64, f64), bool)> {
        let place = &self.record["location"];
        let (lat, lon) = (place["lat"].as_f64()?, place["lon"].as_f64()?);
        let exact = place["precision"].as_str().unwrap_or("exact") == "exact";
        (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some(((lat, lon), exact))
    }

    /// The part of a source that it was read from.
    pub fn part(&self) -> &str {
        self.record["harvest"]["from"][0]
            .as_str()
            .unwrap_or_default()
    }
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
    now: &Zoned,
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

/// Joins what several sources of a city tell of one event: on the same day, under nearly the same title. The first
/// one stands for all; a source that says two things of one day means two.
fn join(records: &mut Vec<Foreign>) {
    let day = |foreign: &Foreign| Some(foreign.timetable.as_ref()?.start.date());
    let mut by_day: BTreeMap<jiff::civil::Date, Vec<usize>> = BTreeMap::new();
    let mut joined: Vec<Foreign> = Vec::with_capacity(records.len());
    for foreign in records.drain(..) {
        let Some(day) = day(&foreign) else {
            joined.push(foreign);
            continue;
        };
        let known = by_day.entry(day).or_default();
        match known.iter().find(|n| are_one(&joined[**n], &foreign)) {
            Some(n) => joined[*n].also.push(foreign.record),
            None => {
                known.push(joined.len());
                joined.push(foreign);
            }
        }
    }
    *records = joined;
}

fn are_one(a: &Foreign, b: &Foreign) -> bool {
    let from = |record: &Value| record["harvest"]["from"].clone();
    let titles = |record: &Value| -> Vec<String> {
        let titles = record["title"].as_object().into_iter().flatten();
        titles
            .filter_map(|(_, title)| Some(plain(title.as_str()?)))
            .collect()
    };
    let others = std::iter::once(&a.record).chain(&a.also);
    others.clone().all(|record| from(record) != from(&b.record))
        && others
            .flat_map(titles)
            .any(|one| titles(&b.record).iter().any(|other| are_alike(&one, other)))
}

/// Letters and digits alone, small.
fn plain(title: &str) -> String {
    let letters = title.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether two titles are the same, or one begins with the other: with at least twelve letters of it, and three
/// quarters.
fn are_alike(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (few, many) = (short.chars().count(), long.chars().count());
    short == long || few >= 12 && few * 4 >= many * 3 && long.starts_with(short)
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

/// What reading a record of another city needs to know.
struct Reading<'a> {
    lock: &'a Lock,
    mapping: Mapping,
    config: &'a Config,
    now: &'a Zoned,
}

impl Reading<'_> {
    fn foreign(&self, source: &Source) -> Option<Foreign> {
        let record: Value = serde_json::from_str(&source.text).ok()?;
        let kind = KINDS.iter().find(|kind| record["kind"] == kind.name)?;
        let title = record["title"].as_object()?;
        let harvested =
            record["harvest"]["key"].is_string() && record["harvest"]["from"].is_array();
        if title.is_empty() || !harvested {
            return None;
        }
        let city = source.path.get(FOLDER.len()..)?.split('/').next()?;
        let gathers = record["start"].is_string() && kind.name == crate::content::event::KIND.name;
        let timetable = match gathers {
            true => times(&record, self.config, self.now),
            false => None,
        };
        let from = record["harvest"]["from"][0].as_str().unwrap_or_default();
        let known: &[Topic] = match self.lock.of_part(city, from) {
            Some(source) => &source.topics,
            None => &[],
        };
        let topics = record["topics"].as_array().into_iter().flatten();
        let filed = self.mapping.of(topics.filter_map(Value::as_str), known);
        let facts = match gathers {
            true => None,
            false => facts(kind, &record),
        };
        Some(Foreign {
            city: city.to_owned(),
            kind,
            timetable,
            filed,
            facts,
            also: vec![],
            record,
        })
    }
}

/// Fields that say what a record asks of others or has for them, and until when.
const FACTS: [&str; 7] = [
    "direction",
    "category",
    "valid_from",
    "valid_until",
    "languages",
    "opens",
    "deadline",
];

/// The record as one of its kind, for its capabilities; nothing for what takes no part in the exchange.
fn facts(kind: &'static Kind, record: &Value) -> Option<Arc<dyn Record>> {
    let own = &shape(kind).own;
    let given = FACTS.iter().filter(|name| own.iter().any(|it| it == *name));
    let given = given.filter_map(|name| Some(((*name).to_owned(), record.get(*name)?.clone())));
    let mut given = Value::Object(given.collect::<Map<_, _>>());
    on_the_clock(&mut given);
    let text = given.to_string();
    let (node, _) = crate::yaml::parse(SourceId(0), &text, 0..text.len());
    let record = kind.decode(&node?, &mut vec![])?;
    record.exchange().is_some().then_some(record)
}

/// The fields of a record that say when it happens.
#[derive(Deserialize)]
struct Times {
    start: Spanned<Moment>,
    end: Option<Spanned<Moment>>,
    #[serde(default)]
    all_day: bool,
    timezone: Option<Zone>,
    repeat: Option<Spanned<Repeat>>,
    rrule: Option<Spanned<Rule>>,
    #[serde(default)]
    changes: Vec<Change>,
    #[serde(default)]
    status: Status,
}

const TIMES: [&str; 8] = [
    "start", "end", "all_day", "timezone", "repeat", "rrule", "changes", "status",
];

/// When it happens, worked out as for an event of our own. What is wrong with it is not for us to mend.
fn times(record: &Value, config: &Config, now: &Zoned) -> Option<Timetable> {
    let given = TIMES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), record.get(*name)?.clone())));
    let mut given = Value::Object(given.collect::<Map<_, _>>());
    on_the_clock(&mut given);
    let text = given.to_string();
    let (node, _) = crate::yaml::parse(SourceId(0), &text, 0..text.len());
    let times: Times = crate::yaml::decode::decode(&node?, &mut vec![])?;
    let words = times.repeat.map(Recurrence::Words);
    let schedule = Schedule {
        role: Role::Gathering,
        start: times.start,
        end: times.end,
        duration: None,
        all_day: times.all_day,
        zone: times.timezone,
        recurrence: words.or(times.rrule.map(Recurrence::Rule)),
        changes: times.changes,
        status: times.status,
        reason: None,
    };
    timetable::resolve(&schedule, None, config, now, &mut vec![])
}

/// Times as editors write them, without their offset from UTC; and without texts, which say nothing of time.
fn on_the_clock(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "reason");
            fields.values_mut().for_each(on_the_clock);
        }
        Value::Array(items) => items.iter_mut().for_each(on_the_clock),
        Value::String(text) => {
            let clock = text
                .get(10..19)
                .filter(|clock| clock.starts_with('T') && clock.matches(':').count() == 2);
            if clock.is_some() && text.as_bytes()[4] == b'-' {
                text.truncate(19);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn titles_are_alike_when_one_only_says_more() {
        let alike = |a: &str, b: &str| are_alike(&plain(a), &plain(b));
        assert!(alike("Zbor soseske", "ZBOR: soseske!"));
        assert!(alike(
            "Opening of the seed library",
            "Opening of the seed library (free)"
        ));
        assert!(!alike("Soup", "Soup on the stairs"));
        assert!(!alike(
            "Opening night",
            "Opening night of the great autumn fair"
        ));
        assert!(!alike("Debate about water", "Debate about houses"));
    }

    #[test]
    fn what_two_sources_tell_of_one_day_is_shown_once() {
        let event = |from: &str, title: &str, day: &str| {
            let record = json!({ "kind": "event", "title": { "en": title }, "start": day, "all_day": true, "timezone": "UTC",
                "harvest": { "key": format!("{from}{title}{day}"), "from": [from] } });
            let text = record.to_string().into();
            Source {
                path: format!(
                    "data/harvest/riga/events/{}-{from}-{day}.json",
                    plain(title)
                ),
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
        let now = "2026-12-01T00:00:00+00:00[UTC]".parse().unwrap();
        let mut faults = vec![];
        let network = read(&sources, &config, (&[], &[]), &now, &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        let also: Vec<usize> = network.of("riga").iter().map(|it| it.also.len()).collect();
        assert_eq!(also, [1, 0, 0, 0]);
    }

    #[test]
    fn times_of_others_stand_on_their_own_clock() {
        let mut given = json!({
            "start": "2026-12-03T18:00:00+02:00", "rrule": "FREQ=WEEKLY;UNTIL=20270101T000000Z",
            "changes": [{ "occurrence": "2026-12-10T18:00:00+02:00", "status": "cancelled", "reason": { "en": "ill" } }],
        });
        on_the_clock(&mut given);
        let expected = json!({
            "start": "2026-12-03T18:00:00", "rrule": "FREQ=WEEKLY;UNTIL=20270101T000000Z",
            "changes": [{ "occurrence": "2026-12-10T18:00:00", "status": "cancelled" }],
        });
        assert_eq!(given, expected);
    }
}
