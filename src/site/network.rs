//! What other cities have: the records that were harvested from them, as they lie in the folder.
//!
//! They are no entries of this site: they have no page here and no place in its data. They are shown with where they
//! come from, and lead there.

use super::lock::{self, Lock, Remembered};
use super::now::Now;
use super::timetable::{self, Occurrence, Timetable};
use super::twins;
use super::{Entry, Site};
use crate::content::config::Config;
use crate::content::fields::Zone;
use crate::content::rule::Rule;
use crate::content::schedule::{Change, Recurrence, Repeat, Role, Schedule, Status};
use crate::content::time::Moment;
use crate::content::{KINDS, Kind};
use crate::diagnostic::Diagnostic;
use crate::say;
use crate::source::{Source, SourceId, Sources, Span, Spanned};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Where they lie: a folder for each embassy, by its identifier.
pub const FOLDER: &str = "data/harvest/";

/// A record of another city.
#[derive(Debug, Clone)]
pub struct Foreign {
    /// Which kind it is.
    pub kind: &'static Kind,
    /// As it was harvested, shaped as its kind is published.
    pub record: Value,
    /// When it happens, for what gathers people.
    pub timetable: Option<Timetable>,
    /// The same thing as other sources of the city tell of it.
    pub also: Vec<Value>,
}

/// What was harvested of all cities.
#[derive(Debug, Clone, Default)]
pub struct Network {
    cities: BTreeMap<String, Vec<Foreign>>,
    /// By the identifier of what was adopted: the city that did, and the number of its record.
    adopted: BTreeMap<String, Vec<(String, usize)>>,
    lock: Lock,
}

impl Foreign {
    /// The next time that is not over.
    pub fn next(&self, now: &Now) -> Option<&Occurrence> {
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

    /// Whether there is nothing left to do about it: the last day has passed.
    pub fn is_over(&self, now: &Now) -> bool {
        if self.timetable.is_some() {
            return self.next(now).is_none();
        }
        let today = now.date().to_string();
        let last = ["deadline", "valid_until", "end", "start"]
            .iter()
            .find_map(|name| self.record[*name].as_str());
        last.and_then(|last| last.get(..10))
            .is_some_and(|last| *last < *today)
    }
}

impl Network {
    /// What a city has, by kind, then by time and title.
    pub fn of(&self, city: &str) -> &[Foreign] {
        self.cities.get(city).map_or(&[], Vec::as_slice)
    }

    /// What every city has, with the identifier of its embassy.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Foreign)> {
        let cities = self.cities.iter();
        cities.flat_map(|(city, records)| records.iter().map(move |record| (city.as_str(), record)))
    }

    /// Whether nothing was ever harvested.
    pub fn is_empty(&self) -> bool {
        self.cities.is_empty() && self.lock.sources.is_empty()
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

    /// Records of other cities that say that they were adopted from an entry of this site.
    pub fn adoptions<'a>(&'a self, site: &Site, entry: &Entry) -> Vec<(&'a str, &'a Foreign)> {
        let own = site.config.absolute(&super::permalink::id_path(entry));
        let found = self.adopted.get(&own).into_iter().flatten();
        found
            .filter_map(|(city, n)| Some((city.as_str(), self.of(city).get(*n)?)))
            .collect()
    }
}

/// Reads what was harvested. A file that cannot be read is told, and left out.
pub fn read(
    sources: &Sources,
    config: &Config,
    now: &Now,
    faults: &mut Vec<Diagnostic>,
) -> Network {
    let files: Vec<(SourceId, &Source)> = sources
        .iter()
        .filter(|(_, source)| source.path.starts_with(FOLDER) && source.path.ends_with(".json"))
        .collect();
    if files.is_empty() {
        return Network {
            lock: lock::parse(sources, faults),
            ..Network::default()
        };
    }
    let read: Vec<_> = files
        .par_iter()
        .map(|(id, source)| (*id, *source, foreign(source, config, now)))
        .collect();
    let mut cities: BTreeMap<String, Vec<Foreign>> = BTreeMap::new();
    for (id, source, foreign) in read {
        let city = source.path[FOLDER.len()..]
            .split('/')
            .next()
            .unwrap_or_default();
        match foreign {
            Some(foreign) => cities.entry(city.to_owned()).or_default().push(foreign),
            None => faults.push(unreadable(id, source)),
        }
    }
    for records in cities.values_mut() {
        join(records);
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
    }
    let mut adopted: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    for (city, records) in &cities {
        for (n, foreign) in records.iter().enumerate() {
            if let Some(from) = foreign.record["adopted_from"].as_str() {
                adopted
                    .entry(from.to_owned())
                    .or_default()
                    .push((city.clone(), n));
            }
        }
    }
    Network {
        cities,
        adopted,
        lock: lock::parse(sources, faults),
    }
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

fn foreign(source: &Source, config: &Config, now: &Now) -> Option<Foreign> {
    let record: Value = serde_json::from_str(&source.text).ok()?;
    let kind = KINDS.iter().find(|kind| record["kind"] == kind.name)?;
    let title = record["title"].as_object()?;
    let harvested = record["harvest"]["key"].is_string() && record["harvest"]["from"].is_array();
    if title.is_empty() || !harvested {
        return None;
    }
    let gathers = record["start"].is_string() && kind.name == crate::content::event::KIND.name;
    let timetable = if gathers {
        times(&record, config, now)
    } else {
        None
    };
    Some(Foreign {
        kind,
        record,
        timetable,
        also: vec![],
    })
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
fn times(record: &Value, config: &Config, now: &Now) -> Option<Timetable> {
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
        let network = read(&sources, &config, &now, &mut faults);
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
