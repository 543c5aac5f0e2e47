//! What we publish ourselves is harvested back equal to itself, in each form in which we publish it.

#![cfg(feature = "harvest")]
#![allow(
    clippy::disallowed_methods,
    reason = "reads the demo from the repository"
)]

#[path = "network/harvested.rs"]
mod harvested;

use plein::content::schedule::Status;
use plein::harvest::asking::{Answer, Ask, Fetched, Refusal, Version};
use plein::harvest::found::{Payload, Reading, Setting};
use plein::harvest::gather::{Place, TAKEN};
use plein::harvest::keep::Store;
use plein::harvest::read::read;
use plein::harvest::round::{self, City};
use plein::output;
use plein::press::{self, Inputs};
use plein::site::lock::Lock;
use plein::source::past::Past;
use plein::source::{Sources, disk};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const SITE: &str = "https://stadsmakerslab.example";
const NOW: &str = "2026-11-22T12:00:00+01:00";

/// The demo, of which each file is made when it is asked for.
struct Demo(plein::output::Press, plein::output::Plan);

impl Demo {
    fn new() -> Self {
        let folder = disk::read(Path::new(env!("CARGO_MANIFEST_DIR")));
        let inputs = Inputs {
            folder: &folder,
            past: &Past::default(),
            now: NOW.parse().unwrap(),
            preview: false,
        };
        let (press, plan) =
            press::prepare(&inputs, &mut Default::default(), &mut vec![]).expect("a demo");
        Demo(press, plan)
    }

    fn file(&self, path: &str) -> Option<Vec<u8>> {
        let file = self.1.iter().find(|file| file.path == path)?;
        output::render(&self.0, &self.1, file).ok()
    }

    fn items(&self, folder: &str) -> Vec<Value> {
        let bytes = self.file(&format!("/data/v1/{folder}.json")).unwrap();
        let set: Value = serde_json::from_slice(&bytes).unwrap();
        set["items"].as_array().unwrap().clone()
    }

    fn reading(&self, path: &str) -> Reading {
        let bytes = self.file(path).unwrap_or_else(|| panic!("{path}"));
        let payload = Payload {
            url: &format!("{SITE}{path}"),
            media_type: None,
            bytes: &bytes,
        };
        let setting = Setting {
            timezone: "Europe/Amsterdam",
            language: "nl",
            now: NOW.parse().unwrap(),
        };
        read(&payload, &setting).unwrap()
    }
}

impl Ask for &Demo {
    fn ask(&mut self, url: &str, _: Option<&Version>) -> Result<Answer, Refusal> {
        let path = url.strip_prefix(SITE).unwrap_or("");
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        let path = output::rpde::file(path, query).unwrap_or_else(|| path.to_owned());
        let bytes = self.file(&path).ok_or_else(|| Refusal {
            gone: true,
            ..plein::say!("its host answers {}", "404").into()
        })?;
        Ok(Answer::New(Fetched {
            url: url.to_owned(),
            media_type: path.ends_with(".ttl").then(|| "text/turtle".to_owned()),
            version: Version::default(),
            bytes,
        }))
    }
}

/// A record without what leads to people, as it is kept.
fn without_people(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for name in ["email", "phone"] {
                fields.shift_remove(name);
            }
            fields.values_mut().for_each(without_people);
            fields.retain(|_, value| *value != json!({}));
        }
        Value::Array(items) => items.iter_mut().for_each(without_people),
        _ => {}
    }
}

/// What the demo does not have is not compared: it has all of these.
const HAD: &[&str] = &[
    "repeat",
    "changes",
    "all_day",
    "status",
    "location",
    "price",
    "registration",
    "parts",
    "image",
    "contact",
    "deadline",
    "updates",
    "direction",
    "approach",
    "date",
    "topics",
    "accessibility",
];

#[test]
fn the_whole_demo_comes_back_by_its_change_feeds_field_by_field() {
    let demo = Demo::new();
    let city = City {
        name: "almere".to_owned(),
        urls: vec![format!("{SITE}/catalog.ttl")],
        place: Place {
            timezone: "Europe/Amsterdam".to_owned(),
            language: "nl".to_owned(),
            now: NOW.parse().unwrap(),
        },
    };
    let mut store = Store::read(&Sources::default(), "almere");
    let told = round::city(|| &demo, &mut store, &city, &Lock::default(), false).remove(0);
    assert!(
        told.trouble.is_empty() && told.changed.refused.is_empty(),
        "{told:#?}"
    );
    let files = store.files(&Store::default()).into_values().flatten();
    let mut found: BTreeMap<String, Value> = files
        .map(|text| serde_json::from_str::<Value>(&text).unwrap())
        .map(|record| (record["id"].as_str().unwrap().to_owned(), record))
        .collect();
    let mut seen = BTreeSet::new();
    let (mut compared, mut languages) = (0, BTreeSet::new());
    for kind in TAKEN {
        for mut item in demo.items(kind.folder) {
            without_people(&mut item);
            let id = item["id"].as_str().unwrap();
            let mut record = found.remove(id).unwrap_or_else(|| panic!("{id}"));
            let harvest = record
                .as_object_mut()
                .unwrap()
                .shift_remove("harvest")
                .unwrap();
            assert_eq!(
                (&harvest["key"], &harvest["system"]),
                (&item["id"], &json!("Plein"))
            );
            assert_eq!(record, item, "{id}");
            seen.extend(item.as_object().unwrap().keys().cloned());
            languages.extend(item["title"].as_object().unwrap().keys().cloned());
            compared += 1;
        }
    }
    assert!(
        found.is_empty(),
        "there is more than was published: {:?}",
        found.keys()
    );
    assert!(compared > 100, "{compared}");
    for field in HAD {
        assert!(seen.contains(*field), "no record of the demo has `{field}`");
    }
    assert!(languages.len() > 1, "{languages:?}");
}

/// A time of an event: start, end, and whether it is cancelled.
type Time = (String, String, bool);

/// When each of these records takes place, as our own sites show it.
fn times<'r>(records: impl Iterator<Item = &'r Map<String, Value>>) -> Vec<BTreeSet<Time>> {
    let file = |(n, record): (usize, &Map<String, Value>)| {
        let mut record = record.clone();
        record.insert("kind".to_owned(), json!("event"));
        record.insert("harvest".to_owned(), json!({ "key": "x", "from": ["x"] }));
        (
            format!("data/harvest/c{n}/events/x.json"),
            Value::Object(record),
        )
    };
    let files: Vec<(String, Value)> = records.enumerate().map(file).collect();
    let press = harvested::network(NOW, &files);
    let of = |n: usize| {
        let found = press.site.network.of(&format!("c{n}"));
        let timetable = found.first()?.timetable.as_ref()?;
        // A day is a day, whatever the zone of who reads it.
        let shown = |at: &jiff::Zoned| match timetable.all_day {
            true => at.date().to_string(),
            false => at.timestamp().to_string(),
        };
        let all = timetable.occurrences.iter();
        Some(
            all.map(|at| {
                (
                    shown(&at.start),
                    shown(&at.end),
                    at.status == Status::Cancelled,
                )
            })
            .collect(),
        )
    };
    (0..files.len())
        .map(|n| of(n).unwrap_or_default())
        .collect()
}

/// Pairs with the times of both.
fn timed(
    pairs: Vec<(Value, &Map<String, Value>)>,
) -> Vec<(Value, &Map<String, Value>, [BTreeSet<Time>; 2])> {
    let published = times(pairs.iter().filter_map(|(item, _)| item.as_object()));
    let found = times(pairs.iter().map(|(_, record)| *record));
    let both = published.into_iter().zip(found);
    let all = pairs.into_iter().zip(both);
    all.map(|((item, record), (published, found))| (item, record, [published, found]))
        .collect()
}

/// Each event of a reading beside what was published, by what finds it there.
fn beside<'r>(
    demo: &'r Demo,
    reading: &'r Reading,
    name: impl Fn(&Value) -> Vec<String>,
) -> Vec<(Value, &'r Map<String, Value>)> {
    let published = demo.items("events");
    let by_name: BTreeMap<String, &Value> = published
        .iter()
        .flat_map(|item| name(item).into_iter().map(move |name| (name, item)))
        .collect();
    // Days on which something ends stand among the events, under names of their own.
    let deadline = |key: &str| key.contains(".registration@") || key.contains(".deadline@");
    let events = reading
        .found
        .iter()
        .filter(|found| found.kind.name == "event" && !deadline(&found.key));
    let pair = |found: &'r plein::harvest::found::Found| {
        let names = [Some(found.key.clone()), found.url.clone()];
        let item = names
            .into_iter()
            .flatten()
            .find_map(|name| by_name.get(&name));
        let item = item.unwrap_or_else(|| panic!("{} {:?}", found.key, found.url));
        ((*item).clone(), &found.record)
    };
    events.map(pair).collect()
}

/// What a field says, unless it is what is usual.
fn said(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| **value != json!(false) && **value != json!("scheduled"))
}

fn uid(item: &Value) -> Vec<String> {
    vec![item["calendar_uid"].as_str().unwrap().to_owned()]
}

fn pages(item: &Value) -> Vec<String> {
    let pages = item["url"].as_object().unwrap().values();
    let pages = pages.filter_map(Value::as_str).map(str::to_owned);
    pages
        .chain([item["id"].as_str().unwrap().to_owned()])
        .collect()
}

#[test]
fn the_calendar_of_the_demo_comes_back_with_every_time() {
    let demo = Demo::new();
    let reading = demo.reading("/agenda/calendar.ics");
    assert!(reading.refused.is_empty(), "{:#?}", reading.refused);
    let pairs = beside(&demo, &reading, uid);
    assert!(pairs.len() > 40, "{}", pairs.len());
    let (mut repeats, mut cancelled, mut days, mut moved) = (0, 0, 0, 0);
    for (item, record, [published, found]) in timed(pairs) {
        let name = &item["calendar_uid"];
        assert!(!published.is_empty(), "{name}");
        assert_eq!(found, published, "{name}: {record:#?}");
        // Days have no zone in a calendar.
        if item["all_day"] != true {
            assert_eq!(record["timezone"], item["timezone"], "{name}");
        }
        assert_eq!(
            said(record.get("all_day")),
            said(item.get("all_day")),
            "{name}"
        );
        let (title, own) = (&record["title"]["nl"], &item["title"]["nl"]);
        // Calendars say in the title what becomes of an event.
        if item["status"] == "scheduled" {
            assert_eq!(title, own, "{name}");
        }
        for field in ["lat", "lon"] {
            let place = |record: &Value| record["location"][field].clone();
            if !place(&item).is_null() {
                assert_eq!(
                    place(&Value::Object(record.clone())),
                    place(&item),
                    "{name}"
                );
            }
        }
        repeats += usize::from(published.len() > 1);
        cancelled += usize::from(published.iter().any(|(.., cancelled)| *cancelled));
        days += usize::from(item["all_day"] == true);
        moved += usize::from(item["changes"].as_array().is_some());
    }
    // So that each of these is really compared.
    assert!(
        repeats > 5 && cancelled > 1 && days > 3 && moved > 1,
        "{repeats} {cancelled} {days} {moved}"
    );
}

#[test]
fn the_table_of_the_demo_comes_back_with_every_time() {
    let demo = Demo::new();
    let reading = demo.reading("/data/v1/events.csv");
    assert!(reading.refused.is_empty(), "{:#?}", reading.refused);
    let pairs = beside(&demo, &reading, pages);
    assert_eq!(pairs.len(), demo.items("events").len());
    for (item, record, [published, found]) in timed(pairs) {
        let name = &item["id"];
        assert_eq!(found, published, "{name}: {record:#?}");
        for field in ["title", "summary", "timezone", "all_day", "status"] {
            assert_eq!(
                said(record.get(field)),
                said(item.get(field)),
                "{name}: {field}"
            );
        }
    }
}

#[test]
fn pages_and_feeds_of_the_demo_come_back() {
    let demo = Demo::new();
    let mut compared = 0;
    let items = demo.items("events");
    let published = times(items.iter().filter_map(Value::as_object));
    let mut pages = Vec::new();
    for item in &items {
        let page = item["url"]["nl"].as_str().unwrap();
        pages.push(demo.reading(page.strip_prefix(SITE).unwrap()));
    }
    let found: Vec<(usize, &Map<String, Value>)> = pages
        .iter()
        .enumerate()
        .flat_map(|(n, page)| page.found.iter().map(move |found| (n, &found.record)))
        .collect();
    let starts = |times: &BTreeSet<Time>| -> BTreeSet<String> {
        times.iter().map(|(start, ..)| start.clone()).collect()
    };
    for ((n, record), times) in found
        .iter()
        .zip(times(found.iter().map(|(_, record)| *record)))
    {
        // A page tells of what is to come; each of its times is one that was published.
        let (own, all) = (starts(&times), starts(&published[*n]));
        assert!(
            own.is_subset(&all),
            "{record:?}: {:?}",
            own.difference(&all)
        );
        compared += usize::from(!own.is_empty());
    }
    assert!(compared > 40, "{compared}");
    for path in ["/agenda/feed.json", "/agenda/feed.rss", "/agenda/feed.atom"] {
        let reading = demo.reading(path);
        assert!(
            reading.refused.is_empty() && reading.found.len() > 5,
            "{path}: {:#?}",
            reading.refused
        );
        let titles: BTreeSet<String> = demo
            .items("events")
            .into_iter()
            .map(|item| item["title"]["nl"].as_str().unwrap().to_owned())
            .collect();
        for found in &reading.found {
            let title = found.record["title"]["nl"].as_str().unwrap();
            let bare = title.trim_start_matches("Vervalt: ");
            assert!(
                titles.contains(title) || titles.contains(bare),
                "{path}: {title}"
            );
            assert!(
                found
                    .url
                    .as_deref()
                    .is_some_and(|url| url.starts_with(SITE)),
                "{path}: {title}"
            );
        }
    }
}
