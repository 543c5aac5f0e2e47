//! Schedules worked out: zones, ends, repeats, exceptions and changes become occurrences.
//!
//! Repeats are expanded on civil time by the `rrule` crate behind our own reading of the rule; the
//! zone is put on afterwards by jiff, whose database comes with the program, so that every machine
//! gives the same answer (RFC 5545 section 3.8.5.3; the time on the clock stays over clock changes).

use crate::content::config::Config;
use crate::content::fields::{Weekday, Zone};
use crate::content::rule::{Frequency, Rule, Until};
use crate::content::schedule::{Change, Every, OnDay, Recurrence, Repeat, Role, Schedule, Status};
use crate::content::time::Moment;
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span as Length, ToSpan, Zoned};

/// Most occurrences that one event may have within the window.
const MOST: u16 = 5000;

/// A schedule with everything worked out.
#[derive(Debug, Clone)]
pub struct Timetable {
    /// Gathering or deadline.
    pub role: Role,
    /// Zone of the place.
    pub zone: TimeZone,
    /// Its IANA name.
    pub zone_name: String,
    /// Whole days, without times.
    pub all_day: bool,
    /// First start on the clock of the place; DTSTART.
    pub start: DateTime,
    /// First end, exclusive: the day after the last for whole days; DTEND.
    pub end: DateTime,
    /// How the whole of it stands.
    pub status: Status,
    /// The rule, when it repeats.
    pub rule: Option<Rule>,
    /// Starts that the rule makes but that do not take place; EXDATE.
    pub except: Vec<DateTime>,
    /// Starts outside the rule; RDATE.
    pub extra: Vec<DateTime>,
    /// Every occurrence within the window, by start.
    pub occurrences: Vec<Occurrence>,
}

/// One time at which it takes place.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// Start as the rule gives it; RECURRENCE-ID.
    pub original: DateTime,
    /// When it begins.
    pub start: Zoned,
    /// When it ends, exclusive.
    pub end: Zoned,
    /// How it stands.
    pub status: Status,
    /// Number of the change that speaks of it.
    pub change: Option<usize>,
}

impl Occurrence {
    /// Whether it was given another time than the rule's.
    pub fn moved(&self) -> bool {
        self.start.datetime() != self.original
    }
}

impl Timetable {
    /// UNTIL as iCalendar wants it beside this DTSTART: a date for whole days, else UTC.
    pub fn until(&self) -> Option<String> {
        let at_start = |date: Date| date.to_datetime(self.start.time());
        let local = match self.rule.as_ref()?.until? {
            Until::Utc(at) if !self.all_day => {
                return Some(at.strftime("%Y%m%dT%H%M%SZ").to_string());
            }
            Until::Day(date) => at_start(date),
            Until::Local(at) => at,
            Until::Utc(at) => civil_of_utc(at, &self.zone),
        };
        if self.all_day {
            return Some(local.strftime("%Y%m%d").to_string());
        }
        let utc = local
            .to_zoned(self.zone.clone())
            .ok()?
            .with_time_zone(TimeZone::UTC);
        Some(utc.strftime("%Y%m%dT%H%M%SZ").to_string())
    }

    /// Whether there is more than one time.
    pub fn repeats(&self) -> bool {
        self.rule.is_some() || !self.extra.is_empty()
    }
}

fn civil_of_utc(at: DateTime, zone: &TimeZone) -> DateTime {
    at.to_zoned(TimeZone::UTC)
        .map_or(at, |utc| utc.with_time_zone(zone.clone()).datetime())
}

/// Works a schedule out. `None` when it cannot be; every fault is added.
pub fn resolve(
    schedule: &Schedule,
    place: Option<&Zone>,
    config: &Config,
    now: &Zoned,
    faults: &mut Vec<Diagnostic>,
) -> Option<Timetable> {
    let before = faults.len();
    let zone_name = schedule.zone.as_ref().or(place).unwrap_or(&config.timezone);
    let zone = TimeZone::get(zone_name).unwrap_or(TimeZone::UTC);
    let work = Work {
        schedule,
        zone: &zone,
        zone_name,
    };
    let (start, end) = work.bounds(faults)?;
    let rule = match &schedule.recurrence {
        Some(Recurrence::Words(words)) => work.rule_of_words(words, start, faults),
        Some(Recurrence::Rule(rule)) => Some(rule.value.clone()),
        None => None,
    };
    let future = i64::from(config.window.future_days);
    let horizon = now.datetime().max(start).saturating_add(future.days());
    let mut starts = match &rule {
        Some(rule) => work.expand(rule, start, horizon, faults)?,
        None => vec![start],
    };
    let (except, extra) = match &schedule.recurrence {
        Some(Recurrence::Words(words)) => work.exceptions(words, &mut starts, faults),
        _ => (vec![], vec![]),
    };
    let length = (start, end);
    let mut occurrences: Vec<Occurrence> = starts
        .iter()
        .filter_map(|at| work.occurrence(*at, length, faults))
        .collect();
    for (n, change) in schedule.changes.iter().enumerate() {
        work.apply(n, change, &mut occurrences, horizon, faults);
    }
    occurrences.sort_by(|a, b| a.start.cmp(&b.start).then(a.original.cmp(&b.original)));
    let failed = faults[before..]
        .iter()
        .any(|f| f.severity == crate::diagnostic::Severity::Error);
    (!failed).then(|| Timetable {
        role: schedule.role,
        zone_name: zone_name.0.clone(),
        all_day: schedule.all_day,
        start,
        end,
        status: schedule.status,
        rule,
        except,
        extra,
        occurrences,
        zone: zone.clone(),
    })
}

struct Work<'a> {
    schedule: &'a Schedule,
    zone: &'a TimeZone,
    zone_name: &'a str,
}

impl Work<'_> {
    /// First start and exclusive end, on the clock of the place.
    fn bounds(&self, faults: &mut Vec<Diagnostic>) -> Option<(DateTime, DateTime)> {
        let Schedule {
            start,
            end,
            duration,
            all_day,
            ..
        } = self.schedule;
        let before = faults.len();
        if self.schedule.role == Role::Deadline {
            let day = start.date.to_datetime(Default::default());
            return Some((day, day.saturating_add(1.day())));
        }
        for moment in std::iter::once(start).chain(end) {
            self.check_shape(moment, faults);
            self.check_clock(moment, faults);
        }
        if faults.len() > before {
            return None;
        }
        let first = start.datetime();
        let last = match (end, duration) {
            (Some(end), _) if *all_day => end.datetime().saturating_add(1.day()),
            (Some(end), _) => end.datetime(),
            (None, Some(minutes)) => first.saturating_add(i64::from(minutes.0).minutes()),
            (None, None) if *all_day => first.saturating_add(1.day()),
            (None, None) => first.saturating_add(2.hours()),
        };
        if let Some(end) = end
            && last <= first
        {
            faults.push(
                Diagnostic::error("event/ends-before-start", "this ends before it starts")
                    .at(end.span, "this is not later")
                    .at(start.span, "than this")
                    .help("swap `start` and `end`, or check the year"),
            );
            return None;
        }
        Some((first, last))
    }

    fn check_shape(&self, moment: &Spanned<Moment>, faults: &mut Vec<Diagnostic>) {
        let (message, help) = match (self.schedule.all_day, moment.time) {
            (true, Some(_)) => (
                "an event of whole days has no times",
                "leave the time out, or remove `all_day`",
            ),
            (false, None) => (
                "at what time?",
                "add the time, such as `2026-12-03T19:30`, or write `all_day: true`",
            ),
            _ => return,
        };
        faults.push(
            Diagnostic::error("event/time-or-day", message)
                .at(moment.span, "")
                .help(help),
        );
    }

    /// A time must exist once on the clock of the place, and a written offset must be the clock's.
    fn check_clock(&self, moment: &Spanned<Moment>, faults: &mut Vec<Diagnostic>) {
        if moment.time.is_none() {
            return;
        }
        let (zone, at) = (self.zone_name, moment.datetime());
        let offset = self.zone.to_ambiguous_timestamp(at).offset();
        let expected = match (offset, moment.offset) {
            (AmbiguousOffset::Unambiguous { offset }, Some(written)) if offset != written => offset,
            (AmbiguousOffset::Fold { before, after }, Some(written))
                if before != written && after != written =>
            {
                before
            }
            (AmbiguousOffset::Gap { before, .. }, _) => {
                let later = at.to_zoned(self.zone.clone()).map_or(at, |z| z.datetime());
                let message = format!(
                    "this time does not exist in {zone}: the clock goes forward over it ({before})"
                );
                let help = format!("write `{}`", later.strftime("%Y-%m-%dT%H:%M"));
                return faults.push(
                    Diagnostic::error("event/skipped-time", message)
                        .at(moment.span, "skipped")
                        .help(help),
                );
            }
            (AmbiguousOffset::Fold { before, .. }, None) => {
                let message =
                    format!("this time comes twice in {zone}: the clock goes back over it");
                let help = format!(
                    "say which, with the offset behind it: `{}{before}`",
                    at.strftime("%Y-%m-%dT%H:%M")
                );
                return faults.push(
                    Diagnostic::error("event/repeated-time", message)
                        .at(moment.span, "twice")
                        .help(help),
                );
            }
            _ => return,
        };
        let message = format!("the offset does not agree with {zone}, where it is {expected} then");
        let help = "leave the offset out: the time is that on the clock of the place";
        faults.push(
            Diagnostic::error("event/wrong-offset", message)
                .at(moment.span, "")
                .help(help),
        );
    }

    fn rule_of_words(
        &self,
        words: &Spanned<Repeat>,
        start: DateTime,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Rule> {
        let mut rule = Rule::new(match words.every {
            Every::Day => Frequency::Daily,
            Every::Week => Frequency::Weekly,
            Every::Month => Frequency::Monthly,
            Every::Year => Frequency::Yearly,
        });
        rule.interval = words.interval.as_ref().map_or(1, |n| n.value.max(1));
        rule.count = words.count.as_ref().map(|n| n.value);
        rule.until = words.until.as_ref().map(|day| Until::Day(day.value.0));
        let mut refuse = |span: Span, message: &str, help: &str| {
            faults.push(
                Diagnostic::error("event/bad-repeat", message)
                    .at(span, "")
                    .help(help),
            );
        };
        if let (Some(_), Some(count)) = (&words.until, &words.count) {
            refuse(
                count.span,
                "`until` and `count` both say when it stops",
                "keep one of the two",
            );
        }
        for on in &words.on {
            match (words.every, on.value) {
                (Every::Week, OnDay::Weekday(None, day)) => rule.by_day.push((None, day)),
                (Every::Month, OnDay::Weekday(Some(n), day)) => rule.by_day.push((Some(n), day)),
                (Every::Month, OnDay::Monthday(day)) if day <= 28 => rule.by_month_day.push(day),
                (Every::Month, OnDay::Monthday(_)) => refuse(
                    on.span,
                    "not every month has this day",
                    "choose a day up to 28, or `last friday`",
                ),
                (Every::Month, OnDay::Weekday(None, _)) => refuse(
                    on.span,
                    "which one of the month?",
                    "write `first monday`, `last friday`, …",
                ),
                (Every::Week, _) => refuse(
                    on.span,
                    "a week has weekdays only",
                    "write `monday`, `tuesday`, …",
                ),
                _ => refuse(
                    on.span,
                    "`on` goes with `every: week` or `every: month`",
                    "remove `on`, or change `every`",
                ),
            }
        }
        let day = start.date();
        match words.every {
            Every::Week if words.on.is_empty() => rule.by_day.push((None, weekday(day))),
            Every::Month if words.on.is_empty() && day.day() > 28 => {
                refuse(
                    words.span,
                    "not every month has this day",
                    "add `on: [last friday]`, or begin on a day up to 28",
                );
            }
            Every::Month if words.on.is_empty() => rule.by_month_day.push(day.day()),
            Every::Year if (day.month(), day.day()) == (2, 29) => refuse(
                words.span,
                "29 February does not come every year",
                "begin on 28 February or 1 March",
            ),
            _ => {}
        }
        Some(rule)
    }

    /// The place in a source that speaks of the repeat.
    fn rule_span(&self) -> Span {
        match &self.schedule.recurrence {
            Some(Recurrence::Words(words)) => words.span,
            Some(Recurrence::Rule(rule)) => rule.span,
            None => self.schedule.start.span,
        }
    }

    /// The rule's starts until the horizon, on the clock of the place.
    fn expand(
        &self,
        rule: &Rule,
        start: DateTime,
        horizon: DateTime,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Vec<DateTime>> {
        let last = match rule.until {
            Some(Until::Day(date)) => date.at(23, 59, 59, 0),
            Some(Until::Local(at)) => at,
            Some(Until::Utc(at)) => civil_of_utc(at, self.zone),
            None => horizon,
        };
        let span = self.rule_span();
        if last < start {
            let fault = Diagnostic::error("event/bad-rule", "it stops repeating before it starts")
                .at(span, "");
            faults.push(
                fault
                    .at(self.schedule.start.span, "this is later")
                    .help("check the year of `until`"),
            );
            return None;
        }
        let until = last.min(horizon).strftime("%Y%m%dT%H%M%SZ").to_string();
        let text = format!(
            "DTSTART:{}\nRRULE:{}",
            start.strftime("%Y%m%dT%H%M%SZ"),
            rule.text(Some(&until))
        );
        let set: rrule::RRuleSet = match text.parse() {
            Ok(set) => set,
            Err(error) => {
                let fault = Diagnostic::error(
                    "event/bad-rule",
                    format!("this rule cannot be worked out: {error}"),
                );
                faults.push(
                    fault
                        .at(span, "")
                        .help("check the parts of the rule against RFC 5545, section 3.3.10"),
                );
                return None;
            }
        };
        let result = set.all(MOST);
        if result.limited {
            let fault = Diagnostic::error(
                "event/too-many",
                format!("this repeats more than {MOST} times"),
            )
            .at(span, "");
            faults.push(fault.help("end it earlier, or let it repeat less often"));
            return None;
        }
        let civil = |seconds: i64| {
            jiff::Timestamp::from_second(seconds)
                .ok()
                .map(|t| t.to_zoned(TimeZone::UTC).datetime())
        };
        let starts: Vec<DateTime> = result
            .dates
            .iter()
            .filter_map(|date| civil(date.timestamp()))
            .take_while(|at| *at <= horizon)
            .collect();
        if starts.first() != Some(&start) {
            let first = starts.iter().find(|at| **at > start).or(starts.first());
            let fault = Diagnostic::error(
                "event/start-outside-rule",
                format!(
                    "it starts on {}, which is not one of its days",
                    day_name(start.date())
                ),
            );
            let help = match first {
                Some(first) => format!(
                    "let `start` be the first time: `{}`",
                    first.strftime("%Y-%m-%dT%H:%M")
                ),
                None => "let `start` be the first time that the rule gives".to_owned(),
            };
            faults.push(
                fault
                    .at(self.schedule.start.span, "not within the rule")
                    .at(span, "the rule")
                    .help(help),
            );
            return None;
        }
        Some(starts)
    }

    /// Takes out what does not take place and adds what does; both as iCalendar lists them.
    fn exceptions(
        &self,
        words: &Repeat,
        starts: &mut Vec<DateTime>,
        faults: &mut Vec<Diagnostic>,
    ) -> (Vec<DateTime>, Vec<DateTime>) {
        let mut except = Vec::new();
        for moment in &words.except {
            match starts.iter().position(|at| hits(moment, *at)) {
                Some(n) => except.push(starts.remove(n)),
                None => faults.push(
                    Diagnostic::warning(
                        "event/except-misses",
                        "it would not take place then anyway",
                    )
                    .at(moment.span, "not one of its days")
                    .help("check the date, or remove it"),
                ),
            }
        }
        let mut extra = Vec::new();
        for moment in &words.extra {
            self.check_shape(moment, faults);
            self.check_clock(moment, faults);
            if !starts.contains(&moment.datetime()) {
                starts.push(moment.datetime());
                extra.push(moment.datetime());
            }
        }
        (except, extra)
    }

    fn occurrence(
        &self,
        at: DateTime,
        (start, end): (DateTime, DateTime),
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Occurrence> {
        let length = start.until(end).ok()?;
        let zoned = |at: DateTime| at.to_zoned(self.zone.clone()).ok();
        if at != start
            && !self.schedule.all_day
            && self.zone.to_ambiguous_timestamp(at).is_ambiguous()
        {
            let message = format!(
                "on {} the clock changes at that hour, and calendars disagree about it",
                at.date()
            );
            let help = "choose another hour, or leave that day out with `except`";
            faults.push(
                Diagnostic::error("event/skipped-time", message)
                    .at(self.rule_span(), "")
                    .help(help),
            );
            return None;
        }
        let end = at.checked_add(Length::from(length)).ok()?;
        Some(Occurrence {
            original: at,
            start: zoned(at)?,
            end: zoned(end)?,
            status: self.schedule.status,
            change: None,
        })
    }

    fn apply(
        &self,
        n: usize,
        change: &Change,
        occurrences: &mut [Occurrence],
        horizon: DateTime,
        faults: &mut Vec<Diagnostic>,
    ) {
        let Some(occurrence) = occurrences
            .iter_mut()
            .find(|o| hits(&change.occurrence, o.original))
        else {
            if change.occurrence.datetime() > horizon {
                return;
            }
            let near = occurrences.iter().min_by_key(|o| {
                (o.original.date() - change.occurrence.date)
                    .get_days()
                    .abs()
            });
            let fault = Diagnostic::error(
                "event/change-misses",
                "it does not take place then, so there is nothing to change",
            );
            let help = near.map_or("check the date".to_owned(), |o| {
                format!("did you mean `{}`?", o.original.date())
            });
            return faults.push(
                fault
                    .at(change.occurrence.span, "not one of its days")
                    .help(help),
            );
        };
        occurrence.change = Some(n);
        let length = occurrence.start.duration_until(&occurrence.end);
        if let Some(start) = &change.start {
            self.check_shape(start, faults);
            self.check_clock(start, faults);
            if let Ok(at) = start.datetime().to_zoned(self.zone.clone()) {
                occurrence.end = at.saturating_add(length);
                occurrence.start = at;
            }
        }
        if let Some(end) = &change.end {
            let last = if self.schedule.all_day {
                end.datetime().saturating_add(1.day())
            } else {
                end.datetime()
            };
            if let Ok(at) = last.to_zoned(self.zone.clone()) {
                occurrence.end = at;
            }
            if occurrence.end <= occurrence.start {
                let fault =
                    Diagnostic::error("event/ends-before-start", "this ends before it starts")
                        .at(end.span, "this is not later");
                faults.push(fault.help("check the time and the date"));
            }
        }
        let moved = change.start.is_some().then_some(Status::Rescheduled);
        occurrence.status = change.status.or(moved).unwrap_or(occurrence.status);
    }
}

/// Whether a day, or a day and time, means this start.
fn hits(moment: &Moment, at: DateTime) -> bool {
    match moment.time {
        Some(time) => moment.date == at.date() && time == at.time(),
        None => moment.date == at.date(),
    }
}

/// The weekday of a date.
pub fn weekday(date: Date) -> Weekday {
    crate::content::schedule::WEEKDAYS[date.weekday().to_monday_zero_offset() as usize].1
}

fn day_name(date: Date) -> &'static str {
    crate::content::schedule::WEEKDAYS[date.weekday().to_monday_zero_offset() as usize].0
}
