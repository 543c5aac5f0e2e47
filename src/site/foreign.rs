//! A record of another city, as it lies in the folder, with what can be worked out of it.

use super::lock::{Lock, Topic};
use super::mapped::{Filed, Mapping};
use super::network::FOLDER;
use super::now::Now;
use super::timetable::{self, Occurrence, Timetable};
use crate::content::config::Config;
use crate::content::fields::Zone;
use crate::content::rule::Rule;
use crate::content::schedule::{Change, Recurrence, Repeat, Role, Schedule, Status};
use crate::content::shape::shape;
use crate::content::time::Moment;
use crate::content::{KINDS, Kind, Record};
use crate::source::{Source, SourceId, Spanned};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

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

    /// Whether there is nothing left to do about it: the last day, or the last moment, has passed.
    pub fn is_over(&self, now: &Now) -> bool {
        if self.timetable.is_some() {
            return self.next(now).is_none();
        }
        let last = ["deadline", "valid_until", "end", "start"]
            .iter()
            .find_map(|name| self.record[*name].as_str());
        let Some(last) = last else { return false };
        match last.parse::<Timestamp>() {
            Ok(moment) => moment <= *now,
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

/// What reading a record of another city needs to know.
pub(super) struct Reading<'a> {
    pub lock: &'a Lock,
    pub mapping: Mapping,
    pub config: &'a Config,
    pub now: &'a Now,
}

impl Reading<'_> {
    pub(super) fn foreign(&self, source: &Source) -> Option<Foreign> {
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
