//! When something happens: the capability that calendars, agendas and archives ask a record for.

use super::fields::{Text, Weekday, Zone};
use super::rule::Rule;
use super::time::{Day, Minutes, Moment};
use crate::say;
use crate::source::Spanned;
use crate::yaml::own::{Fault, one_or_many, scalar};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;

/// What a schedule stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// People come together then.
    Gathering,
    /// Until then one can sign up or answer.
    Deadline,
}

/// When something happens, as written: in local time, before zones and repeats are worked out.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Gathering or deadline.
    pub role: Role,
    /// First start.
    pub start: Spanned<Moment>,
    /// End as it was written, inclusive when `all_day`.
    pub end: Option<Spanned<Moment>>,
    /// Length, when no end was written.
    pub duration: Option<Minutes>,
    /// Whole days, without times.
    pub all_day: bool,
    /// Zone of the place; the site's when nothing was written.
    pub zone: Option<Zone>,
    /// How it repeats.
    pub recurrence: Option<Recurrence>,
    /// What is different about single occurrences.
    pub changes: Vec<Change>,
    /// How the whole of it stands.
    pub status: Status,
    /// Why it is cancelled, moved or postponed.
    pub reason: Option<Text>,
}

/// How something repeats: by words or by a rule of RFC 5545.
#[derive(Debug, Clone)]
pub enum Recurrence {
    /// In an editor's words.
    Words(Spanned<Repeat>),
    /// In the words of RFC 5545 section 3.3.10.
    Rule(Spanned<Rule>),
}

/// How often something repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Every {
    Day,
    Week,
    Month,
    Year,
}

/// How an event repeats, in words.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// Each day, week, month or year.
    pub every: Every,
    /// Each so many of them: 2 with `every: week` is every other week.
    #[schemars(range(min = 1, max = 366))]
    pub interval: Option<Spanned<u16>>,
    /// On which days: `wednesday`, `last friday`, `first monday`, or the day of the month `15`.
    #[serde(default, deserialize_with = "one_or_many")]
    pub on: Vec<Spanned<OnDay>>,
    /// Last day on which it may start.
    pub until: Option<Spanned<Day>>,
    /// How many times in all.
    #[schemars(range(min = 1, max = 1000))]
    pub count: Option<Spanned<u32>>,
    /// Days on which it does not take place.
    #[serde(default, deserialize_with = "one_or_many")]
    pub except: Vec<Spanned<Moment>>,
    /// Times outside the rule on which it does take place.
    #[serde(default, deserialize_with = "one_or_many")]
    pub extra: Vec<Spanned<Moment>>,
}

/// A day within a repeat: `wednesday`, `last friday`, `15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDay {
    /// A weekday, with its place in the month: 1 is the first, -1 the last.
    Weekday(Option<i8>, Weekday),
    /// A day of the month.
    Monthday(i8),
}

const NTH: [(&str, i8); 6] = [
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("last", -1),
];

/// The weekdays with their English names, Monday first.
pub const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

fn read_on_day(text: &str) -> Result<OnDay, Fault> {
    let lower = text.trim().to_lowercase();
    if let Ok(day) = lower.parse::<i8>()
        && (1..=31).contains(&day)
    {
        return Ok(OnDay::Monthday(day));
    }
    let (nth, name) = match lower.split_once(' ') {
        Some((nth, name)) => (Some(nth), name.trim()),
        None => (None, lower.as_str()),
    };
    let weekday = WEEKDAYS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, day)| *day);
    let place = nth.map(|nth| NTH.iter().find(|(known, _)| *known == nth).map(|(_, n)| *n));
    match (weekday, place) {
        (Some(day), None) => Ok(OnDay::Weekday(None, day)),
        (Some(day), Some(Some(n))) => Ok(OnDay::Weekday(Some(n), day)),
        _ => Err(Fault {
            code: "event/bad-repeat",
            message: say!("`{}` is not a day to repeat on", text),
            help: match lower.contains(',') {
                true => say!("write it as a list: `[{}]`", lower),
                false => say!(
                    "days are in English: `wednesday`, `last friday`, `first monday`, or a day of the month such as `15`"
                ),
            },
        }),
    }
}

impl<'de> Deserialize<'de> for OnDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar(deserializer, read_on_day)
    }
}

impl Serialize for OnDay {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = |day: &Weekday| {
            WEEKDAYS
                .iter()
                .find(|(_, d)| d == day)
                .map_or("", |(name, _)| *name)
        };
        match self {
            OnDay::Monthday(day) => serializer.collect_str(day),
            OnDay::Weekday(None, day) => serializer.serialize_str(name(day)),
            OnDay::Weekday(Some(n), day) => {
                let nth = NTH
                    .iter()
                    .find(|(_, known)| known == n)
                    .map_or("last", |(name, _)| *name);
                serializer.collect_str(&format_args!("{nth} {}", name(day)))
            }
        }
    }
}

impl JsonSchema for OnDay {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "OnDay".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let pattern = "^((first|second|third|fourth|fifth|last) )?(mon|tues|wednes|thurs|fri|satur|sun)day$|^([1-9]|[12][0-9]|3[01])$";
        json_schema!({ "type": "string", "pattern": pattern })
    }
}

/// How an event, or one occurrence of it, stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It goes ahead as planned.
    #[default]
    Scheduled,
    /// It is not certain yet.
    Tentative,
    /// It was moved to another time.
    Rescheduled,
    /// It is put off, the new time is not known yet.
    Postponed,
    /// It takes place, but online.
    MovedOnline,
    /// It does not take place.
    Cancelled,
}

impl Status {
    /// Whether people can count on it: it is not off, not put off, and not still to be confirmed.
    pub fn is_certain(self) -> bool {
        matches!(
            self,
            Status::Scheduled | Status::Rescheduled | Status::MovedOnline
        )
    }

    /// The name as content and data write it.
    pub fn name(self) -> &'static str {
        match self {
            Status::Scheduled => "scheduled",
            Status::Tentative => "tentative",
            Status::Rescheduled => "rescheduled",
            Status::Postponed => "postponed",
            Status::MovedOnline => "moved_online",
            Status::Cancelled => "cancelled",
        }
    }
}

/// In person, online or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Mode {
    #[default]
    InPerson,
    Online,
    Hybrid,
}

/// What is different about one occurrence of a repeating event.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Which occurrence: its original day, or day and time.
    pub occurrence: Spanned<Moment>,
    /// How it stands; `rescheduled` when a new start is given.
    pub status: Option<Status>,
    /// The new start.
    pub start: Option<Spanned<Moment>>,
    /// The new end.
    pub end: Option<Spanned<Moment>>,
    /// Why.
    pub reason: Option<Text>,
}
