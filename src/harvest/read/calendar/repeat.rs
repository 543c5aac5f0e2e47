//! Repeats of calendars in our words: as a rule, as `repeat` with its exceptions, else as a list of dates.
//!
//! Which of them holds is not guessed: what our own timetable makes of each is compared with what the calendar
//! says, worked out apart (RFC 5545 section 3.8.5).

use crate::content::Record;
use crate::content::config::{self, Config};
use crate::content::event::Event;
use crate::content::html::tags::short;
use crate::content::rule::{Frequency, Rule, Until, read_rule};
use crate::content::schedule::{Schedule, WEEKDAYS};
use crate::harvest::read::time::{Moment, When, iso, shown};
use crate::site::timetable;
use crate::source::{Source, SourceId, Sources};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// How far repeats are worked out, as sites do by themselves.
const DAYS: i64 = 400;
/// Most dates that are listed one by one.
const DATES: usize = 366;
/// Most dates of one rule that are worked out.
const MOST: u16 = 5000;
/// Most dates that lead from its beginning to today: more than a hundred years of days.
const LONGEST: usize = 50_000;
/// How much may be worked out for one calendar, in steps of rules.
pub const STEPS: i64 = 400_000;

/// How an event of a calendar repeats, on the clock of its zone.
#[derive(Debug, Default)]
pub struct Repeats {
    /// RRULE.
    pub rules: Vec<String>,
    /// RDATE.
    pub extra: Vec<DateTime>,
    /// EXDATE: moments, and whole days.
    pub except: Vec<(DateTime, bool)>,
    /// RECURRENCE-ID with what is different then.
    pub changes: Vec<Change>,
}

/// What is different about one time.
#[derive(Debug)]
pub struct Change {
    /// The time that it would have been.
    pub original: DateTime,
    /// `cancelled`, or nothing.
    pub status: Option<&'static str>,
    /// Its own start.
    pub start: DateTime,
    /// Its own end, exclusive.
    pub end: Option<DateTime>,
}

/// What became of the repeats.
pub struct Settled {
    /// Fields of the record.
    pub fields: Vec<(&'static str, Value)>,
    /// The first start, when another date turned out to be the first.
    pub start: DateTime,
    /// What was left out, and why.
    pub lost: Vec<String>,
}

/// Repeats as fields of a record; the reason when nothing of it takes place.
pub fn settle(
    when: &When,
    repeats: &Repeats,
    now: Timestamp,
    steps: &mut i64,
) -> Result<Settled, String> {
    let tz = when.tz();
    let horizon = now
        .to_zoned(tz.clone())
        .datetime()
        .max(when.start)
        .saturating_add(DAYS.days());
    let mut lost = Vec::new();
    let mut rules = Vec::new();
    for text in &repeats.rules {
        match Made::new(text, when, &tz) {
            Ok(rule) => rules.push(rule),
            Err(why) => lost.push(why),
        }
    }
    let over = |rule: &Made| rule.until.is_some_and(|until| until < when.start);
    if !rules.is_empty() && rules.iter().all(over) && repeats.extra.is_empty() {
        return Err("its repeats end before it begins".to_owned());
    }
    let (mut dates, mut open) = (BTreeSet::from([when.start]), false);
    for rule in &rules {
        *steps -= rule.steps(when.start, horizon);
        if *steps < 0 {
            lost.push("too much repeats in this calendar; only its first date was kept".to_owned());
            continue;
        }
        match rule.expand(when.start, horizon) {
            Some((found, ends)) => {
                dates.extend(found);
                open |= !ends;
            }
            None => lost.push(format!(
                "its rule cannot be worked out: {}",
                short(&rule.text, 60)
            )),
        }
    }
    dates.extend(repeats.extra.iter().copied());
    let left_out = |at: &DateTime| {
        let hit = |(moment, day): &(DateTime, bool)| {
            if *day {
                moment.date() == at.date()
            } else {
                moment == at
            }
        };
        repeats.except.iter().any(hit)
    };
    let except: Vec<DateTime> = dates.iter().copied().filter(&left_out).collect();
    dates.retain(|at| !left_out(at));
    let Some(first) = dates.first().copied() else {
        return Err("each of its dates is left out".to_owned());
    };
    let work = Work {
        when,
        dates: &dates,
        except: &except,
        horizon,
        tz: &tz,
        now,
        changes: &repeats.changes,
    };
    let single = dates.len() == 1 && !open;
    if single && first == when.start {
        return Ok(Settled {
            fields: vec![],
            start: first,
            lost,
        });
    }
    if let ([rule], []) = (rules.as_slice(), lost.as_slice())
        && let Some((fields, start)) = work.as_rule(rule)
    {
        return Ok(Settled {
            fields,
            start,
            lost,
        });
    }
    work.as_dates(open, lost)
}

/// A rule of a calendar, and as ours where we have it.
struct Made {
    /// The parts that are worked out, without UNTIL.
    text: String,
    until: Option<DateTime>,
    frequency: String,
    interval: i64,
    ours: Option<Rule>,
}

impl Made {
    fn new(text: &str, when: &When, tz: &TimeZone) -> Result<Made, String> {
        let upper: String = text
            .to_ascii_uppercase()
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let mut parts: Vec<(String, String)> = Vec::new();
        for part in upper.trim_start_matches("RRULE:").split(';').take(20) {
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            let known = parts.iter().any(|(known, _)| known == name);
            if !known && !name.starts_with("X-") && !value.is_empty() && value.len() <= 400 {
                parts.push((name.to_owned(), value.to_owned()));
            }
        }
        let given = parts.clone();
        let value = |name: &str| {
            given
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.clone())
        };
        let until = value("UNTIL").map(|text| until(&text, when, tz).ok_or(text));
        let until = until
            .transpose()
            .map_err(|text| format!("UNTIL is no moment: {}", short(&text, 60)))?;
        // A rule ends by one of the two; negative counts are how some say that it does not end.
        let drop_count =
            until.is_some() || value("COUNT").is_some_and(|count| count.starts_with('-'));
        let at = when.start;
        let is_start = |name: &str, value: &str| {
            let own = match name {
                "BYHOUR" => at.hour(),
                "BYMINUTE" => at.minute(),
                "BYSECOND" => at.second(),
                _ => return false,
            };
            value.parse() == Ok(own)
        };
        parts.retain(|(name, value)| {
            name != "UNTIL" && !(name == "COUNT" && drop_count) && !is_start(name, value)
        });
        let text: Vec<String> = parts
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let text = text.join(";");
        let mut ours = read_rule(&text).ok();
        if let Some(rule) = &mut ours {
            rule.until = until.map(|at| match when.all_day {
                true => Until::Day(at.date()),
                false => Until::Local(at),
            });
        }
        let frequency = value("FREQ").ok_or("a rule without FREQ")?;
        let interval = value("INTERVAL")
            .and_then(|n| n.parse().ok())
            .unwrap_or(1)
            .max(1);
        Ok(Made {
            text,
            until,
            frequency,
            interval,
            ours,
        })
    }

    /// How many steps it takes to work it out.
    fn steps(&self, start: DateTime, horizon: DateTime) -> i64 {
        let last = self.until.unwrap_or(horizon).min(horizon);
        let days = i64::from((last.date() - start.date()).get_days()).max(0);
        match self.frequency.as_str() {
            "DAILY" => days / self.interval + 20,
            "WEEKLY" => days / 7 / self.interval + 20,
            "MONTHLY" => days / 30 / self.interval * 8 + 20,
            "YEARLY" => days / 365 / self.interval * 90 + 20,
            _ => 10_000,
        }
    }

    /// Its dates until the horizon, and whether that is all of them.
    fn expand(&self, start: DateTime, horizon: DateTime) -> Option<(Vec<DateTime>, bool)> {
        let within_a_day = matches!(self.frequency.as_str(), "HOURLY" | "MINUTELY" | "SECONDLY");
        if within_a_day
            && !self.text.contains("COUNT=")
            && self
                .until
                .is_none_or(|until| until > start.saturating_add(31.days()))
        {
            return None;
        }
        let last = self.until.unwrap_or(horizon).min(horizon);
        let ends = self.until.is_some_and(|until| until <= horizon);
        if last < start {
            return Some((vec![], true));
        }
        let text = format!(
            "DTSTART:{}\nRRULE:{};UNTIL={}",
            start.strftime("%Y%m%dT%H%M%SZ"),
            without_count(&self.text),
            last.strftime("%Y%m%dT%H%M%SZ"),
        );
        let set: rrule::RRuleSet = text.parse().ok()?;
        let count = self
            .text
            .split(';')
            .find_map(|part| part.strip_prefix("COUNT=")?.parse::<usize>().ok());
        let civil = |seconds: i64| {
            Some(
                Timestamp::from_second(seconds)
                    .ok()?
                    .to_zoned(TimeZone::UTC)
                    .datetime(),
            )
        };
        let most = match (count, within_a_day) {
            (Some(count), _) => count.min(usize::from(MOST)),
            (None, true) => DATES + 1,
            (None, false) => LONGEST,
        };
        let set = set.limit();
        let made = (&set).into_iter().take(most);
        let mut dates: Vec<DateTime> = made.filter_map(|date| civil(date.timestamp())).collect();
        if within_a_day && dates.len() > DATES {
            return None;
        }
        let all = count.is_some_and(|count| dates.len() >= count);
        dates.retain(|at| *at <= horizon);
        Some((dates, ends || all))
    }
}

fn without_count(text: &str) -> String {
    let parts = text.split(';').filter(|part| !part.starts_with("COUNT="));
    parts.collect::<Vec<_>>().join(";")
}

/// UNTIL on the clock of the place. A day ends what has times at its midnight, as other programs read it.
fn until(text: &str, when: &When, tz: &TimeZone) -> Option<DateTime> {
    match iso(text)? {
        Moment::Day(day) => Some(day.at(0, 0, 0, 0)),
        Moment::Local(at) => Some(at),
        Moment::Instant(at) if when.all_day => Some(at.to_zoned(TimeZone::UTC).datetime()),
        Moment::Instant(at) => Some(at.to_zoned(tz.clone()).datetime()),
    }
}

struct Work<'w> {
    when: &'w When,
    dates: &'w BTreeSet<DateTime>,
    except: &'w [DateTime],
    horizon: DateTime,
    tz: &'w TimeZone,
    now: Timestamp,
    changes: &'w [Change],
}

impl Work<'_> {
    /// The rule itself, or the words that mean it, if they make these very dates. One that began so long ago that
    /// nobody counts its dates any more begins a year ago instead.
    fn as_rule(&self, made: &Made) -> Option<(Vec<(&'static str, Value)>, DateTime)> {
        let rule = made.ours.as_ref()?;
        let whole = (self.when.start, self.dates.clone());
        let since = self
            .now
            .to_zoned(self.tz.clone())
            .datetime()
            .saturating_sub(1.year());
        let late: BTreeSet<DateTime> = self.dates.range(since..).copied().collect();
        let long = self.dates.len() > usize::from(MOST) / 5 && rule.count.is_none();
        let late = late
            .first()
            .copied()
            .filter(|_| long)
            .map(|first| (first, late.clone()));
        for (start, dates) in std::iter::once(whole).chain(late) {
            let mut tries: Vec<Vec<(&'static str, Value)>> = Vec::new();
            if self.except.iter().all(|at| *at < start) {
                tries.push(vec![("rrule", json!(rule.to_string()))]);
            }
            tries.extend(self.words(rule, start).map(|words| vec![("repeat", words)]));
            for mut fields in tries {
                let changes = self.changes_of(&dates);
                if !changes.is_empty() {
                    fields.push(("changes", json!(changes)));
                }
                if self.makes(start, &fields, &dates) {
                    return Some((fields, start));
                }
            }
        }
        None
    }

    /// The dates one by one: those near now, when there are many.
    fn as_dates(&self, open: bool, mut lost: Vec<String>) -> Result<Settled, String> {
        let now = self.now.to_zoned(self.tz.clone()).datetime();
        let mut dates: Vec<DateTime> = self.dates.iter().copied().collect();
        if dates.len() > DATES {
            let past = dates.partition_point(|at| *at < now);
            let from = past.saturating_sub(DATES / 6).min(dates.len() - DATES);
            lost.push(format!(
                "of its {} dates {DATES} were kept, those around today",
                dates.len()
            ));
            dates = dates.split_off(from);
            dates.truncate(DATES);
        }
        if open {
            lost.push(format!(
                "it goes on without end; its dates until {} were kept",
                self.horizon.date()
            ));
        }
        let first = dates.first().copied().ok_or("it has no dates")?;
        let kept: BTreeSet<DateTime> = dates.iter().copied().collect();
        let show = |at: &DateTime| json!(shown(*at, self.when.all_day, self.tz));
        let rest: Vec<Value> = dates.iter().skip(1).map(show).collect();
        let mut fields = Vec::new();
        if !rest.is_empty() {
            fields.push((
                "repeat",
                json!({ "every": "day", "count": 1, "extra": rest }),
            ));
        }
        let changes = self.changes_of(&kept);
        let plain = fields.clone();
        if !changes.is_empty() {
            fields.push(("changes", json!(changes)));
        }
        if self.makes(first, &fields, &kept) {
            return Ok(Settled {
                fields,
                start: first,
                lost,
            });
        }
        if !changes.is_empty() && self.makes(first, &plain, &kept) {
            lost.push("what is different about single times cannot be told".to_owned());
            return Ok(Settled {
                fields: plain,
                start: first,
                lost,
            });
        }
        lost.push("its repeats cannot be told; only its first date was kept".to_owned());
        Ok(Settled {
            fields: vec![],
            start: first,
            lost,
        })
    }

    /// Changes of dates that there are.
    fn changes_of(&self, dates: &BTreeSet<DateTime>) -> Vec<Value> {
        let mut told = BTreeSet::new();
        let known = self.changes.iter().filter(|change| {
            (dates.contains(&change.original) || change.original > self.horizon)
                && told.insert(change.original)
        });
        known.filter_map(|change| self.change(change)).collect()
    }

    fn change(&self, change: &Change) -> Option<Value> {
        let show = |at: DateTime| shown(at, self.when.all_day, self.tz);
        let mut fields = Map::from_iter([("occurrence".to_owned(), json!(show(change.original)))]);
        if let Some(status) = change.status {
            fields.insert("status".to_owned(), json!(status));
        }
        if change.start != change.original {
            fields.insert("start".to_owned(), json!(show(change.start)));
        }
        let length =
            |start: DateTime, end: Option<DateTime>| end.map(|end| start.duration_until(end));
        let (own, usual) = (
            length(change.start, change.end),
            length(self.when.start, self.when.end),
        );
        if let (Some(end), true) = (change.end.filter(|end| *end > change.start), own != usual) {
            let end = if self.when.all_day {
                end.saturating_sub(1.day())
            } else {
                end
            };
            fields.insert("end".to_owned(), json!(show(end)));
        }
        (fields.len() > 1).then_some(Value::Object(fields))
    }

    /// The rule in words, with what is left out.
    fn words(&self, rule: &Rule, at: DateTime) -> Option<Value> {
        let plain =
            rule.by_year_day.is_empty() && rule.by_week_no.is_empty() && rule.by_set_pos.is_empty();
        let name = |day| {
            WEEKDAYS
                .iter()
                .find(|(_, known)| *known == day)
                .map(|(name, _)| *name)
        };
        let (every, on): (&str, Vec<String>) = match rule.frequency {
            Frequency::Daily if rule.by_day.is_empty() && rule.by_month_day.is_empty() => {
                ("day", vec![])
            }
            Frequency::Weekly if rule.by_month_day.is_empty() => {
                let days = rule
                    .by_day
                    .iter()
                    .map(|(_, day)| name(*day).map(str::to_owned));
                ("week", days.collect::<Option<_>>()?)
            }
            Frequency::Monthly => {
                let nth = |n: i8| {
                    ["last", "first", "second", "third", "fourth", "fifth"]
                        .get(usize::try_from(n.max(0)).ok()?)
                };
                let numbered = |(n, day): &(Option<i8>, _)| {
                    let n = n.filter(|n| (-1..=5).contains(n) && *n != 0)?;
                    Some(format!("{} {}", nth(n)?, name(*day)?))
                };
                let days = rule.by_month_day.iter().map(ToString::to_string);
                (
                    "month",
                    days.chain(
                        rule.by_day
                            .iter()
                            .map(numbered)
                            .collect::<Option<Vec<_>>>()?,
                    )
                    .collect(),
                )
            }
            Frequency::Yearly => {
                let same = |known: &[i8], own: i8| known.is_empty() || known == [own];
                (rule.by_day.is_empty()
                    && same(&rule.by_month, at.month())
                    && same(&rule.by_month_day, at.day()))
                .then_some(("year", vec![]))?
            }
            _ => return None,
        };
        if !plain || !rule.by_month.is_empty() && rule.frequency != Frequency::Yearly {
            return None;
        }
        let mut words = Map::from_iter([("every".to_owned(), json!(every))]);
        if rule.interval > 1 {
            words.insert("interval".to_owned(), json!(rule.interval));
        }
        if !on.is_empty() {
            words.insert("on".to_owned(), json!(on));
        }
        match (rule.count, rule.until) {
            (Some(count), _) => drop(words.insert("count".to_owned(), json!(count))),
            (None, Some(Until::Day(day))) => drop(words.insert("until".to_owned(), json!(day))),
            (None, Some(Until::Local(last) | Until::Utc(last))) => {
                let whole = last.time() >= at.time();
                let day = if whole {
                    last.date()
                } else {
                    last.date().saturating_sub(1.day())
                };
                words.insert("until".to_owned(), json!(day));
            }
            (None, None) => {}
        }
        let show = |at: &DateTime| json!(shown(*at, self.when.all_day, self.tz));
        let except: Vec<Value> = self
            .except
            .iter()
            .filter(|day| **day >= at)
            .map(show)
            .collect();
        if !except.is_empty() {
            words.insert("except".to_owned(), json!(except));
        }
        Some(Value::Object(words))
    }

    /// Whether our own timetable makes of these fields the dates that are meant.
    fn makes(
        &self,
        start: DateTime,
        fields: &[(&'static str, Value)],
        dates: &BTreeSet<DateTime>,
    ) -> bool {
        let mut record = Map::from_iter([
            ("start".to_owned(), json!(self.when.shown(start))),
            ("all_day".to_owned(), json!(self.when.all_day)),
            ("timezone".to_owned(), json!(self.when.zone)),
        ]);
        record.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        let Some(schedule) = schedule(&Value::Object(record).to_string()) else {
            return false;
        };
        let (mut faults, now) = (Vec::new(), self.now.to_zoned(self.tz.clone()));
        let Some(config) = CONFIG.as_ref() else {
            return false;
        };
        let Some(made) = timetable::resolve(&schedule, None, config, &now, &mut faults) else {
            return false;
        };
        let settled = |at: &DateTime| self.tz.to_zoned(*at).map_or(*at, |at| at.datetime());
        let originals: BTreeSet<DateTime> = made
            .occurrences
            .iter()
            .map(|o| o.original)
            .filter(|at| *at <= self.horizon)
            .collect();
        originals == dates.iter().map(settled).collect::<BTreeSet<_>>()
    }
}

/// What our own parser makes of the fields of an event: JSON is YAML.
fn schedule(json: &str) -> Option<Schedule> {
    let mut faults = Vec::new();
    let (node, _) = crate::yaml::parse(SourceId(0), json, 0..json.len());
    let event: Event = crate::yaml::decode::decode(&node?, &mut faults)?;
    let errors = faults
        .iter()
        .any(|fault| fault.severity == crate::diagnostic::Severity::Error);
    (!errors).then(|| event.schedule())?
}

/// The configuration of a site that says nothing of its own.
static CONFIG: LazyLock<Option<Config>> = LazyLock::new(|| {
    let text = "title: Lab\nurl: https://lab.example\nlanguages: [en]\ntimezone: UTC\n";
    let source = Source {
        path: config::PATH.into(),
        text: text.into(),
    };
    config::parse(&Sources::new(vec![source]), &mut vec![])
});

/// Several times of one event as they are listed, with the status of each where it differs: the first of them and
/// the others as dates more. And what was left out.
pub fn of_times(
    times: &[(Moment, Option<Moment>)],
    statuses: &[Option<&'static str>],
    zone: &str,
    now: Timestamp,
) -> (Option<When>, Vec<String>) {
    let mut whens: Vec<(When, Option<&'static str>)> = times
        .iter()
        .enumerate()
        .filter_map(|(n, (start, end))| {
            Some((
                When::new(*start, *end, zone)?,
                statuses.get(n).copied().flatten(),
            ))
        })
        .collect();
    whens.sort_by_key(|(when, _)| when.start);
    whens.dedup_by_key(|(when, _)| when.start);
    let Some((first, status)) = whens.first().cloned() else {
        return (None, vec![]);
    };
    let same: Vec<_> = whens
        .iter()
        .filter(|(when, _)| when.all_day == first.all_day && when.zone == first.zone)
        .collect();
    let mut lost = Vec::new();
    if same.len() < whens.len() {
        lost.push(format!(
            "{} of its times are of another sort",
            whens.len() - same.len()
        ));
    }
    let length = |when: &When| when.end.map(|end| when.start.duration_until(end));
    let changed = same
        .iter()
        .filter(|(when, status)| length(when) != length(&first) || status.is_some());
    let repeats = Repeats {
        extra: same.iter().skip(1).map(|(when, _)| when.start).collect(),
        changes: changed
            .map(|(when, status)| Change {
                original: when.start,
                status: *status,
                start: when.start,
                end: when.end,
            })
            .collect(),
        ..Repeats::default()
    };
    let mut when = first;
    if repeats.extra.is_empty() && status.is_none() {
        return (Some(when), lost);
    }
    match settle(&when, &repeats, now, &mut i64::from(i32::MAX)) {
        Ok(settled) => {
            let moved = when.start.duration_until(settled.start);
            when.end = when.end.and_then(|end| end.checked_add(moved).ok());
            when.start = settled.start;
            when.repeats = settled.fields;
            lost.extend(settled.lost);
            (Some(when), lost)
        }
        Err(why) => (Some(when), vec![why]),
    }
}
