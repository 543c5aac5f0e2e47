//! Repeats of calendars in our words: as a rule, as `repeat` with its exceptions, else as a list of dates.
//!
//! Which of them holds is not guessed: what our own timetable makes of each is compared with what the calendar
//! says, worked out apart (RFC 5545 section 3.8.5).

use super::rules::{DATES, MOST, Made, on_days};
use super::trial;
use crate::content::html::tags::short;
use crate::content::rule::{Frequency, Rule, Until};
use crate::diagnostic::Words;
use crate::harvest::read::time::{When, shown};
use crate::say;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// How far repeats are worked out, as sites do by themselves.
const DAYS: i64 = 400;
/// How much may be worked out for one calendar, in steps of rules.
pub const STEPS: i64 = 400_000;

/// How many steps it takes to find that a rule makes no date at all.
const NONE: i64 = 20_000;

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
#[derive(Debug, Clone)]
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
    fields: Vec<(&'static str, Value)>,
    /// The first start, when another date turned out to be the first.
    start: DateTime,
    /// Its end, when it is another than that of the first.
    end: Option<DateTime>,
    /// What was left out, and why.
    lost: Vec<Words>,
}

impl Settled {
    fn of(start: DateTime, fields: Vec<(&'static str, Value)>, lost: Vec<Words>) -> Settled {
        Settled {
            fields,
            start,
            end: None,
            lost,
        }
    }

    /// Puts them into a time; gives what was left out.
    pub fn apply(self, when: &mut When) -> Vec<Words> {
        let moved = when.start.duration_until(self.start);
        let end = when.end.and_then(|end| end.checked_add(moved).ok());
        when.end = self.end.or(end);
        when.start = self.start;
        when.repeats = self.fields;
        self.lost
    }
}

/// The dates of an event until the horizon.
pub struct Dates {
    /// When it takes place.
    pub all: BTreeSet<DateTime>,
    /// When it would, but does not.
    except: Vec<DateTime>,
    /// Whether there are more of them later.
    pub open: bool,
    rules: Vec<Made>,
    horizon: DateTime,
    lost: Vec<Words>,
}

impl Dates {
    /// Whether it takes place then, or may do so later than was worked out.
    pub fn has(&self, at: DateTime) -> bool {
        self.all.contains(&at) || self.open && at > self.horizon
    }

    /// Takes a time out.
    pub fn leave_out(&mut self, at: DateTime) {
        self.all.remove(&at);
        self.except.push(at);
        self.except.sort();
    }

    /// Those from one time until another, moved by so much; nothing when there are none.
    pub fn part(
        &self,
        from: Option<DateTime>,
        to: Option<DateTime>,
        moved: SignedDuration,
    ) -> Option<Dates> {
        let within =
            |at: &&DateTime| from.is_none_or(|from| **at >= from) && to.is_none_or(|to| **at < to);
        let all: BTreeSet<DateTime> = self
            .all
            .iter()
            .filter(within)
            .filter_map(|at| at.checked_add(moved).ok())
            .filter(|at| !self.open || *at <= self.horizon)
            .collect();
        (!all.is_empty()).then(|| Dates {
            all,
            except: vec![],
            open: self.open && to.is_none(),
            rules: vec![],
            horizon: self.horizon,
            lost: vec![],
        })
    }
}

/// Works out when an event takes place; the reason when it never does.
pub fn dates(
    when: &When,
    repeats: &Repeats,
    now: Timestamp,
    steps: &mut i64,
) -> Result<Dates, Words> {
    let tz = when.tz();
    let horizon = now
        .to_zoned(tz.clone())
        .datetime()
        .max(when.start)
        .saturating_add(DAYS.days());
    let (mut lost, mut rules) = (Vec::new(), Vec::new());
    for text in &repeats.rules {
        match Made::new(text, when, &tz) {
            Ok(rule) => rules.push(rule),
            Err(why) => lost.push(why),
        }
    }
    let over = |rule: &Made| rule.until.is_some_and(|until| until < when.start);
    if !rules.is_empty() && rules.iter().all(over) && repeats.extra.is_empty() {
        return Err(say!("its repeats end before it begins"));
    }
    let (mut all, mut open) = (BTreeSet::from([when.start]), false);
    for rule in &rules {
        *steps -= rule.steps(when.start, horizon);
        if *steps < 0 {
            lost.push(say!(
                "too much repeats in this calendar; only its first date was kept"
            ));
            continue;
        }
        match rule.expand(when.start, horizon) {
            // Finding out that there are none takes the longest.
            Some((found, true)) if found.is_empty() => *steps -= NONE,
            Some((found, false)) if found.is_empty() => {
                *steps -= NONE;
                lost.push(say!("its rule never comes: {}", short(&rule.text, 60)));
            }
            Some((found, ends)) => {
                all.extend(found);
                open |= !ends;
            }
            None => lost.push(say!(
                "its rule cannot be worked out: {}",
                short(&rule.text, 60)
            )),
        }
    }
    all.extend(repeats.extra.iter().copied());
    let moments: BTreeSet<DateTime> = repeats
        .except
        .iter()
        .filter(|(_, day)| !day)
        .map(|(at, _)| *at)
        .collect();
    let days: BTreeSet<_> = repeats
        .except
        .iter()
        .filter(|(_, day)| *day)
        .map(|(at, _)| at.date())
        .collect();
    let left_out = |at: &DateTime| moments.contains(at) || days.contains(&at.date());
    let except: Vec<DateTime> = all.iter().copied().filter(&left_out).collect();
    all.retain(|at| !left_out(at));
    match all.is_empty() {
        true => Err(say!("each of its dates is left out")),
        false => Ok(Dates {
            all,
            except,
            open,
            rules,
            horizon,
            lost,
        }),
    }
}

/// Repeats as fields of a record; the reason when nothing of it takes place.
pub fn settle(
    when: &When,
    repeats: &Repeats,
    now: Timestamp,
    steps: &mut i64,
) -> Result<Settled, Words> {
    let found = dates(when, repeats, now, steps)?;
    Ok(settled(when, found, &repeats.changes, now))
}

/// Dates that were worked out as fields of a record.
pub fn settled(when: &When, found: Dates, changes: &[Change], now: Timestamp) -> Settled {
    let tz = when.tz();
    let Dates {
        all,
        except,
        open,
        rules,
        horizon,
        lost,
    } = found;
    let work = Work {
        when,
        dates: &all,
        except: &except,
        horizon,
        tz: &tz,
        now,
        changes,
    };
    match (all.first(), all.len() == 1 && !open) {
        (Some(only), true) if *only == when.start => return work.once(*only, lost),
        _ => {}
    }
    if let ([rule], []) = (rules.as_slice(), lost.as_slice())
        && let Some((fields, start)) = work.as_rule(rule)
    {
        return Settled::of(start, fields, lost);
    }
    work.as_dates(open, lost)
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
    /// What takes place once: what is different about that time is how it is.
    fn once(&self, only: DateTime, lost: Vec<Words>) -> Settled {
        let Some(change) = self.changes.iter().rfind(|change| change.original == only) else {
            return Settled::of(only, vec![], lost);
        };
        let status = change.status.map(|status| ("status", json!(status)));
        let end = change.end.filter(|end| *end > change.start);
        Settled {
            end,
            ..Settled::of(change.start, status.into_iter().collect(), lost)
        }
    }

    /// The rule itself, or the words that mean it, if they make these very dates. One that began so long ago that
    /// nobody counts its dates any more begins a year ago instead.
    fn as_rule(&self, made: &Made) -> Option<(Vec<(&'static str, Value)>, DateTime)> {
        let last = self.dates.last()?;
        let rule = made.ours.as_ref().filter(|_| *last <= self.horizon)?;
        let whole = (self.when.start, self.dates.clone());
        let since = self
            .now
            .to_zoned(self.tz.clone())
            .datetime()
            .saturating_sub(1.year());
        let late: BTreeSet<DateTime> = self.dates.range(since..).copied().collect();
        let old = self.dates.len() > usize::from(MOST) / 5 || self.when.start.year() < 1900;
        let long = old && rule.count.is_none();
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
    fn as_dates(&self, open: bool, mut lost: Vec<Words>) -> Settled {
        let now = self.now.to_zoned(self.tz.clone()).datetime();
        let mut dates: Vec<DateTime> = self.dates.iter().copied().collect();
        if dates.len() > DATES {
            let past = dates.partition_point(|at| *at < now);
            let from = past.saturating_sub(DATES / 6).min(dates.len() - DATES);
            lost.push(say!(
                "of its {} dates {} were kept, those around today",
                dates.len(),
                DATES
            ));
            dates = dates.split_off(from);
            dates.truncate(DATES);
        }
        if open {
            lost.push(say!(
                "it goes on without end; its dates until {} were kept",
                self.horizon.date().to_string()
            ));
        }
        let first = dates.first().copied().unwrap_or(self.when.start);
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
            return Settled::of(first, fields, lost);
        }
        if !changes.is_empty() && self.makes(first, &plain, &kept) {
            lost.push(say!("what is different about single times cannot be told"));
            return Settled::of(first, plain, lost);
        }
        lost.push(say!(
            "its repeats cannot be told; only its first date was kept"
        ));
        Settled::of(first, vec![], lost)
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
        let (every, on) = on_days(rule, at)?;
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
        let fields = fields.iter().cloned();
        record.extend(fields.map(|(name, value)| (name.to_owned(), value)));
        let made = trial::starts(record, &self.now.to_zoned(self.tz.clone()));
        let settled = |at: &DateTime| self.tz.to_zoned(*at).map_or(*at, |at| at.datetime());
        let meant: BTreeSet<DateTime> = dates.range(..=self.horizon).map(settled).collect();
        made.is_some_and(|made| made.range(..=self.horizon).eq(&meant))
    }
}
